//! One call of the Bot API, told apart by what is known of its outcome.
//!
//! teloxide gives the client, the token's place and the payloads. Its own way of sending isn't used, because it hides
//! what exactly-once needs to know: it drops the status, sleeps ten seconds after a 5xx, and takes a message that
//! arrived for a failure when it can't parse the answer.

use std::{fmt::Write as _, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::Value;
use teloxide::{Bot, net::default_reqwest_settings, requests::Payload};

use super::SettingsError;

/// How long a call may take that need not wait for anybody.
pub(super) const TIMEOUT: Duration = Duration::from_secs(15);

/// Servers close idle connections after a minute or so. We close them first, else a message may be written into one
/// that is just being closed, and nobody knows whether it arrived.
const IDLE: Duration = Duration::from_secs(20);

/// What became of a call that failed. The texts hold neither the token nor a person's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It surely did not begin.
    #[error("Telegram can't be reached: {0}")]
    NotReached(String),
    /// It was written, and no answer came: nobody knows whether Telegram acted on it.
    #[error("Telegram did not answer: {0}")]
    Lost(String),
    /// Telegram says no.
    #[error("Telegram refused ({code}): {why}")]
    Refused {
        /// Telegram's code, like an HTTP status.
        code: u16,
        /// Telegram's words, without quotations.
        why: String,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
        /// The id under which the group goes on.
        moved_to: Option<i64>,
    },
    /// Something answered that isn't the Bot API, such as a gateway.
    #[error("an answer that isn't the Bot API's, with status {status}")]
    Unintelligible {
        /// The HTTP status.
        status: u16,
    },
}

impl CallError {
    /// Whether the token is wrong. Telegram says 404 when it doesn't even look like one.
    pub(super) fn is_bad_token(&self) -> bool {
        matches!(self, Self::Refused { code: 401 | 404, .. })
    }

    /// How long Telegram asks us to wait, if it does.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Calls the Bot API as one bot. It has no `Debug`, because [`Bot`]'s shows the token.
#[derive(Clone)]
pub(super) struct Api {
    bot: Bot,
}

impl Api {
    /// A caller for the bot with this token.
    pub(super) fn new(token: &SecretString, api_url: Option<&str>) -> Result<Self, SettingsError> {
        let token = token.expose_secret();
        let shape = token.split_once(':').is_some_and(|(id, secret)| {
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && super::is_name(secret, 128)
        });
        if !shape {
            return Err(SettingsError::Token);
        }
        let client = default_reqwest_settings().pool_idle_timeout(IDLE).build().map_err(|_| SettingsError::Client)?;
        let mut bot = Bot::with_client(token, client);
        if let Some(url) = api_url {
            if !(url.starts_with("https://") || url.starts_with("http://")) {
                return Err(SettingsError::ApiUrl);
            }
            bot = bot.set_api_url(url.parse().map_err(|_| SettingsError::ApiUrl)?);
        }
        Ok(Self { bot })
    }

    /// Telegram's id of the bot: it is the first part of the token.
    pub(super) fn bot_id(&self) -> i64 {
        self.bot.token().split(':').next().and_then(|id| id.parse().ok()).unwrap_or_default()
    }

    /// Calls one method and gives its result as it came: whoever needs it reads what it needs.
    pub(super) async fn call<P: Payload + Serialize>(
        &self,
        payload: &P,
        timeout: Duration,
    ) -> Result<Value, CallError> {
        let mut url = self.bot.api_url();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push(&format!("bot{}", self.bot.token())).push(P::NAME);
        }
        let body = serde_json::to_vec(payload).map_err(|error| CallError::NotReached(error.to_string()))?;
        let request =
            self.bot.client().post(url).header("content-type", "application/json").timeout(timeout).body(body);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(CallError::NotReached(self.describe(error.without_url())));
            }
            Err(error) => return Err(CallError::Lost(self.describe(error.without_url()))),
        };
        let status = answer.status().as_u16();
        match answer.text().await {
            Ok(text) => read(status, &text),
            // The status alone tells enough when it is a failure.
            Err(_) if status >= 400 => Err(CallError::Unintelligible { status }),
            Err(error) => Err(CallError::Lost(self.describe(error.without_url()))),
        }
    }

    /// An error with its causes. The URL was taken out before; should a cause repeat it, the token goes too.
    fn describe(&self, error: impl std::error::Error) -> String {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let _ = write!(text, ": {inner}");
            cause = inner.source();
        }
        text.replace(self.bot.token(), "…")
    }
}

/// Reads what the Bot API answered.
fn read(status: u16, body: &str) -> Result<Value, CallError> {
    let Ok(Value::Object(mut answer)) = serde_json::from_str(body) else {
        return Err(CallError::Unintelligible { status });
    };
    match answer.get("ok").and_then(Value::as_bool) {
        Some(true) => Ok(answer.remove("result").unwrap_or_default()),
        Some(false) => {
            let code = answer.get("error_code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
            let parameter = |name: &str| answer.get("parameters").and_then(|parameters| parameters.get(name));
            let seconds = parameter("retry_after").and_then(Value::as_u64);
            Err(CallError::Refused {
                code: code.unwrap_or(status),
                why: without_quotations(answer.get("description").and_then(Value::as_str).unwrap_or_default()),
                retry_after: seconds.map(Duration::from_secs),
                moved_to: parameter("migrate_to_chat_id").and_then(Value::as_i64),
            })
        }
        None => Err(CallError::Unintelligible { status }),
    }
}

/// Telegram quotes what it can't parse, and that may be a person's words: its sentence ends before them.
fn without_quotations(description: &str) -> String {
    description.split('"').next().unwrap_or_default().chars().take(160).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_that_nobody_understands_has_arrived_all_the_same() {
        assert_eq!(read(200, r#"{"ok":true,"result":{"new":1}}"#).unwrap()["new"], 1);
        assert_eq!(read(200, r#"{"ok":true}"#), Ok(Value::Null));
    }

    #[test]
    fn what_is_not_the_bot_api_is_told_apart() {
        for body in ["<html>502</html>", "", "[]", "{}", r#"{"ok":"yes"}"#, "null"] {
            assert_eq!(read(502, body), Err(CallError::Unintelligible { status: 502 }), "{body}");
        }
    }

    #[test]
    fn a_refusal_keeps_code_and_wait_but_no_quotation() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: \"my secret\"","parameters":{"retry_after":7}}"#;
        let wait = Some(Duration::from_secs(7));
        assert_eq!(
            read(429, body),
            Err(CallError::Refused { code: 429, why: "Too Many Requests:".into(), retry_after: wait, moved_to: None })
        );
    }

    #[test]
    fn a_group_that_moved_says_where() {
        let body = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert!(matches!(read(400, body), Err(CallError::Refused { moved_to: Some(-1001), .. })));
    }

    #[test]
    fn the_bots_id_is_in_its_token() {
        assert_eq!(Api::new(&SecretString::from("42:a".to_owned()), None).map(|api| api.bot_id()), Ok(42));
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let new = |token: &str, url| Api::new(&SecretString::from(token.to_owned()), url).map(|_| ());
        assert_eq!(new("1:a", None), Ok(()));
        assert_eq!(new("1:a", Some("http://127.0.0.1:1/base/")), Ok(()));
        for token in ["", "abc", ":a", "1:", "1:a/b", "1:a b", "x:a"] {
            assert_eq!(new(token, None), Err(SettingsError::Token), "{token}");
        }
        for url in ["", "api.telegram.org", "mailto:a@b", "http://", "file:///x"] {
            assert_eq!(new("1:a", Some(url)), Err(SettingsError::ApiUrl), "{url}");
        }
    }

    #[tokio::test]
    async fn an_error_never_shows_the_token() {
        // Port 9 on this machine: nobody listens.
        let api = Api::new(&SecretString::from("42:hush".to_owned()), Some("http://127.0.0.1:9")).unwrap();
        let error = api.call(&teloxide::payloads::GetMe::new(), TIMEOUT).await.unwrap_err();
        assert!(matches!(error, CallError::NotReached(_)), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("hush"));
    }
}
