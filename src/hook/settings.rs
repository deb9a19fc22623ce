//! What an operator may write for a hook, checked. Every refusal says what to write instead.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Hook, Kind, Name};

/// How a secret for other systems begins, as the specification wants it.
const PREFIX: &str = "whsec_";

/// The longest address of a console: links must fit into the messages of robots.
const MAX_CONSOLE: usize = 150;

/// A hook as written, its secrets read.
#[derive(Debug)]
pub struct Written {
    /// The name.
    pub name: String,
    /// The address. Those of robots hold a secret.
    pub url: SecretString,
    /// plain, wecom, dingtalk or feishu.
    pub kind: String,
    /// The secret of signatures.
    pub secret: Option<SecretString>,
    /// The names of events.
    pub events: Vec<String>,
    /// The codes of units.
    pub units: Vec<String>,
    /// Where the console is reached.
    pub console: Option<String>,
}

/// What is wrong with a hook, and the mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// The name can't stand in logs and addresses.
    #[error("name: 1 to 40 small letters, digits and hyphens")]
    Name,
    /// Not an address, or one that others on the way could read.
    #[error("url: write an address that begins with https://; http:// only for 127.0.0.1, [::1] and localhost")]
    Url,
    /// No such kind.
    #[error("kind: write plain, wecom, dingtalk or feishu")]
    Kind,
    /// Nothing would ever be sent.
    #[error("events: name at least one of {known}", known = subscribable())]
    NoEvents,
    /// No such event.
    #[error("events: there is no {0}; there are {known}", known = subscribable())]
    UnknownEvent(String),
    /// A secret that isn't one.
    #[error("secret: write whsec_ and 24 to 64 random bytes in base64: echo whsec_$(openssl rand -base64 32)")]
    Secret,
    /// A secret that the platform doesn't know.
    #[error("secret: robots of WeCom have none, the key in their url is the secret; leave it out")]
    SecretOfWeCom,
    /// An address that can't stand before a link.
    #[error("console: write where the console is reached, such as https://wz.example.gov.cn, at most 150 bytes")]
    Console,
}

fn subscribable() -> String {
    let names = Name::ALL.iter().filter(|name| **name != Name::Test).map(|name| name.text());
    names.collect::<Vec<_>>().join(", ")
}

/// Where requests go. It holds secrets: neither path nor query is ever shown.
#[derive(Clone)]
pub struct Target(Url);

impl Target {
    /// Checks an address: https, or http on this machine. Addresses of private networks are the operator's choice.
    pub fn parse(text: &str) -> Result<Self, HookError> {
        let url = Url::parse(text.trim()).map_err(|_| HookError::Url)?;
        let target = Self(url);
        let safe = match target.0.scheme() {
            "https" => target.0.host_str().is_some(),
            "http" => target.is_local(),
            _ => false,
        };
        if safe { Ok(target) } else { Err(HookError::Url) }
    }

    /// Whether it is this machine.
    pub(super) fn is_local(&self) -> bool {
        matches!(self.0.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
    }

    /// The whole address.
    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// What may be shown: scheme, host and port.
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.origin())
    }
}

impl Written {
    /// Checks it.
    pub fn check(self) -> Result<Hook, HookError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=40).contains(&self.name.len()) || !self.name.bytes().all(plain) {
            return Err(HookError::Name);
        }
        let target = Target::parse(self.url.expose_secret())?;
        let kind = match (self.kind.as_str(), self.secret) {
            ("plain", Some(secret)) => {
                Kind::Plain { key: key(secret.expose_secret()).ok_or(HookError::Secret)?.into() }
            }
            ("plain", None) => return Err(HookError::Secret),
            ("wecom", Some(_)) => return Err(HookError::SecretOfWeCom),
            ("wecom", None) => Kind::WeCom,
            ("dingtalk", secret) => Kind::DingTalk { secret },
            ("feishu", secret) => Kind::Feishu { secret },
            _ => return Err(HookError::Kind),
        };
        let mut events = BTreeSet::new();
        for text in self.events {
            let known = Name::ALL.iter().find(|name| **name != Name::Test && name.text() == text);
            events.insert(*known.ok_or(HookError::UnknownEvent(text))?);
        }
        if events.is_empty() {
            return Err(HookError::NoEvents);
        }
        let console = self.console.map(|text| console(&text).ok_or(HookError::Console)).transpose()?;
        Ok(Hook { name: self.name, target, kind, events, units: self.units.into_iter().collect(), console })
    }
}

/// The bytes of a secret for other systems.
fn key(secret: &str) -> Option<Vec<u8>> {
    let key = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

/// The console's address without a slash at its end.
fn console(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.query().is_none())?;
    let text = url.as_str().trim_end_matches('/');
    (text.len() <= MAX_CONSOLE && !text.contains([')', '(', ']', '[', ' '])).then(|| text.to_owned())
}
