//! Measures the packs with a train file: which unit, which kind of message.

use crate::evaluation::curves;
use crate::evaluation::metrics::{calibration_error, macro_f1, mean, percentile};
use crate::evaluation::packs::{self, LabelRow, Pack};
use crate::evaluation::report::Report;
use crate::evaluation::runfile::{Answered, RunFile};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::{Classifier, Example};
use std::time::Instant;

/// Trains on `train` (the pack itself, or the one of the same name elsewhere) and measures dev and test. What a unit published
/// is learnt as well, as in the product: the documents of the packs beside it, where they have a unit that is a label.
pub(crate) fn measure(
    pack: &Pack,
    train: &Pack,
    options: &Options,
    tools: &mut Tools,
    report: &mut Report,
) -> Result<(), EvaluationError> {
    let rows: Vec<LabelRow> = train.rows("train.jsonl", &mut report.problems)?;
    let mut rows: Vec<(String, String)> = rows.into_iter().filter_map(|row| Some((row.text, row.unit?))).collect();
    // Kinds of message are labels of another sort, and have a place of their own in the run file.
    let kinds = pack.name.contains("kind");
    if !kinds {
        // What a unit is called says what it does, as in the product.
        let mut names: Vec<String> = rows.iter().map(|(_, unit)| unit.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let documents = owned(options, &names, report)?;
        report.add(&pack.name, "train", "documents", documents.len() as f64);
        rows.extend(names.into_iter().map(|name| (name.clone(), name)));
        rows.extend(documents);
    }
    let begun = Instant::now();
    // What a message is about says nothing of its kind: vectors of meaning only blur it.
    let texts: Vec<&str> = rows.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = if kinds { vec![Vec::new(); texts.len()] } else { tools.vectors(&texts)? };
    let examples: Vec<Example<'_>> =
        rows.iter().zip(&vectors).map(|((text, label), vector)| Example { text, label, vector }).collect();
    let classifier = Classifier::train(&examples);
    report.add(&pack.name, "train", "seconds", begun.elapsed().as_secs_f64());
    report.add(&pack.name, "train", "labels", classifier.labels().len() as f64);
    for set in ["dev", "test"] {
        let rows: Vec<LabelRow> = pack.rows(&format!("{set}.jsonl"), &mut report.problems)?;
        if rows.is_empty() {
            continue;
        }
        let mut file = RunFile::create(options.run_dir.as_deref(), &pack.name, set)?;
        let mut micros = Vec::with_capacity(rows.len());
        let mut given: Vec<Vec<(String, f64)>> = Vec::with_capacity(rows.len());
        for row in &rows {
            let begun = Instant::now();
            let meaning = tools.meaning.as_ref().filter(|_| !kinds);
            let vector = meaning.and_then(|meaning| meaning.vector(&row.text)).unwrap_or_default();
            let mut labels = classifier.classify(&row.text, &vector);
            labels.truncate(3);
            micros.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX));
            file.line(&Answered {
                id: &row.id,
                decision: "route",
                confidence: labels.first().map_or(0.0, |l| l.1),
                units: labels.iter().map(|l| l.0.clone()).collect(),
                kind: labels.first().filter(|_| kinds).map(|l| l.0.clone()),
                micros: micros.last().copied().unwrap_or(0),
                ..Answered::default()
            })?;
            given.push(labels);
        }
        file.finish()?;
        let judged: Vec<(&str, &[(String, f64)])> =
            rows.iter().zip(&given).filter_map(|(row, given)| Some((row.unit.as_deref()?, given.as_slice()))).collect();
        let within = |depth: usize| {
            mean(judged.iter().map(|(unit, given)| f64::from(u8::from(given.iter().take(depth).any(|g| g.0 == *unit)))))
        };
        report.add(&pack.name, set, "accuracy", within(1));
        if !kinds {
            report.add(&pack.name, set, "first three", within(3));
        }
        let pairs: Vec<(&str, &str)> =
            judged.iter().map(|(unit, given)| (*unit, given.first().map_or("", |g| g.0.as_str()))).collect();
        report.add(&pack.name, set, "macro-F1", macro_f1(&pairs));
        let sure: Vec<(f64, bool)> =
            judged.iter().filter_map(|(unit, given)| given.first().map(|g| (g.1, g.0 == *unit))).collect();
        report.add(&pack.name, set, "ECE", calibration_error(&sure));
        curves::judged(options.charts.as_ref(), &format!("{}.{set}", pack.name), &sure, None)?;
        report.add(&pack.name, set, "p50 ms", percentile(&micros, 0.5) as f64 / 1_000.0);
        report.add(&pack.name, set, "p99 ms", percentile(&micros, 0.99) as f64 / 1_000.0);
    }
    Ok(())
}

/// The beginnings of all documents whose unit is one of the `labels`, with the label. Sources call a unit by its whole name or
/// leave out whom it belongs to: a name that only one label ends with means that one.
fn owned(options: &Options, labels: &[String], report: &mut Report) -> Result<Vec<(String, String)>, EvaluationError> {
    let label = |unit: &str| {
        let mut ending = labels.iter().filter(|label| !unit.is_empty() && label.ends_with(unit));
        let same = labels.iter().find(|label| *label == unit);
        same.or_else(|| ending.next().filter(|_| ending.next().is_none()))
    };
    let mut owned = Vec::new();
    for pack in packs::find(&options.packs, None)?.into_iter().filter(|pack| pack.has("corpus.jsonl")) {
        let documents = pack.documents(false, &mut report.problems)?;
        owned
            .extend(documents.iter().filter_map(|document| Some((document.opening(), label(&document.unit)?.clone()))));
    }
    Ok(owned)
}
