//! Measures matching on packs of real questions (see `docs/testing.md` for their form), and tunes its weights on them.
//! Nothing here runs while the bot serves; only `wenzheng eval` and `wenzheng tune` come here.
//!
//! `packs` reads, `finding`, `labelling` and `likeness` measure, `metrics` computes, `runfile` and `report` write,
//! `tune` trains.

mod finding;
mod labelling;
mod likeness;
pub mod metrics;
mod packs;
mod report;
mod runfile;
mod tune;

pub use report::{Measure, Report};
pub use tune::tune;

use crate::matching::Analyser;
use std::io::Write;
use std::path::PathBuf;

/// What to measure, and where to put what came out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder of packs.
    pub packs: PathBuf,
    /// Another folder of packs to learn routing from; without it the `train.jsonl` beside the questions is used.
    pub train: Option<PathBuf>,
    /// Only the pack of this name.
    pub only: Option<String>,
    /// Where to write the run files.
    pub run_dir: Option<PathBuf>,
    /// Where to write the report as JSON.
    pub json: Option<PathBuf>,
}

/// Why nothing could be measured. A bad row is no error: it is reported and skipped.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no pack of that name, or none at all.
    #[error("no pack{} in {}", only.as_ref().map(|o| format!(" named {o}")).unwrap_or_default(), path.display())]
    NoPack {
        /// The folder.
        path: PathBuf,
        /// The name asked for.
        only: Option<String>,
    },
    /// A result cannot be written as JSON.
    #[error("cannot write as JSON: {0}")]
    Json(serde_json::Error),
    /// The table cannot be shown.
    #[error("cannot show the table: {0}")]
    Show(#[from] std::io::Error),
}

/// Measures every pack and shows the table on `out`.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<(), EvaluationError> {
    let report = measure(options)?;
    report.write_table(out)?;
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&report).map_err(EvaluationError::Json)?;
        std::fs::write(path, text).map_err(|source| EvaluationError::Write { path: path.clone(), source })?;
    }
    Ok(())
}

/// Measures every pack; the run files are written as it goes.
pub fn measure(options: &Options) -> Result<Report, EvaluationError> {
    let mut report = Report::default();
    let found = packs::find(&options.packs, options.only.as_deref())?;
    let teachers = match &options.train {
        Some(folder) => packs::find(folder, options.only.as_deref())?,
        None => Vec::new(),
    };
    let analyser = Analyser::new();
    for pack in &found {
        if pack.has("corpus.jsonl") {
            finding::measure(pack, options, &analyser, &mut report)?;
        }
        if pack.has("dev.jsonl") || pack.has("test.jsonl") {
            // What lies beside the questions comes first; a pack that keeps questions back may have no train file.
            let elsewhere = teachers.iter().find(|t| t.name == pack.name).filter(|_| !pack.has("train.jsonl"));
            labelling::measure(pack, elsewhere.unwrap_or(pack), options, &mut report)?;
        }
        if pack.has("pairs.jsonl") {
            likeness::pairs(pack, options, &mut report)?;
        }
        if pack.has("opinions.jsonl") {
            likeness::opinions(pack, options, &mut report)?;
        }
    }
    Ok(report)
}
