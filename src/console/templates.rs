//! Templates of replies: what the unit has at hand, what the whole city has, and the forms for whoever keeps them.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::{Fault, kept},
    history::Names,
    layout::{Problem, Shell, encoded, token},
    session::{Asking, Fields, Posted, Visit},
    tickets::unit_name,
};
use crate::{
    audit,
    casework::templates::{self, Fault as Lack, MAX_NAME, MAX_SOURCE, Template, Written, are_kept_by},
    directory::{staff, units},
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// What a form said that was refused, and why.
type Refused<'a> = Option<(Problem, &'a Fields)>;

/// The list.
pub(super) async fn list(
    State(console): State<Console>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = match asked.ok().and_then(|Query(asked)| asked.done).as_deref() {
        Some("saved") => Some(phrase!("templates-done-saved")),
        Some("retired") => Some(phrase!("templates-done-retired")),
        _ => None,
    };
    list_page(&console, &visit, None, done, StatusCode::OK).await
}

async fn list_page(
    console: &Console,
    visit: &Visit,
    refused: Refused<'_>,
    done: Option<Phrase>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let all = templates::for_unit(&mut connection, visit.member.own_unit()).await?;
    let names = Names { staff: staff::all(&mut connection).await?, units: units::all(&mut connection).await? };
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("templates-title"));
    let (retired, offered): (Vec<_>, Vec<_>) = all.iter().partition(|template| template.retired);
    let body = html! {
        h1 { (title) }
        p { (reader.say(&phrase!("templates-explained"))) }
        @if offered.is_empty() { p { (reader.say(&phrase!("templates-none"))) } }
        @for template in offered { (entry(visit, &names, template)) }
        @if !retired.is_empty() {
            details {
                summary { (reader.say(&phrase!("templates-retired"))) }
                @for template in retired { (entry(visit, &names, template)) }
            }
        }
        (new_form(visit, &names, refused.as_ref().map(|(_, fields)| *fields)))
    };
    let problems = refused.map(|(problem, _)| problem).into_iter().collect();
    let done = done.map(|phrase| reader.say(&phrase));
    Ok(Shell::new(visit, &title, "/console/templates").problems(problems).done(done).respond(status, &body))
}

fn entry(visit: &Visit, names: &Names, template: &Template) -> Markup {
    let reader = &visit.reader;
    html! {
        section.act {
            h2 { (template.name) }
            p.said {
                @if template.unit.is_empty() { (reader.say(&phrase!("templates-city"))) }
                @else { (unit_name(&names.units, &template.unit)) }
                " · " (reader.say(&phrase!("templates-source-is", source = &template.source)))
            }
            p.words { (template.text) }
            p.hint {
                (reader.say(&phrase!(
                    "templates-changed",
                    by = names.of_login(&template.changed_by),
                    at = template.changed_at
                )))
            }
            @if are_kept_by(&template.unit, &visit.member) {
                a href={ "/console/templates/" (encoded(&template.id)) } {
                    (reader.say(&phrase!("templates-edit", name = &template.name)))
                }
            }
        }
    }
}

/// The units for which a visitor may make templates: their own, or the whole city, with what the choice says.
fn choices(visit: &Visit, names: &Names) -> Vec<(String, String)> {
    let own = &visit.member.unit;
    let city = (String::new(), visit.reader.say(&phrase!("templates-city")));
    let own = (own.clone(), unit_name(&names.units, own).to_owned());
    [own, city].into_iter().filter(|(unit, _)| are_kept_by(unit, &visit.member)).collect()
}

fn new_form(visit: &Visit, names: &Names, typed: Option<&Fields>) -> Markup {
    let reader = &visit.reader;
    let choices = choices(visit, names);
    html! {
        @if !choices.is_empty() {
            section.act aria-labelledby="new" {
                h2 id="new" { (reader.say(&phrase!("templates-new"))) }
                form method="post" action="/console/templates" {
                    (token(visit))
                    label for="unit" { (reader.say(&phrase!("templates-for"))) }
                    select id="unit" name="unit" {
                        @for (unit, name) in &choices {
                            option value=(unit) selected[typed.is_some_and(|typed| typed.get("unit") == unit)] { (name) }
                        }
                    }
                    (inputs(visit, typed.unwrap_or(&Fields::default())))
                    button { (reader.say(&phrase!("templates-add"))) }
                }
            }
        }
    }
}

fn inputs(visit: &Visit, fields: &Fields) -> Markup {
    let reader = &visit.reader;
    html! {
        label for="name" { (reader.say(&phrase!("templates-name"))) }
        input id="name" name="name" value=(fields.get("name")) maxlength=(MAX_NAME) required;
        label for="text" { (reader.say(&phrase!("templates-text"))) }
        textarea id="text" name="text" rows="8" maxlength="3700" required { "\n" (fields.get("text")) }
        label for="source" { (reader.say(&phrase!("templates-source"))) }
        input id="source" name="source" value=(fields.get("source")) maxlength=(MAX_SOURCE) required
            aria-describedby="source-hint";
        p.hint id="source-hint" { (reader.say(&phrase!("templates-source-hint"))) }
    }
}

fn lack(visit: &Visit, lack: Lack) -> Problem {
    let (field, words) = match lack {
        Lack::Name => ("name", phrase!("templates-refused-name")),
        Lack::Text => ("text", phrase!("templates-refused-text")),
        Lack::Source => ("source", phrase!("templates-refused-source")),
    };
    Problem::at(field, visit.reader.say(&words))
}

fn written(fields: &Fields) -> Result<Written, Lack> {
    Written::check(fields.get("name"), fields.get("text"), fields.get("source"))
}

/// Adds one.
pub(super) async fn add(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let unit = fields.get("unit");
    if !are_kept_by(unit, &visit.member) {
        return Err(Fault::NotFound.keeping(&fields));
    }
    let written = match written(&fields) {
        Ok(written) => written,
        Err(missing) => {
            let refused = Some((lack(&visit, missing), &fields));
            return list_page(&console, &visit, refused, None, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let id = console.ids.next();
    let mut tx = console.store.begin().await?;
    templates::add(&mut tx, (&id, unit), &written, (&visit.member.login, visit.now)).await?;
    log(&mut tx, &visit, "template.added", &id, unit).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/templates?done=saved").into_response())
}

async fn log(
    tx: &mut crate::store::Connection,
    visit: &Visit,
    action: &str,
    id: &str,
    unit: &str,
) -> Result<(), StoreError> {
    let detail = serde_json::json!({ "unit": unit });
    audit::append(tx, visit.now, &visit.label(), action, &format!("template:{id}"), &detail).await
}

/// One, to be changed.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, Fault> {
    let template = templates::find(&mut *console.store.read().await?, &id).await?;
    let template = template.filter(|one| are_kept_by(&one.unit, &visit.member)).ok_or(Fault::NotFound)?;
    Ok(edit_page(&visit, &template, None, StatusCode::OK))
}

fn edit_page(visit: &Visit, template: &Template, refused: Refused<'_>, status: StatusCode) -> Response {
    let reader = &visit.reader;
    let title = reader.say(&phrase!("templates-edit", name = &template.name));
    let here = format!("/console/templates/{}", encoded(&template.id));
    let (name, text, source) = (&template.name, &template.text, &template.source);
    let present = Fields::of(&[("name", name), ("text", text), ("source", source)]);
    let (problems, fields) = match refused {
        Some((problem, fields)) => (vec![problem], fields),
        None => (Vec::new(), &present),
    };
    let (other, does) =
        if template.retired { ("offer", phrase!("templates-offer")) } else { ("retire", phrase!("templates-retire")) };
    let body = html! {
        h1 { (title) }
        form.act method="post" action=(here) {
            (token(visit))
            input type="hidden" name="version" value=(template.version);
            (inputs(visit, fields))
            button name="act" value="save" { (reader.say(&phrase!("templates-save"))) }
            " "
            button.second name="act" value=(other) formnovalidate { (reader.say(&does)) }
        }
        // What is there now, should somebody else have changed it.
        @if status == StatusCode::CONFLICT { (kept(reader, std::slice::from_ref(text))) }
        p { a href="/console/templates" { (reader.say(&phrase!("templates-title"))) } }
    };
    Shell::new(visit, &title, &here).problems(problems).respond(status, &body)
}

/// Changes one, retires it, or offers it again.
pub(super) async fn change(
    State(console): State<Console>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    let mut tx = console.store.begin().await?;
    let found = templates::find(&mut tx, &id).await?.filter(|one| are_kept_by(&one.unit, &visit.member));
    let template = found.ok_or_else(|| Fault::NotFound.keeping(&fields))?;
    let stale = || Problem::new(visit.reader.say(&phrase!("templates-stale")));
    if template.version != version {
        return Ok(edit_page(&visit, &template, Some((stale(), &fields)), StatusCode::CONFLICT));
    }
    let (changed, action, done) = match fields.get("act") {
        "save" => match written(&fields) {
            Ok(Written { name, text, source }) => {
                (Template { name, text, source, ..template.clone() }, "template.changed", "saved")
            }
            Err(missing) => {
                let refused = Some((lack(&visit, missing), &fields));
                return Ok(edit_page(&visit, &template, refused, StatusCode::UNPROCESSABLE_ENTITY));
            }
        },
        "retire" => (Template { retired: true, ..template.clone() }, "template.retired", "retired"),
        "offer" => (Template { retired: false, ..template.clone() }, "template.offered", "saved"),
        _ => return Err(Fault::Unreadable),
    };
    match templates::save(&mut tx, &changed, (&visit.member.login, visit.now)).await {
        Err(StoreError::Conflict) => Ok(edit_page(&visit, &template, Some((stale(), &fields)), StatusCode::CONFLICT)),
        other => {
            other?;
            log(&mut tx, &visit, action, &id, &template.unit).await?;
            tx.commit().await?;
            Ok(Redirect::to(&format!("/console/templates?done={done}")).into_response())
        }
    }
}
