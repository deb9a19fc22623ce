//! A record of what people sent, and of what they saw on the web, kept outside of the service.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::people::Effect;

/// One message that somebody sent.
#[derive(Debug, Clone)]
pub struct Said {
    pub channel: &'static str,
    /// The inbox's key of it.
    pub key: String,
    pub person: String,
    /// What the first reply must hold.
    pub answer: String,
    pub effect: Effect,
}

/// Everything that was said and seen.
#[derive(Debug, Default)]
pub struct Record {
    said: Mutex<Vec<Said>>,
    /// By person, the positions that their page was given.
    seen: Mutex<BTreeMap<String, Vec<i64>>>,
    /// Answers that can't be, such as a refusal of something proper.
    oddities: Mutex<Vec<String>>,
    /// Posts that had to be sent once more.
    pub resent: AtomicUsize,
    /// Of these, how many had been stored before the line broke.
    pub known: AtomicUsize,
    /// Event streams that broke.
    pub broken_streams: AtomicUsize,
}

impl Record {
    pub fn said(&self) -> MutexGuard<'_, Vec<Said>> {
        self.said.lock().unwrap()
    }

    pub fn seen(&self) -> MutexGuard<'_, BTreeMap<String, Vec<i64>>> {
        self.seen.lock().unwrap()
    }

    pub fn oddities(&self) -> MutexGuard<'_, Vec<String>> {
        self.oddities.lock().unwrap()
    }

    /// The position after which a person's page asks for more.
    pub fn last_seen(&self, person: &str) -> i64 {
        self.seen().get(person).and_then(|seen| seen.last().copied()).unwrap_or(0)
    }

    pub fn add(counter: &AtomicUsize) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
