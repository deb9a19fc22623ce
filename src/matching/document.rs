//! What is indexed: a document as it comes, and its terms as numbers.

use crate::matching::analyse::{Token, TokenKind};
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

/// So many characters of a text tell whose matter it is: more teach hardly more and take many times as long.
const OPENING: usize = 60;

impl Document {
    /// The beginning of its text, for learning who is responsible for what.
    pub(crate) fn opening(&self) -> String {
        let texts = self.passages.iter().flat_map(|passage| [passage.heading.as_str(), passage.text.as_str()]);
        let lines = texts.filter(|text| !text.is_empty()).flat_map(|text| text.chars().chain(['\n']));
        lines.take(OPENING).collect::<String>().trim_end().to_owned()
    }
}

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

    pub(crate) fn number(&mut self, term: &str) -> u32 {
        if let Some(number) = self.numbers.get(term) {
            return *number;
        }
        // Two thousand million distinct terms are out of reach of memory; the mask only keeps the flag bit free.
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX) & !SECONDARY;
        self.numbers.insert(term.into(), number);
        number
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

/// Sizes inside one document stay far below four thousand million; a larger one is held at the end.
pub(crate) fn as_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
