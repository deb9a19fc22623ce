//! How texts are kept in memory: characters as short numbers, from which the text comes back exactly.
//!
//! A text takes about one and a half bytes a character, against three in UTF-8. The commonest characters have one
//! byte, others two; what goes beyond is written out behind an escape. The alphabet also knows what the analyser makes
//! of a character by itself, so that a text can be searched as it stands, without being normalised again.

use crate::matching::analyse::Analyser;
use crate::matching::normalise::{is_han, is_numeral};
use rustc_hash::FxHashMap;

/// So many characters have one byte.
const SHORT: u16 = 176;
/// The number of the escape, the last one that two bytes can hold.
const ESCAPE: u16 = SHORT + ((256 - SHORT) << 8) - 1;

/// In the facts about a character: its length in UTF-8, less one.
pub(crate) const WIDTH: u16 = 0b11;
/// It is Chinese.
pub(crate) const HAN: u16 = 1 << 2;
/// It is a letter of an alphabet.
pub(crate) const LETTER: u16 = 1 << 3;
/// It is a digit.
pub(crate) const DIGIT: u16 = 1 << 4;
/// It may stand for a digit, in Chinese.
pub(crate) const NUMERAL: u16 = 1 << 5;

/// The characters met so far and their numbers. A number is never given to another character.
#[derive(Debug, Clone, Default)]
pub(crate) struct Alphabet {
    numbers: FxHashMap<char, u16>,
    chars: Vec<char>,
    /// What the analyser makes of each; [`OTHER`] stands for several characters or none, kept in `others`.
    folded: Vec<char>,
    others: FxHashMap<u16, Box<str>>,
    facts: Vec<u16>,
    /// The numbers that are folded into a character.
    forms: FxHashMap<char, Vec<u16>>,
}

/// What `folded` holds where a character is folded into several or none.
const OTHER: char = '\0';

impl Alphabet {
    /// Appends a text. Gives its length in characters.
    pub(crate) fn write(&mut self, analyser: &Analyser, text: &str, into: &mut Vec<u8>) -> usize {
        let mut length = 0;
        for c in text.chars() {
            length += 1;
            let number = match self.numbers.get(&c) {
                Some(number) => *number,
                None => self.meet(analyser, c),
            };
            if number < SHORT {
                into.push(number.to_le_bytes()[0]);
                continue;
            }
            let [low, high] = (number - SHORT).to_le_bytes();
            into.extend([SHORT.to_le_bytes()[0] + high, low]);
            if number == ESCAPE {
                into.extend(&u32::from(c).to_le_bytes()[..3]);
            }
        }
        length
    }

    /// Gives the characters of a sample their numbers, the commonest first. Pays only while the alphabet is empty.
    pub(crate) fn learn<'a>(&mut self, analyser: &Analyser, texts: impl Iterator<Item = &'a str>) {
        let mut counts: FxHashMap<char, u32> = FxHashMap::default();
        for c in texts.flat_map(str::chars) {
            *counts.entry(c).or_default() += 1;
        }
        let mut counts: Vec<(char, u32)> = counts.into_iter().collect();
        counts.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        for (c, _) in counts {
            if !self.numbers.contains_key(&c) {
                self.meet(analyser, c);
            }
        }
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
        let mut facts = (c.len_utf8() - 1) as u16;
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
        self.facts.push(facts);
        if folded != OTHER {
            self.forms.entry(folded).or_default().push(number);
        }
        number
    }

    /// The facts about each character, by number.
    pub(crate) fn facts(&self) -> &[u16] {
        &self.facts
    }

    /// The numbers of the characters that the analyser turns into this one.
    pub(crate) fn forms(&self, folded: char) -> &[u16] {
        self.forms.get(&folded).map_or(&[], Vec::as_slice)
    }

    /// Appends what the analyser makes of the next `length` characters, each for itself. Gives where they end.
    pub(crate) fn fold(&self, codes: &[u8], mut at: usize, length: usize, into: &mut Vec<char>) -> usize {
        for _ in 0..length {
            let (number, next) = read(codes, at);
            at = next;
            match self.folded.get(usize::from(number)) {
                Some(&OTHER) => into.extend(self.others.get(&number).map_or("", |form| form).chars()),
                Some(folded) => into.push(*folded),
                None => into.push(' '),
            }
        }
        at
    }

    /// Appends the next `length` characters as they were written. Gives where they end.
    pub(crate) fn decode(&self, codes: &[u8], mut at: usize, length: usize, into: &mut String) -> usize {
        for _ in 0..length {
            let (number, next) = read(codes, at);
            let known = self.chars.get(usize::from(number)).copied();
            into.push(known.or_else(|| escaped(codes, next)).unwrap_or(char::REPLACEMENT_CHARACTER));
            at = next;
        }
        at
    }
}

/// The number of the character at a place, and the place of the next one. Without branches on how long it is, which
/// no processor can foresee.
#[inline]
pub(crate) fn read(codes: &[u8], at: usize) -> (u16, usize) {
    let first = u16::from(codes.get(at).copied().unwrap_or(0));
    let second = u16::from(codes.get(at + 1).copied().unwrap_or(0));
    let long = u16::from(first >= SHORT);
    let more = (first.wrapping_sub(SHORT).wrapping_mul(255)).wrapping_add(second);
    let number = first.wrapping_add(more & long.wrapping_neg());
    let next = at + 1 + usize::from(long);
    if number == ESCAPE { (number, next + 3) } else { (number, next) }
}

/// The character that was written out before `next`.
pub(crate) fn escaped(codes: &[u8], next: usize) -> Option<char> {
    let raw = codes.get(next.checked_sub(3)?..next)?;
    char::from_u32(u32::from_le_bytes([raw[0], raw[1], raw[2], 0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn there_and_back(analyser: &Analyser, alphabet: &mut Alphabet, text: &str) -> String {
        let mut codes = Vec::new();
        let length = alphabet.write(analyser, text, &mut codes);
        let mut back = String::new();
        assert_eq!(alphabet.decode(&codes, 0, length, &mut back), codes.len());
        back
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let analyser = Analyser::new();
        let mut alphabet = Alphabet::default();
        proptest!(|(text in any::<String>())| {
            prop_assert_eq!(there_and_back(&analyser, &mut alphabet, &text), text);
        });
    }

    #[test]
    fn more_characters_than_numbers_are_written_out() {
        let analyser = Analyser::new();
        let mut alphabet = Alphabet::default();
        let text: String = ('\u{1}'..='\u{d7ff}').chain('\u{1f300}'..='\u{1f600}').collect();
        assert_eq!(there_and_back(&analyser, &mut alphabet, &text), text);
        assert_eq!(there_and_back(&analyser, &mut alphabet, "社保卡😀"), "社保卡😀");
    }

    #[test]
    fn folding_says_what_the_analyser_says() {
        let analyser = Analyser::new();
        let (mut alphabet, mut codes, mut folded) = (Alphabet::default(), Vec::new(), Vec::new());
        let length = alphabet.write(&analyser, "醫療ＡＢ㎡é", &mut codes);
        alphabet.fold(&codes, 0, length, &mut folded);
        assert_eq!(folded.into_iter().collect::<String>(), analyser.normalise("醫療ＡＢ㎡é"));
    }
}
