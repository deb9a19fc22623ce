//! What a job last worked with, such as the digest of the calendar: a text under a name.

use super::{Connection, StoreError};

/// The text under a name, if there is one.
pub async fn get(connection: &mut Connection, name: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT value FROM job_mark WHERE name = $1").bind(name).fetch_optional(connection).await?;
    Ok(row.map(|(value,)| value))
}

/// Writes the text under a name.
pub async fn set(connection: &mut Connection, name: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO job_mark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute(connection)
    .await?;
    Ok(())
}
