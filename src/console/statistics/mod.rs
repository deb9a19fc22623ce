//! Statistics: a unit's own figures, and everybody's for dispatchers.
//!
//! | file | what it does |
//! |---|---|
//! | `asked` | which period an address asks for |
//! | `table` | figures as tables, the same for pages and for Excel |
//! | `chart` | a picture of the period, with words for those who don't see it |
//! | `bulletin` | a month to print |
//! | `workbook` | the tables as an Excel file |

mod asked;
mod bulletin;
mod chart;
mod table;
mod workbook;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use maud::{Markup, html};

pub(super) use bulletin::show as bulletin;
pub(super) use workbook::xlsx;

use super::{
    Console,
    frame::Fault,
    layout::{Problem, Shell},
    session::{Asking, Visit},
};
use crate::{
    casework::statistics::{self, LONGEST, Period, PeriodError, Report, Scope},
    directory::{
        staff::Role,
        units::{self, Unit},
    },
    locale::Phrase,
    phrase,
};
use asked::{Asked, Step};
use table::Table;

/// Figures and the units that they name.
struct Found {
    report: Report,
    units: Vec<Unit>,
    /// Whether they are of all units.
    all: bool,
}

/// The figures that somebody may see: dispatchers all, everybody else their unit's.
async fn found(console: &Console, visit: &Visit, period: Period) -> Result<Found, Fault> {
    let all = visit.member.is(Role::Dispatcher);
    let scope = if all { Scope::All } else { Scope::Unit(visit.member.own_unit()) };
    let mut connection = console.store.read().await?;
    let units = units::all(&mut connection).await?;
    let report = statistics::report(&mut connection, scope, period, (&console.calendar, visit.today())).await?;
    Ok(Found { report, units, all })
}

impl Found {
    /// Whose figures they are.
    fn whose(&self, visit: &Visit) -> Phrase {
        if self.all {
            phrase!("statistics-all-units")
        } else {
            phrase!("statistics-of-unit", unit = super::tickets::unit_name(&self.units, &visit.member.unit))
        }
    }
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    asked: Asking<Asked>,
    visit: Visit,
) -> Result<Response, Fault> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let (step, period, problem) = asked.period(visit.today());
    let found = found(&console, &visit, period).await?;
    let reader = &visit.reader;
    let title = reader.say(&phrase!("statistics-title"));
    let tables = table::tables(reader, &found, period);
    let address = step.address(period);
    let body = html! {
        h1 { (title) }
        p { (reader.say(&found.whose(&visit))) }
        (periods(&visit, step, period))
        h2 id="period" { (reader.say(&table::span(period))) }
        p.actions {
            a href={ "/console/statistics.xlsx?" (address) } { (reader.say(&phrase!("statistics-excel"))) }
            " "
            a href={ "/console/bulletin/" (month(period.to())) } { (reader.say(&phrase!("statistics-bulletin-link"))) }
        }
        (chart::figure(reader, &found.report, period))
        @for table in &tables { (table.markup(reader)) }
        p.quiet { (reader.say(&phrase!("statistics-note"))) }
    };
    let problems = problem.map(|problem| Problem::at("from", reader.say(&wrong(problem)))).into_iter().collect();
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let here = format!("/console/statistics?{address}");
    Ok(Shell::new(&visit, &title, &here).problems(problems).respond(status, &body))
}

fn wrong(problem: PeriodError) -> Phrase {
    match problem {
        PeriodError::Backwards => phrase!("statistics-period-backwards"),
        PeriodError::TooLong => phrase!("statistics-period-too-long", days = LONGEST),
    }
}

/// A month as addresses name it.
fn month(day: Date) -> String {
    day.strftime("%Y-%m").to_string()
}

/// Ways to other periods.
fn periods(visit: &Visit, step: Step, period: Period) -> Markup {
    let (reader, today) = (&visit.reader, visit.today());
    let steps = [
        (Step::Day, phrase!("statistics-day")),
        (Step::Week, phrase!("statistics-week")),
        (Step::Month, phrase!("statistics-month")),
    ];
    let (before, after) = period.neighbours();
    html! {
        nav.tabs aria-label=(reader.say(&phrase!("statistics-periods"))) {
            ul {
                @for (one, name) in steps {
                    @let address = one.address(one.around(today, period));
                    li {
                        a href={ "/console/statistics?" (address) } aria-current=[(one == step).then_some("page")] {
                            (reader.say(&name))
                        }
                    }
                }
            }
        }
        nav.pages aria-label=(reader.say(&phrase!("statistics-neighbours"))) {
            a rel="prev" href={ "/console/statistics?" (step.address(step.around(before, period))) } {
                (reader.say(&phrase!("statistics-earlier")))
            }
            @if period.to() < today {
                a rel="next" href={ "/console/statistics?" (step.address(step.around(after, period))) } {
                    (reader.say(&phrase!("statistics-later")))
                }
            }
        }
        form.inline method="get" action="/console/statistics" {
            div {
                label for="from" { (reader.say(&phrase!("statistics-from"))) }
                input #from type="date" name="from" value=(period.from()) required;
            }
            div {
                label for="to" { (reader.say(&phrase!("statistics-to"))) }
                input #to type="date" name="to" value=(period.to()) required;
            }
            button.second { (reader.say(&phrase!("statistics-show"))) }
        }
    }
}
