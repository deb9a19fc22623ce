//! Reads what citizens said of answers, and keeps up to when it is dealt with.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Unhelpful;
use crate::store::{Connection, StoreError};

/// How many sayings are read at most, the latest first.
const READ: i64 = 5_000;

/// A unit's published items that somebody found unhelpful at `since` or later, and that weren't dealt with after that.
/// Those of most people first.
pub async fn list(connection: &mut Connection, unit: &str, since: Timestamp) -> Result<Vec<Unhelpful>, StoreError> {
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT f.document, n.id, i.question, f.citizen_id, f.question AS asked
         FROM interpretation AS n JOIN item AS i ON i.interpretation_id = n.id
         JOIN feedback AS f ON f.document = n.id || '#' || CAST(i.position AS TEXT)
         WHERE n.owner = $1 AND n.state = 'published' AND f.helped = 0 AND f.at >= $2
           AND NOT EXISTS (SELECT 1 FROM second_look AS s
             WHERE (s.document = f.document OR s.document = n.id) AND s.at >= f.at)
         ORDER BY f.at DESC, f.id DESC LIMIT $3",
    )
    .bind(unit)
    .bind(since.as_millisecond())
    .bind(READ)
    .fetch_all(connection)
    .await?;
    let mut found: BTreeMap<String, (Unhelpful, BTreeSet<String>)> = BTreeMap::new();
    for (document, interpretation, question, citizen, asked) in rows {
        let fresh = || Unhelpful { document: document.clone(), interpretation, question, people: 0, asked: Vec::new() };
        let (item, people) = found.entry(document.clone()).or_insert_with(|| (fresh(), BTreeSet::new()));
        people.insert(citizen);
        if !item.asked.contains(&asked) {
            item.asked.push(asked);
        }
    }
    let counted = |(item, people): (Unhelpful, BTreeSet<String>)| Unhelpful { people: people.len(), ..item };
    let mut items: Vec<Unhelpful> = found.into_values().map(counted).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.people));
    Ok(items)
}

/// How often a citizen found an item unhelpful, counted as [`list`] does.
pub(super) async fn times(
    connection: &mut Connection,
    (document, citizen): (&str, &str),
    since: Timestamp,
) -> Result<i64, StoreError> {
    let id = document.split_once('#').map_or(document, |(id, _)| id);
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM feedback AS f
         WHERE f.document = $1 AND f.citizen_id = $2 AND f.helped = 0 AND f.at >= $3
           AND NOT EXISTS (SELECT 1 FROM second_look AS s WHERE s.document IN ($1, $4) AND s.at >= f.at)",
    )
    .bind(document)
    .bind(citizen)
    .bind(since.as_millisecond())
    .bind(id)
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// Whether a document was published anew, or kept, at an instant or later.
pub async fn is_dealt_with(connection: &mut Connection, document: &str, since: Timestamp) -> Result<bool, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT document FROM second_look WHERE document = $1 AND at >= $2")
        .bind(document)
        .bind(since.as_millisecond())
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some())
}

/// What was said of an item, or of all of a document, is dealt with.
pub(in crate::knowledge) async fn settle(
    connection: &mut Connection,
    document: &str,
    (reason, login): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO second_look (document, reason, login, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (document) DO UPDATE SET reason = excluded.reason, login = excluded.login, at = excluded.at",
    )
    .bind(document)
    .bind(reason)
    .bind(login)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}
