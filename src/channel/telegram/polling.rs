//! We ask Telegram for updates. Asking with a higher offset makes it forget those before, so the next question is
//! only asked when the last answer is stored. After a restart the first question has no offset: what was stored but
//! not yet forgotten comes again, and the inbox knows it by its key.

use std::time::Duration;

use serde_json::Value;
use teloxide::payloads::{DeleteWebhook, GetUpdates, GetUpdatesSetters as _};
use tokio_util::sync::CancellationToken;

use super::{
    api::{Api, CallError, TIMEOUT},
    inbound::{Receiver, WANTED},
};

/// How long Telegram holds a question when there is nothing new, in seconds.
const HOLD: u32 = 50;
/// As many updates as Telegram gives at once.
const BATCH: u8 = 100;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Asks until `stop`.
pub(super) async fn run(api: &Api, receiver: &Receiver, stop: &CancellationToken) {
    let (mut offset, mut failures, mut webhook_gone) = (None, 0, false);
    loop {
        let round = async {
            if !webhook_gone {
                // Telegram answers no question while a webhook is set, such as one from before the settings changed.
                api.call(&DeleteWebhook::new(), TIMEOUT).await?;
                webhook_gone = true;
            }
            ask(api, offset).await
        };
        let asked = tokio::select! {
            asked = round => asked,
            () = stop.cancelled() => return,
        };
        // Outside of the select: what has begun to be stored is stored to the end.
        let pause = match asked {
            Ok(updates) => match receiver.take(&updates).await {
                Ok(taken) => {
                    offset = taken.last.map(|last| last + 1).or(offset);
                    // Updates without a number can't be acknowledged and would come again at once.
                    (taken.last.is_none() && taken.unnumbered > 0).then(|| pause_after(&mut failures))
                }
                Err(error) => {
                    tracing::error!(account = receiver.account(), %error, "updates can't be stored; asking again");
                    Some(pause_after(&mut failures))
                }
            },
            Err(error) => {
                report(receiver.account(), &error);
                Some(pause_after(&mut failures).max(error.retry_after().unwrap_or_default()))
            }
        };
        let Some(pause) = pause else {
            failures = 0;
            continue;
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn ask(api: &Api, offset: Option<i32>) -> Result<Vec<Value>, CallError> {
    let mut question = GetUpdates::new().limit(BATCH).timeout(HOLD).allowed_updates(WANTED);
    question.offset = offset;
    match api.call(&question, Duration::from_secs(u64::from(HOLD)) + TIMEOUT).await? {
        Value::Array(updates) => Ok(updates),
        _ => Err(CallError::Unintelligible { status: 200 }),
    }
}

/// How long to wait: 1, 2, 4 … seconds.
pub(super) fn pause_after(failures: &mut u32) -> Duration {
    let pause = Duration::from_secs(1 << (*failures).min(6)).min(LONGEST_PAUSE);
    *failures = failures.saturating_add(1);
    pause
}

/// Tells the operator what is wrong, and what to do where that is known.
pub(super) fn report(account: &str, error: &CallError) {
    if error.is_bad_token() {
        tracing::error!(account, %error, "Telegram doesn't know this token: take the one that @BotFather shows");
    } else if matches!(error, CallError::Refused { code: 409, .. }) {
        tracing::error!(
            account,
            %error,
            "another process asks for this bot's updates: stop it, or give every replica a webhook instead"
        );
    } else {
        tracing::warn!(account, %error, "Telegram can't be asked; trying again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute() {
        let mut failures = 0;
        let pauses: Vec<u64> = (0..9).map(|_| pause_after(&mut failures).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
