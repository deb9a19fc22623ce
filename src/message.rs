//! What channels and the core speak: a message in, a message out. Neither side knows the other's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest text that is taken from a person, in characters. Longer ones are refused with a hint.
pub const MAX_TEXT: usize = 4_000;

/// Where a person can be reached: a channel, our account on it (a bot, a site), and the person's id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// The channel's name, such as `web`.
    pub channel: String,
    /// Our own account on it: one installation may run several bots.
    pub account: String,
    /// The person's id on that channel.
    pub person: String,
}

/// A message from a person, decoded and checked by its channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// From whom.
    pub address: Address,
    /// The platform's id of the message: the same id twice is the same message.
    pub key: String,
    /// What was said.
    pub body: Body,
    /// A BCP 47 hint of the person's language, where the platform gives one.
    pub language: Option<String>,
    /// When the person sent it, by the platform's clock if it has one, else by ours.
    pub sent_at: Timestamp,
    /// What the platform tells beyond the words, where it tells several people of a chat apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
}

/// What a platform tells of a message beyond its words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Within {
    /// Who sent it: their id on the channel.
    pub sender: String,
    /// The name of the group in which it was sent; none in a private chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The platform's id of the message of ours that this one answers, or whose choice was picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The platform's id of the picking itself, for an [`Manner::Aside`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub press: Option<String>,
}

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Words.
    Text(String),
    /// A choice that we offered: its action, as it came back.
    Choice(String),
    /// The person opened the conversation, perhaps by a link that says what for.
    Start(Option<String>),
    /// Something we can't read, such as a picture.
    Unreadable,
    /// More characters than [`MAX_TEXT`].
    TooLong,
    /// We were removed from the chat, or blocked: nothing can be said there any more.
    Left,
    /// The chat goes on under another id on the channel.
    Moved(String),
}

impl Body {
    /// A text as a body: cleaned of control and direction-changing characters, and held to [`MAX_TEXT`].
    pub fn text(raw: &str) -> Self {
        let clean = clean(raw);
        if clean.is_empty() {
            Self::Unreadable
        } else if clean.chars().nth(MAX_TEXT).is_some() {
            Self::TooLong
        } else {
            Self::Text(clean)
        }
    }
}

/// Removes what a person can't see but software obeys: control characters (save line feed and tab),
/// direction overrides (U+202A–202E, U+2066–2069) and zero-width marks that serve no script we show.
pub fn clean(raw: &str) -> String {
    let kept: String = raw
        .chars()
        .filter(|c| {
            matches!(c, '\n' | '\t')
                || !(c.is_control()
                    || matches!(*c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}'))
        })
        .collect();
    kept.trim().to_owned()
}

/// A message to a person, in their language; the channel decides how it looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outbound {
    /// Paragraphs, in order.
    pub blocks: Vec<Block>,
    /// What the person can pick.
    pub choices: Vec<Choice>,
    /// The action that an answer to this very message takes, with the answer's words; only on channels where people answer
    /// single messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// How it is shown.
    #[serde(default, skip_serializing_if = "Manner::is_message")]
    pub manner: Manner,
}

/// How a message is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manner {
    /// As a message of its own.
    #[default]
    Message,
    /// As a few words for whoever picked a choice, unseen by the others: the platform's id of the picking. Without words it
    /// only says that the picking was heard.
    Aside(String),
    /// Not at all: its choices take the place of those of an earlier message, by the platform's id of that one.
    Choices(String),
}

impl Manner {
    /// Whether it is a message of its own.
    pub fn is_message(&self) -> bool {
        *self == Self::Message
    }
}

/// How actions begin whose picking the core answers itself, with a [`Manner::Aside`]. Of all others the channel says at
/// once that they were heard.
pub const ANSWERED_ASIDE: &str = "desk-";

/// A paragraph of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// Our own words.
    Text {
        /// The words.
        text: String,
    },
    /// A heading.
    Heading {
        /// The words.
        text: String,
    },
    /// A verbatim quotation.
    Quote {
        /// The words, exactly as published.
        text: String,
    },
    /// Short lines, one below the other.
    List {
        /// The lines.
        lines: Vec<String>,
    },
    /// Where a quotation comes from.
    Source {
        /// The document's title.
        title: String,
        /// Number, owner, date, in force or not: a line each, ready to read.
        lines: Vec<String>,
        /// Where the whole document is, or empty.
        url: String,
    },
}

/// One thing to pick.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Choice {
    /// What the person reads.
    pub label: String,
    /// What comes back: ASCII, at most 64 bytes (Telegram's limit for callback data, the tightest of all channels).
    pub action: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_do_not_come_in() {
        assert_eq!(Body::text(" a\u{202E}b\u{0}\u{7}c\n "), Body::Text("abc".into()));
        assert_eq!(Body::text("\u{200B}\u{FEFF} "), Body::Unreadable);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_written_comes_in_clean_or_is_refused(raw in "\\PC{0,60}|[\u{0}-\u{2100}]{0,60}") {
            if let Body::Text(text) = Body::text(&raw) {
                proptest::prop_assert!(!text.is_empty() && text.chars().count() <= MAX_TEXT);
                proptest::prop_assert!(text.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()));
                let hidden = ['\u{202E}', '\u{2066}', '\u{200B}', '\u{FEFF}'];
                proptest::prop_assert!(!text.contains(hidden));
                // Clean stays clean.
                proptest::prop_assert_eq!(Body::text(&text), Body::Text(text.clone()));
            }
        }
    }

    #[test]
    fn a_long_text_is_refused_not_cut() {
        assert_eq!(Body::text(&"字".repeat(MAX_TEXT)), Body::Text("字".repeat(MAX_TEXT)));
        assert_eq!(Body::text(&"字".repeat(MAX_TEXT + 1)), Body::TooLong);
    }
}
