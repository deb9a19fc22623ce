//! Statistics of casework: what came in, what the bot answered, what units replied to and how soon.
//!
//! | file | what it does |
//! |---|---|
//! | `period` | from which day to which |
//! | `figures` | rows → figures; pure |
//! | `publish` | what the public may see of a table of counts; pure |
//! | `records` | the rows |
//!
//! `docs/statistics.md` says what each figure means. Nothing but the bot's own answers is counted beforehand: a figure that
//! is stored goes wrong when a reply is reopened, a rating changed or a deadline moved.

mod figures;
mod period;
mod publish;
mod records;

#[cfg(test)]
mod tests;

pub use figures::{Figures, Report, Share, Tenths};
pub use period::{LONGEST, Period, PeriodError};
pub use publish::{Entry, Published, SMALL, publish};
pub use records::{Month, Scope, add, month, report};

use jiff::civil::Date;

/// An answer of the bot, as it is counted: no words, no person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// The city's day.
    pub day: Date,
    /// How the answer was found.
    pub found: Found,
    /// Whose document was quoted.
    pub group: Group,
}

/// How the bot found an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// At once.
    Outright,
    /// The person chose among a few matters.
    Chosen,
}

impl Found {
    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outright => "answered",
            Self::Chosen => "chosen",
        }
    }
}

/// By what figures are told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Group {
    /// The unit's code.
    pub unit: String,
    /// The kind of message by its name; empty where the bot couldn't tell.
    pub kind: String,
    /// The channel.
    pub channel: String,
}
