//! A new unit, entered by an administrator: its code and names, and what the public needs. The rest is edited later.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console,
    frame::Fault,
    layout::{Problem, token},
    session::{Fields, Posted, Visit},
    unit_forms::unit_fault,
    units::{label, list_page, options},
};
use crate::{
    audit,
    directory::{
        staff::Role,
        units::{self, Entry, Unit},
    },
    import::{Column, unit_faults},
    knowledge,
    message::clean,
    phrase,
    store::bump_revision,
};

/// What the form asks for, with the names of its fields.
const ASKED: [(Column, &str); 8] = [
    (Column::Code, "code"),
    (Column::Name, "name"),
    (Column::Short, "short"),
    (Column::Duties, "duties"),
    (Column::Parent, "parent"),
    (Column::Phone, "phone"),
    (Column::Address, "address"),
    (Column::Hours, "hours"),
];
/// The longest text of a field, in characters.
const MAX_FIELD: usize = 2_000;

/// The form, with what was typed into it.
pub(super) fn form(visit: &Visit, all: &[Entry], typed: Option<&Fields>) -> Markup {
    let reader = &visit.reader;
    let value = |name: &str| typed.map_or("", |typed| typed.get(name));
    html! {
        details.act open[typed.is_some()] {
            summary { (reader.say(&phrase!("units-new"))) }
            form.panel method="post" action="/console/units" {
                (token(visit))
                @for (column, name) in ASKED {
                    label for=(name) { (reader.say(&label(column))) }
                    @match column {
                        Column::Duties => { textarea id=(name) name=(name) rows="4" maxlength="2000" { (value(name)) } }
                        Column::Parent => {
                            select id=(name) name=(name) {
                                option value="" { (reader.say(&phrase!("units-no-parent"))) }
                                (options(all, visit.today(), "", value(name)))
                            }
                        }
                        _ => {
                            input id=(name) name=(name) value=(value(name)) maxlength="2000" autocomplete="off"
                                required[matches!(column, Column::Code | Column::Name)];
                        }
                    }
                }
                p.hint { (reader.say(&phrase!("units-new-hint"))) }
                button { (reader.say(&phrase!("units-new"))) }
            }
        }
    }
}

/// Takes a new unit.
pub(super) async fn add(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    if !visit.member.is(Role::Administrator) {
        return Err(Fault::NotFound);
    }
    let mut tx = console.store.begin().await?;
    let all = units::entries(&mut tx).await?;
    let unit = match described(&visit, &fields, &all) {
        Ok(unit) => unit,
        Err(problems) => {
            drop(tx);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return list_page(&console, &visit, "", (problems, None), Some(&fields), status).await;
        }
    };
    units::upsert(&mut tx, &unit).await?;
    bump_revision(&mut tx, knowledge::REVISION).await?;
    let subject = format!("unit:{}", unit.code);
    let detail = serde_json::json!({ "name": unit.name });
    audit::append(&mut tx, visit.now, &visit.label(), "unit.added", &subject, &detail).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/console/units/{}?done=1", unit.code)).into_response())
}

/// The unit that the form describes, or what must be put right.
fn described(visit: &Visit, fields: &Fields, all: &[Entry]) -> Result<Unit, Vec<Problem>> {
    let reader = &visit.reader;
    let mut problems = Vec::new();
    let mut unit = Unit { short: String::new(), ..Unit::new("", "") };
    for (column, name) in ASKED {
        let text = clean(fields.get(name));
        if text.chars().nth(MAX_FIELD).is_some() {
            problems.push(Problem::at(name, reader.say(&phrase!("units-too-long"))));
        }
        column.put(&mut unit, &text);
    }
    if unit.short.is_empty() {
        unit.short.clone_from(&unit.name);
    }
    if all.iter().any(|known| known.unit.code == unit.code) {
        problems.push(Problem::at("code", reader.say(&phrase!("units-code-taken", code = &unit.code))));
    }
    let bears = |known: &&Entry| known.unit.name == unit.name && !known.is_gone(visit.today());
    if let Some(known) = all.iter().find(bears) {
        let taken = phrase!("units-refused-name-taken", code = &known.unit.code);
        problems.push(Problem::at("name", reader.say(&taken)));
    }
    let others: Vec<&Unit> = all.iter().map(|known| &known.unit).chain([&unit]).collect();
    for (column, fault) in unit_faults(&unit, &others) {
        let text = reader.say(&unit_fault(&fault));
        let field = ASKED.iter().find(|(known, _)| *known == column).map_or("name", |(_, name)| *name);
        problems.push(Problem::at(field, text));
    }
    if problems.is_empty() { Ok(unit) } else { Err(problems) }
}
