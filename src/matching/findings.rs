//! Searching: the first stage's candidates are looked at closely, put in order, and the first one is weighed.

use crate::matching::analyse::{Analysed, Analyser};
use crate::matching::document::Document;
use crate::matching::index::Index;
use crate::matching::logistic::{dot, sigmoid};
use crate::matching::look::{self, Look};
use crate::matching::query::Query;
use crate::matching::quote::Quote;
use crate::matching::scan::Scan;
use crate::matching::search;
use crate::matching::stored::Stored;
use serde::Serialize;

/// How many candidates are looked at closely.
const POOL: usize = 40;

/// How much a document that is no longer in force is put back: enough to come after its successor that says about the
/// same, not enough to hide it from a question that only it answers. In the unit of places, which are log-odds.
const OUT_OF_FORCE: f64 = 3.0;

/// A document that may answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// Its place comes from this; comparable within one search only.
    pub score: f64,
    /// In the order of [`crate::matching::RANKING`].
    pub features: Vec<f64>,
    /// The passage to show, by its place in the document.
    pub passage: usize,
    /// What to quote.
    pub quote: Quote,
    /// Terms of the question that the document holds, with what each weighs (shares of the question, the most first).
    pub matched: Vec<(String, f64)>,
    /// Those it lacks.
    pub missing: Vec<(String, f64)>,
}

impl Hit {
    /// The quotation itself, cut out of the document's text. Empty when the document has no text.
    pub fn quoted<'a>(&self, document: &'a Document) -> &'a str {
        let text = document.passages.get(self.quote.passage).map_or("", |p| p.text.as_str());
        text.get(self.quote.start..self.quote.end).unwrap_or("")
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

impl Index {
    /// Looks for the documents that answer a question; at most `limit` of them, the best first.
    pub fn search(&self, analyser: &Analyser, question: &str, limit: usize) -> Findings {
        self.search_analysed(analyser.analyse_question(question), limit)
    }

    /// The same for a question that was analysed before.
    pub fn search_analysed(&self, question: Analysed, limit: usize) -> Findings {
        let query = Query::new(self, &question);
        let pool = search::candidates(self, &query, POOL.max(limit), search::BUDGET);
        let read = |slot: u32| self.stored(slot).map(|stored| (slot, stored, Scan::new(&query, stored)));
        let mut read: Vec<(u32, &Stored, Scan)> = pool.into_iter().filter_map(read).collect();
        // The first stage knows the scores roughly; equal ones stay in the order in which they were added.
        read.sort_by(|a, b| b.2.score.total_cmp(&a.2.score).then(a.0.cmp(&b.0)));
        let best = read.first().map_or(0.0, |(_, _, scan)| scan.score);
        let look = |(_, stored, scan)| (0.0, stored, look::look(&query, stored, &scan, best));
        let mut looks: Vec<(f64, &Stored, Look)> = read.into_iter().map(look).collect();
        look::compare(looks.iter_mut().map(|(_, _, look)| look));
        for (rank, document, look) in &mut looks {
            *rank = dot(&self.weights.rank, &look.values) - if document.in_force { 0.0 } else { OUT_OF_FORCE };
        }
        // Stable, so that equal ones stay in the order of the first stage.
        looks.sort_by(|a, b| b.0.total_cmp(&a.0));
        if looks.is_empty() {
            return Findings { question, ..Findings::default() };
        }
        // What was replaced is no rival of what is in force: that both say it doesn't make the answer doubtful.
        let in_force = looks.first().is_some_and(|(_, document, _)| document.in_force);
        let rivals = || looks.iter().filter(|(_, document, _)| document.in_force || !in_force);
        let ranks: Vec<f64> = rivals().map(|(rank, ..)| *rank).collect();
        let features = look::deciding(&query, &ranks, &rivals().map(|(_, _, look)| look).collect::<Vec<_>>());
        let confidence = sigmoid(self.weights.intercept + dot(&self.weights.decide, &features));
        let hits =
            looks.into_iter().take(limit).map(|(rank, document, look)| hit(&query, document, rank, &look)).collect();
        Findings { question, hits, confidence, features }
    }
}

fn hit(query: &Query, document: &Stored, score: f64, look: &Look) -> Hit {
    let quote = look.window.map_or(Quote::default(), |w| w.quote);
    let (mut matched, mut missing) = (Vec::new(), Vec::new());
    for (place, term) in query.terms.iter().enumerate() {
        let entry = (term.term.clone(), if query.mass > 0.0 { term.mass / query.mass } else { 0.0 });
        if look.found >> place & 1 == 1 { matched.push(entry) } else { missing.push(entry) }
    }
    for terms in [&mut matched, &mut missing] {
        terms.sort_by(|a: &(String, f64), b| b.1.total_cmp(&a.1));
    }
    Hit {
        id: document.id.to_string(),
        score,
        features: look.values.to_vec(),
        passage: quote.passage,
        quote,
        matched,
        missing,
    }
}
