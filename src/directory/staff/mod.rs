//! Staff (工作人员): who may do what in the console, and how they log in.

mod password;
mod records;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use password::{PasswordHash, PasswordRefusal};
pub use records::{add, all, find, find_by_session, log_in, log_out, move_all, name_of, set_password, set_roles};

/// Failed log-ins in a row after which an account is locked for [`LOCK_OUT`].
pub const MAX_FAILURES: i64 = 5;
/// How long a lock lasts.
pub const LOCK_OUT: SignedDuration = SignedDuration::from_mins(15);
/// How long a session lasts.
pub const SESSION: SignedDuration = SignedDuration::from_hours(12);

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on the tickets and documents of their unit.
    Staff,
    /// Approves what others of the unit wrote.
    Reviewer,
    /// Assigns tickets to units, of all units.
    Dispatcher,
    /// Manages staff and settings.
    Administrator,
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "staff" => Ok(Self::Staff),
            "reviewer" => Ok(Self::Reviewer),
            "dispatcher" => Ok(Self::Dispatcher),
            "administrator" => Ok(Self::Administrator),
            _ => Err(UnknownRole { text: text.to_owned() }),
        }
    }
}

/// No role has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no role: write staff, reviewer, dispatcher or administrator")]
pub struct UnknownRole {
    text: String,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffMember {
    /// The id.
    pub id: String,
    /// The name to log in with.
    pub login: String,
    /// The name that colleagues see.
    pub name: String,
    /// Their unit's code.
    pub unit: String,
    /// What they may do.
    pub roles: BTreeSet<Role>,
}

impl StaffMember {
    /// Whether they have a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they work on the tickets and documents of a unit. Whoever only administers doesn't, not even for their own.
    pub fn works_for(&self, unit: &str) -> bool {
        self.unit == unit && (self.is(Role::Staff) || self.is(Role::Reviewer))
    }

    /// Whether they may see what belongs to a unit: that for which they work, or any for dispatchers.
    pub fn sees(&self, unit: &str) -> bool {
        self.works_for(unit) || self.is(Role::Dispatcher)
    }

    /// The unit whose tickets, opinions and documents are theirs to see; empty, as no unit's code is, for those who only
    /// administer.
    pub fn own_unit(&self) -> &str {
        if self.sees(&self.unit) { &self.unit } else { "" }
    }
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub member: StaffMember,
    /// What every form of this session must carry, against forged requests.
    pub csrf: String,
}

/// How a log-in ended.
#[derive(Debug)]
pub enum LogIn {
    /// Welcome: the secret for the cookie.
    Open {
        /// The cookie's value; only its digest is stored.
        token: String,
    },
    /// Wrong name or password; which of the two is not said.
    Refused,
    /// Too many failures: locked until then.
    Locked {
        /// Until when.
        until: Timestamp,
    },
}
