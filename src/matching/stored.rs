//! How a document is kept: its texts as short numbers, with a layout that says where each text and sentence ends.

use crate::matching::alphabet::{Alphabet, Writer};
use crate::matching::analyse::Analyser;
use crate::matching::document::{Document, Passage, Terms};
use crate::matching::normalise::is_han;
use crate::matching::phrase::Phrase;
use crate::matching::places::Named;
use crate::matching::postings::{read_varint, write_varint};
use crate::matching::prepared::Prepared;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// A document with everything that ranking looks at.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) id: Arc<str>,
    pub(crate) unit: Arc<str>,
    pub(crate) in_force: bool,
    pub(crate) phrasings: Box<[Phrase]>,
    /// How many tokens the title has.
    pub(crate) title_tokens: u32,
    /// How many tokens the text has.
    pub(crate) tokens: u32,
    /// All weighted occurrences of terms.
    pub(crate) length: f32,
    /// The lengths of layout and places, the layout, the places that title and beginning name, those that it names anywhere, the
    /// texts.
    packed: Box<[u8]>,
}

/// The texts of a document, to be walked through. The layout holds, in this order: the length of the title; the number
/// of phrasings and the length of each; the number of passages, and for each one: the length of its heading doubled,
/// 1 more if it is more than blanks; the number of its sentences, and for each one the length of what stands before it,
/// its own, and what it offers; the length of what stands behind the last one. Lengths are in units.
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
        let phrasings = prepared.take_phrasings(terms).into();
        let document = &prepared.document;
        let (mut layout, mut codes) = (Vec::new(), Writer::default());
        let mut put = |number: usize| write_varint(&mut layout, number as u64);
        let mut write = |text: &str| alphabet.write(analyser, text, &mut codes);
        put(write(&document.title));
        put(document.phrasings.len());
        document.phrasings.iter().for_each(|phrasing| put(write(phrasing)));
        put(document.passages.len());
        for (passage, (shown, sentences)) in document.passages.iter().zip(&prepared.cut) {
            put(write(&passage.heading) << 1 | usize::from(*shown));
            put(sentences.len());
            let mut behind = 0;
            for (range, offers) in sentences {
                put(write(passage.text.get(behind..range.start).unwrap_or("")));
                put(write(passage.text.get(range.clone()).unwrap_or("")));
                put(usize::from(*offers));
                behind = range.end;
            }
            put(write(passage.text.get(behind..).unwrap_or("")));
        }
        let mut places = Vec::new();
        prepared.opening.write(&mut places);
        prepared.named.write(&mut places);
        let mut packed = Vec::with_capacity(4 + layout.len() + places.len() + codes.bytes.len());
        write_varint(&mut packed, layout.len() as u64);
        write_varint(&mut packed, places.len() as u64);
        packed.append(&mut layout);
        packed.append(&mut places);
        packed.append(&mut codes.bytes);
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
        let [layout, _, codes] = self.parts();
        Texts { layout, codes }
    }

    /// The places that title and beginning name, and those that it names anywhere.
    pub(crate) fn places(&self) -> (Named, Named) {
        let [_, places, _] = self.parts();
        let (opening, rest) = Named::read(places);
        (opening, Named::read(rest).0)
    }

    /// Layout, places, texts.
    fn parts(&self) -> [&[u8]; 3] {
        let (layout, rest) = read_varint(&self.packed);
        let (places, rest) = read_varint(rest);
        let cut =
            |bytes, length| <[u8]>::split_at_checked(bytes, usize::try_from(length).unwrap_or(0)).unwrap_or_default();
        let (layout, rest) = cut(rest, layout);
        let (places, codes) = cut(rest, places);
        [layout, places, codes]
    }

    /// The distinct Chinese characters of its texts.
    pub(crate) fn characters(&self, alphabet: &Alphabet) -> FxHashSet<char> {
        let codes = self.texts().codes;
        let mut line = Vec::new();
        alphabet.fold(codes, 0, Alphabet::units(codes), &mut line);
        line.into_iter().filter(|c| is_han(*c)).collect()
    }

    /// The document as it came.
    pub(crate) fn document(&self, alphabet: &Alphabet) -> Document {
        let mut texts = self.texts();
        let codes = texts.codes;
        let mut at = 0;
        let mut text = |length: usize| {
            let mut text = String::with_capacity(3 * length.min(codes.len()));
            alphabet.decode(codes, at, length, &mut text);
            at += length;
            text
        };
        let title = text(texts.next());
        let phrasings = (0..texts.next()).map(|_| text(texts.next())).collect();
        let mut passages = Vec::new();
        for _ in 0..texts.next() {
            let heading = text(texts.next() >> 1);
            let mut length = 0;
            for _ in 0..texts.next() {
                length += texts.next() + texts.next();
                texts.next();
            }
            passages.push(Passage { heading, text: text(length + texts.next()) });
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
