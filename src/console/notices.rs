//! What waits for a member of staff: tickets that came, drafts to approve, last days that come near.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    frame::Fault,
    layout::{Shell, encoded, token},
    reader::Reader,
    session::{Posted, Visit},
    tickets::beginning,
};
use crate::{
    casework::notices::{self, Matter, Notice},
    directory::units,
    locale::Phrase,
    phrase,
};

/// How many notices are listed, and counted in the navigation.
pub(super) const SHOWN: i64 = 50;

/// The page.
pub(super) async fn show(State(console): State<Console>, visit: Visit) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let notices = notices::list(&mut connection, &visit.member, SHOWN).await?;
    let units = units::all(&mut connection).await?;
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-notices"));
    let unit = |notice: &Notice| super::tickets::unit_name(&units, &notice.unit).to_owned();
    let body = html! {
        h1 { (title) }
        @if notices.is_empty() { p.none { (reader.say(&phrase!("console-notices-none"))) } }
        @if let Some(latest) = notices.first().filter(|_| notices.iter().any(|notice| !notice.read)) {
            form method="post" action="/console/notices" {
                (token(&visit))
                input type="hidden" name="up-to" value=(latest.id);
                button.second { (reader.say(&phrase!("console-notices-seen"))) }
            }
        }
        ol.history {
            @for notice in &notices { (line(&visit, notice, &unit(notice))) }
        }
    };
    Ok(Shell::new(&visit, &title, "/console/notices").respond(StatusCode::OK, &body))
}

fn line(visit: &Visit, notice: &Notice, unit: &str) -> Markup {
    let reader = &visit.reader;
    html! {
        li {
            time datetime=(notice.at.to_string()) { (reader.say(&phrase!("console-time", at = notice.at))) }
            " "
            @if !notice.read { strong { (reader.say(&phrase!("console-notice-new"))) } " " }
            (reader.say(&told(notice.matter, unit)))
            " "
            @if notice.on_document {
                a href="/console/documents#look-again" { (reader.say(&phrase!("console-notice-open-list"))) }
            } @else {
                a href={ "/console/tickets/" (encoded(&notice.number)) } { (notice.number) }
            }
            p.words { (beginning(&notice.question)) }
        }
    }
}

/// What a notice says.
fn told(matter: Matter, unit: &str) -> Phrase {
    match matter {
        Matter::Came => phrase!("console-notice-came", unit = unit),
        Matter::ToApprove => phrase!("console-notice-to-approve"),
        Matter::SentBack => phrase!("console-notice-sent-back"),
        Matter::TimeAsked => phrase!("console-notice-time-asked"),
        Matter::TimeDecided => phrase!("console-notice-time-decided"),
        Matter::PartAsked => phrase!("console-notice-part-asked", unit = unit),
        Matter::PartWritten => phrase!("console-notice-part-written"),
        Matter::CitizenAnswered => phrase!("console-notice-citizen-answered"),
        Matter::HandedOver => phrase!("console-notice-handed-over"),
        Matter::Soon => phrase!("console-notice-soon"),
        Matter::Late => phrase!("console-notice-late", unit = unit),
        Matter::Returned => phrase!("console-notice-returned", unit = unit),
        Matter::Silent => phrase!("console-notice-silent", unit = unit),
        Matter::NotHelped => phrase!("console-notice-not-helped"),
        Matter::Reopened => phrase!("console-notice-reopened"),
        Matter::LookAgain => phrase!("console-notice-look-again", unit = unit),
        Matter::Mentioned => phrase!("console-notice-mentioned"),
    }
}

/// How many wait, for the navigation; nothing where none does.
pub(super) fn unseen(reader: &Reader, count: i64) -> String {
    if count == 0 { String::new() } else { reader.say(&phrase!("console-notices-unseen", count = count)) }
}

/// Marks them as seen.
pub(super) async fn seen(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let mut tx = console.store.begin().await?;
    notices::mark_read(&mut tx, &visit.member, fields.get("up-to")).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/notices").into_response())
}
