//! How alike two texts are, without an index: for pairs of requests and for near copies.

use crate::matching::analyse::{Analysed, Analyser, TokenKind};
use crate::matching::asking;
use crate::matching::phrase::Phrase;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// The general dictionary is enough here; the city's own words matter for finding, not for comparing.
static SHARED: LazyLock<Analyser> = LazyLock::new(Analyser::new);

/// The analyser with the general dictionary, built on first use and kept.
pub(crate) fn shared() -> &'static Analyser {
    &SHARED
}

/// How likely two texts ask the same, from 0 (nothing in common) to 1 (equal but for form). Symmetric.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (shared().analyse_question(a), shared().analyse_question(b));
    let (pa, pb) = (Phrase::new(&a, Vec::new()), Phrase::new(&b, Vec::new()));
    if pa.is_empty() || pb.is_empty() {
        return f64::from(u8::from(a.text == b.text));
    }
    let terms = cosine(&a, &b);
    // Edits say most: the same request in other words keeps its order. A "not" on one side only, or another sort of
    // answer wanted, makes it another request.
    let edits = pa.edit_likeness(&pb);
    let negated = f64::from(u8::from(negations(&a.text) != negations(&b.text)));
    let sorts = f64::from((asking::wanted(&a.text) ^ asking::wanted(&b.text)).count_ones());
    (0.25 * terms + 0.75 * edits - 0.1 * negated - 0.02 * sorts).clamp(0.0, 1.0)
}

/// How many characters that negate there are.
pub(crate) fn negations(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '不' | '没' | '未' | '无' | '非' | '别' | '勿')).count()
}

/// Cosine of the weighted terms.
fn cosine(a: &Analysed, b: &Analysed) -> f64 {
    let (a, b) = (bag(a), bag(b));
    // In a fixed order, since sums of fractions depend on it.
    let norm = |bag: &FxHashMap<&str, f64>| {
        let mut squares: Vec<f64> = bag.values().map(|w| w * w).collect();
        squares.sort_unstable_by(f64::total_cmp);
        squares.iter().sum::<f64>().sqrt()
    };
    let norms = norm(&a) * norm(&b);
    let mut products: Vec<f64> = a.iter().filter_map(|(term, w)| b.get(term).map(|v| w * v)).collect();
    products.sort_unstable_by(f64::total_cmp);
    if norms > 0.0 { products.iter().sum::<f64>() / norms } else { 0.0 }
}

/// How much each term of a text says of it.
pub(crate) fn bag(analysed: &Analysed) -> FxHashMap<&str, f64> {
    let mut bag: FxHashMap<&str, f64> = FxHashMap::default();
    for token in &analysed.tokens {
        let kind = match token.kind {
            TokenKind::Word => 1.5,
            TokenKind::Latin | TokenKind::Number => 1.0,
            TokenKind::Bigram | TokenKind::Prefix | TokenKind::Exact => 0.5,
        };
        let weight = f64::from(token.weight).max(0.3) * kind;
        let known = bag.entry(&token.term).or_default();
        *known = known.max(weight);
    }
    bag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_is_closer_than_another_one() {
        let (a, same, other) = ("社保卡丢了怎么补办", "请问社保卡遗失如何补办？", "公积金贷款额度是多少");
        assert!(similarity(a, same) > similarity(a, other) + 0.2);
        assert!((similarity(a, "社保卡丢了怎么补办？") - 1.0).abs() < 1e-9);
        assert!((similarity(a, same) - similarity(same, a)).abs() < 1e-9);
    }

    #[test]
    fn hostile_input_is_survived() {
        for (a, b) in [("", ""), ("😀", ""), ("。", "！"), ("\u{0}", "社保")] {
            let s = similarity(a, b);
            assert!((0.0..=1.0).contains(&s), "{a:?} {b:?} {s}");
        }
        similarity(&"啊".repeat(300_000), &"a".repeat(300_000));
    }
}
