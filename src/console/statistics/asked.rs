//! Which period an address asks for.

use jiff::civil::Date;
use serde::Deserialize;

use crate::casework::statistics::{Period, PeriodError};

/// What an address can say. Days are ISO dates; what can't be read is as if it weren't there.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::console) struct Asked {
    period: Option<String>,
    on: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

/// In what steps one goes through time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Day,
    Week,
    Month,
    /// From one day to another.
    Chosen,
}

impl Step {
    /// The period of this step around a day; a chosen one as long as it was, beginning or ending there.
    pub(super) fn around(self, day: Date, period: Period) -> Period {
        match self {
            Self::Day => Period::day(day),
            Self::Week => Period::week(day),
            Self::Month => Period::month(day),
            Self::Chosen => {
                let length = period.to() - period.from();
                let moved = if day < period.from() {
                    day.checked_sub(length).map(|from| (from, day))
                } else {
                    day.checked_add(length).map(|to| (day, to))
                };
                moved.ok().and_then(|(from, to)| Period::new(from, to).ok()).unwrap_or(period)
            }
        }
    }

    /// A period of this step as the address says it, after the `?`.
    pub(super) fn address(self, period: Period) -> String {
        let name = match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Chosen => return format!("from={}&to={}", period.from(), period.to()),
        };
        format!("period={name}&on={}", period.from())
    }
}

impl Asked {
    /// The period that is asked for; this month where nothing is, or nothing that can be told.
    pub(super) fn period(&self, today: Date) -> (Step, Period, Option<PeriodError>) {
        let day = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Date>().ok());
        if let (Some(from), Some(to)) = (day(&self.from), day(&self.to)) {
            return match Period::new(from, to) {
                Ok(period) => (Step::Chosen, period, None),
                Err(error) => (Step::Month, Period::month(today), Some(error)),
            };
        }
        let on = day(&self.on).unwrap_or(today);
        match self.period.as_deref() {
            Some("day") => (Step::Day, Period::day(on), None),
            Some("week") => (Step::Week, Period::week(on), None),
            _ => (Step::Month, Period::month(on), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_address_brings_back_its_period() {
        let today = date(2026, 11, 26);
        let asked = |pairs: &[(&str, &str)]| {
            let get = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            Asked { period: get("period"), on: get("on"), from: get("from"), to: get("to") }.period(today)
        };
        assert_eq!(asked(&[]), (Step::Month, Period::month(today), None));
        assert_eq!(asked(&[("period", "week"), ("on", "2026-11-01")]).1, Period::week(date(2026, 11, 1)));
        assert_eq!(asked(&[("period", "day"), ("on", "soon")]).1, Period::day(today));
        let (step, ten, _) = asked(&[("from", "2026-11-01"), ("to", "2026-11-10")]);
        assert_eq!(step.address(ten), "from=2026-11-01&to=2026-11-10");
        let (before, after) = ten.neighbours();
        assert_eq!(step.address(step.around(before, ten)), "from=2026-10-22&to=2026-10-31");
        assert_eq!(step.address(step.around(after, ten)), "from=2026-11-11&to=2026-11-20");
        let backwards = asked(&[("from", "2026-11-10"), ("to", "2026-11-01")]);
        assert_eq!(backwards, (Step::Month, Period::month(today), Some(PeriodError::Backwards)));
    }
}
