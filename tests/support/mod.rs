//! What tests need to stand in for the world outside.

pub mod telegram;
