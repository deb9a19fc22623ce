//! What surrounds every answer: the reader's language, headers that browsers obey, and pages for what went wrong.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    layout::{Shell, encoded},
    reader::{LANGUAGE_COOKIE, Reader, chosen},
    session::Fields,
};
use crate::{locale::Phrase, phrase, store::StoreError};

/// Why a page can't be shown. It becomes a page in the reader's language on the way out.
#[derive(Debug, Clone)]
pub(super) enum Fault {
    /// Nobody is logged in: log in, then go on to this path.
    LogIn {
        /// Where the reader wanted to go.
        next: String,
    },
    /// A form came after its session had ended.
    SessionEnded {
        /// What the person had typed, so that it isn't lost.
        typed: Vec<String>,
    },
    /// A form without this session's token.
    Forged {
        /// What the person had typed, so that it isn't lost.
        typed: Vec<String>,
    },
    /// There is no such thing, or it isn't the reader's to see: which of the two is not said.
    NotFound,
    /// The same, for a form.
    Gone {
        /// What the person had typed, so that it isn't lost.
        typed: Vec<String>,
    },
    /// The account has no role any more.
    NoRole,
    /// The form can't be read.
    Unreadable,
    /// The store failed; the log says how.
    Internal,
    /// The same, for a form.
    Failed {
        /// What the person had typed, so that it isn't lost.
        typed: Vec<String>,
    },
}

impl Fault {
    /// The same fault, with what a form had brought.
    pub(super) fn keeping(self, fields: &Fields) -> Self {
        match self {
            Self::NotFound => Self::Gone { typed: fields.worth_keeping() },
            Self::Internal => Self::Failed { typed: fields.worth_keeping() },
            other => other,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a console page failed");
        Self::Internal
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl Fault {
    fn page(self, reader: &Reader) -> Response {
        let (status, title, text, typed) = match self {
            Self::LogIn { next } => {
                let login = format!("/console/login?next={}", encoded(&next));
                return Redirect::to(&login).into_response();
            }
            Self::SessionEnded { typed } => {
                (StatusCode::FORBIDDEN, phrase!("console-session-ended-title"), phrase!("console-session-ended"), typed)
            }
            Self::Forged { typed } => {
                (StatusCode::FORBIDDEN, phrase!("console-forged-title"), phrase!("console-forged"), typed)
            }
            Self::NotFound => {
                (StatusCode::NOT_FOUND, phrase!("console-not-found-title"), phrase!("console-not-found"), vec![])
            }
            Self::Gone { typed } => {
                (StatusCode::NOT_FOUND, phrase!("console-not-found-title"), phrase!("console-not-found"), typed)
            }
            Self::NoRole => {
                (StatusCode::FORBIDDEN, phrase!("console-no-role-title"), phrase!("console-no-role"), vec![])
            }
            Self::Unreadable => {
                (StatusCode::BAD_REQUEST, phrase!("console-unreadable-title"), phrase!("console-unreadable"), vec![])
            }
            Self::Internal => internal(vec![]),
            Self::Failed { typed } => internal(typed),
        };
        let title = reader.say(&title);
        let body = html! {
            h1 { (title) }
            p { (reader.say(&text)) }
            (kept(reader, &typed))
            p { a href="/console" { (reader.say(&phrase!("console-to-start"))) } }
        };
        Shell::bare(reader, &title, "/console").respond(status, &body)
    }
}

fn internal(typed: Vec<String>) -> (StatusCode, Phrase, Phrase, Vec<String>) {
    (StatusCode::INTERNAL_SERVER_ERROR, phrase!("console-internal-title"), phrase!("console-internal"), typed)
}

/// What somebody had typed, to copy.
pub(super) fn kept(reader: &Reader, typed: &[String]) -> Markup {
    html! {
        @if !typed.is_empty() {
            h2 { (reader.say(&phrase!("console-typed-title"))) }
            @for (place, text) in typed.iter().enumerate() {
                label for={ "kept-" (place) } { (reader.say(&phrase!("console-typed"))) }
                textarea id={ "kept-" (place) } rows="6" readonly { (text) }
            }
        }
    }
}

/// Every address under `/console` that is none of ours.
pub(super) async fn nowhere() -> Fault {
    Fault::NotFound
}

/// Goes around every page.
pub(super) async fn frame(State(console): State<Console>, mut request: Request, next: Next) -> Response {
    let reader = Reader::of(&console.locales, request.uri(), request.headers());
    let switched = chosen(&console.locales, request.uri()).is_some();
    request.extensions_mut().insert(reader.clone());
    let mut response = next.run(request).await;
    if let Some(fault) = response.extensions_mut().remove::<Fault>() {
        response = fault.page(&reader);
    }
    let headers = response.headers_mut();
    if switched {
        let secure = if console.secure_cookies { "; Secure" } else { "" };
        let cookie = format!(
            "{LANGUAGE_COOKIE}={}; Path=/console; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}",
            reader.tag()
        );
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    let policy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";
    // A file that is handed out is kept more narrowly still.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // Citizens' questions must not stay in the cache of a shared computer.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
