//! Files of tickets: who may add, see and take them away, and what the citizen gets.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{Answer, City, Person, citizen_address};
use crate::{
    casework::{self, attachments},
    clock::Clock as _,
    outbox,
};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

impl City {
    /// Sends a file as a browser does.
    async fn attach(
        &self,
        person: &Person,
        number: &str,
        aim: &str,
        (name, kind, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        const EDGE: &str = "edge-of-the-parts";
        let mut body = Vec::new();
        for (field, value) in [("csrf", person.csrf.as_str()), ("aim", aim)] {
            let part = format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        let head = format!(
            "--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: {kind}\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
        let request = Request::post(format!("/console/tickets/{number}/files?lang=en"))
            .header(header::COOKIE, &person.cookie)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={EDGE}"))
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    async fn attached(&self, person: &Person, number: &str, aim: &str) -> String {
        let answer = self.attach(person, number, aim, ("说明.pdf", "application/pdf", PDF)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.kept_files(number).await.pop().unwrap().id
    }

    async fn kept_files(&self, number: &str) -> Vec<attachments::Attachment> {
        let ticket = self.current(number).await;
        attachments::of_ticket(&mut self.console.store.read().await.unwrap(), &ticket.id).await.unwrap()
    }

    /// Everything that was written to the citizen.
    async fn told(&self) -> String {
        let mut connection = self.console.store.read().await.unwrap();
        let sent = outbox::history(&mut connection, &citizen_address(), 20).await.unwrap();
        let said: Vec<String> = sent.iter().map(|one| format!("{:?}", one.message)).collect();
        said.concat()
    }
}

fn address(number: &str, id: &str) -> String {
    format!("/console/tickets/{number}/files/{id}")
}

#[tokio::test]
async fn an_internal_file_is_its_units_alone() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    let (tom, dora, root) = (city.log_in("tom").await, city.log_in("dora").await, city.log_in("root").await);
    let id = city.attached(&anna, &number, "internal").await;
    let version = city.current(&number).await.version;

    let file = city.get(&ben, &address(&number, &id)).await;
    assert_eq!((file.status, file.body.as_bytes()), (StatusCode::OK, PDF));
    assert_eq!(file.header(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(file.header(header::CONTENT_DISPOSITION), "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E.pdf");
    assert_eq!(file.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(file.header(header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
    assert_eq!(city.get(&dora, &address(&number, &id)).await.status, StatusCode::NOT_FOUND);
    for foreign in [&tom, &root] {
        assert_eq!(city.get(foreign, &address(&number, &id)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(city.attach(foreign, &number, "internal", ("a.pdf", "", PDF)).await.status, StatusCode::NOT_FOUND);
    }

    // A unit that cooperates sees the ticket and adds its own files, which are then its own.
    city.act(&anna, &number, "involve", &[("unit", "tax")]).await;
    let page = city.get(&tom, &format!("/console/tickets/{number}?lang=en")).await.body;
    assert!(page.contains("added an internal file") && !page.contains("说明.pdf"), "{page}");
    assert_eq!(city.get(&tom, &address(&number, &id)).await.status, StatusCode::NOT_FOUND);
    let foreign = city.attached(&tom, &number, "internal").await;
    assert_eq!(city.get(&anna, &address(&number, &foreign)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        city.post(&ben, &format!("{}/remove", address(&number, &foreign)), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let refused = city.attach(&tom, &number, "reply", ("a.pdf", "", PDF)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "only who leads encloses");
    // The dispatcher works on no ticket.
    let refused = city.attach(&dora, &number, "internal", ("a.pdf", "", PDF)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // A reviewer of the unit takes it away; nobody's form went stale meanwhile.
    assert_eq!(city.current(&number).await.version, version + 1);
    let removed = city.post(&ben, &format!("{}/remove", address(&number, &id)), &[]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER);
    assert_eq!(city.get(&ben, &address(&number, &id)).await.status, StatusCode::NOT_FOUND);
    assert!(!city.told().await.contains("说明.pdf"));
}

#[tokio::test]
async fn a_file_with_the_reply_is_approved_with_it() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.act(&anna, &number, "draft", &[("text", "见附件。")]).await;
    let seen = city.current(&number).await.version.to_string();
    let id = city.attached(&anna, &number, "reply").await;

    // What the reviewer looked at had no file: it can't be approved any more.
    let path = format!("/console/tickets/{number}/approve?lang=en");
    assert_eq!(city.post(&ben, &path, &[("version", &seen)]).await.status, StatusCode::CONFLICT);
    let page = city.get(&ben, &format!("/console/tickets/{number}?lang=en")).await.body;
    assert!(page.contains("Files that go to the citizen with the reply (1)") && page.contains("说明.pdf"), "{page}");

    // Nobody approves their own file, though somebody else wrote the words.
    let own = city.attached(&ben, &number, "reply").await;
    let version = city.current(&number).await.version.to_string();
    let refused = city.post(&ben, &path, &[("version", &version)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("somebody else must approve it"));
    city.post(&ben, &format!("{}/remove", address(&number, &own)), &[]).await;
    assert!(!city.told().await.contains("/files/"));

    city.act(&ben, &number, "approve", &[]).await;
    let told = city.told().await;
    assert!(
        told.contains("说明.pdf") && told.contains("1 KB") && told.contains("https://ask.example/files/"),
        "{told}"
    );
    let token = told.split("https://ask.example/files/").nth(1).unwrap()[..64].to_owned();
    let mut connection = city.console.store.read().await.unwrap();
    assert_eq!(attachments::linked(&mut connection, &token).await.unwrap().unwrap().id, id);
    drop(connection);

    // What went out stays.
    let gone = city.post(&anna, &format!("{}/remove", address(&number, &id)), &[]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(city.get(&anna, &address(&number, &id)).await.body.as_bytes(), PDF);

    // Whoever erases their data has no link any more; the ticket keeps the office's words.
    let mut tx = city.console.store.begin().await.unwrap();
    casework::forget(&mut tx, &city.console.ids, "citizen-1", city.clock.now()).await.unwrap();
    assert!(attachments::linked(&mut tx, &token).await.unwrap().is_none());
    tx.commit().await.unwrap();
    assert_eq!(city.get(&anna, &address(&number, &id)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_merged_ticket_gets_the_files_at_its_own_address() {
    let city = City::new().await;
    let (main, other) = (city.ticket("失业金怎么领？").await.number, city.ticket("失业金如何领取").await.number);
    let (anna, ben) = (city.log_in("anna").await, city.log_in("ben").await);
    city.act(&anna, &other, "merge", &[("number", &main)]).await;
    city.act(&anna, &main, "draft", &[("text", "见附件。")]).await;
    let id = city.attached(&anna, &main, "reply").await;
    city.act(&ben, &main, "approve", &[]).await;
    let told = city.told().await;
    let tokens: Vec<&str> = told.split("/files/").skip(1).map(|rest| &rest[..64]).collect();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(city.get(&anna, &address(&other, &id)).await.body.as_bytes(), PDF);
}

#[tokio::test]
async fn a_lie_is_refused_with_its_reason_and_nothing_is_stored() {
    let city = City::new().await;
    let number = city.ticket("失业金怎么领？").await.number;
    let anna = city.log_in("anna").await;
    let large = [PDF, &vec![b' '; 3 * 1024 * 1024][..]].concat();
    let cases: [(&str, &str, &[u8], &str); 7] = [
        ("a.png", "image/png", b"<svg onload='alert(1)'/>", "but the content is something else"),
        ("a.pdf", "application/pdf", "正文".as_bytes(), "but the content is plain text"),
        ("a.pdf", "text/html", PDF, "the browser declares another type"),
        ("a.pdf", "application/pdf", b"", "The file is empty"),
        ("a.exe", "", PDF, "aren&#39;t taken"),
        ("..\\a.pdf", "application/pdf", PDF, "name can&#39;t be used"),
        ("a.pdf", "application/pdf", &large, "larger than 2 MB"),
    ];
    for (name, kind, bytes, why) in cases {
        let refused = city.attach(&anna, &number, "internal", (name, kind, bytes)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let body = refused.body.replace('\'', "&#39;");
        assert!(body.contains(why), "{name}: {why}: {}", body.split("role=\"alert\"").nth(1).unwrap_or_default());
    }
    assert!(city.kept_files(&number).await.is_empty());
    assert_eq!(city.current(&number).await.version, 1);
    for _ in 0..5 {
        city.attached(&anna, &number, "internal").await;
    }
    let refused = city.attach(&anna, &number, "internal", ("a.pdf", "", PDF)).await;
    assert!(refused.body.contains("at most 5 files"));
    assert_eq!(city.kept_files(&number).await.len(), 5);

    let forged = Person { cookie: anna.cookie.clone(), csrf: "x".into() };
    assert_eq!(city.attach(&forged, &number, "internal", ("a.pdf", "", PDF)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn without_a_public_address_no_file_goes_with_a_reply() {
    let mut city = City::new().await;
    city.console.public = None;
    city.app = super::routes(city.console.clone());
    let number = city.ticket("失业金怎么领？").await.number;
    let anna = city.log_in("anna").await;
    let refused = city.attach(&anna, &number, "reply", ("a.pdf", "", PDF)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("no public address"));
    assert!(city.kept_files(&number).await.is_empty());
    city.attached(&anna, &number, "internal").await;
}

#[tokio::test]
async fn what_a_unit_proposed_stays_behind_when_the_ticket_leaves() {
    let city = City::new().await;
    let number = city.ticket("个税怎么退？").await.number;
    let (anna, dora, tom) = (city.log_in("anna").await, city.log_in("dora").await, city.log_in("tom").await);
    let id = city.attached(&anna, &number, "reply").await;
    city.act(&dora, &number, "assign", &[("unit", "tax")]).await;
    assert!(city.current(&number).await.course.enclosures.is_empty());
    assert_eq!(city.get(&tom, &address(&number, &id)).await.status, StatusCode::NOT_FOUND);
}
