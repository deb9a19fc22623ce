//! Policy documents from another system: a JSON object a line, `{"id", "text"}` and, where known, `title`, `unit`,
//! `number`, `date`, `url`. A bad record is reported and left out; the others come in.

use std::collections::HashSet;

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    content::{MAX_ID, is_url},
    fault::FileFault,
};
use crate::message::clean;

/// The longest text, in bytes; a longer one isn't a document.
const MAX_TEXT: usize = 4_000_000;
/// How many characters of the text serve as title where there is none.
const TITLE: usize = 60;

/// A record that is fit to become a policy once its unit is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDraft {
    /// The line, from 1.
    pub line: usize,
    /// Its id.
    pub id: String,
    /// Its title, or the beginning of its text.
    pub title: String,
    /// Its text.
    pub text: String,
    /// The code of its unit, where it is named.
    pub unit: Option<String>,
    /// 文号, or empty.
    pub number: String,
    /// Its date.
    pub date: Option<Date>,
    /// Where it is published, or empty.
    pub url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: String,
    text: String,
    title: Option<String>,
    unit: Option<String>,
    number: Option<String>,
    date: Option<String>,
    url: Option<String>,
}

/// Reads all records of a file. Blank lines are passed over.
pub fn read(file: &str, bytes: &[u8]) -> (Vec<RecordDraft>, Vec<FileFault>) {
    let (mut records, mut faults) = (Vec::new(), Vec::new());
    let mut ids = HashSet::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = if number == 0 { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line };
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let checked = record(number + 1, line).and_then(|record| {
            let new = ids.insert(record.id.clone());
            if new { Ok(record) } else { Err(format!("the id \"{}\" is used twice", record.id)) }
        });
        match checked {
            Ok(record) => records.push(record),
            Err(reason) => faults.push(FileFault::new(file, number + 1, reason)),
        }
    }
    (records, faults)
}

fn record(line: usize, bytes: &[u8]) -> Result<RecordDraft, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the line isn't UTF-8".to_owned())?;
    let record: Record = serde_json::from_str(text).map_err(|error| reason(&error))?;
    // It names the document in buttons and addresses, where other characters would have to be written otherwise.
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if record.id.is_empty() || record.id.len() > MAX_ID || !record.id.bytes().all(allowed) {
        return Err(format!("id must be 1 to {MAX_ID} ASCII letters, digits, hyphens, dots or underscores"));
    }
    if record.text.len() > MAX_TEXT {
        return Err(format!("text is longer than {MAX_TEXT} bytes: split the document"));
    }
    let text = clean(&record.text);
    if text.is_empty() {
        return Err("text is empty".to_owned());
    }
    let date = match record.date.as_deref().map(str::trim).filter(|date| !date.is_empty()) {
        Some(date) => Some(date.parse::<Date>().map_err(|_| "date must be a day such as \"2025-03-01\"".to_owned())?),
        None => None,
    };
    let url = record.url.unwrap_or_default();
    if !is_url(&url) {
        return Err("url must begin with https:// or http:// and hold no blanks".to_owned());
    }
    let title = record.title.map(|title| clean(&title)).filter(|title| !title.is_empty());
    Ok(RecordDraft {
        line,
        title: title.unwrap_or_else(|| beginning(&text)),
        id: record.id,
        text,
        unit: record.unit.filter(|unit| !unit.is_empty()),
        number: clean(&record.number.unwrap_or_default()),
        date,
        url,
    })
}

/// What JSON says, without its line number, which would always be 1.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((what, _)) => format!("{what} (column {})", error.column()),
        None => text,
    }
}

/// The first words of a text: to the first blank, line end or full stop, and no more than fit into a title.
fn beginning(text: &str) -> String {
    let first = text.split(|c: char| c.is_whitespace() || c == '。').find(|part| !part.is_empty()).unwrap_or(text);
    // Latin texts have blanks between words: there the first word says nothing.
    let first = if first.is_ascii() { text.lines().next().unwrap_or(text) } else { first };
    first.chars().take(TITLE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_records_are_named_and_the_others_come_in() {
        let lines = [
            r#"{"id": "a", "text": "关于补贴的通知 各单位：现通知如下。"}"#,
            r#"{"id": "b"}"#,
            "",
            r#"{"id": "a", "text": "又一次"}"#,
            r#"{"id": "c", "text": " ", "url": ""}"#,
            r#"{"id": "d", "text": "x", "titel": "t"}"#,
            r#"{"id": "e", "text": "x", "date": "2025-02-30"}"#,
            r#"{"id": "f", "text": "x", "url": "javascript:alert(1)"}"#,
            r#"{"id": "g#1", "text": "x"}"#,
            r#"{"id": "h", "text": "x", "title": "标题", "date": "2025-02-03", "url": "https://a.example/x"}"#,
            "{",
        ];
        let (records, faults) = read("p.jsonl", lines.join("\n").as_bytes());
        assert_eq!(records.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["a", "h"]);
        assert_eq!(records[0].title, "关于补贴的通知");
        assert_eq!(faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 4, 5, 6, 7, 8, 9, 11]);
        assert!(faults[0].to_string().starts_with("p.jsonl:2: missing field `text`"), "{}", faults[0]);
    }
}
