//! Chooses what to quote: the run of whole sentences, inside one passage, that says most of what was asked.

use crate::matching::document::{Sentence, Stored};
use crate::matching::query::Query;
use serde::{Deserialize, Serialize};

/// A quotation is at most this many characters long, unless a single sentence is longer.
pub const QUOTE_LIMIT: usize = 200;

/// What every character of a window costs, in shares of the question: of two that say the same the shorter is taken.
const LENGTH_COST: f64 = 0.000_4;

/// Where a quotation stands: always an exact range of the passage's text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The passage, by its place in the document.
    pub passage: usize,
    /// Its first byte in the passage's text.
    pub start: usize,
    /// The byte behind its last one.
    pub end: usize,
}

/// Sentences that belong together, and how much of the question they say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) quote: Quote,
    pub(crate) share: f64,
    /// Its first and last sentence, by place in the document.
    pub(crate) sentences: (usize, usize),
}

/// The best window of at most [`QUOTE_LIMIT`] characters.
pub(crate) fn best(query: &Query, stored: &Stored, masks: &[u128]) -> Option<Window> {
    let sentences = &stored.sentences;
    let mut best: Option<(f64, usize, usize, f64)> = None;
    for from in 0..sentences.len() {
        if sentences[from].is_heading() || (masks.get(from) == Some(&0) && best.is_some()) {
            continue;
        }
        let (mut chars, mut mask, mut share) = (0, heading(sentences, masks, from), f64::NAN);
        for to in from..sentences.len() {
            if sentences[to].passage != sentences[from].passage {
                break;
            }
            chars += sentences[to].chars as usize;
            if to > from && chars > QUOTE_LIMIT {
                break;
            }
            let more = mask | masks.get(to).copied().unwrap_or(0);
            if more != mask || share.is_nan() {
                mask = more;
                share = query.share(mask);
                let value = share - LENGTH_COST * chars as f64;
                if best.is_none_or(|(highest, ..)| value > highest + 1e-12) {
                    best = Some((value, from, to, share));
                }
            }
        }
    }
    let (_, from, to, share) = best?;
    let to = extend(sentences, from, to);
    let quote = Quote {
        passage: sentences[from].passage as usize,
        start: sentences[from].start as usize,
        end: sentences[to].end as usize,
    };
    Some(Window { quote, share, sentences: (from, to) })
}

/// What follows the sentence that names the matter often is the answer: takes in what still fits.
fn extend(sentences: &[Sentence], from: usize, mut to: usize) -> usize {
    let mut chars: usize = sentences[from..=to].iter().map(|s| s.chars as usize).sum();
    while let Some(next) = sentences.get(to + 1) {
        chars += next.chars as usize;
        if next.passage != sentences[from].passage || chars > QUOTE_LIMIT {
            break;
        }
        to += 1;
    }
    to
}

/// The terms of the heading above a sentence.
fn heading(sentences: &[Sentence], masks: &[u128], at: usize) -> u128 {
    let passage = sentences[at].passage;
    let first = sentences[..=at].iter().rposition(|s| s.passage != passage).map_or(0, |before| before + 1);
    if sentences[first].is_heading() { masks.get(first).copied().unwrap_or(0) } else { 0 }
}

/// The greatest share of the question in any stretch of about `limit` characters, passages or not.
pub(crate) fn widest_share(query: &Query, stored: &Stored, masks: &[u128], limit: usize) -> f64 {
    let sentences = &stored.sentences;
    let (mut highest, mut seen) = (0.0_f64, 0_u128);
    for from in 0..sentences.len() {
        if masks.get(from) == Some(&0) {
            continue;
        }
        let (mut chars, mut mask) = (0, 0);
        for to in from..sentences.len() {
            chars += sentences[to].chars as usize;
            if to > from && chars > limit {
                break;
            }
            mask |= masks.get(to).copied().unwrap_or(0);
        }
        // A window inside the one before it adds nothing.
        if mask & !seen != 0 || mask.count_ones() >= seen.count_ones() {
            highest = highest.max(query.share(mask));
            seen = mask;
        }
    }
    highest
}
