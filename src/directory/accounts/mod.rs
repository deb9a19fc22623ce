//! Accounts of staff on channels: who writes there is a member of staff because they proved it with a code of their own.

mod records;

pub use records::{Account, link, member_at, of_member, unlink};
