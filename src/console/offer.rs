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
    learn,
    reader::Reader,
    session::{Fields, Posted, Visit},
    ticket::{Opened, Said, open, page},
};
use crate::{
    casework::{
        Reply, State as TicketState, Ticket,
        learning::{self, Decided, Verdict},
    },
    knowledge::{
        Source,
        interpretation::{self, Item},
        personal::{self, Found, Kind, Public},
    },
    locale::Phrase,
    matching::Thresholds,
    message::{MAX_TEXT, clean},
    phrase,
    store::{Connection, StoreError},
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
    /// What was masked in each of them.
    masks: [Vec<Found>; 3],
}

/// What is known besides of a reply that may become knowledge.
#[derive(Default)]
pub(super) struct Learnt {
    /// The others who got it.
    askers: Vec<Ticket>,
    /// What the unit decided, if it doesn't want to publish it.
    declined: Option<Decided>,
    /// What is published already and answers the question.
    near: Option<Source>,
}

impl Learnt {
    /// Looks it up for a ticket that was answered.
    pub(super) async fn load(
        console: &Console,
        connection: &mut Connection,
        ticket: &Ticket,
    ) -> Result<Self, StoreError> {
        if !matches!(ticket.state, TicketState::Answered { .. } | TicketState::Rated { .. }) {
            return Ok(Self::default());
        }
        let askers = learning::askers(connection, ticket).await?;
        let declined = learning::verdict(connection, &ticket.id, Verdict::Declined).await?;
        Ok(Self { askers, declined, near: near(console, &ticket.question) })
    }
}

/// What is published and would be quoted to whoever asks this now.
pub(super) fn near(console: &Console, question: &str) -> Option<Source> {
    let found = console.library.find(question);
    let sure = found.confidence >= Thresholds::default().answer;
    found.hits.first().filter(|_| sure).and_then(|hit| console.library.source(&hit.id))
}

impl Offer {
    /// What a ticket, its reply and everybody who asked suggest, with whatever is personal masked.
    pub(super) fn of(ticket: &Ticket, reply: &Reply, learnt: &Learnt, public: &Public) -> Self {
        let mut length = 0;
        let mut wordings = learning::wordings(ticket, &learnt.askers);
        wordings.retain(|wording| {
            length += wording.chars().count() + 1;
            length < MAX_TEXT
        });
        let [question, phrasings, answer] =
            [&ticket.question, &wordings.join("\n"), &reply.text].map(|words| personal::mask(words, public));
        let masks = [question.masks, phrasings.masks, answer.masks];
        Self { question: question.text, phrasings: phrasings.text, answer: answer.text, masks }
    }

    /// What a document says now.
    pub(super) fn of_item(item: &Item) -> Self {
        Self {
            question: item.question.clone(),
            phrasings: item.phrasings.join("\n"),
            answer: item.answer.clone(),
            ..Self::default()
        }
    }

    /// What somebody typed.
    pub(super) fn typed(fields: &Fields) -> Self {
        let words = |name: &str| clean(fields.get(name));
        // A question is one line: it becomes a title.
        let question = words("question").split_whitespace().collect::<Vec<_>>().join(" ");
        Self { question, phrasings: words("phrasings"), answer: words("answer"), ..Self::default() }
    }

    /// The further wordings.
    pub(super) fn wordings(&self) -> Vec<String> {
        self.phrasings.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect()
    }

    /// What must be put right before it can be published.
    pub(super) fn problems(&self, reader: &Reader, public: &Public) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (field, words) in self.fields() {
            let needed = field != "phrasings";
            if (needed && words.is_empty()) || words.chars().nth(MAX_TEXT).is_some() {
                problems.push(Problem::at(field, reader.say(&phrase!("console-refused-bad-text"))));
            }
            for found in personal::find_besides(words, public) {
                let kind = reader.say(&called(found.kind));
                let words = words.get(found.range).unwrap_or_default().to_owned();
                problems.push(Problem::at(field, reader.say(&phrase!("console-found", kind = kind, words = words))));
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

/// What a thing that was found is called.
fn called(kind: Kind) -> Phrase {
    match kind {
        Kind::Identity => phrase!("console-personal-identity"),
        Kind::Mobile => phrase!("console-personal-mobile"),
        Kind::Landline => phrase!("console-personal-landline"),
        Kind::BankCard => phrase!("console-personal-bank-card"),
        Kind::Plate => phrase!("console-personal-plate"),
        Kind::Passport => phrase!("console-personal-passport"),
        Kind::Email => phrase!("console-personal-email"),
        Kind::Name => phrase!("console-personal-name"),
        Kind::Address => phrase!("console-personal-address"),
    }
}

/// The ticket page's part on knowledge: the form, or what became of it.
pub(super) fn section(visit: &Visit, opened: &Opened, reply: &Reply, typed: Option<Offer>) -> Markup {
    let (reader, ticket, learnt) = (&visit.reader, &opened.ticket, &opened.learnt);
    let public = Public::of(&opened.names.units);
    let path = format!("/console/tickets/{}", encoded(&ticket.number));
    html! {
        @if let Some(known) = &opened.knowledge {
            h2 id="knowledge" { (reader.say(&phrase!("console-knowledge"))) }
            p {
                a href={ "/console/documents/" (encoded(&known.content.id)) } { (known.content.title) }
                " " (reader.say(&documents::state(&known.state)))
            }
        } @else if visit.member.works_for(&ticket.unit) {
            h2 id="knowledge" { (reader.say(&phrase!("console-knowledge"))) }
            @if let Some(near) = &learnt.near {
                p.hint { (reader.say(&phrase!("learn-published-already"))) " " (link(near)) }
            }
            @if let Some(declined) = &learnt.declined {
                p.said {
                    (reader.say(&phrase!(
                        "learn-declined",
                        by = opened.names.of_login(&declined.login),
                        at = declined.at,
                        reason = &declined.reason
                    )))
                }
            }
            p { (reader.say(&phrase!("console-knowledge-hint"))) }
            form.act method="post" action={ (path) "/knowledge" } {
                (token(visit))
                (fields(reader, &typed.unwrap_or_else(|| Offer::of(ticket, reply, learnt, &public)), &public))
                button { (reader.say(&phrase!("console-propose"))) }
            }
            @if learnt.declined.is_none() { (learn::decline_form(visit, &ticket.number)) }
        }
    }
}

/// A published document by its name, to be opened in the console.
pub(super) fn link(source: &Source) -> Markup {
    let id = source.document_id.split_once('#').map_or(source.document_id.as_str(), |(id, _)| id);
    html! { a href={ "/console/documents/" (encoded(id)) } { (source.label()) } }
}

/// The fields for a question and its answer. What is personal is pointed at below the field that holds it.
pub(super) fn fields(reader: &Reader, offer: &Offer, public: &Public) -> Markup {
    let [question, phrasings, answer] = &offer.masks;
    html! {
        label for="question" { (reader.say(&phrase!("console-knowledge-question"))) }
        textarea id="question" name="question" rows="2" maxlength="4000" required { "\n" (offer.question) }
        (pointed_at(reader, &offer.question, question, public))
        label for="phrasings" { (reader.say(&phrase!("console-knowledge-phrasings"))) }
        textarea id="phrasings" name="phrasings" rows="4" maxlength="4000" { "\n" (offer.phrasings) }
        (pointed_at(reader, &offer.phrasings, phrasings, public))
        label for="answer" { (reader.say(&phrase!("console-knowledge-answer"))) }
        textarea id="answer" name="answer" rows="10" maxlength="4000" required { "\n" (offer.answer) }
        (pointed_at(reader, &offer.answer, answer, public))
    }
}

/// What was masked in a field, or what still has to be taken out, each with what it is.
fn pointed_at(reader: &Reader, words: &str, masks: &[Found], public: &Public) -> Markup {
    let found = if masks.is_empty() { personal::find_besides(words, public) } else { masks.to_vec() };
    let hint = if masks.is_empty() { phrase!("console-found-hint") } else { phrase!("console-masked-hint") };
    let ends = found.iter().map(|one| one.range.end);
    let rest = found.last().map_or(0, |one| one.range.end);
    let befores = std::iter::once(0).chain(ends).zip(found.iter()).map(|(from, one)| from..one.range.start);
    html! {
        @if !found.is_empty() {
            p.hint { (reader.say(&hint)) }
            p.words.found {
                @for (before, one) in befores.zip(&found) {
                    (words.get(before).unwrap_or_default())
                    mark { (words.get(one.range.clone()).unwrap_or_default()) }
                    small { (reader.say(&phrase!("console-found-kind", kind = reader.say(&called(one.kind))))) }
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
        offer.problems(reader, &Public::of(&opened.names.units))
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
