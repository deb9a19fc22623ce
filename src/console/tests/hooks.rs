//! Web hooks: what administrators see of them and do with them.

use std::sync::Arc;

use axum::http::{StatusCode, header};

use super::City;
use crate::{
    audit,
    clock::Clock as _,
    hook::{self, Hooks, Outcome, Written},
};

/// One robot whose address holds a secret.
pub(super) fn settings() -> Arc<Hooks> {
    let written = Written {
        name: "group".into(),
        url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=deadbeef".to_owned().into(),
        kind: "wecom".into(),
        secret: None,
        events: vec!["ticket.assigned".into()],
        units: vec!["hrss".into()],
        console: None,
    };
    Arc::new(Hooks(vec![written.check().unwrap().into()]))
}

/// Queues a test and lets its receiver want nothing more.
async fn give_up(city: &City) -> String {
    let store = &city.console.store;
    let now = city.clock.now();
    let mut tx = store.begin().await.unwrap();
    let parcels = hook::claim(&mut tx, store.dialect(), "group", 9, "lease", (now, now)).await.unwrap();
    let outcome = Outcome::GivenUp("the answer was 410".into());
    hook::settle(&mut tx, &parcels[0].id, "lease", &outcome, now).await.unwrap();
    tx.commit().await.unwrap();
    parcels[0].id.clone()
}

#[tokio::test]
async fn only_administrators_see_hooks_and_nobody_sees_a_secret() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let page = city.get(&root, "/console/hooks?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in ["group", "WeCom group robot", "https://qyapi.weixin.qq.com", "ticket.assigned", "人社局"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("deadbeef") && !page.body.contains("cgi-bin"));
    assert!(page.body.contains("Nothing was given up."));
    for login in ["ben", "dora"] {
        let other = city.log_in(login).await;
        assert_eq!(city.get(&other, "/console/hooks").await.status, StatusCode::NOT_FOUND);
        let refused = city.post(&other, "/console/hooks", &[("hook", "group")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert!(!city.get(&other, "/console").await.body.contains("/console/hooks"));
    }
    let mut connection = city.console.store.read().await.unwrap();
    assert!(hook::latest(&mut connection, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_test_is_queued_and_what_was_given_up_can_be_tried_again() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let answer = city.post(&root, "/console/hooks", &[("hook", "group")]).await;
    assert_eq!(answer.header(header::LOCATION), "/console/hooks?done=tested");
    let page = city.get(&root, "/console/hooks?lang=en&done=tested").await.body;
    assert!(page.contains("The test is queued.") && page.contains("hook.test") && page.contains("waiting"), "{page}");

    let delivery = give_up(&city).await;
    let page = city.get(&root, "/console/hooks?lang=en").await.body;
    assert!(page.contains("given up after one try") && page.contains("the answer was 410"), "{page}");
    let again = [("delivery", delivery.as_str())];
    let answer = city.post(&root, "/console/hooks", &again).await;
    assert_eq!(answer.header(header::LOCATION), "/console/hooks?done=again");
    let page = city.get(&root, "/console/hooks?lang=en&done=again").await.body;
    assert!(page.contains("It is queued again.") && page.contains("Nothing was given up."), "{page}");
    // Twice is no harm, and says so.
    let answer = city.post(&root, "/console/hooks", &again).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(audit::verify(&mut connection).await.unwrap(), audit::Verdict::Intact(3));
}
