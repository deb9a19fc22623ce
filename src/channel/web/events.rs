//! What we say, live: server-sent events, with everything that the page missed first.

use std::convert::Infallible;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use tokio::sync::{
    OwnedSemaphorePermit,
    broadcast::{Receiver, error::RecvError},
    mpsc,
};
use tokio_stream::wrappers::ReceiverStream;

use super::{WebChat, history::After, refusal::Refusal, session};
use crate::{message::Address, outbox, store::StoreError};

/// How many messages are read at once.
const BATCH: i64 = 50;

type Sender = mpsc::Sender<Result<Event, Infallible>>;

/// What we say to the visitor, from `Last-Event-ID` or `after` on, as it comes. Each event's id is its position, its
/// data a `Heard` in JSON.
#[utoipa::path(
    get,
    path = "/api/chat/events",
    params(After),
    responses(
        (status = 200, content_type = "text/event-stream", body = super::history::Heard),
        (status = 401, body = super::refusal::Problem),
        (status = 503, body = super::refusal::Problem)
    )
)]
pub(super) async fn events(
    State(chat): State<WebChat>,
    after: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(after)) = after else {
        return Refusal::Malformed.into_json(&chat, &headers);
    };
    let Some(visitor) = session::visitor(&headers) else {
        return Refusal::NoSession.into_json(&chat, &headers);
    };
    let permit = match chat.streams.clone().try_acquire_owned() {
        Ok(permit) if !chat.shutdown.is_cancelled() => permit,
        _ => return Refusal::Busy.into_json(&chat, &headers),
    };
    // A browser that reconnects by itself knows better than the address that it first asked for.
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let language = chat.script_language(&headers);
    // One message at a time: that there is room again shows that the connection took the one before.
    let (sender, receiver) = mpsc::channel(1);
    let follower = Follower {
        address: visitor.address(),
        position: last.or(after.after).unwrap_or(0),
        language,
        news: chat.intake.wake.listen(),
        sender,
        _permit: permit,
        chat,
    };
    tokio::spawn(follower.run());
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default());
    let unbuffered = [
        (header::CACHE_CONTROL, "no-store"),
        // nginx would otherwise hold small events back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (unbuffered, stream).into_response()
}

/// Feeds one open stream.
struct Follower {
    chat: WebChat,
    address: Address,
    language: String,
    position: i64,
    news: Receiver<Address>,
    sender: Sender,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    async fn run(mut self) {
        // A first comment tells the page at once that nothing between us holds the stream back.
        if self.sender.send(Ok(Event::default().comment("open"))).await.is_err() {
            return;
        }
        loop {
            match self.catch_up().await {
                Ok(true) => {}
                Ok(false) => return,
                // The page connects anew, later and later, and catches up then.
                Err(error) => {
                    tracing::error!(%error, "an event stream could not read the store");
                    return;
                }
            }
            if !self.wait().await {
                return;
            }
        }
    }

    /// Sends what was written since. Gives whether the page is still there.
    async fn catch_up(&mut self) -> Result<bool, StoreError> {
        loop {
            let mut connection = self.chat.intake.store.read().await?;
            let batch = outbox::after(&mut connection, &self.address, self.position, BATCH).await?;
            drop(connection);
            if batch.is_empty() {
                return Ok(true);
            }
            for shown in batch {
                let position = shown.position;
                let heard = self.chat.heard(&self.language, shown);
                let event = Event::default().id(position.to_string()).data(crate::store::to_json(&heard)?);
                if self.sender.send(Ok(event)).await.is_err() {
                    return Ok(false);
                }
                self.position = position;
            }
            // Room in the channel: the connection took the last one.
            if self.sender.reserve().await.is_err() {
                return Ok(false);
            }
            self.chat.handed_over(&self.address, self.position).await?;
        }
    }

    /// Waits until there may be something new. Gives whether to go on.
    async fn wait(&mut self) -> bool {
        let look = tokio::time::sleep(self.chat.settings.look_every);
        tokio::pin!(look);
        loop {
            tokio::select! {
                () = self.chat.shutdown.cancelled() => return false,
                () = self.sender.closed() => return false,
                () = &mut look => return true,
                heard = self.news.recv() => match heard {
                    Ok(address) if address == self.address => return true,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => return true,
                    // The process holds the other end as long as `chat` lives; should it go, looking is enough.
                    Err(RecvError::Closed) => {
                        look.as_mut().await;
                        return true;
                    }
                },
            }
        }
    }
}
