//! One year's file, as written and as checked. What breaks a rule doesn't come in: a wrong day would move deadlines.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;
use toml::Spanned;

use super::{CalendarError, is_weekend};

/// The longest holiday that a table may hold. The longest announced so far has 9 days; more is a mistyped month.
const LONGEST: usize = 16;

/// What a file looks like, for whoever has to mend one.
const FORM: &str = "a table has the lines year = 2027, holidays = [[\"2027-01-01\", \"2027-01-03\", \"元旦\"]] and \
                    makeup_workdays = [\"2027-01-09\"]";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    year: Spanned<i16>,
    holidays: Vec<(Spanned<String>, Spanned<String>, Spanned<String>)>,
    makeup_workdays: Vec<Spanned<String>>,
}

/// A checked table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct YearTable {
    pub(super) year: i16,
    /// The line that says the year.
    pub(super) line: usize,
    /// Days off with the name of their holiday; weekends that belong to a holiday are among them.
    pub(super) holidays: BTreeMap<Date, String>,
    /// Weekend days on which offices work.
    pub(super) makeup: BTreeSet<Date>,
}

impl YearTable {
    /// Reads and checks a file's text.
    pub(super) fn read(file: &str, text: &str) -> Result<Self, CalendarError> {
        let place = Place { file, text };
        let written: Written = toml::from_str(text).map_err(|error| {
            place.fault(error.span().map_or(0, |span| span.start), format!("{}: {FORM}", error.message().trim_end()))
        })?;
        let year = *written.year.get_ref();
        if !(1950..=2199).contains(&year) {
            return Err(place.fault(written.year.span().start, format!("{year} is no year: write it as 2027")));
        }
        let mut holidays = BTreeMap::new();
        for (first, last, name) in &written.holidays {
            place.holiday(year, (first, last, name), &mut holidays)?;
        }
        let mut makeup = BTreeSet::new();
        for written in &written.makeup_workdays {
            let day = place.day(year, written)?;
            let wrong = if let Some(name) = holidays.get(&day) {
                format!("it belongs to {name}: take it out of one of the two")
            } else if !is_weekend(day) {
                "it is no weekend day, so it is a working day anyway: look it up in the notice again".to_owned()
            } else if !makeup.insert(day) {
                "it stands twice: keep one".to_owned()
            } else {
                continue;
            };
            return Err(place.fault(written.span().start, format!("{day} can't be a make-up workday: {wrong}")));
        }
        Ok(Self { year, line: place.line(written.year.span().start), holidays, makeup })
    }
}

/// A file, for saying where a fault is.
struct Place<'a> {
    file: &'a str,
    text: &'a str,
}

impl Place<'_> {
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn fault(&self, offset: usize, what: String) -> CalendarError {
        CalendarError { file: self.file.to_owned(), line: self.line(offset), what }
    }

    fn day(&self, year: i16, written: &Spanned<String>) -> Result<Date, CalendarError> {
        let (text, at) = (written.get_ref(), written.span().start);
        let day: Date =
            text.parse().map_err(|_| self.fault(at, format!("{text} is no day: write it as \"{year}-01-31\"")))?;
        if day.year() != year {
            let what = format!("{day} doesn't lie in {year}: a table holds the days of its own year, write only those");
            return Err(self.fault(at, what));
        }
        Ok(day)
    }

    /// Adds the days of one holiday.
    fn holiday(
        &self,
        year: i16,
        (first, last, name): (&Spanned<String>, &Spanned<String>, &Spanned<String>),
        holidays: &mut BTreeMap<Date, String>,
    ) -> Result<(), CalendarError> {
        let (from, to) = (self.day(year, first)?, self.day(year, last)?);
        let name_text = name.get_ref().trim();
        if name_text.is_empty() {
            return Err(
                self.fault(name.span().start, format!("the holiday from {from} needs a name, such as \"春节\""))
            );
        }
        if from > to {
            let what = format!("{name_text} ends ({to}) before it begins ({from}): write the first day first");
            return Err(self.fault(first.span().start, what));
        }
        let days: Vec<Date> = from.series(1.day()).take(LONGEST + 1).take_while(|day| *day <= to).collect();
        if days.len() > LONGEST {
            let what = format!("{name_text} has more than {LONGEST} days ({from} to {to}): look at the months");
            return Err(self.fault(last.span().start, what));
        }
        for day in days {
            if let Some(other) = holidays.insert(day, name_text.to_owned()) {
                let what = format!("{day} belongs to {other} already: write a day once, with both names if need be");
                return Err(self.fault(first.span().start, what));
            }
        }
        Ok(())
    }
}
