//! Why the bot did not answer, beside the ticket.

use super::City;
use crate::{
    casework::{self, Grounds, Proposal},
    matching::{Analyser, Document, Explanation, Index, Passage, Thresholds, Verdict},
};

fn explanation(question: &str) -> Explanation {
    let (analyser, mut index) = (Analyser::new(), Index::default());
    for (id, title, text) in [
        ("a", "<b>失业金</b>申领指南", "失业金向参保地申领，带身份证。"),
        ("b", "公积金提取", "公积金提取要带身份证。"),
    ] {
        index.add(
            &analyser,
            Document {
                id: id.into(),
                title: title.into(),
                phrasings: vec!["失业金怎么申领".into()],
                passages: vec![Passage { heading: String::new(), text: text.into() }],
                in_force: id == "a",
                ..Document::default()
            },
        );
    }
    Explanation::of(&index.search(&analyser, question, 10), &index, &analyser, &Thresholds::default())
}

async fn keep(city: &City, ticket: &str, grounds: &Grounds) {
    let mut tx = city.console.store.begin().await.unwrap();
    casework::keep_grounds(&mut tx, ticket, grounds).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_ticket_tells_why_it_was_filed_and_why_this_unit() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let question = "失业金 贷款";
    let ticket = city.ticket(question).await;
    let path = format!("/console/tickets/{}", ticket.number);
    let before = city.get(&anna, &format!("{path}?lang=en")).await.body;
    assert!(!before.contains("Why the bot did not answer"));

    let proposals = [("hrss", 0.62), ("tax", 0.2), ("office", 0.0)];
    let proposals =
        proposals.map(|(unit, probability)| Proposal { unit: unit.into(), probability, grounds: Vec::new() });
    keep(&city, &ticket.id, &Grounds::new(explanation(question), &proposals)).await;
    for (tag, pieces) in [
        ("en", ["Why the bot did not answer", "It lacks", "贷款”", "62%", "The dispatcher decides"]),
        ("zh-CN", ["机器人为什么没有答复", "它没有", "贷款”", "62%", "请转办员分派"]),
    ] {
        let page = city.get(&anna, &format!("{path}?lang={tag}")).await.body;
        for piece in pieces {
            assert!(page.to_lowercase().contains(&piece.to_lowercase()), "{piece}: {page}");
        }
        // Titles are words, not markup; marks are read out in words; feature names stay inside.
        assert!(page.contains("&lt;b&gt;失业金") && !page.contains("<b>失业金"));
        assert!(page.contains("aria-hidden=\"true\"") && page.contains("class=\"unseen\""));
        assert!(!page.contains("_cover") && !page.contains("why-"), "{page}");
    }
}

#[tokio::test]
async fn who_was_shown_something_and_asked_for_a_unit_all_the_same_is_told_apart() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let ticket = city.ticket("失业金怎么申领").await;
    let explanation = explanation("失业金怎么申领");
    assert_eq!(explanation.verdict, Verdict::Answer);
    keep(&city, &ticket.id, &Grounds::new(explanation, &[])).await;
    let page = city.get(&anna, &format!("/console/tickets/{}?lang=en", ticket.number)).await.body;
    assert!(page.contains("the citizen asked for a unit"), "{page}");
}

#[tokio::test]
async fn nothing_near_and_nobody_likely_is_said_too() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let ticket = city.ticket("？！").await;
    keep(&city, &ticket.id, &Grounds::new(explanation("？！"), &[])).await;
    let page = city.get(&anna, &format!("/console/tickets/{}?lang=en", ticket.number)).await.body;
    assert!(page.contains("nothing that is published comes near"), "{page}");
    assert!(!page.contains("the citizen asked for a unit"), "{page}");
    assert!(!page.contains("Units proposed"));
}
