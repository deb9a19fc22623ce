//! Measures the packs of pairs and of opinions.

use crate::evaluation::metrics::{auroc, pairwise};
use crate::evaluation::packs::{OpinionRow, Pack, PairRow};
use crate::evaluation::report::Report;
use crate::evaluation::runfile::{Compared, Grouped, RunFile};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::{group, same_request};
use std::time::Instant;

/// Whether likeness tells the same request in other words from another one.
pub(crate) fn pairs(pack: &Pack, options: &Options, tools: &Tools, report: &mut Report) -> Result<(), EvaluationError> {
    let rows: Vec<PairRow> = pack.rows("pairs.jsonl", &mut report.problems)?;
    let mut file = RunFile::create(options.run_dir.as_deref(), &pack.name, "pairs")?;
    let mut scored = Vec::with_capacity(rows.len());
    for row in &rows {
        let meaning = tools.meaning.as_ref().and_then(|meaning| meaning.cosine(&row.a, &row.b));
        let score = same_request(&row.a, &row.b, meaning, &tools.weights);
        file.line(&Compared { id: &row.id, score })?;
        scored.extend(row.same.map(|same| (score, same != 0)));
    }
    file.finish()?;
    report.add(&pack.name, "pairs", "AUROC", auroc(&scored));
    Ok(())
}

/// Whether copies are found and others kept apart.
pub(crate) fn opinions(pack: &Pack, options: &Options, report: &mut Report) -> Result<(), EvaluationError> {
    let rows: Vec<OpinionRow> = pack.rows("opinions.jsonl", &mut report.problems)?;
    let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
    let begun = Instant::now();
    let groups = group(&texts);
    let seconds = begun.elapsed().as_secs_f64();
    let mut file = RunFile::create(options.run_dir.as_deref(), &pack.name, "opinions")?;
    let mut judged = Vec::with_capacity(rows.len());
    for (row, group) in rows.iter().zip(&groups) {
        let first = rows.get(*group).map_or("", |first| first.id.as_str());
        file.line(&Grouped { id: &row.id, group: first })?;
        judged.extend(row.group.clone().map(|wanted| (wanted, first.to_owned())));
    }
    file.finish()?;
    let (precision, recall, f1) = pairwise(&judged);
    report.add(&pack.name, "opinions", "precision", precision);
    report.add(&pack.name, "opinions", "recall", recall);
    report.add(&pack.name, "opinions", "pairwise F1", f1);
    report.add(&pack.name, "opinions", "seconds", seconds);
    Ok(())
}
