//! The bulletin of a month, made to be printed.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use maud::html;

use super::{Period, chart, found, month, table};
use crate::{
    console::{Console, frame::Fault, layout::Shell, session::Visit},
    phrase,
};

/// The bulletin of a month such as `2026-11`.
pub(in crate::console) async fn show(
    State(console): State<Console>,
    Path(asked): Path<String>,
    visit: Visit,
) -> Result<Response, Fault> {
    let first: Date = format!("{asked}-01").parse().map_err(|_| Fault::NotFound)?;
    // Other ways to write a date are no addresses of ours.
    if month(first) != asked {
        return Err(Fault::NotFound);
    }
    let period = Period::month(first);
    let found = found(&console, &visit, period).await?;
    let reader = &visit.reader;
    let named = phrase!("statistics-chart-month", year = first.year().to_string(), month = i64::from(first.month()));
    let title = reader.say(&phrase!("statistics-bulletin", month = named));
    let tables = table::tables(reader, &found, period);
    let total = &found.report.total;
    let percent = |share: Option<i64>| share.map_or(table::Cell::Nothing, table::Cell::Percent).say(reader);
    let days = total.median_working_days().map_or(table::Cell::Nothing, table::Cell::Time).say(reader);
    let body = html! {
        article.bulletin {
            h1 { (title) }
            p { (reader.say(&found.whose(&visit))) }
            p {
                (reader.say(&phrase!(
                    "statistics-bulletin-text",
                    received = total.received(),
                    answered = total.answered + total.chosen,
                    routed = total.routed,
                    replied = total.replied,
                    share = percent(total.on_time_share().percent()),
                    days = days,
                    helped = percent(total.helped_share().percent()),
                    reopened = total.reopened
                )))
            }
            p { (reader.say(&phrase!("statistics-bulletin-standing", at = visit.now, open = total.open, overdue = total.overdue))) }
            (chart::figure(reader, &found.report, period))
            @for table in &tables { (table.markup(reader)) }
            p.quiet { (reader.say(&phrase!("statistics-note"))) }
        }
    };
    Ok(Shell::new(&visit, &title, &format!("/console/bulletin/{asked}")).respond(StatusCode::OK, &body))
}
