//! Chooses what to quote: the run of whole sentences, inside one passage, that says most of what was asked.

use crate::matching::query::Query;
use crate::matching::scan::Seen;
use serde::{Deserialize, Serialize};

/// A quotation is at most this many characters long, unless a single sentence is longer.
pub const QUOTE_LIMIT: usize = 200;

/// What every character of a window costs, in shares of the question: of two that say the same the shorter is taken.
const LENGTH_COST: f64 = 0.001;

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
pub(crate) fn best(query: &Query, sentences: &[Seen]) -> Option<Window> {
    let mut best: Option<(f64, usize, usize, f64)> = None;
    // The terms of the heading above, which belong to every sentence of its passage.
    let (mut heading, mut passage) = (0_u128, u32::MAX);
    for from in 0..sentences.len() {
        let own = sentences[from].mask;
        if sentences[from].passage != passage {
            passage = sentences[from].passage;
            heading = if sentences[from].is_heading() { own } else { 0 };
        }
        if sentences[from].is_heading() || (own | heading == 0 && best.is_some()) {
            continue;
        }
        let (mut chars, mut mask, mut share) = (0, heading, f64::NAN);
        for to in from..sentences.len() {
            if sentences[to].passage != sentences[from].passage {
                break;
            }
            chars += sentences[to].chars as usize;
            if to > from && chars > QUOTE_LIMIT {
                break;
            }
            let more = mask | sentences[to].mask;
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
fn extend(sentences: &[Seen], from: usize, mut to: usize) -> usize {
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

/// The greatest share of the question in any stretch of about `limit` characters, passages or not.
pub(crate) fn widest_share(query: &Query, sentences: &[Seen], limit: usize) -> f64 {
    let (mut highest, mut seen) = (0.0_f64, 0_u128);
    for from in 0..sentences.len() {
        if sentences[from].mask == 0 {
            continue;
        }
        let (mut chars, mut mask) = (0, 0);
        for sentence in &sentences[from..] {
            chars += sentence.chars as usize;
            if chars > limit && mask != 0 {
                break;
            }
            mask |= sentence.mask;
        }
        // A window inside the one before it adds nothing.
        if mask & !seen != 0 || mask.count_ones() >= seen.count_ones() {
            highest = highest.max(query.share(mask));
            seen = mask;
        }
    }
    highest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Analyser, Document, Index, Passage};

    fn quoted(passages: &[(&str, &str)], question: &str) -> (usize, String) {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        let passages = passages
            .iter()
            .map(|(heading, text)| Passage { heading: (*heading).into(), text: (*text).into() })
            .collect();
        index.add(&analyser, Document { id: "a".into(), passages, ..Document::default() });
        let findings = index.search(&analyser, question, 1);
        let hit = &findings.hits[0];
        (hit.passage, hit.quoted(&index.document("a").unwrap()).to_owned())
    }

    #[test]
    fn the_sentence_that_answers_is_quoted_as_it_stands() {
        let filler = "本节说明其他事项，与前后文无关。".repeat(20);
        let text = format!("{filler}生育津贴　由单位申领，材料齐全的10日内到账。{filler}");
        let (_, quote) = quoted(&[("", &text)], "生育津贴多久到账");
        assert!(text.contains(&quote) && quote.contains("10日内到账"), "{quote}");
        assert!(quote.chars().count() <= QUOTE_LIMIT);
    }

    #[test]
    fn a_heading_leads_to_its_passage_and_is_not_quoted() {
        let passages = [("办理材料", "身份证、户口本。"), ("收费标准", "每本10元。")];
        assert_eq!(quoted(&passages, "收费标准"), (1, "每本10元。".to_owned()));
    }

    #[test]
    fn traditional_text_is_quoted_in_its_own_script() {
        let (_, quote) = quoted(&[("", "身心障礙證明遺失，請至區公所補辦。")], "身心障碍证明遗失怎么补办");
        assert_eq!(quote, "身心障礙證明遺失，請至區公所補辦。");
    }
}
