//! What happened to all tickets, for those who follow it from outside of casework. No citizen's words are in it.

mod records;

use jiff::{Timestamp, civil::Date};

pub use records::{concern, named, named_of_topic, overdue, since, since_of_topics};

/// A ticket as outsiders may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its id.
    pub id: String,
    /// Its number.
    pub number: String,
    /// The code of the unit responsible now.
    pub unit: String,
    /// The name of the state it is in now.
    pub phase: String,
    /// The last day for the reply.
    pub due: Date,
}

/// An event with its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The event's id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What, by the name under which it was recorded.
    pub kind: String,
    /// The ticket as it is now.
    pub ticket: Outline,
}

/// An event of a hot topic, with the topic as outsiders may see it: none of what people wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicEntry {
    /// The event's id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What, by the name under which it was recorded.
    pub kind: String,
    /// The topic's id.
    pub topic: String,
    /// The code of the unit that it concerns.
    pub unit: String,
    /// The name of the state it is in now.
    pub phase: String,
    /// How many people raised it, as last counted.
    pub people: i64,
}
