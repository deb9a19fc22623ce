//! stub
use crate::evaluation::{EvaluationError, Options};
use crate::matching::Weights;
use std::io::Write;
/// Trains.
pub fn tune(_options: &Options, _out: &mut dyn Write) -> Result<Weights, EvaluationError> { Ok(Weights::plain()) }
