//! Staff and their sessions as rows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{LOCK_OUT, LogIn, MAX_FAILURES, PasswordHash, Role, SESSION, Session, StaffMember};
use crate::{
    clock::Clock,
    id::{Ids, digest},
    store::{Connection, Store, StoreError, expect_one, from_json, instant, to_json},
};

/// Adds a member of staff. The login must be new.
pub async fn add(
    connection: &mut Connection,
    member: &StaffMember,
    password: &PasswordHash,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO staff (id, login, name, unit, roles, password_hash, failures, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7)",
    )
    .bind(&member.id)
    .bind(&member.login)
    .bind(&member.name)
    .bind(&member.unit)
    .bind(to_json(&member.roles)?)
    .bind(password.as_str())
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives an account a new password, unlocks it, and ends its sessions. Fails with [`StoreError::Conflict`] when there
/// is no such login.
pub async fn set_password(connection: &mut Connection, login: &str, password: &PasswordHash) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE staff SET password_hash = $2, failures = 0, locked_until = NULL WHERE login = $1")
        .bind(login)
        .bind(password.as_str())
        .execute(&mut *connection)
        .await?;
    expect_one(&result)?;
    sqlx::query("DELETE FROM staff_session WHERE staff_id = (SELECT id FROM staff WHERE login = $1)")
        .bind(login)
        .execute(connection)
        .await?;
    Ok(())
}

/// Changes what somebody may do, from their next request on. Fails with [`StoreError::Conflict`] when there is no such
/// login.
pub async fn set_roles(connection: &mut Connection, login: &str, roles: &BTreeSet<Role>) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE staff SET roles = $2 WHERE login = $1")
        .bind(login)
        .bind(to_json(roles)?)
        .execute(connection)
        .await?;
    expect_one(&result)
}

/// Moves everybody of one unit to another; gives how many. What they may do stays.
pub async fn move_all(connection: &mut Connection, from: &str, to: &str) -> Result<u64, StoreError> {
    let moved =
        sqlx::query("UPDATE staff SET unit = $2 WHERE unit = $1").bind(from).bind(to).execute(connection).await?;
    Ok(moved.rows_affected())
}

/// All staff, by login.
pub async fn all(connection: &mut Connection) -> Result<Vec<StaffMember>, StoreError> {
    let mut rows: Vec<(String, String, String, String, String)> =
        sqlx::query_as("SELECT login, id, name, unit, roles FROM staff").fetch_all(connection).await?;
    rows.sort();
    rows.into_iter().map(|(login, id, name, unit, roles)| member(id, login, name, unit, &roles)).collect()
}

/// A member of staff by id.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<StaffMember>, StoreError> {
    let row: Option<(String, String, String, String)> =
        sqlx::query_as("SELECT login, name, unit, roles FROM staff WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await?;
    row.map(|(login, name, unit, roles)| member(id.to_owned(), login, name, unit, &roles)).transpose()
}

/// The name of a login; the login itself when the account is gone.
pub async fn name_of(connection: &mut Connection, login: &str) -> Result<String, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT name FROM staff WHERE login = $1").bind(login).fetch_optional(connection).await?;
    Ok(row.map_or_else(|| login.to_owned(), |(name,)| name))
}

fn member(id: String, login: String, name: String, unit: String, roles: &str) -> Result<StaffMember, StoreError> {
    let roles: BTreeSet<Role> = from_json(roles)?;
    Ok(StaffMember { id, login, name, unit, roles })
}

/// Tries a log-in. Failures are counted, and lock the account for a while.
pub async fn log_in(
    store: &Store,
    (clock, ids): (&dyn Clock, &Ids),
    login: &str,
    password: SecretString,
) -> Result<LogIn, StoreError> {
    let now = clock.now();
    let mut connection = store.read().await?;
    let row: Option<(String, String, Option<i64>)> =
        sqlx::query_as("SELECT id, password_hash, locked_until FROM staff WHERE login = $1")
            .bind(login)
            .fetch_optional(&mut *connection)
            .await?;
    drop(connection);
    let Some((id, hash, locked_until)) = row else {
        // As slow as a wrong password, so that nobody learns which logins exist.
        let _ = checked(UNKNOWN_LOGIN.to_owned(), password).await?;
        return Ok(LogIn::Refused);
    };
    if let Some(until) = locked_until.map(instant).transpose()?.filter(|until| *until > now) {
        return Ok(LogIn::Locked { until });
    }
    let fits = checked(hash, password).await?;
    let mut tx = store.begin().await?;
    let outcome = if fits {
        let token = ids.secret();
        sqlx::query("UPDATE staff SET failures = 0, locked_until = NULL WHERE id = $1")
            .bind(&id)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM staff_session WHERE expires_at < $1")
            .bind(now.as_millisecond())
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO staff_session (token_hash, staff_id, csrf, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(digest(&token))
        .bind(&id)
        .bind(ids.secret())
        .bind(now.as_millisecond())
        .bind((now + SESSION).as_millisecond())
        .execute(&mut *tx)
        .await?;
        LogIn::Open { token }
    } else {
        let until = now + LOCK_OUT;
        let (failures,): (i64,) = sqlx::query_as(
            "UPDATE staff SET failures = failures + 1,
               locked_until = CASE WHEN failures + 1 >= $2 THEN $3 ELSE locked_until END
             WHERE id = $1 RETURNING failures",
        )
        .bind(&id)
        .bind(MAX_FAILURES)
        .bind(until.as_millisecond())
        .fetch_one(&mut *tx)
        .await?;
        if failures >= MAX_FAILURES {
            sqlx::query("UPDATE staff SET failures = 0 WHERE id = $1").bind(&id).execute(&mut *tx).await?;
            LogIn::Locked { until }
        } else {
            LogIn::Refused
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

/// A well-formed hash that no password fits.
const UNKNOWN_LOGIN: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn checked(hash: String, password: SecretString) -> Result<bool, StoreError> {
    // Hashing keeps a processor busy for tens of milliseconds: not on the threads that answer everybody else.
    tokio::task::spawn_blocking(move || PasswordHash::stored(hash).matches(&password)).await.map_err(StoreError::Task)
}

/// The open session that a cookie's value belongs to.
pub async fn find_by_session(
    connection: &mut Connection,
    token: &str,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let row: Option<(String, String, String, String, String, String)> = sqlx::query_as(
        "SELECT staff.id, login, name, unit, roles, csrf FROM staff_session JOIN staff ON staff.id = staff_id
         WHERE token_hash = $1 AND expires_at > $2",
    )
    .bind(digest(token))
    .bind(now.as_millisecond())
    .fetch_optional(connection)
    .await?;
    row.map(|(id, login, name, unit, roles, csrf)| Ok(Session { member: member(id, login, name, unit, &roles)?, csrf }))
        .transpose()
}

/// Ends a session.
pub async fn log_out(connection: &mut Connection, token: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM staff_session WHERE token_hash = $1").bind(digest(token)).execute(connection).await?;
    Ok(())
}
