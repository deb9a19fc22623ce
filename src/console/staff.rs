//! Accounts, for administrators: list, add, change roles, set a new password.

use std::collections::BTreeSet;

use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    Console,
    frame::Fault,
    layout::{Problem, Shell, encoded, token},
    reader::Reader,
    session::{AdministratorVisit, Asking, Fields, Posted, Visit},
    tickets::unit_name,
};
use crate::{
    audit,
    directory::{
        staff::{self, PasswordHash, PasswordRefusal, Role, StaffMember},
        units::{self, Unit},
    },
    locale::Phrase,
    phrase,
};

const ROLES: [Role; 4] = [Role::Staff, Role::Reviewer, Role::Dispatcher, Role::Administrator];

fn role(role: Role) -> Phrase {
    match role {
        Role::Staff => phrase!("console-role-staff"),
        Role::Reviewer => phrase!("console-role-reviewer"),
        Role::Dispatcher => phrase!("console-role-dispatcher"),
        Role::Administrator => phrase!("console-role-administrator"),
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Staff => "staff",
        Role::Reviewer => "reviewer",
        Role::Dispatcher => "dispatcher",
        Role::Administrator => "administrator",
    }
}

/// What the address asks for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    login: Option<String>,
    done: Option<String>,
}

fn done(reader: &Reader, asked: Option<&str>) -> Option<String> {
    asked.map(|done| match done {
        "added" => reader.say(&phrase!("console-staff-added")),
        _ => reader.say(&phrase!("console-staff-changed")),
    })
}

/// All accounts, and the form for a new one.
pub(super) async fn list(
    State(console): State<Console>,
    AdministratorVisit(visit): AdministratorVisit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let done = done(&visit.reader, asked.as_ref().ok().and_then(|Query(asked)| asked.done.as_deref()));
    list_page(&console, &visit, &Fields::default(), (Vec::new(), done), StatusCode::OK).await
}

async fn list_page(
    console: &Console,
    visit: &Visit,
    typed: &Fields,
    (problems, done): (Vec<Problem>, Option<String>),
    status: StatusCode,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let (members, units) = (staff::all(&mut connection).await?, units::all(&mut connection).await?);
    drop(connection);
    let reader = &visit.reader;
    let title = reader.say(&phrase!("console-staff-title"));
    let body = html! {
        h1 { (title) }
        (table(reader, &members, &units))
        h2 { (reader.say(&phrase!("console-staff-add"))) }
        form.panel method="post" action="/console/staff" {
            (token(visit))
            label for="login" { (reader.say(&phrase!("console-login-name"))) }
            input id="login" name="login" value=(typed.get("login")) autocomplete="off" autocapitalize="none"
                spellcheck="false" aria-describedby="login-hint" required;
            p.hint id="login-hint" { (reader.say(&phrase!("console-staff-login-hint"))) }
            label for="name" { (reader.say(&phrase!("console-staff-name"))) }
            input id="name" name="name" value=(typed.get("name")) maxlength="50" autocomplete="off" required;
            label for="unit" { (reader.say(&phrase!("console-column-unit"))) }
            select id="unit" name="unit" required {
                option value="" { (reader.say(&phrase!("console-unit-choose"))) }
                @for unit in &units {
                    option value=(unit.code) selected[unit.code == typed.get("unit")] { (unit.name) }
                }
            }
            @let chosen: BTreeSet<Role> = typed.all("role").filter_map(|name| name.parse().ok()).collect();
            (role_boxes(reader, &chosen))
            (password_field(reader))
            button { (reader.say(&phrase!("console-staff-add"))) }
        }
    };
    Ok(Shell::new(visit, &title, "/console/staff").problems(problems).done(done).respond(status, &body))
}

fn table(reader: &Reader, members: &[StaffMember], units: &[Unit]) -> Markup {
    html! {
        table {
            caption { (reader.say(&phrase!("console-staff-title"))) }
            thead {
                tr {
                    th scope="col" { (reader.say(&phrase!("console-login-name"))) }
                    th scope="col" { (reader.say(&phrase!("console-staff-name"))) }
                    th scope="col" { (reader.say(&phrase!("console-column-unit"))) }
                    th scope="col" { (reader.say(&phrase!("console-roles"))) }
                }
            }
            tbody {
                @for member in members {
                    tr {
                        th scope="row" {
                            a href={ "/console/staff/member?login=" (encoded(&member.login)) } { (member.login) }
                        }
                        td data-label=(reader.say(&phrase!("console-staff-name"))) { (member.name) }
                        td data-label=(reader.say(&phrase!("console-column-unit"))) { (unit_name(units, &member.unit)) }
                        td data-label=(reader.say(&phrase!("console-roles"))) {
                            @if member.roles.is_empty() { (reader.say(&phrase!("console-staff-closed"))) }
                            @else { (reader.list(member.roles.iter().map(|one| reader.say(&role(*one))))) }
                        }
                    }
                }
            }
        }
    }
}

fn role_boxes(reader: &Reader, chosen: &BTreeSet<Role>) -> Markup {
    html! {
        fieldset {
            legend { (reader.say(&phrase!("console-roles"))) }
            @for one in ROLES {
                label.box for={ "role-" (role_name(one)) } {
                    input id={ "role-" (role_name(one)) } type="checkbox" name="role" value=(role_name(one))
                        checked[chosen.contains(&one)];
                    " " (reader.say(&role(one)))
                }
            }
        }
    }
}

fn password_field(reader: &Reader) -> Markup {
    html! {
        label for="password" { (reader.say(&phrase!("console-staff-new-password"))) }
        input id="password" name="password" type="password" autocomplete="new-password" minlength="10"
            aria-describedby="password-hint" required;
        p.hint id="password-hint" { (reader.say(&phrase!("console-staff-password-hint"))) }
    }
}

/// One account: its roles and a new password.
pub(super) async fn member(
    State(console): State<Console>,
    AdministratorVisit(visit): AdministratorVisit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let Query(asked) = asked.map_err(|_| Fault::NotFound)?;
    let done = done(&visit.reader, asked.done.as_deref());
    let login = asked.login.unwrap_or_default();
    member_page(&console, &visit, &login, (Vec::new(), done), StatusCode::OK).await
}

async fn member_page(
    console: &Console,
    visit: &Visit,
    login: &str,
    (problems, done): (Vec<Problem>, Option<String>),
    status: StatusCode,
) -> Result<Response, Fault> {
    let member = find(console, login).await?;
    let reader = &visit.reader;
    let here = format!("/console/staff/member?login={}", encoded(login));
    let body = html! {
        h1 { (member.name) }
        p { (member.login) }
        h2 { (reader.say(&phrase!("console-roles"))) }
        p { (reader.say(&phrase!("console-staff-closing-hint"))) }
        form.panel method="post" action="/console/staff/roles" {
            (token(visit))
            input type="hidden" name="login" value=(member.login);
            (role_boxes(reader, &member.roles))
            button { (reader.say(&phrase!("console-staff-save-roles"))) }
        }
        h2 { (reader.say(&phrase!("console-staff-new-password"))) }
        form.panel method="post" action="/console/staff/password" {
            (token(visit))
            input type="hidden" name="login" value=(member.login);
            (password_field(reader))
            button { (reader.say(&phrase!("console-staff-save-password"))) }
        }
    };
    Ok(Shell::new(visit, &member.name, &here).problems(problems).done(done).respond(status, &body))
}

async fn find(console: &Console, login: &str) -> Result<StaffMember, Fault> {
    let mut connection = console.store.read().await?;
    let known = staff::all(&mut connection).await?;
    known.into_iter().find(|member| member.login == login).ok_or(Fault::NotFound)
}

/// The administrator who posted a form; for everybody else there is no such page.
fn administrator(visit: &Visit) -> Result<(), Fault> {
    if visit.member.is(Role::Administrator) { Ok(()) } else { Err(Fault::NotFound) }
}

/// Adds an account.
pub(super) async fn add(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    administrator(&visit)?;
    let roles: BTreeSet<Role> = fields.all("role").filter_map(|name| name.parse().ok()).collect();
    let member = StaffMember {
        id: console.ids.next(),
        login: fields.get("login").trim().to_owned(),
        name: crate::message::clean(fields.get("name")),
        unit: fields.get("unit").to_owned(),
        roles,
    };
    let mut problems = faults(&console, &visit.reader, &member).await?;
    let hash = match hashed(&console, fields.get("password")).await? {
        Ok(hash) if problems.is_empty() => hash,
        Ok(_) => return list_page(&console, &visit, &fields, (problems, None), StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(refusal) => {
            problems.push(Problem::at("password", visit.reader.say(&password_refusal(refusal))));
            return list_page(&console, &visit, &fields, (problems, None), StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let mut tx = console.store.begin().await?;
    staff::add(&mut tx, &member, &hash, visit.now).await?;
    let (subject, detail) =
        (format!("staff:{}", member.login), serde_json::json!({ "unit": member.unit, "roles": member.roles }));
    audit::append(&mut tx, visit.now, &visit.label(), "staff.added", &subject, &detail).await?;
    tx.commit().await?;
    Ok(Redirect::to("/console/staff?done=added").into_response())
}

/// What is wrong with a new account.
async fn faults(console: &Console, reader: &Reader, member: &StaffMember) -> Result<Vec<Problem>, Fault> {
    let mut connection = console.store.read().await?;
    let taken = staff::all(&mut connection).await?.iter().any(|known| known.login == member.login);
    let unit = units::find(&mut connection, &member.unit).await?;
    drop(connection);
    let mut problems = Vec::new();
    if !is_login(&member.login) {
        problems.push(Problem::at("login", reader.say(&phrase!("console-staff-login-hint"))));
    } else if taken {
        problems.push(Problem::at("login", reader.say(&phrase!("console-staff-login-taken"))));
    }
    if member.name.is_empty() || member.name.chars().count() > 50 {
        problems.push(Problem::at("name", reader.say(&phrase!("console-staff-name-missing"))));
    }
    if unit.is_none() {
        problems.push(Problem::at("unit", reader.say(&phrase!("console-unit-unknown"))));
    }
    if member.roles.is_empty() {
        problems.push(Problem::at("role-staff", reader.say(&phrase!("console-staff-no-role"))));
    }
    Ok(problems)
}

fn is_login(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
}

async fn hashed(console: &Console, password: &str) -> Result<Result<PasswordHash, PasswordRefusal>, Fault> {
    let (entropy, password) = (console.entropy.clone(), password.to_owned().into());
    tokio::task::spawn_blocking(move || PasswordHash::of(&password, &*entropy)).await.map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        Fault::Internal
    })
}

fn password_refusal(refusal: PasswordRefusal) -> Phrase {
    match refusal {
        PasswordRefusal::TooShort => phrase!("console-password-short"),
        PasswordRefusal::TooLong => phrase!("console-password-long"),
        PasswordRefusal::Hashing => phrase!("console-internal"),
    }
}

/// Changes an account's roles. Without any it is closed.
pub(super) async fn change_roles(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    administrator(&visit)?;
    let member = find(&console, fields.get("login")).await?;
    let roles: BTreeSet<Role> = fields.all("role").filter_map(|name| name.parse().ok()).collect();
    if member.login == visit.member.login && !roles.contains(&Role::Administrator) {
        // Else the last administrator could lock everybody out of this page.
        let problem = Problem::at("role-administrator", visit.reader.say(&phrase!("console-staff-own-role")));
        let said = (vec![problem], None);
        return member_page(&console, &visit, &member.login, said, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let mut tx = console.store.begin().await?;
    staff::set_roles(&mut tx, &member.login, &roles).await?;
    let (subject, detail) = (format!("staff:{}", member.login), serde_json::json!({ "roles": roles }));
    audit::append(&mut tx, visit.now, &visit.label(), "staff.roles_changed", &subject, &detail).await?;
    tx.commit().await?;
    let to = format!("/console/staff/member?login={}&done=changed", encoded(&member.login));
    Ok(Redirect::to(&to).into_response())
}

/// Sets a new password. It unlocks the account and ends its sessions.
pub(super) async fn change_password(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    administrator(&visit)?;
    let member = find(&console, fields.get("login")).await?;
    let hash = match hashed(&console, fields.get("password")).await? {
        Ok(hash) => hash,
        Err(refusal) => {
            let problem = Problem::at("password", visit.reader.say(&password_refusal(refusal)));
            let said = (vec![problem], None);
            return member_page(&console, &visit, &member.login, said, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let mut tx = console.store.begin().await?;
    staff::set_password(&mut tx, &member.login, &hash).await?;
    let subject = format!("staff:{}", member.login);
    audit::append(&mut tx, visit.now, &visit.label(), "staff.password_set", &subject, &()).await?;
    tx.commit().await?;
    let to = format!("/console/staff/member?login={}&done=changed", encoded(&member.login));
    Ok(Redirect::to(&to).into_response())
}

#[cfg(test)]
mod tests {
    use super::is_login;

    #[test]
    fn logins_are_plain() {
        assert!(is_login("zhang.wei-2"));
        for bad in ["", "a", "Zhang", "张伟", "a b", &"a".repeat(33)] {
            assert!(!is_login(bad), "{bad}");
        }
    }
}
