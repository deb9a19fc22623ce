//! A message is stored once, waits its turn behind the same person's earlier ones, and is settled once.

use wenzheng::{
    inbox::{self, Accepted, MAX_ATTEMPTS},
    store::{Store, StoreError},
};

use super::{RACERS, person, said, second};

crate::both_stores!(
    the_same_key_is_stored_once,
    racing_copies_of_a_message_are_stored_once,
    a_person_is_answered_in_order,
    a_message_is_settled_once,
    a_message_that_keeps_failing_is_set_aside,
    what_could_not_be_read_is_known_but_never_due,
    a_rolled_back_message_was_never_there,
);

async fn the_same_key_is_stored_once(store: Store) {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(inbox::accept(&mut tx, "1", &said("li", "k", "你好"), second(0)).await.unwrap(), Accepted::New);
    assert_eq!(inbox::accept(&mut tx, "2", &said("li", "k", "别的"), second(1)).await.unwrap(), Accepted::Duplicate);
    // The key is the platform's, and platforms are told apart by channel and account.
    let mut elsewhere = said("li", "k", "你好");
    elsewhere.address.account = "other".into();
    assert_eq!(inbox::accept(&mut tx, "3", &elsewhere, second(2)).await.unwrap(), Accepted::New);
    tx.commit().await.unwrap();

    let mut connection = store.read().await.unwrap();
    let history = inbox::history(&mut connection, &person("li"), 10).await.unwrap();
    assert_eq!(history, [("1".to_owned(), second(0), said("li", "k", "你好"))]);
}

async fn racing_copies_of_a_message_are_stored_once(store: Store) {
    let tasks: Vec<_> = (0..RACERS)
        .map(|racer| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                let accepted = inbox::accept(&mut tx, &racer.to_string(), &said("li", "k", "你好"), second(0)).await;
                tx.commit().await.unwrap();
                accepted.unwrap()
            })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        new += usize::from(task.await.unwrap() == Accepted::New);
    }
    assert_eq!(new, 1);
}

async fn a_person_is_answered_in_order(store: Store) {
    let mut tx = store.begin().await.unwrap();
    for (id, from, at) in [("b", "li", 1), ("a", "li", 1), ("c", "wang", 2), ("d", "wang", 0)] {
        inbox::accept(&mut tx, id, &said(from, id, "问"), second(at)).await.unwrap();
    }
    // Of each person the oldest, and of those that came in the same instant the one with the smaller id.
    let due = inbox::due(&mut tx, 10).await.unwrap();
    assert_eq!(due.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["d", "a"]);
    assert_eq!(inbox::due(&mut tx, 1).await.unwrap().len(), 1);

    inbox::settle(&mut tx, "a", second(3)).await.unwrap();
    assert_eq!(inbox::next_of(&mut tx, &person("li")).await.unwrap().unwrap().id, "b");
    inbox::settle(&mut tx, "b", second(3)).await.unwrap();
    assert!(inbox::next_of(&mut tx, &person("li")).await.unwrap().is_none());
    tx.commit().await.unwrap();
}

async fn a_message_is_settled_once(store: Store) {
    let mut tx = store.begin().await.unwrap();
    inbox::accept(&mut tx, "1", &said("li", "k", "问"), second(0)).await.unwrap();
    tx.commit().await.unwrap();

    let tasks: Vec<_> = (0..RACERS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.begin().await.unwrap();
                inbox::settle(&mut tx, "1", second(1)).await?;
                tx.commit().await
            })
        })
        .collect();
    let mut settled = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => settled += 1,
            Err(error) => assert!(matches!(error, StoreError::Conflict), "{error}"),
        }
    }
    assert_eq!(settled, 1);
}

async fn a_message_that_keeps_failing_is_set_aside(store: Store) {
    let mut tx = store.begin().await.unwrap();
    inbox::accept(&mut tx, "1", &said("li", "1", "问"), second(0)).await.unwrap();
    inbox::accept(&mut tx, "2", &said("li", "2", "再问"), second(1)).await.unwrap();
    for attempt in 1..MAX_ATTEMPTS {
        assert!(!inbox::fail(&mut tx, "1", "broken", second(2)).await.unwrap());
        assert_eq!(inbox::next_of(&mut tx, &person("li")).await.unwrap().unwrap().attempts, attempt);
    }
    assert!(inbox::fail(&mut tx, "1", "broken", second(3)).await.unwrap());
    // It no longer holds up what the person said next, and nobody can settle it any more.
    assert_eq!(inbox::due(&mut tx, 10).await.unwrap()[0].id, "2");
    assert!(matches!(inbox::settle(&mut tx, "1", second(4)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
}

async fn what_could_not_be_read_is_known_but_never_due(store: Store) {
    let mut tx = store.begin().await.unwrap();
    let first = inbox::refuse(&mut tx, "1", &person("li"), "k", "no text", second(0)).await.unwrap();
    let again = inbox::accept(&mut tx, "2", &said("li", "k", "你好"), second(1)).await.unwrap();
    assert_eq!((first, again), (Accepted::New, Accepted::Duplicate));
    assert!(inbox::due(&mut tx, 10).await.unwrap().is_empty());
    assert!(inbox::history(&mut tx, &person("li"), 10).await.unwrap().is_empty());
    tx.commit().await.unwrap();
}

async fn a_rolled_back_message_was_never_there(store: Store) {
    let mut tx = store.begin().await.unwrap();
    inbox::accept(&mut tx, "1", &said("li", "k", "你好"), second(0)).await.unwrap();
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(inbox::accept(&mut tx, "2", &said("li", "k", "你好"), second(1)).await.unwrap(), Accepted::New);
    tx.commit().await.unwrap();
}
