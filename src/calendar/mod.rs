//! Working days, as tables by year: a day is a working day, a day off, or a make-up workday (调休).
//!
//! A year without a table is reckoned by weekends alone and says so: it is a warning, never a silent guess.
//!
//! | file | what it does |
//! |---|---|
//! | `table` | one year's file → a checked table |
//! | `reckon` | a period → its last day, and how it was computed, day by day |
//! | `hours` | when offices are open |

mod hours;
mod reckon;
mod table;

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use jiff::{
    ToSpan as _,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use hours::{OfficeHours, OfficeHoursError};
pub use reckon::{Length, Pause, Reckoning, Step, Treatment, Walk};
use table::YearTable;

static FOLDER: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/calendars");

/// How far ahead tables must reach: no period that offices know is longer than 20 working days, extended by 20, with a
/// correction and a consultation on the way.
const AHEAD: Length = Length::WorkingDays(60);

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

/// A fault in a calendar file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
pub struct CalendarError {
    /// Which file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub what: String,
}

/// Working days of all years that have a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, YearTable>,
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

    /// The same with a site's own files, as name and text: a year that the program has is replaced, a new one is added.
    /// A faulty file is left out and named; all else counts.
    pub fn with_files(mut self, files: impl IntoIterator<Item = (String, String)>) -> (Self, Vec<CalendarError>) {
        let (mut own, mut faults) = (Self::default(), Vec::new());
        for (file, text) in files {
            faults.extend(own.add(&file, &text).err());
        }
        self.years.append(&mut own.years);
        (self, faults)
    }

    /// Adds one year's table.
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), CalendarError> {
        let table = YearTable::read(file, text)?;
        if self.years.contains_key(&table.year) {
            let what = format!("the year {} has a table already: keep one of the two files", table.year);
            return Err(CalendarError { file: file.to_owned(), line: table.line, what });
        }
        self.years.insert(table.year, table);
        Ok(())
    }

    /// What kind of day it is.
    pub fn kind(&self, day: Date) -> DayKind {
        match self.years.get(&day.year()) {
            Some(table) if table.makeup.contains(&day) => DayKind::MakeUp,
            Some(table) if table.holidays.contains_key(&day) => DayKind::Off,
            _ if is_weekend(day) => DayKind::Off,
            _ => DayKind::Working,
        }
    }

    /// The public holiday that a day off belongs to; none on an ordinary weekend.
    pub fn holiday(&self, day: Date) -> Option<&str> {
        self.years.get(&day.year())?.holidays.get(&day).map(String::as_str)
    }

    /// Whether there is a table for the year of `day`.
    pub fn knows(&self, day: Date) -> bool {
        self.years.contains_key(&day.year())
    }

    /// The years that have a table, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.keys().copied()
    }

    /// The years without a table that a period of 60 working days from `today` would touch. Their holidays are announced
    /// in November of the year before: somebody must add the table.
    pub fn missing(&self, today: Date) -> Vec<i16> {
        let mut missing = self.walk(today, AHEAD, 0, &[]).years_without_table;
        if !self.knows(today) && missing.first() != Some(&today.year()) {
            missing.insert(0, today.year());
        }
        missing
    }

    /// Tells these tables from all others, in 32 hexadecimal digits: it changes when a day does, and not when a file is
    /// only written differently. Open deadlines that were reckoned with another digest are to be reckoned anew.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for table in self.years.values() {
            hasher.update(format!("year {}\n", table.year));
            for (day, name) in &table.holidays {
                hasher.update(format!("off {day} {name}\n"));
            }
            for day in &table.makeup {
                hasher.update(format!("makeup {day}\n"));
            }
        }
        let digest = hasher.finalize();
        digest.iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
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
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests;
