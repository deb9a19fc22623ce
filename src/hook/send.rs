//! A request goes out. Redirects aren't followed: what is signed for one address doesn't go to another.

use std::time::Duration;

use reqwest::{Client, header, redirect::Policy};

use super::{Hook, Reply, Request};

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How much of an answer is read, in bytes.
const MAX_ANSWER: usize = 16 * 1024;

/// Sends requests.
#[derive(Debug, Clone)]
pub struct Sender {
    outside: Client,
    /// For receivers on this machine: a proxy has no business there.
    local: Client,
}

impl Sender {
    /// A sender that waits ten seconds for an answer.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::patient_for(TIMEOUT)
    }

    /// A sender that waits so long for an answer.
    pub fn patient_for(timeout: Duration) -> Result<Self, reqwest::Error> {
        let builder = || Client::builder().timeout(timeout).redirect(Policy::none()).user_agent("wenzheng");
        Ok(Self { outside: builder().build()?, local: builder().no_proxy().build()? })
    }

    /// Sends a request and gives what came back.
    pub async fn send(&self, hook: &Hook, request: &Request) -> Reply {
        let client = if hook.target.is_local() { &self.local } else { &self.outside };
        let mut builder = client
            .post(request.url.clone())
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(request.body.clone());
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        match answer(builder).await {
            Ok(reply) => reply,
            // The address holds secrets of robots: it must not get into logs.
            Err(error) => Reply::Silent(why(&error.without_url())),
        }
    }
}

async fn answer(builder: reqwest::RequestBuilder) -> Result<Reply, reqwest::Error> {
    let mut response = builder.send().await?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after = retry_after.map(ToOwned::to_owned);
    let mut body = Vec::new();
    while body.len() < MAX_ANSWER
        && let Some(chunk) = response.chunk().await?
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(MAX_ANSWER);
    Ok(Reply::Answered { status, retry_after, body: String::from_utf8_lossy(&body).into_owned() })
}

/// The error with its causes: "error sending request" alone helps nobody.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
