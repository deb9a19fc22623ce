//! Follows new tickets and opinions, puts them into topics, and raises topics that are hot.
//!
//! One process does it at a time, the one that holds the lease; every transaction that writes holds on to it, so that a
//! process that was silent for too long can't write over another's work. What it compares messages with is in memory
//! and is read from the store when the work begins; what is done is told by the rows, so that nothing is placed twice.

mod memory;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp, civil::Date};
use tokio_util::sync::CancellationToken;

use self::memory::{Memory, Read};
use super::{AFTER_ERROR, LOOK, pause};
use crate::{
    audit,
    casework::topics::{self, Message, Source, State, Step, Topic},
    clock::city_date,
    consultation::{self, OpinionPhase},
    conversation::core::Core,
    knowledge::personal,
    matching,
    store::{self, Connection, StoreError},
};

/// How long another process waits for one that went silent.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Tickets, and opinions, that are placed in one transaction.
const BATCH: i64 = 100;
/// New messages are looked for so far back: no transaction takes longer, and no clocks are further apart.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// Everything in both windows is looked through so often, in case something came from further back.
const THOROUGH: SignedDuration = SignedDuration::from_mins(10);

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut follower =
        Follower { holder: core.ids.next(), core, memory: None, pass: None, looked: None, counted_for: None };
    loop {
        let wait = match follower.round().await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK,
            // Somebody changed a topic meanwhile, or has the lease: what is in memory may be ahead of the store.
            Err(StoreError::Conflict) => {
                follower.forget();
                LOOK
            }
            Err(error) => {
                tracing::error!(%error, "topics can't be followed");
                follower.forget();
                AFTER_ERROR
            }
        };
        if !pause(&stop, wait).await {
            return;
        }
    }
}

struct Follower {
    core: Arc<Core>,
    holder: String,
    /// What messages are compared with, and until when the lease holds; none while another process follows.
    memory: Option<(Memory, Timestamp)>,
    /// Where it is while it looks through what came in.
    pass: Option<Pass>,
    /// When it was through last, and when it was last through with everything in both windows.
    looked: Option<(Timestamp, Timestamp)>,
    /// The day for which all topics are counted.
    counted_for: Option<Date>,
}

/// One way through what came in.
#[derive(Clone)]
struct Pass {
    /// From when on.
    since: Timestamp,
    /// The last opinion that was read: when it was changed, and its id.
    after: (Timestamp, String),
    /// Whether it began with the earlier window.
    thorough: bool,
}

/// What a look found.
struct Found {
    messages: Vec<Message>,
    /// Opinions that were taken back.
    gone: Vec<String>,
    /// Where to go on; none where this was all.
    rest: Option<Pass>,
}

impl Follower {
    fn forget(&mut self) {
        self.memory = None;
        self.pass = None;
        self.looked = None;
    }

    /// Looks once and places what it finds. Tells whether there may be more.
    async fn round(&mut self) -> Result<bool, StoreError> {
        let now = self.core.clock.now();
        if !self.holds_lease(now).await? {
            self.forget();
            return Ok(false);
        }
        let [horizon, ..] = topics::windows(&self.core.topics, now);
        if self.memory.is_none() {
            let mut connection = self.core.store.read().await?;
            let revision = store::revision(&mut connection, topics::REVISION).await?;
            let samples = topics::samples(&mut connection, horizon).await?;
            drop(connection);
            // Thousands of texts keep a processor busy for a while: not on the threads that answer everybody else.
            let read = tokio::task::spawn_blocking(move || Memory::restore(&samples, revision, city_date(now)));
            self.memory = Some((read.await.map_err(StoreError::Task)?, now + LEASE));
        }
        let pass = self.pass.take().unwrap_or_else(|| self.next_pass(horizon, now));
        let thorough = pass.thorough;
        let found = self.look(pass).await?;
        let (rest, any) = (found.rest.clone(), !found.messages.is_empty() || !found.gone.is_empty());
        if any {
            self.place(found, now).await?;
        }
        if rest.is_none() {
            self.looked = Some((now, self.looked.filter(|_| !thorough).map_or(now, |(_, thorough)| thorough)));
        }
        self.pass = rest;
        if any || self.pass.is_some() { Ok(true) } else { self.count_some(now).await }
    }

    fn next_pass(&self, horizon: Timestamp, now: Timestamp) -> Pass {
        // A clock that was set back begins anew.
        let thorough = self.looked.is_none_or(|(last, thorough)| now < last || now > thorough + THOROUGH);
        let since = if thorough { horizon } else { horizon.max(now - OVERLAP) };
        Pass { since, after: (since, String::new()), thorough }
    }

    async fn holds_lease(&self, now: Timestamp) -> Result<bool, StoreError> {
        // No write while there is nothing to do: half of the time is left.
        if self.memory.as_ref().is_some_and(|(_, until)| now + LEASE / 2 < *until) {
            return Ok(true);
        }
        let mut tx = self.core.store.begin().await?;
        let holds = topics::claim(&mut tx, &self.holder, (now, now + LEASE)).await?;
        tx.commit().await?;
        Ok(holds)
    }

    /// The next messages that have no topic, or another one than they had.
    async fn look(&self, pass: Pass) -> Result<Found, StoreError> {
        let mut connection = self.core.store.read().await?;
        let mut messages = topics::new_tickets(&mut connection, pass.since, BATCH).await?;
        let opinions = consultation::changed_after(&mut connection, (pass.after.0, &pass.after.1), BATCH).await?;
        let ids: Vec<&str> = opinions.iter().map(|one| one.opinion.id.as_str()).collect();
        let placed = topics::versions(&mut connection, Source::Opinion, &ids).await?;
        let full = |count: usize| i64::try_from(count).is_ok_and(|count| count >= BATCH);
        let more = full(messages.len()) || full(opinions.len());
        let after = opinions.last().map_or(pass.after, |last| (last.changed_at, last.opinion.id.clone()));
        let mut gone = Vec::new();
        for one in opinions {
            let opinion = one.opinion;
            let known = placed.get(&opinion.id).copied();
            if opinion.phase == OpinionPhase::Withdrawn || opinion.text.is_empty() {
                gone.extend(known.map(|_| opinion.id));
            } else if known != Some(opinion.version) {
                messages.push(Message {
                    source: Source::Opinion,
                    id: opinion.id,
                    version: opinion.version,
                    text: opinion.text,
                    unit: one.unit,
                    person: opinion.citizen_id,
                    at: one.changed_at,
                });
            }
        }
        // Both in the order in which people spoke.
        messages.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        Ok(Found { messages, gone, rest: more.then_some(Pass { after, ..pass }) })
    }

    /// Places messages and counts the topics that they touch, in one transaction.
    async fn place(&mut self, found: Found, now: Timestamp) -> Result<(), StoreError> {
        let Some((mut memory, _)) = self.memory.take() else { return Ok(()) };
        let ids = self.core.ids.clone();
        let Found { mut messages, gone, .. } = found;
        let reading = tokio::task::spawn_blocking(move || {
            for message in &mut messages {
                message.text = personal::masked(&message.text);
            }
            let read: Vec<Read> = messages.into_iter().map(|message| memory.read(message, &ids)).collect();
            (memory, read)
        });
        let (mut memory, read) = reading.await.map_err(StoreError::Task)?;
        let mut tx = self.core.store.begin().await?;
        let until = now + LEASE;
        topics::renew(&mut tx, &self.holder, until).await?;
        let mut touched = BTreeSet::new();
        for one in &read {
            if one.founds {
                topics::create(&mut tx, &founded(one)).await?;
            }
            // One that was changed leaves the topic where it was.
            touched.extend(topics::drop_member(&mut tx, one.message.source, &one.message.id).await?);
            topics::add_member(&mut tx, &one.message, one.place()).await?;
            touched.insert(one.topic.clone());
        }
        for id in &gone {
            touched.extend(topics::drop_member(&mut tx, Source::Opinion, id).await?);
        }
        let mut steps = Vec::new();
        for id in touched {
            steps.extend(self.count(&mut tx, &mut memory, &id, now).await?);
        }
        self.told(&mut tx, &steps, now).await?;
        // Read last: words that were erased meanwhile must leave the memory too.
        let revision = store::revision(&mut tx, topics::REVISION).await?;
        tx.commit().await?;
        if revision == memory.revision() {
            memory.keep_from(city_date(now), topics::windows(&self.core.topics, now)[0]);
            self.memory = Some((memory, until));
        }
        Ok(())
    }

    /// Counts topics that weren't counted today: the window has moved, or words were erased.
    async fn count_some(&mut self, now: Timestamp) -> Result<bool, StoreError> {
        let today = city_date(now);
        let mut connection = self.core.store.read().await?;
        let revision = store::revision(&mut connection, topics::REVISION).await?;
        let Some((mut memory, until)) = self.memory.take() else { return Ok(false) };
        if self.counted_for == Some(today) && revision == memory.revision() {
            self.memory = Some((memory, until));
            return Ok(false);
        }
        let due = topics::due_for_count(&mut connection, today, BATCH).await?;
        drop(connection);
        if due.is_empty() {
            self.counted_for = Some(today);
            // Without the memory of erased words: what remains is read anew.
            self.memory = (revision == memory.revision()).then_some((memory, until));
            return Ok(false);
        }
        let mut tx = self.core.store.begin().await?;
        topics::renew(&mut tx, &self.holder, now + LEASE).await?;
        let mut steps = Vec::new();
        for id in &due {
            steps.extend(self.count(&mut tx, &mut memory, id, now).await?);
        }
        self.told(&mut tx, &steps, now).await?;
        tx.commit().await?;
        self.memory = Some((memory, now + LEASE));
        Ok(true)
    }

    /// Counts a topic and lets the rules act on it.
    async fn count(
        &self,
        connection: &mut Connection,
        memory: &mut Memory,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Step>, StoreError> {
        let (rules, today) = (&self.core.topics, city_date(now));
        let Some(mut topic) = topics::find(connection, id).await? else { return Ok(None) };
        let counted = topics::count(connection, id, topics::windows(rules, now)).await?;
        topic.pulse = counted.pulse;
        topic.areas = counted.areas;
        if let Some(central) = matching::central(&counted.wordings) {
            topic.wording.clone_from(&counted.wordings[central].0);
        }
        // Whoever has most of the tickets is asked; who was asked already stays asked.
        if let Some(unit) = counted.unit.filter(|unit| topic.state == State::Watched && *unit != topic.unit) {
            memory.set_unit(id, &unit);
            topic.unit = unit;
        }
        topics::recounted(connection, &topic, today).await?;
        let pulse = topic.pulse;
        let step = match topic.state {
            State::Watched if pulse.is_hot(rules) => {
                let reckoning = self.core.calendar.deadline(today, rules.explain_within_working_days);
                topic.raise(pulse, rules, reckoning, now)
            }
            State::Explained { .. } | State::Dismissed { .. } if pulse.is_cool(rules) => topic.cool(pulse, rules),
            State::Watched | State::Raised { .. } | State::Explained { .. } | State::Dismissed { .. } => {
                return Ok(None);
            }
        };
        let Ok(step) = step else { return Ok(None) };
        topics::save(connection, &step, &self.core.ids.next(), now).await?;
        Ok(Some(step))
    }

    /// Tells the audit log, last in the transaction.
    async fn told(&self, connection: &mut Connection, steps: &[Step], now: Timestamp) -> Result<(), StoreError> {
        for step in steps {
            let (action, subject) = (format!("topic.{}", step.event), format!("topic:{}", step.topic.id));
            audit::append(connection, now, &step.actor, &action, &subject, &step.detail).await?;
        }
        Ok(())
    }
}

/// The topic that a message founds.
fn founded(read: &Read) -> Topic {
    Topic {
        id: read.topic.clone(),
        unit: read.message.unit.clone(),
        areas: Vec::new(),
        wording: read.message.text.clone(),
        state: State::Watched,
        pulse: topics::Pulse { people: 1, before: 0 },
        first_seen: read.message.at,
        last_seen: read.message.at,
        version: 1,
    }
}
