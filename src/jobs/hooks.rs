//! Tells hooks what happens to tickets: follows casework's events of tickets and hot topics, and sends what is due.
//!
//! Events are read by time, looking back over some minutes, because a row may become visible after one that happened
//! later: its transaction took longer, or another replica's clock is slow. What was seen is known by its id, here for
//! speed and in the store by the delivery's dedup key; so every event is enqueued for a hook once, whoever follows.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, pause};
use crate::{
    casework::journal::{self, Outline},
    clock::{SharedClock, city_date},
    conversation::core::Core,
    directory::units,
    hook::{self, Happening, Hook, Hooks, Name, Outcome, Parcel, Sender},
    id::Ids,
    locale::Locales,
    store::{Store, StoreError},
};

/// How long the job sleeps: nobody waits for a group robot.
const LOOK: Duration = Duration::from_secs(1);
/// How far back events are looked for again: longer than any transaction takes and any replica's clock is slow.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// How long a claim holds; longer than any request takes.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How many requests to another system are on their way at once.
const BATCH: i64 = 4;
/// Between two messages of a robot: a little more than 20 in a minute need, because the platforms count on their clock.
const PACE: SignedDuration = SignedDuration::from_millis(3_100);
/// How often old deliveries are deleted.
const PURGE: SignedDuration = SignedDuration::from_hours(1);

/// Follows and sends for the hooks of the settings.
pub struct Courier {
    store: Store,
    clock: SharedClock,
    ids: Ids,
    locales: Locales,
    hooks: Arc<Hooks>,
    sender: Sender,
    place: Mutex<Place>,
}

/// How far following has come in this process.
#[derive(Debug, Default)]
struct Place {
    /// Since when each hook is told.
    since: BTreeMap<String, Timestamp>,
    /// The newest event seen.
    reached: Timestamp,
    /// The events seen that may be read again, with their instants.
    seen: BTreeMap<String, Timestamp>,
    /// The day up to which passed deadlines were told of.
    day: Option<Date>,
    /// When old deliveries were deleted.
    purged: Timestamp,
}

impl Courier {
    /// A courier for these hooks.
    pub fn new(core: &Core, hooks: Arc<Hooks>, sender: Sender) -> Self {
        Self::of((core.store.clone(), core.clock.clone(), core.ids.clone(), core.locales.clone()), hooks, sender)
    }

    /// The same, from the parts of the core that it needs.
    pub fn of(
        (store, clock, ids, locales): (Store, SharedClock, Ids, Locales),
        hooks: Arc<Hooks>,
        sender: Sender,
    ) -> Self {
        Self { store, clock, ids, locales, hooks, sender, place: Mutex::default() }
    }

    /// Works until `stop` is cancelled. A receiver that is slow delays nobody but itself.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut senders = JoinSet::new();
        for hook in &self.hooks.0 {
            let (courier, hook, stop) = (self.clone(), hook.clone(), stop.clone());
            senders.spawn(async move { courier.keep_sending(&hook, &stop).await });
        }
        loop {
            let wait = match self.follow().await {
                Ok(_) => LOOK,
                Err(error) => {
                    tracing::error!(%error, "what hooks are told can't be followed");
                    AFTER_ERROR
                }
            };
            if !pause(&stop, wait).await {
                break;
            }
        }
        while senders.join_next().await.is_some() {}
    }

    async fn keep_sending(self: Arc<Self>, hook: &Arc<Hook>, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            let wait = match self.round(hook).await {
                Ok(0) => LOOK,
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(%error, hook = hook.name, "a hook's deliveries can't be sent");
                    AFTER_ERROR
                }
            };
            pause(stop, wait).await;
        }
    }

    /// Enqueues what happened since the last look; gives the number of events that were new.
    pub async fn follow(&self) -> Result<usize, StoreError> {
        let now = self.clock.now();
        self.begin(now).await?;
        let from = self.place().reached - OVERLAP;
        // What happened long before a hook could be told is no news any more.
        let from = from.max(now - hook::PATIENCE);
        let mut connection = self.store.read().await?;
        let mut fresh = journal::since(&mut connection, from).await?;
        fresh.extend(journal::since_of_topics(&mut connection, from).await?);
        drop(connection);
        fresh.retain(|(id, _)| !self.place().seen.contains_key(id));
        if !fresh.is_empty() {
            self.tell(&fresh, now).await?;
        }
        {
            let mut place = self.place();
            for (id, at) in &fresh {
                place.seen.insert(id.clone(), *at);
                // An event of a clock that is fast must not make us pass over those of the others.
                place.reached = place.reached.max((*at).min(now));
            }
            let forgotten = place.reached - OVERLAP;
            place.seen.retain(|_, at| *at >= forgotten);
        }
        self.tell_overdue(now).await?;
        self.purge(now).await?;
        Ok(fresh.len())
    }

    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the hooks known, and finds where following stopped.
    async fn begin(&self, now: Timestamp) -> Result<(), StoreError> {
        if self.place().since.len() == self.hooks.0.len() {
            return Ok(());
        }
        let (mut known, mut oldest) = (BTreeMap::new(), now);
        let mut tx = self.store.begin().await?;
        for hook in &self.hooks.0 {
            let (since, reached) = hook::enlist(&mut tx, &hook.name, now).await?;
            known.insert(hook.name.clone(), since);
            oldest = oldest.min(reached);
        }
        tx.commit().await?;
        let mut place = self.place();
        (place.since, place.reached) = (known, oldest);
        // Deadlines that passed while nobody followed are told of now, and those of the last day perhaps once more: the
        // process may have ended before it came to them.
        place.day = city_date(oldest).yesterday().ok();
        Ok(())
    }

    async fn tell(&self, fresh: &[(String, Timestamp)], now: Timestamp) -> Result<(), StoreError> {
        let names = self.unit_names().await?;
        let mut tx = self.store.begin().await?;
        for (id, _) in fresh {
            let Some(entry) = journal::named(&mut tx, id).await? else {
                if let Some(happening) = topic_event(&mut tx, id, &names).await? {
                    self.announce(&mut tx, &happening, now).await?;
                }
                continue;
            };
            let Some(event) = Name::of_ticket_event(&entry.kind) else { continue };
            let ticket = Some(ticket(entry.ticket, &names));
            self.announce(&mut tx, &Happening { id: entry.id, event, at: entry.at, ticket, topic: None }, now).await?;
        }
        let newest = fresh.iter().map(|(_, at)| (*at).min(now)).max().unwrap_or(now);
        for hook in &self.hooks.0 {
            hook::reached(&mut tx, &hook.name, newest).await?;
        }
        tx.commit().await
    }

    /// Announces to those hooks that existed when it happened.
    async fn announce(
        &self,
        connection: &mut crate::store::Connection,
        happening: &Happening,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let hooks: Vec<&Hook> = {
            let place = self.place();
            let existed = |hook: &&Arc<Hook>| place.since.get(&hook.name).is_some_and(|since| happening.at >= *since);
            self.hooks.0.iter().filter(existed).map(AsRef::as_ref).collect()
        };
        hook::announce(connection, &self.ids, &hooks, happening, now).await
    }

    /// Once a day: tells of tickets whose last day has passed. That is computed, never stored: nothing records it.
    async fn tell_overdue(&self, now: Timestamp) -> Result<(), StoreError> {
        let today = city_date(now);
        let told = self.place().day.unwrap_or(today);
        if told >= today {
            return Ok(());
        }
        let mut connection = self.store.read().await?;
        let passed = journal::overdue(&mut connection, told, today).await?;
        drop(connection);
        let names = self.unit_names().await?;
        let mut tx = self.store.begin().await?;
        for outline in passed {
            let id = format!("overdue:{}:{}", outline.id, outline.due);
            // It happened when the day began that followed the last one.
            let at = outline.due.tomorrow().map_or(now, crate::clock::start_of);
            let happening =
                Happening { id, event: Name::Overdue, at, ticket: Some(ticket(outline, &names)), topic: None };
            self.announce(&mut tx, &happening, now).await?;
        }
        for hook in &self.hooks.0 {
            hook::reached(&mut tx, &hook.name, crate::clock::start_of(today)).await?;
        }
        tx.commit().await?;
        self.place().day = Some(today);
        Ok(())
    }

    async fn purge(&self, now: Timestamp) -> Result<(), StoreError> {
        if now < self.place().purged + PURGE {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        hook::purge(&mut tx, now).await?;
        tx.commit().await?;
        self.place().purged = now;
        Ok(())
    }

    async fn unit_names(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let mut connection = self.store.read().await?;
        let all = units::all(&mut connection).await?;
        Ok(all.into_iter().map(|unit| (unit.code, unit.name)).collect())
    }

    /// Sends what is due for one hook: a batch for another system, one message for a robot. Gives how many deliveries.
    pub async fn round(self: &Arc<Self>, hook: &Arc<Hook>) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let mut connection = self.store.read().await?;
        let waiting = hook::is_waiting(&mut connection, &hook.name, now).await?;
        drop(connection);
        if !waiting {
            return Ok(0);
        }
        let robot = hook.kind.is_robot();
        let (limit, next) = if robot { (hook::BUNDLE, now + PACE) } else { (BATCH, now) };
        let lease = self.ids.next();
        let mut tx = self.store.begin().await?;
        if !hook::take_turn(&mut tx, &hook.name, now, next).await? {
            return Ok(0);
        }
        let span = (now, now + LEASE);
        let parcels = hook::claim(&mut tx, self.store.dialect(), &hook.name, limit, &lease, span).await?;
        tx.commit().await?;
        let size = if robot { parcels.len().max(1) } else { 1 };
        let mut sending = JoinSet::new();
        for bundle in parcels.chunks(size) {
            let (courier, hook, bundle, lease) = (self.clone(), hook.clone(), bundle.to_vec(), lease.clone());
            sending.spawn(async move { courier.send(&hook, &bundle, &lease).await });
        }
        while let Some(sent) = sending.join_next().await {
            match sent.map_err(StoreError::Task)? {
                // The claim ran out while we were sending: somebody else has it.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(parcels.len())
    }

    async fn send(&self, hook: &Hook, bundle: &[Parcel], lease: &str) -> Result<(), StoreError> {
        let request = hook::request(hook, bundle, &self.locales, self.clock.now());
        let reply = self.sender.send(hook, &request).await;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for parcel in bundle {
            let outcome = hook::decide(&hook.kind, &reply, parcel.attempts, parcel.since, now);
            match &outcome {
                Outcome::Sent => {}
                Outcome::Retry { at, pause, .. } => {
                    tracing::warn!(hook = hook.name, delivery = parcel.id, ?outcome, "a hook's delivery failed");
                    if *pause {
                        hook::pause(&mut tx, &hook.name, *at).await?;
                    }
                }
                Outcome::GivenUp(why) => {
                    tracing::error!(hook = hook.name, delivery = parcel.id, why, "a hook's delivery was given up");
                }
            }
            hook::settle(&mut tx, &parcel.id, lease, &outcome, now).await?;
        }
        tx.commit().await
    }
}

/// What is told of a topic's event; none where that is nothing.
async fn topic_event(
    connection: &mut crate::store::Connection,
    id: &str,
    names: &BTreeMap<String, String>,
) -> Result<Option<Happening>, StoreError> {
    let Some(entry) = journal::named_of_topic(connection, id).await? else { return Ok(None) };
    let journal::TopicEntry { id, at, kind, topic, unit, phase, people } = entry;
    let unit_name = names.get(&unit).unwrap_or(&unit).clone();
    let topic = hook::Topic { id: topic, unit, unit_name, phase, people };
    let told = |event| Happening { id, event, at, ticket: None, topic: Some(topic) };
    Ok(Name::of_topic_event(&kind).map(told))
}

fn ticket(outline: Outline, names: &BTreeMap<String, String>) -> hook::Ticket {
    let Outline { number, unit, phase, due, .. } = outline;
    let unit_name = names.get(&unit).unwrap_or(&unit).clone();
    hook::Ticket { number, unit, unit_name, phase, due }
}
