//! Which label a text belongs to: the responsible unit, the kind of a message. Linear support vector machines, one a
//! label against the rest, over n-grams weighed by rarity and, where a model is at hand, the vector of the text's meaning.
//!
//! Nothing of the training texts is kept but the weights of their n-grams.

use crate::matching::document::as_u32;
use crate::matching::grams::{Gram, grams};
use crate::matching::machine::{Input, Machine, dot};
use crate::matching::sureness::{Seen, Sureness};
use crate::matching::vectors::mean;
use rustc_hash::FxHashMap;

/// Parts in which the training texts are cut to see how sure the machines may be.
const FOLDS: usize = 4;
/// From so many texts on one part is enough for that, and the machines are trained once more instead of four times.
const MANY: usize = 10_000;
/// How much a vector of meaning weighs beside the n-grams, whose vector has length 1.
const MEANING: f32 = 0.5;

/// A text to learn from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Example<'a> {
    /// The text, as it came in.
    pub text: &'a str,
    /// Where it belongs.
    pub label: &'a str,
    /// The vector of its meaning: of several models one after another; empty where no model is at hand.
    pub vector: &'a [f32],
}

/// A trained classifier. Texts come in as they are; it normalises them itself.
#[derive(Debug, Default)]
pub struct Classifier {
    labels: Vec<String>,
    /// An n-gram's number and how much its presence counts.
    grams: FxHashMap<Gram, (u32, f32)>,
    /// The weights of all labels of one n-gram together, so that classifying walks memory in order.
    weights: Vec<f32>,
    /// The weights of the vector of meaning, label by label.
    meaning: Vec<Vec<f32>>,
    /// The mean of all vectors of meaning: what they have in common says nothing.
    middle: Vec<f32>,
    biases: Vec<f32>,
    /// How much an n-gram would count that no text held.
    rarest: f32,
    sureness: Sureness,
}

impl Classifier {
    /// Learns from texts and their labels. Without texts it knows no label; with one label it always says that one.
    /// The same rows give the same classifier.
    pub fn train(rows: &[Example<'_>]) -> Self {
        let mut labels: Vec<String> = rows.iter().map(|row| row.label.to_owned()).collect();
        labels.sort_unstable();
        labels.dedup();
        let counted: Vec<Vec<(Gram, f32)>> = rows.iter().map(|row| grams(row.text)).collect();
        let mut classifier =
            Self { labels, grams: vocabulary(&counted), rarest: rarity(counted.len(), 0), ..Self::default() };
        classifier.middle = mean(rows.iter().map(|row| row.vector));
        let inputs: Vec<Input> =
            counted.iter().zip(rows).map(|(counts, row)| classifier.input(counts, row.vector).0).collect();
        drop(counted);
        let targets: Vec<usize> = rows.iter().filter_map(|row| classifier.place(row.label)).collect();
        classifier.sureness = Sureness::learn(&classifier.rehearse(&inputs, &targets));
        let all: Vec<&Input> = inputs.iter().collect();
        classifier.take(train_all(&all, &targets, classifier.labels.len(), classifier.grams.len()));
        classifier
    }

    /// The labels it knows, sorted.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// All labels with a probability (they add up to 1), the likeliest first. `vector` as in [`Example`].
    pub fn classify(&self, text: &str, vector: &[f32]) -> Vec<(String, f64)> {
        let (input, known) = self.input(&grams(text), vector);
        let margins = self.margins(&input);
        let mut out: Vec<(String, f64)> =
            self.labels.iter().cloned().zip(self.sureness.probabilities(&margins, known)).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        out
    }

    fn place(&self, label: &str) -> Option<usize> {
        self.labels.binary_search_by(|known| known.as_str().cmp(label)).ok()
    }

    fn margins(&self, input: &Input) -> Vec<f64> {
        let mut scores: Vec<f64> = self.biases.iter().map(|b| f64::from(*b)).collect();
        let count = self.labels.len();
        for (gram, value) in &input.sparse {
            let from = *gram as usize * count;
            for (score, weight) in scores.iter_mut().zip(self.weights.get(from..from + count).unwrap_or(&[])) {
                *score += f64::from(value * weight);
            }
        }
        for (score, weights) in scores.iter_mut().zip(&self.meaning) {
            *score += f64::from(dot(weights, &input.dense));
        }
        scores
    }

    /// Margins for texts that the machines which give them had not seen.
    fn rehearse(&self, inputs: &[Input], targets: &[usize]) -> Vec<Seen> {
        let count = self.labels.len();
        if count < 2 {
            return Vec::new();
        }
        let mut seen = Vec::new();
        for fold in 0..if inputs.len() < MANY { FOLDS } else { 1 } {
            // Neighbours in the order of rows are often of one source: they go into one fold or another alike.
            let aside = |row: usize| row % FOLDS == fold;
            let kept: Vec<usize> = (0..inputs.len()).filter(|row| !aside(*row)).collect();
            let some: Vec<&Input> = kept.iter().map(|row| &inputs[*row]).collect();
            let wanted: Vec<usize> = kept.iter().map(|row| targets[*row]).collect();
            let machines = train_all(&some, &wanted, count, self.grams.len());
            let mut known = vec![false; self.grams.len()];
            for (gram, _) in some.iter().flat_map(|input| &input.sparse) {
                known[*gram as usize] = true;
            }
            for row in (0..inputs.len()).filter(|row| aside(*row)) {
                let mut input = inputs[row].clone();
                input.sparse.retain(|(gram, _)| known[*gram as usize]);
                let share = rescale(&mut input.sparse);
                let margins = machines.iter().map(|machine| f64::from(machine.score(&input))).collect();
                seen.push(Seen { margins, known: f64::from(share), right: targets[row] });
            }
        }
        seen
    }

    fn take(&mut self, machines: Vec<Machine>) {
        let count = machines.len();
        self.weights = vec![0.0; self.grams.len() * count];
        for (label, machine) in machines.into_iter().enumerate() {
            for (gram, weight) in machine.sparse.iter().enumerate() {
                self.weights[gram * count + label] = *weight;
            }
            self.biases.push(machine.bias);
            self.meaning.push(machine.dense);
        }
    }

    /// A text as the machines read it, and the share of it that is known here (0 to 1).
    fn input(&self, counts: &[(Gram, f32)], vector: &[f32]) -> (Input, f64) {
        let mut unknown = 0.0_f32;
        let mut sparse: Vec<(u32, f32)> = Vec::with_capacity(counts.len());
        for (gram, count) in counts {
            let spread = 1.0 + count.ln();
            match self.grams.get(gram) {
                Some((number, rarity)) => sparse.push((*number, spread * rarity)),
                None => unknown += (spread * self.rarest).powi(2),
            }
        }
        sparse.sort_unstable_by_key(|(number, _)| *number);
        let known = rescale(&mut sparse);
        let share = if known > 0.0 { known / (known + unknown) } else { 0.0 };
        (Input { sparse, dense: self.dense(vector) }, f64::from(share))
    }

    /// A vector of meaning as the machines read it: apart from what all have in common. Another model's is left out.
    fn dense(&self, vector: &[f32]) -> Vec<f32> {
        if vector.is_empty() || vector.len() != self.middle.len() {
            return Vec::new();
        }
        let mut apart: Vec<f32> = vector.iter().zip(&self.middle).map(|(value, middle)| value - middle).collect();
        let length = dot(&apart, &apart).sqrt();
        if length > 0.0 {
            for value in &mut apart {
                *value *= MEANING / length;
            }
        }
        apart
    }
}

/// Brings a vector to length 1, where it isn't nothing, and gives the square of the length that it had.
fn rescale(sparse: &mut [(u32, f32)]) -> f32 {
    let squared = sparse.iter().map(|(_, value)| value * value).sum::<f32>();
    if squared > 0.0 {
        let length = squared.sqrt();
        for (_, value) in sparse {
            *value /= length;
        }
    }
    squared
}

fn train_all(inputs: &[&Input], targets: &[usize], labels: usize, width: usize) -> Vec<Machine> {
    (0..labels).map(|label| Machine::train(inputs, |row| targets[row] == label, width, labels)).collect()
}

/// Which n-grams count and how much.
fn vocabulary(counted: &[Vec<(Gram, f32)>]) -> FxHashMap<Gram, (u32, f32)> {
    let mut holders: FxHashMap<Gram, u32> = FxHashMap::default();
    for (gram, _) in counted.iter().flatten() {
        *holders.entry(*gram).or_default() += 1;
    }
    // Even an n-gram of a single text pays, but among many texts those would be most of the memory.
    let least = if counted.len() < MANY { 1 } else { 2 };
    // Sorted, so that the same rows always give the same numbers and with them the same sums.
    let mut kept: Vec<(Gram, u32)> = holders.into_iter().filter(|(_, n)| *n >= least).collect();
    kept.sort_unstable();
    let rarity = |n: u32| rarity(counted.len(), n);
    kept.into_iter().enumerate().map(|(number, (gram, n))| (gram, (as_u32(number), rarity(n)))).collect()
}

/// How much an n-gram counts that `holders` of `all` texts hold.
fn rarity(all: usize, holders: u32) -> f32 {
    1.0 + ((1.0 + all as f32) / (1.0 + holders as f32)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_and_is_the_same_each_time() {
        let rows = [
            ("社保卡怎么补办", "人社"),
            ("失业金怎么领", "人社"),
            ("养老保险断缴", "人社"),
            ("身份证到期换证", "公安"),
            ("户口迁移需要材料", "公安"),
            ("新生儿落户口", "公安"),
            ("公积金提取", "公积金"),
            ("公积金贷款额度", "公积金"),
            ("公积金账户查询", "公积金"),
        ];
        let rows = rows.map(|(text, label)| Example { text, label, vector: &[] });
        let (a, b) = (Classifier::train(&rows), Classifier::train(&rows));
        for (text, label) in [("失业保险金", "人社"), ("迁户口", "公安"), ("提取公积金", "公积金")]
        {
            let found = a.classify(text, &[]);
            assert_eq!(found[0].0, label);
            assert_eq!(found, b.classify(text, &[]));
            assert!((found.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn a_vector_of_meaning_speaks_where_words_are_unknown() {
        let vectors = [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]];
        let texts = [("补办社保卡", "人社"), ("领失业金", "人社"), ("换身份证", "公安"), ("迁户口", "公安")];
        let rows: Vec<Example<'_>> =
            texts.iter().zip(&vectors).map(|((text, label), vector)| Example { text, label, vector }).collect();
        let classifier = Classifier::train(&rows);
        assert_eq!(classifier.classify("hukou", &[0.0, 1.0])[0].0, "公安");
        assert_eq!(classifier.classify("jobless", &[1.0, 0.0])[0].0, "人社");
        // A vector of another model is left out rather than misread.
        assert_eq!(classifier.classify("迁户口", &[1.0, 0.0, 0.0])[0].0, "公安");
    }

    #[test]
    fn degenerate_input_is_survived() {
        let none = Classifier::train(&[]);
        assert!(none.classify("社保", &[]).is_empty() && none.labels().is_empty());
        let one = Classifier::train(&[Example { text: "", label: "a", vector: &[] }]);
        assert_eq!(one.classify("😀\u{0}", &[])[0].0, "a");
        one.classify(&"啊".repeat(1_000_000), &[]);
    }
}
