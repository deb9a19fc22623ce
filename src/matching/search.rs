//! The first stage of searching: the candidates, found without adding up every posting.
//!
//! The runs of all the question's terms are read in the order of what they add to a score, the most first, until
//! so many postings were read that the rest hardly changes who is among the best. That bounds the cost of a question
//! whatever it asks and however many documents there are (an idea known as score at a time). The scores are rough;
//! the candidates' exact ones are computed from their texts.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scores are clamped before they are narrowed"
)]

use crate::matching::document::as_u32;
use crate::matching::index::Index;
use crate::matching::postings::{LEVELS, List, Run};
use crate::matching::query::Query;
use std::cell::Cell;

/// So many postings are read at most, and those of the run that was begun.
pub(crate) const BUDGET: usize = 75_000;
/// The scores of so many slots are looked at as one when the best are sought.
const CHUNK: usize = 64;
/// The highest score that could be reached.
const FULL: f64 = 65_000.0;

thread_local! {
    /// A score a slot, from one question to the next: asking the system for so much memory each time costs more than the zeros.
    static SCORES: Cell<Vec<u16>> = const { Cell::new(Vec::new()) };
}

/// Something to be read, with what it adds.
enum Part<'a> {
    Run(Run<'a>, u16),
    /// The postings that are in no run yet, with what each level adds.
    Tail(&'a List, [u16; LEVELS as usize + 1]),
}

/// The slots of the `wanted` documents with the highest scores, roughly, after about `budget` postings were read.
pub(crate) fn candidates(index: &Index, query: &Query, wanted: usize, budget: usize) -> Vec<u32> {
    if wanted == 0 || query.mass <= 0.0 {
        return Vec::new();
    }
    let mut parts: Vec<(u16, Part)> = Vec::new();
    for term in &query.terms {
        let Some(list) = term.number.and_then(|number| index.lists.get(number as usize)) else { continue };
        if term.mass <= 0.0 {
            continue;
        }
        let full = term.mass / query.mass * FULL / f64::from(LEVELS);
        // At least 1: what is found at all is a candidate.
        let amounts: [u16; LEVELS as usize + 1] =
            std::array::from_fn(|level| (full * level as f64).clamp(1.0, FULL) as u16);
        for run in list.runs() {
            let amount = amounts[usize::from(run.level)];
            parts.push((amount, Part::Run(run, amount)));
        }
        if list.tail_count() > 0 {
            parts.push((amounts[usize::from(LEVELS / 2)], Part::Tail(list, amounts)));
        }
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.0));
    let mut scores = SCORES.take();
    scores.clear();
    scores.resize(index.slots().next_multiple_of(CHUNK), 0);
    let mut left = budget;
    for (_, part) in parts {
        let count = match part {
            Part::Run(run, amount) => {
                run.add(&mut scores, amount);
                run.count
            }
            Part::Tail(list, amounts) => {
                list.tail_each(|slot, level| {
                    if let Some(score) = scores.get_mut(slot as usize) {
                        *score = score.saturating_add(amounts[usize::from(level)]);
                    }
                });
                list.tail_count()
            }
        };
        left = left.saturating_sub(count as usize);
        if left == 0 {
            break;
        }
    }
    for slot in &index.dead {
        if let Some(score) = scores.get_mut(*slot as usize) {
            *score = 0;
        }
    }
    let found = best(&scores, wanted);
    SCORES.set(scores);
    found
}

/// The places of the `wanted` highest scores above 0; of equal ones, the first.
fn best(scores: &[u16], wanted: usize) -> Vec<u32> {
    let (chunks, _) = scores.as_chunks::<CHUNK>();
    let highest: Vec<u16> =
        chunks.iter().map(|chunk| chunk.iter().fold(0, |highest, score| highest.max(*score))).collect();
    // In each of the `wanted` best chunks there is a score as high as this.
    let floor = if highest.len() > wanted {
        let mut sorted = highest.clone();
        *sorted.select_nth_unstable_by(wanted - 1, |a, b| b.cmp(a)).1
    } else {
        0
    };
    let floor = floor.max(1);
    let mut found: Vec<(u16, u32)> = Vec::new();
    for (at, chunk) in chunks.iter().enumerate().filter(|(at, _)| highest[*at] >= floor) {
        let begin = at * CHUNK;
        let high = chunk.iter().enumerate().filter(|(_, score)| **score >= floor);
        found.extend(high.map(|(offset, score)| (*score, as_u32(begin + offset))));
    }
    found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found.truncate(wanted);
    found.into_iter().map(|(_, slot)| slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::scan::{Room, Scan};
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

    fn exact(index: &Index, query: &Query) -> Vec<(u32, f64)> {
        let read = |slot: usize| {
            let slot = u32::try_from(slot).unwrap();
            Some((slot, Scan::new(query, index.stored(slot)?, &mut Room::default()).score))
        };
        let mut all: Vec<(u32, f64)> = (0..index.slots()).filter_map(read).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }

    const QUESTIONS: [&str; 4] = ["养老补贴", "公积金和房屋和车辆", "学校户口医保社保公司补贴", "社保"];

    #[test]
    fn the_candidates_are_those_with_the_highest_exact_scores() {
        let analyser = Analyser::new();
        let index = crowd(&analyser);
        for question in QUESTIONS {
            let query = Query::new(&index, &analyser.analyse_question(question));
            let all = exact(&index, &query);
            let found = candidates(&index, &query, 40, BUDGET);
            assert_eq!(found.len(), 40);
            // A level is a fifteenth: what is left out scores hardly more than the least that is found.
            let least =
                all.iter().filter(|(slot, _)| found.contains(slot)).map(|(_, score)| *score).fold(1.0, f64::min);
            let missed = all.iter().filter(|(slot, _)| !found.contains(slot)).map(|(_, score)| *score);
            assert!(missed.fold(0.0, f64::max) < least + 1.0 / f64::from(LEVELS), "{question}");
        }
    }

    #[test]
    fn a_budget_costs_little_of_the_best() {
        let analyser = Analyser::new();
        let index = crowd(&analyser);
        for question in QUESTIONS {
            let query = Query::new(&index, &analyser.analyse_question(question));
            let all = exact(&index, &query);
            let found = candidates(&index, &query, 40, 1_000);
            let best = found.iter().filter_map(|slot| all.iter().find(|(s, _)| s == slot)).map(|(_, score)| *score);
            assert!(best.fold(0.0, f64::max) > all[0].1 - 0.1, "{question}");
        }
    }

    #[test]
    fn packing_changes_nothing() {
        let analyser = Analyser::new();
        let (grown, mut packed) = (crowd(&analyser), crowd(&analyser));
        packed.shrink();
        for question in QUESTIONS {
            let found = |index: &Index| {
                let query = Query::new(index, &analyser.analyse_question(question));
                let mut found = candidates(index, &query, 40, BUDGET);
                found.sort_unstable();
                found
            };
            assert_eq!(found(&grown), found(&packed), "{question}");
        }
    }

    #[test]
    fn nothing_asked_nothing_found() {
        let analyser = Analyser::new();
        let index = crowd(&analyser);
        let query = Query::new(&index, &analyser.analyse_question("。？"));
        assert!(candidates(&index, &query, 10, BUDGET).is_empty());
        let query = Query::new(&index, &analyser.analyse_question("社保"));
        assert!(candidates(&index, &query, 0, BUDGET).is_empty());
    }
}
