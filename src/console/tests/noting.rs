//! Internal notes: who reads them, who is told, what becomes of them.

use axum::http::StatusCode;

use super::{City, Person, citizen_address};
use crate::{
    audit::{self, Verdict},
    casework,
    directory::staff::{self, Role},
    outbox,
};

impl City {
    async fn note(&self, person: &Person, number: &str, fields: &[(&str, &str)]) -> super::Answer {
        self.post(person, &format!("/console/tickets/{number}/notes?lang=en"), fields).await
    }

    async fn page(&self, person: &Person, number: &str) -> String {
        self.get(person, &format!("/console/tickets/{number}?lang=en")).await.body
    }

    async fn people(&self, logins: &[&str]) -> Vec<Person> {
        let mut people = Vec::new();
        for login in logins {
            people.push(self.log_in(login).await);
        }
        people
    }

    /// How many rows the audit log has.
    async fn logged(&self) -> i64 {
        let mut connection = self.console.store.read().await.unwrap();
        match audit::verify(&mut connection).await.unwrap() {
            Verdict::Intact(rows) => rows,
            broken @ Verdict::BrokenAt(_) => panic!("{broken:?}"),
        }
    }
}

#[tokio::test]
async fn a_note_is_read_by_its_desk_and_nobody_else() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let people = city.people(&["anna", "ben", "tom", "dora", "root"]).await;
    let [anna, ben, tom, dora, root] = people.as_slice() else { unreachable!() };
    city.act(anna, &number, "claim", &[]).await;
    city.act(anna, &number, "involve", &[("unit", "tax")]).await;
    for (person, note, dispatch) in
        [(anna, "HRSS-ONLY", ""), (ben, "HRSS-AND-DISPATCH", "1"), (tom, "TAX-ONLY", ""), (dora, "DISPATCH-ONLY", "1")]
    {
        let answer = city.note(person, &number, &[("note", note), ("dispatch", dispatch)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{note}: {}", answer.body);
    }
    let notes = ["HRSS-ONLY", "HRSS-AND-DISPATCH", "TAX-ONLY", "DISPATCH-ONLY"];
    for (who, person, reads) in [
        ("anna", anna, [true, true, false, false]),
        ("ben", ben, [true, true, false, false]),
        ("tom", tom, [false, false, true, false]),
        ("dora", dora, [false, true, false, true]),
    ] {
        let page = city.page(person, &number).await;
        assert_eq!(notes.map(|note| page.contains(note)), reads, "{who}");
    }
    // Without the ticket there is no note, and no way to write one.
    assert_eq!(city.get(root, &format!("/console/tickets/{number}")).await.status, StatusCode::NOT_FOUND);
    let refused = city.note(root, &number, &[("note", "kept words")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(refused.body.contains("kept words"));

    // The ticket goes elsewhere: what was noted stays with the unit that noted it.
    city.act(dora, &number, "assign", &[("unit", "office")]).await;
    assert_eq!(city.get(anna, &format!("/console/tickets/{number}")).await.status, StatusCode::NOT_FOUND);
    // An administrator of its new unit has no desk at it.
    assert_eq!(city.note(root, &number, &[("note", "x")]).await.status, StatusCode::NOT_FOUND);

    // Neither the citizen nor whoever sees the ticket's story got any of it.
    let mut connection = city.console.store.read().await.unwrap();
    let sent = outbox::history(&mut connection, &citizen_address(), 10).await.unwrap();
    let told =
        format!("{sent:?} {:?}", casework::events(&mut connection, &city.current(&number).await.id).await.unwrap());
    assert!(notes.iter().all(|note| !told.contains(note)), "{told}");
    // Five log-ins, three acts and four notes.
    assert_eq!(city.logged().await, 12);
}

#[tokio::test]
async fn a_mention_tells_whoever_may_read_the_note() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let people = city.people(&["anna", "ben", "dora"]).await;
    let [anna, ben, dora] = people.as_slice() else { unreachable!() };
    let page = city.page(anna, &number).await;
    assert!(page.contains("@ben (本)") && !page.contains("@tom") && page.contains("@dora (朵拉)"), "{page}");
    for (note, dispatch, why) in [
        ("请@小明核实", "", "Nobody is called “小明核实”"),
        ("@汤姆 看一下", "", "汤姆 may not read this note"),
        ("@dora 看一下", "", "dora may not read this note"),
        ("@离职", "", "离职 may not read this note"),
        (" ", "", "at least one and at most 2000 characters"),
    ] {
        let refused = city.note(anna, &number, &[("note", note), ("dispatch", dispatch)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{note}");
        assert!(refused.body.contains(why) && refused.body.contains("href=\"#note\""), "{note}: {}", refused.body);
        assert!(
            refused.body.contains(&format!("required aria-describedby=\"note-hint\">\n{note}</textarea>")),
            "{note}"
        );
    }
    let long = "字".repeat(casework::notes::MAX_NOTE + 1);
    assert_eq!(city.note(anna, &number, &[("note", &long)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!city.page(ben, &number).await.contains("看一下"), "nothing was saved");

    let before = city.get(ben, "/console?lang=en").await.body;
    let taken = city.note(anna, &number, &[("note", "@本 与@dora 看一下，@anna"), ("dispatch", "1")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    for person in [ben, dora] {
        let notices = city.get(person, "/console/notices?lang=en").await.body;
        assert!(notices.contains("A colleague mentions you") && notices.contains(&number), "{notices}");
        assert!(!notices.contains("看一下"), "a notice holds no words of the note");
    }
    assert!(!city.get(anna, "/console/notices?lang=en").await.body.contains("mentions you"));
    // The navigation counts them: a ticket that came in, and the mention.
    assert!(before.contains("id=\"unseen\">1 new<"), "{before}");
    assert!(city.get(ben, "/console?lang=en").await.body.contains("id=\"unseen\">2 new<"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_note() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    for _ in 0..2 {
        let sent = city.note(&anna, &number, &[("note", "一次 @ben"), ("form", "f1")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(city.page(&ben, &number).await.matches("一次").count(), 1);
    let notices = city.get(&ben, "/console/notices?lang=en").await.body;
    assert_eq!(notices.matches("mentions you").count(), 1);
}

#[tokio::test]
async fn a_note_is_struck_out_by_its_author_alone() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let people = city.people(&["anna", "ben", "dora"]).await;
    let [anna, ben, dora] = people.as_slice() else { unreachable!() };
    city.note(anna, &number, &[("note", "写错了")]).await;
    let page = city.page(anna, &number).await;
    let (_, rest) = page.split_once(&format!("/console/tickets/{number}/notes/")).expect("a form to strike it out");
    let strike = format!("/console/tickets/{number}/notes/{}?lang=en", rest.split('"').next().unwrap_or_default());
    let refused = city.post(ben, &strike, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Only its author") && refused.body.contains("写错了"));
    // For whoever doesn't read it, it doesn't exist.
    assert_eq!(city.post(dora, &strike, &[]).await.status, StatusCode::NOT_FOUND);
    let before = city.logged().await;
    for _ in 0..2 {
        assert_eq!(city.post(anna, &strike, &[]).await.status, StatusCode::SEE_OTHER);
    }
    let page = city.page(ben, &number).await;
    assert!(page.contains("Struck out by its author") && !page.contains("写错了"), "{page}");
    assert_eq!(city.logged().await, before + 1);
}

#[tokio::test]
async fn notes_go_with_the_citizens_words() {
    let city = City::new().await;
    let ticket = city.ticket("失业金怎么领？").await;
    let anna = city.log_in("anna").await;
    city.note(&anna, &ticket.number, &[("note", "来电人说住在东街5号")]).await;
    let mut tx = city.console.store.begin().await.unwrap();
    casework::forget(&mut tx, &city.console.ids, "citizen-1", city.console.clock.now()).await.unwrap();
    drop(tx);
    assert!(city.page(&anna, &ticket.number).await.contains("东街5号"), "it goes in the same transaction");
    let mut tx = city.console.store.begin().await.unwrap();
    casework::forget(&mut tx, &city.console.ids, "citizen-1", city.console.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let page = city.page(&anna, &ticket.number).await;
    assert!(!page.contains("东街5号") && page.contains("Erased on"), "{page}");
}

#[tokio::test]
async fn whoever_loses_their_role_reads_nothing_more() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.note(&anna, &number, &[("note", "内部")]).await;
    let mut tx = city.console.store.begin().await.unwrap();
    staff::set_roles(&mut tx, "ben", &[Role::Administrator].into()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!city.page(&ben, &number).await.contains("内部"));
}
