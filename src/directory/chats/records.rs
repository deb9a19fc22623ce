//! Bindings as rows. Each change is written with an event, in the same transaction.

use jiff::Timestamp;

use super::{Change, Chat, Event};
use crate::{
    id::Ids,
    message::Address,
    store::{Connection, StoreError, instant},
};

const COLUMNS: &str = "SELECT channel, account, person, unit, title, bound_by, bound_at FROM staff_chat";

/// Channel, account, person, unit, title, by whom, since when.
type Row = (String, String, String, String, String, String, i64);

fn chat((channel, account, person, unit, title, bound_by, at): Row) -> Result<Chat, StoreError> {
    Ok(Chat { address: Address { channel, account, person }, unit, title, bound_by, bound_at: instant(at)? })
}

/// Binds a chat that isn't bound.
pub async fn bind(connection: &mut Connection, ids: &Ids, chat: &Chat) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO staff_chat (channel, account, person, unit, title, bound_by, bound_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&chat.address.channel)
    .bind(&chat.address.account)
    .bind(&chat.address.person)
    .bind(&chat.unit)
    .bind(&chat.title)
    .bind(&chat.bound_by)
    .bind(chat.bound_at.as_millisecond())
    .execute(&mut *connection)
    .await?;
    record(connection, ids, chat, (Change::Bound, &format!("staff:{}", chat.bound_by)), chat.bound_at).await
}

/// The unit whose tickets come to a chat, if it is bound.
pub async fn find(connection: &mut Connection, address: &Address) -> Result<Option<Chat>, StoreError> {
    let sql = format!("{COLUMNS} WHERE channel = $1 AND account = $2 AND person = $3");
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(&address.channel)
        .bind(&address.account)
        .bind(&address.person)
        .fetch_optional(connection)
        .await?;
    row.map(chat).transpose()
}

/// The chats of a unit, the oldest first.
pub async fn of_unit(connection: &mut Connection, unit: &str) -> Result<Vec<Chat>, StoreError> {
    let sql = format!("{COLUMNS} WHERE unit = $1 ORDER BY bound_at, person");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(unit).fetch_all(connection).await?;
    rows.into_iter().map(chat).collect()
}

/// Ends a binding; gives whether it was still there.
pub async fn end(
    connection: &mut Connection,
    ids: &Ids,
    chat: &Chat,
    (change, actor): (Change, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let gone = sqlx::query("DELETE FROM staff_chat WHERE channel = $1 AND account = $2 AND person = $3 AND unit = $4")
        .bind(&chat.address.channel)
        .bind(&chat.address.account)
        .bind(&chat.address.person)
        .bind(&chat.unit)
        .execute(&mut *connection)
        .await?;
    if gone.rows_affected() == 0 {
        return Ok(false);
    }
    record(connection, ids, chat, (change, actor), now).await?;
    Ok(true)
}

/// The platform gave a chat another id: the binding goes along. Gives whether there was one, and the new id had none.
pub async fn move_to(
    connection: &mut Connection,
    ids: &Ids,
    (from, to): (&Address, &Address),
    actor: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if find(connection, to).await?.is_some() {
        return Ok(false);
    }
    let Some(chat) = find(connection, from).await? else { return Ok(false) };
    sqlx::query("UPDATE staff_chat SET person = $4 WHERE channel = $1 AND account = $2 AND person = $3")
        .bind(&from.channel)
        .bind(&from.account)
        .bind(&from.person)
        .bind(&to.person)
        .execute(&mut *connection)
        .await?;
    record(connection, ids, &chat, (Change::Moved, actor), now).await?;
    Ok(true)
}

/// A unit's chats follow its staff to another unit; gives how many.
pub async fn move_all(connection: &mut Connection, from: &str, to: &str) -> Result<u64, StoreError> {
    let moved =
        sqlx::query("UPDATE staff_chat SET unit = $2 WHERE unit = $1").bind(from).bind(to).execute(connection).await?;
    Ok(moved.rows_affected())
}

async fn record(
    connection: &mut Connection,
    ids: &Ids,
    chat: &Chat,
    (change, actor): (Change, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO staff_chat_event (id, unit, title, at, change, actor) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(ids.next())
        .bind(&chat.unit)
        .bind(&chat.title)
        .bind(now.as_millisecond())
        .bind(change.name())
        .bind(actor)
        .execute(connection)
        .await?;
    Ok(())
}

/// What became of a unit's bindings, the latest first, at most `limit`.
pub async fn events_of_unit(connection: &mut Connection, unit: &str, limit: i64) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<(String, i64, String, String)> = sqlx::query_as(
        "SELECT title, at, change, actor FROM staff_chat_event WHERE unit = $1 ORDER BY id DESC LIMIT $2",
    )
    .bind(unit)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for (title, at, change, actor) in rows {
        // One of a newer program is left out rather than shown wrong.
        let Some(change) = Change::named(&change) else { continue };
        events.push(Event { title, at: instant(at)?, change, actor });
    }
    Ok(events)
}
