//! What becomes of updates.

use proptest::prelude::*;
use serde_json::{Value, json};

use jiff::Timestamp;
use teloxide::types::CallbackQueryId;

use super::{
    Bot,
    decode::{Decoded, decode as decode_for},
};
use crate::{
    channel::Arrival,
    message::{Address, Body, Inbound, Within},
};

/// Decodes for the bot with the id 42.
fn decode(update: &Value, account: &str, now: Timestamp) -> Option<Decoded> {
    decode_for(update, Bot { account, id: 42 }, now)
}

fn arrival(update: &Value) -> Arrival {
    match decode(update, "bot", Timestamp::UNIX_EPOCH) {
        Some(decoded) => decoded.arrival.unwrap_or_else(|| panic!("passed over: {update}")),
        None => panic!("unnumbered: {update}"),
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
    let Some(Decoded { update_id: 6, arrival: Some(Arrival::Message(message)), press }) =
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
fn channels_and_edits_are_recorded_without_words() {
    let mut channel = text("secret words");
    channel["message"]["chat"] = json!({"id": -100, "type": "channel", "title": "T"});
    assert_eq!(refusal(&channel), ("-100".into(), "not a private chat, nor a group".into()));
    let edited = json!({"update_id": 5, "edited_message": text("secret words")["message"]});
    assert_eq!(refusal(&edited), (String::new(), "neither a message nor a choice: edited_message".into()));
    let odd = json!({"update_id": 5, "Secret Words": 1});
    assert_eq!(refusal(&odd).1, "neither a message nor a choice: unknown");
    assert_eq!(refusal(&json!({"update_id": 5, "message": {"text": "secret"}})).1, "a message of an unknown form");
}

/// A message in a group, by somebody with the id 77.
fn in_group(words: &str) -> Value {
    let mut update = text(words);
    update["message"]["chat"] = json!({"id": -100, "type": "supergroup", "title": "值班\u{202e}群"});
    update
}

fn answering(mut update: Value, author: i64) -> Value {
    update["message"]["reply_to_message"] = json!({"message_id": 9, "from": {"id": author}, "text": "old words"});
    update
}

fn is_passed_over(update: &Value) -> bool {
    matches!(decode(update, "bot", Timestamp::UNIX_EPOCH), Some(Decoded { arrival: None, press: None, .. }))
}

#[test]
fn in_a_group_only_commands_and_answers_to_us_are_heard() {
    for words in ["大家好", "/ 或者", "看 /bind", "/转人工"] {
        assert!(is_passed_over(&in_group(words)), "{words}");
        assert!(is_passed_over(&answering(in_group(words), 43)), "{words}");
    }
    let command = message(&in_group("/bind@our_bot ABCD"));
    assert_eq!(command.body, Body::Text("/bind ABCD".into()));
    assert_eq!(command.address.person, "-100");
    let within = Within { sender: "77".into(), group: Some("值班群".into()), ..Within::default() };
    assert_eq!(command.within, Some(within.clone()));
    let answer = message(&answering(in_group("明年照常开"), 42));
    assert_eq!(answer.body, Body::Text("明年照常开".into()));
    assert_eq!(answer.within, Some(Within { about: Some("9".into()), ..within }));
    let mut picture = answering(in_group(""), 42);
    picture["message"].as_object_mut().unwrap().remove("text");
    assert_eq!(message(&picture).body, Body::Unreadable);
    for odd in [json!("?"), json!({}), json!({"from": 42}), json!({"from": {"id": 42}, "message_id": "x"})] {
        let mut update = in_group("大家好");
        update["message"]["reply_to_message"] = odd;
        assert!(is_passed_over(&update), "{update}");
    }
}

#[test]
fn a_press_in_a_group_tells_who_pressed_what() {
    let press = |data: &str| {
        json!({"update_id": 6, "callback_query": {"id": "q1", "data": data, "from": {"id": 77},
            "message": {"message_id": 3, "date": 0, "chat": {"id": -100, "type": "group", "title": "T"}}}})
    };
    let pressed = message(&press("desk-claim:Z1"));
    assert_eq!((pressed.address.person.as_str(), pressed.body), ("-100", Body::Choice("desk-claim:Z1".into())));
    let within = pressed.within.unwrap();
    assert_eq!((within.sender.as_str(), within.group.as_deref()), ("77", Some("T")));
    assert_eq!((within.about.as_deref(), within.press.as_deref()), (Some("3"), Some("q1")));
    // The core answers these; the others are set at rest at once.
    let at_rest = |data: &str| match decode(&press(data), "bot", Timestamp::UNIX_EPOCH) {
        Some(decoded) => decoded.press.is_some(),
        None => panic!(),
    };
    assert!(!at_rest("desk-claim:Z1") && at_rest("again:1"));
}

#[test]
fn we_hear_that_we_are_out_and_that_a_group_moved() {
    let member = |kind: &str, status: &str| {
        json!({"update_id": 6, "my_chat_member": {"chat": {"id": -5, "type": kind, "title": "T"}, "date": 1,
            "from": {"id": 77}, "old_chat_member": {"status": "member"}, "new_chat_member": {"status": status}}})
    };
    for status in ["left", "kicked"] {
        let out = message(&member("group", status));
        assert_eq!((out.address.person.as_str(), out.body), ("-5", Body::Left));
        assert_eq!(message(&member("private", status)).within.unwrap().group, None);
        assert!(is_passed_over(&member("channel", status)));
    }
    for status in ["member", "administrator", "restricted", "of next year"] {
        assert!(is_passed_over(&member("supergroup", status)));
    }
    let mut moved = in_group("");
    moved["message"]["migrate_to_chat_id"] = json!(-1_001_234_567_890_i64);
    moved["message"].as_object_mut().unwrap().remove("text");
    assert_eq!(message(&moved).body, Body::Moved("-1001234567890".into()));
}

#[test]
fn a_number_is_needed() {
    for number in [json!(null), json!("5"), json!(-1), json!(1.5), json!(i32::MAX), json!(u64::MAX)] {
        let update = json!({"update_id": number, "message": {}});
        assert!(decode(&update, "bot", Timestamp::UNIX_EPOCH).is_none(), "{update}");
    }
    assert!(decode(&json!([1]), "bot", Timestamp::UNIX_EPOCH).is_none());
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
        "my_chat_member",
        "new_chat_member",
        "status",
        "reply_to_message",
        "message_id",
        "x",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(json!("private")),
        Just(json!("group")),
        Just(json!("left")),
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
