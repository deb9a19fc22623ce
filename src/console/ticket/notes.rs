//! Internal notes on a ticket's page: read, written, struck out by their authors.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{Opened, Said, open, page};
use crate::{
    audit,
    casework::{
        notes::{self, Body, Desk, MAX_NOTE, NewNote, Note, Readers, Unmentionable},
        notices::{self, Audience, Matter},
    },
    console::{
        Console,
        frame::Fault,
        layout::{Problem, encoded, token},
        session::{Fields, Posted, Visit},
        tickets::unit_name,
    },
    directory::staff::StaffMember,
    phrase,
};

/// The field for a note, which a refusal is about.
const FIELD: &str = "note";
/// The longest name of a form, in bytes: those that we hand out are 36.
const MAX_FORM_NAME: usize = 64;

/// The notes that the visitor may read, and the form where they work on the ticket.
pub(super) fn section(console: &Console, visit: &Visit, opened: &Opened, typed: Option<&Fields>) -> Markup {
    let reader = &visit.reader;
    let desk = Desk::of(&opened.ticket, &visit.member);
    html! {
        @if desk.is_some() || !opened.notes.is_empty() {
            section.notes id="notes" aria-labelledby="notes-title" {
                h2 id="notes-title" { (reader.say(&phrase!("console-notes"))) }
                div data-part="notes" {
                    @if !opened.notes.is_empty() {
                        ol { @for note in &opened.notes { (line(visit, opened, note)) } }
                    }
                }
                @if let Some(desk) = &desk { (form(console, visit, opened, desk, typed)) }
            }
        }
    }
}

fn line(visit: &Visit, opened: &Opened, note: &Note) -> Markup {
    let (reader, names) = (&visit.reader, &opened.names);
    let author = names.of_login(&note.author);
    let whose = match &note.readers {
        Readers { desk: Desk::Unit(unit), dispatch_too: false } => unit_name(&names.units, unit).to_owned(),
        Readers { desk: Desk::Unit(unit), dispatch_too: true } => {
            reader.say(&phrase!("console-note-with-dispatch", unit = unit_name(&names.units, unit)))
        }
        Readers { desk: Desk::Dispatch, .. } => reader.say(&phrase!("console-note-dispatch")),
    };
    html! {
        li {
            p.said { (reader.say(&phrase!("console-note-by", author = author, whose = whose, at = note.at))) }
            @match &note.body {
                Body::Words(words) => {
                    p.words { (words) }
                    @if note.author == visit.member.login {
                        form method="post" action={ (address(&opened.ticket.number)) "/" (note.id) } {
                            (token(visit))
                            button.second { (reader.say(&phrase!("console-note-strike"))) }
                        }
                    }
                }
                Body::StruckOut { at } => p.hint { (reader.say(&phrase!("console-note-struck", at = *at))) },
                Body::Erased { at } => p.hint { (reader.say(&phrase!("console-note-erased", at = *at))) },
            }
        }
    }
}

fn form(console: &Console, visit: &Visit, opened: &Opened, desk: &Desk, typed: Option<&Fields>) -> Markup {
    let reader = &visit.reader;
    let words = typed.map_or("", |fields| fields.get(FIELD));
    let dispatch_too = typed.is_some_and(|fields| !fields.get("dispatch").is_empty());
    let hint = match desk {
        Desk::Unit(unit) => phrase!("console-note-hint-unit", unit = unit_name(&opened.names.units, unit)),
        Desk::Dispatch => phrase!("console-note-hint-dispatch"),
    };
    html! {
        // Unfolded by whoever has something to say.
        details.act open[typed.is_some()] {
            summary { (reader.say(&phrase!("console-note-label"))) }
            form method="post" action=(address(&opened.ticket.number)) {
                (token(visit))
                input type="hidden" name="form" value=(console.ids.next());
                label for=(FIELD) { (reader.say(&phrase!("console-note-words"))) }
                textarea id=(FIELD) name=(FIELD) rows="3" maxlength=(MAX_NOTE) required aria-describedby="note-hint" {
                    "\n" (words)
                }
                p.hint id="note-hint" { (reader.say(&hint)) }
                p.hint { (reader.say(&phrase!("console-note-hint-mention"))) }
                @if matches!(desk, Desk::Unit(_)) {
                    label.box for="note-dispatch" {
                        input type="checkbox" id="note-dispatch" name="dispatch" value="1" checked[dispatch_too];
                        (reader.say(&phrase!("console-note-dispatch-too")))
                    }
                }
                (mentionable(visit, opened, desk))
                button.second { (reader.say(&phrase!("console-note-write"))) }
            }
        }
    }
}

/// Whom a note can mention.
fn mentionable(visit: &Visit, opened: &Opened, desk: &Desk) -> Markup {
    let reader = &visit.reader;
    let only = Readers { desk: desk.clone(), dispatch_too: false };
    let too = Readers { desk: desk.clone(), dispatch_too: true };
    let others = || opened.names.staff.iter().filter(|member| member.login != visit.member.login);
    let own = || others().filter(|member| only.admit(&opened.ticket, member));
    let dispatchers =
        || others().filter(|member| too.admit(&opened.ticket, member) && !only.admit(&opened.ticket, member));
    let names = |members: &mut dyn Iterator<Item = &StaffMember>| {
        reader.list(
            members
                .map(|member| reader.say(&phrase!("console-note-mention", login = &member.login, name = &member.name))),
        )
    };
    html! {
        @if own().next().is_some() {
            p.hint { (reader.say(&phrase!("console-note-mentionable", names = names(&mut own())))) }
        }
        @if dispatchers().next().is_some() {
            p.hint { (reader.say(&phrase!("console-note-mentionable-dispatch", names = names(&mut dispatchers())))) }
        }
    }
}

fn address(number: &str) -> String {
    format!("/console/tickets/{}/notes", encoded(number))
}

/// Takes a note.
pub(in crate::console) async fn write(
    State(console): State<Console>,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    written(&console, &visit, &number, &fields).await.map_err(|fault| fault.keeping(&fields))
}

async fn written(console: &Console, visit: &Visit, number: &str, fields: &Fields) -> Result<Response, Fault> {
    let mut tx = console.store.begin().await?;
    let opened = open(console, &mut tx, visit, number).await?;
    let Some(desk) = Desk::of(&opened.ticket, &visit.member) else {
        drop(tx);
        let problems = vec![Problem::new(visit.reader.say(&phrase!("console-note-refused")))];
        let said = Said { problems, kept: fields.worth_keeping(), ..Said::default() };
        return Ok(page(console, visit, &opened, said, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let dispatch_too = desk != Desk::Dispatch && !fields.get("dispatch").is_empty();
    let readers = Readers { desk, dispatch_too };
    let (text, mentioned) = match checked(visit, &opened, &readers, fields.get(FIELD)) {
        Ok(checked) => checked,
        Err(problem) => {
            drop(tx);
            let said = Said { problems: vec![problem], note: Some(fields.clone()), ..Said::default() };
            return Ok(page(console, visit, &opened, said, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let (id, ticket) = (console.ids.next(), &opened.ticket);
    // One without a name, which no page of ours sends, is a note of its own.
    let form = Some(fields.get("form")).filter(|form| (1..=MAX_FORM_NAME).contains(&form.len())).unwrap_or(&id);
    let note =
        NewNote { id: &id, ticket: &ticket.id, author: &visit.member.login, readers: &readers, text: &text, form };
    if notes::write(&mut tx, &note, visit.now).await? {
        for login in &mentioned {
            let to = Audience::Member(login.clone());
            notices::post(&mut tx, &console.ids.next(), (&to, Matter::Mentioned), &ticket.id, visit.now).await?;
        }
        let unit = match &readers.desk {
            Desk::Unit(unit) => Some(unit),
            Desk::Dispatch => None,
        };
        let detail = serde_json::json!({
            "note": id, "unit": unit, "dispatch_too": dispatch_too, "mentioned": mentioned.len(),
        });
        let subject = format!("ticket:{}", ticket.number);
        audit::append(&mut tx, visit.now, &visit.label(), "ticket.noted", &subject, &detail).await?;
        tx.commit().await?;
        console.wake.desks_changed();
    }
    Ok(Redirect::to(&format!("/console/tickets/{}?done=noted", encoded(number))).into_response())
}

/// A note's words and the logins that it mentions, besides its author's, or what must be put right.
fn checked(visit: &Visit, opened: &Opened, readers: &Readers, text: &str) -> Result<(String, Vec<String>), Problem> {
    let problem = |phrase| Problem::at(FIELD, visit.reader.say(&phrase));
    let text = notes::checked(text).ok_or_else(|| problem(phrase!("console-note-bad-text", max = MAX_NOTE)))?;
    let mentioned = notes::mentioned(&text, &opened.names.staff, |member| readers.admit(&opened.ticket, member));
    let mentioned = mentioned.map_err(|refused| {
        problem(match refused {
            Unmentionable::Unknown(name) => phrase!("console-mention-unknown", name = name),
            Unmentionable::NotAReader(name) => phrase!("console-mention-not-a-reader", name = name),
            Unmentionable::Several(name) => phrase!("console-mention-several", name = name),
        })
    })?;
    let logins = mentioned.into_iter().map(|member| member.login.clone());
    let logins = logins.filter(|login| *login != visit.member.login).collect();
    Ok((text, logins))
}

/// Strikes out a note of the visitor's own.
pub(in crate::console) async fn strike(
    State(console): State<Console>,
    Path((number, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let visit = posted.visit;
    let mut tx = console.store.begin().await?;
    let opened = open(&console, &mut tx, &visit, &number).await?;
    let note = opened.notes.iter().find(|note| note.id == id).ok_or(Fault::NotFound)?;
    if note.author != visit.member.login {
        drop(tx);
        let problems = vec![Problem::new(visit.reader.say(&phrase!("console-note-not-yours")))];
        let said = Said { problems, ..Said::default() };
        return Ok(page(&console, &visit, &opened, said, StatusCode::UNPROCESSABLE_ENTITY));
    }
    // One that is struck out, or erased, stays so.
    if notes::strike(&mut tx, (&opened.ticket.id, &id), &visit.member.login, visit.now).await? {
        let subject = format!("ticket:{}", opened.ticket.number);
        let detail = serde_json::json!({ "note": id });
        audit::append(&mut tx, visit.now, &visit.label(), "ticket.note_struck", &subject, &detail).await?;
        tx.commit().await?;
        console.wake.desks_changed();
    }
    Ok(Redirect::to(&format!("/console/tickets/{}?done=struck", encoded(&number))).into_response())
}
