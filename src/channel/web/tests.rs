//! The web chat as browsers and scripts meet it: requests through the router, on a store.

mod rights;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body as HttpBody, BodyDataStream},
    http::{Request, Response, StatusCode, header},
};
use serde_json::Value;
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;

use super::*;
use crate::{
    clock::SystemClock,
    id::{Ids, SystemEntropy},
    inbox,
    message::{Block, Body, Choice, Outbound},
    outbox,
    store::Store,
    wake::Wake,
};

struct Site {
    chat: WebChat,
    router: Router,
    _folder: tempfile::TempDir,
}

async fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(SystemClock);
    let intake = Intake {
        store: Store::open_folder(folder.path()).await.unwrap(),
        clock: clock.clone(),
        ids: Ids::new(clock, Arc::new(SystemEntropy)),
        wake: Wake::default(),
    };
    let settings = Settings {
        answer_within: Duration::from_secs(3),
        look_every: Duration::from_millis(100),
        embed_origins: vec!["https://www.example.gov.cn".into()],
        streams: 2,
        ..Settings::default()
    };
    let chat = WebChat::new(intake, Locales::embedded().unwrap(), settings, CancellationToken::new());
    Site { router: routes(chat.clone()), chat, _folder: folder }
}

fn token() -> String {
    "5a".repeat(32)
}

fn me() -> Address {
    session::address(&token()).unwrap()
}

impl Site {
    async fn send(&self, request: Request<HttpBody>) -> Response<HttpBody> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response<HttpBody> {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(HttpBody::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<HttpBody>) -> Response<HttpBody> {
        let request = headers.iter().fold(Request::post(path), |request, (name, value)| request.header(*name, *value));
        self.send(request.body(body.into()).unwrap()).await
    }

    async fn say(&self, body: impl Into<HttpBody>) -> (StatusCode, Value) {
        let response = self.post("/api/chat/messages", &[("authorization", &bearer())], body).await;
        (response.status(), json(response).await)
    }

    async fn form(&self, body: &str) -> Response<HttpBody> {
        let headers = [
            ("cookie", &*format!("wenzheng_chat={}", token())),
            ("host", "ask.example.cn"),
            ("origin", "https://ask.example.cn"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.post("/chat", &headers, body.to_owned()).await
    }

    /// Writes to me, as the core does.
    async fn write(&self, text: &str, choices: Vec<Choice>) {
        let intake = &self.chat.intake;
        let mut tx = intake.store.begin().await.unwrap();
        let message = Outbound { blocks: vec![Block::Text { text: text.into() }], choices, ..Outbound::default() };
        let (id, now) = (intake.ids.next(), intake.clock.now());
        outbox::enqueue(&mut tx, &id, &me(), &id, &message, now).await.unwrap();
        tx.commit().await.unwrap();
        intake.wake.wrote_to(&me());
    }

    async fn pending(&self) -> Vec<inbox::Pending> {
        let mut connection = self.chat.intake.store.read().await.unwrap();
        inbox::due(&mut connection, 10).await.unwrap()
    }

    /// How many of my messages wait to be fetched.
    async fn unfetched(&self) -> usize {
        let mut connection = self.chat.intake.store.read().await.unwrap();
        outbox::waiting(&mut connection, &me(), 100).await.unwrap().len()
    }
}

fn bearer() -> String {
    format!("Bearer {}", token())
}

async fn text(response: Response<HttpBody>) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

async fn json(response: Response<HttpBody>) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

#[tokio::test]
async fn a_message_sent_twice_is_stored_once() {
    let site = site().await;
    let body = r#"{"id":"m1","text":"高龄津贴"}"#;
    assert_eq!(site.say(body).await, (StatusCode::ACCEPTED, serde_json::json!({"accepted": "new"})));
    assert_eq!(site.say(body).await, (StatusCode::ACCEPTED, serde_json::json!({"accepted": "duplicate"})));
    let pending = site.pending().await;
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].message.address, me());
    assert_eq!(pending[0].message.body, Body::Text("高龄津贴".into()));
    // The store must not let anybody speak as the person.
    assert!(!format!("{pending:?}").contains(&token()));
}

#[tokio::test]
async fn refusals_have_a_code_and_words_in_the_readers_language() {
    let site = site().await;
    let (status, problem) = site.say(r#"{"id":"m1","text":" "}"#).await;
    assert_eq!((status, &problem["error"]), (StatusCode::BAD_REQUEST, &"empty".into()));
    assert_eq!(problem["message"], "请先输入您的问题。");
    let headers = [("authorization", &*bearer()), ("accept-language", "en")];
    let response = site.post("/api/chat/messages", &headers, vec![0xff, 0xfe]).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let problem = json(response).await;
    assert_eq!(problem["error"], "malformed");
    assert!(problem["message"].as_str().unwrap().starts_with("We couldn't read"));
    let (status, problem) = site.say("x".repeat(64 * 1024 + 1)).await;
    assert_eq!((status, &problem["error"]), (StatusCode::PAYLOAD_TOO_LARGE, &"body_too_large".into()));
    let response = site.post("/api/chat/messages", &[], r#"{"id":"m1","text":"x"}"#).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let response = site.get("/api/chat/history?after=x", &[("authorization", &bearer())]).await;
    assert_eq!(
        (response.status(), json(response).await["error"].clone()),
        (StatusCode::BAD_REQUEST, "malformed".into())
    );
    assert!(site.pending().await.is_empty());
}

#[tokio::test]
async fn one_person_cannot_flood() {
    let site = site().await;
    for n in 0..10 {
        assert_eq!(site.say(format!(r#"{{"id":"m{n}","text":"x"}}"#)).await.0, StatusCode::ACCEPTED);
    }
    let response = site.post("/api/chat/messages", &[("authorization", &bearer())], r#"{"id":"m","text":"x"}"#).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = response.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=3).contains(&wait));
}

#[tokio::test]
async fn another_sites_page_cannot_speak_for_a_visitor() {
    let site = site().await;
    let cookie = format!("wenzheng_chat={}", token());
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let headers = [
            ("cookie", &*cookie),
            ("host", "ask.example.cn"),
            ("content-type", "application/x-www-form-urlencoded"),
            (name, value),
        ];
        let response = site.post("/chat", &headers, "id=a&text=x").await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{name}: {value}");
        let response = site.post("/api/chat/messages", &headers, r#"{"id":"a","text":"x"}"#).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(site.pending().await.is_empty());
}

#[tokio::test]
async fn the_page_comes_with_a_secret_and_keeps_to_itself() {
    let site = site().await;
    let response = site.get("/", &[("accept-language", "en")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    let cookie = headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("wenzheng_chat=") && cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
    let page = text(response).await;
    assert!(page.contains("<html lang=\"en\">") && page.contains("role=\"log\"") && page.contains("Skip to"), "{page}");
    assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains("onclick"));
    let secret = cookie.split(['=', ';']).nth(1).unwrap();
    assert!(!page.contains(secret));
}

#[tokio::test]
async fn only_the_embedded_page_may_be_framed_and_it_sets_no_cookie() {
    let site = site().await;
    let response = site.get("/?embed=1&lang=en", &[]).await;
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors 'self' https://www.example.gov.cn"), "{policy}");
    assert!(response.headers().get(header::X_FRAME_OPTIONS).is_none());
    assert!(response.headers().get(header::SET_COOKIE).is_none());
    assert!(text(response).await.contains("data-embedded"));
}

#[tokio::test]
async fn the_language_that_was_picked_is_kept() {
    let site = site().await;
    let response = site.get("/?lang=en", &[("accept-language", "zh-CN")]).await;
    let cookies: Vec<_> = response.headers().get_all(header::SET_COOKIE).iter().collect();
    assert!(cookies.iter().any(|cookie| cookie.to_str().unwrap().starts_with("wenzheng_lang=en;")), "{cookies:?}");
    let page = text(site.get("/", &[("cookie", "wenzheng_lang=en"), ("accept-language", "zh-CN")]).await).await;
    assert!(page.contains("<html lang=\"en\">"));
    let page = text(site.get("/?lang=xx", &[]).await).await;
    assert!(page.contains("<html lang=\"zh-CN\">"));
}

#[tokio::test]
async fn without_scripts_the_form_waits_for_the_answer_and_shows_it() {
    let site = Arc::new(site().await);
    let core = Arc::clone(&site);
    let answer = tokio::spawn(async move {
        loop {
            if let Some(pending) = core.pending().await.pop() {
                let pick = Choice { label: "办理条件".into(), action: "pick:1".into() };
                core.write("已答复", vec![pick]).await;
                let mut tx = core.chat.intake.store.begin().await.unwrap();
                inbox::settle(&mut tx, &pending.id, core.chat.intake.clock.now()).await.unwrap();
                tx.commit().await.unwrap();
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let begun = std::time::Instant::now();
    let response = site.form("id=f1&lang=zh-CN&text=%E9%AB%98%E9%BE%84").await;
    answer.await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/#latest");
    assert!(begun.elapsed() < Duration::from_secs(3), "it must not wait once the answer is there");
    let page = text(site.get("/", &[("cookie", &format!("wenzheng_chat={}", token()))]).await).await;
    let (said, heard) = (page.find(">高龄<").unwrap(), page.find(">已答复<").unwrap());
    assert!(said < heard);
    assert!(page.contains("value=\"pick:1\">办理条件</button>") && !page.contains("id=\"pending\""), "{page}");
    assert_eq!(site.unfetched().await, 0);
    // The choice is shown in its words once it was picked.
    site.say(r#"{"id":"c1","choice":"pick:1"}"#).await;
    let page = text(site.get("/", &[("cookie", &format!("wenzheng_chat={}", token()))]).await).await;
    assert!(page.contains("<p class=\"text\">办理条件</p>") && page.contains("id=\"pending\""), "{page}");
}

#[tokio::test]
async fn a_refused_form_gives_the_words_back() {
    let site = site().await;
    let long = "字".repeat(4_001);
    let response = site.form(&format!("id=f1&lang=en&text={long}")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let page = text(response).await;
    assert!(page.contains(&format!("{long}</textarea>")) && page.contains("role=\"alert\""));
    // A browser that keeps no cookie is told so; a message nobody could find again isn't stored.
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let response = site.post("/chat", &headers, "id=f1&text=hello").await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(text(response).await.contains("hello</textarea>"));
    let response = site.form("id=f1&text=%ff%fe").await;
    assert!(response.status().is_client_error() || response.status() == StatusCode::SEE_OTHER);
    assert!(site.pending().await.len() <= 1);
}

#[tokio::test]
async fn history_has_both_sides_in_order() {
    let site = site().await;
    site.say(r#"{"id":"m1","text":"一"}"#).await;
    site.write("二", vec![]).await;
    site.say(r#"{"id":"m2","text":"三"}"#).await;
    site.write("四", vec![]).await;
    assert_eq!(site.unfetched().await, 2);
    let history = json(site.get("/api/chat/history", &[("authorization", &bearer())]).await).await;
    let texts: Vec<_> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["text"].as_str().or(entry["blocks"][0]["text"].as_str()).unwrap())
        .collect();
    assert_eq!(texts, ["一", "二", "三", "四"]);
    assert_eq!(history["entries"][0]["id"], "m1");
    assert_eq!(history["entries"][1]["position"], 1);
    assert_eq!(history["pending"], true);
    assert_eq!(site.unfetched().await, 0);
    let news = json(site.get("/api/chat/history?after=1", &[("authorization", &bearer())]).await).await;
    assert_eq!(news["entries"].as_array().unwrap().len(), 1);
    assert_eq!(news["entries"][0]["position"], 2);
}

/// Reads a stream until `count` events with data came; gives their ids and first words.
async fn read(stream: &mut BodyDataStream, count: usize) -> Vec<(String, String)> {
    let mut seen = String::new();
    let mut events = Vec::new();
    while events.len() < count {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.unwrap().unwrap().unwrap();
        seen.push_str(std::str::from_utf8(&chunk).unwrap());
        while let Some((event, rest)) = seen.clone().split_once("\n\n") {
            seen = rest.to_owned();
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(id), Some(data)) = (field("id:"), field("data:")) {
                let data: Value = serde_json::from_str(data).unwrap();
                assert_eq!(data["position"].to_string(), id);
                events.push((id.to_owned(), data["blocks"][0]["text"].as_str().unwrap().to_owned()));
            }
        }
    }
    events
}

#[tokio::test]
async fn events_catch_up_then_follow_and_end_with_the_server() {
    let site = site().await;
    for text in ["a", "b", "c"] {
        site.write(text, vec![]).await;
    }
    let response = site.get("/api/chat/events?after=0", &[("authorization", &bearer()), ("last-event-id", "1")]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    assert_eq!(read(&mut stream, 2).await, [("2".into(), "b".into()), ("3".into(), "c".into())]);
    site.write("d", vec![]).await;
    assert_eq!(read(&mut stream, 1).await, [("4".into(), "d".into())]);
    // What was taken off the stream counts as handed over, as soon as the connection asks for more.
    let rest = tokio::spawn(async move { while stream.next().await.is_some() {} });
    while site.unfetched().await > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    site.chat.shutdown.cancel();
    tokio::time::timeout(Duration::from_secs(5), rest).await.unwrap().unwrap();
    let response = site.get("/api/chat/events", &[("authorization", &bearer())]).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_another_replica_wrote_is_found_by_looking() {
    let site = site().await;
    let response = site.get("/api/chat/events", &[("authorization", &bearer())]).await;
    let mut stream = response.into_body().into_data_stream();
    let mut other = site.chat.clone();
    other.intake.wake = Wake::default();
    let other = Site { router: routes(other.clone()), chat: other, _folder: tempfile::tempdir().unwrap() };
    other.write("elsewhere", vec![]).await;
    assert_eq!(read(&mut stream, 1).await, [("1".into(), "elsewhere".into())]);
}

#[tokio::test]
async fn open_streams_are_counted_and_given_back() {
    let site = site().await;
    let open = || site.get("/api/chat/events", &[("authorization", "")]);
    assert_eq!(open().await.status(), StatusCode::UNAUTHORIZED);
    let (_one, two) = (open_stream(&site).await, open_stream(&site).await);
    assert_eq!(open_stream(&site).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(two);
    for _ in 0..500 {
        if open_stream(&site).await.status() == StatusCode::OK {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a closed stream still counts");
}

async fn open_stream(site: &Site) -> Response<HttpBody> {
    site.get("/api/chat/events", &[("authorization", &bearer())]).await
}

#[tokio::test]
async fn a_new_session_is_a_secret_of_its_own() {
    let site = site().await;
    let one = json(site.post("/api/chat/session", &[], "").await).await["token"].clone();
    let other = json(site.post("/api/chat/session", &[], "").await).await["token"].clone();
    assert_ne!(one, other);
    assert!(session::address(one.as_str().unwrap()).is_some());
}

#[tokio::test]
async fn scripts_and_style_are_served_with_their_kind() {
    let site = site().await;
    for (path, kind) in [
        ("/chat/page.js", "text/javascript; charset=utf-8"),
        ("/chat/page.css", "text/css; charset=utf-8"),
        ("/widget.js", "text/javascript; charset=utf-8"),
    ] {
        let response = site.get(path, &[]).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], kind);
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
    let widget = text(site.get("/widget.js", &[]).await).await;
    assert!(widget.contains("\"zh-CN\":{") && widget.trim_end().ends_with("});"), "{widget}");
    // No words stand in the scripts themselves.
    for script in [include_str!("assets/chat.js"), include_str!("assets/widget.js")] {
        assert!(script.is_ascii() || !script.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)));
    }
}

#[test]
fn the_interface_is_described() {
    let description = serde_json::to_value(<ApiDoc as utoipa::OpenApi>::openapi()).unwrap();
    for path in ["/api/chat/session", "/api/chat/messages", "/api/chat/history", "/api/chat/events"] {
        assert!(description["paths"][path].is_object(), "{path}");
    }
}

#[tokio::test]
async fn figures_for_everybody_need_no_session_and_show_no_small_count() {
    let site = site().await;
    let (last, now) = {
        let now = site.chat.intake.clock.now();
        let today = crate::clock::city_date(now);
        (crate::casework::statistics::Period::months_before(today, 1)[0].to(), today)
    };
    let tally = |day, unit: &str| crate::casework::statistics::Tally {
        day,
        found: crate::casework::statistics::Found::Outright,
        group: crate::casework::statistics::Group { unit: unit.into(), ..Default::default() },
    };
    let mut tallies = vec![tally(last, "hrss"); 7];
    tallies.extend(vec![tally(last, "tax"); 3]);
    tallies.extend(vec![tally(last, "park"); 31]);
    // This month has not ended.
    tallies.extend(vec![tally(now, "park"); 77]);
    let mut tx = site.chat.intake.store.begin().await.unwrap();
    crate::casework::statistics::add(&mut tx, tallies).await.unwrap();
    tx.commit().await.unwrap();
    let response = site.get("/statistics?lang=en", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().get(header::SET_COOKIE).is_none());
    assert!(response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"));
    let page = text(response).await;
    assert!(page.contains("<td>&lt;5</td>") && page.contains("<td>withheld</td>"), "{page}");
    // 31 is shown, and the total; the 7 would tell the 3, so it isn't; nor is the month that runs.
    assert!(page.contains("<td>31</td>") && page.contains("<td>41</td>"), "{page}");
    assert!(!page.contains("<td>7</td>") && !page.contains("<td>3</td>") && !page.contains("<td>77</td>"), "{page}");
    assert!(!page.contains("<script"));
}

#[tokio::test]
async fn the_directory_is_for_everybody_without_persons() {
    let site = site().await;
    let mut tx = site.chat.intake.store.begin().await.unwrap();
    let park = crate::directory::units::Unit {
        duties: "公园和绿化".into(),
        address: "绿荫路9号".into(),
        phone: "0571-85001234".into(),
        contact: "王科长 13800138000".into(),
        head: Some("secret-login".into()),
        ..crate::directory::units::Unit::new("park2", "园林局")
    };
    crate::directory::units::upsert(&mut tx, &park).await.unwrap();
    crate::directory::units::upsert(&mut tx, &crate::directory::units::Unit::new("old2", "绿化处")).await.unwrap();
    let today = crate::clock::city_date(site.chat.intake.clock.now());
    let all = crate::directory::units::entries(&mut tx).await.unwrap();
    let old = all.iter().find(|entry| entry.unit.code == "old2").unwrap().clone();
    let gone = old.merge("park2", today, (&all, today)).unwrap();
    crate::directory::units::update(&mut tx, &gone, "staff:root").await.unwrap();
    tx.commit().await.unwrap();
    let response = site.get("/units?lang=en", &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().get(header::SET_COOKIE).is_none());
    let page = text(response).await;
    for shown in ["园林局", "绿荫路9号", "0571-85001234", "公园和绿化", "绿化处: its work is now done by 园林局"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    for hidden in ["secret-login", "13800138000", "王科长", "<script"] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    let none = text(site.get("/units?lang=zh-CN&q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA", &[]).await).await;
    assert!(none.contains("没有找到这样的单位"), "{none}");
    let found = text(site.get("/units?lang=zh-CN&q=%E7%BB%BF%E5%8C%96", &[]).await).await;
    assert!(found.contains("绿荫路9号"), "{found}");
    assert!(text(site.get("/?lang=en", &[]).await).await.contains("href=\"/units\""));
}
