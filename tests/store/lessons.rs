//! What people teach by what they decide about tickets: counted up, one lesson a ticket, void without its words.

use wenzheng::{
    calendar::Calendar,
    casework::{
        self, Actor, Listing, MessageKind, Rating, Scope, State, TicketKind, View,
        lessons::{self, Subject},
    },
    directory::staff::Role,
    store::{Store, StoreError},
};

use super::{
    casework::{file, find, member, moment, prepare, save},
    second,
};
use crate::support::{TestClock, ids};

crate::both_stores!(
    assigning_and_answering_teach_routing,
    setting_the_kind_teaches_kinds,
    what_a_citizen_erased_is_taught_no_more,
);

async fn assigning_and_answering_teach_routing(store: Store) {
    let calendar = Calendar::embedded().unwrap();
    prepare(&store).await;
    file(&store, "t1", "hrss").await;
    file(&store, "t2", "hrss").await;
    let dispatcher = member("chen", "office", Role::Dispatcher);
    let (zhao, qian) = (member("zhao", "tax", Role::Staff), member("qian", "tax", Role::Reviewer));
    let taught = async |after: i64| {
        let lessons = lessons::since(&mut store.read().await.unwrap(), Subject::Unit, after, 10).await.unwrap();
        lessons.into_iter().map(|one| (one.ticket, one.text.is_empty(), one.label, one.revision)).collect::<Vec<_>>()
    };
    assert_eq!(taught(0).await, []);

    let assigned = find(&store, "t1").await.assign(Actor::Staff(&dispatcher), "tax", &moment(&calendar, 1)).unwrap();
    save(&store, &assigned, "u1").await.unwrap();
    assert_eq!(taught(0).await, [("t1".into(), false, "tax".into(), 1)]);
    // The refused second writer teaches nothing.
    assert!(matches!(save(&store, &assigned, "u2").await, Err(StoreError::Conflict)));
    assert_eq!(taught(1).await, []);

    let drafted = find(&store, "t1").await.draft(Actor::Staff(&zhao), "可以。").unwrap();
    save(&store, &drafted, "u3").await.unwrap();
    assert_eq!(taught(1).await, [], "a draft decides nothing");
    let approved = find(&store, "t1").await.approve(Actor::Staff(&qian), &moment(&calendar, 2)).unwrap();
    save(&store, &approved, "u4").await.unwrap();
    assert_eq!(taught(1).await, [("t1".into(), false, "tax".into(), 2)], "one lesson a ticket");

    let ids = ids(&TestClock::at("2026-11-23T10:00:00+08:00"));
    let mut tx = store.begin().await.unwrap();
    casework::forget(&mut tx, &ids, "c1", second(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(taught(2).await, [("t1".into(), true, "tax".into(), 3)], "the words are gone, and replicas can tell");
}

/// Lessons about kinds after a value of the counter: ticket, words, kind, value.
async fn kinds(store: &Store, after: i64) -> Vec<(String, String, String, i64)> {
    let lessons = lessons::since(&mut store.read().await.unwrap(), Subject::Kind, after, 10).await.unwrap();
    lessons.into_iter().map(|one| (one.ticket, one.text, one.label, one.revision)).collect()
}

async fn setting_the_kind_teaches_kinds(store: Store) {
    prepare(&store).await;
    let question = file(&store, "t1", "hrss").await.question;
    file(&store, "t2", "hrss").await;
    let li = member("li", "hrss", Role::Staff);
    let set = find(&store, "t1").await.set_kind(Actor::Staff(&li), MessageKind::Help).unwrap();
    save(&store, &set, "u1").await.unwrap();
    let lesson = |kind: &str, revision| ("t1".to_owned(), question.clone(), kind.to_owned(), revision);
    assert_eq!(kinds(&store, 0).await, [lesson("help", 1)]);
    assert!(matches!(save(&store, &set, "u2").await, Err(StoreError::Conflict)));
    assert_eq!(kinds(&store, 1).await, [], "the refused second writer teaches nothing");
    let routing = lessons::since(&mut store.read().await.unwrap(), Subject::Unit, 0, 10).await.unwrap();
    assert_eq!(routing, [], "who is responsible is another matter");

    let now = find(&store, "t1").await;
    assert_eq!((now.kind, now.version), (Some(TicketKind::Set(MessageKind::Help)), 2));
    let again = now.set_kind(Actor::Staff(&li), MessageKind::Advice).unwrap();
    save(&store, &again, "u3").await.unwrap();
    assert_eq!(kinds(&store, 0).await, [lesson("advice", 2)], "one lesson a ticket");

    let mut connection = store.read().await.unwrap();
    let event = casework::events(&mut connection, "t1").await.unwrap().pop().unwrap();
    assert_eq!((event.kind.as_str(), event.actor.as_str()), ("kind_set", "staff:li"));
    assert_eq!(event.detail, serde_json::json!({ "kind": "advice", "before": "help" }));
    let scope = Scope { unit: "hrss", login: "li", everywhere: false, today: jiff::civil::date(2026, 11, 24) };
    let listing = |kind| Listing { view: View::Open, scope, unit: None, kind, channel: None, search: "" };
    for (kind, found) in [(None, 2), (Some(MessageKind::Advice), 1), (Some(MessageKind::Help), 0)] {
        assert_eq!(casework::list(&mut connection, &listing(kind), (10, 0)).await.unwrap().len(), found, "{kind:?}");
    }
}

async fn what_a_citizen_erased_is_taught_no_more(store: Store) {
    let calendar = Calendar::embedded().unwrap();
    prepare(&store).await;
    file(&store, "t1", "hrss").await;
    let (li, wang) = (member("li", "hrss", Role::Staff), member("wang", "hrss", Role::Reviewer));
    let step = find(&store, "t1").await.draft(Actor::Staff(&li), "可以。").unwrap();
    save(&store, &step, "u1").await.unwrap();
    let step = find(&store, "t1").await.approve(Actor::Staff(&wang), &moment(&calendar, 2)).unwrap();
    save(&store, &step, "u2").await.unwrap();
    let step = find(&store, "t1").await.rate(Actor::Citizen("c1"), Rating::Helped).unwrap();
    save(&store, &step, "u3").await.unwrap();
    let step = find(&store, "t1").await.set_kind(Actor::Staff(&wang), MessageKind::Inquiry).unwrap();
    save(&store, &step, "u4").await.unwrap();
    assert_eq!(kinds(&store, 0).await.len(), 1, "also of a ticket that is closed");
    let closed_at = async || -> i64 {
        let query = sqlx::query_as("SELECT closed_at FROM ticket WHERE id = 't1'");
        let (at,): (i64,) = query.fetch_one(&mut *store.read().await.unwrap()).await.unwrap();
        at
    };
    let before = closed_at().await;

    let ids = ids(&TestClock::at("2026-11-23T10:00:00+08:00"));
    let mut tx = store.begin().await.unwrap();
    casework::forget(&mut tx, &ids, "c1", second(3)).await.unwrap();
    tx.commit().await.unwrap();
    let void = ("t1".to_owned(), String::new(), "inquiry".to_owned(), 2);
    assert_eq!(kinds(&store, 1).await, [void], "the words are gone, and replicas can tell");

    let set = find(&store, "t1").await.set_kind(Actor::Staff(&li), MessageKind::Help).unwrap();
    let mut tx = store.begin().await.unwrap();
    casework::save(&mut tx, &set, "u5", second(9)).await.unwrap();
    tx.commit().await.unwrap();
    let now = find(&store, "t1").await;
    assert!(
        now.kind == Some(TicketKind::Set(MessageKind::Help)) && matches!(now.state, State::Rated { .. }),
        "{now:?}"
    );
    assert_eq!(kinds(&store, 2).await, [], "a dash teaches nothing");
    assert_eq!(closed_at().await, before, "it isn't closed once more");
}
