//! Routing (转办): which unit is responsible for a question. Pure. It learns from what units say they do, from what they
//! published, and from what the dispatcher and the answering units taught; and it says what spoke for a unit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use super::lessons::{self, Lesson};
use crate::{
    directory::units::{OFFICE, Unit},
    matching::{Classifier, Example, Neighbour, Neighbours, listen},
};

/// Below this probability no unit is named as if we knew; the office is proposed, which dispatches.
const SURE: f64 = 0.12;
/// How likely a unit is that the machine hasn't learned yet, for each of its duties that the question names.
const NEW_UNIT: f64 = 0.5;
/// The machine learns at most so many lessons, the latest ones; the others speak through being near.
const LEARNED_LESSONS: usize = 20_000;

/// A unit and how likely it is responsible.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The unit's code.
    pub unit: String,
    /// Between 0 and 1.
    pub probability: f64,
    /// What spoke for it, the strongest first; empty where only the weights of many words did.
    pub grounds: Vec<Ground>,
}

/// Something that speaks for a unit.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The question names it, by this name.
    Named(String),
    /// A question like this one was assigned to it, or answered by it.
    Lesson(String),
    /// It says that it does this.
    Duty(String),
}

/// Proposes units for questions.
pub struct Desk {
    units: Vec<Unit>,
    /// Units that are gone, and who does their work now.
    heirs: BTreeMap<String, String>,
    machine: Arc<Classifier>,
    lessons: Arc<RwLock<Neighbours>>,
}

impl Desk {
    /// Learns from the units' own descriptions, from published questions with their owner units, and from lessons.
    pub fn learn(units: Vec<Unit>, published: &[(String, String)], lessons: &[Lesson]) -> Self {
        let mut desk = Self::untrained(units);
        desk.hear(lessons);
        desk.machine = Arc::new(desk.train(&desk.lore(published), &[]));
        desk
    }

    /// A desk that knows the units and nothing else yet.
    pub fn untrained(units: Vec<Unit>) -> Self {
        Self { units, heirs: BTreeMap::new(), machine: Arc::default(), lessons: Arc::default() }
    }

    /// The same desk for the units as they are now. Nothing is learned anew: a unit that the machine doesn't know yet
    /// is proposed by its duties and by lessons.
    #[must_use]
    pub fn with_units(&self, units: Vec<Unit>) -> Self {
        let (heirs, machine, lessons) = (self.heirs.clone(), Arc::clone(&self.machine), Arc::clone(&self.lessons));
        Self { units, heirs, machine, lessons }
    }

    /// The same desk, knowing who does the work of units that are gone: what was learned of those counts for their heirs,
    /// without learning anything anew.
    #[must_use]
    pub fn with_heirs(&self, heirs: BTreeMap<String, String>) -> Self {
        Self { heirs, ..self.with_units(self.units.clone()) }
    }

    /// The same desk with another machine.
    #[must_use]
    pub fn with_machine(&self, machine: Classifier) -> Self {
        Self { machine: Arc::new(machine), ..self.with_units(self.units.clone()) }
    }

    /// Takes lessons. They count from now on, for every desk that came from this one.
    pub fn hear(&self, taught: &[Lesson]) {
        let mut known = self.lessons.write().unwrap_or_else(PoisonError::into_inner);
        lessons::hear(&mut known, taught);
    }

    /// All that a machine can learn from: texts, each with the unit that it belongs to now.
    pub fn lore(&self, published: &[(String, String)]) -> Vec<(String, String)> {
        let lessons: Vec<(String, String)> = {
            let known = self.lessons.read().unwrap_or_else(PoisonError::into_inner);
            let latest = known.latest().into_iter().take(LEARNED_LESSONS);
            latest.map(|(text, unit)| (text.to_owned(), unit.to_owned())).collect()
        };
        let mut lore: Vec<(String, String)> = Vec::new();
        for unit in &self.units {
            lore.push((unit.profile(), unit.code.clone()));
            lore.extend(own_words(unit).map(|words| (words.to_owned(), unit.code.clone())));
        }
        let told = published.iter().chain(&lessons).map(|(text, unit)| (text, self.heir(unit)));
        lore.extend(
            told.filter(|(_, unit)| self.unit(unit).is_some()).map(|(text, unit)| (text.clone(), unit.to_owned())),
        );
        lore
    }

    /// Trains a machine on texts with their units: seconds of work for thousands of texts. `meanings` are the vectors of
    /// what the texts mean, in their order, or none.
    pub fn train(&self, lore: &[(String, String)], meanings: &[Vec<f32>]) -> Classifier {
        let vectors = meanings.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        let rows: Vec<Example<'_>> =
            lore.iter().zip(vectors).map(|((text, label), vector)| Example { text, label, vector }).collect();
        Classifier::train(&rows)
    }

    /// Tickets that were assigned or answered and ask nearly the same, by id, the nearest first.
    pub fn near(&self, question: &str, count: usize) -> Vec<String> {
        let known = self.lessons.read().unwrap_or_else(PoisonError::into_inner);
        known.alike(question, count).into_iter().map(|lesson| lesson.key.to_owned()).collect()
    }

    /// All units.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// A unit by its code.
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// The unit that has taken over what a unit did that is gone; none while it is there, or where nobody has.
    pub fn successor(&self, code: &str) -> Option<&Unit> {
        self.heirs.get(code).and_then(|heir| self.unit(heir))
    }

    /// The unit that does now what a unit did: itself, unless it is gone.
    fn heir<'a>(&'a self, code: &'a str) -> &'a str {
        self.heirs.get(code).map_or(code, String::as_str)
    }

    /// Units for a question, the likeliest first, with probabilities that add up to 1 or less. A unit that the question
    /// names comes before all others; when none is likely, the office comes first. `meaning` is the vector of what the
    /// question means; empty where no model is at hand.
    pub fn propose(&self, question: &str, meaning: &[f32]) -> Vec<Proposal> {
        let mut likely: HashMap<String, f64> = HashMap::new();
        for (unit, probability) in self.machine.classify(question, meaning) {
            *likely.entry(self.heir(&unit).to_owned()).or_default() += probability;
        }
        let new: Vec<&Unit> = self.units.iter().filter(|unit| !likely.contains_key(&unit.code)).collect();
        for unit in new {
            let duties = own_words(unit).filter(|words| question.contains(words)).count();
            let other = (1.0 - NEW_UNIT).powi(i32::try_from(duties).unwrap_or(9));
            for probability in likely.values_mut() {
                *probability *= other;
            }
            likely.insert(unit.code.clone(), 1.0 - other);
        }
        likely.retain(|unit, _| self.unit(unit).is_some());
        let total: f64 = likely.values().sum();
        if total > 1.0 {
            for probability in likely.values_mut() {
                *probability /= total;
            }
        }
        let known = self.lessons.read().unwrap_or_else(PoisonError::into_inner);
        let mut near = known.heard(question);
        for lesson in &mut near {
            lesson.label = self.heir(lesson.label);
        }
        near.retain(|lesson| self.unit(lesson.label).is_some());
        listen(&mut likely, &near);
        let named = self.named_in(question);
        let mut proposals: Vec<Proposal> = likely
            .into_iter()
            .map(|(code, probability)| {
                let grounds = self.grounds(&code, question, &near, named);
                Proposal { unit: code, probability, grounds }
            })
            .collect();
        drop(known);
        proposals.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.unit.cmp(&b.unit)));
        if let Some((_, unit)) = named {
            raise(&mut proposals, &unit.code, Some(1.0));
        }
        if proposals.first().is_none_or(|first| first.probability < SURE) && self.unit(OFFICE).is_some() {
            raise(&mut proposals, OFFICE, None);
        }
        proposals
    }

    fn grounds(&self, code: &str, question: &str, near: &[Neighbour<'_>], named: Option<(&str, &Unit)>) -> Vec<Ground> {
        let by_name = named.filter(|(_, unit)| unit.code == code).map(|(name, _)| Ground::Named(name.to_owned()));
        let lesson = near.iter().find(|lesson| lesson.label == code);
        let duties = self.unit(code).into_iter().flat_map(own_words).filter(|words| question.contains(words));
        by_name
            .into_iter()
            .chain(lesson.map(|lesson| Ground::Lesson(lesson.text.to_owned())))
            .chain(duties.map(|words| Ground::Duty(words.to_owned())))
            .collect()
    }

    /// The unit whose name or alias stands in the question; the longest name wins.
    fn named_in<'a>(&'a self, question: &str) -> Option<(&'a str, &'a Unit)> {
        self.units
            .iter()
            .flat_map(|unit| {
                std::iter::once(&unit.name)
                    .chain([&unit.short])
                    .chain(&unit.aliases)
                    .map(move |name| (name.as_str(), unit))
            })
            .filter(|(name, _)| name.chars().count() > 1 && question.contains(name))
            .max_by_key(|(name, _)| name.len())
    }
}

/// What a unit says that it does, one thing a piece.
fn own_words(unit: &Unit) -> impl Iterator<Item = &str> {
    let duties = unit.duties.split(['、', '，', ',', '；', '。']);
    let all = duties.chain(unit.fields.iter().map(String::as_str)).chain(unit.aliases.iter().map(String::as_str));
    all.map(str::trim).filter(|words| words.chars().nth(1).is_some())
}

/// Puts a unit first. Its probability is set where one is given, and the others share what is left.
fn raise(proposals: &mut Vec<Proposal>, unit: &str, probability: Option<f64>) {
    let place = proposals.iter().position(|proposal| proposal.unit == unit);
    let mut first = place.map_or_else(
        || Proposal { unit: unit.to_owned(), probability: 0.0, grounds: Vec::new() },
        |place| proposals.remove(place),
    );
    if let Some(probability) = probability {
        first.probability = probability;
        let rest: f64 = proposals.iter().map(|proposal| proposal.probability).sum();
        for proposal in &mut *proposals {
            proposal.probability *= if rest > 0.0 { (1.0 - probability) / rest } else { 0.0 };
        }
    }
    proposals.insert(0, first);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, name: &str, duties: &str) -> Unit {
        Unit { duties: duties.into(), ..Unit::new(code, name) }
    }

    fn units() -> Vec<Unit> {
        vec![
            unit("office", "政府办公室", "综合协调"),
            unit("water", "供水公司", "自来水、停水、水费、水表"),
            unit("bus", "公交公司", "公交线路、公交卡、班车"),
        ]
    }

    fn lesson(ticket: &str, text: &str, unit: &str) -> Lesson {
        Lesson { ticket: ticket.into(), text: text.into(), label: unit.into(), revision: 1 }
    }

    fn desk() -> Desk {
        Desk::learn(units(), &[("水龙头没水了找谁".into(), "water".into())], &[])
    }

    #[test]
    fn what_a_unit_says_it_does_leads_to_it() {
        let desk = desk();
        let first = desk.propose("家里突然停水了，水费交过的", &[]).remove(0);
        assert_eq!(first.unit, "water");
        assert_eq!(first.grounds, [Ground::Duty("停水".into()), Ground::Duty("水费".into())]);
        let named = desk.propose("我要找公交公司问停水的事", &[]).remove(0);
        assert_eq!((named.unit.as_str(), named.grounds), ("bus", vec![Ground::Named("公交公司".into())]));
    }

    #[test]
    fn a_lesson_counts_at_once_and_the_later_one_wins() {
        let desk = desk();
        let question = "江边的班车渡口水表坏了归谁管";
        desk.hear(&[lesson("1", question, "bus")]);
        let first = desk.propose("江边班车渡口的水表坏了，归谁管？", &[]).remove(0);
        assert_eq!((first.unit.as_str(), &first.grounds[0]), ("bus", &Ground::Lesson(question.into())));
        desk.hear(&[lesson("2", question, "water")]);
        assert_eq!(desk.propose(question, &[])[0].unit, "water");
        desk.hear(&[lesson("2", "", "water"), lesson("1", "", "bus")]);
        assert_eq!(desk.propose(question, &[]), self::desk().propose(question, &[]));
    }

    #[test]
    fn a_new_unit_is_proposed_before_anything_is_learned_anew() {
        let desk = desk();
        let mut more = units();
        more.push(unit("ferry", "轮渡公司", "渡船、渡口"));
        let desk = desk.with_units(more);
        let proposed = desk.propose("渡口的渡船几点开", &[]);
        assert_eq!(proposed[0].unit, "ferry");
        // A unit that is gone is proposed no more, though the machine still knows it.
        let fewer = desk.with_units(units().into_iter().filter(|unit| unit.code != "water").collect());
        assert!(fewer.propose("停水了", &[]).iter().all(|proposal| proposal.unit != "water"));
    }

    #[test]
    fn probabilities_add_up() {
        let desk = desk();
        desk.hear(&[lesson("1", "水表坏了", "water")]);
        for question in ["水表坏了怎么办", "找公交公司", "天气", "", "😀"] {
            let total: f64 = desk.propose(question, &[]).iter().map(|proposal| proposal.probability).sum();
            assert!(total <= 1.0 + 1e-9, "{question}: {total}");
        }
    }

    #[test]
    fn the_heir_of_a_unit_has_what_was_learned_of_it_at_once() {
        let desk = desk();
        desk.hear(&[lesson("1", "水塔漏了归谁管", "water")]);
        let mut after: Vec<Unit> = units().into_iter().filter(|unit| unit.code != "water").collect();
        after.push(unit("utility", "公用集团", "燃气"));
        let heirs = BTreeMap::from([("water".to_owned(), "utility".to_owned())]);
        let gone = desk.with_units(after);
        assert_ne!(gone.propose("水龙头没水了找谁", &[])[0].unit, "utility");
        let desk = gone.with_heirs(heirs);
        assert_eq!(desk.propose("水龙头没水了找谁", &[])[0].unit, "utility", "by the machine");
        let heard = desk.propose("水塔漏了归谁管", &[]).remove(0);
        assert_eq!((heard.unit.as_str(), &heard.grounds[0]), ("utility", &Ground::Lesson("水塔漏了归谁管".into())));
        let lore = desk.lore(&[("水费".into(), "water".into())]);
        assert!(lore.contains(&("水费".into(), "utility".into())) && lore.iter().all(|(_, unit)| unit != "water"));
    }

    #[test]
    fn what_a_question_means_speaks_where_its_words_are_unknown() {
        let desk = desk();
        let lore = desk.lore(&[]);
        let vectors: Vec<Vec<f32>> = lore
            .iter()
            .map(|(_, unit)| match unit.as_str() {
                "water" => vec![1.0, 0.0, 0.0],
                "bus" => vec![0.0, 1.0, 0.0],
                _ => vec![0.0, 0.0, 1.0],
            })
            .collect();
        let desk = desk.with_machine(desk.train(&lore, &vectors));
        assert_eq!(desk.propose("tap is dry", &[1.0, 0.0, 0.0])[0].unit, "water");
        assert_eq!(desk.propose("tap is dry", &[0.0, 1.0, 0.0])[0].unit, "bus");
    }
}
