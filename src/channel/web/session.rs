//! Who is writing: a secret that the browser keeps and whose digest alone we know.
//!
//! Our own page keeps it in a cookie that scripts can't read. Inside another site's page there may be no cookies, so
//! the widget's page asks for a secret, keeps it in its own storage and sends it as a bearer token.

use axum::{
    Json,
    extract::State,
    http::{Extensions, HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use super::{ACCOUNT, CHANNEL, WebChat, limit, refusal::Refusal};
use crate::{id, message::Address};

/// The cookie that holds the secret.
const SECRET_COOKIE: &str = "wenzheng_chat";

/// The cookie that holds the language which the person chose.
pub(super) const LANGUAGE_COOKIE: &str = "wenzheng_lang";

/// A year, in seconds: an answer of an office may come weeks later, and the person should find it.
const COOKIE_AGE: u32 = 31_536_000;

/// A new secret for a page that can't keep cookies.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Session {
    /// To be sent as `Authorization: Bearer …`, and shown to nobody.
    token: String,
}

/// How a visitor showed who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Visitor {
    /// By a bearer token: another site's page can't have sent it.
    Bearer(Address),
    /// By our cookie: a request that changes something must come from our own page.
    Cookie(Address),
}

impl Visitor {
    /// The visitor's address.
    pub(super) fn address(self) -> Address {
        match self {
            Self::Bearer(address) | Self::Cookie(address) => address,
        }
    }
}

/// The address that belongs to a secret, or `None` when it isn't of our making.
pub(super) fn address(token: &str) -> Option<Address> {
    let ours = token.len() == 64 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // Only the digest is stored: who reads the store can't speak as the person. 128 of its bits are plenty.
    ours.then(|| Address {
        channel: CHANNEL.to_owned(),
        account: ACCOUNT.to_owned(),
        person: id::digest(token).chars().take(32).collect(),
    })
}

/// Who sends this request, if we know them. A bearer token goes before the cookie, because it was chosen on purpose.
pub(super) fn visitor(headers: &HeaderMap) -> Option<Visitor> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match bearer {
        Some(token) => address(token.trim()).map(Visitor::Bearer),
        None => cookie(headers, SECRET_COOKIE).and_then(address).map(Visitor::Cookie),
    }
}

/// The visitor's address for a request that changes something.
pub(super) fn sender(chat: &WebChat, headers: &HeaderMap) -> Result<Address, Refusal> {
    match visitor(headers).ok_or(Refusal::NoSession)? {
        Visitor::Bearer(address) => Ok(address),
        Visitor::Cookie(address) if is_same_origin(headers, chat.settings.behind_proxy) => Ok(address),
        Visitor::Cookie(_) => Err(Refusal::CrossSite),
    }
}

/// Whether a page of ours sent the request, as far as the browser says. Who sends no such header is no browser that
/// could be led astray by another site: all that people use name the origin of a POST from elsewhere.
pub(super) fn is_same_origin(headers: &HeaderMap, behind_proxy: bool) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let forwarded = behind_proxy.then(|| text(HeaderName::from_static("x-forwarded-host"))).flatten();
    let Some(host) = forwarded.or_else(|| text(header::HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

/// A cookie's value.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(key, value)| (key.trim() == name).then_some(value.trim()))
}

/// The header that makes a browser keep the secret.
pub(super) fn secret_cookie(token: &str, https: bool) -> String {
    set_cookie(SECRET_COOKIE, token, https)
}

/// The header that makes a browser keep the chosen language. `tag` must be one of our own.
pub(super) fn language_cookie(tag: &str, https: bool) -> String {
    set_cookie(LANGUAGE_COOKIE, tag, https)
}

fn set_cookie(name: &str, value: &str, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={COOKIE_AGE}; HttpOnly; SameSite=Lax{secure}")
}

/// Gives a new secret.
#[utoipa::path(
    post,
    path = "/api/chat/session",
    responses((status = 200, body = Session), (status = 429, body = super::refusal::Problem))
)]
pub(super) async fn begin(State(chat): State<WebChat>, extensions: Extensions, headers: HeaderMap) -> Response {
    let place = limit::place(&headers, &extensions, chat.settings.behind_proxy);
    if let Err(wait) = chat.limits.place(place.as_deref(), chat.intake.clock.now()) {
        return Refusal::TooMany(wait).into_json(&chat, &headers);
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(Session { token: chat.intake.ids.secret() })).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_person_is_a_digest_of_the_secret() {
        let token = "a1".repeat(32);
        let known = address(&token).unwrap();
        assert_eq!(known.person.len(), 32);
        assert!(!token.contains(&known.person) && !known.person.contains(&token[..8]));
        assert_eq!(address(&token), Some(known));
    }

    #[test]
    fn what_we_did_not_make_is_no_secret() {
        for token in ["", "a1", &"A1".repeat(32), &"g1".repeat(32), &"a1".repeat(33), &"字".repeat(64)] {
            assert_eq!(address(token), None, "{token}");
        }
    }

    #[test]
    fn cookie_and_bearer_are_told_apart() {
        let token = "0f".repeat(32);
        let by_cookie = headers(&[("cookie", &format!("x=1; wenzheng_chat={token}; y=2"))]);
        assert_eq!(visitor(&by_cookie), address(&token).map(Visitor::Cookie));
        let by_bearer = headers(&[("authorization", &format!("Bearer {token}"))]);
        assert_eq!(visitor(&by_bearer), address(&token).map(Visitor::Bearer));
        // A spoilt token doesn't fall back to somebody else's cookie.
        let spoilt = headers(&[("authorization", "Bearer x"), ("cookie", &format!("wenzheng_chat={token}"))]);
        assert_eq!(visitor(&spoilt), None);
        assert_eq!(visitor(&HeaderMap::new()), None);
    }

    #[test]
    fn another_site_is_seen() {
        let check = |pairs: &[(&'static str, &str)]| is_same_origin(&headers(pairs), false);
        assert!(check(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("sec-fetch-site", "same-site")]));
        assert!(check(&[("origin", "https://ask.example.cn"), ("host", "ask.example.cn")]));
        assert!(check(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!check(&[("origin", "https://evil.example"), ("host", "ask.example.cn")]));
        assert!(!check(&[("origin", "null"), ("host", "ask.example.cn")]));
        let forwarded = headers(&[("origin", "https://ask.cn"), ("host", "10.0.0.1"), ("x-forwarded-host", "ask.cn")]);
        assert!(is_same_origin(&forwarded, true));
        assert!(!is_same_origin(&forwarded, false));
    }

    #[test]
    fn cookies_are_secure_behind_https() {
        assert!(secret_cookie("t", true).ends_with("; HttpOnly; SameSite=Lax; Secure"));
        assert!(!secret_cookie("t", false).contains("Secure"));
    }
}
