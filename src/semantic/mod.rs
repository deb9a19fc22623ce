//! The semantic signal: an encoder that makes vectors of texts, so that what means the same lies near. It never writes text.
mod bert;
mod bytes;
mod compact;
mod error;
mod layer;
mod pieces;
pub use bert::Pooling;
pub use error::ModelError;
mod encoder;
pub use encoder::{Encoder, load};
