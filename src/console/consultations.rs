//! The unit's consultations.

use axum::{extract::State, http::StatusCode, response::Response};
use maud::html;

use super::{
    Console,
    frame::Fault,
    layout::{Shell, encoded},
    session::Visit,
    tickets::unit_name,
};
use crate::{
    consultation::{self, Consultation, Stage},
    directory::{staff::Role, units},
    locale::Phrase,
    phrase,
    store::Connection,
};

/// Where a consultation stands.
pub(super) fn stage(stage: Stage) -> Phrase {
    match stage {
        Stage::Hidden => phrase!("console-stage-hidden"),
        Stage::Announced => phrase!("console-stage-announced"),
        Stage::Open => phrase!("console-stage-open"),
        Stage::Closed => phrase!("console-stage-closed"),
        Stage::Published => phrase!("console-stage-published"),
    }
}

/// One that the visitor may see.
pub(super) async fn open(connection: &mut Connection, visit: &Visit, id: &str) -> Result<Consultation, Fault> {
    let found = consultation::find(connection, id).await?.ok_or(Fault::NotFound)?;
    if visit.member.sees(&found.unit) { Ok(found) } else { Err(Fault::NotFound) }
}

/// The page: the unit's own, or all for dispatchers.
pub(super) async fn list(State(console): State<Console>, visit: Visit) -> Result<Response, Fault> {
    let dispatcher = visit.member.is(Role::Dispatcher);
    let mut connection = console.store.read().await?;
    let known = if dispatcher {
        consultation::all(&mut connection).await?
    } else {
        consultation::of_unit(&mut connection, visit.member.own_unit()).await?
    };
    let units = units::all(&mut connection).await?;
    let mut rows = Vec::with_capacity(known.len());
    for one in known {
        let tally = consultation::tally(&mut connection, &one.id).await?;
        rows.push((one, tally.support + tally.oppose + tally.suggest));
    }
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-consultations-title"));
    let body = html! {
        h1 { (title) }
        @if rows.is_empty() { p.none { (reader.say(&phrase!("console-consultations-none"))) } }
        @else {
            table {
                caption { (title) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("console-column-title"))) }
                        @if dispatcher { th scope="col" { (reader.say(&phrase!("console-column-unit"))) } }
                        th scope="col" { (reader.say(&phrase!("console-column-state"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-period"))) }
                        th scope="col" { (reader.say(&phrase!("console-column-opinions"))) }
                    }
                }
                tbody {
                    @for (one, opinions) in &rows {
                        tr {
                            th scope="row" { a href={ "/console/consultations/" (encoded(&one.id)) } { (one.title) } }
                            @if dispatcher {
                                td data-label=(reader.say(&phrase!("console-column-unit"))) { (unit_name(&units, &one.unit)) }
                            }
                            td data-label=(reader.say(&phrase!("console-column-state"))) {
                                (reader.say(&stage(one.stage(visit.today()))))
                            }
                            td data-label=(reader.say(&phrase!("console-column-period"))) {
                                (reader.say(&phrase!("console-period", first = one.opens_on, last = one.closes_on)))
                            }
                            td.number data-label=(reader.say(&phrase!("console-column-opinions"))) { (opinions) }
                        }
                    }
                }
            }
        }
    };
    Ok(Shell::new(&visit, &title, "/console/consultations").respond(StatusCode::OK, &body))
}
