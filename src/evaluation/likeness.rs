//! Measures the packs of pairs and of opinions.

use crate::evaluation::copying::Copier;
use crate::evaluation::metrics::{auroc, joined, mean, pairwise};
use crate::evaluation::packs::{OpinionRow, Pack, PairRow};
use crate::evaluation::report::Report;
use crate::evaluation::runfile::{Compared, Grouped, RunFile};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::{Nearness, Themes, group, same_request, vectors};
use std::collections::BTreeMap;
use std::time::Instant;

/// Copies that are made of each original.
const COPIES: usize = 5;
/// What they are made from; another seed, other copies.
const SEED: u64 = 1;

/// Whether likeness tells the same request in other words from another one.
pub(crate) fn pairs(
    pack: &Pack,
    options: &Options,
    tools: &mut Tools,
    report: &mut Report,
) -> Result<(), EvaluationError> {
    let rows: Vec<PairRow> = pack.rows("pairs.jsonl", &mut report.problems)?;
    let mut file = RunFile::create(options.run_dir.as_deref(), &pack.name, "pairs")?;
    let mut scored = Vec::with_capacity(rows.len());
    for (row, near) in rows.iter().zip(nearness(&rows, tools)?) {
        let score = same_request(&row.a, &row.b, near, &tools.weights);
        file.line(&Compared { id: &row.id, score })?;
        scored.extend(row.same.map(|same| (score, same != 0)));
    }
    file.finish()?;
    report.add(&pack.name, "pairs", "AUROC", auroc(&scored));
    let mut themes = Themes::new();
    let mut theme = |text: &str| themes.add(text, "").theme;
    let found: Vec<(bool, bool)> =
        rows.iter().filter_map(|row| Some((row.same? != 0, theme(&row.a) == theme(&row.b)))).collect();
    let share = |same: bool| {
        mean(found.iter().filter(|(wanted, _)| *wanted == same).map(|(_, given)| f64::from(u8::from(*given))))
    };
    report.add(&pack.name, "themes", "same together", share(true));
    report.add(&pack.name, "themes", "others together", share(false));
    Ok(())
}

/// How near the requests of each pair are by meaning, among all of the pairs. None where no model is at hand.
pub(crate) fn nearness(rows: &[PairRow], tools: &mut Tools) -> Result<Vec<Option<Nearness>>, EvaluationError> {
    let texts: Vec<&str> = rows.iter().flat_map(|row| [row.a.as_str(), row.b.as_str()]).collect();
    let vectors = tools.vectors(&texts)?;
    let middle = vectors::mean(vectors.iter().map(Vec::as_slice));
    Ok(vectors.as_chunks::<2>().0.iter().map(|[a, b]| Nearness::between(a, b, &middle)).collect())
}

/// Whether copies are found and others kept apart.
pub(crate) fn opinions(
    pack: &Pack,
    options: &Options,
    tools: &Tools,
    report: &mut Report,
) -> Result<(), EvaluationError> {
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
    grouped(&pack.name, "opinions", &judged, report);
    report.add(&pack.name, "opinions", "seconds", seconds);
    let made = made_copies(&rows, tools);
    let texts: Vec<&str> = made.iter().map(|(_, text)| text.as_str()).collect();
    let found = made.iter().zip(group(&texts)).map(|((wanted, _), given)| (wanted.clone(), given.to_string()));
    grouped(&pack.name, "made copies", &found.collect::<Vec<_>>(), report);
    Ok(())
}

fn grouped(pack: &str, set: &str, judged: &[(String, String)], report: &mut Report) {
    let (precision, recall, f1) = pairwise(judged);
    report.add(pack, set, "precision", precision);
    report.add(pack, set, "recall", recall);
    report.add(pack, set, "pairwise F1", f1);
    report.add(pack, set, "joined", joined(judged));
}

/// The originals of a pack, and copies of each as people make them: all of one round before the next one, so that copies
/// come between others. Each with its group.
fn made_copies(rows: &[OpinionRow], tools: &Tools) -> Vec<(String, String)> {
    let mut originals: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        let group = row.group.as_deref().unwrap_or(&row.id);
        if group == row.id || !originals.contains_key(group) {
            originals.insert(group, &row.text);
        }
    }
    let mut copier = Copier::new(&tools.analyser, SEED);
    let mut made: Vec<(String, String)> =
        originals.iter().map(|(group, text)| ((*group).to_owned(), (*text).to_owned())).collect();
    for _ in 0..COPIES {
        made.extend(originals.iter().map(|(group, text)| ((*group).to_owned(), copier.copy(text))));
    }
    made
}
