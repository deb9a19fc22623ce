//! Codes and wrong tries as rows.

use jiff::Timestamp;

use super::{LENGTH, LIFE, MAX_FAILURES, Purpose, REST, sealed, shown};
use crate::{
    id::Ids,
    message::Address,
    store::{Connection, StoreError},
};

/// What a code that was used proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Of what: a unit's code, or a login.
    pub subject: String,
    /// Who made it, a login.
    pub made_by: String,
}

/// Makes a code for a subject and gives it, ready to be shown once. An earlier one for the same is void.
pub async fn make(
    connection: &mut Connection,
    ids: &Ids,
    (purpose, subject): (Purpose, &str),
    made_by: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let code = ids.readable(LENGTH);
    sqlx::query(
        "INSERT INTO staff_code (purpose, subject, digest, made_by, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (purpose, subject) DO UPDATE SET digest = excluded.digest, made_by = excluded.made_by,
           expires_at = excluded.expires_at",
    )
    .bind(purpose.name())
    .bind(subject)
    .bind(sealed(&code))
    .bind(made_by)
    .bind((now + LIFE).as_millisecond())
    .execute(connection)
    .await?;
    Ok(shown(&code))
}

/// Uses a code up. None when it is wrong, used or expired: which of them is not said.
pub async fn use_up(
    connection: &mut Connection,
    purpose: Purpose,
    typed: &str,
    now: Timestamp,
) -> Result<Option<Used>, StoreError> {
    // Deleting and reading in one statement: of two who come with the same code one gets it.
    let row: Option<(String, String, i64)> = sqlx::query_as(
        "DELETE FROM staff_code WHERE purpose = $1 AND digest = $2 RETURNING subject, made_by, expires_at",
    )
    .bind(purpose.name())
    .bind(sealed(typed))
    .fetch_optional(connection)
    .await?;
    let valid = row.filter(|(_, _, expires_at)| *expires_at > now.as_millisecond());
    Ok(valid.map(|(subject, made_by, _)| Used { subject, made_by }))
}

/// Whether another code may be tried in a chat.
pub async fn may_try(connection: &mut Connection, chat: &Address, now: Timestamp) -> Result<bool, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT failures FROM staff_code_try WHERE channel = $1 AND account = $2 AND person = $3 AND since > $4",
    )
    .bind(&chat.channel)
    .bind(&chat.account)
    .bind(&chat.person)
    .bind((now - REST).as_millisecond())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_none_or(|(failures,)| failures < MAX_FAILURES))
}

/// Counts a wrong code.
pub async fn count_failure(connection: &mut Connection, chat: &Address, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO staff_code_try (channel, account, person, failures, since) VALUES ($1, $2, $3, 1, $4)
         ON CONFLICT (channel, account, person) DO UPDATE SET
           failures = CASE WHEN staff_code_try.since > $5 THEN staff_code_try.failures + 1 ELSE 1 END,
           since = CASE WHEN staff_code_try.since > $5 THEN staff_code_try.since ELSE excluded.since END",
    )
    .bind(&chat.channel)
    .bind(&chat.account)
    .bind(&chat.person)
    .bind(now.as_millisecond())
    .bind((now - REST).as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}
