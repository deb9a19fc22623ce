//! What a ticket is made of: where it stands, and what it carries with it.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::attachments::Enclosure;
use crate::calendar::{Calendar, Reckoning};

/// Where a ticket stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum State {
    /// A unit has it; nobody there has accepted it yet.
    Assigned,
    /// Somebody works on it.
    Claimed {
        /// Their login.
        by: String,
    },
    /// A reply waits for approval.
    Drafted {
        /// The reply as drafted.
        draft: Draft,
    },
    /// The unit isn't competent and said why, or was silent; the dispatcher decides.
    Returned {
        /// Which unit had it.
        unit: String,
        /// Why.
        reason: String,
    },
    /// The citizen was asked something; the clock stands still.
    AwaitingCitizen {
        /// Who works on it.
        by: String,
        /// What they asked.
        asked: String,
        /// On which day the ticket ends when no answer comes.
        ends: Date,
        /// Whether they were reminded.
        #[serde(default)]
        reminded: bool,
    },
    /// The reply was approved and sent.
    Answered {
        /// The reply.
        reply: Reply,
    },
    /// The citizen said whether it helped.
    Rated {
        /// The reply.
        reply: Reply,
        /// What they said.
        rating: Rating,
        /// In their own words, if they wrote any.
        #[serde(default)]
        words: String,
    },
    /// It isn't ours: the citizen was told where to turn.
    Referred {
        /// What they were told.
        reply: Reply,
        /// The right place.
        place: String,
    },
    /// Another ticket asks the same: its reply is this one's too.
    Merged {
        /// The other's id.
        into: String,
        /// The other's number, for reading.
        number: String,
    },
    /// The citizen was asked and didn't answer in time.
    Lapsed,
    /// The citizen took the question back.
    Withdrawn,
}

impl State {
    /// The phases in which somebody of the office has to do something.
    pub const OPEN: [&'static str; 5] = ["assigned", "claimed", "drafted", "returned", "awaiting_citizen"];

    /// The state's name, as stored beside it for lists.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Claimed { .. } => "claimed",
            Self::Drafted { .. } => "drafted",
            Self::Returned { .. } => "returned",
            Self::AwaitingCitizen { .. } => "awaiting_citizen",
            Self::Answered { .. } => "answered",
            Self::Rated { .. } => "rated",
            Self::Referred { .. } => "referred",
            Self::Merged { .. } => "merged",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether it is among the tickets somebody has to work on. A merged one isn't, but it isn't closed either.
    pub fn is_open(&self) -> bool {
        Self::OPEN.contains(&self.phase())
    }

    /// Whether it has ended. A merged ticket ends when the other one does.
    pub fn is_closed(&self) -> bool {
        !self.is_open() && !matches!(self, Self::Merged { .. })
    }

    /// The reply that reached the citizen, if the ticket ended with one.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Answered { reply } | Self::Rated { reply, .. } | Self::Referred { reply, .. } => Some(reply),
            _ => None,
        }
    }

    /// The words that wait for approval: whoever takes the ticket elsewhere keeps them in the event.
    pub fn draft(&self) -> Option<&str> {
        match self {
            Self::Drafted { draft } => Some(&draft.text),
            _ => None,
        }
    }

    /// Who works on it, where one person does.
    pub fn worker(&self) -> Option<&str> {
        match self {
            Self::Claimed { by } | Self::AwaitingCitizen { by, .. } => Some(by),
            Self::Drafted { draft } => Some(&draft.author),
            _ => None,
        }
    }
}

/// What a draft wants to be once it is approved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum Purpose {
    /// The unit's reply.
    #[default]
    Reply,
    /// The matter isn't this government's: the words name the place that is responsible.
    Referral {
        /// The right place.
        place: String,
    },
}

/// A reply that isn't approved yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub author: String,
    /// Why a reviewer sent an earlier one back, if so.
    pub remark: Option<String>,
    /// What it wants to be.
    #[serde(default)]
    pub purpose: Purpose,
    /// What its words were begun with, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// What a draft was begun with: inserted text shows its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What kind of text it is.
    pub kind: OriginKind,
    /// Which one: a template's id, a ticket's number, a document's id.
    pub key: String,
    /// What people call it: a template's name, a ticket's number, a document's title.
    pub name: String,
    /// The source, as the reply says it.
    pub source: String,
}

/// What can be begun with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OriginKind {
    /// A template of the unit or the city.
    Template,
    /// The reply to another ticket.
    Ticket,
    /// A published document.
    Document,
}

/// An approved reply (答复).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The words.
    pub text: String,
    /// The unit that replies.
    pub unit: String,
    /// Who wrote them.
    pub author: String,
    /// Who approved them.
    pub approved_by: String,
    /// When.
    pub at: Timestamp,
    /// The files that went with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enclosures: Vec<Enclosure>,
}

/// What the citizen said of a reply (回访评价).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// It helped.
    Helped,
    /// It didn't.
    NotHelped,
}

/// What a ticket carries besides its state. All of it stays when the state changes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// Cooperating units (配合部门): each drafts its part, the lead unit joins them.
    pub parts: Vec<Part>,
    /// More time, asked for once (延期).
    pub extension: Option<Extension>,
    /// What the citizen was asked, and said.
    pub exchanges: Vec<Exchange>,
    /// Replies that didn't settle it: the ticket was reopened after each.
    pub earlier: Vec<Reply>,
    /// Units that had it and gave it away: no unit hands it to them again.
    pub past_units: Vec<String>,
    /// How far the office has gone because the unit is silent.
    pub silence: Silence,
    /// Files that are to go with the next reply: whoever approves the draft approves them with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub enclosures: Vec<Enclosure>,
}

/// A cooperating unit's share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The unit.
    pub unit: String,
    /// Who asked it, a login.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// What it wrote, once it did.
    pub written: Option<Contribution>,
}

/// What a cooperating unit wrote for the reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution {
    /// The words.
    pub text: String,
    /// Who wrote them, a login.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// More time for a reply: once, with a reason, approved by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// How many working days more.
    pub days: u16,
    /// Why.
    pub reason: String,
    /// Who asks, a login.
    pub by: String,
    /// What became of it.
    pub decision: Decided,
}

/// What became of a request for more time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Decided {
    /// Nobody decided yet.
    Open,
    /// It was granted.
    Granted {
        /// By whom, a login.
        by: String,
    },
    /// It was refused.
    Refused {
        /// By whom, a login.
        by: String,
        /// Why.
        remark: String,
    },
}

/// A question back to the citizen and what they answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked.
    pub asked: String,
    /// When.
    pub asked_at: Timestamp,
    /// What they said, once they did.
    pub answer: Option<String>,
}

/// How far the office has gone because a unit is silent or late: it is reminded in time, then once it is late, then its
/// head hears of it, then the dispatcher. What the unit does sets it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// Nobody was told anything.
    #[default]
    None,
    /// The unit was reminded before a last day.
    Soon,
    /// The unit was reminded that it is late.
    Late,
    /// Its head was told.
    HeadTold,
    /// The dispatcher was told.
    DispatcherTold,
}

/// A ticket's two clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// By when the unit accepts it (or returns it).
    pub accept: Reckoning,
    /// By when it replies.
    pub reply: Reckoning,
}

impl Clocks {
    /// Clocks that start on a day.
    pub fn start(calendar: &Calendar, day: Date, accept: u16, reply: u16) -> Self {
        Self { accept: calendar.deadline(day, accept), reply: calendar.deadline(day, reply) }
    }

    /// Whether they stand still.
    pub fn stand_still(&self) -> bool {
        self.reply.pauses.last().is_some_and(|pause| pause.to.is_none())
    }
}
