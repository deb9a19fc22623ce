//! What goes out: one part of a message, once.

use std::time::Duration;

use teloxide::{
    payloads::{SendMessage, SendMessageSetters as _},
    types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ParseMode},
};

use super::{
    CHANNEL,
    api::{Api, CallError, TIMEOUT},
    pace::{Pace, Speed},
    render::{Part, render},
};
use crate::{
    channel::{BoxFuture, Outlet, SendFailure},
    message::{Address, Outbound},
};

/// When to come again while the token is wrong: an operator has to do something first.
const BAD_TOKEN: Duration = Duration::from_mins(1);

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

    async fn send_part(&self, address: &Address, message: &Outbound, part: usize) -> Result<(), SendFailure> {
        let undeliverable = |why: String| SendFailure::Undeliverable { why };
        let Ok(chat) = address.person.parse::<i64>() else {
            return Err(undeliverable("the person's id isn't a chat's".to_owned()));
        };
        let parts = render(message).map_err(|refusal| undeliverable(refusal.to_string()))?;
        let Some(part) = parts.into_iter().nth(part) else {
            return Err(undeliverable("there is no such part".to_owned()));
        };
        if let Err(wait) = self.pace.turn(chat).await {
            return Err(SendFailure::NotAccepted { retry_after: Some(wait), why: "too many at once".to_owned() });
        }
        match self.api.call(&payload(ChatId(chat), part), TIMEOUT).await {
            Ok(_) => Ok(()),
            Err(error) => {
                if let Some(wait) = error.retry_after() {
                    self.pace.pause(wait);
                }
                Err(failure(&error))
            }
        }
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
        // What can't be rendered is refused when its first part is to be sent.
        render(message).map_or(1, |parts| parts.len())
    }

    fn send<'a>(
        &'a self,
        address: &'a Address,
        message: &'a Outbound,
        part: usize,
    ) -> BoxFuture<'a, Result<(), SendFailure>> {
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
    let button = |(label, action)| InlineKeyboardButton::callback::<String, String>(label, action);
    message.reply_markup(InlineKeyboardMarkup::new(
        part.rows.into_iter().map(|row| row.into_iter().map(|choice| button((choice.label, choice.action)))),
    ))
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
        CallError::Refused { .. } => SendFailure::Undeliverable { why },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Choice;

    fn refused(code: u16) -> SendFailure {
        failure(&CallError::Refused { code, why: String::new(), retry_after: None })
    }

    fn unintelligible(status: u16) -> SendFailure {
        failure(&CallError::Unintelligible { status })
    }

    #[test]
    fn a_failure_says_what_is_known() {
        use SendFailure::{NotAccepted, Undeliverable, Unknown};
        for code in [400, 403] {
            assert!(matches!(refused(code), Undeliverable { .. }), "{code}");
        }
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
}
