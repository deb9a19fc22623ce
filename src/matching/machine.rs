//! Linear support vector machines, trained by dual coordinate descent (Hsieh et al. 2008): deterministic, seconds for
//! thousands of texts and a hundred labels.

use crate::matching::document::as_u32;

/// How much a training text on the wrong side costs, where a label has few texts.
const COST: f32 = 1.0;
/// The same where a label has so many texts that single ones, often wrongly labelled, should count less.
const COST_OF_MANY: f32 = 0.3;
/// From so many texts a label on.
const MANY: usize = 500;
/// Passes over the texts, at most.
const PASSES: usize = 40;

/// A text as numbers of n-grams with their values (together of length 1), and the vector of its meaning, or none.
#[derive(Debug, Clone, Default)]
pub(super) struct Input {
    pub(super) sparse: Vec<(u32, f32)>,
    pub(super) dense: Vec<f32>,
}

impl Input {
    fn squared(&self) -> f32 {
        self.sparse.iter().map(|(_, value)| value * value).sum::<f32>() + dot(&self.dense, &self.dense)
    }
}

/// What one machine learned.
#[derive(Debug)]
pub(super) struct Machine {
    pub(super) sparse: Vec<f32>,
    pub(super) dense: Vec<f32>,
    pub(super) bias: f32,
}

/// The sum of products, in eight strands so that the processor can work on them together. Always in the same order.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut strands = [0.0_f32; 8];
    let (a, b) = (a.chunks(8), b.chunks(8));
    for (a, b) in a.zip(b) {
        for ((strand, a), b) in strands.iter_mut().zip(a).zip(b) {
            *strand += a * b;
        }
    }
    strands.iter().sum()
}

impl Machine {
    /// Learns to tell the inputs for which `belongs` says yes from all others. Squared hinge loss. `width` is the
    /// number of n-grams, `labels` that of the labels.
    pub(super) fn train(inputs: &[&Input], belongs: impl Fn(usize) -> bool, width: usize, labels: usize) -> Self {
        let cost = if inputs.len() / labels.max(1) < MANY { COST } else { COST_OF_MANY };
        let meaning = inputs.iter().map(|input| input.dense.len()).max().unwrap_or(0);
        let mut machine = Self { sparse: vec![0.0; width], dense: vec![0.0; meaning], bias: 0.0 };
        let mut alphas = vec![0.0_f32; inputs.len()];
        // The bias is one more input of 1.
        let diagonals: Vec<f32> = inputs.iter().map(|input| input.squared() + 1.0 + 1.0 / (2.0 * cost)).collect();
        let mut active: Vec<u32> = (0..as_u32(inputs.len())).collect();
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
                let sign = if belongs(row) { 1.0_f32 } else { -1.0 };
                let gradient = sign * machine.score(inputs[row]) - 1.0 + alphas[row] / (2.0 * cost);
                if alphas[row] <= 0.0 && gradient >= 0.0 {
                    // Surely on its side for now; the last passes look at it again.
                    return gradient < 0.2 || pass < 2;
                }
                largest = largest.max(gradient.abs());
                let new = (alphas[row] - gradient / diagonals[row]).max(0.0);
                let change = (new - alphas[row]) * sign;
                alphas[row] = new;
                if change != 0.0 {
                    machine.move_by(inputs[row], change);
                }
                true
            });
            if largest < 0.05 {
                if active.len() == inputs.len() || pass > PASSES / 2 {
                    break;
                }
                active = (0..as_u32(inputs.len())).collect();
            }
        }
        machine
    }

    pub(super) fn score(&self, input: &Input) -> f32 {
        self.bias
            + input.sparse.iter().map(|(gram, value)| self.sparse[*gram as usize] * value).sum::<f32>()
            + dot(&self.dense, &input.dense)
    }

    fn move_by(&mut self, input: &Input, change: f32) {
        self.bias += change;
        for (gram, value) in &input.sparse {
            self.sparse[*gram as usize] += change * value;
        }
        for (weight, value) in self.dense.iter_mut().zip(&input.dense) {
            *weight += change * value;
        }
    }
}
