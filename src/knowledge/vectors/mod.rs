//! Vectors of texts, each made once: what the store has is taken from there, what it hasn't is made and kept.
//!
//! A text is known by its digest, so a changed text is made anew and all others stay; a vector belongs to the encoder with
//! its settings, so another model makes all anew. Vectors that no text has any more do no harm; [`forget_others`] removes
//! those of former models.

mod records;

pub use records::forget_others;

use std::{collections::HashMap, fmt::Write as _, sync::Arc};

use sha2::{Digest as _, Sha256};

use crate::{
    matching::vectors::{Part, Vector},
    semantic::Encoder,
    store::{Connection, Store, StoreError},
};

/// So many are made, then stored: what an interruption loses is the work of a few seconds.
const BATCH: usize = 64;

/// What [`vectors`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Vectors that the store had.
    pub kept: usize,
    /// Vectors that were made.
    pub made: usize,
}

/// The vectors of `texts`, in their order. `None` where the encoder makes nothing of a text.
///
/// Encoding runs aside, on all cores, with no transaction open. Two replicas that start at once may make the same vector
/// twice; both are the same.
pub async fn vectors(
    store: &Store,
    encoder: &Arc<Encoder>,
    texts: &[(Part, String)],
) -> Result<(Vec<Option<Vector>>, Effort), StoreError> {
    let digests: Vec<String> = texts.iter().map(|(part, text)| digest(*part, text)).collect();
    let mut known = records::find(&mut *store.read().await?, encoder.id(), &digests).await?;
    known.retain(|_, vector| vector.dimensions() == encoder.dimensions());
    let mut effort = Effort { kept: known.len(), made: 0 };

    // Each text once, however often it stands there.
    let mut missing: HashMap<&str, usize> = HashMap::new();
    for (at, digest) in digests.iter().enumerate().filter(|(_, digest)| !known.contains_key(*digest)) {
        missing.entry(digest).or_insert(at);
    }
    let mut missing: Vec<usize> = missing.into_values().collect();
    missing.sort_unstable();
    for batch in missing.chunks(BATCH) {
        let work: Vec<(Part, String)> = batch.iter().map(|at| texts[*at].clone()).collect();
        let encoder_there = Arc::clone(encoder);
        let made = tokio::task::spawn_blocking(move || embed(&encoder_there, &work)).await.map_err(StoreError::Task)?;
        let fresh: Vec<(&str, Vector)> =
            batch.iter().zip(made).filter_map(|(at, vector)| Some((digests[*at].as_str(), vector?))).collect();
        let mut transaction = store.begin().await?;
        for (digest, vector) in &fresh {
            records::insert(&mut transaction, encoder.id(), digest, vector).await?;
        }
        transaction.commit().await?;
        effort.made += fresh.len();
        known.extend(fresh.into_iter().map(|(digest, vector)| (digest.to_owned(), vector)));
    }
    Ok((digests.iter().map(|digest| known.get(digest).cloned()).collect(), effort))
}

/// Removes the vectors of what somebody asked: a vector says something of its text. Whoever else has said the same finds it
/// made anew.
pub async fn forget_questions(connection: &mut Connection, questions: &[&str]) -> Result<(), StoreError> {
    let digests: Vec<String> = questions.iter().map(|text| digest(Part::Phrasing, text)).collect();
    records::remove(connection, &digests).await
}

/// Reads each text in the way that its part asks for.
fn embed(encoder: &Encoder, texts: &[(Part, String)]) -> Vec<Option<Vector>> {
    let of = |asked: bool| -> Vec<&str> {
        texts.iter().filter(|(part, _)| part.is_asked() == asked).map(|(_, text)| text.as_str()).collect()
    };
    let mut asked = encoder.embed_questions(&of(true)).into_iter();
    let mut said = encoder.embed_passages(&of(false)).into_iter();
    texts
        .iter()
        .map(|(part, _)| {
            let vector = if part.is_asked() { asked.next() } else { said.next() };
            vector.flatten().map(|values| Vector::new(&values))
        })
        .collect()
}

/// Tells a text, and whether it is read as a question, from all others.
fn digest(part: Part, text: &str) -> String {
    let hash = Sha256::new().chain_update([u8::from(part.is_asked())]).chain_update(text).finalize();
    hash.iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
