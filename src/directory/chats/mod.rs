//! Chats that a unit bound: its tickets come there as cards, and its staff work on them there.

mod records;

use jiff::Timestamp;

pub use records::{bind, end, events_of_unit, find, move_all, move_to, of_unit};

use crate::{id::digest, message::Address};

/// A chat that gets a unit's tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// Where it is.
    pub address: Address,
    /// The unit's code.
    pub unit: String,
    /// The group's name when it was bound; empty for a private chat.
    pub title: String,
    /// Login of the reviewer whose code bound it.
    pub bound_by: String,
    /// Since when.
    pub bound_at: Timestamp,
}

/// A name for a chat that tells it from others and names no person.
pub fn mark(chat: &Address) -> String {
    digest(&format!("{}/{}/{}", chat.channel, chat.account, chat.person)).chars().take(12).collect()
}

/// What became of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It began.
    Bound,
    /// A member of the unit ended it.
    Unbound,
    /// It ended because the bot was removed from the chat.
    Removed,
    /// It ended because nothing can be delivered there any more.
    Unreachable,
    /// The platform gave the chat another id; it goes on.
    Moved,
}

impl Change {
    const ALL: [Self; 5] = [Self::Bound, Self::Unbound, Self::Removed, Self::Unreachable, Self::Moved];

    /// Its name in the store, and after `chat.` in the audit log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bound => "bound",
            Self::Unbound => "unbound",
            Self::Removed => "removed",
            Self::Unreachable => "unreachable",
            Self::Moved => "moved",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// A change of a binding, as the unit sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The chat's name then; empty for a private chat.
    pub title: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub change: Change,
    /// By whom, as the audit log names actors.
    pub actor: String,
}
