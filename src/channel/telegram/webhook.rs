//! Telegram calls us. It hears 200 when the update is stored, and repeats what it heard 5xx for.

use std::sync::Arc;

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use teloxide::payloads::{SetWebhook, SetWebhookSetters as _};
use tokio_util::sync::CancellationToken;

use super::{
    api::{Api, TIMEOUT},
    inbound::{Receiver, Taken, WANTED},
    polling::{pause_after, report},
};

/// The largest update that is read, in bytes. Telegram's are a few thousand.
const MAX_BODY: usize = 1 << 20;
/// Where Telegram shows the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

#[derive(Clone)]
struct Door {
    receiver: Arc<Receiver>,
    secret: [u8; 32],
}

/// The route that Telegram calls.
pub(super) fn routes(receiver: Arc<Receiver>, secret: &SecretString) -> Router {
    let path = path(receiver.account());
    let secret = Sha256::digest(secret.expose_secret()).into();
    Router::new().route(&path, post(receive)).with_state(Door { receiver, secret })
}

fn path(account: &str) -> String {
    format!("/telegram/{account}")
}

/// The address that Telegram is told, unless it can't be one.
pub(super) fn address(public_url: &str, account: &str) -> Option<String> {
    let base = public_url.trim_end_matches('/');
    let host = base.strip_prefix("https://")?;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#');
    (!host.is_empty() && host.chars().all(plain)).then(|| base.to_owned() + &path(account))
}

impl Door {
    /// Hashes of equal length are compared, in constant time: how long it takes tells nothing about the secret.
    fn opens_for(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(SECRET_HEADER).map(|value| Sha256::digest(value.as_bytes()));
        shown.is_some_and(|shown| bool::from(shown.as_slice().ct_eq(&self.secret)))
    }
}

async fn receive(State(door): State<Door>, request: Request) -> StatusCode {
    if !door.opens_for(request.headers()) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(body) = to_bytes(request.into_body(), MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE;
    };
    let Ok(update) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST;
    };
    // In a task of its own: when Telegram hangs up, storing goes on to its end.
    let receiver = door.receiver.clone();
    match tokio::spawn(async move { receiver.take(&[update]).await }).await {
        Ok(Ok(Taken { unnumbered: 0, .. })) => StatusCode::OK,
        Ok(Ok(_)) => StatusCode::BAD_REQUEST,
        Ok(Err(error)) => {
            tracing::error!(account = door.receiver.account(), %error, "an update can't be stored; Telegram will repeat it");
            StatusCode::SERVICE_UNAVAILABLE
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Tells Telegram where we are, again and again until it has understood.
pub(super) async fn announce(
    api: &Api,
    account: &str,
    (public_url, secret): (&str, &SecretString),
    stop: &CancellationToken,
) {
    let Some(url) = address(public_url, account).and_then(|address| address.parse().ok()) else {
        tracing::error!(account, "the webhook's public address can't be used");
        return;
    };
    let call = SetWebhook::new(url).secret_token(secret.expose_secret()).allowed_updates(WANTED);
    let mut failures = 0;
    loop {
        let done = tokio::select! {
            done = api.call(&call, TIMEOUT) => done,
            () = stop.cancelled() => return,
        };
        let Err(error) = done else { return };
        report(account, &error);
        let pause = pause_after(&mut failures).max(error.retry_after().unwrap_or_default());
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_below_the_public_one() {
        let told = |url| address(url, "bot");
        assert_eq!(told("https://wz.example").as_deref(), Some("https://wz.example/telegram/bot"));
        assert_eq!(told("https://wz.example:8443/a/").as_deref(), Some("https://wz.example:8443/a/telegram/bot"));
        for url in ["", "https://", "http://wz.example", "wz.example", "https://a b", "https://a?b", "https://a#b"] {
            assert_eq!(told(url), None, "{url}");
        }
    }
}
