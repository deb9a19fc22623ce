//! The stage: one service with the demo city, on which transcripts are played one after the other.

mod chats;

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use wenzheng::{
    app::{Ambient, App},
    channel::{telegram, web},
    config::Settings,
    conversation::core::Core,
    demo,
    directory::{
        staff::{self, PasswordHash},
        units::{self, Entry},
    },
    inbox,
    message::Address,
    outbox,
    store::{Store, StoreError},
};

use super::{
    cast::{Citizen, Heard, Medium, World},
    chatroom::Chatroom,
    console::{Console, PASSWORD},
    script::{Line, StaffAct, Step},
};
use crate::support::{
    TestClock, TestEntropy,
    telegram::{FakeTelegram, TOKEN},
};

/// When every transcript begins.
const MORNING: &str = "2026-11-23T10:00:00+08:00";

/// Where the public reaches the service, as it says.
const PUBLIC: &str = "https://ask.example";

/// One service and those who use it.
pub struct Stage {
    world: World,
    core: Arc<Core>,
    /// The units of the demo city.
    units: Vec<Entry>,
    medium: Medium,
    clock: TestClock,
    console: Mutex<Console>,
    people: AtomicI64,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<anyhow::Result<()>>,
}

/// What a transcript has gathered so far.
struct Play {
    citizen: Citizen,
    /// Heard since the last line that expected something.
    heard: Heard,
    number: String,
    receipt: String,
    /// The address of the file that the bot named last, below the public one.
    file: String,
    /// Ticket numbers under names.
    remembered: Vec<(String, String)>,
    /// What citizens did, for a crowd that does the same.
    said: Vec<Step>,
    /// A group of staff on Telegram.
    room: Chatroom,
}

impl Stage {
    /// Loads the demo city and starts the service.
    pub async fn set(store: Store, medium: Medium) -> Self {
        let clock = TestClock::at(MORNING);
        let ambient = Ambient { clock: clock.shared(), entropy: Arc::new(TestEntropy::seeded(7)) };
        demo::fill(&store, &ambient).await.unwrap();
        let hash = PasswordHash::of(&PASSWORD.to_owned().into(), ambient.entropy.as_ref()).unwrap();
        let mut tx = store.begin().await.unwrap();
        for member in staff::all(&mut tx).await.unwrap() {
            staff::set_password(&mut tx, &member.login, &hash).await.unwrap();
        }
        tx.commit().await.unwrap();

        let telegram = Arc::new(FakeTelegram::start().await);
        let mut settings = Settings::demo("127.0.0.1:0".parse().unwrap(), "unused".into());
        // The clock stands still, so no allowance would ever be given back.
        settings.web = web::Settings {
            messages_a_minute: 600,
            burst: 600,
            public: Some(PUBLIC.to_owned()),
            ..web::Settings::default()
        };
        settings.telegram = vec![telegram::Settings {
            account: "city".into(),
            token: TOKEN.into(),
            api_url: Some(telegram.url().to_owned()),
            mode: telegram::Mode::Polling,
            // The fake server has no limits of its own.
            speed: telegram::Speed { overall: Duration::ZERO, per_chat: Duration::ZERO },
        }];
        let app = App::new(settings, store, ambient).await.unwrap();
        let listener = app.listen().await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let world = World {
            intake: app.intake(),
            locales: app.core().locales.clone(),
            telegram,
            http: reqwest::Client::new(),
            url: url.clone(),
        };
        let core = app.core().clone();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(app.serve(listener, stop.clone()));
        let people = AtomicI64::new(1000);
        let units = units::entries(&mut world.intake.store.read().await.unwrap()).await.unwrap();
        Self { world, core, units, medium, clock, console: Mutex::new(Console::new(&url)), people, stop, serving }
    }

    /// Stops the service.
    pub async fn strike(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }

    async fn somebody(&self) -> Citizen {
        Citizen::new(&self.world, self.medium, self.people.fetch_add(1, Ordering::Relaxed)).await
    }

    /// Plays a transcript to its first failure.
    pub async fn play(&self, name: &str, lines: &[Line]) -> Result<(), String> {
        self.clock.set(MORNING);
        let citizen = self.somebody().await;
        let mut play = Play {
            citizen,
            heard: Heard::default(),
            number: String::new(),
            receipt: String::new(),
            file: String::new(),
            remembered: Vec::new(),
            said: Vec::new(),
            room: Chatroom::new(self.people.fetch_add(100, Ordering::Relaxed)),
        };
        let mut outcome = Ok(());
        for line in lines {
            let done = match &line.step {
                Step::Crowd(people) => self.crowd(&mut play, *people).await,
                said @ (Step::Write(_) | Step::Pick(_)) => {
                    play.said.push(said.clone());
                    self.step(&mut play, said).await
                }
                other => self.step(&mut play, other).await,
            };
            if let Err(failure) = done {
                let mut told = format!("line {} on {:?}: {failure}", line.number, self.medium);
                let _ = write!(told, "\n   heard: {}", play.heard.text.trim().replace('\n', "\n          "));
                outcome = Err(told);
                break;
            }
        }
        // Also after a failure, so that one transcript doesn't fail for another one's.
        self.forget_replies(name).await;
        self.restore_units().await;
        self.unbind_all().await;
        outcome
    }

    /// Whether anything is known or decided of a unit that the demo city doesn't say.
    async fn units_differ(&self) -> bool {
        let now = units::entries(&mut self.world.intake.store.read().await.unwrap()).await.unwrap();
        // The service may have carried a decision out already: then the state is as before, and the name is not.
        now.iter().zip(&self.units).any(|(now, before)| !same(now, before))
    }

    /// Carries out what was decided about units, as the service does every half second, and lets it learn of it.
    async fn carry_out(&self) {
        // The service may do the same at the same time, and is the first then.
        while let Err(error) = self.core.settle_units().await {
            assert!(matches!(error, StoreError::Conflict), "{error}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.core.refresh().await.unwrap();
    }

    /// Puts the units back as the demo city has them.
    async fn restore_units(&self) {
        let mut tx = self.world.intake.store.begin().await.unwrap();
        let mut restored = 0;
        for now in units::entries(&mut tx).await.unwrap() {
            let before = self.units.iter().find(|before| before.unit.code == now.unit.code).unwrap();
            if !same(&now, before) {
                let restore = Entry { version: now.version, ..before.clone() };
                units::update(&mut tx, &restore, "test").await.unwrap();
                restored += 1;
            }
        }
        if restored > 0 {
            wenzheng::store::bump_revision(&mut tx, wenzheng::knowledge::REVISION).await.unwrap();
            tx.commit().await.unwrap();
            self.core.refresh().await.unwrap();
        }
    }

    /// So many more people do what was done so far.
    async fn crowd(&self, play: &mut Play, people: usize) -> Result<(), String> {
        for _ in 0..people {
            play.citizen = self.somebody().await;
            for step in play.said.clone() {
                self.step(play, &step).await?;
            }
        }
        play.heard = Heard::default();
        Ok(())
    }

    async fn step(&self, play: &mut Play, step: &Step) -> Result<(), String> {
        match step {
            Step::Write(text) => {
                play.citizen.write(&self.world, &play.fill(text)).await;
                self.hear(play).await;
            }
            Step::Pick(label) => {
                play.citizen.pick(&self.world, &play.fill(label)).await?;
                self.hear(play).await;
            }
            Step::Forge(action) => {
                play.citizen.act(&self.world, &play.fill(action)).await;
                self.hear(play).await;
            }
            Step::Open(payload) => {
                play.citizen.open(&self.world, payload).await;
                self.hear(play).await;
            }
            Step::SomebodyElse(_) => {
                play.citizen = self.somebody().await;
                play.heard = Heard::default();
            }
            // It is made of other steps.
            Step::Crowd(_) => {}
            Step::Repeat => {
                play.citizen.repeat(&self.world).await;
                // Nothing is to come of it, so there is nothing to wait for but time.
                tokio::time::sleep(Duration::from_millis(300)).await;
                self.hear(play).await;
            }
            Step::Hears(pieces) => {
                let mut rest = play.heard.text.as_str();
                for piece in pieces {
                    let piece = play.fill(piece);
                    let Some((_, after)) = rest.split_once(piece.as_str()) else {
                        return Err(format!("the bot did not say `{piece}`"));
                    };
                    rest = after;
                }
                play.heard = Heard::default();
            }
            Step::NotHears(pieces) => {
                for piece in pieces {
                    if play.heard.text.contains(&play.fill(piece)) {
                        return Err(format!("the bot said `{piece}`"));
                    }
                }
            }
            Step::Silence => {
                if !play.heard.text.trim().is_empty() {
                    return Err("the bot said something".to_owned());
                }
            }
            Step::Offered(labels) => {
                let offered = play.citizen.offered();
                for label in labels {
                    if !offered.iter().any(|(known, _)| known.starts_with(&play.fill(label))) {
                        return Err(format!("`{label}` is not offered, but {offered:?}"));
                    }
                }
            }
            Step::Fetch(piece) => {
                let (status, text) = self.fetch(&play.file).await;
                if status != 200 || !text.contains(piece.as_str()) {
                    return Err(format!("{} gave {status}: {text}", play.file));
                }
            }
            Step::FetchNot => {
                let (status, _) = self.fetch(&play.file).await;
                if status != 404 {
                    return Err(format!("{} gave {status}", play.file));
                }
            }
            Step::Remember(name) => play.remembered.push((name.clone(), play.number.clone())),
            Step::Clock(instant) => {
                self.clock.set(&format!("{}:00+08:00", instant.replace(' ', "T")));
                // Sessions end overnight.
                self.console.lock().await.log_out_all();
                // What the service does by itself every few seconds.
                self.core.watch_clocks().await.unwrap();
                if self.units_differ().await {
                    self.carry_out().await;
                }
            }
            Step::Staff { login, refused, act } => {
                let act = play.filled(act);
                let outcome = self.console.lock().await.act(login, &act).await;
                if matches!(act, StaffAct::Publish(_) | StaffAct::AcceptWording(..)) || act.teaches() {
                    // What is published is found, and what is assigned is learned: the service looks every half second.
                    self.core.refresh().await.unwrap();
                }
                if matches!(act, StaffAct::RenameUnit(..) | StaffAct::MergeUnit(..) | StaffAct::AbolishUnit(..)) {
                    self.carry_out().await;
                }
                match (outcome, refused) {
                    (Ok(()), false) | (Err(_), true) => {}
                    (Ok(()), true) => return Err(format!("{login} was not refused")),
                    (Err(said), false) => return Err(format!("{login} was refused: {said}")),
                }
                self.hear(play).await;
            }
            in_chat => self.in_chat(play, in_chat).await?,
        }
        Ok(())
    }

    /// Waits until everything is answered and delivered, and listens.
    async fn hear(&self, play: &mut Play) {
        for _ in 0..400 {
            if self.is_settled(&play.citizen.address).await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let heard = play.citizen.listen(&self.world).await;
        play.heard.text.push_str(&heard.text);
        if let Some(number) = find(&heard.text, 'Z', 14) {
            play.number = number;
        }
        // Telegram hides addresses behind names, so they are read where messages wait to be sent.
        let mut connection = self.world.intake.store.read().await.unwrap();
        let said = outbox::history(&mut connection, &play.citizen.address, 5).await.unwrap();
        let said: Vec<String> = said.iter().map(|one| format!("{:?}", one.message)).collect();
        if let Some((_, after)) = said.concat().rsplit_once(&format!("{PUBLIC}/files/")) {
            play.file = format!("/files/{}", after.chars().take_while(char::is_ascii_hexdigit).collect::<String>());
        }
        if let Some(receipt) = find(&heard.text, 'Y', 11) {
            play.receipt = receipt;
        }
    }

    /// What the public gets at an address.
    async fn fetch(&self, path: &str) -> (u16, String) {
        let answer = self.world.http.get(format!("{}{path}", self.world.url)).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        if status == 200 {
            // Never a page of ours: it is saved, under its name.
            let said = |name: &str| headers[name].to_str().unwrap().to_owned();
            assert!(said("content-disposition").starts_with("attachment; filename*=UTF-8''%"));
            assert_eq!(said("content-type"), "text/plain; charset=utf-8");
            assert_eq!(said("x-content-type-options"), "nosniff");
            assert_eq!(said("content-security-policy"), "default-src 'none'; sandbox");
        }
        (status, answer.text().await.unwrap())
    }

    async fn is_settled(&self, address: &Address) -> bool {
        let telegram = self.medium == Medium::Telegram;
        // What Telegram still holds has not even come in.
        if telegram && self.world.telegram.waiting() > 0 {
            return false;
        }
        let mut connection = self.world.intake.store.read().await.unwrap();
        if inbox::next_of(&mut connection, address).await.unwrap().is_some() {
            return false;
        }
        let (open,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM outbox WHERE channel = $1 AND person = $2 AND state IN ('queued', 'sending')",
        )
        .bind(&address.channel)
        .bind(&address.person)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        !telegram || open == 0
    }

    /// Withdraws what a transcript taught the library, so that the next one finds the city as it was.
    async fn forget_replies(&self, _name: &str) {
        let mut tx = self.world.intake.store.begin().await.unwrap();
        sqlx::query(
            "DELETE FROM item WHERE interpretation_id IN (SELECT id FROM interpretation WHERE kind LIKE '%reply%')",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        let gone = sqlx::query("DELETE FROM interpretation WHERE kind LIKE '%reply%'").execute(&mut *tx).await.unwrap();
        if gone.rows_affected() > 0 {
            wenzheng::store::bump_revision(&mut tx, wenzheng::knowledge::REVISION).await.unwrap();
        }
        let revision = wenzheng::store::bump_revision(&mut tx, wenzheng::casework::lessons::Subject::Unit.counter())
            .await
            .unwrap();
        let unlearned = sqlx::query("UPDATE routing_lesson SET question = '', revision = $1 WHERE question <> ''")
            .bind(revision)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        if gone.rows_affected() + unlearned.rows_affected() > 0 {
            tokio::time::sleep(Duration::from_millis(700)).await;
        }
    }
}

/// Whether two entries say the same of a unit, whatever their versions.
fn same(a: &Entry, b: &Entry) -> bool {
    (&a.unit, &a.state, &a.former) == (&b.unit, &b.state, &b.former)
}

impl Play {
    fn fill(&self, text: &str) -> String {
        let named = self
            .remembered
            .iter()
            .fold(text.to_owned(), |text, (name, number)| text.replace(&format!("{{{name}}}"), number));
        self.room
            .filled(&named)
            .replace("{编号}", &self.number)
            .replace("{number}", &self.number)
            .replace("{回执}", &self.receipt)
            .replace("{receipt}", &self.receipt)
    }

    fn filled(&self, act: &StaffAct) -> StaffAct {
        use StaffAct as Act;
        let fill = |text: &String| self.fill(text);
        match act {
            Act::Form { number, verb, fields } => Act::Form {
                number: fill(number),
                verb,
                fields: fields.iter().map(|(name, words)| (*name, fill(words))).collect(),
            },
            Act::Propose(number, text) => Act::Propose(fill(number), fill(text)),
            Act::Attach(number, words) => Act::Attach(fill(number), fill(words)),
            Act::Publish(number) => Act::Publish(fill(number)),
            Act::CannotSee(number) => Act::CannotSee(fill(number)),
            Act::Noticed(number, text) => Act::Noticed(fill(number), fill(text)),
            Act::NotNoticed(number, text) => Act::NotNoticed(fill(number), fill(text)),
            Act::Sees(number, text) => Act::Sees(fill(number), fill(text)),
            Act::AcceptWording(..)
            | Act::RefuseWording(..)
            | Act::NoWording(..)
            | Act::SeesTopic(..)
            | Act::NoTopic(..)
            | Act::ExplainTopic(..)
            | Act::DismissTopic(..)
            | Act::RenameUnit(..)
            | Act::MergeUnit(..)
            | Act::AbolishUnit(..) => act.clone(),
        }
    }
}

/// The last code in a text that begins with a letter, such as Z20261123-0001 or Y-7K3M-Q2XP.
fn find(text: &str, letter: char, length: usize) -> Option<String> {
    let ok = |code: &str| {
        code.len() == length
            && code.starts_with(letter)
            && code.contains('-')
            && code.chars().skip(1).all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
    };
    text.char_indices().rev().filter(|(_, c)| *c == letter).find_map(|(at, _)| {
        let code = text.get(at..at + length)?;
        ok(code).then(|| code.to_owned())
    })
}
