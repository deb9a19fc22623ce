//! Tests of parts working together.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "these are tests")]

mod scenarios;
mod telegram;

#[path = "../support/mod.rs"]
mod support;
