//! Files of tickets and templates of replies are kept as they were given, on both databases.

use wenzheng::{
    calendar::Calendar,
    casework::{
        self, Clocks, NewTicket, answered,
        attachments::{self, Aim, Kind, NewFile},
        templates::{self, Written},
    },
    directory::citizens,
    store::{Store, StoreError},
};

use super::{RACERS, add_unit, person, second};
use crate::support::{TestClock, ids};

crate::both_stores!(
    a_file_comes_back_byte_for_byte_or_not_at_all,
    many_at_once_add_no_more_than_a_ticket_holds,
    links_end_with_their_citizen,
    the_second_of_two_editors_of_a_template_is_refused,
);

async fn prepare(store: &Store) {
    add_unit(store, "hrss").await;
    let mut tx = store.begin().await.unwrap();
    citizens::at_address(&mut tx, &person("li"), ("c1", "zh-CN"), second(0)).await.unwrap();
    let day = jiff::civil::date(2026, 11, 23);
    let new = NewTicket {
        id: "t1",
        citizen_id: "c1",
        reply_to: &person("li"),
        question: "灵活就业人员怎么参保？",
        kind: None,
        unit: "hrss",
        clocks: Clocks::start(&Calendar::embedded().unwrap(), day, 1, casework::REPLY_WORKING_DAYS),
        split_from: None,
        filed_by: "citizen",
        chosen_by: "bot",
    };
    casework::file(&mut tx, new, "e1", second(0)).await.unwrap();
    tx.commit().await.unwrap();
}

fn new(id: &str) -> NewFile<'_> {
    NewFile { id, ticket: "t1", unit: "hrss", aim: Aim::Reply, name: "办法.pdf", kind: Kind::Pdf, by: "anna" }
}

async fn a_file_comes_back_byte_for_byte_or_not_at_all(store: Store) {
    prepare(&store).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let mut tx = store.begin().await.unwrap();
    let file = attachments::keep(&mut tx, new("f1"), (&bytes, 2), second(1)).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_eq!(attachments::of_ticket(&mut tx, "t1").await.unwrap(), std::slice::from_ref(&file));
    assert_eq!(attachments::content(&mut tx, &file).await.unwrap().unwrap(), bytes);
    attachments::move_all(&mut tx, "hrss", "tax").await.unwrap();
    assert_eq!(attachments::find(&mut tx, "f1").await.unwrap().unwrap().unit, "tax");
    // Bytes that aren't those that were approved are not handed out.
    sqlx::query("UPDATE attachment_content SET content = 'AAAA'").execute(&mut *tx).await.unwrap();
    assert!(matches!(attachments::content(&mut tx, &file).await, Err(StoreError::Column { .. })));
    attachments::remove(&mut tx, "f1").await.unwrap();
    assert!(attachments::content(&mut tx, &file).await.unwrap().is_none());
    assert!(matches!(attachments::remove(&mut tx, "f1").await, Err(StoreError::Conflict)));
    assert!(answered::among(&mut tx, &["t1".to_owned(), "t2".to_owned()]).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

async fn many_at_once_add_no_more_than_a_ticket_holds(store: Store) {
    prepare(&store).await;
    let mut racers = tokio::task::JoinSet::new();
    for nth in 0..RACERS {
        let store = store.clone();
        racers.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let id = format!("f{nth}");
            let kept = attachments::keep(&mut tx, new(&id), (b"x", 3), second(1)).await.unwrap();
            tx.commit().await.unwrap();
            kept.is_some()
        });
    }
    let kept = racers.join_all().await.into_iter().filter(|kept| *kept).count();
    assert_eq!(kept, 3);
    assert_eq!(attachments::of_ticket(&mut store.read().await.unwrap(), "t1").await.unwrap().len(), 3);
}

async fn links_end_with_their_citizen(store: Store) {
    prepare(&store).await;
    let mut tx = store.begin().await.unwrap();
    attachments::keep(&mut tx, new("f1"), (b"x", 3), second(1)).await.unwrap();
    attachments::link(&mut tx, "secret", "f1", "t1").await.unwrap();
    assert_eq!(attachments::linked(&mut tx, "secret").await.unwrap().unwrap().id, "f1");
    assert_eq!(attachments::links(&mut tx, "t1").await.unwrap(), [("f1".to_owned(), "secret".to_owned())]);
    let ids = ids(&TestClock::at("2026-11-23T10:00:00+08:00"));
    casework::forget(&mut tx, &ids, "c1", second(2)).await.unwrap();
    assert!(attachments::linked(&mut tx, "secret").await.unwrap().is_none());
    assert_eq!(attachments::of_ticket(&mut tx, "t1").await.unwrap().len(), 1);
    tx.commit().await.unwrap();
}

async fn the_second_of_two_editors_of_a_template_is_refused(store: Store) {
    let written = Written::check("名", "文字", "办法").unwrap();
    let mut tx = store.begin().await.unwrap();
    templates::add(&mut tx, ("p1", "hrss"), &written, ("ben", second(0))).await.unwrap();
    templates::add(&mut tx, ("p2", ""), &written, ("dora", second(0))).await.unwrap();
    let template = templates::find(&mut tx, "p1").await.unwrap().unwrap();
    templates::save(&mut tx, &template, ("ben", second(1))).await.unwrap();
    assert!(matches!(templates::save(&mut tx, &template, ("eve", second(1))).await, Err(StoreError::Conflict)));
    assert_eq!(templates::for_unit(&mut tx, "hrss").await.unwrap().len(), 2);
    assert_eq!(templates::for_unit(&mut tx, "tax").await.unwrap().len(), 1);
    // Whoever takes the unit over takes its templates over, and nobody else's.
    templates::move_all(&mut tx, "hrss", "tax").await.unwrap();
    assert_eq!(templates::for_unit(&mut tx, "tax").await.unwrap().len(), 2);
    assert_eq!(templates::for_unit(&mut tx, "hrss").await.unwrap().len(), 1);
    tx.commit().await.unwrap();
}
