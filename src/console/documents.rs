//! What the unit has explained: its policies, interpretations, guides and replies; and a reviewer's release of what a
//! colleague proposed.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::{Fault, kept},
    layout::{Problem, Shell, encoded, token},
    learn,
    offer::{self, Offer},
    session::{Asking, Fields, Posted, Visit},
    wordings,
};
use crate::{
    directory::{staff::Role, units},
    knowledge::{
        interpretation::{
            self, ActError, Actor, Interpretation, Item, Kind, State as DocumentState, Step, StoredInterpretation,
        },
        personal::Public,
        phrasing::{self, Proposal},
        policy,
    },
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// Where a document stands.
pub(super) fn state(state: &DocumentState) -> Phrase {
    match state {
        DocumentState::Draft { .. } => phrase!("console-document-draft"),
        DocumentState::InReview { .. } => phrase!("console-document-in-review"),
        DocumentState::Published { .. } => phrase!("console-document-published"),
        DocumentState::Withdrawn { .. } => phrase!("console-document-withdrawn"),
    }
}

fn kind(kind: &Kind) -> Phrase {
    match kind {
        Kind::Interpretation { .. } => phrase!("console-kind-interpretation"),
        Kind::Guide { .. } => phrase!("console-kind-guide"),
        Kind::Reply { .. } => phrase!("console-kind-reply"),
    }
}

/// The unit's documents.
pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = asked.is_ok_and(|Query(asked)| asked.done.is_some());
    let done = done.then(|| visit.reader.say(&phrase!("learn-done")));
    overview(&console, &visit, (Vec::new(), done), StatusCode::OK).await
}

/// The list, with what must be put right or was just done.
pub(super) async fn overview(
    console: &Console,
    visit: &Visit,
    (problems, done): (Vec<Problem>, Option<String>),
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let policies = policy::of_owner(&mut connection, visit.member.own_unit()).await?;
    let explained = interpretation::of_owner(&mut connection, visit.member.own_unit()).await?;
    let to_do = learn::load(console, &mut connection, visit).await?;
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-documents-title"));
    let in_force = |superseded: bool| {
        reader.say(&if superseded { phrase!("console-superseded") } else { phrase!("console-in-force") })
    };
    let basis = |kind: &Kind| match kind {
        Kind::Interpretation { policy } => {
            let known = policies.iter().find(|one| one.policy.id == *policy);
            known.map_or_else(String::new, |known| in_force(known.superseded_by.is_some()))
        }
        Kind::Guide { .. } | Kind::Reply { .. } => String::new(),
    };
    let body = html! {
        h1 { (title) }
        (learn::section(visit, &to_do))
        h2 { (reader.say(&phrase!("console-explanations"))) }
        @if explained.is_empty() { p.none { (reader.say(&phrase!("console-documents-none"))) } }
        @else {
            table {
                caption { (reader.say(&phrase!("console-explanations"))) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("console-column-title"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-kind"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-state"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-policy-in-force"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-changed"))) }
                    }
                }
                tbody {
                    @for one in &explained {
                        tr {
                            th scope="row" {
                                a href={ "/console/documents/" (encoded(&one.content.id)) } { (one.content.title) }
                            }
                            td data-label=(reader.say(&phrase!("console-column-kind"))) { (reader.say(&kind(&one.content.kind))) }
                            td data-label=(reader.say(&phrase!("console-column-state"))) { (reader.say(&state(&one.state))) }
                            td data-label=(reader.say(&phrase!("console-column-policy-in-force"))) { (basis(&one.content.kind)) }
                            td data-label=(reader.say(&phrase!("console-column-changed"))) { (reader.say(&phrase!("console-time", at = one.updated_at))) }
                        }
                    }
                }
            }
        }
        h2 { (reader.say(&phrase!("console-policies"))) }
        @if policies.is_empty() { p.none { (reader.say(&phrase!("console-documents-none"))) } }
        @else {
            table {
                caption { (reader.say(&phrase!("console-policies"))) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("console-column-title"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-document-number"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-dated"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-in-force"))) }
                    }
                }
                tbody {
                    @for one in &policies {
                        tr {
                            th scope="row" { (one.policy.title) }
                            td data-label=(reader.say(&phrase!("console-column-document-number"))) { (one.policy.number) }
                            td data-label=(reader.say(&phrase!("console-column-dated"))) { @if let Some(day) = one.policy.dated { (reader.day(day)) } }
                            td data-label=(reader.say(&phrase!("console-column-in-force"))) { (in_force(one.superseded_by.is_some())) }
                        }
                    }
                }
            }
        }
    };
    Ok(Shell::new(visit, &title, "/console/documents").problems(problems).done(done).respond(status, &body))
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// One document.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let document = open(&mut connection, &visit, &id).await?;
    let wordings = phrasing::open_of(&mut connection, &id).await?;
    let public = public(&mut connection).await?;
    drop(connection);
    let done = asked.is_ok_and(|Query(asked)| asked.done.is_some());
    let done = done.then(|| visit.reader.say(&phrase!("console-document-done")));
    Ok(page(&visit, &document, Said { done, wordings, public, ..Said::default() }, StatusCode::OK))
}

/// Whoever reloads the address of a form comes back to its document.
pub(super) async fn back(Path((id, _)): Path<(String, String)>) -> Response {
    Redirect::to(&format!("/console/documents/{}", encoded(&id))).into_response()
}

pub(super) async fn open(connection: &mut Connection, visit: &Visit, id: &str) -> Result<StoredInterpretation, Fault> {
    let document = interpretation::find(connection, id).await?.ok_or(Fault::NotFound)?;
    if visit.member.sees(&document.owner) { Ok(document) } else { Err(Fault::NotFound) }
}

#[derive(Default)]
struct Said {
    problems: Vec<Problem>,
    done: Option<String>,
    offered: Option<Offer>,
    wordings: Vec<Proposal>,
    public: Public,
}

pub(super) fn actor(visit: &Visit) -> Actor {
    Actor {
        login: visit.member.login.clone(),
        unit: visit.member.unit.clone(),
        reviewer: visit.member.is(Role::Reviewer),
    }
}

/// A document's page with what went wrong.
pub(super) fn refused(
    visit: &Visit,
    document: &StoredInterpretation,
    problem: String,
    wordings: Vec<Proposal>,
    status: StatusCode,
) -> Response {
    page(visit, document, Said { problems: vec![Problem::new(problem)], wordings, ..Said::default() }, status)
}

fn step_named(name: &str) -> Option<Step> {
    match name {
        "edit" => Some(Step::Edit),
        "submit" => Some(Step::Submit),
        "send-back" => Some(Step::SendBack),
        "publish" => Some(Step::Approve),
        "withdraw" => Some(Step::Withdraw),
        _ => None,
    }
}

fn page(visit: &Visit, document: &StoredInterpretation, said: Said, status: StatusCode) -> Response {
    let reader = &visit.reader;
    let content = &document.content;
    let here = format!("/console/documents/{}", encoded(&content.id));
    let possible = |step: Step| {
        visit.member.works_for(&document.owner)
            && document.state.clone().after(step, &actor(visit), &document.owner).is_ok()
    };
    let button = |name: &str, words: &Phrase| form(visit, &here, document.version, name, words, &html! {});
    // Interpretations and guides come from files; only a reply is written here.
    let own_words = match content.items.as_slice() {
        [item] if matches!(content.kind, Kind::Reply { .. }) && possible(Step::Edit) => Some(item),
        _ => None,
    };
    let leftover = match (&said.offered, own_words) {
        (Some(offer), None) => vec![offer.question.clone(), offer.phrasings.clone(), offer.answer.clone()],
        _ => Vec::new(),
    };
    let body = html! {
        h1 { (content.title) }
        (kept(reader, &leftover))
        dl.facts {
            div {
                dt { (reader.say(&phrase!("console-column-kind"))) }
                dd { (reader.say(&kind(&content.kind))) }
            }
            div {
                dt { (reader.say(&phrase!("console-column-state"))) }
                dd { (reader.say(&state(&document.state))) }
            }
        }
        @if !content.intro.is_empty() { p.words { (content.intro) } }
        @for item in &content.items {
            h2 { (item.question) }
            blockquote.words { (item.answer) }
            @if !item.phrasings.is_empty() {
                details {
                    summary { (reader.say(&phrase!("console-knowledge-phrasings"))) }
                    ul { @for wording in &item.phrasings { li { (wording) } } }
                }
            }
        }
        div.steps {
            @if possible(Step::Approve) { (button("publish", &phrase!("console-document-publish"))) }
            @if possible(Step::Submit) { (button("submit", &phrase!("console-document-submit"))) }
            @if possible(Step::SendBack) { (button("send-back", &phrase!("console-document-send-back"))) }
            @if possible(Step::Withdraw) { (button("withdraw", &phrase!("console-document-withdraw"))) }
        }
        (wordings::section(visit, document, &said.wordings))
        @if let Some(item) = own_words {
            h2 { (reader.say(&phrase!("console-document-edit"))) }
            p { (reader.say(&phrase!("console-document-edit-hint"))) }
            @let fields = offer::fields(reader, &said.offered.clone().unwrap_or_else(|| Offer::of_item(item)), &said.public);
            (form(visit, &here, document.version, "edit", &phrase!("console-document-save"), &fields))
        }
    };
    Shell::new(visit, &content.title, &here).problems(said.problems).done(said.done).respond(status, &body)
}

fn form(visit: &Visit, here: &str, version: i64, name: &str, words: &Phrase, fields: &Markup) -> Markup {
    html! {
        form method="post" action={ (here) "/" (name) } {
            (token(visit))
            input type="hidden" name="version" value=(version);
            (fields)
            button.second[matches!(name, "send-back" | "withdraw")] { (visit.reader.say(words)) }
        }
    }
}

/// Takes a step with a document: edit, submit, publish, send back, withdraw.
pub(super) async fn take(
    State(console): State<Console>,
    Path((id, step)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    tried(&console, (&id, &step), &visit, &fields).await.map_err(|fault| fault.keeping(&fields))
}

async fn tried(console: &Console, (id, step): (&str, &str), visit: &Visit, fields: &Fields) -> Result<Response, Fault> {
    let step = step_named(step).ok_or(Fault::NotFound)?;
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    let offered = (step == Step::Edit).then(|| Offer::typed(fields));
    let mut tx = console.store.begin().await?;
    let document = open(&mut tx, visit, id).await?;
    let public = public(&mut tx).await?;
    let reader = &visit.reader;
    let is_reply = matches!(document.content.kind, Kind::Reply { .. });
    let problems = if visit.member.works_for(&document.owner) {
        match &offered {
            Some(_) if !is_reply => vec![Problem::new(reader.say(&phrase!("console-refused-wrong-state")))],
            Some(offer) => offer.problems(reader, &public),
            None if step == Step::Approve => personal(visit, &document.content, &public),
            None => Vec::new(),
        }
    } else {
        vec![Problem::new(reader.say(&phrase!("console-refused-missing-role")))]
    };
    if !problems.is_empty() {
        let said = Said { problems, offered, public, ..Said::default() };
        return Ok(page(visit, &document, said, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let acted = match &offered {
        Some(offer) => {
            let content = reworded(&document.content, offer);
            interpretation::revise(&mut tx, &content, version, &actor(visit), visit.now).await
        }
        None => interpretation::step(&mut tx, id, version, step, &actor(visit), visit.now).await.map(|_| ()),
    };
    let (problem, status) = match acted {
        Ok(()) => {
            tx.commit().await?;
            return Ok(Redirect::to(&format!("/console/documents/{}?done=yes", encoded(id))).into_response());
        }
        Err(ActError::Refused(refusal)) => (reader.say(&refusal.phrase()), StatusCode::UNPROCESSABLE_ENTITY),
        Err(ActError::Store(StoreError::Conflict)) => {
            (reader.say(&phrase!("console-document-stale")), StatusCode::CONFLICT)
        }
        Err(ActError::Unknown { .. }) => return Err(Fault::NotFound),
        Err(ActError::Store(error)) => return Err(error.into()),
    };
    drop(tx);
    let mut connection = console.store.read().await?;
    let document = open(&mut connection, visit, id).await?;
    drop(connection);
    let said = Said { problems: vec![Problem::new(problem)], offered, public, ..Said::default() };
    Ok(page(visit, &document, said, status))
}

/// What units tell the public of themselves.
async fn public(connection: &mut Connection) -> Result<Public, StoreError> {
    Ok(Public::of(&units::all(connection).await?))
}

/// What is personal in a reply. A guide may well name the phone of an office's clerk.
fn personal(visit: &Visit, content: &Interpretation, public: &Public) -> Vec<Problem> {
    match content.kind {
        Kind::Reply { .. } => {
            content.items.iter().flat_map(|item| Offer::of_item(item).problems(&visit.reader, public)).collect()
        }
        Kind::Interpretation { .. } | Kind::Guide { .. } => Vec::new(),
    }
}

fn reworded(content: &Interpretation, offer: &Offer) -> Interpretation {
    let item = Item { question: offer.question.clone(), phrasings: offer.wordings(), answer: offer.answer.clone() };
    Interpretation { title: offer.question.clone(), items: vec![item], ..content.clone() }
}
