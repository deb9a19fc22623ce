//! Scripts and style, and the headers that keep every page of the chat to them.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{Settings, WebChat};
use crate::{id, phrase};

const SCRIPT: &str = include_str!("assets/chat.js");
const STYLE: &str = include_str!("assets/chat.css");
const WIDGET: &str = include_str!("assets/widget.js");

/// A new build has new addresses, so browsers may keep what they have for as long as they like.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The address is on other sites' pages and stays: a new build must be seen within the hour.
const AN_HOUR: &str = "public, max-age=3600";

/// The script's address.
pub(super) static SCRIPT_URL: LazyLock<String> =
    LazyLock::new(|| format!("/chat/page.js?v={}", &id::digest(SCRIPT)[..12]));

/// The style's address.
pub(super) static STYLE_URL: LazyLock<String> =
    LazyLock::new(|| format!("/chat/page.css?v={}", &id::digest(STYLE)[..12]));

pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", FOR_EVER, SCRIPT.to_owned())
}

pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", FOR_EVER, STYLE.to_owned())
}

/// What the widget says on another site's page.
#[derive(Debug, Serialize)]
struct WidgetWords {
    open: String,
    close: String,
    title: String,
}

/// The widget's script. It stands on pages of others and has nowhere else to find its words: they are handed to it
/// as its argument.
pub(super) async fn widget(State(chat): State<WebChat>) -> Response {
    let words: BTreeMap<&str, WidgetWords> = chat
        .locales
        .tags()
        .map(|tag| {
            let title = chat.locales.text(tag, &phrase!("service-name"));
            let words = WidgetWords {
                open: chat.locales.text(tag, &phrase!("web-widget-open", service = &title)),
                close: chat.locales.text(tag, &phrase!("web-widget-close")),
                title,
            };
            (tag, words)
        })
        .collect();
    // JSON is JavaScript, save for two line separators that old engines don't take inside a string.
    let words = serde_json::to_string(&words)
        .unwrap_or_else(|_| "{}".to_owned())
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    let mut response = asset("text/javascript; charset=utf-8", AN_HOUR, format!("({})({words});\n", WIDGET.trim_end()));
    response
        .headers_mut()
        .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

fn asset(kind: &'static str, cache: &'static str, text: String) -> Response {
    let headers =
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, text).into_response()
}

/// The headers of a page: only our own scripts and style, no frames but where the widget may be.
pub(super) fn page_headers(settings: &Settings, embedded: bool) -> Vec<(HeaderName, String)> {
    let ancestors = if embedded { ancestors(&settings.embed_origins) } else { "'none'".to_owned() };
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
    );
    let mut headers = vec![
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // With "no-referrer" browsers send "Origin: null" for our own forms.
        (header::REFERRER_POLICY, "same-origin".to_owned()),
    ];
    if !embedded {
        headers.push((header::X_FRAME_OPTIONS, "DENY".to_owned()));
    }
    headers
}

/// The sites that may show the embedded page. What is no origin is left out, so that no setting can open more.
fn ancestors(origins: &[String]) -> String {
    let is_origin = |origin: &&String| {
        origin.split_once("://").is_some_and(|(scheme, host)| {
            matches!(scheme, "http" | "https")
                && !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:*[]".contains(&byte))
        })
    };
    origins.iter().filter(is_origin).fold("'self'".to_owned(), |list, origin| format!("{list} {origin}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_configured_sites_may_frame_the_embedded_page() {
        let origins = ["https://www.example.gov.cn", "https://*.example.gov.cn", "x; script-src *", "https://a b", "*"];
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        assert_eq!(ancestors(&origins), "'self' https://www.example.gov.cn https://*.example.gov.cn");
        assert_eq!(ancestors(&[]), "'self'");
    }

    #[test]
    fn pages_allow_no_inline_script_or_style() {
        for embedded in [true, false] {
            let headers = page_headers(&Settings::default(), embedded);
            assert!(!headers[0].1.contains("unsafe"));
            assert_eq!(headers.iter().any(|(name, _)| name == header::X_FRAME_OPTIONS), !embedded);
        }
    }
}
