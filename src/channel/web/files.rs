//! Files of approved replies, at the addresses that their citizens were given. Who has the address may fetch the file, until
//! the citizen erases what is stored about them.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, html};

use super::{WebChat, assets};
use crate::{
    casework::attachments,
    phrase,
    store::{Store, StoreError},
};

/// Hands out a file.
pub(super) async fn download(State(chat): State<WebChat>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    match found(&chat.intake.store, &token).await {
        Ok(Some((file, bytes))) => {
            let mut response = bytes.into_response();
            for (name, value) in file.headers() {
                if let Ok(value) = HeaderValue::try_from(value) {
                    response.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            let robots = HeaderName::from_static("x-robots-tag");
            response.headers_mut().insert(robots, HeaderValue::from_static("noindex"));
            response
        }
        Ok(None) => missing(&chat, &headers, StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::error!(%error, "a file of a reply could not be read");
            missing(&chat, &headers, StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn found(store: &Store, token: &str) -> Result<Option<(attachments::Attachment, Vec<u8>)>, StoreError> {
    let mut connection = store.read().await?;
    let Some(file) = attachments::linked(&mut connection, token).await? else { return Ok(None) };
    let bytes = attachments::content(&mut connection, &file).await?;
    Ok(bytes.map(|bytes| (file, bytes)))
}

/// Says that there is no such file: it never was, or it is gone. Which of the two is not said.
fn missing(chat: &WebChat, headers: &HeaderMap, status: StatusCode) -> Response {
    let language = chat.language(None, headers);
    let say = |phrase| chat.locales.text(&language, &phrase);
    let (title, text) = if status == StatusCode::NOT_FOUND {
        (say(phrase!("file-missing-title")), say(phrase!("file-missing")))
    } else {
        (say(phrase!("file-missing-title")), say(phrase!("web-refused-unavailable")))
    };
    let page = html! {
        (DOCTYPE)
        html lang=(language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href=(assets::STYLE_URL.as_str());
            }
            body {
                main {
                    h1 { (title) }
                    p { (text) }
                    p { a href="/" { (say(phrase!("service-name"))) } }
                }
            }
        }
    };
    let mut response = (status, Html(page.into_string())).into_response();
    for (name, value) in assets::page_headers(&chat.settings, false) {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
