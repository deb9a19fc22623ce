//! The first stage of searching: the documents with the highest scores, found without adding up every posting.
//!
//! Terms are taken from the most to the least telling. Once what is left cannot lift a document that was not met yet
//! into the wanted number, only the documents still in the race are looked up in the remaining, longest lists
//! (the idea of `MaxScore`, a term at a time). The result is exact.

#![allow(clippy::cast_possible_truncation, reason = "scores need no more than single precision")]

use crate::matching::document::as_u32;
use crate::matching::index::{FULL, Index, List};
use crate::matching::query::Query;

/// A document and its score in parts of the highest that a document could have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) slot: u32,
    pub(crate) score: f32,
}

/// The `wanted` documents with the highest scores, the best first; equal ones in the order in which they were added.
pub(crate) fn candidates(index: &Index, query: &Query, wanted: usize) -> Vec<Candidate> {
    if wanted == 0 || query.mass <= 0.0 {
        return Vec::new();
    }
    let mut lists: Vec<(f32, &List)> = query
        .terms
        .iter()
        .filter_map(|term| {
            let list = index.lists.get(term.number? as usize)?;
            (list.live > 0 && term.mass > 0.0).then_some(((term.mass / query.mass) as f32 / FULL, list))
        })
        .collect();
    let bound = |(weight, list): &(f32, &List)| weight * f32::from(list.highest);
    lists.sort_by(|a, b| bound(b).total_cmp(&bound(a)).then(a.1.postings.len().cmp(&b.1.postings.len())));
    // What the lists from each place on can add at most.
    let mut rest = vec![0.0_f32; lists.len() + 1];
    for at in (0..lists.len()).rev() {
        rest[at] = rest[at + 1] + bound(&lists[at]);
    }

    let mut scores = vec![0.0_f32; index.slots.len()];
    let mut at = 0;
    let mut best = 0.0_f32;
    let mut threshold = 0.0_f32;
    while at < lists.len() {
        let (weight, list) = lists[at];
        for posting in &list.postings {
            if let Some(score) = scores.get_mut(posting.slot as usize) {
                *score += weight * f32::from(posting.impact);
                best = best.max(*score);
            }
        }
        at += 1;
        // Looking for the threshold costs a pass over all documents: only when it can pay.
        if rest[at] < best && lists.get(at).is_some_and(|(_, list)| list.postings.len() * 4 > scores.len() / wanted) {
            threshold = nth_highest(&scores, wanted);
            if rest[at] < threshold {
                break;
            }
        }
    }
    let floor = (threshold - rest[at]).max(0.0);
    let mut open: Vec<Candidate> = scores
        .iter()
        .enumerate()
        .filter(|(_, score)| **score > 0.0 && **score >= floor)
        .map(|(slot, score)| Candidate { slot: as_u32(slot), score: *score })
        .collect();
    while at < lists.len() {
        let (weight, list) = lists[at];
        add(&mut open, weight, list);
        at += 1;
        if open.len() > 2 * wanted {
            let scores: Vec<f32> = open.iter().map(|c| c.score).collect();
            let floor = nth_highest(&scores, wanted) - rest[at];
            open.retain(|c| c.score >= floor);
        }
    }
    let order = |a: &Candidate, b: &Candidate| b.score.total_cmp(&a.score).then(a.slot.cmp(&b.slot));
    if open.len() > wanted {
        open.select_nth_unstable_by(wanted, order);
        open.truncate(wanted);
    }
    open.sort_by(order);
    open
}

/// Adds one list to the candidates, which are in the order of their slots, as the list is.
fn add(open: &mut [Candidate], weight: f32, list: &List) {
    let mut from = 0;
    let postings = &list.postings;
    for candidate in open {
        // Gallop: double the step until past the slot, then halve.
        let mut step = 1;
        while from + step < postings.len() && postings[from + step].slot < candidate.slot {
            step *= 2;
        }
        let end = (from + step + 1).min(postings.len());
        let begin = (from + step / 2).min(end);
        from = begin + postings[begin..end].partition_point(|p| p.slot < candidate.slot);
        match postings.get(from) {
            Some(posting) if posting.slot == candidate.slot => candidate.score += weight * f32::from(posting.impact),
            Some(_) => {}
            None => break,
        }
    }
}

/// The `n`-th highest of the scores, 0 where there are fewer above 0.
fn nth_highest(scores: &[f32], n: usize) -> f32 {
    let mut above: Vec<f32> = scores.iter().copied().filter(|s| *s > 0.0).collect();
    if n == 0 || above.len() < n {
        return 0.0;
    }
    *above.select_nth_unstable_by(n - 1, |a, b| b.total_cmp(a)).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Analyser, Document, Passage};

    /// Many documents over few words, so that lists are long and pruning has something to do.
    fn crowd(analyser: &Analyser) -> Index {
        let words = ["社保", "医保", "公积金", "户口", "补贴", "公司", "学校", "房屋", "车辆", "养老"];
        let mut index = Index::default();
        let mut seed = 7_u32;
        for n in 0..1_500 {
            let mut text = String::new();
            for _ in 0..12 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let pick = (seed >> 16) as usize % 100;
                text.push_str(words[(pick * pick) / 1_000]);
                text.push('，');
            }
            index.add(
                analyser,
                Document {
                    id: n.to_string(),
                    passages: vec![Passage { heading: String::new(), text }],
                    ..Document::default()
                },
            );
        }
        index
    }

    #[test]
    fn pruning_changes_nothing() {
        let analyser = Analyser::new();
        let index = crowd(&analyser);
        for question in ["养老补贴", "公积金和房屋和车辆", "学校户口医保社保公司补贴", "社保"]
        {
            let query = Query::new(&index, &analyser.analyse_question(question));
            let exact = candidates(&index, &query, 10_000);
            let pruned = candidates(&index, &query, 10);
            assert_eq!(pruned.len(), 10);
            for (a, b) in pruned.iter().zip(&exact) {
                assert!((a.score - b.score).abs() < 1e-5, "{question}: {a:?} {b:?}");
            }
        }
    }

    #[test]
    fn nothing_asked_nothing_found() {
        let analyser = Analyser::new();
        let index = crowd(&analyser);
        let query = Query::new(&index, &analyser.analyse_question("。？"));
        assert!(candidates(&index, &query, 10).is_empty());
        let query = Query::new(&index, &analyser.analyse_question("社保"));
        assert!(candidates(&index, &query, 0).is_empty());
    }
}
