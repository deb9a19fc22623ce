//! An administrator's forms for a unit: edit, rename, merge, abolish, call off, move its staff; and what they do.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};

use super::{
    Console,
    frame::Fault,
    layout::Problem,
    reader::Reader,
    session::{Fields, Posted, Visit},
    units::{Around, Said, carried, heir, label, options, page},
};
use crate::{
    audit,
    casework::{attachments, notes, templates},
    directory::{
        chats,
        staff::{self, Role},
        units::{self, Entry, Refusal, State as UnitState, Unit},
    },
    import::{Column, UnitFault, unit_faults},
    knowledge,
    locale::Phrase,
    message::clean,
    phrase,
    store::{StoreError, bump_revision},
};

/// What the form for editing holds, with the names of its fields; the name is changed by renaming.
const EDITED: [(Column, &str); 10] = [
    (Column::Short, "short"),
    (Column::Aliases, "aliases"),
    (Column::Fields, "fields"),
    (Column::Duties, "duties"),
    (Column::Parent, "parent"),
    (Column::Phone, "phone"),
    (Column::Address, "address"),
    (Column::Hours, "hours"),
    (Column::Contact, "contact"),
    (Column::Head, "head"),
];
/// The longest text of a field, in characters.
const MAX_FIELD: usize = 2_000;

/// All forms that make sense for a unit as it is.
pub(super) fn all(visit: &Visit, entry: &Entry, around: &Around<'_>, typed: Option<&Fields>) -> Markup {
    let none = Fields::default();
    let typed = typed.unwrap_or(&none);
    let active = entry.state == UnitState::Active;
    let pending = entry.state.on().is_some_and(|on| on > around.today);
    html! {
        @if !entry.is_gone(around.today) { (edit_form(visit, entry, around, typed)) }
        @if active {
            (rename_form(visit, entry, around, typed))
            (merge_form(visit, entry, around, typed))
            (abolish_form(visit, entry, around, typed))
        }
        @if pending { (call_off_form(visit, entry)) }
        @if !active { (staff_form(visit, entry, around)) }
    }
}

fn action(entry: &Entry, act: &str) -> String {
    format!("/console/units/{}/{act}", entry.unit.code)
}

fn edit_form(visit: &Visit, entry: &Entry, around: &Around<'_>, typed: &Fields) -> Markup {
    let reader = &visit.reader;
    // Fields that are empty on purpose are typed too: the hidden field says whether this form was.
    let was_typed = !typed.get("edit").is_empty();
    let value = |column: Column, name: &str| {
        if was_typed { typed.get(name).to_owned() } else { column.of(&entry.unit) }
    };
    html! {
        details.act open[was_typed] {
            summary { (reader.say(&phrase!("units-edit"))) }
            form.panel method="post" action=(action(entry, "edit")) {
                (carried(visit, entry))
                input type="hidden" name="edit" value="1";
                @for (column, name) in EDITED {
                    label for=(name) { (reader.say(&label(column))) }
                    @match column {
                        Column::Duties => {
                            textarea id=(name) name=(name) rows="4" maxlength="2000" { (value(column, name)) }
                        }
                        Column::Parent => {
                            select id=(name) name=(name) {
                                option value="" { (reader.say(&phrase!("units-no-parent"))) }
                                (options(around.all, around.today, &entry.unit.code, &value(column, name)))
                            }
                        }
                        Column::Head => {
                            select id=(name) name=(name) {
                                option value="" { (reader.say(&phrase!("units-no-head"))) }
                                @for member in around.staff.iter().filter(|member| member.unit == entry.unit.code) {
                                    option value=(member.login) selected[member.login == value(column, name)] {
                                        (member.name)
                                    }
                                }
                            }
                        }
                        _ => {
                            input id=(name) name=(name) value=(value(column, name)) maxlength="2000" autocomplete="off"
                                aria-describedby=[hint(column).map(|_| format!("{name}-hint"))];
                        }
                    }
                    @if let Some(hint) = hint(column) { p.hint id={ (name) "-hint" } { (reader.say(&hint)) } }
                }
                button { (reader.say(&phrase!("units-save"))) }
            }
        }
    }
}

fn hint(column: Column) -> Option<Phrase> {
    match column {
        Column::Aliases | Column::Fields => Some(phrase!("units-several-hint")),
        Column::Contact => Some(phrase!("units-contact-hint")),
        _ => None,
    }
}

fn day_field(reader: &Reader, name: &'static str, around: &Around<'_>, typed: &Fields) -> Markup {
    let day = match typed.get(name) {
        "" => around.today.to_string(),
        typed => typed.to_owned(),
    };
    html! {
        label for=(name) { (reader.say(&phrase!("units-day"))) }
        input id=(name) name=(name) type="date" value=(day) min=(around.today) required;
    }
}

fn rename_form(visit: &Visit, entry: &Entry, around: &Around<'_>, typed: &Fields) -> Markup {
    let reader = &visit.reader;
    html! {
        details.act open[!typed.get("rename-on").is_empty()] {
            summary { (reader.say(&phrase!("units-rename"))) }
            form.panel method="post" action=(action(entry, "rename")) {
                (carried(visit, entry))
                p { (reader.say(&phrase!("units-rename-follows"))) }
                label for="new-name" { (reader.say(&phrase!("units-name"))) }
                input id="new-name" name="new-name" value=(typed.get("new-name")) maxlength="60" autocomplete="off" required;
                label for="new-short" { (reader.say(&phrase!("units-short"))) }
                input id="new-short" name="new-short" value=(typed.get("new-short")) maxlength="60" autocomplete="off" required;
                (day_field(reader, "rename-on", around, typed))
                button { (reader.say(&phrase!("units-rename"))) }
            }
        }
    }
}

/// What follows when a unit goes.
fn follows(reader: &Reader, entry: &Entry, around: &Around<'_>) -> Markup {
    let staff = around.staff.iter().filter(|member| member.unit == entry.unit.code).count();
    html! { p { (reader.say(&phrase!("units-follows", tickets = around.tickets, staff = staff))) } }
}

fn merge_form(visit: &Visit, entry: &Entry, around: &Around<'_>, typed: &Fields) -> Markup {
    let reader = &visit.reader;
    html! {
        details.act open[!typed.get("merge-on").is_empty()] {
            summary { (reader.say(&phrase!("units-merge"))) }
            form.panel method="post" action=(action(entry, "merge")) {
                (carried(visit, entry))
                (follows(reader, entry, around))
                label for="into" { (reader.say(&phrase!("units-into"))) }
                select id="into" name="into" required {
                    option value="" { (reader.say(&phrase!("console-unit-choose"))) }
                    (options(around.all, around.today, &entry.unit.code, typed.get("into")))
                }
                (day_field(reader, "merge-on", around, typed))
                button { (reader.say(&phrase!("units-merge"))) }
            }
        }
    }
}

fn abolish_form(visit: &Visit, entry: &Entry, around: &Around<'_>, typed: &Fields) -> Markup {
    let reader = &visit.reader;
    html! {
        details.act open[!typed.get("abolish-on").is_empty()] {
            summary { (reader.say(&phrase!("units-abolish"))) }
            form.panel method="post" action=(action(entry, "abolish")) {
                (carried(visit, entry))
                (follows(reader, entry, around))
                label for="successor" { (reader.say(&phrase!("units-successor"))) }
                select id="successor" name="successor" {
                    option value="" { (reader.say(&phrase!("units-no-successor"))) }
                    (options(around.all, around.today, &entry.unit.code, typed.get("successor")))
                }
                (day_field(reader, "abolish-on", around, typed))
                button { (reader.say(&phrase!("units-abolish"))) }
            }
        }
    }
}

fn call_off_form(visit: &Visit, entry: &Entry) -> Markup {
    html! {
        form.panel method="post" action=(action(entry, "call-off")) {
            (carried(visit, entry))
            button { (visit.reader.say(&phrase!("units-call-off"))) }
        }
    }
}

fn staff_form(visit: &Visit, entry: &Entry, around: &Around<'_>) -> Markup {
    let reader = &visit.reader;
    let count = around.staff.iter().filter(|member| member.unit == entry.unit.code).count();
    let heir = match &entry.state {
        UnitState::Merged { into, .. } => Some(into.clone()),
        _ => heir(around.all, &entry.unit.code, around.today),
    };
    html! {
        @if count > 0 && !matches!(entry.state, UnitState::Renamed { .. }) {
            form.panel method="post" action=(action(entry, "staff")) {
                (carried(visit, entry))
                p { (reader.say(&phrase!("units-staff-follows", staff = count))) }
                label for="to" { (reader.say(&phrase!("units-staff-to"))) }
                select id="to" name="to" required {
                    option value="" { (reader.say(&phrase!("console-unit-choose"))) }
                    (options(around.all, around.today, &entry.unit.code, heir.as_deref().unwrap_or_default()))
                }
                button { (reader.say(&phrase!("units-staff-move"))) }
            }
        }
    }
}

/// Something that an administrator does with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Edit,
    Rename,
    Merge,
    Abolish,
    CallOff,
    MoveStaff,
}

impl Act {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "edit" => Self::Edit,
            "rename" => Self::Rename,
            "merge" => Self::Merge,
            "abolish" => Self::Abolish,
            "call-off" => Self::CallOff,
            "staff" => Self::MoveStaff,
            _ => return None,
        })
    }

    /// What the audit log calls it.
    fn recorded(self) -> &'static str {
        match self {
            Self::Edit => "unit.edited",
            Self::Rename => "unit.renamed",
            Self::Merge => "unit.merged",
            Self::Abolish => "unit.abolished",
            Self::CallOff => "unit.called_off",
            Self::MoveStaff => "unit.staff_moved",
        }
    }
}

/// How an act ended.
enum Outcome {
    Done,
    Refused(Vec<Problem>),
    Stale,
}

/// A form's address opened by hand, such as after logging in again: the unit's page.
pub(super) async fn back(Path((code, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/console/units/{}", super::layout::encoded(&code)))
}

/// Does what a form asks for.
pub(super) async fn take(
    State(console): State<Console>,
    Path((code, act)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let act = Act::named(&act).filter(|_| visit.member.is(Role::Administrator)).ok_or(Fault::NotFound)?;
    let outcome = perform(&console, &visit, &code, act, &fields).await.map_err(|fault| fault.keeping(&fields))?;
    let (problems, stale, status) = match outcome {
        Outcome::Done => return Ok(Redirect::to(&format!("/console/units/{code}?done=1")).into_response()),
        Outcome::Refused(problems) => (problems, false, StatusCode::UNPROCESSABLE_ENTITY),
        Outcome::Stale => (Vec::new(), true, StatusCode::CONFLICT),
    };
    let said = Said { problems, typed: Some(fields.clone()), stale, ..Said::default() };
    page(&console, &visit, &code, said, status).await.map_err(|fault| fault.keeping(&fields))
}

async fn perform(console: &Console, visit: &Visit, code: &str, act: Act, fields: &Fields) -> Result<Outcome, Fault> {
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    let mut tx = console.store.begin().await?;
    let all = units::entries(&mut tx).await?;
    let entry = all.iter().find(|entry| entry.unit.code == code).ok_or(Fault::NotFound)?;
    if entry.version != version {
        return Ok(Outcome::Stale);
    }
    let (reader, today) = (&visit.reader, visit.today());
    let detail = if act == Act::MoveStaff {
        let to = fields.get("to");
        let known = all.iter().any(|other| other.unit.code == to && to != code && !other.is_gone(today));
        if !known {
            return Ok(Outcome::Refused(vec![Problem::at("to", reader.say(&phrase!("console-unit-unknown")))]));
        }
        let moved = staff::move_all(&mut tx, code, to).await?;
        notes::move_all(&mut tx, code, to).await?;
        chats::move_all(&mut tx, code, to).await?;
        attachments::move_all(&mut tx, code, to).await?;
        templates::move_all(&mut tx, code, to).await?;
        serde_json::json!({ "to": to, "staff": moved })
    } else {
        let heads = staff::all(&mut tx).await?;
        let is_head = |login: &str| heads.iter().any(|member| member.login == login);
        let changed = match changed(reader, entry, act, fields, (&all, today), &is_head) {
            Ok(changed) => changed,
            Err(problems) => return Ok(Outcome::Refused(problems)),
        };
        match units::update(&mut tx, &changed, &visit.label()).await {
            Err(StoreError::Conflict) => return Ok(Outcome::Stale),
            other => other?,
        }
        bump_revision(&mut tx, knowledge::REVISION).await?;
        if act == Act::Edit {
            // Which fields, not what they say: a contact's number is no matter for the log.
            let differ = Column::ALL.into_iter().filter(|column| column.of(&changed.unit) != column.of(&entry.unit));
            serde_json::json!({ "changed": differ.collect::<Vec<_>>() })
        } else {
            serde_json::json!(changed.state)
        }
    };
    audit::append(&mut tx, visit.now, &visit.label(), act.recorded(), &format!("unit:{code}"), &detail).await?;
    tx.commit().await?;
    Ok(Outcome::Done)
}

/// The unit after an act, or what must be put right.
fn changed(
    reader: &Reader,
    entry: &Entry,
    act: Act,
    fields: &Fields,
    (all, today): (&[Entry], Date),
    is_head: &dyn Fn(&str) -> bool,
) -> Result<Entry, Vec<Problem>> {
    let day = |name: &'static str| {
        let bad = |_| vec![Problem::at(name, reader.say(&phrase!("units-bad-day")))];
        fields.get(name).parse::<Date>().map_err(bad)
    };
    let entry = entry.clone();
    let now = (all, today);
    let (decided, at, on) = match act {
        Act::Edit => return edited(reader, entry, fields, all, is_head),
        Act::MoveStaff => return Ok(entry),
        Act::CallOff => (entry.call_off(today), "q", "q"),
        Act::Rename => {
            let (name, short) = (clean(fields.get("new-name")), clean(fields.get("new-short")));
            (entry.rename((&name, &short), day("rename-on")?, now), "new-name", "rename-on")
        }
        Act::Merge => (entry.merge(fields.get("into"), day("merge-on")?, now), "into", "merge-on"),
        Act::Abolish => {
            let successor = Some(fields.get("successor")).filter(|code| !code.is_empty());
            (entry.abolish(successor, day("abolish-on")?, now), "successor", "abolish-on")
        }
    };
    decided.map_err(|refusal| {
        let text = reader.say(&told(&refusal));
        vec![match refusal {
            Refusal::Decided | Refusal::Nothing | Refusal::Office => Problem::new(text),
            Refusal::Past => Problem::at(on, text),
            _ => Problem::at(at, text),
        }]
    })
}

fn edited(
    reader: &Reader,
    mut entry: Entry,
    fields: &Fields,
    all: &[Entry],
    is_head: &dyn Fn(&str) -> bool,
) -> Result<Entry, Vec<Problem>> {
    let mut problems = Vec::new();
    for (column, name) in EDITED {
        let text = clean(fields.get(name));
        if text.chars().nth(MAX_FIELD).is_some() {
            problems.push(Problem::at(name, reader.say(&phrase!("units-too-long"))));
        }
        column.put(&mut entry.unit, &text);
    }
    let others: Vec<&Unit> =
        all.iter().map(|other| if other.unit.code == entry.unit.code { &entry.unit } else { &other.unit }).collect();
    for (column, fault) in unit_faults(&entry.unit, &others) {
        let text = reader.say(&unit_fault(&fault));
        let field = EDITED.iter().find(|(known, _)| *known == column).map(|(_, name)| *name);
        problems.push(field.map_or_else(|| Problem::new(text.clone()), |field| Problem::at(field, text.clone())));
    }
    if entry.unit.head.as_deref().is_some_and(|login| !is_head(login)) {
        problems.push(Problem::at("head", reader.say(&phrase!("units-unknown-head"))));
    }
    if problems.is_empty() { Ok(entry) } else { Err(problems) }
}

/// Why a change is refused, in words.
fn told(refusal: &Refusal) -> Phrase {
    match refusal {
        Refusal::Past => phrase!("units-refused-past"),
        Refusal::Decided => phrase!("units-refused-decided"),
        Refusal::Nothing => phrase!("units-refused-nothing"),
        Refusal::BadName => phrase!("units-bad-name"),
        Refusal::NameTaken(code) => phrase!("units-refused-name-taken", code = code),
        Refusal::SameName => phrase!("units-refused-same-name"),
        Refusal::UnknownUnit => phrase!("console-unit-unknown"),
        Refusal::Circle => phrase!("units-refused-circle"),
        Refusal::SuccessorGone => phrase!("units-refused-successor-gone"),
        Refusal::Office => phrase!("units-refused-office"),
    }
}

/// What is wrong with a unit, in words.
pub(super) fn unit_fault(fault: &UnitFault) -> Phrase {
    match fault {
        UnitFault::BadCode => phrase!("units-bad-code"),
        UnitFault::BadName => phrase!("units-bad-name"),
        UnitFault::UnknownField(field) => phrase!("units-unknown-field", field = field),
        UnitFault::FieldTaken { field, unit } => phrase!("units-field-taken", field = field, code = unit),
        UnitFault::UnknownParent(code) => phrase!("units-unknown-parent", code = code),
        UnitFault::UnknownHead(login) => phrase!("units-head-elsewhere", login = login),
        UnitFault::ParentCircle => phrase!("units-parent-circle"),
    }
}
