//! Hooks are told what happens to tickets: once each, at the promised times, whoever dies, and nothing personal.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::SignedDuration;
use wenzheng::{
    calendar::Calendar,
    casework::{self, Clocks, NewTicket},
    clock::{Clock as _, city_date},
    directory::citizens,
    hook::{self, Happening, Hook, Hooks, Name, Outcome, Sender, Status, Written},
    id::Ids,
    jobs::Courier,
    locale::Locales,
    message::Address,
    store::{Store, StoreError},
};

use super::{RACERS, add_unit};
use crate::support::{
    TestClock, ids,
    receiver::{Fault, Receiver, SECRET},
};

crate::both_stores!(
    a_ticket_is_told_with_a_signature_and_nothing_personal,
    a_failing_receiver_is_tried_when_promised,
    every_fault_is_tried_again_with_the_same_id,
    a_sender_that_is_killed_sends_again_with_the_same_id,
    what_is_refused_is_given_up_and_can_be_tried_again,
    robots_get_bundles_at_their_pace,
    a_receiver_that_asks_to_wait_hears_nothing,
    late_rows_are_told_and_none_twice,
    racing_followers_and_senders_tell_each_event_once,
    a_new_hook_hears_nothing_old,
    a_passed_deadline_is_told_once,
    what_cannot_be_read_stands_in_nobodys_way,
);

const QUESTION: &str = "我的身份证330102199001011234为什么查不到";
const PERSON: &str = "13800001111";

struct Stage {
    store: Store,
    clock: TestClock,
    ids: Ids,
    receiver: Receiver,
}

impl Stage {
    async fn new(store: Store) -> Self {
        add_unit(&store, "hrss").await;
        add_unit(&store, "tax").await;
        let clock = TestClock::default();
        let mut tx = store.begin().await.unwrap();
        citizens::at_address(&mut tx, &address(), ("c1", "zh-CN"), clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let ids = ids(&clock);
        Self { store, clock, ids, receiver: Receiver::start().await }
    }

    fn hook(&self, name: &str, kind: &str, events: &[&str]) -> Arc<Hook> {
        let written = Written {
            name: name.into(),
            url: self.receiver.url().to_owned().into(),
            kind: kind.into(),
            secret: (kind == "plain").then(|| SECRET.to_owned().into()),
            events: events.iter().map(|event| (*event).to_owned()).collect(),
            units: vec!["hrss".into()],
            console: None,
        };
        written.check().unwrap().into()
    }

    /// One hook, and a courier that has begun to follow.
    async fn courier(&self, kind: &str) -> (Arc<Courier>, Arc<Hook>) {
        let hook = self.hook("one", kind, &["ticket.assigned", "ticket.overdue"]);
        let courier = self.courier_of([&hook]);
        courier.follow().await.unwrap();
        (courier, hook)
    }

    fn courier_of<const N: usize>(&self, hooks: [&Arc<Hook>; N]) -> Arc<Courier> {
        let parts = (self.store.clone(), self.clock.shared(), self.ids.clone(), Locales::embedded().unwrap());
        let sender = Sender::patient_for(Duration::from_millis(700)).unwrap();
        Arc::new(Courier::of(parts, Arc::new(Hooks(hooks.into_iter().cloned().collect())), sender))
    }

    /// Files a ticket whose event happened so many seconds ago.
    async fn file(&self, unit: &str, seconds_ago: i64) -> String {
        let at = self.clock.now() - SignedDuration::from_secs(seconds_ago);
        let new = NewTicket {
            id: &self.ids.next(),
            citizen_id: "c1",
            reply_to: &address(),
            question: QUESTION,
            kind: None,
            unit,
            clocks: Clocks::start(&Calendar::embedded().unwrap(), city_date(at), 1, 5),
            split_from: None,
            filed_by: "citizen",
            chosen_by: "bot",
        };
        let mut tx = self.store.begin().await.unwrap();
        let ticket = casework::file(&mut tx, new, &self.ids.next(), at).await.unwrap();
        tx.commit().await.unwrap();
        ticket.number
    }

    async fn deliveries(&self) -> Vec<hook::Delivery> {
        let mut connection = self.store.read().await.unwrap();
        let mut all = hook::latest(&mut connection, 1000).await.unwrap();
        all.extend(hook::given_up(&mut connection, 1000).await.unwrap());
        all
    }

    fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }
}

fn address() -> Address {
    Address { channel: "web".into(), account: "main".into(), person: PERSON.into() }
}

async fn a_ticket_is_told_with_a_signature_and_nothing_personal(store: Store) {
    let stage = Stage::new(store).await;
    let hooks = ["plain", "wecom", "dingtalk", "feishu"].map(|kind| stage.hook(kind, kind, &["ticket.assigned"]));
    let courier = stage.courier_of(hooks.each_ref());
    courier.follow().await.unwrap();
    let number = stage.file("hrss", 0).await;
    stage.file("tax", 0).await;
    assert_eq!(courier.follow().await.unwrap(), 2);
    for hook in &hooks {
        assert_eq!(courier.round(hook).await.unwrap(), 1, "{}", hook.name);
        assert_eq!(courier.round(hook).await.unwrap(), 0, "{}", hook.name);
    }
    let came = stage.receiver.came();
    assert_eq!(came.len(), 4);
    assert!(came[0].is_signed(), "{:?}", came[0].headers);
    assert!(!came[1].is_signed());
    let told = came[0].json();
    assert_eq!((&told["event"], &told["ticket"]["number"]), (&"ticket.assigned".into(), &number.as_str().into()));
    assert_eq!(told["ticket"]["due"], "2026-11-30");
    for one in &came {
        assert_eq!(
            (one.path.as_str(), one.header("content-type")),
            ("/in?key=deadbeef", "application/json; charset=utf-8")
        );
        assert!(one.body.contains(&number), "{}", one.body);
        for personal in [QUESTION, "330102", PERSON, "citizen"] {
            assert!(!one.body.contains(personal), "{personal}: {}", one.body);
        }
    }
    assert!(stage.deliveries().await.iter().all(|one| one.status == Status::Sent && one.attempts == 1));
}

async fn a_failing_receiver_is_tried_when_promised(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.receiver.next(vec![Fault::Status(503); 14]);
    let (begin, mut tried) = (stage.clock.now(), Vec::new());
    for _ in 0..14 {
        let due = stage.deliveries().await[0].due_at;
        // Not a second before.
        stage.clock.set(&(due - SignedDuration::from_secs(1)).to_string());
        assert_eq!(courier.round(&hook).await.unwrap(), 0);
        stage.clock.set(&due.to_string());
        assert_eq!(courier.round(&hook).await.unwrap(), 1);
        tried.push(begin.duration_until(due).as_secs());
    }
    assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 7695]);
    let came = stage.receiver.came();
    let ids: BTreeSet<_> = came.iter().map(|one| one.header("webhook-id").to_owned()).collect();
    let times: BTreeSet<_> = came.iter().map(|one| one.header("webhook-timestamp").to_owned()).collect();
    assert_eq!((came.len(), ids.len(), times.len()), (14, 1, 14));
    assert!(came.iter().all(|one| one.is_signed() && one.body == came[0].body));
    // Three days after the beginning it is given up, and says why.
    stage.receiver.next(vec![Fault::Status(503); 9]);
    stage.wait(72 * 3600);
    courier.round(&hook).await.unwrap();
    let all = stage.deliveries().await;
    assert_eq!((all[0].status, all[0].note.as_deref()), (Status::GivenUp, Some("the answer was 503")));
}

async fn every_fault_is_tried_again_with_the_same_id(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    let number = stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    let faults = [
        (Fault::Status(500), "the answer was 500"),
        (Fault::TimeOut, "no answer in time"),
        (Fault::Reset, "error sending request"),
        (Fault::Garbage, "error sending request"),
        // Followed, it would come back here.
        (Fault::Redirect(stage.receiver.url().to_owned()), "the answer was 302"),
    ];
    for (tries, (fault, why)) in faults.into_iter().enumerate() {
        stage.receiver.next([fault.clone()]);
        assert_eq!(courier.round(&hook).await.unwrap(), 1, "{fault:?}");
        assert_eq!(stage.receiver.came().len(), tries + 1, "{fault:?}");
        let one = stage.deliveries().await.remove(0);
        let note = one.note.unwrap();
        assert!(one.status == Status::Queued && note.starts_with(why), "{fault:?}: {note}");
        assert!(!note.contains("deadbeef"), "{note}");
        stage.wait(3600);
        if tries == 3 {
            // A refusal is given up after an hour: begin anew.
            let mut tx = stage.store.begin().await.unwrap();
            sqlx::query("UPDATE hook_delivery SET tried_since = $1, attempts = 0")
                .bind(stage.clock.now().as_millisecond())
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(courier.round(&hook).await.unwrap(), 1);
    let came = stage.receiver.came();
    let ids: BTreeSet<_> = came.iter().map(|one| one.header("webhook-id").to_owned()).collect();
    assert_eq!((came.len(), ids.len(), came[5].json()["ticket"]["number"].as_str()), (6, 1, Some(number.as_str())));
    assert_eq!(stage.deliveries().await[0].status, Status::Sent);
}

async fn a_sender_that_is_killed_sends_again_with_the_same_id(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.receiver.next([Fault::TimeOut]);
    let (sender, name) = (courier.clone(), hook.clone());
    let killed = tokio::spawn(async move { sender.round(&name).await });
    stage.receiver.until(1).await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());
    // While its claim holds nobody else sends; then the next one does.
    let other = stage.courier_of([&hook]);
    stage.wait(29);
    assert_eq!(other.round(&hook).await.unwrap(), 0);
    stage.wait(2);
    assert_eq!(other.round(&hook).await.unwrap(), 1);
    let came = stage.receiver.came();
    assert_eq!((came.len(), came[0].header("webhook-id")), (2, came[1].header("webhook-id")));
    assert!(!came[0].header("webhook-id").is_empty());
    let one = stage.deliveries().await.remove(0);
    assert_eq!((one.status, one.attempts), (Status::Sent, 2));
}

async fn what_is_refused_is_given_up_and_can_be_tried_again(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("feishu").await;
    stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.receiver.next(vec![Fault::Says(r#"{"code":19021,"msg":"sign match fail"}"#); 12]);
    for _ in 0..12 {
        assert_eq!(courier.round(&hook).await.unwrap(), 1);
        let one = stage.deliveries().await.remove(0);
        if one.status == Status::GivenUp {
            break;
        }
        stage.clock.set(&one.due_at.to_string());
        stage.wait(4);
    }
    let one = stage.deliveries().await.remove(0);
    assert_eq!(one.note.as_deref(), Some("the robot answered 19021: sign match fail"));
    assert_eq!(one.status, Status::GivenUp);
    assert_eq!(courier.round(&hook).await.unwrap(), 0);
    let tries = stage.receiver.came().len();

    let mut tx = stage.store.begin().await.unwrap();
    assert_eq!(hook::try_again(&mut tx, &one.id, stage.clock.now()).await.unwrap().as_deref(), Some("one"));
    assert_eq!(hook::try_again(&mut tx, &one.id, stage.clock.now()).await.unwrap(), None);
    tx.commit().await.unwrap();
    stage.receiver.next([Fault::Status(500)]);
    stage.wait(4);
    assert_eq!(courier.round(&hook).await.unwrap(), 1);
    // Its patience is new.
    assert_eq!(stage.deliveries().await[0].status, Status::Queued);
    stage.wait(4);
    assert_eq!(courier.round(&hook).await.unwrap(), 1);
    assert_eq!(stage.receiver.came().len(), tries + 2);
    assert_eq!(stage.deliveries().await[0].status, Status::Sent);
}

async fn robots_get_bundles_at_their_pace(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("wecom").await;
    // A second replica: the pace is the robot's, not the sender's.
    let other = stage.courier_of([&hook]);
    let mut numbers = BTreeSet::new();
    for _ in 0..200 {
        numbers.insert(stage.file("hrss", 0).await);
    }
    courier.follow().await.unwrap();
    for _ in 0..60 {
        courier.round(&hook).await.unwrap();
        other.round(&hook).await.unwrap();
        stage.wait(1);
    }
    let first_minute = stage.receiver.came().len();
    assert!((15..=20).contains(&first_minute), "{first_minute}");
    for _ in 0..60 {
        courier.round(&hook).await.unwrap();
        stage.wait(1);
    }
    let came = stage.receiver.came();
    assert_eq!(came.len(), 25);
    let contents: String =
        came.iter().map(|one| one.json()["markdown"]["content"].as_str().unwrap().to_owned()).collect();
    assert!(numbers.iter().all(|number| contents.matches(number.as_str()).count() == 1));
    assert!(came.iter().all(|one| one.json()["markdown"]["content"].as_str().unwrap().len() <= 4096));
}

async fn a_receiver_that_asks_to_wait_hears_nothing(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.receiver.next([Fault::TooMany(90)]);
    assert_eq!(courier.round(&hook).await.unwrap(), 1);
    // Not even of what is new.
    stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.wait(89);
    assert_eq!(courier.round(&hook).await.unwrap(), 0);
    stage.wait(1);
    assert_eq!(courier.round(&hook).await.unwrap(), 2);
    assert_eq!(stage.receiver.came().len(), 3);
}

async fn late_rows_are_told_and_none_twice(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    stage.wait(600);
    let first = stage.file("hrss", 0).await;
    assert_eq!(courier.follow().await.unwrap(), 1);
    // Its transaction took four minutes.
    let late = stage.file("hrss", 240).await;
    assert_eq!(courier.follow().await.unwrap(), 1);
    assert_eq!(courier.follow().await.unwrap(), 0);
    // A clock that is an hour fast doesn't make us pass over the others.
    let fast = stage.file("hrss", -3600).await;
    assert_eq!(courier.follow().await.unwrap(), 1);
    let slow = stage.file("hrss", 200).await;
    assert_eq!(courier.follow().await.unwrap(), 1);
    // Another process reads the same again, and enqueues nothing.
    let other = stage.courier_of([&hook]);
    assert_eq!(other.follow().await.unwrap(), 4);
    let told: Vec<String> = stage.deliveries().await.into_iter().map(|one| one.subject).collect();
    assert_eq!(told.len(), 4);
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), [first, late, fast, slow].into());
}

async fn racing_followers_and_senders_tell_each_event_once(store: Store) {
    let stage = Stage::new(store).await;
    let (_, hook) = stage.courier("plain").await;
    let mut numbers = BTreeSet::new();
    for _ in 0..20 {
        numbers.insert(stage.file("hrss", 0).await);
    }
    let tasks: Vec<_> = (0..RACERS)
        .map(|_| {
            let (courier, hook) = (stage.courier_of([&hook]), hook.clone());
            tokio::spawn(async move {
                courier.follow().await.unwrap();
                while courier.round(&hook).await.unwrap() > 0 {}
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let came = stage.receiver.came();
    let told = came.iter().map(|one| one.json()["ticket"]["number"].as_str().unwrap().to_owned());
    assert_eq!((came.len(), told.collect::<BTreeSet<_>>()), (20, numbers));
}

async fn a_new_hook_hears_nothing_old(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, first) = stage.courier("plain").await;
    stage.wait(60);
    let old = stage.file("hrss", 0).await;
    stage.wait(60);
    let second = stage.hook("two", "plain", &["ticket.assigned"]);
    let both = stage.courier_of([&first, &second]);
    both.follow().await.unwrap();
    stage.wait(60);
    let new = stage.file("hrss", 0).await;
    both.follow().await.unwrap();
    courier.follow().await.unwrap();
    let mut told: Vec<_> = stage.deliveries().await.into_iter().map(|one| (one.hook, one.subject)).collect();
    told.sort();
    assert_eq!(told, [("one".into(), old), ("one".into(), new.clone()), ("two".into(), new)]);
}

async fn a_passed_deadline_is_told_once(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    let number = stage.file("hrss", 0).await;
    courier.follow().await.unwrap();
    stage.clock.set("2026-11-30T23:59:00+08:00");
    courier.follow().await.unwrap();
    assert_eq!(stage.deliveries().await.len(), 1);
    stage.clock.set("2026-12-01T00:00:30+08:00");
    courier.follow().await.unwrap();
    stage.courier_of([&hook]).follow().await.unwrap();
    stage.clock.set("2026-12-02T09:00:00+08:00");
    courier.follow().await.unwrap();
    let overdue: Vec<_> = stage
        .deliveries()
        .await
        .into_iter()
        .filter(|one| one.event == "ticket.overdue")
        .map(|one| one.subject)
        .collect();
    assert_eq!(overdue, [number]);
}

async fn what_cannot_be_read_stands_in_nobodys_way(store: Store) {
    let stage = Stage::new(store).await;
    let (courier, hook) = stage.courier("plain").await;
    let now = stage.clock.now();
    let mut tx = stage.store.begin().await.unwrap();
    for name in ["bad", "good"] {
        let happening = Happening { id: name.into(), event: Name::Assigned, at: now, ticket: None, topic: None };
        hook::announce(&mut tx, &stage.ids, &[&*hook], &happening, now).await.unwrap();
    }
    sqlx::query("UPDATE hook_delivery SET payload = '{\"event\":\"moon.landed\"}' WHERE dedup_key = 'one:bad'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(courier.round(&hook).await.unwrap(), 1);
    let mut states: Vec<_> = stage.deliveries().await.into_iter().map(|one| one.status == Status::Sent).collect();
    states.sort_unstable();
    assert_eq!(states, [false, true]);
    // Who holds no claim settles nothing.
    let mut tx = stage.store.begin().await.unwrap();
    let id = stage.deliveries().await[0].id.clone();
    let stranger = hook::settle(&mut tx, &id, "nobody", &Outcome::Sent, now).await;
    assert!(matches!(stranger, Err(StoreError::Conflict)));
}
