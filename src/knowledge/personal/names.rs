//! Names, where words around them say that they are names.

use super::{Found, Kind, begins, is_han, letters};

/// Words after which a name is sure to come.
const SURE: [&str; 10] = ["我叫", "我名叫", "名字叫", "名字是", "姓名", "署名", "联系人", "申请人", "当事人", "名叫"];

/// Words after which a name may come: only what begins with a family name, and ends soon, is taken for one.
const LIKELY: [&str; 4] = ["本人", "我是", "我爱人", "我父亲"];

/// The same in English.
const ENGLISH: [&str; 3] = ["my name is ", "my full name is ", "name: "];

/// What people are called after their names.
const TITLES: [&str; 10] = ["先生", "女士", "小姐", "同志", "师傅", "阿姨", "大爷", "大妈", "同学", "老师"];

/// The commonest family names of one character.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈\
姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪\
庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳\
时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";

/// The commonest ones of two.
const DOUBLE: [&str; 8] = ["欧阳", "上官", "司马", "诸葛", "司徒", "东方", "皇甫", "尉迟"];

/// Characters with which the sentence goes on behind a name.
const GOES_ON: &str = "想要是在的我现住今电手身请来就问家有也于因和与，";

pub(super) fn find(text: &str) -> Vec<Found> {
    let letters = letters(text);
    let words: String = letters.iter().map(|(_, c)| *c).collect();
    let mut found = Vec::new();
    let mut add = |from: usize, to: usize| {
        let range = begins(&letters, from, text)..begins(&letters, to, text);
        found.push(Found { kind: Kind::Name, range });
    };
    for (cues, sure) in [(SURE.as_slice(), true), (LIKELY.as_slice(), false)] {
        for from in cues.iter().flat_map(|cue| behind(&words, cue)) {
            let from = skip(&letters, from);
            let length = chinese(&letters, from, sure);
            if length > 0 {
                add(from, from + length);
            }
        }
    }
    let lower = words.to_ascii_lowercase();
    for from in ENGLISH.iter().flat_map(|cue| behind(&lower, cue)) {
        let to = english(&letters, from);
        if to > from {
            add(from, to);
        }
    }
    for (title, place) in TITLES.iter().flat_map(|title| behind(&words, title).into_iter().map(move |at| (title, at))) {
        let end = place - title.chars().count();
        // The longest that begins with a family name: 王小明先生, 张先生.
        if let Some(length) = (1..=3.min(end)).rev().find(|length| is_name(&letters[end - length..end])) {
            add(end - length, end);
        }
    }
    found
}

/// The places, counted in characters, behind each time that some words stand in a text.
fn behind(words: &str, cue: &str) -> Vec<usize> {
    words.match_indices(cue).map(|(at, cue)| words[..at + cue.len()].chars().count()).collect()
}

/// Goes over what may stand between 姓名 and the name.
fn skip(letters: &[(usize, char)], mut from: usize) -> usize {
    while letters.get(from).is_some_and(|(_, c)| matches!(c, ':' | ' ' | '是' | '为' | '叫' | '\u{3000}' | '(' | '"'))
    {
        from += 1;
    }
    from
}

/// How many characters of family name begin here.
fn family(letters: &[(usize, char)]) -> usize {
    let pair: String = letters.iter().take(2).map(|(_, c)| *c).collect();
    if DOUBLE.contains(&pair.as_str()) {
        return 2;
    }
    usize::from(letters.first().is_some_and(|(_, c)| FAMILY.contains(*c)))
}

fn is_name(letters: &[(usize, char)]) -> bool {
    family(letters) > 0 && letters.iter().all(|(_, c)| is_han(*c))
}

/// How many characters from here on are a name.
fn chinese(letters: &[(usize, char)], from: usize, sure: bool) -> usize {
    let rest = letters.get(from..).unwrap_or_default();
    let run = rest.iter().take_while(|(_, c)| is_han(*c)).count();
    let family = family(rest);
    if family == 0 {
        // A name that nobody here bears, such as 阿依古丽, when nothing else follows.
        return if sure && (2..=4).contains(&run) { run } else { 0 };
    }
    let goes_on = |place: usize| rest.get(place).is_some_and(|(_, c)| GOES_ON.contains(*c));
    let given = run - family;
    if given == 0 {
        return 0;
    }
    let length = if given <= 2 || !goes_on(family + 1) { family + given.min(2) } else { family + 1 };
    let ends = length == run || goes_on(length);
    if sure || ends { length } else { 0 }
}

/// Where up to three words with a capital letter end.
fn english(letters: &[(usize, char)], from: usize) -> usize {
    let at = |place: usize| letters.get(place).map_or(' ', |(_, c)| *c);
    let (mut end, mut next) = (from, from);
    for _ in 0..3 {
        if !at(next).is_uppercase() {
            break;
        }
        while at(next).is_alphabetic() || matches!(at(next), '\'' | '-') {
            next += 1;
        }
        end = next;
        if at(next) != ' ' {
            break;
        }
        next += 1;
    }
    end
}
