//! The dialogue: where a conversation stands, and what a message does there. Pure: state and message in, state and acts
//! out.

mod act;
mod picked;

use serde::{Deserialize, Serialize};

pub use act::{Act, Answer};

use picked::picked;

use super::{
    action::{Action, UnknownAction},
    intent::{Intended, Lead},
    say::Say,
};
use crate::{
    consultation::Stance,
    locale::Phrase,
    matching::{Decision, Hit, Quote},
    message::Choice,
    phrase,
};

/// Where a conversation stands. Stored between messages.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Dialogue {
    /// What the next words will be taken for.
    pub place: Place,
    /// The answer that was shown last.
    pub matter: Option<Matter>,
    /// Whether the talk is still about it: a question without a matter of its own then asks about this one.
    #[serde(default)]
    pub on_matter: bool,
    /// All answers of the last turn, when one message asked several things.
    #[serde(default)]
    pub answered: Vec<Matter>,
    /// Questions of that message which wait until the one before is settled.
    #[serde(default)]
    pub waiting: Vec<Undecided>,
    /// The consultation that was read last.
    pub reading: Option<String>,
    /// The language that the channel named last: when it names another one, the person has switched their page or app.
    #[serde(default)]
    pub hint: Option<String>,
}

/// What the next words will be taken for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A question, or something that people say to a bot.
    #[default]
    Idle,
    /// The same; matters were offered to choose from.
    Choosing {
        /// What was asked.
        question: String,
        /// The documents that were offered, in order.
        candidates: Vec<String>,
        /// Whether the question leant on the one before.
        #[serde(default)]
        leaning: bool,
    },
    /// The same; routing was offered.
    Routing {
        /// What was asked.
        question: String,
        /// The unit that was proposed.
        unit: String,
        /// The documents that were shown beside, in order.
        candidates: Vec<String>,
        /// Whether the question leant on the one before.
        #[serde(default)]
        leaning: bool,
    },
    /// The question for a person.
    AskingPerson,
    /// The answer to what a unit asked about this ticket.
    AnsweringUnit {
        /// The ticket's number.
        number: String,
    },
    /// Words to a rating of the reply to this ticket.
    ExplainingRating {
        /// The ticket's number.
        number: String,
    },
    /// An opinion on this draft; its stance was asked for.
    Stance {
        /// On which consultation.
        consultation: String,
        /// On which clause, or on the whole.
        clause: Option<i64>,
        /// The opinion that is being changed, if so.
        receipt: Option<String>,
    },
    /// The words of an opinion.
    Writing {
        /// On which consultation.
        consultation: String,
        /// On which clause, or on the whole.
        clause: Option<i64>,
        /// The opinion that is being changed, if so.
        receipt: Option<String>,
        /// For, against, a suggestion.
        stance: Stance,
    },
}

/// An answer that was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// What was asked.
    pub question: String,
    /// What answered it.
    pub document: String,
    /// Whether the question leant on the one before, so that the person didn't say it in these words.
    #[serde(default)]
    pub leaning: bool,
    /// The part of the document to read on with; none when it was shown whole.
    #[serde(default)]
    pub page: Option<usize>,
}

/// A question that no answer is certain for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undecided {
    /// What was asked.
    pub question: String,
    /// Whether it leant on the one before, so that the person didn't say it in these words.
    #[serde(default)]
    pub leaning: bool,
    /// What may answer it, or is near.
    pub candidates: Vec<String>,
    /// Whether a unit has to answer; otherwise the person is asked which candidate is meant.
    pub route: bool,
}

/// A question and what the library makes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question, with the matter put before it if it had none of its own.
    pub question: String,
    /// Whether that was so.
    pub leaning: bool,
    /// What the library makes of it.
    pub verdict: Verdict,
}

/// What the library makes of a question: documents by their ids.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Quote this one; the piece, if the look that found it chose one.
    Answer(String, Option<Quote>),
    /// Ask which of these is meant.
    Choose(Vec<String>),
    /// A unit has to answer; these are near.
    Route(Vec<String>),
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        let ids = |hits: Vec<Hit>| hits.into_iter().map(|hit| hit.id).collect();
        match decision {
            Decision::Answer(hit) => Self::Answer(hit.id, hit.quote),
            Decision::Choose(hits) => Self::Choose(ids(hits)),
            Decision::Route(hits) => Self::Route(ids(hits)),
        }
    }
}

impl Dialogue {
    /// The matter that the talk is about.
    pub fn talked_about(&self) -> Option<&Matter> {
        self.matter.as_ref().filter(|_| self.on_matter)
    }
}

/// A message, understood as far as that needs no state.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A choice came back.
    Picked(Result<Action, UnknownAction>),
    /// Words.
    Words {
        /// The words.
        text: String,
        /// The intent that they express, if any.
        intended: Option<Intended>,
        /// The questions in them, at least one.
        asked: Vec<Asked>,
        /// The answer that they refuse, if they say that something else was meant.
        refused: Option<Matter>,
    },
    /// The person opened the conversation, perhaps by a link that says what for.
    Started(Option<String>),
    /// A picture or the like.
    Unreadable,
    /// Too many words.
    TooLong,
}

/// What a message does.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where the conversation stands then. Acts may still move it.
    pub dialogue: Dialogue,
    /// What to do, in order.
    pub acts: Vec<Act>,
}

/// Takes a message.
pub fn step(dialogue: Dialogue, heard: Heard) -> Step {
    let settles = matches!(
        heard,
        Heard::Picked(Ok(Action::Pick(_) | Action::Route | Action::RouteTo(_) | Action::Cancel)) | Heard::Words { .. }
    );
    let mut step = taken(dialogue, heard);
    if step.acts.iter().any(leaves_the_matter) {
        step.dialogue.on_matter = false;
    }
    // What waits comes up once nothing else is open. A person who went elsewhere isn't called back.
    let settled = |act: &Act| matches!(act, Act::Answer(_) | Act::FileTicket { .. } | Act::Refuse(_) | Act::Say(_));
    let free = step.dialogue.place == Place::Idle && step.acts.iter().all(settled);
    if settles && free && !step.dialogue.waiting.is_empty() {
        let next = step.dialogue.waiting.remove(0);
        offer(&mut step, next, true);
    }
    step
}

fn taken(dialogue: Dialogue, heard: Heard) -> Step {
    match heard {
        Heard::Unreadable => stay(dialogue, Say::text(phrase!("unreadable"))),
        Heard::TooLong => stay(dialogue, Say::text(phrase!("too-long", max = crate::message::MAX_TEXT))),
        Heard::Started(payload) => started(dialogue, payload.as_deref()),
        Heard::Picked(Ok(action)) => picked(dialogue, action),
        Heard::Picked(Err(UnknownAction)) => {
            let say = Say::text(phrase!("choice-unknown")).choice(phrase!("choice-help"), Action::Help);
            stay(dialogue, say)
        }
        Heard::Words { text, intended, asked, refused } => words(dialogue, text, intended, asked, refused),
    }
}

/// Whether the talk is about something else after an act.
fn leaves_the_matter(act: &Act) -> bool {
    !matches!(
        act,
        Act::Say(_)
            | Act::Answer(_)
            | Act::More(..)
            | Act::Feedback(..)
            | Act::Refuse(_)
            | Act::Language(_)
            | Act::Languages
            | Act::Again(_)
    )
}

/// Puts an open question to the person.
fn offer(step: &mut Step, undecided: Undecided, named: bool) {
    // Where routing leads is known when the unit is: the act moves the conversation then.
    if !undecided.route {
        let Undecided { question, leaning, candidates, .. } = undecided.clone();
        step.dialogue.place = Place::Choosing { question, candidates, leaning };
    }
    step.acts.push(Act::Offer { undecided, named });
}

/// The action that words stand for, when they are the number or the label of something that was offered.
pub fn offered_action(offered: &[Choice], text: &str) -> Option<String> {
    let wanted = text.trim().trim_end_matches(['.', '。', '、']);
    let digits: String = wanted
        .chars()
        .map(|c| char::from_u32(u32::from(c).wrapping_sub(0xfee0)).filter(char::is_ascii_digit).unwrap_or(c))
        .collect();
    let by_number = digits.parse::<usize>().ok().and_then(|n| offered.get(n.checked_sub(1)?));
    by_number.or_else(|| offered.iter().find(|choice| choice.label == wanted)).map(|choice| choice.action.clone())
}

fn stay(dialogue: Dialogue, say: Say) -> Step {
    Step { dialogue, acts: vec![Act::Say(say)] }
}

fn go(dialogue: Dialogue, place: Place, act: Act) -> Step {
    Step { dialogue: Dialogue { place, ..dialogue }, acts: vec![act] }
}

fn idle(dialogue: Dialogue, act: Act) -> Step {
    go(dialogue, Place::Idle, act)
}

fn started(dialogue: Dialogue, payload: Option<&str>) -> Step {
    // A link such as t.me/bot?start=c_ebike opens a consultation; any other greets.
    match payload.and_then(|payload| payload.strip_prefix("c_")) {
        Some(id) => idle(dialogue, Act::Consultation(id.to_owned())),
        None => idle(dialogue, Act::Say(greeting())),
    }
}

fn greeting() -> Say {
    menu(Say::text(phrase!("greeting")))
}

fn menu(say: Say) -> Say {
    say.choice(phrase!("choice-consultations"), Action::Consultations)
        .choice(phrase!("choice-mine"), Action::Mine)
        .choice(phrase!("choice-person"), Action::Person)
        .choice(phrase!("choice-languages"), Action::Languages)
}

fn words(
    dialogue: Dialogue,
    text: String,
    intended: Option<Intended>,
    asked: Vec<Asked>,
    refused: Option<Matter>,
) -> Step {
    // Somebody who is writing an opinion or a question for a person writes whatever they like; only a command or an
    // intent in so many words leads away.
    let away = intended.as_ref().is_some_and(|intended| intended.exact);
    match dialogue.place.clone() {
        Place::Writing { consultation, clause, receipt, stance } if !away => {
            let act = match receipt {
                Some(receipt) => Act::RewordOpinion { receipt, stance, text },
                None => Act::FileOpinion { consultation, clause, stance, text },
            };
            return idle(dialogue, act);
        }
        Place::Stance { consultation, clause, receipt } if !away => {
            // They wrote at once what they think: a suggestion, unless they say otherwise.
            let stance = Stance::Suggest;
            let act = match receipt {
                Some(receipt) => Act::RewordOpinion { receipt, stance, text },
                None => Act::FileOpinion { consultation, clause, stance, text },
            };
            return idle(dialogue, act);
        }
        Place::AskingPerson if !away => return idle(dialogue, offer_route(text)),
        Place::AnsweringUnit { number } if !away => return idle(dialogue, Act::AnswerTicket(number, text)),
        Place::ExplainingRating { number } if !away => return idle(dialogue, Act::ExplainRating(number, text)),
        _ => {}
    }
    if intended.as_ref().is_some_and(|intended| intended.lead == Lead::Disclose) {
        // Whatever the library says to it is near: it asks for a paper, not for an answer.
        let candidates = match asked.into_iter().next().map(|one| one.verdict) {
            Some(Verdict::Answer(document, _)) => vec![document],
            Some(Verdict::Choose(candidates) | Verdict::Route(candidates)) => candidates,
            None => Vec::new(),
        };
        return idle(dialogue, Act::Disclose { question: text, candidates });
    }
    let several = asked.len() > 1;
    let answered = asked.iter().any(|one| matches!(one.verdict, Verdict::Answer(..)));
    if let Some(intended) = intended.filter(|intended| intended.exact || !(answered || several)) {
        return intent(dialogue, intended);
    }
    let place = Place::Idle;
    let mut step = Step { dialogue: Dialogue { place, answered: Vec::new(), ..dialogue }, acts: Vec::new() };
    step.acts.extend(refused.map(Act::Refuse));
    let mut undecided = Vec::new();
    for (nth, Asked { question, leaning, verdict }) in (1..).zip(asked) {
        let nth = several.then_some(nth);
        match verdict {
            Verdict::Answer(document, quote) => {
                step.acts.push(Act::Answer(Answer { question, leaning, document, quote, nth, picked: false }));
            }
            Verdict::Choose(candidates) => undecided.push(Undecided { question, leaning, candidates, route: false }),
            Verdict::Route(candidates) => undecided.push(Undecided { question, leaning, candidates, route: true }),
        }
    }
    let mut undecided = undecided.into_iter();
    if let Some(first) = undecided.next() {
        offer(&mut step, first, several);
    }
    // What was asked now comes before what still waits.
    step.dialogue.waiting.splice(0..0, undecided);
    step
}

fn intent(dialogue: Dialogue, Intended { lead, slots, .. }: Intended) -> Step {
    match lead {
        Lead::Act(action) => match action.parse() {
            Ok(action) => picked(dialogue, action),
            Err(UnknownAction) => stay(dialogue, Say::text(phrase!("choice-unknown"))),
        },
        Lead::Say(key) => stay(dialogue, menu(Say::text(Phrase { key, args: Vec::new() }))),
        // Words with their own question come before this; a button has none.
        Lead::Disclose => idle(dialogue, Act::Disclose { question: String::new(), candidates: Vec::new() }),
        Lead::Ask => idle(dialogue, Act::Say(Say::text(phrase!("ask-me")))),
        Lead::Opine => match dialogue.reading.clone() {
            Some(consultation) => idle(dialogue, Act::BeginOpinion(consultation, slots.clause)),
            None => idle(dialogue, Act::Consultations),
        },
        Lead::Language => match slots.language {
            Some(tag) => idle(dialogue, Act::Language(tag)),
            None => idle(dialogue, Act::Languages),
        },
    }
}

/// An offer to route with nothing to look at instead: the person has looked already, or asked for a person.
fn offer_route(question: String) -> Act {
    Act::Offer { undecided: Undecided { question, leaning: false, candidates: Vec::new(), route: true }, named: false }
}

fn stay_and(dialogue: Dialogue, act: Act) -> Step {
    Step { dialogue, acts: vec![act] }
}

#[cfg(test)]
mod tests;
