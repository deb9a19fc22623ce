//! The kind of a message: guessed by the bot, set by staff, and told apart.

use std::{sync::Arc, time::Duration};

use axum::http::{StatusCode, header};

use super::{City, Person};
use crate::{
    casework::{Kinds, MessageKind, TicketKind, lessons},
    conversation::kinds::CurrentKinds,
};

impl City {
    async fn ticket_page(&self, person: &Person, number: &str) -> String {
        self.get(person, &format!("/console/tickets/{number}?lang=en")).await.body
    }
}

#[tokio::test]
async fn staff_set_the_kind_and_it_is_told_who_says_so() {
    let city = City::new().await;
    let (anna, dora) = (city.log_in("anna").await, city.log_in("dora").await);
    let question = "江边渡口的路灯什么时候能装上";
    let unknown = city.ticket_page(&anna, &city.ticket(question).await.number).await;
    assert!(!unknown.contains("set by staff") && !unknown.contains("sure at"), "nothing is known: {unknown}");
    let kind = TicketKind::Guessed { kind: MessageKind::Help, percent: 61 };
    let number = city.ticket_of_kind(question, Some(kind)).await.number;
    let guessed = city.ticket_page(&anna, &number).await;
    for part in [
        "Complaint or help, sure at 61%",
        "<label for=\"kind-kind\">What kind of message is it?</label>",
        "<select id=\"kind-kind\" name=\"kind\" required>",
        "<option value=\"help\">Complaint or help</option>",
    ] {
        assert!(guessed.contains(part), "{part}: {guessed}");
    }

    let answer = city.act(&anna, &number, "kind", &[("kind", "advice")]).await;
    assert_eq!(answer.header(header::LOCATION), format!("/console/tickets/{number}?done=kind"));
    let set = city.ticket_page(&anna, &number).await;
    assert!(set.contains("Advice, set by staff") && !set.contains("61%"), "{set}");
    assert!(set.contains("安娜 set the kind of message: Advice"), "{set}");
    assert!(!set.contains("<option value=\"advice\">"), "what is set is no choice: {set}");
    assert!(city.ticket_page(&dora, &number).await.contains("/kind\""), "the dispatcher may, too");
    for (kind, listed) in [("advice", true), ("help", false)] {
        let list = city.get(&anna, &format!("/console?tab=open&kind={kind}&lang=en")).await.body;
        assert_eq!(list.contains(&number), listed, "{kind}: {list}");
    }

    // What is no kind, and what is set already, is refused at the field.
    for kind in ["praise", "advice"] {
        let version = city.current(&number).await.version.to_string();
        let fields = [("kind", kind), ("version", version.as_str())];
        let refused = city.post(&anna, &format!("/console/tickets/{number}/kind?lang=en"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
        let told = refused.body.contains("href=\"#kind-kind\"") && refused.body.contains("Please choose a kind");
        assert!(told, "{kind}: {}", refused.body);
    }
}

#[tokio::test]
async fn what_staff_set_counts_for_the_next_one_in_every_replica() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let store = &city.console.store;
    let start = async || CurrentKinds::learn(store, Kinds::embedded().unwrap()).await.unwrap();
    let (here, there) = (start().await, start().await);
    let (question, next) = ("江边渡口的路灯什么时候能装上啊", "江边渡口的路灯，什么时候能装上？");
    let guess = |kinds: &CurrentKinds| kinds.now().guess(next).map(TicketKind::kind).unwrap();
    let before = guess(&here);
    let other = MessageKind::ALL.into_iter().find(|kind| *kind != before).unwrap();
    let number = city.ticket(question).await.number;
    city.act(&anna, &number, "kind", &[("kind", other.name())]).await;
    for kinds in [&here, &there] {
        assert_eq!(guess(kinds), before);
        kinds.refresh(store).await.unwrap();
        assert_eq!(guess(kinds), other);
    }
    assert_eq!(guess(&start().await), other, "one that starts afterwards");

    let mut tx = store.begin().await.unwrap();
    lessons::drop_of_citizen(&mut tx, "citizen-1").await.unwrap();
    tx.commit().await.unwrap();
    let untrained = here.now();
    here.refresh(store).await.unwrap();
    assert_eq!(guess(&here), before, "erased words say nothing any more");
    let trained_anew = async {
        while Arc::ptr_eq(&untrained, &here.now()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), trained_anew).await.expect("they leave the machine, too");
    assert_eq!(guess(&here), before);
}
