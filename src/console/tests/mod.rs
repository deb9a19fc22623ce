//! The console as a browser sees it: requests in, pages out, on a store of its own.

mod acting;
mod attaching;
mod chat;
mod counting;
mod directing;
mod entering;
mod hooks;
mod inbox;
mod kinds;
mod knowing;
mod learning;
mod live;
mod noting;
mod reading;
mod rights;
mod starting;
mod steps;
mod why;
mod wordings;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{Console, Pace, Streams, layout::encoded, routes};
use crate::{
    calendar::Calendar,
    casework::{self, Clocks, NewTicket, Ticket, TicketKind, attachments::Limits},
    clock::{Clock, city_date},
    consultation::{self, Basis, DraftOpinion, Phase, Stance},
    conversation::desks::CurrentDesk,
    directory::{
        citizens,
        staff::{self, PasswordHash, Role, StaffMember},
        units::{self, Unit},
    },
    id::{Ids, SystemEntropy},
    knowledge::Library,
    locale::Locales,
    matching::Weights,
    message::Address,
    store::Store,
    wake::Wake,
};

const PASSWORD: &str = "correct horse";

/// A clock that stands still until it is moved.
struct TestClock(Mutex<Timestamp>);

impl TestClock {
    fn forward(&self, by: SignedDuration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer.
struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The token that the page's forms carry.
    fn csrf(&self) -> String {
        let (_, rest) = self.body.split_once("name=\"csrf\" value=\"").expect("a form with a token");
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

/// Somebody who is logged in.
struct Person {
    cookie: String,
    csrf: String,
}

/// A console with a city: two units and an office, staff in each, one citizen.
struct City {
    app: Router,
    console: Console,
    clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

fn unit(code: &str, name: &str) -> Unit {
    Unit { phone: "12345".into(), ..Unit::new(code, name) }
}

fn citizen_address() -> Address {
    Address { channel: "web".into(), account: "main".into(), person: "person-1".into() }
}

impl City {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path()).await.unwrap();
        let clock = Arc::new(TestClock(Mutex::new("2026-11-23T02:00:00Z".parse().unwrap())));
        let library = Arc::new(Library::load(&store, Weights::built_in()).await.unwrap());
        let console = Console {
            store: store.clone(),
            locales: Locales::embedded().unwrap(),
            clock: clock.clone(),
            ids: Ids::new(clock.clone(), Arc::new(SystemEntropy)),
            entropy: Arc::new(SystemEntropy),
            wake: Wake::default(),
            calendar: Arc::new(Calendar::embedded().unwrap()),
            secure_cookies: true,
            hooks: hooks::settings(),
            streams: Streams::new(Pace::default(), CancellationToken::new()),
            desks: Arc::new(CurrentDesk::learn(&store, &library, city_date(clock.now())).await.unwrap()),
            library,
            public: Some("https://ask.example".into()),
            second_look: crate::knowledge::second_look::Rule::default(),
            files: Limits { bytes: 2 * 1024 * 1024, per_ticket: 5 },
        };
        let password = PasswordHash::of(&PASSWORD.to_owned().into(), &SystemEntropy).unwrap();
        let mut tx = store.begin().await.unwrap();
        for (code, name) in [("hrss", "人社局"), ("tax", "税务局"), ("office", "政府办")] {
            units::upsert(&mut tx, &unit(code, name)).await.unwrap();
        }
        for (login, name, unit, roles) in [
            ("anna", "安娜", "hrss", vec![Role::Staff]),
            ("ben", "本", "hrss", vec![Role::Staff, Role::Reviewer]),
            ("tom", "汤姆", "tax", vec![Role::Staff, Role::Reviewer]),
            ("dora", "朵拉", "office", vec![Role::Dispatcher]),
            ("root", "管理员", "office", vec![Role::Administrator]),
            ("gone", "离职", "hrss", vec![]),
        ] {
            let member = StaffMember {
                id: login.into(),
                login: login.into(),
                name: name.into(),
                unit: unit.into(),
                roles: roles.into_iter().collect::<BTreeSet<_>>(),
            };
            staff::add(&mut tx, &member, &password, clock.now()).await.unwrap();
        }
        let citizen = ("citizen-1", "en");
        citizens::at_address(&mut tx, &citizen_address(), citizen, clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        Self { app: routes(console.clone()), console, clock, _folder: folder }
    }

    async fn ticket(&self, question: &str) -> Ticket {
        self.ticket_of_kind(question, None).await
    }

    /// A ticket with the kind that the bot guessed.
    async fn ticket_of_kind(&self, question: &str, kind: Option<TicketKind>) -> Ticket {
        let now = self.clock.now();
        let mut tx = self.console.store.begin().await.unwrap();
        let new = NewTicket {
            id: &self.console.ids.next(),
            citizen_id: "citizen-1",
            reply_to: &citizen_address(),
            question,
            kind,
            unit: "hrss",
            clocks: Clocks::start(&self.console.calendar, city_date(now), 1, casework::REPLY_WORKING_DAYS),
            split_from: None,
            filed_by: "citizen",
            chosen_by: "bot",
        };
        let ticket = casework::file(&mut tx, new, &self.console.ids.next(), now).await.unwrap();
        tx.commit().await.unwrap();
        ticket
    }

    async fn consultation(&self) {
        let mut tx = self.console.store.begin().await.unwrap();
        let opinion = |stance, text: &str| DraftOpinion { clause: Some(1), stance, text: text.into() };
        let draft = consultation::Draft {
            id: "park".into(),
            title: "公园管理办法".into(),
            unit: "hrss".into(),
            basis: Basis::Major,
            phase: Phase::Announced,
            opens_in_days: -1,
            closes_in_days: 40,
            short_reason: String::new(),
            contact: String::new(),
            explanation: String::new(),
            clauses: vec![("开放时间".into(), "六时至二十二时".into())],
            opinions: vec![
                opinion(Stance::Suggest, "=HYPERLINK(\"http://evil\")"),
                opinion(Stance::Support, "希望公园的开放时间能够再延长一个小时"),
                opinion(Stance::Support, "建议公园的开放时间能够再延长一个小时"),
            ],
            adoptions: Vec::new(),
        };
        let now = self.clock.now();
        consultation::import(&mut tx, &self.console.ids, &draft, city_date(now), now).await.unwrap();
        let park = consultation::find(&mut tx, "park").await.unwrap().unwrap();
        let given =
            consultation::Given { citizen: "citizen-1", clause: None, stance: Stance::Oppose, text: "不同意收费" };
        let filed = consultation::file_opinion(&mut tx, &self.console.ids, &park, given, (city_date(now), now));
        filed.await.unwrap().unwrap();
        tx.commit().await.unwrap();
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    async fn get(&self, person: &Person, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, &person.cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends a form as it stands.
    async fn post_raw(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Sends a form with the session's token.
    async fn post(&self, person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &person.csrf));
        self.post_raw(&person.cookie, path, &fields).await
    }

    async fn log_in(&self, login: &str) -> Person {
        let answer = self.post_raw("", "/console/login", &[("login", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        let person = Person { cookie, csrf: String::new() };
        let csrf = self.get(&person, "/console?lang=en").await.csrf();
        Person { csrf, ..person }
    }

    async fn current(&self, number: &str) -> Ticket {
        let mut connection = self.console.store.read().await.unwrap();
        casework::find_by_number(&mut connection, number).await.unwrap().unwrap()
    }

    /// Does an act that must succeed, with the ticket's present version.
    async fn act(&self, person: &Person, number: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
        let version = self.current(number).await.version.to_string();
        let mut fields = fields.to_vec();
        fields.push(("version", &version));
        let answer = self.post(person, &format!("/console/tickets/{number}/{act}"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{act}: {}", answer.body);
        answer
    }
}
