//! What a person can pick, as it travels to the channel and back: `verb`, or `verb:argument…`.
//!
//! What comes back is untrusted: anybody can make up callback data. So an action only names what to do; whether
//! this person may do it is checked when it is done.

use std::{fmt, str::FromStr};

use crate::{casework::Rating, consultation::Stance};

/// The longest action that any channel carries, in bytes (Telegram's callback data).
pub const MAX_BYTES: usize = 64;

/// Something a person picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// The answer helped, or didn't.
    Helped(bool),
    /// The n-th answer of the turn helped, or didn't; from 1.
    HelpedWith(usize, bool),
    /// Show the section around the quotation, or read on.
    More,
    /// The same for the n-th answer of the turn, from 1.
    MoreOf(usize),
    /// The n-th of the matters we offered, from 0.
    Pick(usize),
    /// None of those.
    NoneOfThese,
    /// Route the question to the unit that was proposed.
    Route,
    /// Show all units, to choose another.
    Units,
    /// Route the question to this unit.
    RouteTo(String),
    /// Ask a person.
    Person,
    /// List consultations.
    Consultations,
    /// Show a consultation.
    Consultation(String),
    /// Show a draft's clauses.
    DraftOf(String),
    /// Begin an opinion on a clause, or on the whole draft.
    Opine(String, Option<i64>),
    /// The opinion's stance.
    Stance(Stance),
    /// List one's own questions and opinions.
    Mine,
    /// Show one's own opinion.
    ShowOpinion(String),
    /// Change one's own opinion.
    ChangeOpinion(String),
    /// Withdraw one's own opinion.
    WithdrawOpinion(String),
    /// Show one's own ticket.
    ShowTicket(String),
    /// Withdraw one's own ticket.
    WithdrawTicket(String),
    /// Answer what the unit asked about one's own ticket.
    AnswerTicket(String),
    /// The reply solved nothing: the unit shall look again.
    AskAgain(String),
    /// Say in words why a reply helped or didn't.
    ExplainRating(String),
    /// Rate the reply to one's own ticket.
    Rate(String, Rating),
    /// Read in this language.
    Language(String),
    /// Choose a language.
    Languages,
    /// What is stored about me.
    MyData,
    /// Give me a copy of it.
    ExportData,
    /// Delete it: asks first.
    EraseData,
    /// Delete it: confirmed.
    EraseDataSurely,
    /// Show a message again whose delivery was uncertain.
    Again(String),
    /// Stop what was begun.
    Cancel,
    /// What can you do?
    Help,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Helped(true) => write!(f, "helped:yes"),
            Self::Helped(false) => write!(f, "helped:no"),
            Self::HelpedWith(nth, true) => write!(f, "helped:yes:{nth}"),
            Self::HelpedWith(nth, false) => write!(f, "helped:no:{nth}"),
            Self::More => write!(f, "more"),
            Self::MoreOf(nth) => write!(f, "more:{nth}"),
            Self::Pick(n) => write!(f, "pick:{n}"),
            Self::NoneOfThese => write!(f, "none"),
            Self::Route => write!(f, "route"),
            Self::Units => write!(f, "units"),
            Self::RouteTo(unit) => write!(f, "route-to:{unit}"),
            Self::Person => write!(f, "person"),
            Self::Consultations => write!(f, "consultations"),
            Self::Consultation(id) => write!(f, "consultation:{id}"),
            Self::DraftOf(id) => write!(f, "draft:{id}"),
            Self::Opine(id, Some(clause)) => write!(f, "opine:{id}:{clause}"),
            Self::Opine(id, None) => write!(f, "opine:{id}"),
            Self::Stance(Stance::Support) => write!(f, "stance:support"),
            Self::Stance(Stance::Oppose) => write!(f, "stance:oppose"),
            Self::Stance(Stance::Suggest) => write!(f, "stance:suggest"),
            Self::Mine => write!(f, "mine"),
            Self::ShowOpinion(receipt) => write!(f, "opinion:{receipt}"),
            Self::ChangeOpinion(receipt) => write!(f, "change:{receipt}"),
            Self::WithdrawOpinion(receipt) => write!(f, "unsay:{receipt}"),
            Self::ShowTicket(number) => write!(f, "ticket:{number}"),
            Self::WithdrawTicket(number) => write!(f, "unask:{number}"),
            Self::AnswerTicket(number) => write!(f, "reply-to:{number}"),
            Self::AskAgain(number) => write!(f, "ask-again:{number}"),
            Self::ExplainRating(number) => write!(f, "explain:{number}"),
            Self::Rate(number, Rating::Helped) => write!(f, "rate:{number}:yes"),
            Self::Rate(number, Rating::NotHelped) => write!(f, "rate:{number}:no"),
            Self::Language(tag) => write!(f, "language:{tag}"),
            Self::Languages => write!(f, "languages"),
            Self::MyData => write!(f, "data"),
            Self::ExportData => write!(f, "data-copy"),
            Self::EraseData => write!(f, "data-erase"),
            Self::EraseDataSurely => write!(f, "data-erase-surely"),
            Self::Again(id) => write!(f, "again:{id}"),
            Self::Cancel => write!(f, "cancel"),
            Self::Help => write!(f, "help"),
        }
    }
}

/// Not an action of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an action of ours")]
pub struct UnknownAction;

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(text: &str) -> Result<Self, UnknownAction> {
        if text.len() > MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(UnknownAction);
        }
        let mut parts = text.split(':');
        let verb = parts.next().unwrap_or_default();
        let first = parts.next().filter(|argument| !argument.is_empty()).map(str::to_owned);
        let second = parts.next();
        if parts.next().is_some() {
            return Err(UnknownAction);
        }
        Ok(match (verb, first, second) {
            ("helped", Some(word), None) => Self::Helped(yes(&word)?),
            ("helped", Some(word), Some(nth)) => Self::HelpedWith(nth.parse().map_err(|_| UnknownAction)?, yes(&word)?),
            ("more", None, None) => Self::More,
            ("more", Some(nth), None) => Self::MoreOf(nth.parse().map_err(|_| UnknownAction)?),
            ("pick", Some(n), None) => Self::Pick(n.parse().map_err(|_| UnknownAction)?),
            ("none", None, None) => Self::NoneOfThese,
            ("route", None, None) => Self::Route,
            ("units", None, None) => Self::Units,
            ("route-to", Some(unit), None) => Self::RouteTo(unit),
            ("person", None, None) => Self::Person,
            ("consultations", None, None) => Self::Consultations,
            ("consultation", Some(id), None) => Self::Consultation(id),
            ("draft", Some(id), None) => Self::DraftOf(id),
            ("opine", Some(id), None) => Self::Opine(id, None),
            ("opine", Some(id), Some(clause)) => Self::Opine(id, Some(clause.parse().map_err(|_| UnknownAction)?)),
            ("stance", Some(word), None) => Self::Stance(match word.as_str() {
                "support" => Stance::Support,
                "oppose" => Stance::Oppose,
                "suggest" => Stance::Suggest,
                _ => return Err(UnknownAction),
            }),
            ("mine", None, None) => Self::Mine,
            ("opinion", Some(receipt), None) => Self::ShowOpinion(receipt),
            ("change", Some(receipt), None) => Self::ChangeOpinion(receipt),
            ("unsay", Some(receipt), None) => Self::WithdrawOpinion(receipt),
            ("ticket", Some(number), None) => Self::ShowTicket(number),
            ("unask", Some(number), None) => Self::WithdrawTicket(number),
            ("reply-to", Some(number), None) => Self::AnswerTicket(number),
            ("ask-again", Some(number), None) => Self::AskAgain(number),
            ("explain", Some(number), None) => Self::ExplainRating(number),
            ("rate", Some(number), Some(word)) => {
                Self::Rate(number, if yes(word)? { Rating::Helped } else { Rating::NotHelped })
            }
            ("language", Some(tag), None) => Self::Language(tag),
            ("languages", None, None) => Self::Languages,
            ("data", None, None) => Self::MyData,
            ("data-copy", None, None) => Self::ExportData,
            ("data-erase", None, None) => Self::EraseData,
            ("data-erase-surely", None, None) => Self::EraseDataSurely,
            ("again", Some(id), None) => Self::Again(id),
            ("cancel", None, None) => Self::Cancel,
            ("help", None, None) => Self::Help,
            _ => return Err(UnknownAction),
        })
    }
}

fn yes(word: &str) -> Result<bool, UnknownAction> {
    match word {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(UnknownAction),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_action() -> impl Strategy<Value = Action> {
        let id = "[a-z0-9-]{1,40}";
        prop_oneof![
            any::<bool>().prop_map(Action::Helped),
            (0usize..99).prop_map(Action::Pick),
            (0usize..9, any::<bool>()).prop_map(|(nth, helped)| Action::HelpedWith(nth, helped)),
            (0usize..9).prop_map(Action::MoreOf),
            id.prop_map(Action::RouteTo),
            (id, proptest::option::of(1i64..999)).prop_map(|(id, clause)| Action::Opine(id, clause)),
            id.prop_map(|number| Action::Rate(number, Rating::NotHelped)),
            id.prop_map(Action::Again),
            Just(Action::EraseDataSurely),
            Just(Action::Stance(Stance::Oppose)),
        ]
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(action in any_action()) {
            let text = action.to_string();
            prop_assert!(text.len() <= MAX_BYTES);
            prop_assert_eq!(text.parse::<Action>(), Ok(action));
        }

        #[test]
        fn whatever_comes_in_is_an_action_or_refused(text in ".{0,100}") {
            if let Ok(action) = text.parse::<Action>() {
                let same: Action = action.to_string().parse().unwrap();
                prop_assert_eq!(same, action);
            }
        }
    }
}
