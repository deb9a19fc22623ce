//! A question, ready to be looked up: its distinct terms with what each one weighs in this index.

#![allow(clippy::cast_possible_truncation, reason = "the place of a bit among 128 fits into a byte")]

use crate::matching::analyse::{Analysed, TokenKind};
use crate::matching::asking;
use crate::matching::index::{Index, Norms};
use crate::matching::phrase::Phrase;
use crate::matching::places::Named;
use crate::matching::probe::Probe;
use rustc_hash::FxHashMap;

/// As many terms of a question are looked at; the least telling ones of a longer question are left out.
pub(crate) const TERM_LIMIT: usize = 128;

/// Runs are looked for up to this character of a question.
const SPAN_LIMIT: usize = 1_000;

/// One distinct term of the question.
#[derive(Debug, Clone)]
pub(crate) struct QueryTerm {
    pub(crate) term: String,
    pub(crate) kind: TokenKind,
    /// Its number in the index; none where no document ever held it.
    pub(crate) number: Option<u32>,
    /// From 0 to 1: question words say little.
    pub(crate) weight: f64,
    /// How seldom it occurs in this index.
    pub(crate) rarity: f64,
    /// What it adds at most: weight by rarity by kind.
    pub(crate) mass: f64,
    /// Where it first stands in the question, in characters.
    pub(crate) position: usize,
}

/// A question's terms.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) terms: Vec<QueryTerm>,
    /// All the masses together.
    pub(crate) mass: f64,
    /// The place in `terms` of a term's number.
    places: FxHashMap<u32, u8>,
    /// A bit for each number modulo its size: most tokens of a document are turned away here.
    filter: [u64; 64],
    pub(crate) phrase: Phrase,
    /// How it is looked for in texts.
    pub(crate) probe: Probe,
    /// How often a term occurs in a document of some length, made comparable.
    pub(crate) norms: Norms,
    /// The sorts of answer it wants.
    pub(crate) wants: u16,
    /// Characters that are letters, digits or Chinese.
    pub(crate) chars: usize,
    /// How many characters the question's text has, of any sort.
    pub(crate) span: usize,
    /// Its distinct Chinese characters, with how seldom each occurs in this index.
    pub(crate) characters: Vec<(char, f64)>,
    /// The places that it names.
    pub(crate) named: Named,
}

impl Query {
    pub(crate) fn new(index: &Index, question: &Analysed) -> Self {
        let settings = index.weights.index;
        let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
        let mut terms: Vec<QueryTerm> = Vec::new();
        for token in &question.tokens {
            let weight = f64::from(token.weight);
            if let Some(at) = seen.get(token.term.as_str()) {
                let known: &mut QueryTerm = &mut terms[*at];
                known.weight = known.weight.max(weight);
                continue;
            }
            seen.insert(&token.term, terms.len());
            let number = index.terms.get(&token.term);
            terms.push(QueryTerm {
                term: token.term.clone(),
                kind: token.kind,
                number,
                weight,
                rarity: index.rarity(number),
                mass: 0.0,
                position: token.position,
            });
        }
        for term in &mut terms {
            let kind = match term.kind {
                TokenKind::Word if term.term.chars().nth(2).is_some() => settings.long_word,
                TokenKind::Word => 1.0 + settings.word,
                TokenKind::Prefix | TokenKind::Exact => settings.secondary,
                TokenKind::Bigram | TokenKind::Latin | TokenKind::Number => 1.0,
            };
            term.mass = term.weight * term.rarity * kind;
        }
        if terms.len() > TERM_LIMIT {
            terms.sort_by(|a, b| b.mass.total_cmp(&a.mass).then(a.position.cmp(&b.position)));
            terms.truncate(TERM_LIMIT);
            terms.sort_by_key(|t| t.position);
        }
        let mut places = FxHashMap::default();
        let mut filter = [0_u64; 64];
        for (place, term) in terms.iter().enumerate() {
            if let (Some(number), Ok(place)) = (term.number, u8::try_from(place)) {
                places.insert(number, place);
                filter[(number as usize >> 6) & 63] |= 1 << (number & 63);
            }
        }
        let mass = terms.iter().map(|t| t.mass).sum();
        let chars = question.text.chars().filter(|c| c.is_alphanumeric()).count();
        let probe = Probe::new(&terms, &index.alphabet);
        let characters = probe.characters.iter().map(|c| (*c, index.character_rarity(*c))).collect();
        let mut named = Named::default();
        named.add(question);
        Self {
            probe,
            norms: index.norms(),
            terms,
            mass,
            places,
            filter,
            phrase: Phrase::new(question, Vec::new()),
            wants: asking::wanted(&question.text),
            chars,
            span: question.text.chars().count().min(SPAN_LIMIT),
            characters,
            named,
        }
    }

    /// The mass of a term by its place; 0 where there is none.
    #[inline]
    pub(crate) fn mass_of(&self, place: u8) -> f64 {
        self.terms.get(usize::from(place)).map_or(0.0, |term| term.mass)
    }

    /// Which of the question's terms has this number.
    #[inline]
    pub(crate) fn place(&self, number: u32) -> Option<usize> {
        if self.filter[(number as usize >> 6) & 63] >> (number & 63) & 1 == 0 {
            return None;
        }
        self.places.get(&number).map(|place| usize::from(*place))
    }

    /// The mass of a set of terms, as a share of the whole.
    pub(crate) fn share(&self, set: u128) -> f64 {
        if self.mass > 0.0 { self.mass_in(set) / self.mass } else { 0.0 }
    }

    /// The mass of a set of terms.
    fn mass_in(&self, mut set: u128) -> f64 {
        let mut sum = 0.0;
        while set != 0 {
            sum += self.mass_of(set.trailing_zeros() as u8);
            set &= set - 1;
        }
        sum
    }
}
