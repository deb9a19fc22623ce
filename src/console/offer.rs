//! A reply becomes knowledge: staff propose question and answer, a reviewer publishes them on the documents' page.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{
    Console, documents,
    frame::Fault,
    layout::{Problem, encoded, token},
    reader::Reader,
    session::{Fields, Posted, Visit},
    ticket::{Said, open, page},
};
use crate::{
    casework::{Reply, State as TicketState, Ticket},
    knowledge::{
        interpretation::{self, Item, StoredInterpretation},
        personal::{self, Kind},
    },
    message::{MAX_TEXT, clean},
    phrase,
};

/// A question and its answer, as a form holds them.
#[derive(Debug, Clone, Default)]
pub(super) struct Offer {
    /// The question, in general words.
    pub(super) question: String,
    /// Other wordings, one a line.
    pub(super) phrasings: String,
    /// The answer.
    pub(super) answer: String,
}

impl Offer {
    /// What a ticket and its reply suggest.
    pub(super) fn of(ticket: &Ticket, reply: &Reply) -> Self {
        Self { question: ticket.question.clone(), phrasings: String::new(), answer: reply.text.clone() }
    }

    /// What a document says now.
    pub(super) fn of_item(item: &Item) -> Self {
        Self { question: item.question.clone(), phrasings: item.phrasings.join("\n"), answer: item.answer.clone() }
    }

    /// What somebody typed.
    pub(super) fn typed(fields: &Fields) -> Self {
        let words = |name: &str| clean(fields.get(name));
        // A question is one line: it becomes a title.
        let question = words("question").split_whitespace().collect::<Vec<_>>().join(" ");
        Self { question, phrasings: words("phrasings"), answer: words("answer") }
    }

    /// The further wordings.
    pub(super) fn wordings(&self) -> Vec<String> {
        self.phrasings.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
    }

    /// What must be put right before it can be published.
    pub(super) fn problems(&self, reader: &Reader) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (field, words) in self.fields() {
            let needed = field != "phrasings";
            if (needed && words.is_empty()) || words.chars().nth(MAX_TEXT).is_some() {
                problems.push(Problem::at(field, reader.say(&phrase!("console-refused-bad-text"))));
            }
            for found in personal::find(words) {
                let number = words.get(found.range).unwrap_or_default().to_owned();
                problems.push(Problem::at(
                    field,
                    reader.say(&match found.kind {
                        Kind::Identity => phrase!("console-found-identity", number = number),
                        Kind::Mobile => phrase!("console-found-mobile", number = number),
                    }),
                ));
            }
        }
        problems
    }

    fn fields(&self) -> [(&'static str, &str); 3] {
        [("question", &self.question), ("phrasings", &self.phrasings), ("answer", &self.answer)]
    }
}

/// The id under which a ticket's reply becomes knowledge: one ticket, one document.
pub(super) fn id_for(ticket: &Ticket) -> String {
    format!("reply-{}", ticket.number)
}

/// The ticket page's part on knowledge: the form, or what became of it.
pub(super) fn section(visit: &Visit, ticket: &Ticket, known: Option<&StoredInterpretation>, offer: &Offer) -> Markup {
    let reader = &visit.reader;
    html! {
        @if let Some(known) = known {
            h2 { (reader.say(&phrase!("console-knowledge"))) }
            p {
                a href={ "/console/documents/" (encoded(&known.content.id)) } { (known.content.title) }
                " " (reader.say(&documents::state(&known.state)))
            }
        } @else if visit.member.works_for(&ticket.unit) {
            h2 { (reader.say(&phrase!("console-knowledge"))) }
            p { (reader.say(&phrase!("console-knowledge-hint"))) }
            form.act method="post" action={ "/console/tickets/" (encoded(&ticket.number)) "/knowledge" } {
                (token(visit))
                (fields(reader, offer))
                button { (reader.say(&phrase!("console-propose"))) }
            }
        }
    }
}

/// The fields for a question and its answer. Numbers of persons are pointed at below the field that holds them.
pub(super) fn fields(reader: &Reader, offer: &Offer) -> Markup {
    html! {
        label for="question" { (reader.say(&phrase!("console-knowledge-question"))) }
        textarea id="question" name="question" rows="2" maxlength="4000" required { "\n" (offer.question) }
        (pointed_at(reader, &offer.question))
        label for="phrasings" { (reader.say(&phrase!("console-knowledge-phrasings"))) }
        textarea id="phrasings" name="phrasings" rows="4" maxlength="4000" { "\n" (offer.phrasings) }
        (pointed_at(reader, &offer.phrasings))
        label for="answer" { (reader.say(&phrase!("console-knowledge-answer"))) }
        textarea id="answer" name="answer" rows="10" maxlength="4000" required { "\n" (offer.answer) }
        (pointed_at(reader, &offer.answer))
    }
}

fn pointed_at(reader: &Reader, words: &str) -> Markup {
    let found = personal::find(words);
    let ends = found.iter().map(|one| one.range.end);
    let rest = found.last().map_or(0, |one| one.range.end);
    let befores = std::iter::once(0).chain(ends).zip(found.iter()).map(|(from, one)| from..one.range.start);
    html! {
        @if !found.is_empty() {
            p.hint { (reader.say(&phrase!("console-found-hint"))) }
            p.words.found {
                @for (before, one) in befores.zip(&found) {
                    (words.get(before).unwrap_or_default())
                    mark { (words.get(one.range.clone()).unwrap_or_default()) }
                }
                (words.get(rest..).unwrap_or_default())
            }
        }
    }
}

/// Takes a proposal. A reviewer publishes it later.
pub(super) async fn propose(
    State(console): State<Console>,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, Fault> {
    let Posted { visit, fields } = posted;
    tried(&console, &number, &visit, &fields).await.map_err(|fault| fault.keeping(&fields))
}

async fn tried(console: &Console, number: &str, visit: &Visit, fields: &Fields) -> Result<Response, Fault> {
    let offer = Offer::typed(fields);
    let mut tx = console.store.begin().await?;
    let opened = open(console, &mut tx, visit, number).await?;
    let reader = &visit.reader;
    let answered = matches!(opened.ticket.state, TicketState::Answered { .. } | TicketState::Rated { .. });
    let problems = if !visit.member.works_for(&opened.ticket.unit) {
        vec![Problem::new(reader.say(&phrase!("console-refused-missing-role")))]
    } else if !answered || opened.knowledge.is_some() {
        vec![Problem::new(reader.say(&phrase!("console-refused-wrong-state")))]
    } else {
        offer.problems(reader)
    };
    if !problems.is_empty() {
        drop(tx);
        let said = Said { problems, kept: fields.worth_keeping(), offered: Some(offer), ..Said::default() };
        return Ok(page(console, visit, &opened, said, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let reply = interpretation::Reply {
        question: offer.question.clone(),
        phrasings: offer.wordings(),
        answer: offer.answer.clone(),
        unit: opened.ticket.unit.clone(),
    };
    let id = id_for(&opened.ticket);
    let proposed = interpretation::propose_reply(&mut tx, &id, &reply, &visit.member.login, visit.now).await;
    match proposed {
        Ok(()) => tx.commit().await?,
        Err(error) if error.is_transient() => {
            // Perhaps a colleague proposed it at the same moment: one ticket, one document.
            drop(tx);
            let problems = vec![Problem::new(reader.say(&phrase!("console-stale-unknown")))];
            let said = Said { problems, kept: fields.worth_keeping(), offered: Some(offer), ..Said::default() };
            return Ok(page(console, visit, &opened, said, StatusCode::CONFLICT));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&format!("/console/tickets/{}?done=proposed", encoded(number))).into_response())
}
