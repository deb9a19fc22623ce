//! Working days, as tables by year: a day is a working day, a day off, or a make-up workday (调休).
//!
//! A year without a table is reckoned by weekends alone and says so: it is a warning, never a silent guess.

use std::collections::{BTreeMap, BTreeSet};

use include_dir::{Dir, include_dir};
use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/calendars");

/// What kind of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// An ordinary working day.
    Working,
    /// A weekend or a public holiday.
    Off,
    /// A weekend day on which offices work.
    MakeUp,
}

/// A year's table as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearTable {
    year: i16,
    holidays: Vec<(Date, Date, String)>,
    makeup_workdays: Vec<Date>,
}

/// A fault in a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct CalendarError {
    /// Which file.
    pub file: String,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// Working days of all years that have a table.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    years: BTreeSet<i16>,
    holidays: BTreeMap<Date, String>,
    makeup: BTreeSet<Date>,
}

/// A deadline and how it was computed, so that it can be told to the person who sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// The day of receipt; it doesn't count (a period begins the day after).
    pub received: Date,
    /// How many working days.
    pub working_days: u16,
    /// The last day.
    pub due: Date,
    /// Public holidays that were skipped, in order.
    pub holidays: Vec<String>,
    /// Weekend days that counted because offices worked.
    pub makeup: Vec<Date>,
    /// Years on the way that have no table: only weekends were skipped there.
    pub years_without_table: Vec<i16>,
}

impl Calendar {
    /// The tables that are part of the program.
    pub fn embedded() -> Result<Self, CalendarError> {
        let mut calendar = Self::default();
        for file in FOLDER.files() {
            calendar.add(&format!("calendars/{}", file.path().display()), file.contents_utf8().unwrap_or_default())?;
        }
        Ok(calendar)
    }

    /// Adds one year's table.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), CalendarError> {
        let fault = |what: String| CalendarError { file: file.to_owned(), what };
        let table: YearTable = toml::from_str(text).map_err(|error| fault(error.to_string()))?;
        if !self.years.insert(table.year) {
            return Err(fault(format!("the year {} has a table already", table.year)));
        }
        for (first, last, name) in table.holidays {
            if first > last || first.year() != table.year || last.year() != table.year {
                return Err(fault(format!("{name} ({first} to {last}) must lie in {}", table.year)));
            }
            let mut day = first;
            while day <= last {
                self.holidays.insert(day, name.clone());
                day = day.saturating_add(1.day());
            }
        }
        for day in table.makeup_workdays {
            if !is_weekend(day) || self.holidays.contains_key(&day) || day.year() != table.year {
                return Err(fault(format!(
                    "{day} can't be a make-up workday: it must be a weekend day and no holiday"
                )));
            }
            self.makeup.insert(day);
        }
        Ok(())
    }

    /// What kind of day it is.
    pub fn kind(&self, day: Date) -> DayKind {
        if self.makeup.contains(&day) {
            DayKind::MakeUp
        } else if is_weekend(day) || self.holidays.contains_key(&day) {
            DayKind::Off
        } else {
            DayKind::Working
        }
    }

    /// Whether there is a table for the year of `day`.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains(&day.year())
    }

    /// The last day of a period of `working_days` that begins the day after `received`.
    pub fn deadline(&self, received: Date, working_days: u16) -> Reckoning {
        let (mut day, mut left) = (received, working_days);
        let (mut holidays, mut makeup) = (Vec::<String>::new(), Vec::new());
        let mut unknown = BTreeSet::new();
        while left > 0 {
            day = day.saturating_add(1.day());
            if !self.knows(day) {
                unknown.insert(day.year());
            }
            match self.kind(day) {
                DayKind::Off => {
                    if let Some(name) = self.holidays.get(&day).filter(|name| holidays.last() != Some(name)) {
                        holidays.push(name.clone());
                    }
                }
                DayKind::Working => left -= 1,
                DayKind::MakeUp => {
                    makeup.push(day);
                    left -= 1;
                }
            }
            if day == Date::MAX {
                break;
            }
        }
        Reckoning {
            received,
            working_days,
            due: day,
            holidays,
            makeup,
            years_without_table: unknown.into_iter().collect(),
        }
    }

    /// Working days after `from` up to and including `to`; negative when `to` is earlier.
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut day = first;
        let mut count = 0;
        while day < last {
            day = day.saturating_add(1.day());
            if self.kind(day) != DayKind::Off {
                count += 1;
            }
        }
        sign * count
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_deadline_over_the_national_day_says_what_it_skipped() {
        let calendar = Calendar::embedded().unwrap();
        // Monday 28 September 2026: 29, 30, then the holiday to 7 October, 8, 9, and Saturday 10 is a make-up workday.
        let reckoning = calendar.deadline(date(2026, 9, 28), 5);
        assert_eq!(reckoning.due, date(2026, 10, 10));
        assert_eq!(reckoning.holidays, ["国庆节"]);
        assert_eq!(reckoning.makeup, [date(2026, 10, 10)]);
        assert!(reckoning.years_without_table.is_empty());
    }

    #[test]
    fn a_year_without_a_table_is_said() {
        let calendar = Calendar::embedded().unwrap();
        assert_eq!(calendar.deadline(date(2030, 12, 30), 5).years_without_table, [2030, 2031]);
    }

    #[test]
    fn a_table_with_mistakes_is_refused() {
        let mut calendar = Calendar::default();
        let wednesday = "year = 2026\nholidays = []\nmakeup_workdays = [\"2026-09-23\"]";
        assert!(calendar.add("x.toml", wednesday).is_err());
        let mut calendar = Calendar::default();
        assert!(
            calendar
                .add(
                    "x.toml",
                    "year = 2026\nholidays = [[\"2026-02-03\", \"2026-02-01\", \"春节\"]]\nmakeup_workdays = []"
                )
                .is_err()
        );
    }
}
