//! Units (责任单位): who is responsible for what.

mod records;

use serde::{Deserialize, Serialize};

pub use records::{all, find, upsert};

/// The code of the unit that runs the installation and dispatches what fits nobody: the government office.
pub const OFFICE: &str = "office";

/// A unit of the government.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// A short ASCII name that never changes.
    pub code: String,
    /// The full name.
    pub name: String,
    /// The name people see in lists.
    pub short: String,
    /// What else people call it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its fields of work among the 26 that the notice lists.
    #[serde(default)]
    pub fields: Vec<String>,
    /// What people come to it for, in everyday words.
    #[serde(default)]
    pub duties: String,
    /// The public phone number.
    #[serde(default)]
    pub phone: String,
    /// The public address.
    #[serde(default)]
    pub address: String,
    /// Opening hours, as shown to people.
    #[serde(default)]
    pub hours: String,
}

impl Unit {
    /// Everything that describes the unit, for routing questions to it.
    pub fn profile(&self) -> String {
        let mut parts = vec![self.name.as_str(), &self.short, &self.duties];
        parts.extend(self.aliases.iter().chain(&self.fields).map(String::as_str));
        parts.join("，")
    }
}
