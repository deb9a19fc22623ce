//! The chat's page. It works without scripts; the script only spares the reload.

use std::collections::BTreeMap;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;

use super::{
    WebChat, assets, decode,
    history::{Entry, History},
    refusal::Refusal,
    render::{self, Frame},
    session,
};
use crate::{locale::Phrase, phrase};

/// What a link to the page can say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The language that the reader picked.
    lang: Option<String>,
    /// `1`: the page is shown inside another one, by the widget.
    embed: Option<String>,
    /// What the conversation shall begin with.
    start: Option<String>,
}

/// Shows the conversation.
pub(super) async fn show(
    State(chat): State<WebChat>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let picked = asked.lang.as_deref().and_then(|tag| chat.locales.negotiate(tag)).map(str::to_owned);
    let embedded = asked.embed.as_deref() == Some("1");
    let view = View {
        language: chat.language(asked.lang.as_deref(), &headers),
        embedded,
        start: asked.start.filter(|what| decode::is_word(what)),
        ..View::default()
    };
    let mut response = respond(&chat, &headers, view, StatusCode::OK).await;
    if let (Some(tag), false) = (picked, embedded) {
        add_cookie(&mut response, &session::language_cookie(&tag, chat.settings.https));
    }
    response
}

/// Shows the conversation again, with why a message was not taken and what was typed.
pub(super) async fn refused(
    chat: &WebChat,
    headers: &HeaderMap,
    language: &str,
    typed: &str,
    refusal: Refusal,
) -> Response {
    refusal.log();
    let view = View {
        language: language.to_owned(),
        alert: Some(chat.locales.text(language, &refusal.phrase())),
        typed: typed.to_owned(),
        ..View::default()
    };
    let mut response = respond(chat, headers, view, refusal.status()).await;
    if let Some(wait) = refusal.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}

/// What one showing of the page differs in.
#[derive(Default)]
struct View {
    language: String,
    embedded: bool,
    start: Option<String>,
    alert: Option<String>,
    typed: String,
    entries: Vec<Entry>,
    pending: bool,
}

async fn respond(chat: &WebChat, headers: &HeaderMap, mut view: View, status: StatusCode) -> Response {
    let mut new_secret = None;
    let mut status = status;
    // The embedded page has no cookie to know the visitor by: its script asks for the conversation.
    if !view.embedded {
        match session::visitor(headers) {
            None => new_secret = Some(chat.intake.ids.secret()),
            Some(visitor) => match chat.history(&visitor.address(), &view.language).await {
                Ok(History { entries, pending }) => (view.entries, view.pending) = (entries, pending),
                Err(refusal) => {
                    refusal.log();
                    status = refusal.status();
                    view.alert = Some(chat.locales.text(&view.language, &refusal.phrase()));
                }
            },
        }
    }
    let mut response = (status, Html(page(chat, &view).into_string())).into_response();
    for (name, value) in assets::page_headers(&chat.settings, view.embedded) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    if let Some(secret) = new_secret {
        add_cookie(&mut response, &session::secret_cookie(&secret, chat.settings.https));
    }
    response
}

fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn page(chat: &WebChat, view: &View) -> Markup {
    let text = |phrase: Phrase| chat.locales.text(&view.language, &phrase);
    let service = text(phrase!("service-name"));
    let (you, choices) = (text(phrase!("web-you")), text(phrase!("web-choices")));
    let form_id = chat.intake.ids.next();
    let frame = Frame { language: &view.language, service: &service, you: &you, choices: &choices, form_id: &form_id };
    let latest = view.entries.len().saturating_sub(1);
    let welcome_hidden = !view.entries.is_empty() && view.start.is_none();
    html! {
        (DOCTYPE)
        html lang=(view.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (text(phrase!("web-title", service = &service))) }
                // None yet: an empty one spares the browser's question for it.
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(*assets::STYLE_URL);
                script src=(*assets::SCRIPT_URL) defer {}
            }
            body.embedded[view.embedded] {
                a.skip href="#text" { (text(phrase!("web-skip"))) }
                header {
                    div.inner {
                        div.name {
                            h1 { (service) }
                            p { (text(phrase!("web-tagline"))) }
                        }
                        (languages(chat, view))
                    }
                }
                main #chat data-language=(view.language) data-embedded[view.embedded] data-words=(words(chat, view)) {
                    section #welcome hidden[welcome_hidden] {
                        h2 { (text(phrase!("web-hello"))) }
                        p { (text(phrase!("web-welcome", service = &service))) }
                        ul {
                            li { (text(phrase!("web-can-ask"))) }
                            li { (text(phrase!("web-can-route"))) }
                            li { (text(phrase!("web-can-opine"))) }
                        }
                        form.choices method="post" action="/chat" {
                            input type="hidden" name="id" value=(form_id);
                            input type="hidden" name="lang" value=(view.language);
                            button type="submit" name="start" value=(view.start.as_deref().unwrap_or_default()) {
                                (text(phrase!("web-start")))
                            }
                        }
                    }
                    div #log role="log" aria-live="polite" aria-relevant="additions" aria-label=(text(phrase!("web-log"))) {
                        @for (index, entry) in view.entries.iter().enumerate() {
                            (render::entry(&frame, entry, index == latest))
                        }
                    }
                    @if view.pending {
                        p.pending #pending {
                            (text(phrase!("web-pending"))) " "
                            a href="/#latest" { (text(phrase!("web-reload"))) }
                        }
                    }
                    @if let Some(alert) = &view.alert { p.alert role="alert" { (alert) } }
                    p #status role="status" {}
                    @if view.embedded {
                        p #unsupported {
                            a href="/" target="_blank" rel="noopener" { (text(phrase!("web-open-page"))) }
                        }
                    }
                    (composer(view, &form_id, &text))
                    p.privacy { (text(phrase!("web-privacy"))) }
                    @if !view.embedded { p.privacy { a href="/units" { (text(phrase!("units-public-link"))) } } }
                }
            }
        }
    }
}

fn composer(view: &View, form_id: &str, text: &impl Fn(Phrase) -> String) -> Markup {
    html! {
        form #composer method="post" action="/chat" {
            input type="hidden" name="id" value=(form_id);
            input type="hidden" name="lang" value=(view.language);
            label for="text" { (text(phrase!("web-your-question"))) }
            div.line {
                textarea #text name="text" rows="2" required autocomplete="off" aria-describedby="keys" { (view.typed) }
                button.send type="submit" { (text(phrase!("web-send"))) }
            }
            // The script shows these: without it, Enter is a new line, and nothing is added to the page below.
            p #keys hidden { (text(phrase!("web-keys"))) }
            button #down type="button" hidden aria-label=(text(phrase!("web-down"))) title=(text(phrase!("web-down"))) {
                span aria-hidden="true" { "↓" }
            }
        }
    }
}

fn languages(chat: &WebChat, view: &View) -> Markup {
    let label = chat.locales.text(&view.language, &phrase!("web-languages"));
    html! {
        nav aria-label=(label) {
            @for tag in chat.locales.tags() {
                @let current = (tag == view.language).then_some("true");
                @let embed = if view.embedded { "&embed=1" } else { "" };
                a href={ "/?lang=" (tag) (embed) } lang=(tag) hreflang=(tag) aria-current=[current] {
                    (chat.locales.text(tag, &phrase!("language-name")))
                }
            }
        }
    }
}

/// The words that the script needs, as JSON.
fn words(chat: &WebChat, view: &View) -> String {
    let service = chat.locales.text(&view.language, &phrase!("service-name"));
    let words = [
        ("you", phrase!("web-you")),
        ("service", phrase!("service-name")),
        ("choices", phrase!("web-choices")),
        ("start", phrase!("web-start")),
        ("sending", phrase!("web-sending")),
        ("sent", phrase!("web-sent")),
        ("failed", phrase!("web-failed")),
        ("waiting", phrase!("web-waiting")),
        ("working", phrase!("web-working", service = service)),
        ("offline", phrase!("web-offline")),
        ("empty", phrase!("web-refused-empty")),
    ];
    let words: BTreeMap<&str, String> =
        words.into_iter().map(|(name, phrase)| (name, chat.locales.text(&view.language, &phrase))).collect();
    serde_json::to_string(&words).unwrap_or_default()
}
