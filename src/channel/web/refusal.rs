//! What the web chat refuses, with a word for the person in their language.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::WebChat;
use crate::{locale::Phrase, message::MAX_TEXT, phrase, store::StoreError};

/// Why a request was not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The body is no JSON of the form we know.
    Malformed,
    /// The body has more than 64 KB.
    BodyTooLarge,
    /// The message's id isn't 1 to 64 of `[A-Za-z0-9_-]`.
    BadId,
    /// A choice that we can't have offered.
    BadChoice,
    /// Nothing was written.
    Empty,
    /// More characters than [`MAX_TEXT`].
    TooLong,
    /// The visitor showed no secret.
    NoSession,
    /// The request comes from another site's page.
    CrossSite,
    /// Too many messages: wait so long.
    TooMany(Duration),
    /// Too many open pages in this process, or it is about to stop.
    Busy,
    /// The store failed: an operator must look.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A refusal as the script reads it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Problem {
    /// A stable word for programs.
    error: &'static str,
    /// What to tell the person, in their language.
    message: String,
}

impl Refusal {
    /// The status of the answer.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Malformed | Self::BadId | Self::BadChoice | Self::Empty | Self::TooLong => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoSession => StatusCode::UNAUTHORIZED,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(error) if error.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::BodyTooLarge => "body_too_large",
            Self::BadId => "bad_id",
            Self::BadChoice => "bad_choice",
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NoSession => "no_session",
            Self::CrossSite => "cross_site",
            Self::TooMany(_) => "too_many",
            Self::Busy => "busy",
            Self::Store(_) => "unavailable",
        }
    }

    /// What to tell the person.
    pub(super) fn phrase(&self) -> Phrase {
        match self {
            Self::Malformed | Self::BadId | Self::BadChoice => phrase!("web-refused-malformed"),
            Self::BodyTooLarge | Self::TooLong => phrase!("web-refused-too-long", limit = MAX_TEXT),
            Self::Empty => phrase!("web-refused-empty"),
            Self::NoSession => phrase!("web-refused-no-session"),
            Self::CrossSite => phrase!("web-refused-cross-site"),
            Self::TooMany(wait) => phrase!("web-refused-too-many", seconds = seconds(*wait)),
            Self::Busy | Self::Store(_) => phrase!("web-refused-unavailable"),
        }
    }

    /// How long to wait before trying again, in seconds, where that helps.
    pub(super) fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            Self::TooMany(wait) => Some(HeaderValue::from(seconds(*wait))),
            Self::Busy => Some(HeaderValue::from(5)),
            _ => None,
        }
    }

    /// Tells operators, if it is theirs to know.
    pub(super) fn log(&self) {
        if let Self::Store(error) = self {
            tracing::error!(%error, "the web chat could not use the store");
        }
    }

    /// The answer for a script, in the language that its request wishes.
    pub(super) fn into_json(self, chat: &WebChat, headers: &HeaderMap) -> Response {
        self.log();
        let message = chat.locales.text(&chat.script_language(headers), &self.phrase());
        let mut response = (self.status(), Json(Problem { error: self.code(), message })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// Whole seconds, rounded up, at least 1.
fn seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}
