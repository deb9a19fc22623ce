//! Reads the events of all tickets.

use jiff::{Timestamp, civil::Date};

use super::{Entry, Outline, TopicEntry};
use crate::store::{Connection, StoreError, date, instant};

/// The ids of events that happened at an instant or later, with their instants, the oldest first.
///
/// An event may become visible after one that happened later, because its transaction took longer: whoever follows
/// looks back over some time, and knows by the ids what is new.
pub async fn since(connection: &mut Connection, from: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT id, at FROM ticket_event WHERE at >= $1 ORDER BY at, id")
        .bind(from.as_millisecond())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|(id, at)| Ok((id, instant(at)?))).collect()
}

/// One event with its ticket.
pub async fn named(connection: &mut Connection, id: &str) -> Result<Option<Entry>, StoreError> {
    type Row = (String, i64, String, String, String, String, String, String);
    let row: Option<Row> = sqlx::query_as(
        "SELECT e.id, e.at, e.kind, t.id, t.number, t.unit, t.phase, t.due_on
         FROM ticket_event AS e JOIN ticket AS t ON t.id = e.ticket_id WHERE e.id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(|(id, at, kind, ticket, number, unit, phase, due)| {
        let ticket = Outline { id: ticket, number, unit, phase, due: date(&due)? };
        Ok(Entry { id, at: instant(at)?, kind, ticket })
    })
    .transpose()
}

/// Open tickets whose last day was `from` or later, but before `today`. While the citizen is asked the clock stands
/// still.
pub async fn overdue(connection: &mut Connection, from: Date, today: Date) -> Result<Vec<Outline>, StoreError> {
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT id, number, unit, phase, due_on FROM ticket
         WHERE closed_at IS NULL AND phase <> 'awaiting_citizen' AND due_on >= $1 AND due_on < $2 ORDER BY due_on, id",
    )
    .bind(from.to_string())
    .bind(today.to_string())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, number, unit, phase, due)| Ok(Outline { id, number, unit, phase, due: date(&due)? }))
        .collect()
}

/// The same as [`since`] for events of hot topics.
pub async fn since_of_topics(
    connection: &mut Connection,
    from: Timestamp,
) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT id, at FROM topic_event WHERE at >= $1 ORDER BY at, id")
        .bind(from.as_millisecond())
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(|(id, at)| Ok((id, instant(at)?))).collect()
}

/// One event of a hot topic; none where the id is another's.
pub async fn named_of_topic(connection: &mut Connection, id: &str) -> Result<Option<TopicEntry>, StoreError> {
    let row: Option<(String, i64, String, String, String, String, i64)> = sqlx::query_as(
        "SELECT e.id, e.at, e.kind, t.id, t.unit, t.phase, t.people
         FROM topic_event AS e JOIN topic AS t ON t.id = e.topic_id WHERE e.id = $1",
    )
    .bind(id)
    .fetch_optional(connection)
    .await?;
    row.map(|(id, at, kind, topic, unit, phase, people)| {
        Ok(TopicEntry { id, at: instant(at)?, kind, topic, unit, phase, people })
    })
    .transpose()
}

/// Whether one of some events is of a ticket that a unit sees: one that it has or cooperates on, or any for those who see
/// every unit's.
pub async fn concern(
    connection: &mut Connection,
    events: &[&str],
    unit: &str,
    everywhere: bool,
) -> Result<bool, StoreError> {
    if everywhere {
        return Ok(!events.is_empty());
    }
    for event in events {
        let row: Option<(String,)> = sqlx::query_as(
            "SELECT e.id FROM ticket_event AS e JOIN ticket AS t ON t.id = e.ticket_id
             WHERE e.id = $1 AND (t.unit = $2
               OR EXISTS (SELECT 1 FROM ticket_part AS p WHERE p.ticket_id = t.id AND p.unit = $2))",
        )
        .bind(*event)
        .bind(unit)
        .fetch_optional(&mut *connection)
        .await?;
        if row.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
