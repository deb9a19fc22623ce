//! How many streams are open, and for whom. A browser has few connections for one site: whoever opens many pages must keep
//! some for the pages themselves, so the newest streams win.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio_util::sync::CancellationToken;

/// The most streams of one member of staff. Browsers open six connections for one site.
const OF_ONE: usize = 4;
/// The most streams of one process.
const OF_ALL: usize = 2_000;

/// How streams behave.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long they wait for a bell before they look by themselves: what other replicas did rings no bell here.
    pub look: Duration,
    /// How long one lives. The page opens another, so that nobody's rests for ever on a connection that is dead.
    pub lives: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { look: Duration::from_secs(2), lives: Duration::from_mins(10) }
    }
}

/// The streams of news that pages follow.
#[derive(Debug, Clone)]
pub struct Streams {
    pub(super) pace: Pace,
    pub(super) stop: CancellationToken,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    /// By login, the oldest first.
    of: HashMap<String, VecDeque<(u64, CancellationToken)>>,
    count: usize,
}

/// An open stream. It ceases to count when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    login: String,
    number: u64,
    open: Arc<Mutex<Open>>,
    /// Cancelled when newer ones take its place.
    pub(super) replaced: CancellationToken,
}

impl Streams {
    /// Streams that end when `stop` is cancelled.
    pub fn new(pace: Pace, stop: CancellationToken) -> Self {
        Self { pace, stop, open: Arc::default() }
    }

    /// Ends them all.
    #[cfg(test)]
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// A place for one more; none where the service ends or is full.
    pub(super) fn take(&self, login: &str) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stop.is_cancelled() || open.count >= OF_ALL {
            return None;
        }
        open.next += 1;
        open.count += 1;
        let (number, replaced) = (open.next, CancellationToken::new());
        let own = open.of.entry(login.to_owned()).or_default();
        own.push_back((number, replaced.clone()));
        let surplus = own.len().saturating_sub(OF_ONE);
        own.iter().take(surplus).for_each(|(_, token)| token.cancel());
        Some(Place { login: login.to_owned(), number, open: self.open.clone(), replaced })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.count = open.count.saturating_sub(1);
        if let Some(own) = open.of.get_mut(&self.login) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                open.of.remove(&self.login);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_streams_of_a_person_win_and_places_are_given_back() {
        let streams = Streams::new(Pace::default(), CancellationToken::new());
        let mut places: Vec<Place> = (0..=OF_ONE).map(|_| streams.take("anna").unwrap()).collect();
        let other = streams.take("ben").unwrap();
        assert!(places[0].replaced.is_cancelled());
        assert!(places[1..].iter().chain([&other]).all(|place| !place.replaced.is_cancelled()));
        places.truncate(1);
        let _again = streams.take("anna").unwrap();
        drop((places, other));
        assert_eq!(streams.open.lock().unwrap().count, 1);
        streams.stop.cancel();
        assert!(streams.take("anna").is_none());
    }
}
