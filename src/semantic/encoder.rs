//! One encoder, whatever kind of model is behind it.

use crate::semantic::bert::Bert;
use crate::semantic::compact;
use crate::semantic::error::{ModelError, read};
use crate::semantic::layer::unit;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::path::Path;

/// A text is cut after this many tokens: a question or a passage is shorter, and the cost grows with the length.
const MOST_TOKENS: usize = 256;

/// Makes vectors of texts.
pub struct Encoder {
    id: String,
    dimensions: usize,
    model: Model,
    question_prefix: String,
    passage_prefix: String,
}

enum Model {
    Compact(Box<Bert>, compact::Tokenizer),
}

impl Encoder {
    /// Tells this model, with its settings, from every other one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Numbers in a vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The vector of a question, at length 1. `None` when the model makes none of it.
    pub fn embed_question(&self, text: &str) -> Option<Vec<f32>> {
        self.embed(&self.question_prefix, text)
    }

    /// The vector of a passage.
    pub fn embed_passage(&self, text: &str) -> Option<Vec<f32>> {
        self.embed(&self.passage_prefix, text)
    }

    /// The vectors of passages, made on all cores.
    pub fn embed_passages(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>> {
        texts.par_iter().map(|text| self.embed_passage(text)).collect()
    }

    fn embed(&self, prefix: &str, text: &str) -> Option<Vec<f32>> {
        let text = format!("{prefix}{text}");
        match &self.model {
            Model::Compact(bert, tokenizer) => unit(bert.encode(&tokenizer.tokens(&text, MOST_TOKENS)).ok()?),
        }
    }
}

/// Loads the model of a folder.
pub fn load(folder: &Path) -> Result<Encoder, ModelError> {
    let path = folder.join("e5-small-q4.bin");
    let bytes = read(&path)?;
    let id = format!("{:x?}", Sha256::digest(&bytes));
    let (bert, tokenizer) = compact::read(&path, bytes)?;
    Ok(Encoder { id, dimensions: bert.width, model: Model::Compact(Box::new(bert), tokenizer), question_prefix: "query: ".into(), passage_prefix: "passage: ".into() })
}
