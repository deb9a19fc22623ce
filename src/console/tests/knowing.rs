//! A reply becomes knowledge.

use axum::http::StatusCode;

use super::{City, Person};
use crate::knowledge::interpretation;

async fn answered(city: &City) -> (String, Person, Person) {
    let number = city.ticket("我叫张三，13800138000，失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.act(&anna, &number, "draft", &[("text", "到窗口办理。")]).await;
    city.act(&ben, &number, "approve", &[]).await;
    (number, anna, ben)
}

#[tokio::test]
async fn numbers_of_persons_are_pointed_at_and_keep_a_reply_back() {
    let city = City::new().await;
    let (number, anna, _) = answered(&city).await;
    let page = city.get(&anna, &format!("/console/tickets/{number}")).await;
    assert!(page.body.contains("我叫<mark>**</mark><small>"), "{}", page.body);
    assert!(page.body.contains("<mark>***********</mark><small>"), "{}", page.body);
    let (_, form) = page.body.split_once("id=\"knowledge\"").unwrap();
    assert!(!form.contains("13800138000") || form.find("13800138000") > form.find("</form>"), "the form is masked");
    let path = format!("/console/tickets/{number}/knowledge?lang=en");
    let fields = [("question", "失业金怎么领？"), ("phrasings", "a\n11010519491231002X"), ("answer", "到窗口办理。")];
    let refused = city.post(&anna, &path, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("An identity number must be taken out first") && refused.body.contains("#phrasings"));
}

#[tokio::test]
async fn two_people_make_a_reply_public() {
    let city = City::new().await;
    let (number, anna, ben) = answered(&city).await;
    let path = format!("/console/tickets/{number}/knowledge");
    let fields =
        [("question", "失业金\n怎么领？"), ("phrasings", " 失业了去哪\n\n领失业金 "), ("answer", "到窗口办理。")];
    assert_eq!(city.post(&ben, &path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(city.post(&anna, &path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let document = format!("/console/documents/reply-{number}");
    let publish = format!("{document}/publish");
    for person in [&anna, &ben] {
        // One is no reviewer, the other is the author.
        let refused = city.post(person, &publish, &[("version", "1")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(
        city.post(&ben, &format!("{document}/send-back"), &[("version", "1")]).await.status,
        StatusCode::SEE_OTHER
    );
    let edited =
        [("version", "2"), ("question", "失业金怎么领？"), ("phrasings", "领失业金"), ("answer", "到窗口办理。")];
    let stale = city.post(&anna, &format!("{document}/edit"), &[&edited[1..], &[("version", "1")]].concat()).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(city.post(&anna, &format!("{document}/edit"), &edited).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        city.post(&anna, &format!("{document}/submit"), &[("version", "3")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(city.post(&ben, &publish, &[("version", "4")]).await.status, StatusCode::SEE_OTHER);
    let mut connection = city.console.store.read().await.unwrap();
    let stored = interpretation::find(&mut connection, &format!("reply-{number}")).await.unwrap().unwrap();
    assert_eq!((stored.state.author(), stored.state.released_by()), ("anna", "ben"));
    assert_eq!(stored.content.items[0].phrasings, ["领失业金"]);
    let tom = city.log_in("tom").await;
    assert_eq!(city.get(&tom, &document).await.status, StatusCode::NOT_FOUND);
}
