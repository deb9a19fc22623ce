//! As much of Telegram's objects as we read.
//!
//! teloxide's `Message` fails as a whole when one of its hundred fields has a form that it doesn't know yet, and with it
//! the person's words would be lost.

use serde::Deserialize;
use serde_json::Value;
use teloxide::types::ChatId;

#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) from: Option<User>,
    #[serde(default)]
    pub(super) date: i64,
    #[serde(default)]
    pub(super) text: Option<String>,
    /// The group goes on under this id.
    #[serde(default)]
    pub(super) migrate_to_chat_id: Option<i64>,
    /// Read by [`answered`] only: what somebody answers may have any form.
    #[serde(default, rename = "reply_to_message")]
    pub(super) answers: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Chat {
    pub(super) id: ChatId,
    pub(super) r#type: String,
    #[serde(default)]
    pub(super) title: Option<String>,
}

/// In what kind of chat something happens.
pub(super) enum Kind {
    /// One person and we.
    Private,
    /// Several people; the group's name.
    Group(String),
    /// Something else, such as a channel that everybody reads.
    Other,
}

impl Chat {
    pub(super) fn kind(&self) -> Kind {
        match self.r#type.as_str() {
            "private" => Kind::Private,
            "group" | "supergroup" => Kind::Group(crate::message::clean(self.title.as_deref().unwrap_or_default())),
            _ => Kind::Other,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct User {
    #[serde(default)]
    pub(super) id: Option<i64>,
    #[serde(default)]
    pub(super) language_code: Option<String>,
}

impl User {
    /// Their id as the core knows it; empty where Telegram tells none.
    pub(super) fn sender(user: Option<&Self>) -> String {
        user.and_then(|user| user.id).map(|id| id.to_string()).unwrap_or_default()
    }

    /// The language of their app. A tag is short and plain; anything else is no hint.
    pub(super) fn language(user: Option<Self>) -> Option<String> {
        user?.language_code.filter(|tag| crate::channel::telegram::is_name(tag, 35))
    }
}

/// The id of the message that a message answers, if that one is the bot's own.
pub(super) fn answered(message: Option<&Value>, bot: i64) -> Option<String> {
    let message = message?;
    let ours = message.get("from").and_then(|from| from.get("id")).and_then(Value::as_i64) == Some(bot);
    let id = message.get("message_id").and_then(Value::as_i64).filter(|_| ours)?;
    Some(id.to_string())
}

#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    pub(super) from: User,
    #[serde(default)]
    pub(super) message: Option<Pressed>,
    #[serde(default)]
    pub(super) data: Option<String>,
}

/// The message whose button was pressed. Telegram may have forgotten all of it but the chat and its id.
#[derive(Deserialize)]
pub(super) struct Pressed {
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) message_id: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Membership {
    pub(super) chat: Chat,
    #[serde(default)]
    pub(super) from: Option<User>,
    pub(super) new_chat_member: Member,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub(super) status: String,
}
