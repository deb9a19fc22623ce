//! Logging in and out.

use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use maud::html;

use super::{
    Console,
    frame::Fault,
    layout::{Problem, Shell, decoded},
    reader::Reader,
    session::{Posted, cookie, from_elsewhere, read, set_cookie},
};
use crate::{
    audit,
    casework::presence,
    directory::staff::{self, LogIn},
    id::digest,
    phrase,
};

/// The form.
pub(super) async fn show(reader: Reader, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let next = query.split('&').find_map(|pair| pair.strip_prefix("next=")).map(decoded).unwrap_or_default();
    page(&reader, ("", inside(&next)), Vec::new(), StatusCode::OK)
}

fn page(reader: &Reader, (login, next): (&str, &str), problems: Vec<Problem>, status: StatusCode) -> Response {
    let title = reader.say(&phrase!("console-login-title"));
    let body = html! {
        h1 { (title) }
        form.login method="post" action="/console/login" {
            input type="hidden" name="next" value=(next);
            label for="login" { (reader.say(&phrase!("console-login-name"))) }
            input id="login" name="login" value=(login) autocomplete="username" autocapitalize="none" spellcheck="false"
                required;
            label for="password" { (reader.say(&phrase!("console-login-password"))) }
            input id="password" name="password" type="password" autocomplete="current-password" required;
            button { (reader.say(&phrase!("console-login-enter"))) }
        }
    };
    Shell::bare(reader, &title, "/console/login").problems(problems).respond(status, &body)
}

/// Only a page of the console may follow a log-in: an address from outside could lead elsewhere.
fn inside(next: &str) -> &str {
    let ours = next == "/console" || next.starts_with("/console/") || next.starts_with("/console?");
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain && next.len() < 500 { next } else { "/console" }
}

/// Tries to log in. What was wrong is not said.
pub(super) async fn enter(State(console): State<Console>, reader: Reader, request: Request) -> Result<Response, Fault> {
    if from_elsewhere(request.headers()) {
        return Err(Fault::Forged { typed: Vec::new() });
    }
    let fields = read(request, &console).await?;
    let (login, next) = (fields.get("login").trim(), inside(fields.get("next")));
    let outcome =
        staff::log_in(&console.store, (&*console.clock, &console.ids), login, fields.get("password").to_owned().into())
            .await?;
    let (actor, action) = match &outcome {
        LogIn::Open { .. } => (format!("staff:{login}"), "staff.logged_in"),
        LogIn::Refused => ("nobody".to_owned(), "staff.log_in_refused"),
        LogIn::Locked { .. } => ("nobody".to_owned(), "staff.log_in_locked"),
    };
    // People type passwords into the wrong field: what failed is recorded as a digest only.
    let subject = match &outcome {
        LogIn::Open { .. } => actor.clone(),
        _ => format!("login:{}", digest(login)),
    };
    let mut tx = console.store.begin().await?;
    audit::append(&mut tx, console.clock.now(), &actor, action, &subject, &()).await?;
    tx.commit().await?;
    match outcome {
        LogIn::Open { token } => {
            let header = AppendHeaders([(header::SET_COOKIE, set_cookie(Some(&token), console.secure_cookies))]);
            Ok((header, Redirect::to(next)).into_response())
        }
        LogIn::Refused => {
            let text = reader.say(&phrase!("console-login-refused"));
            Ok(page(&reader, (login, next), vec![Problem::at("login", text)], StatusCode::UNPROCESSABLE_ENTITY))
        }
        LogIn::Locked { until } => {
            let text = reader.say(&phrase!("console-login-locked", until = until));
            Ok(page(&reader, (login, next), vec![Problem::at("login", text)], StatusCode::TOO_MANY_REQUESTS))
        }
    }
}

/// Ends the session.
pub(super) async fn leave(
    State(console): State<Console>,
    headers: axum::http::HeaderMap,
    posted: Posted,
) -> Result<Response, Fault> {
    let mut tx = console.store.begin().await?;
    if let Some(token) = cookie(&headers, super::session::COOKIE) {
        staff::log_out(&mut tx, token).await?;
    }
    let label = posted.visit.label();
    audit::append(&mut tx, posted.visit.now, &label, "staff.logged_out", &label, &()).await?;
    presence::left(&mut tx, &posted.visit.member.login).await?;
    tx.commit().await?;
    console.wake.desks_changed();
    let header = AppendHeaders([(header::SET_COOKIE, set_cookie(None, console.secure_cookies))]);
    Ok((header, Redirect::to("/console/login")).into_response())
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(inside("/console/tickets/Z1?x=1"), "/console/tickets/Z1?x=1");
        for elsewhere in ["", "//evil", "https://evil", "/console\\evil", "/consoles", "/console/\r\nx", "/console/ x"]
        {
            assert_eq!(inside(elsewhere), "/console", "{elsewhere:?}");
        }
    }
}
