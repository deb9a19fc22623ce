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
pub const COMPARING: [&str; 15] = [
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
    "meaning_apart",
];

/// How near two requests are by meaning. Cosines of whole vectors mostly say how usual both requests are; what sets each apart
/// from the usual one says whether they ask the same. Together they tell more than either.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearness {
    /// The cosine of their vectors.
    pub whole: f64,
    /// The cosine of what lies between each vector and the mean of all requests that are compared.
    pub apart: f64,
}

impl Nearness {
    /// Of two vectors, the mean of all being `middle`. None where they can't be compared: one is missing, or of another model.
    pub fn between(a: &[f32], b: &[f32], middle: &[f32]) -> Option<Self> {
        if a.is_empty() || a.len() != b.len() || a.len() != middle.len() {
            return None;
        }
        let from = |x: &[f32]| x.iter().zip(middle).map(|(x, m)| x - m).collect::<Vec<f32>>();
        Some(Self { whole: cosine(a, b), apart: cosine(&from(a), &from(b)) })
    }
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { dot(a, b) / lengths } else { 0.0 }
}

/// What the texts have in common, in the order of [`COMPARING`]. `meaning` is how near their vectors are, where there is an
/// encoder.
pub fn compared(a: &str, b: &str, meaning: Option<Nearness>) -> Vec<f64> {
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
        meaning.map_or(0.0, |near| near.whole),
        meaning.map_or(0.0, |near| near.apart),
    ]
}

/// How likely two requests ask the same, from 0 to 1. Symmetric.
pub fn same_request(a: &str, b: &str, meaning: Option<Nearness>, weights: &Weights) -> f64 {
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
        let near = Nearness { whole: 1.0, apart: -1.0 };
        compared(&"啊".repeat(300_000), &"a".repeat(300_000), Some(near));
    }

    #[test]
    fn what_sets_requests_apart_is_told_from_what_all_have_in_common() {
        let near = |a: &[f32], b: &[f32]| Nearness::between(a, b, &[0.9, 0.1, 0.1]);
        let (same, other) = (near(&[0.9, 0.4, 0.0], &[0.9, 0.4, 0.1]), near(&[0.9, 0.4, 0.0], &[0.9, 0.0, 0.4]));
        assert!(same.unwrap().whole - other.unwrap().whole < 0.3 && other.unwrap().whole > 0.8);
        assert!(same.unwrap().apart > 0.9 && other.unwrap().apart < 0.0);
        // A request that is just the usual one is near to nothing.
        assert!(near(&[0.9, 0.1, 0.1], &[0.9, 0.4, 0.0]).unwrap().apart.abs() < 1e-9);
        for (a, b) in [(&[][..], &[][..]), (&[1.0, 0.0][..], &[1.0, 0.0][..]), (&[1.0, 0.0, 0.0][..], &[1.0][..])] {
            assert_eq!(near(a, b), None);
        }
    }
}
