//! The run files: what was answered, a line a question, so that anyone can score it without trusting this program.

use crate::evaluation::EvaluationError;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// An answered question.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Answered<'a> {
    pub(crate) id: &'a str,
    pub(crate) decision: &'static str,
    pub(crate) confidence: f64,
    pub(crate) ranked: Vec<String>,
    pub(crate) quote: Option<String>,
    pub(crate) units: Vec<String>,
    pub(crate) kind: Option<String>,
    pub(crate) micros: u64,
}

/// A compared pair.
#[derive(Debug, Serialize)]
pub(crate) struct Compared<'a> {
    pub(crate) id: &'a str,
    pub(crate) score: f64,
}

/// A grouped opinion.
#[derive(Debug, Serialize)]
pub(crate) struct Grouped<'a> {
    pub(crate) id: &'a str,
    pub(crate) group: &'a str,
}

/// Writes `DIR/PACK.SET.jsonl`; without a folder nothing.
pub(crate) struct RunFile {
    file: Option<(PathBuf, BufWriter<File>)>,
}

impl RunFile {
    pub(crate) fn create(folder: Option<&Path>, pack: &str, set: &str) -> Result<Self, EvaluationError> {
        let Some(folder) = folder else { return Ok(Self { file: None }) };
        fs::create_dir_all(folder).map_err(|source| EvaluationError::Write { path: folder.into(), source })?;
        let path = folder.join(format!("{pack}.{set}.jsonl"));
        let file = File::create(&path).map_err(|source| EvaluationError::Write { path: path.clone(), source })?;
        Ok(Self { file: Some((path, BufWriter::new(file))) })
    }

    pub(crate) fn line(&mut self, row: &impl Serialize) -> Result<(), EvaluationError> {
        let Some((path, file)) = &mut self.file else { return Ok(()) };
        let line = serde_json::to_string(row).map_err(EvaluationError::Json)?;
        writeln!(file, "{line}").map_err(|source| EvaluationError::Write { path: path.clone(), source })
    }

    /// Closes the file; only then everything is surely written.
    pub(crate) fn finish(self) -> Result<(), EvaluationError> {
        match self.file {
            Some((path, mut file)) => file.flush().map_err(|source| EvaluationError::Write { path, source }),
            None => Ok(()),
        }
    }
}
