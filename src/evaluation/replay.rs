//! The life of a knowledge base in fast motion: a pack's questions come one after another into an empty one. What
//! can't be answered goes to a unit; its reply, which is the pack's own answer, is approved and becomes knowledge with
//! the question as a phrasing. So later questions about the same can be answered.
//!
//! The rules of the stream:
//! - A question that is answered wrongly, or whose choices don't hold the right matter, is handed over like one that
//!   wasn't answered at all: the person says "this didn't help".
//! - A question whose document the pack doesn't hold goes to a unit and stays without a reply.
//! - The proposed unit is what the classifier makes of the questions that were replied to before. It learns anew
//!   whenever they have grown by a tenth.

use crate::evaluation::curves::{self, Charts, Rising};
use crate::evaluation::metrics::fixed_hash;
use crate::evaluation::packs::{Pack, QuestionRow};
use crate::evaluation::{EvaluationError, packs};
use crate::matching::{
    Aliases, Analyser, Classifier, Decision, Document, Example, Index, Question, Thresholds, decide,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Parts that the stream is reported by.
const PARTS: usize = 10;
/// So many replied questions are needed before a unit is proposed from them.
const FIRST_LESSON: usize = 10;

/// What happened in a part of the stream, in numbers of questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Asked.
    pub asked: usize,
    /// Asked when what answers was known already: as much could have been answered.
    pub possible: usize,
    /// Answered.
    pub answered: usize,
    /// Answered rightly.
    pub right: usize,
    /// Asked back with some matters to choose from.
    pub asked_back: usize,
    /// Asked back with the right one among them.
    pub choice_right: usize,
    /// Handed over without an answer or a choice.
    pub routed: usize,
    /// Handed over for whatever reason, to a unit proposed from what was learnt, where the right unit is known.
    pub proposed: usize,
    /// Of these, those where the right unit was proposed first.
    pub unit_right: usize,
}

impl Tally {
    /// The share of the given answers that is right; none where nothing was answered.
    pub fn precision(&self) -> Option<f64> {
        (self.answered > 0).then(|| self.right as f64 / self.answered as f64)
    }

    fn share(&self, of: usize) -> f64 {
        if self.asked > 0 { of as f64 / self.asked as f64 } else { 0.0 }
    }

    fn add(&mut self, other: &Self) {
        self.asked += other.asked;
        self.possible += other.possible;
        self.answered += other.answered;
        self.right += other.right;
        self.asked_back += other.asked_back;
        self.choice_right += other.choice_right;
        self.routed += other.routed;
        self.proposed += other.proposed;
        self.unit_right += other.unit_right;
    }
}

/// The whole stream of a pack.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Replayed {
    /// The pack's name.
    pub pack: String,
    /// What the order was drawn with.
    pub seed: u64,
    /// A tenth of the stream each.
    pub parts: Vec<Tally>,
    /// All of it.
    pub all: Tally,
    /// How many documents were known in the end.
    pub known: usize,
    /// Rows that were skipped, with file and line.
    pub problems: Vec<String>,
}

/// Streams a pack (its folder) into an empty knowledge base, in an order that depends on `seed` alone; draws the
/// picture where `charts` says so.
pub fn replay(folder: &Path, seed: u64, charts: Option<&Charts>) -> Result<Replayed, EvaluationError> {
    let pack = packs::one(folder)?;
    let mut problems = Vec::new();
    let analyser = Analyser::new();
    let documents = pack.documents(false, &mut problems)?;
    let corpus: BTreeMap<String, Document> = documents.into_iter().map(|d| (d.id.clone(), d)).collect();
    let stream = stream(&pack, seed, &mut problems)?;
    let mut base = Base::new(&analyser);
    let mut parts = vec![Tally::default(); PARTS.min(stream.len())];
    for (place, row) in stream.iter().enumerate() {
        let tally = base.ask(row, &corpus);
        let part = place * parts.len() / stream.len();
        parts[part].add(&tally);
    }
    let mut all = Tally::default();
    for part in &parts {
        all.add(part);
    }
    let replayed = Replayed { pack: pack.name, seed, parts, all, known: base.index.len(), problems };
    let each = |value: &dyn Fn(&Tally) -> f64| replayed.parts.iter().map(value).collect();
    let lines = Rising {
        answered: each(&|part| part.share(part.right)),
        with_choices: each(&|part| part.share(part.right + part.choice_right)),
        possible: each(&|part| part.share(part.possible)),
        precision: replayed.parts.iter().map(Tally::precision).collect(),
    };
    curves::rising(charts, &replayed.pack, &lines)?;
    Ok(replayed)
}

/// All questions of a pack in the order in which they come. The same words about the same document come once; of the
/// unanswerable ones at most as many as there are others.
fn stream(pack: &Pack, seed: u64, problems: &mut Vec<String>) -> Result<Vec<QuestionRow>, EvaluationError> {
    let mut rows: Vec<(u64, QuestionRow)> = Vec::new();
    let mut known = BTreeSet::new();
    for set in ["questions", "answerable", "stored", "typed", "unanswerable"] {
        let mut found: Vec<QuestionRow> = if set == "stored" {
            pack.rows("stored.jsonl", problems)?
        } else {
            pack.questions(&format!("{set}.jsonl"), problems)?
        };
        if set == "stored" {
            // A stored question's id is that of its document.
            for row in &mut found {
                row.docs = vec![row.id.clone()];
            }
        }
        if set == "unanswerable" {
            found.sort_by_key(|row| fixed_hash(&row.id));
            found.truncate(rows.len());
        }
        for row in found {
            if known.insert((row.text.clone(), row.docs.clone())) {
                rows.push((fixed_hash(&format!("{seed}:{set}:{}", row.id)), row));
            }
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.id.cmp(&b.1.id)));
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// What is known so far.
struct Base<'a> {
    analyser: &'a Analyser,
    aliases: Arc<Aliases>,
    index: Index,
    lessons: Vec<(String, String)>,
    classifier: Classifier,
    /// With so many lessons the classifier learns anew.
    next_lesson: usize,
}

impl<'a> Base<'a> {
    fn new(analyser: &'a Analyser) -> Self {
        Self {
            analyser,
            aliases: Aliases::built_in(),
            index: Index::default(),
            lessons: Vec::new(),
            classifier: Classifier::default(),
            next_lesson: FIRST_LESSON,
        }
    }

    /// One question: what the bot does with it, and what is learnt from the reply to it.
    fn ask(&mut self, row: &QuestionRow, corpus: &BTreeMap<String, Document>) -> Tally {
        let mut tally = Tally { asked: 1, ..Tally::default() };
        tally.possible = usize::from(row.docs.iter().any(|id| self.index.document(id).is_some()));
        let findings = self.index.ask(Question::new(self.analyser, &self.aliases, &row.text), 10);
        let helped = match decide(&findings, &Thresholds::default()) {
            Decision::Answer(hit) => {
                tally.answered = 1;
                tally.right = usize::from(row.docs.contains(&hit.id));
                tally.right == 1
            }
            Decision::Choose(hits) => {
                tally.asked_back = 1;
                tally.choice_right = usize::from(hits.iter().any(|hit| row.docs.contains(&hit.id)));
                tally.choice_right == 1
            }
            Decision::Route(_) => {
                tally.routed = 1;
                false
            }
        };
        if !helped {
            self.reply(row, corpus, &mut tally);
        }
        tally
    }

    /// A unit replies, and the reply becomes knowledge.
    fn reply(&mut self, row: &QuestionRow, corpus: &BTreeMap<String, Document>, tally: &mut Tally) {
        let Some(gold) = row.docs.iter().find_map(|id| corpus.get(id)) else { return };
        if !gold.unit.is_empty() {
            if let Some((unit, _)) = self.classifier.classify(&row.text, &[]).into_iter().next() {
                tally.proposed = 1;
                tally.unit_right = usize::from(unit == gold.unit);
            }
            self.lessons.push((row.text.clone(), gold.unit.clone()));
            if self.lessons.len() >= self.next_lesson {
                let lessons: Vec<Example<'_>> =
                    self.lessons.iter().map(|(text, label)| Example { text, label, vector: &[] }).collect();
                self.classifier = Classifier::train(&lessons);
                self.next_lesson = self.lessons.len() + (self.lessons.len() / 10).max(FIRST_LESSON);
            }
        }
        let mut document = self.index.document(&gold.id).unwrap_or_else(|| gold.clone());
        document.phrasings.push(row.text.clone());
        self.index.add(self.analyser, document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn row(id: &str, text: &str, docs: &[&str]) -> QuestionRow {
        let docs = docs.iter().map(|id| (*id).to_owned()).collect();
        QuestionRow { id: id.into(), text: text.into(), docs, answer: None }
    }

    fn corpus() -> BTreeMap<String, Document> {
        let document = |id: &str, text: &str, unit: &str| Document {
            id: id.into(),
            passages: vec![crate::matching::Passage { heading: String::new(), text: text.into() }],
            unit: unit.into(),
            in_force: true,
            ..Document::default()
        };
        [
            document("1", "社保卡丢失后先挂失，再到银行补办。", "人社局"),
            document("2", "公积金提取要带身份证。", "公积金中心"),
        ]
        .into_iter()
        .map(|d| (d.id.clone(), d))
        .collect()
    }

    #[test]
    fn what_a_unit_replied_answers_the_next_one() {
        let analyser = Analyser::new();
        let mut base = Base::new(&analyser);
        let first = base.ask(&row("a", "社保卡丢了怎么补办", &["1"]), &corpus());
        assert_eq!((first.routed, first.possible, first.answered), (1, 0, 0));
        let second = base.ask(&row("b", "社保卡丢了怎么补办呢", &["1"]), &corpus());
        assert_eq!((second.possible, second.right), (1, 1), "{second:?}");
    }

    #[test]
    fn what_nobody_can_reply_to_is_not_learnt() {
        let analyser = Analyser::new();
        let mut base = Base::new(&analyser);
        let asked = base.ask(&row("a", "月亮上能办社保吗", &[]), &corpus());
        assert_eq!((asked.routed, asked.proposed), (1, 0));
        assert!(base.index.is_empty() && base.lessons.is_empty());
    }

    #[test]
    fn a_wrong_answer_is_handed_over_and_counted_against() {
        let analyser = Analyser::new();
        let mut base = Base::new(&analyser);
        base.ask(&row("a", "社保卡丢了怎么补办", &["1"]), &corpus());
        let wrong = base.ask(&row("b", "社保卡丢了怎么补办？", &["2"]), &corpus());
        assert_eq!((wrong.answered, wrong.right, wrong.possible), (1, 0, 0), "{wrong:?}");
        assert!(base.index.document("2").is_some());
    }

    #[test]
    fn the_order_depends_on_the_seed_alone_and_every_question_counts_once() {
        let folder = std::env::temp_dir().join(format!("wenzheng-replay-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let corpus = "{\"id\":\"1\",\"text\":\"社保卡丢失后先挂失。\",\"unit\":\"人社局\"}\n";
        fs::write(folder.join("corpus.jsonl"), corpus).unwrap();
        let stored = "{\"id\":\"1\",\"text\":\"社保卡丢失怎么办\"}\n";
        fs::write(folder.join("stored.jsonl"), stored).unwrap();
        let typed: Vec<String> = ["社保卡丢失怎么办", "社保卡掉了怎么办", "社报卡丢失怎么办"]
            .iter()
            .enumerate()
            .map(|(n, text)| format!("{{\"id\":\"q{n}\",\"text\":\"{text}\",\"docs\":[\"1\"]}}"))
            .collect();
        fs::write(folder.join("typed.jsonl"), typed.join("\n")).unwrap();
        let pictures = Charts { folder: folder.join("charts"), ..Charts::default() };
        let one = replay(&folder, 7, Some(&pictures)).unwrap();
        assert_eq!(one, replay(&folder, 7, None).unwrap());
        // The same words about the same document are one question.
        assert_eq!((one.all.asked, one.known, one.parts.len()), (3, 1, 3));
        assert_eq!(one.all.answered + one.all.asked_back + one.all.routed, one.all.asked);
        assert!(fs::read_to_string(folder.join("charts").join(format!("{}.replay.svg", one.pack))).is_ok());
        let order = |seed| -> Vec<String> {
            let pack = packs::one(&folder).unwrap();
            stream(&pack, seed, &mut Vec::new()).unwrap().into_iter().map(|row| row.id).collect()
        };
        assert!((0..20).any(|seed| order(seed) != order(7)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
