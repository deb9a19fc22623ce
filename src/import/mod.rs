//! Reading content that people wrote in files: units, policies, interpretations, guides, consultations.
//!
//! | file | what it does |
//! |---|---|
//! | `fault` | what is wrong, with file and line |
//! | `front_matter` | splits the `+++` TOML from the Markdown |
//! | `sections` | Markdown headings with their lines |
//! | `content` | one Markdown file → a typed draft; what breaks a rule doesn't come in |
//! | `consultation` | the same for a consultation |
//! | `units` | `units.toml` |
//! | `aliases` | a site's own other names of things |
//! | `site` | a site's own folders, and its calendar |
//! | `jsonl` | a line a policy document |
//! | `folder` | all files under a path |
//! | `load` | everything that was read → the store, in batches |

mod aliases;
mod consultation;
mod content;
mod fault;
mod folder;
mod front_matter;
mod jsonl;
mod load;
mod sections;
mod site;
mod units;

pub use aliases::aliases;
pub use content::{Content, PolicyDraft, read as read_markdown};
pub use fault::FileFault;
pub use folder::{Collection, Located, collect};
pub use jsonl::{RecordDraft, read as read_jsonl};
pub use load::{ImportError, ImportOptions, ImportReport, load};
pub use site::calendar;
pub use units::read as read_units;

#[cfg(test)]
mod tests;
