//! The reader of a page and their language.

use axum::http::{HeaderMap, Uri, header};
use jiff::civil::Date;

use super::session::cookie;
use crate::{
    locale::{DEFAULT, Locales, Phrase},
    phrase,
};

/// Keeps the language that somebody chose.
pub(super) const LANGUAGE_COOKIE: &str = "wenzheng_console_language";

/// Somebody who reads a page.
#[derive(Clone)]
pub(super) struct Reader {
    locales: Locales,
    tag: String,
}

impl Reader {
    /// Whoever sent a request: the language of the address's `lang`, of the cookie, or of the browser.
    pub(super) fn of(locales: &Locales, uri: &Uri, headers: &HeaderMap) -> Self {
        let browser = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let tag = chosen(locales, uri)
            .or_else(|| locales.negotiate(cookie(headers, LANGUAGE_COOKIE)?))
            .or_else(|| locales.negotiate(browser?))
            .unwrap_or(DEFAULT)
            .to_owned();
        Self { locales: locales.clone(), tag }
    }

    /// The language's tag.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// A message in the reader's language.
    pub(super) fn say(&self, phrase: &Phrase) -> String {
        self.locales.text(&self.tag, phrase)
    }

    /// A day in the reader's language.
    pub(super) fn day(&self, day: Date) -> String {
        self.say(&phrase!("console-day", day = day))
    }

    /// Words one after the other, as the reader's language separates them.
    pub(super) fn list<T: AsRef<str>>(&self, words: impl IntoIterator<Item = T>) -> String {
        words
            .into_iter()
            .map(|word| word.as_ref().to_owned())
            .reduce(|first, next| self.say(&phrase!("console-list", first = first, next = next)))
            .unwrap_or_default()
    }

    /// Every language: its tag, and its name in itself.
    pub(super) fn languages(&self) -> Vec<(String, String)> {
        self.locales.tags().map(|tag| (tag.to_owned(), self.locales.text(tag, &phrase!("language-name")))).collect()
    }
}

/// The language that the address asks for, if it is one of ours.
pub(super) fn chosen<'a>(locales: &'a Locales, uri: &Uri) -> Option<&'a str> {
    let wish = uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    locales.tags().find(|tag| *tag == wish)
}
