//! The directory for everybody: who is responsible for what, and how to reach them. What concerns single persons (the
//! head, the internal contact) isn't here.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{WebChat, assets, frame::PublicPage};
use crate::{
    clock::city_date,
    directory::units::{self, Entry, successor_on},
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// The longest words that are sought, in characters.
const MAX_SOUGHT: usize = 50;

/// What a link to the page can say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The language that the reader picked.
    lang: Option<String>,
    /// What is sought.
    q: Option<String>,
}

/// Shows the page.
pub(super) async fn show(
    State(chat): State<WebChat>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let language = chat.language(asked.lang.as_deref(), &headers);
    let sought: String = asked.q.unwrap_or_default().trim().chars().take(MAX_SOUGHT).collect();
    let text = |phrase: Phrase| chat.locales.text(&language, &phrase);
    let (status, body) = match found(&chat).await {
        Ok(all) => (StatusCode::OK, listing(&text, &all, &sought, city_date(chat.intake.clock.now()))),
        Err(error) => {
            tracing::error!(%error, "the public directory failed");
            let body = html! { p.alert role="alert" { (text(phrase!("units-public-unavailable"))) } };
            (StatusCode::SERVICE_UNAVAILABLE, body)
        }
    };
    let mut response = (status, Html(page(&chat, &language, &sought, &body).into_string())).into_response();
    for (name, value) in assets::page_headers(&chat.settings, false) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

async fn found(chat: &WebChat) -> Result<Vec<Entry>, StoreError> {
    units::entries(&mut *chat.intake.store.read().await?).await
}

/// Whether a unit has all the words in what the public may know of it.
fn fits(entry: &Entry, sought: &str) -> bool {
    let unit = &entry.unit;
    let known = [&unit.name, &unit.short, &unit.duties, &unit.address];
    let known = known.into_iter().chain(&unit.aliases).chain(&unit.fields).chain(&entry.former);
    let known: String = known.flat_map(|text| [text.to_lowercase(), "\n".to_owned()]).collect();
    sought.to_lowercase().split_whitespace().all(|word| known.contains(word))
}

fn listing(text: &impl Fn(Phrase) -> String, all: &[Entry], sought: &str, today: Date) -> Markup {
    let (there, gone): (Vec<&Entry>, Vec<&Entry>) =
        all.iter().filter(|entry| fits(entry, sought)).partition(|entry| !entry.is_gone(today));
    html! {
        @if there.is_empty() && gone.is_empty() { p role="status" { (text(phrase!("units-public-none"))) } }
        @for entry in there { (described(text, entry)) }
        @if !gone.is_empty() {
            h2 { (text(phrase!("units-public-gone"))) }
            ul {
                @for entry in gone {
                    li {
                        @match successor_on(all, &entry.unit.code, today) {
                            Some(heir) => {
                                (text(phrase!("units-public-followed", unit = &entry.unit.name, successor = &heir.unit.name)))
                            }
                            None => (text(phrase!("units-public-not-followed", unit = &entry.unit.name))),
                        }
                    }
                }
            }
        }
    }
}

fn described(text: &impl Fn(Phrase) -> String, entry: &Entry) -> Markup {
    let unit = &entry.unit;
    let facts = [
        (phrase!("units-public-duties"), &unit.duties),
        (phrase!("units-public-address"), &unit.address),
        (phrase!("units-public-phone"), &unit.phone),
        (phrase!("units-public-hours"), &unit.hours),
    ];
    html! {
        section.unit aria-labelledby={ "unit-" (unit.code) } {
            h2 id={ "unit-" (unit.code) } { (unit.name) }
            dl {
                @for (name, fact) in facts.into_iter().filter(|(_, fact)| !fact.is_empty()) {
                    dt { (text(name)) }
                    dd { (fact) }
                }
            }
        }
    }
}

fn page(chat: &WebChat, language: &str, sought: &str, body: &Markup) -> Markup {
    let text = |phrase: Phrase| chat.locales.text(language, &phrase);
    let body = html! {
        form.search method="get" action="/units" role="search" {
            input type="hidden" name="lang" value=(language);
            label for="q" { (text(phrase!("units-public-search"))) }
            input id="q" name="q" type="search" value=(sought) maxlength=(MAX_SOUGHT);
            button { (text(phrase!("units-public-search-button"))) }
        }
        (body)
    };
    let service = text(phrase!("service-name"));
    let (title, heading) = (phrase!("units-public-title", service = &service), phrase!("units-public-heading"));
    PublicPage { path: "/units", language, title, heading, main: "units" }.around(chat, &body)
}
