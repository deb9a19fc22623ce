//! Chooses the numbers of the index itself. No slope leads to better ones, so their neighbours on a grid are tried in turn.

use super::asked_of;
use crate::evaluation::metrics::{mean, ndcg10};
use crate::evaluation::packs::{self, QuestionRow};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::{Document, IndexWeights, Question, Weights};
use rayon::prelude::*;
use std::io::Write;
use std::sync::Arc;

/// How far a number is moved at once. How much known phrasings count isn't tried: no question here is asked of documents that
/// have any, and those that are typed with slips are found however much it is.
const STEPS: [(&str, f64); 6] =
    [("k1", 0.2), ("b", 0.1), ("title", 0.5), ("word", 0.2), ("long_word", 0.2), ("secondary", 0.25)];
/// By so much the order (nDCG@10, the mean of all packs) must become better for a number to move. Less is chance among some
/// thousand questions.
const BETTER: f64 = 0.002;
/// The numbers are gone through so often at most.
const PASSES: usize = 3;

/// Documents, and what is asked of them.
struct Collection {
    documents: Vec<Document>,
    questions: Vec<QuestionRow>,
}

/// The numbers with which the plain score alone puts the right documents first, starting from those in the program.
pub(super) fn learn(
    options: &Options,
    tools: &mut Tools,
    out: &mut dyn Write,
) -> Result<IndexWeights, EvaluationError> {
    // What is wrong with a row is told by those who read the packs for good.
    let mut collections = Vec::new();
    for pack in packs::find(&options.packs, options.only.as_deref())? {
        let mut questions = asked_of(&pack, &mut Vec::new())?;
        questions.retain(|row| !row.docs.is_empty());
        if !questions.is_empty() {
            collections.push(Collection { documents: pack.documents(false, &mut Vec::new())?, questions });
        }
    }
    let meaning = tools.meaning.take();
    let mut best = Weights::built_in().index;
    let start = gain(&collections, best, tools)?;
    let mut highest = start;
    for _ in 0..PASSES {
        let before = highest;
        for (name, step) in STEPS {
            for step in [step, -step] {
                while let Some(next) = moved(best, name, step) {
                    let gain = gain(&collections, next, tools)?;
                    if gain < highest + BETTER {
                        break;
                    }
                    (best, highest) = (next, gain);
                }
            }
        }
        if highest <= before {
            break;
        }
    }
    tools.meaning = meaning;
    writeln!(out, "index, by the plain score\n  nDCG@10 {start:.4}, after moving its numbers {highest:.4}")?;
    Ok(best)
}

/// The numbers with one of them moved; none where that leads out of its bounds.
fn moved(mut index: IndexWeights, name: &str, step: f64) -> Option<IndexWeights> {
    let (_, value, bounds) = index.named().into_iter().find(|(known, ..)| *known == name)?;
    // Steps are hundredths: no other digits, however often it is moved.
    *value = ((*value + step) * 100.0).round() / 100.0;
    bounds.contains(value).then_some(index)
}

/// How well the plain score puts the right documents first.
fn gain(collections: &[Collection], index: IndexWeights, tools: &mut Tools) -> Result<f64, EvaluationError> {
    tools.weights = Arc::new(Weights { index, ..Weights::plain() });
    let mut gains = Vec::new();
    for Collection { documents, questions } in collections {
        let index = tools.build(documents)?;
        let analyser = &tools.analyser;
        let of_each = questions.par_iter().map(|row| {
            let hits = index.ask(Question::said(analyser, &row.text), 10).hits;
            ndcg10(&hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>(), &row.docs)
        });
        gains.push(mean(of_each.collect::<Vec<f64>>()));
    }
    Ok(mean(gains))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_moves_inside_its_bounds() {
        let start = IndexWeights { b: 0.95, ..Weights::plain().index };
        assert_eq!(moved(start, "b", 0.1), None);
        assert_eq!(moved(start, "b", -0.1), Some(IndexWeights { b: 0.85, ..start }));
        assert!(STEPS.iter().all(|(name, step)| moved(Weights::plain().index, name, *step).is_some()));
    }
}
