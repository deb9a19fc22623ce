//! Numbers of persons by their digits. People write them with spaces, dashes and full-width digits, so groups of digits
//! are read together.

use std::ops::Range;

use super::{Found, Kind, narrow};

/// The longest that is recognised: a bank card.
const LONGEST: usize = 19;

/// Words that a phone number without its area code follows.
const CUES: [&str; 8] = ["电话", "座机", "固话", "拨打", "致电", "联系", "phone", "tel"];

/// Digits that stand together.
struct Group {
    digits: String,
    range: Range<usize>,
    /// Whether at most one separating character lies between it and the group before.
    joined: bool,
}

/// All numbers of persons, in the order of the text.
pub(super) fn find(text: &str) -> Vec<Found> {
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
            if let Some(kind) = kind(&digits, groups[first].digits.len()) {
                hit = Some((last, kind));
            }
        }
        let short = || is_short(&groups[first].digits) && follows_cue(&text[..groups[first].range.start]);
        match hit.or_else(|| short().then_some((first, Kind::Landline))) {
            Some((last, kind)) => {
                found.push(Found { kind, range: groups[first].range.start..groups[last].range.end });
                first = last + 1;
            }
            None => first += 1,
        }
    }
    found
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
    Some(narrow(c)).filter(char::is_ascii_digit)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '－' | '·' | '.' | '_' | ')' | '）')
}

/// What digits are; `first` is how many of them stand together at the beginning.
fn kind(digits: &str, first: usize) -> Option<Kind> {
    if is_identity(digits) {
        return Some(Kind::Identity);
    }
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11));
    if is_mobile(national.unwrap_or(digits).trim_end_matches('X')) {
        return Some(Kind::Mobile);
    }
    if is_landline(digits, first) {
        return Some(Kind::Landline);
    }
    is_card(digits).then_some(Kind::BankCard)
}

fn is_mobile(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && matches!(bytes[1], b'3'..=b'9') && bytes.iter().all(u8::is_ascii_digit)
}

/// An area code of three or four digits, alone or together with the number, and a number of seven or eight.
fn is_landline(digits: &str, first: usize) -> bool {
    let bytes = digits.as_bytes();
    if bytes.first() != Some(&b'0') || !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let area = match bytes.get(1) {
        Some(b'1' | b'2') => 3,
        Some(b'3'..=b'9') => 4,
        _ => return false,
    };
    let rest = bytes.len().saturating_sub(area);
    (first == area || first == bytes.len()) && matches!(rest, 7 | 8) && matches!(bytes[area], b'2'..=b'8')
}

fn is_short(digits: &str) -> bool {
    matches!(digits.len(), 7 | 8) && matches!(digits.as_bytes()[0], b'2'..=b'8') && !digits.contains('X')
}

/// Whether the last few characters name a phone.
fn follows_cue(before: &str) -> bool {
    let last: Vec<char> = before.chars().rev().take(8).collect();
    let last: String = last.into_iter().rev().collect::<String>().to_lowercase();
    CUES.iter().any(|cue| last.contains(cue))
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

/// Cards begin with 3 to 6, or with 9 where a bank's own older ones do.
fn is_card(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    if !(16..=LONGEST).contains(&bytes.len()) || !matches!(bytes[0], b'3'..=b'6' | b'9') {
        return false;
    }
    let sum: Option<u32> = digits
        .chars()
        .rev()
        .enumerate()
        .map(|(place, c)| {
            let digit = c.to_digit(10)?;
            let weighed = if place % 2 == 1 { digit * 2 } else { digit };
            Some(if weighed > 9 { weighed - 9 } else { weighed })
        })
        .sum();
    sum.is_some_and(|sum| sum % 10 == 0)
}
