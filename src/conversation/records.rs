//! The dialogue as a row, version-checked: two workers can't both continue the same conversation.

use jiff::Timestamp;

use super::dialogue::Dialogue;
use crate::{
    message::Address,
    store::{Connection, StoreError, expect_one, from_json, to_json},
};

/// Where a conversation stands, and its version; a new one has version 0.
pub(super) async fn load(connection: &mut Connection, address: &Address) -> Result<(Dialogue, i64), StoreError> {
    let row: Option<(String, i64)> =
        sqlx::query_as("SELECT state, version FROM dialogue WHERE channel = $1 AND account = $2 AND person = $3")
            .bind(&address.channel)
            .bind(&address.account)
            .bind(&address.person)
            .fetch_optional(connection)
            .await?;
    match row {
        // A dialogue that an older version of the program wrote in another form begins anew: its messages are kept
        // elsewhere, only "where were we" is lost.
        Some((state, version)) => Ok((from_json(&state).unwrap_or_default(), version)),
        None => Ok((Dialogue::default(), 0)),
    }
}

/// Saves it over the version that was loaded.
pub(super) async fn save(
    connection: &mut Connection,
    address: &Address,
    dialogue: &Dialogue,
    version: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = if version == 0 {
        "INSERT INTO dialogue (channel, account, person, state, version, updated_at) VALUES ($1, $2, $3, $4, $5 + 1, $6)
         ON CONFLICT (channel, account, person) DO NOTHING"
    } else {
        "UPDATE dialogue SET state = $4, version = version + 1, updated_at = $6
         WHERE channel = $1 AND account = $2 AND person = $3 AND version = $5"
    };
    let result = sqlx::query(sql)
        .bind(&address.channel)
        .bind(&address.account)
        .bind(&address.person)
        .bind(to_json(dialogue)?)
        .bind(version)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    expect_one(&result)
}
