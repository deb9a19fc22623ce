//! One ticket: the question, its deadlines, what happened, and what the reader may do with it.
//!
//! `files` are its files, `start` is what a reply can begin with.
//! `act` names what can be done, `forms` offers it, `take` does it; `course` shows what the ticket carries with it.

mod act;
mod course;
pub(super) mod files;
mod forms;
mod notes;
mod start;
mod take;

use std::collections::BTreeSet;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use act::Act;
pub(super) use notes::{strike as strike_note, write as write_note};
pub(super) use take::{Outcome, perform, take};

use self::course::{Related, Relation};
use super::{
    Console,
    frame::{Fault, kept},
    grounds,
    history::{self, Names},
    layout::{Problem, Shell, encoded},
    live,
    offer::{self, Learnt, Offer},
    reader::Reader,
    session::{Asking, Fields, Visit},
    tickets::{badge, kind_phrase, unit_name},
};
use crate::{
    casework::{
        self, Event, Grounds, Purpose, State as TicketState, Ticket, TicketKind,
        attachments::Attachment,
        notes::Note,
        presence::{self, Present},
    },
    directory::{
        staff,
        units::{self, Unit},
    },
    knowledge::interpretation::{self, StoredInterpretation},
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// How many near tickets a merge offers.
const NEAR: usize = 5;

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
    /// What is known of the reply besides, as long as nobody proposed it.
    pub(super) learnt: Learnt,
    /// Why it was filed, if that was kept.
    pub(super) grounds: Option<Grounds>,
    /// Tickets it belongs together with.
    relations: Vec<Relation>,
    /// Open tickets of the unit that ask nearly the same, by number, with their questions.
    near: Vec<(String, String)>,
    /// The notes that the visitor may read.
    notes: Vec<Note>,
    /// Who else has it open.
    present: Vec<Present>,
    /// Its files that the visitor may see.
    files: Vec<Attachment>,
    /// The units that can be given work.
    takers: Vec<Unit>,
    /// What a reply can begin with.
    starts: start::Starts,
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
    /// What the draft is to begin with, such as `template:ID`.
    from: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Path(number): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    live::arrived(&console, &visit, &number, &headers).await?;
    let mut connection = console.store.read().await?;
    let opened = open(&console, &mut connection, &visit, &number).await?;
    let (done, from) = asked.map_or_else(|_| Default::default(), |Query(asked)| (asked.done, asked.from));
    let mut said = Said::default();
    if let Some(from) = from.filter(|_| forms::allowed(&console, &visit, &opened.ticket, Act::Draft)) {
        let fields = Fields::of(&[("text", &forms::prefilled(&visit, &opened, Act::Draft, "text"))]);
        let begun = start::insert(&console, &mut connection, &visit, &opened.ticket, (fields, &from)).await?;
        said.typed = begun.map(|fields| (Act::Draft, fields));
    }
    drop(connection);
    let done = done.and_then(|done| done_phrase(&done).or_else(|| files::done_phrase(&done)));
    said.done = done.map(|phrase| visit.reader.say(&phrase));
    Ok(page(&console, &visit, &opened, said, StatusCode::OK))
}

/// Whoever reloads the address of a form comes back to its ticket.
pub(super) async fn back(Path(path): Path<Vec<(String, String)>>) -> Response {
    let number = path.first().map(|(_, number)| number.as_str()).unwrap_or_default();
    Redirect::to(&format!("/console/tickets/{}", encoded(number))).into_response()
}

/// Loads a ticket that the visitor may see.
pub(super) async fn open(
    console: &Console,
    connection: &mut Connection,
    visit: &Visit,
    number: &str,
) -> Result<Opened, Fault> {
    let ticket = casework::find_by_number(connection, number).await?.ok_or(Fault::NotFound)?;
    if !ticket.is_seen_by(&visit.member) {
        return Err(Fault::NotFound);
    }
    let events = casework::events(connection, &ticket.id).await?;
    let names = Names { staff: staff::all(connection).await?, units: units::all(connection).await? };
    let knowledge = interpretation::find(connection, &offer::id_for(&ticket)).await?;
    let learnt =
        if knowledge.is_none() { Learnt::load(console, connection, &ticket).await? } else { Learnt::default() };
    let grounds = casework::grounds(connection, &ticket.id).await?;
    let relations = relations(connection, visit, &ticket).await?;
    let near = near(connection, visit, &ticket).await?;
    let notes = casework::notes::of_ticket(connection, &ticket, &visit.member).await?;
    let present = presence::others(connection, &ticket.id, &visit.member.login, visit.now).await?;
    let files = files::of(connection, visit, &ticket).await?;
    let starts = start::load(console, connection, visit, &ticket).await?;
    let takers = units::present(connection, visit.today()).await?;
    Ok(Opened {
        ticket,
        events,
        names,
        knowledge,
        learnt,
        grounds,
        relations,
        near,
        notes,
        present,
        files,
        takers,
        starts,
    })
}

/// The tickets that this one was merged or split with. Those of other units are named, and can't be opened.
async fn relations(connection: &mut Connection, visit: &Visit, ticket: &Ticket) -> Result<Vec<Relation>, StoreError> {
    let mut found = Vec::new();
    let single = |id: Option<&String>, kind| id.map(|id| (id.clone(), kind));
    let into = match &ticket.state {
        TicketState::Merged { into, .. } => Some(into),
        _ => None,
    };
    let singles = [single(into, Related::MergedInto), single(ticket.split_from.as_ref(), Related::SplitFrom)];
    for (id, kind) in singles.into_iter().flatten() {
        found.extend(casework::find(connection, &id).await?.map(|other| (kind, other)));
    }
    found.extend(casework::merged_into(connection, &ticket.id).await?.into_iter().map(|one| (Related::TakenIn, one)));
    found.extend(casework::split_from(connection, &ticket.id).await?.into_iter().map(|one| (Related::SplitOff, one)));
    let relation = |(kind, other): (Related, Ticket)| Relation {
        kind,
        seen: other.is_seen_by(&visit.member),
        number: other.number,
    };
    Ok(found.into_iter().map(relation).collect())
}

/// Open tickets of the same unit in nearly the same words, the nearest first, for whoever might merge them.
async fn near(
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
) -> Result<Vec<(String, String)>, StoreError> {
    if !ticket.state.is_open() || !visit.member.sees(&ticket.unit) {
        return Ok(Vec::new());
    }
    let own = pairs(&ticket.question);
    let mut found: Vec<(usize, (String, String))> = casework::beside(connection, ticket)
        .await?
        .into_iter()
        .map(|other| {
            let pairs = pairs(&other.1);
            // In percent of all pairs of characters that either has.
            (100 * own.intersection(&pairs).count() / own.union(&pairs).count().max(1), other)
        })
        .filter(|(alike, _)| *alike >= 20)
        .collect();
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then(one.0.cmp(&other.0)));
    Ok(found.into_iter().take(NEAR).map(|(_, other)| other).collect())
}

fn pairs(words: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = words.chars().filter(|letter| letter.is_alphanumeric()).collect();
    letters.iter().copied().zip(letters.iter().copied().skip(1)).collect()
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
    /// The note that was refused.
    pub(super) note: Option<Fields>,
    /// Whether a file was refused: its form stays open.
    pub(super) file: bool,
    /// The knowledge form that was refused.
    pub(super) offered: Option<Offer>,
}

fn done_phrase(done: &str) -> Option<Phrase> {
    match done {
        "proposed" => Some(phrase!("console-done-proposed")),
        "noted" => Some(phrase!("console-done-noted")),
        "struck" => Some(phrase!("console-done-struck")),
        act => Act::named(act).map(Act::done),
    }
}

/// The page as an answer.
pub(super) fn page(console: &Console, visit: &Visit, opened: &Opened, said: Said, status: StatusCode) -> Response {
    let Opened { ticket, events, names, knowledge, grounds, .. } = opened;
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-ticket-title", number = &ticket.number));
    let here = format!("/console/tickets/{}", encoded(&ticket.number));
    let forms = forms::forms(console, visit, opened, said.typed.as_ref());
    // What was typed into a form that no longer fits the state must not be lost.
    let answered = matches!(ticket.state, TicketState::Answered { .. } | TicketState::Rated { .. });
    let offerable = answered && knowledge.is_none() && visit.member.works_for(&ticket.unit);
    let leftover = match &said.typed {
        Some((act, fields)) if !forms::allowed(console, visit, ticket, *act) => fields.worth_keeping(),
        None if !offerable => said.kept,
        _ => Vec::new(),
    };
    let body = html! {
        h1 { (title) }
        (kept(reader, &leftover))
        (live::section(reader, names, &opened.present))
        dl.facts data-part="facts" {
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
            @if let Some(worker) = ticket.state.worker() {
                div {
                    dt { (reader.say(&phrase!("console-column-worker"))) }
                    dd { (names.of_login(worker)) }
                }
            }
            @if let Some(kind) = ticket.kind {
                div {
                    dt { (reader.say(&phrase!("console-column-message-kind"))) }
                    dd { (reader.say(&told_kind(reader, kind))) }
                }
            }
            (course::clocks(visit, &console.calendar, ticket))
        }
        h2 { (reader.say(&phrase!("console-question"))) }
        blockquote.words.asked { (ticket.question) }
        (grounds::section(reader, &names.units, grounds.as_ref()))
        div data-part="course" {
            (course::section(visit, opened))
            (state_words(visit, opened))
        }
        div data-part="files" data-keep[said.file] { (files::section(console, visit, opened, said.file)) }
        (notes::section(console, visit, opened, said.note.as_ref()))
        div data-part="forms" data-keep[said.typed.is_some()] { (forms) }
        (start::section(visit, opened))
        div data-part="knowledge" data-keep[said.offered.is_some()] {
            @if let TicketState::Answered { reply } | TicketState::Rated { reply, .. } = &ticket.state {
                (offer::section(visit, opened, reply, said.offered))
            }
        }
        h2 { (reader.say(&phrase!("console-history"))) }
        div data-part="history" { (history::list(reader, names, events)) }
    };
    let stamp = live::Stamp::of(ticket, &opened.notes, &opened.present);
    Shell::new(visit, &title, &here)
        .news(format!("{here}/live?since={stamp}"))
        .typing(format!("{here}/typing"))
        .problems(said.problems)
        .done(said.done)
        .respond(status, &body)
}

/// What kind of message it is, and how that is known.
fn told_kind(reader: &Reader, kind: TicketKind) -> Phrase {
    let named = reader.say(&kind_phrase(kind.kind()));
    match kind {
        TicketKind::Guessed { percent, .. } => phrase!("console-kind-sure", kind = named, percent = percent),
        TicketKind::Set(_) => phrase!("console-kind-set", kind = named),
    }
}

/// The draft, the reply or the reason that the state holds.
fn state_words(visit: &Visit, Opened { ticket, names, .. }: &Opened) -> Markup {
    let reader = &visit.reader;
    match &ticket.state {
        TicketState::Drafted { draft } => html! {
            h2 { (reader.say(&phrase!("console-draft-by", author = names.of_login(&draft.author)))) }
            @if let Purpose::Referral { place } = &draft.purpose {
                p { (reader.say(&phrase!("console-draft-refers", place = place))) }
            }
            blockquote.words { (draft.text) }
            (start::told(reader, draft.origin.as_ref()))
            (files::enclosed(visit, ticket, &ticket.course.enclosures))
        },
        TicketState::Answered { reply } | TicketState::Rated { reply, .. } => html! {
            h2 { (reader.say(&phrase!("console-reply"))) }
            blockquote.words { (reply.text) }
            (files::enclosed(visit, ticket, &reply.enclosures))
            p {
                (reader.say(&phrase!(
                    "console-reply-by",
                    author = names.of_login(&reply.author),
                    reviewer = names.of_login(&reply.approved_by),
                    at = reply.at
                )))
            }
            @if let TicketState::Rated { words, .. } = &ticket.state && !words.is_empty() {
                h3 { (reader.say(&phrase!("console-rated-words"))) }
                blockquote.words { (words) }
            }
        },
        TicketState::Returned { unit, reason } => html! {
            h2 { (reader.say(&phrase!("console-returned-by", unit = unit_name(&names.units, unit)))) }
            // A silent unit gave none.
            @if !reason.is_empty() { blockquote.words { (reason) } }
        },
        TicketState::AwaitingCitizen { ends, .. } => html! {
            p.hint { (reader.say(&phrase!("console-waits-until", day = *ends))) }
        },
        TicketState::Referred { reply, place } => html! {
            h2 { (reader.say(&phrase!("console-referred-to", place = place))) }
            blockquote.words { (reply.text) }
            (files::enclosed(visit, ticket, &reply.enclosures))
        },
        TicketState::Assigned
        | TicketState::Claimed { .. }
        | TicketState::Merged { .. }
        | TicketState::Lapsed
        | TicketState::Withdrawn => html! {},
    }
}
