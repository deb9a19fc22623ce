//! Routing: which unit is responsible for a question. Pure; it learns from what units published and from what they
//! say they do.

use crate::{
    directory::units::{OFFICE, Unit},
    matching::Classifier,
};

/// Below this probability no unit is named as if we knew; the office is proposed, which dispatches.
const SURE: f64 = 0.12;

/// A unit and how likely it is responsible.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The unit's code.
    pub unit: String,
    /// Between 0 and 1.
    pub probability: f64,
}

/// Proposes units for questions.
pub struct Desk {
    units: Vec<Unit>,
    classifier: Classifier,
}

impl Desk {
    /// Learns from the units' own descriptions and from published questions with their owner units.
    pub fn learn(units: Vec<Unit>, taught: &[(String, String)]) -> Self {
        let mut rows: Vec<(String, String)> = Vec::new();
        for unit in &units {
            rows.push((unit.profile(), unit.code.clone()));
            let duties = unit.duties.split(['、', '，', ',', '；', '。']).filter(|duty| !duty.trim().is_empty());
            for words in
                duties.chain(unit.fields.iter().map(String::as_str)).chain(unit.aliases.iter().map(String::as_str))
            {
                rows.push((words.trim().to_owned(), unit.code.clone()));
            }
        }
        rows.extend(taught.iter().filter(|(_, unit)| units.iter().any(|known| known.code == *unit)).cloned());
        Self { units, classifier: Classifier::train(&rows) }
    }

    /// All units.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// A unit by its code.
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// Units for a question, the likeliest first. A unit that the question names comes before all others; when none
    /// is likely, the office comes first.
    pub fn propose(&self, question: &str) -> Vec<Proposal> {
        let mut proposals: Vec<Proposal> = self
            .classifier
            .classify(question)
            .into_iter()
            .map(|(unit, probability)| Proposal { unit, probability })
            .collect();
        if let Some(named) = self.named_in(question) {
            proposals.retain(|proposal| proposal.unit != named.code);
            proposals.insert(0, Proposal { unit: named.code.clone(), probability: 1.0 });
        }
        if proposals.first().is_none_or(|first| first.probability < SURE) && self.unit(OFFICE).is_some() {
            proposals.retain(|proposal| proposal.unit != OFFICE);
            proposals.insert(0, Proposal { unit: OFFICE.to_owned(), probability: 0.0 });
        }
        proposals
    }

    /// Whether the question names this unit, as far as it names one at all.
    pub fn is_named_in(&self, question: &str, unit: &str) -> bool {
        self.named_in(question).is_some_and(|named| named.code == unit)
    }

    /// The unit whose name or alias stands in the question; the longest name wins.
    fn named_in(&self, question: &str) -> Option<&Unit> {
        self.units
            .iter()
            .flat_map(|unit| {
                std::iter::once(&unit.name).chain([&unit.short]).chain(&unit.aliases).map(move |name| (name, unit))
            })
            .filter(|(name, _)| name.chars().count() > 1 && question.contains(name.as_str()))
            .max_by_key(|(name, _)| name.len())
            .map(|(_, unit)| unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, name: &str, duties: &str) -> Unit {
        Unit {
            code: code.into(),
            name: name.into(),
            short: name.into(),
            aliases: vec![],
            fields: vec![],
            duties: duties.into(),
            phone: String::new(),
            address: String::new(),
            hours: String::new(),
        }
    }

    #[test]
    fn what_a_unit_says_it_does_leads_to_it() {
        let desk = Desk::learn(
            vec![
                unit("office", "政府办公室", "综合协调"),
                unit("water", "供水公司", "自来水、停水、水费、水表"),
                unit("bus", "公交公司", "公交线路、公交卡、班车"),
            ],
            &[("水龙头没水了找谁".into(), "water".into())],
        );
        assert_eq!(desk.propose("家里突然停水了，水费交过的")[0].unit, "water");
        assert_eq!(desk.propose("我要找公交公司问停水的事")[0].unit, "bus");
    }
}
