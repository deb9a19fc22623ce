//! The program as a whole: what its source holds to, and what its parts do together.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod architecture;
mod locales;
mod printing;
mod scenarios;
mod source;
mod staff_chat;
mod telegram;

#[path = "../support/mod.rs"]
mod support;
