//! The units as a table: an administrator takes it along, and brings it back. What a file would change is shown first.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    export::{Table, XLSX, comma_separated, download, failed, workbook},
    frame::Fault,
    layout::{Problem, Shell, token},
    reader::Reader,
    session::{AdministratorVisit, Posted, Uploaded, Visit},
    unit_forms::unit_fault,
    units::{label, list_page},
};
use crate::{
    directory::{
        staff::{self, Role},
        units::{self, Entry},
    },
    import::{self, CellFault, Column, Place, Plan, SheetError, TableFault},
    locale::Phrase,
    phrase,
    store::{StoreError, from_json, to_json},
};

/// No more faults than this are shown at once.
const SHOWN: usize = 50;

/// What administrators find below the list.
pub(super) fn section(visit: &Visit) -> Markup {
    let reader = &visit.reader;
    html! {
        h2 { (reader.say(&phrase!("units-file-title"))) }
        p { (reader.say(&phrase!("units-file-explained"))) }
        ul {
            li { a href="/console/units.xlsx" { (reader.say(&phrase!("units-as-xlsx"))) } }
            li { a href="/console/units.csv" { (reader.say(&phrase!("units-as-csv"))) } }
        }
        form.panel method="post" action="/console/unit-file" enctype="multipart/form-data" {
            (token(visit))
            label for="file" { (reader.say(&phrase!("units-file"))) }
            input id="file" name="file" type="file" accept=".xlsx,.csv" required;
            button { (reader.say(&phrase!("units-file-look"))) }
        }
    }
}

/// Reads a file and shows what it would change.
pub(super) async fn preview(State(console): State<Console>, uploaded: Uploaded) -> Result<Response, Fault> {
    let Uploaded { visit, file, .. } = uploaded;
    if !visit.member.is(Role::Administrator) {
        return Err(Fault::NotFound);
    }
    let mut connection = console.store.read().await?;
    let all = units::entries(&mut connection).await?;
    let staff = staff::all(&mut connection).await?;
    drop(connection);
    let (known, today) = (all.clone(), visit.today());
    // Unpacking and parsing is work for the processor.
    let read = tokio::task::spawn_blocking(move || match file {
        Some(file) => import::plan(&file.name, &file.bytes, (&known, &staff), today),
        None => Err(vec![TableFault::from(SheetError::TooLarge)]),
    });
    let plan = match read.await.map_err(|error| failed(&error))? {
        Ok(plan) => plan,
        Err(faults) => {
            let problems = faults.iter().take(SHOWN).map(|fault| problem(&visit.reader, fault)).collect();
            return list_page(&console, &visit, "", (problems, None), None, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let id = console.ids.secret();
    let mut tx = console.store.begin().await?;
    let texts = (to_json(&plan)?, to_json(&versions(&all))?);
    units::keep_upload(&mut tx, &id, &visit.member.login, (&texts.0, &texts.1), visit.now).await?;
    tx.commit().await?;
    Ok(preview_page(&visit, &all, &plan, &id))
}

fn versions(all: &[Entry]) -> BTreeMap<&str, i64> {
    all.iter().map(|entry| (entry.unit.code.as_str(), entry.version)).collect()
}

fn preview_page(visit: &Visit, all: &[Entry], plan: &Plan, id: &str) -> Response {
    let reader = &visit.reader;
    let title = reader.say(&phrase!("units-preview-title"));
    let counts = phrase!(
        "units-preview-counts",
        added = plan.added.len(),
        changed = plan.changed.len(),
        unchanged = plan.unchanged
    );
    let before = |code: &str, column: Column| {
        all.iter().find(|entry| entry.unit.code == code).map_or_else(String::new, |entry| column.of(&entry.unit))
    };
    let body = html! {
        h1 { (title) }
        p { (reader.say(&counts)) }
        @for unit in &plan.added {
            h2 { (reader.say(&phrase!("units-preview-new", name = &unit.name, code = &unit.code))) }
        }
        @for (unit, columns) in &plan.changed {
            h2 { (unit.name) " " span.code { (unit.code) } }
            table {
                caption { (reader.say(&phrase!("units-preview-changes"))) }
                thead {
                    tr {
                        th scope="col" { (reader.say(&phrase!("units-preview-field"))) }
                        th scope="col" { (reader.say(&phrase!("units-preview-before"))) }
                        th scope="col" { (reader.say(&phrase!("units-preview-after"))) }
                    }
                }
                tbody {
                    @for column in columns {
                        tr {
                            th scope="row" { (reader.say(&label(*column))) }
                            td data-label=(reader.say(&phrase!("units-preview-before"))) { (before(&unit.code, *column)) }
                            td data-label=(reader.say(&phrase!("units-preview-after"))) { (column.of(unit)) }
                        }
                    }
                }
            }
        }
        @if plan.is_empty() {
            p { a href="/console/units" { (reader.say(&phrase!("units-back"))) } }
        } @else {
            form.panel method="post" action="/console/unit-file/apply" {
                (token(visit))
                input type="hidden" name="upload" value=(id);
                button { (reader.say(&phrase!("units-preview-apply"))) }
                p { a href="/console/units" { (reader.say(&phrase!("units-preview-leave"))) } }
            }
        }
    };
    Shell::new(visit, &title, "/console/units").respond(StatusCode::OK, &body)
}

/// Does what the preview showed.
pub(super) async fn apply(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    if !visit.member.is(Role::Administrator) {
        return Err(Fault::NotFound);
    }
    let mut tx = console.store.begin().await?;
    let kept = units::take_upload(&mut tx, fields.get("upload"), &visit.member.login).await?;
    let all = units::entries(&mut tx).await?;
    // What somebody else changed since the preview isn't written over unseen.
    let same = to_json(&versions(&all))?;
    let Some((content, _)) = kept.filter(|(_, seen)| *seen == same) else {
        drop(tx);
        let problem = Problem::at("file", visit.reader.say(&phrase!("units-file-stale")));
        return list_page(&console, &visit, "", (vec![problem], None), None, StatusCode::CONFLICT).await;
    };
    let plan: Plan = from_json(&content)?;
    import::apply(&mut tx, &plan, &visit.label(), visit.now).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/units?done=file").into_response())
}

/// A form's address opened by hand: the list.
pub(super) async fn back() -> Redirect {
    Redirect::to("/console/units")
}

/// The units as CSV.
pub(super) async fn csv(
    State(console): State<Console>,
    AdministratorVisit(visit): AdministratorVisit,
) -> Result<Response, Fault> {
    let table = table(&console, &visit.reader).await?;
    let bytes = comma_separated(&table).map_err(|error| failed(&error))?;
    Ok(download("text/csv; charset=utf-8", "units.csv", bytes))
}

/// The units as an Excel file.
pub(super) async fn xlsx(
    State(console): State<Console>,
    AdministratorVisit(visit): AdministratorVisit,
) -> Result<Response, Fault> {
    let table = table(&console, &visit.reader).await?;
    let (sheet, now) = (visit.reader.say(&phrase!("units-sheet")), visit.now);
    let widths = &[12.0, 30.0, 16.0, 30.0, 24.0, 60.0, 12.0, 16.0, 30.0, 30.0, 20.0, 16.0];
    let made = tokio::task::spawn_blocking(move || workbook(&table, &sheet, widths, now)).await;
    let bytes = made.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
    Ok(download(XLSX, "units.xlsx", bytes))
}

/// The units that are there, as a table that can be brought back.
async fn table(console: &Console, reader: &Reader) -> Result<Table, StoreError> {
    let today = crate::clock::city_date(console.clock.now());
    let all = units::entries(&mut *console.store.read().await?).await?;
    let chinese = reader.tag().starts_with("zh");
    let mut table = vec![Column::ALL.iter().map(|column| column.heading(chinese).to_owned()).collect()];
    for entry in all.iter().filter(|entry| !entry.is_gone(today)) {
        table.push(Column::ALL.iter().map(|column| column.of(&entry.unit)).collect());
    }
    Ok(table)
}

fn problem(reader: &Reader, fault: &TableFault) -> Problem {
    Problem::at(
        "file",
        match fault {
            TableFault::File(error) => reader.say(&file_fault(reader, error)),
            TableFault::Cell { place, fault } => {
                let what = reader.say(&cell_fault(fault));
                reader.say(&phrase!("units-fault-at", place = at(reader, place), what = what))
            }
        },
    )
}

fn at(reader: &Reader, place: &Place) -> String {
    let (sheet, row) = (place.sheet.as_str(), place.row.to_string());
    reader.say(&match place.column {
        Some(_) => phrase!("units-place-cell", sheet = sheet, row = row, column = place.letters()),
        None => phrase!("units-place-row", sheet = sheet, row = row),
    })
}

fn file_fault(reader: &Reader, error: &SheetError) -> Phrase {
    match error {
        SheetError::TooLarge => phrase!("units-file-too-large"),
        SheetError::OtherKind => phrase!("units-file-other-kind"),
        SheetError::Lies => phrase!("units-file-lies"),
        SheetError::Bomb => phrase!("units-file-bomb"),
        SheetError::Damaged => phrase!("units-file-damaged"),
        SheetError::Beyond(place) => phrase!("units-file-beyond", place = at(reader, place)),
        SheetError::LongCell(place) => phrase!("units-file-long-cell", place = at(reader, place)),
        SheetError::Empty => phrase!("units-file-empty"),
    }
}

fn cell_fault(fault: &CellFault) -> Phrase {
    match fault {
        CellFault::UnknownColumn(name) => phrase!("units-cell-unknown-column", name = name),
        CellFault::ColumnTwice(name) => phrase!("units-cell-column-twice", name = name),
        CellFault::NoColumn => phrase!("units-cell-no-column"),
        CellFault::NoHeading => phrase!("units-cell-no-heading"),
        CellFault::CodeTwice { code, row } => {
            phrase!("units-cell-code-twice", code = code, row = row.to_string())
        }
        CellFault::Gone(code) => phrase!("units-cell-gone", code = code),
        CellFault::Unit(fault) => unit_fault(fault),
    }
}
