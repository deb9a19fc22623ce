//! The directory: who may see and change it, changes with their days, edits that meet, and tables of units.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{super::layout::encoded, Answer, City, Person};
use crate::{
    audit::{self, Verdict},
    directory::{
        staff,
        units::{self, Entry, State},
    },
};

async fn entry(city: &City, code: &str) -> Entry {
    units::entry(&mut city.console.store.read().await.unwrap(), code).await.unwrap().unwrap()
}

/// How many rows the audit log has.
async fn audited(city: &City) -> i64 {
    match audit::verify(&mut city.console.store.read().await.unwrap()).await.unwrap() {
        Verdict::Intact(rows) => rows,
        Verdict::BrokenAt(row) => panic!("broken at {row}"),
    }
}

/// Sends a unit's form, with its present version.
async fn act(city: &City, person: &Person, code: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let version = entry(city, code).await.version.to_string();
    let mut fields = fields.to_vec();
    fields.push(("version", &version));
    city.post(person, &format!("/console/units/{code}/{act}"), &fields).await
}

async fn upload(city: &City, person: &Person, csrf: &str, name: &str, bytes: &[u8]) -> Answer {
    let mut body = format!(
        "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--line\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--line--\r\n");
    let request = Request::post("/console/unit-file?lang=en")
        .header(header::COOKIE, &person.cookie)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
        .body(Body::from(body))
        .unwrap();
    city.send(request).await
}

fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).expect("the field");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn all_staff_see_the_directory_and_only_administrators_change_it() {
    let city = City::new().await;
    let (anna, root) = (city.log_in("anna").await, city.log_in("root").await);
    let before = audited(&city).await;
    let contact = [("short", "人社局"), ("contact", "内线八百"), ("parent", "office")];
    assert_eq!(act(&city, &root, "hrss", "edit", &contact).await.status, StatusCode::SEE_OTHER);
    assert_eq!(audited(&city).await, before + 1);
    let list = city.get(&anna, &format!("/console/units?q={}", encoded("人社"))).await.body;
    assert!(list.contains("/console/units/hrss") && !list.contains("/console/units/tax"), "{list}");
    let page = city.get(&anna, "/console/units/hrss").await.body;
    assert!(page.contains("政府办") && !page.contains("/console/units/hrss/edit"));
    // The internal contact is for the office.
    assert!(!page.contains("内线八百"));
    let dora = city.log_in("dora").await;
    assert!(city.get(&dora, "/console/units/hrss").await.body.contains("内线八百"));
    for person in [&anna, &dora] {
        for form in ["edit", "rename", "merge", "abolish", "call-off", "staff"] {
            let answer = act(&city, person, "hrss", form, &[("short", "x")]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{form}");
        }
        for path in ["/console/units.csv", "/console/units.xlsx"] {
            assert_eq!(city.get(person, path).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(upload(&city, person, &person.csrf, "u.csv", b"code,name\n").await.status, StatusCode::NOT_FOUND);
        let answer = city.post(person, "/console/unit-file/apply", &[("upload", "x")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(upload(&city, &root, "other", "u.csv", b"code,name\n").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_change_has_a_day_and_can_be_called_off_before_it() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    city.ticket("怎么办？").await;
    let before = audited(&city).await;
    let page = city.get(&root, "/console/units/hrss?lang=en").await.body;
    assert!(page.contains("1 open ticket, 3 accounts"), "{page}");
    let past = act(&city, &root, "hrss", "merge", &[("into", "tax"), ("merge-on", "2026-11-22")]).await;
    assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(past.body.contains("href=\"#merge-on\"") && past.body.contains("value=\"2026-11-22\""), "{}", past.body);
    let merged = act(&city, &root, "hrss", "merge", &[("into", "tax"), ("merge-on", "2026-12-01")]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER);
    let decided = State::Merged { into: "tax".into(), on: jiff::civil::date(2026, 12, 1) };
    assert_eq!(entry(&city, "hrss").await.state, decided);
    let circle = act(&city, &root, "tax", "abolish", &[("successor", "hrss"), ("abolish-on", "2026-12-02")]).await;
    assert_eq!(circle.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = city.get(&root, "/console/units/hrss").await.body;
    assert!(page.contains("/hrss/call-off") && !page.contains("/hrss/rename"), "{page}");
    assert_eq!(act(&city, &root, "hrss", "call-off", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(entry(&city, "hrss").await.state, State::Active);
    let office = act(&city, &root, "office", "abolish", &[("abolish-on", "2026-12-02")]).await;
    assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(audited(&city).await, before + 2, "what was refused isn't in the log");
}

#[tokio::test]
async fn two_edits_meet_and_nothing_that_was_typed_is_lost() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let old = entry(&city, "tax").await.version.to_string();
    act(&city, &root, "tax", "edit", &[("short", "税务"), ("phone", "1")]).await;
    let fields = [("edit", "1"), ("short", "税局"), ("duties", "发票、退税"), ("version", &old)];
    let stale = city.post(&root, "/console/units/tax/edit", &fields).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("管理员") && stale.body.contains("发票、退税") && stale.body.contains("税局"));
    assert_eq!(entry(&city, "tax").await.unit.short, "税务");
    let wrong = [("edit", "1"), ("short", "税局"), ("fields", "钓鱼"), ("head", "nobody"), ("parent", "tax")];
    let refused = act(&city, &root, "tax", "edit", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["#fields", "#head", "#parent"] {
        assert!(refused.body.contains(field), "{field}");
    }
}

#[tokio::test]
async fn accounts_go_where_the_administrator_says() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    act(&city, &root, "hrss", "merge", &[("into", "tax"), ("merge-on", "2026-11-23")]).await;
    assert_eq!(act(&city, &root, "hrss", "staff", &[("to", "hrss")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(act(&city, &root, "hrss", "staff", &[("to", "tax")]).await.status, StatusCode::SEE_OTHER);
    let members = staff::all(&mut city.console.store.read().await.unwrap()).await.unwrap();
    assert!(members.iter().filter(|member| member.login == "anna").all(|member| member.unit == "tax"));
}

#[tokio::test]
async fn a_table_is_shown_before_it_counts_and_counts_once() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let before = audited(&city).await;
    let file = "编码,名称,电话\nhrss,人社局,12333\ntax,税务局,12345\nwater,水务局,1\n";
    let preview = upload(&city, &root, &root.csrf, "units.csv", file.as_bytes()).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.body.contains("New: 1. Changed: 1. As they are: 1."), "{}", preview.body);
    assert_eq!(entry(&city, "hrss").await.unit.phone, "12345", "only shown");
    let id = hidden(&preview.body, "upload");
    let applied = city.post(&root, "/console/unit-file/apply", &[("upload", &id)]).await;
    assert_eq!(applied.status, StatusCode::SEE_OTHER);
    assert_eq!(entry(&city, "hrss").await.unit.phone, "12333");
    assert_eq!(entry(&city, "water").await.unit.short, "水务局");
    let twice = city.post(&root, "/console/unit-file/apply", &[("upload", &id)]).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let again = upload(&city, &root, &root.csrf, "units.csv", file.as_bytes()).await;
    assert!(again.body.contains("New: 0. Changed: 0. As they are: 3."), "{}", again.body);
    assert_eq!(audited(&city).await, before + 1);
    // What an export writes, an import finds unchanged.
    let exported = city.get(&root, "/console/units.csv").await.body;
    let back = upload(&city, &root, &root.csrf, "units.csv", exported.as_bytes()).await;
    assert!(back.body.contains("Changed: 0. As they are: 4."), "{}", back.body);
}

#[tokio::test]
async fn what_somebody_changed_since_the_preview_is_not_written_over() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let file = "code,name,phone\nhrss,人社局,12333\n".as_bytes();
    let preview = upload(&city, &root, &root.csrf, "units.csv", file).await;
    act(&city, &root, "hrss", "edit", &[("short", "人社"), ("phone", "99")]).await;
    let id = hidden(&preview.body, "upload");
    let applied = city.post(&root, "/console/unit-file/apply", &[("upload", &id)]).await;
    assert_eq!(applied.status, StatusCode::CONFLICT);
    assert_eq!(entry(&city, "hrss").await.unit.phone, "99");
}

#[tokio::test]
async fn a_table_with_a_fault_changes_nothing_and_says_where_it_is() {
    let city = City::new().await;
    let root = city.log_in("root").await;
    let before = audited(&city).await;
    let file = "code,name,fields\nhrss,人社局新,\nnew,新局,钓鱼\n".as_bytes();
    let refused = upload(&city, &root, &root.csrf, "units.csv", file).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("units.csv, row 3, column C"), "{}", refused.body);
    assert_eq!(entry(&city, "hrss").await.unit.name, "人社局");
    let large = upload(&city, &root, &root.csrf, "units.csv", &vec![b'a'; 1024 * 1024 + 1]).await;
    assert!(large.status == StatusCode::UNPROCESSABLE_ENTITY && large.body.contains("1 MB"), "{}", large.status);
    let larger = upload(&city, &root, &root.csrf, "units.csv", &vec![b'a'; 3 * 1024 * 1024]).await;
    assert!(larger.status == StatusCode::UNPROCESSABLE_ENTITY && larger.body.contains("1 MB"), "{}", larger.status);
    assert_eq!(audited(&city).await, before);
}
