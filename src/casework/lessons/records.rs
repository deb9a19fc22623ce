//! Lessons as rows.

use super::{Lesson, REVISION};
use crate::{
    casework::Ticket,
    store::{Connection, StoreError, bump_revision},
};

/// Writes what a ticket teaches, in the transaction that decides it.
pub(in crate::casework) async fn teach(connection: &mut Connection, ticket: &Ticket) -> Result<(), StoreError> {
    // The counter's row stays locked until the transaction ends, so lessons are seen in the order of their numbers.
    let revision = bump_revision(connection, REVISION).await?;
    sqlx::query(
        "INSERT INTO routing_lesson (ticket_id, question, unit, revision) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket_id) DO UPDATE SET question = excluded.question, unit = excluded.unit,
           revision = excluded.revision",
    )
    .bind(&ticket.id)
    .bind(&ticket.question)
    .bind(&ticket.unit)
    .bind(revision)
    .execute(connection)
    .await?;
    Ok(())
}

/// Lessons written after a value of the counter, the earliest first, at most `limit`.
pub async fn since(connection: &mut Connection, revision: i64, limit: i64) -> Result<Vec<Lesson>, StoreError> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT ticket_id, question, unit, revision FROM routing_lesson WHERE revision > $1
         ORDER BY revision, ticket_id LIMIT $2",
    )
    .bind(revision)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(ticket, text, unit, revision)| Lesson { ticket, text, unit, revision }).collect())
}

/// Takes a citizen's words out of the lessons. The rows stay, empty, so that every replica notices.
pub async fn drop_of_citizen(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    let tickets: Vec<(String,)> = sqlx::query_as(
        "SELECT ticket_id FROM routing_lesson WHERE ticket_id IN (SELECT id FROM ticket WHERE citizen_id = $1)
         AND question <> '' ORDER BY ticket_id",
    )
    .bind(citizen)
    .fetch_all(&mut *connection)
    .await?;
    for (ticket,) in tickets {
        let revision = bump_revision(connection, REVISION).await?;
        sqlx::query("UPDATE routing_lesson SET question = '', revision = $2 WHERE ticket_id = $1")
            .bind(ticket)
            .bind(revision)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
