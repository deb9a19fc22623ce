//! What is done with tickets.

use axum::http::{StatusCode, header};

use super::{City, citizen_address};
use crate::{
    audit::{self, Verdict},
    casework::State,
    outbox,
};

#[tokio::test]
async fn an_approved_reply_is_written_to_the_citizen_exactly_once() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let mut written = city.console.wake.listen();
    city.act(&anna, &number, "claim", &[]).await;
    city.act(&anna, &number, "draft", &[("text", "带身份证到窗口办理。")]).await;
    assert!(city.get(&ben, &format!("/console/tickets/{number}")).await.body.contains("带身份证到窗口办理。"));
    let version = city.current(&number).await.version.to_string();
    city.act(&ben, &number, "approve", &[]).await;
    let again = city.post(&ben, &format!("/console/tickets/{number}/approve"), &[("version", &version)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let mut connection = city.console.store.read().await.unwrap();
    let sent = outbox::history(&mut connection, &citizen_address(), 10).await.unwrap();
    assert_eq!(sent.len(), 1);
    assert!(format!("{:?}", sent[0].message).contains("带身份证到窗口办理。"));
    assert_eq!(written.try_recv().unwrap(), citizen_address());
    assert!(written.try_recv().is_err());
    // Two log-ins and three acts.
    assert_eq!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(5));
}

#[tokio::test]
async fn nobody_approves_their_own_draft() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let ben = city.log_in("ben").await;
    city.act(&ben, &number, "draft", &[("text", "答")]).await;
    let page = city.get(&ben, &format!("/console/tickets/{number}?lang=en")).await;
    assert!(!page.body.contains("/approve\"") && page.body.contains("You wrote this draft"));
    let path = format!("/console/tickets/{number}/approve?lang=en");
    let refused = city.post(&ben, &path, &[("version", "2")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("somebody else must approve it"));
}

#[tokio::test]
async fn a_foreign_ticket_looks_like_one_that_does_not_exist() {
    let city = City::new().await;
    let number = city.ticket("只有人社局能看").await.number;
    let tom = city.log_in("tom").await;
    let foreign = city.get(&tom, &format!("/console/tickets/{number}")).await;
    let missing = city.get(&tom, "/console/tickets/Z20261123-9999").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.body, missing.body);
    let path = format!("/console/tickets/{number}/claim");
    assert_eq!(city.post(&tom, &path, &[("version", "1")]).await.status, StatusCode::NOT_FOUND);
    assert!(!city.get(&tom, "/console?tab=all").await.body.contains(&number));
    assert_eq!(city.current(&number).await.state, State::Assigned);
}

#[tokio::test]
async fn what_was_typed_survives_when_a_colleague_was_first() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben, dora) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("dora").await);
    city.act(&ben, &number, "claim", &[]).await;
    let path = format!("/console/tickets/{number}/draft?lang=zh-CN");
    let stale = city.post(&anna, &path, &[("version", "1"), ("text", "安娜写的\n两行")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("本受理") && stale.body.contains("安娜写的\n两行"), "{}", stale.body);
    assert!(stale.body.contains("name=\"version\" value=\"2\""));
    assert_eq!(city.current(&number).await.state, State::Claimed { by: "ben".into() });

    // The ticket has left the unit, and the form with it.
    city.act(&dora, &number, "assign", &[("unit", "tax")]).await;
    let gone = city.post(&anna, &path, &[("version", "2"), ("text", "安娜写的")]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(gone.body.contains("安娜写的"));
}

#[tokio::test]
async fn a_draft_that_was_sent_back_is_there_to_be_rewritten() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.act(&anna, &number, "draft", &[("text", "第一稿")]).await;
    city.act(&ben, &number, "send-back", &[("remark", "请写明窗口")]).await;
    let page = city.get(&anna, &format!("/console/tickets/{number}")).await;
    assert!(page.body.contains("required>\n第一稿</textarea>"), "{}", page.body);
    assert!(page.body.contains("请写明窗口"));
}

#[tokio::test]
async fn a_returned_ticket_is_designated_and_stays() {
    let city = City::new().await;
    let number = city.ticket("个税怎么退？").await.number;
    let (anna, dora, tom) = (city.log_in("anna").await, city.log_in("dora").await, city.log_in("tom").await);
    let path = format!("/console/tickets/{number}/return?lang=en");
    let without = city.post(&anna, &path, &[("version", "1"), ("reason", " ")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.body.contains("Please give a reason") && without.body.contains("href=\"#return-reason\""));
    city.act(&anna, &number, "return", &[("reason", "属于税务局")]).await;
    let list = city.get(&dora, "/console?tab=returned").await;
    assert!(list.body.contains(&number));
    let unknown = [("version", "2"), ("unit", "nowhere")];
    let refused = city.post(&dora, &format!("/console/tickets/{number}/assign"), &unknown).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    city.act(&dora, &number, "assign", &[("unit", "tax")]).await;
    let page = city.get(&tom, &format!("/console/tickets/{number}")).await;
    assert!(page.body.contains("属于税务局") && !page.body.contains("/return\""));
    let answer = city.get(&tom, &format!("/console/tickets/{number}/claim")).await;
    assert_eq!(answer.header(header::LOCATION), format!("/console/tickets/{number}"));
}
