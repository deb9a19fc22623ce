//! Counts what became of each message, by what people sent and saw, and by what the store holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    sync::atomic::Ordering,
};

use wenzheng::{
    audit::{self, Verdict},
    store::Store,
};

use crate::{
    delivery,
    people::Effect,
    said::{Record, Said},
    support::telegram::FakeTelegram,
    traffic::{TELEGRAM, WEB},
};

/// The figures to print, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    pub text: String,
    pub faults: Vec<String>,
}

impl Report {
    /// Adds a line under a heading.
    pub fn line(&mut self, heading: &str, figures: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let _ = write!(self.text, "  {heading:<11} {figures}");
    }

    /// Notes a fault unless `holds`.
    pub fn check(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }
}

/// A row of the outbox.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Letter {
    pub id: String,
    pub channel: String,
    pub person: String,
    pub dedup_key: String,
    pub payload: String,
    pub state: String,
    pub parts_sent: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct Taken {
    id: String,
    channel: String,
    message_key: String,
    state: String,
    attempts: i64,
}

/// How often each thing was done.
type Counts = BTreeMap<String, i64>;

/// What messages did besides being answered.
#[derive(Debug)]
pub struct Done {
    tickets: Counts,
    opinions: Counts,
    feedback: Counts,
    audited: Counts,
}

impl Done {
    pub async fn read(store: &Store) -> Self {
        Self {
            // A ticket counts with its first event, so that neither stands alone.
            tickets: counts(
                store,
                "SELECT question, COUNT(*) FROM ticket JOIN ticket_event ON ticket_id = ticket.id GROUP BY question",
            )
            .await,
            opinions: counts(store, "SELECT text, COUNT(*) FROM opinion GROUP BY text").await,
            feedback: counts(store, "SELECT question, COUNT(*) FROM feedback WHERE helped = 1 GROUP BY question").await,
            audited: counts(store, "SELECT action, COUNT(*) FROM audit GROUP BY action").await,
        }
    }
}

async fn counts(store: &Store, sql: &'static str) -> Counts {
    let mut connection = store.read().await.unwrap();
    let rows: Vec<(String, i64)> = sqlx::query_as(sql).fetch_all(&mut *connection).await.unwrap();
    rows.into_iter().collect()
}

/// How much the service still has to do.
pub async fn open_work(store: &Store) -> i64 {
    let open = counts(
        store,
        "SELECT 'inbox', COUNT(*) FROM inbox WHERE state = 'pending' UNION ALL
         SELECT 'outbox', COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')",
    )
    .await;
    open.values().sum()
}

/// People on the web whose page wasn't given everything that was written to them, once and in order.
pub async fn unseen(store: &Store, record: &Record) -> Vec<String> {
    let last =
        counts(store, "SELECT person, position FROM outbox_position WHERE channel = 'web' ORDER BY person").await;
    let seen = record.seen();
    let complete = |person: &str, last: i64| {
        let seen = seen.get(person).map_or(&[][..], Vec::as_slice);
        seen.iter().copied().eq(1..=last)
    };
    last.into_iter().filter(|(person, last)| !complete(person, *last)).map(|(person, _)| person).collect()
}

/// Counts everything.
pub async fn report(store: &Store, before: &Done, record: &Record, fake: &FakeTelegram, log: &str) -> Report {
    let mut report = Report::default();
    let said = record.said().clone();
    report.faults.extend(record.oddities().iter().cloned());
    let mut connection = store.read().await.unwrap();
    let taken: Vec<Taken> = sqlx::query_as("SELECT id, channel, message_key, state, attempts FROM inbox")
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    let letters: Vec<Letter> = sqlx::query_as(
        "SELECT id, channel, person, dedup_key, payload, state, parts_sent FROM outbox
         ORDER BY channel, person, position",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    let verdict = audit::verify(&mut connection).await.unwrap();
    drop(connection);

    let answers = inbox(&mut report, &said, &taken, record, fake);
    replies(&mut report, &answers, &letters);
    let lost = unseen(store, record).await;
    pages(&mut report, &letters, record, &lost);
    delivery::check(&mut report, store, &letters, fake).await;
    effects(&mut report, &said, before, &Done::read(store).await);
    let intact = if let Verdict::Intact(rows) = verdict { format!("intact, {rows} rows") } else { "BROKEN".to_owned() };
    report.check(matches!(verdict, Verdict::Intact(_)), || format!("the audit log: {verdict:?}"));
    report.line("audit log", &intact);
    let errors = log.lines().filter(|line| line.contains(" ERROR ")).count();
    let warnings = log.lines().filter(|line| line.contains(" WARN ")).count();
    let panics = log.lines().filter(|line| line.contains("panicked")).count();
    report.check(panics == 0, || format!("the service panicked {panics} times"));
    report.line("log", &format!("{errors} errors, {warnings} warnings, {panics} panics"));
    report
}

/// Every message stands in the inbox once, and was worked on. Gives each message's row.
fn inbox<'a>(
    report: &mut Report,
    said: &'a [Said],
    taken: &'a [Taken],
    record: &Record,
    fake: &FakeTelegram,
) -> Vec<(&'a Said, &'a str)> {
    let mut rows: BTreeMap<(&str, &str), Vec<&Taken>> = BTreeMap::new();
    for row in taken {
        rows.entry((&row.channel, &row.message_key)).or_default().push(row);
    }
    let mut found = Vec::new();
    for channel in [TELEGRAM.0, WEB.0] {
        let sent: Vec<&Said> = said.iter().filter(|said| said.channel == channel).collect();
        let (mut once, mut states) = (0, Counts::new());
        for said in &sent {
            match rows.remove(&(channel, said.key.as_str())).as_deref() {
                Some([row]) => {
                    once += 1;
                    *states.entry(row.state.clone()).or_default() += 1;
                    report.check(row.state == "done", || format!("{channel} {} is {}", said.key, row.state));
                    found.push((*said, row.id.as_str()));
                }
                Some(more) => report.faults.push(format!("{channel} {} was stored {} times", said.key, more.len())),
                None => report.faults.push(format!("{channel} {} was lost before the inbox", said.key)),
            }
        }
        let state = |name: &str| states.get(name).copied().unwrap_or(0);
        let again = if channel == TELEGRAM.0 {
            format!("{} were given out more than once", fake.given_again())
        } else {
            let (resent, known) = (record.resent.load(Ordering::Relaxed), record.known.load(Ordering::Relaxed));
            format!("{resent} more tries, {known} of them after it had been stored")
        };
        report.line(
            channel,
            &format!(
                "{} sent ({again}); {once} in the inbox once; {} done, {} failed, {} refused",
                sent.len(),
                state("done"),
                state("failed"),
                state("refused")
            ),
        );
    }
    for ((channel, key), _) in rows {
        report.faults.push(format!("nobody sent {channel} {key}"));
    }
    let retried = taken.iter().filter(|row| row.attempts > 0).count();
    report.line("turns", &format!("{retried} messages failed at least once and were tried again"));
    found
}

/// Every message has one set of replies, and it answers what was said.
fn replies(report: &mut Report, answers: &[(&Said, &str)], letters: &[Letter]) {
    let ids: BTreeSet<&str> = answers.iter().map(|(_, id)| *id).collect();
    let mut sets: BTreeMap<&str, Vec<(&str, &Letter)>> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for letter in letters {
        report.check(keys.insert(&letter.dedup_key), || format!("{} was written twice", letter.dedup_key));
        let (cause, place) = letter.dedup_key.split_once(':').unwrap_or((&letter.dedup_key, ""));
        if cause != "again" {
            report.check(ids.contains(cause), || format!("nobody asked for {}", letter.dedup_key));
            sets.entry(cause).or_default().push((place, letter));
        }
    }
    let by_id: BTreeMap<&str, &Letter> = letters.iter().map(|letter| (letter.id.as_str(), letter)).collect();
    let (mut one, mut none, mut right) = (0, 0, 0);
    for (said, id) in answers {
        let Some(set) = sets.get_mut(*id) else {
            none += 1;
            report.faults.push(format!("{} {} has no answer", said.channel, said.key));
            continue;
        };
        set.sort_by_key(|(place, _)| place.parse::<usize>().unwrap_or(usize::MAX));
        let complete = set.iter().enumerate().all(|(at, (place, _))| *place == at.to_string());
        report.check(complete, || format!("{} {} has no proper set of answers", said.channel, said.key));
        one += usize::from(complete);
        let first = set[0].1;
        let fits = match &said.effect {
            Effect::Again(id) => by_id.get(id.as_str()).is_some_and(|shown| shown.payload == first.payload),
            _ => first.payload.contains(&said.answer),
        };
        right += usize::from(fits && first.person == said.person);
        report.check(fits && first.person == said.person, || {
            format!("{} {} expected {:?} and got {}", said.channel, said.key, said.answer, first.payload)
        });
    }
    let rows: usize = sets.values().map(Vec::len).sum();
    let messages = answers.len();
    report.line(
        "answers",
        &format!("{one} of {messages} messages have one set ({rows} rows), {none} have none; {right} say what fits"),
    );
}

/// Every page on the web was given what was written to it.
fn pages(report: &mut Report, letters: &[Letter], record: &Record, lost: &[String]) {
    let written = letters.iter().filter(|letter| letter.channel == WEB.0).count();
    let seen: usize = record.seen().values().map(Vec::len).sum();
    let broken = record.broken_streams.load(Ordering::Relaxed);
    report.line("web pages", &format!("{written} written, {seen} seen on streams that broke {broken} times"));
    for person in lost {
        let seen = record.seen().get(person).cloned();
        report.faults.push(format!("the page of {person} missed or repeated something: {seen:?}"));
    }
}

/// What was asked for was done once.
fn effects(report: &mut Report, said: &[Said], before: &Done, after: &Done) {
    let mut wanted = [Counts::new(), Counts::new(), Counts::new()];
    for said in said {
        let (kind, what) = match &said.effect {
            Effect::Ticket(question) => (0, question),
            Effect::Opinion(text) => (1, text),
            Effect::Feedback(question) => (2, question),
            Effect::Nothing | Effect::Again(_) => continue,
        };
        *wanted[kind].entry(what.clone()).or_default() += 1;
    }
    let kinds = [
        ("tickets", &before.tickets, &after.tickets),
        ("opinions", &before.opinions, &after.opinions),
        ("ratings", &before.feedback, &after.feedback),
    ];
    for ((name, before, after), wanted) in kinds.into_iter().zip(&wanted) {
        let (mut lost, mut twice) = (0, 0);
        let all: BTreeSet<&String> = wanted.keys().chain(after.keys()).chain(before.keys()).collect();
        for what in all {
            let count = |counts: &Counts| counts.get(what).copied().unwrap_or(0);
            let (did, should) = (count(after) - count(before), count(wanted));
            lost += (should - did).max(0);
            twice += (did - should).max(0);
            report.check(did == should, || format!("{name}: {what:?} was done {did} times instead of {should}"));
        }
        let total: i64 = wanted.values().sum();
        report.check(total > 0, || format!("the people never came to {name}"));
        report.line(name, &format!("{total} asked for; {lost} lost, {twice} twice"));
    }
    for (action, wanted) in [("ticket.filed", &wanted[0]), ("opinion.filed", &wanted[1])] {
        let count = |done: &Done| done.audited.get(action).copied().unwrap_or(0);
        let (did, should) = (count(after) - count(before), wanted.values().sum::<i64>());
        report.check(did == should, || format!("the audit log has {did} of {should} {action}"));
    }
}
