//! Citizens (群众): known only by where they write from. No name, number or proof of identity is asked for.

mod records;

pub use records::{Citizen, at_address, find, set_locale};
