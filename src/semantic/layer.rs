//! The arithmetic of a model's layers.
//!
//! Weights are kept as 8-bit numbers, a scale for each output. Inputs are split into a coarse and a fine 7-bit part, so that
//! both products are exact in integers and a result hardly differs from that in real numbers. Seven bits, because without
//! VNNI the processor adds two products in 16 bits: 127 × 127 × 2 still fits.

use rten_gemm::{GemmError, GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::{Matrix, MatrixLayout, NdTensorView};
use rten_vecmath::{Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};

/// Inputs lie between minus and plus this many steps.
const STEPS: f32 = 63.0;
/// Added to make them positive.
const MIDDLE: i32 = 64;
/// A fine step is this part of a coarse one: what a coarse step rounds away is at most half of it.
const FINE: f32 = 126.0;
/// 1.5 × 2²³: a real number that is added to it is rounded to an integer, which stands in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// So many rows go through a layer at once: their sums stay in the processor's own memory.
const ROWS: usize = 24;

// Which processor it is, is found out at run time. The library's executors can't be sent to another thread, and making one
// costs next to nothing: so each call makes its own.

/// `factor` × `a` × `b`, over what was in `out`.
pub(crate) fn multiply(a: Matrix, b: Matrix, factor: f32, out: &mut Vec<f32>) -> Result<(), GemmError> {
    out.clear();
    out.resize(a.rows() * b.cols(), 0.0);
    let options = GemmOptions { alpha: factor, ..GemmOptions::default() };
    GemmExecutor::<f32>::default().gemm(out, GemmInputA::Unpacked(a), GemmInputB::Unpacked(b), options)
}

/// Multiplies whole numbers.
fn whole() -> GemmExecutor<u8, i8, i32> {
    GemmExecutor::default()
}

/// Memory that is used again from layer to layer.
#[derive(Default)]
pub(crate) struct Scratch {
    steps: Vec<u8>,
    units: Vec<f32>,
    sums: Vec<i32>,
}

/// A layer that multiplies by a matrix and adds a bias.
pub(crate) struct Linear {
    inputs: usize,
    weights: PackedBMatrix<i8>,
    /// For each output: the size of a step of its weights; what [`MIDDLE`] adds to its sum; its bias.
    outputs: Vec<(f32, i32, f32)>,
}

impl Linear {
    /// `rows` holds a row of `inputs` weights for each bias, as model files do.
    pub(crate) fn new(inputs: usize, rows: &[f32], bias: &[f32]) -> Self {
        let mut steps = Vec::with_capacity(rows.len());
        let mut outputs = Vec::with_capacity(bias.len());
        for (row, bias) in rows.chunks_exact(inputs).zip(bias) {
            let (unit, whole) = eight_bits(row);
            outputs.push((unit, MIDDLE * whole.iter().map(|w| i32::from(*w)).sum::<i32>(), *bias));
            steps.extend(whole);
        }
        let view = NdTensorView::from_data([outputs.len(), inputs], steps.as_slice());
        Self { inputs, weights: whole().prepack_b(view.transposed()), outputs }
    }

    /// `columns` holds a row of weights for each input, one for each of `bias`.
    pub(crate) fn from_columns(columns: &[f32], bias: &[f32]) -> Self {
        let width = bias.len();
        let rows: Vec<f32> = (0..width).flat_map(|at| columns.iter().skip(at).step_by(width).copied()).collect();
        Self::new(rows.len() / width, &rows, bias)
    }

    /// Applies the layer to each row of `input`, over what was in `out`.
    pub(crate) fn apply(&self, input: &[f32], scratch: &mut Scratch, out: &mut Vec<f32>) -> Result<(), GemmError> {
        out.clear();
        for rows in input.chunks(ROWS * self.inputs) {
            self.apply_some(rows, scratch, out)?;
        }
        Ok(())
    }

    fn apply_some(&self, input: &[f32], scratch: &mut Scratch, out: &mut Vec<f32>) -> Result<(), GemmError> {
        let rows = input.len() / self.inputs;
        let width = self.outputs.len();
        // Every place is written below: what was there doesn't matter.
        scratch.steps.resize(2 * input.len(), 0);
        scratch.sums.resize(2 * rows * width, 0);
        scratch.units.clear();
        let (coarse, fine) = scratch.steps.split_at_mut(input.len());
        let parts = coarse.chunks_exact_mut(self.inputs).zip(fine.chunks_exact_mut(self.inputs));
        let units = input.chunks_exact(self.inputs).zip(parts).map(|(row, (coarse, fine))| split(row, coarse, fine));
        scratch.units.extend(units);
        let a = NdTensorView::from_data([2 * rows, self.inputs], scratch.steps.as_slice());
        whole().gemm(
            &mut scratch.sums,
            GemmInputA::Unpacked(a),
            GemmInputB::Packed(&self.weights),
            GemmOptions::default(),
        )?;
        let (coarse, fine) = scratch.sums.split_at(rows * width);
        for ((coarse, fine), unit) in coarse.chunks_exact(width).zip(fine.chunks_exact(width)).zip(&scratch.units) {
            out.extend(coarse.iter().zip(fine).zip(&self.outputs).map(|((coarse, fine), (step, middle, bias))| {
                let sum = (coarse - middle) as f32 + (fine - middle) as f32 * (1.0 / FINE);
                sum * (unit * step) + bias
            }));
        }
        Ok(())
    }
}

/// Splits a row into coarse and fine steps and gives the size of a coarse one.
fn split(row: &[f32], coarse: &mut [u8], fine: &mut [u8]) -> f32 {
    let largest = row.iter().fold(0.0, |largest: f32, x| largest.max(x.abs()));
    let unit = largest / STEPS;
    let per_unit = if unit > 0.0 { 1.0 / unit } else { 0.0 };
    for ((x, coarse), fine) in row.iter().zip(coarse).zip(fine) {
        let steps = x * per_unit;
        let whole = steps + (ROUND + MIDDLE as f32);
        let rest = (steps - (whole - (ROUND + MIDDLE as f32))) * FINE;
        *coarse = whole.to_bits().to_le_bytes()[0];
        *fine = (rest + (ROUND + MIDDLE as f32)).to_bits().to_le_bytes()[0];
    }
    unit
}

/// A row as 8-bit numbers, and what one of their steps is.
#[expect(clippy::cast_possible_truncation, reason = "a weight over its unit lies between -127 and 127")]
pub(crate) fn eight_bits(row: &[f32]) -> (f32, Vec<i8>) {
    let largest = row.iter().fold(0.0, |largest: f32, w| largest.max(w.abs()));
    let unit = largest / 127.0;
    let per_unit = if unit > 0.0 { 1.0 / unit } else { 0.0 };
    (unit, row.iter().map(|w| (w * per_unit).round() as i8).collect())
}

/// Brings rows to mean 0 and variance 1, then scales and shifts each column.
pub(crate) struct Norm {
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) epsilon: f32,
}

impl Norm {
    pub(crate) fn apply(&self, rows: &mut [f32]) {
        for row in rows.chunks_exact_mut(self.scale.len()) {
            let mean = Sum::new(row).dispatch() / row.len() as f32;
            let variance = SumSquareSub::new(row, mean).dispatch() / row.len() as f32;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: 1.0 / (variance + self.epsilon).sqrt(),
                element_scale: Some(&self.scale),
                element_bias: Some(&self.shift),
                ..NormalizeOptions::default()
            };
            Normalize::new_mut(row, options).dispatch();
        }
    }
}

/// Adds `other` to `to`.
pub(crate) fn add(to: &mut [f32], other: &[f32]) {
    for (to, other) in to.iter_mut().zip(other) {
        *to += other;
    }
}

/// The Gaussian error linear unit, exact to single precision.
pub(crate) fn gelu(values: &mut [f32]) {
    Gelu {}.map_mut(values);
}

/// What is below zero becomes zero.
pub(crate) fn relu(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

/// Makes each row of `width` values a distribution.
pub(crate) fn softmax(rows: &mut [f32], width: usize) {
    for row in rows.chunks_exact_mut(width) {
        Softmax::new_mut(row).dispatch();
    }
}

/// The vector at length 1, or `None` when it has no direction.
pub(crate) fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if !length.is_finite() || length <= f32::MIN_POSITIVE {
        return None;
    }
    for x in &mut vector {
        *x /= length;
    }
    Some(vector)
}
