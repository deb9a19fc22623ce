//! Pages to look at, and tables to take along.

use axum::http::{StatusCode, header};

use super::{Answer, City, Person};
use crate::{
    audit::{self, Verdict},
    locale,
};

#[tokio::test]
async fn an_export_holds_no_formula_and_no_citizen() {
    let city = City::new().await;
    city.consultation().await;
    let anna = city.log_in("anna").await;
    let table = city.get(&anna, "/console/consultations/park/opinions.csv?lang=en").await;
    assert_eq!(table.header(header::CONTENT_DISPOSITION), "attachment; filename=\"opinions-park.csv\"");
    assert!(table.body.starts_with('\u{FEFF}'));
    assert!(table.body.contains("'=HYPERLINK") && table.body.contains("不同意收费"), "{}", table.body);
    assert!(!table.body.contains("citizen-1") && !table.body.contains("person-1"));
    let book = city.get(&anna, "/console/consultations/park/opinions.xlsx").await;
    assert_eq!(book.status, StatusCode::OK);
    assert!(book.body.starts_with("PK"));
    let tom = city.log_in("tom").await;
    for page in ["", "/opinions.csv", "/opinions.xlsx"] {
        let foreign = city.get(&tom, &format!("/console/consultations/park{page}")).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    }
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(audit::verify(&mut connection).await.unwrap(), Verdict::Intact(4));
}

#[tokio::test]
async fn opinions_in_nearly_the_same_words_stand_together() {
    let city = City::new().await;
    city.consultation().await;
    let anna = city.log_in("anna").await;
    let page = city.get(&anna, "/console/consultations/park?view=groups&lang=en").await;
    assert!(page.body.contains("2 opinions in nearly the same words"), "{}", page.body);
    assert!(page.body.contains("4 in all: 2 for, 1 against, 1 suggestions"));
}

#[tokio::test]
async fn the_list_says_how_urgent_and_has_pages() {
    let city = City::new().await;
    for at in 0..21 {
        city.ticket(&format!("问题 {at}")).await;
    }
    let anna = city.log_in("anna").await;
    let page = city.get(&anna, "/console?lang=en").await;
    assert!(page.body.contains("5 working days left") && page.body.contains("page=2"));
    city.clock.forward(jiff::SignedDuration::from_hours(24 * 8));
    let anna = city.log_in("anna").await;
    let page = city.get(&anna, "/console?lang=en&page=2").await;
    assert!(page.body.contains("Overdue by 1 working day"), "{}", page.body);
    assert!(page.body.contains("page=1") && !page.body.contains("page=3"));
    for odd in ["/console?tab=nonsense", "/console?page=-1", "/console?page=99999999999999999999"] {
        assert_eq!(city.get(&anna, odd).await.status, StatusCode::OK, "{odd}");
    }
}

/// What must hold of every page.
fn check(path: &str, tag: &str, answer: &Answer) {
    let body = &answer.body;
    assert!(body.contains(&format!("<html lang=\"{tag}\">")), "{path} {tag}: {body}");
    assert_eq!(body.matches("<h1>").count(), 1, "{path} {tag}");
    assert!(!body.contains(['\u{2068}', '\u{2069}']), "{path} {tag}");
    // A message that is missing shows its key.
    assert!(!body.contains("console-"), "{path} {tag}: {body}");
    for key in locale::inventory().get("zh-CN").unwrap().keys().filter(|key| key.contains('-')) {
        assert!(!body.contains(key.as_str()), "{path} {tag} shows {key}");
    }
    // Both scripts are files of ours.
    let body = &body.replace("<script src=\"/console/keys.js\" defer></script>", "");
    let body = &body.replace("<script src=\"/console/live.js\" defer></script>", "");
    for forbidden in ["<script", "<style", "style=\"", "onclick", "javascript:"] {
        assert!(!body.contains(forbidden), "{path} {tag}: {forbidden}");
    }
    assert!(answer.header(header::CONTENT_SECURITY_POLICY).starts_with("default-src 'self'"), "{path}");
    // Every field has a label, and every reference leads somewhere.
    for part in body.split("for=\"").skip(1) {
        let id = part.split('"').next().unwrap_or_default();
        assert_eq!(body.matches(&format!(" id=\"{id}\"")).count(), 1, "{path} {tag}: #{id}");
    }
}

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let city = City::new().await;
    city.consultation().await;
    let nobody = Person { cookie: String::new(), csrf: String::new() };
    let [anna, ben, dora, root] =
        [city.log_in("anna").await, city.log_in("ben").await, city.log_in("dora").await, city.log_in("root").await];
    let mut numbers = Vec::new();
    for _ in 0..5 {
        numbers.push(city.ticket("失业金怎么领？\n急！").await.number);
    }
    city.act(&anna, &numbers[1], "claim", &[]).await;
    city.act(&anna, &numbers[2], "draft", &[("text", "答")]).await;
    city.act(&ben, &numbers[2], "send-back", &[("remark", "改")]).await;
    city.act(&anna, &numbers[2], "draft", &[("text", "答复")]).await;
    city.act(&anna, &numbers[3], "return", &[("reason", "不是我们")]).await;
    city.act(&anna, &numbers[4], "draft", &[("text", "拨打13800138000")]).await;
    city.act(&ben, &numbers[4], "approve", &[]).await;
    let tags: Vec<String> = city.console.locales.tags().map(ToOwned::to_owned).collect();
    for tag in &tags {
        let mut pages: Vec<(&Person, String)> = vec![
            (&nobody, "/console/login".into()),
            (&anna, "/console".into()),
            (&anna, "/console?tab=closed".into()),
            (&dora, "/console?tab=returned".into()),
            (&dora, "/console?tab=all".into()),
            (&anna, "/console/consultations".into()),
            (&dora, "/console/consultations".into()),
            (&anna, "/console/consultations/park".into()),
            (&anna, "/console/consultations/park?view=groups".into()),
            (&anna, "/console/documents".into()),
            (&anna, "/console/chat".into()),
            (&anna, "/console/nowhere".into()),
            (&root, "/console/staff?done=added".into()),
            (&root, "/console/staff/member?login=anna&done=changed".into()),
        ];
        for number in &numbers {
            for person in [&anna, &ben, &dora] {
                pages.push((person, format!("/console/tickets/{number}?done=claim")));
            }
        }
        for (person, path) in pages {
            let joint = if path.contains('?') { '&' } else { '?' };
            check(&path, tag, &city.get(person, &format!("{path}{joint}lang={tag}")).await);
        }
        // Refusals.
        let lang = format!("?lang={tag}");
        let ticket = |at: usize, act: &str| format!("/console/tickets/{}/{act}{lang}", numbers[at]);
        let refusals = [
            (&nobody, format!("/console/login{lang}"), vec![("login", "x"), ("password", "y")]),
            (&nobody, ticket(0, "draft"), vec![("text", "答")]),
            (&anna, ticket(0, "claim"), vec![]),
            (&anna, ticket(0, "draft"), vec![("version", "9"), ("text", "答")]),
            (&anna, ticket(0, "draft"), vec![("version", "1"), ("text", " ")]),
            (&anna, ticket(0, "return"), vec![("version", "1"), ("reason", "")]),
            (&anna, ticket(0, "assign"), vec![("version", "1"), ("unit", "tax")]),
            (&anna, ticket(4, "draft"), vec![("version", "1"), ("text", "迟到的答复")]),
            (&anna, ticket(4, "knowledge"), vec![("question", ""), ("answer", "13800138000")]),
            (&root, format!("/console/staff{lang}"), vec![("login", "?")]),
            (&root, format!("/console/staff/password{lang}"), vec![("login", "anna"), ("password", "x")]),
            (&root, format!("/console/staff/roles{lang}"), vec![("login", "root")]),
        ];
        for (person, path, fields) in refusals {
            let answer = city.post(person, &path, &fields).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
            check(&path, tag, &answer);
        }
    }
}

#[tokio::test]
async fn the_style_comes_from_here() {
    let city = City::new().await;
    let nobody = Person { cookie: String::new(), csrf: String::new() };
    let style = city.get(&nobody, "/console/console.css").await;
    assert_eq!(style.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(style.body.contains(":focus-visible"));
}
