//! The index: which documents hold a term, and how much that says. In memory, changed in place.
//!
//! A posting keeps what its term adds to its document's score (the saturated, length-normalised frequency of BM25),
//! so searching multiplies and adds and nothing else. That impact depends on the mean length of all documents; it is
//! computed against a frozen mean and recomputed only when the mean has moved, which while an index grows happens
//! seldom enough to cost nothing per document. A removed document's postings are emptied and swept out later.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scores are small and clamped before they are narrowed"
)]

use crate::matching::analyse::Analyser;
use crate::matching::document::{Document, Stored, Terms, as_u32};
use crate::matching::weights::Weights;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How far the mean length may move from the frozen one before the impacts are computed again.
const DRIFT: f64 = 0.1;
/// Frequencies are kept in sixteenths.
const SIXTEENTH: f32 = 16.0;
/// Impacts are kept in parts of this.
pub(crate) const FULL: f32 = 65_535.0;

/// That a document holds a term.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) slot: u32,
    frequency: u16,
    /// `f / (f + norm)` in parts of [`FULL`]; 0 once its document was removed.
    pub(crate) impact: u16,
}

/// The postings of one term, by slot.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) postings: Vec<Posting>,
    /// No posting has a greater impact. Stays an upper bound when documents go.
    pub(crate) highest: u16,
    /// Documents that still hold the term.
    pub(crate) live: u32,
}

/// Documents to be found. Not shared while it is changed: put it behind a lock or swap whole ones.
#[derive(Debug)]
pub struct Index {
    pub(crate) weights: Arc<Weights>,
    pub(crate) terms: Terms,
    pub(crate) lists: Vec<List>,
    pub(crate) slots: Vec<Option<Box<Stored>>>,
    lengths: Vec<f32>,
    by_id: FxHashMap<String, u32>,
    total: f64,
    frozen: f64,
    dead: usize,
    /// In how many documents each Chinese character occurs.
    characters: FxHashMap<char, u32>,
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
            slots: Vec::new(),
            lengths: Vec::new(),
            by_id: FxHashMap::default(),
            total: 0.0,
            frozen: 1.0,
            dead: 0,
            characters: FxHashMap::default(),
        }
    }

    /// The weights that this index ranks and decides with.
    pub fn weights(&self) -> &Weights {
        &self.weights
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

    /// A document by its id.
    pub fn document(&self, id: &str) -> Option<&Document> {
        let slot = *self.by_id.get(id)?;
        self.slots.get(slot as usize)?.as_ref().map(|stored| &stored.document)
    }

    /// All documents, in no particular order.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.slots.iter().flatten().map(|stored| &stored.document)
    }

    /// Adds a document; one with the same id is replaced.
    pub fn add(&mut self, analyser: &Analyser, document: Document) {
        self.remove(&document.id);
        let id = document.id.clone();
        let stored = Stored::new(analyser, &mut self.terms, document);
        self.lists.resize_with(self.terms.len(), List::default);
        let settings = self.weights.index;
        let (counts, length) = stored.frequencies(settings.title as f32, settings.phrasing as f32);
        let slot = as_u32(self.slots.len());
        let length = length.max(1.0);
        self.total += f64::from(length);
        self.by_id.insert(id, slot);
        for c in stored.characters.keys() {
            *self.characters.entry(*c).or_default() += 1;
        }
        self.slots.push(Some(Box::new(stored)));
        self.lengths.push(length);
        let norm = self.norm(length);
        for (term, count) in counts {
            let Some(list) = self.lists.get_mut(term as usize) else { continue };
            let frequency = (count * SIXTEENTH).round().clamp(1.0, FULL) as u16;
            let impact = impact(frequency, norm);
            list.postings.push(Posting { slot, frequency, impact });
            list.highest = list.highest.max(impact);
            list.live += 1;
        }
        self.refreeze_if_moved();
    }

    /// Removes a document. Returns whether it was there.
    pub fn remove(&mut self, id: &str) -> bool {
        let Some(slot) = self.by_id.remove(id) else { return false };
        let Some(stored) = self.slots.get_mut(slot as usize).and_then(Option::take) else { return false };
        let settings = self.weights.index;
        let (counts, _) = stored.frequencies(settings.title as f32, settings.phrasing as f32);
        for term in counts.keys() {
            let Some(list) = self.lists.get_mut(*term as usize) else { continue };
            if let Ok(at) = list.postings.binary_search_by_key(&slot, |p| p.slot) {
                list.postings[at].impact = 0;
                list.live = list.live.saturating_sub(1);
            }
        }
        for c in stored.characters.keys() {
            if let Some(count) = self.characters.get_mut(c) {
                *count = count.saturating_sub(1);
            }
        }
        self.total -= f64::from(self.lengths[slot as usize]);
        self.dead += 1;
        if self.dead > 64 && self.dead > self.by_id.len() / 2 {
            self.sweep();
        }
        self.refreeze_if_moved();
        true
    }

    /// How much a term says: the logarithm of how seldom it occurs. `None` stands for a term no document holds.
    pub(crate) fn rarity(&self, term: Option<u32>) -> f64 {
        self.rarity_of(term.and_then(|t| self.lists.get(t as usize)).map_or(0, |list| list.live))
    }

    /// The same for a Chinese character.
    pub(crate) fn character_rarity(&self, c: char) -> f64 {
        self.rarity_of(self.characters.get(&c).copied().unwrap_or(0))
    }

    fn rarity_of(&self, holders: u32) -> f64 {
        let (all, with) = (self.len() as f64, f64::from(holders));
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// BM25's saturation for a text without length, and what each token of its length adds.
    pub(crate) fn saturation(&self) -> [f64; 2] {
        let (k1, b) = (self.weights.index.k1, self.weights.index.b);
        [k1 * (1.0 - b), k1 * b / self.frozen]
    }

    /// The slot of a document.
    pub(crate) fn slot(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The stored form of a document.
    pub(crate) fn stored(&self, slot: u32) -> Option<&Stored> {
        self.slots.get(slot as usize)?.as_deref()
    }

    fn mean(&self) -> f64 {
        (self.total / self.len().max(1) as f64).max(1.0)
    }

    fn norm(&self, length: f32) -> f32 {
        let (k1, b) = (self.weights.index.k1, self.weights.index.b);
        (k1 * (1.0 - b + b * f64::from(length) / self.frozen)) as f32
    }

    fn refreeze_if_moved(&mut self) {
        let mean = self.mean();
        if (mean / self.frozen - 1.0).abs() <= DRIFT {
            return;
        }
        self.frozen = mean;
        let norms: Vec<f32> = self.lengths.iter().map(|length| self.norm(*length)).collect();
        for list in &mut self.lists {
            list.highest = 0;
            for posting in &mut list.postings {
                if posting.impact > 0 {
                    posting.impact = impact(posting.frequency, norms[posting.slot as usize]);
                    list.highest = list.highest.max(posting.impact);
                }
            }
        }
    }

    /// Gives the slots of removed documents free by closing the gaps.
    fn sweep(&mut self) {
        let mut moved = vec![u32::MAX; self.slots.len()];
        let mut next = 0_u32;
        for (old, slot) in self.slots.iter().enumerate() {
            if slot.is_some() {
                moved[old] = next;
                next += 1;
            }
        }
        for list in &mut self.lists {
            list.postings.retain_mut(|posting| {
                let to = moved[posting.slot as usize];
                posting.slot = to;
                to != u32::MAX
            });
        }
        let mut at = 0;
        self.lengths.retain(|_| {
            at += 1;
            moved[at - 1] != u32::MAX
        });
        self.slots.retain(Option::is_some);
        for slot in self.by_id.values_mut() {
            *slot = moved[*slot as usize];
        }
        self.dead = 0;
    }
}

fn impact(frequency: u16, norm: f32) -> u16 {
    let f = f32::from(frequency) / SIXTEENTH;
    // At least 1: 0 means "removed".
    (f / (f + norm) * FULL).round().clamp(1.0, FULL) as u16
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
