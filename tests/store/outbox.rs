//! A message goes out once for each dedup key, in the order in which it was written, under one claim at a time.

use wenzheng::{
    outbox::{self, Outcome, Parcel},
    store::{Connection, Dialect, Store, StoreError},
};

use super::{RACERS, person, second, words};

crate::both_stores!(
    the_same_dedup_key_changes_nothing,
    positions_have_no_gaps,
    a_person_gets_messages_in_order,
    racing_claims_take_each_message_once,
    a_retry_waits_until_it_is_due,
    what_arrived_in_part_is_remembered,
    a_lost_lease_makes_the_outcome_uncertain,
    what_was_fetched_is_not_sent_again,
    nobody_finds_anothers_message,
);

/// Writes to somebody; the text doubles as id and dedup key.
async fn write(connection: &mut Connection, to: &str, text: &str) {
    outbox::enqueue(connection, text, &person(to), text, &words(text), second(0)).await.unwrap();
}

async fn claim(connection: &mut Connection, dialect: Dialect, lease: &str, at: i64) -> Vec<Parcel> {
    let span = (second(at), second(at + 60));
    outbox::claim(connection, dialect, ("web", "main"), 100, lease, span).await.unwrap()
}

fn ids(parcels: &[Parcel]) -> Vec<&str> {
    parcels.iter().map(|parcel| parcel.id.as_str()).collect()
}

async fn the_same_dedup_key_changes_nothing(store: Store) {
    let mut tx = store.begin().await.unwrap();
    outbox::enqueue(&mut tx, "1", &person("li"), "reply-7", &words("一"), second(0)).await.unwrap();
    outbox::enqueue(&mut tx, "2", &person("li"), "reply-7", &words("二"), second(1)).await.unwrap();
    outbox::enqueue(&mut tx, "3", &person("li"), "reply-8", &words("三"), second(2)).await.unwrap();
    tx.commit().await.unwrap();

    let mut connection = store.read().await.unwrap();
    let shown = outbox::after(&mut connection, &person("li"), 0, 10).await.unwrap();
    let seen: Vec<_> = shown.iter().map(|one| (one.id.as_str(), one.position, &one.message)).collect();
    assert_eq!(seen, [("1", 1, &words("一")), ("3", 2, &words("三"))]);
}

async fn positions_have_no_gaps(store: Store) {
    let tasks: Vec<_> = (0..RACERS)
        .map(|racer| {
            let store = store.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    let mut tx = store.begin().await.unwrap();
                    write(&mut tx, "li", &format!("{racer}-{round}")).await;
                    // Every other one is taken back: its position must not stay empty.
                    if round % 2 == 0 {
                        tx.commit().await.unwrap();
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut connection = store.read().await.unwrap();
    let shown = outbox::after(&mut connection, &person("li"), 0, 1000).await.unwrap();
    let positions: Vec<_> = shown.iter().map(|one| one.position).collect();
    assert_eq!(positions, (1..=24).collect::<Vec<_>>());
    let last = outbox::history(&mut connection, &person("li"), 2).await.unwrap();
    assert_eq!(last.iter().map(|one| one.position).collect::<Vec<_>>(), [23, 24]);
}

async fn a_person_gets_messages_in_order(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for (to, text) in [("li", "1"), ("li", "2"), ("wang", "3")] {
        write(&mut tx, to, text).await;
    }
    assert_eq!(ids(&claim(&mut tx, store.dialect(), "a", 1).await), ["1", "3"]);
    // The second waits while the first is on its way, and may go once that arrived.
    assert!(claim(&mut tx, store.dialect(), "b", 2).await.is_empty());
    outbox::settle(&mut tx, "1", "a", &Outcome::Sent, second(3)).await.unwrap();
    assert_eq!(ids(&claim(&mut tx, store.dialect(), "b", 4).await), ["2"]);
    tx.commit().await.unwrap();
}

async fn racing_claims_take_each_message_once(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for number in 0..40 {
        write(&mut tx, &format!("person-{number}"), &number.to_string()).await;
    }
    tx.commit().await.unwrap();

    let tasks: Vec<_> = (0..RACERS)
        .map(|racer| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                for _ in 0..40 {
                    let mut tx = store.begin().await.unwrap();
                    let span = (second(1), second(60));
                    let lease = racer.to_string();
                    let parcels =
                        outbox::claim(&mut tx, store.dialect(), ("web", "main"), 3, &lease, span).await.unwrap();
                    tx.commit().await.unwrap();
                    claimed.extend(parcels.into_iter().map(|parcel| (parcel.id, lease.clone())));
                }
                claimed
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for task in tasks {
        claimed.extend(task.await.unwrap());
    }
    claimed.sort();
    let once: std::collections::BTreeSet<_> = claimed.iter().map(|(id, _)| id).collect();
    assert_eq!((claimed.len(), once.len()), (40, 40));
    // Each is settled by its claimant only.
    let (id, lease) = &claimed[0];
    let mut tx = store.begin().await.unwrap();
    let stranger = outbox::settle(&mut tx, id, "somebody else", &Outcome::Sent, second(2)).await;
    assert!(matches!(stranger, Err(StoreError::Conflict)));
    outbox::settle(&mut tx, id, lease, &Outcome::Sent, second(2)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_retry_waits_until_it_is_due(store: Store) {
    let mut tx = store.begin().await.unwrap();
    write(&mut tx, "li", "1").await;
    write(&mut tx, "li", "2").await;
    claim(&mut tx, store.dialect(), "a", 1).await;
    let retry = Outcome::Retry(second(30), "busy".into());
    outbox::settle(&mut tx, "1", "a", &retry, second(2)).await.unwrap();
    assert!(claim(&mut tx, store.dialect(), "b", 29).await.is_empty());
    let again = claim(&mut tx, store.dialect(), "b", 30).await;
    assert_eq!((ids(&again), again[0].attempts), (vec!["1"], 2));
    // Who holds no claim any more settles nothing.
    assert!(matches!(outbox::settle(&mut tx, "1", "a", &Outcome::Sent, second(31)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
}

async fn what_arrived_in_part_is_remembered(store: Store) {
    let mut tx = store.begin().await.unwrap();
    write(&mut tx, "li", "1").await;
    claim(&mut tx, store.dialect(), "a", 1).await;
    outbox::settle(&mut tx, "1", "a", &Outcome::Progress { parts: 2, until: second(30) }, second(2)).await.unwrap();
    outbox::settle(&mut tx, "1", "a", &Outcome::Retry(second(3), "busy".into()), second(3)).await.unwrap();
    assert_eq!(claim(&mut tx, store.dialect(), "b", 4).await[0].parts_sent, 2);
    tx.commit().await.unwrap();
}

async fn a_lost_lease_makes_the_outcome_uncertain(store: Store) {
    let mut tx = store.begin().await.unwrap();
    write(&mut tx, "li", "1").await;
    write(&mut tx, "li", "2").await;
    claim(&mut tx, store.dialect(), "a", 0).await;
    assert!(outbox::give_up_leases(&mut tx, second(60)).await.unwrap().is_empty());
    let given_up = outbox::give_up_leases(&mut tx, second(61)).await.unwrap();
    assert_eq!(given_up, [("1".to_owned(), person("li"))]);
    // It is never sent again by itself, its late sender can't settle it, and what follows may go.
    assert!(matches!(outbox::settle(&mut tx, "1", "a", &Outcome::Sent, second(62)).await, Err(StoreError::Conflict)));
    assert_eq!(ids(&claim(&mut tx, store.dialect(), "b", 63).await), ["2"]);
    tx.commit().await.unwrap();
}

async fn what_was_fetched_is_not_sent_again(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for text in ["1", "2", "3"] {
        write(&mut tx, "li", text).await;
    }
    outbox::handed_over(&mut tx, &person("li"), 2, second(1)).await.unwrap();
    assert_eq!(ids(&claim(&mut tx, store.dialect(), "a", 2).await), ["3"]);
    tx.commit().await.unwrap();
}

async fn nobody_finds_anothers_message(store: Store) {
    let mut tx = store.begin().await.unwrap();
    write(&mut tx, "li", "1").await;
    assert_eq!(outbox::find(&mut tx, &person("li"), "1").await.unwrap(), Some(words("1")));
    assert_eq!(outbox::find(&mut tx, &person("wang"), "1").await.unwrap(), None);
    tx.commit().await.unwrap();
}
