//! Figures as tables. Pages and the Excel file show the same ones.

use maud::{Markup, html};

use super::Found;
use crate::{
    casework::statistics::{Figures, Period, Tenths},
    console::{reader::Reader, tickets::unit_name},
    locale::Phrase,
    phrase,
};

/// What stands in a place of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// A count.
    Count(i64),
    /// A share in percent.
    Percent(i64),
    /// A length of time.
    Time(Tenths),
    /// There is nothing to tell.
    Nothing,
}

impl Cell {
    /// In the reader's language.
    pub(super) fn say(self, reader: &Reader) -> String {
        reader.say(&match self {
            Self::Count(count) => phrase!("statistics-count", count = count),
            Self::Percent(percent) => phrase!("statistics-percent", percent = percent),
            Self::Time(Tenths(tenths)) => phrase!("statistics-tenths", whole = tenths / 10, tenth = tenths % 10),
            Self::Nothing => phrase!("statistics-nothing"),
        })
    }
}

/// A table: what it tells, its columns, a row for each unit, day, kind or channel, and all together.
pub(super) struct Table {
    /// A short name in plain letters, for anchors.
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<Cell>)>,
}

/// A column: its head, and what it shows.
type Column = (Phrase, fn(&Figures) -> Cell);

fn columns(with_standing: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = vec![
        (phrase!("statistics-received"), |one| Cell::Count(one.received())),
        (phrase!("statistics-answered"), |one| Cell::Count(one.answered)),
        (phrase!("statistics-chosen"), |one| Cell::Count(one.chosen)),
        (phrase!("statistics-routed"), |one| Cell::Count(one.routed)),
        (phrase!("statistics-replied"), |one| Cell::Count(one.replied)),
        (phrase!("statistics-on-time"), |one| Cell::Count(one.on_time)),
        (phrase!("statistics-on-time-share"), |one| one.on_time_share().percent().map_or(Cell::Nothing, Cell::Percent)),
        (phrase!("statistics-median-days"), |one| one.median_working_days().map_or(Cell::Nothing, Cell::Time)),
        (phrase!("statistics-median-hours"), |one| one.median_hours().map_or(Cell::Nothing, Cell::Time)),
        (phrase!("statistics-helped"), |one| Cell::Count(one.helped)),
        (phrase!("statistics-not-helped"), |one| Cell::Count(one.not_helped)),
        (phrase!("statistics-reopened"), |one| Cell::Count(one.reopened)),
    ];
    if with_standing {
        columns.push((phrase!("statistics-open"), |one| Cell::Count(one.open)));
        columns.push((phrase!("statistics-overdue"), |one| Cell::Count(one.overdue)));
    }
    columns
}

/// All tables of a report: by unit where there are several, by day, kind and channel.
pub(super) fn tables(reader: &Reader, found: &Found, period: Period) -> Vec<Table> {
    let report = &found.report;
    let nothing = Figures::default();
    let units = report.by_unit.iter().map(|(code, figures)| (unit_name(&found.units, code).to_owned(), figures));
    let days = period.days().map(|day| (reader.day(day), report.by_day.get(&day).unwrap_or(&nothing)));
    let kinds = report.by_kind.iter().map(|(name, figures)| (reader.say(&kind(name)), figures));
    let channels = report.by_channel.iter().map(|(name, figures)| (reader.say(&channel(name)), figures));
    let table = |id, head, standing, rows| table(reader, &report.total, (id, head, standing), rows);
    vec![
        table("by-unit", (phrase!("statistics-by-unit"), phrase!("statistics-unit")), true, units.collect()),
        table("by-day", (phrase!("statistics-by-day"), phrase!("statistics-day-column")), false, days.collect()),
        table("by-kind", (phrase!("statistics-by-kind"), phrase!("statistics-kind")), true, kinds.collect()),
        table(
            "by-channel",
            (phrase!("statistics-by-channel"), phrase!("statistics-channel")),
            true,
            channels.collect(),
        ),
    ]
}

/// One table: its anchor, its title and the head of its first column, whether it says what is open now, its rows and, last,
/// all of them together.
fn table<'a>(
    reader: &Reader,
    total: &'a Figures,
    (id, (title, first), standing): (&'static str, (Phrase, Phrase), bool),
    mut rows: Vec<(String, &'a Figures)>,
) -> Table {
    let columns = columns(standing);
    let show = |figures: &Figures| columns.iter().map(|(_, show)| show(figures)).collect();
    rows.push((reader.say(&phrase!("statistics-together")), total));
    Table {
        id,
        title: reader.say(&title),
        rows: rows.into_iter().map(|(name, figures)| (name, show(figures))).collect(),
        columns: [&first]
            .into_iter()
            .chain(columns.iter().map(|(head, _)| head))
            .map(|head| reader.say(head))
            .collect(),
    }
}

fn kind(name: &str) -> Phrase {
    match name {
        "advice" => phrase!("console-kind-advice"),
        "help" => phrase!("console-kind-help"),
        "inquiry" => phrase!("console-kind-inquiry"),
        _ => phrase!("statistics-kind-unknown"),
    }
}

/// A channel's name. One that has no words here is shown by its own.
fn channel(name: &str) -> Phrase {
    match name {
        "web" => phrase!("statistics-channel-web"),
        "terminal" => phrase!("statistics-channel-terminal"),
        _ => phrase!("statistics-channel-other", name = name),
    }
}

/// A period in words.
pub(super) fn span(period: Period) -> Phrase {
    if period.from() == period.to() {
        phrase!("statistics-one-day", day = period.from())
    } else {
        phrase!("statistics-span", from = period.from(), to = period.to())
    }
}

impl Table {
    /// The table on a page.
    pub(super) fn markup(&self, reader: &Reader) -> Markup {
        let heads = self.columns.iter().skip(1);
        html! {
            section {
                h2 id=(self.id) { (self.title) }
                div.wide tabindex="0" role="region" aria-labelledby=(self.id) {
                    table.figures {
                        thead { tr { @for column in &self.columns { th scope="col" { (column) } } } }
                        tbody {
                            @for (name, cells) in &self.rows {
                                tr {
                                    th scope="row" { (name) }
                                    @for (head, cell) in heads.clone().zip(cells) { td data-label=(head) { (cell.say(reader)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
