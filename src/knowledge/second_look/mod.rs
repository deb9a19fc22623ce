//! Published answers that citizens found unhelpful come back to their owner, to be looked at again.
//!
//! An item is on the list while enough different people said within some days that it didn't help. It leaves it when a
//! new version is published, or when a reviewer keeps it and says why.

mod records;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::interpretation::{self, ActError, Actor, Refusal};
use crate::{
    audit,
    store::{Connection, StoreError},
};

pub(super) use records::settle;
pub use records::{is_dealt_with, list};

/// When an answer is worth a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How many different people.
    pub people: u16,
    /// Within how many days.
    pub days: u16,
}

impl Default for Rule {
    fn default() -> Self {
        Self { people: 3, days: 30 }
    }
}

impl Rule {
    /// Since when what people said counts.
    pub fn since(self, now: Timestamp) -> Timestamp {
        now - SignedDuration::from_hours(24 * i64::from(self.days))
    }
}

/// An item that didn't help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unhelpful {
    /// The item, such as `guide#2`.
    pub document: String,
    /// The id of the interpretation, guide or reply that it is part of.
    pub interpretation: String,
    /// The item's question or heading.
    pub question: String,
    /// How many different people it didn't help.
    pub people: usize,
    /// What they had asked, the latest first, each wording once. It may be personal.
    pub asked: Vec<String>,
}

/// Whether a citizen, who just said so, is the one with whom enough people found an item unhelpful that its owner should
/// look at it: gives the document and its owner.
pub async fn is_due(
    connection: &mut Connection,
    (document, citizen): (&str, &str),
    rule: Rule,
    now: Timestamp,
) -> Result<Option<(String, String)>, StoreError> {
    // Somebody who says so again is no further person.
    if records::times(connection, (document, citizen), rule.since(now)).await? != 1 {
        return Ok(None);
    }
    let Some((id, _)) = document.split_once('#') else { return Ok(None) };
    let Some(known) = interpretation::find(connection, id).await? else { return Ok(None) };
    let mut items = list(connection, &known.owner, rule.since(now)).await?;
    items.retain(|item| item.document == document && item.people == usize::from(rule.people));
    Ok(items.pop().map(|item| (item.interpretation, known.owner)))
}

/// Keeps an item as it is although it helped nobody, with the reason. For reviewers of its owner.
pub async fn keep(
    connection: &mut Connection,
    document: &str,
    reason: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), ActError> {
    let id = document.split_once('#').map_or(document, |(id, _)| id);
    let unknown = || ActError::Unknown { id: id.to_owned() };
    let known = interpretation::find(connection, id).await?.ok_or_else(unknown)?;
    if actor.unit != known.owner {
        return Err(Refusal::NotOwner { owner: known.owner }.into());
    }
    if !actor.reviewer {
        return Err(Refusal::NotReviewer.into());
    }
    settle(connection, document, (reason, &actor.login), now).await?;
    let (login, subject) = (format!("staff:{}", actor.login), format!("interpretation:{id}"));
    let detail = json!({ "item": document, "reason": reason });
    audit::append(connection, now, &login, "interpretation.kept", &subject, &detail).await?;
    Ok(())
}
