//! The page about chats: codes, accounts and bindings.

use axum::http::{StatusCode, header};

use super::{Answer, City};
use crate::{
    clock::Clock as _,
    directory::{
        accounts,
        chats::{self, Chat, mark},
        codes::{self, Purpose},
    },
    message::Address,
    outbox,
};

fn group() -> Address {
    Address { channel: "telegram".into(), account: "city".into(), person: "-100200300".into() }
}

async fn bind(city: &City) {
    let chat = Chat {
        address: group(),
        unit: "hrss".into(),
        title: "<值班群>".into(),
        bound_by: "ben".into(),
        bound_at: city.clock.now(),
    };
    let mut tx = city.console.store.begin().await.unwrap();
    chats::bind(&mut tx, &city.console.ids, &chat).await.unwrap();
    tx.commit().await.unwrap();
}

fn code(answer: &Answer) -> Option<String> {
    let (_, rest) = answer.body.split_once("<code>")?;
    Some(rest.split('<').next()?.split(' ').nth(1)?.to_owned())
}

async fn use_up(city: &City, purpose: Purpose, code: &str) -> Option<String> {
    let mut tx = city.console.store.begin().await.unwrap();
    let used = codes::use_up(&mut tx, purpose, code, city.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    used.map(|used| used.subject)
}

#[tokio::test]
async fn a_code_is_shown_once_and_works_once() {
    let city = City::new().await;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let made = city.post(&ben, "/console/chat?lang=en", &[("act", "unit-code")]).await;
    assert_eq!(made.status, StatusCode::OK);
    let shown = code(&made).unwrap();
    assert!(shown.len() == 14 && made.body.contains("/bind"), "{shown}");
    assert!(!city.get(&ben, "/console/chat").await.body.contains(&shown));
    assert_eq!(use_up(&city, Purpose::Member, &shown).await, None);
    assert_eq!(use_up(&city, Purpose::Unit, &shown).await.as_deref(), Some("hrss"));
    assert_eq!(use_up(&city, Purpose::Unit, &shown).await, None);
    let own = city.post(&anna, "/console/chat", &[("act", "own-code")]).await;
    assert_eq!(use_up(&city, Purpose::Member, &code(&own).unwrap()).await.as_deref(), Some("anna"));
}

#[tokio::test]
async fn only_reviewers_bind_and_unbind_and_only_their_own_unit() {
    let city = City::new().await;
    bind(&city).await;
    let (anna, ben, tom) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await);
    let page = city.get(&anna, "/console/chat?lang=en").await;
    assert!(page.body.contains("&lt;值班群&gt;") && !page.body.contains("unit-code") && !page.body.contains("unbind"));
    for act in ["unit-code", "unbind"] {
        let refused = city.post(&anna, "/console/chat", &[("act", act), ("chat", &mark(&group()))]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{act}");
    }
    assert!(!city.get(&tom, "/console/chat").await.body.contains("值班群"));
    let unbind = [("act", "unbind"), ("chat", &mark(&group()))];
    assert_eq!(city.post(&tom, "/console/chat", &unbind).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = city.get(&ben, "/console/chat?lang=en").await;
    assert!(!page.body.contains("-100200300") && page.body.contains(&mark(&group())));
    assert_eq!(city.post(&ben, "/console/chat", &unbind).await.status, StatusCode::SEE_OTHER);
    let page = city.get(&ben, "/console/chat?lang=en&done=unbound").await;
    assert!(page.body.contains("No chat is bound.") && page.body.contains("unbound &lt;值班群&gt;"), "{}", page.body);
    // The chat hears of it, once.
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(outbox::after(&mut connection, &group(), 0, 9).await.unwrap().len(), 1);
    drop(connection);
    assert_eq!(city.post(&ben, "/console/chat", &unbind).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn who_works_on_no_tickets_has_no_such_page_and_nonsense_is_refused() {
    let city = City::new().await;
    for login in ["dora", "root"] {
        let person = city.log_in(login).await;
        assert_eq!(city.get(&person, "/console/chat").await.status, StatusCode::NOT_FOUND);
        let refused = city.post(&person, "/console/chat", &[("act", "own-code")]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        assert!(!city.get(&person, "/console").await.body.contains("/console/chat"));
    }
    let ben = city.log_in("ben").await;
    assert_eq!(city.post(&ben, "/console/chat", &[("act", "fly")]).await.status, StatusCode::BAD_REQUEST);
    let forged = city.post_raw(&ben.cookie, "/console/chat", &[("act", "unit-code")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_account_is_one_members_and_can_be_unlinked() {
    let city = City::new().await;
    let account = Address { person: "77".into(), ..group() };
    let mut tx = city.console.store.begin().await.unwrap();
    let now = city.clock.now();
    assert!(!accounts::link(&mut tx, &account, "nobody", now).await.unwrap());
    assert!(accounts::link(&mut tx, &account, "anna", now).await.unwrap());
    assert!(accounts::link(&mut tx, &account, "ben", now).await.unwrap());
    let other = Address { person: "78".into(), ..group() };
    assert!(accounts::link(&mut tx, &other, "ben", now).await.unwrap());
    assert_eq!(accounts::member_at(&mut tx, &account).await.unwrap(), None);
    assert_eq!(accounts::member_at(&mut tx, &other).await.unwrap().unwrap().login, "ben");
    tx.commit().await.unwrap();
    let ben = city.log_in("ben").await;
    let page = city.get(&ben, "/console/chat?lang=en").await;
    assert!(page.body.contains("telegram · city, since") && !page.body.contains(">78<"));
    let answer = city.post(&ben, "/console/chat", &[("act", "unlink")]).await;
    assert_eq!(answer.header(header::LOCATION), "/console/chat?done=unlinked");
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(accounts::member_at(&mut connection, &other).await.unwrap(), None);
}
