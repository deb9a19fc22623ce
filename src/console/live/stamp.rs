//! What a page of a ticket shows, in a few characters: a stream begins where the page ends, and goes on where it broke
//! off.

use std::{fmt, str::FromStr};

use crate::{
    casework::{
        Ticket,
        notes::{Body, Note},
        presence::Present,
    },
    id::digest,
};

/// What a page shows of a ticket. Only what its reader may see is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Stamp {
    version: i64,
    notes: String,
    present: String,
}

/// What differs between two looks at a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Differs {
    /// The ticket itself.
    pub(super) ticket: bool,
    /// The notes that the reader may see.
    pub(super) notes: bool,
    /// Who else has it open.
    pub(super) present: bool,
}

impl Stamp {
    /// What a page that shows these has.
    pub(in crate::console) fn of(ticket: &Ticket, notes: &[Note], present: &[Present]) -> Self {
        let notes = notes.iter().map(|note| format!("{} {}\n", note.id, matches!(note.body, Body::Words(_))));
        let present = present.iter().map(|one| format!("{} {}\n", one.login, one.edits));
        let short = |text: String| digest(&text).chars().take(12).collect();
        Self { version: ticket.version, notes: short(notes.collect()), present: short(present.collect()) }
    }

    /// What became different since; none where nothing did.
    pub(super) fn since(&self, before: &Self) -> Option<Differs> {
        (self != before).then(|| Differs {
            ticket: self.version != before.version,
            notes: self.notes != before.notes,
            present: self.present != before.present,
        })
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.version, self.notes, self.present)
    }
}

/// No stamp of ours.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::console) struct NoStamp;

impl FromStr for Stamp {
    type Err = NoStamp;

    fn from_str(text: &str) -> Result<Self, NoStamp> {
        let mut parts = text.split('.');
        let (Some(version), Some(notes), Some(present), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NoStamp);
        };
        let version = version.parse().map_err(|_| NoStamp)?;
        Ok(Self { version, notes: notes.to_owned(), present: present.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back_and_says_what_differs() {
        let stamp = |text: &str| text.parse::<Stamp>().unwrap();
        assert_eq!(stamp("7.ab.cd").to_string(), "7.ab.cd");
        for bad in ["", "7", "x.a.b", "7.a.b.c", "7.a"] {
            assert_eq!(bad.parse::<Stamp>(), Err(NoStamp), "{bad}");
        }
        assert_eq!(stamp("7.ab.cd").since(&stamp("7.ab.cd")), None);
        let differs = stamp("8.ab.ce").since(&stamp("7.ab.cd")).unwrap();
        assert_eq!(differs, Differs { ticket: true, notes: false, present: true });
    }
}
