//! One walk over a candidate's text: which of the question's terms each sentence holds, and the longest run in common.
//!
//! All that the close look and the quotation know about a document's sentences comes from here.

use crate::matching::analyse::TokenKind;
use crate::matching::document::{SECONDARY, Stored};
use crate::matching::query::Query;

/// A sentence of a candidate, or a heading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Which of the question's terms it holds, a bit each.
    pub(crate) mask: u128,
    /// Its passage, by place in the document.
    pub(crate) passage: u32,
    /// Its first byte in the passage's text.
    pub(crate) start: u32,
    /// The byte behind its last one. A heading has an empty range.
    pub(crate) end: u32,
    /// Its length in characters.
    pub(crate) chars: u32,
    /// The sorts of answer it looks like.
    pub(crate) offers: u16,
}

impl Seen {
    pub(crate) fn is_heading(&self) -> bool {
        self.start == self.end
    }
}

/// That a term of the question occurs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    /// Where, in characters from the beginning of the text.
    pub(crate) position: u32,
    /// The term, by its place in the question.
    pub(crate) place: u8,
}

/// What a walk found.
#[derive(Debug)]
pub(crate) struct Scan {
    /// In the order of the text; a passage's heading stands before its sentences.
    pub(crate) sentences: Vec<Seen>,
    /// Which of the question's terms the title holds, a bit each.
    pub(crate) title: u128,
    /// How much of the title the question says, from 0 to 1.
    pub(crate) title_fit: f64,
    /// The longest run in common, in characters as far as a bigram stands for two.
    pub(crate) longest: usize,
    /// The weightiest run in common, as a share of the question.
    pub(crate) heaviest: f64,
    /// How much of the document's text is about what is asked.
    pub(crate) density: f64,
    /// How many tokens the document's text has.
    pub(crate) tokens: usize,
    /// Every occurrence of a term, in the order of the text.
    pub(crate) events: Vec<Event>,
    /// How often each of the question's characters occurs.
    pub(crate) characters: Vec<u16>,
    /// For each character of the question the longest run in the text that begins there, in characters.
    pub(crate) runs: Vec<u16>,
}

impl Scan {
    pub(crate) fn new(query: &Query, stored: &Stored) -> Self {
        let (mut title, mut title_matched) = (0_u128, 0_usize);
        for token in &stored.title {
            if let Some(place) = query.place(token & !SECONDARY) {
                title |= 1 << place;
                title_matched += 1;
            }
        }
        let title_fit = if stored.title.is_empty() { 0.0 } else { title_matched as f64 / stored.title.len() as f64 };
        let mut sentences = Vec::with_capacity(stored.sentences.len());
        let mut longest = 0;
        let (mut heaviest, mut met) = (0.0_f64, 0.0);
        let (mut events, mut runs, mut begun) = (Vec::new(), vec![0_u16; query.span], 0_u32);
        for sentence in &stored.sentences {
            let count = u32::max(1, sentence.tokens.1 - sentence.tokens.0);
            let mut mask = 0_u128;
            let (mut expected, mut run, mut gained) = (usize::MAX, 0, 0.0);
            for (at, token) in (0..).zip(stored.tokens_of(sentence)) {
                let place = query.place(token & !SECONDARY);
                if let Some(place) = place {
                    mask |= 1 << place;
                    events.push(Event { position: begun + sentence.chars * at / count, place: place as u8 });
                }
                if token & SECONDARY != 0 {
                    continue;
                }
                match place.and_then(|place| query.terms.get(place)) {
                    Some(term) => {
                        let latin = matches!(term.kind, TokenKind::Latin | TokenKind::Number);
                        let width = if latin { term.term.chars().count() } else { 1 };
                        let goes_on = term.position == expected;
                        run = if goes_on { run + width } else { width + usize::from(!latin) };
                        gained = if goes_on { gained + term.mass } else { term.mass };
                        heaviest = heaviest.max(gained);
                        met += term.weight;
                        expected = term.position + if latin { width + 1 } else { 1 };
                        longest = longest.max(run);
                        if let Some(known) = (term.position + 2).checked_sub(run).and_then(|from| runs.get_mut(from)) {
                            *known = (*known).max(run as u16);
                        }
                    }
                    None => expected = usize::MAX,
                }
            }
            begun += sentence.chars;
            sentences.push(Seen {
                mask,
                passage: sentence.passage,
                start: sentence.start,
                end: sentence.end,
                chars: sentence.chars,
                offers: sentence.offers,
            });
        }
        let heaviest = if query.mass > 0.0 { (heaviest / query.mass).min(1.0) } else { 0.0 };
        let tokens = stored.tokens.len();
        let density = (met / (8.0 + tokens as f64)).min(1.0);
        let characters = query
            .characters
            .iter()
            .map(|(c, _)| stored.characters.get(c).copied().unwrap_or(0))
            .collect();
        Self { sentences, title, title_fit, longest, heaviest, density, tokens, events, characters, runs }
    }
}
