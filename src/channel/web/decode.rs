//! From a request's body to a message, or a refusal. Pure.

use serde::Deserialize;

use super::refusal::Refusal;
use crate::{
    id,
    message::{Address, Body},
};

/// What a page sends: exactly one of `text`, `choice` and `start`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SendRequest {
    /// Made by the page, 1 to 64 of `[A-Za-z0-9_-]`: the same id again is the same message.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]+$")]
    id: String,
    /// Words, at most 4000 characters.
    text: Option<String>,
    /// The action of a choice that was offered.
    choice: Option<String>,
    /// The conversation is opened; what for, if a link said it (else empty).
    start: Option<String>,
}

/// What the page without scripts sends.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FormRequest {
    /// Made with the form.
    #[serde(default)]
    pub(super) id: String,
    /// The page's language.
    pub(super) lang: Option<String>,
    /// Words.
    pub(super) text: Option<String>,
    /// The action of the choice that was pressed.
    pub(super) choice: Option<String>,
    /// The conversation is opened.
    pub(super) start: Option<String>,
}

/// A message that was decoded: its id as the page made it, and what it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The page's id of it.
    pub(super) id: String,
    /// What it says.
    pub(super) body: Body,
}

/// Decodes the body of a script's message.
pub(super) fn json(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let request: SendRequest = serde_json::from_slice(bytes).map_err(|_| Refusal::Malformed)?;
    if !is_word(&request.id) {
        return Err(Refusal::BadId);
    }
    Ok(Decoded { body: body(request.text, request.choice, request.start)?, id: request.id })
}

/// Decodes a form. Its id is made with the page, and the same page may be sent twice with different words (the
/// browser's "back"): so what was said is a part of the id.
pub(super) fn form(request: FormRequest) -> Result<Decoded, Refusal> {
    if !is_word(&request.id) || request.id.len() > 40 {
        return Err(Refusal::BadId);
    }
    let said = format!("{:?}{:?}{:?}", request.text, request.choice, request.start);
    let body = body(request.text, request.choice, request.start)?;
    Ok(Decoded { id: format!("{}-{}", request.id, &id::digest(&said)[..16]), body })
}

fn body(text: Option<String>, choice: Option<String>, start: Option<String>) -> Result<Body, Refusal> {
    match (text, choice, start) {
        (Some(text), None, None) => match Body::text(&text) {
            Body::TooLong => Err(Refusal::TooLong),
            Body::Unreadable => Err(Refusal::Empty),
            body => Ok(body),
        },
        // The limit on actions is that of `message::Choice`.
        (None, Some(action), None) if (1..=64).contains(&action.len()) && is_printable(&action) => {
            Ok(Body::Choice(action))
        }
        (None, Some(_), None) => Err(Refusal::BadChoice),
        (None, None, Some(what)) if what.is_empty() => Ok(Body::Start(None)),
        (None, None, Some(what)) if is_word(&what) => Ok(Body::Start(Some(what))),
        _ => Err(Refusal::Malformed),
    }
}

/// 1 to 64 of `[A-Za-z0-9_-]`.
pub(super) fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// The message's key in the inbox. Pages make their ids themselves, so one person's must not be taken for another's.
pub(super) fn key(address: &Address, id: &str) -> String {
    format!("{}:{id}", address.person)
}

/// The page's id in a key.
pub(super) fn id_of(key: &str) -> &str {
    key.split_once(':').map_or(key, |(_, id)| id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_kind_of_message_is_read() {
        let read = |text: &str| json(text.as_bytes()).map(|decoded| decoded.body).ok();
        assert_eq!(read(r#"{"id":"a","text":" 医保 "}"#), Some(Body::Text("医保".into())));
        assert_eq!(read(r#"{"id":"a","choice":"pick:1"}"#), Some(Body::Choice("pick:1".into())));
        assert_eq!(read(r#"{"id":"a","start":""}"#), Some(Body::Start(None)));
        assert_eq!(read(r#"{"id":"a","start":"c-1"}"#), Some(Body::Start(Some("c-1".into()))));
    }

    #[test]
    fn each_refusal_says_what_is_wrong() {
        let refused = |text: &str| json(text.as_bytes()).unwrap_err();
        assert!(matches!(refused("{"), Refusal::Malformed));
        assert!(matches!(refused(r#"{"id":"a"}"#), Refusal::Malformed));
        assert!(matches!(refused(r#"{"id":"a","text":"x","choice":"y"}"#), Refusal::Malformed));
        assert!(matches!(refused(r#"{"id":"","text":"x"}"#), Refusal::BadId));
        assert!(matches!(refused(r#"{"id":"a b","text":"x"}"#), Refusal::BadId));
        assert!(matches!(refused(&format!(r#"{{"id":"{}","text":"x"}}"#, "a".repeat(65))), Refusal::BadId));
        assert!(matches!(refused(r#"{"id":"a","text":"\u200b \n"}"#), Refusal::Empty));
        assert!(matches!(refused(r#"{"id":"a","choice":""}"#), Refusal::BadChoice));
        assert!(matches!(refused(r#"{"id":"a","choice":"字"}"#), Refusal::BadChoice));
        assert!(matches!(refused(&format!(r#"{{"id":"a","text":"{}"}}"#, "字".repeat(4001))), Refusal::TooLong));
        assert!(matches!(json(b"{\"id\":\"a\",\"text\":\"\xff\"}").unwrap_err(), Refusal::Malformed));
    }

    #[test]
    fn a_form_sent_twice_counts_once_but_new_words_count() {
        let id = |text: &str| {
            form(FormRequest { id: "f1".into(), text: Some(text.into()), ..FormRequest::default() }).unwrap().id
        };
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
        assert!(is_word(&id("a")));
    }

    #[test]
    fn keys_of_two_people_differ() {
        let [one, other] = ["a1", "b2"].map(|half| super::super::session::address(&half.repeat(32)).unwrap());
        assert_ne!(key(&one, "m"), key(&other, "m"));
        assert_eq!(id_of(&key(&one, "m")), "m");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = json(&bytes);
        }

        #[test]
        fn any_words_are_read_or_refused(id in ".{0,70}", text in ".{0,50}", choice in proptest::option::of(".{0,70}")) {
            let body = serde_json::json!({ "id": id, "text": text, "choice": choice }).to_string();
            if let Ok(decoded) = json(body.as_bytes()) {
                prop_assert!(is_word(&decoded.id));
                prop_assert!(matches!(decoded.body, Body::Text(_)));
            }
        }
    }
}
