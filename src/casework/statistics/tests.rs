//! Figures computed by hand, and tables from which nothing hidden can be computed.

use jiff::civil::{Date, DateTime, date};
use proptest::prelude::*;

use super::{
    figures::{Counted, Of, Replied, Rows, Standing, What, median_tenths},
    *,
};
use crate::{calendar::Calendar, casework::Rating, clock::instant_of};

fn group(unit: &str, kind: &str, channel: &str) -> Group {
    Group { unit: unit.into(), kind: kind.into(), channel: channel.into() }
}

fn at(time: &str) -> jiff::Timestamp {
    instant_of(time.parse::<DateTime>().unwrap())
}

#[test]
fn a_median_lies_in_the_middle_or_halfway() {
    assert_eq!(median_tenths(&[], 1), None);
    assert_eq!(median_tenths(&[3], 1), Some(Tenths(30)));
    assert_eq!(median_tenths(&[4, 1], 1), Some(Tenths(25)));
    assert_eq!(median_tenths(&[9, 1, 2], 1), Some(Tenths(20)));
    // Minutes as hours: 90 minutes are 1.5 hours, 100 are 1.7.
    assert_eq!(median_tenths(&[90], 60), Some(Tenths(15)));
    assert_eq!(median_tenths(&[100], 60), Some(Tenths(17)));
}

#[test]
fn a_share_of_nothing_is_none_and_others_are_rounded() {
    assert_eq!(Share { part: 0, whole: 0 }.percent(), None);
    assert_eq!(Share { part: 2, whole: 3 }.percent(), Some(67));
    assert_eq!(Share { part: 1, whole: 8 }.percent(), Some(13));
    assert_eq!(Share { part: 7, whole: 7 }.percent(), Some(100));
}

#[test]
fn figures_come_from_rows_by_unit_kind_channel_and_day() {
    let (hrss, tax) = (group("hrss", "help", "web"), group("tax", "", "telegram"));
    let monday = date(2026, 11, 23);
    let counted =
        |group: &Group, what, count| [Of::Group(group.clone()), Of::Day(monday)].map(|of| Counted { of, what, count });
    let replied = |group: &Group, answered: &str, rating| Replied {
        group: group.clone(),
        filed_at: at("2026-11-23T10:00"),
        answered_at: at(answered),
        due: date(2026, 11, 30),
        rating,
    };
    let rows = Rows {
        counted: [
            counted(&hrss, What::Answered(Found::Outright), 4),
            counted(&hrss, What::Answered(Found::Chosen), 1),
            counted(&hrss, What::Routed, 2),
            counted(&tax, What::Routed, 1),
            counted(&tax, What::Reopened, 1),
        ]
        .concat(),
        replied: vec![
            // The last minute of the last day is on time; the next isn't.
            replied(&hrss, "2026-11-30T23:59", Some(Rating::Helped)),
            replied(&hrss, "2026-12-01T00:00", Some(Rating::NotHelped)),
            replied(&tax, "2026-11-24T10:30", None),
        ],
        standing: vec![Standing { group: tax, open: 3, overdue: 1 }],
    };
    let report = Report::of(&rows, &Calendar::embedded().unwrap());
    let of_hrss = &report.by_unit["hrss"];
    assert_eq!((of_hrss.received(), of_hrss.answered, of_hrss.chosen, of_hrss.routed), (7, 4, 1, 2));
    assert_eq!((of_hrss.replied, of_hrss.on_time, of_hrss.on_time_share().percent()), (2, 1, Some(50)));
    assert_eq!((of_hrss.helped, of_hrss.not_helped, of_hrss.helped_share().percent()), (1, 1, Some(50)));
    assert_eq!(of_hrss.median_working_days(), Some(Tenths(55)));
    assert_eq!((report.total.open, report.total.overdue, report.total.reopened), (3, 1, 1));
    assert_eq!(report.total.median_hours(), Some(Tenths(1820)));
    assert_eq!(report.by_unit["tax"].median_working_days(), Some(Tenths(10)));
    assert_eq!(report.by_kind[""].routed, 1);
    assert_eq!(report.by_channel["web"].received(), 7);
    assert_eq!((report.by_day[&monday].received(), report.by_day[&monday].replied), (8, 0));
    assert_eq!(report.by_day[&date(2026, 12, 1)].on_time, 0);
    assert_eq!(report.by_day.values().map(|day| day.open).sum::<i64>(), 0, "what is open belongs to no day");
}

#[test]
fn periods_are_days_weeks_months_and_at_most_a_year() {
    let day = date(2026, 11, 26);
    let ends = |period: Period| (period.from(), period.to());
    assert_eq!(ends(Period::week(day)), (date(2026, 11, 23), date(2026, 11, 29)));
    assert_eq!(ends(Period::month(day)), (date(2026, 11, 1), date(2026, 11, 30)));
    assert_eq!(Period::day(day).days().count(), 1);
    assert_eq!(Period::month(day).days().count(), 30);
    assert_eq!(Period::new(day, date(2026, 11, 25)), Err(PeriodError::Backwards));
    assert_eq!(Period::new(date(2026, 1, 1), date(2026, 12, 31)).map(ends), Ok((date(2026, 1, 1), date(2026, 12, 31))));
    assert_eq!(Period::new(date(2024, 1, 1), date(2024, 12, 31)).map(|year| year.days().count()), Ok(366));
    assert_eq!(Period::new(date(2024, 1, 1), date(2025, 1, 1)), Err(PeriodError::TooLong));
    assert_eq!(Period::new(Date::MIN, Date::MAX), Err(PeriodError::TooLong));
    let months = Period::months_before(date(2026, 1, 31), 2);
    assert_eq!(
        months.into_iter().map(ends).collect::<Vec<_>>(),
        [(date(2025, 11, 1), date(2025, 11, 30)), (date(2025, 12, 1), date(2025, 12, 31))]
    );
}

#[test]
fn a_single_small_count_takes_the_next_one_with_it() {
    let published = publish(&[vec![3, 8], vec![20, 9], vec![30, 10]], 2);
    assert_eq!(
        published.rows,
        [[Entry::Small, Entry::Shown(8)], [Entry::Withheld, Entry::Shown(9)], [Entry::Shown(30), Entry::Shown(10)]]
    );
    assert_eq!((published.row_totals, published.column_totals), (vec![None, None, Some(40)], vec![Some(53), Some(27)]));
    assert_eq!(published.total, Some(80));
    // Where there is nothing to withhold, the total is.
    let alone = publish(&[vec![3], vec![0]], 1);
    assert_eq!(
        (alone.rows, alone.column_totals, alone.total),
        (vec![vec![Entry::Small], vec![Entry::Shown(0)]], vec![None], None)
    );
    assert_eq!(publish(&[], 1).total, Some(0));
}

/// All values that a hidden count can have, by trying every one: each hidden count is in its range, what is withheld isn't
/// above what is shown, and together they make the total.
fn possible(column: &[Entry], total: i64) -> Vec<std::collections::BTreeSet<i64>> {
    let shown = |entry: &Entry| if let Entry::Shown(value) = entry { Some(*value) } else { None };
    let least_shown = column.iter().filter_map(shown).filter(|value| *value > 0).min();
    let mut all: Vec<Vec<i64>> = vec![Vec::new()];
    for entry in column {
        let range = match entry {
            Entry::Shown(value) => *value..=*value,
            Entry::Small => 1..=4,
            Entry::Withheld => 5..=least_shown.unwrap_or(total),
        };
        all = all
            .into_iter()
            .flat_map(|before| range.clone().map(move |value| [before.as_slice(), &[value]].concat()))
            .filter(|values| values.iter().sum::<i64>() <= total)
            .collect();
    }
    all.retain(|values| values.iter().sum::<i64>() == total);
    (0..column.len()).map(|at| all.iter().map(|values| values[at]).collect()).collect()
}

proptest! {
    #[test]
    fn no_hidden_count_can_be_computed_from_what_is_shown(
        counts in proptest::collection::vec(proptest::collection::vec(0_i64..12, 3), 0..5)
    ) {
        let published = publish(&counts, 3);
        for column in 0..3 {
            let entries: Vec<Entry> = published.rows.iter().map(|row| row[column]).collect();
            let possible = published.column_totals[column].map(|total| possible(&entries, total));
            for (at, entry) in entries.iter().enumerate() {
                let value = counts[at][column];
                match entry {
                    Entry::Shown(shown) => prop_assert!(*shown == value && !(1..SMALL).contains(&value)),
                    Entry::Small | Entry::Withheld => {
                        prop_assert_eq!(*entry == Entry::Small, (1..SMALL).contains(&value));
                        // Without a total, a column's counts say nothing about one another.
                        if let Some(possible) = &possible {
                            prop_assert!(possible[at].len() > 1, "{:?} tells {}", entries, value);
                            prop_assert!(possible[at].contains(&value));
                        }
                    }
                }
            }
            if let Some(total) = published.column_totals[column] {
                prop_assert_eq!(total, counts.iter().map(|row| row[column]).sum::<i64>());
                prop_assert!(!(1..SMALL).contains(&total));
            }
        }
        // Columns say nothing about one another: a total across them is there only where nothing in it is hidden.
        for (row, total) in published.rows.iter().zip(&published.row_totals) {
            prop_assert_eq!(total.is_some(), row.iter().all(|entry| matches!(entry, Entry::Shown(_))));
        }
        prop_assert_eq!(published.total.is_some(), published.column_totals.iter().all(Option::is_some));
    }
}
