//! A text as the n-grams that a [`Classifier`](super::Classifier) weighs: one or two characters where it is Chinese
//! and the words among them, words and their beginnings elsewhere, marks as they are.

use crate::matching::normalise::is_han;
use crate::matching::similar::shared;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher as _;

/// A text is read up to this many characters.
const LIMIT: usize = 1_000;
/// A text with more characters is a story: what matters is where in it something stands.
const LONG: usize = 60;
/// Characters in the longest n-gram.
const LONGEST: usize = 2;

/// An n-gram, as a number. Two of them share one so seldom that it doesn't matter.
pub(super) type Gram = u64;

/// The n-grams of a text with how often they occur, in a fixed order. Greetings stay in: they tell complaints from
/// questions.
pub(super) fn grams(text: &str) -> Vec<(Gram, f32)> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let normal = shared().normalise(&text[..end]);
    let mut counts: FxHashMap<Gram, f32> = FxHashMap::default();
    let mut count = |gram: Gram| *counts.entry(gram).or_default() += 1.0;
    let long = normal.chars().nth(LONG).is_some();
    let mut before = None;
    pieces(&normal, |sort, piece| {
        if !matches!(sort, Sort::Letter) {
            count(number(sort, piece));
        }
        if long
            && matches!(sort, Sort::Word | Sort::Letter)
            && let Some(before) = before.replace(piece.to_owned())
        {
            count(number(Sort::Pair, &format!("{before} {piece}")));
        }
    });
    if long {
        // A story says at its end what it is told for, and a question mark shows what is asked.
        let mut count_in = |place: Sort, sort: Sort, piece: &str| {
            if !matches!(sort, Sort::Letter) {
                count(number(place, piece));
            }
        };
        let ends = |c: char| matches!(c, '。' | '!' | '?' | ';' | '\n');
        let last = normal.trim_end_matches(|c: char| ends(c) || c.is_whitespace()).rsplit(ends).next();
        pieces(last.unwrap_or_default(), |sort, piece| count_in(Sort::Last, sort, piece));
        for asked in normal.split_inclusive(ends).filter(|sentence| sentence.ends_with('?')) {
            pieces(asked, |sort, piece| count_in(Sort::Asked, sort, piece));
        }
    }
    let mut out: Vec<(Gram, f32)> = counts.into_iter().collect();
    out.sort_unstable_by_key(|(gram, _)| *gram);
    out
}

/// The pairs of characters and the words of other scripts in a text, each once, in a fixed order: what near texts share.
pub(super) fn pairs(text: &str) -> Vec<Gram> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let normal = shared().normalise(&text[..end]);
    let chars: Vec<char> = normal.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let word = |c: &char| c.is_alphanumeric() && !is_han(*c);
        let end = chars[at..].iter().position(|c| !word(c)).map_or(chars.len(), |offset| at + offset);
        if end > at {
            out.push(number(Sort::Word, &chars[at..end.min(at + 40)].iter().collect::<String>()));
            at = end;
            continue;
        }
        if let [one, two, ..] = chars[at..]
            && is_han(one)
            && is_han(two)
        {
            out.push(number(Sort::Run, [one, two].iter().collect::<String>().as_str()));
        }
        at += 1;
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// What a piece of text is: the same characters as a word count apart from those that only stand together.
#[derive(Clone, Copy)]
enum Sort {
    Run,
    Word,
    /// A word of one character: it counts as a run already, and here only where words stand in a row.
    Letter,
    /// Two words in a row.
    Pair,
    /// In the last sentence.
    Last,
    /// In a question.
    Asked,
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
                run(from, to, if to > from + 1 { Sort::Word } else { Sort::Letter });
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
        pieces(&shared().normalise(text), |sort, piece| {
            if !matches!(sort, Sort::Letter) {
                out.push(piece.to_owned());
            }
        });
        out
    }

    #[test]
    fn runs_words_and_marks() {
        let found = all("公积金 loans？");
        for piece in ["公", "公积", "公积金", "loans", "?"] {
            assert!(found.iter().any(|f| f == piece), "{piece}: {found:?}");
        }
        assert_eq!(found.iter().filter(|f| *f == "公积").count(), 1, "a run and no word");
        assert!(all("telephone").contains(&"telep".to_owned()));
    }

    #[test]
    fn hostile_input_is_survived() {
        assert!(grams("").is_empty());
        for unit in ["啊", "a", "1", "。", "😀", "\u{0}"] {
            assert!(grams(&unit.repeat(300_000)).len() <= 16);
        }
    }
}
