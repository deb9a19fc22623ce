//! Web hooks, for administrators: which there are, what became of their deliveries; trying one, and trying again.

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
    reader::Reader,
    session::{AdministratorVisit, Asking, Posted, Visit},
    tickets::unit_name,
};
use crate::{
    audit,
    directory::{
        staff::Role,
        units::{self, Unit},
    },
    hook::{self, Delivery, Hook, Kind, Status},
    locale::Phrase,
    phrase,
};

/// How many deliveries of each list are shown.
const SHOWN: i64 = 50;

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    AdministratorVisit(visit): AdministratorVisit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = match asked.as_ref().ok().and_then(|Query(asked)| asked.done.as_deref()) {
        Some("tested") => Some(visit.reader.say(&phrase!("hooks-test-queued"))),
        Some("again") => Some(visit.reader.say(&phrase!("hooks-try-again-queued"))),
        _ => None,
    };
    page(&console, &visit, (Vec::new(), done), StatusCode::OK).await
}

async fn page(
    console: &Console,
    visit: &Visit,
    (problems, done): (Vec<Problem>, Option<String>),
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let units = units::all(&mut connection).await?;
    let given_up = hook::given_up(&mut connection, SHOWN).await?;
    let latest = hook::latest(&mut connection, SHOWN).await?;
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("hooks-title"));
    let body = html! {
        h1 { (title) }
        p { (reader.say(&phrase!("hooks-hint"))) }
        @if console.hooks.0.is_empty() { p.none { (reader.say(&phrase!("hooks-none"))) } }
        @else {
            table {
                caption { (title) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("hooks-name"))) }
                        th scope="col" { (reader.say(&phrase!("hooks-kind"))) }
                        th scope="col" { (reader.say(&phrase!("hooks-target"))) }
                        th scope="col" { (reader.say(&phrase!("hooks-events"))) }
                        th scope="col" { (reader.say(&phrase!("hooks-units"))) }
                        th scope="col" { (reader.say(&phrase!("hooks-action"))) }
                    }
                }
                tbody { @for hook in &console.hooks.0 { (row(visit, hook, &units)) } }
            }
        }
        h2 id="given-up" { (reader.say(&phrase!("hooks-given-up"))) }
        @if given_up.is_empty() { p.none { (reader.say(&phrase!("hooks-given-up-none"))) } }
        @else { (deliveries(visit, &reader.say(&phrase!("hooks-given-up")), &given_up)) }
        h2 { (reader.say(&phrase!("hooks-latest"))) }
        @if latest.is_empty() { p.none { (reader.say(&phrase!("hooks-latest-none"))) } }
        @else { (deliveries(visit, &reader.say(&phrase!("hooks-latest")), &latest)) }
    };
    Ok(Shell::new(visit, &title, "/console/hooks").problems(problems).done(done).respond(status, &body))
}

fn row(visit: &Visit, hook: &Hook, units: &[Unit]) -> Markup {
    let reader = &visit.reader;
    html! {
        tr {
            th scope="row" { (hook.name) }
            td data-label=(reader.say(&phrase!("hooks-kind"))) { (reader.say(&kind(&hook.kind))) }
            td data-label=(reader.say(&phrase!("hooks-target"))) { (hook.target.origin()) }
            td data-label=(reader.say(&phrase!("hooks-events"))) {
                (reader.list(hook.events.iter().map(|name| name.text())))
            }
            td data-label=(reader.say(&phrase!("hooks-units"))) {
                @if hook.units.is_empty() { (reader.say(&phrase!("hooks-units-all"))) }
                @else { (reader.list(hook.units.iter().map(|code| unit_name(units, code)))) }
            }
            td data-label=(reader.say(&phrase!("hooks-action"))) {
                form method="post" action="/console/hooks" {
                    (token(visit))
                    input type="hidden" name="hook" value=(hook.name);
                    button.second aria-label=(reader.say(&phrase!("hooks-send-test-to", hook = &hook.name))) {
                        (reader.say(&phrase!("hooks-send-test")))
                    }
                }
            }
        }
    }
}

fn deliveries(visit: &Visit, title: &str, list: &[Delivery]) -> Markup {
    let reader = &visit.reader;
    html! {
        table {
            caption { (title) }
            thead {
                tr {
                    th scope="col" { (reader.say(&phrase!("hooks-event"))) }
                    th scope="col" { (reader.say(&phrase!("hooks-subject"))) }
                    th scope="col" { (reader.say(&phrase!("hooks-name"))) }
                    th scope="col" { (reader.say(&phrase!("hooks-written"))) }
                    th scope="col" { (reader.say(&phrase!("hooks-state"))) }
                    th scope="col" { (reader.say(&phrase!("hooks-note"))) }
                }
            }
            tbody {
                @for one in list {
                    tr {
                        th scope="row" { (one.event) }
                        td data-label=(reader.say(&phrase!("hooks-subject"))) { (one.subject) }
                        td data-label=(reader.say(&phrase!("hooks-name"))) { (one.hook) }
                        td data-label=(reader.say(&phrase!("hooks-written"))) {
                            time datetime=(one.created_at.to_string()) {
                                (reader.say(&phrase!("console-time", at = one.created_at)))
                            }
                        }
                        td data-label=(reader.say(&phrase!("hooks-state"))) {
                            (reader.say(&state(one)))
                            @if one.status == Status::GivenUp { (again(visit, one)) }
                        }
                        td data-label=(reader.say(&phrase!("hooks-note"))) { (one.note.as_deref().unwrap_or_default()) }
                    }
                }
            }
        }
    }
}

fn again(visit: &Visit, one: &Delivery) -> Markup {
    let reader: &Reader = &visit.reader;
    let subject = if one.subject.is_empty() { &one.event } else { &one.subject };
    html! {
        form method="post" action="/console/hooks" {
            (token(visit))
            input type="hidden" name="delivery" value=(one.id);
            button.second aria-label=(reader.say(&phrase!("hooks-try-again-of", subject = subject, hook = &one.hook))) {
                (reader.say(&phrase!("hooks-try-again")))
            }
        }
    }
}

fn kind(kind: &Kind) -> Phrase {
    match kind {
        Kind::Plain { .. } => phrase!("hooks-kind-plain"),
        Kind::WeCom => phrase!("hooks-kind-wecom"),
        Kind::DingTalk { .. } => phrase!("hooks-kind-dingtalk"),
        Kind::Feishu { .. } => phrase!("hooks-kind-feishu"),
    }
}

fn state(one: &Delivery) -> Phrase {
    match one.status {
        Status::Queued if one.attempts == 0 => phrase!("hooks-state-queued"),
        Status::Queued => phrase!("hooks-state-waiting", attempts = one.attempts, at = one.due_at),
        Status::Sending => phrase!("hooks-state-sending"),
        Status::Sent => phrase!("hooks-state-sent", attempts = one.attempts),
        Status::GivenUp => phrase!("hooks-state-given-up", attempts = one.attempts),
    }
}

/// Sends a test, or tries again what was given up.
pub(super) async fn act(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    if !visit.member.is(Role::Administrator) {
        return Err(Fault::NotFound);
    }
    let refused = |what: Phrase| (vec![Problem::new(visit.reader.say(&what))], None);
    let mut tx = console.store.begin().await?;
    let (action, subject, done) = if let Some(hook) = console.hooks.find(fields.get("hook")) {
        hook::test(&mut tx, &console.ids, hook, visit.now).await?;
        ("hook.tested", format!("hook:{}", hook.name), "tested")
    } else {
        let delivery = fields.get("delivery");
        let Some(hook) = hook::try_again(&mut tx, delivery, visit.now).await? else {
            drop(tx);
            let said = refused(phrase!("hooks-try-again-gone"));
            return page(&console, &visit, said, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        if console.hooks.find(&hook).is_none() {
            // Nobody would ever send it: it would wait, and no longer be seen as given up.
            drop(tx);
            return page(&console, &visit, refused(phrase!("hooks-gone")), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        ("hook.tried_again", format!("hook:{hook}"), "again")
    };
    let detail = serde_json::json!({ "delivery": fields.get("delivery") });
    audit::append(&mut tx, visit.now, &visit.label(), action, &subject, &detail).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/console/hooks?done={done}")).into_response())
}
