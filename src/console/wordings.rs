//! What citizens said when they found an item, to be accepted as its phrasings or refused.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    documents::{actor, open},
    frame::Fault,
    layout::{encoded, token},
    session::{Posted, Visit},
};
use crate::{
    directory::staff::Role,
    knowledge::{
        interpretation::{ActError, StoredInterpretation},
        phrasing::{self, Proposal},
    },
    phrase,
    store::StoreError,
};

/// The proposals for a document. Those who can decide get a form for each.
pub(super) fn section(visit: &Visit, document: &StoredInterpretation, proposals: &[Proposal]) -> Markup {
    let reader = &visit.reader;
    let decides = visit.member.is(Role::Reviewer) && visit.member.unit == document.owner;
    let path = format!("/console/documents/{}/wordings", encoded(&document.content.id));
    html! {
        @if !proposals.is_empty() {
            h2 id="wordings" { (reader.say(&phrase!("console-wordings"))) }
            p { (reader.say(&phrase!("console-wordings-hint"))) }
            table {
                caption { (reader.say(&phrase!("console-wordings"))) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("console-column-wording"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-item"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-people"))) }
                        @if decides { th scope="col" { (reader.say(&phrase!("console-column-decision"))) } }
                    }
                }
                tbody {
                    @for one in proposals {
                        tr {
                            th scope="row" { (one.wording) }
                            td data-label=(reader.say(&phrase!("console-column-item"))) { (one.question) }
                            td data-label=(reader.say(&phrase!("console-column-people"))) { (one.people) }
                            @if decides {
                                td data-label=(reader.say(&phrase!("console-column-decision"))) {
                                    form method="post" action=(path) {
                                        (token(visit))
                                        input type="hidden" name="proposal" value=(one.id);
                                        button name="verdict" value="accept" {
                                            (reader.say(&phrase!("console-wording-accept", wording = &one.wording)))
                                        }
                                        " "
                                        button.second name="verdict" value="refuse" {
                                            (reader.say(&phrase!("console-wording-refuse", wording = &one.wording)))
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
}

/// Whoever reloads the address of the form comes back to its document.
pub(super) async fn back(Path(id): Path<String>) -> Response {
    Redirect::to(&format!("/console/documents/{}", encoded(&id))).into_response()
}

/// Accepts or refuses one.
pub(super) async fn decide(
    State(console): State<Console>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let accept = match fields.get("verdict") {
        "accept" => true,
        "refuse" => false,
        _ => return Err(Fault::Unreadable),
    };
    let mut tx = console.store.begin().await?;
    let document = open(&mut tx, &visit, &id).await?;
    let acted = phrasing::decide(&mut tx, fields.get("proposal"), accept, &actor(&visit), visit.now).await;
    let (problem, status) = match acted {
        Ok(()) => {
            tx.commit().await?;
            return Ok(Redirect::to(&format!("/console/documents/{}?done=yes", encoded(&id))).into_response());
        }
        Err(ActError::Refused(refusal)) => (visit.reader.say(&refusal.phrase()), StatusCode::UNPROCESSABLE_ENTITY),
        // Decided by a colleague meanwhile, or taken back with the citizen's data.
        Err(ActError::Unknown { .. } | ActError::Store(StoreError::Conflict)) => {
            (visit.reader.say(&phrase!("console-wording-gone")), StatusCode::CONFLICT)
        }
        Err(ActError::Store(error)) => return Err(error.into()),
    };
    drop(tx);
    let mut connection = console.store.read().await?;
    let wordings = phrasing::open_of(&mut connection, &id).await?;
    drop(connection);
    Ok(super::documents::refused(&visit, &document, problem, wordings, status))
}
