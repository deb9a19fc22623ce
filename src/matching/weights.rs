//! The numbers that ranking and deciding work with, read from `weights.toml`: each beside its name, so that a review
//! can see what changed. `evaluation::tune` writes the file.

use crate::matching::features::{DECIDING, RANKING};
use crate::matching::logistic::dot;
use crate::matching::paraphrase::COMPARING;
use crate::matching::quote::QUOTING;
use crate::matching::trees::Trees;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

/// How postings are weighed (BM25 over fields).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexWeights {
    /// How soon more occurrences stop counting. Greater than 0.
    pub k1: f64,
    /// How much long documents are held back, from 0 to 1.
    pub b: f64,
    /// What an occurrence in the title counts, against 1 in the text.
    pub title: f64,
    /// What an occurrence in a phrasing counts.
    pub phrasing: f64,
    /// Added to a bigram that is a word by itself.
    pub word: f64,
    /// What a longer word counts beside its bigrams.
    pub long_word: f64,
    /// What numbers with their unit, and beginnings of Latin words, count beside the plain ones.
    pub secondary: f64,
}

impl IndexWeights {
    /// The numbers by name, in the order of the file, each with its bounds.
    pub(crate) fn named(&mut self) -> [(&'static str, &mut f64, RangeInclusive<f64>); 7] {
        [
            ("k1", &mut self.k1, 0.01..=10.0),
            ("b", &mut self.b, 0.0..=1.0),
            ("title", &mut self.title, 0.0..=100.0),
            ("phrasing", &mut self.phrasing, 0.0..=100.0),
            ("word", &mut self.word, 0.0..=100.0),
            ("long_word", &mut self.long_word, 0.0..=100.0),
            ("secondary", &mut self.secondary, 0.0..=100.0),
        ]
    }
}

/// From which probability on something is done; between 0 and 1. `evaluation::tune` finds them, settings may say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// From here on the first hit is the answer.
    pub answer: f64,
    /// From here on, below `answer`, the citizen is asked which hit is meant.
    pub choose: f64,
}

impl Thresholds {
    /// Which of the two is none, by its name: both are probabilities, the second not above the first.
    pub(crate) fn out_of_bounds(&self) -> Option<(&'static str, f64)> {
        let known = [("answer", self.answer, 1.0), ("choose", self.choose, self.answer)];
        let bad = known.into_iter().find(|(_, value, high)| !(0.0..=*high).contains(value));
        bad.map(|(name, value, _)| (name, value))
    }
}

impl Default for Thresholds {
    /// Those of the weights in the program. Weights that never learnt any answer nothing by themselves.
    fn default() -> Self {
        Weights::built_in().thresholds.unwrap_or(Self { answer: 1.0, choose: 0.0 })
    }
}

/// All weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weights {
    /// For the index.
    pub index: IndexWeights,
    /// A weight for each of [`RANKING`], in that order.
    pub rank: Vec<f64>,
    /// A weight for each of [`QUOTING`], in that order.
    pub quote: Vec<f64>,
    /// Trees over [`QUOTING`] that choose among those that weigh most.
    pub quote_trees: Trees,
    /// What the probability that two requests ask the same starts from.
    pub same_intercept: f64,
    /// A weight for each of [`COMPARING`], in that order.
    pub same: Vec<f64>,
    /// What the deciding regression starts from.
    pub intercept: f64,
    /// A weight for each of [`DECIDING`], in that order.
    pub decide: Vec<f64>,
    /// Trees over [`DECIDING`], added to those.
    pub decide_trees: Trees,
    /// From which probability on something is done, where a site's settings don't say otherwise. None before any learning.
    pub thresholds: Option<Thresholds>,
    /// What each of [`DECIDING`] was on average over the questions learnt from, in that order: what is usual, against
    /// which a single question is explained. It decides nothing.
    pub usual: Vec<f64>,
}

/// What is wrong with a weights file.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// It is no TOML, or a table or number is missing or of another type.
    #[error("weights: {0}")]
    Form(#[from] toml::de::Error),
    /// A name is missing.
    #[error("weights: [{table}] has no {name}")]
    Missing {
        /// The table.
        table: &'static str,
        /// The name.
        name: &'static str,
    },
    /// A name that nothing uses.
    #[error("weights: [{table}] has {name}, which nothing uses")]
    Unused {
        /// The table.
        table: &'static str,
        /// The name.
        name: String,
    },
    /// A number out of its bounds.
    #[error("weights: [{table}] {name} is {value}, which is out of bounds")]
    Bounds {
        /// The table.
        table: &'static str,
        /// The name.
        name: String,
        /// The number.
        value: f64,
    },
    /// A line that is no tree.
    #[error(
        "weights: [trees] {name}: tree {number} can't be read; \"FEATURE < NUMBER ? TREE : TREE\" or a number is a tree"
    )]
    Tree {
        /// The list.
        name: &'static str,
        /// Which of them, from 1.
        number: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    index: IndexWeights,
    rank: BTreeMap<String, f64>,
    quote: BTreeMap<String, f64>,
    same: BTreeMap<String, f64>,
    decide: BTreeMap<String, f64>,
    /// A file without it has none.
    #[serde(default)]
    trees: TreeLines,
    /// A file without it leaves them as they are in the program.
    thresholds: Option<Thresholds>,
    /// A file without it explains against nothing.
    usual: Option<BTreeMap<String, f64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeLines {
    quote: Vec<String>,
    decide: Vec<String>,
}

static BUILT_IN: LazyLock<Arc<Weights>> = LazyLock::new(|| {
    // A test reads the same file, so the fallback is never met in a build that passed.
    Arc::new(Weights::parse(include_str!("weights.toml")).unwrap_or_else(|_| Weights::plain()))
});

impl Weights {
    /// The weights in the program.
    pub fn built_in() -> Arc<Self> {
        Arc::clone(&BUILT_IN)
    }

    /// The weights in the program for an index with vectors.
    pub fn with_meaning() -> Arc<Self> {
        static WITH_MEANING: LazyLock<Arc<Weights>> = LazyLock::new(|| {
            Arc::new(Weights::parse(include_str!("weights-meaning.toml")).unwrap_or_else(|_| Weights::plain()))
        });
        Arc::clone(&WITH_MEANING)
    }

    /// Weights that rank by the plain score and are never sure: what training starts from.
    pub fn plain() -> Self {
        let mut rank = vec![0.0; RANKING.len()];
        if let Some(first) = rank.first_mut() {
            *first = 1.0;
        }
        Self {
            index: IndexWeights {
                k1: 1.2,
                b: 0.75,
                title: 2.0,
                phrasing: 3.0,
                word: 0.6,
                long_word: 0.6,
                secondary: 0.5,
            },
            rank,
            quote: QUOTING.map(|name| f64::from(u8::from(name == "saturated"))).to_vec(),
            quote_trees: Trees::default(),
            same_intercept: 0.0,
            same: COMPARING.map(|name| f64::from(u8::from(name == "alike"))).to_vec(),
            intercept: 0.0,
            decide: vec![0.0; DECIDING.len()],
            decide_trees: Trees::default(),
            thresholds: None,
            usual: vec![0.0; DECIDING.len()],
        }
    }

    /// Reads and checks a weights file.
    pub fn parse(text: &str) -> Result<Self, WeightsError> {
        let mut file: File = toml::from_str(text)?;
        for (name, value, bounds) in file.index.named() {
            if !bounds.contains(value) {
                return Err(WeightsError::Bounds { table: "index", name: name.into(), value: *value });
            }
        }
        if let Some((name, value)) = file.thresholds.as_ref().and_then(Thresholds::out_of_bounds) {
            return Err(WeightsError::Bounds { table: "thresholds", name: name.into(), value });
        }
        let same_intercept =
            file.same.remove("intercept").ok_or(WeightsError::Missing { table: "same", name: "intercept" })?;
        let intercept =
            file.decide.remove("intercept").ok_or(WeightsError::Missing { table: "decide", name: "intercept" })?;
        let trees = |name, lines: &[String], features| {
            Trees::parse(lines, features).map_err(|number| WeightsError::Tree { name, number })
        };
        Ok(Self {
            index: file.index,
            rank: aligned("rank", &RANKING, file.rank)?,
            quote: aligned("quote", &QUOTING, file.quote)?,
            quote_trees: trees("quote", &file.trees.quote, &QUOTING)?,
            same_intercept,
            same: aligned("same", &COMPARING, file.same)?,
            intercept,
            decide: aligned("decide", &DECIDING, file.decide)?,
            decide_trees: trees("decide", &file.trees.decide, &DECIDING)?,
            thresholds: file.thresholds,
            usual: match file.usual {
                Some(usual) => aligned("usual", &DECIDING, usual)?,
                None => vec![0.0; DECIDING.len()],
            },
        })
    }

    /// The file that [`Weights::parse`] reads back.
    pub fn to_toml(&self) -> String {
        use std::fmt::Write;
        let mut out = String::from(
            "# Written by `wenzheng tune`. Every feature is about 0 to 1, so the numbers can be compared.\n\n[index]\n",
        );
        let mut index = self.index;
        for (name, value, _) in index.named() {
            let _ = writeln!(out, "{name} = {value:?}");
        }
        out.push_str("\n# How a candidate's features add up to its place.\n[rank]\n");
        for (name, value) in RANKING.iter().zip(&self.rank) {
            let _ = writeln!(out, "{name} = {value:.4}");
        }
        out.push_str("\n# How a run of sentences is weighed for quoting.\n[quote]\n");
        for (name, value) in QUOTING.iter().zip(&self.quote) {
            let _ = writeln!(out, "{name} = {value:.4}");
        }
        let _ =
            writeln!(out, "\n# How likely two requests ask the same.\n[same]\nintercept = {:.4}", self.same_intercept);
        for (name, value) in COMPARING.iter().zip(&self.same) {
            let _ = writeln!(out, "{name} = {value:.4}");
        }
        let _ = writeln!(
            out,
            "\n# How the first hit's features add up to the log-odds that it answers the question.\n[decide]\nintercept = {:.4}",
            self.intercept
        );
        for (name, value) in DECIDING.iter().zip(&self.decide) {
            let _ = writeln!(out, "{name} = {value:.4}");
        }
        if let Some(Thresholds { answer, choose }) = self.thresholds {
            out.push_str("\n# From which probability on the first hit is the answer, and from which on one asks which hit is meant.\n");
            let _ = writeln!(out, "[thresholds]\nanswer = {answer:.2}\nchoose = {choose:.2}");
        }
        out.push_str(
            "\n# What each was on average: what a single question is explained against. It decides nothing.\n[usual]\n",
        );
        for (name, value) in DECIDING.iter().zip(&self.usual) {
            let _ = writeln!(out, "{name} = {value:.4}");
        }
        out.push_str(
            "\n# What is added to [decide], and what chooses among the runs that weigh most by [quote].\n[trees]\n",
        );
        for (name, lines) in
            [("quote", self.quote_trees.lines(&QUOTING)), ("decide", self.decide_trees.lines(&DECIDING))]
        {
            let _ = writeln!(out, "{name} = [");
            for line in lines {
                let _ = writeln!(out, "  \"{line}\",");
            }
            out.push_str("]\n");
        }
        out
    }

    /// The log-odds that the first hit answers the question.
    pub(crate) fn log_odds(&self, features: &[f64]) -> f64 {
        self.intercept + dot(&self.decide, features) + self.decide_trees.sum(features)
    }

    /// What each of [`DECIDING`] did to the log-odds by being what it is and not what is usual.
    pub(crate) fn effects(&self, features: &[f64]) -> Vec<f64> {
        let mut effects = self.decide_trees.effects(features, &self.usual);
        for (((effect, value), weight), usual) in effects.iter_mut().zip(features).zip(&self.decide).zip(&self.usual) {
            *effect += weight * (value - usual);
        }
        effects
    }
}

fn aligned(
    table: &'static str,
    names: &[&'static str],
    mut values: BTreeMap<String, f64>,
) -> Result<Vec<f64>, WeightsError> {
    let mut out = Vec::with_capacity(names.len());
    for name in names {
        let value = values.remove(*name).ok_or(WeightsError::Missing { table, name })?;
        if !value.is_finite() || value.abs() > 1e6 {
            return Err(WeightsError::Bounds { table, name: (*name).into(), value });
        }
        out.push(value);
    }
    match values.into_keys().next() {
        Some(name) => Err(WeightsError::Unused { table, name }),
        None => Ok(out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_files_are_sound_and_as_they_would_be_written() {
        for text in [include_str!("weights.toml"), include_str!("weights-meaning.toml")] {
            assert_eq!(Weights::parse(text).unwrap().to_toml(), text);
        }
        assert!(Weights::built_in().thresholds.is_some());
    }

    #[test]
    fn what_is_written_is_read_back() {
        let plain = Weights::plain();
        assert_eq!(Weights::parse(&plain.to_toml()).unwrap(), plain);
    }

    #[test]
    fn mistakes_are_named() {
        let text = Weights::plain().to_toml();
        let missing = Weights::parse(&text.replace("\nscore = ", "\nscoer = ")).unwrap_err().to_string();
        assert!(missing.contains("score"), "{missing}");
        let bounds = Weights::parse(&text.replace("b = 0.75", "b = 7.5")).unwrap_err().to_string();
        assert!(bounds.contains("out of bounds"), "{bounds}");
        let upside_down = format!("[thresholds]\nanswer = 0.2\nchoose = 0.3\n{text}");
        let upside_down = Weights::parse(&upside_down).unwrap_err().to_string();
        assert!(upside_down.contains("[thresholds] choose is 0.3"), "{upside_down}");
        assert!(Weights::parse("").is_err());
        assert!(Weights::parse(&text.replace("k1 = 1.2", "k1 = nan")).is_err());
    }
}
