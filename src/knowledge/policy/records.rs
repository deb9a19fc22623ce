//! Policies as rows.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use jiff::Timestamp;
use tokio_stream::StreamExt as _;

use super::{Disclosure, Policy, StoredPolicy};
use crate::{
    id::digest,
    knowledge::Written,
    store::{Connection, StoreError, date, from_json, to_json},
};

type PolicyRow = (String, String, String, String, Option<String>, String, String, String, Option<String>);

const POLICY: &str = "SELECT id, title, number, issued, dated, disclosure, url, body, superseded_by FROM policy";

fn policy_of(row: PolicyRow) -> Result<StoredPolicy, StoreError> {
    let (id, title, number, issued, dated, disclosure, url, body, superseded_by) = row;
    let policy = Policy {
        id,
        title,
        number,
        issued: from_json(&issued)?,
        dated: dated.as_deref().map(date).transpose()?,
        disclosure: from_json(&disclosure)?,
        url,
        body,
    };
    Ok(StoredPolicy { policy, superseded_by })
}

/// Writes a policy as it was imported, unless it is there already. All its units must be in the directory.
pub async fn upsert(connection: &mut Connection, policy: &Policy, now: Timestamp) -> Result<Written, StoreError> {
    let digest = digest(&to_json(policy)?);
    let known: Option<(String,)> = sqlx::query_as("SELECT digest FROM policy WHERE id = $1")
        .bind(&policy.id)
        .fetch_optional(&mut *connection)
        .await?;
    let written = match known {
        Some((stored,)) if stored == digest => return Ok(Written::Unchanged),
        Some(_) => Written::Changed,
        None => Written::Added,
    };
    sqlx::query(
        "INSERT INTO policy (id, title, number, issued, owner, dated, disclosure, url, body, digest, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, number = excluded.number, issued = excluded.issued,
           owner = excluded.owner, dated = excluded.dated, disclosure = excluded.disclosure, url = excluded.url,
           body = excluded.body, digest = excluded.digest, updated_at = excluded.updated_at",
    )
    .bind(&policy.id)
    .bind(&policy.title)
    .bind(&policy.number)
    .bind(to_json(&policy.issued)?)
    .bind(policy.issued.owner())
    .bind(policy.dated.map(|day| day.to_string()))
    .bind(to_json(&policy.disclosure)?)
    .bind(&policy.url)
    .bind(&policy.body)
    .bind(digest)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    if written == Written::Changed {
        // The owner follows from the policy, for what explains it too.
        sqlx::query(
            "UPDATE interpretation SET owner = $2, version = version + 1, updated_at = $3
             WHERE policy_id = $1 AND kind = 'interpretation' AND owner <> $2",
        )
        .bind(&policy.id)
        .bind(policy.issued.owner())
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    }
    Ok(written)
}

/// Sets which policy `newer` replaces: `older`, and no other. Gives whether anything changed.
pub async fn link_superseded(
    connection: &mut Connection,
    newer: &str,
    older: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let freed =
        sqlx::query("UPDATE policy SET superseded_by = NULL, updated_at = $3 WHERE superseded_by = $1 AND id <> $2")
            .bind(newer)
            .bind(older.unwrap_or_default())
            .bind(now.as_millisecond())
            .execute(&mut *connection)
            .await?;
    let set = sqlx::query(
        "UPDATE policy SET superseded_by = $1, updated_at = $3
         WHERE id = $2 AND (superseded_by IS NULL OR superseded_by <> $1)",
    )
    .bind(newer)
    .bind(older.unwrap_or_default())
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(freed.rows_affected() + set.rows_affected() > 0)
}

/// One policy.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<StoredPolicy>, StoreError> {
    let sql = format!("{POLICY} WHERE id = $1");
    let row: Option<PolicyRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    row.map(policy_of).transpose()
}

/// Policies whose id comes after `after`, in the order of ids, at most `limit`.
pub async fn all_after(connection: &mut Connection, after: &str, limit: i64) -> Result<Vec<StoredPolicy>, StoreError> {
    let sql = format!("{POLICY} WHERE id > $1 ORDER BY id LIMIT $2");
    let rows: Vec<PolicyRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(after).bind(limit).fetch_all(connection).await?;
    rows.into_iter().map(policy_of).collect()
}

/// The policies that a unit explains, the newest first.
pub async fn of_owner(connection: &mut Connection, owner: &str) -> Result<Vec<StoredPolicy>, StoreError> {
    let sql = format!("{POLICY} WHERE owner = $1 ORDER BY dated DESC, id");
    let rows: Vec<PolicyRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(owner).fetch_all(connection).await?;
    rows.into_iter().map(policy_of).collect()
}

/// What is said of a policy beside its text, for sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::knowledge) struct PolicyCard {
    pub(in crate::knowledge) title: Box<str>,
    pub(in crate::knowledge) number: Box<str>,
    pub(in crate::knowledge) url: Box<str>,
    pub(in crate::knowledge) proactive: bool,
    pub(in crate::knowledge) superseded_by: Option<Box<str>>,
    /// Changes when the policy does.
    pub(in crate::knowledge) stamp: u64,
}

type CardRow = (String, String, String, String, String, String, Option<String>);

const CARD: &str = "SELECT id, title, number, url, disclosure, digest, superseded_by FROM policy";

fn card_of(row: CardRow) -> Result<(String, PolicyCard), StoreError> {
    let (id, title, number, url, disclosure, digest, superseded_by) = row;
    let stamp = stamp(&digest, superseded_by.as_deref());
    let disclosure: Disclosure = from_json(&disclosure)?;
    let card = PolicyCard {
        title: title.into(),
        number: number.into(),
        url: url.into(),
        proactive: disclosure == Disclosure::Proactive,
        superseded_by: superseded_by.map(Into::into),
        stamp,
    };
    Ok((id, card))
}

/// A hundred thousand digests need not be kept to see that one changed.
fn stamp(digest: &str, superseded_by: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (digest, superseded_by).hash(&mut hasher);
    hasher.finish()
}

/// The cards of all policies, by id.
pub(in crate::knowledge) async fn cards(
    connection: &mut Connection,
) -> Result<HashMap<String, PolicyCard>, StoreError> {
    let mut rows = sqlx::query_as(CARD).fetch(connection);
    let mut cards = HashMap::new();
    while let Some(row) = rows.next().await {
        let (id, card) = card_of(row?)?;
        cards.insert(id, card);
    }
    Ok(cards)
}

/// The card of one policy.
pub(in crate::knowledge) async fn card(
    connection: &mut Connection,
    id: &str,
) -> Result<Option<PolicyCard>, StoreError> {
    let sql = format!("{CARD} WHERE id = $1");
    let row: Option<CardRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    Ok(row.map(card_of).transpose()?.map(|(_, card)| card))
}

/// The id of every policy, with what changes when the policy does. Reads an index alone: it is looked at after every
/// change.
pub(in crate::knowledge) async fn stamps(connection: &mut Connection) -> Result<Vec<(String, u64)>, StoreError> {
    let mut rows = sqlx::query_as("SELECT id, digest, superseded_by FROM policy").fetch(connection);
    let mut stamps = Vec::new();
    while let Some(row) = rows.next().await {
        let (id, digest, superseded_by): (String, String, Option<String>) = row?;
        stamps.push((id, stamp(&digest, superseded_by.as_deref())));
    }
    Ok(stamps)
}
