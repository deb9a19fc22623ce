//! Proposed wordings as rows.

use jiff::Timestamp;

use super::Proposal;
use crate::store::{Connection, StoreError, expect_one};

type Row = (String, String, String, String, i64);

const OPEN: &str = "SELECT id, interpretation_id, question, wording,
       (SELECT COUNT(*) FROM phrasing_said WHERE proposal_id = phrasing_proposal.id) AS people
  FROM phrasing_proposal WHERE state = 'open'";

fn proposal_of((id, interpretation, question, wording, people): Row) -> Proposal {
    Proposal { id, interpretation, question, wording, people }
}

/// The wordings for a document that wait for a reviewer, those of most people first.
pub async fn open_of(connection: &mut Connection, interpretation: &str) -> Result<Vec<Proposal>, StoreError> {
    let sql = format!("{OPEN} AND interpretation_id = $1 ORDER BY people DESC, created_at, id LIMIT 200");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(interpretation).fetch_all(connection).await?;
    Ok(rows.into_iter().map(proposal_of).collect())
}

/// One that waits.
pub(super) async fn find(connection: &mut Connection, id: &str) -> Result<Option<Proposal>, StoreError> {
    let sql = format!("{OPEN} AND id = $1");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    Ok(row.map(proposal_of))
}

/// Writes a proposal unless it is there. Gives its id while it is open; none when somebody has decided already.
pub(super) async fn open(
    connection: &mut Connection,
    id: &str,
    (interpretation, question, wording): (&str, &str, &str),
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    sqlx::query(
        "INSERT INTO phrasing_proposal (id, interpretation_id, question, wording, state, decided_by, created_at)
         VALUES ($1, $2, $3, $4, 'open', '', $5) ON CONFLICT (interpretation_id, question, wording) DO NOTHING",
    )
    .bind(id)
    .bind(interpretation)
    .bind(question)
    .bind(wording)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT id FROM phrasing_proposal
         WHERE interpretation_id = $1 AND question = $2 AND wording = $3 AND state = 'open'",
    )
    .bind(interpretation)
    .bind(question)
    .bind(wording)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| id))
}

/// Counts a citizen, once.
pub(super) async fn said(connection: &mut Connection, proposal: &str, citizen: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO phrasing_said (proposal_id, citizen_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(proposal)
        .bind(citizen)
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes one that is open. Fails with [`StoreError::Conflict`] when somebody else was first.
pub(super) async fn settle(
    connection: &mut Connection,
    id: &str,
    accepted: bool,
    login: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let result = sqlx::query(
        "UPDATE phrasing_proposal SET state = $2, decided_by = $3, decided_at = $4 WHERE id = $1 AND state = 'open'",
    )
    .bind(id)
    .bind(if accepted { "accepted" } else { "refused" })
    .bind(login)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Forgets what a citizen said. A wording that nobody else used and nobody has decided on goes with it.
pub async fn forget(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT proposal_id FROM phrasing_said WHERE citizen_id = $1")
        .bind(citizen)
        .fetch_all(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM phrasing_said WHERE citizen_id = $1").bind(citizen).execute(&mut *connection).await?;
    for (proposal,) in rows {
        sqlx::query(
            "DELETE FROM phrasing_proposal WHERE id = $1 AND state = 'open'
               AND NOT EXISTS (SELECT 1 FROM phrasing_said WHERE proposal_id = $1)",
        )
        .bind(proposal)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
