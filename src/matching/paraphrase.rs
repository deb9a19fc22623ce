//! Whether two requests ask the same: a probability from what they have in common, with learnt weights.
//!
//! [`similarity`] tells how alike two texts look and knows no weights; here it is one sign among others.

use crate::matching::asking;
use crate::matching::logistic::{dot, sigmoid};
use crate::matching::phrase::Phrase;
use crate::matching::similar::{negations, shared, similarity};
use crate::matching::weights::Weights;
use rustc_hash::FxHashSet;
use std::hash::Hash;

/// What two requests are compared by. All are symmetric, about 0 to 1.
pub const COMPARING: [&str; 14] = [
    "alike",
    "edits",
    "sounds",
    "characters",
    "pairs",
    "words",
    "contained",
    "length",
    "lengths_apart",
    "same_beginning",
    "same_end",
    "one_negates",
    "other_sort",
    "meaning",
];

/// What the texts have in common, in the order of [`COMPARING`]. `meaning` is the cosine of their vectors, where there is
/// an encoder.
pub fn compared(a: &str, b: &str, meaning: Option<f32>) -> Vec<f64> {
    let alike = similarity(a, b);
    let (a, b) = (shared().analyse_question(a), shared().analyse_question(b));
    let (phrase_a, phrase_b) = (Phrase::new(&a, Vec::new()), Phrase::new(&b, Vec::new()));
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).take(500).collect::<Vec<char>>();
    let (said_a, said_b) = (letters(&a.text), letters(&b.text));
    let set = |said: &[char]| said.iter().copied().collect::<FxHashSet<char>>();
    let pairs = |said: &[char]| said.windows(2).map(|pair| (pair[0], pair[1])).collect::<FxHashSet<_>>();
    let words = |text: &str| {
        shared()
            .words(text)
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(str::to_owned)
            .collect::<FxHashSet<String>>()
    };
    let (set_a, set_b) = (set(&said_a), set(&said_b));
    let common = set_a.intersection(&set_b).count() as f64;
    let (shorter, longer) = (said_a.len().min(said_b.len()), said_a.len().max(said_b.len()));
    let yes = |yes: bool| f64::from(u8::from(yes));
    vec![
        alike,
        phrase_a.edit_likeness(&phrase_b),
        phrase_a.sound_overlap(&phrase_b),
        overlap(&set_a, &set_b),
        overlap(&pairs(&said_a), &pairs(&said_b)),
        overlap(&words(&a.text), &words(&b.text)),
        common / set_a.len().min(set_b.len()).max(1) as f64,
        ((1.0 + (shorter + longer) as f64).ln() / 5.0).min(2.0),
        (longer - shorter) as f64 / longer.max(1) as f64,
        yes(shorter > 1 && said_a[..2] == said_b[..2]),
        yes(shorter > 1 && said_a[said_a.len() - 2..] == said_b[said_b.len() - 2..]),
        yes(negations(&a.text) != negations(&b.text)),
        f64::from((asking::wanted(&a.text) ^ asking::wanted(&b.text)).count_ones()) / 4.0,
        f64::from(meaning.unwrap_or(0.0)),
    ]
}

/// How likely two requests ask the same, from 0 to 1. Symmetric.
pub fn same_request(a: &str, b: &str, meaning: Option<f32>, weights: &Weights) -> f64 {
    sigmoid(weights.same_intercept + dot(&weights.same, &compared(a, b, meaning)))
}

/// The share of what either has that both have (Jaccard).
fn overlap<T: Eq + Hash>(a: &FxHashSet<T>, b: &FxHashSet<T>) -> f64 {
    let both = a.intersection(b).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_is_likelier_than_another_one_either_way_round() {
        let weights = Weights::built_in();
        let same = |a: &str, b: &str| same_request(a, b, None, &weights);
        assert!(same("社保卡丢了怎么补办", "社保卡丢失如何补办") > same("社保卡丢了怎么补办", "公积金贷款额度是多少"));
        assert!((same("社保卡", "公积金贷款") - same("公积金贷款", "社保卡")).abs() < 1e-9);
    }

    #[test]
    fn hostile_input_is_survived() {
        for (a, b) in [("", ""), ("😀", ""), ("a", "啊"), ("\u{0}", "社保")] {
            let values = compared(a, b, None);
            assert!(values.len() == COMPARING.len() && values.iter().all(|value| value.is_finite()), "{a:?} {b:?}");
        }
        compared(&"啊".repeat(300_000), &"a".repeat(300_000), Some(1.0));
    }
}
