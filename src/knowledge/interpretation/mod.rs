//! 政策解读: interpretations, guides and approved replies, and the way to their publication.

pub mod lifecycle;
mod publication;
mod records;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use lifecycle::{Actor, Refusal, State, Step};
pub use publication::{ActError, Reply, create_draft, propose_reply, record_feedback, revise, step};
pub(super) use records::{change as reword, published_versions};
pub use records::{find, forget_feedback, import, of_owner, of_policy, published_after, versions};

/// What kind of explanation it is, and what it stands on.
///
/// Only a guide and a reply name their unit: the owner of an interpretation is its policy's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// 政策解读: explains a policy.
    Interpretation {
        /// The policy's id.
        policy: String,
    },
    /// 办事指南: tells how something is applied for.
    Guide {
        /// The unit that handles it.
        unit: String,
    },
    /// 答复: an approved reply to a question that came in.
    Reply {
        /// The unit that replied.
        unit: String,
    },
}

impl Kind {
    /// The kind's name in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Interpretation { .. } => "interpretation",
            Self::Guide { .. } => "guide",
            Self::Reply { .. } => "reply",
        }
    }
}

/// An interpretation, a guide or a reply: items under one title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interpretation {
    /// Its id, ASCII without `#`.
    pub id: String,
    /// What it is and stands on.
    #[serde(flatten)]
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its date, where it is known.
    pub dated: Option<Date>,
    /// Where it is published, or empty.
    pub url: String,
    /// What stands before the first item, or empty.
    pub intro: String,
    /// Its items, in order.
    pub items: Vec<Item>,
}

/// A question with its answer, or a section of a guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The question, or the section's heading.
    pub question: String,
    /// Other wordings, by which it is found. They are never shown.
    pub phrasings: Vec<String>,
    /// The answer, quoted verbatim.
    pub answer: String,
}

/// An interpretation, a guide or a reply as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredInterpretation {
    /// What it says.
    pub content: Interpretation,
    /// Whose it is: derived for an interpretation, named for the others.
    pub owner: String,
    /// Where it stands.
    pub state: State,
    /// Counts changes of any kind.
    pub version: i64,
    /// When it last changed.
    pub updated_at: Timestamp,
}
