//! Trains the weights of ranking and deciding on packs: a conditional logit over the candidates' features for the
//! order, a logistic regression for the probability, both cross-checked over five parts. Same packs, same weights.
//!
//! The probability must hold for every kind of knowledge base, so each FAQ pack is met in several states: answers
//! without questions; answers with their questions; and a mixture in which a third of the documents is missing, a third
//! has no known question, and the missing ones are asked for all the same.

use crate::evaluation::finding::build;
use crate::evaluation::metrics::{auroc, fixed_hash, hit, mean, ndcg10, share_at};
use crate::evaluation::packs::{self, Pack, QuestionRow};
use crate::evaluation::{EvaluationError, Options};
use crate::matching::logistic::{Choice, Row, dot, fit, fit_choice, means, sigmoid};
use crate::matching::{Analyser, Index, Weights};
use std::io::Write;
use std::sync::Arc;

/// Parts for cross-checking.
const PARTS: u64 = 5;
/// How many candidates of each question are learnt from.
const DEPTH: usize = 40;
/// Holds the weights of the order small.
const RANK_RIDGE: f64 = 3.0;
/// Holds the weights of the probability small.
const DECIDE_RIDGE: f64 = 3.0;

/// A knowledge base in one state, and what is asked of it.
struct Setting {
    name: String,
    index: Index,
    questions: Vec<QuestionRow>,
    /// How much its questions count.
    weight: f64,
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
    let start = Weights { index: Weights::built_in().index, ..Weights::plain() };
    let analyser = Analyser::new();
    let mut problems = Vec::new();
    let mut settings = Vec::new();
    for pack in packs::find(&options.packs, options.only.as_deref())? {
        if pack.has("corpus.jsonl") {
            settings.extend(states(&pack, &analyser, &mut problems)?);
        }
    }
    for problem in problems {
        writeln!(out, "skipped  {problem}")?;
    }
    even(&mut settings);
    let cases = look(&settings, &analyser);
    let mut weights = start;
    rank(&settings, &cases, &mut weights, out)?;
    let shared = Arc::new(weights.clone());
    for setting in &mut settings {
        setting.index.set_weights(Arc::clone(&shared));
    }
    decide(&settings, &analyser, &mut weights, out)?;
    Ok(weights)
}

/// Makes the weight of a setting's questions independent of how many there are.
fn even(settings: &mut [Setting]) {
    for setting in settings {
        setting.weight *= 1_000.0 / setting.questions.len().max(1) as f64;
    }
}

/// The states of one pack.
fn states(pack: &Pack, analyser: &Analyser, problems: &mut Vec<String>) -> Result<Vec<Setting>, EvaluationError> {
    let mut out = Vec::new();
    let mut questions: Vec<QuestionRow> = pack.questions("questions.jsonl", problems)?;
    questions.extend(pack.questions("answerable.jsonl", problems)?);
    let answerable = questions.len();
    let mut refused: Vec<QuestionRow> = pack.rows("unanswerable.jsonl", problems)?;
    refused.sort_by_key(|row| fixed_hash(&row.id));
    refused.truncate(answerable);
    questions.extend(refused);
    let documents = pack.documents(false, problems)?;
    let weight = if pack.has("unanswerable.jsonl") { 2.5 } else { 1.0 };
    out.push(Setting {
        name: pack.name.clone(),
        index: build(analyser, documents),
        questions: questions.clone(),
        weight,
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
    let mixed = build(analyser, mixed.collect());
    // What is asked in the stored words of a document that has them is no test: those come from the typed ones.
    let mut mixture: Vec<QuestionRow> =
        questions.into_iter().filter(|row| row.docs.iter().any(|id| third(id) != 2)).collect();
    mixture.extend(typed.iter().cloned());
    out.push(Setting { name: format!("{} mixed", pack.name), index: mixed, questions: mixture, weight: 0.5 });
    out.push(Setting {
        name: format!("{} typed", pack.name),
        index: build(analyser, asked),
        questions: typed,
        weight: 0.5,
    });
    Ok(out)
}

fn third(id: &str) -> u64 {
    fixed_hash(id) % 3
}

/// Questions about the same document are in the same part: otherwise one would give away the other.
fn part(row: &QuestionRow) -> u64 {
    fixed_hash(row.docs.first().unwrap_or(&row.id)) / 3 % PARTS
}

fn look(settings: &[Setting], analyser: &Analyser) -> Vec<Case> {
    let mut cases = Vec::new();
    for (number, setting) in settings.iter().enumerate() {
        for row in setting.questions.iter().filter(|row| !row.docs.is_empty()) {
            let findings = setting.index.search(analyser, &row.text, DEPTH);
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
    for (setting, values) in settings.iter().zip(&unseen) {
        let (first, gain) = (mean(values.iter().map(|v| v.0)), mean(values.iter().map(|v| v.1)));
        writeln!(out, "  {:<22} hit@1 {first:.3}  nDCG@10 {gain:.3}  of {}", setting.name, values.len())?;
    }
    weights.rank = fit_choice(&choices(cases.iter()), RANK_RIDGE);
    Ok(())
}

fn decide(
    settings: &[Setting],
    analyser: &Analyser,
    weights: &mut Weights,
    out: &mut dyn Write,
) -> Result<(), EvaluationError> {
    let mut rows: Vec<(usize, u64, bool, Row)> = Vec::new();
    for (number, setting) in settings.iter().enumerate() {
        for row in &setting.questions {
            let findings = setting.index.search(analyser, &row.text, 1);
            let Some(first) = findings.hits.first() else { continue };
            let label = row.docs.contains(&first.id);
            let answerable = row.docs.iter().any(|id| setting.index.document(id).is_some());
            rows.push((
                number,
                part(row),
                answerable,
                Row { features: findings.features, label, weight: setting.weight },
            ));
        }
    }
    let mut unseen: Vec<Vec<(f64, bool)>> = vec![Vec::new(); settings.len()];
    let mut answerable = vec![0_usize; settings.len()];
    for held in 0..PARTS {
        let train: Vec<Row> = rows.iter().filter(|(_, part, ..)| *part != held).map(|r| r.3.clone()).collect();
        let (intercept, learnt) = fit(&train, DECIDE_RIDGE);
        for (setting, _, can, row) in rows.iter().filter(|(_, part, ..)| *part == held) {
            unseen[*setting].push((sigmoid(intercept + dot(&learnt, &row.features)), row.label));
            answerable[*setting] += usize::from(*can);
        }
    }
    writeln!(out, "probability, on questions not learnt from")?;
    for ((setting, values), answerable) in settings.iter().zip(&unseen).zip(&answerable) {
        let (share, threshold) = share_at(values, *answerable, 0.9);
        let expected = mean(values.iter().map(|v| v.0));
        let right = mean(values.iter().map(|v| f64::from(u8::from(v.1))));
        writeln!(
            out,
            "  {:<22} AUROC {:.3}  share at 90 % {share:.3} from {threshold:.2}  expected right {expected:.3}, is {right:.3}",
            setting.name,
            auroc(values),
        )?;
    }
    let all: Vec<(f64, bool)> = unseen.concat();
    let (share, threshold) = share_at(&all, answerable.iter().sum(), 0.9);
    writeln!(out, "  {:<22} AUROC {:.3}  share at 90 % {share:.3} from {threshold:.2}", "all", auroc(&all))?;
    let rows: Vec<Row> = rows.into_iter().map(|r| r.3).collect();
    (weights.intercept, weights.decide) = fit(&rows, DECIDE_RIDGE);
    weights.usual = means(&rows);
    Ok(())
}
