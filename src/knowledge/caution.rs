//! From which probability on documents are quoted: the site's thresholds, and those of units that are more careful.

use std::collections::BTreeMap;

use super::Library;
use crate::matching::{Decision, Findings, Thresholds, decide};

/// The thresholds of a site.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Caution {
    /// For units that say nothing else.
    pub site: Thresholds,
    /// For these units, by their code.
    pub units: BTreeMap<String, Thresholds>,
}

impl Caution {
    /// The thresholds for documents of a unit.
    pub fn of(&self, unit: &str) -> Thresholds {
        self.units.get(unit).copied().unwrap_or(self.site)
    }

    /// What to do with a question: the unit whose document comes first says how sure one has to be.
    pub fn decide(&self, library: &Library, findings: &Findings) -> Decision {
        let owner = findings.hits.first().and_then(|hit| library.source(&hit.id));
        let thresholds = owner.map_or(self.site, |source| self.of(&source.unit_code));
        decide(findings, &thresholds)
    }

    /// The same when the person has said that one document is not what they mean. What follows it is never certain.
    pub fn decide_without(&self, library: &Library, findings: &Findings, refused: Option<&str>) -> Decision {
        let was_first = findings.hits.first().is_some_and(|hit| Some(hit.id.as_str()) == refused);
        let mut rest = findings.clone();
        rest.hits.retain(|hit| Some(hit.id.as_str()) != refused);
        if was_first {
            rest.confidence = rest.confidence.min(self.site.choose);
        }
        match self.decide(library, &rest) {
            Decision::Answer(first) if was_first => Decision::Choose(vec![first]),
            decision => decision,
        }
    }
}
