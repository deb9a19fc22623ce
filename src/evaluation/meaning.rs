//! The semantic signal while measuring and tuning: an encoder, and the vectors that it made before.
//!
//! Embedding the packs takes minutes, so vectors are kept in a file beside the model if the caller names a folder for them.
//! A question that is measured is embedded all the same: its time counts.

use crate::evaluation::EvaluationError;
use crate::evaluation::metrics::fixed_hash;
use crate::matching::vectors::{Asked, Part, Vector, texts};
use crate::matching::{Document, Index};
use crate::semantic::{self, Encoder, Manner};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// So many texts are embedded at once.
const BATCH: usize = 256;

/// An encoder with what it made before.
pub(crate) struct Meaning {
    encoder: Encoder,
    known: HashMap<u64, Vec<f32>>,
    file: Option<PathBuf>,
}

impl Meaning {
    /// Loads the model in a folder, and what is kept of it in another one.
    pub(crate) fn load(model: &Path, kept: Option<&Path>) -> Result<Self, EvaluationError> {
        let encoder = semantic::load(model, &Manner::default())?;
        let file = kept.map(|folder| folder.join(format!("{}.f32", encoder.id())));
        let mut known = HashMap::new();
        if let Some(bytes) = file.as_ref().and_then(|file| fs::read(file).ok()) {
            // A record: the text's number, then the vector. What an interruption left unfinished is passed over.
            for record in bytes.chunks_exact(8 + 4 * encoder.dimensions()) {
                let (key, values) = record.split_at(8);
                let values = values.as_chunks::<4>().0.iter().map(|value| f32::from_le_bytes(*value)).collect();
                known.insert(key.iter().fold(0, |key, byte| key << 8 | u64::from(*byte)), values);
            }
        }
        Ok(Self { encoder, known, file })
    }

    /// What a question means, embedded now.
    pub(crate) fn of(&self, question: &str) -> Option<Asked> {
        self.encoder.embed_question(question).map(|values| Asked::new(&values))
    }

    /// What a question means, as it is known or else embedded now.
    pub(crate) fn known(&self, question: &str) -> Option<Asked> {
        match self.known.get(&key(true, question)) {
            Some(values) => Some(Asked::new(values)),
            None => self.of(question),
        }
    }

    /// A question's vector, as it is known or else made now.
    pub(crate) fn vector(&self, question: &str) -> Option<Vec<f32>> {
        match self.known.get(&key(true, question)) {
            Some(values) => Some(values.clone()),
            None => self.encoder.embed_question(question),
        }
    }

    /// Embeds questions and keeps them.
    pub(crate) fn learn(&mut self, questions: &[&str]) -> Result<(), EvaluationError> {
        self.make(questions.iter().map(|question| (true, (*question).to_owned())).collect())
    }

    /// Gives an index the vectors of its documents.
    pub(crate) fn fill(&mut self, index: &mut Index, documents: &[Document]) -> Result<(), EvaluationError> {
        index.expect_vectors(self.encoder.dimensions());
        index.compare_by_meaning();
        let parts: Vec<Vec<(Part, String)>> = documents.iter().map(texts).collect();
        self.make(parts.iter().flatten().map(|(part, text)| (part.is_asked(), text.clone())).collect())?;
        for (document, parts) in documents.iter().zip(parts) {
            let vectors = parts
                .iter()
                .filter_map(|(part, text)| Some((*part, Vector::new(self.known.get(&key(part.is_asked(), text))?))));
            index.set_vectors(&document.id, vectors.collect());
        }
        Ok(())
    }

    fn make(&mut self, texts: Vec<(bool, String)>) -> Result<(), EvaluationError> {
        let missing: Vec<(bool, String)> =
            texts.into_iter().filter(|(asked, text)| !self.known.contains_key(&key(*asked, text))).collect();
        for batch in missing.chunks(BATCH) {
            let mut bytes = Vec::new();
            for asked in [true, false] {
                let texts: Vec<&str> =
                    batch.iter().filter(|(a, _)| *a == asked).map(|(_, text)| text.as_str()).collect();
                let made =
                    if asked { self.encoder.embed_questions(&texts) } else { self.encoder.embed_passages(&texts) };
                for (text, values) in texts.into_iter().zip(made) {
                    let (key, values) = (key(asked, text), values.unwrap_or_default());
                    if !values.is_empty() {
                        bytes.extend(key.to_be_bytes());
                        bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
                    }
                    self.known.insert(key, values);
                }
            }
            if let Some(file) = &self.file {
                append(file, &bytes).map_err(|source| EvaluationError::Write { path: file.clone(), source })?;
            }
        }
        Ok(())
    }
}

fn append(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().create(true).append(true).open(file)?.write_all(bytes)
}

/// Tells a text, and whether it is read as a question, from all others.
fn key(asked: bool, text: &str) -> u64 {
    fixed_hash(text) ^ u64::from(asked)
}
