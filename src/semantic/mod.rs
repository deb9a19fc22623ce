//! The semantic signal: encoders that make vectors of texts, so that texts that mean the same lie near each other. They
//! compare, and never write. A model lies in a folder that someone put there; nothing is fetched here.
//!
//! | file | what it does |
//! |---|---|
//! | `encoder` | [`load`] and [`Encoder`], whatever the kind of the model |
//! | `compact` | reads the 4-bit E5 with its tokenizer |
//! | `universal`, `archive`, `proto`, `charsmap` | the Universal Sentence Encoder and its files |
//! | `folder` | reads a BERT-like model in the usual form |
//! | `bert`, `layer` | the computation |
//! | `pieces`, `bytes`, `error` | cutting text into pieces; reading numbers; what may be wrong |
//!
//! Input and output happen while loading only. What is wrong with a model is a [`ModelError`], never a panic.

mod archive;
mod bert;
mod bytes;
mod charsmap;
mod compact;
mod encoder;
mod error;
mod folder;
mod layer;
mod pieces;
mod proto;
mod universal;

#[cfg(test)]
mod tests;

pub use bert::Pooling;
pub use encoder::{Encoder, Manner, Settings, load};
pub use error::ModelError;
