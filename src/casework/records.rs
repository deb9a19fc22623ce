//! Tickets and their events as rows.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use sqlx::{FromRow as _, Row as _, any::AnyRow};

use super::{
    Actor, Clocks, Course, Grounds, Happened, MessageKind, Rating, State, Step, Ticket, TicketKind, attachments,
    full_text,
    lessons::{self, Subject},
    notes,
    notices::{self, Audience, Matter},
};
use crate::{
    calendar::Reckoning,
    id::Ids,
    message::Address,
    store::{Connection, StoreError, expect_one, from_json, instant, to_json},
};

pub(super) const COLUMNS: &str =
    "SELECT id, number, question, citizen_id, channel, account, person, unit, state, designated,
    version, filed_at, reckoning, acceptance, course, kind, kind_sure, kind_set, split_from FROM ticket";

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
    /// What kind of message it is, if that can be told.
    pub kind: Option<TicketKind>,
    /// The unit responsible.
    pub unit: &'a str,
    /// The deadlines.
    pub clocks: Clocks,
    /// The ticket it was split from.
    pub split_from: Option<&'a str>,
    /// Who files it, as events name actors.
    pub filed_by: &'a str,
    /// Who proposed the unit: the bot, the citizen or a member of staff.
    pub chosen_by: &'a str,
}

/// One step of a ticket, as recorded.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id.
    pub id: String,
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
    let day = crate::clock::city_date(now);
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
        clocks: new.clocks,
        course: Course::default(),
        split_from: new.split_from.map(str::to_owned),
    };
    let kind = kind_columns(ticket.kind);
    sqlx::query(
        "INSERT INTO ticket (id, number, question, citizen_id, channel, account, person, unit, phase, state, designated,
           version, filed_at, due_on, reckoning, accept_on, acceptance, course, kind, kind_sure, kind_set,
           split_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 1, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
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
    .bind(ticket.clocks.reply.due.to_string())
    .bind(to_json(&ticket.clocks.reply)?)
    .bind(accept_on(&ticket))
    .bind(to_json(&ticket.clocks.accept)?)
    .bind(to_json(&ticket.course)?)
    .bind(kind.0)
    .bind(kind.1)
    .bind(kind.2)
    .bind(&ticket.split_from)
    .execute(&mut *connection)
    .await?;
    full_text::keep(connection, &ticket).await?;
    let detail = serde_json::json!({ "unit": ticket.unit, "chosen_by": new.chosen_by });
    record(connection, event_id, &ticket.id, (new.filed_by, Happened::Filed.name(), &detail), now).await?;
    let unit = Audience::Unit(ticket.unit.clone());
    notices::post(connection, event_id, (&unit, Matter::Came), &ticket.id, now).await?;
    Ok(ticket)
}

/// By when it is to be accepted, for lists: nothing once somebody has it.
fn accept_on(ticket: &Ticket) -> String {
    match ticket.state {
        State::Assigned => ticket.clocks.accept.due.to_string(),
        _ => String::new(),
    }
}

/// A kind as its columns: its name, how sure the bot is in percent, whether a person set it.
fn kind_columns(kind: Option<TicketKind>) -> (&'static str, i64, i64) {
    match kind {
        None => ("", 0, 0),
        Some(TicketKind::Guessed { kind, percent }) => (kind.name(), percent, 0),
        Some(TicketKind::Set(kind)) => (kind.name(), 0, 1),
    }
}

/// What the citizen said of the reply, for statistics.
fn rating(state: &State) -> i64 {
    match state {
        State::Rated { rating: Rating::Helped, .. } => 1,
        State::Rated { rating: Rating::NotHelped, .. } => 2,
        _ => 0,
    }
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

/// Saves a step: the ticket, if nobody changed it since it was read, its cooperating units and its event. What was merged
/// and got the other's reply keeps pointing to it: how its asker put it belongs to that reply.
pub async fn save(connection: &mut Connection, step: &Step, event_id: &str, now: Timestamp) -> Result<(), StoreError> {
    let ticket = &step.ticket;
    let merged_into = match &ticket.state {
        State::Merged { into, .. } => Some(into.as_str()),
        _ => None,
    };
    let kind = kind_columns(ticket.kind);
    let result = sqlx::query(
        "UPDATE ticket SET unit = $3, phase = $4, state = $5, designated = $6, version = version + 1,
           closed_at = CASE WHEN $18 = 1 THEN closed_at ELSE $7 END,
           due_on = $8, reckoning = $9, accept_on = $10, acceptance = $11, course = $12, claimed_by = $13, stopped = $14,
           merged_into = CASE WHEN $4 IN ('answered', 'rated') THEN merged_into ELSE $15 END, answered_at = $16,
           rating = $17, kind = $19, kind_sure = $20, kind_set = $21
         WHERE id = $1 AND version = $2",
    )
    .bind(&ticket.id)
    .bind(ticket.version)
    .bind(&ticket.unit)
    .bind(ticket.state.phase())
    .bind(to_json(&ticket.state)?)
    .bind(i64::from(ticket.designated))
    .bind(ticket.state.is_closed().then(|| now.as_millisecond()))
    .bind(ticket.clocks.reply.due.to_string())
    .bind(to_json(&ticket.clocks.reply)?)
    .bind(accept_on(ticket))
    .bind(to_json(&ticket.clocks.accept)?)
    .bind(to_json(&ticket.course)?)
    .bind(ticket.state.worker().unwrap_or_default())
    .bind(i64::from(ticket.clocks.stand_still()))
    .bind(merged_into)
    .bind(ticket.state.reply().map(|reply| reply.at.as_millisecond()))
    .bind(rating(&ticket.state))
    // Saying what kind it was doesn't close it once more.
    .bind(i64::from(step.event == Happened::KindSet))
    .bind(kind.0)
    .bind(kind.1)
    .bind(kind.2)
    .execute(&mut *connection)
    .await?;
    expect_one(&result)?;
    if let Some(main) = merged_into {
        hold_open(connection, main).await?;
    }
    keep_parts(connection, ticket).await?;
    full_text::keep(connection, ticket).await?;
    match step.event {
        // Where the dispatcher sends a question, and who answers it, is what routing learns from.
        Happened::Assigned | Happened::Transferred | Happened::Approved => {
            lessons::teach(connection, Subject::Unit, ticket).await?;
        }
        Happened::KindSet => lessons::teach(connection, Subject::Kind, ticket).await?,
        _ => {}
    }
    record(connection, event_id, &ticket.id, (&step.actor, step.event.name(), &step.detail), now).await
}

/// Makes sure that a ticket is open, and stays so until the transaction ends: another one that is merged into it must not
/// miss its reply. Refused as a conflict otherwise.
async fn hold_open(connection: &mut Connection, id: &str) -> Result<(), StoreError> {
    let result = sqlx::query(
        "UPDATE ticket SET merged_into = NULL
         WHERE id = $1 AND phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen')",
    )
    .bind(id)
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Keeps which units cooperate. Hardly any step changes that, so it is looked up first.
async fn keep_parts(connection: &mut Connection, ticket: &Ticket) -> Result<(), StoreError> {
    let known: Vec<(String,)> = sqlx::query_as("SELECT unit FROM ticket_part WHERE ticket_id = $1")
        .bind(&ticket.id)
        .fetch_all(&mut *connection)
        .await?;
    let known: BTreeSet<&str> = known.iter().map(|(unit,)| unit.as_str()).collect();
    if known == ticket.course.parts.iter().map(|part| part.unit.as_str()).collect() {
        return Ok(());
    }
    sqlx::query("DELETE FROM ticket_part WHERE ticket_id = $1").bind(&ticket.id).execute(&mut *connection).await?;
    for part in &ticket.course.parts {
        sqlx::query("INSERT INTO ticket_part (ticket_id, unit) VALUES ($1, $2)")
            .bind(&ticket.id)
            .bind(&part.unit)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Records what happened to a ticket.
pub(in crate::casework) async fn record(
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
    Ok(several(connection, "WHERE id = $1 AND $2 = $2", id, 0).await?.pop())
}

/// One ticket by its number.
pub async fn find_by_number(connection: &mut Connection, number: &str) -> Result<Option<Ticket>, StoreError> {
    Ok(several(connection, "WHERE number = $1 AND $2 = $2", number, 0).await?.pop())
}

/// The tickets that were merged into one, the oldest first.
pub async fn merged_into(connection: &mut Connection, id: &str) -> Result<Vec<Ticket>, StoreError> {
    several(connection, "WHERE merged_into = $1 AND phase = 'merged' AND $2 = $2 ORDER BY id", id, 0).await
}

/// The tickets that were split from one, the oldest first.
pub async fn split_from(connection: &mut Connection, id: &str) -> Result<Vec<Ticket>, StoreError> {
    several(connection, "WHERE split_from = $1 AND $2 = $2 ORDER BY id", id, 0).await
}

/// A citizen's tickets, the newest first, at most `limit`.
pub async fn of_citizen(connection: &mut Connection, citizen: &str, limit: i64) -> Result<Vec<Ticket>, StoreError> {
    several(connection, "WHERE citizen_id = $1 ORDER BY filed_at DESC, id DESC LIMIT $2", citizen, limit).await
}

/// Ids of tickets that aren't closed, after one, at most `limit`: for going through all of them in small steps.
pub async fn open_ids(connection: &mut Connection, after: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM ticket
         WHERE phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen', 'merged') AND id > $1
         ORDER BY id LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ids of a unit's tickets that somebody has to work on, the oldest first, at most `limit`. What was returned is the
/// dispatcher's.
pub async fn open_of_unit(connection: &mut Connection, unit: &str, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM ticket WHERE unit = $1 AND phase IN ('assigned', 'claimed', 'drafted', 'awaiting_citizen')
         ORDER BY id LIMIT $2",
    )
    .bind(unit)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Ids of tickets for which time may ask something: the citizen was asked, or a last day is not after `soon`. After one,
/// at most `limit`.
pub async fn to_watch(
    connection: &mut Connection,
    (today, soon): (Date, Date),
    after: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM ticket
         WHERE id > $1 AND (phase = 'awaiting_citizen'
           OR (phase = 'assigned' AND accept_on <= $2)
           OR (phase IN ('assigned', 'claimed', 'drafted') AND due_on <= $3))
         ORDER BY id LIMIT $4",
    )
    .bind(after)
    .bind(today.to_string())
    .bind(soon.to_string())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Tickets by their ids after one, at most `limit`: for going through all of them.
pub(super) async fn after(connection: &mut Connection, id: &str, limit: i64) -> Result<Vec<Ticket>, StoreError> {
    several(connection, "WHERE id > $1 ORDER BY id LIMIT $2", id, limit).await
}

async fn several(
    connection: &mut Connection,
    rest: &'static str,
    value: &str,
    limit: i64,
) -> Result<Vec<Ticket>, StoreError> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{COLUMNS} {rest}")))
        .bind(value)
        .bind(limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(ticket).collect()
}

/// What happened to a ticket, oldest first.
pub async fn events(connection: &mut Connection, ticket: &str) -> Result<Vec<Event>, StoreError> {
    let rows = "SELECT id, at, actor, kind, detail FROM ticket_event WHERE ticket_id = $1 ORDER BY id";
    steps(connection, rows, ticket).await
}

/// The steps of something that has a life-cycle, from a table of events of its own.
pub(super) async fn steps(connection: &mut Connection, rows: &'static str, of: &str) -> Result<Vec<Event>, StoreError> {
    let rows: Vec<(String, i64, String, String, String)> = sqlx::query_as(rows).bind(of).fetch_all(connection).await?;
    rows.into_iter()
        .map(|(id, at, actor, kind, detail)| {
            Ok(Event { id, at: instant(at)?, actor, kind, detail: from_json(&detail)? })
        })
        .collect()
}

/// A row of [`COLUMNS`].
#[derive(sqlx::FromRow)]
struct Stored {
    id: String,
    number: String,
    question: String,
    citizen_id: String,
    channel: String,
    account: String,
    person: String,
    unit: String,
    state: String,
    designated: i64,
    version: i64,
    filed_at: i64,
    kind: String,
    kind_sure: i64,
    kind_set: i64,
}

pub(super) fn ticket(row: &AnyRow) -> Result<Ticket, StoreError> {
    let stored = Stored::from_row(row)?;
    let reply: Reckoning = from_json(row.try_get("reckoning")?)?;
    let accept = match row.try_get::<Option<&str>, _>("acceptance")? {
        Some(accept) => from_json(accept)?,
        None => reply.clone(),
    };
    Ok(Ticket {
        id: stored.id,
        number: stored.number,
        question: stored.question,
        kind: MessageKind::named(&stored.kind).map(|kind| match stored.kind_set {
            0 => TicketKind::Guessed { kind, percent: stored.kind_sure },
            _ => TicketKind::Set(kind),
        }),
        citizen_id: stored.citizen_id,
        reply_to: Address { channel: stored.channel, account: stored.account, person: stored.person },
        unit: stored.unit,
        designated: stored.designated == 1,
        state: from_json(&stored.state)?,
        version: stored.version,
        filed_at: instant(stored.filed_at)?,
        clocks: Clocks { accept, reply },
        course: from_json(row.try_get("course")?)?,
        split_from: row.try_get("split_from")?,
    })
}

/// Deletes a citizen's words from their tickets; open ones are withdrawn first. Gives those, for whoever waits for them.
pub async fn forget(
    connection: &mut Connection,
    ids: &Ids,
    citizen: &str,
    now: Timestamp,
) -> Result<Vec<Ticket>, StoreError> {
    let mut withdrawn = Vec::new();
    for ticket in of_citizen(connection, citizen, i64::MAX).await? {
        let mut ticket = ticket;
        if let Ok(step) = ticket.clone().withdraw(Actor::Citizen(citizen)) {
            save(connection, &step, &ids.next(), now).await?;
            withdrawn.push(step.ticket.clone());
            ticket = step.ticket;
        }
        notes::erase(connection, &ticket.id, now).await?;
        erase(connection, ticket).await?;
    }
    lessons::drop_of_citizen(connection, citizen).await?;
    attachments::end_links(connection, citizen).await?;
    Ok(withdrawn)
}

/// What stands for words that were erased.
pub(super) const ERASED: &str = "—";

/// Takes a citizen's words out of a ticket and its events; what the office wrote stays.
async fn erase(connection: &mut Connection, mut ticket: Ticket) -> Result<(), StoreError> {
    for exchange in &mut ticket.course.exchanges {
        if exchange.answer.is_some() {
            exchange.answer = Some(ERASED.to_owned());
        }
    }
    if let State::Rated { words, .. } = &mut ticket.state {
        words.clear();
    }
    ERASED.clone_into(&mut ticket.question);
    sqlx::query(
        "UPDATE ticket SET question = $2, grounds = NULL, course = $3, state = $4, version = version + 1 WHERE id = $1",
    )
    .bind(&ticket.id)
    .bind(&ticket.question)
    .bind(to_json(&ticket.course)?)
    .bind(to_json(&ticket.state)?)
    .execute(&mut *connection)
    .await?;
    full_text::keep(connection, &ticket).await?;
    for event in events(connection, &ticket.id).await? {
        let mut detail = event.detail;
        let said = match Happened::named(&event.kind) {
            Some(Happened::CitizenAnswered) => "answer",
            Some(Happened::Rated | Happened::Split) => "words",
            Some(Happened::Reopened) if event.actor == "citizen" => "reason",
            _ => continue,
        };
        if let Some(words) = detail.get_mut(said) {
            *words = ERASED.into();
            sqlx::query("UPDATE ticket_event SET detail = $2 WHERE id = $1")
                .bind(&event.id)
                .bind(to_json(&detail)?)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}
