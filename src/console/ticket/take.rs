//! An act is taken: read, checked, asked of the life-cycle, saved with all that follows, or refused with the reason.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Opened, Said,
    act::{Act, Control, Given},
    forms::field_id,
    open, page, start,
};
use crate::{
    casework::{self, Actor, Refusal, Ticket, presence},
    console::{
        Console,
        frame::Fault,
        history,
        layout::{Problem, encoded},
        session::{Fields, Posted, Visit},
    },
    directory::{staff, units},
    phrase,
    store::{Connection, StoreError},
};

/// How an act ended.
#[derive(Debug)]
pub(in crate::console) enum Outcome {
    /// It is done.
    Done,
    /// It can't be done.
    Refused(Problem),
    /// Somebody changed the ticket since the form was shown.
    Stale,
}

/// Does what a form asks for.
pub(in crate::console) async fn take(
    State(console): State<Console>,
    Path((number, act)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let act = Act::named(&act).ok_or(Fault::NotFound)?;
    if act == Act::Draft && !fields.get("insert").is_empty() {
        return insert_part(&console, &visit, &number, fields).await;
    }
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    // A ticket that went to another unit meanwhile is gone from here, but not what was written for it.
    let outcome = perform(&console, &visit, &number, act, version, &fields);
    let (problem, status) = match outcome.await.map_err(|fault| fault.keeping(&fields))? {
        Outcome::Done => return Ok(Redirect::to(&afterwards(&console, &visit, &number, act).await?).into_response()),
        Outcome::Refused(problem) => (Some(problem), StatusCode::UNPROCESSABLE_ENTITY),
        Outcome::Stale => (None, StatusCode::CONFLICT),
    };
    let mut connection = console.store.read().await?;
    let opened = open(&console, &mut connection, &visit, &number).await.map_err(|fault| fault.keeping(&fields))?;
    drop(connection);
    let problem = problem.unwrap_or_else(|| stale(&visit, &opened));
    let said = Said { problems: vec![problem], typed: Some((act, fields)), ..Said::default() };
    Ok(page(&console, &visit, &opened, said, status))
}

/// The ticket's page, or the list when the ticket is another unit's now and this one can't see it any more.
async fn afterwards(console: &Console, visit: &Visit, number: &str, act: Act) -> Result<String, Fault> {
    let mut connection = console.store.read().await?;
    let ticket = casework::find_by_number(&mut connection, number).await?;
    Ok(match ticket {
        Some(ticket) if ticket.is_seen_by(&visit.member) => {
            format!("/console/tickets/{}?done={}", encoded(number), act.name())
        }
        _ => "/console".to_owned(),
    })
}

/// Puts a text to begin with, or a cooperating unit's part with the unit's name above it, at the end of what was typed.
/// Nothing is saved.
async fn insert_part(console: &Console, visit: &Visit, number: &str, fields: Fields) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let opened = open(console, &mut connection, visit, number).await.map_err(|fault| fault.keeping(&fields))?;
    let wanted = match fields.get("insert") {
        "template" => fields.get("template").to_owned(),
        other => other.to_owned(),
    };
    let begun = start::insert(console, &mut connection, visit, &opened.ticket, (fields.clone(), &wanted)).await?;
    drop(connection);
    if let Some(fields) = begun {
        let done = Some(visit.reader.say(&phrase!("start-done")));
        let said = Said { typed: Some((Act::Draft, fields)), done, ..Said::default() };
        return Ok(page(console, visit, &opened, said, StatusCode::OK));
    }
    let unit = fields.get("insert");
    let part = opened.ticket.course.parts.iter().find(|part| part.unit == unit);
    let typed = fields.get("text").trim_end();
    let text = match part.and_then(|part| part.written.as_ref()) {
        Some(written) => {
            let from = opened.names.units.iter().find(|one| one.code == unit).map_or(unit, |one| one.name.as_str());
            let part = visit.reader.say(&phrase!("console-part-inserted", unit = from, text = &written.text));
            if typed.is_empty() { part } else { format!("{typed}\n\n{part}") }
        }
        None => typed.to_owned(),
    };
    // The page carries the ticket's version as it is now: whoever goes on from here must have seen what a colleague did.
    let fresh = fields.get("version").parse() == Ok(opened.ticket.version);
    let problems = if fresh { Vec::new() } else { vec![stale(visit, &opened)] };
    let status = if fresh { StatusCode::OK } else { StatusCode::CONFLICT };
    let said = Said { problems, typed: Some((Act::Draft, fields.with("text", text))), ..Said::default() };
    Ok(page(console, visit, &opened, said, status))
}

/// Who was first, and what they did.
pub(super) fn stale(visit: &Visit, opened: &Opened) -> Problem {
    let reader = &visit.reader;
    Problem::new(match opened.events.last() {
        Some(event) => reader.say(&phrase!(
            "console-stale",
            event = history::sentence(reader, &opened.names, event),
            at = event.at
        )),
        None => reader.say(&phrase!("console-stale-unknown")),
    })
}

/// Does one act with one ticket, whole or not at all.
pub(in crate::console) async fn perform(
    console: &Console,
    visit: &Visit,
    number: &str,
    act: Act,
    version: i64,
    fields: &Fields,
) -> Result<Outcome, Fault> {
    let mut tx = console.store.begin().await?;
    let ticket = casework::find_by_number(&mut tx, number).await?.ok_or(Fault::NotFound)?;
    if !ticket.is_seen_by(&visit.member) {
        return Err(Fault::NotFound);
    }
    if ticket.version != version {
        return Ok(Outcome::Stale);
    }
    let main = match act {
        Act::Merge => casework::find_by_number(&mut tx, fields.get("number").trim()).await?,
        _ => None,
    };
    // What they can't see doesn't exist for them.
    let main = main.filter(|main| main.is_seen_by(&visit.member));
    let office = console.office(visit.now);
    let begun = if act == Act::Draft && !fields.get("from").is_empty() {
        let Some(begun) = start::sourced(console, &mut tx, visit, &ticket, fields).await? else {
            let words = visit.reader.say(&phrase!("start-gone"));
            return Ok(Outcome::Refused(Problem::at("draft-from", words)));
        };
        Some(begun)
    } else {
        None
    };
    let (fields, origin) = match &begun {
        Some((fields, origin)) => (fields, Some(origin)),
        None => (fields, None),
    };
    if act == Act::Approve && !ticket.course.enclosures.is_empty() && console.public.is_none() {
        return Ok(Outcome::Refused(Problem::new(visit.reader.say(&phrase!("files-no-address")))));
    }
    let given = Given { fields, main: main.as_ref(), origin, moment: office.moment() };
    let actor = Actor::Staff(&visit.member);
    // Who may not do it at all needn't hear what is wrong with their words.
    if act.refused(&ticket, actor, office.moment()).is_none()
        && let Some(problem) = unknown(&mut tx, visit, &ticket, act, &given).await?
    {
        return Ok(Outcome::Refused(problem));
    }
    let taken = match act.step(ticket, actor, &given) {
        Ok(taken) => taken,
        Err(refusal) => return Ok(Outcome::Refused(refused(visit, act, refusal))),
    };
    let written = match taken.splinter {
        Some(splinter) => office.split(&mut tx, (&taken.step, splinter)).await.map(|(_, written)| written),
        None => office.take(&mut tx, &taken.step).await,
    };
    let written = match written {
        Err(StoreError::Conflict) => return Ok(Outcome::Stale),
        other => other?,
    };
    presence::saved(&mut tx, &taken.step.ticket.id, &visit.member.login).await?;
    tx.commit().await?;
    for address in written {
        console.wake.wrote_to(&address);
    }
    console.wake.desks_changed();
    Ok(Outcome::Done)
}

fn refused(visit: &Visit, act: Act, refusal: Refusal) -> Problem {
    let text = match (act, refusal) {
        // Why the words can't be split off is worth saying.
        (Act::Split, Refusal::BadText) => visit.reader.say(&phrase!("console-split-not-theirs")),
        (Act::GrantExtension | Act::RefuseExtension, Refusal::OwnDraft) => {
            visit.reader.say(&phrase!("console-own-extension"))
        }
        _ => visit.reader.say(&history::refusal(refusal)),
    };
    match act.field_of(refusal) {
        Some(field) => Problem::at(field_id(act, field), text),
        None => Problem::new(text),
    }
}

/// What a form names that isn't there: a unit, a colleague, a ticket. The life-cycle doesn't know the directory.
async fn unknown(
    tx: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
    act: Act,
    given: &Given<'_>,
) -> Result<Option<Problem>, StoreError> {
    for field in act.fields() {
        let named = given.fields.get(field.name);
        let (known, words) = match field.control {
            Control::Unit => (is_present(tx, named, visit).await?, phrase!("console-unit-unknown")),
            Control::Colleague => {
                let staff = staff::all(tx).await?;
                let known = staff.iter().any(|member| member.login == named && member.works_for(&ticket.unit));
                (known, phrase!("console-colleague-unknown"))
            }
            Control::Number => (given.main.is_some(), phrase!("console-ticket-unknown")),
            Control::PartUnit => {
                let known = ticket.course.parts.iter().any(|part| part.unit == named);
                (known, phrase!("console-unit-unknown"))
            }
            Control::Words { .. } | Control::Line | Control::Days | Control::Kind => continue,
        };
        if !known {
            return Ok(Some(Problem::at(field_id(act, field.name), visit.reader.say(&words))));
        }
    }
    Ok(None)
}

/// Whether a unit is there today.
async fn is_present(connection: &mut Connection, code: &str, visit: &Visit) -> Result<bool, StoreError> {
    Ok(units::present(connection, visit.today()).await?.iter().any(|unit| unit.code == code))
}
