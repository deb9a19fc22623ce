//! The outbox: what goes out is written in the same transaction as the change that caused it, and delivered later.
//!
//! A delivery whose outcome nobody knows (the process died, the line broke after sending) is not simply repeated,
//! because no platform lets us ask whether it arrived: it becomes *uncertain*, and the person is offered the message
//! again instead of getting it twice.

use jiff::Timestamp;

use crate::{
    id::Ids,
    message::{Address, Choice, Outbound},
    store::{Connection, Dialect, StoreError, expect_one, from_json, instant, to_json},
};

/// A message that this process has claimed for sending.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The row's id.
    pub id: String,
    /// To whom.
    pub address: Address,
    /// What.
    pub message: Outbound,
    /// How many of its parts have surely arrived (a channel may have to split a long message).
    pub parts_sent: usize,
    /// How often sending began.
    pub attempts: i64,
    /// When it was written.
    pub since: Timestamp,
}

/// A message as the person's own view of the conversation shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The row's id.
    pub id: String,
    /// Its place among all that went to this address, from 1.
    pub position: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub message: Outbound,
}

/// Puts a message into the outbox. The same `dedup_key` again changes nothing.
pub async fn enqueue(
    connection: &mut Connection,
    id: &str,
    address: &Address,
    dedup_key: &str,
    message: &Outbound,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known: Option<(String,)> = sqlx::query_as("SELECT id FROM outbox WHERE dedup_key = $1")
        .bind(dedup_key)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let (position,): (i64,) = sqlx::query_as(
        "INSERT INTO outbox_position (channel, account, person, position) VALUES ($1, $2, $3, 1)
         ON CONFLICT (channel, account, person) DO UPDATE SET position = outbox_position.position + 1
         RETURNING position",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO outbox (id, channel, account, person, position, dedup_key, payload, state, parts_sent, attempts,
           due_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, 0, $8, $8)",
    )
    .bind(id)
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(position)
    .bind(dedup_key)
    .bind(to_json(message)?)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims up to `limit` messages of one channel account that are due: of each person only the oldest, so that
/// nobody reads an answer before the one that was written earlier.
pub async fn claim(
    connection: &mut Connection,
    dialect: Dialect,
    (channel, account): (&str, &str),
    limit: i64,
    lease: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<Parcel>, StoreError> {
    let sql = format!(
        "UPDATE outbox SET state = 'sending', lease = $1, lease_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT o.id FROM outbox AS o
           WHERE o.state = 'queued' AND o.channel = $3 AND o.account = $4 AND o.due_at <= $5
             AND NOT EXISTS (SELECT 1 FROM outbox AS e WHERE e.channel = o.channel AND e.account = o.account
               AND e.person = o.person AND e.position < o.position AND e.state IN ('queued', 'sending'))
           ORDER BY o.due_at, o.id LIMIT $6{})
         RETURNING id, person, payload, parts_sent, attempts, created_at",
        dialect.skip_locked()
    );
    let mut rows: Vec<(String, String, String, i64, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(lease)
        .bind(until.as_millisecond())
        .bind(channel)
        .bind(account)
        .bind(now.as_millisecond())
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.sort();
    rows.into_iter()
        .map(|(id, person, payload, parts_sent, attempts, since)| {
            Ok(Parcel {
                id,
                address: Address { channel: channel.to_owned(), account: account.to_owned(), person },
                message: from_json(&payload)?,
                parts_sent: usize::try_from(parts_sent).unwrap_or(0),
                attempts,
                since: instant(since)?,
            })
        })
        .collect()
}

/// How a claimed message fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// So many of its parts have arrived; more follow under the same claim, which is prolonged.
    Progress {
        /// How many.
        parts: usize,
        /// Until when the claim holds now.
        until: Timestamp,
    },
    /// All of it arrived.
    Sent,
    /// It surely did not arrive: try again at the given time. The reason is for operators.
    Retry(Timestamp, String),
    /// Nobody knows whether it arrived.
    Uncertain(String),
    /// It can't be delivered: the person blocked us, or left.
    Undeliverable(String),
}

/// Settles a claim. Fails with [`StoreError::Conflict`] when the lease had been lost.
pub async fn settle(
    connection: &mut Connection,
    id: &str,
    lease: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (mut parts_sent, mut lease_until, mut due) = (None, None, None);
    let (state, note) = match outcome {
        Outcome::Progress { parts, until } => {
            parts_sent = i64::try_from(*parts).ok();
            lease_until = Some(until.as_millisecond());
            ("sending", None)
        }
        Outcome::Sent => ("sent", None),
        Outcome::Retry(at, why) => {
            due = Some(at.as_millisecond());
            ("queued", Some(why))
        }
        Outcome::Uncertain(why) => ("uncertain", Some(why)),
        Outcome::Undeliverable(why) => ("undeliverable", Some(why)),
    };
    let settled = matches!(state, "sent" | "uncertain" | "undeliverable").then(|| now.as_millisecond());
    let result = sqlx::query(
        "UPDATE outbox SET state = $3, note = $4, due_at = COALESCE($5, due_at), parts_sent = COALESCE($6, parts_sent),
           settled_at = $7, lease_until = COALESCE($8, lease_until)
         WHERE id = $1 AND lease = $2 AND state = 'sending'",
    )
    .bind(id)
    .bind(lease)
    .bind(state)
    .bind(note)
    .bind(due)
    .bind(parts_sent)
    .bind(settled)
    .bind(lease_until)
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Keeps the id that the platform gave to a message, so that an answer to it is known.
pub async fn keep_reference(connection: &mut Connection, id: &str, reference: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET reference = $2 WHERE id = $1").bind(id).bind(reference).execute(connection).await?;
    Ok(())
}

/// The message to which the platform gave this id, in one conversation.
pub async fn by_reference(
    connection: &mut Connection,
    address: &Address,
    reference: &str,
) -> Result<Option<Outbound>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT payload FROM outbox WHERE channel = $1 AND account = $2 AND person = $3 AND reference = $4",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(reference)
    .fetch_optional(connection)
    .await?;
    row.map(|(payload,)| from_json(&payload)).transpose()
}

/// Sends what waits for one address to another one: the conversation goes on there.
pub async fn divert(
    connection: &mut Connection,
    ids: &Ids,
    (from, to): (&Address, &Address),
    now: Timestamp,
) -> Result<(), StoreError> {
    for waits in waiting(connection, from, i64::MAX).await? {
        let result = sqlx::query(
            "UPDATE outbox SET state = 'undeliverable', note = 'the chat goes on elsewhere', settled_at = $2
             WHERE id = $1 AND state = 'queued'",
        )
        .bind(&waits.id)
        .bind(now.as_millisecond())
        .execute(&mut *connection)
        .await?;
        // Ids of messages are others there: only what stands for itself goes along.
        if result.rows_affected() == 1 && waits.message.manner.is_message() {
            enqueue(connection, &ids.next(), to, &moved_key(&waits.id), &waits.message, now).await?;
        }
    }
    Ok(())
}

/// The dedup key of a message that is sent again because its conversation moved.
pub fn moved_key(id: &str) -> String {
    format!("moved:{id}")
}

/// Messages whose sender went silent: marks them uncertain and gives their ids and addresses.
pub async fn give_up_leases(connection: &mut Connection, now: Timestamp) -> Result<Vec<(String, Address)>, StoreError> {
    let mut rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "UPDATE outbox SET state = 'uncertain', note = 'the sender stopped while sending', settled_at = $1
         WHERE state = 'sending' AND lease_until < $1 RETURNING id, channel, account, person",
    )
    .bind(now.as_millisecond())
    .fetch_all(connection)
    .await?;
    rows.sort();
    Ok(rows.into_iter().map(|(id, channel, account, person)| (id, Address { channel, account, person })).collect())
}

/// One message of an address, whatever its state; `None` when there is no such one *for this address*.
pub async fn find(connection: &mut Connection, address: &Address, id: &str) -> Result<Option<Outbound>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT payload FROM outbox WHERE id = $1 AND channel = $2 AND account = $3 AND person = $4")
            .bind(id)
            .bind(&address.channel)
            .bind(&address.account)
            .bind(&address.person)
            .fetch_optional(connection)
            .await?;
    row.map(|(payload,)| from_json(&payload)).transpose()
}

/// What an address was offered last: the choices of its newest message that has any. Only the last few messages
/// count, because nobody means a number that has scrolled away.
pub async fn offered(connection: &mut Connection, address: &Address) -> Result<Vec<Choice>, StoreError> {
    let newest = history(connection, address, 3).await?;
    let offer = newest.into_iter().rev().map(|shown| shown.message.choices).find(|choices| !choices.is_empty());
    Ok(offer.unwrap_or_default())
}

/// What an address was told after `position`, oldest first.
pub async fn after(
    connection: &mut Connection,
    address: &Address,
    position: i64,
    limit: i64,
) -> Result<Vec<Shown>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, position, created_at, payload FROM outbox
         WHERE channel = $1 AND account = $2 AND person = $3 AND position > $4 ORDER BY position LIMIT $5",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(position)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(shown).collect()
}

/// The last messages of an address, oldest first.
pub async fn history(connection: &mut Connection, address: &Address, limit: i64) -> Result<Vec<Shown>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, position, created_at, payload FROM outbox
         WHERE channel = $1 AND account = $2 AND person = $3 ORDER BY position DESC LIMIT $4",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().rev().map(shown).collect()
}

/// What waits to be fetched by an address, oldest first.
pub async fn waiting(connection: &mut Connection, address: &Address, limit: i64) -> Result<Vec<Shown>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, position, created_at, payload FROM outbox
         WHERE channel = $1 AND account = $2 AND person = $3 AND state = 'queued' ORDER BY position LIMIT $4",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(shown).collect()
}

/// On a channel where people fetch their messages: marks all up to `position` as handed over.
pub async fn handed_over(
    connection: &mut Connection,
    address: &Address,
    position: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = 'sent', settled_at = $5
         WHERE channel = $1 AND account = $2 AND person = $3 AND position <= $4 AND state = 'queued'",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(position)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

fn shown((id, position, at, payload): (String, i64, i64, String)) -> Result<Shown, StoreError> {
    Ok(Shown { id, position, at: instant(at)?, message: from_json(&payload)? })
}

/// Deletes what an address was told. The rows stay: they say what became of it. What still waited is not sent any more.
pub async fn forget(connection: &mut Connection, address: &Address) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET payload = $4, note = CASE WHEN state = 'queued' THEN 'erased' ELSE note END,
           state = CASE WHEN state = 'queued' THEN 'undeliverable' ELSE state END
         WHERE channel = $1 AND account = $2 AND person = $3 AND state <> 'sending'",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(to_json(&Outbound::default())?)
    .execute(connection)
    .await?;
    Ok(())
}
