//! The audit log: who did what, append-only, each row sealed with the hash of the one before.

use jiff::Timestamp;
use sha2::Digest as _;

use crate::{
    id::hex,
    store::{Connection, StoreError, to_json},
};

/// Appends a row. `detail` must hold no secret, identity number or phone number.
///
/// Call it last in a transaction: on PostgreSQL it holds the log's head until the commit.
pub async fn append<T: serde::Serialize>(
    connection: &mut Connection,
    now: Timestamp,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &T,
) -> Result<(), StoreError> {
    let detail = to_json(detail)?;
    let at = now.as_millisecond();
    let (seq, previous): (i64, String) =
        sqlx::query_as("UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash")
            .fetch_one(&mut *connection)
            .await?;
    let hash = seal(seq, at, actor, action, subject, &detail, &previous);
    sqlx::query(
        "INSERT INTO audit (seq, at, actor, action, subject, detail, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(seq)
    .bind(at)
    .bind(actor)
    .bind(action)
    .bind(subject)
    .bind(&detail)
    .bind(&previous)
    .bind(&hash)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1").bind(&hash).execute(connection).await?;
    Ok(())
}

/// What checking the log found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every seal holds; so many rows.
    Intact(i64),
    /// The first row whose seal, number or predecessor is wrong, or the missing last one.
    BrokenAt(i64),
}

/// A row of the log: number, instant, actor, action, subject, detail, the hash before, its own.
type Row = (i64, i64, String, String, String, String, String, String);

/// Checks every row's seal and that none is missing.
pub async fn verify(connection: &mut Connection) -> Result<Verdict, StoreError> {
    let (last, head): (i64, String) =
        sqlx::query_as("SELECT seq, hash FROM audit_head WHERE id = 1").fetch_one(&mut *connection).await?;
    let mut previous = String::new();
    let mut seq = 0;
    loop {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT seq, at, actor, action, subject, detail, previous, hash FROM audit
             WHERE seq > $1 ORDER BY seq LIMIT 1000",
        )
        .bind(seq)
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            break;
        }
        for (number, at, actor, action, subject, detail, stored_previous, hash) in rows {
            let sealed = seal(number, at, &actor, &action, &subject, &detail, &previous);
            if number != seq + 1 || stored_previous != previous || sealed != hash {
                return Ok(Verdict::BrokenAt(seq + 1));
            }
            seq = number;
            previous = hash;
        }
    }
    Ok(if seq == last && previous == head { Verdict::Intact(seq) } else { Verdict::BrokenAt(seq + 1) })
}

/// A hash over all that a row says. Each part is preceded by its length, so that no two rows read alike.
fn seal(seq: i64, at: i64, actor: &str, action: &str, subject: &str, detail: &str, previous: &str) -> String {
    let mut hasher = sha2::Sha256::new();
    for part in [&seq.to_string(), &at.to_string(), actor, action, subject, detail, previous] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}
