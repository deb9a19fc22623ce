//! What a choice does that came back: a button, a number, a label.

use super::{Act, Answer, Dialogue, Matter, Place, Step, go, idle, menu, offer_route, stay, stay_and};
use crate::{
    conversation::{action::Action, say::Say},
    phrase,
};

/// Takes a choice.
pub(super) fn picked(dialogue: Dialogue, action: Action) -> Step {
    let gone = |dialogue| stay(dialogue, menu(Say::text(phrase!("choice-gone"))));
    match action {
        Action::Helped(helped) => match dialogue.matter.clone() {
            Some(matter) => judged(dialogue, matter, helped),
            None => gone(dialogue),
        },
        Action::HelpedWith(nth, helped) => match dialogue.answered.get(nth.wrapping_sub(1)).cloned() {
            Some(matter) => judged(dialogue, matter, helped),
            None => gone(dialogue),
        },
        Action::More => match dialogue.matter.clone() {
            Some(matter) => stay_and(dialogue, Act::More(matter, None)),
            None => gone(dialogue),
        },
        Action::MoreOf(nth) => match dialogue.answered.get(nth.wrapping_sub(1)).cloned() {
            Some(matter) => stay_and(dialogue, Act::More(matter, Some(nth))),
            None => gone(dialogue),
        },
        Action::Pick(n) => match dialogue.place.clone() {
            Place::Choosing { question, candidates, leaning }
            | Place::Routing { question, candidates, leaning, .. }
                if n < candidates.len() =>
            {
                let document = candidates.into_iter().nth(n).unwrap_or_default();
                let (quote, nth) = (None, None);
                idle(dialogue, Act::Answer(Answer { question, leaning, document, quote, nth, picked: true }))
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
        Action::AnswerTicket(number) => {
            let say = Say::text(phrase!("answer-unit-write", number = &number))
                .choice(phrase!("choice-cancel"), Action::Cancel);
            go(dialogue, Place::AnsweringUnit { number }, Act::Say(say))
        }
        Action::AskAgain(number) => idle(dialogue, Act::AskAgain(number)),
        Action::ExplainRating(number) => {
            let say = Say::text(phrase!("explain-rating-write")).choice(phrase!("choice-cancel"), Action::Cancel);
            go(dialogue, Place::ExplainingRating { number }, Act::Say(say))
        }
        Action::WithdrawTicket(number) => idle(dialogue, Act::WithdrawTicket(number)),
        Action::Rate(number, rating) => stay_and(dialogue, Act::Rate(number, rating)),
        Action::Language(tag) => stay_and(dialogue, Act::Language(tag)),
        Action::Languages => stay_and(dialogue, Act::Languages),
        Action::MyData => idle(dialogue, Act::MyData),
        Action::ExportData => idle(dialogue, Act::ExportData),
        Action::Again(id) => stay_and(dialogue, Act::Again(id)),
    }
}

/// Records whether an answer helped, and offers to route the question when it didn't.
fn judged(dialogue: Dialogue, matter: Matter, helped: bool) -> Step {
    let question = matter.question.clone();
    let open = dialogue.place.clone();
    let mut step = idle(dialogue, Act::Feedback(matter, helped));
    if helped {
        // A thank-you for one answer leaves the open question about another where it is.
        step.dialogue.place = open;
    } else {
        step.acts.push(offer_route(question));
    }
    step
}
