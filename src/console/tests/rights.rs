//! Who may see and do what: every page and form of the console, asked for by everybody. What is allowed stands in
//! `docs/rights.md`, and this test compares that table with what the console does.

use std::{collections::BTreeSet, fmt::Write as _};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{
    Answer, City, Person,
    steps::{CASES, Case, People},
};
use crate::{
    casework::{
        attachments::{self, Aim, NewFile},
        notes::{self, Desk, NewNote, Readers},
        templates, topics,
    },
    clock::{Clock as _, city_date},
    directory::{
        staff::{self, Role, StaffMember},
        units,
    },
    knowledge::{
        interpretation::{self, Interpretation, Item, Kind},
        phrasing,
    },
};

/// The table, and what is said around it.
const DOCUMENT: &str = include_str!("../../../docs/rights.md");
/// All routes of the console, as they are written.
const ROUTES: &str = include_str!("../mod.rs");

/// Who asks, and what the table calls them. All of `hrss` is their own but for the last five.
const EVERYBODY: [(&str, &str); 9] = [
    ("", "nobody"),
    ("gone", "no role"),
    ("anna", "staff"),
    ("ben", "reviewer"),
    ("olga", "cooperating"),
    ("fred", "other staff"),
    ("tom", "other reviewer"),
    ("dora", "dispatcher"),
    ("root", "administrator"),
];

/// What only some may read, by the mark in the table.
const QUESTION: &str = "失业金怎么领？个税怎么退？";
const CONTACT: &str = "person-1";

/// What stands in a page that the table names with a mark.
const MARKS: [(&str, &str); 2] = [("question", QUESTION), ("contact", CONTACT)];

/// What must be there before a form can be sent, and is made anew for each who sends it.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing.
    Nothing,
    /// A ticket, as a case of the life-cycle wants it.
    Ticket,
    /// A ticket that was answered.
    Answered,
    /// A reply that was proposed as knowledge.
    Proposed,
    /// The same, sent back to its author.
    SentBack,
    /// What a citizen said, to be accepted as a phrasing of the guide.
    Wording,
    /// A topic that was raised.
    Topic,
    /// A unit.
    Unit,
    /// A unit that will be a part of another one.
    LeavingUnit,
    /// Somebody's account.
    Account,
    /// A template of the unit.
    Template,
    /// A ticket with a file inside the office; both bear one name.
    File,
    /// A ticket with a note of `anna`'s; both bear one name.
    Note,
}

/// A form. `FRESH` in its address or fields stands for what was made before.
struct Form {
    path: &'static str,
    before: Before,
    fields: &'static [(&'static str, &'static str)],
}

const DOCUMENT_WORDS: &[(&str, &str)] =
    &[("version", "2"), ("question", "失业金怎么领？"), ("phrasings", ""), ("answer", "到窗口办理。")];

const FORMS: &[Form] = &[
    Form { path: "/console/bulk", before: Before::Ticket, fields: &[("act", "claim"), ("ticket", "FRESH:1")] },
    Form { path: "/console/views", before: Before::Nothing, fields: &[("name", "本周"), ("address", "tab=open")] },
    Form { path: "/console/logout", before: Before::Nothing, fields: &[] },
    Form { path: "/console/tickets/FRESH/knowledge", before: Before::Answered, fields: DOCUMENT_WORDS },
    Form {
        path: "/console/tickets/FRESH/not-knowledge",
        before: Before::Answered,
        fields: &[("reason", "只涉及本人")],
    },
    Form { path: "/console/tickets/FRESH/keep-reply", before: Before::Answered, fields: &[("reason", "答复无误")] },
    Form {
        path: "/console/documents/guide/keep",
        before: Before::Nothing,
        fields: &[("item", "guide#1"), ("reason", "内容无误")],
    },
    Form { path: "/console/documents/FRESH/edit", before: Before::SentBack, fields: DOCUMENT_WORDS },
    Form { path: "/console/documents/FRESH/publish", before: Before::Proposed, fields: &[("version", "1")] },
    Form { path: "/console/documents/FRESH/submit", before: Before::SentBack, fields: &[("version", "2")] },
    Form { path: "/console/documents/FRESH/send-back", before: Before::Proposed, fields: &[("version", "1")] },
    Form {
        path: "/console/documents/guide/wordings",
        before: Before::Wording,
        fields: &[("proposal", "FRESH"), ("verdict", "accept")],
    },
    Form { path: "/console/notices", before: Before::Nothing, fields: &[("up-to", "0")] },
    Form {
        path: "/console/topics/FRESH/explain",
        before: Before::Topic,
        fields: &[("version", "1"), ("explanation", "document:guide")],
    },
    Form {
        path: "/console/topics/FRESH/dismiss",
        before: Before::Topic,
        fields: &[("version", "1"), ("reason", "已经说明")],
    },
    Form {
        path: "/console/staff",
        before: Before::Nothing,
        fields: &[
            ("login", "FRESH"),
            ("name", "新人"),
            ("unit", "hrss"),
            ("password", super::PASSWORD),
            ("role", "staff"),
        ],
    },
    Form { path: "/console/staff/roles", before: Before::Account, fields: &[("login", "FRESH"), ("role", "staff")] },
    Form {
        path: "/console/staff/password",
        before: Before::Account,
        fields: &[("login", "FRESH"), ("password", super::PASSWORD)],
    },
    Form {
        path: "/console/units",
        before: Before::Nothing,
        fields: &[("code", "FRESH"), ("name", "FRESH局"), ("duties", "试点")],
    },
    Form {
        path: "/console/units/FRESH/edit",
        before: Before::Unit,
        fields: &[("version", "1"), ("edit", "1"), ("short", "短")],
    },
    Form {
        path: "/console/units/FRESH/rename",
        before: Before::Unit,
        fields: &[("version", "1"), ("new-name", "新名局"), ("new-short", "新名"), ("rename-on", "2026-12-01")],
    },
    Form {
        path: "/console/units/FRESH/merge",
        before: Before::Unit,
        fields: &[("version", "1"), ("into", "tax"), ("merge-on", "2026-12-01")],
    },
    Form {
        path: "/console/units/FRESH/abolish",
        before: Before::Unit,
        fields: &[("version", "1"), ("abolish-on", "2026-12-01")],
    },
    Form { path: "/console/units/FRESH/call-off", before: Before::LeavingUnit, fields: &[("version", "2")] },
    Form {
        path: "/console/units/FRESH/staff",
        before: Before::LeavingUnit,
        fields: &[("version", "2"), ("to", "tax")],
    },
    Form { path: "/console/unit-file/apply", before: Before::Nothing, fields: &[("upload", "no-such")] },
    Form {
        path: "/console/templates",
        before: Before::Nothing,
        fields: &[("unit", "hrss"), ("name", "模板"), ("text", "到窗口办理。"), ("source", "失业保险条例")],
    },
    Form { path: "/console/templates/FRESH", before: Before::Template, fields: &[("version", "1"), ("act", "retire")] },
    Form { path: "/console/tickets/FRESH/files/FRESH/remove", before: Before::File, fields: &[] },
    Form { path: "/console/tickets/FRESH/typing", before: Before::Ticket, fields: &[] },
    Form { path: "/console/tickets/FRESH/notes", before: Before::Ticket, fields: &[("note", "请核实")] },
    Form { path: "/console/tickets/FRESH/notes/FRESH", before: Before::Note, fields: &[] },
    Form { path: "/console/hooks", before: Before::Nothing, fields: &[("hook", "group")] },
    Form { path: "/console/chat?unlink", before: Before::Nothing, fields: &[("act", "unlink")] },
    Form { path: "/console/chat?own-code", before: Before::Nothing, fields: &[("act", "own-code")] },
    Form { path: "/console/chat?unit-code", before: Before::Nothing, fields: &[("act", "unit-code")] },
];

/// The pages, with addresses of `hrss`'s things.
const PAGES: &[&str] = &[
    "/console",
    "/console?tab=all",
    "/console?tab=closed",
    "/console?tab=all&unit=hrss",
    "/console?q=失业金",
    "/console/login",
    "/console/tickets/OPEN",
    "/console/tickets/OPEN/files/internal",
    "/console/templates",
    "/console/templates/own",
    "/console/consultations",
    "/console/consultations/park",
    "/console/consultations/park/opinions.csv",
    "/console/consultations/park/opinions.xlsx",
    "/console/documents",
    "/console/documents/guide",
    "/console/notices",
    "/console/topics",
    "/console/topics/hot",
    "/console/statistics",
    "/console/statistics?unit=hrss",
    "/console/statistics.xlsx",
    "/console/bulletin/2026-11",
    "/console/staff",
    "/console/staff/member?login=anna",
    "/console/units",
    "/console/units.csv",
    "/console/units.xlsx",
    "/console/units/hrss",
    "/console/hooks",
    "/console/chat",
];

/// Addresses that only lead elsewhere when they are opened as pages, or are the same for everybody.
const SAME_FOR_ALL: [&str; 6] = [
    "/console/{*elsewhere}",
    "/console/console.css",
    "/console/keys.js",
    "/console/live.js",
    // Streams, which don't end: `live` asks for them.
    "/console/live",
    "/console/tickets/{number}/live",
];

impl City {
    /// Units, people and things beyond those of every city.
    async fn furnish(&self) -> String {
        let now = self.clock.now();
        let hash = staff::PasswordHash::of(&super::PASSWORD.to_owned().into(), &crate::id::SystemEntropy).unwrap();
        let mut tx = self.console.store.begin().await.unwrap();
        for (login, unit) in [("olga", "office"), ("fred", "tax")] {
            let member = StaffMember {
                id: login.into(),
                login: login.into(),
                name: login.to_uppercase(),
                unit: unit.into(),
                roles: BTreeSet::from([Role::Staff]),
            };
            staff::add(&mut tx, &member, &hash, now).await.unwrap();
        }
        interpretation::import(&mut tx, &guide("guide", Kind::Guide { unit: "hrss".into() }), "root", now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.consultation().await;
        self.topic("hot").await;
        let number = self.ticket(QUESTION).await.number;
        let anna = self.log_in("anna").await;
        self.act(&anna, &number, "involve", &[("unit", "office")]).await;
        self.file(&number, "internal").await;
        self.own_template("own").await;
        number
    }

    /// A topic of `hrss` that its unit was asked to explain.
    async fn topic(&self, id: &str) {
        let now = self.clock.now();
        let topic = topics::Topic {
            id: id.into(),
            unit: "hrss".into(),
            areas: Vec::new(),
            wording: "失业金迟迟不发".into(),
            state: topics::State::Raised {
                at: now,
                reckoning: self.console.calendar.reckon(city_date(now), 5, 0, &[]),
            },
            pulse: topics::Pulse { people: 30, before: 1 },
            first_seen: now,
            last_seen: now,
            version: 1,
        };
        let mut tx = self.console.store.begin().await.unwrap();
        topics::create(&mut tx, &topic).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A file that `anna` added, inside the office.
    async fn file(&self, number: &str, id: &str) {
        let ticket = self.current(number).await.id;
        let (aim, kind) = (Aim::Internal, attachments::Kind::Text);
        let new = NewFile { id, ticket: &ticket, unit: "hrss", aim, name: "记录.txt", kind, by: "anna" };
        let mut tx = self.console.store.begin().await.unwrap();
        attachments::keep(&mut tx, new, (b"x", 5), self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn own_template(&self, id: &str) {
        let written = templates::Written::check("模板", "到窗口办理。", "失业保险条例").unwrap();
        let mut tx = self.console.store.begin().await.unwrap();
        templates::add(&mut tx, (id, "hrss"), &written, ("ben", self.clock.now())).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Makes what a form is about, and gives its name.
    async fn fresh(&self, people: &People, form: &Form, at: usize) -> String {
        match form.before {
            Before::Nothing => format!("fresh{at}"),
            Before::Ticket => self.ticket(QUESTION).await.number,
            Before::Answered => self.answered(people).await,
            Before::Proposed => self.proposed(people).await,
            Before::SentBack => {
                let id = self.proposed(people).await;
                let path = format!("/console/documents/{id}/send-back");
                let answer = self.post(&people["ben"], &path, &[("version", "1")]).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER);
                id
            }
            Before::Wording => {
                let wording = format!("要交啥东西{at}");
                let mut tx = self.console.store.begin().await.unwrap();
                let said = (wording.as_str(), "guide#1");
                phrasing::propose(&mut tx, &self.console.ids, "citizen-1", said, self.clock.now()).await.unwrap();
                let open = phrasing::open_of(&mut tx, "guide").await.unwrap();
                tx.commit().await.unwrap();
                open.into_iter().find(|one| one.wording == wording).unwrap().id
            }
            Before::Topic => {
                let id = format!("topic{at}");
                self.topic(&id).await;
                id
            }
            Before::Unit => {
                let code = format!("unit{at}");
                let mut tx = self.console.store.begin().await.unwrap();
                units::upsert(&mut tx, &super::unit(&code, &format!("第{at}局"))).await.unwrap();
                tx.commit().await.unwrap();
                code
            }
            Before::LeavingUnit => {
                let code = format!("unit{at}");
                let mut tx = self.console.store.begin().await.unwrap();
                units::upsert(&mut tx, &super::unit(&code, &format!("第{at}局"))).await.unwrap();
                tx.commit().await.unwrap();
                let merge = [("version", "1"), ("into", "tax"), ("merge-on", "2026-12-01")];
                let answer = self.post(&people["root"], &format!("/console/units/{code}/merge"), &merge).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER);
                code
            }
            Before::Template => {
                let id = format!("template{at}");
                self.own_template(&id).await;
                id
            }
            Before::File => {
                let number = self.ticket(QUESTION).await.number;
                self.file(&number, &number).await;
                number
            }
            Before::Note => {
                let ticket = self.ticket(QUESTION).await;
                let readers = Readers { desk: Desk::Unit("hrss".into()), dispatch_too: false };
                let (id, author) = (ticket.number.as_str(), "anna");
                let note = NewNote { id, ticket: &ticket.id, author, readers: &readers, text: "内部", form: id };
                let mut tx = self.console.store.begin().await.unwrap();
                assert!(notes::write(&mut tx, &note, self.clock.now()).await.unwrap());
                tx.commit().await.unwrap();
                ticket.number
            }
            Before::Account => {
                let login = format!("clerk{at}");
                let member = StaffMember {
                    id: login.clone(),
                    login: login.clone(),
                    name: "某人".into(),
                    unit: "hrss".into(),
                    roles: BTreeSet::from([Role::Staff]),
                };
                let hash =
                    staff::PasswordHash::of(&super::PASSWORD.to_owned().into(), &crate::id::SystemEntropy).unwrap();
                let mut tx = self.console.store.begin().await.unwrap();
                staff::add(&mut tx, &member, &hash, self.clock.now()).await.unwrap();
                tx.commit().await.unwrap();
                login
            }
        }
    }

    /// A reply of `anna`'s that is to become knowledge: the document's id.
    async fn proposed(&self, people: &People) -> String {
        let number = self.answered(people).await;
        let path = format!("/console/tickets/{number}/knowledge");
        assert_eq!(self.post(&people["anna"], &path, DOCUMENT_WORDS).await.status, StatusCode::SEE_OTHER);
        format!("reply-{number}")
    }

    async fn answered(&self, people: &People) -> String {
        let number = self.ticket(QUESTION).await.number;
        self.act(&people["anna"], &number, "draft", &[("text", "到窗口办理。")]).await;
        self.act(&people["ben"], &number, "approve", &[]).await;
        number
    }
}

fn guide(id: &str, kind: Kind) -> Interpretation {
    Interpretation {
        id: id.into(),
        kind,
        title: "失业金申领指南".into(),
        dated: None,
        url: String::new(),
        intro: String::new(),
        items: vec![Item { question: "申请材料".into(), phrasings: vec![], answer: "身份证。".into() }],
    }
}

/// What an answer means, as the table says it.
fn word(answer: &Answer) -> String {
    let place = answer.header(header::LOCATION);
    let word = match answer.status {
        StatusCode::OK => "shown",
        StatusCode::SEE_OTHER if place.starts_with("/console/login") => "log in",
        StatusCode::SEE_OTHER | StatusCode::NO_CONTENT => "done",
        StatusCode::NOT_FOUND => "hidden",
        status if status.is_client_error() => "refused",
        status => panic!("{status}: {}", answer.body),
    };
    let marks = MARKS.iter().filter(|(_, words)| answer.body.contains(words)).map(|(mark, _)| *mark);
    // What somebody typed comes back to them: the marks are for what they are shown.
    let marks: Vec<&str> = if answer.status == StatusCode::OK { marks.collect() } else { Vec::new() };
    if marks.is_empty() { word.to_owned() } else { format!("{word}, {}", marks.join(", ")) }
}

/// Everybody logged in, and nobody.
async fn everybody(city: &City) -> People {
    let mut people = People::new();
    people.insert("", Person { cookie: String::new(), csrf: String::new() });
    for (login, _) in EVERYBODY.iter().skip(1) {
        people.insert(login, city.log_in_anyhow(login).await);
    }
    people
}

impl City {
    /// Logs in somebody who may have no role, and so no page.
    async fn log_in_anyhow(&self, login: &str) -> Person {
        let fields = [("login", login), ("password", super::PASSWORD)];
        let answer = self.post_raw("", "/console/login", &fields).await;
        let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        let person = Person { cookie, csrf: String::new() };
        let page = self.get(&person, "/console?lang=en").await;
        let csrf = if page.body.contains("name=\"csrf\"") { page.csrf() } else { String::new() };
        Person { csrf, ..person }
    }
}

/// The routes of the console with their methods, as `mod.rs` writes them.
fn routes() -> BTreeSet<(&'static str, String)> {
    let mut routes = BTreeSet::new();
    let (code, _) = ROUTES.split_once("with_state").expect("the router");
    for written in code.split(".route(").skip(1) {
        let mut parts = written.splitn(3, '"');
        let (_, path, rest) = (parts.next(), parts.next().expect("a path"), parts.next().expect("its methods"));
        let rest = rest.split(".layer(").next().unwrap_or_default();
        for method in ["get", "post"] {
            if rest.contains(&format!("{method}(")) {
                routes.insert((method, path.to_owned()));
            }
        }
    }
    routes
}

/// Whether an address is one of a route.
fn fits(route: &str, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    let same = |(route, path): (&&str, &&str)| route == path || (route.starts_with('{') && !path.is_empty());
    route.len() == path.len() && route.iter().zip(&path).all(same)
}

/// The acts of the life-cycle are one route; a form that has a route of its own is no act.
fn asked_by_a_row(method: &str, route: &str) -> bool {
    match method {
        "get" => PAGES.iter().any(|page| fits(route, page)),
        _ => {
            route == "/console/tickets/{number}/{act}"
                || route == "/console/login"
                || route == "/console/unit-file"
                || route == "/console/tickets/{number}/files"
                || FORMS.iter().any(|form| fits(route, form.path))
        }
    }
}

fn row(table: &mut String, request: &str, cells: &[String]) {
    writeln!(table, "| {request} | {} |", cells.join(" | ")).unwrap();
}

#[test]
fn every_route_is_in_the_table() {
    for (method, route) in routes() {
        let leads_elsewhere = method == "get"
            && routes().contains(&("post", route.clone()))
            && !PAGES.iter().any(|page| fits(&route, page));
        let known = SAME_FOR_ALL.contains(&route.as_str()) || leads_elsewhere || asked_by_a_row(method, &route);
        assert!(known, "{method} {route} isn't asked for: add it to PAGES or FORMS");
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let city = City::new().await;
    let open = city.furnish().await;
    let people = everybody(&city).await;
    let mut table = String::new();
    let titles: Vec<String> = EVERYBODY.iter().map(|(_, title)| (*title).to_owned()).collect();
    row(&mut table, "request", &titles);
    row(&mut table, "---", &vec!["---".to_owned(); titles.len()]);
    for page in PAGES {
        let mut cells = Vec::new();
        for (login, title) in EVERYBODY {
            let path = page.replace("OPEN", &open).replace("失业金", &super::encoded("失业金"));
            let answer = city.get(&people[login], &path).await;
            let word = word(&answer);
            assert!(!word.contains("contact"), "{title} sees a citizen's contact on {page}: {}", answer.body);
            let may_read = ["anna", "ben", "olga", "dora"].contains(&login);
            assert!(may_read || !word.contains("question"), "{title} sees another unit's question on {page}");
            cells.push(word);
        }
        row(&mut table, &format!("GET {}", page.replace("OPEN", "{number}")), &cells);
    }
    for case in CASES {
        let cells = city.attempts(&people, case).await;
        row(&mut table, &format!("POST /console/tickets/{{number}}/{}", case.act), &cells);
    }
    for (number, form) in FORMS.iter().enumerate() {
        let cells = city.sent(&people, form, number).await;
        row(&mut table, &format!("POST {}", form.path.replace("FRESH", "{one}")), &cells);
    }
    let cells = city.files(&people, "/console/unit-file", "u.csv").await;
    row(&mut table, "POST /console/unit-file", &cells);
    let cells = city.files(&people, &format!("/console/tickets/{open}/files"), "u.txt").await;
    row(&mut table, "POST /console/tickets/{number}/files", &cells);
    assert!(DOCUMENT.contains(&table), "docs/rights.md says something else than:\n{table}");
}

impl City {
    /// Every person tries an act of the life-cycle, each with a ticket of their own that is ready for it.
    async fn attempts(&self, people: &People, case: &Case) -> Vec<String> {
        let mut cells = Vec::new();
        for (login, title) in EVERYBODY {
            let (number, mut fields) = self.prepared(people, case).await;
            let before = self.current(&number).await;
            let version = before.version.to_string();
            fields.push(("version", version));
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, words)| (*name, words.as_str())).collect();
            let path = format!("/console/tickets/{number}/{}", case.act);
            let answer = self.post(&people[login], &path, &fields).await;
            let word = word(&answer);
            let changed = self.current(&number).await != before;
            assert_eq!(changed, word == "done", "{title} {}: {word}", case.act);
            cells.push(word);
        }
        cells
    }

    /// Every person sends a form.
    async fn sent(&self, people: &People, form: &Form, number: usize) -> Vec<String> {
        let mut cells = Vec::new();
        for (at, (login, _)) in EVERYBODY.iter().enumerate() {
            let fresh = self.fresh(people, form, number * EVERYBODY.len() + at).await;
            let fields: Vec<(&str, String)> =
                form.fields.iter().map(|(name, words)| (*name, words.replace("FRESH", &fresh))).collect();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, words)| (*name, words.as_str())).collect();
            // Whoever logs out does so in a session of its own.
            let person = if form.path.ends_with("/logout") && !login.is_empty() {
                &self.log_in_anyhow(login).await
            } else {
                &people[login]
            };
            let answer = self.post(person, &form.path.replace("FRESH", &fresh), &fields).await;
            cells.push(word(&answer));
        }
        cells
    }

    /// Every person sends a file: a table of units, which is only shown first, or one for a ticket.
    async fn files(&self, people: &People, path: &str, name: &str) -> Vec<String> {
        let mut cells = Vec::new();
        for (login, _) in EVERYBODY {
            let person = &people[login];
            let body = format!(
                "--line\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--line\r\n\
                 Content-Disposition: form-data; name=\"aim\"\r\n\r\ninternal\r\n--line\r\n\
                 Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\ncode,name\nnew,新局\n\
                 \r\n--line--\r\n",
                person.csrf
            );
            let request = Request::post(path)
                .header(header::COOKIE, &person.cookie)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
                .body(Body::from(body))
                .unwrap();
            cells.push(word(&self.send(request).await));
        }
        cells
    }
}
