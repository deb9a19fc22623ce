//! What can be learnt from replies: those that may become knowledge, with the words of everybody who asked, and those
//! that solved nothing.

mod records;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use records::{askers, decide, open, unhelpful, verdict};

use super::Ticket;
use crate::matching::{shared, similarity};

/// The longest wording that is taken over, in characters: a longer one tells a story.
const LONGEST: usize = 120;
/// From this likeness on (0 to 1) what was split off still asks the same.
const FITS: f64 = 0.3;

/// What a unit decides about a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It isn't for others: it won't be proposed as knowledge.
    Declined,
    /// It stays as it is although it solved nothing for the citizen.
    Kept,
}

impl Verdict {
    /// Its name in the store and the audit log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Kept => "kept",
        }
    }
}

/// A decision as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Why.
    pub reason: String,
    /// Who.
    pub login: String,
    /// When.
    pub at: Timestamp,
}

/// How the others who got a ticket's reply had asked, as further wordings of its question: of what was merged into it all,
/// of what was split from it what asks nearly the same. Each wording once, however it is written; stories are left out.
pub fn wordings(ticket: &Ticket, askers: &[Ticket]) -> Vec<String> {
    let key =
        |text: &str| -> String { shared().normalise(text).chars().filter(|letter| letter.is_alphanumeric()).collect() };
    let mut known = vec![key(&ticket.question)];
    let mut wordings = Vec::new();
    for asker in askers {
        let split = asker.split_from.as_deref() == Some(ticket.id.as_str());
        let wording = asker.question.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = wording.chars().count();
        if !(2..=LONGEST).contains(&length) || split && similarity(&ticket.question, &wording) < FITS {
            continue;
        }
        let key = key(&wording);
        if !key.is_empty() && !known.contains(&key) {
            known.push(key);
            wordings.push(wording);
        }
    }
    wordings
}
