//! Statistics for everybody: counts by unit and month, with all that might tell about a person left out.
//!
//! Only months that have ended are shown: who looks every day at a running one could subtract yesterday's counts from
//! today's.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{WebChat, assets, frame::PublicPage};
use crate::{
    casework::statistics::{self, Entry, Month, Period, Published, SMALL, Share, publish},
    clock::city_date,
    directory::units::{self, Unit},
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// How many months are shown.
const MONTHS: i64 = 6;

/// What a link to the page can say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The language that the reader picked.
    lang: Option<String>,
}

/// Shows the page.
pub(super) async fn show(
    State(chat): State<WebChat>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let language = chat.language(asked.lang.as_deref(), &headers);
    let (status, cache, body) = match found(&chat).await {
        // The figures of past months hardly change: whoever asks often gets them from a cache.
        Ok(found) => (StatusCode::OK, "private, max-age=3600", tables(&chat, &language, &found)),
        Err(error) => {
            tracing::error!(%error, "the public statistics failed");
            let text = chat.locales.text(&language, &phrase!("statistics-public-unavailable"));
            (StatusCode::SERVICE_UNAVAILABLE, "no-store", html! { p.alert role="alert" { (text) } })
        }
    };
    let mut response = (status, Html(page(&chat, &language, &body).into_string())).into_response();
    for (name, value) in assets::page_headers(&chat.settings, false) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// The months that have ended, the earliest first, and the names of units.
struct Found {
    months: Vec<(Period, Month)>,
    units: Vec<Unit>,
}

async fn found(chat: &WebChat) -> Result<Found, StoreError> {
    let mut connection = chat.intake.store.read().await?;
    let mut months = Vec::new();
    for period in Period::months_before(city_date(chat.intake.clock.now()), MONTHS) {
        months.push((period, statistics::month(&mut connection, period).await?));
    }
    Ok(Found { months, units: units::all(&mut connection).await? })
}

fn tables(chat: &WebChat, language: &str, found: &Found) -> Markup {
    let text = |phrase: Phrase| chat.locales.text(language, &phrase);
    html! {
        p { (text(phrase!("statistics-public-intro"))) }
        p { (text(phrase!("statistics-public-hidden", small = SMALL))) }
        (table(&text, found, ("answered", phrase!("statistics-public-answered")), |month| &month.answered))
        (table(&text, found, ("routed", phrase!("statistics-public-routed")), |month| &month.routed))
        (table(&text, found, ("replied", phrase!("statistics-public-replied")), |month| &month.replied))
        (on_time(&text, found))
    }
}

/// One count, by unit and month.
fn table(
    text: &impl Fn(Phrase) -> String,
    found: &Found,
    (id, title): (&str, Phrase),
    count: impl Fn(&Month) -> &Vec<(String, i64)>,
) -> Markup {
    let months: Vec<BTreeMap<&str, i64>> = found
        .months
        .iter()
        .map(|(_, month)| count(month).iter().map(|(unit, count)| (unit.as_str(), *count)).collect())
        .collect();
    let codes: BTreeSet<&str> = months.iter().flat_map(|month| month.keys().copied()).collect();
    let counts: Vec<Vec<i64>> = codes
        .iter()
        .map(|code| months.iter().map(|month| month.get(code).copied().unwrap_or_default()).collect())
        .collect();
    let Published { rows, row_totals, column_totals, total } = publish(&counts, months.len());
    let shown = |total: &Option<i64>| text(total.map_or(phrase!("statistics-public-withheld"), number));
    let name = |code: &str| {
        found.units.iter().find(|unit| unit.code == code).map_or_else(|| code.to_owned(), |unit| unit.name.clone())
    };
    html! {
        section {
            h2 id=(id) { (text(title)) }
            @if rows.is_empty() {
                p { (text(phrase!("statistics-public-none"))) }
            } @else {
                div.wide tabindex="0" role="region" aria-labelledby=(id) {
                    table {
                        thead {
                            tr {
                                th scope="col" { (text(phrase!("statistics-unit"))) }
                                (heads(text, found))
                                th scope="col" { (text(phrase!("statistics-together"))) }
                            }
                        }
                        tbody {
                            @for ((code, row), total) in codes.iter().zip(&rows).zip(&row_totals) {
                                tr {
                                    th scope="row" { (name(code)) }
                                    @for entry in row { td { (text(entry_words(*entry))) } }
                                    td { (shown(total)) }
                                }
                            }
                            tr {
                                th scope="row" { (text(phrase!("statistics-public-all"))) }
                                @for total in &column_totals { td { (shown(total)) } }
                                td { (shown(&total)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heads(text: &impl Fn(Phrase) -> String, found: &Found) -> Markup {
    html! {
        @for (period, _) in &found.months {
            @let (year, month) = (period.from().year().to_string(), i64::from(period.from().month()));
            th scope="col" { (text(phrase!("statistics-chart-month", year = year, month = month))) }
        }
    }
}

fn number(count: i64) -> Phrase {
    phrase!("statistics-count", count = count)
}

fn entry_words(entry: Entry) -> Phrase {
    match entry {
        Entry::Shown(count) => number(count),
        Entry::Small => phrase!("statistics-public-small", small = SMALL),
        Entry::Withheld => phrase!("statistics-public-withheld"),
    }
}

/// The share of all replies that were on time, by month.
fn on_time(text: &impl Fn(Phrase) -> String, found: &Found) -> Markup {
    html! {
        section {
            h2 id="on-time" { (text(phrase!("statistics-public-on-time"))) }
            div.wide tabindex="0" role="region" aria-labelledby="on-time" {
                table {
                    thead { tr { th scope="col" { (text(phrase!("statistics-unit"))) } (heads(text, found)) } }
                    tbody {
                        tr {
                            th scope="row" { (text(phrase!("statistics-public-all"))) }
                            @for (_, month) in &found.months { td { (text(share_words(month.on_time))) } }
                        }
                    }
                }
            }
        }
    }
}

/// A share tells both of its parts to whoever knows the whole: neither may be a small count.
fn share_words(share: Share) -> Phrase {
    let small = |count: i64| (1..SMALL).contains(&count);
    match share.percent() {
        None => phrase!("statistics-nothing"),
        Some(_) if small(share.part) || small(share.whole - share.part) => phrase!("statistics-public-withheld"),
        Some(percent) => phrase!("statistics-percent", percent = percent),
    }
}

fn page(chat: &WebChat, language: &str, body: &Markup) -> Markup {
    let service = chat.locales.text(language, &phrase!("service-name"));
    let (title, heading) =
        (phrase!("statistics-public-title", service = &service), phrase!("statistics-public-heading"));
    PublicPage { path: "/statistics", language, title, heading, main: "figures" }.around(chat, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_withheld_where_it_tells_a_small_count() {
        let key = |part, whole| share_words(Share { part, whole }).key;
        assert_eq!(key(0, 0), "statistics-nothing");
        assert_eq!(key(18, 20), "statistics-public-withheld");
        assert_eq!(key(3, 20), "statistics-public-withheld");
        assert_eq!(key(15, 20), "statistics-percent");
        assert_eq!(key(20, 20), "statistics-percent");
    }
}
