//! Tickets and their events as rows.

use jiff::Timestamp;

use super::{Actor, Grounds, MessageKind, State, Step, Ticket, lessons};
use crate::{
    calendar::Reckoning,
    id::Ids,
    message::Address,
    store::{Connection, StoreError, expect_one, from_json, instant, to_json},
};

type Row = (String, String, String, String, String, String, String, String, String, i64, i64, i64, String, String, i64);

const COLUMNS: &str = "SELECT id, number, question, citizen_id, channel, account, person, unit, state, designated,
    version, filed_at, reckoning, kind, kind_sure FROM ticket";

/// What a new ticket is made of.
#[derive(Debug)]
pub struct NewTicket<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who asks.
    pub citizen_id: &'a str,
    /// Where the reply goes.
    pub reply_to: &'a Address,
    /// The question.
    pub question: &'a str,
    /// What kind of message it seems to be, and how sure that is in percent.
    pub kind: Option<(MessageKind, i64)>,
    /// The unit responsible.
    pub unit: &'a str,
    /// The deadline.
    pub reckoning: Reckoning,
    /// Who proposed the unit: the bot or the citizen.
    pub chosen_by: &'a str,
}

/// One step of a ticket, as recorded.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// What.
    pub kind: String,
    /// More of it.
    pub detail: serde_json::Value,
}

/// Files a ticket and gives it back with its number.
pub async fn file(
    connection: &mut Connection,
    new: NewTicket<'_>,
    event_id: &str,
    now: Timestamp,
) -> Result<Ticket, StoreError> {
    let day = new.reckoning.received;
    let series = format!("ticket-{day}");
    let (count,): (i64,) = sqlx::query_as(
        "INSERT INTO number_series (name, value) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET value = number_series.value + 1 RETURNING value",
    )
    .bind(series)
    .fetch_one(&mut *connection)
    .await?;
    let ticket = Ticket {
        id: new.id.to_owned(),
        number: format!("Z{}-{count:04}", day.strftime("%Y%m%d")),
        question: new.question.to_owned(),
        kind: new.kind,
        citizen_id: new.citizen_id.to_owned(),
        reply_to: new.reply_to.clone(),
        unit: new.unit.to_owned(),
        designated: false,
        state: State::Assigned,
        version: 1,
        filed_at: now,
        reckoning: new.reckoning,
    };
    sqlx::query(
        "INSERT INTO ticket (id, number, question, citizen_id, channel, account, person, unit, phase, state, designated,
           version, filed_at, due_on, reckoning, kind, kind_sure)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 1, $11, $12, $13, $14, $15)",
    )
    .bind(&ticket.id)
    .bind(&ticket.number)
    .bind(&ticket.question)
    .bind(&ticket.citizen_id)
    .bind(&ticket.reply_to.channel)
    .bind(&ticket.reply_to.account)
    .bind(&ticket.reply_to.person)
    .bind(&ticket.unit)
    .bind(ticket.state.phase())
    .bind(to_json(&ticket.state)?)
    .bind(now.as_millisecond())
    .bind(ticket.reckoning.due.to_string())
    .bind(to_json(&ticket.reckoning)?)
    .bind(ticket.kind.map_or("", |(kind, _)| kind.name()))
    .bind(ticket.kind.map_or(0, |(_, sure)| sure))
    .execute(&mut *connection)
    .await?;
    let detail = serde_json::json!({ "unit": ticket.unit, "chosen_by": new.chosen_by });
    record(connection, event_id, &ticket.id, ("citizen", "filed", &detail), now).await?;
    Ok(ticket)
}

/// Keeps beside a ticket why it was filed.
pub async fn keep_grounds(connection: &mut Connection, ticket: &str, grounds: &Grounds) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE ticket SET grounds = $2 WHERE id = $1")
        .bind(ticket)
        .bind(to_json(grounds)?)
        .execute(connection)
        .await?;
    expect_one(&result)
}

/// Why a ticket was filed. None where that wasn't kept, was erased, or was written in a form that this program doesn't
/// know: a reason that can't be shown any more must not keep anybody from the ticket.
pub async fn grounds(connection: &mut Connection, ticket: &str) -> Result<Option<Grounds>, StoreError> {
    let row: Option<(Option<String>,)> =
        sqlx::query_as("SELECT grounds FROM ticket WHERE id = $1").bind(ticket).fetch_optional(connection).await?;
    Ok(row.and_then(|(grounds,)| from_json(&grounds?).ok()))
}

/// Saves a step: the ticket, if nobody changed it since it was read, and its event.
pub async fn save(connection: &mut Connection, step: &Step, event_id: &str, now: Timestamp) -> Result<(), StoreError> {
    let ticket = &step.ticket;
    let result = sqlx::query(
        "UPDATE ticket SET unit = $3, phase = $4, state = $5, designated = $6, version = version + 1, closed_at = $7
         WHERE id = $1 AND version = $2",
    )
    .bind(&ticket.id)
    .bind(ticket.version)
    .bind(&ticket.unit)
    .bind(ticket.state.phase())
    .bind(to_json(&ticket.state)?)
    .bind(i64::from(ticket.designated))
    .bind((!ticket.state.is_open()).then(|| now.as_millisecond()))
    .execute(&mut *connection)
    .await?;
    expect_one(&result)?;
    // Where the dispatcher sends a question, and who answers it, is what routing learns from.
    if matches!(step.event, "assigned" | "approved") {
        lessons::teach(connection, ticket).await?;
    }
    record(connection, event_id, &ticket.id, (&step.actor, step.event, &step.detail), now).await
}

async fn record(
    connection: &mut Connection,
    id: &str,
    ticket: &str,
    (actor, kind, detail): (&str, &str, &serde_json::Value),
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO ticket_event (id, ticket_id, at, actor, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id)
        .bind(ticket)
        .bind(now.as_millisecond())
        .bind(actor)
        .bind(kind)
        .bind(to_json(detail)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// One ticket by id.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Ticket>, StoreError> {
    one(connection, "id", id).await
}

/// One ticket by its number.
pub async fn find_by_number(connection: &mut Connection, number: &str) -> Result<Option<Ticket>, StoreError> {
    one(connection, "number", number).await
}

async fn one(connection: &mut Connection, column: &'static str, value: &str) -> Result<Option<Ticket>, StoreError> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE {column} = $1")))
        .bind(value)
        .fetch_optional(connection)
        .await?;
    row.map(ticket).transpose()
}

/// Which tickets a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter<'a> {
    /// A unit's open ones.
    OpenOf(&'a str),
    /// A unit's closed ones.
    ClosedOf(&'a str),
    /// What units returned, for the dispatcher.
    Returned,
    /// Everything open, for the dispatcher.
    Open,
}

/// Tickets, the most urgent first, at most `limit` from `offset`.
pub async fn list(
    connection: &mut Connection,
    filter: Filter<'_>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Ticket>, StoreError> {
    let (condition, unit) = match filter {
        Filter::OpenOf(unit) => ("unit = $3 AND phase IN ('assigned', 'claimed', 'drafted')", unit),
        Filter::ClosedOf(unit) => ("unit = $3 AND phase IN ('answered', 'rated', 'withdrawn')", unit),
        Filter::Returned => ("phase = 'returned' AND $3 = ''", ""),
        Filter::Open => ("phase IN ('assigned', 'claimed', 'drafted', 'returned') AND $3 = ''", ""),
    };
    let order = if matches!(filter, Filter::ClosedOf(_)) { "closed_at DESC, id DESC" } else { "due_on, filed_at, id" };
    let sql = format!("{COLUMNS} WHERE {condition} ORDER BY {order} LIMIT $1 OFFSET $2");
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(limit).bind(offset).bind(unit).fetch_all(connection).await?;
    rows.into_iter().map(ticket).collect()
}

/// A citizen's tickets, the newest first, at most `limit`.
pub async fn of_citizen(connection: &mut Connection, citizen: &str, limit: i64) -> Result<Vec<Ticket>, StoreError> {
    let sql = format!("{COLUMNS} WHERE citizen_id = $1 ORDER BY filed_at DESC, id DESC LIMIT $2");
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(citizen).bind(limit).fetch_all(connection).await?;
    rows.into_iter().map(ticket).collect()
}

/// What happened to a ticket, oldest first.
pub async fn events(connection: &mut Connection, ticket: &str) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<(i64, String, String, String)> =
        sqlx::query_as("SELECT at, actor, kind, detail FROM ticket_event WHERE ticket_id = $1 ORDER BY id")
            .bind(ticket)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(at, actor, kind, detail)| Ok(Event { at: instant(at)?, actor, kind, detail: from_json(&detail)? }))
        .collect()
}

fn ticket(
    (
        id,
        number,
        question,
        citizen_id,
        channel,
        account,
        person,
        unit,
        state,
        designated,
        version,
        filed_at,
        reckoning,
        kind,
        sure,
    ): Row,
) -> Result<Ticket, StoreError> {
    Ok(Ticket {
        id,
        number,
        question,
        kind: MessageKind::named(&kind).map(|kind| (kind, sure)),
        citizen_id,
        reply_to: Address { channel, account, person },
        unit,
        designated: designated == 1,
        state: from_json(&state)?,
        version,
        filed_at: instant(filed_at)?,
        reckoning: from_json(&reckoning)?,
    })
}

/// Deletes a citizen's words from their tickets; open ones are withdrawn first. Gives the numbers of those.
pub async fn forget(
    connection: &mut Connection,
    ids: &Ids,
    citizen: &str,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    let mut withdrawn = Vec::new();
    for ticket in of_citizen(connection, citizen, i64::MAX).await? {
        if ticket.state.is_open() {
            withdrawn.push(ticket.number.clone());
            if let Ok(step) = ticket.withdraw(Actor::Citizen(citizen)) {
                save(connection, &step, &ids.next(), now).await?;
            }
        }
    }
    lessons::drop_of_citizen(connection, citizen).await?;
    sqlx::query("UPDATE ticket SET question = '—', grounds = NULL, version = version + 1 WHERE citizen_id = $1")
        .bind(citizen)
        .execute(connection)
        .await?;
    Ok(withdrawn)
}
