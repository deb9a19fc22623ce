//! Fills the database: units, staff, citizens, and two years of tickets with all that belongs to them.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};
use serde_json::json;
use sqlx::{AnyConnection, Executor as _};
use wenzheng::{
    calendar::{Calendar, Pause},
    casework::{self, Clocks, Course, Draft, Exchange, Purpose, Rating, Reply, State},
    clock::{Clock as _, SystemClock, city_date, instant_of},
    directory::{
        staff::{self, PasswordHash, Role, StaffMember},
        units::{self, OFFICE, Unit},
    },
    id::SystemEntropy,
    store::{Store, to_json},
};

use crate::{
    Options,
    bulk::{Bulk, Value},
    city::{City, PASSWORD},
    place::Place,
    words::Words,
};

/// For how many days tickets came.
const DAYS: usize = 730;
/// Citizens.
const CITIZENS: usize = 30_000;
/// Of a hundred tickets so many are open.
const OPEN: usize = 4;
const CHANNELS: [&str; 3] = ["web", "telegram", "terminal"];
const KINDS: [&str; 4] = ["inquiry", "help", "advice", ""];
/// Events of the ticket to which most happened.
const EVENTFUL: usize = 300;

const TICKET: [&str; 22] = [
    "id",
    "number",
    "question",
    "citizen_id",
    "channel",
    "account",
    "person",
    "unit",
    "phase",
    "state",
    "designated",
    "version",
    "filed_at",
    "due_on",
    "reckoning",
    "closed_at",
    "acceptance",
    "accept_on",
    "course",
    "claimed_by",
    "stopped",
    "answered_at",
];
const MORE: [&str; 3] = ["kind", "kind_sure", "rating"];
const EVENT: [&str; 6] = ["id", "ticket_id", "at", "actor", "kind", "detail"];
const NOTICE: [&str; 5] = ["id", "audience", "matter", "ticket_id", "at"];

/// The tables that are filled.
struct Tables {
    tickets: Bulk,
    events: Bulk,
    parts: Bulk,
    notices: Bulk,
    read: Bulk,
}

/// What tickets are made with.
struct Maker {
    words: Words,
    calendar: Calendar,
    now: Timestamp,
    units: usize,
    /// Counts ids up: they are in the order in which things happened, as real ones are.
    ids: u64,
    of_day: (Date, u32),
    tables: Tables,
}

fn code(unit: usize) -> String {
    format!("unit{unit:03}")
}

/// Somebody of a unit: 0 to 2 write, 3 reviews. Those of the largest one have logins of their own.
fn login(unit: usize, nth: usize) -> String {
    match (unit, nth) {
        (0, 0) => "staff".to_owned(),
        (0, 3) => "reviewer".to_owned(),
        _ => format!("u{unit}n{nth}"),
    }
}

/// Makes everything, and says how long it took.
pub async fn fill(place: &Place, options: &Options) -> anyhow::Result<City> {
    let begun = Instant::now();
    let store = Store::open(place.url()).await?;
    people(&store, options.units).await?;
    let mut connection = place.connect().await?;
    // Nothing is lost if this breaks off, and rows come in any order.
    let careless: &[&'static str] = if place.is_postgres() {
        &["SET session_replication_role = replica"]
    } else {
        &["PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF"]
    };
    for sql in careless {
        connection.execute(*sql).await?;
    }
    connection.execute("BEGIN").await?;
    let mut maker = Maker::new(options)?;
    maker.citizens(&mut connection).await?;
    maker.tallies(&mut connection).await?;
    let city = maker.tickets(&mut connection, options.tickets).await?;
    connection.execute("COMMIT").await?;
    println!("filled in {:.0} s", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    while casework::fill(&store).await? {}
    println!("made ready to be searched in {:.0} s", begun.elapsed().as_secs_f64());
    connection.execute("ANALYZE").await?;
    if place.is_postgres() {
        // What the server does by itself after a while.
        connection.execute("VACUUM ANALYZE").await?;
    }
    store.close().await;
    Ok(city)
}

async fn people(store: &Store, count: usize) -> anyhow::Result<()> {
    let password = PasswordHash::of(&PASSWORD.to_owned().into(), &SystemEntropy)?;
    let now = SystemClock.now();
    let mut tx = store.begin().await?;
    units::upsert(&mut tx, &Unit::new(OFFICE, "市政府办公室")).await?;
    let member = |login: String, unit: String, roles: &[Role]| StaffMember {
        id: login.clone(),
        name: format!("工作人员{login}"),
        login,
        unit,
        roles: roles.iter().copied().collect(),
    };
    let dispatcher = member("dispatcher".to_owned(), OFFICE.to_owned(), &[Role::Dispatcher]);
    staff::add(&mut tx, &dispatcher, &password, now).await?;
    for unit in 0..count {
        let made = Unit { head: Some(login(unit, 3)), ..Unit::new(&code(unit), &format!("第{unit}责任单位")) };
        units::upsert(&mut tx, &made).await?;
        for nth in 0..4 {
            let roles: &[Role] = if nth == 3 { &[Role::Staff, Role::Reviewer] } else { &[Role::Staff] };
            staff::add(&mut tx, &member(login(unit, nth), code(unit), roles), &password, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

impl Maker {
    fn new(options: &Options) -> anyhow::Result<Self> {
        let tables = Tables {
            tickets: Bulk::new("ticket", &[&TICKET[..], &MORE[..]].concat()),
            events: Bulk::new("ticket_event", &EVENT),
            parts: Bulk::new("ticket_part", &["ticket_id", "unit"]),
            notices: Bulk::new("staff_notice", &NOTICE),
            read: Bulk::new("staff_notice_read", &["notice_id", "login"]),
        };
        Ok(Self {
            words: Words::new(options.seed),
            calendar: Calendar::embedded()?,
            now: SystemClock.now(),
            units: options.units,
            ids: 0,
            of_day: (Date::default(), 0),
            tables,
        })
    }

    fn id(&mut self) -> String {
        self.ids += 1;
        format!("01900000-0000-7000-8000-{:012x}", self.ids)
    }

    async fn citizens(&mut self, into: &mut AnyConnection) -> anyhow::Result<()> {
        let mut citizens = Bulk::new("citizen", &["id", "locale", "created_at"]);
        for nth in 0..CITIZENS {
            citizens.add(into, [format!("c{nth}").into(), "zh-CN".into(), 0.into()]).await?;
        }
        citizens.write(into).await
    }

    /// Answers of the bot.
    async fn tallies(&mut self, into: &mut AnyConnection) -> anyhow::Result<()> {
        let mut tallies = Bulk::new("tally", &["day", "what", "unit", "kind", "channel", "value"]);
        let today = city_date(self.now);
        for day in 0..DAYS {
            let day = today.saturating_sub(i64::try_from(day)?.days()).to_string();
            for unit in (0..self.units).filter(|unit| unit % 4 == 0) {
                for (what, kind) in [("answered", "inquiry"), ("chosen", "help")] {
                    let count = 1 + i64::try_from(self.words.below(20))?;
                    let row =
                        [day.as_str().into(), what.into(), code(unit).into(), kind.into(), "web".into(), count.into()];
                    tallies.add(into, row).await?;
                }
            }
        }
        tallies.write(into).await
    }

    async fn tickets(&mut self, into: &mut AnyConnection, count: usize) -> anyhow::Result<City> {
        let (mut open, mut closed, mut eventful) = (String::new(), String::new(), String::new());
        let opened = count * OPEN / 100;
        for nth in 0..count {
            let is_open = nth >= count - opened;
            // Minutes before now: the open ones came in the last two weeks.
            let before = if is_open {
                14 * 1440 * (count - nth) / (opened + 1)
            } else {
                (DAYS - 15) * 1440 * (count - nth) / count + 14 * 1440
            };
            let filed = self.now - SignedDuration::from_mins(i64::try_from(before)?);
            let unit = if nth + 1 == count { 0 } else { self.words.skewed(self.units * 2) / 2 };
            let (number, phase) = self.ticket(into, nth, (unit, filed), is_open).await?;
            if unit == 0 && phase == "claimed" {
                open.clone_from(&number);
            }
            if unit == 0 && phase == "rated" {
                if eventful.is_empty() {
                    eventful.clone_from(&number);
                    self.happen_often(into).await?;
                }
                closed = number;
            }
        }
        for table in [
            &mut self.tables.tickets,
            &mut self.tables.events,
            &mut self.tables.parts,
            &mut self.tables.notices,
            &mut self.tables.read,
        ] {
            table.write(into).await?;
        }
        let words = &self.words;
        let total = |rank: usize| words.ranked(rank).to_owned();
        let long = format!("{}{}", total(0), total(1));
        let number = closed.split('-').next().unwrap_or_default().to_owned();
        Ok(City {
            unit: code(0),
            open,
            closed,
            eventful,
            common: total(0),
            usual: total(300),
            rare: total(usize::MAX),
            long,
            number,
        })
    }

    fn number(&mut self, filed: Timestamp) -> String {
        let day = city_date(filed);
        self.of_day = if self.of_day.0 == day { (day, self.of_day.1 + 1) } else { (day, 1) };
        format!("Z{}-{:04}", day.strftime("%Y%m%d"), self.of_day.1)
    }

    /// Where a ticket stands, and when its reply was approved.
    fn state(&mut self, unit: usize, filed: Timestamp, open: bool) -> (State, Option<Timestamp>) {
        let by = login(unit, self.words.below(3));
        if open {
            let state = match self.words.below(20) {
                0..5 => State::Assigned,
                5..12 => State::Claimed { by },
                12..15 => {
                    let text = self.words.reply();
                    State::Drafted {
                        draft: Draft { text, author: by, remark: None, purpose: Purpose::Reply, origin: None },
                    }
                }
                15..17 => State::Returned { unit: code(unit), reason: self.words.remark() },
                _ => State::AwaitingCitizen {
                    by,
                    asked: self.words.remark(),
                    ends: city_date(self.now).saturating_add(5.days()),
                    reminded: false,
                },
            };
            return (state, None);
        }
        let took = SignedDuration::from_mins(i64::try_from(60 + self.words.skewed(10 * 1440)).unwrap());
        let at = filed + took;
        let mut reply = || Reply {
            text: self.words.reply(),
            unit: code(unit),
            author: by.clone(),
            approved_by: login(unit, 3),
            at,
            enclosures: Vec::new(),
        };
        let reply = reply();
        match self.words.below(100) {
            0..40 => (State::Answered { reply }, Some(at)),
            40..84 => {
                let rating = if self.words.below(4) > 0 { Rating::Helped } else { Rating::NotHelped };
                let words = if self.words.below(5) == 0 { self.words.remark() } else { String::new() };
                (State::Rated { reply, rating, words }, Some(at))
            }
            84..91 => (State::Referred { reply, place: "省税务局".to_owned() }, Some(at)),
            91..95 => (State::Lapsed, None),
            _ => (State::Withdrawn, None),
        }
    }

    async fn ticket(
        &mut self,
        into: &mut AnyConnection,
        nth: usize,
        (unit, filed): (usize, Timestamp),
        open: bool,
    ) -> anyhow::Result<(String, &'static str)> {
        let id = self.id();
        let number = self.number(filed);
        let (state, answered_at) = self.state(unit, filed, open);
        let day = city_date(filed);
        let mut clocks = Clocks::start(&self.calendar, day, 1, 5);
        let mut course = Course::default();
        if matches!(state, State::AwaitingCitizen { .. }) {
            clocks.reply.pauses.push(Pause { from: day, to: None });
            course.exchanges.push(Exchange { asked: self.words.remark(), asked_at: filed, answer: None });
        } else if self.words.below(8) == 0 {
            let answer = Some(self.words.question());
            course.exchanges.push(Exchange { asked: self.words.remark(), asked_at: filed, answer });
        }
        if self.words.below(20) == 0 {
            let other = self.words.skewed(self.units);
            course.parts.push(casework::Part {
                unit: code(other),
                asked_by: login(unit, 0),
                asked_at: filed,
                written: None,
            });
            self.tables.parts.add(into, [id.as_str().into(), code(other).into()]).await?;
        }
        let accept_on = if matches!(state, State::Assigned) { clocks.accept.due.to_string() } else { String::new() };
        let closed_at =
            state.is_closed().then(|| answered_at.unwrap_or(filed + SignedDuration::from_hours(100)).as_millisecond());
        let phase = state.phase();
        let rating = match &state {
            State::Rated { rating: Rating::Helped, .. } => 1,
            State::Rated { .. } => 2,
            _ => 0,
        };
        let citizen = format!("c{}", self.words.below(CITIZENS));
        let kind = KINDS[self.words.skewed(KINDS.len())];
        let question = self.words.question();
        let row = [
            id.as_str().into(),
            number.as_str().into(),
            question.into(),
            citizen.as_str().into(),
            CHANNELS[self.words.skewed(CHANNELS.len())].into(),
            "main".into(),
            citizen.as_str().into(),
            code(unit).into(),
            phase.into(),
            to_json(&state)?.into(),
            i64::from(nth.is_multiple_of(9)).into(),
            5.into(),
            filed.as_millisecond().into(),
            clocks.reply.due.to_string().into(),
            to_json(&clocks.reply)?.into(),
            Value::from(closed_at),
            to_json(&clocks.accept)?.into(),
            accept_on.into(),
            to_json(&course)?.into(),
            state.worker().unwrap_or_default().into(),
            i64::from(clocks.stand_still()).into(),
            Value::from(answered_at.map(Timestamp::as_millisecond)),
            kind.into(),
            70.into(),
            i64::from(rating).into(),
        ];
        self.tables.tickets.add(into, row).await?;
        self.happen(into, &id, (unit, filed), (&state, &course)).await?;
        Ok((number, phase))
    }

    async fn event(
        &mut self,
        into: &mut AnyConnection,
        ticket: &str,
        at: Timestamp,
        (actor, kind, detail): (&str, &str, serde_json::Value),
    ) -> anyhow::Result<()> {
        let id = self.id();
        let row = [
            id.into(),
            ticket.into(),
            at.as_millisecond().into(),
            actor.into(),
            kind.into(),
            detail.to_string().into(),
        ];
        self.tables.events.add(into, row).await
    }

    /// A notice; all but the latest ones are read, by everybody in large units.
    async fn notice(
        &mut self,
        into: &mut AnyConnection,
        (audience, matter): (String, &str),
        (ticket, unit, at): (&str, usize, Timestamp),
    ) -> anyhow::Result<()> {
        let id = self.id();
        let row = [id.as_str().into(), audience.into(), matter.into(), ticket.into(), at.as_millisecond().into()];
        self.tables.notices.add(into, row).await?;
        if self.now.duration_since(at) > SignedDuration::from_hours(72) {
            let readers = if unit < 5 { 4 } else { 1 };
            for nth in 0..readers {
                self.tables.read.add(into, [id.as_str().into(), login(unit, nth).into()]).await?;
            }
        }
        Ok(())
    }

    /// The events and notices of a ticket.
    async fn happen(
        &mut self,
        into: &mut AnyConnection,
        id: &str,
        (unit, filed): (usize, Timestamp),
        (state, course): (&State, &Course),
    ) -> anyhow::Result<()> {
        let later = |minutes: i64| filed + SignedDuration::from_mins(minutes);
        let writer = format!("staff:{}", login(unit, 0));
        let place = (id, unit, filed);
        self.event(into, id, filed, ("citizen", "filed", json!({ "unit": code(unit), "chosen_by": "bot" }))).await?;
        self.notice(into, (format!("unit:{}", code(unit)), "came"), place).await?;
        if matches!(state, State::Assigned) {
            return Ok(());
        }
        self.event(into, id, later(10), (&writer, "claimed", serde_json::Value::Null)).await?;
        for exchange in &course.exchanges {
            let detail = json!({ "asked": exchange.asked, "ends": "2026-01-01" });
            self.event(into, id, later(20), (&writer, "asked_citizen", detail)).await?;
            if let Some(answer) = &exchange.answer {
                self.event(into, id, later(30), ("citizen", "citizen_answered", json!({ "answer": answer }))).await?;
            }
        }
        if state.draft().is_some() || state.reply().is_some() {
            self.event(into, id, later(40), (&writer, "drafted", serde_json::Value::Null)).await?;
            self.notice(into, (format!("reviewers:{}", code(unit)), "to_approve"), place).await?;
        }
        if let Some(reply) = state.reply() {
            let reviewer = format!("staff:{}", reply.approved_by);
            self.event(into, id, reply.at, (&reviewer, "approved", serde_json::Value::Null)).await?;
        }
        if let State::Rated { rating, .. } = state {
            self.event(into, id, later(9999), ("citizen", "rated", json!({ "rating": rating }))).await?;
        }
        if self.words.below(10) == 0 {
            self.event(into, id, later(50), ("rule:clocks", "reminded", json!({ "to": "unit" }))).await?;
            self.notice(into, (format!("unit:{}", code(unit)), "late"), place).await?;
        }
        if self.words.below(40) == 0 {
            self.notice(into, ("dispatchers".to_owned(), "silent"), place).await?;
        }
        Ok(())
    }

    /// A great deal happens to the ticket that was made last.
    async fn happen_often(&mut self, into: &mut AnyConnection) -> anyhow::Result<()> {
        // The rows of its own events are the last of all ids: the ticket's is found by its place.
        let (ticket, at) = (self.last_ticket(into).await?, instant_of("2026-01-01T09:00".parse()?));
        for nth in 0..EVENTFUL {
            let (kind, detail) = if nth % 2 == 0 {
                ("transferred", json!({ "from": code(nth % self.units), "to": code(0), "reason": self.words.remark() }))
            } else {
                ("claimed", serde_json::Value::Null)
            };
            self.event(into, &ticket, at, ("staff:staff", kind, detail)).await?;
        }
        Ok(())
    }

    async fn last_ticket(&mut self, into: &mut AnyConnection) -> anyhow::Result<String> {
        self.tables.tickets.write(into).await?;
        let (id,): (String,) = sqlx::query_as("SELECT MAX(id) FROM ticket").fetch_one(into).await?;
        Ok(id)
    }
}
