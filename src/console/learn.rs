//! What a unit can learn from its replies: those that may become knowledge, and answers to look at again because they
//! helped nobody. Each leaves its list by being published or by a decision with a reason.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    documents::{self, actor},
    frame::Fault,
    layout::{Problem, encoded, token},
    offer,
    session::{Fields, Posted, Visit},
    ticket,
    tickets::beginning,
};
use crate::{
    audit,
    casework::{
        Ticket,
        learning::{self, Verdict},
    },
    directory::{staff::Role, units},
    knowledge::{
        Source,
        interpretation::{self, ActError, StoredInterpretation},
        personal::{self, Public},
        second_look::{self, Unhelpful},
    },
    locale::Phrase,
    message::clean,
    phrase,
    store::{Connection, StoreError},
};

/// How many replies are offered at once.
const OFFERED: i64 = 20;
/// How many of the citizens' wordings are shown.
const SAID: usize = 5;
/// The longest reason, in characters.
const MAX_REASON: usize = 500;

/// What waits for the unit.
pub(super) struct ToDo {
    /// Replies that may become knowledge, each with what is published already, if anything.
    replies: Vec<(Ticket, Option<Source>)>,
    /// Published items that helped nobody.
    items: Vec<Unhelpful>,
    /// Replies that solved nothing, with the citizens' words and what was made of them.
    rated: Vec<(Ticket, String, Option<StoredInterpretation>)>,
    public: Public,
}

/// Looks for what waits.
pub(super) async fn load(console: &Console, connection: &mut Connection, visit: &Visit) -> Result<ToDo, StoreError> {
    let public = Public::of(&units::all(connection).await?);
    let unit = visit.member.unit.as_str();
    let mut to_do = ToDo { replies: Vec::new(), items: Vec::new(), rated: Vec::new(), public };
    if !visit.member.works_for(unit) {
        return Ok(to_do);
    }
    let since = console.second_look.since(visit.now);
    let replies = learning::open(connection, unit, OFFERED).await?;
    to_do.replies = replies.into_iter().map(|one| (offer::near(console, &one.question), one)).map(swapped).collect();
    to_do.items = second_look::list(connection, unit, since).await?;
    to_do.items.retain(|item| item.people >= usize::from(console.second_look.people));
    for (ticket, words, rated_at) in learning::unhelpful(connection, unit, since).await? {
        let id = offer::id_for(&ticket);
        if !second_look::is_dealt_with(connection, &id, rated_at).await? {
            let known = interpretation::find(connection, &id).await?;
            to_do.rated.push((ticket, words, known));
        }
    }
    Ok(to_do)
}

fn swapped<A, B>((a, b): (A, B)) -> (B, A) {
    (b, a)
}

/// Both lists; nothing where nothing waits.
pub(super) fn section(visit: &Visit, to_do: &ToDo) -> Markup {
    let reader = &visit.reader;
    let masked = |words: &str| personal::mask(words, &to_do.public).text;
    let reviews = visit.member.is(Role::Reviewer);
    html! {
        @if !to_do.replies.is_empty() {
            h2 id="learn" { (reader.say(&phrase!("learn-replies"))) }
            p { (reader.say(&phrase!("learn-replies-hint"))) }
            ul.starts {
                @for (ticket, near) in &to_do.replies {
                    @let path = format!("/console/tickets/{}", encoded(&ticket.number));
                    li {
                        a href=(path) { (ticket.number) }
                        p.words { (masked(&beginning(&ticket.question))) }
                        @if let Some(near) = near {
                            p.hint { (reader.say(&phrase!("learn-published-already"))) " " (offer::link(near)) }
                        } @else {
                            p { a href={ (path) "#knowledge" } { (reader.say(&phrase!("learn-open", number = &ticket.number))) } }
                        }
                        (decline_form(visit, &ticket.number))
                    }
                }
            }
        }
        @if !(to_do.items.is_empty() && to_do.rated.is_empty()) {
            h2 id="look-again" { (reader.say(&phrase!("learn-again"))) }
            p { (reader.say(&phrase!("learn-again-hint"))) }
            ul.starts {
                @for item in &to_do.items {
                    @let path = format!("/console/documents/{}", encoded(&item.interpretation));
                    li {
                        a href=(path) { (item.question) }
                        p { (reader.say(&phrase!("learn-people", count = item.people))) }
                        @for asked in item.asked.iter().take(SAID) { p.words { (masked(asked)) } }
                        @if reviews {
                            (reason_form(visit, &format!("{path}/keep"), &item.document, &reader.say(&phrase!("learn-keep", name = &item.question))))
                        }
                    }
                }
                @for (ticket, words, known) in &to_do.rated {
                    @let path = format!("/console/tickets/{}", encoded(&ticket.number));
                    li {
                        a href=(path) { (ticket.number) }
                        " " (masked(&beginning(&ticket.question)))
                        p { (reader.say(&phrase!("learn-said"))) }
                        p.words { (masked(words)) }
                        @if let Some(known) = known {
                            p { a href={ "/console/documents/" (encoded(&known.content.id)) } { (known.content.title) } }
                        }
                        @if reviews {
                            (reason_form(visit, &format!("{path}/keep-reply"), "", &reader.say(&phrase!("learn-keep", name = &ticket.number))))
                        }
                    }
                }
            }
        }
    }
}

/// The form that takes a reply off the list.
pub(super) fn decline_form(visit: &Visit, number: &str) -> Markup {
    let label = visit.reader.say(&phrase!("learn-decline", number = number));
    reason_form(visit, &format!("/console/tickets/{}/not-knowledge", encoded(number)), "", &label)
}

/// A form with a reason, folded away until somebody wants it.
fn reason_form(visit: &Visit, action: &str, item: &str, label: &str) -> Markup {
    html! {
        details {
            summary { (label) }
            form.act method="post" action=(action) {
                (token(visit))
                @if !item.is_empty() { input type="hidden" name="item" value=(item); }
                label {
                    (visit.reader.say(&phrase!("learn-reason")))
                    input name="reason" maxlength=(MAX_REASON) required;
                }
                button.second aria-label=(label) { (visit.reader.say(&phrase!("learn-decide"))) }
            }
        }
    }
}

/// The reason that was typed, unless it is empty or too long.
fn reason(fields: &Fields) -> Option<String> {
    let reason = clean(fields.get("reason"));
    let fits = !reason.is_empty() && reason.chars().nth(MAX_REASON).is_none();
    fits.then_some(reason)
}

/// The list with the refusal; what was typed is shown once more.
async fn refused(console: &Console, visit: &Visit, fields: &Fields, why: Phrase) -> Result<Response, Fault> {
    let typed = clean(fields.get("reason"));
    let mut problems = vec![Problem::new(visit.reader.say(&why))];
    if !typed.is_empty() {
        problems.push(Problem::new(typed));
    }
    documents::overview(console, visit, (problems, None), StatusCode::UNPROCESSABLE_ENTITY).await
}

fn listed() -> Response {
    Redirect::to("/console/documents?done=yes").into_response()
}

/// Takes a reply off the list of those that may become knowledge.
pub(super) async fn decline(
    State(console): State<Console>,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    decide(&console, &number, &posted, Verdict::Declined).await.map_err(|fault| fault.keeping(&posted.fields))
}

/// Keeps a reply as it is although it solved nothing. For reviewers.
pub(super) async fn keep_reply(
    State(console): State<Console>,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    decide(&console, &number, &posted, Verdict::Kept).await.map_err(|fault| fault.keeping(&posted.fields))
}

async fn decide(console: &Console, number: &str, posted: &Posted, verdict: Verdict) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let mut tx = console.store.begin().await?;
    let opened = ticket::open(console, &mut tx, visit, number).await?;
    let ticket = &opened.ticket;
    if !visit.member.works_for(&ticket.unit) || verdict == Verdict::Kept && !visit.member.is(Role::Reviewer) {
        drop(tx);
        return refused(console, visit, fields, phrase!("console-refused-missing-role")).await;
    }
    if ticket.state.reply().is_none() {
        drop(tx);
        return refused(console, visit, fields, phrase!("console-refused-wrong-state")).await;
    }
    let Some(reason) = reason(fields) else {
        drop(tx);
        return refused(console, visit, fields, phrase!("learn-no-reason")).await;
    };
    learning::decide(&mut tx, &ticket.id, (verdict, &reason), &visit.member.login, visit.now).await?;
    let (login, subject) = (format!("staff:{}", visit.member.login), format!("ticket:{}", ticket.number));
    let action = format!("reply.{}", verdict.name());
    audit::append(&mut tx, visit.now, &login, &action, &subject, &serde_json::json!({ "reason": reason })).await?;
    tx.commit().await?;
    Ok(listed())
}

/// Keeps a published item as it is although it helped nobody. For reviewers of its owner.
pub(super) async fn keep(
    State(console): State<Console>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let item = fields.get("item");
    if item.split_once('#').is_none_or(|(document, _)| document != id) {
        return Err(Fault::Unreadable);
    }
    let mut tx = console.store.begin().await?;
    documents::open(&mut tx, &visit, &id).await?;
    let Some(reason) = reason(&fields) else {
        drop(tx);
        return refused(&console, &visit, &fields, phrase!("learn-no-reason")).await;
    };
    match second_look::keep(&mut tx, item, &reason, &actor(&visit), visit.now).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(listed())
        }
        Err(ActError::Refused(refusal)) => {
            drop(tx);
            refused(&console, &visit, &fields, refusal.phrase()).await
        }
        Err(ActError::Unknown { .. }) => Err(Fault::NotFound),
        Err(ActError::Store(error)) => Err(error.into()),
    }
}
