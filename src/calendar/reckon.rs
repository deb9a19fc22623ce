//! From a period to its last day, and how that was computed.
//!
//! The rules, each with where it comes from:
//!
//! 1. The day of receipt doesn't count (民法典 Art. 201).
//! 2. Working days leave out weekends and public holidays and count make-up workdays; calendar days count every day.
//! 3. A period that would end on a day off ends on the next working day (民法典 Art. 203).
//! 4. An extension adds days of the same kind (政府信息公开条例 Art. 33: once, with approval).
//! 5. While somebody else has the word, the clock stands still (政府信息公开条例 Art. 30, 33): the day on which they were
//!    asked still counts, the day on which their answer comes doesn't, as a day of receipt doesn't.
//! 6. A period doesn't end while the clock stands still. Who asked on the last day has the first working day after the
//!    answer; otherwise the answer would come when the period is over already.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, DayKind};

/// The clock stands still after the day `from`, which still counts, until and including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The day on which somebody was asked.
    pub from: Date,
    /// The day on which the answer came; none while it is awaited.
    pub to: Option<Date>,
}

impl Pause {
    /// Whether the clock stands still on `day`. A pause without an end stops nothing yet: nobody knows for how long.
    fn stops(self, day: Date) -> bool {
        self.to.is_some_and(|to| self.from < day && day <= to)
    }

    /// The day after which the clock stands still, while an answer is awaited.
    pub fn open(pauses: &[Self]) -> Option<Date> {
        pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min()
    }
}

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// So many working days.
    WorkingDays(u16),
    /// So many days of any kind.
    CalendarDays(u16),
}

/// What a day does in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "treatment", rename_all = "snake_case")]
pub enum Treatment {
    /// The day of receipt, which doesn't count.
    Received,
    /// It counts, as the day with this number.
    Counted {
        /// From 1.
        number: u32,
    },
    /// A day off, which is left out or on which the period can't end.
    Off,
    /// The clock stands still; or all days were counted, and it stops again on the very day on which the period could end.
    Stopped,
    /// All days were counted before, but the period couldn't end then: it ends here.
    Moved,
}

/// One day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Step<'a> {
    /// Which day.
    pub day: Date,
    /// What kind of day it is.
    pub kind: DayKind,
    /// The public holiday that it belongs to.
    pub holiday: Option<&'a str>,
    /// What it does.
    #[serde(flatten)]
    pub treatment: Treatment,
}

/// A period, day by day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk<'a> {
    /// The last day.
    pub due: Date,
    /// Every day from the day of receipt to the last one.
    pub steps: Vec<Step<'a>>,
    /// Years on the way that have no table: only weekends were skipped there.
    pub years_without_table: Vec<i16>,
}

/// A deadline and how it was computed, so that it can be told to the person who sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// The day of receipt; it doesn't count (a period begins the day after).
    pub received: Date,
    /// How many working days, without the extension.
    pub working_days: u16,
    /// The last day. While the clock stands still it is the one that would be if it ran on from there.
    pub due: Date,
    /// Public holidays that were skipped, in order.
    pub holidays: Vec<String>,
    /// Weekend days that counted because offices worked.
    pub makeup: Vec<Date>,
    /// Years on the way that have no table: only weekends were skipped there.
    pub years_without_table: Vec<i16>,
    /// Working days that an extension added.
    #[serde(default)]
    pub extended: u16,
    /// When the clock stood or stands still, in order of their beginning.
    #[serde(default)]
    pub pauses: Vec<Pause>,
}

impl Reckoning {
    /// The day after which the clock stands still, while somebody's answer is awaited.
    pub fn stopped_since(&self) -> Option<Date> {
        Pause::open(&self.pauses)
    }

    /// Whether the clock runs. While it doesn't, there is no last day that could be missed.
    pub fn running(&self) -> bool {
        self.stopped_since().is_none()
    }
}

impl Calendar {
    /// The last day of a period of `working_days` that begins the day after `received`.
    pub fn deadline(&self, received: Date, working_days: u16) -> Reckoning {
        self.reckon(received, working_days, 0, &[])
    }

    /// The same, with working days that an extension added and with the times when the clock stood still.
    pub fn reckon(&self, received: Date, working_days: u16, extended: u16, pauses: &[Pause]) -> Reckoning {
        let walk = self.walk(received, Length::WorkingDays(working_days), extended, pauses);
        let (mut holidays, mut makeup) = (Vec::<String>::new(), Vec::new());
        for step in &walk.steps {
            match (step.treatment, step.holiday) {
                (Treatment::Off, Some(name)) if holidays.last().is_none_or(|last| last != name) => {
                    holidays.push(name.to_owned());
                }
                (Treatment::Counted { .. }, _) if step.kind == DayKind::MakeUp => makeup.push(step.day),
                _ => {}
            }
        }
        let mut pauses = pauses.to_vec();
        pauses.sort_by_key(|pause| pause.from);
        Reckoning {
            received,
            working_days,
            due: walk.due,
            holidays,
            makeup,
            years_without_table: walk.years_without_table,
            extended,
            pauses,
        }
    }

    /// Goes through a period day by day. Its rules stand at the head of this file.
    pub fn walk(&self, received: Date, length: Length, extended: u16, pauses: &[Pause]) -> Walk<'_> {
        let (every_day, days) = match length {
            Length::WorkingDays(days) => (false, days),
            Length::CalendarDays(days) => (true, days),
        };
        let total = u32::from(days) + u32::from(extended);
        let step = |day, treatment| Step { day, kind: self.kind(day), holiday: self.holiday(day), treatment };
        let mut steps = vec![step(received, Treatment::Received)];
        let mut years_without_table = Vec::new();
        let (mut day, mut counted) = (received, 0);
        while counted < total || !self.can_end(day, pauses) {
            // The last day that can be written is no deadline that anybody waits for.
            let Ok(next) = day.tomorrow() else { break };
            day = next;
            if !self.knows(day) && years_without_table.last() != Some(&day.year()) {
                years_without_table.push(day.year());
            }
            let treatment = if pauses.iter().any(|pause| pause.stops(day)) {
                Treatment::Stopped
            } else if counted == total {
                match self.kind(day) {
                    DayKind::Off => Treatment::Off,
                    _ if self.can_end(day, pauses) => Treatment::Moved,
                    _ => Treatment::Stopped,
                }
            } else if every_day || self.kind(day) != DayKind::Off {
                counted += 1;
                Treatment::Counted { number: counted }
            } else {
                Treatment::Off
            };
            steps.push(step(day, treatment));
        }
        Walk { due: day, steps, years_without_table }
    }

    /// Whether a period may end on `day`: offices work, and the clock runs and goes on running.
    fn can_end(&self, day: Date, pauses: &[Pause]) -> bool {
        let stops =
            |pause: &Pause| pause.stops(day) || day.tomorrow().is_ok_and(|next| pause.from == day && pause.stops(next));
        self.kind(day) != DayKind::Off && !pauses.iter().any(stops)
    }
}
