//! Taking a message in: from the script, which waits for its answer on the stream, and from the plain form, which
//! waits a little and then shows the page.

use axum::{
    Json,
    body::Bytes,
    extract::{
        Form, State,
        rejection::{BytesRejection, FormRejection},
    },
    http::{Extensions, HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::{
    sync::broadcast::error::RecvError,
    time::{Duration, Instant, sleep, timeout_at},
};

use super::{
    WebChat,
    decode::{self, Decoded, FormRequest},
    limit, page,
    refusal::Refusal,
    session,
};
use crate::{
    channel::Arrival,
    inbox::Accepted,
    message::{Address, Inbound},
    store::StoreError,
};

/// How often the form looks whether its answer is there, should it come from another replica.
const LOOK: Duration = Duration::from_millis(250);

/// The answer to a message.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SendResponse {
    /// Whether it was new. Both mean: it is stored.
    accepted: AcceptedAs,
}

/// Whether a message was new.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum AcceptedAs {
    /// It is stored now.
    New,
    /// It had been stored before.
    Duplicate,
}

/// Takes a message in. After this answer it is stored; the same id again changes nothing.
#[utoipa::path(
    post,
    path = "/api/chat/messages",
    request_body = decode::SendRequest,
    responses(
        (status = 202, body = SendResponse),
        (status = 400, body = super::refusal::Problem),
        (status = 401, body = super::refusal::Problem),
        (status = 403, body = super::refusal::Problem),
        (status = 413, body = super::refusal::Problem),
        (status = 429, body = super::refusal::Problem)
    )
)]
pub(super) async fn message(
    State(chat): State<WebChat>,
    extensions: Extensions,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let taken = async {
        let address = session::sender(&chat, &headers)?;
        let bytes = body.map_err(|rejection| broken(rejection.status()))?;
        let decoded = decode::json(&bytes)?;
        chat.take(&address, decoded, chat.script_language(&headers), place(&chat, &headers, &extensions)).await
    };
    match taken.await {
        Ok(accepted) => {
            let accepted = match accepted {
                Accepted::New => AcceptedAs::New,
                Accepted::Duplicate => AcceptedAs::Duplicate,
            };
            (StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], Json(SendResponse { accepted }))
                .into_response()
        }
        Err(refusal) => refusal.into_json(&chat, &headers),
    }
}

/// Takes a message from the page without scripts, waits a little for the answer and shows the page again.
pub(super) async fn form(
    State(chat): State<WebChat>,
    extensions: Extensions,
    headers: HeaderMap,
    form: Result<Form<FormRequest>, FormRejection>,
) -> Response {
    let (form, broken) = match form {
        Ok(Form(form)) => (form, None),
        Err(rejection) => (FormRequest::default(), Some(broken(rejection.status()))),
    };
    let language = chat.language(form.lang.as_deref(), &headers);
    let typed = form.text.clone().unwrap_or_default();
    let taken = async {
        let address = session::sender(&chat, &headers)?;
        if let Some(refusal) = broken {
            return Err(refusal);
        }
        let decoded = decode::form(form)?;
        chat.take(&address, decoded, language.clone(), place(&chat, &headers, &extensions)).await?;
        chat.answered(&address).await?;
        Ok(())
    };
    match taken.await {
        // The fragment is the last message's id: the browser shows the answer, not the top of the page.
        Ok(()) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/#latest")]).into_response(),
        Err(refusal) => page::refused(&chat, &headers, &language, &typed, refusal).await,
    }
}

fn broken(status: StatusCode) -> Refusal {
    if status == StatusCode::PAYLOAD_TOO_LARGE { Refusal::BodyTooLarge } else { Refusal::Malformed }
}

fn place(chat: &WebChat, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
    limit::place(headers, extensions, chat.settings.behind_proxy)
}

impl WebChat {
    async fn take(
        &self,
        address: &Address,
        decoded: Decoded,
        language: String,
        place: Option<String>,
    ) -> Result<Accepted, Refusal> {
        let now = self.intake.clock.now();
        self.limits.message(&address.person, place.as_deref(), now).map_err(Refusal::TooMany)?;
        let arrival = Arrival::Message(Inbound {
            address: address.clone(),
            key: decode::key(address, &decoded.id),
            body: decoded.body,
            language: Some(language),
            sent_at: now,
            within: None,
        });
        let intake = self.intake.clone();
        // In a task of its own: a visitor who closes the page now has still said it.
        let stored = tokio::spawn(async move { intake.accept(&[arrival]).await }).await.map_err(StoreError::Task)??;
        Ok(stored.first().copied().unwrap_or(Accepted::Duplicate))
    }

    /// Waits until nothing of this person is pending, but no longer than the settings say.
    async fn answered(&self, address: &Address) -> Result<(), StoreError> {
        let mut news = self.intake.wake.listen();
        let until = Instant::now() + self.settings.answer_within;
        loop {
            let mut connection = self.intake.store.read().await?;
            let pending = self.is_pending(&mut connection, address).await?;
            drop(connection);
            if !pending || Instant::now() >= until || self.shutdown.is_cancelled() {
                return Ok(());
            }
            let heard = async {
                loop {
                    match news.recv().await {
                        Ok(written) if written != *address => {}
                        Ok(_) | Err(RecvError::Lagged(_)) => return,
                        Err(RecvError::Closed) => sleep(LOOK).await,
                    }
                }
            };
            let look = (Instant::now() + LOOK).min(until);
            // Whether it was the bell or the time makes no difference.
            let _ = timeout_at(look, heard).await;
        }
    }
}
