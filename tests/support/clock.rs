//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use wenzheng::clock::Clock;

/// A clock that stands still until a test moves it. Hand out clones: they show the same time.
#[derive(Debug, Clone)]
pub struct TestClock {
    now: Arc<Mutex<Timestamp>>,
}

impl Default for TestClock {
    /// Monday 23 November 2026, 10:00 in the city: an ordinary working day.
    fn default() -> Self {
        Self::at("2026-11-23T10:00:00+08:00")
    }
}

impl TestClock {
    /// A clock that shows an instant, such as `2026-11-23T10:00:00+08:00`.
    pub fn at(instant: &str) -> Self {
        Self { now: Arc::new(Mutex::new(instant.parse().expect("an instant with its offset"))) }
    }

    /// Sets it to an instant, forwards or back.
    pub fn set(&self, instant: &str) {
        *self.now.lock().unwrap() = instant.parse().expect("an instant with its offset");
    }

    /// Moves it forwards.
    pub fn advance(&self, by: SignedDuration) {
        *self.now.lock().unwrap() += by;
    }

    /// It as the parts of the program take it.
    pub fn shared(&self) -> wenzheng::clock::SharedClock {
        Arc::new(self.clone())
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }
}
