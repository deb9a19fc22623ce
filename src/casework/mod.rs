//! Casework: what the bot can't answer becomes a ticket (转办件) with a unit, a deadline and a life-cycle.

mod grounds;
pub mod journal;
pub mod lessons;
mod lifecycle;
mod message_kind;
mod records;
mod routing;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use grounds::{Grounds, Proposed};
pub use lifecycle::{Actor, Draft, Rating, Refusal, Reply, State, Step};
pub use message_kind::{KindError, Kinds, MessageKind};
pub use records::{
    Event, Filter, NewTicket, events, file, find, find_by_number, forget, grounds, keep_grounds, list, of_citizen, save,
};
pub use routing::{Desk, Ground, Proposal};

use crate::{calendar::Reckoning, message::Address};

/// Working days for a reply where the settings say nothing else, as city hotlines do.
pub const REPLY_WORKING_DAYS: u16 = 5;

/// A routed question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// The id.
    pub id: String,
    /// What people are told, such as `Z20261123-0007`.
    pub number: String,
    /// The question, as the citizen wrote it.
    pub question: String,
    /// What kind of message it seems to be, and how sure that is in percent; none where the bot couldn't tell.
    pub kind: Option<(MessageKind, i64)>,
    /// Who asked.
    pub citizen_id: String,
    /// Where the reply goes.
    pub reply_to: Address,
    /// The unit responsible now.
    pub unit: String,
    /// Whether the dispatcher decided who is responsible: after that it can't be returned, as hotline ordinances have it.
    pub designated: bool,
    /// Where it stands.
    pub state: State,
    /// Counts changes: a writer that read an older one is refused.
    pub version: i64,
    /// When it was filed.
    pub filed_at: Timestamp,
    /// How the last day for the reply was computed.
    pub reckoning: Reckoning,
}

/// How a deadline looks from a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Urgency {
    /// The last day has passed.
    Overdue,
    /// Today or tomorrow is the last day.
    Soon,
    /// There is time.
    Calm,
}

impl Ticket {
    /// How urgent it is on a day: computed, never stored.
    pub fn urgency(&self, today: Date) -> Urgency {
        let left = self.reckoning.due.since(today).map_or(0, |span| span.get_days());
        match left {
            ..0 => Urgency::Overdue,
            0..=1 => Urgency::Soon,
            _ => Urgency::Calm,
        }
    }
}
