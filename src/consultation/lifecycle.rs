//! The life-cycle of a consultation. A person announces, studies and publishes; the dates alone open and close.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Consultation;
use crate::calendar::Calendar;

/// Which rule sets the shortest period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A major administrative decision: 30 calendar days (Decree 713, Art. 15).
    Major,
    /// Another normative document: 7 working days.
    Normative,
}

impl Basis {
    /// The shortest normal period: calendar days or working days.
    pub fn shortest(self) -> i64 {
        match self {
            Self::Major => 30,
            Self::Normative => 7,
        }
    }
}

/// How far people took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Being written; not public.
    Drafted,
    /// Approved inside; not public yet.
    Reviewed,
    /// Public. The dates say whether opinions are taken.
    Announced,
    /// Opinions were sorted and studied; results follow.
    Studied,
    /// The results are public.
    Published,
    /// Taken back.
    Withdrawn,
}

/// Where it stands on a day, as the public sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not public.
    Hidden,
    /// Public, opinions not taken yet.
    Announced,
    /// Opinions are taken.
    Open,
    /// Opinions are no longer taken; results are being worked on.
    Closed,
    /// The results are public.
    Published,
}

impl Consultation {
    /// Where it stands on a day of the city.
    pub fn stage(&self, today: Date) -> Stage {
        match self.phase {
            Phase::Drafted | Phase::Reviewed | Phase::Withdrawn => Stage::Hidden,
            Phase::Published => Stage::Published,
            Phase::Announced if today < self.opens_on => Stage::Announced,
            Phase::Announced if today <= self.closes_on => Stage::Open,
            Phase::Announced | Phase::Studied => Stage::Closed,
        }
    }
}

/// Why a period can't be announced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodFault {
    /// It ends before it begins.
    #[error("it closes on {closes_on}, before it opens on {opens_on}")]
    Backwards {
        /// The first day.
        opens_on: Date,
        /// The last day.
        closes_on: Date,
    },
    /// It is shorter than the rule and nobody says why (Decree 713, Art. 15: the reason is explained in public).
    #[error("it is open for {has} days, the rule asks for at least {needs}: make it longer or give short_reason")]
    Short {
        /// How many days it has.
        has: i64,
        /// How many it should have.
        needs: i64,
    },
}

/// Checks a period against the rule for its basis. Both the first and the last day count.
pub fn check_period(
    calendar: &Calendar,
    basis: Basis,
    (opens_on, closes_on): (Date, Date),
    short_reason: &str,
) -> Result<(), PeriodFault> {
    if closes_on < opens_on {
        return Err(PeriodFault::Backwards { opens_on, closes_on });
    }
    let has = match basis {
        Basis::Major => opens_on.until(closes_on).map_or(0, |span| i64::from(span.get_days())) + 1,
        Basis::Normative => calendar.working_days_between(opens_on.yesterday().unwrap_or(opens_on), closes_on),
    };
    let needs = basis.shortest();
    if has < needs && short_reason.trim().is_empty() { Err(PeriodFault::Short { has, needs }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_short_period_needs_a_reason() {
        let calendar = Calendar::embedded().unwrap();
        let period = (date(2026, 11, 2), date(2026, 11, 30));
        let fault = check_period(&calendar, Basis::Major, period, "");
        assert_eq!(fault, Err(PeriodFault::Short { has: 29, needs: 30 }));
        assert_eq!(check_period(&calendar, Basis::Major, period, "汛期将至"), Ok(()));
        // Seven working days, both ends counted: Monday 2 to Tuesday 10 November.
        assert_eq!(check_period(&calendar, Basis::Normative, (date(2026, 11, 2), date(2026, 11, 10)), ""), Ok(()));
        assert!(check_period(&calendar, Basis::Normative, (date(2026, 11, 2), date(2026, 11, 9)), "").is_err());
    }

    #[test]
    fn the_dates_open_and_close() {
        let consultation = Consultation {
            id: "c".into(),
            title: "c".into(),
            unit: "u".into(),
            basis: Basis::Major,
            phase: Phase::Announced,
            opens_on: date(2026, 11, 2),
            closes_on: date(2026, 12, 2),
            short_reason: String::new(),
            contact: String::new(),
            explanation: String::new(),
        };
        assert_eq!(consultation.stage(date(2026, 11, 1)), Stage::Announced);
        assert_eq!(consultation.stage(date(2026, 11, 2)), Stage::Open);
        assert_eq!(consultation.stage(date(2026, 12, 2)), Stage::Open);
        assert_eq!(consultation.stage(date(2026, 12, 3)), Stage::Closed);
    }
}
