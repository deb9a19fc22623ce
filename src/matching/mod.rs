//! Finding what answers a question, and who is responsible for it. Pure: no store, no clock, no network, no async.
//!
//! The way of a question: [`Analyser`] → [`Index::search`] → [`Findings`] → [`decide()`] → [`Decision`]; [`Evidence`]
//! says why. What cannot be answered goes to the unit that a [`Classifier`] proposes. [`group()`] finds copies among
//! opinions, [`Themes`] what many ask in copies and in their own words, [`similarity()`] compares two texts.
//!
//! | file | what it does |
//! |---|---|
//! | `normalise`, `wording`, `analyse` | text → tokens, the same at indexing and asking |
//! | `alias` | other names of the same thing, by which a question is read once more |
//! | `sentence`, `phrase`, `document`, `prepared` | a document, its sentences, its known phrasings |
//! | `alphabet`, `stored` | texts kept short, to be searched and quoted as they stand |
//! | `postings`, `index`, `query`, `search` | postings changed in place; the candidates |
//! | `asking`, `features`, `probe`, `marks`, `scan`, `stretch`, `places`, `look`, `quote`, `held`, `findings` | a close look at the candidates, their order, what to quote |
//! | `logistic`, `trees`, `weights`, `decide` | probability, its numbers, what to do |
//! | `evidence`, `reasons`, `explain` | why: for those who tune, and for those who answer |
//! | `vectors` | which texts of a document an encoder reads, and the vectors it made of them |
//! | `classify`, `grams`, `machine`, `sureness` | which label a text belongs to: the unit, the kind of a message; how sure |
//! | `neighbours` | what was learned a moment ago: the nearest texts and their labels |
//! | `group`, `theme`, `areas` | copies; the same matter in other words; the districts that texts name |
//! | `seek` | words that somebody searches for, found where they stand as they were typed |
//! | `similar`, `paraphrase` | likeness of two texts; whether two requests ask the same |
//!
//! Deliberately absent: anything that knows a pack, a city or a document; anything that writes text.

mod alias;
mod alphabet;
mod analyse;
mod areas;
mod asking;
mod classify;
mod decide;
mod document;
mod evidence;
mod explain;
mod features;
mod findings;
mod grams;
mod group;
mod held;
mod index;
pub mod logistic;
mod look;
mod machine;
mod marks;
mod neighbours;
mod normalise;
mod paraphrase;
mod phrase;
mod places;
mod postings;
mod prepared;
mod probe;
mod query;
mod quote;
mod reasons;
mod scan;
mod search;
mod seek;
mod sentence;
mod similar;
mod stored;
mod stretch;
mod sureness;
mod theme;
mod trees;
pub mod vectors;
mod weights;
mod wording;

pub use alias::{AliasProblem, Aliases, READINGS};
pub use analyse::{Analysed, Analyser, QUESTION_LIMIT, Token, TokenKind};
pub use areas::areas;
pub use classify::{Classifier, Example};
pub use decide::{CHOICES, Decision, NEAR, decide};
pub use document::{Document, Passage};
pub use evidence::{Evidence, Feature, TermWeight};
pub use explain::{EXPLAINED, Explanation, Nearest, Spoken, Verdict, Wording};
pub use features::{DECIDING, RANKING};
pub use findings::{Findings, Hit, Question};
pub use group::{Copied, Copies, group};
pub use held::Held;
pub use index::Index;
pub(crate) use neighbours::listen;
pub use neighbours::{Neighbour, Neighbours};
pub use normalise::is_han;
pub use paraphrase::{COMPARING, Nearness, compared, same_request};
pub use prepared::Prepared;
pub(crate) use quote::chosen;
pub use quote::{QUOTE_LIMIT, QUOTING, Quote, Run};
pub use reasons::{REASONS, Reason, reason_of};
pub use seek::{BREAK, Sought, SoughtWord, terms};
pub(crate) use similar::shared;
pub use similar::similarity;
pub use theme::{Placed, Themes, central};
pub use trees::{Node, Trees};
pub use weights::{IndexWeights, Thresholds, Weights, WeightsError};
