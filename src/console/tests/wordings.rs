//! What citizens said becomes a phrasing only when a reviewer of the owner unit accepts it.

use axum::http::StatusCode;

use super::City;
use crate::{
    audit::{self, Verdict},
    knowledge::{
        interpretation::{self, Interpretation, Item, Kind},
        phrasing::{self, LONGEST},
    },
};

async fn proposed(city: &City, wordings: &[&str]) -> Vec<phrasing::Proposal> {
    let item =
        |question: &str| Item { question: question.into(), phrasings: vec![], answer: "到窗口办理。".into() };
    let guide = Interpretation {
        id: "guide".into(),
        kind: Kind::Guide { unit: "hrss".into() },
        title: "失业金申领指南".into(),
        dated: None,
        url: String::new(),
        intro: String::new(),
        items: vec![item("申请材料"), item("办理地点")],
    };
    let now = city.console.clock.now();
    let mut tx = city.console.store.begin().await.unwrap();
    interpretation::import(&mut tx, &guide, "root", now).await.unwrap();
    for wording in wordings {
        // Saying it twice is one person all the same.
        for _ in 0..2 {
            let said = (*wording, "guide#2");
            phrasing::propose(&mut tx, &city.console.ids, "citizen-1", said, now).await.unwrap();
        }
    }
    let open = phrasing::open_of(&mut tx, "guide").await.unwrap();
    tx.commit().await.unwrap();
    open
}

#[tokio::test]
async fn a_reviewer_of_the_unit_accepts_a_wording_and_the_text_stays() {
    let city = City::new().await;
    let open = proposed(&city, &["领失业钱去哪"]).await;
    assert_eq!((open.len(), open[0].people, open[0].question.as_str()), (1, 1, "办理地点"));
    let (anna, ben, tom) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await);
    let before = {
        let mut connection = city.console.store.read().await.unwrap();
        let Verdict::Intact(rows) = audit::verify(&mut connection).await.unwrap() else { panic!("the log is broken") };
        rows
    };
    let (page, path) = ("/console/documents/guide?lang=en", "/console/documents/guide/wordings");
    let accept = [("proposal", open[0].id.as_str()), ("verdict", "accept")];
    // One is no reviewer, the other is of another unit.
    assert!(!city.get(&anna, page).await.body.contains("name=\"verdict\""));
    assert_eq!(city.post(&anna, path, &accept).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.post(&tom, path, &accept).await.status, StatusCode::NOT_FOUND);
    let shown = city.get(&ben, page).await.body;
    assert!(shown.contains("Citizens asked like this") && shown.contains("Accept “领失业钱去哪”"), "{shown}");
    assert_eq!(city.post(&ben, path, &accept).await.status, StatusCode::SEE_OTHER);
    assert_eq!(city.post(&ben, path, &accept).await.status, StatusCode::CONFLICT);
    let mut connection = city.console.store.read().await.unwrap();
    let stored = interpretation::find(&mut connection, "guide").await.unwrap().unwrap();
    assert_eq!(stored.content.items[1].phrasings, ["领失业钱去哪"]);
    assert_eq!((stored.content.items[1].answer.as_str(), stored.state.released_by()), ("到窗口办理。", "root"));
    // One row for the wording; what was refused left none.
    let Verdict::Intact(after) = audit::verify(&mut connection).await.unwrap() else { panic!("the log is broken") };
    assert_eq!(after, before + 1);
}

#[tokio::test]
async fn a_refused_wording_is_not_proposed_again() {
    let city = City::new().await;
    let open = proposed(&city, &["领钱"]).await;
    let ben = city.log_in("ben").await;
    let refuse = [("proposal", open[0].id.as_str()), ("verdict", "refuse")];
    assert_eq!(city.post(&ben, "/console/documents/guide/wordings", &refuse).await.status, StatusCode::SEE_OTHER);
    assert_eq!(proposed(&city, &["领钱"]).await, []);
    let odd = [("proposal", "no-such"), ("verdict", "accept")];
    assert_eq!(city.post(&ben, "/console/documents/guide/wordings", &odd).await.status, StatusCode::CONFLICT);
    let unreadable = [("proposal", "x"), ("verdict", "perhaps")];
    assert_eq!(city.post(&ben, "/console/documents/guide/wordings", &unreadable).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_is_personal_known_or_a_story_is_not_proposed() {
    let city = City::new().await;
    let story = "我".repeat(LONGEST + 1);
    let wordings = ["打我电话 138 0013 8000", "11010519491231002X 领钱", "办理地点", "领", &story, "在哪 领钱"];
    let open = proposed(&city, &wordings).await;
    assert_eq!(open.iter().map(|one| one.wording.as_str()).collect::<Vec<_>>(), ["在哪 领钱"]);
    let mut tx = city.console.store.begin().await.unwrap();
    phrasing::forget(&mut tx, "citizen-1").await.unwrap();
    assert_eq!(phrasing::open_of(&mut tx, "guide").await.unwrap(), []);
}
