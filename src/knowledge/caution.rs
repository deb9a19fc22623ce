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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        directory::units::{self, Unit},
        knowledge::interpretation::{self, Interpretation, Item, Kind},
        matching::Weights,
        store::Store,
    };

    async fn library(folder: &std::path::Path) -> Library {
        let store = Store::open_folder(folder).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        for (code, question) in [("tax", "契税怎么交"), ("civil", "低保怎么申请")] {
            units::upsert(&mut tx, &Unit::new(code, code)).await.unwrap();
            let item =
                Item { question: question.into(), phrasings: Vec::new(), answer: format!("{question}：到窗口。") };
            let reply = Interpretation {
                id: code.into(),
                kind: Kind::Reply { unit: code.into() },
                title: question.into(),
                dated: None,
                url: String::new(),
                intro: String::new(),
                items: vec![item],
            };
            let now = "2026-11-23T02:00:00Z".parse().unwrap();
            interpretation::import(&mut tx, &reply, "operator", now).await.unwrap();
        }
        tx.commit().await.unwrap();
        Library::load(&store, Arc::clone(&Weights::built_in())).await.unwrap()
    }

    #[tokio::test]
    async fn the_unit_whose_document_comes_first_says_how_sure_one_must_be() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path()).await;
        let site = Thresholds { answer: 0.01, choose: 0.0 };
        // Nothing is as sure as this: such a unit's documents are only offered.
        let careful = Thresholds { answer: 1.0, choose: 0.0 };
        let caution = Caution { site, units: [("tax".to_owned(), careful)].into() };
        let decided = |question| caution.decide(&library, &library.find(question));
        assert!(matches!(decided("低保怎么申请"), Decision::Answer(_)));
        assert!(matches!(decided("契税怎么交"), Decision::Choose(_)));
    }

    #[tokio::test]
    async fn what_a_person_refused_is_not_offered_again() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path()).await;
        let caution = Caution { site: Thresholds { answer: 0.01, choose: 0.0 }, ..Caution::default() };
        let findings = library.find("低保怎么申请");
        match caution.decide_without(&library, &findings, Some("civil#1")) {
            Decision::Answer(hit) => panic!("{} was answered", hit.id),
            Decision::Choose(hits) | Decision::Route(hits) => assert!(hits.iter().all(|hit| hit.id != "civil#1")),
        }
    }
}
