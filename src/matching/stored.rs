//! How a document is kept: its texts as short numbers, with a layout that says where each text and sentence ends.

use crate::matching::alphabet::Alphabet;
use crate::matching::analyse::Analyser;
use crate::matching::document::{Document, Passage, Terms};
use crate::matching::phrase::Phrase;
use crate::matching::postings::{read_varint, write_varint};
use crate::matching::prepared::Prepared;
use std::sync::Arc;

/// A document with everything that ranking looks at.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: Arc<str>,
    unit: Arc<str>,
    pub(crate) in_force: bool,
    pub(crate) phrasings: Box<[Phrase]>,
    /// How many tokens the title has.
    pub(crate) title_tokens: u32,
    /// How many tokens the text has.
    pub(crate) tokens: u32,
    /// All weighted occurrences of terms.
    pub(crate) length: f32,
    /// The length of the layout, the layout, the texts.
    packed: Box<[u8]>,
}

/// The texts of a document, to be walked through. In this order: the title; the number of phrasings and each of them;
/// the number of passages, and for each one its heading, its text and its sentences.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Texts<'a> {
    layout: &'a [u8],
    pub(crate) codes: &'a [u8],
}

impl Stored {
    pub(crate) fn new(
        analyser: &Analyser,
        terms: &mut Terms,
        alphabet: &mut Alphabet,
        prepared: &mut Prepared,
        unit: Arc<str>,
    ) -> Self {
        let mut packed = Vec::with_capacity(4 + prepared.layout.len());
        write_varint(&mut packed, prepared.layout.len() as u64);
        packed.append(&mut prepared.layout);
        let phrasings = prepared.take_phrasings(terms).into();
        let document = &prepared.document;
        let parts = document.passages.iter().flat_map(|passage| [&passage.heading, &passage.text]);
        for text in std::iter::once(&document.title).chain(&document.phrasings).chain(parts) {
            alphabet.write(analyser, text, &mut packed);
        }
        Self {
            id: document.id.as_str().into(),
            unit,
            in_force: document.in_force,
            phrasings,
            title_tokens: prepared.title_tokens,
            tokens: prepared.tokens,
            length: prepared.length.max(1.0),
            packed: packed.into(),
        }
    }

    pub(crate) fn texts(&self) -> Texts<'_> {
        let (length, rest) = read_varint(&self.packed);
        let (layout, codes) = rest.split_at_checked(usize::try_from(length).unwrap_or(0)).unwrap_or_default();
        Texts { layout, codes }
    }

    /// The document as it came.
    pub(crate) fn document(&self, alphabet: &Alphabet) -> Document {
        let mut texts = self.texts();
        let codes = texts.codes;
        let mut at = 0;
        let mut text = |length: usize| {
            let mut text = String::with_capacity(3 * length.min(codes.len()));
            at = alphabet.decode(codes, at, length, &mut text);
            text
        };
        let title = text(texts.next());
        let phrasings: Vec<usize> = (0..texts.next()).map(|_| texts.next()).collect();
        let phrasings = phrasings.into_iter().map(&mut text).collect();
        let mut passages = Vec::new();
        for _ in 0..texts.next() {
            let heading = text(texts.next() >> 1);
            passages.push(Passage { heading, text: text(texts.next()) });
            for _ in 0..3 * texts.next() {
                texts.next();
            }
        }
        Document {
            id: self.id.to_string(),
            title,
            phrasings,
            passages,
            unit: self.unit.to_string(),
            in_force: self.in_force,
        }
    }
}

impl Texts<'_> {
    /// The next number of the layout.
    #[inline]
    pub(crate) fn next(&mut self) -> usize {
        let (number, rest) = read_varint(self.layout);
        self.layout = rest;
        usize::try_from(number).unwrap_or(0)
    }
}
