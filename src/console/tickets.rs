//! The list of tickets: a unit's own, and for dispatchers what was returned and everything open.

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::Fault,
    history::phase,
    layout::{Part, Shell},
    reader::Reader,
    session::{Asking, Visit},
};
use crate::{
    calendar::Calendar,
    casework::{self, Filter, MessageKind, State as TicketState, Ticket, Urgency},
    directory::{
        staff::Role,
        units::{self, Unit},
    },
    locale::Phrase,
    phrase,
};

/// Tickets on a page.
const ON_A_PAGE: usize = 20;

/// Which tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tab {
    #[default]
    Open,
    Closed,
    Returned,
    All,
}

impl Tab {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Returned => "returned",
            Self::All => "all",
        }
    }

    fn phrase(self) -> Phrase {
        match self {
            Self::Open => phrase!("console-tab-open"),
            Self::Closed => phrase!("console-tab-closed"),
            Self::Returned => phrase!("console-tab-returned"),
            Self::All => phrase!("console-tab-all"),
        }
    }

    fn filter(self, unit: &str) -> Filter<'_> {
        match self {
            Self::Open => Filter::OpenOf(unit),
            Self::Closed => Filter::ClosedOf(unit),
            Self::Returned => Filter::Returned,
            Self::All => Filter::Open,
        }
    }
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    tab: Tab,
    page: Option<usize>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    // What can't be read as a tab is the first tab.
    let asked = asked.map_or(Asked { tab: Tab::Open, page: None }, |Query(asked)| asked);
    let tabs: &[Tab] = if visit.member.is(Role::Dispatcher) {
        &[Tab::Open, Tab::Closed, Tab::Returned, Tab::All]
    } else {
        &[Tab::Open, Tab::Closed]
    };
    let tab = if tabs.contains(&asked.tab) { asked.tab } else { Tab::Open };
    let part = Part::asked(asked.page, ON_A_PAGE);
    let mut connection = console.store.read().await?;
    let mut tickets = casework::list(&mut connection, tab.filter(&visit.member.unit), part.query()).await?;
    let units = units::all(&mut connection).await?;
    drop(connection);
    let more = tickets.len() > ON_A_PAGE;
    tickets.truncate(ON_A_PAGE);

    let reader = &visit.reader;
    let own = unit_name(&units, &visit.member.unit);
    let title = reader.say(&phrase!("console-tickets-title", unit = own));
    let here = format!("/console?tab={}", tab.name());
    let body = html! {
        h1 { (title) }
        nav.tabs aria-label=(reader.say(&phrase!("console-tabs"))) {
            ul {
                @for one in tabs {
                    li {
                        a href={ "/console?tab=" (one.name()) } aria-current=[(*one == tab).then_some("page")] {
                            (reader.say(&one.phrase()))
                        }
                    }
                }
            }
        }
        @if tickets.is_empty() {
            p.none { (reader.say(&phrase!("console-tickets-none"))) }
        } @else {
            (table(&visit, &console.calendar, &tickets, &units, tab))
        }
        (part.links(reader, &format!("{here}&"), more))
    };
    Ok(Shell::new(&visit, &title, &here).respond(StatusCode::OK, &body))
}

fn table(visit: &Visit, calendar: &Calendar, tickets: &[Ticket], units: &[Unit], tab: Tab) -> Markup {
    let reader = &visit.reader;
    let several = matches!(tab, Tab::Returned | Tab::All);
    html! {
        table {
            caption { (reader.say(&tab.phrase())) }
            thead {
                tr {
                    th scope="col" { (reader.say(&phrase!("console-column-number"))) }
                    th scope="col" { (reader.say(&phrase!("console-column-question"))) }
                    @if several { th scope="col" { (reader.say(&phrase!("console-column-unit"))) } }
                    th scope="col" { (reader.say(&phrase!("console-column-message-kind"))) }
                    th scope="col" { (reader.say(&phrase!("console-column-deadline"))) }
                    th scope="col" { (reader.say(&phrase!("console-column-state"))) }
                }
            }
            tbody {
                @for ticket in tickets {
                    tr {
                        th.nowrap scope="row" { a href={ "/console/tickets/" (ticket.number) } { (ticket.number) } }
                        td.words.main { (beginning(&ticket.question)) }
                        @if several {
                            td data-label=(reader.say(&phrase!("console-column-unit"))) { (unit_name(units, &ticket.unit)) }
                        }
                        td data-label=(reader.say(&phrase!("console-column-message-kind"))) {
                            @if let Some((kind, _)) = ticket.kind { (reader.say(&kind_phrase(kind))) }
                        }
                        td data-label=(reader.say(&phrase!("console-column-deadline"))) {
                            span.nowrap { (reader.day(ticket.clocks.reply.due)) }
                            @if ticket.state.is_open() { " " (urgency(reader, calendar, ticket, visit.today())) }
                        }
                        td data-label=(reader.say(&phrase!("console-column-state"))) { (badge(reader, &ticket.state)) }
                    }
                }
            }
        }
    }
}

/// How urgent a ticket is, in words; the colour only repeats them.
pub(super) fn urgency(reader: &Reader, calendar: &Calendar, ticket: &Ticket, today: Date) -> Markup {
    let days = calendar.working_days_between(today, ticket.clocks.reply.due);
    let (class, words) = match ticket.urgency(today) {
        Urgency::Overdue => ("overdue", phrase!("console-urgency-overdue", days = -days)),
        Urgency::Soon => ("soon", phrase!("console-urgency-soon", days = days)),
        Urgency::Calm => ("calm", phrase!("console-urgency-calm", days = days)),
    };
    html! { span class={ "urgency " (class) } { (reader.say(&words)) } }
}

/// Where a ticket stands, in words; the colour only repeats whose turn it is.
pub(super) fn badge(reader: &Reader, state: &TicketState) -> Markup {
    let class = match state {
        TicketState::Assigned | TicketState::Returned { .. } => "waits",
        TicketState::Claimed { .. } | TicketState::Drafted { .. } => "works",
        TicketState::Answered { .. } | TicketState::Rated { .. } | TicketState::Referred { .. } => "ends",
        TicketState::AwaitingCitizen { .. }
        | TicketState::Merged { .. }
        | TicketState::Lapsed
        | TicketState::Withdrawn => "rests",
    };
    html! { span class={ "badge " (class) } { (reader.say(&phase(state))) } }
}

/// What a kind of message is called.
pub(super) fn kind_phrase(kind: MessageKind) -> Phrase {
    match kind {
        MessageKind::Advice => phrase!("console-kind-advice"),
        MessageKind::Help => phrase!("console-kind-help"),
        MessageKind::Inquiry => phrase!("console-kind-inquiry"),
    }
}

/// The first line of a question, cut so that a list can be skimmed.
pub(super) fn beginning(question: &str) -> String {
    const SHOWN: usize = 60;
    let line = question.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < question.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

/// The name of a unit that people see; its code when it left the directory.
pub(super) fn unit_name<'a>(units: &'a [Unit], code: &'a str) -> &'a str {
    units.iter().find(|unit| unit.code == code).map_or(code, |unit| unit.short.as_str())
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_long_question_is_cut_between_characters() {
        assert_eq!(beginning("短"), "短");
        assert_eq!(beginning("一\n二"), "一…");
        assert_eq!(beginning(&"字".repeat(61)), format!("{}…", "字".repeat(60)));
    }
}
