//! Why it was decided so, in a form that can be put into words, stored beside a ticket and read years later: no
//! weights, no feature names, only what was found, what was missing, and which reasons spoke for and against.

use crate::matching::analyse::{Analysed, Analyser, TokenKind};
use crate::matching::decide::{Decision, decide};
use crate::matching::document::Document;
use crate::matching::features::{DECIDING, RANKING};
use crate::matching::findings::{Findings, Hit};
use crate::matching::index::Index;
use crate::matching::phrase::Phrase;
use crate::matching::reasons::{Reason, reason_of};
use crate::matching::weights::Thresholds;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// How many documents are explained.
pub const EXPLAINED: usize = 3;
/// A reason that moves the log-odds by less says nothing.
const FAINT: f64 = 0.15;
/// Known questions less alike than this are no neighbours.
const ALIKE: f64 = 0.3;
/// A text or a heading is kept up to so many characters.
const KEPT: usize = 80;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The first document was quoted.
    Answer,
    /// The citizen was asked which one is meant.
    Choose,
    /// A unit has to answer.
    Route,
}

/// Why it was decided so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// What was decided.
    pub verdict: Verdict,
    /// The probability, from 0 to 1, that the first document answers.
    pub probability: f64,
    /// From which probability on it is quoted.
    pub answer_from: f64,
    /// From which probability on the citizen is asked.
    pub choose_from: f64,
    /// How many times as likely as the second document the first one is; none without a second.
    pub lead: Option<f64>,
    /// The nearest documents, the best first, at most [`EXPLAINED`].
    pub nearest: Vec<Nearest>,
}

/// A document that came near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    /// Its id.
    pub document: String,
    /// Its title, as it was then.
    pub title: String,
    /// The heading of the passage that fits best, or empty.
    pub heading: String,
    /// Whether it was in force.
    pub in_force: bool,
    /// The pieces of the question that it holds, in their order.
    pub holds: Vec<String>,
    /// The pieces that it lacks.
    pub lacks: Vec<String>,
    /// The nearest of the questions that it is known to answer, if any is near.
    pub wording: Option<Wording>,
    /// For the first: what spoke for and against its being the answer, compared with what is usual. For the others:
    /// what put them behind the first. The strongest first.
    pub reasons: Vec<Spoken>,
}

/// A known question and how alike it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wording {
    /// The known question.
    pub text: String,
    /// How alike the two are, from 0 to 1, by sound and edits.
    pub likeness: f64,
}

/// A reason and how strongly it spoke.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spoken {
    /// Which.
    pub reason: Reason,
    /// What it did to the log-odds: above 0 it spoke for, below 0 against.
    pub effect: f64,
}

impl Spoken {
    /// How strongly it spoke: 1 a little, 2 clearly, 3 very.
    pub fn strength(&self) -> usize {
        match self.effect.abs() {
            ..0.6 => 1,
            0.6..1.5 => 2,
            _ => 3,
        }
    }
}

impl Explanation {
    /// Explains what a search in `index` found.
    pub fn of(findings: &Findings, index: &Index, analyser: &Analyser, thresholds: &Thresholds) -> Self {
        let verdict = match decide(findings, thresholds) {
            Decision::Answer(_) => Verdict::Answer,
            Decision::Choose(_) => Verdict::Choose,
            Decision::Route(_) => Verdict::Route,
        };
        let asked = Phrase::new(&findings.question, Vec::new());
        let near = findings.hits.iter().take(EXPLAINED).enumerate().filter_map(|(place, hit)| {
            let document = index.document(&hit.id)?;
            let (holds, lacks) = pieces(&findings.question, hit);
            Some(Nearest {
                document: hit.id.clone(),
                title: cut(&document.title),
                heading: heading(hit, findings, index, &document),
                in_force: document.in_force,
                holds,
                lacks,
                wording: nearest_wording(&asked, &document, analyser),
                reasons: if place == 0 { for_first(findings, index) } else { behind_first(findings, hit, index) },
            })
        });
        let lead = match findings.hits.as_slice() {
            [first, second, ..] => Some((first.score - second.score).exp()).filter(|lead| lead.is_finite()),
            _ => None,
        };
        Self {
            verdict,
            probability: if findings.confidence.is_finite() { findings.confidence } else { 0.0 },
            answer_from: thresholds.answer,
            choose_from: thresholds.choose,
            lead,
            nearest: near.collect(),
        }
    }
}

/// The heading over what would be quoted.
fn heading(hit: &Hit, findings: &Findings, index: &Index, document: &Document) -> String {
    let quote = hit.quote.or_else(|| index.quote([&findings.question], &hit.id));
    let passage = quote.and_then(|quote| document.passages.get(quote.passage));
    passage.map_or_else(String::new, |passage| cut(&passage.heading))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Against what is usual: a feature that is as always says nothing about this question.
fn for_first(findings: &Findings, index: &Index) -> Vec<Spoken> {
    grouped(DECIDING.iter().zip(index.weights().effects(&findings.features)))
}

fn behind_first(findings: &Findings, hit: &Hit, index: &Index) -> Vec<Spoken> {
    let first = findings.hits.first().map_or(&[][..], |first| first.features.as_slice());
    let effects = hit.features.iter().zip(first).zip(&index.weights().rank);
    let mut spoken = grouped(RANKING.iter().zip(effects.map(|((own, first), weight)| weight * (own - first))));
    // What it does better than the first is no reason for its place.
    spoken.retain(|spoken| spoken.effect < 0.0);
    spoken
}

fn grouped<'a>(effects: impl Iterator<Item = (&'a &'static str, f64)>) -> Vec<Spoken> {
    let mut sums: BTreeMap<Reason, f64> = BTreeMap::new();
    for (name, effect) in effects {
        *sums.entry(reason_of(name)).or_default() += effect;
    }
    let mut spoken: Vec<Spoken> = sums
        .into_iter()
        .filter(|(_, effect)| effect.is_finite() && effect.abs() >= FAINT)
        .map(|(reason, effect)| Spoken { reason, effect })
        .collect();
    spoken.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    spoken
}

/// Words that merely make a question say nothing, whether they are found or not.
const CONTENT: f32 = 0.9;

/// The pieces of the question that a document holds, and those that it lacks: whole stretches, as they were asked, since
/// terms of two characters read like riddles.
fn pieces(question: &Analysed, hit: &Hit) -> (Vec<String>, Vec<String>) {
    let chars: Vec<char> = question.text.chars().collect();
    let found: HashSet<&str> = hit.held.matched().map(|(term, _)| term.as_str()).collect();
    // For each character: nothing was asked with it, it was looked for in vain, it was found.
    let mut state = vec![0_u8; chars.len()];
    for token in question.tokens.iter().filter(|token| token.weight > CONTENT) {
        let length = match token.kind {
            TokenKind::Latin | TokenKind::Prefix => {
                let rest = chars.get(token.position..).unwrap_or(&[]);
                rest.iter().take_while(|c| c.is_alphanumeric()).count()
            }
            TokenKind::Bigram | TokenKind::Word | TokenKind::Number | TokenKind::Exact => token.term.chars().count(),
        };
        let mark = if found.contains(token.term.as_str()) { 2 } else { 1 };
        let end = (token.position + length).min(chars.len());
        for place in state.get_mut(token.position..end).unwrap_or(&mut []) {
            *place = mark.max(*place);
        }
    }
    let (mut holds, mut lacks) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < chars.len() {
        let end = at + state[at..].iter().take_while(|place| **place == state[at]).count();
        let into = match state[at] {
            2 => &mut holds,
            1 => &mut lacks,
            _ => {
                at = end;
                continue;
            }
        };
        let piece: String = chars[at..end].iter().collect();
        let piece = piece.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        if !piece.is_empty() && !into.contains(&piece) {
            into.push(cut(&piece));
        }
        at = end;
    }
    (holds, lacks)
}

/// As many known questions of a document are compared.
const COMPARED: usize = 200;

fn nearest_wording(asked: &Phrase, document: &Document, analyser: &Analyser) -> Option<Wording> {
    if asked.is_empty() {
        return None;
    }
    let alike = document.phrasings.iter().take(COMPARED).map(|text| {
        let known = Phrase::new(&analyser.analyse_question(text), Vec::new());
        (asked.edit_likeness(&known).max(asked.sound_overlap(&known)), text)
    });
    let (likeness, text) = alike.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (likeness >= ALIKE).then(|| Wording { text: cut(text), likeness })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::Passage;

    fn index(analyser: &Analyser) -> Index {
        let mut index = Index::default();
        for (id, title, phrasing, text) in [
            ("card", "社保卡补办指南", "社保卡丢了怎么补办", "社保卡丢失后，先挂失，再到银行网点补办，收费20元。"),
            ("fund", "公积金提取指南", "公积金怎么提取", "公积金提取要带身份证。"),
            ("bus", "公交卡办理", "公交卡在哪里办", "公交卡在公交公司办理，收费20元。"),
        ] {
            index.add(
                analyser,
                Document {
                    id: id.into(),
                    title: title.into(),
                    phrasings: vec![phrasing.into()],
                    passages: vec![Passage { heading: String::new(), text: text.into() }],
                    in_force: true,
                    ..Document::default()
                },
            );
        }
        index
    }

    fn explained(question: &str) -> Explanation {
        let analyser = Analyser::new();
        let index = index(&analyser);
        Explanation::of(&index.search(&analyser, question, 10), &index, &analyser, &Thresholds::default())
    }

    #[test]
    fn it_says_which_words_which_wording_and_who_came_second() {
        let why = explained("请问社保卡丢了怎么补办贷款？");
        let first = &why.nearest[0];
        assert_eq!(first.title, "社保卡补办指南");
        assert!(first.holds.iter().any(|piece| piece.contains("社保卡")), "{first:?}");
        assert!(first.lacks.iter().any(|piece| piece.contains("贷款")), "{first:?}");
        let wording = first.wording.as_ref().unwrap();
        assert!(wording.text == "社保卡丢了怎么补办" && wording.likeness > 0.7, "{wording:?}");
        assert!(why.lead.unwrap() >= 1.0 && why.nearest.len() > 1);
        assert!(why.nearest[1].reasons.iter().map(|spoken| spoken.effect).sum::<f64>() < 0.0, "{:?}", why.nearest[1]);
        assert!(first.reasons.windows(2).all(|two| two[0].effect.abs() >= two[1].effect.abs()));
    }

    #[test]
    fn the_reasons_add_up_to_the_probability() {
        let analyser = Analyser::new();
        let index = index(&analyser);
        let findings = index.search(&analyser, "公积金怎么提取", 10);
        let weights = index.weights();
        let usual = weights.log_odds(&weights.usual);
        let moved: f64 = for_first(&findings, &index).iter().map(|spoken| spoken.effect).sum();
        let odds = (findings.confidence / (1.0 - findings.confidence)).ln();
        // What is too faint to be named may be missing.
        assert!((usual + moved - odds).abs() < FAINT * 11.0, "{usual} {moved} {odds}");
    }

    #[test]
    fn it_can_be_stored_and_read_back() {
        for question in ["公积金怎么提取", "", "。", "😀", "hello 20元 fund"] {
            let why = explained(question);
            let text = serde_json::to_string(&why).unwrap();
            assert_eq!(serde_json::from_str::<Explanation>(&text).unwrap().nearest.len(), why.nearest.len());
        }
        assert_eq!(explained("").verdict, Verdict::Route);
        assert!(explained("").nearest.is_empty() && explained("").lead.is_none());
    }

    #[test]
    fn strength_has_three_steps() {
        let strength = |effect| Spoken { reason: Reason::Title, effect }.strength();
        assert_eq!([strength(0.2), strength(-1.0), strength(9.0)], [1, 2, 3]);
    }
}
