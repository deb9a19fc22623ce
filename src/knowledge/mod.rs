//! What the city has explained: policies, who must explain them, interpretations, guides and approved replies, and
//! how a question finds them.
//!
//! | where | what it does |
//! |---|---|
//! | `policy/ownership` | pure: who explains a policy follows from how it was issued |
//! | `policy/passages` | pure: cuts a policy's text into what can be quoted |
//! | `interpretation/lifecycle` | pure: draft → in review → published → withdrawn |
//! | `interpretation/publication` | acts of staff: draft, submit, approve, withdraw, reply; each with its audit row |
//! | `phrasing` | what citizens said, proposed as phrasings; a reviewer decides |
//! | `second_look` | published answers that helped nobody come back to their owner |
//! | `personal` | pure: what tells who somebody is, to be masked |
//! | `*/records` | rows ↔ types |
//! | `caution` | how sure one has to be before a unit's document is quoted |
//! | `vectors` | vectors that an encoder made of texts, each made once |
//! | `library`, `stock` | all that is published, in memory, to be asked |
//! | `loading` | reads it from the store, indexes it on all cores |

mod caution;
pub mod interpretation;
mod library;
mod loading;
pub mod personal;
pub mod phrasing;
pub mod policy;
pub mod second_look;
mod stock;
pub mod vectors;

pub use caution::Caution;
pub use library::{Library, PolicyLink, Source, Standing};

/// The counter that tells every replica that what can be found has changed ([`crate::store::revision`]).
pub const REVISION: &str = "knowledge";

/// What writing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// A new row.
    Added,
    /// A row that was there says something else now.
    Changed,
    /// Nothing: the row holds the same already.
    Unchanged,
}
