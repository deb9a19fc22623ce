//! Telegram: private chats with our bot.
//!
//! - [`inbound`] decodes an update and stores it; [`polling`] and [`webhook`] are the two ways in which updates come.
//! - [`render`] makes Telegram's HTML of a message; [`outbound`] sends it, at the speed that [`pace`] allows.
//! - [`api`] is one call of the Bot API.
//!
//! What is deliberately absent: teloxide's dispatcher, listeners and storages. They tell Telegram "received" before
//! an update is on disk; here an update is in the inbox first, so that a process may be killed at any moment.

mod api;
mod inbound;
mod outbound;
mod pace;
mod polling;
mod render;
mod webhook;

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use teloxide::{payloads::SetMyCommandsSetters as _, types::BotCommand};
use tokio_util::sync::CancellationToken;

use self::{api::Api, inbound::Receiver, outbound::TelegramOutlet};
use super::{Intake, Outlet};

pub use api::CallError;
pub use pace::Speed;

/// The channel's name in an [`crate::message::Address`].
pub const CHANNEL: &str = "telegram";

/// One bot.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Our name for the bot: 1 to 64 of `A–Z a–z 0–9 _ -`. It is part of addresses and of the webhook's path.
    pub account: String,
    /// The token that `@BotFather` gave.
    pub token: SecretString,
    /// Where the Bot API is; `None` is Telegram's own.
    pub api_url: Option<String>,
    /// How updates come.
    pub mode: Mode,
    /// How fast we send.
    pub speed: Speed,
}

/// How updates come.
#[derive(Debug, Clone)]
pub enum Mode {
    /// We ask. For one replica only: Telegram lets one process at a time ask.
    Polling,
    /// Telegram calls us.
    Webhook {
        /// Where we are reached from outside, such as `https://wz.example.gov.cn`, on port 443, 80, 88 or 8443.
        public_url: String,
        /// What Telegram shows in each call: 1 to 256 of `A–Z a–z 0–9 _ -`.
        secret: SecretString,
    },
}

/// What is wrong with [`Settings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The account has other characters, or too many.
    #[error("a Telegram account's name is 1 to 64 of A-Z a-z 0-9 _ -")]
    Account,
    /// The token can't be one.
    #[error("a Telegram token looks like 123456:ABC-def, as @BotFather gave it")]
    Token,
    /// The address of the Bot API isn't one.
    #[error("the address of the Bot API must begin with http:// or https://")]
    ApiUrl,
    /// The public address isn't one, or isn't encrypted.
    #[error("the public address of a webhook must begin with https://")]
    PublicUrl,
    /// The webhook's secret has other characters, or too many.
    #[error("a webhook's secret is 1 to 256 of A-Z a-z 0-9 _ -")]
    Secret,
    /// The HTTP client could not be made.
    #[error("the HTTP client can't be made: are the system's certificates in order?")]
    Client,
}

impl Settings {
    /// Whether a bot can run with them. Nothing is sent.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.connect().map(drop)
    }

    fn connect(&self) -> Result<Api, SettingsError> {
        if !is_name(&self.account, 64) {
            return Err(SettingsError::Account);
        }
        if let Mode::Webhook { public_url, secret } = &self.mode {
            if !is_name(secret.expose_secret(), 256) {
                return Err(SettingsError::Secret);
            }
            webhook::address(public_url, &self.account).ok_or(SettingsError::PublicUrl)?;
        }
        Api::new(&self.token, self.api_url.as_deref())
    }
}

/// A bot, ready to run.
pub struct Telegram {
    api: Api,
    receiver: Arc<Receiver>,
    outlet: Arc<TelegramOutlet>,
    mode: Mode,
}

impl Telegram {
    /// A bot with these settings, if they are in order. Nothing is sent yet.
    pub fn new(settings: Settings, intake: Intake) -> Result<Self, SettingsError> {
        let api = settings.connect()?;
        Ok(Self {
            receiver: Arc::new(Receiver::new(api.clone(), intake, settings.account.clone())),
            outlet: Arc::new(TelegramOutlet::new(api.clone(), settings.account, settings.speed)),
            api,
            mode: settings.mode,
        })
    }

    /// Where messages go out.
    pub fn outlet(&self) -> Arc<dyn Outlet> {
        self.outlet.clone()
    }

    /// What Telegram calls: `POST /telegram/{account}`. Empty when polling.
    pub fn routes(&self) -> axum::Router {
        match &self.mode {
            Mode::Polling => axum::Router::new(),
            Mode::Webhook { secret, .. } => webhook::routes(self.receiver.clone(), secret),
        }
    }

    /// Takes updates in until `stop`. With a webhook it only tells Telegram where we are, and is done.
    ///
    /// The webhook stays set when we stop: meanwhile Telegram keeps what comes, and repeats it.
    pub async fn run(&self, stop: CancellationToken) {
        match &self.mode {
            Mode::Polling => polling::run(&self.api, &self.receiver, &stop).await,
            Mode::Webhook { public_url, secret } => {
                webhook::announce(&self.api, self.receiver.account(), (public_url, secret), &stop).await;
            }
        }
    }

    /// Sets the menu of commands, for each language (a BCP 47 tag; empty for everybody else): pairs of a command
    /// without its slash and what it does.
    pub async fn set_commands(&self, menus: &[(&str, Vec<(String, String)>)]) -> Result<(), CallError> {
        for (language, commands) in menus {
            let commands = commands.iter().map(|(command, what)| BotCommand::new(command, what));
            let mut call = teloxide::payloads::SetMyCommands::new(commands);
            // Telegram knows two-letter codes only.
            if let Some(code) = language.split('-').next().filter(|code| !code.is_empty()) {
                call = call.language_code(code);
            }
            self.api.call(&call, api::TIMEOUT).await?;
        }
        Ok(())
    }
}

/// Whether `text` is 1 to `most` of the characters that Telegram allows in a secret, and a URL in its path.
fn is_name(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}
