//! Learns how likely the first hit answers: a straight sum first, then trees that correct it.

use super::{PARTS, Setting, part};
use crate::evaluation::boosting::{Growth, Sample, grow};
use crate::evaluation::metrics::{auroc, calibration_error, mean, share_at};
use crate::evaluation::{EvaluationError, Tools};
use crate::matching::logistic::{Row, dot, fit, means, sigmoid};
use crate::matching::{DECIDING, Weights};
use std::io::Write;

/// Holds the weights of the sum small.
const RIDGE: f64 = 60.0;
/// The trees that correct it.
const TREES: Growth = Growth { trees: 200, rate: 0.03, leaves: 8, rows: 60 };

/// A question that was asked.
struct Case {
    setting: usize,
    part: u64,
    /// Whether any document answers it.
    answerable: bool,
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
            let findings = setting.index.ask(tools.said(&row.text), 1);
            let Some(first) = findings.hits.first() else { continue };
            let label = row.docs.contains(&first.id);
            let answerable = row.docs.iter().any(|id| setting.index.document(id).is_some());
            let row_of = Row { features: findings.features, label, weight: setting.weight };
            cases.push(Case { setting: number, part: part(row), answerable, row: row_of });
        }
    }
    let mut unseen: Vec<Vec<(f64, bool)>> = vec![Vec::new(); settings.len()];
    let mut answerable = vec![0_usize; settings.len()];
    for held in 0..PARTS {
        let rows: Vec<Row> = cases.iter().filter(|case| case.part != held).map(|case| case.row.clone()).collect();
        let learnt = fitted(&rows, weights.clone());
        for case in cases.iter().filter(|case| case.part == held) {
            unseen[case.setting].push((sigmoid(learnt.log_odds(&case.row.features)), case.row.label));
            answerable[case.setting] += usize::from(case.answerable);
        }
    }
    writeln!(out, "probability, on questions not learnt from")?;
    for ((setting, values), answerable) in settings.iter().zip(&unseen).zip(&answerable) {
        let (share, threshold) = share_at(values, *answerable, 0.9);
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
    let (share, threshold) = share_at(&all, answerable.iter().sum(), 0.9);
    writeln!(out, "  {:<22} AUROC {:.3}  share at 90 % {share:.3} from {threshold:.2}", "all", auroc(&all))?;
    let rows: Vec<Row> = cases.into_iter().map(|case| case.row).collect();
    *weights = Weights { usual: means(&rows), ..fitted(&rows, weights.clone()) };
    Ok(())
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
