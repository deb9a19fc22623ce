//! How texts are kept in memory: characters as short numbers, from which the text comes back exactly.
//!
//! A character takes one unit of twelve bits, half of what it takes in UTF-8. What an alphabet of four thousand does
//! not hold is written out in two more units behind an escape. The alphabet also knows what the analyser makes of a
//! character by itself, so that a text can be searched as it stands, without being normalised again.

#![allow(clippy::cast_possible_truncation, reason = "units have twelve bits, and what is narrowed was made from such")]

use crate::matching::analyse::Analyser;
use crate::matching::normalise::{is_han, is_numeral};
use rustc_hash::FxHashMap;

/// How many numbers a unit can hold.
pub(crate) const UNITS: usize = 4_096;
/// The number of the escape. The character follows in two units, the lower half first.
const ESCAPE: u16 = 4_095;

/// Something about each character, by number.
pub(crate) type Facts = [u16; UNITS];

/// In the facts about a character: its length in UTF-8.
pub(crate) const WIDTH: u16 = 0b111;
/// It is Chinese.
pub(crate) const HAN: u16 = 1 << 3;
/// It is a letter of an alphabet.
pub(crate) const LETTER: u16 = 1 << 4;
/// It is a digit.
pub(crate) const DIGIT: u16 = 1 << 5;
/// It may stand for a digit, in Chinese.
pub(crate) const NUMERAL: u16 = 1 << 6;
/// It is no character but the escape or what follows one.
pub(crate) const WRITTEN_OUT: u16 = 1 << 7;

/// The characters met so far and their numbers. A number is never given to another character.
#[derive(Debug, Clone)]
pub(crate) struct Alphabet {
    numbers: FxHashMap<char, u16>,
    chars: Vec<char>,
    /// What the analyser makes of each; [`OTHER`] stands for several characters or none, kept in `others`.
    folded: Vec<char>,
    others: FxHashMap<u16, Box<str>>,
    facts: Box<Facts>,
    /// The numbers that are folded into a character.
    forms: FxHashMap<char, Vec<u16>>,
}

/// What `folded` holds where a character is folded into several or none.
const OTHER: char = '\0';

impl Default for Alphabet {
    fn default() -> Self {
        let mut facts = Box::new([0; UNITS]);
        facts[usize::from(ESCAPE)] = WRITTEN_OUT;
        Self {
            numbers: FxHashMap::default(),
            chars: Vec::new(),
            folded: Vec::new(),
            others: FxHashMap::default(),
            facts,
            forms: FxHashMap::default(),
        }
    }
}

/// Appends units to bytes: two in three bytes.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
    half: bool,
}

impl Writer {
    fn push(&mut self, unit: u16) {
        let [low, high] = unit.to_le_bytes();
        match self.bytes.last_mut() {
            Some(last) if self.half => {
                *last |= low << 4;
                self.bytes.push((unit >> 4).to_le_bytes()[0]);
            }
            _ => self.bytes.extend([low, high]),
        }
        self.half = !self.half;
    }
}

/// The unit at a place.
#[inline]
fn unit(codes: &[u8], at: usize) -> u16 {
    let begin = at + at / 2;
    let pair = [codes.get(begin).copied().unwrap_or(0), codes.get(begin + 1).copied().unwrap_or(0)];
    (u16::from_le_bytes(pair) >> (at % 2 * 4)) & ESCAPE
}

impl Alphabet {
    /// Appends a text. Gives its length in units.
    pub(crate) fn write(&mut self, analyser: &Analyser, text: &str, into: &mut Writer) -> usize {
        let mut length = 0;
        for c in text.chars() {
            let number = match self.numbers.get(&c) {
                Some(number) => *number,
                None => self.meet(analyser, c),
            };
            into.push(number);
            length += 1;
            if number == ESCAPE {
                let c = u32::from(c);
                into.push((c & 0xfff) as u16);
                into.push((c >> 12) as u16);
                length += 2;
            }
        }
        length
    }

    fn meet(&mut self, analyser: &Analyser, c: char) -> u16 {
        let Some(number) = u16::try_from(self.chars.len()).ok().filter(|number| *number < ESCAPE) else {
            return ESCAPE;
        };
        let form = analyser.normalise(c.encode_utf8(&mut [0; 4]));
        let mut chars = form.chars();
        let folded = match (chars.next(), chars.next()) {
            (Some(only), None) if only != OTHER => only,
            _ => {
                self.others.insert(number, form.into());
                OTHER
            }
        };
        let mut facts = c.len_utf8() as u16;
        if folded == OTHER {
            facts |= LETTER | DIGIT;
        } else if is_han(folded) {
            facts |= HAN;
            if is_numeral(folded) {
                facts |= NUMERAL;
            }
        } else if folded.is_ascii_digit() {
            facts |= DIGIT;
        } else if folded.is_alphanumeric() {
            facts |= LETTER;
        }
        self.numbers.insert(c, number);
        self.chars.push(c);
        self.folded.push(folded);
        self.facts[usize::from(number)] = facts;
        if folded != OTHER {
            self.forms.entry(folded).or_default().push(number);
        }
        number
    }

    /// The facts about each character.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The numbers of the characters that the analyser turns into this one.
    pub(crate) fn forms(&self, folded: char) -> &[u16] {
        self.forms.get(&folded).map_or(&[], Vec::as_slice)
    }

    /// Appends what the analyser makes of each character in `length` units.
    pub(crate) fn fold(&self, codes: &[u8], begin: usize, length: usize, into: &mut Vec<char>) {
        let mut at = begin;
        while at < begin + length {
            let number = unit(codes, at);
            match self.folded.get(usize::from(number)) {
                Some(&OTHER) => into.extend(self.others.get(&number).map_or("", |form| form).chars()),
                Some(folded) => into.push(*folded),
                None => {
                    into.push(written_out(codes, at));
                    at += 2;
                }
            }
            at += 1;
        }
    }

    /// How many units there are.
    pub(crate) fn units(codes: &[u8]) -> usize {
        codes.len() * 2 / 3
    }

    /// Appends the characters in `length` units as they were written.
    pub(crate) fn decode(&self, codes: &[u8], begin: usize, length: usize, into: &mut String) {
        let mut at = begin;
        while at < begin + length {
            if let Some(c) = self.chars.get(usize::from(unit(codes, at))) {
                into.push(*c);
            } else {
                into.push(written_out(codes, at));
                at += 2;
            }
            at += 1;
        }
    }
}

/// Looks up a fact about each unit of `codes`. What was written out gets the fact [`WRITTEN_OUT`] on each unit, and its
/// width on the first one.
pub(crate) fn look_up(facts: &Facts, codes: &[u8], into: &mut Vec<u16>) {
    into.clear();
    into.resize(Alphabet::units(codes), 0);
    let fact = |unit: u16| facts[usize::from(unit & ESCAPE)];
    let threes = codes.chunks_exact(3);
    if let ([low, high], Some(last)) = (threes.remainder(), into.last_mut()) {
        *last = fact(u16::from_le_bytes([*low, *high]));
    }
    for (three, two) in threes.zip(into.chunks_exact_mut(2)) {
        two[0] = fact(u16::from_le_bytes([three[0], three[1]]));
        two[1] = fact(u16::from_le_bytes([three[1], three[2]]) >> 4);
    }
}

/// Mends facts that were looked up where characters are written out.
pub(crate) fn mend(facts: &mut [u16], codes: &[u8]) {
    let mut at = 0;
    while at < facts.len() {
        if unit(codes, at) == ESCAPE {
            let width = written_out(codes, at).len_utf8() as u16;
            for (offset, fact) in facts.iter_mut().skip(at).take(3).enumerate() {
                *fact = WRITTEN_OUT | if offset == 0 { width } else { 0 };
            }
            at += 2;
        }
        at += 1;
    }
}

/// The character behind the escape at a place.
fn written_out(codes: &[u8], at: usize) -> char {
    let c = u32::from(unit(codes, at + 1)) | (u32::from(unit(codes, at + 2)) << 12);
    char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(analyser: &Analyser, alphabet: &mut Alphabet, text: &str) -> String {
        let mut writer = Writer::default();
        let begin = alphabet.write(analyser, "前", &mut writer);
        let length = alphabet.write(analyser, text, &mut writer);
        let mut back = String::new();
        alphabet.decode(&writer.bytes, begin, length, &mut back);
        let mut facts = Vec::new();
        look_up(alphabet.facts(), &writer.bytes, &mut facts);
        mend(&mut facts, &writer.bytes);
        let width: usize = facts.iter().skip(begin).take(length).map(|fact| usize::from(fact & WIDTH)).sum();
        assert_eq!(width, text.len());
        back
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let analyser = Analyser::new();
        let alphabet = std::cell::RefCell::new(Alphabet::default());
        proptest!(|(text in any::<String>())| {
            prop_assert_eq!(there_and_back(&analyser, &mut alphabet.borrow_mut(), &text), text);
        });
    }

    #[test]
    fn more_characters_than_numbers_are_written_out() {
        let analyser = Analyser::new();
        let mut alphabet = Alphabet::default();
        let text: String = ('\u{1}'..='\u{d7ff}').step_by(5).chain('\u{1f300}'..='\u{1f600}').collect();
        assert_eq!(there_and_back(&analyser, &mut alphabet, &text), text);
        assert_eq!(there_and_back(&analyser, &mut alphabet, "社保卡😀"), "社保卡😀");
    }

    #[test]
    fn folding_says_what_the_analyser_says() {
        let analyser = Analyser::new();
        let mut alphabet = Alphabet::default();
        let (mut writer, mut folded) = (Writer::default(), Vec::new());
        let length = alphabet.write(&analyser, "醫療ＡＢ㎡é", &mut writer);
        alphabet.fold(&writer.bytes, 0, length, &mut folded);
        assert_eq!(folded.into_iter().collect::<String>(), analyser.normalise("醫療ＡＢ㎡é"));
    }
}
