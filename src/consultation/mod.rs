//! Consultations (意见征集): pending decisions put to the public, what the public said, and what became of it.

mod lifecycle;
mod opinion;
mod records;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use lifecycle::{Basis, PeriodFault, Phase, Stage, check_period};
pub use opinion::{MAX_TEXT as MAX_OPINION, Opinion, OpinionPhase, OpinionRefusal, Stance};
pub use records::{
    Changed, Draft, DraftAdoption, DraftOpinion, Given, Tally, adoptions, all, change_opinion, changed_after, clauses,
    file_opinion, find, find_opinion, forget, import, of_citizen, of_unit, opinion_by_id, opinions, public, tally,
};

/// A decision that is put to the public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consultation {
    /// The id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The lead unit (Decree 713, Art. 11).
    pub unit: String,
    /// Which rule sets the shortest period.
    pub basis: Basis,
    /// How far people took it; dates do the rest, see [`Consultation::stage`].
    pub phase: Phase,
    /// The first day on which opinions are taken.
    pub opens_on: Date,
    /// The last such day.
    pub closes_on: Date,
    /// Why the period is shorter than normal, or empty.
    pub short_reason: String,
    /// Whom to ask.
    pub contact: String,
    /// The explanation of the draft, which is published with it (Decree 713, Art. 15).
    pub explanation: String,
}

/// A clause (条款) of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its number, from 1.
    pub number: i64,
    /// Its heading.
    pub heading: String,
    /// Its words.
    pub text: String,
}

/// What became of some opinions, and why (采纳情况).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The clause, or the whole draft.
    pub clause: Option<i64>,
    /// How many opinions it answers.
    pub opinions: Vec<String>,
    /// Whether they were followed.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// Whether opinions were followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As proposed.
    Adopted,
    /// In part.
    Partly,
    /// Not.
    Rejected,
}
