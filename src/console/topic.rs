//! One topic: what people say, how often, what became of it; and the forms to explain or dismiss it.

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
    history::{self, Names},
    layout::{Part, Problem, Shell, encoded, token},
    session::{Asking, Fields, Posted, Visit},
    tickets::unit_name,
    topics::{badge, chart, days, due, growth, open, wording},
};
use crate::{
    audit,
    casework::{
        self, Event,
        topics::{self, Explanation, Refusal, Source, State as TopicState, Step, Topic},
    },
    consultation::{self, Stage},
    directory::{staff, units},
    knowledge::{
        interpretation::{self, State as DocumentState},
        personal,
    },
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// Messages on a page.
const ON_A_PAGE: usize = 30;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    page: Option<usize>,
    done: Option<String>,
}

/// A message as the page shows it.
struct Shown {
    name: String,
    address: String,
    text: String,
    at: jiff::Timestamp,
    copies: i64,
}

/// A topic with what its page needs.
struct Opened {
    topic: Topic,
    names: Names,
    events: Vec<Event>,
    days: Vec<(jiff::civil::Date, i64)>,
    messages: Vec<Shown>,
    more: bool,
    /// What the unit can point to: the value of the option, and what it is.
    offered: Vec<(String, Explanation)>,
}

/// The page.
pub(super) async fn show(
    State(console): State<Console>,
    Path(id): Path<String>,
    visit: Visit,
    asked: Asking<Asked>,
) -> Result<Response, Fault> {
    let asked = asked.map_or_else(|_| Asked::default(), |Query(asked)| asked);
    let part = Part::asked(asked.page, ON_A_PAGE);
    let mut connection = console.store.read().await?;
    let opened = load(&mut connection, &visit, &id, part).await?;
    drop(connection);
    let done = match asked.done.as_deref() {
        Some("explain") => Some(visit.reader.say(&phrase!("topics-done-explained"))),
        Some("dismiss") => Some(visit.reader.say(&phrase!("topics-done-dismissed"))),
        _ => None,
    };
    Ok(page(&visit, &opened, part, (Vec::new(), None), done, StatusCode::OK))
}

/// Whoever reloads the address of a form comes back to its topic.
pub(super) async fn back(Path((id, _)): Path<(String, String)>) -> Response {
    Redirect::to(&format!("/console/topics/{}", encoded(&id))).into_response()
}

/// Explains or dismisses it.
pub(super) async fn take(
    State(console): State<Console>,
    Path((id, act)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    let mut tx = console.store.begin().await?;
    let topic = open(&mut tx, &visit, &id).await.map_err(|fault| fault.keeping(&fields))?;
    let step = if topic.version == version {
        step(&mut tx, &visit, topic, &act, &fields).await?
    } else {
        Err(Problem::new(visit.reader.say(&phrase!("topics-stale"))))
    };
    let problem = match step {
        Err(problem) => problem,
        Ok(step) => match topics::save(&mut tx, &step, &console.ids.next(), visit.now).await {
            Ok(()) => {
                let (action, subject) = (format!("topic.{}", step.event), format!("topic:{}", step.topic.id));
                audit::append(&mut tx, visit.now, &step.actor, &action, &subject, &step.detail).await?;
                tx.commit().await?;
                let to = format!("/console/topics/{}?done={act}", encoded(&id));
                return Ok(Redirect::to(&to).into_response());
            }
            Err(StoreError::Conflict) => Problem::new(visit.reader.say(&phrase!("topics-stale"))),
            Err(error) => return Err(error.into()),
        },
    };
    drop(tx);
    let part = Part::asked(None, ON_A_PAGE);
    let mut connection = console.store.read().await?;
    let opened = load(&mut connection, &visit, &id, part).await.map_err(|fault| fault.keeping(&fields))?;
    drop(connection);
    let status = if opened.topic.version == version { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    Ok(page(&visit, &opened, part, (vec![problem], Some(&fields)), None, status))
}

async fn step(
    connection: &mut Connection,
    visit: &Visit,
    topic: Topic,
    act: &str,
    fields: &Fields,
) -> Result<Result<Step, Problem>, Fault> {
    let reader = &visit.reader;
    let stepped = match act {
        "explain" => {
            let wanted = fields.get("explanation");
            let offered = offered(connection, &topic.unit, visit).await?;
            let Some((_, explanation)) = offered.into_iter().find(|(value, _)| value == wanted) else {
                return Ok(Err(Problem::at("explanation", reader.say(&phrase!("topics-refused-not-public")))));
            };
            topic.explain(&visit.member, explanation, visit.now)
        }
        "dismiss" => topic.dismiss(&visit.member, fields.get("reason"), visit.now),
        _ => return Err(Fault::NotFound),
    };
    Ok(stepped.map_err(|refused| {
        let text = reader.say(&refusal(refused));
        if refused == Refusal::NoReason { Problem::at("reason", text) } else { Problem::new(text) }
    }))
}

fn refusal(refusal: Refusal) -> Phrase {
    match refusal {
        Refusal::WrongState | Refusal::NotHot | Refusal::NotCool => phrase!("topics-refused-wrong-state"),
        Refusal::OtherUnit => phrase!("topics-refused-other-unit"),
        Refusal::MissingRole => phrase!("topics-refused-missing-role"),
        Refusal::NoReason => phrase!("topics-refused-no-reason"),
    }
}

/// What a unit can point to: what it has published, and its consultations that the public can see.
async fn offered(
    connection: &mut Connection,
    unit: &str,
    visit: &Visit,
) -> Result<Vec<(String, Explanation)>, StoreError> {
    let mut offered = Vec::new();
    for document in interpretation::of_owner(connection, unit).await? {
        if matches!(document.state, DocumentState::Published { .. }) {
            let (id, title) = (document.content.id, document.content.title);
            offered.push((format!("document:{id}"), Explanation::Document { id, title }));
        }
    }
    for one in consultation::of_unit(connection, unit).await? {
        if one.stage(visit.today()) != Stage::Hidden {
            let (id, title) = (one.id, one.title);
            offered.push((format!("consultation:{id}"), Explanation::Consultation { id, title }));
        }
    }
    Ok(offered)
}

async fn load(connection: &mut Connection, visit: &Visit, id: &str, part: Part) -> Result<Opened, Fault> {
    let topic = open(connection, visit, id).await?;
    let mut members = topics::members(connection, id, part.query()).await?;
    let more = members.len() > part.size;
    members.truncate(part.size);
    let mut messages = Vec::with_capacity(members.len());
    for member in members {
        // A copy may have gone to another unit: its words are that unit's to see.
        let shown = match member.source {
            Source::Ticket => casework::find(connection, &member.message)
                .await?
                .filter(|ticket| visit.member.sees(&ticket.unit))
                .map(|ticket| (ticket.number.clone(), format!("/console/tickets/{}", ticket.number), ticket.question)),
            Source::Opinion => match consultation::opinion_by_id(connection, &member.message).await? {
                Some(opinion) => consultation::find(connection, &opinion.consultation_id)
                    .await?
                    .filter(|one| visit.member.sees(&one.unit))
                    .map(|one| (opinion.receipt, format!("/console/consultations/{}", encoded(&one.id)), opinion.text)),
                None => None,
            },
        };
        messages.extend(shown.map(|(name, address, text)| Shown {
            name,
            address,
            text: personal::masked(&text),
            at: member.at,
            copies: member.copies,
        }));
    }
    let offered = if matches!(topic.state, TopicState::Raised { .. }) {
        offered(connection, &topic.unit, visit).await?
    } else {
        Vec::new()
    };
    Ok(Opened {
        names: Names { staff: staff::all(connection).await?, units: units::all(connection).await? },
        events: topics::events(connection, id).await?,
        days: days(connection, id, visit.today()).await?,
        topic,
        messages,
        more,
        offered,
    })
}

fn page(
    visit: &Visit,
    opened: &Opened,
    part: Part,
    (problems, typed): (Vec<Problem>, Option<&Fields>),
    done: Option<String>,
    status: StatusCode,
) -> Response {
    let (reader, topic) = (&visit.reader, &opened.topic);
    let here = format!("/console/topics/{}", encoded(&topic.id));
    let title = wording(reader, topic);
    let fact = |name: Phrase, said: Markup| html! { div { dt { (reader.say(&name)) } dd { (said) } } };
    let forms = forms(visit, opened, typed);
    let leftover = typed.filter(|_| forms.is_none()).map(Fields::worth_keeping).unwrap_or_default();
    let body = html! {
        h1 { (title) }
        (kept(reader, &leftover))
        dl.facts {
            (fact(phrase!("topics-column-state"), html! { (badge(reader, topic)) " " (due(reader, topic, visit.today())) }))
            (fact(phrase!("topics-column-unit"), html! { (unit_name(&opened.names.units, &topic.unit)) }))
            (fact(phrase!("topics-column-people"), html! { (topic.pulse.people) }))
            (fact(phrase!("topics-before"), html! { (topic.pulse.before) }))
            (fact(phrase!("topics-column-growth"), html! { (reader.say(&growth(topic.pulse))) }))
            @if !topic.areas.is_empty() { (fact(phrase!("topics-column-area"), html! { (reader.list(&topic.areas)) })) }
            (fact(phrase!("topics-first-seen"), html! { (reader.say(&phrase!("console-time", at = topic.first_seen))) }))
            (fact(phrase!("topics-last-seen"), html! { (reader.say(&phrase!("console-time", at = topic.last_seen))) }))
            @if let Some(reckoning) = topic.reckoning() {
                div.wide { dt { (reader.say(&phrase!("topics-reckoning"))) } dd { (history::reckoning(reader, reckoning)) } }
            }
        }
        h2 { (reader.say(&phrase!("topics-wording"))) }
        blockquote.words.asked { (topic.wording) }
        (state_words(visit, opened))
        @if let Some(forms) = forms { (forms) }
        h2 { (reader.say(&phrase!("topics-days"))) }
        p { (chart(reader, &opened.days)) }
        (messages(visit, opened))
        (part.links(reader, &format!("{here}?"), opened.more))
        h2 { (reader.say(&phrase!("console-history"))) }
        ol.history {
            @for event in &opened.events {
                li {
                    time datetime=(event.at.to_string()) { (reader.say(&phrase!("console-time", at = event.at))) }
                    " " (sentence(visit, opened, event))
                }
            }
        }
    };
    Shell::new(visit, &title, &here).problems(problems).done(done).respond(status, &body)
}

/// What became of it.
fn state_words(visit: &Visit, opened: &Opened) -> Markup {
    let reader = &visit.reader;
    match &opened.topic.state {
        TopicState::Explained { explanation, by, at } => {
            let (address, title) = match explanation {
                Explanation::Document { id, title } => (format!("/console/documents/{}", encoded(id)), title),
                Explanation::Consultation { id, title } => (format!("/console/consultations/{}", encoded(id)), title),
            };
            html! {
                h2 { (reader.say(&phrase!("topics-explained-by", who = opened.names.of_login(by), at = *at))) }
                p { a href=(address) { (title) } }
            }
        }
        TopicState::Dismissed { reason, by, at } => html! {
            h2 { (reader.say(&phrase!("topics-dismissed-by", who = opened.names.of_login(by), at = *at))) }
            blockquote.words { (reason) }
        },
        TopicState::Watched | TopicState::Raised { .. } => html! {},
    }
}

/// The forms that the life-cycle allows to this visitor now; none where it allows nothing.
fn forms(visit: &Visit, opened: &Opened, typed: Option<&Fields>) -> Option<Markup> {
    let (reader, topic) = (&visit.reader, &opened.topic);
    let nothing = Explanation::Document { id: String::new(), title: String::new() };
    let explains = topic.clone().explain(&visit.member, nothing, visit.now).is_ok();
    let dismisses = topic.clone().dismiss(&visit.member, "-", visit.now).is_ok();
    let hidden = html! {
        (token(visit))
        input type="hidden" name="version" value=(topic.version);
    };
    let path = format!("/console/topics/{}", encoded(&topic.id));
    (explains || dismisses).then(|| html! {
        h2 { (reader.say(&phrase!("topics-acts"))) }
        @if explains {
            section.act aria-labelledby="act-explain" {
                h3 id="act-explain" { (reader.say(&phrase!("topics-explain"))) }
                p { (reader.say(&phrase!("topics-explain-hint"))) }
                form method="post" action={ (path) "/explain" } {
                    (hidden)
                    label for="explanation" { (reader.say(&phrase!("topics-explanation-label"))) }
                    select id="explanation" name="explanation" required {
                        option value="" { (reader.say(&phrase!("topics-explanation-choose"))) }
                        @for (value, explanation) in &opened.offered {
                            option value=(value) selected[typed.is_some_and(|fields| fields.get("explanation") == value)] {
                                @match explanation {
                                    Explanation::Document { title, .. } => (title),
                                    Explanation::Consultation { title, .. } => {
                                        (reader.say(&phrase!("topics-explanation-consultation", title = title)))
                                    },
                                }
                            }
                        }
                    }
                    button { (reader.say(&phrase!("topics-explain"))) }
                }
            }
        }
        @if dismisses {
            details.act open[typed.is_some_and(|fields| !fields.get("reason").is_empty())] {
                summary { (reader.say(&phrase!("topics-dismiss"))) }
                form method="post" action={ (path) "/dismiss" } {
                    (hidden)
                    label for="reason" { (reader.say(&phrase!("topics-reason-label"))) }
                    textarea id="reason" name="reason" rows="3" maxlength="1000" required {
                        "\n" (typed.map_or("", |fields| fields.get("reason")))
                    }
                    button.second { (reader.say(&phrase!("topics-dismiss"))) }
                }
            }
        }
    })
}

fn messages(visit: &Visit, opened: &Opened) -> Markup {
    let reader = &visit.reader;
    let title = reader.say(&phrase!("topics-messages"));
    html! {
        h2 { (title) }
        table {
            caption { (title) }
            thead {
                tr {
                    th scope="col" { (reader.say(&phrase!("topics-column-message"))) }
                    th scope="col" { (reader.say(&phrase!("topics-column-text"))) }
                    th scope="col" { (reader.say(&phrase!("topics-column-at"))) }
                    th scope="col" { (reader.say(&phrase!("topics-column-copies"))) }
                }
            }
            tbody {
                @for one in &opened.messages {
                    tr {
                        th.nowrap scope="row" { a href=(one.address) { (one.name) } }
                        td.words.main { (one.text) }
                        td data-label=(reader.say(&phrase!("topics-column-at"))) { (reader.say(&phrase!("console-time", at = one.at))) }
                        td.number data-label=(reader.say(&phrase!("topics-column-copies"))) { (one.copies) }
                    }
                }
            }
        }
    }
}

/// An event as a sentence without its time.
fn sentence(visit: &Visit, opened: &Opened, event: &Event) -> String {
    let number = |name: &str| event.detail.get(name).and_then(serde_json::Value::as_i64).unwrap_or(0);
    let unit = event.detail.get("unit").and_then(serde_json::Value::as_str).unwrap_or_default();
    let who = event.actor.strip_prefix("staff:").map_or("", |login| opened.names.of_login(login));
    visit.reader.say(&match event.kind.as_str() {
        "raised" => phrase!(
            "topics-event-raised",
            unit = unit_name(&opened.names.units, unit),
            people = number("people"),
            before = number("before")
        ),
        "explained" => phrase!("topics-event-explained", who = who),
        "dismissed" => phrase!("topics-event-dismissed", who = who),
        _ => phrase!("topics-event-cooled", people = number("people")),
    })
}
