//! From which day to which figures are told.

use jiff::{ToSpan as _, civil::Date};

/// The longest period, in days.
pub const LONGEST: i32 = 366;

/// Some days, the first and the last included. There is at least one, and at most [`LONGEST`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// Why two days make no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error("the last day is before the first")]
    Backwards,
    /// It is too long.
    #[error("a period has at most {LONGEST} days")]
    TooLong,
}

impl Period {
    /// From one day to another.
    pub fn new(from: Date, to: Date) -> Result<Self, PeriodError> {
        match from.until(to).map_or(i32::MAX, |span| span.get_days()) {
            ..0 => Err(PeriodError::Backwards),
            LONGEST.. => Err(PeriodError::TooLong),
            _ => Ok(Self { from, to }),
        }
    }

    /// One day.
    pub fn day(day: Date) -> Self {
        Self { from: day, to: day }
    }

    /// The week of a day, from Monday to Sunday.
    pub fn week(day: Date) -> Self {
        let from = day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days());
        Self { from, to: from.saturating_add(6.days()) }
    }

    /// The month of a day.
    pub fn month(day: Date) -> Self {
        Self { from: day.first_of_month(), to: day.last_of_month() }
    }

    /// The `count` months before the month of a day, the earliest first.
    pub fn months_before(day: Date, count: i64) -> Vec<Self> {
        (1..=count).rev().map(|back| Self::month(day.first_of_month().saturating_sub(back.months()))).collect()
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// The day before, and the day after it.
    pub fn neighbours(self) -> (Date, Date) {
        (self.from.saturating_sub(1.day()), self.to.saturating_add(1.day()))
    }

    /// Each of its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(move |day| *day <= self.to)
    }
}
