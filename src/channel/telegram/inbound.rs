//! What comes in: an update is decoded, and stored before Telegram hears "received".

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use teloxide::{
    payloads::AnswerCallbackQuery,
    types::{CallbackQueryId, ChatId},
};
use tokio::sync::Semaphore;

use super::{
    CHANNEL,
    api::{Api, TIMEOUT},
};
use crate::{
    channel::{Arrival, Intake},
    inbox::Accepted,
    message::{Address, Body, Inbound},
    store::StoreError,
};

/// How many buttons may be set at rest at the same time.
const ANSWERING: usize = 32;
/// The longest callback data, in bytes (<https://core.telegram.org/bots/api#inlinekeyboardbutton>).
pub(super) const MAX_ACTION: usize = 64;
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

/// An update as we understand it.
#[derive(Debug, Clone)]
pub(super) enum Decoded {
    /// It has a number, so it can be stored and acknowledged.
    Numbered {
        /// Telegram's number of it.
        update_id: i32,
        /// What it says.
        arrival: Arrival,
        /// The press of a button that Telegram wants to be told of.
        press: Option<CallbackQueryId>,
    },
    /// It has no number that we can read: it can be neither stored once nor acknowledged.
    Unnumbered,
}

// Only what we need is read. teloxide's `Message` fails as a whole when one of its hundred fields has a form that it
// doesn't know yet, and with it the person's words would be lost.

#[derive(Deserialize)]
struct Message {
    chat: Chat,
    #[serde(default)]
    from: Option<User>,
    #[serde(default)]
    date: i64,
    #[serde(default)]
    text: Option<String>,
}

#[derive(Deserialize)]
struct Chat {
    id: ChatId,
    r#type: String,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    language_code: Option<String>,
}

#[derive(Deserialize)]
struct CallbackQuery {
    from: User,
    #[serde(default)]
    message: Option<Pressed>,
    #[serde(default)]
    data: Option<String>,
}

/// The message whose button was pressed. Telegram may have forgotten all of it but the chat.
#[derive(Deserialize)]
struct Pressed {
    chat: Chat,
}

/// Decodes an update. `now` stands for the time of what Telegram gives no time for.
pub(super) fn decode(update: &Value, account: &str, now: Timestamp) -> Decoded {
    // The next offset is one more, and must still be a number that Telegram takes.
    let number = update.get("update_id").and_then(Value::as_i64).and_then(|id| i32::try_from(id).ok());
    let Some(update_id) = number.filter(|id| (0..i32::MAX).contains(id)) else {
        return Decoded::Unnumbered;
    };
    let key = update_id.to_string();
    let mut press = None;
    let understood = if let Some(message) = update.get("message") {
        read_message(message, now)
    } else if let Some(query) = update.get("callback_query") {
        press = query.get("id").and_then(Value::as_str).map(|id| CallbackQueryId(id.to_owned()));
        read_press(query, now)
    } else {
        Err(Refused { person: None, reason: format!("neither a message nor a choice: {}", kind_of(update)) })
    };
    let address = |person: Option<ChatId>| Address {
        channel: CHANNEL.to_owned(),
        account: account.to_owned(),
        person: person.map(|chat| chat.0.to_string()).unwrap_or_default(),
    };
    let arrival = match understood {
        Ok(said) => Arrival::Message(Inbound {
            address: address(Some(said.chat)),
            key,
            body: said.body,
            language: said.language,
            sent_at: said.at,
        }),
        Err(Refused { person, reason }) => Arrival::Undecodable { address: address(person), key, reason },
    };
    Decoded::Numbered { update_id, arrival, press }
}

struct Said {
    chat: ChatId,
    body: Body,
    language: Option<String>,
    at: Timestamp,
}

struct Refused {
    person: Option<ChatId>,
    reason: String,
}

impl Refused {
    fn new(person: Option<ChatId>, reason: &str) -> Self {
        Self { person, reason: reason.to_owned() }
    }
}

fn read_message(value: &Value, now: Timestamp) -> Result<Said, Refused> {
    let Ok(message) = Message::deserialize(value) else {
        return Err(Refused::new(None, "a message of an unknown form"));
    };
    let chat = private(&message.chat)?;
    let body = if let Some(text) = &message.text {
        read_text(text)
    } else if let Some(event) = EVENTS.iter().find(|event| value.get(**event).is_some()) {
        return Err(Refused::new(Some(chat), event));
    } else {
        Body::Unreadable
    };
    Ok(Said {
        chat,
        body,
        language: language(message.from),
        at: Timestamp::from_second(message.date).ok().filter(|_| message.date > 0).unwrap_or(now),
    })
}

fn read_press(value: &Value, now: Timestamp) -> Result<Said, Refused> {
    let Ok(query) = CallbackQuery::deserialize(value) else {
        return Err(Refused::new(None, "a choice of an unknown form"));
    };
    let Some(pressed) = query.message else {
        return Err(Refused::new(None, "a choice outside of a chat"));
    };
    let chat = private(&pressed.chat)?;
    match query.data {
        Some(data) if !data.is_empty() && data.len() <= MAX_ACTION => {
            Ok(Said { chat, body: Body::Choice(data), language: language(Some(query.from)), at: now })
        }
        _ => Err(Refused::new(Some(chat), "a choice without an action of ours")),
    }
}

/// We talk with one person at a time: what is said in a group is nobody's question to us.
fn private(chat: &Chat) -> Result<ChatId, Refused> {
    if chat.r#type == "private" { Ok(chat.id) } else { Err(Refused::new(Some(chat.id), "not a private chat")) }
}

fn language(user: Option<User>) -> Option<String> {
    // A tag is short and plain; anything else is no hint.
    user?.language_code.filter(|tag| super::is_name(tag, 35))
}

/// A text, or one of the forms that Telegram gives to commands: `/start payload`, `/help@our_bot`.
fn read_text(text: &str) -> Body {
    let (first, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let Some(command) = first.strip_prefix('/') else {
        return Body::text(text);
    };
    let (name, bot) = command.split_once('@').unwrap_or((command, ""));
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if name.is_empty() || !is_word(name) || !is_word(bot) {
        return Body::text(text);
    }
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

/// Stores what comes in for one bot.
pub(super) struct Receiver {
    api: Api,
    intake: Intake,
    account: String,
    answering: Arc<Semaphore>,
}

/// What became of a batch of updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    /// The highest number among them.
    pub last: Option<i32>,
    /// How many had no number.
    pub unnumbered: usize,
}

impl Receiver {
    /// A receiver for one bot.
    pub(super) fn new(api: Api, intake: Intake, account: String) -> Self {
        Self { api, intake, account, answering: Arc::new(Semaphore::new(ANSWERING)) }
    }

    /// Our name for the bot.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// Stores all updates, in one transaction. When this returns, Telegram may forget them.
    pub(super) async fn take(&self, updates: &[Value]) -> Result<Taken, StoreError> {
        let now = self.intake.clock.now();
        let mut taken = Taken { last: None, unnumbered: 0 };
        let mut numbered = Vec::with_capacity(updates.len());
        for update in updates {
            match decode(update, &self.account, now) {
                Decoded::Numbered { update_id, arrival, press } => numbered.push((update_id, arrival, press)),
                Decoded::Unnumbered => taken.unnumbered += 1,
            }
        }
        // People are answered in the order in which they wrote.
        numbered.sort_by_key(|(update_id, ..)| *update_id);
        taken.last = numbered.last().map(|(update_id, ..)| *update_id);
        let (arrivals, presses): (Vec<_>, Vec<_>) =
            numbered.into_iter().map(|(_, arrival, press)| (arrival, press)).unzip();
        if taken.unnumbered > 0 {
            tracing::warn!(account = self.account, count = taken.unnumbered, "Telegram sent updates without a number");
        }
        if arrivals.is_empty() {
            return Ok(taken);
        }
        for (accepted, press) in self.intake.accept(&arrivals).await?.into_iter().zip(presses) {
            if let (Accepted::New, Some(press)) = (accepted, press) {
                self.set_at_rest(press);
            }
        }
        Ok(taken)
    }

    /// Stops the pressed button's spinning. It is a courtesy: when too many are under way, or it fails, it is left,
    /// because the real answer is in the outbox.
    fn set_at_rest(&self, press: CallbackQueryId) {
        let Ok(permit) = self.answering.clone().try_acquire_owned() else { return };
        let api = self.api.clone();
        tokio::spawn(async move {
            if let Err(error) = api.call(&AnswerCallbackQuery::new(press), TIMEOUT).await {
                tracing::debug!(%error, "a pressed button keeps spinning");
            }
            drop(permit);
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn arrival(update: &Value) -> Arrival {
        match decode(update, "bot", Timestamp::UNIX_EPOCH) {
            Decoded::Numbered { arrival, .. } => arrival,
            Decoded::Unnumbered => panic!("unnumbered: {update}"),
        }
    }

    fn message(update: &Value) -> Inbound {
        match arrival(update) {
            Arrival::Message(message) => message,
            other @ Arrival::Undecodable { .. } => panic!("{other:?}"),
        }
    }

    fn refusal(update: &Value) -> (String, String) {
        match arrival(update) {
            Arrival::Undecodable { address, reason, .. } => (address.person, reason),
            Arrival::Message(message) => panic!("{message:?}"),
        }
    }

    fn text(text: &str) -> Value {
        json!({"update_id": 5, "message": {"message_id": 1, "date": 1_700_000_000, "text": text,
            "chat": {"id": 77, "type": "private", "first_name": "李"},
            "from": {"id": 77, "is_bot": false, "first_name": "李", "language_code": "zh-hans"}}})
    }

    fn said(words: &str) -> Body {
        message(&text(words)).body
    }

    #[test]
    fn a_text_has_its_sender_key_language_and_time() {
        let message = message(&text("公积金怎么提取？"));
        assert_eq!(message.address, Address { channel: "telegram".into(), account: "bot".into(), person: "77".into() });
        assert_eq!((message.key.as_str(), message.language.as_deref()), ("5", Some("zh-hans")));
        assert_eq!(message.body, Body::Text("公积金怎么提取？".into()));
        assert_eq!(message.sent_at.as_second(), 1_700_000_000);
    }

    #[test]
    fn commands_lose_the_name_of_the_bot() {
        assert_eq!(said("/start"), Body::Start(None));
        assert_eq!(said("/start@our_bot"), Body::Start(None));
        assert_eq!(said("/start  "), Body::Start(None));
        assert_eq!(said("/start consult_2026-3"), Body::Start(Some("consult_2026-3".into())));
        assert_eq!(said("/start@our_bot x"), Body::Start(Some("x".into())));
        assert_eq!(said(&format!("/start {}", "长".repeat(30))), Body::Text("长".repeat(30)));
        assert_eq!(said("/help@our_bot"), Body::Text("/help".into()));
        assert_eq!(said("/find@our_bot 电梯 加装"), Body::Text("/find 电梯 加装".into()));
        assert_eq!(said("/home/li@example.org"), Body::Text("/home/li@example.org".into()));
        assert_eq!(said("/ 或者"), Body::Text("/ 或者".into()));
        assert_eq!(said("/转人工"), Body::Text("/转人工".into()));
    }

    #[test]
    fn what_is_no_text_is_unreadable_but_events_are_not_answered() {
        let mut update = text("");
        update["message"].as_object_mut().unwrap().remove("text");
        for kind in ["sticker", "photo", "voice", "something_of_next_year"] {
            let mut update = update.clone();
            update["message"][kind] = json!({"file_id": "x"});
            update["message"]["caption"] = json!("words below a picture");
            assert_eq!(message(&update).body, Body::Unreadable, "{kind}");
        }
        update["message"]["pinned_message"] = json!({});
        assert_eq!(refusal(&update), ("77".into(), "pinned_message".into()));
    }

    #[test]
    fn a_text_is_read_whatever_else_the_message_holds() {
        let mut update = text("words");
        update["message"]["entities"] = json!([{"type": "not_invented_yet"}]);
        update["message"]["reply_to_message"] = json!("?");
        update["a_kind_of_next_year"] = json!(1);
        assert_eq!(message(&update).body, Body::Text("words".into()));
    }

    #[test]
    fn a_press_is_a_choice_and_wants_an_answer() {
        let update = json!({"update_id": 6, "callback_query": {"id": "q1", "chat_instance": "c", "data": "rate:5",
            "from": {"id": 77, "is_bot": false, "first_name": "李", "language_code": "en"},
            "message": {"message_id": 3, "date": 0, "chat": {"id": 77, "type": "private"}}}});
        let Decoded::Numbered { update_id: 6, arrival: Arrival::Message(message), press } =
            decode(&update, "bot", Timestamp::UNIX_EPOCH)
        else {
            panic!()
        };
        assert_eq!(message.body, Body::Choice("rate:5".into()));
        assert_eq!(message.sent_at, Timestamp::UNIX_EPOCH);
        assert_eq!(press, Some(CallbackQueryId("q1".into())));
        for data in [json!(null), json!(""), json!("a".repeat(65)), json!(7)] {
            let mut update = update.clone();
            update["callback_query"]["data"] = data;
            refusal(&update);
        }
    }

    #[test]
    fn groups_channels_and_edits_are_recorded_without_words() {
        let mut group = text("secret words");
        group["message"]["chat"] = json!({"id": -100, "type": "supergroup", "title": "T"});
        assert_eq!(refusal(&group), ("-100".into(), "not a private chat".into()));
        let edited = json!({"update_id": 5, "edited_message": text("secret words")["message"]});
        assert_eq!(refusal(&edited), (String::new(), "neither a message nor a choice: edited_message".into()));
        let odd = json!({"update_id": 5, "Secret Words": 1});
        assert_eq!(refusal(&odd).1, "neither a message nor a choice: unknown");
        assert_eq!(refusal(&json!({"update_id": 5, "message": {"text": "secret"}})).1, "a message of an unknown form");
    }

    #[test]
    fn a_number_is_needed() {
        for number in [json!(null), json!("5"), json!(-1), json!(1.5), json!(i32::MAX), json!(u64::MAX)] {
            let update = json!({"update_id": number, "message": {}});
            assert!(matches!(decode(&update, "bot", Timestamp::UNIX_EPOCH), Decoded::Unnumbered), "{update}");
        }
        assert!(matches!(decode(&json!([1]), "bot", Timestamp::UNIX_EPOCH), Decoded::Unnumbered));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let keys = prop::sample::select(vec![
            "update_id",
            "message",
            "callback_query",
            "chat",
            "id",
            "type",
            "text",
            "from",
            "date",
            "data",
            "x",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(json!("private")),
        ];
        leaf.prop_recursive(5, 64, 8, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(keys.clone(), inner, 0..8)
                    .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_json_panics(mut update in any_json(), number in any::<u16>()) {
            decode(&update, "bot", Timestamp::UNIX_EPOCH);
            if let Some(map) = update.as_object_mut() {
                map.insert("update_id".into(), number.into());
                decode(&update, "bot", Timestamp::UNIX_EPOCH);
            }
        }

        #[test]
        fn any_text_without_a_slash_comes_through(words in "[^/].{0,80}") {
            prop_assert_eq!(said(&words), Body::text(&words));
        }

        #[test]
        fn a_command_keeps_its_words(words in "/.{0,80}") {
            let kept = match said(&words) {
                Body::Text(text) | Body::Start(Some(text)) => text,
                Body::Start(None) | Body::Unreadable => String::new(),
                other => panic!("{other:?}"),
            };
            prop_assert!(kept.chars().filter(|c| *c != '/').all(|c| words.contains(c) || c == ' '));
        }
    }
}
