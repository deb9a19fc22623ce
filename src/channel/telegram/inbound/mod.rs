//! What comes in: an update is decoded, and stored before Telegram hears "received".
//!
//! [`mod@decode`] tells the kinds of updates apart: `text` reads what somebody wrote, `press` the press of a button,
//! `membership` whether we are still in a chat. `form` is as much of Telegram's objects as we read.

mod decode;
mod form;
mod membership;
mod press;
mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;
use teloxide::{
    payloads::AnswerCallbackQuery,
    types::{AllowedUpdate, CallbackQueryId},
};
use tokio::sync::Semaphore;

use self::decode::decode;
use super::api::{Api, TIMEOUT};
use crate::{channel::Intake, inbox::Accepted, store::StoreError};

/// How many buttons may be set at rest at the same time.
const ANSWERING: usize = 32;
/// The longest callback data, in bytes (<https://core.telegram.org/bots/api#inlinekeyboardbutton>).
pub(super) const MAX_ACTION: usize = 64;
/// What we ask Telegram for.
pub(super) const WANTED: [AllowedUpdate; 3] =
    [AllowedUpdate::Message, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember];

/// Who we are on Telegram.
#[derive(Debug, Clone, Copy)]
struct Bot<'a> {
    /// Our name for the bot.
    account: &'a str,
    /// Telegram's id of it.
    id: i64,
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

    /// Stores all updates that are for us, in one transaction. When this returns, Telegram may forget them.
    pub(super) async fn take(&self, updates: &[Value]) -> Result<Taken, StoreError> {
        let now = self.intake.clock.now();
        let bot = Bot { account: &self.account, id: self.api.bot_id() };
        let mut taken = Taken { last: None, unnumbered: 0 };
        let mut numbered = Vec::with_capacity(updates.len());
        for update in updates {
            match decode(update, bot, now) {
                Some(decoded) => numbered.push(decoded),
                None => taken.unnumbered += 1,
            }
        }
        // People are answered in the order in which they wrote.
        numbered.sort_by_key(|decoded| decoded.update_id);
        taken.last = numbered.last().map(|decoded| decoded.update_id);
        let (arrivals, presses): (Vec<_>, Vec<_>) =
            numbered.into_iter().filter_map(|decoded| Some((decoded.arrival?, decoded.press))).unzip();
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
