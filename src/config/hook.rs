//! `[[hook]]`: other systems and group robots that are told what happens.

use secrecy::SecretString;
use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader, SecretPlace};
use crate::hook::{self, Hook, HookError, Hooks};

/// A hook as written in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenHook {
    name: Spanned<String>,
    url: Spanned<Address>,
    kind: Spanned<String>,
    secret: Option<Spanned<SecretPlace>>,
    events: Spanned<Vec<String>>,
    #[serde(default)]
    units: Vec<String>,
    console: Option<Spanned<String>>,
}

/// Addresses of robots hold a secret: they may stand elsewhere.
#[derive(Deserialize)]
#[serde(untagged)]
enum Address {
    Here(String),
    Elsewhere(SecretPlace),
}

impl WrittenHook {
    fn check(self, reader: &Reader<'_>) -> Result<Hook, ConfigError> {
        let url: SecretString = match self.url.get_ref() {
            Address::Here(url) => url.clone().into(),
            Address::Elsewhere(place) => reader.secret(&Spanned::new(self.url.span(), place.clone()))?,
        };
        let written = hook::Written {
            name: self.name.get_ref().clone(),
            url,
            kind: self.kind.get_ref().clone(),
            secret: self.secret.as_ref().map(|secret| reader.secret(secret)).transpose()?,
            events: self.events.get_ref().clone(),
            units: self.units,
            console: self.console.as_ref().map(|console| console.get_ref().clone()),
        };
        written.check().map_err(|error| {
            let span = match &error {
                HookError::Name => self.name.span(),
                HookError::Url => self.url.span(),
                HookError::Kind => self.kind.span(),
                HookError::NoEvents | HookError::UnknownEvent(_) => self.events.span(),
                HookError::Secret | HookError::SecretOfWeCom => {
                    self.secret.as_ref().map_or(self.name.span(), Spanned::span)
                }
                HookError::Console => self.console.as_ref().map_or(self.name.span(), Spanned::span),
            };
            reader.fault(&Spanned::new(span, ()), format!("[[hook]] {error}"))
        })
    }
}

/// Checks all hooks; no two have one name.
pub(super) fn check(written: Vec<WrittenHook>, reader: &Reader<'_>) -> Result<Hooks, ConfigError> {
    let mut hooks = Hooks::default();
    for one in written {
        if hooks.find(one.name.get_ref()).is_some() {
            let what = format!("[[hook]] name: another hook is called {} already", one.name.get_ref());
            return Err(reader.fault(&one.name, what));
        }
        hooks.0.push(one.check(reader)?.into());
    }
    Ok(hooks)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::{ConfigError, Reader, Settings};

    fn parse(hooks: &str) -> Result<Settings, ConfigError> {
        let text = format!("listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n{hooks}");
        Settings::parse(&text, &Reader { file: "w.toml", base: Path::new("/srv"), text: &text })
    }

    #[test]
    fn faults_name_their_line_and_the_mend() {
        for (change, line, what) in [
            ("", 0, ""),
            ("name = \"群\"", 5, "name: 1 to 40 small letters"),
            ("url = \"http://example.com\"", 6, "url: write an address that begins with https://"),
            ("url = { env = \"NO_SUCH_URL\" }", 6, "the environment variable NO_SUCH_URL is not set"),
            ("kind = \"telegram\"", 7, "kind: write plain, wecom, dingtalk or feishu"),
            ("events = []", 8, "events: name at least one of ticket.assigned, "),
            ("events = [\"ticket.lost\"]", 8, "events: there is no ticket.lost"),
            ("console = \"somewhere\"", 9, "console: write where the console is reached"),
        ] {
            let mut lines = [
                "[[hook]]",
                "name = \"group\"",
                "url = \"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k\"",
                "kind = \"wecom\"",
                "events = [\"ticket.assigned\"]",
                "console = \"https://wz.example.gov.cn\"",
            ];
            let key = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
            if let Some(old) = lines.iter_mut().find(|old| !change.is_empty() && key(old) == key(change)) {
                *old = change;
            }
            match parse(&lines.join("\n")) {
                Ok(settings) => assert_eq!((line, settings.hooks.0.len()), (0, 1)),
                Err(error) => assert!(error.line == line && error.what.contains(what), "{change}: {error}"),
            }
        }
    }

    #[test]
    fn two_hooks_have_two_names() {
        let one = "[[hook]]\nname = \"a\"\nurl = \"https://x/\"\nkind = \"wecom\"\nevents = [\"ticket.rated\"]\n";
        let error = parse(&format!("{one}{one}")).unwrap_err();
        assert_eq!(error.to_string(), "w.toml:10: [[hook]] name: another hook is called a already");
    }
}
