//! What is indexed, and how it is kept: the document as it came, its sentences, its terms as numbers.

use crate::matching::analyse::{Analyser, Token, TokenKind};
use crate::matching::asking;
use crate::matching::normalise::is_han;
use crate::matching::phrase::Phrase;
use crate::matching::places::Named;
use crate::matching::sentence;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A part of a document that is quoted from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The heading above it, empty when there is none. Helps to find the passage, is never part of a quotation.
    pub heading: String,
    /// The text, quoted verbatim.
    pub text: String,
}

/// Something that can answer: an interpretation, a guide, a question with its approved reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Identifies it; adding a document with a known id replaces the former one.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Questions that it is known to answer, as people ask them.
    pub phrasings: Vec<String>,
    /// Its text in parts.
    pub passages: Vec<Passage>,
    /// The unit that answers for it.
    pub unit: String,
    /// Whether it is still in force. What is not in force is found all the same; the caller says so.
    pub in_force: bool,
}

/// What begins within so many characters belongs to the beginning.
const OPENING: usize = 200;

/// Set on the number of a token that repeats characters of its neighbours (a long word beside its bigrams).
pub(crate) const SECONDARY: u32 = 1 << 31;

/// Terms and their numbers. A number is never given to another term.
#[derive(Debug, Default)]
pub(crate) struct Terms {
    numbers: FxHashMap<Box<str>, u32>,
}

impl Terms {
    pub(crate) fn get(&self, term: &str) -> Option<u32> {
        self.numbers.get(term).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        // Two thousand million distinct terms are out of reach of memory; the mask only keeps the flag bit free.
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX) & !SECONDARY;
        self.numbers.insert(term.into(), number);
        number
    }

    fn stream(&mut self, tokens: &[Token], into: &mut Vec<u32>) {
        for token in tokens {
            let flag = if is_secondary(token) { SECONDARY } else { 0 };
            into.push(self.number(&token.term) | flag);
        }
    }
}

/// Whether the token repeats what its neighbours say.
pub(crate) fn is_secondary(token: &Token) -> bool {
    match token.kind {
        TokenKind::Prefix | TokenKind::Exact => true,
        TokenKind::Word => token.term.chars().nth(2).is_some(),
        TokenKind::Bigram | TokenKind::Latin | TokenKind::Number => false,
    }
}

/// A sentence: where it stands in its passage (bytes) and where its tokens are. A heading has an empty range.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    pub(crate) passage: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) chars: u32,
    pub(crate) tokens: (u32, u32),
    /// The sorts of answer it looks like.
    pub(crate) offers: u16,
}

/// A document with everything that ranking looks at.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) document: Document,
    pub(crate) title: Vec<u32>,
    pub(crate) phrasings: Vec<Phrase>,
    pub(crate) sentences: Vec<Sentence>,
    pub(crate) tokens: Vec<u32>,
    pub(crate) characters: FxHashMap<char, u16>,
    /// The places that title and beginning name.
    pub(crate) opening: Named,
    /// The places that it names anywhere.
    pub(crate) named: Named,
}

impl Stored {
    pub(crate) fn new(analyser: &Analyser, terms: &mut Terms, document: Document) -> Self {
        let mut title = Vec::new();
        let read = analyser.analyse(&document.title);
        terms.stream(&read.tokens, &mut title);
        let mut opening = Named::default();
        opening.add(&read);
        let mut named = opening.clone();
        let mut characters: FxHashMap<char, u16> = FxHashMap::default();
        let mut begun = 0;
        let phrasings = document
            .phrasings
            .iter()
            .map(|text| {
                let asked = analyser.analyse_question(text);
                let mut numbers = Vec::new();
                terms.stream(&asked.tokens, &mut numbers);
                Phrase::new(&asked, numbers)
            })
            .collect();
        let (mut sentences, mut tokens) = (Vec::new(), Vec::new());
        for (number, passage) in document.passages.iter().enumerate() {
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            let mut push = |start: usize, end: usize, text: &str, tokens: &mut Vec<u32>| {
                let from = as_u32(tokens.len());
                let read = analyser.analyse(text);
                terms.stream(&read.tokens, tokens);
                for c in read.text.chars().filter(|c| is_han(*c)) {
                    *characters.entry(c).or_default() += 1;
                }
                named.add(&read);
                if begun < OPENING {
                    opening.add(&read);
                }
                begun += text.chars().count();
                sentences.push(Sentence {
                    passage: number,
                    start: as_u32(start),
                    end: as_u32(end),
                    chars: as_u32(text.chars().count()),
                    tokens: (from, as_u32(tokens.len())),
                    offers: if start == end { 0 } else { asking::offered(&read.text, number == 0 && start == 0) },
                });
            };
            if !passage.heading.trim().is_empty() {
                push(0, 0, &passage.heading, &mut tokens);
            }
            for range in sentence::split(&passage.text) {
                push(range.start, range.end, &passage.text[range.clone()], &mut tokens);
            }
        }
        Self { document, title, phrasings, sentences, tokens, characters, opening, named }
    }

    /// The tokens of one sentence.
    pub(crate) fn tokens_of(&self, sentence: &Sentence) -> &[u32] {
        self.tokens.get(sentence.tokens.0 as usize..sentence.tokens.1 as usize).unwrap_or(&[])
    }

    /// How often each term occurs, in weighted occurrences, and their sum, the document's length.
    pub(crate) fn frequencies(&self, title: f32, phrasing: f32) -> (FxHashMap<u32, f32>, f32) {
        let mut counts: FxHashMap<u32, f32> = FxHashMap::default();
        for token in &self.tokens {
            *counts.entry(token & !SECONDARY).or_default() += 1.0;
        }
        let mut length = self.tokens.len() as f32;
        for token in &self.title {
            *counts.entry(token & !SECONDARY).or_default() += title;
        }
        length += title * self.title.len() as f32;
        // However many ways of asking are known, a term counts once: otherwise a popular document would be "long".
        let mut asked: Vec<u32> =
            self.phrasings.iter().flat_map(|p| p.numbers.iter().map(|n| n & !SECONDARY)).collect();
        asked.sort_unstable();
        asked.dedup();
        for term in asked {
            *counts.entry(term).or_default() += phrasing;
        }
        let longest = self.phrasings.iter().map(|p| p.numbers.len()).max().unwrap_or(0);
        length += phrasing * longest as f32;
        (counts, length)
    }
}

/// Sizes inside one document stay far below four thousand million; a larger one is held at the end.
pub(crate) fn as_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
