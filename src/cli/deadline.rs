//! `wenzheng deadline`

use std::path::PathBuf;

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::{charts::terminal_language, out::print, site_calendar};
use crate::{
    calendar::{DayKind, Length, Pause, Step, Treatment, Walk},
    config::Settings,
    locale::{Locales, Phrase},
    phrase,
};

/// Reckons a deadline and shows how, day by day.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("length").required(true))]
pub(super) struct Deadline {
    /// The day of receipt, with the hour or without: 2026-09-28T10:00
    #[arg(long, value_name = "DAY", value_parser = day_of_receipt)]
    from: Date,
    /// How many working days
    #[arg(long, value_name = "N", group = "length", value_parser = clap::value_parser!(u16).range(1..=1000))]
    working_days: Option<u16>,
    /// How many days of any kind; the last one is a working day
    #[arg(long, value_name = "N", group = "length", value_parser = clap::value_parser!(u16).range(1..=1000))]
    calendar_days: Option<u16>,
    /// Days that an extension added
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1000))]
    extended: u16,
    /// The clock stood still after FROM until and including TO (none: it still stands still); may be repeated
    #[arg(long, value_name = "FROM..TO", value_parser = pause)]
    pause: Vec<Pause>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// A settings file, for the site's own tables of working days
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Printed<'a> {
    received: Date,
    length: Length,
    extended: u16,
    pauses: &'a [Pause],
    due: Date,
    /// The day after which the clock stands still; `due` is the last day if it ran on from there.
    stopped_since: Option<Date>,
    years_without_table: &'a [i16],
    days: &'a [Step<'a>],
}

impl Deadline {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if let Some(early) = self.pause.iter().find(|pause| pause.from < self.from) {
            anyhow::bail!(
                "--pause {}..: the clock can't stop before the day of receipt, {}: write a later day",
                early.from,
                self.from
            );
        }
        let settings = self.config.as_deref().map(Settings::read).transpose()?;
        let calendar = site_calendar(settings.and_then(|settings| settings.calendar).as_deref())?;
        let length = match (self.working_days, self.calendar_days) {
            (Some(days), _) => Length::WorkingDays(days),
            (None, days) => Length::CalendarDays(days.unwrap_or_default()),
        };
        let walk = calendar.walk(self.from, length, self.extended, &self.pause);
        let stopped_since = Pause::open(&self.pause);
        if self.json {
            let printed = Printed {
                received: self.from,
                length,
                extended: self.extended,
                pauses: &self.pause,
                due: walk.due,
                stopped_since,
                years_without_table: &walk.years_without_table,
                days: &walk.steps,
            };
            print(serde_json::to_string_pretty(&printed)?)?;
        } else {
            let locales = Locales::embedded()?;
            let tag = terminal_language(&locales);
            for line in lines(&walk, stopped_since, self.extended) {
                print(locales.text(&tag, &line))?;
            }
        }
        Ok(())
    }
}

/// `2026-09-28` or `2026-09-28T10:00`. The hour doesn't matter: the day of receipt doesn't count.
fn day_of_receipt(text: &str) -> Result<Date, String> {
    let day = text.parse::<Date>().or_else(|error| text.parse::<DateTime>().map(DateTime::date).map_err(|_| error));
    day.ok()
        .filter(|day| day.year() > 0)
        .ok_or_else(|| "write a day as 2026-09-28, or with the hour as 2026-09-28T10:00".to_owned())
}

/// `2026-10-09..2026-10-14`, or `2026-10-09..` while the clock stands still.
fn pause(text: &str) -> Result<Pause, String> {
    let form = || "write FROM..TO as 2026-10-09..2026-10-14, or 2026-10-09.. while an answer is awaited".to_owned();
    let (from, to) = text.split_once("..").ok_or_else(form)?;
    let from: Date = from.parse().map_err(|_| form())?;
    let to: Option<Date> = if to.is_empty() { None } else { Some(to.parse().map_err(|_| form())?) };
    if to.is_some_and(|to| to < from) {
        return Err("it ends before it begins: write the earlier day first".to_owned());
    }
    Ok(Pause { from, to })
}

/// The last day, then every day with what it did.
fn lines(walk: &Walk<'_>, stopped_since: Option<Date>, extended: u16) -> Vec<Phrase> {
    let (due, on) = (walk.due, weekday(walk.due));
    let mut lines = vec![match stopped_since {
        None => phrase!("deadline-due", due = due, weekday = on),
        Some(since) => phrase!("deadline-stopped", due = due, weekday = on, since = since),
    }];
    if extended > 0 {
        lines.push(phrase!("deadline-extended", days = u32::from(extended)));
    }
    for year in &walk.years_without_table {
        lines.push(phrase!("deadline-unknown-year", year = year.to_string()));
    }
    let told =
        |step: &Step<'_>| phrase!("deadline-day", day = step.day, weekday = weekday(step.day), what = what(step));
    lines.extend(walk.steps.iter().map(told));
    lines
}

/// What a day did.
fn what(step: &Step<'_>) -> Phrase {
    match (step.treatment, step.kind, step.holiday) {
        (Treatment::Received, ..) => phrase!("day-received"),
        (Treatment::Stopped, ..) => phrase!("day-stopped"),
        (Treatment::Moved, DayKind::MakeUp, _) => phrase!("day-moved-makeup"),
        (Treatment::Moved, ..) => phrase!("day-moved"),
        (Treatment::Off, _, Some(holiday)) => phrase!("day-holiday", holiday = holiday),
        (Treatment::Off, _, None) => phrase!("day-weekend"),
        (Treatment::Counted { number }, DayKind::Working, _) => phrase!("day-counted", number = number),
        (Treatment::Counted { number }, DayKind::MakeUp, _) => phrase!("day-counted-makeup", number = number),
        (Treatment::Counted { number }, DayKind::Off, Some(holiday)) => {
            phrase!("day-counted-holiday", number = number, holiday = holiday)
        }
        (Treatment::Counted { number }, DayKind::Off, None) => phrase!("day-counted-weekend", number = number),
    }
}

/// The name of a day's weekday.
pub(super) fn weekday(day: Date) -> Phrase {
    phrase!("weekday", number = i32::from(day.weekday().to_monday_one_offset()))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use jiff::civil::date;

    use super::*;
    use crate::calendar::Calendar;

    #[derive(Debug, clap::Parser)]
    struct Line {
        #[command(flatten)]
        deadline: Deadline,
    }

    fn parse(line: &str) -> Result<Deadline, String> {
        Line::try_parse_from(std::iter::once("wenzheng").chain(line.split(' ')))
            .map(|line| line.deadline)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_no_day_is_refused_with_what_to_write() {
        for (line, what) in [
            ("--from 28.9.2026 --working-days 5", "write a day as 2026-09-28, or with the hour as 2026-09-28T10:00"),
            ("--from 2026-02-30 --working-days 5", "write a day as"),
            ("--from 2026-09-28", "--working-days <N>|--calendar-days <N>"),
            ("--from 2026-09-28 --working-days 0", "0 is not in 1..=1000"),
            ("--from 2026-09-28 --working-days 5 --calendar-days 5", "cannot be used with"),
            ("--from 2026-09-28 --working-days 5 --extended -1", "unexpected argument"),
            ("--from 2026-09-28 --working-days 5 --pause 2026-10-09", "write FROM..TO as 2026-10-09..2026-10-14"),
            ("--from 2026-09-28 --working-days 5 --pause 2026-10-09..x", "write FROM..TO as"),
            ("--from 2026-09-28 --working-days 5 --pause 2026-10-09..2026-10-08", "it ends before it begins"),
        ] {
            let said = parse(line).unwrap_err();
            assert!(said.contains(what), "{line}: {said}");
        }
        let early = parse("--from 2026-09-28 --working-days 5 --pause 2026-09-27..").unwrap().run().unwrap_err();
        assert!(early.to_string().contains("can't stop before the day of receipt, 2026-09-28"), "{early}");
        let sound =
            parse("--from 2026-09-28T10:00 --working-days 5 --pause 2026-10-09.. --pause 2026-09-29..2026-09-30");
        let sound = sound.unwrap();
        assert_eq!((sound.from, sound.pause[0].to), (date(2026, 9, 28), None));
    }

    #[test]
    fn every_day_is_told_in_the_readers_words() {
        let locales = Locales::embedded().unwrap();
        let calendar = Calendar::embedded().unwrap();
        let pauses = [Pause { from: date(2026, 9, 29), to: Some(date(2026, 9, 30)) }];
        let told = |tag: &str, length, pauses: &[Pause]| {
            let walk = calendar.walk(date(2026, 9, 28), length, 1, pauses);
            let lines = lines(&walk, Pause::open(pauses), 1);
            lines.iter().map(|line| locales.text(tag, line)).collect::<Vec<_>>()
        };
        let chinese = told("zh-CN", Length::WorkingDays(3), &pauses);
        assert_eq!(chinese[0], "截止日：2026年10月10日，星期六");
        assert_eq!(chinese[2], "2026年9月28日，星期一：收到当天，不算");
        assert_eq!(chinese[3], "2026年9月29日，星期二：第 1 天");
        assert_eq!(chinese[4], "2026年9月30日，星期三：等待答复，停止计时，不算");
        assert_eq!(chinese[5], "2026年10月1日，星期四：国庆节放假，不算");
        assert_eq!(chinese.last().unwrap(), "2026年10月10日，星期六：第 4 天，调休上班");
        let open = told("en", Length::CalendarDays(4), &[Pause { from: date(2026, 9, 29), to: None }]);
        assert!(open[0].starts_with("The clock stands still since the end of 29 September 2026"), "{}", open[0]);
        assert_eq!(open[5], "Thursday, 1 October 2026: day 3, public holiday (国庆节)");
        assert_eq!(open[8], "Sunday, 4 October 2026: public holiday (国庆节), not counted");
        assert_eq!(
            open.last().unwrap(),
            "Thursday, 8 October 2026: the first working day after the period ran out: it ends here"
        );
    }
}
