//! What a step of the dialogue leads to.

use crate::{
    casework::Rating,
    consultation::Stance,
    conversation::{
        dialogue::{Matter, Undecided},
        say::Say,
    },
    matching::Quote,
};

/// Something to do. Acts that touch the store are performed by `acts`.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// Say this.
    Say(Say),
    /// Quote an answer.
    Answer(Answer),
    /// Ask which of the candidates is meant, or offer to route the question and show what is near.
    Offer {
        /// The question with its candidates.
        undecided: Undecided,
        /// Whether to say which question this is about: there were several.
        named: bool,
    },
    /// Tell the way of a request for government information.
    Disclose {
        /// The request in the person's words.
        question: String,
        /// Documents that are near: perhaps what is wanted is public already.
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
    /// Show the section around a quotation, or what follows it; of this answer of the turn, when there were several.
    More(Matter, Option<usize>),
    /// Record whether an answer helped.
    Feedback(Matter, bool),
    /// Record that an answer was to another question, and say nothing.
    Refuse(Matter),
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
    /// Answer what the unit asked about it.
    AnswerTicket(String, String),
    /// Have the unit look at it again.
    AskAgain(String),
    /// Say in words why its reply helped or didn't.
    ExplainRating(String, String),
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

/// An answer to quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was asked.
    pub question: String,
    /// Whether the question leant on the one before.
    pub leaning: bool,
    /// What answers it.
    pub document: String,
    /// What the look that found it would quote; none where the document was chosen otherwise.
    pub quote: Option<Quote>,
    /// Which question of the message it answers, from 1; none when there was one.
    pub nth: Option<usize>,
    /// Whether the person picked it out of several: their words are a wording of it.
    pub picked: bool,
}
