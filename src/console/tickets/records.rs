//! Views that a member of staff keeps, as rows.

use jiff::Timestamp;

use crate::store::{Connection, StoreError};

/// The most views that somebody keeps.
const MOST: i64 = 20;

/// A view under a name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Kept {
    /// Its id.
    pub(super) id: String,
    /// What its owner calls it.
    pub(super) name: String,
    /// What stands after `/console?`.
    pub(super) address: String,
}

/// Somebody's views, in the order of keeping.
pub(super) async fn kept(connection: &mut Connection, login: &str) -> Result<Vec<Kept>, StoreError> {
    let query = sqlx::query_as("SELECT id, name, address FROM staff_view WHERE login = $1 ORDER BY kept_at, id");
    Ok(query.bind(login).fetch_all(connection).await?)
}

/// Keeps a view; one of the same name is replaced. False where there are too many.
pub(super) async fn keep(
    connection: &mut Connection,
    login: &str,
    view: &Kept,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let result = sqlx::query(
        "INSERT INTO staff_view (id, login, name, address, kept_at)
         SELECT $1, $2, $3, $4, $5
         WHERE (SELECT COUNT(*) FROM staff_view WHERE login = $2 AND name <> $3) < $6
         ON CONFLICT (login, name) DO UPDATE SET address = excluded.address",
    )
    .bind(&view.id)
    .bind(login)
    .bind(&view.name)
    .bind(&view.address)
    .bind(now.as_millisecond())
    .bind(MOST)
    .execute(connection)
    .await?;
    Ok(result.rows_affected() == 1)
}

/// Drops one of somebody's views.
pub(super) async fn drop(connection: &mut Connection, login: &str, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM staff_view WHERE login = $1 AND id = $2").bind(login).bind(id).execute(connection).await?;
    Ok(())
}
