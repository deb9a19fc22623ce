//! Files as rows.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::FromRow as _;

use super::{Aim, Attachment, Kind};
use crate::{
    casework::{Happened, records},
    id::hex,
    store::{Connection, StoreError, instant},
};

const COLUMNS: &str =
    "SELECT a.id, a.ticket_id, a.unit, a.aim, a.name, a.kind, a.size, a.sha256, a.added_by, a.added_at
    FROM attachment AS a";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    ticket_id: String,
    unit: String,
    aim: String,
    name: String,
    kind: String,
    size: i64,
    sha256: String,
    added_by: String,
    added_at: i64,
}

impl Row {
    fn read(self) -> Result<Attachment, StoreError> {
        Ok(Attachment {
            id: self.id,
            ticket_id: self.ticket_id,
            unit: self.unit,
            aim: Aim::named(&self.aim).ok_or(StoreError::Column { what: "aim of an attachment" })?,
            name: self.name,
            kind: Kind::named(&self.kind).ok_or(StoreError::Column { what: "kind of an attachment" })?,
            size: self.size,
            sha256: self.sha256,
            added_by: self.added_by,
            added_at: instant(self.added_at)?,
        })
    }
}

/// The files of a ticket, the oldest first.
pub async fn of_ticket(connection: &mut Connection, ticket: &str) -> Result<Vec<Attachment>, StoreError> {
    several(connection, "WHERE a.ticket_id = $1 ORDER BY a.id", ticket).await
}

/// One file by id.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Attachment>, StoreError> {
    Ok(several(connection, "WHERE a.id = $1", id).await?.pop())
}

/// The file that an address of the public leads to.
pub async fn linked(connection: &mut Connection, token: &str) -> Result<Option<Attachment>, StoreError> {
    let joined = "JOIN attachment_link AS l ON l.attachment_id = a.id WHERE l.token = $1";
    Ok(several(connection, joined, token).await?.pop())
}

async fn several(connection: &mut Connection, rest: &'static str, value: &str) -> Result<Vec<Attachment>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("{COLUMNS} {rest}"));
    let rows = sqlx::query(query).bind(value).fetch_all(connection).await?;
    rows.iter().map(|row| Row::from_row(row)?.read()).collect()
}

/// The bytes of a file. None when it is gone; an error when they are not what was kept.
pub async fn content(connection: &mut Connection, file: &Attachment) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as("SELECT content FROM attachment_content WHERE attachment_id = $1")
        .bind(&file.id)
        .fetch_optional(connection)
        .await?;
    let Some((content,)) = row else { return Ok(None) };
    let damaged = StoreError::Column { what: "content of an attachment" };
    match BASE64_STANDARD.decode(content) {
        Ok(bytes) if digest(&bytes) == file.sha256 => Ok(Some(bytes)),
        _ => Err(damaged),
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What a new file is made of, besides its bytes.
#[derive(Debug, Clone, Copy)]
pub struct NewFile<'a> {
    /// Its id.
    pub id: &'a str,
    /// The ticket's id.
    pub ticket: &'a str,
    /// The unit of whoever adds it.
    pub unit: &'a str,
    /// Whom it is for.
    pub aim: Aim,
    /// What it is called.
    pub name: &'a str,
    /// What it is, as [`super::check`] found.
    pub kind: Kind,
    /// Who adds it, a login.
    pub by: &'a str,
}

/// Keeps a file, unless its ticket has `most` already: none then.
pub async fn keep(
    connection: &mut Connection,
    new: NewFile<'_>,
    (bytes, most): (&[u8], usize),
    now: Timestamp,
) -> Result<Option<Attachment>, StoreError> {
    // Whoever adds to the same ticket at the same time waits: the count holds until the end of the transaction.
    sqlx::query("UPDATE ticket SET version = version WHERE id = $1").bind(new.ticket).execute(&mut *connection).await?;
    if of_ticket(connection, new.ticket).await?.len() >= most {
        return Ok(None);
    }
    let file = Attachment {
        id: new.id.to_owned(),
        ticket_id: new.ticket.to_owned(),
        unit: new.unit.to_owned(),
        aim: new.aim,
        name: new.name.to_owned(),
        kind: new.kind,
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        sha256: digest(bytes),
        added_by: new.by.to_owned(),
        added_at: now,
    };
    sqlx::query(
        "INSERT INTO attachment (id, ticket_id, unit, aim, name, kind, size, sha256, added_by, added_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&file.id)
    .bind(&file.ticket_id)
    .bind(&file.unit)
    .bind(file.aim.name())
    .bind(&file.name)
    .bind(file.kind.name())
    .bind(file.size)
    .bind(&file.sha256)
    .bind(&file.added_by)
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    sqlx::query("INSERT INTO attachment_content (attachment_id, content) VALUES ($1, $2)")
        .bind(&file.id)
        .bind(BASE64_STANDARD.encode(bytes))
        .execute(connection)
        .await?;
    Ok(Some(file))
}

/// Takes a file away, with its bytes. Whether that may be is for the caller to know.
pub async fn remove(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM attachment_content WHERE attachment_id = $1").bind(id).execute(&mut *connection).await?;
    let gone = sqlx::query("DELETE FROM attachment WHERE id = $1").bind(id).execute(connection).await?;
    crate::store::expect_one(&gone)
}

/// Gives a unit's files to another one, when its staff go there.
pub async fn move_all(connection: &mut Connection, from: &str, to: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE attachment SET unit = $2 WHERE unit = $1").bind(from).bind(to).execute(connection).await?;
    Ok(())
}

/// Records that a file inside the office came or went. Its name is its unit's to know, so the event doesn't hold it.
pub async fn note(
    connection: &mut Connection,
    event_id: &str,
    (actor, happened): (&str, Happened),
    file: &Attachment,
    now: Timestamp,
) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "unit": file.unit, "aim": file.aim });
    records::record(connection, event_id, &file.ticket_id, (actor, happened.name(), &detail), now).await
}

/// Opens an address of the public to a file, for whoever asked a ticket.
pub async fn link(connection: &mut Connection, token: &str, file: &str, ticket: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO attachment_link (token, attachment_id, ticket_id) VALUES ($1, $2, $3)")
        .bind(token)
        .bind(file)
        .bind(ticket)
        .execute(connection)
        .await?;
    Ok(())
}

/// The addresses that a ticket's asker was given: ids of files with their tokens.
pub async fn links(connection: &mut Connection, ticket: &str) -> Result<Vec<(String, String)>, StoreError> {
    let query = "SELECT attachment_id, token FROM attachment_link WHERE ticket_id = $1 ORDER BY token";
    Ok(sqlx::query_as(query).bind(ticket).fetch_all(connection).await?)
}

/// Closes all addresses that a citizen was given. The files themselves are the office's words and stay.
pub async fn end_links(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    let query = "DELETE FROM attachment_link WHERE ticket_id IN (SELECT id FROM ticket WHERE citizen_id = $1)";
    sqlx::query(query).bind(citizen).execute(connection).await?;
    Ok(())
}
