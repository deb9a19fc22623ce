//! Reads packs: folders of JSON lines. A bad row is noted with its file and line, what is wrong and what to do, and
//! skipped: no JSON, a wrong type, an id for the second time, a question that names no document of the corpus.

use crate::evaluation::EvaluationError;
use crate::matching::{Document, Passage};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A row that says which one it is.
pub(crate) trait Identified {
    /// Its id.
    fn id(&self) -> &str;
}

macro_rules! identified {
    ($($row:ty),*) => {$(
        impl Identified for $row {
            fn id(&self) -> &str {
                &self.id
            }
        }
    )*};
}

identified!(CorpusRow, QuestionRow, LabelRow, PairRow, OpinionRow);

/// The known questions of documents: a document may have several, so their ids may be the same.
const STORED: &str = "stored.jsonl";

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

/// An answer up to this many characters can be asked of a quotation as a whole.
const WHOLE_ANSWER: usize = 120;

impl QuestionRow {
    /// The answer that a quotation should hold, where it is short enough to be held.
    pub(crate) fn wanted_quote(&self) -> Option<&str> {
        self.answer.as_deref().filter(|answer| !answer.is_empty() && answer.chars().nth(WHOLE_ANSWER - 1).is_none())
    }
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
    pub(crate) fn rows<T: DeserializeOwned + Identified>(
        &self,
        file: &str,
        problems: &mut Vec<String>,
    ) -> Result<Vec<T>, EvaluationError> {
        Ok(self.numbered(file, problems)?.into_iter().map(|(_, row)| row).collect())
    }

    /// The questions of a file; those whose documents are none of the corpus are bad rows too.
    pub(crate) fn questions(
        &self,
        file: &str,
        problems: &mut Vec<String>,
    ) -> Result<Vec<QuestionRow>, EvaluationError> {
        // What is wrong with the corpus is told where the corpus is read.
        let corpus: Vec<CorpusRow> = self.rows("corpus.jsonl", &mut Vec::new())?;
        let known: BTreeSet<&str> = corpus.iter().map(|row| row.id.as_str()).collect();
        let mut rows = Vec::new();
        for (line, row) in self.numbered::<QuestionRow>(file, problems)? {
            match row.docs.first() {
                Some(first) if !row.docs.iter().any(|id| known.contains(id.as_str())) => problems.push(format!(
                    "{}:{line}: no document of corpus.jsonl is called {first}: correct `docs`, or leave it out if \
                     nothing answers the question",
                    self.folder.join(file).display()
                )),
                _ => rows.push(row),
            }
        }
        Ok(rows)
    }

    /// The rows of a file with their lines, from 1.
    fn numbered<T: DeserializeOwned + Identified>(
        &self,
        file: &str,
        problems: &mut Vec<String>,
    ) -> Result<Vec<(usize, T)>, EvaluationError> {
        let path = self.folder.join(file);
        if !path.is_file() {
            return Ok(Vec::new());
        }
        let bytes = fs::read(&path).map_err(|source| EvaluationError::Read { path: path.clone(), source })?;
        Ok(parse(&bytes, &path.display().to_string(), file == STORED, problems))
    }

    /// The corpus as documents; the stored questions as their phrasings where `asked` is set.
    pub(crate) fn documents(&self, asked: bool, problems: &mut Vec<String>) -> Result<Vec<Document>, EvaluationError> {
        let corpus: Vec<CorpusRow> = self.rows("corpus.jsonl", problems)?;
        let mut phrasings: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if asked {
            for row in self.rows::<QuestionRow>(STORED, problems)? {
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

/// One value a line, with its line from 1. An id for the second time is a mistake unless `again` allows it.
fn parse<T: DeserializeOwned + Identified>(
    bytes: &[u8],
    name: &str,
    again: bool,
    problems: &mut Vec<String>,
) -> Vec<(usize, T)> {
    let mut rows: Vec<(usize, T)> = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    // Some editors put a byte order mark in front.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (at, line) in bytes.split(|b| *b == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let row: T = match serde_json::from_slice(line) {
            Ok(row) => row,
            Err(error) => {
                // It counts from the line's beginning; the file's line stands in front.
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default();
                problems.push(format!(
                    "{name}:{}:{}: {what}: write one JSON object on this line, with its texts in quotes",
                    at + 1,
                    error.column()
                ));
                continue;
            }
        };
        if let Some(first) = lines.get(row.id()).filter(|_| !again) {
            problems.push(format!(
                "{name}:{}: the id {} is that of line {first} already: give each row one of its own",
                at + 1,
                row.id()
            ));
            continue;
        }
        lines.insert(row.id().to_owned(), at + 1);
        rows.push((at + 1, row));
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
        let rows: Vec<(usize, QuestionRow)> = parse(text, "x.jsonl", false, &mut problems);
        assert_eq!(rows.iter().map(|(line, row)| (*line, row.id.as_str())).collect::<Vec<_>>(), [(1, "1"), (6, "2")]);
        assert_eq!(problems.len(), 3);
        assert!(problems[0].starts_with("x.jsonl:3:"), "{problems:?}");
        assert!(problems[1].contains("x.jsonl:4:") && problems[1].contains("expected a string"), "{problems:?}");
        assert!(problems.iter().all(|problem| problem.contains("write one JSON object") && !problem.contains(" at ")));
    }

    #[test]
    fn an_id_stands_once_but_where_documents_have_several_questions() {
        let text = b"\xef\xbb\xbf{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":\"1\",\"text\":\"b\"}\n";
        let mut problems = Vec::new();
        let rows: Vec<(usize, QuestionRow)> = parse(text, "x.jsonl", false, &mut problems);
        assert_eq!((rows.len(), problems.len()), (1, 1));
        assert!(problems[0].starts_with("x.jsonl:2: the id 1 is that of line 1"), "{problems:?}");
        problems.clear();
        assert_eq!(parse::<QuestionRow>(text, "x.jsonl", true, &mut problems).len(), 2);
        assert!(problems.is_empty());
    }

    #[test]
    fn a_question_about_no_known_document_is_named_and_skipped() {
        let folder = std::env::temp_dir().join(format!("wenzheng-packs-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("corpus.jsonl"), "{\"id\":\"1\",\"text\":\"a\"}\n").unwrap();
        let questions = "{\"id\":\"q\",\"text\":\"?\",\"docs\":[\"7\"]}\n{\"id\":\"r\",\"text\":\"?\",\"docs\":[\"7\",\"1\"]}\n\
                         {\"id\":\"s\",\"text\":\"?\"}\n";
        fs::write(folder.join("questions.jsonl"), questions).unwrap();
        let mut problems = Vec::new();
        let rows = one(&folder).unwrap().questions("questions.jsonl", &mut problems).unwrap();
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["r", "s"]);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("questions.jsonl:1: no document of corpus.jsonl is called 7"), "{problems:?}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_head_is_only_taken_when_it_looks_like_one() {
        let body = "正文。".repeat(200);
        assert_eq!(head(&format!("关于做好防汛工作的通知 {body}")), "关于做好防汛工作的通知");
        assert_eq!(head(&body), "");
        assert_eq!(head("短文 而已"), "");
    }
}
