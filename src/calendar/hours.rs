//! When offices are open: what only staff need to see is sent then.

use jiff::civil::{DateTime, Time, time};
use serde::Deserialize;

use super::{Calendar, DayKind};

/// The hours in which offices are open, on working days and make-up workdays. Times are the city's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct OfficeHours {
    /// From, and up to but without, in order, none touching another. There is at least one.
    spans: Vec<(Time, Time)>,
}

/// What is wrong with office hours, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("office_hours: {what}, as in [\"09:00-12:00\", \"14:00-17:30\"]")]
pub struct OfficeHoursError {
    what: String,
}

impl Default for OfficeHours {
    /// 09:00 to 17:30.
    fn default() -> Self {
        Self { spans: vec![(time(9, 0, 0, 0), time(17, 30, 0, 0))] }
    }
}

impl TryFrom<Vec<String>> for OfficeHours {
    type Error = OfficeHoursError;

    fn try_from(written: Vec<String>) -> Result<Self, OfficeHoursError> {
        let fault = |what: String| OfficeHoursError { what };
        let mut spans: Vec<(Time, Time)> = Vec::new();
        for text in &written {
            let ends = text.split_once('-').and_then(|(from, to)| Some((hour(from)?, hour(to)?)));
            let (from, to) =
                ends.ok_or_else(|| fault(format!("{text} is no span of time: write from and to with a hyphen")))?;
            if from >= to {
                return Err(fault(format!("{text} ends before it begins: write the earlier time first")));
            }
            if spans.last().is_some_and(|(_, last)| *last >= from) {
                return Err(fault(format!("{text} doesn't come after the one before: write them in order")));
            }
            spans.push((from, to));
        }
        if spans.is_empty() {
            return Err(fault("offices must be open at some time: write the hours".to_owned()));
        }
        Ok(Self { spans })
    }
}

/// `09:00` or `9:00`.
fn hour(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) || minute.len() != 2 {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl OfficeHours {
    /// Whether offices are open at `at`, the city's time.
    pub fn is_open(&self, calendar: &Calendar, at: DateTime) -> bool {
        calendar.kind(at.date()) != DayKind::Off
            && self.spans.iter().any(|(from, to)| *from <= at.time() && at.time() < *to)
    }

    /// The first moment from `at` on at which offices are open: `at` itself when they are.
    pub fn next_open(&self, calendar: &Calendar, at: DateTime) -> DateTime {
        if self.is_open(calendar, at) {
            return at;
        }
        let mut day = at.date();
        loop {
            let opening = self.spans.iter().map(|(from, _)| day.to_datetime(*from)).find(|opening| *opening >= at);
            if let Some(opening) = opening.filter(|_| calendar.kind(day) != DayKind::Off) {
                return opening;
            }
            // After the last day that can be written nothing opens any more.
            let Ok(next) = day.tomorrow() else { return at };
            day = next;
        }
    }
}
