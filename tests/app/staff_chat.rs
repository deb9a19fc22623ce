//! Staff in chats, below the platform: what becomes of what arrives, on both databases.

use std::{
    sync::{Arc, atomic::AtomicUsize, atomic::Ordering},
    time::Duration,
};

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;
use wenzheng::{
    app::{Ambient, App},
    audit::{self, Verdict},
    casework::{self, Actor, NewTicket, State, Ticket},
    channel::{
        Arrival,
        telegram::{Mode, Settings as BotSettings, Speed, Telegram},
    },
    clock::{Clock as _, city_date},
    config::Settings,
    conversation::core::Core,
    directory::{
        accounts,
        chats::{self, Change, Chat},
        citizens,
        codes::{self, Purpose},
        staff::{self, PasswordHash, Role, StaffMember},
        units::{self, Unit},
    },
    id::Entropy as _,
    jobs,
    message::{Address, Body, Inbound, Manner, Outbound, Within},
    outbox,
    store::Store,
};

use crate::support::{
    TestClock, TestEntropy,
    telegram::{FakeTelegram, Group, TOKEN},
};

crate::both_stores!(
    one_of_two_chats_gets_a_code,
    a_card_comes_once_to_each_chat_and_shows_no_contact,
    doubles_and_disorder_do_nothing_twice,
    of_what_staff_wrote_only_the_ticket_keeps_anything,
    a_chat_that_is_gone_or_moved_is_found_out_by_sending,
    no_sequence_of_messages_skips_an_approval,
);

/// A city of two units without its doors: messages are handed in, and turns are taken, by the test.
struct City {
    app: App,
    core: Arc<Core>,
    clock: TestClock,
    keys: AtomicUsize,
}

fn at(person: &str) -> Address {
    Address { channel: "telegram".into(), account: "city".into(), person: person.into() }
}

impl City {
    async fn new(store: Store) -> Self {
        let clock = TestClock::default();
        let ambient = Ambient { clock: clock.shared(), entropy: Arc::new(TestEntropy::seeded(11)) };
        let password = PasswordHash::of(&"correct horse".to_owned().into(), ambient.entropy.as_ref()).unwrap();
        let mut tx = store.begin().await.unwrap();
        for unit in ["transport", "culture"] {
            units::upsert(&mut tx, &Unit::new(unit, unit)).await.unwrap();
            for (login, role) in [(unit.to_owned(), Role::Staff), (format!("{unit}-review"), Role::Reviewer)] {
                let (id, name) = (login.clone(), login.clone());
                let member = StaffMember { id, login, name, unit: unit.into(), roles: [role].into() };
                staff::add(&mut tx, &member, &password, clock.now()).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let mut settings = Settings::demo("127.0.0.1:0".parse().unwrap(), "unused".into());
        settings.web.public = Some("https://wz.example".into());
        let app = App::new(settings, store, ambient).await.unwrap();
        let core = app.core().clone();
        Self { app, core, clock, keys: AtomicUsize::new(0) }
    }

    /// A message as a channel hands it in.
    fn message(&self, chat: &str, sender: &str, body: Body, about: Option<String>) -> Inbound {
        let key = self.keys.fetch_add(1, Ordering::Relaxed);
        let press = matches!(body, Body::Choice(_)).then(|| format!("press-{key}"));
        let group = chat.starts_with('-').then(|| "值班群".to_owned());
        Inbound {
            address: at(chat),
            key: key.to_string(),
            body,
            language: None,
            sent_at: self.clock.now(),
            within: Some(Within { sender: sender.into(), group, about, press }),
        }
    }

    async fn bring(&self, messages: Vec<Inbound>) {
        let arrivals: Vec<Arrival> = messages.into_iter().map(Arrival::Message).collect();
        self.app.intake().accept(&arrivals).await.unwrap();
        self.core.take_turns().await.unwrap();
        // As if all was delivered, and the platform named each message by its id here.
        let mut tx = self.core.store.begin().await.unwrap();
        sqlx::query("UPDATE outbox SET reference = id WHERE reference IS NULL").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn write(&self, chat: &str, sender: &str, text: &str) {
        self.bring(vec![self.message(chat, sender, Body::Text(text.into()), None)]).await;
    }

    async fn press(&self, chat: &str, sender: &str, action: &str) {
        self.bring(vec![self.message(chat, sender, Body::Choice(action.into()), None)]).await;
    }

    async fn code(&self, purpose: Purpose, subject: &str, by: &str) -> String {
        let mut tx = self.core.store.begin().await.unwrap();
        let code = codes::make(&mut tx, &self.core.ids, (purpose, subject), by, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        code
    }

    /// Binds a chat to the transport unit.
    async fn bind(&self, chat: &str) {
        let code = self.code(Purpose::Unit, "transport", "transport-review").await;
        self.write(chat, "1", &format!("/bind {code}")).await;
        assert!(self.chat(chat).await.is_some());
    }

    /// Links an account.
    async fn link(&self, sender: &str, login: &str) {
        let code = self.code(Purpose::Member, login, login).await;
        self.write(sender, sender, &format!("/me {code}")).await;
        let found = accounts::member_at(&mut self.core.store.read().await.unwrap(), &at(sender)).await.unwrap();
        assert_eq!(found.map(|member| member.login).as_deref(), Some(login));
    }

    async fn chat(&self, chat: &str) -> Option<Chat> {
        chats::find(&mut self.core.store.read().await.unwrap(), &at(chat)).await.unwrap()
    }

    /// A ticket for the transport unit, with its cards.
    async fn ticket(&self, question: &str) -> Ticket {
        let (core, now) = (&self.core, self.clock.now());
        let (id, event, person) = (core.ids.next(), core.ids.next(), core.ids.next());
        let mut tx = core.store.begin().await.unwrap();
        let address = Address { channel: "web".into(), account: "site".into(), person };
        let citizen = citizens::at_address(&mut tx, &address, (&core.ids.next(), "zh-CN"), now).await.unwrap();
        let new = NewTicket {
            id: &id,
            citizen_id: &citizen.id,
            reply_to: &address,
            question,
            kind: None,
            unit: "transport",
            clocks: core.tiers.start(&core.calendar, city_date(now), "transport", None),
            split_from: None,
            filed_by: "citizen",
            chosen_by: "bot",
        };
        let ticket = casework::file(&mut tx, new, &event, now).await.unwrap();
        // A second time is as good as once.
        core.office(now).tell_unit_of_new(&mut tx, &ticket).await.unwrap();
        core.office(now).tell_unit_of_new(&mut tx, &ticket).await.unwrap();
        tx.commit().await.unwrap();
        self.bring(Vec::new()).await;
        ticket
    }

    async fn now(&self, ticket: &Ticket) -> Ticket {
        casework::find(&mut self.core.store.read().await.unwrap(), &ticket.id).await.unwrap().unwrap()
    }

    /// Ids and messages of all that was written to an address.
    async fn told(&self, address: &Address) -> Vec<(String, Outbound)> {
        let mut connection = self.core.store.read().await.unwrap();
        let shown = outbox::after(&mut connection, address, 0, 10_000).await.unwrap();
        shown.into_iter().map(|shown| (shown.id, shown.message)).collect()
    }

    async fn last(&self, chat: &str) -> String {
        self.told(&at(chat)).await.pop().map(|(_, message)| words(&message)).unwrap_or_default()
    }

    async fn member(&self, login: &str) -> StaffMember {
        let all = staff::all(&mut self.core.store.read().await.unwrap()).await.unwrap();
        all.into_iter().find(|member| member.login == login).unwrap()
    }

    async fn events(&self, ticket: &Ticket) -> Vec<String> {
        let mut connection = self.core.store.read().await.unwrap();
        let events = casework::events(&mut connection, &ticket.id).await.unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }
}

fn words(message: &Outbound) -> String {
    serde_json::to_string(&message.blocks).unwrap()
}

async fn one_of_two_chats_gets_a_code(store: Store) {
    let city = City::new(store).await;
    let code = city.code(Purpose::Unit, "transport", "transport-review").await;
    let bind = |chat: &str| city.message(chat, "1", Body::Text(format!("/bind {code}")), None);
    city.bring(vec![bind("-1"), bind("-2")]).await;
    let bound = [city.chat("-1").await.is_some(), city.chat("-2").await.is_some()];
    assert_eq!(bound.iter().filter(|bound| **bound).count(), 1, "{bound:?}");
    // A new code voids the one before.
    let old = city.code(Purpose::Unit, "culture", "culture-review").await;
    let new = city.code(Purpose::Unit, "culture", "culture-review").await;
    city.write("-3", "1", &format!("/bind {old}")).await;
    assert!(city.chat("-3").await.is_none() && city.last("-3").await.contains("代码不对"));
    city.clock.advance(SignedDuration::from_mins(16));
    city.write("-3", "1", &format!("/bind {new}")).await;
    assert!(city.chat("-3").await.is_none() && city.last("-3").await.contains("代码不对"));
    // A unit's code is no member's, and the other way round.
    let unit = city.code(Purpose::Unit, "culture", "culture-review").await;
    city.write("7", "7", &format!("/me {unit}")).await;
    assert!(city.last("7").await.contains("代码不对"));
    let mut connection = city.core.store.read().await.unwrap();
    let (stored,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM staff_code WHERE digest LIKE '%-%' OR digest = $1")
        .bind(&unit)
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(stored, 0, "only digests are stored");
}

async fn a_card_comes_once_to_each_chat_and_shows_no_contact(store: Store) {
    let city = City::new(store).await;
    city.bind("-1").await;
    city.bind("7").await;
    let before = [city.told(&at("-1")).await.len(), city.told(&at("7")).await.len()];
    let ticket = city.ticket(&format!("请回电13812345678，{}", "渡船".repeat(600))).await;
    for (chat, before) in ["-1", "7"].into_iter().zip(before) {
        let told = city.told(&at(chat)).await;
        let cards = &told[before..];
        assert_eq!(cards.len(), 1, "{chat}");
        let card = &cards[0].1;
        let said = words(card);
        assert!(said.contains(&ticket.number) && !said.contains("13812345678"), "{said}");
        assert!(said.contains(&format!("https://wz.example/console/tickets/{}", ticket.number)), "{said}");
        assert!(said.chars().count() < 1_500);
        let actions: Vec<&str> = card.choices.iter().map(|choice| choice.action.as_str()).collect();
        assert_eq!(actions, [format!("desk-claim:{}", ticket.number), format!("desk-return:{}", ticket.number)]);
    }
}

async fn doubles_and_disorder_do_nothing_twice(store: Store) {
    let city = City::new(store).await;
    city.bind("-1").await;
    city.link("7", "transport").await;
    city.link("8", "transport-review").await;
    let ticket = city.ticket("渡船开不开？").await;
    let claim = format!("desk-claim:{}", ticket.number);
    let press = city.message("-1", "7", Body::Choice(claim.clone()), None);
    city.bring(vec![press.clone(), press.clone()]).await;
    city.bring(vec![press]).await;
    assert_eq!(city.events(&ticket).await, ["filed", "claimed"]);
    // Two press at the same time: the second hears who was first.
    city.press("-1", "8", &claim).await;
    assert!(city.last("-1").await.contains("已由"));
    let Some((_, Outbound { manner: Manner::Aside(_), .. })) = city.told(&at("-1")).await.pop() else {
        panic!("it is whispered")
    };
    // An answer that overtakes the claim is a draft; the claim comes too late then.
    let ticket = city.ticket("渡船几点开？").await;
    let (card, _) = city.told(&at("-1")).await.pop().unwrap();
    let answer = city.message("-1", "7", Body::Text("八点。".into()), Some(card));
    let claim = city.message("-1", "7", Body::Choice(format!("desk-claim:{}", ticket.number)), None);
    city.bring(vec![answer.clone(), claim, answer]).await;
    assert_eq!(city.events(&ticket).await, ["filed", "drafted"]);
    assert!(matches!(city.now(&ticket).await.state, State::Drafted { draft } if draft.text == "八点。"));
}

async fn of_what_staff_wrote_only_the_ticket_keeps_anything(store: Store) {
    let city = City::new(store).await;
    city.bind("-1").await;
    city.link("7", "transport").await;
    let ticket = city.ticket("渡船开不开？").await;
    let (card, _) = city.told(&at("-1")).await.pop().unwrap();
    city.bring(vec![city.message("-1", "7", Body::Text("照常开，每天六班。".into()), Some(card))]).await;
    assert!(matches!(city.now(&ticket).await.state, State::Drafted { .. }));
    city.write("-1", "9", "/weather 大家今天吃什么").await;
    let mut connection = city.core.store.read().await.unwrap();
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT state, payload FROM inbox").fetch_all(&mut *connection).await.unwrap();
    assert!(rows.len() >= 4);
    for (state, payload) in rows {
        let kept = ["照常开", "吃什么", "/bind", "/me", "值班群"].iter().any(|words| payload.contains(words));
        assert!(state == "done" && !kept, "{state} {payload}");
    }
    let (people,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM citizen_address WHERE channel = 'telegram'")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    assert_eq!(people, 0, "nobody of these is a citizen");
    assert!(matches!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(_)));
}

async fn a_chat_that_is_gone_or_moved_is_found_out_by_sending(store: Store) {
    let city = City::new(store).await;
    let fake = FakeTelegram::start().await;
    let settings = BotSettings {
        account: "city".into(),
        token: TOKEN.into(),
        api_url: Some(fake.url().into()),
        mode: Mode::Polling,
        speed: Speed { overall: Duration::ZERO, per_chat: Duration::ZERO },
    };
    let bot = Telegram::new(settings, city.app.intake()).unwrap();
    let stop = CancellationToken::new();
    let mut running = jobs::start(&city.core, vec![bot.outlet()], &stop);
    city.bind("-5").await;
    city.bind("-6").await;
    let after = fake.upgrade(Group { id: -5 }, false);
    fake.close(-6);
    let ticket = city.ticket("渡船开不开？").await;
    let told = |fake: &FakeTelegram| {
        fake.sent().iter().filter(|sent| sent.chat == after.id && sent.text.contains(&ticket.number)).count()
    };
    fake.until("the card comes to the new group", |fake| told(fake) == 1).await;
    for _ in 0..500 {
        if city.chat("-6").await.is_none() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(city.chat("-6").await.is_none() && city.chat("-5").await.is_none());
    let bound = city.chat(&after.id.to_string()).await.unwrap();
    assert_eq!((bound.unit.as_str(), bound.bound_by.as_str()), ("transport", "transport-review"));
    let events = chats::events_of_unit(&mut city.core.store.read().await.unwrap(), "transport", 9).await.unwrap();
    let mut changes: Vec<&str> = events.iter().map(|event| event.change.name()).collect();
    changes.sort_unstable();
    assert_eq!(changes, ["bound", "bound", "moved", "unreachable"]);
    assert!(events.iter().all(|event| event.change == Change::Bound || event.actor == "rule:chat"));
    stop.cancel();
    while running.join_next().await.is_some() {}
    assert_eq!(told(&fake), 1);
}

/// What people in chats may write, at random.
struct Dice(TestEntropy);

impl Dice {
    fn below(&self, count: usize) -> usize {
        let mut bytes = [0_u8; 8];
        self.0.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % u64::try_from(count).unwrap()).unwrap()
    }

    fn of<'a, T>(&self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

async fn no_sequence_of_messages_skips_an_approval(store: Store) {
    let city = City::new(store).await;
    city.bind("-1").await;
    city.bind("8").await;
    for (sender, login) in [("7", "transport"), ("8", "transport-review"), ("9", "culture-review")] {
        city.link(sender, login).await;
    }
    let (mut drafted, mut returned, mut answered) = (0, 0, 0);
    for seed in 0..32 {
        let dice = Dice(TestEntropy::seeded(seed));
        let ticket = city.ticket("渡船开不开？").await;
        for _ in 0..12 {
            let (chat, sender) = (*dice.of(&["-1", "-1", "-1", "8", "-2"]), *dice.of(&["7", "7", "8", "9", "10"]));
            let sender = if chat == "8" { "8" } else { sender };
            let messages = city.told(&at(chat)).await;
            let about = (!messages.is_empty()).then(|| dice.of(&messages).0.clone());
            let recent = messages.last().map(|(id, _)| id.clone());
            let verb = *dice.of(&["claim", "claim", "return", "reply", "approve", "rate", "draft"]);
            let body = match dice.below(8) {
                0 | 1 => Body::Choice(format!("desk-{verb}:{}", ticket.number)),
                2 => Body::Choice((*dice.of(&["again:x", "rate:Z1:yes", "route", "help"])).to_owned()),
                3 => Body::Text((*dice.of(&["/bind X", "/me X", "/approve", "批准"])).to_owned()),
                _ => Body::Text("照常开。".to_owned()),
            };
            let about = if dice.below(4) == 0 { about } else { recent };
            city.bring(vec![city.message(chat, sender, body, about)]).await;
            let state = city.now(&ticket).await.state;
            assert!(state.is_open(), "seed {seed}: {state:?}");
            assert!(city.told(&ticket.reply_to).await.is_empty(), "seed {seed}: the citizen was told");
            match state {
                State::Drafted { draft } => assert!(draft.author.starts_with("transport"), "seed {seed}"),
                State::Claimed { by } => assert!(by.starts_with("transport"), "seed {seed}"),
                _ => {}
            }
        }
        let ticket = city.now(&ticket).await;
        let Some(author) = ticket.state.worker().filter(|_| ticket.state.draft().is_some()) else {
            returned += usize::from(matches!(ticket.state, State::Returned { .. }));
            continue;
        };
        drafted += 1;
        // Whoever wrote it in a chat can't approve it anywhere; a reviewer who didn't, can.
        let (author, reviewer) = (city.member(author).await, city.member("transport-review").await);
        let office = city.core.office(city.clock.now());
        assert!(ticket.clone().approve(Actor::Staff(&author), &office.moment()).is_err());
        if author.login != reviewer.login {
            let step = ticket.clone().approve(Actor::Staff(&reviewer), &office.moment()).unwrap();
            let mut tx = city.core.store.begin().await.unwrap();
            office.take(&mut tx, &step).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(city.told(&ticket.reply_to).await.len(), 1, "seed {seed}");
            answered += 1;
        }
    }
    assert!(drafted > 3 && returned > 1 && answered > 1, "{drafted} {returned} {answered}: too tame");
    let mut connection = city.core.store.read().await.unwrap();
    assert!(matches!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(_)));
}
