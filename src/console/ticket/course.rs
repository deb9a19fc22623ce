//! What a ticket's page tells beside its question: both clocks, words back and forth, more time, parts of cooperating
//! units, earlier replies, and the tickets it belongs together with.

use maud::{Markup, html};

use super::Opened;
use crate::{
    calendar::{Calendar, Reckoning},
    casework::{Decided, Extension, State, Ticket},
    console::{
        history::{self, Names},
        layout::encoded,
        reader::Reader,
        session::Visit,
        tickets::{unit_name, urgency},
    },
    phrase,
};

/// A ticket that belongs together with the one shown.
pub(super) struct Relation {
    /// How.
    pub(super) kind: Related,
    /// Its number.
    pub(super) number: String,
    /// Whether the visitor may open it.
    pub(super) seen: bool,
}

/// How another ticket belongs together with the one shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Related {
    /// Its reply will be this one's too.
    MergedInto,
    /// This one's reply will be its too.
    TakenIn,
    /// This one was a part of it.
    SplitFrom,
    /// It was a part of this one.
    SplitOff,
}

/// Both clocks with how they were computed.
pub(super) fn clocks(visit: &Visit, calendar: &Calendar, ticket: &Ticket) -> Markup {
    let reader = &visit.reader;
    let reply = &ticket.clocks.reply;
    html! {
        @if matches!(ticket.state, State::Assigned) {
            div.wide {
                dt { (reader.say(&phrase!("console-accept-by"))) }
                dd {
                    (reader.day(ticket.clocks.accept.due))
                    @if ticket.clocks.accept.due < visit.today() {
                        " " span.urgency.overdue { (reader.say(&phrase!("console-accept-late"))) }
                    }
                    (computed(reader, &ticket.clocks.accept))
                }
            }
        }
        div.wide {
            dt { (reader.say(&phrase!("console-column-deadline"))) }
            dd {
                @if let Some(since) = reply.stopped_since() {
                    span.urgency.calm { (reader.say(&phrase!("console-clock-stopped", since = since))) }
                } @else {
                    (reader.day(reply.due))
                    @if ticket.state.is_open() { " " (urgency(reader, calendar, ticket, visit.today())) }
                }
                (computed(reader, reply))
            }
        }
    }
}

fn computed(reader: &Reader, reckoning: &Reckoning) -> Markup {
    html! { small { (history::reckoning(reader, reckoning)) } }
}

/// All that the ticket carries with it.
pub(super) fn section(visit: &Visit, opened: &Opened) -> Markup {
    let (reader, names) = (&visit.reader, &opened.names);
    let course = &opened.ticket.course;
    html! {
        (relations(reader, &opened.relations))
        @if !course.exchanges.is_empty() {
            h2 { (reader.say(&phrase!("console-exchanges"))) }
            @for exchange in &course.exchanges {
                p.said { (reader.say(&phrase!("console-exchange-asked", at = exchange.asked_at))) }
                blockquote.words { (exchange.asked) }
                @if let Some(answer) = &exchange.answer {
                    p.said { (reader.say(&phrase!("console-exchange-answered"))) }
                    blockquote.words.asked { (answer) }
                }
            }
        }
        @if let Some(extension) = &course.extension { (more_time(reader, names, extension)) }
        @if !course.parts.is_empty() {
            h2 { (reader.say(&phrase!("console-parts"))) }
            @for part in &course.parts {
                h3 { (unit_name(&names.units, &part.unit)) }
                @if let Some(written) = &part.written {
                    p.said {
                        (reader.say(&phrase!(
                            "console-part-by",
                            author = names.of_login(&written.author),
                            at = written.at
                        )))
                    }
                    blockquote.words { (written.text) }
                } @else {
                    p.said {
                        (reader.say(&phrase!(
                            "console-part-waits",
                            by = names.of_login(&part.asked_by),
                            at = part.asked_at
                        )))
                    }
                }
            }
        }
        @if !course.earlier.is_empty() {
            h2 { (reader.say(&phrase!("console-earlier-replies"))) }
            @for reply in &course.earlier {
                blockquote.words { (reply.text) }
                p.said {
                    (reader.say(&phrase!(
                        "console-reply-by",
                        author = names.of_login(&reply.author),
                        reviewer = names.of_login(&reply.approved_by),
                        at = reply.at
                    )))
                }
            }
        }
    }
}

fn more_time(reader: &Reader, names: &Names, extension: &Extension) -> Markup {
    let (by, days) = (names.of_login(&extension.by), u32::from(extension.days));
    html! {
        h2 { (reader.say(&phrase!("console-extension", by = by, days = days))) }
        blockquote.words { (extension.reason) }
        @match &extension.decision {
            Decided::Open => p.said { (reader.say(&phrase!("console-extension-open"))) },
            Decided::Granted { by } => p.said {
                (reader.say(&phrase!("console-extension-granted", by = names.of_login(by))))
            },
            Decided::Refused { by, remark } => {
                p.said { (reader.say(&phrase!("console-extension-refused", by = names.of_login(by)))) }
                blockquote.words { (remark) }
            }
        }
    }
}

fn relations(reader: &Reader, relations: &[Relation]) -> Markup {
    html! {
        @if !relations.is_empty() {
            h2 { (reader.say(&phrase!("console-relations"))) }
            ul {
                @for one in relations {
                    @let words = match one.kind {
                        Related::MergedInto => phrase!("console-merged-into"),
                        Related::TakenIn => phrase!("console-taken-in"),
                        Related::SplitFrom => phrase!("console-split-from"),
                        Related::SplitOff => phrase!("console-split-off"),
                    };
                    li {
                        (reader.say(&words)) " "
                        @if one.seen { a href={ "/console/tickets/" (encoded(&one.number)) } { (one.number) } }
                        @else { (one.number) }
                    }
                }
            }
        }
    }
}
