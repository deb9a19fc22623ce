//! What a unit learns from its replies: all askers' words, the list of replies, answers to look at again, and units that
//! come and go.

use axum::http::StatusCode;

use super::{City, Person};
use crate::{
    clock::Clock as _,
    directory::citizens,
    knowledge::interpretation::{self, Interpretation, Item, Kind},
    message::Address,
};

impl City {
    async fn reply(&self, number: &str) -> (Person, Person) {
        let (anna, ben) = (self.log_in("anna").await, self.log_in("ben").await);
        self.act(&anna, number, "draft", &[("text", "到窗口办理，请打13800138000。")]).await;
        self.act(&ben, number, "approve", &[]).await;
        (anna, ben)
    }

    /// So many people say that an item didn't help.
    async fn unhelpful(&self, document: &str, people: usize) {
        let mut tx = self.console.store.begin().await.unwrap();
        for one in 0..people {
            let person = format!("unhappy-{one}");
            let address = Address { channel: "web".into(), account: "main".into(), person: person.clone() };
            citizens::at_address(&mut tx, &address, (&person, "en"), self.clock.now()).await.unwrap();
            let said = ("我叫张三，材料寄到哪里？", document);
            let ids = &self.console.ids;
            interpretation::record_feedback(&mut tx, ids, &person, said, false, self.clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn the_form_holds_the_words_of_all_who_asked_each_once_and_masked() {
    let city = City::new().await;
    let main = city.ticket("失业金怎么领？").await.number;
    let anna = city.log_in("anna").await;
    for question in ["失业了去哪领钱", "失业了去哪领钱？", "失业金 怎么领", "我叫李小明，没工作了怎么领失业金"]
    {
        let other = city.ticket(question).await.number;
        city.act(&anna, &other, "merge", &[("number", &main)]).await;
    }
    let withdrawn = city.ticket("撤回的问法").await;
    city.act(&anna, &withdrawn.number, "merge", &[("number", &main)]).await;
    let taken_back =
        city.current(&withdrawn.number).await.withdraw(crate::casework::Actor::Citizen("citizen-1")).unwrap();
    let mut tx = city.console.store.begin().await.unwrap();
    crate::casework::save(&mut tx, &taken_back, &city.console.ids.next(), city.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    city.reply(&main).await;
    let page = city.get(&anna, &format!("/console/tickets/{main}")).await.body;
    let (_, form) = page.split_once("name=\"phrasings\"").unwrap();
    let (phrasings, rest) = form.split_once("</textarea>").unwrap();
    assert_eq!(phrasings.matches("失业了去哪领钱").count(), 1, "{phrasings}");
    assert!(phrasings.contains("我叫***，没工作了怎么领失业金"), "{phrasings}");
    assert!(!phrasings.contains("怎么领</") && !phrasings.contains("撤回"), "{phrasings}");
    let (_, answer) = rest.split_once("name=\"answer\"").unwrap();
    assert!(answer.split_once("</textarea>").unwrap().0.contains("请打***********"));
}

#[tokio::test]
async fn replies_are_offered_until_somebody_decides() {
    let city = City::new().await;
    let (first, second) = (city.ticket("社保卡丢了怎么办？").await.number, city.ticket("养老金几号发？").await.number);
    let (anna, ben) = city.reply(&first).await;
    city.reply(&second).await;
    let page = city.get(&anna, "/console/documents?lang=en").await.body;
    let at = |number: &str| page.find(&format!("/console/tickets/{number}#knowledge"));
    assert!(at(&second).unwrap() < at(&first).unwrap(), "the newest first: {page}");
    let tom = city.log_in("tom").await;
    assert!(!city.get(&tom, "/console/documents").await.body.contains(&first));
    // Nobody declines without a reason, and nobody of another unit.
    let decline = format!("/console/tickets/{first}/not-knowledge?lang=en");
    assert_eq!(city.post(&anna, &decline, &[("reason", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.post(&tom, &decline, &[("reason", "x")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(city.post(&anna, &decline, &[("reason", "只涉及本人")]).await.status, StatusCode::SEE_OTHER);
    let fields = [("question", "养老金几号发？"), ("phrasings", ""), ("answer", "每月五号。")];
    let propose = format!("/console/tickets/{second}/knowledge");
    assert_eq!(city.post(&anna, &propose, &fields).await.status, StatusCode::SEE_OTHER);
    let page = city.get(&anna, "/console/documents").await.body;
    assert!(!page.contains("#knowledge"), "the list is empty: {page}");
    assert!(city.get(&ben, &format!("/console/tickets/{first}")).await.body.contains("只涉及本人"));
    // What is published already is pointed to.
    let publish = format!("/console/documents/reply-{second}/publish");
    assert_eq!(city.post(&ben, &publish, &[("version", "1")]).await.status, StatusCode::SEE_OTHER);
    city.console.library.refresh_if_changed(&city.console.store).await.unwrap();
    let again = city.ticket("养老金几号发？").await.number;
    city.reply(&again).await;
    let page = city.get(&anna, "/console/documents").await.body;
    assert!(page.contains(&format!("/console/documents/reply-{second}")) && page.contains(&again), "{page}");
    assert!(!page.contains(&format!("{again}#knowledge")));
}

#[tokio::test]
async fn what_helped_nobody_comes_back_to_its_owner() {
    let city = City::new().await;
    let guide = Interpretation {
        id: "guide".into(),
        kind: Kind::Guide { unit: "hrss".into() },
        title: "失业金申领指南".into(),
        dated: None,
        url: String::new(),
        intro: String::new(),
        items: vec![Item { question: "申请材料".into(), phrasings: vec![], answer: "身份证。".into() }],
    };
    let mut tx = city.console.store.begin().await.unwrap();
    interpretation::import(&mut tx, &guide, "root", city.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    city.clock.forward(jiff::SignedDuration::from_hours(1));
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.unhelpful("guide#1", 2).await;
    assert!(!city.get(&anna, "/console/documents").await.body.contains("look-again"));
    city.unhelpful("guide#1", 3).await;
    let page = city.get(&ben, "/console/documents?lang=en").await.body;
    assert!(page.contains("didn't help 3 citizens") && page.contains("我叫**，材料寄到哪里？"), "{page}");
    let keep = "/console/documents/guide/keep?lang=en";
    let fields = [("item", "guide#1"), ("reason", "材料确实只要身份证")];
    assert_eq!(city.post(&anna, keep, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.post(&ben, keep, &fields[..1]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.post(&ben, keep, &fields).await.status, StatusCode::SEE_OTHER);
    assert!(!city.get(&ben, "/console/documents").await.body.contains("look-again"));
    // Once more, and a new version ends it.
    city.clock.forward(jiff::SignedDuration::from_hours(1));
    city.unhelpful("guide#1", 3).await;
    assert!(city.get(&ben, "/console/documents").await.body.contains("look-again"));
    city.clock.forward(jiff::SignedDuration::from_hours(1));
    let mut tx = city.console.store.begin().await.unwrap();
    let edited = Interpretation { intro: "新".into(), ..guide };
    interpretation::import(&mut tx, &edited, "root", city.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!city.get(&ben, "/console/documents").await.body.contains("look-again"));
    // What was said long ago doesn't count.
    city.unhelpful("guide#1", 3).await;
    city.clock.forward(jiff::SignedDuration::from_hours(24 * 31));
    let ben = city.log_in("ben").await;
    assert!(!city.get(&ben, "/console/documents").await.body.contains("look-again"));
}

#[tokio::test]
async fn an_own_reply_with_words_comes_back_at_once() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = city.reply(&number).await;
    for words in ["", "窗口说不归他们管，我叫张三"] {
        let citizen = crate::casework::Actor::Citizen("citizen-1");
        let ticket = city.current(&number).await;
        let step = if words.is_empty() {
            ticket.rate(citizen, crate::casework::Rating::NotHelped).unwrap()
        } else {
            ticket.explain_rating(citizen, words).unwrap()
        };
        let mut tx = city.console.store.begin().await.unwrap();
        crate::casework::save(&mut tx, &step, &city.console.ids.next(), city.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let page = city.get(&anna, "/console/documents").await.body;
        assert_eq!(page.contains("窗口说不归他们管，我叫**"), !words.is_empty(), "{page}");
        assert!(!page.contains("#knowledge"), "it isn't offered as knowledge");
    }
    let keep = format!("/console/tickets/{number}/keep-reply");
    assert_eq!(city.post(&anna, &keep, &[("reason", "x")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.post(&ben, &keep, &[("reason", "答复无误")]).await.status, StatusCode::SEE_OTHER);
    assert!(!city.get(&anna, "/console/documents").await.body.contains("look-again"));
}

#[tokio::test]
async fn units_come_by_a_form_and_those_gone_get_no_work() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let page = city.get(&root, "/console/units?lang=en").await.body;
    assert!(page.contains("Add a unit"));
    let add = "/console/units?lang=en";
    let wrong = [("code", "tax"), ("name", ""), ("parent", "nowhere")];
    let refused = city.post(&root, add, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["#code", "#name", "#parent"] {
        assert!(refused.body.contains(field), "{field}: {}", refused.body);
    }
    let right = [("code", "park"), ("name", "园林局"), ("duties", "公园"), ("parent", "office"), ("phone", "12345")];
    assert_eq!(city.post(&root, add, &right).await.status, StatusCode::SEE_OTHER);
    assert_eq!(city.post(&root, add, &right).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let anna = city.log_in("anna").await;
    assert_eq!(city.post(&anna, add, &right).await.status, StatusCode::NOT_FOUND);
    let number = city.ticket("公园几点关门？").await.number;
    let offered = |page: &str| page.contains("<option value=\"park\"");
    assert!(offered(&city.get(&anna, &format!("/console/tickets/{number}")).await.body));
    let abolish = [("version", "1"), ("abolish-on", "2026-11-23")];
    assert_eq!(city.post(&root, "/console/units/park/abolish", &abolish).await.status, StatusCode::SEE_OTHER);
    assert!(!offered(&city.get(&anna, &format!("/console/tickets/{number}")).await.body));
    let version = city.current(&number).await.version.to_string();
    let transfer = [("version", version.as_str()), ("unit", "park"), ("reason", "归园林局管")];
    let refused = city.post(&anna, &format!("/console/tickets/{number}/transfer"), &transfer).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}
