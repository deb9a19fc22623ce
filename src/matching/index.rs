//! The index: which documents hold a term, and how much that says. In memory, changed in place.
//!
//! A posting keeps what its term adds to its document's score (the saturated, length-normalised frequency of BM25) as
//! one of fifteen levels: enough to find the candidates, whose exact scores come from their texts. A level depends on
//! the mean length of all documents; it is computed against a frozen mean and anew only when the mean has moved far.
//! A removed document's postings stay until they are swept out with others.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scores are small and clamped before they are narrowed"
)]

use crate::matching::alphabet::Alphabet;
use crate::matching::analyse::Analyser;
use crate::matching::document::{Document, Terms, as_u32};
use crate::matching::postings::{LEVELS, List};
use crate::matching::prepared::Prepared;
use crate::matching::stored::Stored;
use crate::matching::vectors::{Part, Vector, Vectors};
use crate::matching::weights::{IndexWeights, Weights};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How far the mean length may move from the frozen one before the levels are computed again.
const DRIFT: f64 = 0.25;

/// How often a term occurs in a document, made comparable among documents of other lengths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Norms {
    k1: f64,
    b: f64,
    mean: f64,
    /// What an occurrence in the title counts.
    pub(crate) title: f64,
    /// What an occurrence in a phrasing counts.
    pub(crate) phrasing: f64,
}

impl Norms {
    /// A term that occurs as often as this adds half of what it can add at most.
    pub(crate) fn of(&self, length: f64) -> f64 {
        self.k1 * (1.0 - self.b + self.b * length / self.mean)
    }

    fn level(&self, often: f64, length: f32) -> u8 {
        let share = often / (often + self.of(f64::from(length)));
        (share * f64::from(LEVELS)).round().clamp(1.0, f64::from(LEVELS)) as u8
    }

    /// About how often a term occurs where it has this level.
    fn often(&self, level: u8, length: f32) -> f64 {
        let share = f64::from(level) / (f64::from(LEVELS) + 0.5);
        (share * self.of(f64::from(length)) / (1.0 - share)).round().max(1.0)
    }
}

/// Documents to be found. Not shared while it is changed: put it behind a lock or swap whole ones.
#[derive(Debug)]
pub struct Index {
    pub(crate) weights: Arc<Weights>,
    pub(crate) terms: Terms,
    pub(crate) lists: Vec<List>,
    pub(crate) alphabet: Arc<Alphabet>,
    slots: Vec<Option<Stored>>,
    lengths: Vec<f32>,
    by_id: FxHashMap<Arc<str>, u32>,
    units: FxHashSet<Arc<str>>,
    total: f64,
    frozen: f64,
    /// The slots of removed documents, whose postings are still there.
    pub(crate) dead: Vec<u32>,
    /// In how many documents each Chinese character occurs.
    characters: FxHashMap<char, u32>,
    /// What an encoder made of the documents, if there is one.
    pub(crate) vectors: Vectors,
    /// Whether that counts.
    by_meaning: bool,
}

impl Default for Index {
    fn default() -> Self {
        Self::with_weights(Weights::built_in())
    }
}

impl Index {
    /// An empty index that ranks and decides with weights of its own.
    pub fn with_weights(weights: Arc<Weights>) -> Self {
        Self {
            weights,
            terms: Terms::default(),
            lists: Vec::new(),
            alphabet: Arc::default(),
            slots: Vec::new(),
            lengths: Vec::new(),
            by_id: FxHashMap::default(),
            units: FxHashSet::default(),
            total: 0.0,
            frozen: 1.0,
            dead: Vec::new(),
            characters: FxHashMap::default(),
            vectors: Vectors::default(),
            by_meaning: false,
        }
    }

    /// The weights that this index ranks and decides with.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The same, to be kept.
    pub fn shared_weights(&self) -> Arc<Weights> {
        Arc::clone(&self.weights)
    }

    /// Ranks and decides with other weights from now on. Those of the index itself stay as they were when it was made:
    /// they are in its postings.
    pub fn set_weights(&mut self, weights: Arc<Weights>) {
        let index = self.weights.index;
        self.weights = Arc::new(Weights { index, ..Arc::unwrap_or_clone(weights) });
    }

    /// How many documents can be found.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// A document by its id, as it was added.
    pub fn document(&self, id: &str) -> Option<Document> {
        self.stored(*self.by_id.get(id)?).map(|stored| stored.document(&self.alphabet))
    }

    /// All documents, in the order in which they were added.
    pub fn documents(&self) -> impl Iterator<Item = Document> {
        self.slots.iter().flatten().map(|stored| stored.document(&self.alphabet))
    }

    /// Adds a document; one with the same id is replaced.
    pub fn add(&mut self, analyser: &Analyser, document: Document) {
        let weights: IndexWeights = self.weights.index;
        self.add_prepared(analyser, Prepared::new(analyser, &weights, document));
    }

    /// The same for a document that was analysed before. Gives its id as it is kept.
    pub fn add_prepared(&mut self, analyser: &Analyser, mut prepared: Prepared) -> Arc<str> {
        self.remove(&prepared.document.id);
        let unit = self.unit(&prepared.document.unit);
        let alphabet = Arc::make_mut(&mut self.alphabet);
        let stored = Stored::new(analyser, &mut self.terms, alphabet, &mut prepared, unit);
        for c in stored.characters(alphabet) {
            *self.characters.entry(c).or_default() += 1;
        }
        let slot = as_u32(self.slots.len());
        let length = stored.length;
        self.total += f64::from(length);
        let id = Arc::clone(&stored.id);
        self.by_id.insert(Arc::clone(&id), slot);
        self.slots.push(Some(stored));
        self.lengths.push(length);
        let norms = self.norms_against(self.frozen);
        for (term, count) in prepared.counts() {
            let number = self.terms.number(term) as usize;
            if number >= self.lists.len() {
                self.lists.resize_with(number + 1, List::default);
            }
            if let Some(list) = self.lists.get_mut(number) {
                list.push(slot, norms.level(f64::from(count), length));
            }
        }
        self.refreeze_if_moved();
        id
    }

    /// Takes no more memory than it must. Costs a pass over everything: for after many documents were added.
    pub fn shrink(&mut self) {
        for list in &mut self.lists {
            list.shrink();
        }
        self.lists.shrink_to_fit();
        self.slots.shrink_to_fit();
        self.lengths.shrink_to_fit();
    }

    /// Removes a document. Returns whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self.by_id.remove(id) else { return false };
        let Some(stored) = self.slots.get_mut(slot as usize).and_then(Option::take) else { return false };
        self.total -= f64::from(stored.length);
        for c in stored.characters(&self.alphabet) {
            if let Some(count) = self.characters.get_mut(&c) {
                *count = count.saturating_sub(1);
            }
        }
        self.vectors.remove(slot);
        self.dead.push(slot);
        if self.dead.len() > 64 && self.dead.len() > self.by_id.len() / 4 {
            self.sweep();
        }
        self.refreeze_if_moved();
        true
    }

    /// How much a term says: the logarithm of how seldom it occurs. `None` stands for a term no document holds.
    pub(crate) fn rarity(&self, term: Option<u32>) -> f64 {
        let with = term.and_then(|t| self.lists.get(t as usize)).map_or(0, List::count);
        // Removed documents are in both numbers until they are swept out.
        rarity(self.slots.len(), with)
    }

    /// The same for a Chinese character.
    pub(crate) fn character_rarity(&self, c: char) -> f64 {
        rarity(self.len(), self.characters.get(&c).copied().unwrap_or(0))
    }

    /// Takes vectors of so many numbers; forgets those that it had of another encoder.
    pub fn expect_vectors(&mut self, dimensions: usize) {
        if self.vectors.dimensions() != dimensions {
            self.vectors = Vectors::new(dimensions);
        }
    }

    /// Compares by meaning from now on.
    pub fn compare_by_meaning(&mut self) {
        self.by_meaning = true;
    }

    /// Whether it compares by meaning.
    pub fn compares_by_meaning(&self) -> bool {
        self.by_meaning
    }

    /// Up to `count` documents that have no vectors yet.
    pub fn without_vectors(&self, count: usize) -> Vec<Document> {
        let slots = (0_u32..).zip(&self.slots).filter(|(slot, _)| !self.vectors.has(*slot));
        slots
            .filter_map(|(_, stored)| stored.as_ref())
            .take(count)
            .map(|stored| stored.document(&self.alphabet))
            .collect()
    }

    /// What an encoder made of a document's texts ([`vectors::texts`](crate::matching::vectors::texts)). Nothing happens where
    /// there is no such document.
    pub fn set_vectors(&mut self, id: &str, parts: Vec<(Part, Vector)>) {
        if let Some(slot) = self.by_id.get(id) {
            self.vectors.set(*slot, parts);
        }
    }

    /// The slot of a document.
    pub(crate) fn slot(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The stored form of a document.
    pub(crate) fn stored(&self, slot: u32) -> Option<&Stored> {
        self.slots.get(slot as usize)?.as_ref()
    }

    /// How many slots there are, empty ones counted.
    pub(crate) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// How occurrences are made comparable now.
    pub(crate) fn norms(&self) -> Norms {
        self.norms_against(self.mean())
    }

    fn norms_against(&self, mean: f64) -> Norms {
        let IndexWeights { k1, b, title, phrasing, .. } = self.weights.index;
        Norms { k1, b, mean, title, phrasing }
    }

    fn mean(&self) -> f64 {
        (self.total / self.len().max(1) as f64).max(1.0)
    }

    /// Many documents have the same unit: its name is kept once.
    fn unit(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.units.get(name) {
            return Arc::clone(known);
        }
        let unit: Arc<str> = name.into();
        self.units.insert(Arc::clone(&unit));
        unit
    }

    fn refreeze_if_moved(&mut self) {
        let mean = self.mean();
        if (mean / self.frozen - 1.0).abs() <= DRIFT {
            return;
        }
        let (before, after) = (self.norms_against(self.frozen), self.norms_against(mean));
        self.frozen = mean;
        let lengths = &self.lengths;
        for list in &mut self.lists {
            list.rewrite(|slot, level| {
                let length = lengths.get(slot as usize).copied().unwrap_or(1.0);
                Some((slot, after.level(before.often(level, length), length)))
            });
        }
    }

    /// Gives the slots of removed documents free by closing the gaps.
    fn sweep(&mut self) {
        let mut moved: Vec<Option<u32>> = vec![None; self.slots.len()];
        let mut next = 0_u32;
        for (old, slot) in self.slots.iter().enumerate() {
            if slot.is_some() {
                moved[old] = Some(next);
                next += 1;
            }
        }
        for list in &mut self.lists {
            list.rewrite(|slot, level| Some((moved.get(slot as usize).copied().flatten()?, level)));
        }
        let mut kept = moved.iter();
        self.lengths.retain(|_| kept.next().is_some_and(Option::is_some));
        self.slots.retain(Option::is_some);
        self.vectors.renumber(&moved);
        for slot in self.by_id.values_mut() {
            *slot = moved.get(*slot as usize).copied().flatten().unwrap_or(u32::MAX);
        }
        self.dead.clear();
    }
}

/// The logarithm of how seldom something occurs that `with` of `all` documents hold.
fn rarity(all: usize, with: u32) -> f64 {
    let (all, with) = (all as f64, f64::from(with));
    (1.0 + (all - with + 0.5) / (with + 0.5)).max(1.0).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::document::Passage;

    pub(crate) fn document(id: &str, text: &str) -> Document {
        Document {
            id: id.into(),
            title: String::new(),
            phrasings: Vec::new(),
            passages: vec![Passage { heading: String::new(), text: text.into() }],
            unit: String::new(),
            in_force: true,
        }
    }

    #[test]
    fn adding_replaces_and_removing_forgets() {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        index.add(&analyser, document("a", "社保卡挂失"));
        index.add(&analyser, document("a", "公积金提取"));
        assert_eq!(index.len(), 1);
        assert!(index.search(&analyser, "社保卡挂失", 5).hits.is_empty());
        assert_eq!(index.search(&analyser, "公积金提取", 5).hits.len(), 1);
        assert!(index.remove("a"));
        assert!(!index.remove("a"));
        assert!(index.is_empty() && index.document("a").is_none());
        assert!(index.search(&analyser, "公积金提取", 5).hits.is_empty());
    }

    #[test]
    fn an_index_changed_in_place_scores_like_a_fresh_one() {
        let analyser = Analyser::new();
        let texts: Vec<String> =
            (0..300).map(|n| format!("第{n}号事项:{}办理补贴申请需要材料", "居民".repeat(n % 7 + 1))).collect();
        let (mut changed, mut fresh) = (Index::default(), Index::default());
        for (n, text) in texts.iter().enumerate() {
            changed.add(&analyser, document(&n.to_string(), text));
        }
        for n in 0..200 {
            changed.remove(&n.to_string());
        }
        for (n, text) in texts.iter().enumerate().skip(200) {
            fresh.add(&analyser, document(&n.to_string(), text));
        }
        assert_eq!(changed.len(), fresh.len());
        let (a, b) = (changed.search(&analyser, "250号事项补贴", 3), fresh.search(&analyser, "250号事项补贴", 3));
        assert_eq!(a.hits[0].id, "250");
        assert_eq!(b.hits[0].id, "250");
        assert!((a.hits[0].score - b.hits[0].score).abs() < 0.2);
    }
}
