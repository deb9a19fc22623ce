//! Tests of parts working together.
#![allow(missing_docs, reason = "these are tests")]

mod telegram;

#[path = "../support/mod.rs"]
mod support;
