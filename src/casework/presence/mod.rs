//! Who has a ticket open. It tells, and never keeps anybody from anything: what two people write at once is held apart by
//! the ticket's version.

mod records;

use jiff::{SignedDuration, Timestamp};

pub use records::{left, others, saved, touch};

/// What a page lets know of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// It was opened. Without a script nothing more will come from it.
    Opened,
    /// It is still open: its stream of news is.
    Watching,
    /// Somebody types in it.
    Typing,
}

impl Sign {
    /// For how long it counts.
    pub const fn lasts(self) -> SignedDuration {
        match self {
            Self::Opened => SignedDuration::from_mins(3),
            Self::Watching => SignedDuration::from_secs(60),
            // A page in the background is given time only once a minute.
            Self::Typing => SignedDuration::from_secs(90),
        }
    }
}

/// Somebody who has a ticket open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Their login.
    pub login: String,
    /// Since when.
    pub since: Timestamp,
    /// Whether they type.
    pub edits: bool,
}
