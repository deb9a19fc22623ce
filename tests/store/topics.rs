//! Topics: one process places messages, people count once, what is erased is gone.

use jiff::{SignedDuration, Timestamp};
use wenzheng::{
    calendar::Calendar,
    casework::{
        self, NewTicket,
        topics::{self, Filter, Message, Place, Pulse, Rules, Source, State, Topic},
    },
    directory::citizens,
    store::{Store, StoreError},
};

use super::{add_unit, person, second};

crate::both_stores!(
    one_process_at_a_time_places_messages,
    people_count_once_and_who_withdrew_does_not,
    a_ticket_is_found_until_it_is_placed,
    a_step_is_saved_once_with_its_event,
    what_is_erased_is_gone_and_still_counts,
    each_sees_what_is_theirs_the_urgent_first,
);

async fn prepare(store: &Store, people: &[&str]) {
    add_unit(store, "transport").await;
    add_unit(store, "tax").await;
    let mut tx = store.begin().await.unwrap();
    for one in people {
        citizens::at_address(&mut tx, &person(one), (one, "zh-CN"), second(0)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn file(store: &Store, id: &str, citizen: &str) {
    let clocks = casework::Clocks::start(&Calendar::embedded().unwrap(), jiff::civil::date(2026, 11, 23), 1, 5);
    let new = NewTicket {
        id,
        citizen_id: citizen,
        reply_to: &person(citizen),
        question: "城东区夜间公交什么时候开通",
        kind: None,
        unit: "transport",
        clocks,
        split_from: None,
        filed_by: "citizen",
        chosen_by: "bot",
    };
    let mut tx = store.begin().await.unwrap();
    casework::file(&mut tx, new, &format!("{id}-filed"), second(1)).await.unwrap();
    tx.commit().await.unwrap();
}

fn topic(id: &str, unit: &str, people: i64) -> Topic {
    Topic {
        id: id.into(),
        unit: unit.into(),
        areas: vec![],
        wording: "城东区夜间公交什么时候开通".into(),
        state: State::Watched,
        pulse: Pulse { people, before: 0 },
        first_seen: second(1),
        last_seen: second(1),
        version: 1,
    }
}

async fn create(store: &Store, topic: &Topic) {
    let mut tx = store.begin().await.unwrap();
    topics::create(&mut tx, topic).await.unwrap();
    tx.commit().await.unwrap();
}

/// Places everything that has no topic in one topic, and gives it.
async fn place_all(store: &Store, topic: &str) -> Vec<Message> {
    let mut tx = store.begin().await.unwrap();
    let messages = topics::new_tickets(&mut tx, Timestamp::UNIX_EPOCH, 100).await.unwrap();
    for (at, message) in messages.iter().enumerate() {
        let areas = ["城东区".to_owned()];
        let place = Place { topic, copies: &messages[0].id, sample: at == 0, areas: &areas };
        topics::add_member(&mut tx, message, place).await.unwrap();
    }
    tx.commit().await.unwrap();
    messages
}

async fn count(store: &Store, topic: &str) -> topics::Counted {
    let windows = topics::windows(&Rules::default(), second(2));
    topics::count(&mut store.read().await.unwrap(), topic, windows).await.unwrap()
}

async fn one_process_at_a_time_places_messages(store: Store) {
    let claim = async |holder: &str, now: Timestamp| {
        let mut tx = store.begin().await.unwrap();
        let until = now + SignedDuration::from_secs(60);
        let holds = topics::claim(&mut tx, holder, (now, until)).await.unwrap();
        tx.commit().await.unwrap();
        holds
    };
    assert!(claim("a", second(0)).await && claim("a", second(10)).await);
    assert!(!claim("b", second(20)).await);
    assert!(claim("b", second(100)).await);
    let mut tx = store.begin().await.unwrap();
    assert!(matches!(topics::renew(&mut tx, "a", second(200)).await, Err(StoreError::Conflict)));
    topics::renew(&mut tx, "b", second(200)).await.unwrap();
}

async fn people_count_once_and_who_withdrew_does_not(store: Store) {
    prepare(&store, &["li", "wang", "zhao"]).await;
    create(&store, &topic("t", "transport", 1)).await;
    for (id, citizen) in [("1", "li"), ("2", "li"), ("3", "wang"), ("4", "zhao")] {
        file(&store, id, citizen).await;
    }
    assert_eq!(place_all(&store, "t").await.len(), 4);
    let counted = count(&store, "t").await;
    assert_eq!(counted.pulse, Pulse { people: 3, before: 0 });
    assert_eq!((counted.unit.as_deref(), counted.areas.as_slice()), (Some("transport"), &["城东区".to_owned()][..]));
    assert_eq!(counted.wordings, [("城东区夜间公交什么时候开通".to_owned(), 4)]);
    let mut tx = store.begin().await.unwrap();
    let ticket = casework::find(&mut tx, "4").await.unwrap().unwrap();
    let step = ticket.withdraw(casework::Actor::Citizen("zhao")).unwrap();
    casework::save(&mut tx, &step, "4-withdrawn", second(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&store, "t").await.pulse.people, 2);
    let mut connection = store.read().await.unwrap();
    let days = topics::by_day(&mut connection, "t", Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(days.into_values().collect::<Vec<_>>(), [4]);
    let newest = topics::members(&mut connection, "t", (2, 0)).await.unwrap();
    assert_eq!(newest.iter().map(|one| (one.message.as_str(), one.copies)).collect::<Vec<_>>(), [("4", 4), ("3", 4)]);
}

async fn a_ticket_is_found_until_it_is_placed(store: Store) {
    prepare(&store, &["li"]).await;
    create(&store, &topic("t", "transport", 1)).await;
    file(&store, "1", "li").await;
    assert_eq!(place_all(&store, "t").await.len(), 1);
    assert_eq!(place_all(&store, "t").await, []);
    let mut tx = store.begin().await.unwrap();
    let placed = topics::versions(&mut tx, Source::Ticket, &["1", "2"]).await.unwrap();
    assert_eq!(placed.into_iter().collect::<Vec<_>>(), [("1".to_owned(), 1)]);
    assert_eq!(topics::drop_member(&mut tx, Source::Ticket, "1").await.unwrap().as_deref(), Some("t"));
    assert_eq!(topics::drop_member(&mut tx, Source::Ticket, "1").await.unwrap(), None);
    assert_eq!(topics::new_tickets(&mut tx, second(2), 100).await.unwrap(), []);
    assert_eq!(topics::new_tickets(&mut tx, second(1), 100).await.unwrap().len(), 1);
}

async fn a_step_is_saved_once_with_its_event(store: Store) {
    prepare(&store, &[]).await;
    create(&store, &topic("t", "transport", 20)).await;
    let mut tx = store.begin().await.unwrap();
    let read = topics::find(&mut tx, "t").await.unwrap().unwrap();
    let reckoning = Calendar::embedded().unwrap().deadline(jiff::civil::date(2026, 11, 23), 3);
    let pulse = Pulse { people: 20, before: 3 };
    let step = read.raise(pulse, &Rules::default(), reckoning, second(3)).unwrap();
    topics::save(&mut tx, &step, "e1", second(3)).await.unwrap();
    assert!(matches!(topics::save(&mut tx, &step, "e2", second(3)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    let mut connection = store.read().await.unwrap();
    let saved = topics::find(&mut connection, "t").await.unwrap().unwrap();
    assert_eq!((&saved.state, saved.pulse, saved.version), (&step.topic.state, pulse, 2));
    let events = topics::events(&mut connection, "t").await.unwrap();
    assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["raised"]);
    // Counting changes no state and is refused where the state changed meanwhile.
    let day = jiff::civil::date(2026, 11, 23);
    assert!(matches!(topics::recounted(&mut connection, &step.topic, day).await, Err(StoreError::Conflict)));
    topics::recounted(&mut connection, &saved, day).await.unwrap();
    assert_eq!(topics::due_for_count(&mut connection, day, 10).await.unwrap(), [""; 0]);
    assert_eq!(topics::due_for_count(&mut connection, day.tomorrow().unwrap(), 10).await.unwrap(), ["t"]);
}

async fn what_is_erased_is_gone_and_still_counts(store: Store) {
    prepare(&store, &["li", "wang"]).await;
    create(&store, &topic("t", "transport", 2)).await;
    file(&store, "1", "li").await;
    file(&store, "2", "wang").await;
    place_all(&store, "t").await;
    let mut connection = store.read().await.unwrap();
    assert_eq!(topics::samples(&mut connection, second(1)).await.unwrap().len(), 1);
    assert_eq!(topics::samples(&mut connection, second(2)).await.unwrap(), []);
    let mut tx = store.begin().await.unwrap();
    topics::forget(&mut tx, "li").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(topics::samples(&mut connection, second(1)).await.unwrap(), []);
    assert_eq!(topics::find(&mut connection, "t").await.unwrap().unwrap().wording, "");
    assert_eq!(wenzheng::store::revision(&mut connection, topics::REVISION).await.unwrap(), 1);
    let day = wenzheng::clock::city_date(second(1));
    assert_eq!(topics::due_for_count(&mut connection, day, 10).await.unwrap(), ["t"]);
    drop(connection);
    assert_eq!(count(&store, "t").await.pulse.people, 2);
}

async fn each_sees_what_is_theirs_the_urgent_first(store: Store) {
    prepare(&store, &[]).await;
    for (id, unit, people) in [("a", "transport", 30), ("b", "transport", 20), ("c", "tax", 5), ("d", "tax", 1)] {
        create(&store, &topic(id, unit, people)).await;
    }
    let mut tx = store.begin().await.unwrap();
    let read = topics::find(&mut tx, "b").await.unwrap().unwrap();
    let reckoning = Calendar::embedded().unwrap().deadline(jiff::civil::date(2026, 11, 23), 3);
    let pulse = read.pulse;
    let step = read.raise(pulse, &Rules::default(), reckoning, second(3)).unwrap();
    topics::save(&mut tx, &step, "e", second(3)).await.unwrap();
    let mut ids = async |filter| {
        let found = topics::list(&mut tx, filter, (10, 0)).await.unwrap();
        found.into_iter().map(|topic| topic.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(Filter::All).await, ["b", "a", "c"]);
    assert_eq!(ids(Filter::Of("tax")).await, ["c"]);
}
