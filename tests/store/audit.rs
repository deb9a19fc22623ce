//! The audit log holds every row in one chain, and shows any change to it.

use serde_json::json;
use wenzheng::{
    audit::{self, Verdict},
    store::Store,
};

use super::{RACERS, second};

crate::both_stores!(
    an_untouched_log_is_intact,
    a_changed_row_is_found,
    a_missing_row_is_found,
    a_missing_last_row_is_found,
    racing_writers_keep_one_chain,
);

async fn append(store: &Store, count: i64) {
    let mut tx = store.begin().await.unwrap();
    for number in 0..count {
        let detail = json!({ "number": number });
        audit::append(&mut tx, second(number), "staff:li", "ticket.approve", "Z1", &detail).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn verdict(store: &Store) -> Verdict {
    audit::verify(&mut store.read().await.unwrap()).await.unwrap()
}

/// Does to the log what nobody may do.
async fn tamper(store: &Store, sql: &'static str) {
    let mut tx = store.begin().await.unwrap();
    let done = sqlx::query(sql).execute(&mut *tx).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    tx.commit().await.unwrap();
}

async fn an_untouched_log_is_intact(store: Store) {
    assert_eq!(verdict(&store).await, Verdict::Intact(0));
    // More than one page of what checking reads at a time.
    append(&store, 1005).await;
    assert_eq!(verdict(&store).await, Verdict::Intact(1005));
}

async fn a_changed_row_is_found(store: Store) {
    append(&store, 5).await;
    tamper(&store, "UPDATE audit SET actor = 'staff:wang' WHERE seq = 3").await;
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(3));
}

async fn a_missing_row_is_found(store: Store) {
    append(&store, 5).await;
    tamper(&store, "DELETE FROM audit WHERE seq = 2").await;
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(2));
}

async fn a_missing_last_row_is_found(store: Store) {
    append(&store, 5).await;
    tamper(&store, "DELETE FROM audit WHERE seq = 5").await;
    assert_eq!(verdict(&store).await, Verdict::BrokenAt(5));
}

async fn racing_writers_keep_one_chain(store: Store) {
    let tasks: Vec<_> = (0..RACERS)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    append(&store, 1).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(verdict(&store).await, Verdict::Intact(80));
}
