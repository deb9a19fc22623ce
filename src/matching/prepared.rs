//! A document that was analysed and waits to be added: the part of indexing that needs no index, so that several
//! threads can do it.

#![allow(clippy::cast_possible_truncation, reason = "weights need no more than single precision")]

use crate::matching::analyse::{Analyser, Token};
use crate::matching::asking;
use crate::matching::document::{Document, SECONDARY, Terms, is_secondary};
use crate::matching::phrase::Phrase;
use crate::matching::places::Named;
use crate::matching::sentence;
use crate::matching::weights::IndexWeights;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A sentence: where it stands in its passage's text, and the sorts of answer that it looks like.
pub(crate) type Cut = (Range<usize>, u16);

/// An analysed document. [`Index::add_prepared`](crate::matching::Index::add_prepared) takes it in.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) document: Document,
    /// The terms, one behind the other, and of each one where it ends and how often it occurs, in weighted
    /// occurrences. A string of its own for each would cost more than looking it up.
    terms: String,
    counts: Vec<(usize, f32)>,
    /// All occurrences together.
    pub(crate) length: f32,
    /// How many tokens the title has.
    pub(crate) title_tokens: u32,
    /// How many tokens the text has.
    pub(crate) tokens: u32,
    /// For each passage, whether its heading is more than blanks, and its sentences: where they stand in the passage's
    /// text, and the sorts of answer that each looks like.
    pub(crate) cut: Vec<(bool, Vec<Cut>)>,
    phrasings: Vec<(Phrase, Vec<(String, bool)>)>,
    /// The places that title and beginning name.
    pub(crate) opening: Named,
    /// The places that it names anywhere.
    pub(crate) named: Named,
}

/// What begins within so many characters belongs to the beginning.
const OPENING: usize = 200;

impl Prepared {
    /// Analyses a document. `weights` should be those of the index that it is meant for.
    pub fn new(analyser: &Analyser, weights: &IndexWeights, document: Document) -> Self {
        let mut prepared = Self {
            terms: String::new(),
            counts: Vec::new(),
            length: 0.0,
            title_tokens: 0,
            tokens: 0,
            cut: Vec::new(),
            phrasings: Vec::new(),
            opening: Named::default(),
            named: Named::default(),
            document,
        };
        let (title, phrasing) = (weights.title as f32, weights.phrasing as f32);
        let read = analyser.analyse(&prepared.document.title);
        prepared.opening.add(&read);
        prepared.named.add(&read);
        let read = read.tokens;
        prepared.title_tokens = u32::try_from(read.len()).unwrap_or(u32::MAX);
        let mut counts = Counts::default();
        counts.add(read, title);
        prepared.ask(analyser, phrasing, &mut counts);
        prepared.cut(analyser, &mut counts);
        prepared.length = counts.length;
        for (term, count) in counts.terms {
            prepared.terms.push_str(&term);
            prepared.counts.push((prepared.terms.len(), count));
        }
        prepared
    }

    /// Each term, with how often it occurs.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&str, f32)> {
        let mut from = 0;
        self.counts.iter().map(move |(end, count)| {
            let term = self.terms.get(from..*end).unwrap_or("");
            from = *end;
            (term, *count)
        })
    }

    /// The phrasings, with the numbers of their terms.
    pub(crate) fn take_phrasings(&mut self, terms: &mut Terms) -> Vec<Phrase> {
        let numbered = |(mut phrase, said): (Phrase, Vec<(String, bool)>)| {
            let number =
                |(term, secondary): &(String, bool)| terms.number(term) | if *secondary { SECONDARY } else { 0 };
            phrase.numbers = said.iter().map(number).collect();
            phrase
        };
        std::mem::take(&mut self.phrasings).into_iter().map(numbered).collect()
    }

    fn ask(&mut self, analyser: &Analyser, weight: f32, counts: &mut Counts) {
        let (mut all, mut longest) = (FxHashSet::default(), 0);
        for text in &self.document.phrasings {
            let asked = analyser.analyse_question(text);
            let phrase = Phrase::new(&asked, Vec::new());
            longest = longest.max(asked.tokens.len());
            all.extend(asked.tokens.iter().map(|token| token.term.clone()));
            let said = asked.tokens.into_iter().map(|token| {
                let secondary = is_secondary(&token);
                (token.term, secondary)
            });
            self.phrasings.push((phrase, said.collect()));
        }
        // However many ways of asking are known, a term counts once: otherwise a popular document would be "long".
        for term in all {
            *counts.terms.entry(term).or_default() += weight;
        }
        counts.length += weight * longest as f32;
    }

    fn cut(&mut self, analyser: &Analyser, counts: &mut Counts) {
        let passages = std::mem::take(&mut self.document.passages);
        let mut begun = 0;
        for (number, passage) in passages.iter().enumerate() {
            let shown = !passage.heading.trim().is_empty();
            if shown {
                self.body(analyser.analyse(&passage.heading).tokens, counts);
            }
            let mut sentences = Vec::new();
            for range in sentence::split(&passage.text) {
                let read = analyser.analyse(&passage.text[range.clone()]);
                let offers = asking::offered(&read.text, number == 0 && range.start == 0);
                self.named.add(&read);
                if begun < OPENING {
                    self.opening.add(&read);
                }
                begun += read.text.chars().count();
                self.body(read.tokens, counts);
                sentences.push((range, offers));
            }
            self.cut.push((shown, sentences));
        }
        self.document.passages = passages;
    }

    fn body(&mut self, tokens: Vec<Token>, counts: &mut Counts) {
        self.tokens = self.tokens.saturating_add(u32::try_from(tokens.len()).unwrap_or(u32::MAX));
        counts.add(tokens, 1.0);
    }
}

#[derive(Default)]
struct Counts {
    terms: FxHashMap<String, f32>,
    length: f32,
}

impl Counts {
    fn add(&mut self, tokens: Vec<Token>, weight: f32) {
        self.length += weight * tokens.len() as f32;
        for token in tokens {
            *self.terms.entry(token.term).or_default() += weight;
        }
    }
}
