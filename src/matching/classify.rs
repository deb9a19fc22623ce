//! Which label a text belongs to: the responsible unit, the kind of a message. Linear support vector machines, one a
//! label against the rest, over character n-grams weighed by rarity.
//!
//! Each machine is trained by dual coordinate descent (Hsieh et al. 2008): deterministic, seconds for thousands of
//! texts and a hundred labels. Nothing of the training texts is kept but the weights of their n-grams.

use crate::matching::document::as_u32;
use crate::matching::normalise::is_han;
use crate::matching::similar::shared;
use rustc_hash::FxHashMap;

/// A text is read up to this many characters.
const LIMIT: usize = 1_000;
/// How much a training text on the wrong side costs.
const COST: f32 = 1.0;
/// Passes over the texts, at most.
const PASSES: usize = 40;
/// How steeply margins turn into probabilities.
const STEEPNESS: f64 = 4.0;

/// A trained classifier. Texts come in as they are; it normalises them itself.
#[derive(Debug, Default)]
pub struct Classifier {
    labels: Vec<String>,
    /// An n-gram's number and how much its presence counts.
    grams: FxHashMap<Box<str>, (u32, f32)>,
    /// The weights of all labels of one n-gram together, so that classifying walks memory in order.
    weights: Vec<f32>,
    biases: Vec<f32>,
}

/// A text as numbers of n-grams and their values, of length 1.
type Sparse = Vec<(u32, f32)>;

impl Classifier {
    /// Learns from texts and their labels. Without texts it knows no label; with one label it always says that one.
    pub fn train<T: AsRef<str>, L: AsRef<str>>(rows: &[(T, L)]) -> Self {
        let mut labels: Vec<String> = rows.iter().map(|(_, label)| label.as_ref().to_owned()).collect();
        labels.sort_unstable();
        labels.dedup();
        let counted: Vec<FxHashMap<Box<str>, f32>> = rows.iter().map(|(text, _)| grams_of(text.as_ref())).collect();
        let grams = vocabulary(&counted);
        let mut classifier = Self { labels, grams, weights: Vec::new(), biases: Vec::new() };
        let inputs: Vec<Sparse> = counted.iter().map(|counts| classifier.sparse(counts)).collect();
        drop(counted);
        let count = classifier.labels.len();
        classifier.weights = vec![0.0; classifier.grams.len() * count];
        classifier.biases = vec![0.0; count];
        let targets: Vec<usize> = rows
            .iter()
            .map(|(_, label)| classifier.labels.binary_search_by(|l| l.as_str().cmp(label.as_ref())).unwrap_or(0))
            .collect();
        for label in 0..count {
            let (weights, bias) = machine(&inputs, &targets, label, classifier.grams.len());
            for (gram, weight) in weights.iter().enumerate() {
                classifier.weights[gram * count + label] = *weight;
            }
            classifier.biases[label] = bias;
        }
        classifier
    }

    /// The labels it knows, sorted.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// All labels with a probability (they add up to 1), the likeliest first.
    pub fn classify(&self, text: &str) -> Vec<(String, f64)> {
        let mut scores: Vec<f64> = self.biases.iter().map(|b| f64::from(*b)).collect();
        let count = self.labels.len();
        for (gram, value) in self.sparse(&grams_of(text)) {
            let from = gram as usize * count;
            for (score, weight) in scores.iter_mut().zip(self.weights.get(from..from + count).unwrap_or(&[])) {
                *score += f64::from(value * weight);
            }
        }
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let raised: Vec<f64> = scores.iter().map(|s| (STEEPNESS * (s - highest)).exp()).collect();
        let total: f64 = raised.iter().sum();
        let mut out: Vec<(String, f64)> =
            self.labels.iter().cloned().zip(raised.into_iter().map(|r| r / total)).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1));
        out
    }

    fn sparse(&self, counts: &FxHashMap<Box<str>, f32>) -> Sparse {
        let mut out: Sparse = counts
            .iter()
            .filter_map(|(gram, count)| {
                let (number, rarity) = self.grams.get(gram)?;
                Some((*number, (1.0 + count.ln()) * rarity))
            })
            .collect();
        out.sort_unstable_by_key(|(number, _)| *number);
        let norm = out.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        if norm > 0.0 {
            for (_, value) in &mut out {
                *value /= norm;
            }
        }
        out
    }
}

/// Which n-grams count and how much: those in at least two texts.
fn vocabulary(counted: &[FxHashMap<Box<str>, f32>]) -> FxHashMap<Box<str>, (u32, f32)> {
    let mut holders: FxHashMap<&str, u32> = FxHashMap::default();
    for counts in counted {
        for gram in counts.keys() {
            *holders.entry(gram).or_default() += 1;
        }
    }
    // Sorted, so that the same rows always give the same numbers and with them the same sums.
    let mut kept: Vec<(&str, u32)> = holders.into_iter().filter(|(_, n)| *n > 1 || counted.len() < 50).collect();
    kept.sort_unstable();
    let all = counted.len() as f32;
    kept.into_iter()
        .enumerate()
        .map(|(number, (gram, n))| (Box::from(gram), (as_u32(number), 1.0 + ((1.0 + all) / (1.0 + n as f32)).ln())))
        .collect()
}

/// The n-grams of a text with how often they occur: one to three characters where it is Chinese, words and their
/// beginnings elsewhere. Greetings stay in: they tell complaints from questions.
fn grams_of(text: &str) -> FxHashMap<Box<str>, f32> {
    let end = text.char_indices().nth(LIMIT).map_or(text.len(), |(at, _)| at);
    let normal = shared().normalise(&text[..end]);
    let chars: Vec<(usize, char)> = normal.char_indices().collect();
    let byte = |at: usize| chars.get(at).map_or(normal.len(), |(byte, _)| *byte);
    let mut counts: FxHashMap<Box<str>, f32> = FxHashMap::default();
    let mut count = |from: usize, to: usize| {
        if let Some(gram) = normal.get(byte(from)..byte(to)) {
            *counts.entry(gram.into()).or_default() += 1.0;
        }
    };
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at].1;
        if is_han(c) {
            for length in 1..=3 {
                if at + length <= chars.len() && chars[at..at + length].iter().all(|(_, c)| is_han(*c)) {
                    count(at, at + length);
                }
            }
            at += 1;
        } else if c.is_alphanumeric() {
            let end = chars[at..]
                .iter()
                .position(|(_, c)| !c.is_alphanumeric() || is_han(*c))
                .map_or(chars.len(), |offset| at + offset);
            count(at, end.min(at + 40));
            if end - at > 5 {
                count(at, at + 5);
            }
            at = end;
        } else {
            if !c.is_whitespace() {
                count(at, at + 1);
            }
            at += 1;
        }
    }
    counts
}

/// Trains one machine: the label's texts against all others. Squared hinge loss.
fn machine(inputs: &[Sparse], targets: &[usize], label: usize, grams: usize) -> (Vec<f32>, f32) {
    let mut weights = vec![0.0_f32; grams];
    let mut bias = 0.0_f32;
    let mut alphas = vec![0.0_f32; inputs.len()];
    let mut active: Vec<u32> = (0..as_u32(inputs.len())).collect();
    // The inputs have length 1; the bias is one more input of 1.
    let diagonal = 2.0 + 1.0 / (2.0 * COST);
    let mut seed = 0x9e37_79b9_u32;
    for pass in 0..PASSES {
        // A fixed shuffle: the order matters for speed, not for the result.
        for at in (1..active.len()).rev() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            active.swap(at, (seed >> 8) as usize % (at + 1));
        }
        let mut largest = 0.0_f32;
        active.retain(|row| {
            let row = *row as usize;
            let sign = if targets[row] == label { 1.0_f32 } else { -1.0 };
            let input = &inputs[row];
            let output = bias + input.iter().map(|(gram, value)| weights[*gram as usize] * value).sum::<f32>();
            let gradient = sign * output - 1.0 + alphas[row] / (2.0 * COST);
            if alphas[row] <= 0.0 && gradient >= 0.0 {
                // Surely on its side for now; the last passes look at it again.
                return gradient < 0.2 || pass < 2;
            }
            largest = largest.max(gradient.abs());
            let new = (alphas[row] - gradient / diagonal).max(0.0);
            let change = (new - alphas[row]) * sign;
            alphas[row] = new;
            if change != 0.0 {
                bias += change;
                for (gram, value) in input {
                    weights[*gram as usize] += change * value;
                }
            }
            true
        });
        if largest < 0.05 {
            if active.len() == inputs.len() {
                break;
            }
            active = (0..as_u32(inputs.len())).collect();
            if pass > PASSES / 2 {
                break;
            }
        }
    }
    (weights, bias)
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
        let (a, b) = (Classifier::train(&rows), Classifier::train(&rows));
        for (text, label) in [("失业保险金", "人社"), ("迁户口", "公安"), ("提取公积金", "公积金")]
        {
            let found = a.classify(text);
            assert_eq!(found[0].0, label);
            assert_eq!(found, b.classify(text));
            assert!((found.iter().map(|(_, p)| p).sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn degenerate_input_is_survived() {
        let none = Classifier::train::<&str, &str>(&[]);
        assert!(none.classify("社保").is_empty() && none.labels().is_empty());
        let one = Classifier::train(&[("", "a")]);
        assert_eq!(one.classify("😀\u{0}")[0].0, "a");
        one.classify(&"啊".repeat(1_000_000));
    }
}
