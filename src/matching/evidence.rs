//! Why a hit was given: something an official can read, and a program too.

use crate::matching::features::{DECIDING, RANKING};
use crate::matching::findings::Findings;
use crate::matching::weights::Weights;
use serde::Serialize;
use std::fmt;

/// A term and its share of the question, from 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TermWeight {
    /// The term.
    pub term: String,
    /// Its share.
    pub share: f64,
}

/// A feature by name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Feature {
    /// Its name, as in `weights.toml`.
    pub name: &'static str,
    /// Its value, about 0 to 1.
    pub value: f64,
    /// What it did to the log-odds by being what it is and not what is usual; only for the first hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<f64>,
}

/// Why a hit stands where it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The document.
    pub id: String,
    /// Its place, from 1.
    pub place: usize,
    /// The probability that it answers; only the first hit has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What was matched, the weightiest first.
    pub matched: Vec<TermWeight>,
    /// What was asked and is not in the document.
    pub missing: Vec<TermWeight>,
    /// The features, with what each did for the first hit.
    pub features: Vec<Feature>,
}

impl Evidence {
    /// Explains a hit by its place, from 0. `None` where there is no such hit. `weights` are those of the index
    /// that found it.
    pub fn of(findings: &Findings, place: usize, weights: &Weights) -> Option<Self> {
        let hit = findings.hits.get(place)?;
        let weight = |(term, share): &(String, f64)| TermWeight { term: term.clone(), share: *share };
        let features = if place == 0 {
            DECIDING
                .iter()
                .zip(&findings.features)
                .zip(weights.effects(&findings.features))
                .map(|((name, value), effect)| Feature { name, value: *value, effect: Some(effect) })
                .collect()
        } else {
            RANKING
                .iter()
                .zip(&hit.features)
                .map(|(name, value)| Feature { name, value: *value, effect: None })
                .collect()
        };
        Some(Self {
            id: hit.id.clone(),
            place: place + 1,
            probability: (place == 0).then_some(findings.confidence),
            matched: hit.held.matched().map(weight).collect(),
            missing: hit.held.missing().map(weight).collect(),
            features,
        })
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.place, self.id)?;
        if let Some(p) = self.probability {
            write!(f, "  p = {p:.2}")?;
        }
        writeln!(f)?;
        for (sign, terms) in [('+', &self.matched), ('-', &self.missing)] {
            if !terms.is_empty() {
                write!(f, "  {sign}")?;
                for term in terms.iter().take(12) {
                    write!(f, " {} {:.0}%", term.term, 100.0 * term.share)?;
                }
                writeln!(f)?;
            }
        }
        for feature in &self.features {
            write!(f, "  {:<16} {:>6.3}", feature.name, feature.value)?;
            if let Some(effect) = feature.effect {
                write!(f, "  {effect:+.2}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Analyser, Document, Index, Passage};

    #[test]
    fn an_official_can_read_it() {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        index.add(
            &analyser,
            Document {
                id: "a".into(),
                passages: vec![Passage { heading: String::new(), text: "社保卡丢了请先挂失。".into() }],
                ..Document::default()
            },
        );
        let findings = index.search(&analyser, "社保卡补办", 3);
        let evidence = Evidence::of(&findings, 0, index.weights()).unwrap();
        assert!(evidence.matched.iter().any(|t| t.term == "社保"));
        assert!(evidence.missing.iter().any(|t| t.term == "补办"));
        assert_eq!(evidence.features.len(), DECIDING.len());
        assert!(evidence.to_string().contains("p = "));
        assert!(serde_json::to_string(&evidence).unwrap().contains("\"missing\""));
        assert!(Evidence::of(&findings, 9, index.weights()).is_none());
    }
}
