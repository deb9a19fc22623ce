//! Measures matching on packs of real questions (see `docs/matching.md` for their form), and tunes its weights on them.
//! Nothing here runs while the bot serves; only `wenzheng eval`, `wenzheng tune` and `wenzheng replay` come here.
//!
//! `packs` reads, `finding`, `labelling` and `likeness` measure, `copying` makes copies to be found, `metrics` computes, `runfile`, `report` and
//! `curves` write, `tune` trains, `boosting` grows trees for it, `replay` streams questions into an empty knowledge base.

mod boosting;
mod copying;
pub mod curves;
mod finding;
mod labelling;
mod likeness;
mod meaning;
pub mod metrics;
mod packs;
mod replay;
mod report;
mod runfile;
mod tune;

pub use copying::Copier;
pub use replay::{Replayed, Tally, replay};
pub use report::{Measure, Report};
pub use tune::tune;

use crate::evaluation::meaning::Meaning;
use crate::matching::{Aliases, Analyser, Document, Index, Question, Weights};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What to measure, and where to put what came out.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder of packs.
    pub packs: PathBuf,
    /// Another folder of packs to learn routing from; without it the `train.jsonl` beside the questions is used.
    pub train: Option<PathBuf>,
    /// Only the pack of this name.
    pub only: Option<String>,
    /// Where to write the run files.
    pub run_dir: Option<PathBuf>,
    /// Where to write the report as JSON.
    pub json: Option<PathBuf>,
    /// The folder of a model that compares texts by meaning; without it words alone count.
    pub model: Option<PathBuf>,
    /// Where to keep the vectors of the packs' texts between runs.
    pub vectors: Option<PathBuf>,
    /// Where to draw pictures of what was measured, and with which words.
    pub charts: Option<curves::Charts>,
}

/// Why nothing could be measured. A bad row is no error: it is reported and skipped.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// There is no pack of that name, or none at all.
    #[error("no pack{} in {}", only.as_ref().map(|o| format!(" named {o}")).unwrap_or_default(), path.display())]
    NoPack {
        /// The folder.
        path: PathBuf,
        /// The name asked for.
        only: Option<String>,
    },
    /// The model cannot be used.
    #[error(transparent)]
    Model(#[from] crate::semantic::ModelError),
    /// A pack has no documents, so that nothing could be replied.
    #[error("{} has no corpus.jsonl: give the folder of one pack with documents", path.display())]
    NoCorpus {
        /// The folder.
        path: PathBuf,
    },
    /// A result cannot be written as JSON.
    #[error("cannot write as JSON: {0}")]
    Json(serde_json::Error),
    /// The table cannot be shown.
    #[error("cannot show the table: {0}")]
    Show(#[from] std::io::Error),
}

/// Measures every pack and shows the table on `out`.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<(), EvaluationError> {
    let report = measure(options)?;
    report.write_table(out)?;
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&report).map_err(EvaluationError::Json)?;
        std::fs::write(path, text).map_err(|source| EvaluationError::Write { path: path.clone(), source })?;
    }
    Ok(())
}

/// Measures every pack; the run files are written as it goes.
pub fn measure(options: &Options) -> Result<Report, EvaluationError> {
    let mut report = Report::default();
    let found = packs::find(&options.packs, options.only.as_deref())?;
    let teachers = match &options.train {
        Some(folder) => packs::find(folder, options.only.as_deref())?,
        None => Vec::new(),
    };
    let mut tools = Tools::new(options)?;
    for pack in &found {
        if pack.has("corpus.jsonl") {
            finding::measure(pack, options, &mut tools, &mut report)?;
        }
        if pack.has("dev.jsonl") || pack.has("test.jsonl") {
            // What lies beside the questions comes first; a pack that keeps questions back may have no train file.
            let elsewhere = teachers.iter().find(|t| t.name == pack.name).filter(|_| !pack.has("train.jsonl"));
            labelling::measure(pack, elsewhere.unwrap_or(pack), options, &mut tools, &mut report)?;
        }
        if pack.has("pairs.jsonl") {
            likeness::pairs(pack, options, &mut tools, &mut report)?;
        }
        if pack.has("opinions.jsonl") {
            likeness::opinions(pack, options, &tools, &mut report)?;
        }
    }
    Ok(report)
}

/// What questions are read and documents are found with.
pub(crate) struct Tools {
    pub(crate) analyser: Analyser,
    pub(crate) aliases: Arc<Aliases>,
    pub(crate) weights: Arc<Weights>,
    pub(crate) meaning: Option<Meaning>,
}

impl Tools {
    pub(crate) fn new(options: &Options) -> Result<Self, EvaluationError> {
        let load = |model: &PathBuf| Meaning::load(model, options.vectors.as_deref());
        let meaning = options.model.as_ref().map(load).transpose()?;
        let weights = if meaning.is_some() { Weights::with_meaning() } else { Weights::built_in() };
        Ok(Self { analyser: Analyser::new(), aliases: Aliases::built_in(), weights, meaning })
    }

    /// An index of documents.
    pub(crate) fn build(&mut self, documents: &[Document]) -> Result<Index, EvaluationError> {
        let mut index = Index::with_weights(Arc::clone(&self.weights));
        for document in documents {
            index.add(&self.analyser, document.clone());
        }
        if let Some(meaning) = &mut self.meaning {
            meaning.fill(&mut index, documents)?;
        }
        Ok(index)
    }

    /// What texts mean, as [`Example`](crate::matching::Example) wants it: nothing where no model is at hand.
    pub(crate) fn vectors(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EvaluationError> {
        let Some(meaning) = &mut self.meaning else { return Ok(vec![Vec::new(); texts.len()]) };
        meaning.learn(texts)?;
        Ok(texts.iter().map(|text| meaning.vector(text).unwrap_or_default()).collect())
    }

    /// A question, read and embedded now.
    pub(crate) fn question(&self, text: &str) -> Question {
        let meaning = self.meaning.as_ref().and_then(|meaning| meaning.of(text));
        Question::new(&self.analyser, &self.aliases, text).with_meaning(meaning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder of small made-up packs, gone when dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("wenzheng-evaluation-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn write(&self, file: &str, text: &str) {
            let path = self.0.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn packs(name: &str) -> Folder {
        let folder = Folder::new(name);
        folder.write("f/corpus.jsonl", "{\"id\":\"1\",\"text\":\"社保卡丢失后先挂失再补办。\",\"unit\":\"人社局\"}\n{\"id\":\"2\",\"text\":\"公积金提取要带身份证。\",\"unit\":\"公积金中心\"}\n");
        folder.write("f/questions.jsonl", "{\"id\":\"q1\",\"text\":\"社保卡丢失怎么办\",\"docs\":[\"1\"]}\nnot json\n");
        folder.write("f/stored.jsonl", "{\"id\":\"2\",\"text\":\"怎么提取公积金\"}\n");
        folder.write("f/typed.jsonl", "{\"id\":\"q2\",\"text\":\"怎么提去公积金\",\"docs\":[\"2\"]}\n");
        folder.write("r/train.jsonl", "{\"id\":\"1\",\"text\":\"社保卡\",\"unit\":\"人社局\"}\n{\"id\":\"2\",\"text\":\"公积金\",\"unit\":\"公积金中心\"}\n");
        folder.write("r/dev.jsonl", "{\"id\":\"3\",\"text\":\"社保卡挂失\",\"unit\":\"人社局\"}\n");
        folder.write("p/pairs.jsonl", "{\"id\":\"1\",\"a\":\"补办社保卡\",\"b\":\"社保卡补办\",\"same\":1}\n{\"id\":\"2\",\"a\":\"补办社保卡\",\"b\":\"提取公积金\",\"same\":0}\n");
        folder.write("o/opinions.jsonl", "{\"id\":\"x\",\"text\":\"建议延长公交运营时间\",\"group\":\"x\"}\n{\"id\":\"y\",\"text\":\"支持！建议延长公交运营时间\",\"group\":\"x\"}\n");
        folder
    }

    #[test]
    fn every_sort_of_pack_is_measured_and_its_run_file_written() {
        let folder = packs("all");
        let runs = Folder::new("runs");
        let json = runs.0.join("report.json");
        let options = Options {
            packs: folder.0.clone(),
            run_dir: Some(runs.0.clone()),
            json: Some(json.clone()),
            ..Options::default()
        };
        let mut out = Vec::new();
        run(&options, &mut out).unwrap();
        let table = String::from_utf8(out).unwrap();
        assert!(table.contains("questions.jsonl:2:"), "{table}");
        let report: serde_json::Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
        assert!(report["measures"].as_array().unwrap().len() > 10);
        let line = |file: &str| -> serde_json::Value {
            let text = fs::read_to_string(runs.0.join(file)).unwrap();
            serde_json::from_str(text.lines().next().unwrap()).unwrap()
        };
        let asked = line("f.questions.jsonl");
        assert_eq!(asked["id"], "q1");
        assert_eq!(asked["ranked"][0], "1");
        assert_eq!(asked["quote"], "社保卡丢失后先挂失再补办。");
        assert_eq!(asked["units"][0], "人社局");
        assert!(asked["kind"].is_null() && asked["micros"].is_u64());
        assert_eq!(line("f.typed.jsonl")["ranked"][0], "2");
        assert_eq!(line("r.dev.jsonl")["units"][0], "人社局");
        assert!(line("p.pairs.jsonl")["score"].is_f64());
        assert_eq!(line("o.opinions.jsonl")["group"], "x");
    }

    #[test]
    fn a_pack_that_is_not_there_is_named() {
        let folder = packs("only");
        let options = Options { packs: folder.0.clone(), only: Some("nope".into()), ..Options::default() };
        let error = measure(&options).unwrap_err().to_string();
        assert!(error.contains("nope"), "{error}");
        assert!(measure(&Options::default()).is_err());
    }

    #[test]
    fn tuning_gives_weights_that_can_be_read_back() {
        let folder = packs("tune");
        let options = Options { packs: folder.0.clone(), ..Options::default() };
        let weights = tune(&options, &mut Vec::new()).unwrap();
        crate::matching::Weights::parse(&weights.to_toml()).unwrap();
    }
}
