//! One ticket: the question, its deadline, what happened, and what the reader may do with it.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    act::Act,
    frame::{Fault, kept},
    grounds,
    history::{self, Names},
    layout::{Problem, Shell, encoded, token},
    offer::{self, Offer},
    session::{Asking, Fields, Visit},
    tickets::{badge, kind_phrase, unit_name, urgency},
};
use crate::{
    casework::{self, Actor, Event, Grounds, Refusal, State as TicketState, Ticket},
    directory::{staff, units},
    knowledge::interpretation::{self, StoredInterpretation},
    locale::Phrase,
    phrase,
    store::Connection,
};

/// A ticket with all that its page tells.
pub(super) struct Opened {
    /// The ticket.
    pub(super) ticket: Ticket,
    /// What happened, oldest first.
    pub(super) events: Vec<Event>,
    /// Who is who.
    pub(super) names: Names,
    /// What became of the reply as knowledge, if somebody proposed it.
    pub(super) knowledge: Option<StoredInterpretation>,
    /// Why it was filed, if that was kept.
    pub(super) grounds: Option<Grounds>,
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Path(number): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let opened = open(&mut connection, &visit, &number).await?;
    drop(connection);
    let done = asked.ok().and_then(|Query(asked)| asked.done).and_then(|done| done_phrase(&done));
    let done = done.map(|phrase| visit.reader.say(&phrase));
    Ok(page(&console, &visit, &opened, Said { done, ..Said::default() }, StatusCode::OK))
}

/// Whoever reloads the address of a form comes back to its ticket.
pub(super) async fn back(Path(path): Path<Vec<(String, String)>>) -> Response {
    let number = path.first().map(|(_, number)| number.as_str()).unwrap_or_default();
    Redirect::to(&format!("/console/tickets/{}", encoded(number))).into_response()
}

/// Loads a ticket that the visitor may see.
pub(super) async fn open(connection: &mut Connection, visit: &Visit, number: &str) -> Result<Opened, Fault> {
    let ticket = casework::find_by_number(connection, number).await?.ok_or(Fault::NotFound)?;
    if !ticket.is_seen_by(&visit.member) {
        return Err(Fault::NotFound);
    }
    let events = casework::events(connection, &ticket.id).await?;
    let names = Names { staff: staff::all(connection).await?, units: units::all(connection).await? };
    let knowledge = interpretation::find(connection, &offer::id_for(&ticket)).await?;
    let grounds = casework::grounds(connection, &ticket.id).await?;
    Ok(Opened { ticket, events, names, knowledge, grounds })
}

/// What the page says beyond the ticket itself.
#[derive(Default)]
pub(super) struct Said {
    /// What must be put right.
    pub(super) problems: Vec<Problem>,
    /// What was just done.
    pub(super) done: Option<String>,
    /// The form that was refused, and what was typed into it.
    pub(super) typed: Option<(Act, Fields)>,
    /// What was typed into a form that may be gone from the page.
    pub(super) kept: Vec<String>,
    /// The knowledge form that was refused.
    pub(super) offered: Option<Offer>,
}

fn done_phrase(done: &str) -> Option<Phrase> {
    if done == "proposed" { Some(phrase!("console-done-proposed")) } else { Act::named(done).map(Act::done) }
}

/// The page as an answer.
pub(super) fn page(console: &Console, visit: &Visit, opened: &Opened, said: Said, status: StatusCode) -> Response {
    let Opened { ticket, events, names, knowledge, grounds } = opened;
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-ticket-title", number = &ticket.number));
    let here = format!("/console/tickets/{}", encoded(&ticket.number));
    let forms = forms(console, visit, opened, said.typed.as_ref());
    // What was typed into a form that no longer fits the state must not be lost.
    let answered = matches!(ticket.state, TicketState::Answered { .. } | TicketState::Rated { .. });
    let offerable = answered && knowledge.is_none() && offer::works_for(&visit.member, &ticket.unit);
    let leftover = match &said.typed {
        Some((act, fields)) if !allowed(console, visit, ticket, *act) => fields.worth_keeping(),
        None if !offerable => said.kept,
        _ => Vec::new(),
    };
    let body = html! {
        h1 { (title) }
        (kept(reader, &leftover))
        dl.facts {
            div {
                dt { (reader.say(&phrase!("console-column-state"))) }
                dd { (badge(reader, &ticket.state)) }
            }
            div {
                dt { (reader.say(&phrase!("console-column-unit"))) }
                dd {
                    (unit_name(&names.units, &ticket.unit))
                    @if ticket.designated { " " (reader.say(&phrase!("console-designated"))) }
                }
            }
            @if let Some((kind, sure)) = ticket.kind {
                @let named = reader.say(&kind_phrase(kind));
                div {
                    dt { (reader.say(&phrase!("console-column-message-kind"))) }
                    dd { (reader.say(&phrase!("console-kind-sure", kind = named, percent = sure))) }
                }
            }
            div.wide {
                dt { (reader.say(&phrase!("console-column-deadline"))) }
                dd {
                    (reader.day(ticket.clocks.reply.due))
                    @if ticket.state.is_open() { " " (urgency(reader, &console.calendar, ticket, visit.today())) }
                    small { (history::reckoning(reader, &ticket.clocks.reply)) }
                }
            }
        }
        h2 { (reader.say(&phrase!("console-question"))) }
        blockquote.words.asked { (ticket.question) }
        (grounds::section(reader, &names.units, grounds.as_ref()))
        (state_words(visit, opened))
        (forms)
        @if let TicketState::Answered { reply } | TicketState::Rated { reply, .. } = &ticket.state {
            @let offer = said.offered.unwrap_or_else(|| Offer::of(ticket, reply));
            (offer::section(visit, ticket, knowledge.as_ref(), &offer))
        }
        h2 { (reader.say(&phrase!("console-history"))) }
        (history::list(reader, names, events))
    };
    Shell::new(visit, &title, &here).problems(said.problems).done(said.done).respond(status, &body)
}

/// The draft, the reply or the reason that the state holds.
fn state_words(visit: &Visit, Opened { ticket, names, .. }: &Opened) -> Markup {
    let reader = &visit.reader;
    match &ticket.state {
        TicketState::Drafted { draft } => html! {
            h2 { (reader.say(&phrase!("console-draft-by", author = names.of_login(&draft.author)))) }
            blockquote.words { (draft.text) }
        },
        TicketState::Answered { reply } | TicketState::Rated { reply, .. } => html! {
            h2 { (reader.say(&phrase!("console-reply"))) }
            blockquote.words { (reply.text) }
            p {
                (reader.say(&phrase!(
                    "console-reply-by",
                    author = names.of_login(&reply.author),
                    reviewer = names.of_login(&reply.approved_by),
                    at = reply.at
                )))
            }
        },
        TicketState::Returned { unit, reason } => html! {
            h2 { (reader.say(&phrase!("console-returned-by", unit = unit_name(&names.units, unit)))) }
            blockquote.words { (reason) }
        },
        TicketState::AwaitingCitizen { asked, .. } => html! {
            h2 { (reader.say(&phrase!("console-asked-citizen"))) }
            blockquote.words { (asked) }
        },
        TicketState::Referred { reply, place } => html! {
            h2 { (reader.say(&phrase!("console-referred-to", place = place))) }
            blockquote.words { (reply.text) }
        },
        TicketState::Assigned
        | TicketState::Claimed { .. }
        | TicketState::Merged { .. }
        | TicketState::Lapsed
        | TicketState::Withdrawn => html! {},
    }
}

/// Whether the life-cycle allows an act to this visitor now. It is asked rather than repeated here.
fn allowed(console: &Console, visit: &Visit, ticket: &Ticket, act: Act) -> bool {
    act.step(ticket.clone(), Actor::Staff(&visit.member), "-", &console.office(visit.now).moment()).is_ok()
}

/// The forms that fit the state and the visitor's roles.
fn forms(console: &Console, visit: &Visit, opened: &Opened, typed: Option<&(Act, Fields)>) -> Markup {
    let ticket = &opened.ticket;
    let reader = &visit.reader;
    let possible: Vec<Act> = Act::ALL.into_iter().filter(|act| allowed(console, visit, ticket, *act)).collect();
    let own_draft = Act::Approve.step(ticket.clone(), Actor::Staff(&visit.member), "-", &console.office(visit.now).moment());
    html! {
        @if own_draft == Err(Refusal::OwnDraft) { p.hint { (reader.say(&phrase!("console-own-draft"))) } }
        @if !possible.is_empty() { h2 { (reader.say(&phrase!("console-acts"))) } }
        @for act in possible {
            @let words = match typed {
                Some((typed_act, fields)) if *typed_act == act => fields.get(act.field().unwrap_or_default()).to_owned(),
                _ => prefilled(opened, act),
            };
            @let form = html! {
                form method="post" action={ "/console/tickets/" (encoded(&ticket.number)) "/" (act.name()) } {
                    (token(visit))
                    input type="hidden" name="version" value=(ticket.version);
                    (field(visit, opened, act, &words))
                    button.second[matches!(act, Act::SendBack | Act::GiveBack)] { (reader.say(&act.title())) }
                }
            };
            @match act {
                // Its button says it all.
                Act::Claim => div.act { (form) },
                // What is seldom right stays out of the way, unless it was just tried.
                Act::GiveBack => details.act open[typed.is_some_and(|(tried, _)| *tried == act)] {
                    summary { (reader.say(&act.title())) }
                    (form)
                },
                _ => section.act aria-labelledby={ "act-" (act.name()) } {
                    h3 id={ "act-" (act.name()) } { (reader.say(&act.title())) }
                    (form)
                },
            }
        }
    }
}

fn field(visit: &Visit, opened: &Opened, act: Act, words: &str) -> Markup {
    let reader = &visit.reader;
    let area = |label: Phrase, name: &str, rows: u8| {
        html! {
            label for=(name) { (reader.say(&label)) }
            textarea id=(name) name=(name) rows=(rows) maxlength="4000" required { "\n" (words) }
        }
    };
    match act {
        Act::Claim => html! {},
        Act::Approve => html! { p { (reader.say(&phrase!("console-approve-hint"))) } },
        Act::Draft => area(phrase!("console-draft-label"), "text", 10),
        Act::SendBack => area(phrase!("console-remark-label"), "remark", 3),
        Act::GiveBack => area(phrase!("console-reason-label"), "reason", 3),
        Act::Assign => html! {
            label for="unit" { (reader.say(&phrase!("console-unit-label"))) }
            select id="unit" name="unit" required {
                option value="" { (reader.say(&phrase!("console-unit-choose"))) }
                @for unit in &opened.names.units {
                    option value=(unit.code) selected[unit.code == words] { (unit.name) }
                }
            }
        },
    }
}

/// What a form begins with: a draft, or the one that was sent back, to be rewritten.
fn prefilled(opened: &Opened, act: Act) -> String {
    match (&opened.ticket.state, act) {
        (TicketState::Drafted { draft }, Act::Draft) => draft.text.clone(),
        (TicketState::Claimed { .. }, Act::Draft) => {
            let sent_back = opened.events.iter().rev().find(|event| event.kind == "sent_back");
            let draft = sent_back.and_then(|event| event.detail.get("draft")).and_then(serde_json::Value::as_str);
            draft.unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}
