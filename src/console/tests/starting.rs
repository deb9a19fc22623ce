//! What a reply begins with: templates, similar tickets; and who keeps templates.

use axum::http::StatusCode;

use super::{City, Person};
use crate::casework::{State, lessons::Lesson, templates};

impl City {
    async fn template(&self, person: &Person, unit: &str, name: &str) -> StatusCode {
        let fields = [("unit", unit), ("name", name), ("text", "带身份证到窗口。"), ("source", "人社发〔2026〕1号")];
        self.post(person, "/console/templates", &fields).await.status
    }

    async fn template_id(&self, unit: &str, name: &str) -> String {
        let mut connection = self.console.store.read().await.unwrap();
        let all = templates::for_unit(&mut connection, unit).await.unwrap();
        all.into_iter().find(|one| one.name == name).unwrap().id
    }
}

#[tokio::test]
async fn reviewers_keep_their_units_templates_and_dispatchers_the_citys() {
    let city = City::new().await;
    let (anna, ben, tom) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await);
    let (dora, root) = (city.log_in("dora").await, city.log_in("root").await);
    for (person, unit, status) in [
        (&anna, "hrss", StatusCode::NOT_FOUND),
        (&ben, "hrss", StatusCode::SEE_OTHER),
        (&ben, "tax", StatusCode::NOT_FOUND),
        (&ben, "", StatusCode::NOT_FOUND),
        (&dora, "", StatusCode::SEE_OTHER),
        (&root, "", StatusCode::SEE_OTHER),
        (&dora, "hrss", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(city.template(person, unit, "模板甲").await, status, "{unit}");
    }
    let id = city.template_id("hrss", "模板甲").await;
    let path = format!("/console/templates/{id}?lang=en");
    assert_eq!(city.get(&anna, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(city.get(&tom, &path).await.status, StatusCode::NOT_FOUND);
    assert!(city.get(&ben, &path).await.body.contains("人社发〔2026〕1号"));
    assert!(!city.get(&tom, "/console/templates").await.body.contains(&id));

    let no_source = [("version", "1"), ("act", "save"), ("name", "乙"), ("text", "文"), ("source", " ")];
    let refused = city.post(&ben, &path, &no_source).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("say where the text comes from"));
    let changed = [("version", "1"), ("act", "save"), ("name", "乙"), ("text", "新文"), ("source", "新办法")];
    assert_eq!(city.post(&tom, &path, &changed).await.status, StatusCode::NOT_FOUND);
    assert_eq!(city.post(&ben, &path, &changed).await.status, StatusCode::SEE_OTHER);
    let stale = city.post(&ben, &path, &changed).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let retired = city.post(&ben, &path, &[("version", "2"), ("act", "retire")]).await;
    assert_eq!(retired.status, StatusCode::SEE_OTHER);
    let number = city.ticket("失业金怎么领？").await.number;
    let page = city.get(&anna, &format!("/console/tickets/{number}")).await.body;
    assert!(!page.contains(&format!("template:{id}")), "a retired template is not offered");
}

#[tokio::test]
async fn a_draft_from_a_template_says_its_source_to_everybody() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.template(&ben, "hrss", "领失业金").await;
    let key = format!("template:{}", city.template_id("hrss", "领失业金").await);
    let page = city.get(&anna, &format!("/console/tickets/{number}?lang=zh-CN&from={key}")).await.body;
    assert!(page.contains("带身份证到窗口。\n\n来源：人社发〔2026〕1号</textarea>"), "{page}");
    assert_eq!(city.current(&number).await.state, State::Assigned, "nothing is saved yet");

    // The button keeps what was typed.
    let path = format!("/console/tickets/{number}/draft?lang=zh-CN");
    let typed = [("version", "1"), ("text", "您好："), ("insert", "template"), ("template", key.as_str())];
    let page = city.post(&anna, &path, &typed).await.body;
    assert!(
        page.contains("\n您好：\n\n带身份证到窗口。") && page.contains(&format!("value=\"{key}\" checked")),
        "{page}"
    );

    // Whoever takes the line away gets it back, as long as the text is said to come from there.
    city.act(&anna, &number, "draft", &[("text", "您好：带身份证到窗口。"), ("from", &key)]).await;
    let State::Drafted { draft } = city.current(&number).await.state else { panic!("no draft") };
    assert!(draft.text.contains("人社发〔2026〕1号"));
    assert_eq!(draft.origin.unwrap().name, "领失业金");
    let review = city.get(&ben, &format!("/console/tickets/{number}?lang=en")).await.body;
    assert!(review.contains("Started from the template “领失业金”"), "{review}");
    assert!(review.contains("wrote a draft that began with “领失业金”"));

    // Written anew: no source is claimed.
    city.act(&anna, &number, "draft", &[("text", "全是自己写的。")]).await;
    let State::Drafted { draft } = city.current(&number).await.state else { panic!("no draft") };
    assert_eq!((draft.text.as_str(), draft.origin), ("全是自己写的。", None));
    let gone = [("version", "3"), ("text", "文"), ("from", "template:nothing")];
    let refused = city.post(&anna, &path, &gone).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn similar_answers_are_shown_to_those_who_may_see_the_case() {
    let city = City::new().await;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let (tom, dora) = (city.log_in("tom").await, city.log_in("dora").await);
    let old = city.ticket("失业金在哪里领取？").await;
    city.act(&anna, &old.number, "draft", &[("text", "到窗口领，找13912345678。")]).await;
    city.act(&ben, &old.number, "approve", &[]).await;
    let lesson = Lesson { ticket: old.id.clone(), text: old.question.clone(), label: "hrss".into(), revision: 1 };
    city.console.desks.now().hear(&[lesson]);

    let new = city.ticket("失业金在哪里领？").await.number;
    let key = format!("ticket:{}", old.number);
    let path = format!("/console/tickets/{new}?lang=zh-CN");
    assert!(city.get(&anna, &path).await.body.contains(&key));
    let begun = city.get(&anna, &format!("{path}&from={key}")).await.body;
    assert!(begun.contains(&format!("来源：{}", old.number)) && !begun.contains("13912345678"), "{begun}");

    // With another unit the same question shows nothing of that case.
    city.act(&dora, &new, "assign", &[("unit", "tax")]).await;
    let page = city.get(&tom, &path).await.body;
    assert!(!page.contains(&old.number) && !page.contains("到窗口领"));
    let begun = city.get(&tom, &format!("{path}&from={key}")).await.body;
    assert!(!begun.contains("到窗口领"));
}
