//! Outgoing web hooks: other systems and group robots are told what happened to tickets.
//!
//! What is told is a [`Happening`]: numbers, units and dates, never a citizen's words, name or contact. It is enqueued
//! in a transaction ([`announce`]) and sent later, at least once, always with the same id; what can't be delivered is
//! given up visibly.
//!
//! | file | what it does |
//! |---|---|
//! | `settings` | what an operator may write, checked |
//! | `sign` | signatures of each platform; pure |
//! | `shape` | a happening becomes a request; pure |
//! | `retry` | what an answer means, and when to try again; pure |
//! | `send` | the request goes out |
//! | `records` | deliveries as rows |

mod records;
mod retry;
mod send;
mod settings;
mod shape;
mod sign;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, civil::Date};
use secrecy::{SecretSlice, SecretString};
use serde::{Deserialize, Serialize};

pub use records::{
    Delivery, Parcel, Status, claim, enlist, given_up, is_waiting, latest, pause, purge, reached, settle, take_turn,
    try_again,
};
pub use retry::{Outcome, Reply, decide};
pub use send::Sender;
pub use settings::{HookError, Target, Written};
pub use shape::{Request, request};

use crate::{
    id::Ids,
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// How long a delivery is tried before it is given up.
pub const PATIENCE: jiff::SignedDuration = jiff::SignedDuration::from_hours(72);

/// How many happenings one message of a robot tells at most: so many always fit into what the platforms take.
pub const BUNDLE: i64 = 8;

/// Somebody who is told.
#[derive(Debug)]
pub struct Hook {
    /// Its name in the settings, the log and the console.
    pub name: String,
    /// Where requests go.
    pub target: Target,
    /// In which form.
    pub kind: Kind,
    /// Of what.
    pub events: BTreeSet<Name>,
    /// Of which units' tickets; empty: of all.
    pub units: BTreeSet<String>,
    /// Where its readers reach the console, for links; none: messages have no links.
    pub console: Option<String>,
}

/// The form in which a hook is told, with what signing it needs.
#[derive(Debug)]
pub enum Kind {
    /// JSON for other systems, signed as <https://www.standardwebhooks.com> describes.
    Plain {
        /// The key of the signature.
        key: SecretSlice<u8>,
    },
    /// A group robot of WeCom (企业微信). It knows no signature: its address is the secret.
    WeCom,
    /// A group robot of DingTalk (钉钉).
    DingTalk {
        /// What its settings page shows under 加签; none where the group checks key words or addresses.
        secret: Option<SecretString>,
    },
    /// A group robot of Feishu (飞书).
    Feishu {
        /// What its settings page shows under 签名校验; none where the group checks key words or addresses.
        secret: Option<SecretString>,
    },
}

impl Kind {
    /// Whether people in a group read it: then what waits is bundled, and the platform's pace is kept.
    pub fn is_robot(&self) -> bool {
        !matches!(self, Self::Plain { .. })
    }

    /// The name in the settings.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Plain { .. } => "plain",
            Self::WeCom => "wecom",
            Self::DingTalk { .. } => "dingtalk",
            Self::Feishu { .. } => "feishu",
        }
    }
}

impl Hook {
    /// Whether it is told of something.
    fn wants(&self, happening: &Happening) -> bool {
        let unit = happening.ticket.as_ref().map(|ticket| &ticket.unit);
        let unit = unit.or(happening.topic.as_ref().map(|topic| &topic.unit));
        let concerned = unit.is_none_or(|unit| self.units.is_empty() || self.units.contains(unit));
        self.events.contains(&happening.event) && concerned
    }
}

/// All hooks of the settings.
#[derive(Debug, Default)]
pub struct Hooks(pub Vec<Arc<Hook>>);

impl Hooks {
    /// One by its name.
    pub fn find(&self, name: &str) -> Option<&Arc<Hook>> {
        self.0.iter().find(|hook| hook.name == name)
    }
}

/// What can be told, in the order of a ticket's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Name {
    /// A unit has a ticket: newly filed, assigned or transferred.
    #[serde(rename = "ticket.assigned")]
    Assigned,
    /// The unit was reminded.
    #[serde(rename = "ticket.reminded")]
    Reminded,
    /// The unit stayed silent: its head knows, or the dispatcher has it back.
    #[serde(rename = "ticket.escalated")]
    Escalated,
    /// The last day for the reply has passed.
    #[serde(rename = "ticket.overdue")]
    Overdue,
    /// The unit returned it to the dispatcher.
    #[serde(rename = "ticket.returned")]
    Returned,
    /// Its deadline was extended.
    #[serde(rename = "ticket.extended")]
    Extended,
    /// The reply was approved and sent.
    #[serde(rename = "ticket.answered")]
    Answered,
    /// The citizen rated the reply.
    #[serde(rename = "ticket.rated")]
    Rated,
    /// It was opened again after the reply.
    #[serde(rename = "ticket.reopened")]
    Reopened,
    /// The citizen took it back.
    #[serde(rename = "ticket.withdrawn")]
    Withdrawn,
    /// So many people ask the same that the unit shall explain it publicly.
    #[serde(rename = "topic.raised")]
    TopicRaised,
    /// The unit has explained it.
    #[serde(rename = "topic.explained")]
    TopicExplained,
    /// An administrator tries the hook; every hook is told, whatever its settings say.
    #[serde(rename = "hook.test")]
    Test,
}

impl Name {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Assigned,
        Self::Reminded,
        Self::Escalated,
        Self::Overdue,
        Self::Returned,
        Self::Extended,
        Self::Answered,
        Self::Rated,
        Self::Reopened,
        Self::Withdrawn,
        Self::TopicRaised,
        Self::TopicExplained,
        Self::Test,
    ];

    /// The name in settings and messages.
    pub fn text(self) -> &'static str {
        match self {
            Self::Assigned => "ticket.assigned",
            Self::Reminded => "ticket.reminded",
            Self::Escalated => "ticket.escalated",
            Self::Overdue => "ticket.overdue",
            Self::Returned => "ticket.returned",
            Self::Extended => "ticket.extended",
            Self::Answered => "ticket.answered",
            Self::Rated => "ticket.rated",
            Self::Reopened => "ticket.reopened",
            Self::Withdrawn => "ticket.withdrawn",
            Self::TopicRaised => "topic.raised",
            Self::TopicExplained => "topic.explained",
            Self::Test => "hook.test",
        }
    }

    /// What a group reads.
    fn phrase(self) -> Phrase {
        match self {
            Self::Assigned => phrase!("hook-ticket-assigned"),
            Self::Reminded => phrase!("hook-ticket-reminded"),
            Self::Escalated => phrase!("hook-ticket-escalated"),
            Self::Overdue => phrase!("hook-ticket-overdue"),
            Self::Returned => phrase!("hook-ticket-returned"),
            Self::Extended => phrase!("hook-ticket-extended"),
            Self::Answered => phrase!("hook-ticket-answered"),
            Self::Rated => phrase!("hook-ticket-rated"),
            Self::Reopened => phrase!("hook-ticket-reopened"),
            Self::Withdrawn => phrase!("hook-ticket-withdrawn"),
            Self::TopicRaised => phrase!("hook-topic-raised"),
            Self::TopicExplained => phrase!("hook-topic-explained"),
            Self::Test => phrase!("hook-test"),
        }
    }

    /// What a ticket's recorded event is called here; none for what nobody outside needs to know.
    ///
    /// Casework's names are known by their text only: rooms of tickets and of hooks don't know one another.
    pub fn of_ticket_event(kind: &str) -> Option<Self> {
        Some(match kind {
            "filed" | "assigned" | "transferred" | "moved" => Self::Assigned,
            "reminded" => Self::Reminded,
            "escalated" | "taken_back" => Self::Escalated,
            "returned" => Self::Returned,
            "extended" => Self::Extended,
            "approved" | "answered_with" => Self::Answered,
            "rated" => Self::Rated,
            "reopened" => Self::Reopened,
            "withdrawn" => Self::Withdrawn,
            _ => return None,
        })
    }
}

impl Name {
    /// What a topic's recorded event is called here; none for what nobody outside needs to know.
    pub fn of_topic_event(kind: &str) -> Option<Self> {
        match kind {
            "raised" => Some(Self::TopicRaised),
            "explained" => Some(Self::TopicExplained),
            _ => None,
        }
    }
}

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// The same for all hooks and all times: each hook is told once.
    pub id: String,
    /// What.
    pub event: Name,
    /// When.
    pub at: Timestamp,
    /// The ticket; none for a topic or a test.
    pub ticket: Option<Ticket>,
    /// The topic; none for a ticket or a test.
    #[serde(default)]
    pub topic: Option<Topic>,
}

/// All that leaves the house about a topic: never what people wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Its id.
    pub id: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The name of its state.
    pub phase: String,
    /// How many people raised it within the window.
    pub people: i64,
}

/// All that leaves the house about a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number.
    pub number: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The name of its state.
    pub phase: String,
    /// The last day for the reply.
    pub due: Date,
}

/// Enqueues a happening for every one of these hooks that wants it. The same happening again changes nothing.
pub async fn announce(
    connection: &mut Connection,
    ids: &Ids,
    hooks: &[&Hook],
    happening: &Happening,
    now: Timestamp,
) -> Result<(), StoreError> {
    for hook in hooks {
        if hook.wants(happening) {
            records::enqueue(connection, &ids.next(), &hook.name, happening, now).await?;
        }
    }
    Ok(())
}

/// Enqueues a test for one hook.
pub async fn test(connection: &mut Connection, ids: &Ids, hook: &Hook, now: Timestamp) -> Result<(), StoreError> {
    let happening = Happening { id: ids.next(), event: Name::Test, at: now, ticket: None, topic: None };
    records::enqueue(connection, &ids.next(), &hook.name, &happening, now).await
}
