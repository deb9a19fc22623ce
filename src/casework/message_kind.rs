//! What kind of message it is that somebody wrote: advice (建言), a complaint or a call for help (投诉/求助), an
//! inquiry (咨询). Learned from example sentences in `kinds/*.toml` and from the kinds that staff set. Shown to staff, counted
//! in statistics; a unit may have other periods for a kind.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};

use super::lessons::{self, Lesson};
use crate::matching::{Classifier, Example, Neighbours, listen};

/// The machine learns at most so many lessons, the latest ones; the others speak through being near.
const LEARNED_LESSONS: usize = 20_000;

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

/// What kind of message a ticket is, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketKind {
    /// The bot guessed it when the ticket was filed.
    Guessed {
        /// The kind.
        kind: MessageKind,
        /// How sure that is, in percent.
        percent: i64,
    },
    /// A member of staff set it.
    Set(MessageKind),
}

impl TicketKind {
    /// The kind, whoever says so.
    pub fn kind(self) -> MessageKind {
        match self {
            Self::Guessed { kind, .. } | Self::Set(kind) => kind,
        }
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
    /// Sentences with the names of their kinds.
    examples: Arc<Vec<(String, MessageKind)>>,
    machine: Classifier,
    lessons: Arc<RwLock<Neighbours>>,
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
        let untrained = Self { examples: Arc::new(rows), machine: Classifier::default(), lessons: Arc::default() };
        let machine = untrained.train();
        Ok(untrained.with_machine(machine))
    }

    /// The same with another machine.
    #[must_use]
    pub fn with_machine(&self, machine: Classifier) -> Self {
        Self { examples: Arc::clone(&self.examples), machine, lessons: Arc::clone(&self.lessons) }
    }

    /// Takes lessons. They count from now on, for all that came from this one.
    pub fn hear(&self, taught: &[Lesson]) {
        let mut known = self.lessons.write().unwrap_or_else(PoisonError::into_inner);
        lessons::hear(&mut known, taught);
    }

    /// Trains a machine on the examples and the latest lessons: with thousands of those, seconds of work.
    pub fn train(&self) -> Classifier {
        let lessons: Vec<(String, String)> = {
            let known = self.lessons.read().unwrap_or_else(PoisonError::into_inner);
            let latest = known.latest().into_iter().take(LEARNED_LESSONS);
            latest.map(|(text, kind)| (text.to_owned(), kind.to_owned())).collect()
        };
        let examples = self.examples.iter().map(|(text, kind)| (text.as_str(), kind.name()));
        let rows: Vec<Example<'_>> = examples
            .chain(lessons.iter().map(|(text, kind)| (text.as_str(), kind.as_str())))
            .map(|(text, label)| Example { text, label, vector: &[] })
            .collect();
        Classifier::train(&rows)
    }

    /// The likeliest kind of a message with its probability; none for a message without words.
    pub fn of(&self, message: &str) -> Option<(MessageKind, f64)> {
        if !message.chars().any(char::is_alphanumeric) {
            return None;
        }
        let mut likely: HashMap<String, f64> = self.machine.classify(message, &[]).into_iter().collect();
        let known = self.lessons.read().unwrap_or_else(PoisonError::into_inner);
        listen(&mut likely, &known.heard(message));
        drop(known);
        let kinds = MessageKind::ALL.into_iter().filter_map(|kind| Some((kind, *likely.get(kind.name())?)));
        kinds.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// As [`Self::of`], as tickets keep it.
    pub fn guess(&self, message: &str) -> Option<TicketKind> {
        let (kind, probability) = self.of(message)?;
        #[allow(clippy::cast_possible_truncation, reason = "between 0 and 100")]
        let percent = (probability.clamp(0.0, 1.0) * 100.0).round() as i64;
        Some(TicketKind::Guessed { kind, percent })
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
    fn a_lesson_counts_at_once_and_is_gone_with_its_words() {
        let kinds = Kinds::embedded().unwrap();
        let question = "江边渡口的路灯什么时候能装上啊";
        let guessed = kinds.of(question);
        let other = MessageKind::ALL.into_iter().find(|kind| Some(*kind) != guessed.map(|one| one.0)).unwrap();
        let lesson = |text: &str, kind: MessageKind| Lesson {
            ticket: "1".into(),
            text: text.into(),
            label: kind.name().into(),
            revision: 1,
        };
        kinds.hear(&[lesson(question, other)]);
        let (kind, probability) = kinds.of("江边渡口的路灯，什么时候能装上？").unwrap();
        assert!(kind == other && probability > 0.5, "{kind:?} at {probability}");
        assert_eq!(
            kinds.of("请问生育津贴需要哪些材料，到哪里办？").unwrap().0,
            MessageKind::Inquiry,
            "others aren't touched"
        );

        kinds.hear(&[lesson("", other)]);
        assert_eq!(kinds.of(question), guessed);
    }

    #[test]
    fn a_machine_that_is_trained_anew_has_learned_the_lessons() {
        let kinds = Kinds::embedded().unwrap();
        let lessons: Vec<Lesson> = (0..30)
            .map(|number| Lesson {
                ticket: number.to_string(),
                text: format!("{number}号泊位鸬鹚捕鱼表演"),
                label: MessageKind::Help.name().into(),
                revision: number,
            })
            .collect();
        kinds.hear(&lessons);
        let trained = kinds.train();
        // Only the machine speaks now.
        let void: Vec<Lesson> = lessons.iter().map(|lesson| Lesson { text: String::new(), ..lesson.clone() }).collect();
        kinds.hear(&void);
        let sure = |kinds: &Kinds| {
            let of = kinds.machine.classify("泊位上的鸬鹚表演", &[]);
            of.into_iter().find(|(kind, _)| kind == "help").map_or(0.0, |(_, probability)| probability)
        };
        let learned = kinds.with_machine(trained);
        assert!(sure(&learned) > sure(&kinds) + 0.2, "{} after {}", sure(&learned), sure(&kinds));
        assert_eq!(learned.of("泊位上的鸬鹚表演").map(|found| found.0), Some(MessageKind::Help));
    }

    #[test]
    fn a_file_with_a_fault_is_named() {
        let fault =
            |text| Kinds::from_files([("kinds/x.toml".to_owned(), text)].into_iter()).err().unwrap().to_string();
        assert!(fault("kind = 'praise'\nsentences = ['x']").starts_with("kinds/x.toml: "));
        assert_eq!(fault("kind = 'help'\nsentences = []"), "kinds/x.toml: sentences: give at least one");
    }
}
