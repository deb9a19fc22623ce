//! Presence as rows, so that every replica knows it.

use jiff::Timestamp;

use super::{Present, Sign};
use crate::store::{Connection, StoreError, instant};

/// Notes a sign of somebody's page. Rows that count no longer are swept away with it.
pub async fn touch(
    connection: &mut Connection,
    ticket: &str,
    login: &str,
    sign: Sign,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM ticket_presence WHERE until <= $1")
        .bind(now.as_millisecond())
        .execute(&mut *connection)
        .await?;
    let until = (now + sign.lasts()).as_millisecond();
    sqlx::query(
        "INSERT INTO ticket_presence (ticket_id, login, since, until, edits_until) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (ticket_id, login) DO UPDATE SET until = excluded.until,
           edits_until = CASE WHEN excluded.edits_until > 0 THEN excluded.edits_until
             ELSE ticket_presence.edits_until END",
    )
    .bind(ticket)
    .bind(login)
    .bind(now.as_millisecond())
    .bind(until)
    .bind(if sign == Sign::Typing { until } else { 0 })
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody saved what they had typed: they have it open, and type no more until they say so again.
pub async fn saved(connection: &mut Connection, ticket: &str, login: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE ticket_presence SET edits_until = 0 WHERE ticket_id = $1 AND login = $2")
        .bind(ticket)
        .bind(login)
        .execute(connection)
        .await?;
    Ok(())
}

/// Somebody logged out: they have no ticket open any more. A page of theirs in another browser says so again by its
/// stream.
pub async fn left(connection: &mut Connection, login: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM ticket_presence WHERE login = $1").bind(login).execute(connection).await?;
    Ok(())
}

/// Who else has a ticket open, by login.
pub async fn others(
    connection: &mut Connection,
    ticket: &str,
    login: &str,
    now: Timestamp,
) -> Result<Vec<Present>, StoreError> {
    let mut rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT login, since, edits_until FROM ticket_presence WHERE ticket_id = $1 AND login <> $2 AND until > $3",
    )
    .bind(ticket)
    .bind(login)
    .bind(now.as_millisecond())
    .fetch_all(connection)
    .await?;
    rows.sort();
    rows.into_iter()
        .map(|(login, since, edits_until)| {
            Ok(Present { login, since: instant(since)?, edits: edits_until > now.as_millisecond() })
        })
        .collect()
}
