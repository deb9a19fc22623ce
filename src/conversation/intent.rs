//! Intents (`intents/*.toml`): what people want besides an answer, as data. Matched by the same core as questions.

use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::action::Action;
use crate::matching::{Analyser, Document, Index, similarity};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/intents");

/// From this likeness on (0 to 1) a message is taken for an utterance of an intent.
const LIKENESS: f64 = 0.72;

/// Utterances are short; a longer message tells a story, and the story matters.
const MAX_CHARS: usize = 40;

/// An intent as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Its name.
    pub name: String,
    /// What it leads to.
    pub leads_to: Lead,
    /// Its command in channels that have commands, without the slash.
    pub command: Option<String>,
    /// What people say, by language.
    pub utterances: std::collections::BTreeMap<String, Vec<String>>,
    /// What to look for in the message.
    #[serde(default)]
    pub slots: Vec<Slot>,
    /// Words by which a message of any length expresses it, where no utterance can be like all of these.
    #[serde(default)]
    pub marks: Option<Marks>,
}

/// Words that mark an intent, in all languages. A message is marked when it holds one of `asks`, or one of `wants` with
/// one of `things`, and none of `unless`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// One is enough.
    pub asks: Vec<String>,
    /// One is enough together with a thing.
    pub wants: Vec<String>,
    /// What is wanted.
    pub things: Vec<String>,
    /// Words that say that something else is meant.
    pub unless: Vec<String>,
}

impl Marks {
    /// All words as the analyser writes them, so that they are found in what it has written.
    fn normalised(&self, analyser: &Analyser) -> Self {
        let all = |words: &[String]| words.iter().map(|word| analyser.normalise(word)).collect();
        Self { asks: all(&self.asks), wants: all(&self.wants), things: all(&self.things), unless: all(&self.unless) }
    }

    fn mark(&self, normal: &str) -> bool {
        let holds = |words: &[String]| words.iter().any(|word| normal.contains(word.as_str()));
        !holds(&self.unless) && (holds(&self.asks) || holds(&self.wants) && holds(&self.things))
    }
}

/// What an intent leads to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    /// The same as picking this action.
    Act(String),
    /// Saying this message, by its name in the locale files.
    Say(String),
    /// Giving an opinion; on a clause if one was named.
    Opine,
    /// Invites a question.
    Ask,
    /// Tells the way of a request for government information.
    Disclose,
    /// Reads in another language; in the one that was named.
    Language,
}

/// A thing to find in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// 第三条, clause 3.
    Clause,
    /// 中文, English.
    Language,
}

/// What was found in a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slots {
    /// The clause that was named.
    pub clause: Option<i64>,
    /// The language that was named.
    pub language: Option<String>,
}

/// An intent that a message expresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intended {
    /// The intent's name.
    pub name: String,
    /// What it leads to.
    pub lead: Lead,
    /// What was found.
    pub slots: Slots,
    /// Whether it was said in so many words (or as a command), and not only in similar ones.
    pub exact: bool,
}

/// A fault in an intent file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct IntentError {
    /// Which file.
    pub file: String,
    /// What is wrong, and what to write instead.
    pub what: String,
}

impl Intent {
    /// What the intent is for, in a few words of a language: what people say first.
    pub fn describe(&self, tag: &str) -> String {
        let said = self.utterances.get(tag).or_else(|| self.utterances.get(crate::locale::DEFAULT));
        said.and_then(|said| said.first()).unwrap_or(&self.name).clone()
    }
}

/// All intents, ready to match.
pub struct Intents {
    all: Vec<Intent>,
    index: Index,
    analyser: Arc<Analyser>,
}

impl Intents {
    /// The intents that are part of the program.
    pub fn embedded() -> Result<Self, IntentError> {
        let files = FOLDER.files().filter(|file| file.path().extension().is_some_and(|end| end == "toml"));
        Self::from_files(
            files.map(|file| (format!("intents/{}", file.path().display()), file.contents_utf8().unwrap_or_default())),
        )
    }

    /// Intents from files, as name and content.
    pub fn from_files<'a>(files: impl Iterator<Item = (String, &'a str)>) -> Result<Self, IntentError> {
        let analyser = Arc::new(Analyser::new());
        let mut index = Index::default();
        let mut all: Vec<Intent> = Vec::new();
        for (file, text) in files {
            let fault = |what: String| IntentError { file: file.clone(), what };
            let mut intent: Intent = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
            if let Lead::Act(action) = &intent.leads_to {
                action.parse::<Action>().map_err(|_| fault(format!("leads_to: `{action}` is no action")))?;
            }
            if all.iter().any(|known| known.name == intent.name) {
                return Err(fault(format!("there is another intent named {}", intent.name)));
            }
            if intent.utterances.values().all(Vec::is_empty) {
                return Err(fault("utterances: give at least one".to_owned()));
            }
            intent.marks = intent.marks.map(|marks| marks.normalised(&analyser));
            index.add(
                &analyser,
                Document {
                    id: all.len().to_string(),
                    title: intent.name.clone(),
                    phrasings: intent.utterances.values().flatten().cloned().collect(),
                    passages: Vec::new(),
                    unit: String::new(),
                    in_force: true,
                },
            );
            all.push(intent);
        }
        Ok(Self { all, index, analyser })
    }

    /// What it reads words with; building another one would cost memory and time.
    pub fn analyser(&self) -> Arc<Analyser> {
        self.analyser.clone()
    }

    /// All intents, in the order of their files.
    pub fn all(&self) -> &[Intent] {
        &self.all
    }

    /// The intent that a message expresses, if any.
    pub fn find(&self, text: &str) -> Option<Intended> {
        if let Some(command) = text.strip_prefix('/') {
            let word = command.split_whitespace().next().unwrap_or_default();
            let intent = self.all.iter().find(|intent| intent.command.as_deref() == Some(word))?;
            return Some(Self::intended(intent, &self.analyser.normalise(text), true));
        }
        let normal = self.analyser.normalise(text);
        let marks = |intent: &&Intent| intent.marks.as_ref().is_some_and(|marks| marks.mark(&normal));
        if let Some(intent) = self.all.iter().find(marks) {
            return Some(Self::intended(intent, &normal, false));
        }
        if text.chars().count() > MAX_CHARS {
            return None;
        }
        // Two stages, as for questions: the index finds candidates, a close look at their utterances decides.
        let findings = self.index.search(&self.analyser, text, 5);
        let mut best: Option<(f64, &Intent)> = None;
        for intent in findings.hits.iter().filter_map(|hit| self.all.get(hit.id.parse::<usize>().ok()?)) {
            for utterance in intent.utterances.values().flatten() {
                // Where marks decide, what is merely like an utterance may be a question about the matter.
                let (exact, like) = (self.analyser.normalise(utterance) == normal, intent.marks.is_none());
                let likeness = if exact {
                    1.0
                } else if like {
                    similarity(utterance, text)
                } else {
                    0.0
                };
                if best.is_none_or(|(known, _)| likeness > known) {
                    best = Some((likeness, intent));
                }
            }
        }
        let (likeness, intent) = best.filter(|(likeness, _)| *likeness >= LIKENESS)?;
        Some(Self::intended(intent, &normal, likeness >= 0.999))
    }

    fn intended(intent: &Intent, normal: &str, exact: bool) -> Intended {
        let slots = Slots {
            clause: intent.slots.contains(&Slot::Clause).then(|| clause_in(normal)).flatten(),
            language: intent.slots.contains(&Slot::Language).then(|| language_in(normal)).flatten(),
        };
        Intended { name: intent.name.clone(), lead: intent.leads_to.clone(), slots, exact }
    }
}

/// The clause that a message names: 第3条, clause 3. The text is normal already, so numerals are digits.
fn clause_in(normal: &str) -> Option<i64> {
    let after = normal.split_once('第').or_else(|| normal.split_once("clause")).map(|(_, rest)| rest)?;
    let digits: String = after.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The language that a message names.
fn language_in(normal: &str) -> Option<String> {
    if normal.contains("english") || normal.contains('英') {
        Some("en".to_owned())
    } else if normal.contains('中') || normal.contains("汉语") || normal.contains("chinese") {
        Some("zh-CN".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_read_in_digits_and_numerals() {
        for (text, clause) in [
            ("我对第3条有意见", Some(3)),
            ("第十二条不合理", Some(12)),
            ("第二十条", Some(20)),
            ("第十条", Some(10)),
            ("on clause 7 please", Some(7)),
            ("第几条", None),
            ("没有条", None),
        ] {
            assert_eq!(clause_in(&Analyser::new().normalise(text)), clause, "{text}");
        }
    }

    #[test]
    fn a_file_with_an_unknown_action_is_refused() {
        let text = "name = 'x'\nleads_to = { act = 'fly' }\nutterances = { en = ['fly'] }";
        let error = Intents::from_files([("intents/x.toml".to_owned(), text)].into_iter()).err().unwrap();
        assert_eq!(error.to_string(), "intents/x.toml: leads_to: `fly` is no action");
    }
}
