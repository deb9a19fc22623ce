//! The time, injected: nothing else in the crate asks the machine for it.

use std::sync::Arc;

use jiff::{Timestamp, civil, tz::TimeZone};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A clock that can be handed around.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that may ask the machine")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The time zone in which a city's days begin and end. All of China keeps one.
pub fn city_zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::fixed(jiff::tz::offset(8)))
}

/// What clocks in the city show at `at`.
pub fn city_time(at: Timestamp) -> civil::DateTime {
    at.to_zoned_datetime(city_zone()).datetime()
}

/// The day in the city on which `at` falls.
pub fn city_date(at: Timestamp) -> civil::Date {
    city_time(at).date()
}

/// The instant at which clocks in the city show `time`.
pub fn instant_of(time: civil::DateTime) -> Timestamp {
    // Asia/Shanghai has had no clock changes since 1991, so every time exists once.
    time.to_zoned_datetime(city_zone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}

/// The instant at which a day of the city begins.
pub fn start_of(day: civil::Date) -> Timestamp {
    instant_of(day.to_datetime(civil::Time::midnight()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_the_city() {
        let at: Timestamp = "2026-11-22T16:00:00Z".parse().unwrap();
        assert_eq!(city_date(at), civil::date(2026, 11, 23));
        assert_eq!(start_of(civil::date(2026, 11, 23)), at);
        assert_eq!(city_time(at), civil::date(2026, 11, 23).at(0, 0, 0, 0));
        assert_eq!(instant_of(city_time(at)), at);
    }
}
