//! The press of a button.

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;

use super::{
    MAX_ACTION,
    decode::{Passed, Said},
    form::{CallbackQuery, Kind, User},
};
use crate::message::{Body, Within};

/// Reads `callback_query`.
pub(super) fn read(value: &Value, now: Timestamp) -> Result<Said, Passed> {
    let Ok(query) = CallbackQuery::deserialize(value) else {
        return Err(Passed::refused(None, "a choice of an unknown form"));
    };
    let Some(pressed) = query.message else {
        return Err(Passed::refused(None, "a choice outside of a chat"));
    };
    let chat = pressed.chat.id;
    let group = match pressed.chat.kind() {
        Kind::Private => None,
        Kind::Group(title) => Some(title),
        Kind::Other => return Err(Passed::refused(Some(chat), "not a private chat, nor a group")),
    };
    let within = Within {
        sender: User::sender(Some(&query.from)),
        group,
        about: pressed.message_id.map(|id| id.to_string()),
        press: value.get("id").and_then(Value::as_str).map(str::to_owned),
    };
    match query.data {
        Some(data) if !data.is_empty() && data.len() <= MAX_ACTION => {
            let language = User::language(Some(query.from));
            Ok(Said { chat, body: Body::Choice(data), language, at: now, within })
        }
        _ => Err(Passed::refused(Some(chat), "a choice without an action of ours")),
    }
}
