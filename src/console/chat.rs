//! Staff in chat: the chats of the visitor's unit, which its reviewers bind and unbind, and the visitor's own account there.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::Fault,
    layout::{Problem, Shell, token},
    session::{Asking, Posted, Visit},
};
use crate::{
    audit,
    conversation::Say,
    directory::{
        accounts::{self, Account},
        chats::{self, Change, Chat, Event, mark},
        codes::{self, Purpose},
        staff::{self, Role, StaffMember},
    },
    locale::{DEFAULT, Phrase},
    outbox, phrase,
    store::StoreError,
};

/// How many changes of bindings are shown.
const SHOWN: i64 = 20;

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// What the page says beyond what is stored.
#[derive(Default)]
struct Said {
    problems: Vec<Problem>,
    done: Option<String>,
    /// A code that was just made: it is shown this once.
    code: Option<(Purpose, String)>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = match asked.as_ref().ok().and_then(|Query(asked)| asked.done.as_deref()) {
        Some("unlinked") => Some(phrase!("chat-done-unlinked")),
        Some("unbound") => Some(phrase!("chat-done-unbound")),
        _ => None,
    };
    let done = done.map(|phrase| visit.reader.say(&phrase));
    page(&console, &visit, Said { done, ..Said::default() }, StatusCode::OK).await
}

async fn page(console: &Console, visit: &Visit, said: Said, status: StatusCode) -> Result<Response, Fault> {
    let (member, reader) = (&visit.member, &visit.reader);
    if !member.works_for(&member.unit) {
        return Err(Fault::NotFound);
    }
    let mut connection = console.store.read().await?;
    let own = accounts::of_member(&mut connection, &member.id).await?;
    let chats = chats::of_unit(&mut connection, &member.unit).await?;
    let events = chats::events_of_unit(&mut connection, &member.unit, SHOWN).await?;
    let staff = staff::all(&mut connection).await?;
    drop(connection);
    let title = reader.say(&phrase!("chat-title"));
    let body = html! {
        h1 { (title) }
        p { (reader.say(&phrase!("chat-hint"))) }
        @if let Some((purpose, code)) = &said.code { (fresh(visit, *purpose, code)) }
        h2 { (reader.say(&phrase!("chat-own"))) }
        (own_account(visit, &own))
        h2 { (reader.say(&phrase!("chat-bound"))) }
        @if chats.is_empty() { p.none { (reader.say(&phrase!("chat-bound-none"))) } }
        @else { (table(visit, &chats, &staff)) }
        @if member.is(Role::Reviewer) {
            form method="post" action="/console/chat" {
                (token(visit))
                p.hint { (reader.say(&phrase!("chat-unit-code-hint"))) }
                button name="act" value="unit-code" { (reader.say(&phrase!("chat-unit-code"))) }
            }
        }
        @if !events.is_empty() {
            h2 { (reader.say(&phrase!("chat-events"))) }
            ol.history { @for event in &events { (line(visit, event, &staff)) } }
        }
    };
    Ok(Shell::new(visit, &title, "/console/chat").problems(said.problems).done(said.done).respond(status, &body))
}

/// A code, with what to do with it.
fn fresh(visit: &Visit, purpose: Purpose, code: &str) -> Markup {
    let (command, how) = match purpose {
        Purpose::Unit => ("/bind", phrase!("chat-unit-code-how")),
        Purpose::Member => ("/me", phrase!("chat-own-code-how")),
    };
    html! {
        div.panel role="status" {
            p { (visit.reader.say(&how)) }
            p { strong { code { (command) " " (code) } } }
            p.hint { (visit.reader.say(&phrase!("chat-code-once", minutes = codes::LIFE.as_mins()))) }
        }
    }
}

fn own_account(visit: &Visit, own: &[Account]) -> Markup {
    let reader = &visit.reader;
    html! {
        @if own.is_empty() { p.none { (reader.say(&phrase!("chat-own-none"))) } }
        @else {
            ul {
                @for one in own {
                    @let place = format!("{} · {}", one.address.channel, one.address.account);
                    li { (reader.say(&phrase!("chat-own-since", place = place, at = one.since))) }
                }
            }
        }
        form method="post" action="/console/chat" {
            (token(visit))
            p.hint { (reader.say(&phrase!("chat-own-code-hint"))) }
            button name="act" value="own-code" { (reader.say(&phrase!("chat-own-code"))) }
            @if !own.is_empty() {
                " " button.second name="act" value="unlink" { (reader.say(&phrase!("chat-unlink"))) }
            }
        }
    }
}

fn table(visit: &Visit, chats: &[Chat], staff: &[StaffMember]) -> Markup {
    let reader = &visit.reader;
    let decides = visit.member.is(Role::Reviewer);
    html! {
        table {
            caption { (reader.say(&phrase!("chat-bound"))) }
            thead {
                tr {
                    th scope="col" { (reader.say(&phrase!("chat-column-title"))) }
                    th scope="col" { (reader.say(&phrase!("chat-column-since"))) }
                    th scope="col" { (reader.say(&phrase!("chat-column-by"))) }
                    @if decides { th scope="col" { (reader.say(&phrase!("chat-column-act"))) } }
                }
            }
            tbody {
                @for chat in chats {
                    @let title = named(visit, &chat.title);
                    tr {
                        th scope="row" { (title) }
                        td data-label=(reader.say(&phrase!("chat-column-since"))) {
                            time datetime=(chat.bound_at.to_string()) {
                                (reader.say(&phrase!("console-time", at = chat.bound_at)))
                            }
                        }
                        td data-label=(reader.say(&phrase!("chat-column-by"))) { (name(staff, &chat.bound_by)) }
                        @if decides {
                            td data-label=(reader.say(&phrase!("chat-column-act"))) {
                                form method="post" action="/console/chat" {
                                    (token(visit))
                                    input type="hidden" name="chat" value=(mark(&chat.address));
                                    button.second name="act" value="unbind"
                                        aria-label=(reader.say(&phrase!("chat-unbind-one", title = &title))) {
                                        (reader.say(&phrase!("chat-unbind")))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn line(visit: &Visit, event: &Event, staff: &[StaffMember]) -> Markup {
    let reader = &visit.reader;
    let title = named(visit, &event.title);
    let who = event.actor.strip_prefix("staff:").map_or("", |login| name(staff, login));
    let told = match event.change {
        Change::Bound => phrase!("chat-event-bound", title = title, who = who),
        Change::Unbound => phrase!("chat-event-unbound", title = title, who = who),
        Change::Removed => phrase!("chat-event-removed", title = title),
        Change::Unreachable => phrase!("chat-event-unreachable", title = title),
        Change::Moved => phrase!("chat-event-moved", title = title),
    };
    html! {
        li {
            time datetime=(event.at.to_string()) { (reader.say(&phrase!("console-time", at = event.at))) }
            " " (reader.say(&told))
        }
    }
}

/// What a chat is called.
fn named(visit: &Visit, title: &str) -> String {
    if title.is_empty() { visit.reader.say(&phrase!("chat-private")) } else { title.to_owned() }
}

fn name<'a>(staff: &'a [StaffMember], login: &'a str) -> &'a str {
    staff.iter().find(|member| member.login == login).map_or(login, |member| member.name.as_str())
}

/// Makes a code, unlinks the visitor's account or unbinds a chat.
pub(super) async fn act(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let member = &visit.member;
    if !member.works_for(&member.unit) {
        return Err(Fault::NotFound);
    }
    match fields.get("act") {
        "own-code" => make_code(&console, &visit, Purpose::Member).await,
        "unit-code" if member.is(Role::Reviewer) => make_code(&console, &visit, Purpose::Unit).await,
        "unlink" => {
            let mut tx = console.store.begin().await?;
            if accounts::unlink(&mut tx, &member.id).await? > 0 {
                let label = visit.label();
                let nothing = serde_json::Value::Null;
                audit::append(&mut tx, visit.now, &label, "account.unlinked", &label, &nothing).await?;
            }
            tx.commit().await?;
            Ok(Redirect::to("/console/chat?done=unlinked").into_response())
        }
        "unbind" if member.is(Role::Reviewer) => {
            if unbind(&console, &visit, fields.get("chat")).await? {
                return Ok(Redirect::to("/console/chat?done=unbound").into_response());
            }
            let gone = Problem::new(visit.reader.say(&phrase!("chat-gone")));
            let said = Said { problems: vec![gone], ..Said::default() };
            page(&console, &visit, said, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        "unit-code" | "unbind" => Err(Fault::NotFound),
        _ => Err(Fault::Unreadable),
    }
}

async fn make_code(console: &Console, visit: &Visit, purpose: Purpose) -> Result<Response, Fault> {
    let member = &visit.member;
    let (subject, action, about) = match purpose {
        Purpose::Unit => (&member.unit, "chat.code_made", format!("unit:{}", member.unit)),
        Purpose::Member => (&member.login, "account.code_made", visit.label()),
    };
    let mut tx = console.store.begin().await?;
    let code = codes::make(&mut tx, &console.ids, (purpose, subject), &member.login, visit.now).await?;
    audit::append(&mut tx, visit.now, &visit.label(), action, &about, &serde_json::Value::Null).await?;
    tx.commit().await?;
    page(console, visit, Said { code: Some((purpose, code)), ..Said::default() }, StatusCode::OK).await
}

/// Ends a binding of the visitor's unit and says so in the chat; gives whether it was still there.
async fn unbind(console: &Console, visit: &Visit, chosen: &str) -> Result<bool, StoreError> {
    let member = &visit.member;
    let mut tx = console.store.begin().await?;
    let chats = chats::of_unit(&mut tx, &member.unit).await?;
    let Some(chat) = chats.into_iter().find(|chat| mark(&chat.address) == chosen) else { return Ok(false) };
    let told: Phrase = phrase!("staff-chat-unbound", name = &member.name);
    let farewell = Say::text(told).render(&console.locales, DEFAULT);
    let id = console.ids.next();
    outbox::enqueue(&mut tx, &id, &chat.address, &format!("unbound:{id}"), &farewell, visit.now).await?;
    if !chats::end(&mut tx, &console.ids, &chat, (Change::Unbound, &visit.label()), visit.now).await? {
        return Ok(false);
    }
    let detail = serde_json::json!({ "chat": mark(&chat.address) });
    let subject = format!("unit:{}", member.unit);
    audit::append(&mut tx, visit.now, &visit.label(), "chat.unbound", &subject, &detail).await?;
    tx.commit().await?;
    console.wake.wrote_to(&chat.address);
    Ok(true)
}
