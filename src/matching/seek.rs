//! Words that somebody searches for, found where they stand: a search by the letter, not by the meaning.
//!
//! A text is cut into terms: each Chinese character together with the one after it (the last of a run alone), and each
//! run of other letters and digits. A word of two characters is one term then, a longer one a row of adjacent terms, a
//! single character the beginning of one, and whatever keeps terms with their order can find them all. Script, case and
//! width are folded, punctuation is left out.

use crate::matching::normalise::{Normaliser, is_han, is_mark};
use std::{ops::Range, sync::LazyLock};

/// Stands between two texts, so that no word begins in one and ends in the next. No word can be this.
pub const BREAK: &str = "|";

/// How many terms of a text are kept: a place beyond 16383 is none in PostgreSQL, and both databases should find the same.
const MOST_TERMS: usize = 16_000;
/// How many characters a term of letters has at most. A longer run is several.
const LONGEST: usize = 40;
/// The most words that are looked for; further ones are passed over.
const MOST_WORDS: usize = 8;
/// A word is read up to so many characters.
const LONGEST_WORD: usize = 100;

static NORMALISER: LazyLock<Normaliser> = LazyLock::new(Normaliser::new);

/// A term, and where in its text it stands.
struct Placed {
    term: String,
    start: usize,
    /// Where the first character of a Chinese term ends; where any other term ends.
    first: usize,
    end: usize,
}

fn placed(text: &str) -> Vec<Placed> {
    let mut letters: Vec<(Range<usize>, char)> = Vec::with_capacity(text.len() / 3);
    NORMALISER.fold_each(text, |bytes, c| letters.push((bytes, c)));
    let mut out = Vec::with_capacity(letters.len());
    let mut at = 0;
    while let Some((bytes, c)) = letters.get(at) {
        at += 1;
        if is_han(*c) {
            let next = letters.get(at).filter(|(_, next)| is_han(*next));
            let term = std::iter::once(*c).chain(next.map(|(_, next)| *next)).collect();
            let end = next.map_or(bytes.end, |(next, _)| next.end);
            out.push(Placed { term, start: bytes.start, first: bytes.end, end });
        } else if c.is_alphanumeric() {
            let run = letters[at..].iter().take(LONGEST - 1);
            let run: Vec<_> = run.take_while(|(_, c)| c.is_alphanumeric() && !is_han(*c)).collect();
            let end = run.last().map_or(bytes.end, |(last, _)| last.end);
            let term = std::iter::once(*c).chain(run.iter().map(|(_, c)| *c)).collect();
            out.push(Placed { term, start: bytes.start, first: end, end });
            at += run.len();
        }
    }
    out
}

/// The terms of several texts in their order, with a [`BREAK`] between two texts.
pub fn terms<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut out = Vec::new();
    for text in texts {
        if !out.is_empty() {
            out.push(BREAK.to_owned());
        }
        out.extend(placed(text).into_iter().map(|placed| placed.term));
        if out.len() >= MOST_TERMS {
            break;
        }
    }
    out.truncate(MOST_TERMS);
    out
}

/// A word as a row of terms that stand one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoughtWord {
    /// The terms; never none.
    pub terms: Vec<String>,
    /// Whether the last one may go on: a single character, or letters whose end wasn't typed.
    pub open: bool,
}

impl SoughtWord {
    /// None where nothing can be looked for.
    fn read(word: &str) -> Option<Self> {
        let end = word.char_indices().nth(LONGEST_WORD).map_or(word.len(), |(at, _)| at);
        let mut placed = placed(&word[..end]);
        // The last character of a run stands alone there only because nothing follows it.
        let closed = matches!(placed.as_slice(), [.., before, last] if before.end == last.end);
        if closed {
            placed.pop();
        }
        let terms: Vec<String> = placed.into_iter().map(|placed| placed.term).collect();
        (!terms.is_empty()).then_some(Self { terms, open: !closed })
    }

    /// Whether it stands at the beginning of some terms; where it ends then.
    fn at(&self, placed: &[Placed]) -> Option<usize> {
        let (last, before) = self.terms.split_last()?;
        let (end, rest) = (placed.get(before.len())?, placed.get(..before.len())?);
        if !before.iter().zip(rest).all(|(term, there)| *term == there.term) {
            return None;
        }
        if end.term == *last {
            Some(end.end)
        } else {
            (self.open && end.term.starts_with(last.as_str())).then_some(end.first)
        }
    }
}

/// What somebody searches for: all of several words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sought(Vec<SoughtWord>);

impl Sought {
    /// Words between blanks and punctuation.
    pub fn words(search: &str) -> Self {
        let words = search.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
        Self(words.filter_map(SoughtWord::read).take(MOST_WORDS).collect())
    }

    /// One word, whatever punctuation is in it: a number.
    pub fn whole(search: &str) -> Self {
        Self(SoughtWord::read(search).into_iter().collect())
    }

    /// The words; none where nothing was typed that could be found.
    pub fn each(&self) -> &[SoughtWord] {
        &self.0
    }

    /// The words that don't stand in a text.
    #[must_use]
    pub fn missing_in(&self, text: &str) -> Self {
        let placed = placed(text);
        let stands = |word: &SoughtWord| (0..placed.len()).any(|at| word.at(&placed[at..]).is_some());
        Self(self.0.iter().filter(|word| !stands(word)).cloned().collect())
    }

    /// Where its words stand in a text, in bytes: in order, none within another.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let placed = placed(text);
        let mut found: Vec<Range<usize>> = Vec::new();
        for (at, there) in placed.iter().enumerate() {
            let ends = self.0.iter().filter_map(|word| word.at(&placed[at..]));
            let Some(end) = ends.max() else { continue };
            match found.last_mut() {
                Some(last) if there.start <= last.end => last.end = last.end.max(end),
                _ => found.push(there.start..end),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(search: &str, text: &str) -> Vec<String> {
        Sought::words(search).places(text).into_iter().map(|place| text[place].to_owned()).collect()
    }

    #[test]
    fn a_text_is_cut_into_pairs_and_runs() {
        assert_eq!(terms(["医保卡，WiFi密码2025年"]), ["医保", "保卡", "卡", "wifi", "密码", "码", "2025", "年"]);
        assert_eq!(terms(["渡船", "停"]), ["渡船", "船", BREAK, "停"]);
        assert_eq!(terms(["a".repeat(100).as_str()]).iter().map(String::len).collect::<Vec<_>>(), [40, 40, 20]);
    }

    #[test]
    fn a_word_is_found_as_it_stands() {
        for (search, text, expected) in [
            ("渡船", "渡船明年还开渡船吗", vec!["渡船", "渡船"]),
            ("渡船票", "渡船票价，渡船停开", vec!["渡船票"]),
            ("船", "渡船", vec!["船"]),
            ("渡", "渡船渡", vec!["渡", "渡"]),
            ("醫保", "我的医保", vec!["医保"]),
            ("医保", "我的醫保", vec!["醫保"]),
            ("ＷｉＦｉ", "连不上wifi6了", vec!["wifi6"]),
            ("2025年", "在2025年12月", vec!["2025年"]),
            ("渡船 票价", "票价和渡船", vec!["票价", "渡船"]),
            ("票价，渡船", "票价 渡船", vec!["票价", "渡船"]),
            ("局医", "人社局，医保", vec![]),
            ("fi", "wifi", vec![]),
            ("%", "100%", vec![]),
        ] {
            assert_eq!(found(search, text), expected, "{search} in {text}");
        }
    }

    #[test]
    fn what_is_no_word_is_nothing_to_look_for() {
        for search in ["", "  ", "%_", "，。", "😀"] {
            assert!(Sought::words(search).each().is_empty(), "{search}");
        }
        assert_eq!(Sought::words(&"字 ".repeat(50)).each().len(), MOST_WORDS);
        let number = Sought::whole("z20261123-00");
        assert_eq!(number.each(), [SoughtWord { terms: vec!["z20261123".into(), "00".into()], open: true }]);
    }

    proptest! {
        /// Whatever piece of a text is searched for is found there, and every place is a piece of the text.
        #[test]
        fn every_piece_of_a_text_is_found(text in "[一-十医保渡船a-c0-2，。 éＡ]{1,40}", from in 0_usize..40, long in 1_usize..12) {
            let letters: Vec<char> = text.chars().collect();
            let from = from % letters.len();
            // A word of letters is found from its beginning.
            let begins = from == 0 || is_han(letters[from]) || !letters[from - 1].is_alphanumeric() || is_han(letters[from - 1]);
            prop_assume!(begins && letters[from].is_alphanumeric());
            let piece: String = letters[from..].iter().take(long).take_while(|c| c.is_alphanumeric()).collect();
            let places = Sought::words(&piece).places(&text);
            prop_assert!(!places.is_empty(), "{piece} in {text}");
            for place in places {
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
