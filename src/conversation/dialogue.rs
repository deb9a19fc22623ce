//! The dialogue: where a conversation stands, and what a message does there. Pure: state and message in, state and acts
//! out.

use serde::{Deserialize, Serialize};

use super::{
    action::{Action, UnknownAction},
    intent::{Intended, Lead},
    say::Say,
};
use crate::{
    casework::Rating,
    consultation::Stance,
    locale::Phrase,
    matching::{Decision, Hit},
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
    },
    /// The same; routing was offered.
    Routing {
        /// What was asked.
        question: String,
        /// The unit that was proposed.
        unit: String,
        /// The documents that were shown beside, in order.
        candidates: Vec<String>,
    },
    /// The question for a person.
    AskingPerson,
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
        /// What the library makes of them.
        decision: Box<Decision>,
    },
    /// The person opened the conversation, perhaps by a link that says what for.
    Started(Option<String>),
    /// A picture or the like.
    Unreadable,
    /// Too many words.
    TooLong,
}

/// Something to do. Acts that touch the store are performed by `acts`.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Say this.
    Say(Say),
    /// Quote an answer.
    Answer {
        /// What was asked.
        question: String,
        /// What answers it.
        document: String,
        /// The look that found it; none when the person picked the document.
        hit: Option<Box<Hit>>,
    },
    /// Ask which of these is meant.
    OfferMatters {
        /// What was asked.
        question: String,
        /// What may answer it.
        candidates: Vec<String>,
    },
    /// Offer to route a question.
    OfferRoute {
        /// The question.
        question: String,
        /// Documents that are near, to look at instead.
        candidates: Vec<String>,
    },
    /// Show all units to choose from.
    ShowUnits {
        /// The question.
        question: String,
    },
    /// Make a ticket.
    FileTicket {
        /// The question.
        question: String,
        /// The unit.
        unit: String,
        /// Whether the person chose the unit, and not the bot.
        chosen: bool,
    },
    /// Show the whole section around the last quotation.
    More(Matter),
    /// Record whether an answer helped.
    Feedback(Matter, bool),
    /// List consultations.
    Consultations,
    /// Show one.
    Consultation(String),
    /// Show its clauses.
    Draft(String),
    /// Ask for the stance of an opinion.
    BeginOpinion(String, Option<i64>),
    /// Ask for the stance of an opinion anew.
    BeginChange(String),
    /// Take an opinion.
    FileOpinion {
        /// On which consultation.
        consultation: String,
        /// On which clause, or on the whole.
        clause: Option<i64>,
        /// For, against, a suggestion.
        stance: Stance,
        /// The words.
        text: String,
    },
    /// Change an opinion.
    RewordOpinion {
        /// Which.
        receipt: String,
        /// For, against, a suggestion.
        stance: Stance,
        /// The words.
        text: String,
    },
    /// List the person's questions and opinions.
    Mine,
    /// Show one opinion.
    ShowOpinion(String),
    /// Withdraw it.
    WithdrawOpinion(String),
    /// Show one ticket.
    ShowTicket(String),
    /// Withdraw it.
    WithdrawTicket(String),
    /// Rate its reply.
    Rate(String, Rating),
    /// Read in another language.
    Language(String),
    /// Offer the languages.
    Languages,
    /// Tell what is stored.
    MyData,
    /// Give a copy.
    ExportData,
    /// Delete.
    EraseData,
    /// Show a message again.
    Again(String),
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
    match heard {
        Heard::Unreadable => stay(dialogue, Say::text(phrase!("unreadable"))),
        Heard::TooLong => stay(dialogue, Say::text(phrase!("too-long", max = crate::message::MAX_TEXT))),
        Heard::Started(payload) => started(dialogue, payload.as_deref()),
        Heard::Picked(Ok(action)) => picked(dialogue, action),
        Heard::Picked(Err(UnknownAction)) => {
            let say = Say::text(phrase!("choice-unknown")).choice(phrase!("choice-help"), Action::Help);
            stay(dialogue, say)
        }
        Heard::Words { text, intended, decision } => words(dialogue, text, intended, *decision),
    }
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

fn words(dialogue: Dialogue, text: String, intended: Option<Intended>, decision: Decision) -> Step {
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
        _ => {}
    }
    match (intended, decision) {
        (Some(intended), _) if intended.exact => intent(dialogue, intended),
        (_, Decision::Answer(hit)) => {
            let document = hit.id.clone();
            idle(dialogue, Act::Answer { question: text, document, hit: Some(Box::new(hit)) })
        }
        (Some(intended), _) => intent(dialogue, intended),
        (None, Decision::Choose(hits)) => {
            let candidates: Vec<String> = hits.into_iter().map(|hit| hit.id).collect();
            let place = Place::Choosing { question: text.clone(), candidates: candidates.clone() };
            go(dialogue, place, Act::OfferMatters { question: text, candidates })
        }
        (None, Decision::Route(near)) => {
            let candidates = near.into_iter().map(|hit| hit.id).collect();
            idle(dialogue, Act::OfferRoute { question: text, candidates })
        }
    }
}

fn intent(dialogue: Dialogue, Intended { lead, slots, .. }: Intended) -> Step {
    match lead {
        Lead::Act(action) => match action.parse() {
            Ok(action) => picked(dialogue, action),
            Err(UnknownAction) => stay(dialogue, Say::text(phrase!("choice-unknown"))),
        },
        Lead::Say(key) => stay(dialogue, menu(Say::text(Phrase { key, args: Vec::new() }))),
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

fn picked(dialogue: Dialogue, action: Action) -> Step {
    let gone = |dialogue| stay(dialogue, menu(Say::text(phrase!("choice-gone"))));
    match action {
        Action::Helped(helped) => match dialogue.matter.clone() {
            Some(matter) => {
                let question = matter.question.clone();
                let mut step = idle(dialogue, Act::Feedback(matter, helped));
                if !helped {
                    step.acts.push(offer_route(question));
                }
                step
            }
            None => gone(dialogue),
        },
        Action::More => match dialogue.matter.clone() {
            Some(matter) => stay_and(dialogue, Act::More(matter)),
            None => gone(dialogue),
        },
        Action::Pick(n) => match dialogue.place.clone() {
            Place::Choosing { question, candidates } | Place::Routing { question, candidates, .. }
                if n < candidates.len() =>
            {
                let document = candidates.into_iter().nth(n).unwrap_or_default();
                idle(dialogue, Act::Answer { question, document, hit: None })
            }
            _ => gone(dialogue),
        },
        Action::NoneOfThese => match dialogue.place.clone() {
            Place::Choosing { question, .. } => idle(dialogue, offer_route(question)),
            _ => gone(dialogue),
        },
        Action::Route => match dialogue.place.clone() {
            Place::Routing { question, unit, .. } => idle(dialogue, Act::FileTicket { question, unit, chosen: false }),
            _ => gone(dialogue),
        },
        Action::Units => match dialogue.place.clone() {
            Place::Routing { question, .. } => stay_and(dialogue, Act::ShowUnits { question }),
            _ => gone(dialogue),
        },
        Action::RouteTo(unit) => match dialogue.place.clone() {
            Place::Routing { question, .. } => idle(dialogue, Act::FileTicket { question, unit, chosen: true }),
            _ => gone(dialogue),
        },
        Action::Person => {
            let say = Say::text(phrase!("person-which")).choice(phrase!("choice-cancel"), Action::Cancel);
            go(dialogue, Place::AskingPerson, Act::Say(say))
        }
        Action::Stance(stance) => match dialogue.place.clone() {
            Place::Stance { consultation, clause, receipt } => {
                let place = Place::Writing { consultation, clause, receipt, stance };
                let say = Say::text(phrase!("opinion-write")).choice(phrase!("choice-cancel"), Action::Cancel);
                go(dialogue, place, Act::Say(say))
            }
            _ => gone(dialogue),
        },
        Action::Cancel => idle(dialogue, Act::Say(menu(Say::text(phrase!("cancelled"))))),
        Action::Help => stay(dialogue, menu(Say::text(phrase!("help")))),
        Action::EraseData => {
            let say = Say::text(phrase!("data-erase-sure"))
                .choice(phrase!("choice-erase-surely"), Action::EraseDataSurely)
                .choice(phrase!("choice-cancel"), Action::Cancel);
            idle(dialogue, Act::Say(say))
        }
        Action::EraseDataSurely => Step { dialogue: Dialogue::default(), acts: vec![Act::EraseData] },
        Action::Consultations => idle(dialogue, Act::Consultations),
        Action::Consultation(id) => idle(dialogue, Act::Consultation(id)),
        Action::DraftOf(id) => idle(dialogue, Act::Draft(id)),
        Action::Opine(id, clause) => idle(dialogue, Act::BeginOpinion(id, clause)),
        Action::Mine => idle(dialogue, Act::Mine),
        Action::ShowOpinion(receipt) => idle(dialogue, Act::ShowOpinion(receipt)),
        Action::ChangeOpinion(receipt) => idle(dialogue, Act::BeginChange(receipt)),
        Action::WithdrawOpinion(receipt) => idle(dialogue, Act::WithdrawOpinion(receipt)),
        Action::ShowTicket(number) => idle(dialogue, Act::ShowTicket(number)),
        Action::WithdrawTicket(number) => idle(dialogue, Act::WithdrawTicket(number)),
        Action::Rate(number, rating) => stay_and(dialogue, Act::Rate(number, rating)),
        Action::Language(tag) => stay_and(dialogue, Act::Language(tag)),
        Action::Languages => stay_and(dialogue, Act::Languages),
        Action::MyData => idle(dialogue, Act::MyData),
        Action::ExportData => idle(dialogue, Act::ExportData),
        Action::Again(id) => stay_and(dialogue, Act::Again(id)),
    }
}

/// An offer to route with nothing to look at instead: the person has looked already, or asked for a person.
fn offer_route(question: String) -> Act {
    Act::OfferRoute { question, candidates: Vec::new() }
}

fn stay_and(dialogue: Dialogue, act: Act) -> Step {
    Step { dialogue, acts: vec![act] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_place() -> impl Strategy<Value = Place> {
        let receipt = || proptest::option::of("Y-[A-Z]{4}");
        prop_oneof![
            Just(Place::Idle),
            Just(Place::AskingPerson),
            proptest::collection::vec("[a-z]{1,5}", 0..3)
                .prop_map(|candidates| Place::Choosing { question: "问".into(), candidates }),
            Just(Place::Routing { question: "问".into(), unit: "u".into(), candidates: vec!["d".into()] }),
            receipt().prop_map(|receipt| Place::Stance { consultation: "c".into(), clause: Some(1), receipt }),
            receipt().prop_map(|receipt| Place::Writing {
                consultation: "c".into(),
                clause: None,
                receipt,
                stance: Stance::Oppose
            }),
        ]
    }

    fn any_heard() -> impl Strategy<Value = Heard> {
        let words =
            |text: String| Heard::Words { text, intended: None, decision: Box::new(Decision::Route(Vec::new())) };
        prop_oneof![
            "\\PC{1,30}".prop_map(words),
            "[a-z-]{1,12}(:[a-z0-9-]{1,9}){0,2}".prop_map(|action| Heard::Picked(action.parse())),
            proptest::option::of("[a-z_]{0,9}").prop_map(Heard::Started),
            Just(Heard::Unreadable),
            Just(Heard::TooLong),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_heard_is_answered(
            place in any_place(),
            heard in any_heard(),
            reading in proptest::option::of("[a-z]{1,5}"),
        ) {
            let dialogue = Dialogue { place, reading, ..Dialogue::default() };
            prop_assert!(!step(dialogue, heard).acts.is_empty());
        }
    }

    #[test]
    fn the_words_of_an_opinion_are_never_a_question() {
        let place =
            Place::Writing { consultation: "c".into(), clause: Some(3), receipt: None, stance: Stance::Suggest };
        let heard = Heard::Words {
            text: "社保卡丢了怎么办".into(),
            intended: None,
            decision: Box::new(Decision::Route(Vec::new())),
        };
        let step = step(Dialogue { place, ..Dialogue::default() }, heard);
        assert!(
            matches!(&step.acts[..], [Act::FileOpinion { clause: Some(3), text, .. }] if text == "社保卡丢了怎么办")
        );
        assert_eq!(step.dialogue.place, Place::Idle);
    }

    #[test]
    fn numbers_and_labels_stand_for_what_was_offered() {
        let offered = [
            Choice { label: "有用".into(), action: "helped:yes".into() },
            Choice { label: "没帮到我".into(), action: "helped:no".into() },
        ];
        for (text, action) in [
            ("1", Some("helped:yes")),
            ("２。", Some("helped:no")),
            ("没帮到我", Some("helped:no")),
            ("3", None),
            ("0", None),
        ] {
            assert_eq!(offered_action(&offered, text).as_deref(), action, "{text}");
        }
    }
}
