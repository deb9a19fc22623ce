//! The conversation: from a message in the inbox to replies in the outbox.
//!
//! [`turn`] loads the dialogue, understands the message ([`intent`], [`wording`], the library), asks the pure [`dialogue`] what to
//! do, performs its acts and saves everything in one transaction. The wording of replies stands in `acts` and in
//! `locales/`.

pub mod action;
mod acts;
pub mod core;
pub mod desks;
pub mod dialogue;
mod follow_up;
mod hearing;
pub mod intent;
pub mod kinds;
pub mod notice;
pub mod office;
mod progress;
mod records;
mod say;
mod section;
pub mod staff_chat;
pub mod turn;
pub mod why;
pub mod wording;

pub use acts::preview;
pub use say::Say;
