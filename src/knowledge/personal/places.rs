//! Addresses that lead to a door: 文一路 28 号 502 室, 丁香小区 3 栋 2 单元.

use super::{Found, Kind, begins, is_han, letters};

/// What ends a part of an address, and whether it leads to a door rather than to a house.
const PARTS: [(&str, bool); 12] = [
    ("号楼", true),
    ("号院", false),
    ("单元", true),
    ("弄", false),
    ("号", false),
    ("栋", true),
    ("幢", true),
    ("座", true),
    ("室", true),
    ("房", true),
    ("户", true),
    ("楼", false),
];

/// What names of estates and streets end with: one part behind them is a door already.
const ESTATES: [&str; 12] =
    ["小区", "花园", "新村", "公寓", "家园", "花苑", "苑", "佳苑", "小镇", "社区", "名邸", "里弄"];

/// Whoever comes to one of these visits an office, not a person.
const OFFICES: [&str; 12] =
    ["中心", "大厅", "政府", "局", "委员会", "办事处", "派出所", "银行", "医院", "学校", "法院", "窗口"];

/// How far before the first number a place's name may begin, in characters.
const NAME: usize = 14;

pub(super) fn find(text: &str) -> Vec<Found> {
    let letters = letters(text);
    let mut found = Vec::new();
    let mut place = 0;
    while place < letters.len() {
        let Some(run) = run(&letters, place) else {
            place += 1;
            continue;
        };
        let from = name(&letters, place);
        let called: String = letters[from..place].iter().map(|(_, c)| *c).collect();
        let estate = ESTATES.iter().any(|end| called.trim_end().ends_with(end));
        let leads = run.doors > 0 && (run.parts > 1 || estate) || estate && run.dashes > 0;
        let after: String = letters[run.end..].iter().take(2).map(|(_, c)| *c).collect();
        let office = OFFICES.iter().any(|office| called.contains(office) || after.starts_with(office));
        if leads && !office {
            let range = begins(&letters, from, text)..begins(&letters, run.end, text);
            found.push(Found { kind: Kind::Address, range });
        }
        place = run.end;
    }
    found
}

/// Numbers with what they count, one behind the other.
struct Run {
    end: usize,
    parts: usize,
    doors: usize,
    /// Numbers that are only joined by dashes: 3-2-501.
    dashes: usize,
}

fn run(letters: &[(usize, char)], from: usize) -> Option<Run> {
    let mut run = Run { end: from, parts: 0, doors: 0, dashes: 0 };
    let before = from.checked_sub(1).map(|before| letters[before].1);
    // 第 12 号 counts papers; and a number is read from its first digit.
    if before.is_some_and(|c| is_number(c) || c == '第') {
        return None;
    }
    let mut next = from;
    loop {
        while run.parts + run.dashes > 0 && letters.get(next).is_some_and(|(_, c)| matches!(c, ' ' | '-' | ',' | '、'))
        {
            next += 1;
        }
        let digits = letters[next..].iter().take_while(|(_, c)| is_number(*c)).count();
        if digits == 0 || digits > 5 {
            break;
        }
        let rest = &letters[next + digits..];
        let gap = rest.iter().take_while(|(_, c)| *c == ' ').count();
        let words: String = rest[gap..].iter().take(2).map(|(_, c)| *c).collect();
        if let Some((part, door)) = PARTS.iter().find(|(part, _)| words.starts_with(part)) {
            run.parts += 1;
            run.doors += usize::from(*door);
            next += digits + gap + part.chars().count();
        } else if letters.get(next + digits).is_some_and(|(_, c)| *c == '-') || run.dashes > 0 {
            run.dashes += 1;
            next += digits;
        } else if run.parts > 0 && digits >= 3 {
            // 2 单元 501: the word for the room is often left out.
            run.doors += 1;
            run.parts += 1;
            next += digits;
        } else {
            break;
        }
        run.end = next;
    }
    (run.parts + run.dashes > 0).then_some(run)
}

fn is_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || "〇零一二三四五六七八九十百两甲乙丙丁".contains(c)
}

/// Where the name of the place before a number begins.
fn name(letters: &[(usize, char)], place: usize) -> usize {
    let mut from = place;
    while from > 0 && from + NAME > place {
        let c = letters[from - 1].1;
        let separates = matches!(c, '住' | '在' | '于' | '址' | '是' | '我' | '到' | '去' | '的');
        if separates || !(is_han(c) || c.is_ascii_alphanumeric() || c == ' ') {
            break;
        }
        from -= 1;
    }
    from
}
