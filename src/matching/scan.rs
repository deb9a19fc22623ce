//! One walk over a candidate's text: which of the question's terms each sentence holds, and the longest run in common.
//!
//! All that the close look and the quotation know about a document's sentences comes from here. The text is read as it
//! is kept, character by character; what the analyser would make of it is told by tables.

use crate::matching::alphabet::{HAN, NUMERAL, WIDTH, WRITTEN_OUT, look_up, mend};
use crate::matching::analyse::{LATIN_LIMIT, TokenKind, number, prefix, run_end, stem};
use crate::matching::document::{SECONDARY, as_u32};
use crate::matching::marks::{Marks, units};
use crate::matching::normalise::{is_han, write_numerals};
use crate::matching::probe::{Probe, ROLE};
use crate::matching::query::{Query, TERM_LIMIT};
use crate::matching::stored::Stored;
use std::ops::Range;

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
    /// Where, in characters from the beginning of what is kept of the document.
    pub(crate) position: u32,
    /// The term, by its place in the question.
    pub(crate) place: u8,
}

/// What a walk found. The lists are in its [`Room`].
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    /// The score of BM25, as a share of the highest that a document could have.
    pub(crate) score: f64,
    /// In the order of the text; a passage's heading stands before its sentences.
    pub(crate) sentences: &'a [Seen],
    /// Where these stand in the room, which keeps them.
    pub(crate) place: Range<usize>,
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
    /// How often each term of the question occurs in the text.
    pub(crate) counts: [u16; TERM_LIMIT],
    /// Every occurrence, in the order of the text.
    pub(crate) events: &'a [Event],
    /// How often each of the question's characters occurs, in their order.
    pub(crate) characters: &'a [u16],
    /// For each character of the question the longest run in the text that begins there, in characters.
    pub(crate) runs: &'a [u16],
}

/// What a walk needs room for. The next one uses the same again, and asks the system for nothing.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// What is known of each unit of the codes.
    facts: Vec<u16>,
    marks: Marks,
    line: Vec<char>,
    numbered: Vec<char>,
    /// Every occurrence of a term.
    events: Vec<Event>,
    /// How often each role was met.
    roles: Vec<u16>,
    /// The longest run from each character of the question.
    runs: Vec<u16>,
    /// The sentences of all documents that were walked through.
    sentences: Vec<Seen>,
}

impl Room {
    /// Makes it ready for another question.
    pub(crate) fn clear(&mut self) {
        self.sentences.clear();
    }

    /// The sentences of a walk, by its [`Scan::place`].
    pub(crate) fn sentences(&self, place: &Range<usize>) -> &[Seen] {
        self.sentences.get(place.clone()).unwrap_or(&[])
    }
}

impl<'a> Scan<'a> {
    pub(crate) fn new(query: &Query, stored: &Stored, room: &'a mut Room) -> Self {
        let mut texts = stored.texts();
        let mut walk = Walk::new(query, texts.codes, room);
        let title = walk.text(texts.next()).mask;
        let title_matched: u32 = walk.counts.iter().map(|count| u32::from(*count)).sum();
        let titled = std::mem::replace(&mut walk.counts, [0; TERM_LIMIT]);
        let tokens = stored.tokens as usize;
        walk.forget_runs();
        for _ in 0..texts.next() {
            walk.skip(texts.next());
        }
        let passages = texts.next();
        let begin = walk.room.sentences.len();
        for passage in 0..passages {
            let passage = u32::try_from(passage).unwrap_or(u32::MAX);
            let heading = texts.next();
            if heading & 1 == 1 {
                let found = walk.text(heading >> 1);
                let chars = found.chars;
                walk.room.sentences.push(Seen { mask: found.mask, passage, start: 0, end: 0, chars, offers: 0 });
            } else {
                walk.skip(heading >> 1);
            }
            let mut end = 0;
            for _ in 0..texts.next() {
                let start = end + walk.skip(texts.next());
                let found = walk.text(texts.next());
                end = start + found.bytes;
                walk.room.sentences.push(Seen {
                    mask: found.mask,
                    passage,
                    start: as_u32(start),
                    end: as_u32(end),
                    chars: found.chars,
                    offers: u16::try_from(texts.next()).unwrap_or(0),
                });
            }
            walk.skip(texts.next());
        }
        if walk.unordered {
            walk.room.events.sort_by_key(|event| event.position);
        }
        let share = |part: f64| if query.mass > 0.0 { (part / query.mass).min(1.0) } else { 0.0 };
        let title_tokens = f64::from(stored.title_tokens);
        let Walk { counts, longest, heaviest, met, room, .. } = walk;
        let room: &'a Room = room;
        Self {
            score: share(score(query, stored, &counts, &titled)),
            title,
            title_fit: if title_tokens > 0.0 { (f64::from(title_matched) / title_tokens).min(1.0) } else { 0.0 },
            longest,
            heaviest: share(heaviest),
            density: (met / (8.0 + tokens as f64)).min(1.0),
            tokens,
            sentences: room.sentences.get(begin..).unwrap_or(&[]),
            place: begin..room.sentences.len(),
            counts,
            characters: room.roles.get(1..).unwrap_or(&[]),
            runs: &room.runs,
            events: &room.events,
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

/// Whether it belongs to an alphabet. The marks that stand between Chinese sentences don't, and for them alone that is slow
/// to tell.
fn is_letter(c: char) -> bool {
    !matches!(c, '\u{2010}'..='\u{201f}' | '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}') && c.is_alphabetic()
}

/// What a stretch of text holds.
struct Stretch {
    mask: u128,
    /// Its length in UTF-8.
    bytes: usize,
    /// Its length in characters.
    chars: u32,
}

struct Walk<'q, 'a> {
    query: &'q Query,
    probe: &'q Probe,
    codes: &'q [u8],
    room: &'a mut Room,
    /// Whether some characters take more than one unit.
    written_out: bool,
    /// Where it is.
    at: usize,
    /// How often each term was met.
    counts: [u16; TERM_LIMIT],
    /// Whether the occurrences are out of order.
    unordered: bool,
    longest: usize,
    heaviest: f64,
    met: f64,
    run: Run,
}

/// The length in UTF-8.
fn bytes(facts: &[u16]) -> usize {
    // Short numbers are added up many at a time.
    facts.iter().map(|fact| u32::from(fact & WIDTH)).sum::<u32>() as usize
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

impl<'q, 'a> Walk<'q, 'a> {
    fn new(query: &'q Query, codes: &'q [u8], room: &'a mut Room) -> Self {
        look_up(&query.probe.facts, codes, &mut room.facts);
        let written_out = room.facts.iter().fold(0, |all, fact| all | fact) & WRITTEN_OUT != 0;
        if written_out {
            mend(&mut room.facts, codes);
        }
        room.marks.set(&room.facts);
        room.events.clear();
        for (list, length) in [(&mut room.roles, query.probe.characters.len() + 1), (&mut room.runs, query.span)] {
            list.clear();
            list.resize(length, 0);
        }
        Self {
            query,
            probe: &query.probe,
            codes,
            room,
            written_out,
            at: 0,
            counts: [0; TERM_LIMIT],
            unordered: false,
            longest: 0,
            heaviest: 0.0,
            met: 0.0,
            run: Run::default(),
        }
    }

    /// What was learnt about runs came from the title, which is no part of the text.
    fn forget_runs(&mut self) {
        (self.longest, self.heaviest, self.met) = (0, 0.0, 0.0);
        self.room.events.clear();
        self.room.roles.fill(0);
        self.room.runs.fill(0);
    }

    /// Passes over units. Gives their length in UTF-8.
    fn skip(&mut self, units: usize) -> usize {
        let begin = self.at;
        self.at += units;
        bytes(self.room.facts.get(begin..self.at).unwrap_or(&[]))
    }

    /// Reads the next units as one sentence.
    fn text(&mut self, units: usize) -> Stretch {
        let begin = self.at;
        self.at += units;
        self.run = Run::default();
        let facts = self.room.facts.get(begin..self.at).unwrap_or(&[]);
        let bytes = bytes(facts);
        let within = if self.written_out { facts.iter().filter(|fact| **fact & WIDTH == 0).count() } else { 0 };
        let chars = as_u32(units - within.min(units));
        let all = if self.probe.spelt_facts == 0 { 0 } else { facts.iter().fold(0, |all, fact| all | fact) };
        let (mut mask, any) = self.chinese(begin);
        if any && self.probe.has_singles() {
            mask |= self.singles(begin, units);
        }
        if all & self.probe.spelt_facts != 0 {
            mask |= self.spelt(begin, units, all & NUMERAL != 0);
        }
        Stretch { mask, bytes, chars }
    }

    /// The role of a character in the question; 0 where it has none.
    fn role(&self, at: usize) -> u16 {
        self.room.facts.get(at).map_or(0, |fact| fact >> ROLE)
    }

    /// Counts the question's characters from `begin` up to here, and meets those that stand side by side and are a term. Gives
    /// these terms, and whether there was any character.
    fn chinese(&mut self, begin: usize) -> (u128, bool) {
        let (mut mask, mut any, mut before) = (0_u128, false, 0);
        for word in Marks::words(begin, self.at) {
            let bits = self.room.marks.word(word, begin, self.at);
            any |= bits != 0;
            for place in units(word, bits) {
                let role = usize::from(self.role(place));
                if let Some(count) = self.room.roles.get_mut(role) {
                    *count = count.saturating_add(1);
                }
            }
            for second in units(word, bits & (bits << 1 | before)) {
                if let Some(term) = self.probe.pair(self.role(second - 1), self.role(second)) {
                    mask |= self.pair(term, second);
                }
            }
            before = bits >> 63;
        }
        (mask, any)
    }

    /// A pair that is a term, with the longer words that it begins. `second` is the place of its second character.
    fn pair(&mut self, term: usize, second: usize) -> u128 {
        let mut mask = 1 << term;
        if self.probe.begins_longer >> term & 1 == 1 {
            for longer in self.probe.longer.iter().filter(|longer| longer.begins == term) {
                let rest = self.room.facts.get(second + 1..).unwrap_or(&[]).iter().map(|fact| fact >> ROLE);
                if rest.take(longer.rest.len()).eq(longer.rest.iter().copied()) {
                    mask |= 1 << longer.place;
                    self.count(longer.place, second);
                }
            }
        }
        self.meet(term, second, second, 1);
        mask
    }

    /// The characters that stand alone, without Chinese beside them, and are terms.
    fn singles(&mut self, begin: usize, units: usize) -> u128 {
        let mut mask = 0;
        for at in begin..begin + units {
            let han = |at: usize| self.room.facts.get(at).is_some_and(|fact| fact & HAN != 0);
            let Some(term) = self.probe.single(self.role(at)) else { continue };
            let (before, behind) = (at > begin && han(at - 1), at + 1 < begin + units && han(at + 1));
            if !before && !behind {
                self.meet(term, at, at, 1);
                mask |= 1 << term;
            }
        }
        mask
    }

    fn count(&mut self, term: usize, position: usize) {
        if let (Some(count), Ok(place)) = (self.counts.get_mut(term), u8::try_from(term)) {
            *count = count.saturating_add(1);
            self.room.events.push(Event { position: as_u32(position), place });
        }
    }

    /// A term was met, at a character of the text, that is no repetition of its neighbours. `here` tells its place among the
    /// others, which are as far apart as `width` says, in the text and in the question.
    fn meet(&mut self, term: usize, position: usize, here: usize, width: usize) {
        self.count(term, position);
        let Some(term) = self.query.terms.get(term) else { return };
        let spelt = !matches!(term.kind, TokenKind::Word | TokenKind::Bigram);
        let run = &mut self.run;
        let goes_on = run.chars > 0 && term.position == run.expected && here == run.here;
        run.chars = if goes_on { run.chars + width } else { width + usize::from(!spelt) };
        run.gained = if goes_on { run.gained + term.mass } else { term.mass };
        run.expected = term.position + width + usize::from(spelt);
        run.here = here.saturating_add(1);
        self.longest = self.longest.max(run.chars);
        if !spelt
            && let Some(known) =
                (term.position + 2).checked_sub(run.chars).and_then(|from| self.room.runs.get_mut(from))
        {
            *known = (*known).max(u16::try_from(run.chars).unwrap_or(u16::MAX));
        }
        self.heaviest = self.heaviest.max(run.gained);
        self.met += term.weight;
    }

    /// The words in letters and the numbers of a sentence, by the rules of the analyser.
    fn spelt(&mut self, begin: usize, units: usize, numerals: bool) -> u128 {
        let mut line = std::mem::take(&mut self.room.line);
        line.clear();
        self.probe.alphabet.fold(self.codes, begin, units, &mut line);
        if numerals && !self.probe.digits.is_empty() {
            let mut numbered = std::mem::take(&mut self.room.numbered);
            numbered.clear();
            write_numerals(&line, |c| numbered.push(c));
            self.room.numbered = std::mem::replace(&mut line, numbered);
        }
        self.run = Run::default();
        let (mut mask, mut at, mut here) = (0_u128, 0, 0);
        self.unordered = true;
        while at < line.len() {
            let c = line[at];
            // First of all, for most characters are: whether they are letters is far slower to tell.
            if is_han(c) {
                here += 1;
                at += 1;
            } else if c.is_ascii_digit() {
                here += 1;
                let end = if self.probe.digits.contains(&c) {
                    let mut tokens = Vec::new();
                    let end = number(&line, at, &mut tokens);
                    for token in tokens {
                        mask |= self.spelt_term(&token.term, token.kind == TokenKind::Number, begin + at, here);
                    }
                    end
                } else {
                    run_end(&line, at, |c| c.is_ascii_digit() || c == '.')
                };
                at = end;
            } else if is_letter(c) {
                here += 1;
                let end = run_end(&line, at, |c| c.is_alphanumeric() && !is_han(c));
                if self.probe.initials.contains(&c) {
                    mask |= self.word(&line[at..end.min(at + LATIN_LIMIT)], begin + at, here);
                }
                at = end;
            } else {
                at += 1;
            }
        }
        self.room.line = line;
        mask
    }

    fn word(&mut self, run: &[char], position: usize, here: usize) -> u128 {
        let mut mask = 0;
        if let Some(term) = prefix(run) {
            mask |= self.spelt_term(&term, false, position, here);
        }
        let word: String = run.iter().collect();
        mask | self.spelt_term(stem(&word), true, position, here)
    }

    fn spelt_term(&mut self, term: &str, primary: bool, position: usize, here: usize) -> u128 {
        let Some(place) = self.probe.spelt.get(term).map(|place| usize::from(*place)) else { return 0 };
        if primary {
            self.meet(place, position, here, term.chars().count());
        } else {
            self.count(place, position);
        }
        1 << place
    }
}
