//! A receiver of web hooks for tests, on this machine. It checks signatures, keeps what came, and misbehaves when told
//! to.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// The secret that the receiver shares with a plain hook.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How the receiver treats one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Answers with this status.
    Status(u16),
    /// Answers 429 and asks to wait for so many seconds.
    TooMany(u64),
    /// Answers 302 to this address.
    Redirect(String),
    /// Answers 200 with this body.
    Says(&'static str),
    /// Takes the request and never answers.
    TimeOut,
    /// Takes the request and breaks the line.
    Reset,
    /// Answers with something that isn't HTTP.
    Garbage,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Came {
    /// Path and query.
    pub path: String,
    /// Name in small letters, and value.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Came {
    /// A header's value; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether the signature fits, as a receiver checks it.
    pub fn is_signed(&self) -> bool {
        let key = STANDARD.decode(SECRET.trim_start_matches("whsec_")).unwrap();
        let signed = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        let Some(tag) = self.header("webhook-signature").strip_prefix("v1,") else { return false };
        let tag = STANDARD.decode(tag).unwrap();
        hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes(), &tag).is_ok()
    }
}

#[derive(Default)]
struct Inside {
    came: Vec<Came>,
    faults: VecDeque<Fault>,
}

/// The receiver. It stops when dropped.
pub struct Receiver {
    url: String,
    inside: Arc<Mutex<Inside>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// Starts one on a free port. It speaks HTTP by hand, because it must also speak it badly.
    pub async fn start() -> Self {
        let inside: Arc<Mutex<Inside>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/in?key=deadbeef", listener.local_addr().unwrap());
        let shared = inside.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, shared.clone()));
            }
        });
        Self { url, inside, task }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// How the next requests are treated, one fault each; those after them well.
    pub fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inside().faults.extend(faults);
    }

    /// All requests that came, in order.
    pub fn came(&self) -> Vec<Came> {
        self.inside().came.clone()
    }

    /// Waits until so many requests came.
    pub async fn until(&self, count: usize) -> Vec<Came> {
        for _ in 0..1500 {
            if self.came().len() >= count {
                return self.came();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} requests came, not {count}", self.came().len());
    }
}

async fn serve(mut stream: TcpStream, inside: Arc<Mutex<Inside>>) {
    let Some(came) = read(&mut stream).await else { return };
    let fault = {
        let mut inside = inside.lock().unwrap();
        inside.came.push(came);
        inside.faults.pop_front()
    };
    let answer = match fault {
        None => http(200, "", r#"{"errcode":0,"code":0,"msg":"ok"}"#),
        Some(Fault::Status(status)) => http(status, "", "<html>no</html>"),
        Some(Fault::TooMany(seconds)) => http(429, &format!("retry-after: {seconds}\r\n"), ""),
        Some(Fault::Redirect(to)) => http(302, &format!("location: {to}\r\n"), ""),
        Some(Fault::Says(body)) => http(200, "", body),
        Some(Fault::TimeOut) => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return;
        }
        Some(Fault::Reset) => {
            // Closing with unsent data thrown away is a reset on the wire.
            stream.set_zero_linger().unwrap();
            return;
        }
        Some(Fault::Garbage) => "\u{0}\u{1}what?\r\n\r\n".to_owned(),
    };
    // Who was killed meanwhile doesn't hear it.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn http(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

async fn read(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    loop {
        let mut part = [0u8; 4096];
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines();
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
        if body.len() >= length {
            return Some(Came { path, headers, body: body.to_owned() });
        }
    }
}
