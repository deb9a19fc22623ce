//! Telegram's channel against a Bot API server that misbehaves.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use wenzheng::{
    channel::{
        Intake, SendFailure,
        telegram::{Mode, Settings, SettingsError, Speed, Telegram},
    },
    clock::SystemClock,
    id::{Ids, SystemEntropy},
    inbox,
    message::{Address, Block, Body, Choice, Inbound, Outbound},
    store::Store,
    wake::Wake,
};

use crate::support::telegram::{FakeTelegram, Fault, PollFault, TOKEN};

const SECRET: &str = "webhook_secret-1";

/// One bot beside one fake server, with a store of its own.
struct Stage {
    fake: FakeTelegram,
    intake: Intake,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let intake = Intake {
            store: Store::open_folder(folder.path()).await.unwrap(),
            clock: clock.clone(),
            ids: Ids::new(clock, Arc::new(SystemEntropy)),
            wake: Wake::default(),
        };
        Self { fake: FakeTelegram::start().await, intake, _folder: folder }
    }

    fn settings(&self, mode: Mode) -> Settings {
        Settings {
            account: "bot".into(),
            token: TOKEN.into(),
            api_url: Some(self.fake.url().into()),
            mode,
            speed: Speed::default(),
        }
    }

    fn bot(&self, mode: Mode) -> Telegram {
        Telegram::new(self.settings(mode), self.intake.clone()).unwrap()
    }

    /// Starts asking for updates; the guard stops it.
    fn poll(&self) -> Running {
        let (bot, stop) = (self.bot(Mode::Polling), CancellationToken::new());
        let token = stop.clone();
        Running { task: tokio::spawn(async move { bot.run(token).await }), stop }
    }

    /// Serves the webhook on this machine; gives where.
    async fn serve(&self) -> String {
        let router = self.bot(webhook()).routes();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/telegram/bot", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    /// Everything in the inbox of one person.
    async fn inbox(&self, chat: i64) -> Vec<Inbound> {
        let mut connection = self.intake.store.read().await.unwrap();
        let rows = inbox::history(&mut connection, &address(chat), 1000).await.unwrap();
        rows.into_iter().map(|(_, _, message)| message).collect()
    }

    /// States and notes of all that came in.
    async fn states(&self) -> Vec<(String, String)> {
        let mut connection = self.intake.store.read().await.unwrap();
        sqlx::query_as("SELECT state, COALESCE(note, '') FROM inbox ORDER BY message_key")
            .fetch_all(&mut *connection)
            .await
            .unwrap()
    }

    /// Makes the store fail, or work again.
    async fn break_store(&self, broken: bool) {
        let sql = if broken { "ALTER TABLE inbox RENAME TO gone" } else { "ALTER TABLE gone RENAME TO inbox" };
        let mut tx = self.intake.store.begin().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn send(&self, message: &Outbound) -> Result<Option<String>, SendFailure> {
        self.bot(Mode::Polling).outlet().send(&address(7), message, 0).await
    }
}

struct Running {
    task: tokio::task::JoinHandle<()>,
    stop: CancellationToken,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.task).await.expect("it stops").unwrap();
    }
}

fn webhook() -> Mode {
    Mode::Webhook { public_url: "https://wz.example".into(), secret: SECRET.into() }
}

fn address(chat: i64) -> Address {
    Address { channel: "telegram".into(), account: "bot".into(), person: chat.to_string() }
}

fn say(text: &str) -> Outbound {
    Outbound { blocks: vec![Block::Text { text: text.into() }], ..Outbound::default() }
}

fn bodies(messages: &[Inbound]) -> Vec<Body> {
    messages.iter().map(|message| message.body.clone()).collect()
}

fn words(text: &str) -> Body {
    Body::Text(text.into())
}

#[tokio::test]
async fn what_is_asked_for_is_stored_before_it_is_forgotten() {
    let stage = Stage::new().await;
    stage.fake.text(7, "第一句");
    stage.fake.press(7, "rate:5");
    stage.fake.text(8, "/start consult_3");
    let polling = stage.poll();
    stage.fake.until("all are acknowledged", |fake| fake.waiting() == 0).await;
    stage.fake.text(7, "第二句");
    stage.fake.until("the later one too", |fake| fake.waiting() == 0).await;
    assert_eq!(bodies(&stage.inbox(7).await), [words("第一句"), Body::Choice("rate:5".into()), words("第二句")]);
    assert_eq!(bodies(&stage.inbox(8).await), [Body::Start(Some("consult_3".into()))]);
    stage.fake.until("the button is at rest", |fake| fake.calls("answerCallbackQuery").len() == 1).await;
    assert_eq!(
        stage.fake.calls("getUpdates")[0]["allowed_updates"],
        json!(["message", "callback_query", "my_chat_member"])
    );
    assert_eq!(stage.fake.calls("getUpdates")[0].get("offset"), None);
    polling.stop().await;
}

#[tokio::test]
async fn nothing_is_forgotten_while_the_store_fails() {
    let stage = Stage::new().await;
    stage.break_store(true).await;
    stage.fake.text(7, "要紧的话");
    let polling = stage.poll();
    stage.fake.until("it is asked for twice", |fake| fake.calls("getUpdates").len() >= 2).await;
    assert_eq!(stage.fake.waiting(), 1);
    stage.break_store(false).await;
    stage.fake.until("it is acknowledged", |fake| fake.waiting() == 0).await;
    assert_eq!(bodies(&stage.inbox(7).await), [words("要紧的话")]);
    polling.stop().await;
}

#[tokio::test]
async fn repeats_disorder_and_restarts_store_each_message_once() {
    let stage = Stage::new().await;
    stage.fake.unruly();
    let texts: Vec<String> = (0..250).map(|n| format!("第{n}句")).collect();
    for text in &texts[..120] {
        stage.fake.text(7, text);
    }
    let polling = stage.poll();
    stage.fake.until("something was given out", |fake| !fake.calls("getUpdates").is_empty()).await;
    // Stopped in the middle: the next one begins without an offset.
    polling.stop().await;
    let polling = stage.poll();
    for text in &texts[120..] {
        stage.fake.text(7, text);
    }
    stage.fake.until("all are acknowledged", |fake| fake.waiting() == 0).await;
    polling.stop().await;
    assert_eq!(bodies(&stage.inbox(7).await), texts.iter().map(|text| words(text)).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_cannot_be_decoded_blocks_nothing() {
    let stage = Stage::new().await;
    stage.fake.update(json!({"message": {"text": "broken"}}));
    stage.fake.update(json!({"of_next_year": {}}));
    stage.fake.update(json!({"edited_message": {"text": "x"}}));
    stage.fake.oddity(json!({"message": {}}));
    stage.fake.oddity(json!("not even an object"));
    stage.fake.text(7, "听得见吗");
    let polling = stage.poll();
    stage.fake.until("all are acknowledged", |fake| fake.waiting() == 0).await;
    assert_eq!(bodies(&stage.inbox(7).await), [words("听得见吗")]);
    let states: Vec<String> = stage.states().await.into_iter().map(|(state, _)| state).collect();
    assert_eq!(states, ["refused", "refused", "refused", "pending"]);
    polling.stop().await;
}

#[tokio::test]
async fn asking_goes_on_after_errors() {
    let stage = Stage::new().await;
    stage.fake.next_polls([PollFault::Conflict, PollFault::BadGateway]);
    stage.fake.text(7, "还在吗");
    let polling = stage.poll();
    stage.fake.until("it is acknowledged", |fake| fake.waiting() == 0).await;
    assert_eq!(bodies(&stage.inbox(7).await), [words("还在吗")]);
    polling.stop().await;
}

#[tokio::test]
async fn a_call_is_answered_when_it_is_stored() {
    let stage = Stage::new().await;
    let url = stage.serve().await;
    let update = stage.fake.text(7, "您好").to_string();
    for _ in 0..3 {
        assert_eq!(stage.fake.push(&url, Some(SECRET), update.clone()).await, 200);
    }
    assert_eq!(bodies(&stage.inbox(7).await), [words("您好")]);
    stage.break_store(true).await;
    let later = stage.fake.text(7, "再问").to_string();
    assert_eq!(stage.fake.push(&url, Some(SECRET), later.clone()).await, 503);
    stage.break_store(false).await;
    assert_eq!(stage.fake.push(&url, Some(SECRET), later).await, 200);
    assert_eq!(bodies(&stage.inbox(7).await), [words("您好"), words("再问")]);
}

#[tokio::test]
async fn who_does_not_know_the_secret_is_not_heard() {
    let stage = Stage::new().await;
    let url = stage.serve().await;
    let update = stage.fake.text(7, "假的").to_string();
    for secret in [None, Some(""), Some("webhook_secret-2"), Some("webhook_secret-1x"), Some("webhook_secret-")] {
        assert_eq!(stage.fake.push(&url, secret, update.clone()).await, 401, "{secret:?}");
    }
    assert_eq!(stage.fake.push(&url.replace("/bot", "/other"), Some(SECRET), update).await, 404);
    assert!(stage.states().await.is_empty());
}

#[tokio::test]
async fn calls_that_are_no_updates_are_told_apart() {
    let stage = Stage::new().await;
    let url = stage.serve().await;
    let push = |body: Vec<u8>| stage.fake.push(&url, Some(SECRET), body);
    for garbage in ["", "{", "\u{0}", "[1]", "{}", r#"{"update_id":"x"}"#] {
        assert_eq!(push(garbage.as_bytes().to_vec()).await, 400, "{garbage}");
    }
    assert_eq!(push(vec![0xff, 0xfe]).await, 400);
    assert_eq!(push(vec![b' '; (1 << 20) + 1]).await, 413);
    let strange: Value = stage.fake.number(json!({"message": {"text": "secret words"}}));
    assert_eq!(push(strange.to_string().into_bytes()).await, 200);
    assert_eq!(stage.states().await, [("refused".to_owned(), "a message of an unknown form".to_owned())]);
}

#[tokio::test]
async fn the_webhook_is_announced_and_stays() {
    let stage = Stage::new().await;
    stage.bot(webhook()).run(CancellationToken::new()).await;
    let announced = Some(("https://wz.example/telegram/bot".to_owned(), SECRET.to_owned()));
    assert_eq!(stage.fake.webhook(), announced);
    assert_eq!(
        stage.fake.calls("setWebhook")[0]["allowed_updates"],
        json!(["message", "callback_query", "my_chat_member"])
    );
    // Who goes back to asking gets updates again.
    stage.fake.text(7, "您好");
    let polling = stage.poll();
    stage.fake.until("it is acknowledged", |fake| fake.waiting() == 0).await;
    assert_eq!(stage.fake.webhook(), None);
    polling.stop().await;
}

#[tokio::test]
async fn a_message_arrives_as_it_was_meant() {
    let stage = Stage::new().await;
    let outlet = stage.bot(Mode::Polling).outlet();
    let message = Outbound {
        blocks: vec![
            Block::Quote { text: format!("{}<&>", "条".repeat(5000)) },
            Block::Source {
                title: "办法".into(),
                lines: vec!["现行有效".into()],
                url: "https://wz.example/1?a&b".into(),
            },
        ],
        choices: vec![Choice { label: "有帮助".into(), action: "helped:1".into() }],
        ..Outbound::default()
    };
    assert_eq!(outlet.parts(&message), 2);
    for part in 0..2 {
        outlet.send(&address(7), &message, part).await.unwrap();
    }
    let sent = stage.fake.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].text, "条".repeat(4096));
    assert!(sent[0].buttons.is_empty());
    assert_eq!(sent[1].text, format!("{}<&>\n办法\n现行有效", "条".repeat(904)));
    assert!(sent[1].html.contains(r#"<a href="https://wz.example/1?a&amp;b">办法</a>"#));
    assert_eq!(sent[1].buttons, [[("有帮助".to_owned(), "helped:1".to_owned())]]);
}

#[tokio::test]
async fn each_failure_says_what_is_known() {
    let stage = Stage::new().await;
    let cases = [
        (Fault::ServerError(502), "not accepted"),
        (Fault::ServerError(503), "not accepted"),
        (Fault::ServerError(504), "unknown outcome"),
        (Fault::DropAfterAccept, "unknown outcome"),
        (Fault::Garbage, "unknown outcome"),
        (Fault::Blocked, "undeliverable"),
        (Fault::ChatNotFound, "undeliverable"),
    ];
    for (fault, kind) in cases {
        stage.fake.next_sends([fault.clone()]);
        let error = stage.send(&say("您好")).await.unwrap_err().to_string();
        assert!(error.starts_with(kind), "{fault:?}: {error}");
        assert!(!error.contains(TOKEN), "{error}");
    }
    // What arrived has arrived, however the answer reads.
    stage.fake.next_sends([Fault::NewForm]);
    stage.send(&say("您好")).await.unwrap();
    let refused = [
        Outbound::default(),
        Outbound { choices: vec![Choice { label: "x".into(), action: "x".repeat(65) }], ..say("?") },
    ];
    for message in refused {
        assert!(matches!(stage.send(&message).await, Err(SendFailure::Undeliverable { .. })));
    }
}

#[tokio::test]
async fn telegram_is_left_alone_while_it_asks_for_that() {
    let stage = Stage::new().await;
    let outlet = stage.bot(Mode::Polling).outlet();
    stage.fake.next_sends([Fault::TooMany { retry_after: 30 }]);
    let first = outlet.send(&address(7), &say("一"), 0).await;
    let Err(SendFailure::NotAccepted { retry_after: Some(wait), .. }) = first else { panic!("{first:?}") };
    assert_eq!(wait, Duration::from_secs(30));
    let second = outlet.send(&address(8), &say("二"), 0).await;
    let Err(SendFailure::NotAccepted { retry_after: Some(wait), .. }) = second else { panic!("{second:?}") };
    assert!(wait > Duration::from_secs(25));
    assert_eq!(stage.fake.calls("sendMessage").len(), 1);
}

#[tokio::test]
async fn a_silent_server_leaves_the_outcome_unknown_and_a_closed_one_does_not() {
    let stage = Stage::new().await;
    stage.fake.next_sends([Fault::TimeOut]);
    assert!(matches!(stage.send(&say("您好")).await, Err(SendFailure::Unknown { .. })));
    assert_eq!(stage.fake.sent().len(), 1);
    let mut settings = stage.settings(Mode::Polling);
    // Port 9 on this machine: nobody listens.
    settings.api_url = Some("http://127.0.0.1:9".into());
    let outlet = Telegram::new(settings, stage.intake.clone()).unwrap().outlet();
    let error = outlet.send(&address(7), &say("您好"), 0).await.unwrap_err();
    assert!(matches!(error, SendFailure::NotAccepted { .. }), "{error}");
    assert!(!error.to_string().contains(TOKEN));
}

#[tokio::test]
async fn a_wrong_token_keeps_the_message() {
    let stage = Stage::new().await;
    let settings = Settings { token: "42:wrong".into(), ..stage.settings(Mode::Polling) };
    let outlet = Telegram::new(settings, stage.intake.clone()).unwrap().outlet();
    let error = outlet.send(&address(7), &say("您好"), 0).await.unwrap_err();
    assert!(matches!(&error, SendFailure::NotAccepted { retry_after: Some(_), .. }), "{error}");
    assert!(!error.to_string().contains("wrong"));
}

#[tokio::test]
async fn the_menu_is_set_in_each_language() {
    let stage = Stage::new().await;
    let menu = |help: &str| vec![("help".to_owned(), help.to_owned())];
    stage
        .bot(Mode::Polling)
        .set_commands(&[("", menu("帮助")), ("en", menu("Help")), ("zh-CN", menu("帮助"))])
        .await
        .unwrap();
    let languages: Vec<Value> =
        stage.fake.calls("setMyCommands").into_iter().map(|call| call["language_code"].clone()).collect();
    assert_eq!(languages, [Value::Null, json!("en"), json!("zh")]);
}

#[tokio::test]
async fn settings_are_checked_before_anything_runs() {
    let stage = Stage::new().await;
    let refused = |settings| Telegram::new(settings, stage.intake.clone()).err();
    let polling = || stage.settings(Mode::Polling);
    let calling =
        |url: &str, secret: &str| stage.settings(Mode::Webhook { public_url: url.into(), secret: secret.into() });
    assert_eq!(refused(polling()), None);
    for account in ["", "a/b", "{a}", "机器人"] {
        assert_eq!(refused(Settings { account: account.into(), ..polling() }), Some(SettingsError::Account));
    }
    assert_eq!(refused(Settings { token: "x".into(), ..polling() }), Some(SettingsError::Token));
    assert_eq!(refused(Settings { api_url: Some("x".into()), ..polling() }), Some(SettingsError::ApiUrl));
    assert_eq!(refused(calling("http://wz.example", "s")), Some(SettingsError::PublicUrl));
    assert_eq!(refused(calling("https://wz.example", "")), Some(SettingsError::Secret));
    assert_eq!(refused(calling("https://wz.example", "a b")), Some(SettingsError::Secret));
    assert!(!format!("{:?}", calling("https://wz.example", "hush")).contains("hush"));
    assert!(!format!("{:?}", polling()).contains("fake-token"));
}
