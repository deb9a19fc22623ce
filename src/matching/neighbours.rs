//! Texts with labels, kept so that the nearest to a new one are found at once: what was learned a moment ago counts
//! without any training. Rows are set and removed in place.

use std::collections::HashMap;

use crate::matching::document::as_u32;
use crate::matching::grams::{Gram, pairs};
use rustc_hash::FxHashMap;

/// So many rows that share most with a text are compared closely.
const CLOSELY: usize = 64;
/// So many rows near to a text are heard of it.
const HEARD: usize = 6;
/// Rows less like a text than this say nothing of it.
const FAR: f64 = 0.3;
/// What rows can say at most; the rest is the machine's.
const TRUST: f64 = 0.97;

/// A row that is near a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour<'a> {
    /// The row's key.
    pub key: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Its label.
    pub label: &'a str,
    /// How near it is, from 0 to 1 (the same pairs of characters).
    pub likeness: f64,
}

#[derive(Debug)]
struct Row {
    key: String,
    text: String,
    label: String,
    pairs: Vec<Gram>,
    /// Counts up: which of two rows came later.
    order: u64,
}

/// Rows to be near to.
#[derive(Debug, Default)]
pub struct Neighbours {
    rows: Vec<Option<Row>>,
    free: Vec<u32>,
    places: FxHashMap<String, u32>,
    /// For each pair of characters the rows that hold it.
    holders: FxHashMap<Gram, Vec<u32>>,
    order: u64,
}

impl Neighbours {
    /// Sets a row, in the place of the one with the same key. It counts as the latest.
    pub fn set(&mut self, key: &str, text: &str, label: &str) {
        self.remove(key);
        let place = self.free.pop().unwrap_or_else(|| {
            self.rows.push(None);
            as_u32(self.rows.len() - 1)
        });
        let pairs = pairs(text);
        for pair in &pairs {
            self.holders.entry(*pair).or_default().push(place);
        }
        self.order += 1;
        self.places.insert(key.to_owned(), place);
        let row = Row { key: key.to_owned(), text: text.to_owned(), label: label.to_owned(), pairs, order: self.order };
        self.rows[place as usize] = Some(row);
    }

    /// Removes a row, if there is one with this key.
    pub fn remove(&mut self, key: &str) {
        let Some(place) = self.places.remove(key) else { return };
        let Some(row) = self.rows[place as usize].take() else { return };
        for pair in &row.pairs {
            if let Some(holders) = self.holders.get_mut(pair) {
                holders.retain(|holder| *holder != place);
                if holders.is_empty() {
                    self.holders.remove(pair);
                }
            }
        }
        self.free.push(place);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Texts with their labels, the latest first.
    pub fn latest(&self) -> Vec<(&str, &str)> {
        let mut rows: Vec<&Row> = self.rows.iter().flatten().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.order));
        rows.into_iter().map(|row| (row.text.as_str(), row.label.as_str())).collect()
    }

    /// The rows nearest to a text, at most `count`: the nearest first, of equally near ones the latest.
    pub fn near(&self, text: &str, count: usize) -> Vec<Neighbour<'_>> {
        let asked = pairs(text);
        let mut shared = vec![0.0_f32; self.rows.len()];
        let mut touched: Vec<u32> = Vec::new();
        for pair in &asked {
            let weight = self.weight(*pair).powi(2);
            for holder in self.holders.get(pair).map_or(&[][..], Vec::as_slice) {
                if shared[*holder as usize] == 0.0 {
                    touched.push(*holder);
                }
                shared[*holder as usize] += weight;
            }
        }
        let rough = |place: &u32| {
            let row = self.rows[*place as usize].as_ref();
            shared[*place as usize] / row.map_or(1.0, |row| (row.pairs.len().max(1) as f32).sqrt())
        };
        if touched.len() > CLOSELY {
            touched.select_nth_unstable_by(CLOSELY, |a, b| rough(b).total_cmp(&rough(a)).then(a.cmp(b)));
            touched.truncate(CLOSELY);
        }
        let length = |pairs: &[Gram]| pairs.iter().map(|pair| self.weight(*pair).powi(2)).sum::<f32>().sqrt();
        let asked_length = length(&asked);
        let mut near: Vec<(f32, &Row)> = touched
            .iter()
            .filter_map(|place| {
                let row = self.rows[*place as usize].as_ref()?;
                Some((shared[*place as usize] / (asked_length * length(&row.pairs)), row))
            })
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.order.cmp(&a.1.order)));
        near.truncate(count);
        near.into_iter()
            .map(|(likeness, row)| Neighbour {
                key: &row.key,
                text: &row.text,
                label: &row.label,
                likeness: f64::from(likeness.clamp(0.0, 1.0)),
            })
            .collect()
    }

    /// As [`Self::near`], without those that are too far to say anything of the text.
    pub fn alike(&self, text: &str, count: usize) -> Vec<Neighbour<'_>> {
        let mut near = self.near(text, count);
        near.retain(|row| row.likeness >= FAR);
        near
    }

    /// The rows that have a say in what a text is, for [`listen`].
    pub fn heard(&self, text: &str) -> Vec<Neighbour<'_>> {
        self.alike(text, HEARD)
    }

    /// What holding a pair says: much if few rows do.
    fn weight(&self, pair: Gram) -> f32 {
        let holders = self.holders.get(&pair).map_or(0, Vec::len);
        (1.0 + (1.0 + self.len() as f32) / (1.0 + holders as f32)).ln()
    }
}

/// Mixes what near rows say into what a machine says: the more, the nearer the nearest is.
pub(crate) fn listen(likely: &mut HashMap<String, f64>, near: &[Neighbour<'_>]) {
    let Some(nearest) = near.first() else { return };
    // Nearly the same text was decided by a person: that outweighs any machine. Half alike is a hint.
    let trust = TRUST * nearest.likeness.powf(1.5);
    // Of rows equally near the later one comes first, and its word counts more.
    let weights: Vec<f64> = (0..).zip(near).map(|(place, row)| row.likeness.powi(3) * 0.5_f64.powi(place)).collect();
    let total: f64 = weights.iter().sum();
    for probability in likely.values_mut() {
        *probability *= 1.0 - trust;
    }
    for (row, weight) in near.iter().zip(&weights) {
        *likely.entry(row.label.to_owned()).or_default() += trust * weight / total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_a_row_counts_at_once() {
        let mut rows = Neighbours::default();
        rows.set("1", "渡船什么时候停航", "culture");
        rows.set("2", "公积金怎么提取", "fund");
        assert_eq!(rows.near("渡船停航了吗", 5)[0].label, "culture");
        rows.set("3", "渡船什么时候停航", "transport");
        assert_eq!(rows.near("渡船什么时候停航", 5)[0].label, "transport", "of two alike the later one");
        assert!((rows.near("渡船什么时候停航", 1)[0].likeness - 1.0).abs() < 1e-6);
        rows.set("3", "公积金怎么贷款", "fund");
        assert_eq!(rows.near("渡船什么时候停航", 1)[0].label, "culture");
        rows.remove("1");
        rows.remove("nobody");
        assert!(rows.near("渡船", 5).is_empty());
        assert_eq!(rows.latest(), [("公积金怎么贷款", "fund"), ("公积金怎么提取", "fund")]);
    }

    #[test]
    fn hostile_input_is_survived() {
        let mut rows = Neighbours::default();
        for (key, text) in ["", "😀", "a", "啊", "\u{0}"].into_iter().enumerate() {
            rows.set(&key.to_string(), text, "x");
        }
        rows.set("long", &"啊".repeat(300_000), "x");
        for text in ["", "😀", &"啊".repeat(300_000), &"a".repeat(300_000)] {
            assert!(rows.near(text, 3).iter().all(|near| (0.0..=1.0).contains(&near.likeness)));
        }
    }
}
