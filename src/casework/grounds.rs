//! What was known when a ticket was filed: why the bot did not answer, and why it proposed the unit. Nothing about the
//! person but words of the question.

use serde::{Deserialize, Serialize};

use super::{Ground, Proposal};
use crate::matching::Explanation;

/// As many proposed units are kept.
const KEPT: usize = 3;

/// Why a ticket was filed, and with which unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// Why the bot did not answer.
    pub explanation: Explanation,
    /// The units that it would have proposed, the likeliest first.
    pub proposed: Vec<Proposed>,
}

/// A unit as it was proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its code.
    pub unit: String,
    /// Between 0 and 1.
    pub probability: f64,
    /// Whether the question names it.
    pub named: bool,
}

impl Grounds {
    /// Of an explanation and of what routing proposes.
    pub fn new(explanation: Explanation, proposals: &[Proposal]) -> Self {
        let proposed = proposals.iter().take(KEPT).map(|proposal| Proposed {
            unit: proposal.unit.clone(),
            probability: proposal.probability,
            named: proposal.grounds.iter().any(|ground| matches!(ground, Ground::Named(_))),
        });
        Self { explanation, proposed: proposed.collect() }
    }
}
