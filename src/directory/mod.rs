//! The directory: units and what they do, their staff with their chats and accounts there, and the citizens who write to
//! them.

pub mod accounts;
pub mod chats;
pub mod citizens;
pub mod codes;
pub mod staff;
pub mod units;
