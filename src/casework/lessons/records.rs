//! Lessons as rows: a table for each subject.

use super::{Lesson, Subject};
use crate::{
    casework::{Ticket, TicketKind, records::ERASED},
    store::{Connection, StoreError, bump_revision},
};

/// The table of a subject, and its column with what is right.
fn table(subject: Subject) -> (&'static str, &'static str) {
    match subject {
        Subject::Unit => ("routing_lesson", "unit"),
        Subject::Kind => ("kind_lesson", "kind"),
    }
}

/// Writes what a ticket teaches, in the transaction that decides it. Nothing where its words are erased, or where its kind
/// is only guessed.
pub(in crate::casework) async fn teach(
    connection: &mut Connection,
    subject: Subject,
    ticket: &Ticket,
) -> Result<(), StoreError> {
    let right = match (subject, ticket.kind) {
        (Subject::Unit, _) => ticket.unit.as_str(),
        (Subject::Kind, Some(TicketKind::Set(kind))) => kind.name(),
        (Subject::Kind, _) => return Ok(()),
    };
    if ticket.question == ERASED {
        return Ok(());
    }
    // The counter's row stays locked until the transaction ends, so lessons are seen in the order of their numbers.
    let revision = bump_revision(connection, subject.counter()).await?;
    let (table, column) = table(subject);
    let sql = format!(
        "INSERT INTO {table} (ticket_id, question, {column}, revision) VALUES ($1, $2, $3, $4)
         ON CONFLICT (ticket_id) DO UPDATE SET question = excluded.question, {column} = excluded.{column},
           revision = excluded.revision"
    );
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(&ticket.id)
        .bind(&ticket.question)
        .bind(right)
        .bind(revision)
        .execute(connection)
        .await?;
    Ok(())
}

/// Lessons written after a value of the counter, the earliest first, at most `limit`.
pub async fn since(
    connection: &mut Connection,
    subject: Subject,
    revision: i64,
    limit: i64,
) -> Result<Vec<Lesson>, StoreError> {
    let (table, column) = table(subject);
    let sql = format!(
        "SELECT ticket_id, question, {column}, revision FROM {table} WHERE revision > $1
         ORDER BY revision, ticket_id LIMIT $2"
    );
    let rows: Vec<(String, String, String, i64)> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(revision).bind(limit).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(ticket, text, label, revision)| Lesson { ticket, text, label, revision }).collect())
}

/// Takes a citizen's words out of the lessons. The rows stay, empty, so that every replica notices.
pub async fn drop_of_citizen(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    for subject in Subject::ALL {
        let (table, _) = table(subject);
        let written = format!(
            "SELECT ticket_id FROM {table} WHERE ticket_id IN (SELECT id FROM ticket WHERE citizen_id = $1)
             AND question <> '' ORDER BY ticket_id"
        );
        let tickets: Vec<(String,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(written)).bind(citizen).fetch_all(&mut *connection).await?;
        for (ticket,) in tickets {
            let revision = bump_revision(connection, subject.counter()).await?;
            let void = format!("UPDATE {table} SET question = '', revision = $2 WHERE ticket_id = $1");
            sqlx::query(sqlx::AssertSqlSafe(void)).bind(ticket).bind(revision).execute(&mut *connection).await?;
        }
    }
    Ok(())
}
