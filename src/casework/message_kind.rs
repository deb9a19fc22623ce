//! What kind of message it is that somebody wrote: advice (建言), a complaint or a call for help (投诉/求助), an
//! inquiry (咨询). Learned from example sentences in `kinds/*.toml`; shown to staff, decides nothing.

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use crate::matching::{Classifier, Example};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/kinds");

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Somebody proposes something (建言).
    Advice,
    /// Somebody complains or needs something done (投诉/求助).
    Help,
    /// Somebody wants to know something (咨询).
    Inquiry,
}

impl MessageKind {
    /// All.
    pub const ALL: [Self; 3] = [Self::Advice, Self::Help, Self::Inquiry];

    /// Its name in the store and in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Help => "help",
            Self::Inquiry => "inquiry",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A file of example sentences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kind: MessageKind,
    sentences: Vec<String>,
}

/// A fault in a file of example sentences.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct KindError {
    /// Which file.
    pub file: String,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// Tells kinds apart.
#[derive(Debug)]
pub struct Kinds {
    machine: Classifier,
}

impl Kinds {
    /// Learns from the examples that are part of the program.
    pub fn embedded() -> Result<Self, KindError> {
        let files = FOLDER.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml"));
        Self::from_files(
            files.map(|file| (format!("kinds/{}", file.path().display()), file.contents_utf8().unwrap_or_default())),
        )
    }

    /// Learns from files, as name and content.
    pub fn from_files<'a>(files: impl Iterator<Item = (String, &'a str)>) -> Result<Self, KindError> {
        let mut rows: Vec<(String, MessageKind)> = Vec::new();
        for (file, text) in files {
            let fault = |what: String| KindError { file: file.clone(), what };
            let parsed: File = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
            if rows.iter().any(|(_, kind)| *kind == parsed.kind) {
                return Err(fault(format!("there is another file of the kind {}: join them", parsed.kind.name())));
            }
            if parsed.sentences.is_empty() {
                return Err(fault("sentences: give at least one".to_owned()));
            }
            rows.extend(parsed.sentences.into_iter().map(|sentence| (sentence, parsed.kind)));
        }
        let examples: Vec<Example<'_>> =
            rows.iter().map(|(text, kind)| Example { text, label: kind.name(), vector: &[] }).collect();
        Ok(Self { machine: Classifier::train(&examples) })
    }

    /// The likeliest kind of a message with its probability; none for a message without words.
    pub fn of(&self, message: &str) -> Option<(MessageKind, f64)> {
        if !message.chars().any(char::is_alphanumeric) {
            return None;
        }
        let (name, probability) = self.machine.classify(message, &[]).into_iter().next()?;
        Some((MessageKind::named(&name)?, probability))
    }

    /// As [`Self::of`], with the probability in whole percent, as tickets keep it.
    pub fn in_percent(&self, message: &str) -> Option<(MessageKind, i64)> {
        let (kind, probability) = self.of(message)?;
        #[allow(clippy::cast_possible_truncation, reason = "between 0 and 100")]
        let percent = (probability.clamp(0.0, 1.0) * 100.0).round() as i64;
        Some((kind, percent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_told_apart() {
        let kinds = Kinds::embedded().unwrap();
        for (message, kind) in [
            ("建议在滨江公园多放几张长椅，方便老人休息", MessageKind::Advice),
            ("楼下烧烤店天天冒黑烟，投诉三次没人管，请尽快处理", MessageKind::Help),
            ("请问生育津贴需要哪些材料，到哪里办？", MessageKind::Inquiry),
            ("I suggest that the city opens the library on Sundays", MessageKind::Advice),
            ("Nobody has repaired our broken street lamp for weeks, please help", MessageKind::Help),
            ("How do I apply for a parking permit?", MessageKind::Inquiry),
        ] {
            assert_eq!(kinds.of(message).map(|found| found.0), Some(kind), "{message}");
        }
        assert_eq!(kinds.of("……"), None);
    }

    #[test]
    fn a_file_with_a_fault_is_named() {
        let fault =
            |text| Kinds::from_files([("kinds/x.toml".to_owned(), text)].into_iter()).err().unwrap().to_string();
        assert!(fault("kind = 'praise'\nsentences = ['x']").starts_with("kinds/x.toml: "));
        assert_eq!(fault("kind = 'help'\nsentences = []"), "kinds/x.toml: sentences: give at least one");
    }
}
