//! Casework: what the bot can't answer becomes a ticket (转办件) with a unit, a deadline and a life-cycle.

pub mod answered;
pub mod attachments;
mod full_text;
mod grounds;
pub mod journal;
pub mod learning;
pub mod lessons;
mod lifecycle;
mod listing;
mod message_kind;
pub mod notes;
pub mod notices;
pub mod presence;
mod records;
mod routing;
mod state;
pub mod statistics;
pub mod templates;
mod terms;
pub mod topics;
mod watch;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use full_text::fill;
pub use grounds::{Grounds, Proposed};
pub use lifecycle::{Actor, Happened, MAX_PARTS, MAX_TEXT, Moment, Refusal, Splinter, Step, WAIT_FOR_CITIZEN};
pub use listing::{Counts, Listing, Scope, View, beside, channels, counts, list};
pub use message_kind::{KindError, Kinds, MessageKind, TicketKind};
pub use records::{
    Event, NewTicket, events, file, find, find_by_number, forget, grounds, keep_grounds, merged_into, of_citizen,
    open_ids, open_of_unit, save, split_from, to_watch,
};
pub use routing::{Desk, Ground, Proposal};
pub use state::{
    Clocks, Contribution, Course, Decided, Draft, Exchange, Extension, Origin, OriginKind, Part, Purpose, Rating,
    Reply, Silence, State,
};
pub use terms::{Exception, REPLY_WORKING_DAYS, Terms, Tiers};
pub use watch::{About, Watch};

use crate::message::Address;

/// A routed question.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// The id.
    pub id: String,
    /// What people are told, such as `Z20261123-0007`.
    pub number: String,
    /// The question, as the citizen wrote it.
    pub question: String,
    /// What kind of message it is; none where the bot couldn't tell and nobody said.
    pub kind: Option<TicketKind>,
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
    /// How the last days for accepting it and for the reply were computed.
    pub clocks: Clocks,
    /// What it carries besides its state.
    pub course: Course,
    /// The id of the ticket it was split from.
    pub split_from: Option<String>,
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
        let left = self.clocks.reply.due.since(today).map_or(0, |span| span.get_days());
        match left {
            ..0 => Urgency::Overdue,
            0..=1 => Urgency::Soon,
            _ => Urgency::Calm,
        }
    }

    /// The words that a search looks through, its number aside: the question, what the citizen and the unit wrote back and
    /// forth, the replies, what the citizen said of them. What isn't sent stays out.
    pub fn texts(&self) -> Vec<&str> {
        let mut texts = vec![self.question.as_str()];
        for exchange in &self.course.exchanges {
            texts.push(&exchange.asked);
            texts.extend(exchange.answer.as_deref());
        }
        texts.extend(self.course.earlier.iter().map(|reply| reply.text.as_str()));
        match &self.state {
            State::Answered { reply } => texts.push(&reply.text),
            State::Rated { reply, words, .. } => texts.extend([reply.text.as_str(), words]),
            State::Referred { reply, place } => texts.extend([reply.text.as_str(), place]),
            _ => {}
        }
        texts
    }
}
