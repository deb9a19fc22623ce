//! Notes as rows.

use jiff::Timestamp;

use super::{Body, Desk, Note, Readers};
use crate::{
    casework::Ticket,
    directory::staff::StaffMember,
    store::{Connection, StoreError, instant},
};

/// A note to be written.
#[derive(Debug)]
pub struct NewNote<'a> {
    /// Its id.
    pub id: &'a str,
    /// The ticket's id.
    pub ticket: &'a str,
    /// Who writes, a login.
    pub author: &'a str,
    /// Who reads it.
    pub readers: &'a Readers,
    /// Its words, as [`super::checked`] gives them.
    pub text: &'a str,
    /// The form that brought it.
    pub form: &'a str,
}

/// Writes a note. Gives false where its form has brought it before.
pub async fn write(connection: &mut Connection, note: &NewNote<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let unit = match &note.readers.desk {
        Desk::Unit(unit) => Some(unit),
        Desk::Dispatch => None,
    };
    let written = sqlx::query(
        "INSERT INTO ticket_note (id, ticket_id, at, author, unit, for_dispatch, body, form)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (ticket_id, author, form) DO NOTHING",
    )
    .bind(note.id)
    .bind(note.ticket)
    .bind(now.as_millisecond())
    .bind(note.author)
    .bind(unit)
    .bind(i64::from(note.readers.dispatch_too))
    .bind(note.text)
    .bind(note.form)
    .execute(connection)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Id, instant, author, unit, whether for dispatchers too, words, how it went and when.
type Row = (String, i64, String, Option<String>, i64, String, String, Option<i64>);

/// The notes on a ticket that a member of staff may read, the oldest first.
pub async fn of_ticket(
    connection: &mut Connection,
    ticket: &Ticket,
    member: &StaffMember,
) -> Result<Vec<Note>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, at, author, unit, for_dispatch, body, gone, gone_at FROM ticket_note
         WHERE ticket_id = $1 ORDER BY at, id",
    )
    .bind(&ticket.id)
    .fetch_all(connection)
    .await?;
    let mut notes = Vec::new();
    for (id, at, author, unit, for_dispatch, words, gone, gone_at) in rows {
        let desk = unit.map_or(Desk::Dispatch, Desk::Unit);
        let readers = Readers { desk, dispatch_too: for_dispatch == 1 };
        if readers.admit(ticket, member) {
            let gone_at = gone_at.map(instant).transpose()?;
            let body = match (gone.as_str(), gone_at) {
                ("", _) => Body::Words(words),
                ("erased", Some(at)) => Body::Erased { at },
                (_, Some(at)) => Body::StruckOut { at },
                (_, None) => return Err(StoreError::Column { what: "instant at which a note went" }),
            };
            notes.push(Note { id, at: instant(at)?, author, readers, body });
        }
    }
    Ok(notes)
}

/// Strikes out a note of its author: the words are deleted, the row stays. Gives false where there is none of theirs that
/// stands.
pub async fn strike(
    connection: &mut Connection,
    (ticket, id): (&str, &str),
    author: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let struck = sqlx::query(
        "UPDATE ticket_note SET body = '', gone = 'struck', gone_at = $4
         WHERE id = $1 AND ticket_id = $2 AND author = $3 AND gone = ''",
    )
    .bind(id)
    .bind(ticket)
    .bind(author)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(struck.rows_affected() == 1)
}

/// Deletes the words of all notes on a ticket whose citizen erased their data: notes may quote them.
pub async fn erase(connection: &mut Connection, ticket: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE ticket_note SET body = '', gone = 'erased', gone_at = $2 WHERE ticket_id = $1 AND gone <> 'erased'",
    )
    .bind(ticket)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a unit's notes follow its people to another unit.
pub async fn move_all(connection: &mut Connection, from: &str, to: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE ticket_note SET unit = $2 WHERE unit = $1").bind(from).bind(to).execute(connection).await?;
    Ok(())
}
