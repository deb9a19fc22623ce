//! Chooses the numbers of the index, then trains the weights of ranking, quoting and deciding on packs: a conditional logit
//! over the candidates' features for the order and over the pieces of a document for the quotation, a logistic regression for
//! the probability, trees that correct the last two, and from which probability on to answer and to ask back; all
//! cross-checked over five parts. Same packs, same weights.
//!
//! The probability must hold for every kind of knowledge base, so each FAQ pack is met in several states: answers
//! without questions; answers with their questions; a mixture in which a third of the documents is missing, a third
//! has no known question, and the missing ones are asked for all the same; and a young collection in which five of six are
//! missing. A pack with questions that have no answer is met whole, and with each quarter of its documents missing.

mod deciding;
mod indexing;
mod quoting;

use crate::evaluation::likeness::nearness;
use crate::evaluation::metrics::{auroc, fixed_hash, hit, mean, ndcg10};
use crate::evaluation::packs::{self, Pack, PairRow, QuestionRow};
use crate::evaluation::{EvaluationError, Options, Tools};
use crate::matching::logistic::{Choice, Row, dot, fit, fit_choice, sigmoid};
use crate::matching::{Document, Index, Question, Weights, compared};
use std::io::Write;
use std::sync::Arc;

/// Parts for cross-checking.
const PARTS: u64 = 5;
/// As often a collection is met with a part of its documents missing.
const THINNED: usize = 4;
/// How many candidates of each question are learnt from.
const DEPTH: usize = 40;
/// Holds the weights of the order small.
const RANK_RIDGE: f64 = 30.0;
/// Holds the weights of the likeness small.
const SAME_RIDGE: f64 = 10.0;

/// A knowledge base in one state, and what is asked of it.
struct Setting {
    name: String,
    index: Index,
    questions: Vec<QuestionRow>,
    /// How much its questions count.
    weight: f64,
    /// Whether it is met as it is, with all documents and without changes to them.
    whole: bool,
    /// Whether the order is learnt from it too. Leaving documents out changes little about the order of the others.
    orders: bool,
}

/// A question with its candidates' features.
struct Case {
    setting: usize,
    part: u64,
    docs: Vec<String>,
    ids: Vec<String>,
    features: Vec<Vec<f64>>,
    weight: f64,
}

/// Trains on every pack with a corpus and shows on `out` what the weights do to questions they have not seen. The
/// caller writes [`Weights::to_toml`].
pub fn tune(options: &Options, out: &mut dyn Write) -> Result<Weights, EvaluationError> {
    let mut tools = Tools::new(options)?;
    let mut problems = Vec::new();
    let start = Weights { index: indexing::learn(options, &mut tools, out)?, ..Weights::plain() };
    tools.weights = Arc::new(start.clone());
    let mut settings = Vec::new();
    for pack in packs::find(&options.packs, options.only.as_deref())? {
        if pack.has("corpus.jsonl") {
            settings.extend(states(&pack, &mut tools, &mut problems)?);
        }
    }
    let mut pairs: Vec<PairRow> = Vec::new();
    for pack in packs::find(&options.packs, options.only.as_deref())? {
        pairs.extend(pack.rows::<PairRow>("pairs.jsonl", &mut problems)?);
    }
    for problem in problems {
        writeln!(out, "skipped  {problem}")?;
    }
    even(&mut settings);
    tools.learn(settings.iter().flat_map(|setting| &setting.questions))?;
    let cases = look(&settings, &tools);
    let mut weights = start;
    same(&pairs, &mut tools, &mut weights, out)?;
    rank(&settings, &cases, &mut weights, out)?;
    quoting::learn(&settings, &tools, &mut weights, out)?;
    let shared = Arc::new(weights.clone());
    for setting in &mut settings {
        setting.index.set_weights(Arc::clone(&shared));
    }
    deciding::learn(&settings, &tools, &mut weights, out)?;
    Ok(weights)
}

impl Tools {
    /// Embeds all questions once.
    fn learn<'a>(&mut self, questions: impl Iterator<Item = &'a QuestionRow>) -> Result<(), EvaluationError> {
        let texts: Vec<&str> = questions.map(|row| row.text.as_str()).collect();
        self.meaning.as_mut().map_or(Ok(()), |meaning| meaning.learn(&texts))
    }

    /// A question by its own words, and what is known to be its meaning.
    fn said(&self, text: &str) -> Question {
        let meaning = self.meaning.as_ref().and_then(|meaning| meaning.known(text));
        Question::said(&self.analyser, text).with_meaning(meaning)
    }
}

/// Makes the weight of a setting's questions independent of how many there are.
fn even(settings: &mut [Setting]) {
    for setting in settings {
        setting.weight *= 1_000.0 / setting.questions.len().max(1) as f64;
    }
}

/// What is asked of a pack's documents as they are.
fn asked_of(pack: &Pack, problems: &mut Vec<String>) -> Result<Vec<QuestionRow>, EvaluationError> {
    let mut questions = pack.questions("questions.jsonl", problems)?;
    questions.extend(pack.questions("answerable.jsonl", problems)?);
    Ok(questions)
}

/// The states of one pack.
fn states(pack: &Pack, tools: &mut Tools, problems: &mut Vec<String>) -> Result<Vec<Setting>, EvaluationError> {
    let mut out = Vec::new();
    let mut questions = asked_of(pack, problems)?;
    let answerable = questions.len();
    let mut refused: Vec<QuestionRow> = pack.rows("unanswerable.jsonl", problems)?;
    refused.sort_by_key(|row| fixed_hash(&row.id));
    let documents = pack.documents(false, problems)?;
    // Where some questions have no answer, each quarter of the documents is left out once: other questions have none then.
    for quarter in (0..THINNED).filter(|_| !refused.is_empty()) {
        let is_kept = |id: &str| (fixed_hash(id) / 77) % THINNED as u64 != quarter as u64;
        let kept: Vec<Document> = documents.iter().filter(|d| is_kept(&d.id)).cloned().collect();
        let (can, cannot): (Vec<_>, Vec<_>) =
            questions.iter().cloned().partition(|row| row.docs.iter().any(|id| is_kept(id)));
        // As many without an answer as with one, in each state others of those that never have one.
        let often = refused.iter().cycle().skip(quarter * refused.len() / THINNED);
        let often = often.take(can.len().saturating_sub(cannot.len()).min(refused.len())).cloned().collect();
        let name = format!("{} thinned {}", pack.name, quarter + 1);
        out.push(Setting {
            name,
            index: tools.build(&kept)?,
            questions: [can, cannot, often].concat(),
            weight: 0.6,
            whole: false,
            orders: false,
        });
    }
    refused.truncate(answerable);
    let weight = if refused.is_empty() { 1.0 } else { 2.0 };
    questions.extend(refused);
    out.push(Setting {
        name: pack.name.clone(),
        index: tools.build(&documents)?,
        questions: questions.clone(),
        weight,
        whole: true,
        orders: true,
    });
    if !pack.has("typed.jsonl") {
        return Ok(out);
    }
    let typed: Vec<QuestionRow> = pack.questions("typed.jsonl", problems)?;
    let asked = pack.documents(true, problems)?;
    let mixed = asked.iter().filter(|d| third(&d.id) != 0).cloned().map(|mut document| {
        if third(&document.id) == 1 {
            document.phrasings.clear();
        }
        document
    });
    let mixed = tools.build(&mixed.collect::<Vec<_>>())?;
    let sparse: Vec<Document> = asked.iter().filter(|d| is_sparse(&d.id)).cloned().collect();
    let sparse = tools.build(&sparse)?;
    // A young collection is asked for what it hasn't far more often than for what it has.
    let missing = questions.iter().chain(&typed).filter(|row| !row.docs.iter().any(|id| is_sparse(id))).cloned();
    let known = typed.iter().filter(|row| row.docs.iter().any(|id| is_sparse(id))).cloned();
    let asked_of_sparse: Vec<QuestionRow> = missing.chain(known).collect();
    out.push(Setting {
        name: format!("{} sparse", pack.name),
        index: sparse,
        questions: asked_of_sparse,
        weight: 0.3,
        whole: false,
        orders: true,
    });
    // What is asked in the stored words of a document that has them is no test: those come from the typed ones.
    let mut mixture: Vec<QuestionRow> =
        questions.into_iter().filter(|row| row.docs.iter().any(|id| third(id) != 2)).collect();
    mixture.extend(typed.iter().cloned());
    out.push(Setting {
        name: format!("{} mixed", pack.name),
        index: mixed,
        questions: mixture,
        weight: 0.5,
        whole: false,
        orders: true,
    });
    out.push(Setting {
        name: format!("{} typed", pack.name),
        index: tools.build(&asked)?,
        questions: typed,
        weight: 0.5,
        whole: false,
        orders: true,
    });
    Ok(out)
}

fn third(id: &str) -> u64 {
    fixed_hash(id) % 3
}

/// Whether a document belongs to a young collection: one in six.
fn is_sparse(id: &str) -> bool {
    (fixed_hash(id) / 15).is_multiple_of(6)
}

/// Questions about the same document are in the same part: otherwise one would give away the other.
fn part(row: &QuestionRow) -> u64 {
    fixed_hash(row.docs.first().unwrap_or(&row.id)) / 3 % PARTS
}

fn look(settings: &[Setting], tools: &Tools) -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, setting) in settings.iter().enumerate().filter(|(_, setting)| setting.orders) {
        for row in setting.questions.iter().filter(|row| !row.docs.is_empty()) {
            let findings = setting.index.ask(tools.said(&row.text), DEPTH);
            let (ids, features) = findings.hits.into_iter().map(|h| (h.id, h.features)).unzip();
            let (part, weight) = (part(row), setting.weight);
            cases.push(Case { setting: number, part, docs: row.docs.clone(), ids, features, weight });
        }
    }
    cases
}

fn choices<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<Choice> {
    cases
        .filter_map(|case| {
            let right = case.ids.iter().position(|id| case.docs.contains(id))?;
            Some(Choice { candidates: case.features.clone(), right, weight: case.weight })
        })
        .collect()
}

fn rank(
    settings: &[Setting],
    cases: &[Case],
    weights: &mut Weights,
    out: &mut dyn Write,
) -> Result<(), EvaluationError> {
    let mut unseen: Vec<Vec<(f64, f64)>> = vec![Vec::new(); settings.len()];
    for held in 0..PARTS {
        let learnt = fit_choice(&choices(cases.iter().filter(|c| c.part != held)), RANK_RIDGE);
        for case in cases.iter().filter(|c| c.part == held) {
            let mut order: Vec<(f64, &String)> = case.features.iter().map(|f| dot(&learnt, f)).zip(&case.ids).collect();
            order.sort_by(|a, b| b.0.total_cmp(&a.0));
            let ranked: Vec<String> = order.into_iter().map(|(_, id)| id.clone()).collect();
            unseen[case.setting].push((hit(&ranked, &case.docs, 1), ndcg10(&ranked, &case.docs)));
        }
    }
    writeln!(out, "order, on questions not learnt from")?;
    for (setting, values) in settings.iter().zip(&unseen).filter(|(setting, _)| setting.orders) {
        let (first, gain) = (mean(values.iter().map(|v| v.0)), mean(values.iter().map(|v| v.1)));
        writeln!(out, "  {:<22} hit@1 {first:.3}  nDCG@10 {gain:.3}  of {}", setting.name, values.len())?;
    }
    weights.rank = fit_choice(&choices(cases.iter()), RANK_RIDGE);
    Ok(())
}

/// Learns how likely two requests ask the same.
fn same(
    pairs: &[PairRow],
    tools: &mut Tools,
    weights: &mut Weights,
    out: &mut dyn Write,
) -> Result<(), EvaluationError> {
    let rows: Vec<(u64, Row)> = pairs
        .iter()
        .zip(nearness(pairs, tools)?)
        .filter_map(|(pair, near)| {
            let features = compared(&pair.a, &pair.b, near);
            Some((fixed_hash(&pair.id) % PARTS, Row { features, label: pair.same? != 0, weight: 1.0 }))
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut unseen = Vec::new();
    for held in 0..PARTS {
        let train: Vec<Row> = rows.iter().filter(|(part, _)| *part != held).map(|(_, row)| row.clone()).collect();
        let (intercept, learnt) = fit(&train, SAME_RIDGE);
        let held = rows.iter().filter(|(part, _)| *part == held);
        unseen.extend(held.map(|(_, row)| (sigmoid(intercept + dot(&learnt, &row.features)), row.label)));
    }
    writeln!(out, "same request, on pairs not learnt from\n  AUROC {:.3} of {}", auroc(&unseen), unseen.len())?;
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    (weights.same_intercept, weights.same) = fit(&rows, SAME_RIDGE);
    Ok(())
}
