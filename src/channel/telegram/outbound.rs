//! What goes out: one part of a message, once. Besides messages these are the short answer to a pressed button, and other
//! buttons below an earlier message.

use std::time::Duration;

use serde_json::Value;
use teloxide::{
    payloads::{
        AnswerCallbackQuery, AnswerCallbackQuerySetters as _, EditMessageReplyMarkup,
        EditMessageReplyMarkupSetters as _, SendMessage, SendMessageSetters as _,
    },
    types::{
        CallbackQueryId, ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageId, ParseMode,
    },
};

use super::{
    CHANNEL,
    api::{Api, CallError, TIMEOUT},
    pace::{Pace, Speed},
    render::{Part, keyboard, render, whisper},
};
use crate::{
    channel::{BoxFuture, Outlet, SendFailure},
    message::{Address, Choice, Manner, Outbound},
};

/// When to come again while the token is wrong: an operator has to do something first.
const BAD_TOKEN: Duration = Duration::from_mins(1);
/// What Telegram says, besides 403, when there is no chat any more in which we could speak.
const GONE: [&str; 3] = ["chat not found", "group chat was deactivated", "bot was kicked"];

/// Sends as one bot.
pub(super) struct TelegramOutlet {
    api: Api,
    account: String,
    pace: Pace,
}

impl TelegramOutlet {
    /// An outlet for one bot.
    pub(super) fn new(api: Api, account: String, speed: Speed) -> Self {
        Self { api, account, pace: Pace::of(speed) }
    }

    async fn send_part(
        &self,
        address: &Address,
        message: &Outbound,
        part: usize,
    ) -> Result<Option<String>, SendFailure> {
        let undeliverable = |why: String| SendFailure::Undeliverable { why };
        let Ok(chat) = address.person.parse::<i64>() else {
            return Err(undeliverable("the person's id isn't a chat's".to_owned()));
        };
        let done = match &message.manner {
            Manner::Message => {
                let parts = render(message).map_err(|refusal| undeliverable(refusal.to_string()))?;
                let Some(part) = parts.into_iter().nth(part) else {
                    return Err(undeliverable("there is no such part".to_owned()));
                };
                self.wait_for_turn(chat).await?;
                self.api.call(&payload(ChatId(chat), part), TIMEOUT).await
            }
            // It is no message, so it doesn't count against the chat's pace.
            Manner::Aside(press) => self.api.call(&aside(press, message), TIMEOUT).await,
            Manner::Choices(earlier) => {
                let Ok(earlier) = earlier.parse() else {
                    return Err(undeliverable("the earlier message's id isn't a number".to_owned()));
                };
                let rows = keyboard(&message.choices).map_err(|refusal| undeliverable(refusal.to_string()))?;
                let change = EditMessageReplyMarkup::new(ChatId(chat), MessageId(earlier)).reply_markup(markup(rows));
                self.wait_for_turn(chat).await?;
                self.api.call(&change, TIMEOUT).await
            }
        };
        match done {
            Ok(result) => Ok(result.get("message_id").and_then(Value::as_i64).map(|id| id.to_string())),
            Err(error) => {
                if let Some(wait) = error.retry_after() {
                    self.pace.pause(wait);
                }
                Err(failure(&error))
            }
        }
    }

    async fn wait_for_turn(&self, chat: i64) -> Result<(), SendFailure> {
        let turn = self.pace.turn(chat).await;
        turn.map_err(|wait| SendFailure::NotAccepted { retry_after: Some(wait), why: "too many at once".to_owned() })
    }
}

impl Outlet for TelegramOutlet {
    fn channel(&self) -> &str {
        CHANNEL
    }

    fn account(&self) -> &str {
        &self.account
    }

    fn parts(&self, message: &Outbound) -> usize {
        if !message.manner.is_message() {
            return 1;
        }
        // What can't be rendered is refused when its first part is to be sent.
        render(message).map_or(1, |parts| parts.len())
    }

    fn send<'a>(
        &'a self,
        address: &'a Address,
        message: &'a Outbound,
        part: usize,
    ) -> BoxFuture<'a, Result<Option<String>, SendFailure>> {
        Box::pin(self.send_part(address, message, part))
    }
}

fn payload(chat: ChatId, part: Part) -> SendMessage {
    // A preview would show a picture that nobody released, and tell the site's owner who asked.
    let no_preview = LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    };
    let message = SendMessage::new(chat, part.html).parse_mode(ParseMode::Html).link_preview_options(no_preview);
    if part.rows.is_empty() {
        return message;
    }
    message.reply_markup(markup(part.rows))
}

fn markup(rows: Vec<Vec<Choice>>) -> InlineKeyboardMarkup {
    let button = |choice: Choice| InlineKeyboardButton::callback(choice.label, choice.action);
    InlineKeyboardMarkup::new(rows.into_iter().map(|row| row.into_iter().map(button)))
}

/// The answer to a press: unseen by the others of the chat. Words must be closed by whoever pressed, so that they are read.
fn aside(press: &str, message: &Outbound) -> AnswerCallbackQuery {
    let answer = AnswerCallbackQuery::new(CallbackQueryId(press.to_owned()));
    let words = whisper(message);
    if words.is_empty() { answer } else { answer.text(words).show_alert(true) }
}

/// What a failed call means for the message.
fn failure(error: &CallError) -> SendFailure {
    let (why, retry_after) = (error.to_string(), error.retry_after());
    match error {
        CallError::NotReached(_) => SendFailure::NotAccepted { retry_after, why },
        CallError::Refused { .. } if error.is_bad_token() => {
            SendFailure::NotAccepted { retry_after: Some(BAD_TOKEN), why }
        }
        // 504: a gateway waited in vain for Telegram, which may have the message all the same.
        CallError::Lost(_)
        | CallError::Refused { code: 504, .. }
        | CallError::Unintelligible { status: 504 | 100..=399 } => SendFailure::Unknown { why },
        // Only Telegram itself can say that a message can't arrive; a proxy's 403 says nothing about the person.
        CallError::Unintelligible { .. } | CallError::Refused { code: 429 | 500.., .. } => {
            SendFailure::NotAccepted { retry_after, why }
        }
        CallError::Refused { .. } if retry_after.is_some() => SendFailure::NotAccepted { retry_after, why },
        CallError::Refused { moved_to: Some(to), .. } => SendFailure::Moved { to: to.to_string() },
        CallError::Refused { code: 403, .. } => SendFailure::Gone { why },
        CallError::Refused { why: said, .. } if GONE.iter().any(|gone| said.contains(gone)) => {
            SendFailure::Gone { why }
        }
        CallError::Refused { .. } => SendFailure::Undeliverable { why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Block;

    fn refused(code: u16) -> SendFailure {
        failure(&CallError::Refused { code, why: String::new(), retry_after: None, moved_to: None })
    }

    fn unintelligible(status: u16) -> SendFailure {
        failure(&CallError::Unintelligible { status })
    }

    #[test]
    fn a_failure_says_what_is_known() {
        use SendFailure::{Gone, Moved, NotAccepted, Undeliverable, Unknown};
        assert!(matches!(refused(400), Undeliverable { .. }));
        assert!(matches!(refused(403), Gone { .. }));
        let said = |why: &str, moved_to| {
            failure(&CallError::Refused { code: 400, why: why.to_owned(), retry_after: None, moved_to })
        };
        assert!(matches!(said("Bad Request: chat not found", None), Gone { .. }));
        assert_eq!(said("Bad Request: group chat was upgraded", Some(-9)), Moved { to: "-9".into() });
        for code in [401, 404, 429, 500, 502] {
            assert!(matches!(refused(code), NotAccepted { .. }), "{code}");
        }
        assert!(matches!(refused(504), Unknown { .. }));
        for status in [403, 407, 429, 500, 502, 503] {
            assert!(matches!(unintelligible(status), NotAccepted { .. }), "{status}");
        }
        for status in [200, 302, 504] {
            assert!(matches!(unintelligible(status), Unknown { .. }), "{status}");
        }
        assert!(matches!(failure(&CallError::NotReached(String::new())), NotAccepted { .. }));
        assert!(matches!(failure(&CallError::Lost(String::new())), Unknown { .. }));
    }

    #[test]
    fn the_payload_is_what_the_bot_api_reads() {
        let choice = Choice { label: "好".into(), action: "ok:1".into() };
        let part = Part { html: "<b>x</b>".into(), rows: vec![vec![choice]] };
        assert_eq!(
            serde_json::to_value(payload(ChatId(7), part)).unwrap(),
            serde_json::json!({"chat_id": 7, "text": "<b>x</b>", "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": true},
                "reply_markup": {"inline_keyboard": [[{"text": "好", "callback_data": "ok:1"}]]}})
        );
    }

    #[test]
    fn an_aside_is_short_and_may_be_silent() {
        let block = Block::Text { text: "长".repeat(300) };
        let told = serde_json::to_value(aside("q", &Outbound { blocks: vec![block], ..Outbound::default() })).unwrap();
        assert_eq!((told["callback_query_id"].as_str(), told["show_alert"].as_bool()), (Some("q"), Some(true)));
        assert_eq!(told["text"].as_str().unwrap().chars().count(), 200);
        let silent = serde_json::to_value(aside("q", &Outbound::default())).unwrap();
        assert_eq!(silent, serde_json::json!({"callback_query_id": "q"}));
    }
}
