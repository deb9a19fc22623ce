//! Internal notes (内部备注): what those who work on a ticket tell one another. Citizens, other units, hooks, exports and
//! figures never get them. Nobody edits a note; its author may strike it out.
//!
//! Who reads what is decided by [`Readers::admit`] alone, and [`of_ticket`] is the only way to a note's words.

mod mention;
mod records;

use jiff::Timestamp;

pub use mention::{Unmentionable, mentioned};
pub use records::{NewNote, erase, move_all, of_ticket, strike, write};

use super::Ticket;
use crate::{
    directory::staff::{Role, StaffMember},
    message::clean,
};

/// The longest note, in characters.
pub const MAX_NOTE: usize = 2_000;

/// Where somebody works on a ticket. A note belongs to its writer's desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desk {
    /// A unit that has the ticket or a part of it.
    Unit(String),
    /// The dispatchers.
    Dispatch,
}

impl Desk {
    /// The desk at which somebody works on a ticket; none where they don't. Whoever works in the unit works there, also
    /// when they dispatch besides.
    pub fn of(ticket: &Ticket, member: &StaffMember) -> Option<Self> {
        let works_on = |unit: &str| member.works_for(unit);
        if works_on(&ticket.unit) || ticket.course.parts.iter().any(|part| works_on(&part.unit)) {
            Some(Self::Unit(member.unit.clone()))
        } else if member.is(Role::Dispatcher) {
            Some(Self::Dispatch)
        } else {
            None
        }
    }
}

/// Who reads a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// Whose note it is.
    pub desk: Desk,
    /// Whether dispatchers read a unit's note too.
    pub dispatch_too: bool,
}

impl Readers {
    /// Whether somebody reads a note on a ticket: they see the ticket, and they work in the note's unit, or dispatch and
    /// the note is the dispatchers' or for them too.
    pub fn admit(&self, ticket: &Ticket, member: &StaffMember) -> bool {
        let dispatches = member.is(Role::Dispatcher);
        let theirs = match &self.desk {
            Desk::Unit(unit) => member.works_for(unit) || (self.dispatch_too && dispatches),
            Desk::Dispatch => dispatches,
        };
        theirs && ticket.is_seen_by(member)
    }
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it, a login.
    pub author: String,
    /// Who reads it.
    pub readers: Readers,
    /// What it says.
    pub body: Body,
}

/// What a note says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// These words.
    Words(String),
    /// Nothing any more: its author struck it out.
    StruckOut {
        /// When.
        at: Timestamp,
    },
    /// Nothing any more: the citizen's data were erased, and notes may quote them.
    Erased {
        /// When.
        at: Timestamp,
    },
}

/// The words of a note as they are stored; none where there are none, or more than [`MAX_NOTE`].
pub fn checked(text: &str) -> Option<String> {
    let text = clean(&text.replace("\r\n", "\n"));
    (!text.is_empty() && text.chars().nth(MAX_NOTE).is_none()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::Calendar,
        casework::{Clocks, Course, Part, State},
        message::Address,
    };

    fn member(unit: &str, roles: &[Role]) -> StaffMember {
        let roles = roles.iter().copied().collect();
        StaffMember { id: "m".into(), login: "m".into(), name: "m".into(), unit: unit.into(), roles }
    }

    /// A ticket of `hrss` on which `tax` cooperates.
    fn ticket() -> Ticket {
        let at = Timestamp::UNIX_EPOCH;
        let part = Part { unit: "tax".into(), asked_by: "anna".into(), asked_at: at, written: None };
        Ticket {
            id: "t".into(),
            number: "Z1".into(),
            question: "问".into(),
            kind: None,
            citizen_id: "c".into(),
            reply_to: Address { channel: "web".into(), account: "main".into(), person: "p".into() },
            unit: "hrss".into(),
            designated: false,
            state: State::Assigned,
            version: 1,
            filed_at: at,
            clocks: Clocks::start(&Calendar::embedded().unwrap(), jiff::civil::date(2026, 11, 23), 1, 5),
            course: Course { parts: vec![part], ..Course::default() },
            split_from: None,
        }
    }

    /// Every note × every role × own and foreign unit.
    #[test]
    fn nobody_reads_the_notes_of_another_desk() {
        let ticket = ticket();
        let unit = |code: &str, dispatch_too| Readers { desk: Desk::Unit(code.into()), dispatch_too };
        let notes = [
            unit("hrss", false),
            unit("hrss", true),
            unit("tax", false),
            unit("parks", false),
            Readers { desk: Desk::Dispatch, dispatch_too: true },
        ];
        let people: [(&str, &[Role], [bool; 5]); 9] = [
            ("hrss", &[Role::Staff], [true, true, false, false, false]),
            ("hrss", &[Role::Reviewer], [true, true, false, false, false]),
            ("hrss", &[Role::Administrator], [false; 5]),
            ("hrss", &[], [false; 5]),
            ("tax", &[Role::Staff], [false, false, true, false, false]),
            ("tax", &[Role::Reviewer, Role::Administrator], [false, false, true, false, false]),
            // A unit that had the ticket and doesn't see it any more.
            ("parks", &[Role::Staff, Role::Reviewer], [false; 5]),
            ("office", &[Role::Dispatcher], [false, true, false, false, true]),
            ("hrss", &[Role::Staff, Role::Dispatcher], [true, true, false, false, true]),
        ];
        for (code, roles, reads) in people {
            let person = member(code, roles);
            let found: Vec<bool> = notes.iter().map(|readers| readers.admit(&ticket, &person)).collect();
            assert_eq!(found, reads, "{code} {roles:?}");
            // Whoever writes reads what they wrote.
            if let Some(desk) = Desk::of(&ticket, &person) {
                assert!(Readers { desk, dispatch_too: false }.admit(&ticket, &person), "{code} {roles:?}");
            }
        }
        assert_eq!(Desk::of(&ticket, &member("hrss", &[Role::Administrator])), None);
        assert_eq!(Desk::of(&ticket, &member("parks", &[Role::Staff])), None);
        assert_eq!(Desk::of(&ticket, &member("office", &[Role::Staff, Role::Dispatcher])), Some(Desk::Dispatch));
    }

    #[test]
    fn a_note_has_words_and_not_too_many() {
        assert_eq!(checked(" 一\r\n二\u{200B} "), Some("一\n二".into()));
        assert_eq!(checked(" \u{202E}\n"), None);
        assert!(checked(&"字".repeat(MAX_NOTE)).is_some());
        assert!(checked(&"字".repeat(MAX_NOTE + 1)).is_none());
    }
}
