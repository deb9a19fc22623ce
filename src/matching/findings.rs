//! Searching: the first stage's candidates are looked at closely, put in order, and the first one is weighed.

use crate::matching::alias::Aliases;
use crate::matching::analyse::{Analysed, Analyser};
use crate::matching::document::Document;
use crate::matching::features::Own;
use crate::matching::held::Held;
use crate::matching::index::Index;
use crate::matching::logistic::sigmoid;
use crate::matching::look::{self, Look};
use crate::matching::query::Query;
use crate::matching::quote::{self, Quote, Run};
use crate::matching::scan::{Room, Scan};
use crate::matching::search;
use crate::matching::stored::Stored;
use crate::matching::vectors::Asked;
use std::cell::Cell;

/// How many candidates are looked at closely at most.
const POOL: usize = 40;

/// So many are looked at however long they are.
const LEAST: usize = 12;

/// Further ones are looked at until so many tokens were read. All the forty where documents are short answers; of texts
/// of some pages those that the first stage puts behind hardly ever come first, and reading them is what a question costs.
const READING: usize = 20_000;

/// As many of the nearest by meaning are looked at closely besides.
const NEAREST: usize = 20;

/// Up to so many vectors all are compared with a question. Beyond that it takes too long, and only those of the candidates by
/// words are.
const COMPARED: usize = 60_000;

/// As many other readings of a question are tried.
const READ_AGAIN: usize = 2;

/// From this probability on no other reading is tried.
const SURE: f64 = 0.75;

/// By so much another reading must be surer.
const SURER: f64 = 0.05;

/// How much a document that is no longer in force is put back: enough to come after its successor that says about the
/// same, not enough to hide it from a question that only it answers. In the unit of places, which are log-odds.
const OUT_OF_FORCE: f64 = 3.0;

thread_local! {
    /// From one question to the next.
    static ROOM: Cell<Room> = Cell::default();
}

/// A document that may answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// Its place comes from this; comparable within one search only.
    pub score: f64,
    /// In the order of [`crate::matching::RANKING`].
    pub features: Vec<f64>,
    /// What to quote. Chosen for the first hit; for another [`Index::quote`] does when it is wanted.
    pub quote: Option<Quote>,
    /// Which terms of the question the document holds.
    pub held: Held,
}

impl Hit {
    /// The quotation itself, cut out of the document's text. Empty when none was chosen.
    pub fn quoted<'a>(&self, document: &'a Document) -> &'a str {
        self.quote.map_or("", |quote| quote.of(document))
    }
}

/// The outcome of a search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings {
    /// The question as it was understood.
    pub question: Analysed,
    /// The best first.
    pub hits: Vec<Hit>,
    /// The probability, from 0 to 1, that the first hit answers the question. 0 without hits.
    pub confidence: f64,
    /// What the confidence was computed from, in the order of [`crate::matching::DECIDING`]. Empty without hits.
    pub features: Vec<f64>,
}

/// A question, ready to be asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// As it was said, then as it could be said with other names for the same things.
    readings: Vec<Analysed>,
    /// What an encoder made of it.
    meaning: Option<Asked>,
}

impl Question {
    /// Reads a question.
    pub fn new(analyser: &Analyser, aliases: &Aliases, text: &str) -> Self {
        let said = analyser.analyse_question(text);
        let others = aliases.readings(&said.text);
        let others = others.iter().take(READ_AGAIN).map(|reading| analyser.analyse_question(reading));
        Self { readings: std::iter::once(said.clone()).chain(others).collect(), meaning: None }
    }

    /// Reads a question by its own words alone.
    pub fn said(analyser: &Analyser, text: &str) -> Self {
        Self { readings: vec![analyser.analyse_question(text)], meaning: None }
    }

    /// As it was said, then as it could be said.
    pub fn readings(&self) -> &[Analysed] {
        &self.readings
    }

    /// With what an encoder made of it.
    #[must_use]
    pub fn with_meaning(self, meaning: Option<Asked>) -> Self {
        Self { meaning, ..self }
    }
}

/// A document that was looked at closely.
struct Candidate<'a> {
    slot: u32,
    stored: &'a Stored,
    look: Look,
    /// Its place comes from this.
    rank: f64,
}

impl Index {
    /// Looks for the documents that answer a question by its own words; at most `limit` of them, the best first.
    pub fn search(&self, analyser: &Analyser, question: &str, limit: usize) -> Findings {
        self.read(analyser.analyse_question(question), None, limit)
    }

    /// Looks for the documents that answer a question; at most `limit` of them, the best first. Another reading counts
    /// where it is surer than the person's own words.
    pub fn ask(&self, question: Question, limit: usize) -> Findings {
        let mut readings = question.readings.into_iter();
        let mut best = self.read(readings.next().unwrap_or_default(), question.meaning.as_ref(), limit);
        for reading in readings {
            if best.confidence >= SURE {
                break;
            }
            let findings = self.read(reading, question.meaning.as_ref(), limit);
            if findings.confidence > best.confidence + SURER {
                best = findings;
            }
        }
        best
    }

    fn read(&self, question: Analysed, meaning: Option<&Asked>, limit: usize) -> Findings {
        let query = Query::new(self, &question);
        let mut pool = search::candidates(self, &query, POOL.max(limit), search::BUDGET);
        let vectors = self.compares_by_meaning().then_some(&self.vectors).zip(meaning);
        if let Some((vectors, meaning)) = vectors.filter(|(vectors, _)| vectors.len() <= COMPARED) {
            pool.extend(vectors.nearest(meaning, NEAREST).into_iter().map(|(slot, _)| slot));
            pool.sort_unstable();
            pool.dedup();
        } else if vectors.is_none() {
            // By meaning any of them can come first.
            pool.truncate(self.worth_reading(&pool, LEAST.max(limit)));
        }
        let usual = vectors.map(|(vectors, meaning)| (vectors, meaning, vectors.usual(meaning)));
        let mut room = ROOM.take();
        room.clear();
        let look = |slot: u32| {
            let stored = self.stored(slot)?;
            let mut look = look::look(&query, stored, &Scan::new(&query, stored, &mut room));
            if let Some((vectors, meaning, usual)) = &usual {
                look::mean(&mut look, &vectors.best(slot, meaning), usual);
            }
            Some(Candidate { slot, stored, look, rank: 0.0 })
        };
        let mut candidates: Vec<Candidate> = pool.into_iter().filter_map(look).collect();
        look::compare(candidates.iter_mut().map(|candidate| (&*candidate.stored.unit, &mut candidate.look)));
        for candidate in &mut candidates {
            let ranking = self.weights.rank.iter().zip(candidate.look.values.ranking());
            let sum: f64 = ranking.map(|(weight, value)| weight * value).sum();
            candidate.rank = if candidate.stored.in_force { sum } else { sum - OUT_OF_FORCE };
        }
        // Equal ones by their score, then in the order in which they were added.
        let score = |candidate: &Candidate| candidate.look.values[Own::Score];
        candidates
            .sort_by(|a, b| b.rank.total_cmp(&a.rank).then(score(b).total_cmp(&score(a))).then(a.slot.cmp(&b.slot)));
        let Some(first) = candidates.first() else { return Findings { question, ..Findings::default() } };
        // What was replaced is no rival of what is in force: that both say it doesn't make the answer doubtful.
        let rivals = || candidates.iter().filter(|rival| rival.stored.in_force || !first.stored.in_force);
        let ranks: Vec<f64> = rivals().map(|rival| rival.rank).collect();
        let features = look::deciding(&query, &ranks, &rivals().map(|rival| &rival.look).collect::<Vec<_>>());
        let confidence = sigmoid(self.weights.log_odds(&features));
        let passages = first.stored.document(&self.alphabet).passages;
        let quote = quote::choose(&query, room.sentences(&first.look.sentences), &passages, &self.weights);
        ROOM.set(room);
        let held = Held::by_each(query, candidates.iter().take(limit).map(|candidate| candidate.look.found));
        let mut hits: Vec<Hit> = candidates.iter().zip(held).map(|(candidate, held)| candidate.hit(held)).collect();
        if let Some(first) = hits.first_mut() {
            first.quote = quote;
        }
        Findings { question, hits, confidence, features }
    }

    /// How many of the candidates, the most promising first, are looked at closely; `least` of them if there are so many.
    fn worth_reading(&self, pool: &[u32], least: usize) -> usize {
        let mut read = 0;
        let further = pool.iter().enumerate().take_while(|(place, slot)| {
            let worth = *place < least || read < READING;
            read += self.stored(**slot).map_or(0, |stored| stored.tokens as usize);
            worth
        });
        further.count()
    }

    /// What may be quoted from one document as the answer to a question, with what each piece is weighed by. None where there
    /// is no such document.
    pub fn runs(&self, question: &Analysed, id: &str) -> Option<Vec<Run>> {
        let stored = self.stored(self.slot(id)?)?;
        let query = Query::new(self, question);
        let passages = stored.document(&self.alphabet).passages;
        Some(quote::runs(&query, Scan::new(&query, stored, &mut Room::default()).sentences, &passages))
    }

    /// What to quote from one document as the answer to a question, by the reading that the document holds most of. None where
    /// there is no such document, or no text in it.
    pub fn quote<'a>(&self, readings: impl IntoIterator<Item = &'a Analysed>, id: &str) -> Option<Quote> {
        let stored = self.stored(self.slot(id)?)?;
        let passages = stored.document(&self.alphabet).passages;
        let mut best = None;
        for reading in readings {
            let (query, mut room) = (Query::new(self, reading), Room::default());
            let scan = Scan::new(&query, stored, &mut room);
            if best.is_none_or(|(score, _)| scan.score > score) {
                best = Some((scan.score, quote::choose(&query, scan.sentences, &passages, &self.weights)));
            }
        }
        best?.1
    }
}

impl Candidate<'_> {
    fn hit(&self, held: Held) -> Hit {
        Hit {
            id: self.stored.id.to_string(),
            score: self.rank,
            features: self.look.values.ranking().collect(),
            quote: None,
            held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Passage;

    const QUESTIONS: [&str; 4] = ["社保卡补办", "失业补贴和医保", "学校公积金", "车辆房屋"];

    /// One document about each of the questions, by its place, among sixty that share their words; all of `sentences` sentences.
    fn collection(analyser: &Analyser, sentences: usize) -> Index {
        let words =
            ["社保卡", "医保", "公积金", "户口", "补贴", "公司", "学校", "房屋", "车辆", "养老", "失业", "补办"];
        let mut index = Index::default();
        let mut seed = 11_u32;
        for n in 0..64 {
            let mut word = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                words[(seed >> 16) as usize % words.len()]
            };
            let mut text = String::new();
            for _ in 0..sentences {
                text.extend([word(), "和", word(), "的申请到", word(), "窗口办理。"]);
            }
            let title = QUESTIONS.get(n).map_or(String::new(), |asked| format!("{asked}办法"));
            let passages = vec![Passage { heading: String::new(), text: format!("{title}。{text}") }];
            index.add(analyser, Document { id: n.to_string(), title, passages, in_force: true, ..Document::default() });
        }
        index
    }

    #[test]
    fn fewer_long_documents_are_read_and_the_same_come_first() {
        let analyser = Analyser::new();
        let (short, long) = (collection(&analyser, 3), collection(&analyser, 100));
        for (place, question) in QUESTIONS.iter().enumerate() {
            let query = |index: &Index| Query::new(index, &analyser.analyse_question(question));
            let pool = |index: &Index| search::candidates(index, &query(index), POOL, search::BUDGET);
            assert_eq!(short.worth_reading(&pool(&short), LEAST), pool(&short).len(), "{question}");
            assert!((LEAST..POOL).contains(&long.worth_reading(&pool(&long), LEAST)), "{question}");
            // Who wants to see all forty has them all looked at.
            let first = |limit: usize| long.search(&analyser, question, limit).hits[0].id.clone();
            assert_eq!([first(1), first(POOL)], [place.to_string(), place.to_string()], "{question}");
        }
    }
}
