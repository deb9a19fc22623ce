//! Numbers that belong to a person: identity numbers and mobile phones. Pure.
//!
//! They are looked for in what is about to become public knowledge. People write them with spaces, dashes and
//! full-width digits, so groups of digits are read together.

use std::ops::Range;

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An 18-digit identity number whose check digit is right (GB 11643).
    Identity,
    /// A mobile phone number of mainland China, perhaps with its country code.
    Mobile,
}

/// A number that was found: what it is, and which bytes of the text it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// Where it stands.
    pub range: Range<usize>,
}

/// Digits that stand together.
struct Group {
    digits: String,
    range: Range<usize>,
    /// Whether at most one separating character lies between it and the group before.
    joined: bool,
}

/// All numbers of persons in a text, in its order.
pub fn find(text: &str) -> Vec<Found> {
    /// The longest that is recognised: 0086 and a mobile number, or an identity number.
    const LONGEST: usize = 18;
    let groups = groups(text);
    let mut found = Vec::new();
    let mut first = 0;
    while first < groups.len() {
        let mut digits = String::new();
        let mut hit = None;
        for (last, group) in groups.iter().enumerate().skip(first) {
            if last > first && !group.joined {
                break;
            }
            digits.push_str(&group.digits);
            if digits.len() > LONGEST {
                break;
            }
            if let Some(kind) = kind(&digits) {
                hit = Some((last, kind));
            }
        }
        match hit {
            Some((last, kind)) => {
                found.push(Found { kind, range: groups[first].range.start..groups[last].range.end });
                first = last + 1;
            }
            None => first += 1,
        }
    }
    found
}

/// The text with a star for each character of such numbers.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for found in find(text) {
        out.push_str(&text[from..found.range.start]);
        out.extend(text[found.range.clone()].chars().map(|_| '*'));
        from = found.range.end;
    }
    out.push_str(&text[from..]);
    out
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut separators = 0_usize;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let adjacent = groups.last().is_some_and(|group| group.range.end == at);
        match (digit(c), groups.last_mut()) {
            (Some(digit), Some(group)) if adjacent && !group.digits.ends_with('X') => {
                group.digits.push(digit);
                group.range.end = end;
            }
            (Some(digit), last) => {
                let joined = last.is_some() && separators <= 1;
                groups.push(Group { digits: digit.to_string(), range: at..end, joined });
                separators = 0;
            }
            // Only the last place of an identity number can be an X.
            (None, Some(group)) if adjacent && matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ') => {
                group.digits.push('X');
                group.range.end = end;
            }
            (None, _) if is_separator(c) => separators += 1,
            (None, _) => separators = usize::MAX / 2,
        }
        if digit(c).is_some() {
            separators = 0;
        }
    }
    groups
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '－' | '·' | '.' | '_')
}

fn kind(digits: &str) -> Option<Kind> {
    if is_identity(digits) {
        return Some(Kind::Identity);
    }
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11));
    is_mobile(national.unwrap_or(digits).trim_end_matches('X')).then_some(Kind::Mobile)
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && matches!(bytes[1], b'3'..=b'9') && bytes.iter().all(u8::is_ascii_digit)
}

/// ISO 7064 MOD 11-2 over the first 17 digits gives the eighteenth.
fn is_identity(digits: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let chars: Vec<char> = digits.chars().collect();
    if chars.len() != 18 || chars[0] == '0' {
        return false;
    }
    let sum: Option<u32> = chars.iter().zip(WEIGHTS).map(|(c, weight)| Some(c.to_digit(10)? * weight)).sum();
    sum.and_then(|sum| CHECKS.get(usize::try_from(sum % 11).ok()?)).is_some_and(|check| *check == chars[17])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        find(text).into_iter().map(|found| (found.kind, &text[found.range])).collect()
    }

    // The numbers are made up: a district code that nobody has, and the examples of the standard.
    #[test]
    fn identity_numbers_are_found_however_they_are_written() {
        for number in [
            "11010519491231002X",
            "11010519491231002x",
            "110105 19491231 002X",
            "１１０１０５１９４９１２３１００２Ｘ",
            "440524188001010014",
        ] {
            assert_eq!(kinds(&format!("我的身份证是{number}，请查")), [(Kind::Identity, number)]);
        }
        assert_eq!(kinds("110105194912310021"), []);
        assert_eq!(kinds("订单号1101051949123100210"), []);
    }

    #[test]
    fn mobile_phones_are_found_however_they_are_written() {
        for number in ["13800138000", "138 0013 8000", "138-0013-8000", "8613800138000", "１３８００１３８０００"]
        {
            assert_eq!(kinds(&format!("电话{number}。")), [(Kind::Mobile, number)]);
        }
        assert_eq!(kinds("+86 138 0013 8000"), [(Kind::Mobile, "86 138 0013 8000")]);
        assert_eq!(kinds("2026 13800138000"), [(Kind::Mobile, "13800138000")]);
    }

    #[test]
    fn public_numbers_and_dates_are_left_alone() {
        for text in
            ["0571-12345678", "12345", "2026-11-23 12:30", "政发〔2026〕12 号", "13800138000123", "第1380013条 8000"]
        {
            assert_eq!(kinds(text), [], "{text}");
        }
    }

    #[test]
    fn masked_texts_keep_everything_else() {
        assert_eq!(masked("请打13800138000，谢谢"), "请打***********，谢谢");
        assert_eq!(masked("夜间公交"), "夜间公交");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_ranges_fit(text in ".{0,80}") {
            for found in find(&text) {
                prop_assert!(text.get(found.range).is_some());
            }
            prop_assert!(find(&masked(&text)).is_empty());
        }
    }
}
