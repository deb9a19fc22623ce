//! Interpretations, guides and replies as rows.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Interpretation, Item, Kind, State, StoredInterpretation};
use crate::{
    id::digest,
    knowledge::{Written, second_look},
    store::{Connection, StoreError, date, expect_one, from_json, instant, to_json},
};

#[derive(sqlx::FromRow)]
struct InterpretationRow {
    id: String,
    policy_id: Option<String>,
    kind: String,
    title: String,
    owner: String,
    state: String,
    version: i64,
    dated: Option<String>,
    url: String,
    intro: String,
    author: String,
    released_by: String,
    updated_at: i64,
}

const INTERPRETATION: &str = "SELECT id, policy_id, kind, title, owner, state, version, dated, url, intro,
       author, released_by, updated_at FROM interpretation";

fn interpretation_of(row: InterpretationRow, items: Vec<Item>) -> Result<StoredInterpretation, StoreError> {
    let kind = match (row.kind.as_str(), row.policy_id) {
        ("interpretation", Some(policy)) => Kind::Interpretation { policy },
        ("guide", None) => Kind::Guide { unit: row.owner.clone() },
        ("reply", None) => Kind::Reply { unit: row.owner.clone() },
        _ => return Err(StoreError::Column { what: "kind of interpretation" }),
    };
    let (author, released_by) = (row.author, row.released_by);
    let state = match row.state.as_str() {
        "draft" => State::Draft { author },
        "in_review" => State::InReview { author },
        "published" => State::Published { author, released_by },
        "withdrawn" => State::Withdrawn { author, released_by },
        _ => return Err(StoreError::Column { what: "state of an interpretation" }),
    };
    let dated = row.dated.as_deref().map(date).transpose()?;
    let content = Interpretation { id: row.id, kind, title: row.title, dated, url: row.url, intro: row.intro, items };
    let updated_at = instant(row.updated_at)?;
    Ok(StoredInterpretation { content, owner: row.owner, state, version: row.version, updated_at })
}

type ItemRow = (String, String, String, String);

fn item_of((_, question, phrasings, answer): ItemRow) -> Result<Item, StoreError> {
    Ok(Item { question, phrasings: from_json(&phrasings)?, answer })
}

/// One interpretation, guide or reply.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<StoredInterpretation>, StoreError> {
    let sql = format!("{INTERPRETATION} WHERE id = $1");
    let row: Option<InterpretationRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let items: Vec<ItemRow> = sqlx::query_as(
        "SELECT interpretation_id, question, phrasings, answer FROM item WHERE interpretation_id = $1
         ORDER BY position",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    interpretation_of(row, items.into_iter().map(item_of).collect::<Result<_, _>>()?).map(Some)
}

/// What is published and has an id after `after`, in the order of ids, at most `limit`.
pub async fn published_after(
    connection: &mut Connection,
    after: &str,
    limit: i64,
) -> Result<Vec<StoredInterpretation>, StoreError> {
    let sql = format!("{INTERPRETATION} WHERE state = 'published' AND id > $1 ORDER BY id LIMIT $2");
    let rows: Vec<InterpretationRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(after).bind(limit).fetch_all(&mut *connection).await?;
    let Some(last) = rows.last() else { return Ok(Vec::new()) };
    let item_rows: Vec<ItemRow> = sqlx::query_as(
        "SELECT interpretation_id, question, phrasings, answer FROM item
         WHERE interpretation_id > $1 AND interpretation_id <= $2 ORDER BY interpretation_id, position",
    )
    .bind(after)
    .bind(&last.id)
    .fetch_all(connection)
    .await?;
    let mut items: HashMap<String, Vec<Item>> = HashMap::new();
    for row in item_rows {
        items.entry(row.0.clone()).or_default().push(item_of(row)?);
    }
    rows.into_iter()
        .map(|row| {
            let of_this = items.remove(&row.id).unwrap_or_default();
            interpretation_of(row, of_this)
        })
        .collect()
}

/// What a unit owns, without its items, the last changed first.
pub async fn of_owner(connection: &mut Connection, owner: &str) -> Result<Vec<StoredInterpretation>, StoreError> {
    let sql = format!("{INTERPRETATION} WHERE owner = $1 ORDER BY updated_at DESC, id");
    let rows: Vec<InterpretationRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(owner).fetch_all(connection).await?;
    rows.into_iter().map(|row| interpretation_of(row, Vec::new())).collect()
}

/// The published interpretations of a policy, without their items.
pub async fn of_policy(connection: &mut Connection, policy: &str) -> Result<Vec<StoredInterpretation>, StoreError> {
    let sql = format!("{INTERPRETATION} WHERE policy_id = $1 AND state = 'published' ORDER BY dated, id");
    let rows: Vec<InterpretationRow> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(policy).fetch_all(connection).await?;
    rows.into_iter().map(|row| interpretation_of(row, Vec::new())).collect()
}

/// The id, policy and version of everything published.
pub(in crate::knowledge) async fn published_versions(
    connection: &mut Connection,
) -> Result<Vec<(String, Option<String>, i64)>, StoreError> {
    Ok(sqlx::query_as("SELECT id, policy_id, version FROM interpretation WHERE state = 'published'")
        .fetch_all(connection)
        .await?)
}

/// Writes what was imported as published, unless the same was imported before: a text that was withdrawn or changed
/// here since then stays as it is until the file changes.
pub async fn import(
    connection: &mut Connection,
    content: &Interpretation,
    released_by: &str,
    now: Timestamp,
) -> Result<Written, StoreError> {
    let digest = digest(&to_json(content)?);
    let known: Option<(String, i64)> = sqlx::query_as("SELECT digest, version FROM interpretation WHERE id = $1")
        .bind(&content.id)
        .fetch_optional(&mut *connection)
        .await?;
    let state = State::Published { author: released_by.to_owned(), released_by: released_by.to_owned() };
    match known {
        Some((stored, _)) if stored == digest => Ok(Written::Unchanged),
        Some((_, version)) => {
            change(connection, content, &state, version, released_by, now).await?;
            second_look::settle(connection, &content.id, ("", released_by), now).await?;
            set_digest(connection, &content.id, &digest).await?;
            Ok(Written::Changed)
        }
        None => {
            insert(connection, content, &state, now).await?;
            set_digest(connection, &content.id, &digest).await?;
            Ok(Written::Added)
        }
    }
}

async fn set_digest(connection: &mut Connection, id: &str, digest: &str) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE interpretation SET digest = $2 WHERE id = $1")
        .bind(id)
        .bind(digest)
        .execute(connection)
        .await?;
    expect_one(&result)
}

/// The unit whose it is: for an interpretation the one that its policy's issue says, else the one that is named.
pub(super) async fn owner_of(connection: &mut Connection, kind: &Kind) -> Result<String, StoreError> {
    match kind {
        Kind::Guide { unit } | Kind::Reply { unit } => Ok(unit.clone()),
        Kind::Interpretation { policy } => {
            let row: Option<(String,)> = sqlx::query_as("SELECT owner FROM policy WHERE id = $1")
                .bind(policy)
                .fetch_optional(connection)
                .await?;
            row.map(|(owner,)| owner).ok_or(StoreError::Column { what: "policy of an interpretation" })
        }
    }
}

/// Writes something new. Its policy or unit must exist, and its id must be free.
pub async fn insert(
    connection: &mut Connection,
    content: &Interpretation,
    state: &State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let owner = owner_of(connection, &content.kind).await?;
    sqlx::query(
        "INSERT INTO interpretation (id, policy_id, kind, title, owner, state, version, dated, url, intro, digest,
           author, released_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, '', $10, $11, $12)",
    )
    .bind(&content.id)
    .bind(policy_id(&content.kind))
    .bind(content.kind.name())
    .bind(&content.title)
    .bind(owner)
    .bind(state.name())
    .bind(content.dated.map(|day| day.to_string()))
    .bind(&content.url)
    .bind(&content.intro)
    .bind(state.author())
    .bind(state.released_by())
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    write_items(connection, content).await
}

/// Replaces the text and the state, and keeps what was there as a version. Fails with [`StoreError::Conflict`] when the
/// row has moved on from `version`.
pub async fn change(
    connection: &mut Connection,
    content: &Interpretation,
    state: &State,
    version: i64,
    changed_by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(before) = find(connection, &content.id).await? else { return Err(StoreError::Conflict) };
    let owner = owner_of(connection, &content.kind).await?;
    let result = sqlx::query(
        "UPDATE interpretation SET policy_id = $3, kind = $4, title = $5, owner = $6, state = $7,
           version = version + 1, dated = $8, url = $9, intro = $10, author = $11, released_by = $12, updated_at = $13
         WHERE id = $1 AND version = $2",
    )
    .bind(&content.id)
    .bind(version)
    .bind(policy_id(&content.kind))
    .bind(content.kind.name())
    .bind(&content.title)
    .bind(owner)
    .bind(state.name())
    .bind(content.dated.map(|day| day.to_string()))
    .bind(&content.url)
    .bind(&content.intro)
    .bind(state.author())
    .bind(state.released_by())
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    expect_one(&result)?;
    sqlx::query(
        "INSERT INTO interpretation_version (interpretation_id, version, content, changed_by, at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&content.id)
    .bind(version)
    .bind(to_json(&before.content)?)
    .bind(changed_by)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM item WHERE interpretation_id = $1").bind(&content.id).execute(&mut *connection).await?;
    write_items(connection, content).await
}

/// Changes the state alone. Fails with [`StoreError::Conflict`] when the row has moved on from `version`.
pub async fn set_state(
    connection: &mut Connection,
    id: &str,
    version: i64,
    state: &State,
    now: Timestamp,
) -> Result<(), StoreError> {
    let result = sqlx::query(
        "UPDATE interpretation SET state = $3, author = $4, released_by = $5, version = version + 1, updated_at = $6
         WHERE id = $1 AND version = $2",
    )
    .bind(id)
    .bind(version)
    .bind(state.name())
    .bind(state.author())
    .bind(state.released_by())
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// What an interpretation said before each change, the newest first: version, text, who changed it, when.
pub async fn versions(
    connection: &mut Connection,
    id: &str,
) -> Result<Vec<(i64, Interpretation, String, Timestamp)>, StoreError> {
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "SELECT version, content, changed_by, at FROM interpretation_version WHERE interpretation_id = $1
         ORDER BY version DESC",
    )
    .bind(id)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(version, content, changed_by, at)| Ok((version, from_json(&content)?, changed_by, instant(at)?)))
        .collect()
}

fn policy_id(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Interpretation { policy } => Some(policy),
        Kind::Guide { .. } | Kind::Reply { .. } => None,
    }
}

async fn write_items(connection: &mut Connection, content: &Interpretation) -> Result<(), StoreError> {
    for (position, item) in (1_i64..).zip(&content.items) {
        sqlx::query(
            "INSERT INTO item (interpretation_id, position, question, phrasings, answer) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&content.id)
        .bind(position)
        .bind(&item.question)
        .bind(to_json(&item.phrasings)?)
        .bind(&item.answer)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Stores whether an answer helped.
pub(super) async fn insert_feedback(
    connection: &mut Connection,
    id: &str,
    citizen: &str,
    (question, document, helped): (&str, &str, bool),
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO feedback (id, citizen_id, question, document, helped, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(citizen)
    .bind(question)
    .bind(document)
    .bind(i64::from(helped))
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes what a citizen said of answers.
pub async fn forget_feedback(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM feedback WHERE citizen_id = $1").bind(citizen).execute(connection).await?;
    Ok(())
}
