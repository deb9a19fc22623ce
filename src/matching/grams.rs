//! A text as the n-grams that a [`Classifier`](super::Classifier) weighs: one to three characters where it is Chinese
//! and the words among them, words and their beginnings elsewhere, marks as they are.

use crate::matching::normalise::is_han;
use crate::matching::similar::shared;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher as _;

/// A text is read up to this many characters.
const LIMIT: usize = 1_000;
/// Characters in the longest n-gram.
const LONGEST: usize = 3;

/// An n-gram, as a number. Two of them share one so seldom that it doesn't matter.
pub(super) type Gram = u64;

/// The n-grams of a text with how often they occur, in a fixed order. Greetings stay in: they tell complaints from
/// questions.
pub(super) fn grams(text: &str) -> Vec<(Gram, f32)> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let normal = shared().normalise(&text[..end]);
    let mut counts: FxHashMap<Gram, f32> = FxHashMap::default();
    pieces(&normal, |sort, piece| *counts.entry(number(sort, piece)).or_default() += 1.0);
    let mut out: Vec<(Gram, f32)> = counts.into_iter().collect();
    out.sort_unstable_by_key(|(gram, _)| *gram);
    out
}

/// What a piece of text is: the same characters as a word count apart from those that only stand together.
#[derive(Clone, Copy)]
enum Sort {
    Run,
    Word,
}

fn number(sort: Sort, piece: &str) -> Gram {
    let mut hasher = FxHasher::default();
    hasher.write_u8(sort as u8);
    hasher.write(piece.as_bytes());
    hasher.finish()
}

fn pieces(normal: &str, mut take: impl FnMut(Sort, &str)) {
    let chars: Vec<(usize, char)> = normal.char_indices().collect();
    let byte = |at: usize| chars.get(at).map_or(normal.len(), |(byte, _)| *byte);
    let end_of = |at: usize, belongs: fn(char) -> bool| {
        chars[at..].iter().position(|(_, c)| !belongs(*c)).map_or(chars.len(), |offset| at + offset)
    };
    let mut run = |from: usize, to: usize, sort: Sort| {
        if let Some(piece) = normal.get(byte(from)..byte(to)) {
            take(sort, piece);
        }
    };
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at].1;
        if is_han(c) {
            let end = end_of(at, is_han);
            for from in at..end {
                for to in from + 1..=(from + LONGEST).min(end) {
                    run(from, to, Sort::Run);
                }
            }
            let mut from = at;
            for word in shared().words(normal.get(byte(at)..byte(end)).unwrap_or_default()) {
                let to = from + word.chars().count();
                if to > from + 1 {
                    run(from, to, Sort::Word);
                }
                from = to;
            }
            at = end;
        } else if c.is_alphanumeric() {
            let end = end_of(at, |c| c.is_alphanumeric() && !is_han(c));
            run(at, end.min(at + 40), Sort::Run);
            if end - at > 5 {
                run(at, at + 5, Sort::Run);
            }
            at = end;
        } else {
            if !c.is_whitespace() {
                run(at, at + 1, Sort::Run);
            }
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        pieces(&shared().normalise(text), |_, piece| out.push(piece.to_owned()));
        out
    }

    #[test]
    fn runs_words_and_marks() {
        let found = all("公积金 loans？");
        for piece in ["公", "公积", "公积金", "loans", "?"] {
            assert!(found.iter().any(|f| f == piece), "{piece}: {found:?}");
        }
        assert_eq!(found.iter().filter(|f| *f == "公积金").count(), 2, "as a run and as a word");
        assert!(all("telephone").contains(&"telep".to_owned()));
    }

    #[test]
    fn hostile_input_is_survived() {
        assert!(grams("").is_empty());
        for unit in ["啊", "a", "1", "。", "😀", "\u{0}"] {
            assert!(grams(&unit.repeat(300_000)).len() <= 2 * LONGEST + 2);
        }
    }
}
