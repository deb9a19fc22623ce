//! Views that somebody keeps under a name: links beside the tabs, and the forms to keep and to drop one.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Said,
    asked::Asked,
    page,
    records::{self, Kept},
};
use crate::{
    console::{
        Console,
        frame::Fault,
        layout::{Problem, token},
        session::{Posted, Visit},
    },
    message::clean,
    phrase,
};

/// The longest name, in characters.
const MAX_NAME: usize = 30;

/// The views, and how to keep the present one.
pub(super) fn section(visit: &Visit, asked: &Asked, kept: &[Kept], typed: &str) -> Markup {
    let (reader, query) = (&visit.reader, asked.query());
    html! {
        @if !kept.is_empty() {
            nav.tabs.views aria-label=(reader.say(&phrase!("console-views"))) {
                ul {
                    @for one in kept {
                        li {
                            a href={ "/console?" (one.address) } aria-current=[(one.address == query).then_some("page")] {
                                (one.name)
                            }
                        }
                    }
                }
            }
        }
        details.views open[!typed.is_empty()] {
            summary { (reader.say(&phrase!("console-views-manage"))) }
            form.inline method="post" action="/console/views" {
                (token(visit))
                input type="hidden" name="address" value=(query);
                label for="view-name" { (reader.say(&phrase!("console-view-name"))) }
                input id="view-name" name="name" value=(typed) maxlength=(MAX_NAME) required;
                button.second name="act" value="keep" { (reader.say(&phrase!("console-view-keep"))) }
            }
            @for one in kept {
                form.inline method="post" action="/console/views" {
                    (token(visit))
                    input type="hidden" name="address" value=(query);
                    input type="hidden" name="id" value=(one.id);
                    button.second name="act" value="drop" {
                        (reader.say(&phrase!("console-view-drop", name = &one.name)))
                    }
                }
            }
        }
    }
}

/// Keeps or drops a view.
pub(in crate::console) async fn change(State(console): State<Console>, posted: Posted) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    // Only what is an address of the inbox is kept: it is written anew from what was read.
    let asked = Asked::read(fields.get("address"));
    let back = format!("/console?{}", asked.query());
    let mut tx = console.store.begin().await?;
    if fields.get("act") == "drop" {
        records::drop(&mut tx, &visit.member.login, fields.get("id")).await?;
        tx.commit().await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let name = clean(fields.get("name")).split_whitespace().collect::<Vec<_>>().join(" ");
    let named = !name.is_empty() && name.chars().nth(MAX_NAME).is_none();
    let view = Kept { id: console.ids.next(), name, address: asked.query() };
    let problem = if !named {
        phrase!("console-view-name-missing", max = MAX_NAME)
    } else if records::keep(&mut tx, &visit.member.login, &view, visit.now).await? {
        tx.commit().await?;
        return Ok(Redirect::to(&back).into_response());
    } else {
        phrase!("console-views-too-many")
    };
    drop(tx);
    let problems = vec![Problem::at("view-name", visit.reader.say(&problem))];
    let said = Said { problems, view_name: fields.get("name").to_owned(), ..Said::default() };
    page(&console, &visit, &asked, said, StatusCode::UNPROCESSABLE_ENTITY).await
}
