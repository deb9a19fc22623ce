//! What people teach by what they decide about a ticket: which unit its question belongs to (转办), and what kind of
//! message it is. One lesson a ticket of each subject; a later one takes the place of an earlier one.

mod records;

pub(in crate::casework) use records::teach;
pub use records::{drop_of_citizen, since};

use crate::matching::Neighbours;

/// What lessons are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Which unit is responsible: the one that the ticket was assigned to, or that answered it.
    Unit,
    /// What kind of message it is: what a member of staff set.
    Kind,
}

impl Subject {
    /// All.
    pub const ALL: [Self; 2] = [Self::Unit, Self::Kind];

    /// The counter in the store that every lesson of it raises; all replicas watch it.
    pub fn counter(self) -> &'static str {
        match self {
            Self::Unit => "routing",
            Self::Kind => "kinds",
        }
    }
}

/// A lesson as whoever learns takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The id of the ticket that it comes from.
    pub ticket: String,
    /// The question. Empty: the citizen took their words back, and the lesson is void.
    pub text: String,
    /// The code of the unit responsible, or the name of the kind.
    pub label: String,
    /// The value of the counter with which it was written.
    pub revision: i64,
}

/// Puts lessons among those that are known; void ones leave.
pub(super) fn hear(known: &mut Neighbours, lessons: &[Lesson]) {
    for lesson in lessons {
        if lesson.text.is_empty() {
            known.remove(&lesson.ticket);
        } else {
            known.set(&lesson.ticket, &lesson.text, &lesson.label);
        }
    }
}
