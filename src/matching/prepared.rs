//! A document that was analysed and waits to be added: the part of indexing that needs no index, so that several
//! threads can do it.

use crate::matching::analyse::{Analyser, Token};
use crate::matching::asking;
use crate::matching::document::{Document, SECONDARY, Terms, is_secondary};
use crate::matching::phrase::Phrase;
use crate::matching::postings::write_varint;
use crate::matching::sentence;
use crate::matching::weights::IndexWeights;
use rustc_hash::{FxHashMap, FxHashSet};

/// An analysed document. [`Index::add_prepared`](crate::matching::Index::add_prepared) takes it in.
#[derive(Debug)]
pub struct Prepared {
    pub(crate) document: Document,
    /// How often each term occurs, in weighted occurrences.
    pub(crate) counts: FxHashMap<String, f32>,
    /// Their sum.
    pub(crate) length: f32,
    /// How many tokens the title has.
    pub(crate) title_tokens: u32,
    /// How many tokens the text has.
    pub(crate) tokens: u32,
    /// The layout of the texts: see `Stored`.
    pub(crate) layout: Vec<u8>,
    phrasings: Vec<(Phrase, Vec<(String, bool)>)>,
}

impl Prepared {
    /// Analyses a document. `weights` should be those of the index that it is meant for.
    pub fn new(analyser: &Analyser, weights: &IndexWeights, document: Document) -> Self {
        let mut prepared = Self {
            counts: FxHashMap::default(),
            length: 0.0,
            title_tokens: 0,
            tokens: 0,
            layout: Vec::new(),
            phrasings: Vec::new(),
            document,
        };
        let (title, phrasing) = (weights.title as f32, weights.phrasing as f32);
        let read = analyser.analyse(&prepared.document.title).tokens;
        prepared.title_tokens = u32::try_from(read.len()).unwrap_or(u32::MAX);
        prepared.count(read, title);
        prepared.ask(analyser, phrasing);
        prepared.lay_out(analyser);
        prepared
    }

    /// The phrasings, with the numbers of their terms.
    pub(crate) fn take_phrasings(&mut self, terms: &mut Terms) -> Vec<Phrase> {
        let numbered = |(mut phrase, said): (Phrase, Vec<(String, bool)>)| {
            let number = |(term, secondary): &(String, bool)| terms.number(term) | if *secondary { SECONDARY } else { 0 };
            phrase.numbers = said.iter().map(number).collect();
            phrase
        };
        std::mem::take(&mut self.phrasings).into_iter().map(numbered).collect()
    }

    fn count(&mut self, tokens: Vec<Token>, weight: f32) {
        self.length += weight * tokens.len() as f32;
        for token in tokens {
            *self.counts.entry(token.term).or_default() += weight;
        }
    }

    fn ask(&mut self, analyser: &Analyser, weight: f32) {
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
            *self.counts.entry(term).or_default() += weight;
        }
        self.length += weight * longest as f32;
    }

    fn lay_out(&mut self, analyser: &Analyser) {
        let mut layout = Vec::new();
        let mut put = |number: usize| write_varint(&mut layout, number as u64);
        put(self.document.title.chars().count());
        put(self.document.phrasings.len());
        self.document.phrasings.iter().for_each(|phrasing| put(phrasing.chars().count()));
        put(self.document.passages.len());
        let passages = std::mem::take(&mut self.document.passages);
        for (number, passage) in passages.iter().enumerate() {
            let shown = !passage.heading.trim().is_empty();
            put(passage.heading.chars().count() << 1 | usize::from(shown));
            if shown {
                self.body(analyser.analyse(&passage.heading).tokens);
            }
            put(passage.text.chars().count());
            let ranges = sentence::split(&passage.text);
            put(ranges.len());
            let mut behind = 0;
            for range in ranges {
                let text = &passage.text[range.clone()];
                put(passage.text[behind..range.start].chars().count());
                put(text.chars().count());
                behind = range.end;
                let read = analyser.analyse(text);
                put(usize::from(asking::offered(&read.text, number == 0 && range.start == 0)));
                self.body(read.tokens);
            }
        }
        self.document.passages = passages;
        self.layout = layout;
    }

    fn body(&mut self, tokens: Vec<Token>) {
        self.tokens = self.tokens.saturating_add(u32::try_from(tokens.len()).unwrap_or(u32::MAX));
        self.count(tokens, 1.0);
    }
}
