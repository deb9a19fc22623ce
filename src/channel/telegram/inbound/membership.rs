//! Whether we are still in a chat.

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;

use super::{
    decode::{Passed, Said},
    form::{Kind, Membership, User},
};
use crate::message::{Body, Within};

/// Reads `my_chat_member`: of all that may change about us, only that we are out matters.
pub(super) fn read(value: &Value, now: Timestamp) -> Result<Said, Passed> {
    let Ok(change) = Membership::deserialize(value) else {
        return Err(Passed::refused(None, "a membership of an unknown form"));
    };
    let group = match change.chat.kind() {
        Kind::Private => None,
        Kind::Group(title) => Some(title),
        Kind::Other => return Err(Passed::Over),
    };
    if !matches!(change.new_chat_member.status.as_str(), "left" | "kicked") {
        return Err(Passed::Over);
    }
    let within = Within { sender: User::sender(change.from.as_ref()), group, ..Within::default() };
    Ok(Said { chat: change.chat.id, body: Body::Left, language: None, at: now, within })
}
