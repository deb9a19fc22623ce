//! Why a model can't be used. Each says which file and what to do; the bot goes on with words alone.

use std::io;
use std::path::{Path, PathBuf};

/// What is wrong with a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file can't be read.
    #[error("cannot read {path}: {source}; correct `folder` under [semantic], or run scripts/fetch-model")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder doesn't hold one of the kinds of model that are known.
    #[error(
        "{folder} holds no model: it needs e5-small-q4.bin, or weights.npz and sp.model, or config.json, \
         tokenizer.json and model.safetensors; run scripts/fetch-model, or correct `folder` under [semantic]"
    )]
    Unknown {
        /// The folder that was looked at.
        folder: PathBuf,
    },
    /// A file is cut short, or holds what it can't hold.
    #[error("{path} is damaged: {problem}; fetch the model again (scripts/fetch-model for those it knows)")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        problem: String,
    },
    /// A model of a kind that isn't understood, or parts that don't belong together.
    #[error("{path} doesn't fit: {problem}; take all files from one model of the BERT kind")]
    Mismatch {
        /// The file.
        path: PathBuf,
        /// What doesn't fit.
        problem: String,
    },
}

impl ModelError {
    pub(crate) fn damaged(path: &Path, problem: impl Into<String>) -> Self {
        Self::Damaged { path: path.into(), problem: problem.into() }
    }

    pub(crate) fn mismatch(path: &Path, problem: impl Into<String>) -> Self {
        Self::Mismatch { path: path.into(), problem: problem.into() }
    }
}

/// A file as a whole.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ModelError> {
    std::fs::read(path).map_err(|source| ModelError::Read { path: path.into(), source })
}
