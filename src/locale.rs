//! Every word that a person reads comes from `locales/`, in Fluent. A folder there is a language.
//!
//! Code names a message with [`phrase!`](crate::phrase) and hands its arguments over as values; dates and numbers are
//! written only here, the way the reader's language writes them.

use std::{collections::BTreeMap, sync::Arc};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use include_dir::{Dir, include_dir};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use unic_langid::LanguageIdentifier;

use crate::clock::city_zone;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The language whose messages are complete by definition, and which people get who have not said otherwise.
pub const DEFAULT: &str = "zh-CN";

/// A message and its arguments, not yet in any language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phrase {
    /// The message's name in the `.ftl` files.
    pub key: String,
    /// Its arguments.
    pub args: Vec<(String, Value)>,
}

/// An argument of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words as they are: a title, a name, what somebody wrote.
    Text(String),
    /// A number.
    Number(i64),
    /// A day.
    Date(civil::Date),
    /// An instant, shown in the city's time.
    Time(Timestamp),
    /// Another message.
    Phrase(Box<Phrase>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $to:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($name: $from) -> Self { $to }
        }
    )*};
}

value_from! {
    &str => |text| Self::Text(text.to_owned());
    String => |text| Self::Text(text);
    &String => |text| Self::Text(text.clone());
    i64 => |number| Self::Number(number);
    i32 => |number| Self::Number(i64::from(number));
    u32 => |number| Self::Number(i64::from(number));
    usize => |number| Self::Number(i64::try_from(number).unwrap_or(i64::MAX));
    civil::Date => |day| Self::Date(day);
    Timestamp => |at| Self::Time(at);
    Phrase => |phrase| Self::Phrase(Box::new(phrase));
}

/// Names a message: `phrase!("ticket-filed", number = "Z1", due = date)`.
///
/// The key is a literal, so that unused and missing messages can be found by reading the source.
#[macro_export]
macro_rules! phrase {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::locale::Phrase {
            key: $key.to_owned(),
            args: vec![$((stringify!($name).to_owned(), $crate::locale::Value::from($value))),*],
        }
    };
}

/// A fault in the locale files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocaleError {
    /// A folder's name is no language.
    #[error("locales/{folder}: the folder's name must be a language tag such as zh-CN")]
    NotALanguage {
        /// Which.
        folder: String,
    },
    /// A file has a mistake.
    #[error("{file}:{line}: {what}")]
    Syntax {
        /// Which file.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// What Fluent says.
        what: String,
    },
    /// Two messages have one name.
    #[error("{file}: {what}")]
    Duplicate {
        /// The second file.
        file: String,
        /// What Fluent says.
        what: String,
    },
    /// The default language is missing.
    #[error("locales/{DEFAULT} is missing")]
    NoDefault,
}

/// All languages.
#[derive(Clone)]
pub struct Locales {
    bundles: Arc<BTreeMap<String, FluentBundle<FluentResource>>>,
}

impl Locales {
    /// The locale files that are part of the program.
    pub fn embedded() -> Result<Self, LocaleError> {
        let mut bundles = BTreeMap::new();
        for folder in FOLDER.dirs() {
            let tag = folder.path().display().to_string();
            let language: LanguageIdentifier =
                tag.parse().map_err(|_| LocaleError::NotALanguage { folder: tag.clone() })?;
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            // Isolation marks would show as boxes on old phones, and neither Chinese nor English needs them.
            bundle.set_use_isolating(false);
            for file in folder.files().filter(|file| file.path().extension().is_some_and(|end| end == "ftl")) {
                let name = format!("locales/{}", file.path().display());
                let source = file.contents_utf8().unwrap_or_default().to_owned();
                let resource = FluentResource::try_new(source).map_err(|(resource, errors)| LocaleError::Syntax {
                    line: errors.first().map_or(1, |error| line_of(resource.source(), error.pos.start)),
                    what: errors.first().map(ToString::to_string).unwrap_or_default(),
                    file: name.clone(),
                })?;
                bundle.add_resource(resource).map_err(|errors| LocaleError::Duplicate {
                    file: name,
                    what: errors.first().map(ToString::to_string).unwrap_or_default(),
                })?;
            }
            bundles.insert(tag, bundle);
        }
        if bundles.contains_key(DEFAULT) {
            Ok(Self { bundles: Arc::new(bundles) })
        } else {
            Err(LocaleError::NoDefault)
        }
    }

    /// The languages' tags.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.bundles.keys().map(String::as_str)
    }

    /// The best of our languages for a list of wishes (an `Accept-Language` header, or one tag), if any fits.
    pub fn negotiate(&self, wishes: &str) -> Option<&str> {
        wishes.split(',').find_map(|wish| {
            let tag = wish.split(';').next().unwrap_or_default().trim();
            let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
            self.tags()
                .find(|ours| ours.eq_ignore_ascii_case(tag))
                .or_else(|| self.tags().find(|ours| ours.split('-').next() == Some(primary.as_str())))
        })
    }

    /// A message in a language. One that is missing there comes in the default language; one that is missing
    /// everywhere comes as its key, so that nothing is ever blank.
    pub fn text(&self, tag: &str, phrase: &Phrase) -> String {
        let found = [tag, DEFAULT].into_iter().find_map(|tag| {
            let bundle = self.bundles.get(tag)?;
            let pattern = bundle.get_message(&phrase.key)?.value()?;
            let mut args = FluentArgs::new();
            for (name, value) in &phrase.args {
                args.set(name.as_str(), self.value(tag, value));
            }
            let mut errors = Vec::new();
            Some(bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned())
        });
        found.unwrap_or_else(|| phrase.key.clone())
    }

    fn value(&self, tag: &str, value: &Value) -> FluentValue<'static> {
        match value {
            Value::Text(text) => FluentValue::from(text.clone()),
            Value::Number(number) => FluentValue::from(*number),
            Value::Phrase(phrase) => FluentValue::from(self.text(tag, phrase)),
            Value::Date(day) => FluentValue::from(self.text(
                tag,
                &crate::phrase!(
                    "date",
                    year = day.year().to_string(),
                    month = i64::from(day.month()),
                    day = i64::from(day.day())
                ),
            )),
            Value::Time(at) => {
                let local = at.to_zoned_datetime(city_zone());
                FluentValue::from(self.text(
                    tag,
                    &crate::phrase!(
                        "date-time",
                        date = local.date(),
                        time = format!("{:02}:{:02}", local.hour(), local.minute())
                    ),
                ))
            }
        }
    }
}

/// What is known of a message in one language: where it stands and which arguments it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageEntry {
    /// The file, such as `locales/en/chat.ftl`.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The arguments, sorted.
    pub arguments: Vec<String>,
}

/// Every message of every language, for checking them against one another.
pub fn inventory() -> BTreeMap<String, BTreeMap<String, MessageEntry>> {
    let mut languages = BTreeMap::new();
    for folder in FOLDER.dirs() {
        let entries: &mut BTreeMap<String, MessageEntry> =
            languages.entry(folder.path().display().to_string()).or_default();
        for file in folder.files() {
            let mut current: Option<String> = None;
            for (number, line) in file.contents_utf8().unwrap_or_default().lines().enumerate() {
                let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
                if let (true, Some((key, _))) = (starts, line.split_once('=')) {
                    let entry = MessageEntry {
                        file: format!("locales/{}", file.path().display()),
                        line: number + 1,
                        arguments: Vec::new(),
                    };
                    current = Some(key.trim().to_owned());
                    entries.insert(key.trim().to_owned(), entry);
                }
                if let Some(entry) = current.as_ref().and_then(|key| entries.get_mut(key)) {
                    entry.arguments.extend(arguments_in(line));
                    entry.arguments.sort();
                    entry.arguments.dedup();
                }
            }
        }
    }
    languages
}

/// The `$names` in a line, outside comments.
fn arguments_in(line: &str) -> Vec<String> {
    if line.starts_with('#') {
        return Vec::new();
    }
    line.split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect())
        .collect()
}

fn line_of(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_the_readers_way() {
        let locales = Locales::embedded().unwrap();
        let day = phrase!("date", year = "2026", month = 10, day = 9);
        assert_eq!(locales.text("zh-CN", &day), "2026年10月9日");
        assert_eq!(locales.text("en", &day), "9 October 2026");
    }

    #[test]
    fn what_people_wrote_is_not_taken_for_fluent() {
        let locales = Locales::embedded().unwrap();
        let text = locales.text("en", &phrase!("date-time", date = "{ $x } \u{2068}", time = "{-brand}"));
        assert_eq!(text, "{ $x } \u{2068}, {-brand}");
    }

    #[test]
    fn wishes_are_matched_by_language_when_the_region_differs() {
        let locales = Locales::embedded().unwrap();
        assert_eq!(locales.negotiate("fr, en-GB;q=0.8"), Some("en"));
        assert_eq!(locales.negotiate("zh-Hans"), Some("zh-CN"));
        assert_eq!(locales.negotiate("xx"), None);
    }
}
