//! What somebody wrote.

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;
use teloxide::types::ChatId;

use super::{
    decode::{Passed, Said},
    form::{Kind, Message, User, answered},
};
use crate::message::{Body, Within};

/// The longest payload of a link that starts a chat (<https://core.telegram.org/bots/features#deep-linking>).
const MAX_PAYLOAD: usize = 64;

/// Events that Telegram reports as if the person had written: nobody waits for an answer to them.
const EVENTS: [&str; 7] = [
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "successful_payment",
    "chat_background_set",
    "forum_topic_created",
];

/// Reads `message`; `bot` is our own id.
pub(super) fn read(value: &Value, bot: i64, now: Timestamp) -> Result<Said, Passed> {
    let Ok(message) = Message::deserialize(value) else {
        return Err(Passed::refused(None, "a message of an unknown form"));
    };
    let chat = message.chat.id;
    let about = answered(message.answers.as_ref(), bot);
    let (body, group) = match message.chat.kind() {
        Kind::Private => (body(value, &message, chat)?, None),
        Kind::Group(title) => (body_in_group(&message, about.is_some())?, Some(title)),
        Kind::Other => return Err(Passed::refused(Some(chat), "not a private chat, nor a group")),
    };
    let within = Within { sender: User::sender(message.from.as_ref()), group, about, press: None };
    Ok(Said {
        chat,
        body,
        language: User::language(message.from),
        at: Timestamp::from_second(message.date).ok().filter(|_| message.date > 0).unwrap_or(now),
        within,
    })
}

fn body(value: &Value, message: &Message, chat: ChatId) -> Result<Body, Passed> {
    if let Some(text) = &message.text {
        Ok(read_text(text))
    } else if let Some(event) = EVENTS.iter().find(|event| value.get(**event).is_some()) {
        Err(Passed::refused(Some(chat), event))
    } else {
        Ok(Body::Unreadable)
    }
}

/// In a group people talk with one another. Only commands and answers to what we said are for us; nothing is kept of the
/// rest. A bot in privacy mode, as all are at first, doesn't even get the rest.
fn body_in_group(message: &Message, answers_us: bool) -> Result<Body, Passed> {
    if let Some(to) = message.migrate_to_chat_id {
        return Ok(Body::Moved(to.to_string()));
    }
    match &message.text {
        Some(text) if answers_us || is_command(text) => Ok(read_text(text)),
        None if answers_us => Ok(Body::Unreadable),
        _ => Err(Passed::Over),
    }
}

fn is_command(text: &str) -> bool {
    command(text).is_some()
}

/// A command's name and what stands behind it: `/help@our_bot me` is `help` and `me`.
fn command(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (name, bot) = first.strip_prefix('/')?.split_once('@').unwrap_or((first.strip_prefix('/')?, ""));
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (!name.is_empty() && is_word(name) && is_word(bot)).then_some((name, rest))
}

/// A text, or one of the forms that Telegram gives to commands: `/start payload`, `/help@our_bot`.
fn read_text(text: &str) -> Body {
    let Some((name, rest)) = command(text) else { return Body::text(text) };
    if name != "start" {
        return Body::text(&format!("/{name} {rest}"));
    }
    match Body::text(rest) {
        Body::Unreadable => Body::Start(None),
        Body::Text(payload) if payload.len() <= MAX_PAYLOAD => Body::Start(Some(payload)),
        // No link of ours: the person wrote something behind the word, and that is what they want to say.
        said => said,
    }
}
