//! Logging in, and forms that nobody filled in on our pages.

use axum::http::{StatusCode, header};
use jiff::SignedDuration;

use super::{City, PASSWORD, Person};
use crate::audit::{self, Verdict};

#[tokio::test]
async fn a_log_in_opens_a_session_that_scripts_and_other_sites_cannot_use() {
    let city = City::new().await;
    let form = [("login", "anna"), ("password", PASSWORD), ("next", "/console/documents")];
    let answer = city.post_raw("", "/console/login", &form).await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/console/documents"));
    let cookie = answer.header(header::SET_COOKIE);
    assert!(cookie.starts_with("wenzheng_staff="));
    for part in ["HttpOnly", "SameSite=Strict", "Secure", "Max-Age=43200", "Path=/console"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let anna = city.log_in("anna").await;
    assert_eq!(city.get(&anna, "/console").await.status, StatusCode::OK);
    let answer = city.post(&anna, "/console/logout", &[]).await;
    assert!(answer.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(city.get(&anna, "/console").await.status, StatusCode::SEE_OTHER);
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(3));
}

#[tokio::test]
async fn a_failure_does_not_say_which_part_was_wrong() {
    let city = City::new().await;
    let wrong = city.post_raw("", "/console/login", &[("login", "anna"), ("password", "wrong horse")]).await;
    let unknown = city.post_raw("", "/console/login", &[("login", "anne"), ("password", PASSWORD)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.body.replace("anna", "anne"), unknown.body);
    assert!(!wrong.body.contains("wrong horse"));
}

#[tokio::test]
async fn five_failures_lock_the_account_and_the_page_says_until_when() {
    let city = City::new().await;
    let wrong = [("login", "anna"), ("password", "wrong horse")];
    for _ in 0..4 {
        city.post_raw("", "/console/login", &wrong).await;
    }
    let locked = city.post_raw("", "/console/login", &wrong).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    // 10:00 in the city, and a quarter of an hour.
    assert!(locked.body.contains("10:15"), "{}", locked.body);
    let right = [("login", "anna"), ("password", PASSWORD)];
    assert_eq!(city.post_raw("", "/console/login", &right).await.status, StatusCode::TOO_MANY_REQUESTS);
    city.clock.forward(SignedDuration::from_mins(16));
    assert_eq!(city.post_raw("", "/console/login", &right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_form_is_taken_without_the_sessions_token() {
    let city = City::new().await;
    city.consultation().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let root = city.log_in("root").await;
    let ben = city.log_in("ben").await;
    let mut paths: Vec<String> = ["claim", "draft", "approve", "send-back", "return", "assign", "knowledge"]
        .map(|act| format!("/console/tickets/{number}/{act}"))
        .to_vec();
    paths.extend(["publish", "edit"].map(|step| format!("/console/documents/reply-{number}/{step}")));
    paths.extend(["logout", "staff", "staff/roles", "staff/password"].map(|page| format!("/console/{page}")));
    for path in paths {
        for token in ["", "wrong", &root.csrf] {
            let fields = [("csrf", token), ("version", "1"), ("text", "我写的答复"), ("login", "anna")];
            let answer = city.post_raw(&ben.cookie, &path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {token}");
            assert!(answer.body.contains("我写的答复"), "{path}");
        }
        let without_session = city.post_raw("", &path, &[("text", "我写的答复")]).await;
        assert_eq!(without_session.status, StatusCode::FORBIDDEN, "{path}");
        assert!(without_session.body.contains("我写的答复"), "{path}");
    }
    assert_eq!(city.current(&number).await.version, 1);
    assert_eq!(city.get(&ben, "/console").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_and_the_words_are_kept() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let anna = city.log_in("anna").await;
    city.clock.forward(SignedDuration::from_hours(12));
    let path = format!("/console/tickets/{number}/draft");
    let late = city.post(&anna, &path, &[("version", "1"), ("text", "写了很久的答复")]).await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    assert!(late.body.contains("写了很久的答复"));
    let page = city.get(&anna, &format!("/console/tickets/{number}")).await;
    assert_eq!(page.header(header::LOCATION), format!("/console/login?next=%2Fconsole%2Ftickets%2F{number}"));
}

#[tokio::test]
async fn an_account_without_roles_is_closed() {
    let city = City::new().await;
    let answer = city.post_raw("", "/console/login", &[("login", "gone"), ("password", PASSWORD)]).await;
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
    let gone = Person { cookie, csrf: String::new() };
    assert_eq!(city.get(&gone, "/console").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn administrators_add_accounts_and_others_see_no_such_page() {
    let city = City::new().await;
    let (root, ben) = (city.log_in("root").await, city.log_in("ben").await);
    assert_eq!(city.get(&ben, "/console/staff").await.status, StatusCode::NOT_FOUND);
    let new = [("login", "new.one"), ("name", "新人"), ("unit", "tax"), ("role", "staff"), ("role", "reviewer")];
    let with = |password: &'static str| new.into_iter().chain([("password", password)]).collect::<Vec<_>>();
    assert_eq!(city.post(&ben, "/console/staff", &with(PASSWORD)).await.status, StatusCode::NOT_FOUND);
    let short = city.post(&root, "/console/staff", &with("short")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.body.contains("value=\"new.one\"") && !short.body.contains("value=\"short\""));
    assert_eq!(city.post(&root, "/console/staff", &with(PASSWORD)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(city.post(&root, "/console/staff", &with(PASSWORD)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let newcomer = city.log_in("new.one").await;
    let own = city.post(&root, "/console/staff/roles", &[("login", "root"), ("role", "staff")]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    city.post(&root, "/console/staff/roles", &[("login", "new.one")]).await;
    assert_eq!(city.get(&newcomer, "/console").await.status, StatusCode::FORBIDDEN);
    let changed = [("login", "anna"), ("password", "another horse")];
    assert_eq!(city.post(&root, "/console/staff/password", &changed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(city.post_raw("", "/console/login", &changed).await.status, StatusCode::SEE_OTHER);
}
