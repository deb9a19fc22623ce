//! A person's own view of the conversation: what they said and what they were told, in order.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{WebChat, decode, refusal::Refusal, session};
use crate::{
    inbox,
    message::{Address, Block, Body, Choice, Inbound},
    outbox::{self, Shown},
    phrase,
};

/// How many messages of each side a page shows.
const SHOWN: i64 = 100;

/// The conversation.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct History {
    /// Oldest first.
    pub(super) entries: Vec<Entry>,
    /// Something that the person sent still waits for its answer.
    pub(super) pending: bool,
}

/// A message of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Entry {
    /// By the person.
    Said(Said),
    /// By us.
    Heard(Heard),
}

/// What the person said.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct Said {
    /// The id that the page made.
    pub(super) id: String,
    /// When we took it in.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// The same, ready to read.
    pub(super) when: String,
    /// The words, or the label of the choice.
    pub(super) text: String,
}

/// What the person was told.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(super) struct Heard {
    /// Its place among all that this person was told, from 1.
    pub(super) position: i64,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub(super) at: Timestamp,
    /// The same, ready to read.
    pub(super) when: String,
    /// Paragraphs, in order.
    pub(super) blocks: Vec<Block>,
    /// What the person can pick.
    pub(super) choices: Vec<Choice>,
}

impl WebChat {
    /// A message to the person, as their page shows it.
    pub(super) fn heard(&self, language: &str, shown: Shown) -> Heard {
        Heard {
            position: shown.position,
            at: shown.at,
            when: self.locales.text(language, &phrase!("web-at", at = shown.at)),
            blocks: shown.message.blocks,
            choices: shown.message.choices,
        }
    }

    /// The conversation with a person, and marks it as handed over.
    pub(super) async fn history(&self, address: &Address, language: &str) -> Result<History, Refusal> {
        let mut connection = self.intake.store.read().await?;
        // The inbox first: whatever is answered between the two reads shows its answer, and never only the answer.
        let pending = self.is_pending(&mut connection, address).await?;
        let said = inbox::history(&mut connection, address, SHOWN).await?;
        let heard = outbox::history(&mut connection, address, SHOWN).await?;
        drop(connection);
        if let Some(last) = heard.last() {
            self.handed_over(address, last.position).await?;
        }
        Ok(History { entries: self.merge(language, said, heard), pending })
    }

    /// Both sides in order of time. Neither side's own order is changed, should a clock have been set back.
    fn merge(&self, language: &str, said: Vec<(String, Timestamp, Inbound)>, heard: Vec<Shown>) -> Vec<Entry> {
        let begins = beginning(&said, &heard);
        let labels: Vec<Choice> = heard.iter().flat_map(|shown| shown.message.choices.clone()).collect();
        let mut heard = heard.into_iter().filter(|shown| shown.at >= begins).peekable();
        let mut entries = Vec::new();
        for (row, at, message) in said.into_iter().filter(|(_, at, _)| *at >= begins) {
            while let Some(shown) = heard.next_if(|shown| (shown.at, &shown.id) < (at, &row)) {
                entries.push(Entry::Heard(self.heard(language, shown)));
            }
            entries.push(Entry::Said(Said {
                id: decode::id_of(&message.key).to_owned(),
                at,
                when: self.locales.text(language, &phrase!("web-at", at = at)),
                text: self.words(language, message.body, &labels),
            }));
        }
        entries.extend(heard.map(|shown| Entry::Heard(self.heard(language, shown))));
        entries
    }

    /// What the person said, in words.
    fn words(&self, language: &str, body: Body, labels: &[Choice]) -> String {
        match body {
            Body::Text(text) => text,
            // The latest offer counts: an action's label may have changed since.
            Body::Choice(action) => match labels.iter().rev().find(|choice| choice.action == action) {
                Some(choice) => choice.label.clone(),
                None => action,
            },
            Body::Start(_) => self.locales.text(language, &phrase!("web-start")),
            Body::Unreadable | Body::TooLong | Body::Left | Body::Moved(_) => {
                self.locales.text(language, &phrase!("web-said-unreadable"))
            }
        }
    }
}

/// Where the view begins: a side that is cut off mustn't leave the other one talking alone.
fn beginning(said: &[(String, Timestamp, Inbound)], heard: &[Shown]) -> Timestamp {
    let full = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let first_said = said.first().filter(|_| said.len() >= full).map(|(_, at, _)| *at);
    let first_heard = heard.first().filter(|_| heard.len() >= full).map(|shown| shown.at);
    first_said.max(first_heard).unwrap_or(Timestamp::MIN)
}

/// From where a page wants to know.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
pub(super) struct After {
    /// Only what we said after this position, and nothing that the person said.
    pub(super) after: Option<i64>,
}

/// The conversation, oldest first.
#[utoipa::path(
    get,
    path = "/api/chat/history",
    params(After),
    responses((status = 200, body = History), (status = 401, body = super::refusal::Problem))
)]
pub(super) async fn history(
    State(chat): State<WebChat>,
    after: Result<Query<After>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let loaded = async {
        let Query(after) = after.map_err(|_| Refusal::Malformed)?;
        let address = session::visitor(&headers).ok_or(Refusal::NoSession)?.address();
        let language = chat.script_language(&headers);
        match after.after {
            None => chat.history(&address, &language).await,
            Some(position) => chat.news(&address, &language, position).await,
        }
    };
    match loaded.await {
        Ok(history) => ([(header::CACHE_CONTROL, "no-store")], Json(history)).into_response(),
        Err(refusal) => refusal.into_json(&chat, &headers),
    }
}

impl WebChat {
    /// What we said after `position`, for a page that can't keep a stream open.
    async fn news(&self, address: &Address, language: &str, position: i64) -> Result<History, Refusal> {
        let mut connection = self.intake.store.read().await?;
        let pending = self.is_pending(&mut connection, address).await?;
        let news = outbox::after(&mut connection, address, position, SHOWN).await?;
        drop(connection);
        if let Some(last) = news.last() {
            self.handed_over(address, last.position).await?;
        }
        Ok(History {
            entries: news.into_iter().map(|shown| Entry::Heard(self.heard(language, shown))).collect(),
            pending,
        })
    }
}
