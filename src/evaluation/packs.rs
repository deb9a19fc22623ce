//! Reads packs: folders of JSON lines. A bad row is noted with its file and line, and skipped.

use crate::evaluation::EvaluationError;
use crate::matching::{Document, Passage};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A document of a corpus.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct CorpusRow {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) title: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) unit: String,
}

/// A question, with what answers it as far as that is known.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct QuestionRow {
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) docs: Vec<String>,
    #[serde(default)]
    pub(crate) answer: Option<String>,
}

/// A text with its label, called unit in every pack.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct LabelRow {
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) unit: Option<String>,
}

/// Two texts and whether they ask the same.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PairRow {
    pub(crate) id: String,
    pub(crate) a: String,
    pub(crate) b: String,
    #[serde(default)]
    pub(crate) same: Option<u8>,
}

/// An opinion and the group of its copies.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct OpinionRow {
    pub(crate) id: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) group: Option<String>,
}

/// A pack: a folder, its name, and what was wrong in it.
#[derive(Debug)]
pub(crate) struct Pack {
    pub(crate) name: String,
    folder: PathBuf,
}

/// All packs below a folder, by name; the folder itself when it is a pack.
pub(crate) fn find(folder: &Path, only: Option<&str>) -> Result<Vec<Pack>, EvaluationError> {
    let mut packs = Vec::new();
    let entries = fs::read_dir(folder).map_err(|source| EvaluationError::Read { path: folder.into(), source })?;
    for entry in entries {
        let path = entry.map_err(|source| EvaluationError::Read { path: folder.into(), source })?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && only.is_none_or(|only| only == name) {
            packs.push(Pack { name, folder: path });
        }
    }
    if packs.is_empty() {
        return Err(EvaluationError::NoPack { path: folder.into(), only: only.map(str::to_owned) });
    }
    packs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(packs)
}

/// The pack that a folder is.
pub(crate) fn one(folder: &Path) -> Result<Pack, EvaluationError> {
    if !folder.join("corpus.jsonl").is_file() {
        return Err(EvaluationError::NoCorpus { path: folder.into() });
    }
    let named = folder.canonicalize().unwrap_or_else(|_| folder.into());
    let name = named.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Pack { name, folder: folder.into() })
}

impl Pack {
    pub(crate) fn has(&self, file: &str) -> bool {
        self.folder.join(file).is_file()
    }

    /// The rows of a file, without the bad ones, which are added to `problems`. No file, no rows.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        file: &str,
        problems: &mut Vec<String>,
    ) -> Result<Vec<T>, EvaluationError> {
        let path = self.folder.join(file);
        if !path.is_file() {
            return Ok(Vec::new());
        }
        let bytes = fs::read(&path).map_err(|source| EvaluationError::Read { path: path.clone(), source })?;
        Ok(parse(&bytes, &path.display().to_string(), problems))
    }

    /// The corpus as documents; the stored questions as their phrasings where `asked` is set.
    pub(crate) fn documents(&self, asked: bool, problems: &mut Vec<String>) -> Result<Vec<Document>, EvaluationError> {
        let corpus: Vec<CorpusRow> = self.rows("corpus.jsonl", problems)?;
        let mut phrasings: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if asked {
            for row in self.rows::<QuestionRow>("stored.jsonl", problems)? {
                phrasings.entry(row.id).or_default().push(row.text);
            }
        }
        Ok(corpus.into_iter().map(|row| document(row, &mut phrasings)).collect())
    }
}

fn document(row: CorpusRow, phrasings: &mut BTreeMap<String, Vec<String>>) -> Document {
    let title = if row.title.is_empty() { head(&row.text).to_owned() } else { row.title };
    Document {
        phrasings: phrasings.remove(&row.id).unwrap_or_default(),
        id: row.id,
        title,
        passages: vec![Passage { heading: String::new(), text: row.text }],
        unit: row.unit,
        in_force: true,
    }
}

/// The title of a document that came as one text: what stands before the first blank, if it looks like a title.
fn head(text: &str) -> &str {
    if text.chars().nth(300).is_none() {
        return "";
    }
    let head = text.split(char::is_whitespace).next().unwrap_or("");
    let chars = head.chars().count();
    if (8..=80).contains(&chars) && !head.contains(['。', '；']) { head } else { "" }
}

/// One value a line.
fn parse<T: DeserializeOwned>(bytes: &[u8], name: &str, problems: &mut Vec<String>) -> Vec<T> {
    let mut rows = Vec::new();
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice(line) {
            Ok(row) => rows.push(row),
            Err(error) => problems.push(format!("{name}:{}: {error}", at + 1)),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_rows_are_named_and_skipped() {
        let mut problems = Vec::new();
        let text = b"{\"id\":\"1\",\"text\":\"a\"}\n\nnonsense\n{\"id\":2}\n\xff\xfe\n{\"id\":\"2\",\"text\":\"b\"}\n";
        let rows: Vec<QuestionRow> = parse(text, "x.jsonl", &mut problems);
        assert_eq!(rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(problems.len(), 3);
        assert!(problems[0].starts_with("x.jsonl:3:"), "{problems:?}");
    }

    #[test]
    fn a_head_is_only_taken_when_it_looks_like_one() {
        let body = "正文。".repeat(200);
        assert_eq!(head(&format!("关于做好防汛工作的通知 {body}")), "关于做好防汛工作的通知");
        assert_eq!(head(&body), "");
        assert_eq!(head("短文 而已"), "");
    }
}
