//! What is done with a ticket: claim, draft, approve, send back, return, assign.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    Console,
    frame::Fault,
    history,
    layout::{Problem, encoded},
    session::{Fields, Posted, Visit},
    ticket::{Opened, Said, open, page},
};
use crate::{
    casework::{self, Actor, Moment, Refusal, Step, Ticket},
    directory::units,
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// Something that staff do with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Take it on.
    Claim,
    /// Write the reply.
    Draft,
    /// Approve the draft.
    Approve,
    /// Send the draft back with a remark.
    SendBack,
    /// Return the ticket with a reason.
    GiveBack,
    /// Say which unit is responsible.
    Assign,
}

impl Act {
    /// All, in the order of the page.
    pub(super) const ALL: [Self; 6] =
        [Self::Assign, Self::Claim, Self::Approve, Self::SendBack, Self::Draft, Self::GiveBack];

    /// Its name in addresses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Draft => "draft",
            Self::Approve => "approve",
            Self::SendBack => "send-back",
            Self::GiveBack => "return",
            Self::Assign => "assign",
        }
    }

    /// The act with a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }

    /// The field that its form asks for.
    pub(super) fn field(self) -> Option<&'static str> {
        match self {
            Self::Claim | Self::Approve => None,
            Self::Draft => Some("text"),
            Self::SendBack => Some("remark"),
            Self::GiveBack => Some("reason"),
            Self::Assign => Some("unit"),
        }
    }

    /// What its button says.
    pub(super) fn title(self) -> Phrase {
        match self {
            Self::Claim => phrase!("console-act-claim"),
            Self::Draft => phrase!("console-act-draft"),
            Self::Approve => phrase!("console-act-approve"),
            Self::SendBack => phrase!("console-act-send-back"),
            Self::GiveBack => phrase!("console-act-return"),
            Self::Assign => phrase!("console-act-assign"),
        }
    }

    /// What the page says afterwards.
    pub(super) fn done(self) -> Phrase {
        match self {
            Self::Claim => phrase!("console-done-claim"),
            Self::Draft => phrase!("console-done-draft"),
            Self::Approve => phrase!("console-done-approve"),
            Self::SendBack => phrase!("console-done-send-back"),
            Self::GiveBack => phrase!("console-done-return"),
            Self::Assign => phrase!("console-done-assign"),
        }
    }

    /// The ticket after it, or why not. `words` is what the form's field says.
    pub(super) fn step(
        self,
        ticket: Ticket,
        actor: Actor<'_>,
        words: &str,
        moment: &Moment<'_>,
    ) -> Result<Step, Refusal> {
        match self {
            Self::Claim => ticket.claim(actor),
            Self::Draft => ticket.draft(actor, words),
            Self::Approve => ticket.approve(actor, moment),
            Self::SendBack => ticket.send_back(actor, words),
            Self::GiveBack => ticket.give_back(actor, words),
            Self::Assign => ticket.assign(actor, words, moment),
        }
    }
}

/// How an act ended.
enum Outcome {
    /// It is done.
    Done,
    /// It can't be done.
    Refused(Problem),
    /// Somebody changed the ticket since the form was shown.
    Stale,
}

/// Does what a form asks for.
pub(super) async fn take(
    State(console): State<Console>,
    Path((number, act)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    let act = Act::named(&act).ok_or(Fault::NotFound)?;
    // A ticket that went to another unit meanwhile is gone from here, but not what was written for it.
    let outcome = perform(&console, &visit, &number, act, &fields).await.map_err(|fault| fault.keeping(&fields))?;
    let (problem, status) = match outcome {
        Outcome::Done => {
            let to = if act == Act::Assign || act == Act::GiveBack {
                // The ticket may be another unit's now, and this one can't see it any more.
                after_leaving(&console, &visit, &number, act).await?
            } else {
                format!("/console/tickets/{}?done={}", encoded(&number), act.name())
            };
            return Ok(Redirect::to(&to).into_response());
        }
        Outcome::Refused(problem) => (Some(problem), StatusCode::UNPROCESSABLE_ENTITY),
        Outcome::Stale => (None, StatusCode::CONFLICT),
    };
    let mut connection = console.store.read().await?;
    let opened = open(&mut connection, &visit, &number).await.map_err(|fault| fault.keeping(&fields))?;
    drop(connection);
    let problem = problem.unwrap_or_else(|| stale(&visit, &opened));
    let said = Said { problems: vec![problem], typed: Some((act, fields)), ..Said::default() };
    Ok(page(&console, &visit, &opened, said, status))
}

async fn after_leaving(console: &Console, visit: &Visit, number: &str, act: Act) -> Result<String, Fault> {
    let mut connection = console.store.read().await?;
    match open(&mut connection, visit, number).await {
        Ok(_) => Ok(format!("/console/tickets/{}?done={}", encoded(number), act.name())),
        Err(Fault::NotFound) => Ok("/console".to_owned()),
        Err(fault) => Err(fault),
    }
}

/// Who was first, and what they did.
pub(super) fn stale(visit: &Visit, opened: &Opened) -> Problem {
    let reader = &visit.reader;
    Problem::new(match opened.events.last() {
        Some(event) => reader.say(&phrase!(
            "console-stale",
            event = history::sentence(reader, &opened.names, event),
            at = event.at
        )),
        None => reader.say(&phrase!("console-stale-unknown")),
    })
}

async fn perform(console: &Console, visit: &Visit, number: &str, act: Act, fields: &Fields) -> Result<Outcome, Fault> {
    let version: i64 = fields.get("version").parse().map_err(|_| Fault::Unreadable)?;
    let mut tx = console.store.begin().await?;
    let ticket = casework::find_by_number(&mut tx, number).await?.ok_or(Fault::NotFound)?;
    if !ticket.is_seen_by(&visit.member) {
        return Err(Fault::NotFound);
    }
    if ticket.version != version {
        return Ok(Outcome::Stale);
    }
    let reader = &visit.reader;
    let words = act.field().map_or("", |field| fields.get(field));
    if act == Act::Assign && units::find(&mut tx, words).await?.is_none() {
        return Ok(Outcome::Refused(Problem::at("unit", reader.say(&phrase!("console-unit-unknown")))));
    }
    let office = console.office(visit.now);
    let step = match act.step(ticket, Actor::Staff(&visit.member), words, &office.moment()) {
        Ok(step) => step,
        Err(refusal) => {
            let text = reader.say(&history::refusal(refusal));
            let at_field = matches!(refusal, Refusal::NoReason | Refusal::BadText);
            return Ok(Outcome::Refused(match act.field() {
                Some(field) if at_field => Problem::at(field, text),
                _ => Problem::new(text),
            }));
        }
    };
    let written = match office.take(&mut tx, &step).await {
        Err(StoreError::Conflict) => return Ok(Outcome::Stale),
        other => other?,
    };
    tx.commit().await?;
    for address in written {
        console.wake.wrote_to(&address);
    }
    Ok(Outcome::Done)
}
