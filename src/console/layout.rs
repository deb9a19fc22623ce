//! What all pages share: the frame, the error summary, forms, pages of a list.

use std::fmt::Write as _;

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

use super::{notices::unseen, reader::Reader, session::Visit};
use crate::{directory::staff::Role, phrase};

/// Something that the reader must put right.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// The id of the field to put right, if it is one.
    field: Option<String>,
    text: String,
}

impl Problem {
    /// A problem of the whole page.
    pub(super) fn new(text: String) -> Self {
        Self { field: None, text }
    }

    /// A problem of one field.
    pub(super) fn at(field: impl Into<String>, text: String) -> Self {
        Self { field: Some(field.into()), text }
    }

    /// What it says.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// A page without its body.
pub(super) struct Shell<'a> {
    reader: &'a Reader,
    visit: Option<&'a Visit>,
    title: &'a str,
    here: &'a str,
    problems: Vec<Problem>,
    done: Option<String>,
    news: String,
    typing: Option<String>,
}

impl<'a> Shell<'a> {
    /// A page for somebody who is logged in. `here` is its address, for the language switch.
    pub(super) fn new(visit: &'a Visit, title: &'a str, here: &'a str) -> Self {
        Self { visit: Some(visit), ..Self::bare(&visit.reader, title, here) }
    }

    /// A page for anybody.
    pub(super) fn bare(reader: &'a Reader, title: &'a str, here: &'a str) -> Self {
        Self {
            reader,
            visit: None,
            title,
            here,
            problems: Vec::new(),
            done: None,
            news: "/console/live".to_owned(),
            typing: None,
        }
    }

    /// With a summary of what must be put right.
    pub(super) fn problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// With a word of what was just done.
    pub(super) fn done(mut self, done: Option<String>) -> Self {
        self.done = done;
        self
    }

    /// With the address of the stream that tells what changes on it.
    pub(super) fn news(mut self, address: String) -> Self {
        self.news = address;
        self
    }

    /// With the address that hears of somebody typing in it.
    pub(super) fn typing(mut self, address: String) -> Self {
        self.typing = Some(address);
        self
    }

    /// The page as an answer.
    pub(super) fn respond(self, status: StatusCode, body: &Markup) -> Response {
        (status, Html(self.markup(body).into_string())).into_response()
    }

    fn markup(&self, body: &Markup) -> Markup {
        let reader = self.reader;
        let service = reader.say(&phrase!("console-service"));
        let title = if self.problems.is_empty() {
            reader.say(&phrase!("console-title", page = self.title, service = &service))
        } else {
            reader.say(&phrase!("console-title-problem", page = self.title, service = &service))
        };
        html! {
            (DOCTYPE)
            html lang=(reader.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) }
                    link rel="stylesheet" href="/console/console.css";
                    @if self.visit.is_some() {
                        script src="/console/keys.js" defer {}
                        script src="/console/live.js" defer {}
                    }
                }
                body data-here=(self.here) data-news=[self.visit.map(|_| &self.news)] data-typing=[&self.typing] {
                    a.skip href="#main" { (reader.say(&phrase!("console-skip"))) }
                    header {
                        div.inner {
                            p.service { a href="/console" { (service) } }
                            @if let Some(visit) = self.visit { (self.navigation(visit)) }
                            (self.languages())
                        }
                    }
                    main id="main" tabindex="-1" {
                        @if !self.problems.is_empty() { (self.summary()) }
                        @if let Some(done) = &self.done { p.done role="status" { (done) } }
                        @if self.visit.is_some() { (self.live()) }
                        (body)
                    }
                }
            }
        }
    }

    fn navigation(&self, visit: &Visit) -> Markup {
        let reader = self.reader;
        let mut rooms = vec![
            ("/console", phrase!("console-nav-tickets")),
            ("/console/notices", phrase!("console-nav-notices")),
            ("/console/topics", phrase!("topics-nav")),
            ("/console/consultations", phrase!("console-nav-consultations")),
            ("/console/documents", phrase!("console-nav-documents")),
            ("/console/templates", phrase!("templates-nav")),
            ("/console/units", phrase!("console-nav-units")),
            ("/console/statistics", phrase!("statistics-title")),
        ];
        if visit.member.works_for(&visit.member.unit) {
            rooms.push(("/console/chat", phrase!("chat-nav")));
        }
        if visit.member.is(Role::Administrator) {
            rooms.push(("/console/staff", phrase!("console-nav-staff")));
            rooms.push(("/console/hooks", phrase!("hooks-nav")));
        }
        let path = self.here.split('?').next().unwrap_or_default();
        html! {
            nav aria-label=(reader.say(&phrase!("console-nav"))) {
                ul {
                    @for (address, name) in &rooms {
                        li {
                            a href=(address) aria-current=[(path == *address).then_some("page")] {
                                (reader.say(name))
                                @if *address == "/console/notices" {
                                    " " span.count id="unseen" { (unseen(reader, visit.unseen)) }
                                }
                            }
                        }
                    }
                }
            }
            form.leave method="post" action="/console/logout" {
                (token(visit))
                span { (visit.member.name) }
                button { (reader.say(&phrase!("console-logout"))) }
            }
        }
    }

    /// Where `live.js` says what changed; empty, and without a box, until it does.
    fn live(&self) -> Markup {
        let reader = self.reader;
        html! {
            p.live id="live" role="status" data-kept=(reader.say(&phrase!("console-live-kept")))
                data-typed=(reader.say(&phrase!("console-live-typed")))
                data-logged-out=(reader.say(&phrase!("console-live-logged-out")))
                data-hidden=(reader.say(&phrase!("console-live-hidden")))
                data-replaced=(reader.say(&phrase!("console-live-replaced"))) {}
        }
    }

    fn languages(&self) -> Markup {
        let joint = if self.here.contains('?') { '&' } else { '?' };
        html! {
            ul.languages {
                @for (tag, name) in self.reader.languages() {
                    @if tag != self.reader.tag() {
                        li { a href={ (self.here) (joint) "lang=" (tag) } lang=(tag) hreflang=(tag) { (name) } }
                    }
                }
            }
        }
    }

    fn summary(&self) -> Markup {
        html! {
            section.problems role="alert" aria-labelledby="problems" {
                h2 id="problems" { (self.reader.say(&phrase!("console-problems"))) }
                ul {
                    @for problem in &self.problems {
                        li {
                            @if let Some(field) = &problem.field { a href={ "#" (field) } { (problem.text) } }
                            @else { (problem.text) }
                        }
                    }
                }
            }
        }
    }
}

/// What every form carries against forged requests.
pub(super) fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.csrf); }
}

/// A part of a list: `size` from the page with this number, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// The page's number.
    pub(super) number: usize,
    /// How much a page holds.
    pub(super) size: usize,
}

impl Part {
    /// The page that an address asks for.
    pub(super) fn asked(number: Option<usize>, size: usize) -> Self {
        Self { number: number.unwrap_or(1).clamp(1, 100_000), size }
    }

    /// How many come before.
    pub(super) fn offset(self) -> usize {
        (self.number - 1) * self.size
    }

    /// Limit and offset for a query: one more than the page holds, to know whether there is a next.
    pub(super) fn query(self) -> (i64, i64) {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        (number(self.size + 1), number(self.offset()))
    }

    /// Links to the page before and the page after; `address` ends in `?` or `&`.
    pub(super) fn links(self, reader: &Reader, address: &str, more: bool) -> Markup {
        html! {
            @if self.number > 1 || more {
                nav.pages aria-label=(reader.say(&phrase!("console-pages"))) {
                    @if self.number > 1 {
                        a rel="prev" href={ (address) "page=" (self.number - 1) } { (reader.say(&phrase!("console-previous"))) }
                    }
                    span { (reader.say(&phrase!("console-page", number = self.number))) }
                    @if more {
                        a rel="next" href={ (address) "page=" (self.number + 1) } { (reader.say(&phrase!("console-next"))) }
                    }
                }
            }
        }
    }
}

/// Text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// The text that a part of an address stands for.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = text.get(at + 1..at + 3).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (byte, escaped) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 3;
            }
            (b'+', _) => {
                out.push(b' ');
                at += 1;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_any_text() {
        for text in ["张三 & 李四", "/console/tickets/Z1?x=1", "100%", ""] {
            assert_eq!(decoded(&encoded(text)), text);
        }
        assert_eq!(decoded("a%2"), "a%2");
        assert_eq!(decoded("%字"), "%字");
    }

    #[test]
    fn a_page_knows_its_part() {
        assert_eq!(Part::asked(Some(0), 20), Part { number: 1, size: 20 });
        assert_eq!(Part::asked(Some(3), 20).query(), (21, 40));
    }
}
