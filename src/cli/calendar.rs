//! `wenzheng calendar`

use std::path::PathBuf;

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde::Serialize;

use super::{charts::terminal_language, deadline::weekday, out::print, site_calendar};
use crate::{
    calendar::{Calendar, DayKind},
    config::Settings,
    locale::{Locales, Phrase},
    phrase,
};

/// Shows the working days of a year: what a new table means, before deadlines are reckoned by it.
#[derive(Debug, clap::Args)]
pub(super) struct ShowCalendar {
    /// The years; without any, all that have a table
    #[arg(value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1950..=2199))]
    years: Vec<i16>,
    /// Print every day as JSON
    #[arg(long)]
    json: bool,
    /// A settings file, for the site's own tables
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Printed<'a> {
    digest: String,
    days: Vec<Day<'a>>,
}

#[derive(Serialize)]
struct Day<'a> {
    #[serde(rename = "day")]
    date: Date,
    kind: DayKind,
    holiday: Option<&'a str>,
}

impl ShowCalendar {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let settings = self.config.as_deref().map(Settings::read).transpose()?;
        let calendar = site_calendar(settings.and_then(|settings| settings.calendar).as_deref())?;
        let years = if self.years.is_empty() { calendar.years().collect() } else { self.years };
        if let Some(year) = years.iter().find(|year| !calendar.knows(date(**year, 1, 1))) {
            anyhow::bail!("there is no table for {year}: add one, docs/calendar.md says how");
        }
        let tables = years.into_iter().map(|year| days(&calendar, year));
        if self.json {
            let printed = Printed { digest: calendar.digest(), days: tables.flatten().collect() };
            print(serde_json::to_string(&printed)?)?;
        } else {
            let locales = Locales::embedded()?;
            let tag = terminal_language(&locales);
            for days in tables {
                for line in lines(&days) {
                    print(locales.text(&tag, &line))?;
                }
            }
        }
        Ok(())
    }
}

fn days(calendar: &Calendar, year: i16) -> Vec<Day<'_>> {
    let all = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
    all.map(|day| Day { date: day, kind: calendar.kind(day), holiday: calendar.holiday(day) }).collect()
}

/// A year in words: how many days of each kind, its holidays, its make-up workdays.
fn lines(days: &[Day<'_>]) -> Vec<Phrase> {
    let count = |kind| days.iter().filter(|day| day.kind == kind).count();
    let year = days.first().map_or_else(String::new, |first| first.date.year().to_string());
    let mut lines = vec![phrase!(
        "calendar-year",
        year = year,
        working = count(DayKind::Working) + count(DayKind::MakeUp),
        makeup = count(DayKind::MakeUp),
        off = count(DayKind::Off)
    )];
    for chunk in days.chunk_by(|one, next| one.holiday == next.holiday) {
        if let Some((first, last)) = chunk.first().zip(chunk.last())
            && let Some(name) = first.holiday
        {
            lines.push(phrase!(
                "calendar-holiday",
                name = name,
                first = first.date,
                last = last.date,
                days = chunk.len()
            ));
        }
    }
    for one in days.iter().filter(|day| day.kind == DayKind::MakeUp) {
        lines.push(phrase!("calendar-makeup", day = one.date, weekday = weekday(one.date)));
    }
    lines
}
