//! What tells who somebody is: numbers of persons, names, addresses down to the door. Pure.
//!
//! It is looked for in what is about to become public knowledge. What the directory says of units is public
//! ([`Public`]), everything else that looks like this is taken for somebody's own: too much is masked rather than too
//! little, and whoever publishes edits.
//!
//! | file | what it finds |
//! |---|---|
//! | `numbers` | identity cards, mobile phones, landlines, bank cards: by their digits, however they are grouped |
//! | `marks` | plates of cars, passports, e-mail addresses |
//! | `names` | names after 我叫, 姓名 and the like, or before 先生 |
//! | `places` | addresses that lead to a door |

mod marks;
mod names;
mod numbers;
mod places;

#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::directory::units::Unit;

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An 18-digit identity number whose check digit is right (GB 11643).
    Identity,
    /// A mobile phone number of mainland China, perhaps with its country code.
    Mobile,
    /// A landline with its area code, or a short one after words such as 电话.
    Landline,
    /// A bank card of 16 to 19 digits whose check digit is right (Luhn).
    BankCard,
    /// The plate of a car.
    Plate,
    /// The number of a passport.
    Passport,
    /// An e-mail address that isn't the government's.
    Email,
    /// A name.
    Name,
    /// An address down to the door.
    Address,
}

/// What was found, and which bytes of the text it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub kind: Kind,
    /// Where it stands.
    pub range: Range<usize>,
}

/// What anybody may know: phones and addresses of units, as the directory has them.
#[derive(Debug, Clone, Default)]
pub struct Public(Vec<String>);

impl Public {
    /// What these units tell the public.
    pub fn of(units: &[Unit]) -> Self {
        let told = units.iter().flat_map(|unit| [&unit.phone, &unit.address]);
        Self(told.map(|text| bare(text)).filter(|text| !text.is_empty()).collect())
    }

    fn holds(&self, kind: Kind, text: &str) -> bool {
        let text = bare(text);
        matches!(kind, Kind::Mobile | Kind::Landline | Kind::Address)
            && text.chars().count() >= 5
            && self.0.iter().any(|known| known.contains(&text))
    }
}

/// A text without what separates its parts, so that 0571-8525 1234 is 057185251234.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).map(narrow).collect()
}

/// The ASCII character that a full-width one stands for.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// A text with what was masked in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Masked {
    /// The text, with a star for each character that was taken out.
    pub text: String,
    /// Where the stars stand, and for what. In order.
    pub masks: Vec<Found>,
}

/// All that is personal in a text, in its order; nothing overlaps.
pub fn find(text: &str) -> Vec<Found> {
    find_besides(text, &Public::default())
}

/// The same without what is public.
pub fn find_besides(text: &str, public: &Public) -> Vec<Found> {
    let mut all = numbers::find(text);
    all.extend(marks::find(text));
    all.extend(places::find(text));
    all.extend(names::find(text));
    all.retain(|found| text.get(found.range.clone()).is_some_and(|words| !public.holds(found.kind, words)));
    all.sort_by_key(|found| (found.range.start, std::cmp::Reverse(found.range.end)));
    let mut found: Vec<Found> = Vec::new();
    for one in all {
        match found.last_mut() {
            // What overlaps is one thing, called what its beginning was taken for.
            Some(last) if one.range.start < last.range.end => last.range.end = last.range.end.max(one.range.end),
            _ => found.push(one),
        }
    }
    found
}

/// The text with a star for each character of what is personal.
pub fn masked(text: &str) -> String {
    mask(text, &Public::default()).text
}

/// Masks what is personal and not public, and says what was masked where.
pub fn mask(text: &str, public: &Public) -> Masked {
    let mut masked = Masked { text: text.to_owned(), masks: Vec::new() };
    // What was taken out may have hidden something else. Each round takes characters out, so this ends.
    loop {
        let found = find_besides(&masked.text, public);
        if found.is_empty() {
            return masked;
        }
        masked = masked.without(&found);
    }
}

impl Masked {
    fn without(self, found: &[Found]) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut masks = Vec::new();
        let mut from = 0;
        let mut old = self.masks.into_iter().peekable();
        for one in found {
            // A star is a byte long, so what was masked before moves by what is cut between.
            while let Some(known) = old.next_if(|known| known.range.end <= one.range.start) {
                masks.push(shifted(&known, text.len(), from));
            }
            text.push_str(&self.text[from..one.range.start]);
            let start = text.len();
            text.extend(self.text[one.range.clone()].chars().map(|_| '*'));
            masks.push(Found { kind: one.kind, range: start..text.len() });
            // A mask inside of what is masked now is part of it.
            while old.next_if(|known| known.range.start < one.range.end).is_some() {}
            from = one.range.end;
        }
        for known in old {
            masks.push(shifted(&known, text.len(), from));
        }
        text.push_str(&self.text[from..]);
        Self { text, masks }
    }
}

/// What stood at or after `from` in the old text stands as far behind `to` in the new one.
fn shifted(known: &Found, to: usize, from: usize) -> Found {
    let place = |at: usize| at - from + to;
    Found { kind: known.kind, range: place(known.range.start)..place(known.range.end) }
}

/// The characters of a text, each with where it begins, and the end of the text behind them.
fn letters(text: &str) -> Vec<(usize, char)> {
    text.char_indices().map(|(at, c)| (at, narrow(c))).collect()
}

/// Where the character at a place begins; the text's end behind the last one.
fn begins(letters: &[(usize, char)], place: usize, text: &str) -> usize {
    letters.get(place).map_or(text.len(), |(at, _)| *at)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}
