//! Measures finding, quoting and deciding on the packs with a corpus.

use crate::evaluation::curves;
use crate::evaluation::metrics::{
    auroc, calibration_error, fixed_hash, hit, mean, ndcg10, percentile, share_at, text_f1,
};
use crate::evaluation::packs::{Pack, QuestionRow};
use crate::evaluation::report::Report;
use crate::evaluation::runfile::{Answered, RunFile};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::{Decision, Findings, Index, Thresholds, decide};
use std::time::Instant;

/// What is measured of a set of questions.
struct Outcome {
    row: QuestionRow,
    findings: Findings,
    quote: Option<String>,
    micros: u64,
}

/// All the sets of one pack.
pub(crate) fn measure(
    pack: &Pack,
    options: &Options,
    tools: &mut Tools,
    report: &mut Report,
) -> Result<(), EvaluationError> {
    let index = tools.build(&pack.documents(false, &mut report.problems)?)?;
    let mut answered: Vec<(String, f64, bool)> = Vec::new();
    let mut refused: Vec<(String, f64, bool)> = Vec::new();
    for set in ["questions", "answerable", "unanswerable"] {
        let rows: Vec<QuestionRow> = pack.questions(&format!("{set}.jsonl"), &mut report.problems)?;
        if rows.is_empty() {
            continue;
        }
        let outcomes = ask(&index, tools, rows, pack, set, options)?;
        let confidences = outcomes.iter().map(|o| (o.row.id.clone(), o.findings.confidence, o.right()));
        if set == "unanswerable" {
            refused.extend(confidences);
        } else {
            answered.extend(confidences);
            ranking(report, &pack.name, set, &outcomes);
            times(report, &pack.name, set, &outcomes);
        }
    }
    if !answered.is_empty() {
        let judged = deciding(report, &pack.name, &answered, refused);
        curves::judged(options.charts.as_ref(), &pack.name, &judged, Some(Thresholds::default().answer))?;
    }
    if pack.has("typed.jsonl") {
        let index = tools.build(&pack.documents(true, &mut report.problems)?)?;
        let rows: Vec<QuestionRow> = pack.questions("typed.jsonl", &mut report.problems)?;
        let outcomes = ask(&index, tools, rows, pack, "typed", options)?;
        ranking(report, &pack.name, "typed", &outcomes);
        let sure = mean(
            outcomes
                .iter()
                .map(|o| f64::from(u8::from(o.right() && o.findings.confidence >= Thresholds::default().answer))),
        );
        report.add(&pack.name, "typed", "answered rightly", sure);
        times(report, &pack.name, "typed", &outcomes);
    }
    Ok(())
}

impl Outcome {
    fn ranked(&self) -> Vec<String> {
        self.findings.hits.iter().take(10).map(|h| h.id.clone()).collect()
    }

    fn right(&self) -> bool {
        self.findings.hits.first().is_some_and(|h| self.row.docs.contains(&h.id))
    }
}

fn ask(
    index: &Index,
    tools: &Tools,
    rows: Vec<QuestionRow>,
    pack: &Pack,
    set: &str,
    options: &Options,
) -> Result<Vec<Outcome>, EvaluationError> {
    let mut file = RunFile::create(options.run_dir.as_deref(), &pack.name, set)?;
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let begun = Instant::now();
        let findings = index.ask(tools.question(&row.text), 10);
        let decision = decide(&findings, &Thresholds::default());
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let first = findings.hits.first();
        let quote = first.and_then(|hit| index.document(&hit.id).map(|d| hit.quoted(&d).to_owned()));
        let mut units: Vec<String> = Vec::new();
        for hit in &findings.hits {
            if let Some(document) = index.document(&hit.id)
                && units.len() < 3
                && !document.unit.is_empty()
                && !units.contains(&document.unit)
            {
                units.push(document.unit.clone());
            }
        }
        let outcome = Outcome { row, findings, quote, micros };
        file.line(&Answered {
            id: &outcome.row.id,
            decision: match decision {
                Decision::Answer(_) => "answer",
                Decision::Choose(_) => "choose",
                Decision::Route(_) => "route",
            },
            confidence: outcome.findings.confidence,
            ranked: outcome.ranked(),
            quote: outcome.quote.clone(),
            units,
            kind: None,
            micros,
        })?;
        outcomes.push(outcome);
    }
    file.finish()?;
    Ok(outcomes)
}

fn ranking(report: &mut Report, pack: &str, set: &str, outcomes: &[Outcome]) {
    let over = |f: &dyn Fn(&Outcome) -> f64| mean(outcomes.iter().map(f));
    report.add(pack, set, "hit@1", over(&|o| hit(&o.ranked(), &o.row.docs, 1)));
    report.add(pack, set, "hit@10", over(&|o| hit(&o.ranked(), &o.row.docs, 10)));
    report.add(pack, set, "nDCG@10", over(&|o| ndcg10(&o.ranked(), &o.row.docs)));
    let quoted: Vec<(&str, &str)> = outcomes
        .iter()
        .filter(|o| o.right())
        .filter_map(|o| Some((o.quote.as_deref()?, o.row.wanted_quote()?)))
        .collect();
    if !quoted.is_empty() {
        let holds = |(quote, answer): &(&str, &str)| f64::from(u8::from(quote.contains(answer)));
        report.add(pack, set, "quote holds the answer", mean(quoted.iter().map(holds)));
        report.add(pack, set, "quote F1", mean(quoted.iter().map(|(quote, answer)| text_f1(quote, answer))));
    }
}

fn times(report: &mut Report, pack: &str, set: &str, outcomes: &[Outcome]) {
    let micros: Vec<u64> = outcomes.iter().map(|o| o.micros).collect();
    report.add(pack, set, "p50 ms", percentile(&micros, 0.5) as f64 / 1_000.0);
    report.add(pack, set, "p99 ms", percentile(&micros, 0.99) as f64 / 1_000.0);
}

/// Deciding, with as many unanswerable questions as answerable ones where there are any: sampled by a fixed hash.
/// Gives the rows that were judged: confidence, whether it was right.
fn deciding(
    report: &mut Report,
    pack: &str,
    answered: &[(String, f64, bool)],
    mut refused: Vec<(String, f64, bool)>,
) -> Vec<(f64, bool)> {
    refused.sort_by_key(|(id, ..)| fixed_hash(id));
    refused.truncate(answered.len());
    let rows: Vec<(&str, f64, bool)> =
        answered.iter().chain(&refused).map(|(id, confidence, right)| (id.as_str(), *confidence, *right)).collect();
    let all: Vec<(f64, bool)> = rows.iter().map(|(_, c, r)| (*c, *r)).collect();
    report.add(pack, "deciding", "AUROC", auroc(&all));
    let (share, threshold) = share_at(&all, answered.len(), 0.9);
    report.add(pack, "deciding", "share at 90 %", share);
    report.add(pack, "deciding", "threshold", if threshold.is_finite() { threshold } else { 1.0 });
    // The threshold of each half is tried on the other: what it does to questions it has not seen.
    let (mut right, mut given) = (0.0, 0.0);
    for half in 0..2 {
        let part = |want: u64| -> Vec<(f64, bool)> {
            rows.iter().filter(|(id, ..)| (fixed_hash(id) >> 20) & 1 == want).map(|(_, c, r)| (*c, *r)).collect()
        };
        let here = part(half);
        let (_, threshold) = share_at(&here, here.len(), 0.9);
        for (_, is_right) in part(1 - half).iter().filter(|(confidence, _)| *confidence >= threshold) {
            given += 1.0;
            right += f64::from(u8::from(*is_right));
        }
    }
    report.add(pack, "deciding", "crossed share", right / answered.len() as f64);
    report.add(pack, "deciding", "crossed precision", if given > 0.0 { right / given } else { 0.0 });
    let error = mean(all.iter().map(|(c, r)| (c - f64::from(u8::from(*r))).powi(2)));
    report.add(pack, "deciding", "Brier", error);
    report.add(pack, "deciding", "ECE", calibration_error(&all));
    all
}
