//! The directory of units: a tree that all staff see, and a page for each unit. Administrators change it there.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::Fault,
    layout::{Problem, Shell, token},
    reader::Reader,
    session::{Asking, Fields, Visit},
    unit_forms, unit_new,
};
use crate::{
    casework,
    directory::{
        staff::{self, Role, StaffMember},
        units::{self, Entry, OFFICE, State as UnitState, successor_on},
    },
    import::Column,
    locale::Phrase,
    phrase,
};

/// No more open tickets than this are counted.
const MANY: i64 = 1_000;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
    done: Option<String>,
}

/// What a column of the directory is called.
pub(super) fn label(column: Column) -> Phrase {
    match column {
        Column::Code => phrase!("units-code"),
        Column::Name => phrase!("units-name"),
        Column::Short => phrase!("units-short"),
        Column::Aliases => phrase!("units-aliases"),
        Column::Fields => phrase!("units-fields"),
        Column::Duties => phrase!("units-duties"),
        Column::Parent => phrase!("units-parent"),
        Column::Phone => phrase!("units-phone"),
        Column::Address => phrase!("units-address"),
        Column::Hours => phrase!("units-hours"),
        Column::Contact => phrase!("units-contact"),
        Column::Head => phrase!("units-head"),
    }
}

/// What was decided about a unit, if anything.
fn decided(entry: &Entry, all: &[Entry], today: Date) -> Option<Phrase> {
    let name = |code: &str| {
        all.iter()
            .find(|entry| entry.unit.code == code)
            .map_or_else(|| code.to_owned(), |entry| entry.unit.name.clone())
    };
    Some(match (&entry.state, entry.is_gone(today)) {
        (UnitState::Active, _) => return None,
        (UnitState::Renamed { name, on, .. }, _) => phrase!("units-will-be-renamed", name = name, day = *on),
        (UnitState::Merged { into, on }, false) => phrase!("units-will-be-merged", unit = name(into), day = *on),
        (UnitState::Merged { into, on }, true) => phrase!("units-was-merged", unit = name(into), day = *on),
        (UnitState::Abolished { successor: Some(heir), on }, false) => {
            phrase!("units-will-be-followed", unit = name(heir), day = *on)
        }
        (UnitState::Abolished { successor: Some(heir), on }, true) => {
            phrase!("units-was-followed", unit = name(heir), day = *on)
        }
        (UnitState::Abolished { successor: None, on }, false) => phrase!("units-will-be-abolished", day = *on),
        (UnitState::Abolished { successor: None, on }, true) => phrase!("units-was-abolished", day = *on),
    })
}

/// All units.
pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.unwrap_or_default();
    let done = (asked.done.as_deref() == Some("file")).then(|| visit.reader.say(&phrase!("units-file-done")));
    list_page(&console, &visit, asked.q.as_deref().unwrap_or_default(), (Vec::new(), done), None, StatusCode::OK).await
}

/// The list, perhaps with what is wrong in a file or with a new unit.
pub(super) async fn list_page(
    console: &Console,
    visit: &Visit,
    sought: &str,
    (problems, done): (Vec<Problem>, Option<String>),
    new: Option<&Fields>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let all = units::entries(&mut *console.store.read().await?).await?;
    let (reader, today, sought) = (&visit.reader, visit.today(), sought.trim());
    let title = reader.say(&phrase!("units-title"));
    let (there, gone): (Vec<&Entry>, Vec<&Entry>) =
        all.iter().filter(|entry| fits(entry, sought)).partition(|entry| !entry.is_gone(today));
    let item = |entry: &Entry| item(reader, entry, &all, today);
    let body = html! {
        h1 { (title) }
        form.panel.search method="get" action="/console/units" role="search" {
            label for="q" { (reader.say(&phrase!("units-search"))) }
            input id="q" name="q" type="search" value=(sought) maxlength="100";
            button { (reader.say(&phrase!("units-search-button"))) }
        }
        @if there.is_empty() && gone.is_empty() { p { (reader.say(&phrase!("units-none"))) } }
        @if sought.is_empty() { (tree(&there, &item)) }
        @else { ul.units { @for entry in &there { li { (item(entry)) } } } }
        @if !gone.is_empty() {
            h2 { (reader.say(&phrase!("units-gone-title"))) }
            ul.units { @for entry in &gone { li { (item(entry)) } } }
        }
        @if visit.member.is(Role::Administrator) {
            (unit_new::form(visit, &all, new))
            (super::unit_table::section(visit))
        }
    };
    Ok(Shell::new(visit, &title, "/console/units").problems(problems).done(done).respond(status, &body))
}

fn fits(entry: &Entry, sought: &str) -> bool {
    let sought = sought.to_lowercase();
    let unit = &entry.unit;
    let names = [&unit.code, &unit.name, &unit.short, &unit.duties];
    names
        .into_iter()
        .chain(&unit.aliases)
        .chain(&unit.fields)
        .chain(&entry.former)
        .any(|text| text.to_lowercase().contains(&sought))
}

fn item(reader: &Reader, entry: &Entry, all: &[Entry], today: Date) -> Markup {
    html! {
        a href={ "/console/units/" (entry.unit.code) } { (entry.unit.name) }
        " " span.code { (entry.unit.code) }
        @if let Some(decided) = decided(entry, all, today) { " " span.decided { (reader.say(&decided)) } }
    }
}

/// Units below the units that they are part of. What hangs nowhere stands at the top.
fn tree(there: &[&Entry], item: &dyn Fn(&Entry) -> Markup) -> Markup {
    let has = |code: &str| there.iter().any(|entry| entry.unit.code == code);
    let tops: Vec<&Entry> =
        there.iter().copied().filter(|entry| entry.unit.parent.as_deref().is_none_or(|parent| !has(parent))).collect();
    html! { ul.units { @for top in tops { (branch(top, there, item, there.len())) } } }
}

fn branch(entry: &Entry, there: &[&Entry], item: &dyn Fn(&Entry) -> Markup, depth: usize) -> Markup {
    let below: Vec<&&Entry> =
        there.iter().filter(|other| other.unit.parent.as_deref() == Some(&entry.unit.code)).collect();
    html! {
        li {
            (item(entry))
            // Circles are refused; the depth keeps a damaged table from being drawn for ever.
            @if !below.is_empty() && depth > 0 {
                ul { @for one in below { (branch(one, there, item, depth - 1)) } }
            }
        }
    }
}

/// One unit.
pub(super) async fn show(
    State(console): State<Console>,
    Path(code): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = asked.is_ok_and(|Query(asked)| asked.done.is_some());
    let done = done.then(|| visit.reader.say(&phrase!("units-done")));
    let said = Said { done, ..Said::default() };
    page(&console, &visit, &code, said, StatusCode::OK).await
}

/// What a unit's page says beyond the unit.
#[derive(Default)]
pub(super) struct Said {
    /// What must be put right.
    pub(super) problems: Vec<Problem>,
    /// What was typed into its forms.
    pub(super) typed: Option<Fields>,
    /// What was just done.
    pub(super) done: Option<String>,
    /// Somebody changed the unit since the form was shown.
    pub(super) stale: bool,
}

/// What a unit's forms need to know.
pub(super) struct Around<'a> {
    /// All units.
    pub(super) all: &'a [Entry],
    /// All staff.
    pub(super) staff: &'a [StaffMember],
    /// How many open tickets it has.
    pub(super) tickets: usize,
    /// The day.
    pub(super) today: Date,
}

/// A unit's page.
pub(super) async fn page(
    console: &Console,
    visit: &Visit,
    code: &str,
    mut said: Said,
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let all = units::entries(&mut connection).await?;
    let staff = staff::all(&mut connection).await?;
    let tickets = casework::open_of_unit(&mut connection, code, MANY).await?.len();
    drop(connection);
    let entry = all.iter().find(|entry| entry.unit.code == code).ok_or(Fault::NotFound)?;
    let reader = &visit.reader;
    if said.stale {
        let who = who(reader, &staff, &entry.changed_by);
        said.problems.insert(0, Problem::new(reader.say(&phrase!("units-stale", who = who))));
    }
    let around = Around { all: &all, staff: &staff, tickets, today: visit.today() };
    let body = html! {
        h1 { (entry.unit.name) }
        @if let Some(decided) = decided(entry, &all, around.today) { p.decided { strong { (reader.say(&decided)) } } }
        (description(visit, entry, &around))
        @if visit.member.is(Role::Administrator) {
            (unit_forms::all(visit, entry, &around, said.typed.as_ref()))
        }
    };
    let here = format!("/console/units/{code}");
    Ok(Shell::new(visit, &entry.unit.name, &here).problems(said.problems).done(said.done).respond(status, &body))
}

fn who(reader: &Reader, staff: &[StaffMember], by: &str) -> String {
    match by.strip_prefix("staff:") {
        Some(login) => {
            staff.iter().find(|member| member.login == login).map_or(login, |member| member.name.as_str()).to_owned()
        }
        None if by.is_empty() => reader.say(&phrase!("units-by-file")),
        None => reader.say(&phrase!("console-actor-rule")),
    }
}

fn description(visit: &Visit, entry: &Entry, around: &Around<'_>) -> Markup {
    let reader = &visit.reader;
    let for_office = visit.member.unit == OFFICE || visit.member.is(Role::Administrator);
    let shown = Column::ALL.into_iter().filter(|column| *column != Column::Name);
    let shown = shown.filter(|column| *column != Column::Contact || for_office);
    let said = |column: Column| match column {
        Column::Parent => entry.unit.parent.as_deref().map_or_else(String::new, |code| {
            let parent = around.all.iter().find(|other| other.unit.code == code);
            parent.map_or_else(|| code.to_owned(), |parent| parent.unit.name.clone())
        }),
        Column::Head => entry.unit.head.as_deref().map_or_else(String::new, |login| {
            let head = around.staff.iter().find(|member| member.login == login);
            head.map_or_else(|| login.to_owned(), |head| head.name.clone())
        }),
        Column::Aliases => reader.list(&entry.unit.aliases),
        Column::Fields => reader.list(&entry.unit.fields),
        other => other.of(&entry.unit),
    };
    let staff = around.staff.iter().filter(|member| member.unit == entry.unit.code).count();
    html! {
        dl.facts {
            @for (column, text) in shown.map(|column| (column, said(column))).filter(|(_, text)| !text.is_empty()) {
                div {
                    dt { (reader.say(&label(column))) }
                    dd { (text) }
                }
            }
            @if !entry.former.is_empty() {
                div {
                    dt { (reader.say(&phrase!("units-former"))) }
                    dd { (reader.list(&entry.former)) }
                }
            }
            div {
                dt { (reader.say(&phrase!("units-work"))) }
                dd { (reader.say(&phrase!("units-work-count", tickets = around.tickets, staff = staff))) }
            }
        }
    }
}

/// The units that are there on a day, to choose one; `without` isn't offered.
pub(super) fn options(all: &[Entry], today: Date, without: &str, chosen: &str) -> Markup {
    html! {
        @for entry in all.iter().filter(|entry| !entry.is_gone(today) && entry.unit.code != without) {
            option value=(entry.unit.code) selected[entry.unit.code == chosen] { (entry.unit.name) }
        }
    }
}

/// The code of the unit that does a unit's work on a day, where that is another one.
pub(super) fn heir(all: &[Entry], code: &str, today: Date) -> Option<String> {
    successor_on(all, code, today).map(|heir| heir.unit.code.clone()).filter(|heir| heir != code)
}

/// What every form of a unit carries.
pub(super) fn carried(visit: &Visit, entry: &Entry) -> Markup {
    html! {
        (token(visit))
        input type="hidden" name="version" value=(entry.version);
    }
}
