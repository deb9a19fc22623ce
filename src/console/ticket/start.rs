//! What a reply can begin with: a template, the reply to a similar ticket, a published document. Inserted text shows its
//! source: the reply says it, the draft remembers it, the reviewer reads it.

use maud::{Markup, html};

use super::{
    Opened,
    act::Act,
    forms::{allowed, form_id},
};
use crate::{
    casework::{
        self, Origin, OriginKind, State, Ticket, answered,
        templates::{self, Template},
    },
    console::{
        Console, history,
        layout::encoded,
        reader::Reader,
        session::{Fields, Visit},
        tickets::{beginning, unit_name},
    },
    directory::units,
    knowledge::{
        Source,
        personal::{self, Public},
    },
    matching::Hit,
    phrase,
    store::{Connection, StoreError},
};

/// How many answered tickets are shown.
const TICKETS: usize = 5;
/// How many near ones are looked through: many of them are another unit's.
const LOOKED_AT: usize = 40;
/// How many documents are shown.
const DOCUMENTS: usize = 3;
/// A document that holds less of the question than this share of its terms is no help.
const HELD: f64 = 0.3;
/// The longest text that a document without a quotation gives, in characters.
const LONGEST: usize = 1_500;

/// What the visitor may begin with.
#[derive(Default)]
pub(super) struct Starts {
    templates: Vec<Template>,
    /// Answered tickets that ask nearly the same, the nearest first.
    tickets: Vec<Ticket>,
    /// Published documents, the nearest first, each with its quotation.
    documents: Vec<(Source, String)>,
}

/// A text to begin with, and where it comes from.
struct Begun {
    origin: Origin,
    text: String,
}

/// Looks for what can be begun with; nothing where the visitor can't draft.
pub(super) async fn load(
    console: &Console,
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
) -> Result<Starts, StoreError> {
    if !allowed(console, visit, ticket, Act::Draft) {
        return Ok(Starts::default());
    }
    let mut templates = templates::for_unit(connection, &visit.member.unit).await?;
    templates.retain(|template| template.is_offered_to(&visit.member));
    let near = console.desks.now().near(&ticket.question, LOOKED_AT);
    let mut tickets = answered::among(connection, &near).await?;
    tickets.retain(|other| other.id != ticket.id && other.is_seen_by(&visit.member));
    tickets.truncate(TICKETS);
    Ok(Starts { templates, tickets, documents: documents(console, &ticket.question) })
}

fn documents(console: &Console, question: &str) -> Vec<(Source, String)> {
    let hits = console.library.find(question).hits;
    let held = |hit: &&Hit| hit.held.share() >= HELD;
    let found = hits.iter().filter(held).take(DOCUMENTS).filter_map(|hit| {
        let quoted = console.library.quote(question, &hit.id, hit.quote).or_else(|| console.library.text(&hit.id))?;
        Some((console.library.source(&hit.id)?, quoted.chars().take(LONGEST).collect()))
    });
    found.collect()
}

/// The text behind a key such as `template:ID`; none where it is gone or not the visitor's to see.
async fn begun(
    console: &Console,
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
    key: &str,
) -> Result<Option<Begun>, StoreError> {
    let Some((kind, id)) = key.split_once(':') else { return Ok(None) };
    let (kind, name, source, text) = match kind {
        "template" => {
            let found = templates::find(connection, id).await?.filter(|one| one.is_offered_to(&visit.member));
            let Some(template) = found else { return Ok(None) };
            (OriginKind::Template, template.name, template.source, template.text)
        }
        "ticket" => {
            let found = casework::find_by_number(connection, id).await?;
            let found = found.filter(|other| other.id != ticket.id && other.is_seen_by(&visit.member));
            let Some(reply) = found.as_ref().and_then(|other| other.state.reply()) else { return Ok(None) };
            // Numbers of the person who was answered then are no part of what somebody else reads.
            let public = Public::of(&units::all(connection).await?);
            (OriginKind::Ticket, id.to_owned(), id.to_owned(), personal::mask(&reply.text, &public).text)
        }
        "document" => {
            let near = documents(console, &ticket.question).into_iter().find(|(source, _)| source.document_id == id);
            let whole = || {
                let text: String = console.library.text(id)?.chars().take(LONGEST).collect();
                Some((console.library.source(id)?, text))
            };
            let Some((source, text)) = near.or_else(whole) else { return Ok(None) };
            let named = called(&visit.reader, &source);
            (OriginKind::Document, source.label(), named, text)
        }
        _ => return Ok(None),
    };
    Ok(Some(Begun { origin: Origin { kind, key: id.to_owned(), name, source }, text }))
}

/// A document as a source names it.
fn called(reader: &Reader, source: &Source) -> String {
    if source.number.is_empty() {
        source.title.clone()
    } else {
        reader.say(&phrase!("start-document", title = &source.title, number = &source.number))
    }
}

/// The key of an origin, as forms carry it.
fn key(origin: &Origin) -> String {
    let kind = match origin.kind {
        OriginKind::Template => "template",
        OriginKind::Ticket => "ticket",
        OriginKind::Document => "document",
    };
    format!("{kind}:{}", origin.key)
}

fn source_line(reader: &Reader, origin: &Origin) -> String {
    reader.say(&phrase!("start-source-line", source = &origin.source))
}

/// Puts a text at the end of what was typed, with the line that says its source. None where there is no such text.
pub(super) async fn insert(
    console: &Console,
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
    (fields, wanted): (Fields, &str),
) -> Result<Option<Fields>, StoreError> {
    let Some(Begun { origin, text }) = begun(console, connection, visit, ticket, wanted).await? else {
        return Ok(None);
    };
    let typed = fields.get("text").trim_end();
    let text = if text.contains(&origin.source) {
        text
    } else {
        format!("{}\n\n{}", text.trim_end(), source_line(&visit.reader, &origin))
    };
    let text = if typed.is_empty() { text } else { format!("{typed}\n\n{text}") };
    Ok(Some(fields.with("text", text).with("from", key(&origin)).with("from-name", origin.name)))
}

/// What a draft that is being saved was begun with, and the fields with the line that says its source, should it be
/// missing. None where what it was begun with is gone.
pub(super) async fn sourced(
    console: &Console,
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
    fields: &Fields,
) -> Result<Option<(Fields, Origin)>, StoreError> {
    let wanted = fields.get("from");
    // What the draft said before is still true when the template has changed meanwhile.
    let known = match &ticket.state {
        State::Drafted { draft } => draft.origin.clone().filter(|origin| key(origin) == wanted),
        _ => None,
    };
    let origin = match known {
        Some(origin) => Some(origin),
        None => begun(console, connection, visit, ticket, wanted).await?.map(|begun| begun.origin),
    };
    Ok(origin.map(|origin| {
        let text = fields.get("text").trim_end();
        let fields = fields.clone();
        if text.is_empty() || text.contains(&origin.source) {
            return (fields, origin);
        }
        let text = format!("{text}\n\n{}", source_line(&visit.reader, &origin));
        (fields.with("text", text), origin)
    }))
}

/// The box under a draft that says what it was begun with. Whoever wrote everything anew takes the tick away.
pub(super) fn tick(visit: &Visit, opened: &Opened, typed: Option<&Fields>) -> Markup {
    let sent_back = || {
        let last = opened.events.iter().rev().find(|event| event.kind == "sent_back")?;
        serde_json::from_value::<Origin>(last.detail.get("origin")?.clone()).ok()
    };
    let begun = match (typed, &opened.ticket.state) {
        (Some(fields), _) => (fields.get("from").to_owned(), fields.get("from-name").to_owned()),
        (None, State::Drafted { draft }) => {
            draft.origin.as_ref().map(|one| (key(one), one.name.clone())).unwrap_or_default()
        }
        (None, State::Claimed { .. }) => sent_back().map(|one| (key(&one), one.name)).unwrap_or_default(),
        _ => Default::default(),
    };
    html! {
        @if !begun.0.is_empty() {
            label.box for="draft-from" {
                input id="draft-from" type="checkbox" name="from" value=(begun.0) checked;
                (visit.reader.say(&phrase!("start-tick", name = &begun.1)))
            }
            input type="hidden" name="from-name" value=(begun.1);
        }
    }
}

/// What a draft was begun with, for whoever reviews it.
pub(super) fn told(reader: &Reader, origin: Option<&Origin>) -> Markup {
    html! {
        @if let Some(origin) = origin {
            @let words = match origin.kind {
                OriginKind::Template => phrase!("start-told-template", name = &origin.name, source = &origin.source),
                OriginKind::Ticket => phrase!("start-told-ticket"),
                OriginKind::Document => phrase!("start-told-document", title = &origin.source),
            };
            p.said {
                (reader.say(&words))
                @if origin.kind == OriginKind::Ticket {
                    " " a href={ "/console/tickets/" (encoded(&origin.key)) } { (origin.key) }
                }
            }
        }
    }
}

/// All that can be begun with. The buttons belong to the draft's form, so what is typed there is kept.
pub(super) fn section(visit: &Visit, opened: &Opened) -> Markup {
    let (reader, starts) = (&visit.reader, &opened.starts);
    let public = Public::of(&opened.names.units);
    let button = |value: &str, name: &str| {
        let label = reader.say(&phrase!("start-from-this-name", name = name));
        html! {
            button.second form=(form_id(Act::Draft)) name="insert" value=(value) formnovalidate aria-label=(label) {
                (reader.say(&phrase!("start-from-this")))
            }
        }
    };
    html! {
        @if !starts.templates.is_empty() {
            h2 { (reader.say(&phrase!("start-templates"))) }
            label for="template" { (reader.say(&phrase!("start-template-label"))) }
            select id="template" name="template" form=(form_id(Act::Draft)) {
                @for template in &starts.templates {
                    option value={ "template:" (template.id) } {
                        (reader.say(&phrase!("start-template-option", name = &template.name, source = &template.source)))
                    }
                }
            }
            button.second form=(form_id(Act::Draft)) name="insert" value="template" formnovalidate {
                (reader.say(&phrase!("start-from-template")))
            }
        }
        @if !starts.tickets.is_empty() {
            h2 { (reader.say(&phrase!("start-similar"))) }
            ul.starts {
                @for ticket in &starts.tickets {
                    li {
                        a href={ "/console/tickets/" (encoded(&ticket.number)) } { (ticket.number) }
                        " " (beginning(&ticket.question))
                        p.said {
                            (unit_name(&opened.names.units, &ticket.unit)) " · "
                            (reader.say(&history::phase(&ticket.state)))
                        }
                        @if let Some(reply) = ticket.state.reply() {
                            details {
                                summary { (reader.say(&phrase!("start-reply"))) }
                                p.words { (personal::mask(&reply.text, &public).text) }
                            }
                        }
                        (button(&format!("ticket:{}", ticket.number), &ticket.number))
                    }
                }
            }
        }
        @if !starts.documents.is_empty() {
            h2 { (reader.say(&phrase!("start-documents"))) }
            ul.starts {
                @for (source, quoted) in &starts.documents {
                    li {
                        (source.label())
                        p.said { (called(reader, source)) " · " (source.unit) }
                        details {
                            summary { (reader.say(&phrase!("start-quotation"))) }
                            p.words { (quoted) }
                        }
                        (button(&format!("document:{}", source.document_id), &source.label()))
                    }
                }
            }
        }
    }
}
