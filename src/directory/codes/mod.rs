//! One-time codes: who types one in a chat proves what they could only read in the console. Only a digest is stored; a code
//! is valid for [`LIFE`], is used once, and goes when a new one for the same thing is made.

mod records;

use jiff::SignedDuration;

pub use records::{Used, count_failure, make, may_try, use_up};

use crate::id::digest;

/// How long a code is valid.
pub const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// How many wrong codes may be tried in one chat within [`REST`].
pub const MAX_FAILURES: i64 = 5;
/// How long a chat in which that many were tried has to wait, counted from the first.
pub const REST: SignedDuration = SignedDuration::from_mins(15);

/// How many characters a code has: 31 different ones each, so that nobody finds it from its digest while it is valid.
const LENGTH: usize = 12;
/// How many characters stand together when it is shown.
const GROUP: usize = 4;

/// What a code proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A unit wants its tickets in this chat; the subject is the unit's code.
    Unit,
    /// A member of staff writes from this account; the subject is their login.
    Member,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Member => "member",
        }
    }
}

/// A code as people read it.
fn shown(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What is stored of a code, however it was typed.
fn sealed(typed: &str) -> String {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    digest(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        assert_eq!(shown("ABCD2345EFGH"), "ABCD-2345-EFGH");
        for typed in ["ABCD-2345-EFGH", "abcd2345efgh", " abcd 2345-EFGH "] {
            assert_eq!(sealed(typed), digest("ABCD2345EFGH"));
        }
        assert_ne!(sealed("ABCD-2345-EFGJ"), sealed("ABCD-2345-EFGH"));
    }
}
