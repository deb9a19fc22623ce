//! 政策文件: policies, how they were issued, and who must therefore explain them.

mod ownership;
pub(super) mod passages;
mod records;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use ownership::{Disclosure, Issued, NonEmpty, NotJoint};
pub(super) use records::{PolicyCard, card, cards, stamps};
pub use records::{all_after, find, link_superseded, of_owner, upsert};

/// 政策文件: a policy document as it was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id, ASCII.
    pub id: String,
    /// Its title.
    pub title: String,
    /// 文号: its document number, empty where the issuer gave none.
    pub number: String,
    /// How it was issued; who explains it follows from this.
    pub issued: Issued,
    /// Its date, where it is known.
    pub dated: Option<Date>,
    /// Whether and how it is released.
    pub disclosure: Disclosure,
    /// Where it is published, or empty.
    pub url: String,
    /// Its text.
    pub body: String,
}

/// A policy as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPolicy {
    /// What was issued.
    pub policy: Policy,
    /// The id of the policy that replaced it.
    pub superseded_by: Option<String>,
}
