//! A Bot API server for tests, on this machine. It checks what Telegram checks, keeps what it was sent, and misbehaves
//! when told to.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::post,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// The token that the server knows.
pub const TOKEN: &str = "42:fake-token";

/// How the server treats one `sendMessage`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Refuses: too many requests; seconds to wait.
    TooMany { retry_after: u64 },
    /// Answers with this status and a page of HTML, as a gateway does.
    ServerError(u16),
    /// Takes the message and never answers.
    TimeOut,
    /// Takes the message and hangs up in the middle of the answer.
    DropAfterAccept,
    /// Takes the message and answers 200 with something that isn't JSON.
    Garbage,
    /// Refuses: the person blocked the bot.
    Blocked,
    /// Refuses: there is no such chat.
    ChatNotFound,
    /// Takes the message and answers with one that no client of today can parse.
    NewForm,
}

/// A message that the server took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// To which chat.
    pub chat: i64,
    /// As it came, with its marks.
    pub html: String,
    /// As a person sees it.
    pub text: String,
    /// The buttons as they were sent, row by row: label and action.
    pub buttons: Vec<Vec<(String, String)>>,
    /// The buttons as they are now, after changes.
    pub buttons_now: Vec<Vec<(String, String)>>,
    /// The server's id of it.
    pub id: usize,
}

/// A group with the bot in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Its id, which is negative.
    pub id: i64,
}

impl Group {
    /// What Telegram calls it, once it is a supergroup or before.
    fn chat(self) -> Value {
        let kind = if self.id < -1_000_000_000_000 { "supergroup" } else { "group" };
        json!({"id": self.id, "type": kind, "title": "值班群"})
    }
}

/// How the server treats `getUpdates`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollFault {
    /// Another process asks.
    Conflict,
    /// Answers 502 with a page of HTML.
    BadGateway,
}

#[derive(Default)]
struct Inside {
    updates: BTreeMap<i64, Value>,
    /// Given out as they are, once each, with the next answer.
    oddities: Vec<Value>,
    /// Whether an answer comes in reverse order and with every update twice.
    unruly: bool,
    /// How often each update was given out.
    given: BTreeMap<i64, usize>,
    /// How long a message takes, to and fro.
    travel: Duration,
    sent: Vec<Sent>,
    faults: VecDeque<Fault>,
    poll_faults: VecDeque<PollFault>,
    calls: Vec<(String, Value)>,
    webhook: Option<(String, String)>,
    /// Chats in which the bot can't speak any more.
    gone: Vec<i64>,
    /// Groups that go on under another id.
    moved: BTreeMap<i64, i64>,
}

/// The server. It stops when dropped.
pub struct FakeTelegram {
    url: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    inside: Mutex<Inside>,
    news: Notify,
    next_update: AtomicI64,
}

impl Shared {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeTelegram {
    /// Starts a server on a free port.
    pub async fn start() -> Self {
        let shared =
            Arc::new(Shared { inside: Mutex::default(), news: Notify::new(), next_update: AtomicI64::new(1000) });
        let router = Router::new().route("/{bot}/{method}", post(answer)).with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, task }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A person writes; gives the update.
    pub fn text(&self, chat: i64, text: &str) -> Value {
        let update = self.number(json!({"message": {"message_id": 1, "date": 1_700_000_000, "text": text,
            "chat": {"id": chat, "type": "private", "first_name": "T"}, "from": user(chat)}}));
        self.keep(update)
    }

    /// A person presses a button; gives the update.
    pub fn press(&self, chat: i64, action: &str) -> Value {
        let update = self.number(json!({"callback_query": {"id": format!("press-{chat}-{action}"), "data": action,
            "chat_instance": "1", "from": user(chat),
            "message": {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "private", "first_name": "T"}}}}));
        self.keep(update)
    }

    /// Somebody writes in a group, perhaps as an answer to a message of the bot; gives the update.
    pub fn text_in(&self, group: Group, from: i64, text: &str, answers: Option<usize>) -> Value {
        let mut message = json!({"message_id": 1, "date": 1_700_000_000, "text": text, "chat": group.chat(),
            "from": user(from)});
        if let Some(id) = answers {
            message["reply_to_message"] = json!({"message_id": id, "date": 1, "chat": group.chat(), "text": "?",
                "from": {"id": 42, "is_bot": true, "first_name": "Fake"}});
        }
        self.update(json!({ "message": message }))
    }

    /// Somebody presses a button below a message in a group; gives the update.
    pub fn press_in(&self, group: Group, from: i64, id: usize, action: &str) -> Value {
        let press = format!("press-{}", self.shared.next_update.load(Ordering::SeqCst));
        self.update(json!({"callback_query": {"id": press, "data": action, "chat_instance": "1", "from": user(from),
            "message": {"message_id": id, "date": 1, "chat": group.chat()}}}))
    }

    /// The bot is removed from a group.
    pub fn remove_from(&self, group: Group) {
        self.close(group.id);
        self.update(json!({"my_chat_member": {"chat": group.chat(), "from": user(1), "date": 1,
            "old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}}));
    }

    /// From now on nothing can be sent to a chat, and nobody says so before it is tried.
    pub fn close(&self, chat: i64) {
        self.shared.inside().gone.push(chat);
    }

    /// A group becomes a supergroup; whether the bot is told, or has to find out when it sends.
    pub fn upgrade(&self, group: Group, told: bool) -> Group {
        let after = Group { id: group.id - 1_000_000_000_000 };
        self.shared.inside().moved.insert(group.id, after.id);
        if told {
            self.update(json!({"message": {"message_id": 1, "date": 1_700_000_000, "chat": group.chat(),
                "from": user(1), "migrate_to_chat_id": after.id}}));
        }
        after
    }

    /// What was said only to whoever pressed a button, in order.
    pub fn asides(&self) -> Vec<String> {
        let calls = self.calls("answerCallbackQuery");
        calls.iter().filter_map(|call| call["text"].as_str().map(str::to_owned)).collect()
    }

    /// Anything with a number comes; gives the update.
    pub fn update(&self, rest: Value) -> Value {
        let update = self.number(rest);
        self.keep(update)
    }

    /// Something comes that isn't an update. It is given out once.
    pub fn oddity(&self, oddity: Value) {
        self.shared.inside().oddities.push(oddity);
        self.shared.news.notify_waiters();
    }

    /// From now on updates come in reverse order and twice.
    pub fn unruly(&self) {
        self.shared.inside().unruly = true;
    }

    /// From now on a message takes so long to arrive, and its answer so long to come back. Who is gone before it
    /// arrives hasn't sent it.
    pub fn slow(&self, travel: Duration) {
        self.shared.inside().travel = travel;
    }

    /// How many updates were given out more than once.
    pub fn given_again(&self) -> usize {
        self.shared.inside().given.values().filter(|count| **count > 1).count()
    }

    /// An update with the next number that isn't kept for `getUpdates`.
    pub fn number(&self, mut rest: Value) -> Value {
        rest["update_id"] = self.shared.next_update.fetch_add(1, Ordering::SeqCst).into();
        rest
    }

    fn keep(&self, update: Value) -> Value {
        let number = update["update_id"].as_i64().unwrap();
        self.shared.inside().updates.insert(number, update.clone());
        self.shared.news.notify_waiters();
        update
    }

    /// How many updates nobody has acknowledged.
    pub fn waiting(&self) -> usize {
        self.shared.inside().updates.len()
    }

    /// How the next messages are treated, one fault each.
    pub fn next_sends(&self, faults: impl IntoIterator<Item = Fault>) {
        self.shared.inside().faults.extend(faults);
    }

    /// How the next questions for updates are treated, one fault each.
    pub fn next_polls(&self, faults: impl IntoIterator<Item = PollFault>) {
        self.shared.inside().poll_faults.extend(faults);
    }

    /// All messages that were taken, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.shared.inside().sent.clone()
    }

    /// All calls of a method, in order.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let inside = self.shared.inside();
        inside
            .calls
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(method))
            .map(|(_, call)| call.clone())
            .collect()
    }

    /// The webhook's address and secret, as they were set.
    pub fn webhook(&self) -> Option<(String, String)> {
        self.shared.inside().webhook.clone()
    }

    /// Waits until something is true of the server.
    pub async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        for _ in 0..1500 {
            if holds(self) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("in vain: {what}");
    }

    /// Sends a body to a webhook, as Telegram does, and gives the status.
    pub async fn push(&self, url: &str, secret: Option<&str>, body: impl Into<reqwest::Body>) -> u16 {
        let mut request = reqwest::Client::new().post(url).header("content-type", "application/json").body(body);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        request.send().await.unwrap().status().as_u16()
    }
}

fn user(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": "T", "language_code": "zh-hans"})
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    if bot != format!("bot{TOKEN}") {
        return refusal(401, "Unauthorized");
    }
    let call: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({}));
    let method = method.to_ascii_lowercase();
    shared.inside().calls.push((method.clone(), call.clone()));
    match method.as_str() {
        "getme" => ok(json!({"id": 42, "is_bot": true, "first_name": "Fake", "username": "fake_bot",
            "can_join_groups": false, "can_read_all_group_messages": false, "supports_inline_queries": false})),
        "getupdates" => get_updates(&shared, &call).await,
        "sendmessage" => send_message(&shared, &call).await,
        "editmessagetext" => match checked(&call) {
            Ok(sent) => ok(message(1, &sent)),
            Err(why) => refusal(400, &why),
        },
        "editmessagereplymarkup" => edit_buttons(&shared, &call),
        "answercallbackquery" if call["callback_query_id"].is_string() => {
            if call["text"].as_str().unwrap_or_default().chars().count() > 200 {
                refusal(400, "Bad Request: MESSAGE_TOO_LONG")
            } else {
                ok(json!(true))
            }
        }
        "setmycommands" => set_my_commands(&call),
        "setwebhook" => set_webhook(&shared, &call),
        "deletewebhook" => {
            shared.inside().webhook = None;
            ok(json!(true))
        }
        _ => refusal(404, "Not Found"),
    }
}

fn ok(result: Value) -> Response {
    let mut body = json!({"ok": true});
    body["result"] = result;
    axum::Json(body).into_response()
}

fn refusal(code: u16, why: &str) -> Response {
    let status = StatusCode::from_u16(code).unwrap();
    (status, axum::Json(json!({"ok": false, "error_code": code, "description": why}))).into_response()
}

fn gateway_page(status: u16) -> Response {
    let page = "<html><h1>nginx</h1></html>";
    (StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, "text/html")], page).into_response()
}

async fn get_updates(shared: &Shared, call: &Value) -> Response {
    let fault = shared.inside().poll_faults.pop_front();
    match fault {
        Some(PollFault::Conflict) => {
            return refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot runs");
        }
        Some(PollFault::BadGateway) => return gateway_page(502),
        None => {}
    }
    if shared.inside().webhook.is_some() {
        return refusal(409, "Conflict: can't use getUpdates method while webhook is active");
    }
    let limit = call["limit"].as_u64().unwrap_or(100).clamp(1, 100);
    let hold = Duration::from_secs(call["timeout"].as_u64().unwrap_or(0));
    let deadline = tokio::time::Instant::now() + hold;
    loop {
        let news = shared.news.notified();
        tokio::pin!(news);
        news.as_mut().enable();
        let found = {
            let mut inside = shared.inside();
            if let Some(offset) = call["offset"].as_i64() {
                inside.updates.retain(|number, _| *number >= offset);
            }
            let take = usize::try_from(limit).unwrap();
            let mut found: Vec<Value> = inside.updates.values().take(take).cloned().collect();
            if inside.unruly {
                found = found.iter().rev().flat_map(|update| [update.clone(), update.clone()]).collect();
            }
            for update in &found {
                *inside.given.entry(update["update_id"].as_i64().unwrap()).or_default() += 1;
            }
            found.append(&mut inside.oddities);
            found
        };
        if !found.is_empty() || tokio::time::timeout_at(deadline, news).await.is_err() {
            return ok(Value::from(found));
        }
    }
}

/// Changes the buttons below a message.
fn edit_buttons(shared: &Shared, call: &Value) -> Response {
    let buttons = match read_buttons(call) {
        Ok(buttons) => buttons,
        Err(why) => return refusal(400, &why),
    };
    let mut inside = shared.inside();
    let found = inside.sent.iter_mut().find(|sent| {
        Some(sent.chat) == call["chat_id"].as_i64() && Some(sent.id as u64) == call["message_id"].as_u64()
    });
    match found {
        None => refusal(400, "Bad Request: message to edit not found"),
        Some(sent) if sent.buttons_now == buttons => refusal(400, "Bad Request: message is not modified"),
        Some(sent) => {
            sent.buttons_now = buttons;
            ok(message(sent.id, &sent.clone()))
        }
    }
}

async fn send_message(shared: &Shared, call: &Value) -> Response {
    let mut sent = match checked(call) {
        Ok(sent) => sent,
        Err(why) => return refusal(400, &why),
    };
    {
        let inside = shared.inside();
        if inside.gone.contains(&sent.chat) {
            return refusal(403, "Forbidden: bot was kicked from the group chat");
        }
        if let Some(to) = inside.moved.get(&sent.chat) {
            let body = json!({"ok": false, "error_code": 400, "parameters": {"migrate_to_chat_id": to},
                "description": "Bad Request: group chat was upgraded to a supergroup chat"});
            return (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
        }
    }
    let travel = shared.inside().travel;
    tokio::time::sleep(travel).await;
    let fault = shared.inside().faults.pop_front();
    match &fault {
        Some(Fault::TooMany { retry_after }) => {
            let body = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry later",
                "parameters": {"retry_after": retry_after}});
            return (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response();
        }
        Some(Fault::ServerError(status)) => return gateway_page(*status),
        Some(Fault::Blocked) => return refusal(403, "Forbidden: bot was blocked by the user"),
        Some(Fault::ChatNotFound) => return refusal(400, "Bad Request: chat not found"),
        _ => {}
    }
    let number = {
        let mut inside = shared.inside();
        sent.id = inside.sent.len() + 1;
        inside.sent.push(sent.clone());
        inside.sent.len()
    };
    tokio::time::sleep(travel).await;
    match fault {
        Some(Fault::TimeOut) => std::future::pending().await,
        Some(Fault::DropAfterAccept) => {
            let half = tokio_stream::iter([Ok("{\"ok\":true,"), Err(std::io::Error::other("the line broke"))]);
            Body::from_stream(half).into_response()
        }
        Some(Fault::Garbage) => "this is no JSON".into_response(),
        Some(Fault::NewForm) => ok(json!({"a_form": "of next year"})),
        _ => ok(message(number, &sent)),
    }
}

fn message(number: usize, sent: &Sent) -> Value {
    json!({"message_id": number, "date": 1_700_000_000, "chat": {"id": sent.chat, "type": "private"}, "text": sent.text})
}

/// Checks a message as Telegram does.
fn checked(call: &Value) -> Result<Sent, String> {
    let chat = call["chat_id"].as_i64().ok_or("Bad Request: chat_id is empty")?;
    let html = call["text"].as_str().ok_or("Bad Request: message text is empty")?.to_owned();
    if html.len() > 1 << 15 {
        return Err("Bad Request: text is too long".to_owned());
    }
    let text = if call["parse_mode"] == "HTML" { read_html(&html)? } else { html.clone() };
    if text.trim().is_empty() {
        return Err("Bad Request: message text is empty".to_owned());
    }
    // The real one counts code points. Counting UTF-16 units is stricter.
    if text.encode_utf16().count() > 4096 {
        return Err("Bad Request: message is too long".to_owned());
    }
    let buttons = read_buttons(call)?;
    Ok(Sent { chat, html, text, buttons_now: buttons.clone(), buttons, id: 0 })
}

fn read_buttons(call: &Value) -> Result<Vec<Vec<(String, String)>>, String> {
    let mut buttons = Vec::new();
    for row in call["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten() {
        let mut read = Vec::new();
        for button in row.as_array().ok_or("Bad Request: field \"inline_keyboard\" must be an Array of Arrays")? {
            let (label, action) = (button["text"].as_str(), button["callback_data"].as_str());
            let (Some(label), Some(action)) = (label, action) else {
                return Err("Bad Request: text buttons are unallowed in the inline keyboard".to_owned());
            };
            if label.trim().is_empty() || !(1..=64).contains(&action.len()) {
                return Err("Bad Request: BUTTON_DATA_INVALID".to_owned());
            }
            read.push((label.to_owned(), action.to_owned()));
        }
        buttons.push(read);
    }
    Ok(buttons)
}

/// Reads Telegram's HTML, and refuses what Telegram refuses.
fn read_html(html: &str) -> Result<String, String> {
    const MARKS: [&str; 9] = ["a", "b", "strong", "i", "em", "u", "code", "pre", "blockquote"];
    let refuse = |why: &str| Err(format!("Bad Request: can't parse entities: {why}"));
    let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        let is_mark = rest[at..].starts_with('<');
        rest = &rest[at + 1..];
        let Some((inner, tail)) = rest.split_once(if is_mark { '>' } else { ';' }) else {
            return refuse("unclosed start tag or entity");
        };
        rest = tail;
        if !is_mark {
            match inner {
                "lt" => text.push('<'),
                "gt" => text.push('>'),
                "amp" => text.push('&'),
                "quot" => text.push('"'),
                _ => return refuse("unknown entity"),
            }
        } else if let Some(name) = inner.strip_prefix('/') {
            if open.pop() != Some(name) {
                return refuse("unmatched end tag");
            }
        } else {
            let name = inner.split(' ').next().unwrap_or_default();
            if !MARKS.contains(&name) {
                return refuse(&format!("unsupported start tag \"{name}\""));
            }
            open.push(name);
        }
    }
    text.push_str(rest);
    if open.is_empty() { Ok(text) } else { refuse("can't find end tag") }
}

fn set_my_commands(call: &Value) -> Response {
    let commands = call["commands"].as_array().cloned().unwrap_or_default();
    let valid = commands.len() <= 100
        && commands.iter().all(|command| {
            let (name, what) =
                (command["command"].as_str().unwrap_or(""), command["description"].as_str().unwrap_or(""));
            (1..=32).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                && (1..=256).contains(&what.chars().count())
        });
    let language = call["language_code"].as_str().unwrap_or("");
    if !valid {
        refusal(400, "Bad Request: BOT_COMMAND_INVALID")
    } else if !language.is_empty() && language.len() != 2 {
        refusal(400, "Bad Request: invalid language code specified")
    } else {
        ok(json!(true))
    }
}

fn set_webhook(shared: &Shared, call: &Value) -> Response {
    let (url, secret) = (call["url"].as_str().unwrap_or(""), call["secret_token"].as_str().unwrap_or(""));
    if !url.starts_with("https://") {
        return refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook");
    }
    if secret.len() > 256 || !secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return refusal(400, "Bad Request: secret token contains unallowed characters");
    }
    shared.inside().webhook = Some((url.to_owned(), secret.to_owned()));
    ok(json!(true))
}
