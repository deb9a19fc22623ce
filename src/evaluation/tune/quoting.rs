//! Learns which piece of the right document to quote, from the questions whose answer is known and can be held by a piece.

use super::{PARTS, Setting, part};
use crate::evaluation::boosting::{Growth, Sample, grow};
use crate::evaluation::{EvaluationError, Tools};
use crate::matching::logistic::{Choice, fit_choice};
use crate::matching::{Run, Trees, Weights, chosen};
use std::io::Write;

/// Holds the weights small.
const RIDGE: f64 = 3.0;
/// The trees that choose among the pieces that weigh most.
const TREES: Growth = Growth { trees: 150, rate: 0.1, leaves: 8, rows: 50 };

/// The pieces of the document that answers a question, and which of them hold the answer.
struct Case {
    part: u64,
    holds: Vec<bool>,
    runs: Vec<Run>,
}

pub(super) fn learn(
    settings: &[Setting],
    tools: &Tools,
    weights: &mut Weights,
    out: &mut dyn Write,
) -> Result<(), EvaluationError> {
    let mut cases = Vec::new();
    for setting in settings {
        for row in &setting.questions {
            let (Some(answer), Some(id)) = (row.wanted_quote(), row.docs.first()) else { continue };
            let (Some(runs), Some(document)) =
                (setting.index.runs(&tools.analyser.analyse_question(&row.text), id), setting.index.document(id))
            else {
                continue;
            };
            let holds = runs.iter().map(|run| run.quote.of(&document).contains(answer)).collect();
            cases.push(Case { part: part(row), holds, runs });
        }
    }
    if cases.is_empty() {
        return Ok(());
    }
    let (mut right, mut count) = (0.0, 0.0);
    for held in 0..PARTS {
        let others: Vec<&Case> = cases.iter().filter(|case| case.part != held).collect();
        let learnt = fitted(&others, weights.clone());
        for case in cases.iter().filter(|case| case.part == held) {
            let place = chosen(&case.runs, &learnt);
            right += f64::from(u8::from(place.is_some_and(|place| case.holds[place])));
            count += 1.0;
        }
    }
    writeln!(
        out,
        "quotation, on questions not learnt from\n  holds the answer, the document given {:.3} of {count}",
        right / count
    )?;
    *weights = fitted(&cases.iter().collect::<Vec<_>>(), weights.clone());
    Ok(())
}

/// The weights with those of the quotation learnt from these cases.
fn fitted(cases: &[&Case], weights: Weights) -> Weights {
    Weights { quote: fit_choice(&choices(cases), RIDGE), quote_trees: trees(cases), ..weights }
}

fn choices(cases: &[&Case]) -> Vec<Choice> {
    let holding = cases.iter().filter(|case| case.holds.contains(&true));
    let of_case = |case: &&Case| {
        // Each piece that holds the answer against all that don't: they are no rivals of one another.
        let (rights, wrongs): (Vec<_>, Vec<_>) = case.runs.iter().zip(&case.holds).partition(|(_, holds)| **holds);
        let features = |(run, _): &(&Run, &bool)| run.features.to_vec();
        let wrongs: Vec<Vec<f64>> = wrongs.iter().map(features).collect();
        let weight = 1.0 / rights.len() as f64;
        rights
            .iter()
            .map(|right| Choice {
                candidates: std::iter::once(features(right)).chain(wrongs.iter().cloned()).collect(),
                right: 0,
                weight,
            })
            .collect::<Vec<_>>()
    };
    holding.flat_map(of_case).collect()
}

fn trees(cases: &[&Case]) -> Trees {
    let pieces = || cases.iter().flat_map(|case| case.runs.iter().zip(&case.holds));
    let holding = pieces().filter(|(_, holds)| **holds).count().max(1) as f64;
    let start = (holding / (pieces().count() as f64 - holding).max(1.0)).ln();
    let samples = pieces().map(|(run, holds)| Sample { features: &run.features, label: *holds, weight: 1.0, start });
    grow(&samples.collect::<Vec<_>>(), &TREES)
}
