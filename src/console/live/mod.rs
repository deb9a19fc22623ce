//! Pages follow what happens: server-sent events tell that something changed, `live.js` fetches the page again and puts
//! its parts in place. So what a page shows is decided in one place, with and without a script.
//!
//! `streams` counts them, `follow` feeds one, `stamp` says where one begins, `presence` is who else has a ticket open.

mod follow;
mod presence;
mod stamp;
mod streams;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use self::follow::{Follower, Watched};
pub use self::streams::{Pace, Streams};
pub(super) use self::{
    presence::{arrived, section, typing},
    stamp::Stamp,
};
use super::{
    Console,
    frame::Fault,
    session::{Asking, COOKIE, Visit, cookie},
};
use crate::{casework, store::instant};

/// The header with which `live.js` fetches a page again: it isn't opened anew.
pub(super) const AGAIN: &str = "x-page-again";

/// From where a stream goes on, as the page says it.
#[derive(Debug, Deserialize)]
pub(super) struct Since {
    since: Option<String>,
}

/// News of a ticket's page.
pub(super) async fn ticket(
    State(console): State<Console>,
    Path(number): Path<String>,
    visit: Visit,
    since: Asking<Since>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let ticket = casework::find_by_number(&mut connection, &number).await?;
    drop(connection);
    let ticket = ticket.filter(|ticket| ticket.is_seen_by(&visit.member)).ok_or(Fault::NotFound)?;
    let stamp = position(&headers, since).and_then(|text| text.parse().ok());
    stream(console, visit, &headers, Watched::ticket(ticket.number, stamp))
}

/// News of every other page: of notices, and of lists of tickets where the page says since when.
pub(super) async fn pages(
    State(console): State<Console>,
    visit: Visit,
    since: Asking<Since>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let from = position(&headers, since).and_then(|text| instant(text.parse().ok()?).ok());
    // Longer ago than a stream is ever away, there is too much to look through: from now on is soon enough.
    let from = from.map(|from| from.max(visit.now - follow::LOOKS_BACK).min(visit.now));
    let watched = from.map_or(Watched::Notices, Watched::lists);
    stream(console, visit, &headers, watched)
}

/// A browser that reconnects by itself knows better than the address that it first asked for.
fn position(headers: &HeaderMap, since: Asking<Since>) -> Option<String> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty());
    last.map(str::to_owned).or_else(|| since.ok().and_then(|Query(asked)| asked.since))
}

fn stream(console: Console, visit: Visit, headers: &HeaderMap, watched: Watched) -> Result<Response, Fault> {
    let token = cookie(headers, COOKIE).ok_or(Fault::NotFound)?.to_owned();
    let Some(place) = console.streams.take(&visit.member.login) else {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let (sender, receiver) = mpsc::channel::<Result<Event, std::convert::Infallible>>(4);
    tokio::spawn(Follower::new(console, visit, token, watched, (sender, place)).run());
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default());
    // nginx would otherwise hold small events back.
    let unbuffered = [(header::CACHE_CONTROL, "no-store"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((unbuffered, stream).into_response())
}
