//! Hot topics: what many people ask the unit, or any unit for dispatchers.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::Fault,
    layout::{Part, Shell, encoded},
    reader::Reader,
    session::{Asking, Visit},
    tickets::unit_name,
};
use crate::{
    casework::topics::{self, Filter, Pulse, State as TopicState, Topic},
    clock::start_of,
    directory::{staff::Role, units},
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// Topics on a page.
const ON_A_PAGE: usize = 50;
/// Days that a small chart shows, today included.
const DAYS: i32 = 14;

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    page: Option<usize>,
}

/// The page.
pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let part = Part::asked(asked.ok().and_then(|Query(asked)| asked.page), ON_A_PAGE);
    let dispatcher = visit.member.is(Role::Dispatcher);
    let filter = if dispatcher { Filter::All } else { Filter::Of(visit.member.own_unit()) };
    let mut connection = console.store.read().await?;
    let mut found = topics::list(&mut connection, filter, part.query()).await?;
    let more = found.len() > ON_A_PAGE;
    found.truncate(ON_A_PAGE);
    let units = units::all(&mut connection).await?;
    let mut rows = Vec::with_capacity(found.len());
    for topic in found {
        let days = days(&mut connection, &topic.id, visit.today()).await?;
        rows.push((topic, days));
    }
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("topics-title"));
    let body = html! {
        h1 { (title) }
        p.hint { (reader.say(&phrase!("topics-hint"))) }
        @if rows.is_empty() { p.none { (reader.say(&phrase!("topics-none"))) } }
        @else {
            table {
                caption { (title) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("topics-column-wording"))) }
                        @if dispatcher { th scope="col" { (reader.say(&phrase!("topics-column-unit"))) } }
                        th scope="col" { (reader.say(&phrase!("topics-column-area"))) }
                        th scope="col" { (reader.say(&phrase!("topics-column-people"))) }
                        th scope="col" { (reader.say(&phrase!("topics-column-growth"))) }
                        th scope="col" { (reader.say(&phrase!("topics-column-days", days = DAYS))) }
                        th scope="col" { (reader.say(&phrase!("topics-column-state"))) }
                    }
                }
                tbody {
                    @for (topic, days) in &rows {
                        tr {
                            th.words scope="row" {
                                a href={ "/console/topics/" (encoded(&topic.id)) } { (wording(reader, topic)) }
                            }
                            @if dispatcher {
                                td data-label=(reader.say(&phrase!("topics-column-unit"))) { (unit_name(&units, &topic.unit)) }
                            }
                            td data-label=(reader.say(&phrase!("topics-column-area"))) { (reader.list(&topic.areas)) }
                            td.number data-label=(reader.say(&phrase!("topics-column-people"))) { (topic.pulse.people) }
                            td data-label=(reader.say(&phrase!("topics-column-growth"))) { (reader.say(&growth(topic.pulse))) }
                            td data-label=(reader.say(&phrase!("topics-column-days", days = DAYS))) { (chart(reader, days)) }
                            td data-label=(reader.say(&phrase!("topics-column-state"))) {
                                (badge(reader, topic)) " " (due(reader, topic, visit.today()))
                            }
                        }
                    }
                }
            }
        }
        (part.links(reader, "/console/topics?", more))
    };
    Ok(Shell::new(&visit, &title, "/console/topics").respond(StatusCode::OK, &body))
}

/// A topic that the visitor may see.
pub(super) async fn open(connection: &mut Connection, visit: &Visit, id: &str) -> Result<Topic, Fault> {
    let topic = topics::find(connection, id).await?.ok_or(Fault::NotFound)?;
    if visit.member.sees(&topic.unit) { Ok(topic) } else { Err(Fault::NotFound) }
}

/// The beginning of what people ask; a word instead while it is being looked for.
pub(super) fn wording(reader: &Reader, topic: &Topic) -> String {
    const SHOWN: usize = 60;
    match topic.wording.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &topic.wording[..end]),
        None if topic.wording.is_empty() => reader.say(&phrase!("topics-no-wording")),
        None => topic.wording.clone(),
    }
}

/// How many times as many people as in the window before.
pub(super) fn growth(pulse: Pulse) -> Phrase {
    match pulse.growth() {
        Some(times) => phrase!("topics-growth", times = format!("{times:.1}")),
        None => phrase!("topics-growth-new"),
    }
}

/// Where it stands, in words; the colour only repeats whose turn it is.
pub(super) fn badge(reader: &Reader, topic: &Topic) -> Markup {
    let (class, words) = match topic.state {
        TopicState::Watched => ("rests", phrase!("topics-state-watched")),
        TopicState::Raised { .. } => ("waits", phrase!("topics-state-raised")),
        TopicState::Explained { .. } => ("ends", phrase!("topics-state-explained")),
        TopicState::Dismissed { .. } => ("rests", phrase!("topics-state-dismissed")),
    };
    html! { span class={ "badge " (class) } { (reader.say(&words)) } }
}

/// By when the unit is to explain, while it hasn't.
pub(super) fn due(reader: &Reader, topic: &Topic, today: Date) -> Markup {
    let words = topic.reckoning().map(|reckoning| {
        if topic.is_overdue(today) {
            ("overdue", phrase!("topics-overdue", day = reckoning.due))
        } else {
            ("soon", phrase!("topics-due", day = reckoning.due))
        }
    });
    html! { @if let Some((class, words)) = words { span class={ "urgency " (class) } { (reader.say(&words)) } } }
}

/// How many messages there were on each of the last days, the earliest first.
pub(super) async fn days(
    connection: &mut Connection,
    topic: &str,
    today: Date,
) -> Result<Vec<(Date, i64)>, StoreError> {
    let first = today.saturating_sub((DAYS - 1).days());
    let counts: BTreeMap<Date, i64> = topics::by_day(connection, topic, start_of(first)).await?;
    let day = |back: i32| {
        let day = first.saturating_add(back.days());
        (day, counts.get(&day).copied().unwrap_or(0))
    };
    Ok((0..DAYS).map(day).collect())
}

/// A small chart of messages by day, which also says the numbers.
pub(super) fn chart(reader: &Reader, days: &[(Date, i64)]) -> Markup {
    const WIDE: usize = 8;
    const HIGH: i64 = 24;
    let most = days.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let told =
        reader.say(&phrase!("topics-chart", counts = reader.list(days.iter().map(|(_, count)| count.to_string()))));
    html! {
        svg.spark width=(days.len() * WIDE) height=(HIGH) viewBox={ "0 0 " (days.len() * WIDE) " " (HIGH) }
            role="img" aria-label=(told) {
            @for (at, (_, count)) in days.iter().enumerate() {
                // A day without messages keeps a line, so that the days can be counted.
                @let height = (count * (HIGH - 1) / most).max(i64::from(*count > 0)) + 1;
                rect x=(at * WIDE + 1) y=(HIGH - height) width=(WIDE - 2) height=(height) {}
            }
        }
    }
}
