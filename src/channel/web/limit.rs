//! How many messages one person, and one place, may send: buckets of tokens in this process's memory.
//!
//! A replica counts for itself. That is enough to keep one visitor from crowding out the others, which is all this is
//! for; what a person sent before is never lost by it.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use jiff::Timestamp;

/// A whole office or village may share one address, so a place may send as much as this many people.
const PEOPLE_IN_A_PLACE: u32 = 12;

/// Below so many buckets none is thrown away.
const KEPT: usize = 4_096;

/// The limits of this process.
pub(super) struct Limits {
    people: Buckets,
    places: Buckets,
}

impl Limits {
    /// So many messages a minute and at once from one person.
    pub(super) fn new(a_minute: u32, burst: u32) -> Self {
        let places = (a_minute.saturating_mul(PEOPLE_IN_A_PLACE), burst.saturating_mul(PEOPLE_IN_A_PLACE));
        Self { people: Buckets::new(a_minute, burst), places: Buckets::new(places.0, places.1) }
    }

    /// Takes a token of the place, if the place is known. Fails with how long to wait.
    pub(super) fn place(&self, place: Option<&str>, now: Timestamp) -> Result<(), Duration> {
        place.map_or(Ok(()), |place| self.places.take(place, now))
    }

    /// Takes a token of the place, then of the person. Fails with how long to wait.
    pub(super) fn message(&self, person: &str, place: Option<&str>, now: Timestamp) -> Result<(), Duration> {
        self.place(place, now)?;
        self.people.take(person, now)
    }
}

/// The network place that a request comes from, as far as known. An IPv6 visitor owns a whole /64.
pub(super) fn place(headers: &HeaderMap, extensions: &Extensions, behind_proxy: bool) -> Option<String> {
    let forwarded = || {
        let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        last.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let connected = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let ip = if behind_proxy { forwarded().or_else(connected) } else { connected() }?;
    Some(match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    })
}

struct Buckets {
    /// Milliseconds until a token grows back.
    interval: i64,
    /// How long an empty bucket takes to be full again, in milliseconds.
    depth: i64,
    state: Mutex<State>,
}

/// For each key the instant at which its bucket is full again, in epoch milliseconds.
struct State {
    full_at: HashMap<String, i64>,
    prune_at: usize,
}

impl Buckets {
    fn new(a_minute: u32, burst: u32) -> Self {
        let interval = 60_000 / i64::from(a_minute.max(1));
        let state = State { full_at: HashMap::new(), prune_at: KEPT };
        Self { interval, depth: interval * i64::from(burst.max(1)), state: Mutex::new(state) }
    }

    fn take(&self, key: &str, now: Timestamp) -> Result<(), Duration> {
        let now = now.as_millisecond();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.full_at.len() >= state.prune_at {
            // A full bucket says nothing that an absent one doesn't.
            state.full_at.retain(|_, full_at| *full_at > now);
            state.prune_at = (state.full_at.len() * 2).max(KEPT);
        }
        // No bucket is ever further from full than its depth: if one seems so, the machine's clock was set back.
        let known = state.full_at.get(key).copied().filter(|full_at| *full_at <= now + self.depth);
        let full_at = known.unwrap_or(now).max(now) + self.interval;
        let wait = full_at - now - self.depth;
        if wait > 0 {
            return Err(Duration::from_millis(wait.unsigned_abs()));
        }
        state.full_at.insert(key.to_owned(), full_at);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
    }

    #[test]
    fn ten_at_once_then_one_every_three_seconds() {
        let limits = Limits::new(20, 10);
        for _ in 0..10 {
            assert_eq!(limits.message("a", None, at(0)), Ok(()));
        }
        assert_eq!(limits.message("a", None, at(0)), Err(Duration::from_secs(3)));
        assert_eq!(limits.message("b", None, at(0)), Ok(()));
        assert_eq!(limits.message("a", None, at(2_999)), Err(Duration::from_millis(1)));
        assert_eq!(limits.message("a", None, at(3_000)), Ok(()));
        assert!(limits.message("a", None, at(3_000)).is_err());
    }

    #[test]
    fn a_place_is_held_however_many_people_it_invents() {
        let limits = Limits::new(20, 10);
        let taken = (0..500).filter(|n| limits.message(&n.to_string(), Some("192.0.2.1"), at(0)).is_ok()).count();
        assert_eq!(taken, 120);
    }

    #[test]
    fn full_buckets_are_thrown_away() {
        let buckets = Buckets::new(20, 10);
        for n in 0..20_000 {
            buckets.take(&n.to_string(), at(n * 10)).unwrap();
        }
        assert!(buckets.state.lock().unwrap().full_at.len() <= KEPT + 1);
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_our_proxy() {
        let headers: HeaderMap =
            [("x-forwarded-for".parse().unwrap(), "9.9.9.9, 2001:db8:1:2:3::4".parse().unwrap())].into_iter().collect();
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 80))));
        assert_eq!(place(&headers, &extensions, true).as_deref(), Some("2001:db8:1:2"));
        assert_eq!(place(&headers, &extensions, false).as_deref(), Some("10.0.0.1"));
        assert_eq!(place(&HeaderMap::new(), &extensions, true).as_deref(), Some("10.0.0.1"));
    }
}
