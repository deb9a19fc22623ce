//! The inbox: views, filters, several at once, saved views.

use axum::http::{StatusCode, header};

use super::{City, Person};
use crate::casework::State;

impl City {
    async fn list(&self, person: &Person, query: &str) -> String {
        let answer = self.get(person, &format!("/console?{query}&lang=en")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
        answer.body
    }

    /// The value of a ticket's box.
    async fn box_of(&self, number: &str) -> String {
        format!("{number}:{}", self.current(number).await.version)
    }
}

#[tokio::test]
async fn each_view_holds_its_own_and_says_how_many() {
    let city = City::new().await;
    let (anna, tom, dora) = (city.log_in("anna").await, city.log_in("tom").await, city.log_in("dora").await);
    let mut numbers = Vec::new();
    for question in ["待受理的", "我经办的", "待审核的", "等补充的", "请配合的", "退回的"] {
        numbers.push(city.ticket(question).await.number);
    }
    city.act(&anna, &numbers[1], "claim", &[]).await;
    city.act(&anna, &numbers[2], "draft", &[("text", "答")]).await;
    city.act(&anna, &numbers[3], "ask-citizen", &[("question", "哪年？")]).await;
    city.act(&anna, &numbers[4], "involve", &[("unit", "tax")]).await;
    city.act(&anna, &numbers[5], "return", &[("reason", "归税务局")]).await;
    for (person, tab, expected) in [
        (&anna, "open", vec![0, 1, 2, 3, 4]),
        (&anna, "mine", vec![1, 2, 3]),
        (&anna, "accept", vec![0, 4]),
        (&anna, "approve", vec![2]),
        (&anna, "waiting", vec![3]),
        (&anna, "overdue", vec![]),
        (&anna, "parts", vec![]),
        (&tom, "parts", vec![4]),
        (&tom, "open", vec![]),
        (&dora, "returned", vec![5]),
        (&dora, "all", vec![0, 1, 2, 3, 4, 5]),
        (&dora, "all&unit=tax", vec![]),
        (&dora, "waiting&unit=hrss", vec![3]),
        // Only a dispatcher looks into other units.
        (&tom, "open&unit=hrss", vec![]),
        (&tom, "all&unit=hrss", vec![]),
        (&anna, "open&q=%E5%BE%85", vec![0, 2]),
        (&anna, "open&q=%E5%BE%85+%E5%AE%A1", vec![2]),
        (&anna, "open&kind=help", vec![]),
        (&anna, "open&channel=web", vec![0, 1, 2, 3, 4]),
        (&anna, "open&channel=other", vec![]),
    ] {
        let page = city.list(person, &format!("tab={tab}")).await;
        let shown: Vec<usize> =
            (0..6).filter(|at| page.contains(&format!("name=\"ticket\" value=\"{}:", numbers[*at]))).collect();
        assert_eq!(shown, expected, "{tab}");
    }
    assert!(city.list(&anna, "tab=open").await.contains("Mine <span class=\"count\">3</span>"));
    // What waits for the citizen stands last, whatever its day.
    let page = city.list(&anna, "tab=open").await;
    assert!(page.rfind(&numbers[3]) > page.rfind(&numbers[4]));
    let found = city.get(&anna, &format!("/console?q={}", numbers[2].to_lowercase())).await;
    assert_eq!(found.header(header::LOCATION), format!("/console/tickets/{}", numbers[2]));
    let foreign = city.get(&tom, &format!("/console?q={}", numbers[2])).await;
    assert_eq!(foreign.status, StatusCode::OK, "what one can't see isn't found");
}

#[tokio::test]
async fn a_search_shows_where_its_words_stand_to_those_who_may_see_them() {
    let city = City::new().await;
    let (anna, tom) = (city.log_in("anna").await, city.log_in("tom").await);
    let number = city.ticket("渡船<b>票价</b>明年会涨吗？").await.number;
    city.act(&anna, &number, "involve", &[("unit", "tax")]).await;
    city.act(&anna, &number, "ask-citizen", &[("question", "您说的是城东的渡口，还是城西的码头？")]).await;
    let search = |words: &str| format!("tab=open&q={}", super::encoded(words));
    let page = city.list(&anna, &search("票價")).await;
    assert!(page.contains("渡船&lt;b&gt;<mark>票价</mark>&lt;/b&gt;明年会涨吗？"), "{page}");
    assert!(!page.contains("class=\"hit\""), "it is in view already");
    let page = city.list(&anna, &search("码头，票价")).await;
    assert!(page.contains("<mark>票价</mark>") && page.contains("<mark>码头</mark>"), "one of two is in view: {page}");
    let page = city.list(&anna, &search("码头")).await;
    assert!(page.contains("渡口，还是城西的<mark>码头</mark>？</p>"), "{page}");
    for (person, words) in [(&anna, "码头渡口"), (&anna, "%"), (&anna, "</mark>"), (&tom, "码头"), (&tom, "票价")]
    {
        let page = city.list(person, &search(words)).await;
        assert!(!page.contains(&format!("value=\"{number}:")), "{words}");
    }
    // What another unit cooperates on is found by it too.
    let page = city.list(&tom, &search("码头").replace("open", "parts")).await;
    assert!(page.contains("<mark>码头</mark>"), "{page}");
}

#[tokio::test]
async fn several_at_once_are_each_done_whole_or_refused_with_the_reason() {
    let city = City::new().await;
    let (anna, dora) = (city.log_in("anna").await, city.log_in("dora").await);
    let mut numbers = Vec::new();
    for at in 0..4 {
        numbers.push(city.ticket(&format!("问题 {at}")).await.number);
    }
    let mut boxes = Vec::new();
    for number in &numbers {
        boxes.push(city.box_of(number).await);
    }
    // One was changed meanwhile, one can't be transferred any more, one isn't there.
    city.act(&anna, &numbers[1], "claim", &[]).await;
    city.act(&anna, &numbers[2], "draft", &[("text", "答")]).await;
    boxes[2] = city.box_of(&numbers[2]).await;
    let mut fields = vec![("act", "transfer"), ("unit", "tax"), ("reason", "归税务局"), ("address", "tab=open")];
    fields.extend(boxes.iter().take(3).map(|one| ("ticket", one.as_str())));
    fields.push(("ticket", "Z20260101-0001:1"));
    let answer = city.post(&anna, "/console/bulk?lang=en", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    for said in [
        format!("1 ticket done: {}", numbers[0]),
        format!("{} was not done: Somebody changed it first", numbers[1]),
        format!("{} was not done: This can't be done at this stage", numbers[2]),
        "Z20260101-0001 was not done: There is no such ticket".to_owned(),
        "value=\"归税务局\"".to_owned(),
        format!("value=\"{}:2\" checked", numbers[1]),
    ] {
        assert!(answer.body.contains(&said), "{said}: {}", answer.body);
    }
    let units = [("tax", 0), ("hrss", 1), ("hrss", 2), ("hrss", 3)];
    for (unit, at) in units {
        assert_eq!(city.current(&numbers[at]).await.unit, unit, "{at}");
    }

    for (person, fields, said) in [
        (&anna, vec![("act", "claim")], "select at least one"),
        (&anna, vec![("act", "transfer"), ("reason", "因为"), ("ticket", boxes[3].as_str())], "choose a unit"),
        (&anna, vec![("act", "transfer"), ("unit", "tax"), ("ticket", boxes[3].as_str())], "give a reason"),
        (&anna, vec![("act", "assign"), ("unit", "tax"), ("ticket", boxes[3].as_str())], "needs another role"),
    ] {
        let answer = city.post(person, "/console/bulk?lang=en", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(answer.body.contains(said), "{said}: {}", answer.body);
    }
    let odd = city.post(&anna, "/console/bulk", &[("act", "approve"), ("ticket", boxes[3].as_str())]).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    assert_eq!(city.current(&numbers[3]).await.version, 1);
    let assigned = [("act", "assign"), ("unit", "tax"), ("ticket", boxes[3].as_str())];
    assert_eq!(city.post(&dora, "/console/bulk", &assigned).await.status, StatusCode::OK);
    let now = city.box_of(&numbers[1]).await;
    let claimed = [("act", "claim"), ("ticket", now.as_str())];
    let ben = city.log_in("ben").await;
    assert_eq!(city.post(&ben, "/console/bulk", &claimed).await.status, StatusCode::OK);
    assert_eq!(city.current(&numbers[1]).await.state, State::Claimed { by: "ben".into() });
}

#[tokio::test]
async fn a_view_is_kept_under_a_name_for_its_owner_alone() {
    let city = City::new().await;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let keep = |name: &'static str, address: &'static str| [("act", "keep"), ("name", name), ("address", address)];
    let kept =
        city.post(&anna, "/console/views", &keep("急件", "tab=overdue&q=%E6%B8%A1&page=3&evil=javascript")).await;
    assert_eq!(kept.header(header::LOCATION), "/console?tab=overdue&q=%E6%B8%A1");
    let link = "href=\"/console?tab=overdue&amp;q=%E6%B8%A1\"";
    assert!(city.list(&anna, "tab=open").await.contains(link));
    assert!(!city.list(&ben, "tab=open").await.contains(link));
    // The same name again is the same view, changed.
    city.post(&anna, "/console/views", &keep("急件", "tab=mine")).await;
    let page = city.list(&anna, "tab=open").await;
    assert!(!page.contains(link) && page.contains("急件"));
    for (name, said) in
        [(" ", "give a name"), ("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", "give a name")]
    {
        let refused = city.post(&anna, "/console/views?lang=en", &keep(name, "tab=open")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains(said) && refused.body.contains(name), "{}", refused.body);
    }
    let (_, rest) = page.split_once("name=\"id\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap();
    city.post(&ben, "/console/views", &[("act", "drop"), ("id", id)]).await;
    assert!(city.list(&anna, "tab=open").await.contains("急件"), "somebody else can't drop it");
    city.post(&anna, "/console/views", &[("act", "drop"), ("id", id)]).await;
    assert!(!city.list(&anna, "tab=open").await.contains("急件"));
}

#[tokio::test]
async fn keys_are_an_external_script_and_explained_on_the_page() {
    let city = City::new().await;
    let anna = city.log_in("anna").await;
    let script = city.get(&anna, "/console/keys.js").await;
    assert_eq!(script.header(header::CONTENT_TYPE), "text/javascript; charset=utf-8");
    let page = city.list(&anna, "tab=open").await;
    assert!(page.contains("<script src=\"/console/keys.js\" defer></script>"));
    for key in ["j", "k", "x", "c", "/", "?"] {
        assert!(page.contains(&format!("<kbd>{key}</kbd>")), "{key} isn't explained");
        let known = script.body.contains(&format!("\"{key}\": ")) || script.body.contains(&format!("    {key}: "));
        assert!(known, "{key} does nothing");
    }
}
