//! What a calendar promises, by example and for any calendar.

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;

fn embedded() -> Calendar {
    Calendar::embedded().unwrap()
}

fn pause(from: Date, to: Date) -> Pause {
    Pause { from, to: Some(to) }
}

#[test]
fn a_deadline_over_the_national_day_says_what_it_skipped() {
    // Monday 28 September 2026: 29, 30, then the holiday to 7 October, 8, 9, and Saturday 10 is a make-up workday.
    let reckoning = embedded().deadline(date(2026, 9, 28), 5);
    assert_eq!(reckoning.due, date(2026, 10, 10));
    assert_eq!(reckoning.holidays, ["国庆节"]);
    assert_eq!(reckoning.makeup, [date(2026, 10, 10)]);
    assert!(reckoning.years_without_table.is_empty());
}

#[test]
fn the_clock_stands_still_while_somebody_else_has_the_word() {
    let calendar = embedded();
    // Monday 2 November: 3 counts, 4 counts (asked), 5 to 10 don't, 11, 12, 13 count.
    let asked = [pause(date(2026, 11, 4), date(2026, 11, 10))];
    let reckoning = calendar.reckon(date(2026, 11, 2), 5, 0, &asked);
    assert_eq!((reckoning.due, reckoning.running()), (date(2026, 11, 13), true));
    // Nobody knows how long an open pause lasts: the last day is the one that would be.
    let open = [Pause { from: date(2026, 11, 4), to: None }];
    let reckoning = calendar.reckon(date(2026, 11, 2), 5, 0, &open);
    assert_eq!((reckoning.due, reckoning.stopped_since()), (date(2026, 11, 9), Some(date(2026, 11, 4))));
    assert!(!reckoning.running());
}

#[test]
fn who_asked_on_the_last_day_has_a_day_left_after_the_answer() {
    let calendar = embedded();
    let friday = date(2026, 11, 6);
    assert_eq!(calendar.deadline(date(2026, 11, 2), 4).due, friday);
    let reckoning = calendar.reckon(date(2026, 11, 2), 4, 0, &[pause(friday, date(2026, 11, 13))]);
    assert_eq!(reckoning.due, date(2026, 11, 16));
    // Asked when it was over already: it stays over.
    let late = calendar.reckon(date(2026, 11, 2), 4, 0, &[pause(date(2026, 11, 9), date(2026, 11, 13))]);
    assert_eq!(late.due, friday);
}

#[test]
fn calendar_days_end_on_a_working_day() {
    let calendar = embedded();
    // 30 days after 5 September 2026 is 5 October, in the national holiday, which lasts to the 7th.
    let walk = calendar.walk(date(2026, 9, 5), Length::CalendarDays(30), 0, &[]);
    assert_eq!(walk.due, date(2026, 10, 8));
    assert_eq!(walk.steps.last().unwrap().treatment, Treatment::Moved);
    assert_eq!(walk.steps.iter().filter(|step| matches!(step.treatment, Treatment::Counted { .. })).count(), 30);
}

#[test]
fn what_was_stored_without_pauses_still_loads() {
    let stored = r#"{"received":"2026-09-28","working_days":5,"due":"2026-10-10","holidays":["国庆节"],
                     "makeup":["2026-10-10"],"years_without_table":[]}"#;
    let reckoning: Reckoning = serde_json::from_str(stored).unwrap();
    assert_eq!(reckoning, embedded().deadline(date(2026, 9, 28), 5));
}

#[test]
fn a_year_without_a_table_is_said() {
    let calendar = embedded();
    assert_eq!(calendar.deadline(date(2030, 12, 30), 5).years_without_table, [2030, 2031]);
    assert!(calendar.missing(date(2026, 9, 1)).is_empty());
    assert_eq!(calendar.missing(date(2026, 11, 23)), [2027]);
    assert_eq!(calendar.missing(date(2030, 12, 31)), [2030, 2031]);
}

#[test]
fn the_digest_changes_with_a_day_and_not_with_the_writing() {
    let table = |text: &str| {
        let mut calendar = Calendar::default();
        calendar.add("2027.toml", text).unwrap();
        calendar.digest()
    };
    let plain = table("year = 2027\nholidays = [[\"2027-01-01\", \"2027-01-03\", \"元旦\"]]\nmakeup_workdays = []");
    let other = table("# x\nholidays = [['2027-01-01','2027-01-03','元旦']]\nmakeup_workdays=[]\nyear=2027");
    let day_more = table("year = 2027\nholidays = [[\"2027-01-01\", \"2027-01-04\", \"元旦\"]]\nmakeup_workdays = []");
    assert_eq!((plain.len(), &plain), (32, &other));
    assert_ne!(plain, day_more);
    assert_ne!(plain, Calendar::default().digest());
}

#[test]
fn a_sites_own_year_replaces_ours_and_a_damaged_one_does_not() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let (calendar, faults) = embedded().with_files([
        file(
            "own/2026.toml",
            "year = 2026\nholidays = [[\"2026-03-05\", \"2026-03-05\", \"城市日\"]]\nmakeup_workdays = []",
        ),
        file(
            "own/2025.toml",
            "year = 2025\nholidays = [[\"2025-01-01\", \"2025-13-01\", \"元旦\"]]\nmakeup_workdays = []",
        ),
        file("own/again.toml", "\nyear = 2026\nholidays = []\nmakeup_workdays = []"),
        file("own/2027.toml", "year = 2027\nholidays = []\nmakeup_workdays = []"),
    ]);
    assert_eq!(calendar.holiday(date(2026, 3, 5)), Some("城市日"));
    assert_eq!(calendar.holiday(date(2026, 10, 1)), None);
    assert_eq!(calendar.holiday(date(2025, 10, 1)), Some("国庆节、中秋节"));
    assert_eq!(calendar.years().collect::<Vec<_>>(), [2024, 2025, 2026, 2027]);
    let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "own/2025.toml:2: 2025-13-01 is no day: write it as \"2025-01-31\"",
            "own/again.toml:2: the year 2026 has a table already: keep one of the two files",
        ]
    );
}

#[test]
fn a_table_with_mistakes_is_refused_with_its_line_and_the_mend() {
    let holidays = |days: &str| format!("year = 2026\nholidays = [\n{days}\n]\nmakeup_workdays = []");
    let makeup = |days: &str| {
        format!(
            "year = 2026\nholidays = [[\"2026-10-01\", \"2026-10-04\", \"国庆节\"]]\nmakeup_workdays = [\n{days}\n]"
        )
    };
    for (text, line, what) in [
        ("year = 2026".to_owned(), 1, "missing field `holidays`: a table has the lines year = 2027"),
        ("year = 2026\nholidays = [\nmakeup_workdays = []".to_owned(), 3, "a table has the lines"),
        ("year = 26\nholidays = []\nmakeup_workdays = []".to_owned(), 1, "26 is no year"),
        ("year = 2026\nholiday = []\nmakeup_workdays = []".to_owned(), 2, "unknown field `holiday`"),
        (holidays("[2026-10-01, 2026-10-07, \"国庆节\"]"), 3, "a table has the lines"),
        (holidays("[\"2026-10-01\", \"2026-10-07\", \" \"]"), 3, "needs a name"),
        (holidays("[\"10-01\", \"2026-10-07\", \"国庆节\"]"), 3, "10-01 is no day: write it as"),
        (holidays("[\"2026-10-07\", \"2026-10-01\", \"国庆节\"]"), 3, "ends (2026-10-01) before it begins"),
        (holidays("[\"2026-10-01\", \"2026-12-07\", \"国庆节\"]"), 3, "more than 16 days"),
        (holidays("[\"2026-12-31\", \"2027-01-02\", \"元旦\"]"), 3, "doesn't lie in 2026"),
        (
            holidays("[\"2026-10-01\", \"2026-10-07\", \"国庆节\"],\n[\"2026-10-06\", \"2026-10-08\", \"中秋节\"]"),
            4,
            "2026-10-06 belongs to 国庆节 already",
        ),
        (makeup("\"2026-09-23\""), 4, "it is no weekend day"),
        (makeup("\"2026-10-10\",\n\"2026-10-10\""), 5, "it stands twice"),
        (makeup("\"2026-10-03\""), 4, "it belongs to 国庆节"),
        (makeup("\"2027-10-10\""), 4, "doesn't lie in 2026"),
    ] {
        let mut calendar = Calendar::default();
        let fault = calendar.add("x.toml", &text).unwrap_err();
        assert_eq!((fault.line, fault.what.contains(what)), (line, true), "{text}\n{fault}");
        assert_eq!(calendar, Calendar::default(), "{text}");
    }
}

fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

/// Office hours from spans with spaces between them.
fn hours(spans: &str) -> Result<OfficeHours, OfficeHoursError> {
    spans.split_whitespace().map(str::to_owned).collect::<Vec<_>>().try_into()
}

#[test]
fn offices_are_open_on_working_days_and_make_up_days() {
    let calendar = embedded();
    let hours = hours("9:00-12:00 14:00-17:30").unwrap();
    for (moment, open, next) in [
        ("2026-11-23T09:00", true, "2026-11-23T09:00"),
        ("2026-11-23T08:59:59", false, "2026-11-23T09:00"),
        ("2026-11-23T12:00", false, "2026-11-23T14:00"),
        ("2026-11-23T17:29:59", true, "2026-11-23T17:29:59"),
        ("2026-11-27T17:30", false, "2026-11-30T09:00"),
        ("2026-09-30T18:00", false, "2026-10-08T09:00"),
        ("2026-10-10T10:00", true, "2026-10-10T10:00"),
        ("2026-10-11T10:00", false, "2026-10-12T09:00"),
    ] {
        assert_eq!(
            (hours.is_open(&calendar, at(moment)), hours.next_open(&calendar, at(moment))),
            (open, at(next)),
            "{moment}"
        );
    }
    assert!(OfficeHours::default().is_open(&calendar, at("2026-11-23T12:30")));
}

#[test]
fn office_hours_that_are_none_are_refused() {
    for (spans, what) in [
        ("", "open at some time"),
        ("9-12", "9-12 is no span of time"),
        ("09:00", "09:00 is no span of time"),
        ("09:00-25:00", "09:00-25:00 is no span of time"),
        ("+9:00-12:00", "is no span of time"),
        ("12:00-09:00", "ends before it begins"),
        ("14:00-17:00 09:00-12:00", "write them in order"),
        ("09:00-12:00 12:00-14:00", "write them in order"),
    ] {
        let said = hours(spans).unwrap_err().to_string();
        assert!(said.contains(what) && said.ends_with("as in [\"09:00-12:00\", \"14:00-17:30\"]"), "{said}");
    }
}

prop_compose! {
    /// A day from 2023 to 2028: years with a table, with none, and the borders between them.
    fn some_day()(offset in 0i32..2190) -> Date {
        date(2023, 1, 1).saturating_add(offset.days())
    }
}

prop_compose! {
    fn some_pause()(from in some_day(), days in 0i32..60) -> Pause {
        pause(from, from.saturating_add(days.days()))
    }
}

fn some_length() -> impl Strategy<Value = Length> {
    prop_oneof![(0u16..90).prop_map(Length::WorkingDays), (0u16..90).prop_map(Length::CalendarDays)]
}

fn longer(length: Length) -> Length {
    match length {
        Length::WorkingDays(days) => Length::WorkingDays(days + 1),
        Length::CalendarDays(days) => Length::CalendarDays(days + 1),
    }
}

proptest! {
    #[test]
    fn a_period_ends_on_a_working_day_on_which_the_clock_runs(
        received in some_day(), length in some_length(), extended in 0u16..30, pauses in prop::collection::vec(some_pause(), 0..4),
    ) {
        let calendar = embedded();
        let walk = calendar.walk(received, length, extended, &pauses);
        prop_assert!(walk.due >= received);
        prop_assert_ne!(calendar.kind(walk.due), DayKind::Off);
        let still = |pause: &Pause| pause.from < walk.due && walk.due <= pause.to.unwrap();
        prop_assert!(!pauses.iter().any(still));
    }

    #[test]
    fn a_day_more_never_ends_earlier(
        received in some_day(), length in some_length(), extended in 0u16..30, pauses in prop::collection::vec(some_pause(), 0..4),
    ) {
        let calendar = embedded();
        let due = calendar.walk(received, length, extended, &pauses).due;
        prop_assert!(due <= calendar.walk(received, longer(length), extended, &pauses).due);
        // An extension adds days of the same kind.
        prop_assert_eq!(
            calendar.walk(received, longer(length), extended, &pauses).due,
            calendar.walk(received, length, extended + 1, &pauses).due
        );
        prop_assert!(due <= calendar.walk(received.tomorrow().unwrap(), length, extended, &pauses).due);
    }

    #[test]
    fn a_pause_never_ends_earlier_and_one_without_an_end_stops_nothing_yet(
        received in some_day(), length in some_length(), pauses in prop::collection::vec(some_pause(), 0..4), one in some_pause(),
    ) {
        let calendar = embedded();
        let due = calendar.walk(received, length, 0, &pauses).due;
        let mut more = pauses.clone();
        more.push(one);
        let paused = calendar.walk(received, length, 0, &more).due;
        prop_assert!(due <= paused);
        // The order in which pauses are given doesn't matter.
        more.reverse();
        prop_assert_eq!(paused, calendar.walk(received, length, 0, &more).due);
        if let Some(last) = more.first_mut() {
            last.to = None;
        }
        prop_assert_eq!(due, calendar.walk(received, length, 0, &more).due);
    }

    #[test]
    fn every_day_from_receipt_to_the_last_is_told_once_and_in_order(
        received in some_day(), length in some_length(), pauses in prop::collection::vec(some_pause(), 0..4),
    ) {
        let calendar = embedded();
        let walk = calendar.walk(received, length, 0, &pauses);
        let (Length::WorkingDays(total) | Length::CalendarDays(total)) = length;
        prop_assert_eq!((walk.steps[0].day, walk.steps[0].treatment), (received, Treatment::Received));
        prop_assert_eq!(walk.steps.last().unwrap().day, walk.due);
        prop_assert!(walk.steps.windows(2).all(|pair| pair[0].day.tomorrow().unwrap() == pair[1].day));
        let numbers: Vec<u32> = walk.steps.iter().filter_map(|step| match step.treatment {
            Treatment::Counted { number } => Some(number),
            _ => None,
        }).collect();
        prop_assert_eq!(numbers, (1..=u32::from(total)).collect::<Vec<_>>());
    }

    #[test]
    fn without_pauses_the_days_between_are_those_that_were_asked_for(received in some_day(), days in 1u16..90) {
        let calendar = embedded();
        let reckoning = calendar.deadline(received, days);
        prop_assert_eq!(calendar.working_days_between(received, reckoning.due), i64::from(days));
        let restored: Reckoning = serde_json::from_str(&serde_json::to_string(&reckoning).unwrap()).unwrap();
        prop_assert_eq!(restored, reckoning);
    }

    #[test]
    fn the_next_opening_is_open_and_none_comes_before(day in some_day(), minute in 0i32..1440) {
        let calendar = embedded();
        let hours = hours("09:00-12:00 14:00-17:30").unwrap();
        let moment = day.to_datetime(jiff::civil::Time::midnight()).saturating_add(minute.minutes());
        let next = hours.next_open(&calendar, moment);
        prop_assert!(hours.is_open(&calendar, next) && next >= moment);
        let mut before = moment;
        while before < next {
            prop_assert!(!hours.is_open(&calendar, before));
            before = before.saturating_add(30.minutes()).min(next);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "(year = 20[0-9]{2}\n)?(holidays = \\[.{0,40}\\]\n)?(makeup_workdays = \\[.{0,20}\\])?.{0,20}") {
        let _ = Calendar::default().add("x.toml", &text);
    }
}

/// A line of the table that was made by hand.
#[derive(serde::Deserialize)]
struct Row {
    received: Date,
    days: u16,
    kind: String,
    extended: u16,
    pauses: String,
    due: Date,
    rule: String,
}

impl Row {
    fn length(&self) -> Length {
        match self.kind.as_str() {
            "working" => Length::WorkingDays(self.days),
            "calendar" => Length::CalendarDays(self.days),
            other => panic!("{other} is no kind of days: write working or calendar"),
        }
    }

    fn pauses(&self) -> Vec<Pause> {
        let pause = |text: &str| {
            let (from, to) = text.split_once("..").unwrap();
            Pause { from: from.parse().unwrap(), to: (!to.is_empty()).then(|| to.parse().unwrap()) }
        };
        self.pauses.split_whitespace().map(pause).collect()
    }
}

#[test]
fn deadlines_agree_with_the_table_made_by_hand() {
    let calendar = embedded();
    let table = include_bytes!("../../tests/calendar/deadlines.csv");
    let rows: Vec<Row> = csv::Reader::from_reader(table.as_slice()).deserialize().map(Result::unwrap).collect();
    assert!(rows.len() >= 200, "{} rows", rows.len());
    let (mut faults, mut touched) = (Vec::new(), std::collections::BTreeSet::new());
    for row in &rows {
        assert!(!row.rule.trim().is_empty(), "{}: which rule makes it so?", row.received);
        let walk = calendar.walk(row.received, row.length(), row.extended, &row.pauses());
        touched.extend(walk.steps.iter().map(|step| step.day));
        let unknown = [row.received, row.due].iter().any(|day| !calendar.knows(*day));
        if walk.due != row.due || walk.years_without_table.is_empty() == unknown {
            faults.push(format!("{} is reckoned, {} is written: {}", walk.due, row.due, row.rule));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    // Every holiday and every make-up workday moves some deadline of the table.
    for table in calendar.years.values() {
        let left_out = table.holidays.keys().chain(&table.makeup).find(|day| !touched.contains(*day));
        assert_eq!(left_out, None);
    }
}
