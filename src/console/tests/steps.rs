//! Every step of the life-cycle through its form: allowed, refused by role, by state, by what is missing, and stale.

use std::collections::BTreeMap;

use axum::http::StatusCode;

use super::{City, Person};
use crate::{
    casework::{self, Actor, State},
    clock::Clock as _,
};

pub(super) type Words = &'static [(&'static str, &'static str)];

/// An act, who may do it after which other acts, and who may not.
pub(super) struct Case {
    pub(super) act: &'static str,
    fields: Words,
    before: &'static [(&'static str, &'static str, Words)],
    who: &'static str,
    not: &'static str,
}

const QUESTION: &str = "失业金怎么领？个税怎么退？";
const DRAFTED: (&str, &str, Words) = ("anna", "draft", &[("text", "答")]);
const APPROVED: (&str, &str, Words) = ("ben", "approve", &[]);
const INVOLVED: (&str, &str, Words) = ("anna", "involve", &[("unit", "tax")]);
const ASKED_TIME: (&str, &str, Words) = ("anna", "ask-extension", &[("days", "2"), ("reason", "要核实")]);

pub(super) const CASES: &[Case] = &[
    Case { act: "assign", fields: &[("unit", "tax")], before: &[], who: "dora", not: "anna" },
    Case { act: "claim", fields: &[], before: &[], who: "anna", not: "dora" },
    Case { act: "part", fields: &[("text", "税务局的话")], before: &[INVOLVED], who: "tom", not: "anna" },
    Case { act: "approve", fields: &[], before: &[DRAFTED], who: "ben", not: "anna" },
    Case { act: "send-back", fields: &[("remark", "请写清楚")], before: &[DRAFTED], who: "ben", not: "anna" },
    Case { act: "draft", fields: &[("text", "到窗口办理")], before: &[], who: "anna", not: "dora" },
    Case { act: "grant", fields: &[], before: &[ASKED_TIME], who: "ben", not: "anna" },
    Case { act: "refuse-extension", fields: &[("remark", "不必")], before: &[ASKED_TIME], who: "ben", not: "anna" },
    Case { act: "ask-citizen", fields: &[("question", "哪一年的？")], before: &[], who: "anna", not: "dora" },
    Case {
        act: "ask-extension",
        fields: &[("days", "3"), ("reason", "要向省里核实")],
        before: &[],
        who: "anna",
        not: "dora",
    },
    Case { act: "hand-over", fields: &[("to", "ben")], before: &[], who: "anna", not: "dora" },
    Case { act: "involve", fields: &[("unit", "tax")], before: &[], who: "anna", not: "tom" },
    Case {
        act: "release",
        fields: &[("unit", "tax"), ("reason", "不影响答复")],
        before: &[INVOLVED],
        who: "anna",
        not: "tom",
    },
    Case { act: "merge", fields: &[("number", "MAIN")], before: &[], who: "anna", not: "tom" },
    Case {
        act: "split", fields: &[("words", "个税怎么退？"), ("unit", "tax")], before: &[], who: "anna", not: "tom"
    },
    Case {
        act: "transfer", fields: &[("unit", "tax"), ("reason", "归税务局")], before: &[], who: "anna", not: "dora"
    },
    Case { act: "return", fields: &[("reason", "归税务局")], before: &[], who: "anna", not: "dora" },
    Case {
        act: "refer", fields: &[("place", "省厅"), ("text", "请找省厅")], before: &[], who: "anna", not: "dora"
    },
    Case { act: "kind", fields: &[("kind", "help")], before: &[], who: "anna", not: "tom" },
    Case { act: "reopen", fields: &[("reason", "答错了")], before: &[DRAFTED, APPROVED], who: "ben", not: "anna" },
];

/// Ends a ticket as its asker does.
async fn withdraw(city: &City, number: &str) {
    let ticket = city.current(number).await;
    let step = ticket.withdraw(Actor::Citizen("citizen-1")).unwrap();
    let mut tx = city.console.store.begin().await.unwrap();
    casework::save(&mut tx, &step, &city.console.ids.next(), city.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Everybody, logged in, by login.
pub(super) type People = BTreeMap<&'static str, Person>;

impl City {
    async fn everybody(&self) -> People {
        let mut people = People::new();
        for login in ["anna", "ben", "tom", "dora"] {
            people.insert(login, self.log_in(login).await);
        }
        people
    }

    /// A ticket after some acts, and the fields of a case for it.
    pub(super) async fn prepared(&self, people: &People, case: &Case) -> (String, Vec<(&'static str, String)>) {
        let number = self.ticket(QUESTION).await.number;
        for (who, act, fields) in case.before {
            self.act(&people[who], &number, act, fields).await;
        }
        let mut fields: Vec<_> = case.fields.iter().map(|(name, words)| (*name, (*words).to_owned())).collect();
        for (_, words) in &mut fields {
            if words == "MAIN" {
                *words = self.ticket("失业金怎么领呢？").await.number;
            }
        }
        (number, fields)
    }

    /// Sends an act's form as it stands, and gives its status and page.
    async fn attempt(
        &self,
        person: &Person,
        (number, act): (&str, &str),
        version: i64,
        fields: &[(&str, String)],
    ) -> (StatusCode, String) {
        let version = version.to_string();
        let mut sent = vec![("version", version.as_str())];
        sent.extend(fields.iter().map(|(name, words)| (*name, words.as_str())));
        let answer = self.post(person, &format!("/console/tickets/{number}/{act}?lang=en"), &sent).await;
        (answer.status, answer.body)
    }
}

#[tokio::test]
async fn every_act_is_offered_to_whoever_may_and_refused_to_all_others() {
    let city = City::new().await;
    let people = city.everybody().await;
    for case in CASES {
        let Case { act, who, not, .. } = case;
        let (number, fields) = city.prepared(&people, case).await;
        let before = city.current(&number).await;
        let form = format!("/console/tickets/{number}/{act}\"");
        let path = format!("/console/tickets/{number}?lang=en");
        let offered = city.get(&people[who], &path).await;
        assert!(offered.body.contains(&form), "{act} isn't offered to {who}: {}", offered.body);
        assert!(!city.get(&people[not], &path).await.body.contains(&form), "{act} is offered to {not}");

        let (status, _) = city.attempt(&people[not], (&number, act), before.version, &fields).await;
        assert!(status.is_client_error(), "{act} by {not}: {status}");
        for (missing, _) in &fields {
            let partly: Vec<_> = fields.iter().filter(|(name, _)| name != missing).cloned().collect();
            let (status, page) = city.attempt(&people[who], (&number, act), before.version, &partly).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{act} without {missing}");
            for (_, typed) in partly {
                assert!(page.contains(&typed), "{act} without {missing} forgets {typed}");
            }
            assert!(page.contains(&format!("href=\"#{act}-{missing}\"")), "{act} doesn't point at {missing}: {page}");
        }
        let (status, page) = city.attempt(&people[who], (&number, act), before.version + 7, &fields).await;
        assert_eq!(status, StatusCode::CONFLICT, "{act}");
        assert!(page.contains("the ticket has changed meanwhile"), "{act}: {page}");
        assert_eq!(city.current(&number).await, before, "{act} changed something though it was refused");

        let (status, page) = city.attempt(&people[who], (&number, act), before.version, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{act}: {page}");
        assert_eq!(city.current(&number).await.version, before.version + 1, "{act}");
    }
}

#[tokio::test]
async fn no_act_is_done_at_the_wrong_stage() {
    let city = City::new().await;
    let people = city.everybody().await;
    for case in CASES.iter().filter(|case| case.act != "reopen") {
        let (number, fields) = city.prepared(&people, case).await;
        withdraw(&city, &number).await;
        let version = city.current(&number).await.version;
        let (status, page) = city.attempt(&people[case.who], (&number, case.act), version, &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{}", case.act);
        // What was typed into a form that is gone is still there.
        for (_, typed) in fields.iter().filter(|(name, _)| !matches!(*name, "unit" | "to" | "days" | "number" | "kind"))
        {
            assert!(page.contains(typed.as_str()), "{}: {page}", case.act);
        }
        assert_eq!(city.current(&number).await.state, State::Withdrawn, "{}", case.act);
    }
    let number = city.ticket(QUESTION).await.number;
    let (status, _) = city.attempt(&people["ben"], (&number, "reopen"), 1, &[("reason", "早了".into())]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_cooperating_unit_writes_its_part_and_nothing_else_and_the_lead_joins_it() {
    let city = City::new().await;
    let number = city.ticket(QUESTION).await.number;
    let (anna, ben, tom) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await);
    let path = format!("/console/tickets/{number}");
    city.act(&anna, &number, "involve", &[("unit", "tax")]).await;
    city.act(&anna, &number, "draft", &[("text", "失业金到窗口领。")]).await;
    let theirs = city.get(&tom, &path).await.body;
    let forms = theirs.matches(&format!("action=\"{path}/")).count();
    // Its part, its own files and its own notes.
    let own = ["part", "files", "notes"].map(|form| theirs.contains(&format!("action=\"{path}/{form}\"")));
    assert_eq!((forms, own), (3, [true; 3]), "{theirs}");
    let waits = city.get(&ben, &format!("{path}?lang=en")).await.body;
    assert!(!waits.contains("/approve\"") && waits.contains("hasn't written its part"), "{waits}");
    city.act(&tom, &number, "part", &[("text", "个税网上退。")]).await;

    let version = city.current(&number).await.version.to_string();
    let fields = [("version", version.as_str()), ("text", "失业金到窗口领。还没保存的话"), ("insert", "tax")];
    let inserted = city.post(&anna, &format!("{path}/draft?lang=zh-CN"), &fields).await;
    assert_eq!(inserted.status, StatusCode::OK);
    assert!(inserted.body.contains("还没保存的话\n\n【税务局意见】个税网上退。</textarea>"), "{}", inserted.body);
    assert_eq!(city.current(&number).await.version.to_string(), version, "inserting saves nothing");
    city.act(&ben, &number, "approve", &[]).await;
}

#[tokio::test]
async fn a_clock_that_stands_still_says_so() {
    let city = City::new().await;
    let number = city.ticket(QUESTION).await.number;
    let anna = city.log_in("anna").await;
    let path = format!("/console/tickets/{number}?lang=en");
    assert!(city.get(&anna, &path).await.body.contains("To be accepted by"));
    city.act(&anna, &number, "ask-citizen", &[("question", "哪一年的？")]).await;
    let page = city.get(&anna, &path).await.body;
    assert!(page.contains("The clock stands still since") && page.contains("哪一年的？"), "{page}");
    assert!(city.get(&anna, "/console?tab=waiting&lang=en").await.body.contains("The clock stands still since"));
}

#[tokio::test]
async fn near_tickets_are_there_to_merge_into() {
    let city = City::new().await;
    let near = city.ticket("失业金怎么领呢").await.number;
    let far = city.ticket("公园几点开门").await.number;
    let number = city.ticket("失业金怎么领？").await.number;
    let anna = city.log_in("anna").await;
    let page = city.get(&anna, &format!("/console/tickets/{number}")).await.body;
    assert!(page.contains(&near) && !page.contains(&far), "{page}");
    let (status, page) = city.attempt(&anna, (&number, "merge"), 1, &[("number", number.clone())]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("merged into itself"), "{page}");
}

#[tokio::test]
async fn a_part_that_is_put_into_an_old_draft_hides_no_newer_one() {
    let city = City::new().await;
    let number = city.ticket(QUESTION).await.number;
    let (anna, ben, tom) = (city.log_in("anna").await, city.log_in("ben").await, city.log_in("tom").await);
    city.act(&anna, &number, "involve", &[("unit", "tax")]).await;
    city.act(&tom, &number, "part", &[("text", "个税网上退。")]).await;
    let version = city.current(&number).await.version.to_string();
    city.act(&ben, &number, "draft", &[("text", "本写的草稿。")]).await;
    let fields = [("version", version.as_str()), ("text", "安娜写的。"), ("insert", "tax")];
    let stale = city.post(&anna, &format!("/console/tickets/{number}/draft?lang=en"), &fields).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    for shown in ["the ticket has changed meanwhile", "本写的草稿。", "安娜写的。", "个税网上退。", "data-keep"]
    {
        assert!(stale.body.contains(shown), "{shown}: {}", stale.body);
    }
}
