//! The directory for everybody: who is responsible for what, and how to reach them. What concerns single persons (the
//! head, the internal contact) isn't here.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
};
use jiff::civil::Date;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::{WebChat, assets};
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
    let service = text(phrase!("service-name"));
    html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(phrase!("units-public-title", service = &service))) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(*assets::STYLE_URL);
            }
            body {
                a.skip href="#units" { (text(phrase!("web-skip"))) }
                header {
                    div.inner {
                        div.name { p { (service) } }
                        nav aria-label=(text(phrase!("web-languages"))) {
                            @for tag in chat.locales.tags() {
                                a href={ "/units?lang=" (tag) } lang=(tag) hreflang=(tag)
                                    aria-current=[(tag == language).then_some("true")] {
                                    (chat.locales.text(tag, &phrase!("language-name")))
                                }
                            }
                        }
                    }
                }
                main #units tabindex="-1" {
                    h1 { (text(phrase!("units-public-heading"))) }
                    form.search method="get" action="/units" role="search" {
                        input type="hidden" name="lang" value=(language);
                        label for="q" { (text(phrase!("units-public-search"))) }
                        input id="q" name="q" type="search" value=(sought) maxlength=(MAX_SOUGHT);
                        button { (text(phrase!("units-public-search-button"))) }
                    }
                    (body)
                    p { a href={ "/?lang=" (language) } { (text(phrase!("statistics-public-back"))) } }
                }
            }
        }
    }
}
