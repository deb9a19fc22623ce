//! Answered tickets, to begin a reply with what was replied before.

mod records;

pub use records::among;
