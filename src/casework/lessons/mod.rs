//! What the dispatcher and the answering units teach about routing (转办): a ticket's question belongs to the unit that
//! it was assigned to, or that answered it. One lesson a ticket; a later one takes the place of an earlier one.

mod records;

pub(in crate::casework) use records::teach;
pub use records::{drop_of_citizen, since};

/// The counter in the store that every lesson raises; all replicas watch it.
pub const REVISION: &str = "routing";

/// A lesson as the desk takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The id of the ticket that it comes from.
    pub ticket: String,
    /// The question. Empty: the citizen took their words back, and the lesson is void.
    pub text: String,
    /// The unit responsible.
    pub unit: String,
    /// The value of the counter with which it was written.
    pub revision: i64,
}
