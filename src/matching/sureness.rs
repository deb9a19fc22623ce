//! How sure a classifier may be: margins become probabilities, so that of all firsts with a probability of 0.8, eight of
//! ten are right. Learned from texts that the machines had not seen.

use crate::matching::logistic::{Row, dot, fit, sigmoid};

/// How steeply margins turn into probabilities where there was too little to learn it from.
const STEEPNESS: f64 = 4.0;
/// From so many unseen texts on it is learned.
const ENOUGH: usize = 60;
/// Nobody is surer than this of a first label.
const SUREST: f64 = 0.995;
/// How much the weights are held small.
const RIDGE: f64 = 1.0;

/// Turns margins into probabilities.
#[derive(Debug, Clone, Default)]
pub(super) struct Sureness {
    /// Intercept and weights of the probability that the first is right; without weights nothing was learned.
    intercept: f64,
    weights: Vec<f64>,
}

/// Margins of a text by label; whether the first was right; and how much of the text was known.
pub(super) struct Seen {
    pub(super) margins: Vec<f64>,
    pub(super) known: f64,
    pub(super) right: usize,
}

impl Sureness {
    /// Learns from margins given to unseen texts.
    pub(super) fn learn(seen: &[Seen]) -> Self {
        if seen.len() < ENOUGH {
            return Self::default();
        }
        let rows: Vec<Row> = seen
            .iter()
            .map(|one| {
                let first = first(&one.margins);
                Row { features: features(&one.margins, one.known), label: first == one.right, weight: 1.0 }
            })
            .collect();
        let (intercept, weights) = fit(&rows, RIDGE);
        Self { intercept, weights }
    }

    /// The probability of each label; they add up to 1 and keep the order of the margins. `known` is the share of the
    /// text that the machines know.
    pub(super) fn probabilities(&self, margins: &[f64], known: f64) -> Vec<f64> {
        if self.weights.is_empty() || margins.len() < 2 {
            return raised(margins, STEEPNESS);
        }
        let sure = sigmoid(self.intercept + dot(&self.weights, &features(margins, known)));
        let aim = sure.clamp(1.0 / margins.len() as f64, SUREST);
        // The steepness at which the first gets just that probability. It grows with the steepness.
        let (mut low, mut high) = (0.0_f64, 200.0_f64);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if share_of_first(margins, middle) < aim { low = middle } else { high = middle }
        }
        raised(margins, f64::midpoint(low, high))
    }
}

fn first(margins: &[f64]) -> usize {
    // Of equal ones the first, as in the order of labels.
    margins.iter().enumerate().fold(0, |best, (at, margin)| if *margin > margins[best] { at } else { best })
}

fn highest_two(margins: &[f64]) -> (f64, f64) {
    margins.iter().fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |(one, two), margin| {
        if *margin > one { (*margin, one) } else { (one, two.max(*margin)) }
    })
}

/// What tells how sure to be: the first margin, its lead, how it stands against all, how much of the text is known.
fn features(margins: &[f64], known: f64) -> Vec<f64> {
    let (one, two) = highest_two(margins);
    let lead = if two.is_finite() { one - two } else { 2.0 };
    let share = share_of_first(margins, STEEPNESS).clamp(1e-6, 1.0 - 1e-6);
    vec![one.clamp(-3.0, 3.0), lead.clamp(0.0, 3.0), (share / (1.0 - share)).ln(), known]
}

fn share_of_first(margins: &[f64], steepness: f64) -> f64 {
    let (highest, _) = highest_two(margins);
    // What lies so far behind adds nothing, and the power is the dear part.
    let near = margins.iter().map(|margin| steepness * (margin - highest)).filter(|below| *below > -40.0);
    1.0 / near.map(f64::exp).sum::<f64>()
}

fn raised(margins: &[f64], steepness: f64) -> Vec<f64> {
    let (highest, _) = highest_two(margins);
    let raised: Vec<f64> = margins.iter().map(|margin| (steepness * (margin - highest)).exp()).collect();
    let total: f64 = raised.iter().sum();
    raised.into_iter().map(|r| r / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Margins of a machine that boasts: with a lead of 1 it is right three times of four.
    fn boasting() -> Vec<Seen> {
        (0..400).map(|n| Seen { margins: vec![1.0, 0.0, -0.5], known: 1.0, right: usize::from(n % 4 == 0) }).collect()
    }

    #[test]
    fn the_first_is_as_sure_as_it_was_right() {
        let found = Sureness::learn(&boasting()).probabilities(&[1.0, 0.0, -0.5], 1.0);
        assert!((found[0] - 0.75).abs() < 0.02, "{found:?}");
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(found[1] > found[2]);
    }

    #[test]
    fn little_to_learn_from_and_odd_margins_are_survived() {
        assert!(Sureness::learn(&boasting()[..10]).weights.is_empty());
        let learned = Sureness::learn(&boasting());
        assert!(learned.probabilities(&[], 0.0).is_empty());
        assert_eq!(learned.probabilities(&[0.3], 0.0), [1.0]);
        assert_eq!(learned.probabilities(&[0.3, 0.3], 0.0), [0.5, 0.5]);
    }
}
