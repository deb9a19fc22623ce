//! Several tickets at once: each is done whole or refused with its reason, and the page says which.

use std::collections::BTreeMap;

use axum::{extract::State, http::StatusCode, response::Response};
use maud::{Markup, html};

use super::{Said, asked::Asked, page};
use crate::{
    casework::Ticket,
    console::{
        Console,
        frame::Fault,
        layout::{Problem, token},
        session::{Fields, Posted, Visit},
        ticket::{Act, Outcome, perform},
    },
    directory::{
        staff::Role,
        units::{self, Unit},
    },
    phrase,
};

/// The most tickets at once: as many as a page holds.
const MOST: usize = super::ON_A_PAGE;

/// The box that ticks a ticket. It carries the version that was shown.
pub(super) fn tick(visit: &Visit, ticket: &Ticket, typed: Option<&Fields>) -> Markup {
    let chosen = typed.is_some_and(|fields| ticked(fields).any(|(number, _)| number == ticket.number));
    html! {
        input type="checkbox" name="ticket" value={ (ticket.number) ":" (ticket.version) } checked[chosen]
            aria-label=(visit.reader.say(&phrase!("console-bulk-tick", number = &ticket.number)));
    }
}

fn ticked(fields: &Fields) -> impl Iterator<Item = (&str, i64)> {
    fields.all("ticket").filter_map(|value| {
        let (number, version) = value.rsplit_once(':')?;
        Some((number, version.parse().ok()?))
    })
}

/// What can be done with the ticked ones, around the list.
pub(super) fn form(visit: &Visit, asked: &Asked, units: &[Unit], typed: Option<&Fields>, list: &Markup) -> Markup {
    let reader = &visit.reader;
    let typed = |name: &str| typed.map_or("", |fields| fields.get(name));
    let works = visit.member.is(Role::Staff) || visit.member.is(Role::Reviewer);
    html! {
        form.bulk method="post" action="/console/bulk" {
            (token(visit))
            input type="hidden" name="address" value=(asked.query());
            (list)
            fieldset {
                legend { (reader.say(&phrase!("console-bulk"))) }
                label for="bulk-unit" { (reader.say(&phrase!("console-unit-label"))) }
                select id="bulk-unit" name="unit" {
                    option value="" { (reader.say(&phrase!("console-unit-choose"))) }
                    @for unit in units {
                        option value=(unit.code) selected[unit.code == typed("unit")] { (unit.name) }
                    }
                }
                @if works {
                    label for="bulk-reason" { (reader.say(&phrase!("console-transfer-why-label"))) }
                    input id="bulk-reason" name="reason" value=(typed("reason")) maxlength="400";
                }
                // Enter presses the first button: one that needs more than that.
                div.steps {
                    @if works {
                        button.second name="act" value="transfer" { (reader.say(&phrase!("console-bulk-transfer"))) }
                    }
                    @if visit.member.is(Role::Dispatcher) {
                        button.second name="act" value="assign" { (reader.say(&phrase!("console-bulk-assign"))) }
                    }
                    @if works {
                        button.second name="act" value="claim" { (reader.say(&phrase!("console-bulk-claim"))) }
                    }
                }
            }
        }
    }
}

/// Does it with each ticked ticket.
pub(in crate::console) async fn take(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let asked = Asked::read(fields.get("address"));
    let act = Act::named(fields.get("act"))
        .filter(|act| matches!(act, Act::Claim | Act::Transfer | Act::Assign))
        .ok_or(Fault::Unreadable)?;
    // Twice the same number is once.
    let tickets: BTreeMap<String, i64> =
        ticked(&fields).take(MOST).map(|(number, version)| (number.to_owned(), version)).collect();
    if let Some(problem) = unusable(&console, &visit, act, &fields, tickets.is_empty()).await? {
        let said = Said { problems: vec![problem], typed: Some(fields), ..Said::default() };
        return page(&console, &visit, &asked, said, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let reader = &visit.reader;
    let (mut done, mut problems) = (Vec::new(), Vec::new());
    for (number, version) in tickets {
        let why = match perform(&console, &visit, &number, act, version, &fields).await {
            Ok(Outcome::Done) => {
                done.push(number);
                continue;
            }
            Ok(Outcome::Refused(problem)) => problem.text().to_owned(),
            Ok(Outcome::Stale) => reader.say(&phrase!("console-bulk-stale")),
            Err(Fault::NotFound) => reader.say(&phrase!("console-bulk-gone")),
            // What was done stays done, and is said below; this one wasn't.
            Err(Fault::Internal) => reader.say(&phrase!("console-internal")),
            Err(other) => return Err(other.keeping(&fields)),
        };
        problems.push(Problem::new(reader.say(&phrase!("console-bulk-refused", number = &number, why = why))));
    }
    let status = if done.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let told = (!done.is_empty())
        .then(|| reader.say(&phrase!("console-bulk-done", count = done.len(), numbers = reader.list(&done))));
    // What was refused is still ticked, with what was typed.
    let typed = (!problems.is_empty()).then_some(fields);
    page(&console, &visit, &asked, Said { problems, done: told, typed, ..Said::default() }, status).await
}

/// What is wrong with the form as a whole, before any ticket is touched.
async fn unusable(
    console: &Console,
    visit: &Visit,
    act: Act,
    fields: &Fields,
    none: bool,
) -> Result<Option<Problem>, Fault> {
    let say = |phrase| visit.reader.say(&phrase);
    if none {
        return Ok(Some(Problem::new(say(phrase!("console-bulk-none")))));
    }
    if act == Act::Claim {
        return Ok(None);
    }
    let mut connection = console.store.read().await?;
    let present = units::present(&mut connection, visit.today()).await?;
    if !present.iter().any(|unit| unit.code == fields.get("unit")) {
        return Ok(Some(Problem::at("bulk-unit", say(phrase!("console-unit-unknown")))));
    }
    if act == Act::Transfer && fields.get("reason").trim().is_empty() {
        return Ok(Some(Problem::at("bulk-reason", say(phrase!("console-refused-no-reason")))));
    }
    Ok(None)
}
