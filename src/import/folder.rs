//! All files under a path, read and sorted by what they hold. Nothing is written here.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    content::{self, Content, PolicyDraft},
    fault::{FileFault, decode},
    jsonl::{self, RecordDraft},
    units,
};
use crate::{consultation::Draft, directory::units::Unit, knowledge::interpretation::Interpretation};

/// Something that was read, and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The file, as it was named.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What it is.
    pub value: T,
}

impl<T> Located<T> {
    pub(super) fn fault(&self, reason: impl Into<String>) -> FileFault {
        FileFault::new(&self.file, self.line, reason)
    }
}

/// Everything under a path, in the order in which it has to be loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Collection {
    /// From `units.toml`.
    pub units: Vec<Located<Unit>>,
    /// Policies from Markdown.
    pub policies: Vec<Located<PolicyDraft>>,
    /// Policies from JSONL.
    pub records: Vec<Located<RecordDraft>>,
    /// Interpretations.
    pub interpretations: Vec<Located<Interpretation>>,
    /// Guides.
    pub guides: Vec<Located<Interpretation>>,
    /// Consultations.
    pub consultations: Vec<Located<Draft>>,
    /// What could not be read.
    pub faults: Vec<FileFault>,
}

impl Collection {
    /// How many things were read.
    pub fn len(&self) -> usize {
        self.units.len()
            + self.policies.len()
            + self.records.len()
            + self.interpretations.len()
            + self.guides.len()
            + self.consultations.len()
    }

    /// Adds what another one holds.
    pub fn merge(&mut self, other: Self) {
        self.units.extend(other.units);
        self.policies.extend(other.policies);
        self.records.extend(other.records);
        self.interpretations.extend(other.interpretations);
        self.guides.extend(other.guides);
        self.consultations.extend(other.consultations);
        self.faults.extend(other.faults);
    }

    /// Whether nothing was read.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads a file, or all `*.md`, `units.toml` and `*.jsonl` under a folder, in the order of their names.
pub fn collect(path: &Path) -> Collection {
    let mut collection = Collection::default();
    let mut files = Vec::new();
    if path.is_dir() {
        walk(path, &mut files, &mut collection.faults);
    } else {
        files.push(path.to_owned());
    }
    for path in files {
        let file = path.display().to_string();
        match fs::read(&path) {
            Ok(bytes) => collection.add(&file, &bytes),
            Err(error) => collection.faults.push(FileFault::new(&file, 1, format!("it can't be read: {error}"))),
        }
    }
    if collection.is_empty() && collection.faults.is_empty() {
        let reason = "there is nothing to import here: *.md, units.toml or *.jsonl";
        collection.faults.push(FileFault::new(&path.display().to_string(), 1, reason));
    }
    collection
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>, faults: &mut Vec<FileFault>) {
    let unreadable = |error: &std::io::Error| {
        FileFault::new(&folder.display().to_string(), 1, format!("the folder can't be read: {error}"))
    };
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => return faults.push(unreadable(&error)),
    };
    let mut entries: Vec<_> = entries.iter().map(|entry| (entry.path(), entry.file_type())).collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        match kind {
            // Links aren't followed, so that a folder linked into itself doesn't go on for ever.
            Ok(kind) if kind.is_dir() => walk(&path, files, faults),
            Ok(kind) if kind.is_file() && is_content(&path) => files.push(path),
            Ok(_) => {}
            Err(error) => faults.push(unreadable(&error)),
        }
    }
}

fn is_content(path: &Path) -> bool {
    let ends = |end: &str| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(end));
    // An introduction for people that lies beside the content isn't content.
    let readme = path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    (ends("md") && !readme) || ends("jsonl") || path.file_name().is_some_and(|name| name == "units.toml")
}

impl Collection {
    /// Adds what a file holds.
    pub fn add(&mut self, file: &str, bytes: &[u8]) {
        let located = |line, value| Located { file: file.to_owned(), line, value };
        let path = Path::new(file);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl")) {
            let (records, faults) = jsonl::read(file, bytes);
            self.records.extend(records.into_iter().map(|record| Located {
                file: file.to_owned(),
                line: record.line,
                value: record,
            }));
            self.faults.extend(faults);
            return;
        }
        let text = match decode(file, bytes) {
            Ok(text) => text,
            Err(fault) => return self.faults.push(fault),
        };
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            match units::read(file, &text) {
                Ok(units) => self.units.extend(units.into_iter().map(|(line, unit)| Located {
                    file: file.to_owned(),
                    line,
                    value: unit,
                })),
                Err(fault) => self.faults.push(fault),
            }
            return;
        }
        match content::read(file, &text) {
            Ok(Content::Policy(draft)) => {
                self.policies.push(Located { file: file.to_owned(), line: 1, value: draft });
            }
            Ok(Content::Interpretation(draft)) => self.interpretations.push(located(1, draft)),
            Ok(Content::Guide(draft)) => self.guides.push(located(1, draft)),
            Ok(Content::Consultation(draft)) => {
                self.consultations.push(Located { file: file.to_owned(), line: 1, value: *draft });
            }
            Err(fault) => self.faults.push(fault),
        }
    }
}
