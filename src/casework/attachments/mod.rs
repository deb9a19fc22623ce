//! Files that staff add to a ticket: inside the office, or with the reply. What a file is, its content says; its name and
//! what the browser declared must agree. Bytes never change once they are kept.

mod container;
mod image;
mod kind;
mod records;

#[cfg(test)]
mod forged;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use kind::Kind;
pub use records::{NewFile, content, end_links, find, keep, link, linked, links, move_all, note, of_ticket, remove};

use super::Ticket;
use crate::directory::staff::{Role, StaffMember};

/// The longest name, in characters.
pub const MAX_NAME: usize = 120;

/// How much may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes.
    pub bytes: usize,
    /// The most files of a ticket, from all units.
    pub per_ticket: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 10 * 1024 * 1024, per_ticket: 10 }
    }
}

/// Whom a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// For those of the unit who work on the ticket.
    Internal,
    /// It is to go out with the reply, once that is approved.
    Reply,
}

impl Aim {
    /// Its name in the store and in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Reply => "reply",
        }
    }

    /// The aim with a name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Internal, Self::Reply].into_iter().find(|aim| aim.name() == name)
    }
}

/// A file of a ticket, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// The id.
    pub id: String,
    /// The ticket's id.
    pub ticket_id: String,
    /// The unit of whoever added it.
    pub unit: String,
    /// Whom it is for.
    pub aim: Aim,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How large it is, in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Who added it, a login.
    pub added_by: String,
    /// When.
    pub added_at: Timestamp,
}

impl Attachment {
    /// The file as a draft or a reply names it.
    pub fn enclosure(&self) -> Enclosure {
        Enclosure {
            id: self.id.clone(),
            name: self.name.clone(),
            kind: self.kind,
            size: self.size,
            sha256: self.sha256.clone(),
            by: self.added_by.clone(),
        }
    }

    /// The headers that it is handed out with: saved under its name, never shown by the browser as a page of ours.
    pub fn headers(&self) -> [(&'static str, String); 5] {
        let name: String = self.name.bytes().fold(String::new(), |mut out, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                use std::fmt::Write as _;
                let _ = write!(out, "%{byte:02X}");
            }
            out
        });
        [
            ("content-type", self.kind.media_type().to_owned()),
            ("content-disposition", format!("attachment; filename*=UTF-8''{name}")),
            ("x-content-type-options", "nosniff".to_owned()),
            ("content-security-policy", "default-src 'none'; sandbox".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ]
    }

    /// Whether a member of staff may see that it is there, and read it. What is proposed with the draft or went out is seen
    /// by whoever sees the ticket; everything else only by those who work for the unit that it belongs to.
    pub fn is_seen_by(&self, member: &StaffMember, ticket: &Ticket) -> bool {
        ticket.is_seen_by(member) && (ticket.enclosed(&self.id) || member.works_for(&self.unit))
    }

    /// Whether a member of staff may take it away: whoever added it, and reviewers of that unit, as long as it has not gone
    /// out. The life-cycle has a word in it too where it goes with the reply.
    pub fn is_removed_by(&self, member: &StaffMember, ticket: &Ticket) -> bool {
        let own = member.login == self.added_by || (member.unit == self.unit && member.is(Role::Reviewer));
        own && self.is_seen_by(member, ticket) && ticket.state.is_open() && !ticket.sent(&self.id)
    }
}

impl Ticket {
    /// Whether a file is proposed with the draft, or went out with a reply.
    pub fn enclosed(&self, id: &str) -> bool {
        self.course.enclosures.iter().any(|one| one.id == id) || self.sent(id)
    }

    /// Whether a file went out with a reply.
    pub fn sent(&self, id: &str) -> bool {
        let replies = self.course.earlier.iter().chain(self.state.reply());
        replies.flat_map(|reply| &reply.enclosures).any(|one| one.id == id)
    }

    /// Whether a member of staff may add a file: whose unit has the ticket or cooperates on it, while it is open.
    pub fn takes_files_of(&self, member: &StaffMember) -> bool {
        let cooperates = || self.course.parts.iter().any(|part| member.works_for(&part.unit));
        self.state.is_open() && (member.works_for(&self.unit) || cooperates())
    }
}

/// A file that goes with a reply, as the draft and the reply name it: exactly this content and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enclosure {
    /// The file's id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// How large it is, in bytes.
    pub size: i64,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Who added it, a login.
    pub by: String,
}

/// Why a file isn't taken. Nothing of it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has no byte.
    #[error("the file is empty")]
    Empty,
    /// It is larger than the settings allow.
    #[error("the file has more than {max} bytes")]
    TooLarge {
        /// The largest size, in bytes.
        max: usize,
    },
    /// The ticket has as many files as it may.
    #[error("a ticket has at most {max} files")]
    TooMany {
        /// How many.
        max: usize,
    },
    /// Its name holds a path, a control character or one that turns the direction of reading, or is too long.
    #[error("the name can't be used")]
    BadName,
    /// Its name ends like none of the kinds that are taken.
    #[error("files with this ending aren't taken")]
    UnknownEnding,
    /// The browser declared another type than the name says.
    #[error("the name says {named:?}, but the declared type says otherwise")]
    Declared {
        /// What the name says.
        named: Kind,
    },
    /// Its content is something else than its name says.
    #[error("the name says {named:?}, but the content is something else")]
    Content {
        /// What the name says.
        named: Kind,
        /// What the content seems to be, where it is one of the kinds.
        found: Option<Kind>,
    },
    /// It begins as what it says, but isn't whole, or holds something else besides.
    #[error("the file isn't a sound {named:?}: it is cut off, or holds something else besides")]
    Unsound {
        /// What it says.
        named: Kind,
    },
    /// A packed document that runs programs, hides names outside of itself or unpacks to far more than it is.
    #[error("the document holds programs, bad names, or far more than it says")]
    Unsafe,
}

/// What a file is, if it is what it says: by its name, the type that was declared for it, and its content.
pub fn check(name: &str, declared: &str, bytes: &[u8], limits: &Limits) -> Result<Kind, Fault> {
    if !is_plain_name(name) {
        return Err(Fault::BadName);
    }
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if bytes.len() > limits.bytes {
        return Err(Fault::TooLarge { max: limits.bytes });
    }
    let named = Kind::by_ending(name).ok_or(Fault::UnknownEnding)?;
    if !named.is_declared_by(declared) {
        return Err(Fault::Declared { named });
    }
    match kind::begins(bytes) {
        Some(found) if found == named || (found.is_packed() && named.is_packed()) => kind::sound(named, bytes)?,
        found => return Err(Fault::Content { named, found }),
    }
    Ok(named)
}

/// Whether a name is a file's name and nothing more: shown and saved, it must not mislead anybody.
fn is_plain_name(name: &str) -> bool {
    let plain = |letter: char| {
        let steers = matches!(letter,
            // Marks that turn the direction of reading, join, or show nothing.
            '\u{061c}' | '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}');
        !letter.is_control() && !steers && !matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    name.chars().all(plain)
        && name.chars().nth(MAX_NAME).is_none()
        && name.trim() == name
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.is_empty()
}
