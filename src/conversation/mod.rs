//! The conversation: from a message in the inbox to replies in the outbox.
//!
//! [`turn`] loads the dialogue, understands the message ([`intent`], the library), asks the pure [`dialogue`] what to
//! do, performs its acts and saves everything in one transaction. The wording of replies stands in `acts` and in
//! `locales/`.

pub mod action;
mod acts;
pub mod core;
pub mod desks;
pub mod dialogue;
pub mod intent;
pub mod notice;
mod records;
mod say;
pub mod turn;
pub mod why;

pub use acts::preview;
pub use say::Say;
