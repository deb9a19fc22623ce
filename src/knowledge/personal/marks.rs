//! Plates, passports and e-mail addresses: letters and digits together.

use super::{Found, Kind, begins, letters};

/// The provinces' short names, with which a plate begins.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// The government's own e-mail addresses are public.
const OFFICIAL: &str = "gov.cn";

pub(super) fn find(text: &str) -> Vec<Found> {
    let letters = letters(text);
    let range = |from: usize, to: usize| begins(&letters, from, text)..begins(&letters, to, text);
    let mut found = Vec::new();
    for place in 0..letters.len() {
        let c = letters[place].1;
        if PROVINCES.contains(c)
            && let Some(end) = plate(&letters, place)
        {
            found.push(Found { kind: Kind::Plate, range: range(place, end) });
        }
        if let Some(end) = passport(&letters, place) {
            found.push(Found { kind: Kind::Passport, range: range(place, end) });
        }
        if c == '@'
            && let Some((from, to)) = email(&letters, place)
        {
            found.push(Found { kind: Kind::Email, range: range(from, to) });
        }
    }
    found
}

fn at(letters: &[(usize, char)], place: usize) -> char {
    letters.get(place).map_or(' ', |(_, c)| *c)
}

/// A province, a letter, perhaps a dot, and five or six letters and digits; the last may be a word such as 学.
fn plate(letters: &[(usize, char)], place: usize) -> Option<usize> {
    let mut next = place + 1;
    if !at(letters, next).is_ascii_alphabetic() {
        return None;
    }
    next += 1;
    if matches!(at(letters, next), '·' | '•' | '.' | '-' | ' ') {
        next += 1;
    }
    let from = next;
    while next < from + 6 && at(letters, next).is_ascii_alphanumeric() {
        next += 1;
    }
    let digits = (from..next).filter(|place| at(letters, *place).is_ascii_digit()).count();
    if next == from + 4 && matches!(at(letters, next), '学' | '警' | '港' | '澳' | '挂' | '领' | '使') {
        next += 1;
    }
    let whole = next >= from + 5 && digits >= 1 && !at(letters, next).is_ascii_alphanumeric();
    whole.then_some(next)
}

/// A letter that passports begin with, perhaps a second one, and nine characters in all.
fn passport(letters: &[(usize, char)], place: usize) -> Option<usize> {
    let before = place.checked_sub(1).map_or(' ', |before| at(letters, before));
    if before.is_ascii_alphanumeric() || !matches!(at(letters, place).to_ascii_uppercase(), 'E' | 'G' | 'D' | 'S' | 'P')
    {
        return None;
    }
    let second = usize::from(at(letters, place + 1).is_ascii_alphabetic());
    let end = place + 9;
    let digits = (place + 1 + second..end).all(|place| at(letters, place).is_ascii_digit());
    (digits && !at(letters, end).is_ascii_alphanumeric()).then_some(end)
}

/// What stands around an `@`, when it can be an address.
fn email(letters: &[(usize, char)], place: usize) -> Option<(usize, usize)> {
    let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let mut from = place;
    while from > 0 && local(at(letters, from - 1)) {
        from -= 1;
    }
    let mut to = place + 1;
    while host(at(letters, to)) {
        to += 1;
    }
    while to > place && matches!(at(letters, to - 1), '.' | '-') {
        to -= 1;
    }
    let domain: String = (place + 1..to).map(|place| at(letters, place).to_ascii_lowercase()).collect();
    let official = domain == OFFICIAL || domain.ends_with(&format!(".{OFFICIAL}"));
    (from < place && domain.contains('.') && !official).then_some((from, to))
}
