//! A text encoder of the BERT kind: embeddings, layers of attention and of two linear steps, one vector from all tokens.

use crate::semantic::layer::{Linear, Norm, Scratch, add, gelu, multiply, softmax};
use half::f16;
use rten_gemm::GemmError;
use rten_tensor::NdTensorView;
use serde::{Deserialize, Serialize};

/// Weights in a block of the 4-bit form.
pub(crate) const BLOCK: usize = 32;
/// Bytes of such a block: a scale of 16 bits and 32 halves of bytes.
pub(crate) const BLOCK_BYTES: usize = 18;

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean: E5, and most sentence encoders.
    #[default]
    Mean,
    /// The first one's, which stands for the whole: BGE.
    Cls,
}

/// The table that has a row for each token.
pub(crate) enum Words {
    /// Blocks of 4-bit numbers as in the file: where they begin there.
    Blocks { file: Vec<u8>, start: usize },
    /// 8-bit numbers with a step for each row.
    Steps { rows: Vec<i8>, units: Vec<f32> },
}

impl Words {
    /// How many tokens have a row of `width` numbers.
    pub(crate) fn rows(&self, width: usize) -> usize {
        match self {
            Self::Blocks { file, start } => (file.len() - start) / (width / BLOCK * BLOCK_BYTES),
            Self::Steps { units, .. } => units.len(),
        }
    }

    /// Adds the row of a token to `to`; a number that has no row adds nothing.
    fn add(&self, token: u32, to: &mut [f32]) {
        let token = token as usize;
        match self {
            Self::Blocks { file, start } => {
                let bytes = to.len() / BLOCK * BLOCK_BYTES;
                let from = start + token * bytes;
                if let Some(row) = file.get(from..from + bytes) {
                    for (block, to) in row.chunks_exact(BLOCK_BYTES).zip(to.chunks_exact_mut(BLOCK)) {
                        open_block(block, |at, value| to[at] += value);
                    }
                }
            }
            Self::Steps { rows, units } => {
                if let (Some(row), Some(unit)) = (rows.chunks_exact(to.len()).nth(token), units.get(token)) {
                    for (to, step) in to.iter_mut().zip(row) {
                        *to += f32::from(*step) * unit;
                    }
                }
            }
        }
    }
}

/// Gives the 32 weights of a block with their places.
pub(crate) fn open_block(block: &[u8], mut give: impl FnMut(usize, f32)) {
    let Some((scale, halves)) = block.split_first_chunk() else { return };
    let scale = f16::from_le_bytes(*scale).to_f32();
    for (at, both) in halves.iter().enumerate() {
        give(at, (f32::from(both & 15) - 8.0) * scale);
        give(at + BLOCK / 2, (f32::from(both >> 4) - 8.0) * scale);
    }
}

/// One layer.
pub(crate) struct Layer {
    /// Queries, keys and values, side by side.
    pub(crate) attend: Linear,
    pub(crate) attended: Linear,
    pub(crate) attended_norm: Norm,
    pub(crate) widen: Linear,
    pub(crate) narrow: Linear,
    pub(crate) norm: Norm,
}

/// The encoder.
pub(crate) struct Bert {
    /// Numbers in a token's vector.
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) words: Words,
    /// A row for each place in a text, with what is added to every token.
    pub(crate) places: Vec<f32>,
    pub(crate) first_norm: Norm,
    pub(crate) layers: Vec<Layer>,
    pub(crate) pooling: Pooling,
}

impl Bert {
    /// How many tokens it can read.
    pub(crate) fn places(&self) -> usize {
        self.places.len() / self.width
    }

    /// The vector of a text, not yet at length 1. Tokens that have no place are left out.
    pub(crate) fn encode(&self, tokens: &[u32]) -> Result<Vec<f32>, GemmError> {
        let mut x: Vec<f32> = self.places.chunks_exact(self.width).take(tokens.len()).flatten().copied().collect();
        for (row, token) in x.chunks_exact_mut(self.width).zip(tokens) {
            self.words.add(*token, row);
        }
        self.first_norm.apply(&mut x);
        let mut scratch = Scratch::default();
        let (mut wide, mut change, mut attention) = (Vec::new(), Vec::new(), Attention::default());
        for layer in &self.layers {
            layer.attend.apply(&x, &mut scratch, &mut wide)?;
            attention.run(&wide, self.width, self.heads)?;
            layer.attended.apply(&attention.out, &mut scratch, &mut change)?;
            add(&mut x, &change);
            layer.attended_norm.apply(&mut x);
            layer.widen.apply(&x, &mut scratch, &mut wide)?;
            gelu(&mut wide);
            layer.narrow.apply(&wide, &mut scratch, &mut change)?;
            add(&mut x, &change);
            layer.norm.apply(&mut x);
        }
        Ok(self.pool(&x))
    }

    fn pool(&self, rows: &[f32]) -> Vec<f32> {
        match self.pooling {
            Pooling::Cls => rows.get(..self.width).map(<[f32]>::to_vec).unwrap_or_default(),
            Pooling::Mean => {
                let mut sum = vec![0.0; self.width];
                for row in rows.chunks_exact(self.width) {
                    add(&mut sum, row);
                }
                // The mean has the same direction as the sum, and only that counts.
                sum
            }
        }
    }
}

/// Each token's look at the others, head by head.
#[derive(Default)]
struct Attention {
    out: Vec<f32>,
    shares: Vec<f32>,
    head: Vec<f32>,
}

impl Attention {
    fn run(&mut self, wide: &[f32], width: usize, heads: usize) -> Result<(), GemmError> {
        let tokens = wide.len() / (3 * width);
        let size = width / heads;
        let all = NdTensorView::from_data([tokens, 3 * width], wide);
        self.out.clear();
        self.out.resize(tokens * width, 0.0);
        for head in 0..heads {
            let from = head * size;
            let part = |number: usize| all.slice((.., number * width + from..number * width + from + size));
            multiply(part(0), part(1).transposed(), 1.0 / (size as f32).sqrt(), &mut self.shares)?;
            softmax(&mut self.shares, tokens);
            let shares = NdTensorView::from_data([tokens, tokens], self.shares.as_slice());
            multiply(shares, part(2), 1.0, &mut self.head)?;
            for (row, values) in self.out.chunks_exact_mut(width).zip(self.head.chunks_exact(size)) {
                row[from..from + size].copy_from_slice(values);
            }
        }
        Ok(())
    }
}
