//! Who else has a ticket open: told on its page, noted when it is opened and while somebody types.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use maud::{Markup, html};

use super::AGAIN;
use crate::{
    casework::{
        self,
        presence::{self, Present, Sign},
    },
    console::{
        Console,
        frame::Fault,
        history::Names,
        reader::Reader,
        session::{Posted, Visit},
    },
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// Notes that somebody opened a ticket that they may see.
pub(in crate::console) async fn arrived(
    console: &Console,
    visit: &Visit,
    number: &str,
    headers: &HeaderMap,
) -> Result<(), StoreError> {
    if headers.contains_key(AGAIN) {
        return Ok(());
    }
    note(console, visit, number, Sign::Opened).await.map(|_| ())
}

/// Notes that somebody types.
pub(in crate::console) async fn typing(
    State(console): State<Console>,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<StatusCode, Fault> {
    if note(&console, &posted.visit, &number, Sign::Typing).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Fault::NotFound)
    }
}

async fn note(console: &Console, visit: &Visit, number: &str, sign: Sign) -> Result<bool, StoreError> {
    let mut connection = console.store.read().await?;
    let ticket = casework::find_by_number(&mut connection, number).await?;
    drop(connection);
    let Some(ticket) = ticket.filter(|ticket| ticket.is_seen_by(&visit.member)) else { return Ok(false) };
    let mut tx = console.store.begin().await?;
    presence::touch(&mut tx, &ticket.id, &visit.member.login, sign, visit.now).await?;
    tx.commit().await?;
    console.wake.desks_changed();
    Ok(true)
}

/// The lines of the page that tell who else is there.
pub(in crate::console) fn section(reader: &Reader, names: &Names, present: &[Present]) -> Markup {
    html! {
        div data-part="presence" {
            @for one in present { p.present { (reader.say(&told(names, one))) } }
        }
    }
}

/// That somebody is there.
pub(super) fn told(names: &Names, one: &Present) -> Phrase {
    let name = names.of_login(&one.login);
    if one.edits {
        phrase!("console-presence-edits", name = name, since = one.since)
    } else {
        phrase!("console-presence-open", name = name, since = one.since)
    }
}
