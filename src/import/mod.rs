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
//! | `sheet` | an Excel or CSV file → rows of text, measured before it is believed |
//! | `units_table` | the units as such a table: what it would change, and doing it |
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
mod sheet;
mod site;
mod units;
mod units_table;

pub use aliases::aliases;
pub use content::{Content, PolicyDraft, read as read_markdown};
pub use fault::FileFault;
pub use folder::{Collection, Located, collect};
pub use jsonl::{RecordDraft, read as read_jsonl};
pub use load::{ImportError, ImportOptions, ImportReport, load};
pub use sheet::{MAX_FILE, Place, SheetError};
pub use site::calendar;
pub use units::read as read_units;
pub use units_table::{CellFault, Column, Plan, TableFault, UnitFault, apply, plan, unit_faults};

#[cfg(test)]
mod tests;
