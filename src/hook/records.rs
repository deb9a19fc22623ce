//! Deliveries and the state of hooks as rows.

use jiff::{SignedDuration, Timestamp};

use super::{Happening, Outcome};
use crate::store::{Connection, Dialect, StoreError, expect_one, from_json, instant, to_json};

/// How long settled deliveries are kept: much longer than any event may be looked at again.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A delivery that this process has claimed for sending.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The row's id, the same in every try.
    pub id: String,
    /// What to tell.
    pub happening: Happening,
    /// How often sending began.
    pub attempts: i64,
    /// Since when it is tried.
    pub since: Timestamp,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It waits, perhaps for its next try.
    Queued,
    /// It is on its way.
    Sending,
    /// It arrived.
    Sent,
    /// It was given up.
    GivenUp,
}

impl TryFrom<&str> for Status {
    type Error = StoreError;

    fn try_from(text: &str) -> Result<Self, StoreError> {
        Ok(match text {
            "queued" => Self::Queued,
            "sending" => Self::Sending,
            "sent" => Self::Sent,
            "given_up" => Self::GivenUp,
            _ => return Err(StoreError::Column { what: "state of a delivery" }),
        })
    }
}

/// A delivery as administrators see it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The row's id.
    pub id: String,
    /// To which hook.
    pub hook: String,
    /// The event's name.
    pub event: String,
    /// The ticket's number; empty for a test.
    pub subject: String,
    /// Where it stands.
    pub status: Status,
    /// How often sending began.
    pub attempts: i64,
    /// When it is tried next, while it waits.
    pub due_at: Timestamp,
    /// Why the last try failed.
    pub note: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Makes a hook known: what happens from now on is told to it. Gives since when it is told, and up to when events were
/// looked at.
pub async fn enlist(
    connection: &mut Connection,
    hook: &str,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), StoreError> {
    sqlx::query(
        "INSERT INTO hook_state (name, since, reached, next_at) VALUES ($1, $2, $2, 0) ON CONFLICT (name) DO NOTHING",
    )
    .bind(hook)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    let (since, reached): (i64, i64) = sqlx::query_as("SELECT since, reached FROM hook_state WHERE name = $1")
        .bind(hook)
        .fetch_one(connection)
        .await?;
    Ok((instant(since)?, instant(reached)?))
}

/// Notes up to when events were looked at, for a restart.
pub async fn reached(connection: &mut Connection, hook: &str, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE hook_state SET reached = $2 WHERE name = $1 AND reached < $2")
        .bind(hook)
        .bind(at.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Puts a delivery into the queue. The same happening for the same hook again changes nothing.
pub(super) async fn enqueue(
    connection: &mut Connection,
    id: &str,
    hook: &str,
    happening: &Happening,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO hook_delivery (id, hook, event, subject, payload, dedup_key, state, attempts, tried_since, due_at,
           created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, $7, $7, $7) ON CONFLICT (dedup_key) DO NOTHING",
    )
    .bind(id)
    .bind(hook)
    .bind(happening.event.text())
    .bind(happening.ticket.as_ref().map_or("", |ticket| ticket.number.as_str()))
    .bind(to_json(happening)?)
    .bind(format!("{hook}:{}", happening.id))
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether anything is due for a hook: a look that takes no lock.
pub async fn is_waiting(connection: &mut Connection, hook: &str, now: Timestamp) -> Result<bool, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT d.id FROM hook_delivery AS d JOIN hook_state AS h ON h.name = d.hook
         WHERE d.hook = $1 AND h.next_at <= $2
           AND ((d.state = 'queued' AND d.due_at <= $2) OR (d.state = 'sending' AND d.lease_until < $2)) LIMIT 1",
    )
    .bind(hook)
    .bind(now.as_millisecond())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Takes the hook's turn to send, if it is free, and says when the next one is: the pace holds over all replicas.
pub async fn take_turn(
    connection: &mut Connection,
    hook: &str,
    now: Timestamp,
    next: Timestamp,
) -> Result<bool, StoreError> {
    let result = sqlx::query("UPDATE hook_state SET next_at = $3 WHERE name = $1 AND next_at <= $2")
        .bind(hook)
        .bind(now.as_millisecond())
        .bind(next.as_millisecond())
        .execute(connection)
        .await?;
    Ok(result.rows_affected() == 1)
}

/// Sends a hook nothing before an instant.
pub async fn pause(connection: &mut Connection, hook: &str, until: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE hook_state SET next_at = $2 WHERE name = $1 AND next_at < $2")
        .bind(hook)
        .bind(until.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Claims up to `limit` deliveries of a hook that are due, or whose sender went silent: receivers know a second time
/// by its id.
pub async fn claim(
    connection: &mut Connection,
    dialect: Dialect,
    hook: &str,
    limit: i64,
    lease: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<Vec<Parcel>, StoreError> {
    let sql = format!(
        "UPDATE hook_delivery SET state = 'sending', lease = $1, lease_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM hook_delivery WHERE hook = $3
             AND ((state = 'queued' AND due_at <= $4) OR (state = 'sending' AND lease_until < $4))
           ORDER BY created_at, id LIMIT $5{})
         RETURNING id, payload, attempts, tried_since",
        dialect.skip_locked()
    );
    let mut rows: Vec<(String, String, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(lease)
        .bind(until.as_millisecond())
        .bind(hook)
        .bind(now.as_millisecond())
        .bind(limit)
        .fetch_all(&mut *connection)
        .await?;
    rows.sort();
    let mut parcels = Vec::new();
    for (id, payload, attempts, since) in rows {
        match from_json(&payload) {
            Ok(happening) => parcels.push(Parcel { id, happening, attempts, since: instant(since)? }),
            // It must not stand in the way of the others.
            Err(error) => settle(connection, &id, lease, &Outcome::GivenUp(error.to_string()), now).await?,
        }
    }
    Ok(parcels)
}

/// Settles a claim. Fails with [`StoreError::Conflict`] when the lease had been lost.
pub async fn settle(
    connection: &mut Connection,
    id: &str,
    lease: &str,
    outcome: &Outcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, note, due, settled) = match outcome {
        Outcome::Sent => ("sent", None, None, Some(now)),
        Outcome::Retry { at, why, .. } => ("queued", Some(why), Some(at), None),
        Outcome::GivenUp(why) => ("given_up", Some(why), None, Some(now)),
    };
    let result = sqlx::query(
        "UPDATE hook_delivery SET state = $3, note = $4, due_at = COALESCE($5, due_at), settled_at = $6
         WHERE id = $1 AND lease = $2 AND state = 'sending'",
    )
    .bind(id)
    .bind(lease)
    .bind(state)
    .bind(note)
    .bind(due.map(|at| at.as_millisecond()))
    .bind(settled.map(Timestamp::as_millisecond))
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Queues a delivery that was given up once more, with new patience; gives its hook. `None` when there is none such
/// any more.
pub async fn try_again(connection: &mut Connection, id: &str, now: Timestamp) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "UPDATE hook_delivery SET state = 'queued', attempts = 0, tried_since = $2, due_at = $2, settled_at = NULL
         WHERE id = $1 AND state = 'given_up' RETURNING hook",
    )
    .bind(id)
    .bind(now.as_millisecond())
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(hook,)| hook))
}

/// The newest deliveries of all hooks.
pub async fn latest(connection: &mut Connection, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    list(connection, "state <> 'given_up'", limit).await
}

/// The newest deliveries that were given up.
pub async fn given_up(connection: &mut Connection, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    list(connection, "state = 'given_up'", limit).await
}

async fn list(connection: &mut Connection, which: &'static str, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    type Row = (String, String, String, String, String, i64, i64, Option<String>, i64);
    let sql = format!(
        "SELECT id, hook, event, subject, state, attempts, due_at, note, created_at FROM hook_delivery
         WHERE {which} ORDER BY created_at DESC, id DESC LIMIT $1"
    );
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(limit).fetch_all(connection).await?;
    rows.into_iter()
        .map(|(id, hook, event, subject, state, attempts, due_at, note, created_at)| {
            let (due_at, created_at) = (instant(due_at)?, instant(created_at)?);
            Ok(Delivery {
                id,
                hook,
                event,
                subject,
                status: state.as_str().try_into()?,
                attempts,
                due_at,
                note,
                created_at,
            })
        })
        .collect()
}

/// Deletes what was settled long ago.
pub async fn purge(connection: &mut Connection, now: Timestamp) -> Result<u64, StoreError> {
    let result = sqlx::query("DELETE FROM hook_delivery WHERE settled_at < $1")
        .bind((now - KEPT).as_millisecond())
        .execute(connection)
        .await?;
    Ok(result.rows_affected())
}
