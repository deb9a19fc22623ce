//! The inbox: a message is stored here before its platform hears "received", once for each message id.

use jiff::Timestamp;

use crate::{
    message::{Address, Body, Inbound},
    store::{Connection, StoreError, expect_one, from_json, instant, to_json},
};

/// How often a message is tried before it is set aside for a person to look at.
pub const MAX_ATTEMPTS: i64 = 5;

/// Whether a message was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It is stored now.
    New,
    /// It had been stored before: nothing changed.
    Duplicate,
}

/// A message that waits for its turn.
#[derive(Debug, Clone)]
pub struct Pending {
    /// The row's id.
    pub id: String,
    /// The message.
    pub message: Inbound,
    /// When we took it in.
    pub received_at: Timestamp,
    /// How often it has failed.
    pub attempts: i64,
}

/// Stores a message, unless its key is known.
pub async fn accept(
    connection: &mut Connection,
    id: &str,
    message: &Inbound,
    now: Timestamp,
) -> Result<Accepted, StoreError> {
    insert(connection, id, &message.address, &message.key, &to_json(message)?, ("pending", None), now).await
}

/// Records that something came in that could not be decoded, so that it counts as handled. The reason must not
/// hold the person's words.
pub async fn refuse(
    connection: &mut Connection,
    id: &str,
    address: &Address,
    key: &str,
    reason: &str,
    now: Timestamp,
) -> Result<Accepted, StoreError> {
    insert(connection, id, address, key, "null", ("refused", Some(reason)), now).await
}

async fn insert(
    connection: &mut Connection,
    id: &str,
    address: &Address,
    key: &str,
    payload: &str,
    (state, note): (&str, Option<&str>),
    now: Timestamp,
) -> Result<Accepted, StoreError> {
    let result = sqlx::query(
        "INSERT INTO inbox (id, channel, account, message_key, person, payload, state, attempts, note, received_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)
         ON CONFLICT (channel, account, message_key) DO NOTHING",
    )
    .bind(id)
    .bind(&address.channel)
    .bind(&address.account)
    .bind(key)
    .bind(&address.person)
    .bind(payload)
    .bind(state)
    .bind(note)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(if result.rows_affected() == 1 { Accepted::New } else { Accepted::Duplicate })
}

/// Messages whose turn it is: the oldest of each person, at most `limit`.
pub async fn due(connection: &mut Connection, limit: i64) -> Result<Vec<Pending>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, payload, received_at, attempts FROM inbox AS i WHERE state = 'pending'
           AND NOT EXISTS (SELECT 1 FROM inbox AS e WHERE e.state = 'pending' AND e.channel = i.channel
             AND e.account = i.account AND e.person = i.person
             AND (e.received_at < i.received_at OR (e.received_at = i.received_at AND e.id < i.id)))
         ORDER BY received_at, id LIMIT $1",
    )
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(pending).collect()
}

/// The oldest message of one person that waits.
pub async fn next_of(connection: &mut Connection, address: &Address) -> Result<Option<Pending>, StoreError> {
    let row: Option<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT id, payload, received_at, attempts FROM inbox
         WHERE state = 'pending' AND channel = $1 AND account = $2 AND person = $3
         ORDER BY received_at, id LIMIT 1",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .fetch_optional(connection)
    .await?;
    row.map(pending).transpose()
}

fn pending((id, payload, received_at, attempts): (String, String, i64, i64)) -> Result<Pending, StoreError> {
    Ok(Pending { id, message: from_json(&payload)?, received_at: instant(received_at)?, attempts })
}

/// Marks a message as done. Fails with [`StoreError::Conflict`] when another worker did it first.
pub async fn settle(connection: &mut Connection, id: &str, now: Timestamp) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE inbox SET state = 'done', settled_at = $2 WHERE id = $1 AND state = 'pending'")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    expect_one(&result)
}

/// Counts a failure; the last one sets the message aside as failed. Gives whether it was set aside.
pub async fn fail(connection: &mut Connection, id: &str, reason: &str, now: Timestamp) -> Result<bool, StoreError> {
    let (attempts,): (i64,) = sqlx::query_as(
        "UPDATE inbox SET attempts = attempts + 1, note = $2,
           state = CASE WHEN attempts + 1 >= $3 THEN 'failed' ELSE 'pending' END, settled_at = $4
         WHERE id = $1 RETURNING attempts",
    )
    .bind(id)
    .bind(reason)
    .bind(MAX_ATTEMPTS)
    .bind(now.as_millisecond())
    .fetch_one(connection)
    .await?;
    Ok(attempts >= MAX_ATTEMPTS)
}

/// What a person said on one address, newest last, at most `limit`.
pub async fn history(
    connection: &mut Connection,
    address: &Address,
    limit: i64,
) -> Result<Vec<(String, Timestamp, Inbound)>, StoreError> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT id, received_at, payload FROM inbox
         WHERE channel = $1 AND account = $2 AND person = $3 AND state <> 'refused'
         ORDER BY received_at DESC, id DESC LIMIT $4",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().rev().map(|(id, at, payload)| Ok((id, instant(at)?, from_json(&payload)?))).collect()
}

/// Deletes what a message said, once it is settled and its words are kept where they belong, or nowhere.
pub async fn empty(connection: &mut Connection, pending: &Pending) -> Result<(), StoreError> {
    let emptied = Inbound { body: Body::Unreadable, language: None, within: None, ..pending.message.clone() };
    sqlx::query("UPDATE inbox SET payload = $2 WHERE id = $1")
        .bind(&pending.id)
        .bind(to_json(&emptied)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes what a person said on an address. The rows stay, so that nothing is taken in twice.
pub async fn forget(connection: &mut Connection, address: &Address) -> Result<(), StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT id, payload FROM inbox WHERE channel = $1 AND account = $2 AND person = $3 AND state IN ('done', 'failed')",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .fetch_all(&mut *connection)
    .await?;
    for (id, payload) in rows {
        let message: Inbound = from_json(&payload)?;
        let emptied = Inbound { body: Body::Unreadable, language: None, ..message };
        sqlx::query("UPDATE inbox SET payload = $2 WHERE id = $1")
            .bind(id)
            .bind(to_json(&emptied)?)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
