//! Learns how likely the first hit answers: a straight sum first, then trees that correct it.

use super::{PARTS, Setting, part};
use crate::evaluation::boosting::{Growth, Sample, grow};
use crate::evaluation::metrics::{auroc, calibration_error, mean, share_at};
use crate::evaluation::{EvaluationError, Tools};
use crate::matching::logistic::{Row, dot, fit, means, sigmoid};
use crate::matching::{CHOICES, DECIDING, Thresholds, Weights};
use std::io::Write;

/// Holds the weights of the sum small.
const RIDGE: f64 = 60.0;
/// The trees that correct it.
const TREES: Growth = Growth { trees: 200, rate: 0.03, leaves: 8, rows: 60 };

/// Of what is answered this share is right, in half of the collections at least.
const PRECISION: f64 = 0.9;
/// Asking back costs the citizen a tap. It pays while so many of those who are asked find their matter among the ones shown.
const MET: f64 = 1.0 / 8.0;

/// A question that was asked.
struct Case {
    setting: usize,
    part: u64,
    /// Whether any document answers it.
    answerable: bool,
    /// Whether one of the hits that would be shown when asking back answers.
    met: bool,
    /// The features, and whether the first hit answers.
    row: Row,
}

pub(super) fn learn(
    settings: &[Setting],
    tools: &Tools,
    weights: &mut Weights,
    out: &mut dyn Write,
) -> Result<(), EvaluationError> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, setting) in settings.iter().enumerate() {
        for row in &setting.questions {
            let findings = setting.index.ask(tools.said(&row.text), CHOICES);
            let Some(first) = findings.hits.first() else { continue };
            let label = row.docs.contains(&first.id);
            let answerable = row.docs.iter().any(|id| setting.index.document(id).is_some());
            let met = findings.hits.iter().any(|hit| row.docs.contains(&hit.id));
            let row_of = Row { features: findings.features, label, weight: setting.weight };
            cases.push(Case { setting: number, part: part(row), answerable, met, row: row_of });
        }
    }
    let mut unseen: Vec<Vec<(f64, bool)>> = vec![Vec::new(); settings.len()];
    let mut answerable = vec![0_usize; settings.len()];
    let mut met: Vec<(f64, bool)> = Vec::new();
    for held in 0..PARTS {
        let rows: Vec<Row> = cases.iter().filter(|case| case.part != held).map(|case| case.row.clone()).collect();
        let learnt = fitted(&rows, weights.clone());
        for case in cases.iter().filter(|case| case.part == held) {
            let probability = sigmoid(learnt.log_odds(&case.row.features));
            unseen[case.setting].push((probability, case.row.label));
            if settings[case.setting].whole {
                met.push((probability, case.met));
            }
            answerable[case.setting] += usize::from(case.answerable);
        }
    }
    writeln!(out, "probability, on questions not learnt from")?;
    let mut sure: Vec<f64> = Vec::new();
    for ((setting, values), answerable) in settings.iter().zip(&unseen).zip(&answerable) {
        let (share, threshold) = share_at(values, *answerable, PRECISION);
        if setting.whole {
            sure.push(threshold);
        }
        let expected = mean(values.iter().map(|v| v.0));
        let right = mean(values.iter().map(|v| f64::from(u8::from(v.1))));
        writeln!(
            out,
            "  {:<22} AUROC {:.3}  share at 90 % {share:.3} from {threshold:.2}  expected right {expected:.3}, is {right:.3}  ECE {:.3}",
            setting.name,
            auroc(values),
            calibration_error(values),
        )?;
    }
    let all: Vec<(f64, bool)> = unseen.concat();
    let (share, threshold) = share_at(&all, answerable.iter().sum(), PRECISION);
    writeln!(out, "  {:<22} AUROC {:.3}  share at 90 % {share:.3} from {threshold:.2}", "all", auroc(&all))?;
    let thresholds = thresholds(sure, met);
    if let Some(Thresholds { answer, choose }) = thresholds {
        writeln!(out, "thresholds\n  answer from {answer:.2}, ask back from {choose:.2}")?;
    }
    let rows: Vec<Row> = cases.into_iter().map(|case| case.row).collect();
    *weights = Weights { thresholds, usual: means(&rows), ..fitted(&rows, weights.clone()) };
    Ok(())
}

/// From which probability on to answer: where the collection in the middle becomes right often enough. And to ask back: the lowest
/// from which on, up to twice as much, enough are met. None where there is nothing to learn from.
fn thresholds(mut sure: Vec<f64>, mut met: Vec<(f64, bool)>) -> Option<Thresholds> {
    sure.sort_by(f64::total_cmp);
    let answer = sure.get(sure.len() / 2)?.clamp(0.0, 1.0);
    met.sort_by(|a, b| a.0.total_cmp(&b.0));
    let pays = |from: f64| {
        let near = &met[met.partition_point(|row| row.0 < from)..met.partition_point(|row| row.0 <= 2.0 * from)];
        !near.is_empty() && near.iter().filter(|row| row.1).count() as f64 >= MET * near.len() as f64
    };
    let choose = (1_u8..=100).map(|hundredth| f64::from(hundredth) / 100.0).find(|from| pays(*from))?;
    Some(Thresholds { answer, choose: choose.min(answer) })
}

/// The weights with those of the probability learnt from these rows.
fn fitted(rows: &[Row], weights: Weights) -> Weights {
    let (intercept, decide) = fit(rows, RIDGE);
    // Near a known phrasing packs only teach slips of the keyboard. Trees would take that for all there is and believe no
    // other wording, so they keep to documents without phrasings.
    let phrased = (0_u16..).zip(DECIDING).find(|(_, name)| *name == "has_phrasing").map_or(0, |(place, _)| place);
    let samples = rows.iter().filter(|row| row.features[usize::from(phrased)] < 0.5).map(|row| Sample {
        features: &row.features,
        label: row.label,
        weight: row.weight,
        start: intercept + dot(&decide, &row.features),
    });
    let decide_trees = grow(&samples.collect::<Vec<_>>(), &TREES).only_below(phrased, 0.5);
    Weights { intercept, decide, decide_trees, ..weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_lie_where_it_pays() {
        // A tenth is met below .30, a half above.
        let met: Vec<(f64, bool)> = (0_u32..1_000)
            .map(|n| {
                let met = if n < 300 { n % 10 == 5 } else { n % 2 == 0 };
                (f64::from(n) / 1_000.0, met)
            })
            .collect();
        let found = thresholds(vec![0.9, f64::INFINITY, 0.6, 0.7, 0.8], met.clone()).unwrap();
        assert!((found.answer - 0.8).abs() < 1e-9, "{found:?}");
        // From .16 to .32 one in eight is met, from .15 to .30 fewer.
        assert!((found.choose - 0.16).abs() < 1e-9, "{found:?}");
        assert_eq!(thresholds(vec![0.1], met).unwrap(), Thresholds { answer: 0.1, choose: 0.1 });
        assert_eq!(thresholds(Vec::new(), Vec::new()), None);
    }
}
