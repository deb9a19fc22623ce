//! Accounts as rows.

use jiff::Timestamp;

use crate::{
    directory::staff::{self, StaffMember},
    message::Address,
    store::{Connection, StoreError, instant},
};

/// An account that is a member's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The channel, our account on it, and the member's id there.
    pub address: Address,
    /// Since when.
    pub since: Timestamp,
}

/// Says that an account is a member's. Whose it was before, and which one they had before on this account of ours, is over.
/// Gives whether there is such a login.
pub async fn link(
    connection: &mut Connection,
    address: &Address,
    login: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let member: Option<(String,)> =
        sqlx::query_as("SELECT id FROM staff WHERE login = $1").bind(login).fetch_optional(&mut *connection).await?;
    let Some((member,)) = member else { return Ok(false) };
    sqlx::query("DELETE FROM staff_account WHERE channel = $1 AND account = $2 AND (person = $3 OR staff_id = $4)")
        .bind(&address.channel)
        .bind(&address.account)
        .bind(&address.person)
        .bind(&member)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO staff_account (channel, account, person, staff_id, linked_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .bind(member)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(true)
}

/// Takes all accounts of a member away from them; gives how many.
pub async fn unlink(connection: &mut Connection, staff_id: &str) -> Result<u64, StoreError> {
    let gone = sqlx::query("DELETE FROM staff_account WHERE staff_id = $1").bind(staff_id).execute(connection).await?;
    Ok(gone.rows_affected())
}

/// The accounts of a member, the oldest first.
pub async fn of_member(connection: &mut Connection, staff_id: &str) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
        "SELECT channel, account, person, linked_at FROM staff_account WHERE staff_id = $1 ORDER BY linked_at",
    )
    .bind(staff_id)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(channel, account, person, since)| {
            Ok(Account { address: Address { channel, account, person }, since: instant(since)? })
        })
        .collect()
}

/// The member whose account it is, as they are now.
pub async fn member_at(connection: &mut Connection, address: &Address) -> Result<Option<StaffMember>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT staff_id FROM staff_account WHERE channel = $1 AND account = $2 AND person = $3")
            .bind(&address.channel)
            .bind(&address.account)
            .bind(&address.person)
            .fetch_optional(&mut *connection)
            .await?;
    match row {
        Some((id,)) => staff::find(connection, &id).await,
        None => Ok(None),
    }
}
