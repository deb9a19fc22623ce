//! Tells the kinds of updates apart.

use jiff::Timestamp;
use serde_json::Value;
use teloxide::types::{CallbackQueryId, ChatId};

use super::{Bot, membership, press, text};
use crate::{
    channel::{Arrival, telegram::CHANNEL},
    message::{ANSWERED_ASIDE, Address, Body, Inbound, Within},
};

/// An update as we understand it.
#[derive(Debug, Clone)]
pub(super) struct Decoded {
    /// Telegram's number of it.
    pub(super) update_id: i32,
    /// What it says; none when it is no business of ours, and nothing of it is stored.
    pub(super) arrival: Option<Arrival>,
    /// The press of a button that Telegram wants to be told of at once.
    pub(super) press: Option<CallbackQueryId>,
}

/// What an update says.
pub(super) struct Said {
    pub(super) chat: ChatId,
    pub(super) body: Body,
    pub(super) language: Option<String>,
    pub(super) at: Timestamp,
    pub(super) within: Within,
}

/// Why an update isn't a message to us.
pub(super) enum Passed {
    /// It is no business of ours: people talk with one another.
    Over,
    /// It can't be decoded. From whom, as far as known, and why.
    Refused(Option<ChatId>, String),
}

impl Passed {
    pub(super) fn refused(person: Option<ChatId>, reason: &str) -> Self {
        Self::Refused(person, reason.to_owned())
    }
}

/// Decodes an update; none when it has no number that we can read, so that it can be neither stored once nor acknowledged.
/// `now` stands for the time of what Telegram gives no time for.
pub(super) fn decode(update: &Value, bot: Bot<'_>, now: Timestamp) -> Option<Decoded> {
    // The next offset is one more, and must still be a number that Telegram takes.
    let number = update.get("update_id").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
    let update_id = number.filter(|id| (0..i32::MAX).contains(id))?;
    let key = update_id.to_string();
    let mut pressed = None;
    let understood = if let Some(message) = update.get("message") {
        text::read(message, bot.id, now)
    } else if let Some(query) = update.get("callback_query") {
        pressed = query.get("id").and_then(Value::as_str).map(|id| CallbackQueryId(id.to_owned()));
        press::read(query, now)
    } else if let Some(change) = update.get("my_chat_member") {
        membership::read(change, now)
    } else {
        Err(Passed::Refused(None, format!("neither a message nor a choice: {}", kind_of(update))))
    };
    let address = |person: Option<ChatId>| Address {
        channel: CHANNEL.to_owned(),
        account: bot.account.to_owned(),
        person: person.map(|chat| chat.0.to_string()).unwrap_or_default(),
    };
    // The core answers some itself, and Telegram takes one answer only.
    let answered = |said: &Said| matches!(&said.body, Body::Choice(action) if action.starts_with(ANSWERED_ASIDE));
    let arrival = match understood {
        Ok(said) => {
            pressed = pressed.filter(|_| !answered(&said));
            Some(Arrival::Message(Inbound {
                address: address(Some(said.chat)),
                key,
                body: said.body,
                language: said.language,
                sent_at: said.at,
                within: Some(said.within),
            }))
        }
        Err(Passed::Over) => None,
        Err(Passed::Refused(person, reason)) => Some(Arrival::Undecodable { address: address(person), key, reason }),
    };
    Some(Decoded { update_id, arrival, press: pressed })
}

/// The kind of an update by its key, as long as that looks like one.
fn kind_of(update: &Value) -> &str {
    update
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, _)| key.as_str())
        .find(|key| *key != "update_id" && key.len() <= 40 && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .unwrap_or("unknown")
}
