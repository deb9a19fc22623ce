//! A question, ready to be looked for in texts: which characters and pairs of characters are its terms.

#![allow(clippy::cast_possible_truncation, reason = "a question has fewer characters than a role can hold")]

use crate::matching::alphabet::{Alphabet, DIGIT, Facts, LETTER, NUMERAL};
use crate::matching::analyse::TokenKind;
use crate::matching::normalise::is_han;
use crate::matching::query::QueryTerm;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// From here on, what is known of a character tells its role in the question, if it has one.
pub(crate) const ROLE: u32 = 8;
/// A question has no more roles to give.
const MOST_ROLES: usize = 255;

/// A longer word: where its first two characters were met, the others must follow.
#[derive(Debug)]
pub(crate) struct Longer {
    /// The place of its first two characters among the terms.
    pub(crate) begins: usize,
    /// Its own place.
    pub(crate) place: usize,
    /// The roles of its other characters.
    pub(crate) rest: Vec<u16>,
}

/// The tables of one question.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) alphabet: Arc<Alphabet>,
    /// What is known of each character, and its role.
    pub(crate) facts: Box<Facts>,
    roles: usize,
    /// The characters that have a role, in the order of their roles; the first role is 1.
    pub(crate) characters: Vec<char>,
    /// By the roles of two characters: the place of their term, plus 1.
    pairs: Vec<u8>,
    /// By role: the place of the character as a term, plus 1. Empty where there is none.
    singles: Vec<u8>,
    pub(crate) longer: Vec<Longer>,
    /// The terms with which longer words begin.
    pub(crate) begins_longer: u128,
    /// The terms in letters and digits.
    pub(crate) spelt: FxHashMap<String, u8>,
    /// The first letters of those in letters.
    pub(crate) initials: Vec<char>,
    /// The first digits of the numbers.
    pub(crate) digits: Vec<char>,
    /// What a sentence must hold to be read for those.
    pub(crate) spelt_facts: u16,
}

impl Probe {
    pub(crate) fn new(terms: &[QueryTerm], alphabet: &Arc<Alphabet>) -> Self {
        let mut probe = Self {
            alphabet: Arc::clone(alphabet),
            facts: Box::new(*alphabet.facts()),
            roles: 0,
            characters: Vec::new(),
            pairs: Vec::new(),
            singles: Vec::new(),
            longer: Vec::new(),
            begins_longer: 0,
            spelt: FxHashMap::default(),
            initials: Vec::new(),
            digits: Vec::new(),
            spelt_facts: 0,
        };
        let mut roles: FxHashMap<char, usize> = FxHashMap::default();
        let chinese = |term: &&QueryTerm| matches!(term.kind, TokenKind::Word | TokenKind::Bigram);
        for c in terms.iter().filter(chinese).flat_map(|term| term.term.chars()) {
            let next = roles.len() + 1;
            if next > MOST_ROLES || roles.contains_key(&c) {
                continue;
            }
            roles.insert(c, next);
            probe.characters.push(c);
            for number in alphabet.forms(c) {
                if let Some(facts) = probe.facts.get_mut(usize::from(*number)) {
                    *facts |= (next as u16) << ROLE;
                }
            }
        }
        probe.roles = roles.len() + 1;
        probe.pairs = vec![0; probe.roles * probe.roles];
        let mut longer = Vec::new();
        for (place, term) in terms.iter().enumerate() {
            let Ok(mark) = u8::try_from(place + 1) else { break };
            if !chinese(&term) {
                probe.spell(term, mark - 1);
                continue;
            }
            let own: Option<Vec<usize>> = term.term.chars().map(|c| roles.get(&c).copied()).collect();
            match own.as_deref() {
                Some([only]) => {
                    probe.singles.resize(probe.roles, 0);
                    probe.singles[*only] = mark;
                }
                Some([first, second]) => probe.pairs[first * probe.roles + second] = mark,
                Some([first, second, rest @ ..]) => {
                    longer.push((*first, *second, place, rest.iter().map(|role| *role as u16).collect()));
                }
                _ => {}
            }
        }
        for (first, second, place, rest) in longer {
            if let Some(begins) = probe.pair(first as u16, second as u16) {
                probe.begins_longer |= 1 << begins;
                probe.longer.push(Longer { begins, place, rest });
            }
        }
        probe
    }

    /// The term that two neighbouring characters are, by their roles.
    #[inline]
    pub(crate) fn pair(&self, first: u16, second: u16) -> Option<usize> {
        let mark = self.pairs.get(usize::from(first) * self.roles + usize::from(second))?;
        usize::from(*mark).checked_sub(1)
    }

    /// The term that a character is by itself, by its role.
    pub(crate) fn single(&self, role: u16) -> Option<usize> {
        usize::from(*self.singles.get(usize::from(role))?).checked_sub(1)
    }

    /// Whether the question has a term of one character.
    pub(crate) fn has_singles(&self) -> bool {
        !self.singles.is_empty()
    }

    fn spell(&mut self, term: &QueryTerm, place: u8) {
        if matches!(term.kind, TokenKind::Number | TokenKind::Exact) {
            self.digits.extend(term.term.chars().find(char::is_ascii_digit));
            self.spelt_facts |= DIGIT | NUMERAL;
        } else {
            self.initials.extend(term.term.chars().next().filter(|c| !is_han(*c)));
            self.spelt_facts |= LETTER;
        }
        self.spelt.insert(term.term.clone(), place);
    }
}
