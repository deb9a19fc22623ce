//! Finding what answers a question, and who is responsible for it. Pure: no store, no clock, no network, no async.
//!
//! The way of a question: [`Analyser`] → [`Index::search`] → [`Findings`] → [`decide()`] → [`Decision`]; [`Evidence`]
//! says why. What cannot be answered goes to the unit that a [`Classifier`] proposes. [`group()`] finds copies among
//! opinions, [`similarity()`] compares two texts.
//!
//! | file | what it does |
//! |---|---|
//! | `normalise`, `wording`, `analyse` | text → tokens, the same at indexing and asking |
//! | `sentence`, `phrase`, `document` | a document, its sentences, its known phrasings |
//! | `index`, `query`, `search` | postings changed in place; the best candidates by score |
//! | `asking`, `features`, `look`, `quote`, `findings` | a close look at the candidates, their order, what to quote |
//! | `logistic`, `weights`, `decide` | probability, its numbers, what to do |
//! | `evidence`, `reasons`, `explain` | why: for those who tune, and for those who answer |
//! | `classify` | which label a text belongs to: the unit, the kind of a message |
//! | `group`, `similar` | copies; likeness of two texts |
//!
//! Deliberately absent: anything that knows a pack, a city or a document; anything that writes text.

mod analyse;
mod asking;
mod classify;
mod decide;
mod document;
mod evidence;
mod explain;
mod features;
mod findings;
mod group;
mod index;
pub mod logistic;
mod look;
mod normalise;
mod phrase;
mod query;
mod quote;
mod reasons;
mod search;
mod sentence;
mod similar;
mod weights;
mod wording;

pub use analyse::{Analysed, Analyser, QUESTION_LIMIT, Token, TokenKind};
pub use classify::Classifier;
pub use decide::{CHOICES, Decision, NEAR, Thresholds, decide};
pub use document::{Document, Passage};
pub use evidence::{Evidence, Feature, TermWeight};
pub use explain::{EXPLAINED, Explanation, Nearest, Spoken, Verdict, Wording};
pub use features::{DECIDING, RANKING};
pub use findings::{Findings, Hit};
pub use group::group;
pub use index::Index;
pub use normalise::is_han;
pub use quote::{QUOTE_LIMIT, Quote};
pub use reasons::{REASONS, Reason, reason_of};
pub use similar::similarity;
pub use weights::{IndexWeights, Weights, WeightsError};
