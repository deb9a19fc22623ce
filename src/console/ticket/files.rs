//! Files of a ticket: shown to those who may see them, added, handed out and taken away again.

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{Opened, Said, open, page, take::stale};
use crate::{
    audit,
    casework::{
        Actor, Happened, Refusal, Ticket,
        attachments::{self, Aim, Attachment, Enclosure, Fault as Lie, Kind, MAX_NAME, NewFile},
    },
    console::{
        Console,
        frame::Fault,
        history,
        layout::{Problem, encoded, token},
        session::{Posted, Upload, Uploaded, Visit},
        tickets::unit_name,
    },
    conversation::notice::file_size,
    locale::Phrase,
    phrase,
    store::{Connection, StoreError},
};

/// The files of a ticket that the visitor may see, with those of a reply that another ticket's answer brought.
pub(super) async fn of(
    connection: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
) -> Result<Vec<Attachment>, StoreError> {
    let mut files = attachments::of_ticket(connection, &ticket.id).await?;
    for enclosure in ticket.state.reply().into_iter().flat_map(|reply| &reply.enclosures) {
        if files.iter().all(|file| file.id != enclosure.id) {
            files.extend(attachments::find(connection, &enclosure.id).await?);
        }
    }
    files.retain(|file| file.is_seen_by(&visit.member, ticket));
    Ok(files)
}

/// What goes with a draft or went with a reply, under its words.
pub(super) fn enclosed(visit: &Visit, ticket: &Ticket, enclosures: &[Enclosure]) -> Markup {
    let reader = &visit.reader;
    html! {
        @if !enclosures.is_empty() {
            p { (reader.say(&phrase!("files-enclosed", count = enclosures.len()))) }
            ul.attached {
                @for file in enclosures {
                    li { a href=(address(ticket, &file.id)) { (file.name) } " " (reader.say(&file_size(file.size))) }
                }
            }
        }
    }
}

fn address(ticket: &Ticket, id: &str) -> String {
    format!("/console/tickets/{}/files/{}", encoded(&ticket.number), encoded(id))
}

/// All files, and the form for another one.
pub(super) fn section(console: &Console, visit: &Visit, opened: &Opened, tried: bool) -> Markup {
    let (reader, ticket) = (&visit.reader, &opened.ticket);
    let adds = ticket.takes_files_of(&visit.member);
    html! {
        @if !opened.files.is_empty() || adds { h2 id="files" { (reader.say(&phrase!("files-title"))) } }
        @if !opened.files.is_empty() {
            ul.attached { @for file in &opened.files { li { (line(visit, opened, file)) } } }
        }
        @if adds {
            details.act open[tried] {
                summary { (reader.say(&phrase!("files-add"))) }
                (form(console, visit, ticket))
            }
        }
    }
}

fn line(visit: &Visit, opened: &Opened, file: &Attachment) -> Markup {
    let (reader, ticket) = (&visit.reader, &opened.ticket);
    let stands = if ticket.sent(&file.id) {
        phrase!("files-sent")
    } else if ticket.enclosed(&file.id) {
        phrase!("files-with-reply")
    } else {
        phrase!("files-internal", unit = unit_name(&opened.names.units, &file.unit))
    };
    html! {
        a href=(address(ticket, &file.id)) { (file.name) } " " (reader.say(&file_size(file.size)))
        " " span.badge.rests { (reader.say(&stands)) }
        " " small {
            (reader.say(&phrase!("files-by", author = opened.names.of_login(&file.added_by), at = file.added_at)))
        }
        @if file.is_removed_by(&visit.member, ticket) {
            form.inline method="post" action={ (address(ticket, &file.id)) "/remove" } {
                (token(visit))
                button.second aria-label=(reader.say(&phrase!("files-remove-name", name = &file.name))) {
                    (reader.say(&phrase!("files-remove")))
                }
            }
        }
    }
}

fn form(console: &Console, visit: &Visit, ticket: &Ticket) -> Markup {
    let reader = &visit.reader;
    let endings: Vec<String> =
        Kind::ALL.iter().flat_map(|kind| kind.endings()).map(|ending| format!(".{ending}")).collect();
    let leads = ticket.unit == visit.member.unit;
    html! {
        form method="post" enctype="multipart/form-data"
            action={ "/console/tickets/" (encoded(&ticket.number)) "/files" } {
            (token(visit))
            label for="file-aim" { (reader.say(&phrase!("files-aim"))) }
            select id="file-aim" name="aim" {
                option value=(Aim::Internal.name()) { (reader.say(&phrase!("files-aim-internal"))) }
                @if leads { option value=(Aim::Reply.name()) { (reader.say(&phrase!("files-aim-reply"))) } }
            }
            @if leads && console.public.is_none() { p.hint { (reader.say(&phrase!("files-no-address"))) } }
            label for="file" { (reader.say(&phrase!("files-file"))) }
            input id="file" name="file" type="file" accept=(endings.join(",")) aria-describedby="file-hint" required;
            p.hint id="file-hint" {
                (reader.say(&phrase!("files-hint", max = megabytes(console.files.bytes), count = console.files.per_ticket)))
            }
            button { (reader.say(&phrase!("files-add"))) }
        }
    }
}

fn megabytes(bytes: usize) -> usize {
    bytes.div_ceil(1024 * 1024)
}

/// Takes a file, or says why not.
pub(in crate::console) async fn add(
    State(console): State<Console>,
    Path(number): Path<String>,
    uploaded: Uploaded,
) -> Result<Response, Fault> {
    let Uploaded { visit, fields, file } = uploaded;
    let aim = match Aim::named(fields.get("aim")) {
        Some(aim) => aim,
        // What was cut off because it is too large may have been cut off before it said whom it is for.
        None if file.is_none() => Aim::Internal,
        None => return Err(Fault::Unreadable),
    };
    let most = console.files;
    // Looking through a large file is work for the processor.
    let checked = tokio::task::spawn_blocking(move || {
        let file = file.ok_or(Lie::TooLarge { max: most.bytes })?;
        let kind = attachments::check(&file.name, &file.declared, &file.bytes, &most)?;
        Ok::<_, Lie>((file, kind))
    });
    let checked = checked.await.map_err(StoreError::Task)?;
    match kept(&console, &visit, &number, aim, checked).await? {
        Ok(()) => Ok(done(&number, "file-added")),
        Err(refused) => again(&console, &visit, &number, refused).await,
    }
}

/// Why nothing was done: a reason, or somebody was first.
type Refused = Option<Problem>;

async fn kept(
    console: &Console,
    visit: &Visit,
    number: &str,
    aim: Aim,
    checked: Result<(Upload, Kind), Lie>,
) -> Result<Result<(), Refused>, Fault> {
    let reader = &visit.reader;
    let problem = |phrase: Phrase| Ok(Err(Some(Problem::at("file", reader.say(&phrase)))));
    let mut tx = console.store.begin().await?;
    let ticket = seen(&mut tx, visit, number).await?;
    let refusal = if !ticket.state.is_open() {
        Some(Refusal::WrongState)
    } else if ticket.takes_files_of(&visit.member) {
        None
    } else {
        Some(Refusal::MissingRole)
    };
    if let Some(refusal) = refusal {
        return problem(history::refusal(refusal));
    }
    if aim == Aim::Reply && console.public.is_none() {
        return problem(phrase!("files-no-address"));
    }
    let (file, kind) = match checked {
        Ok(checked) => checked,
        Err(lie) => return problem(lie_phrase(lie)),
    };
    let new = NewFile {
        id: &console.ids.next(),
        ticket: &ticket.id,
        unit: &visit.member.unit,
        aim,
        name: &file.name,
        kind,
        by: &visit.member.login,
    };
    let most = console.files.per_ticket;
    let Some(file) = attachments::keep(&mut tx, new, (&file.bytes, most), visit.now).await? else {
        return problem(lie_phrase(Lie::TooMany { max: most }));
    };
    let actor = Actor::Staff(&visit.member);
    match aim {
        Aim::Internal => noted(console, &mut tx, visit, &ticket, (&file, Happened::FileAdded)).await?,
        Aim::Reply => match ticket.enclose(actor, file.enclosure()) {
            Err(refusal) => return problem(history::refusal(refusal)),
            Ok(step) => match console.office(visit.now).take(&mut tx, &step).await {
                Err(StoreError::Conflict) => return Ok(Err(None)),
                other => drop(other?),
            },
        },
    }
    tx.commit().await?;
    console.wake.desks_changed();
    Ok(Ok(()))
}

/// The ticket, if the visitor may see it.
async fn seen(connection: &mut Connection, visit: &Visit, number: &str) -> Result<Ticket, Fault> {
    let ticket = crate::casework::find_by_number(connection, number).await?;
    ticket.filter(|ticket| ticket.is_seen_by(&visit.member)).ok_or(Fault::NotFound)
}

/// An event and a row of the audit log for a file inside the office: no step of the ticket, so that nobody who writes a
/// draft meanwhile is disturbed.
async fn noted(
    console: &Console,
    tx: &mut Connection,
    visit: &Visit,
    ticket: &Ticket,
    (file, happened): (&Attachment, Happened),
) -> Result<(), StoreError> {
    attachments::note(tx, &console.ids.next(), (&visit.label(), happened), file, visit.now).await?;
    let (action, subject) = (format!("ticket.{}", happened.name()), format!("ticket:{}", ticket.number));
    let detail = serde_json::json!({ "unit": file.unit, "file": file.id, "sha256": file.sha256, "aim": file.aim });
    audit::append(tx, visit.now, &visit.label(), &action, &subject, &detail).await
}

/// Takes a file away again.
pub(in crate::console) async fn remove(
    State(console): State<Console>,
    Path((number, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let visit = posted.visit;
    let mut tx = console.store.begin().await?;
    let ticket = seen(&mut tx, &visit, &number).await?;
    let file = attachments::find(&mut tx, &id).await?;
    let file = file.filter(|file| file.ticket_id == ticket.id && file.is_seen_by(&visit.member, &ticket));
    let file = file.ok_or(Fault::NotFound)?;
    if !file.is_removed_by(&visit.member, &ticket) {
        let refusal = if ticket.state.is_open() { Refusal::MissingRole } else { Refusal::WrongState };
        let problem = Problem::new(visit.reader.say(&history::refusal(refusal)));
        drop(tx);
        return again(&console, &visit, &number, Some(problem)).await;
    }
    if ticket.enclosed(&id) {
        let step = match ticket.take_out(Actor::Staff(&visit.member), &id) {
            Ok(step) => step,
            Err(refusal) => {
                let problem = Problem::new(visit.reader.say(&history::refusal(refusal)));
                drop(tx);
                return again(&console, &visit, &number, Some(problem)).await;
            }
        };
        match console.office(visit.now).take(&mut tx, &step).await {
            Err(StoreError::Conflict) => {
                drop(tx);
                return again(&console, &visit, &number, None).await;
            }
            other => drop(other?),
        }
    } else {
        noted(&console, &mut tx, &visit, &ticket, (&file, Happened::FileRemoved)).await?;
    }
    attachments::remove(&mut tx, &id).await?;
    tx.commit().await?;
    console.wake.desks_changed();
    Ok(done(&number, "file-removed"))
}

fn done(number: &str, what: &str) -> Response {
    Redirect::to(&format!("/console/tickets/{}?done={what}", encoded(number))).into_response()
}

/// The ticket's page with the reason.
async fn again(console: &Console, visit: &Visit, number: &str, refused: Refused) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let opened = open(console, &mut connection, visit, number).await?;
    drop(connection);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    let problem = refused.unwrap_or_else(|| stale(visit, &opened));
    Ok(page(console, visit, &opened, Said { problems: vec![problem], file: true, ..Said::default() }, status))
}

/// Hands a file out to whoever may see it at this moment.
pub(in crate::console) async fn download(
    State(console): State<Console>,
    Path((number, id)): Path<(String, String)>,
    visit: Visit,
) -> Result<Response, Fault> {
    let mut connection = console.store.read().await?;
    let ticket = seen(&mut connection, &visit, &number).await?;
    let file = attachments::find(&mut connection, &id).await?;
    let file = file
        .filter(|file| file.ticket_id == ticket.id || ticket.sent(&file.id))
        .filter(|file| file.is_seen_by(&visit.member, &ticket))
        .ok_or(Fault::NotFound)?;
    let bytes = attachments::content(&mut connection, &file).await?.ok_or(Fault::NotFound)?;
    let mut response = bytes.into_response();
    for (name, value) in file.headers() {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    Ok(response)
}

/// What a kind of file is called.
fn kind_phrase(kind: Kind) -> Phrase {
    match kind {
        Kind::Pdf => phrase!("file-kind-pdf"),
        Kind::Jpeg => phrase!("file-kind-jpeg"),
        Kind::Png => phrase!("file-kind-png"),
        Kind::Text => phrase!("file-kind-text"),
        Kind::Docx => phrase!("file-kind-docx"),
        Kind::Xlsx => phrase!("file-kind-xlsx"),
    }
}

/// Why a file isn't taken.
fn lie_phrase(lie: Lie) -> Phrase {
    match lie {
        Lie::Empty => phrase!("file-refused-empty"),
        Lie::TooLarge { max } => phrase!("file-refused-too-large", max = megabytes(max)),
        Lie::TooMany { max } => phrase!("file-refused-too-many", max = max),
        Lie::BadName => phrase!("file-refused-name", max = MAX_NAME),
        Lie::UnknownEnding => phrase!("file-refused-ending"),
        Lie::Declared { named } => phrase!("file-refused-declared", kind = kind_phrase(named)),
        Lie::Content { named, found: Some(found) } => {
            phrase!("file-refused-content-is", kind = kind_phrase(named), found = kind_phrase(found))
        }
        Lie::Content { named: Kind::Text, found: None } => phrase!("file-refused-no-text"),
        Lie::Content { named, found: None } => phrase!("file-refused-content", kind = kind_phrase(named)),
        Lie::Unsound { named } => phrase!("file-refused-unsound", kind = kind_phrase(named)),
        Lie::Unsafe => phrase!("file-refused-unsafe"),
    }
}

/// What the page says after a file came or went.
pub(super) fn done_phrase(done: &str) -> Option<Phrase> {
    match done {
        "file-added" => Some(phrase!("files-done-added")),
        "file-removed" => Some(phrase!("files-done-removed")),
        _ => None,
    }
}
