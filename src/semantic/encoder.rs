//! One encoder, whatever kind of model is behind it.

use crate::semantic::bert::{Bert, Pooling};
use crate::semantic::error::{ModelError, read};
use crate::semantic::layer::unit;
use crate::semantic::universal::Universal;
use crate::semantic::{compact, folder, universal};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A text is cut after this many tokens: questions and passages are shorter, and the cost grows with the length.
const MOST_TOKENS: usize = 256;

/// Raised when the same files and settings give other vectors than before, so that kept ones are made anew.
const RECIPE: u8 = 1;

/// The file of the 4-bit E5.
const COMPACT: &str = "e5-small-q4.bin";
/// The files of the Universal Sentence Encoder.
const UNIVERSAL: [&str; 2] = ["weights.npz", "sp.model"];
/// The files of a model in the usual form; the last one may be missing.
const FOLDER: [&str; 4] = ["config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"];

/// What a model of one's own wants, as its description says. Models that [`load`] knows need none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manner {
    /// How a text's vector is made. Without it, what the folder says, else the mean.
    pub pooling: Option<Pooling>,
    /// What is put before a question, such as `query: `.
    pub question_prefix: Option<String>,
    /// What is put before a passage, such as `passage: `.
    pub passage_prefix: Option<String>,
}

/// A model that the settings name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The folder with its files.
    pub folder: PathBuf,
    /// What it wants.
    pub manner: Manner,
}

/// Makes vectors of texts. Two texts that mean the same have vectors of nearly the same direction.
pub struct Encoder {
    id: String,
    dimensions: usize,
    model: Model,
    question_prefix: String,
    passage_prefix: String,
}

enum Model {
    Compact(Box<Bert>, Box<compact::Tokenizer>),
    Universal(Box<Universal>, Box<universal::Tokenizer>),
    Folder(Box<Bert>, Box<tokenizers::Tokenizer>),
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("id", &self.id).field("dimensions", &self.dimensions).finish_non_exhaustive()
    }
}

/// Loads the model in a folder; its kind is told by its files. Takes about half a second.
pub fn load(folder: &Path, manner: &Manner) -> Result<Encoder, ModelError> {
    let has = |names: &[&str]| names.iter().any(|name| folder.join(name).is_file());
    let encoder = if has(&[COMPACT]) {
        load_compact(folder, manner)
    } else if has(&UNIVERSAL) {
        load_universal(folder, manner)
    } else if has(&FOLDER) {
        load_folder(folder, manner)
    } else {
        // Tells a folder that isn't there from one without a model.
        std::fs::read_dir(folder).map_err(|source| ModelError::Read { path: folder.into(), source })?;
        Err(ModelError::Unknown { folder: folder.into() })
    }?;
    // What passed all checks may still make nothing of a text, as when numbers grow beyond all bounds.
    if encoder.embed_question("问政 wenzheng").is_some_and(|vector| vector.len() == encoder.dimensions) {
        Ok(encoder)
    } else {
        Err(ModelError::damaged(folder, "it makes no vector of a text"))
    }
}

fn load_compact(folder: &Path, manner: &Manner) -> Result<Encoder, ModelError> {
    let path = folder.join(COMPACT);
    let bytes = read(&path)?;
    let mut print = Fingerprint::new();
    print.add(&bytes);
    let (bert, tokenizer) = compact::read(&path, bytes)?;
    let dimensions = bert.width;
    let model = Model::Compact(Box::new(bert), Box::new(tokenizer));
    Ok(Encoder::new(print, dimensions, model, manner, ["query: ", "passage: "]))
}

fn load_universal(folder: &Path, manner: &Manner) -> Result<Encoder, ModelError> {
    let paths = UNIVERSAL.map(|name| folder.join(name));
    let mut print = Fingerprint::new();
    for path in &paths {
        print.add(&read(path)?);
    }
    let (universal, tokenizer) = universal::load(&paths[0], &paths[1])?;
    let model = Model::Universal(Box::new(universal), Box::new(tokenizer));
    Ok(Encoder::new(print, Universal::DIMENSIONS, model, manner, ["", ""]))
}

fn load_folder(folder: &Path, manner: &Manner) -> Result<Encoder, ModelError> {
    let mut print = Fingerprint::new();
    let paths: Vec<PathBuf> = FOLDER.iter().map(|name| folder.join(name)).collect();
    for (number, path) in paths.iter().enumerate() {
        if number < 3 || path.is_file() {
            print.add(&read(path)?);
        }
    }
    print.add(format!("{:?}", manner.pooling).as_bytes());
    let (bert, tokenizer) = folder::load(folder, manner.pooling, MOST_TOKENS)?;
    let dimensions = bert.width;
    let model = Model::Folder(Box::new(bert), Box::new(tokenizer));
    Ok(Encoder::new(print, dimensions, model, manner, ["", ""]))
}

impl Encoder {
    fn new(mut print: Fingerprint, dimensions: usize, model: Model, manner: &Manner, usual: [&str; 2]) -> Self {
        let [question_prefix, passage_prefix] =
            [(&manner.question_prefix, usual[0]), (&manner.passage_prefix, usual[1])]
                .map(|(given, usual)| given.clone().unwrap_or_else(|| usual.to_owned()));
        print.add(question_prefix.as_bytes());
        print.add(passage_prefix.as_bytes());
        Self { id: print.id(), dimensions, model, question_prefix, passage_prefix }
    }

    /// Tells this model with its settings from every other one: 32 hexadecimal digits.
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

    /// The vectors of questions, made on all cores.
    pub fn embed_questions(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>> {
        texts.par_iter().map(|text| self.embed(&self.question_prefix, text)).collect()
    }

    /// The vectors of passages, made on all cores, each at length 1.
    pub fn embed_passages(&self, texts: &[&str]) -> Vec<Option<Vec<f32>>> {
        texts.par_iter().map(|text| self.embed(&self.passage_prefix, text)).collect()
    }

    fn embed(&self, prefix: &str, text: &str) -> Option<Vec<f32>> {
        // No token is longer than a few characters on the average: what is far beyond the last one need not be cut up.
        let text: String = prefix.chars().chain(text.chars().take(MOST_TOKENS * 8)).collect();
        let vector = match &self.model {
            Model::Compact(bert, tokenizer) => {
                bert.encode(&tokenizer.tokens(&text, MOST_TOKENS.min(bert.places()))).ok()?
            }
            Model::Universal(universal, tokenizer) => universal.encode(&tokenizer.tokens(&text, MOST_TOKENS)).ok()?,
            Model::Folder(bert, tokenizer) => bert.encode(tokenizer.encode(text, true).ok()?.get_ids()).ok()?,
        };
        unit(vector)
    }
}

/// A digest of what a model's vectors depend on.
struct Fingerprint(Sha256);

impl Fingerprint {
    fn new() -> Self {
        let mut hash = Sha256::new();
        hash.update([RECIPE]);
        Self(hash)
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
    }

    fn id(self) -> String {
        self.0.finalize().iter().take(16).fold(String::new(), |mut id, byte| {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        })
    }
}
