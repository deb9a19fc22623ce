//! Which terms of a question a document holds. The terms are the same for all that were found, and kept once: they are many
//! short strings, and each hit would copy all of them.

use crate::matching::query::{Query, QueryTerm};
use std::sync::Arc;

/// The terms of a question, parted into those that a document holds and those that it lacks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    /// Each with what it weighs, as a share of the question from 0 to 1; the most first.
    terms: Arc<[(String, f64)]>,
    /// A bit for each of them, set where the document holds it.
    places: u128,
}

impl Held {
    /// What each of several documents holds of a question. `found` says of each document by a bit for each term, in the order of
    /// the question, whether it is there.
    pub(crate) fn by_each(query: Query, found: impl Iterator<Item = u128>) -> Vec<Self> {
        let share = |mass: f64| if query.mass > 0.0 { mass / query.mass } else { 0.0 };
        let mut terms: Vec<(usize, QueryTerm)> = query.terms.into_iter().enumerate().collect();
        terms.sort_by(|(_, a), (_, b)| b.mass.total_cmp(&a.mass));
        let places: Vec<usize> = terms.iter().map(|(place, _)| *place).collect();
        let terms: Arc<[(String, f64)]> = terms.into_iter().map(|(_, term)| (term.term, share(term.mass))).collect();
        let held = |found: u128| Self::new(Arc::clone(&terms), places.iter().map(|place| found >> place & 1 == 1));
        found.map(held).collect()
    }

    /// `terms` by weight; `holds` says of the first, the second, … whether it is held.
    fn new(terms: Arc<[(String, f64)]>, holds: impl Iterator<Item = bool>) -> Self {
        let places = holds.take(128).enumerate().fold(0, |places, (at, held)| places | u128::from(held) << at);
        Self { terms, places }
    }

    /// What the document holds of the question, with what each term weighs; the most first.
    pub fn matched(&self) -> impl Iterator<Item = &(String, f64)> {
        self.part(true)
    }

    /// What it lacks.
    pub fn missing(&self) -> impl Iterator<Item = &(String, f64)> {
        self.part(false)
    }

    /// The share of the question's weight, from 0 to 1, that the document holds.
    pub fn share(&self) -> f64 {
        self.matched().map(|(_, share)| share).sum()
    }

    fn part(&self, held: bool) -> impl Iterator<Item = &(String, f64)> {
        self.terms
            .iter()
            .take(128)
            .enumerate()
            .filter(move |(at, _)| (self.places >> at & 1 == 1) == held)
            .map(|(_, term)| term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_held_or_missing() {
        let terms: Arc<[(String, f64)]> =
            [("社保", 0.5), ("补办", 0.3), ("时间", 0.2)].map(|(t, w)| (t.to_owned(), w)).into();
        let held = Held::new(terms, [true, false, true].into_iter());
        let names =
            |part: &mut dyn Iterator<Item = &(String, f64)>| part.map(|(term, _)| term.clone()).collect::<Vec<_>>();
        assert_eq!(names(&mut held.matched()), ["社保", "时间"]);
        assert_eq!(names(&mut held.missing()), ["补办"]);
        assert!((held.share() - 0.7).abs() < 1e-9);
        assert!(Held::default().share() <= 0.0);
    }
}
