//! Reads answered tickets, and keeps what was decided about their replies.

use jiff::Timestamp;
use sqlx::Row as _;

use super::{Decided, Verdict};
use crate::{
    casework::{Rating, State, Ticket, records},
    store::{Connection, StoreError, instant},
};

/// What the others asked who get or got this ticket's reply: the tickets merged into it, and those split from it that were
/// answered. Who took a question back, or erased it, said nothing.
pub async fn askers(connection: &mut Connection, ticket: &Ticket) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!(
        "{} WHERE ((merged_into = $1 AND phase IN ('merged', 'answered', 'rated'))
             OR (split_from = $1 AND phase IN ('answered', 'rated')))
           AND id <> $1 AND question <> $2 ORDER BY id LIMIT 500",
        records::COLUMNS
    );
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&ticket.id).bind(records::ERASED).fetch_all(connection).await?;
    rows.iter().map(records::ticket).collect()
}

/// A unit's replies that nobody has proposed as knowledge or declined, the newest first, at most `limit`. One that went to
/// several people is listed once, and one that solved nothing isn't worth publishing.
pub async fn open(connection: &mut Connection, unit: &str, limit: i64) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!(
        "{} WHERE unit = $1 AND answered_at IS NOT NULL AND phase IN ('answered', 'rated') AND merged_into IS NULL AND question <> $2
           AND NOT EXISTS (SELECT 1 FROM interpretation WHERE id = 'reply-' || ticket.number)
           AND NOT EXISTS (SELECT 1 FROM reply_verdict AS v
             WHERE v.ticket_id = ticket.id AND v.verdict = 'declined' AND v.at >= ticket.answered_at)
         ORDER BY answered_at DESC, id DESC LIMIT $3",
        records::COLUMNS
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(unit)
        .bind(records::ERASED)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    let tickets = rows.iter().map(records::ticket).collect::<Result<Vec<_>, _>>()?;
    let solved = |ticket: &Ticket| !matches!(ticket.state, State::Rated { rating: Rating::NotHelped, .. });
    Ok(tickets.into_iter().filter(solved).collect())
}

/// A unit's replies that solved nothing, with the citizens' words, rated at `since` or later and not kept after that. The
/// newest first, at most 100.
pub async fn unhelpful(
    connection: &mut Connection,
    unit: &str,
    since: Timestamp,
) -> Result<Vec<(Ticket, String, Timestamp)>, StoreError> {
    let sql = format!(
        "{} WHERE unit = $1 AND phase = 'rated' AND closed_at >= $2
           AND NOT EXISTS (SELECT 1 FROM reply_verdict AS v
             WHERE v.ticket_id = ticket.id AND v.verdict = 'kept' AND v.at >= ticket.closed_at)
         ORDER BY closed_at DESC, id DESC LIMIT 500",
        records::COLUMNS.replace(" FROM ticket", ", closed_at FROM ticket")
    );
    let rows =
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(unit).bind(since.as_millisecond()).fetch_all(connection).await?;
    let mut found = Vec::new();
    for row in &rows {
        let ticket = records::ticket(row)?;
        let State::Rated { rating: Rating::NotHelped, words, .. } = &ticket.state else { continue };
        if !words.is_empty() {
            let (words, rated_at) = (words.clone(), instant(row.try_get("closed_at")?)?);
            found.push((ticket, words, rated_at));
        }
    }
    found.truncate(100);
    Ok(found)
}

/// Keeps what was decided about a reply. A later decision replaces it.
pub async fn decide(
    connection: &mut Connection,
    ticket: &str,
    (verdict, reason): (Verdict, &str),
    login: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reply_verdict (ticket_id, verdict, reason, login, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (ticket_id, verdict) DO UPDATE SET reason = excluded.reason, login = excluded.login, at = excluded.at",
    )
    .bind(ticket)
    .bind(verdict.name())
    .bind(reason)
    .bind(login)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// What was decided about a reply, if anything.
pub async fn verdict(
    connection: &mut Connection,
    ticket: &str,
    verdict: Verdict,
) -> Result<Option<Decided>, StoreError> {
    let row: Option<(String, String, i64)> =
        sqlx::query_as("SELECT reason, login, at FROM reply_verdict WHERE ticket_id = $1 AND verdict = $2")
            .bind(ticket)
            .bind(verdict.name())
            .fetch_optional(connection)
            .await?;
    row.map(|(reason, login, at)| Ok(Decided { reason, login, at: instant(at)? })).transpose()
}
