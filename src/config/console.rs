//! `[console]`: where staff reach their pages.

use serde::Deserialize;
use toml::Spanned;

use super::{ConfigError, Reader};

/// The section as written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenConsole {
    address: Option<Spanned<String>>,
}

impl WrittenConsole {
    /// Where the console is reached from outside, without a slash at its end, if that is said.
    pub(super) fn check(self, reader: &Reader<'_>) -> Result<Option<String>, ConfigError> {
        let Some(written) = self.address else { return Ok(None) };
        let address = written.get_ref().trim_end_matches('/');
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#');
        if host.is_some_and(|host| !host.is_empty() && host.chars().all(plain)) {
            Ok(Some(address.to_owned()))
        } else {
            let what = "console.address: write where staff reach the site, such as https://wz.example.gov.cn";
            Err(reader.fault(&written, what.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::{ConfigError, Reader, Settings};

    fn parse(console: &str) -> Result<Option<String>, ConfigError> {
        let text = format!("listen = \"127.0.0.1:1\"\n[store]\ndata = \"d\"\n{console}");
        Settings::parse(&text, &Reader { file: "w.toml", base: Path::new("/srv"), text: &text })
            .map(|settings| settings.console)
    }

    #[test]
    fn the_consoles_address_is_one() {
        assert_eq!(parse(""), Ok(None));
        let said = parse("[console]\naddress = \"https://wz.example.gov.cn/\"\n");
        assert_eq!(said, Ok(Some("https://wz.example.gov.cn".into())));
        for wrong in ["", "wz.example", "https://", "https://a b", "https://a?b", "javascript:x"] {
            let error = parse(&format!("[console]\naddress = \"{wrong}\"\n")).unwrap_err();
            assert!(error.line == 5 && error.what.starts_with("console.address: write"), "{wrong}: {error}");
        }
    }
}
