//! From rows to figures. Pure: the store is read elsewhere, working days are handed in.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{Found, Group};
use crate::{calendar::Calendar, casework::Rating, clock::city_date};

/// So many of something.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) of: Of,
    pub(super) what: What,
    pub(super) count: i64,
}

/// Whose count it is. Everything is counted both ways: a report never asks for a group's days, and there would be a great
/// many.
#[derive(Debug, Clone)]
pub(super) enum Of {
    /// A group's, on all days.
    Group(Group),
    /// A day's, of all groups.
    Day(Date),
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Answered(Found),
    Routed,
    Reopened,
}

/// A ticket with a reply that stands.
#[derive(Debug, Clone)]
pub(super) struct Replied {
    pub(super) group: Group,
    pub(super) filed_at: Timestamp,
    pub(super) answered_at: Timestamp,
    pub(super) due: Date,
    pub(super) rating: Option<Rating>,
}

/// What is open now.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) group: Group,
    pub(super) open: i64,
    pub(super) overdue: i64,
}

/// All that a report is made of.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    pub(super) counted: Vec<Counted>,
    pub(super) replied: Vec<Replied>,
    pub(super) standing: Vec<Standing>,
}

/// Tenths of something: a median may lie between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tenths(pub i64);

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: i64,
    /// The whole.
    pub whole: i64,
}

impl Share {
    /// In percent, rounded; none of nothing.
    pub fn percent(self) -> Option<i64> {
        (self.whole > 0).then(|| (self.part * 200 + self.whole) / (self.whole * 2))
    }
}

/// The figures of a unit, a day, a kind, a channel, or all together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Questions that the bot answered outright.
    pub answered: i64,
    /// Questions that the bot answered after the person chose among a few matters.
    pub chosen: i64,
    /// Tickets that were filed.
    pub routed: i64,
    /// Replies that stand.
    pub replied: i64,
    /// Of those, the ones approved on or before the last day.
    pub on_time: i64,
    /// Replies that stand and are said to have helped.
    pub helped: i64,
    /// Replies that stand and are said not to have helped.
    pub not_helped: i64,
    /// Tickets that were reopened.
    pub reopened: i64,
    /// Tickets that are open now, whenever they came.
    pub open: i64,
    /// Of those, the ones whose last day has passed.
    pub overdue: i64,
    minutes: Vec<i64>,
    working_days: Vec<i64>,
}

impl Figures {
    /// Questions received: those that the bot answered, and those that were routed.
    pub fn received(&self) -> i64 {
        self.answered + self.chosen + self.routed
    }

    /// The share of replies that were on time.
    pub fn on_time_share(&self) -> Share {
        Share { part: self.on_time, whole: self.replied }
    }

    /// The share of ratings that say it helped.
    pub fn helped_share(&self) -> Share {
        Share { part: self.helped, whole: self.helped + self.not_helped }
    }

    /// Hours from filing to the reply, in the middle of all.
    pub fn median_hours(&self) -> Option<Tenths> {
        median_tenths(&self.minutes, 60)
    }

    /// Working days from filing to the reply, in the middle of all. The day of filing doesn't count.
    pub fn median_working_days(&self) -> Option<Tenths> {
        median_tenths(&self.working_days, 1)
    }

    fn count(&mut self, what: What, count: i64) {
        *match what {
            What::Answered(Found::Outright) => &mut self.answered,
            What::Answered(Found::Chosen) => &mut self.chosen,
            What::Routed => &mut self.routed,
            What::Reopened => &mut self.reopened,
        } += count;
    }

    fn reply(&mut self, reply: &Replied, took: Took) {
        self.replied += 1;
        self.on_time += i64::from(took.in_time);
        self.helped += i64::from(reply.rating == Some(Rating::Helped));
        self.not_helped += i64::from(reply.rating == Some(Rating::NotHelped));
        self.minutes.push(took.minutes);
        self.working_days.push(took.working_days);
    }
}

/// How long a reply took.
#[derive(Debug, Clone, Copy)]
struct Took {
    minutes: i64,
    working_days: i64,
    in_time: bool,
}

/// The middle one of values, or halfway between the two in the middle, in tenths of `unit`, rounded.
pub(super) fn median_tenths(values: &[i64], unit: i64) -> Option<Tenths> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = *sorted.get((sorted.len() - 1) / 2)?;
    // (lower + upper) / 2 in tenths of the unit, rounded half up.
    Some(Tenths(((lower + upper) * 10 + unit) / (2 * unit)))
}

/// The figures of a period, all together and apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// All together.
    pub total: Figures,
    /// By the unit's code.
    pub by_unit: BTreeMap<String, Figures>,
    /// By the name of the kind; empty where the bot couldn't tell.
    pub by_kind: BTreeMap<String, Figures>,
    /// By channel.
    pub by_channel: BTreeMap<String, Figures>,
    /// By day: what is open now belongs to none.
    pub by_day: BTreeMap<Date, Figures>,
}

impl Report {
    /// Makes a report of rows.
    pub(super) fn of(rows: &Rows, calendar: &Calendar) -> Self {
        let mut report = Self::default();
        for row in &rows.counted {
            match &row.of {
                Of::Group(group) => report.each(group, None, |figures| figures.count(row.what, row.count)),
                Of::Day(day) => report.by_day.entry(*day).or_default().count(row.what, row.count),
            }
        }
        for row in &rows.replied {
            let (filed, answered) = (city_date(row.filed_at), city_date(row.answered_at));
            let took = Took {
                minutes: row.answered_at.duration_since(row.filed_at).as_mins(),
                working_days: calendar.working_days_between(filed, answered),
                in_time: answered <= row.due,
            };
            report.each(&row.group, Some(answered), |figures| figures.reply(row, took));
        }
        for row in &rows.standing {
            report.each(&row.group, None, |figures| {
                figures.open += row.open;
                figures.overdue += row.overdue;
            });
        }
        report
    }

    fn each(&mut self, group: &Group, day: Option<Date>, mut change: impl FnMut(&mut Figures)) {
        change(&mut self.total);
        for (map, key) in
            [(&mut self.by_unit, &group.unit), (&mut self.by_kind, &group.kind), (&mut self.by_channel, &group.channel)]
        {
            match map.get_mut(key) {
                Some(figures) => change(figures),
                None => change(map.entry(key.clone()).or_default()),
            }
        }
        if let Some(day) = day {
            change(self.by_day.entry(day).or_default());
        }
    }
}
