//! What an address of the inbox asks for. Filters combine in it, so that it can be kept as a bookmark.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::{
    casework::{Listing, MessageKind, Scope, View},
    console::layout::{decoded, encoded},
};

/// The last page that is shown: whoever looks further is better served by a filter, and so is the store.
const LAST_PAGE: usize = 50;

/// The words after `/console?`. What can't be read is as if it weren't there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in crate::console) struct Asked {
    tab: String,
    page: String,
    unit: String,
    kind: String,
    channel: String,
    q: String,
}

impl Asked {
    /// Reads what [`Asked::query`] wrote.
    pub(super) fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let field = match name {
                "tab" => &mut asked.tab,
                "page" => &mut asked.page,
                "unit" => &mut asked.unit,
                "kind" => &mut asked.kind,
                "channel" => &mut asked.channel,
                "q" => &mut asked.q,
                _ => continue,
            };
            *field = decoded(value);
        }
        asked
    }

    /// The view.
    pub(super) fn view(&self) -> View {
        View::named(&self.tab).unwrap_or_default()
    }

    /// The number of the page.
    pub(super) fn page(&self) -> Option<usize> {
        self.page.parse().ok().map(|page: usize| page.min(LAST_PAGE))
    }

    /// Whether a page has one after it that is shown.
    pub(super) fn has_next(page: usize) -> bool {
        page < LAST_PAGE
    }

    /// The unit, by its code; empty: any.
    pub(super) fn unit(&self) -> &str {
        &self.unit
    }

    /// The kind of message.
    pub(super) fn kind(&self) -> Option<MessageKind> {
        MessageKind::named(&self.kind)
    }

    /// The channel; empty: any.
    pub(super) fn channel(&self) -> &str {
        &self.channel
    }

    /// What is searched for.
    pub(super) fn words(&self) -> &str {
        self.q.trim()
    }

    /// Whether it narrows its view.
    pub(super) fn narrows(&self) -> bool {
        !self.unit.is_empty() || self.kind().is_some() || !self.channel.is_empty() || !self.words().is_empty()
    }

    /// The list that it asks for.
    pub(super) fn listing<'a>(&'a self, view: View, scope: Scope<'a>) -> Listing<'a> {
        let given = |words: &'a str| (!words.is_empty()).then_some(words);
        Listing {
            view,
            scope,
            unit: given(&self.unit),
            kind: self.kind(),
            channel: given(&self.channel),
            search: self.words(),
        }
    }

    /// Its words after `/console?`, always in the same order and without the page.
    pub(super) fn query(&self) -> String {
        let mut query = format!("tab={}", self.view().name());
        let kind = self.kind().map_or("", MessageKind::name);
        for (name, value) in [("unit", self.unit()), ("kind", kind), ("channel", self.channel()), ("q", self.words())] {
            if !value.is_empty() {
                let _ = write!(query, "&{name}={}", encoded(value));
            }
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_was_written() {
        let asked = Asked::read("tab=overdue&q=%E6%B8%A1%E8%88%B9+50%25&kind=help&unit=hrss&nonsense=1&page=999999");
        assert_eq!(asked.view(), View::Overdue);
        assert_eq!(asked.words(), "渡船 50%");
        assert_eq!(asked.page(), Some(LAST_PAGE));
        assert_eq!(Asked::read(&asked.query()).query(), asked.query());
        assert!(asked.narrows() && !Asked::read("tab=all").narrows());
    }

    #[test]
    fn what_cannot_be_read_is_the_first_view() {
        assert_eq!(Asked::read("tab=nonsense&page=-1&kind=odd").query(), "tab=open");
        assert_eq!(Asked::read("").page(), None);
    }
}
