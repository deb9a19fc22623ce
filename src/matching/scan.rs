//! One walk over a candidate's text: which of the question's terms each sentence holds, and the longest run in common.
//!
//! All that the close look and the quotation know about a document's sentences comes from here. The text is read as it
//! is kept, character by character; what the analyser would make of it is told by tables.

use crate::matching::alphabet::{HAN, NUMERAL, WIDTH, escaped, read};
use crate::matching::analyse::{LATIN_LIMIT, TokenKind, number, prefix, run_end, stem};
use crate::matching::document::{SECONDARY, as_u32};
use crate::matching::normalise::{is_han, write_numerals};
use crate::matching::probe::{Probe, ROLE};
use crate::matching::query::{Query, TERM_LIMIT};
use crate::matching::stored::Stored;

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

/// What a walk found.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The score of BM25, as a share of the highest that a document could have.
    pub(crate) score: f64,
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
}

impl Scan {
    pub(crate) fn new(query: &Query, stored: &Stored) -> Self {
        let mut texts = stored.texts();
        let mut walk = Walk::new(query, texts.codes);
        let title = walk.text(texts.next()).mask;
        let title_matched: u32 = walk.counts.iter().map(|count| u32::from(*count)).sum();
        let titled = std::mem::replace(&mut walk.counts, [0; TERM_LIMIT]);
        let tokens = stored.tokens as usize;
        walk.forget_runs();
        for _ in 0..texts.next() {
            walk.skip(texts.next());
        }
        let passages = texts.next();
        // About fifteen sentences a thousand tokens; growing costs more than a guess too high.
        let mut sentences = Vec::with_capacity(4 + tokens / 32);
        for passage in 0..passages {
            let passage = u32::try_from(passage).unwrap_or(u32::MAX);
            let heading = texts.next();
            if heading & 1 == 1 {
                let found = walk.text(heading >> 1);
                let chars = as_u32(heading >> 1);
                sentences.push(Seen { mask: found.mask, passage, start: 0, end: 0, chars, offers: 0 });
            } else {
                walk.skip(heading >> 1);
            }
            let mut left = texts.next();
            let mut end = 0;
            for _ in 0..texts.next() {
                let (gap, chars) = (texts.next(), texts.next());
                let start = end + walk.skip(gap);
                let found = walk.text(chars);
                left = left.saturating_sub(gap + chars);
                end = start + found.bytes;
                sentences.push(Seen {
                    mask: found.mask,
                    passage,
                    start: as_u32(start),
                    end: as_u32(end),
                    chars: as_u32(chars),
                    offers: u16::try_from(texts.next()).unwrap_or(0),
                });
            }
            walk.skip(left);
        }
        let share = |part: f64| if query.mass > 0.0 { (part / query.mass).min(1.0) } else { 0.0 };
        let title_tokens = f64::from(stored.title_tokens);
        Self {
            score: share(score(query, stored, &walk.counts, &titled)),
            title,
            title_fit: if title_tokens > 0.0 { (f64::from(title_matched) / title_tokens).min(1.0) } else { 0.0 },
            longest: walk.longest,
            heaviest: share(walk.heaviest),
            density: (walk.met / (8.0 + tokens as f64)).min(1.0),
            tokens,
            sentences,
        }
    }
}

/// The sum of what each term adds, by how often it occurs in the text, the title and the phrasings.
fn score(query: &Query, stored: &Stored, text: &[u16; TERM_LIMIT], title: &[u16; TERM_LIMIT]) -> f64 {
    let mut asked = 0_u128;
    for number in stored.phrasings.iter().flat_map(|phrase| &phrase.numbers) {
        if let Some(place) = query.place(number & !SECONDARY) {
            asked |= 1 << place;
        }
    }
    let norm = query.norms.of(f64::from(stored.length));
    let mut sum = 0.0;
    for (place, term) in query.terms.iter().enumerate() {
        let (text, title) = (text.get(place).map_or(0, |n| *n), title.get(place).map_or(0, |n| *n));
        let asked = f64::from(u8::from(asked >> place & 1 == 1));
        let often = f64::from(text) + query.norms.title * f64::from(title) + query.norms.phrasing * asked;
        if often > 0.0 {
            sum += term.mass * often / (often + norm);
        }
    }
    sum
}

/// What a stretch of text holds.
struct Stretch {
    mask: u128,
    /// Its length in UTF-8.
    bytes: usize,
}

struct Walk<'a> {
    query: &'a Query,
    probe: &'a Probe,
    codes: &'a [u8],
    /// Where it is in the codes.
    at: usize,
    /// How often each term was met.
    counts: [u16; TERM_LIMIT],
    longest: usize,
    heaviest: f64,
    met: f64,
    run: Run,
    line: Vec<char>,
    numbered: Vec<char>,
}

/// A run of terms that follow one another in the question and in the text.
#[derive(Default)]
struct Run {
    /// Where the next term must stand in the question, and in the text.
    expected: usize,
    here: usize,
    chars: usize,
    gained: f64,
}

impl<'a> Walk<'a> {
    fn new(query: &'a Query, codes: &'a [u8]) -> Self {
        Self {
            query,
            probe: &query.probe,
            codes,
            at: 0,
            counts: [0; TERM_LIMIT],
            longest: 0,
            heaviest: 0.0,
            met: 0.0,
            run: Run::default(),
            line: Vec::new(),
            numbered: Vec::new(),
        }
    }

    /// What was learnt about runs came from the title, which is no part of the text.
    fn forget_runs(&mut self) {
        (self.longest, self.heaviest, self.met) = (0, 0.0, 0.0);
    }

    /// Passes over characters. Gives their length in UTF-8.
    fn skip(&mut self, chars: usize) -> usize {
        let mut bytes = 0;
        for _ in 0..chars {
            let (number, next) = read(self.codes, self.at);
            bytes += 1 + self.width(number, next);
            self.at = next;
        }
        bytes
    }

    /// Reads the next characters as one sentence.
    fn text(&mut self, chars: usize) -> Stretch {
        let (probe, codes) = (self.probe, self.codes);
        let begin = self.at;
        let singles = probe.has_singles();
        self.run = Run::default();
        let (mut mask, mut bytes, mut all) = (0_u128, chars, 0_u16);
        let (mut before, mut at) = (0_u16, begin);
        for place in 0..chars {
            let (number, next) = read(codes, at);
            let Some(&facts) = probe.facts.get(usize::from(number)) else {
                bytes += self.width(number, next);
                (before, at) = (0, next);
                continue;
            };
            bytes += usize::from(facts & WIDTH);
            all |= facts;
            if facts >> ROLE != 0 {
                if before >> ROLE != 0 {
                    if let Some(term) = probe.pair(before >> ROLE, facts >> ROLE) {
                        mask |= self.pair(term, place, next);
                    }
                } else if singles && before & HAN == 0 {
                    mask |= self.single(facts >> ROLE, place + 1 < chars, next);
                }
            }
            (before, at) = (facts, next);
        }
        self.at = at;
        if all & probe.spelt_facts != 0 {
            mask |= self.spelt(begin, chars, all & NUMERAL != 0);
        }
        Stretch { mask, bytes }
    }

    /// A pair that is a term, with the longer words that it begins. `place` is that of its second character.
    fn pair(&mut self, term: usize, place: usize, next: usize) -> u128 {
        let mut mask = 1 << term;
        if self.probe.begins_longer >> term & 1 == 1 {
            for longer in self.probe.longer.iter().filter(|longer| longer.begins == term) {
                if self.follows(&longer.rest, next) {
                    mask |= 1 << longer.place;
                    self.count(longer.place);
                }
            }
        }
        self.meet(term, place, 1);
        mask
    }

    fn follows(&self, rest: &[u16], mut at: usize) -> bool {
        rest.iter().all(|role| {
            let (number, next) = read(self.codes, at);
            at = next;
            self.probe.facts.get(usize::from(number)).is_some_and(|facts| facts >> ROLE == *role)
        })
    }

    /// A character that stands alone, without Chinese beside it, if it is a term.
    fn single(&mut self, role: u16, more: bool, next: usize) -> u128 {
        let Some(term) = self.probe.single(role) else { return 0 };
        let (number, _) = read(self.codes, next);
        if more && self.probe.facts.get(usize::from(number)).is_some_and(|facts| facts & HAN != 0) {
            return 0;
        }
        self.meet(term, usize::MAX, 1);
        1 << term
    }

    fn count(&mut self, term: usize) {
        if let Some(count) = self.counts.get_mut(term) {
            *count = count.saturating_add(1);
        }
    }

    /// A term was met that is no repetition of its neighbours. `here` tells its place among the others, which are as
    /// far apart as `width` says, in the text and in the question.
    fn meet(&mut self, term: usize, here: usize, width: usize) {
        self.count(term);
        let Some(term) = self.query.terms.get(term) else { return };
        let spelt = !matches!(term.kind, TokenKind::Word | TokenKind::Bigram);
        let run = &mut self.run;
        let goes_on = run.chars > 0 && term.position == run.expected && here == run.here;
        run.chars = if goes_on { run.chars + width } else { width + usize::from(!spelt) };
        run.gained = if goes_on { run.gained + term.mass } else { term.mass };
        run.expected = term.position + width + usize::from(spelt);
        run.here = here.saturating_add(1);
        self.longest = self.longest.max(run.chars);
        self.heaviest = self.heaviest.max(run.gained);
        self.met += term.weight;
    }

    fn width(&self, number: u16, next: usize) -> usize {
        match self.probe.facts.get(usize::from(number)) {
            Some(facts) => usize::from(facts & WIDTH),
            None => escaped(self.codes, next).map_or(0, |c| c.len_utf8() - 1),
        }
    }

    /// The words in letters and the numbers of a sentence, by the rules of the analyser.
    fn spelt(&mut self, begin: usize, chars: usize, numerals: bool) -> u128 {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        self.probe.alphabet.fold(self.codes, begin, chars, &mut line);
        if numerals && self.probe.numbers {
            let mut numbered = std::mem::take(&mut self.numbered);
            numbered.clear();
            write_numerals(&line, |c| numbered.push(c));
            self.numbered = std::mem::replace(&mut line, numbered);
        }
        self.run = Run::default();
        let (mut mask, mut at, mut here) = (0_u128, 0, 0);
        while at < line.len() {
            let c = line[at];
            if c.is_ascii_digit() {
                here += 1;
                let end = if self.probe.numbers {
                    let mut tokens = Vec::new();
                    let end = number(&line, at, &mut tokens);
                    for token in tokens {
                        mask |= self.spelt_term(&token.term, token.kind == TokenKind::Number, here);
                    }
                    end
                } else {
                    run_end(&line, at, |c| c.is_ascii_digit())
                };
                at = end;
            } else if c.is_alphabetic() && !is_han(c) {
                here += 1;
                let end = run_end(&line, at, |c| c.is_alphanumeric() && !is_han(c));
                if self.probe.initials.contains(&c) {
                    mask |= self.word(&line[at..end.min(at + LATIN_LIMIT)], here);
                }
                at = end;
            } else {
                here += usize::from(is_han(c));
                at += 1;
            }
        }
        self.line = line;
        mask
    }

    fn word(&mut self, run: &[char], here: usize) -> u128 {
        let mut mask = 0;
        if let Some(term) = prefix(run) {
            mask |= self.spelt_term(&term, false, here);
        }
        let word: String = run.iter().collect();
        mask | self.spelt_term(stem(&word), true, here)
    }

    fn spelt_term(&mut self, term: &str, primary: bool, here: usize) -> u128 {
        let Some(place) = self.probe.spelt.get(term).map(|place| usize::from(*place)) else { return 0 };
        if primary {
            self.meet(place, here, term.chars().count());
        } else {
            self.count(place);
        }
        1 << place
    }
}
