//! Answer, ask back, or hand over to people.

use crate::matching::findings::{Findings, Hit};
use crate::matching::weights::Thresholds;

/// How many documents a citizen is asked to choose from, at most.
pub const CHOICES: usize = 3;

/// What to do with a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Quote this document.
    Answer(Hit),
    /// Ask which of these is meant: one to [`CHOICES`] of them, the likeliest first.
    Choose(Vec<Hit>),
    /// Nothing fits: a unit has to answer. What is near may be shown beside: none to [`NEAR`] hits.
    Route(Vec<Hit>),
}

/// From this share of the question's weight on a hit is worth asking about, however doubtful which of several hits is
/// meant: somebody who writes one word only has named a matter, not a question.
const COVERED: f64 = 0.6;

/// How many near hits are shown beside an offer to route, at most.
pub const NEAR: usize = 2;

/// From this share of the question's weight on a hit is near.
const NEARBY: f64 = 0.3;

/// Decides from the confidence. Anything that is no number counts as no confidence.
pub fn decide(findings: &Findings, thresholds: &Thresholds) -> Decision {
    let Some(first) = findings.hits.first() else { return Decision::Route(Vec::new()) };
    if findings.confidence >= thresholds.answer {
        Decision::Answer(first.clone())
    } else if findings.confidence >= thresholds.choose || first.held.share() >= COVERED {
        Decision::Choose(findings.hits.iter().take(CHOICES).cloned().collect())
    } else {
        let near = findings.hits.iter().filter(|hit| hit.held.share() >= NEARBY).take(NEAR);
        Decision::Route(near.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::held::Held;

    fn findings(confidence: f64, hits: usize) -> Findings {
        let hit =
            |n: usize| Hit { id: n.to_string(), score: 0.0, features: Vec::new(), quote: None, held: Held::default() };
        Findings { hits: (0..hits).map(hit).collect(), confidence, ..Findings::default() }
    }

    #[test]
    fn thresholds_are_reached_from_below() {
        let thresholds = Thresholds { answer: 0.7, choose: 0.3 };
        let kind = |confidence, hits| match decide(&findings(confidence, hits), &thresholds) {
            Decision::Answer(hit) => format!("answer {}", hit.id),
            Decision::Choose(hits) => format!("choose {}", hits.len()),
            Decision::Route(near) => format!("route {}", near.len()),
        };
        assert_eq!(kind(0.7, 5), "answer 0");
        assert_eq!(kind(0.69, 5), "choose 3");
        assert_eq!(kind(0.69, 1), "choose 1");
        assert_eq!(kind(0.29, 5), "route 0");
        assert_eq!(kind(1.0, 0), "route 0");
        assert_eq!(kind(f64::NAN, 5), "route 0");
    }
}
