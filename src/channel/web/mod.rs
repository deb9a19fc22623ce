//! The web chat: a page that works without scripts, the interface its script speaks, and a widget for other sites.
//!
//! People fetch their messages here, so there is no outlet: what the outbox holds for a person is shown when their
//! page asks, live through server-sent events, and counts as handed over then.

mod assets;
mod decode;
mod events;
mod files;
mod frame;
mod history;
mod limit;
mod page;
mod refusal;
mod render;
mod send;
mod session;
mod statistics;
#[cfg(test)]
mod tests;
mod units;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, header::ACCEPT_LANGUAGE},
    routing::{get, post},
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    channel::Intake,
    locale::{DEFAULT, Locales},
    message::Address,
    store::{Connection, StoreError},
};

/// The channel's name in an [`Address`].
pub const CHANNEL: &str = "web";

/// Our account in an [`Address`]: an installation has one site.
pub const ACCOUNT: &str = "site";

/// The longest request body, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// What an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site is reached by https: cookies are sent over nothing else.
    pub https: bool,
    /// A proxy of ours stands in front: the last entry of `X-Forwarded-For` names the visitor.
    pub behind_proxy: bool,
    /// Where the public reaches the service, such as `https://ask.example.gov.cn`, for addresses of files; without it no
    /// files go with replies.
    pub public: Option<String>,
    /// Origins (`https://www.example.gov.cn`) whose pages may show the widget, besides our own.
    pub embed_origins: Vec<String>,
    /// Messages a minute from one person.
    pub messages_a_minute: u32,
    /// Messages from one person at once.
    pub burst: u32,
    /// Open event streams in this process.
    pub streams: usize,
    /// How long the page without scripts waits for an answer.
    pub answer_within: Duration,
    /// How often an open stream looks at the store for what another replica wrote.
    pub look_every: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            https: false,
            behind_proxy: false,
            public: None,
            embed_origins: Vec::new(),
            messages_a_minute: 20,
            burst: 10,
            streams: 2_000,
            answer_within: Duration::from_secs(5),
            look_every: Duration::from_secs(2),
        }
    }
}

/// The web chat and what it needs.
#[derive(Clone)]
pub struct WebChat {
    intake: Intake,
    locales: Locales,
    settings: Arc<Settings>,
    limits: Arc<limit::Limits>,
    streams: Arc<Semaphore>,
    shutdown: CancellationToken,
}

impl WebChat {
    /// A web chat. Open event streams end when `shutdown` is cancelled.
    pub fn new(intake: Intake, locales: Locales, settings: Settings, shutdown: CancellationToken) -> Self {
        let limits = limit::Limits::new(settings.messages_a_minute, settings.burst);
        let streams = Arc::new(Semaphore::new(settings.streams.min(Semaphore::MAX_PERMITS)));
        Self { intake, locales, settings: Arc::new(settings), limits: Arc::new(limits), streams, shutdown }
    }

    /// The reader's language: what the page says, else what they chose before, else what their browser wishes.
    fn language(&self, asked: Option<&str>, headers: &HeaderMap) -> String {
        asked
            .and_then(|tag| self.locales.negotiate(tag))
            .or_else(|| session::cookie(headers, session::LANGUAGE_COOKIE).and_then(|tag| self.locales.negotiate(tag)))
            .or_else(|| {
                let wishes = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
                self.locales.negotiate(wishes)
            })
            .unwrap_or(DEFAULT)
            .to_owned()
    }

    /// The language of a script's request. It says its page's in `Accept-Language`: the cookie may be another tab's.
    fn script_language(&self, headers: &HeaderMap) -> String {
        let wishes = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        self.language(wishes, headers)
    }

    /// Marks what a person's page was given up to `position` as handed over.
    async fn handed_over(&self, address: &Address, position: i64) -> Result<(), StoreError> {
        let mut tx = self.intake.store.begin().await?;
        crate::outbox::handed_over(&mut tx, address, position, self.intake.clock.now()).await?;
        tx.commit().await
    }

    /// Whether something that the person sent still waits for its turn.
    async fn is_pending(&self, connection: &mut Connection, address: &Address) -> Result<bool, StoreError> {
        Ok(crate::inbox::next_of(connection, address).await?.is_some())
    }
}

/// The routes of the web chat.
pub fn routes(chat: WebChat) -> Router {
    Router::new()
        .route("/", get(page::show))
        .route("/units", get(units::show))
        .route("/statistics", get(statistics::show))
        .route("/files/{token}", get(files::download))
        .route("/chat", post(send::form))
        .route("/chat/page.js", get(assets::script))
        .route("/chat/page.css", get(assets::style))
        .route("/widget.js", get(assets::widget))
        .route("/api/chat/session", post(session::begin))
        .route("/api/chat/messages", post(send::message))
        .route("/api/chat/history", get(history::history))
        .route("/api/chat/events", get(events::events))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(chat)
}

/// The chat's part of the interface description.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(session::begin, send::message, history::history, events::events),
    components(schemas(
        session::Session,
        decode::SendRequest,
        send::SendResponse,
        send::AcceptedAs,
        history::History,
        history::Entry,
        history::Said,
        history::Heard,
        refusal::Problem,
        crate::message::Block,
        crate::message::Choice
    ))
)]
pub struct ApiDoc;
