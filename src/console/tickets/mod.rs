//! The inbox: a unit's own tickets, for dispatchers what was returned and everything open; by urgency, with filters that
//! combine in the address.
//!
//! `asked` reads addresses, `bulk` does one thing with several tickets, `views` keeps addresses under a name, `hit` shows
//! where a ticket has the words that were searched for.

mod asked;
mod bulk;
mod hit;
mod records;
mod views;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};

use self::asked::Asked;
pub(super) use self::{bulk::take as take_several, views::change as change_views};
use super::{
    Console,
    frame::Fault,
    history::phase,
    layout::{Part, Problem, Shell, encoded},
    reader::Reader,
    session::{Asking, Fields, Visit},
};
use crate::{
    calendar::Calendar,
    casework::{self, Counts, MessageKind, Scope, State as TicketState, Ticket, Urgency, View},
    directory::{
        staff::Role,
        units::{self, Unit},
    },
    locale::Phrase,
    matching::Sought,
    phrase,
};

/// Tickets on a page.
const ON_A_PAGE: usize = 20;

/// What the page says beyond the list.
#[derive(Default)]
struct Said {
    /// What must be put right, or was refused.
    problems: Vec<Problem>,
    /// What was just done.
    done: Option<String>,
    /// What was ticked and typed.
    typed: Option<Fields>,
    /// The name of a view that couldn't be kept.
    view_name: String,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let asked = asked.map_or_else(|_| Asked::default(), |Query(asked)| asked);
    // Whoever types a whole number wants that ticket.
    if !asked.words().is_empty() {
        let mut connection = console.store.read().await?;
        let number = asked.words().to_uppercase();
        let ticket = casework::find_by_number(&mut connection, &number).await?;
        if let Some(ticket) = ticket.filter(|ticket| ticket.is_seen_by(&visit.member)) {
            return Ok(Redirect::to(&format!("/console/tickets/{}", encoded(&ticket.number))).into_response());
        }
    }
    page(&console, &visit, &asked, Said::default(), StatusCode::OK).await
}

/// Whoever reloads the address of a form comes back to the list.
pub(super) async fn back() -> Redirect {
    Redirect::to("/console")
}

/// The page as an answer.
async fn page(
    console: &Console,
    visit: &Visit,
    asked: &Asked,
    said: Said,
    status: StatusCode,
) -> Result<Response, Fault> {
    let scope = Scope::of(&visit.member, visit.today());
    let tabs: Vec<View> = View::ALL.into_iter().filter(|view| view.is_for(&visit.member)).collect();
    let view = if tabs.contains(&asked.view()) { asked.view() } else { View::default() };
    let part = Part::asked(asked.page(), ON_A_PAGE);
    let mut connection = console.store.read().await?;
    let listing = asked.listing(view, scope);
    let mut tickets = casework::list(&mut connection, &listing, part.query()).await?;
    let counts = casework::counts(&mut connection, &scope, &tabs).await?;
    let channels = casework::channels(&mut connection).await?;
    let kept = records::kept(&mut connection, &visit.member.login).await?;
    let units = units::all(&mut connection).await?;
    let present = units::present(&mut connection, visit.today()).await?;
    drop(connection);
    let more = tickets.len() > ON_A_PAGE && Asked::has_next(part.number);
    tickets.truncate(ON_A_PAGE);

    let reader = &visit.reader;
    let own = unit_name(&units, &visit.member.unit);
    let title = reader.say(&phrase!("console-tickets-title", unit = own));
    let here = format!("/console?{}", asked.query());
    let body = html! {
        h1 { (title) }
        div data-part="tabs" { (tab_links(reader, &tabs, view, &counts)) }
        (views::section(visit, asked, &kept, &said.view_name))
        (filters(visit, asked, view, &units, &channels))
        @if tickets.is_empty() {
            p.none {
                @if asked.narrows() {
                    (reader.say(&phrase!("console-tickets-none-such"))) " "
                    a href={ "/console?tab=" (view.name()) } { (reader.say(&phrase!("console-filters-off"))) }
                } @else {
                    (reader.say(&phrase!("console-tickets-none")))
                }
            }
        } @else {
            @let sought = listing.sought();
            @let list = table(visit, &console.calendar, &tickets, &units, view, (sought.as_ref(), said.typed.as_ref()));
            @let list = html! { div data-part="list" data-keep[said.typed.is_some()] { (list) } };
            (bulk::form(visit, asked, &present, said.typed.as_ref(), &list))
        }
        (part.links(reader, &format!("{here}&"), more))
        (keys(reader))
    };
    let news = format!("/console/live?since={}", visit.now.as_millisecond());
    Ok(Shell::new(visit, &title, &here).news(news).problems(said.problems).done(said.done).respond(status, &body))
}

fn tab_links(reader: &Reader, tabs: &[View], shown: View, counts: &Counts) -> Markup {
    html! {
        nav.tabs aria-label=(reader.say(&phrase!("console-tabs"))) {
            ul {
                @for one in tabs {
                    li {
                        a href={ "/console?tab=" (one.name()) } aria-current=[(*one == shown).then_some("page")] {
                            (reader.say(&view_phrase(*one)))
                            @if let Some(count) = counts.of(*one) { " " span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

/// What a view is called.
fn view_phrase(view: View) -> Phrase {
    match view {
        View::Open => phrase!("console-tab-open"),
        View::Mine => phrase!("console-tab-mine"),
        View::ToAccept => phrase!("console-tab-accept"),
        View::ToApprove => phrase!("console-tab-approve"),
        View::AwaitingCitizen => phrase!("console-tab-waiting"),
        View::OurParts => phrase!("console-tab-parts"),
        View::Overdue => phrase!("console-tab-overdue"),
        View::Closed => phrase!("console-tab-closed"),
        View::Returned => phrase!("console-tab-returned"),
        View::All => phrase!("console-tab-all"),
    }
}

fn filters(visit: &Visit, asked: &Asked, view: View, units: &[Unit], channels: &[String]) -> Markup {
    let reader = &visit.reader;
    let any = reader.say(&phrase!("console-filter-any"));
    html! {
        form.filters method="get" action="/console" role="search" {
            input type="hidden" name="tab" value=(view.name());
            div {
                label for="q" { (reader.say(&phrase!("console-search"))) }
                input id="q" name="q" type="search" value=(asked.words()) maxlength="100";
            }
            @if visit.member.is(Role::Dispatcher) {
                div {
                    label for="unit" { (reader.say(&phrase!("console-column-unit"))) }
                    select id="unit" name="unit" {
                        option value="" { (any) }
                        @for unit in units { option value=(unit.code) selected[unit.code == asked.unit()] { (unit.short) } }
                    }
                }
            }
            div {
                label for="kind" { (reader.say(&phrase!("console-column-message-kind"))) }
                select id="kind" name="kind" {
                    option value="" { (any) }
                    @for kind in [MessageKind::Inquiry, MessageKind::Help, MessageKind::Advice] {
                        option value=(kind.name()) selected[Some(kind) == asked.kind()] { (reader.say(&kind_phrase(kind))) }
                    }
                }
            }
            @if channels.len() > 1 || !asked.channel().is_empty() {
                div {
                    label for="channel" { (reader.say(&phrase!("console-filter-channel"))) }
                    select id="channel" name="channel" {
                        option value="" { (any) }
                        @for channel in channels { option value=(channel) selected[channel == asked.channel()] { (channel) } }
                    }
                }
            }
            button.second { (reader.say(&phrase!("console-filter"))) }
        }
    }
}

fn table(
    visit: &Visit,
    calendar: &Calendar,
    tickets: &[Ticket],
    units: &[Unit],
    view: View,
    (sought, typed): (Option<&Sought>, Option<&Fields>),
) -> Markup {
    let reader = &visit.reader;
    let several = tickets.iter().any(|ticket| ticket.unit != visit.member.unit);
    html! {
        table.tickets {
            caption { (reader.say(&view_phrase(view))) }
            thead {
                tr {
                    th scope="col" { span.unseen { (reader.say(&phrase!("console-column-tick"))) } }
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
                        td.tick { (bulk::tick(visit, ticket, typed)) }
                        th.nowrap scope="row" { a href={ "/console/tickets/" (ticket.number) } { (ticket.number) } }
                        td.words.main {
                            @match sought {
                                Some(sought) => (hit::found(ticket, sought)),
                                None => (beginning(&ticket.question)),
                            }
                        }
                        @if several {
                            td data-label=(reader.say(&phrase!("console-column-unit"))) { (unit_name(units, &ticket.unit)) }
                        }
                        td data-label=(reader.say(&phrase!("console-column-message-kind"))) {
                            @if let Some(kind) = ticket.kind { (reader.say(&kind_phrase(kind.kind()))) }
                        }
                        td data-label=(reader.say(&phrase!("console-column-deadline"))) {
                            @if let Some(since) = ticket.clocks.reply.stopped_since() {
                                (reader.say(&phrase!("console-clock-stopped", since = since)))
                            } @else {
                                span.nowrap { (reader.day(ticket.clocks.reply.due)) }
                                @if ticket.state.is_open() { " " (urgency(reader, calendar, ticket, visit.today())) }
                            }
                        }
                        td data-label=(reader.say(&phrase!("console-column-state"))) { (badge(reader, &ticket.state)) }
                    }
                }
            }
        }
    }
}

/// What the keys do; `keys.js` shows the same in a window.
fn keys(reader: &Reader) -> Markup {
    let rows = [
        ("j", phrase!("console-key-next")),
        ("k", phrase!("console-key-previous")),
        ("Enter", phrase!("console-key-open")),
        ("x", phrase!("console-key-tick")),
        ("c", phrase!("console-key-claim")),
        ("/", phrase!("console-key-search")),
        ("?", phrase!("console-key-help")),
    ];
    html! {
        details.keys id="keys" data-close=(reader.say(&phrase!("console-keys-close"))) {
            summary { (reader.say(&phrase!("console-keys"))) }
            dl {
                @for (key, does) in rows { div { dt { kbd { (key) } } dd { (reader.say(&does)) } } }
            }
            p.hint { (reader.say(&phrase!("console-keys-hint"))) }
            label.box for="keys-on" {
                input id="keys-on" type="checkbox" checked;
                (reader.say(&phrase!("console-keys-on")))
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
