//! The directory: units and what they do, their staff, and the citizens who write to them.

pub mod citizens;
pub mod staff;
pub mod units;
