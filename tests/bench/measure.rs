//! Builds one index and asks it, with the clock and the memory in view.

use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use wenzheng::{
    evaluation::metrics::{mean, ndcg10},
    matching::Analyser,
};

use crate::{
    engine::{Built, Engine},
    material::Material,
};

/// How often each question is asked; the shortest time counts, so that what else the machine does is seen less.
const ROUNDS: usize = 5;
/// What takes longer in all is asked fewer times.
const ENOUGH: Duration = Duration::from_secs(60);

/// How long questions take one way.
#[derive(Debug, Serialize, Deserialize)]
pub struct WayTimes {
    pub name: String,
    /// The 50th, 90th and 99th percentile, in milliseconds.
    pub milliseconds: [f64; 3],
    /// nDCG@10, where it is known what answers the questions.
    pub gain: Option<f64>,
}

/// What came out for one index.
#[derive(Debug, Serialize, Deserialize)]
pub struct Measured {
    pub build_s: f64,
    /// Turning texts into tokens, where that can be told apart.
    pub analyse_s: Option<f64>,
    /// By how much building made the process grow; `None` where the system doesn't tell.
    pub memory_mb: Option<f64>,
    /// What tantivy says its files take. The rest of its memory includes what building left behind and the allocator
    /// keeps. Our index has no files.
    pub files_mb: Option<f64>,
    /// The texts of the documents.
    pub texts_mb: f64,
    pub ways: Vec<WayTimes>,
}

/// Builds and asks, in one thread.
pub fn run(engine: Engine, material: &Material, docs: usize, questions: usize) -> anyhow::Result<Measured> {
    let analyser = Analyser::new();
    let asked = material.asked(questions);
    for question in &asked {
        black_box(analyser.analyse_question(question));
    }
    let before = resident_mb();
    let (built, took) = Built::new(engine, &analyser, material.collection(docs))?;
    let memory_mb = before.zip(resident_mb()).map(|(before, after)| after - before);
    let mut ways = vec![WayTimes {
        name: "(analysing the question alone)".to_owned(),
        milliseconds: percentiles(&asked, |question| {
            black_box(analyser.analyse_question(question));
            Ok(())
        })?,
        gain: None,
    }];
    for (name, search) in built.ways(&analyser) {
        let milliseconds = percentiles(&asked, |question| search(question).map(|found| drop(black_box(found))))?;
        let gain = gain(material, questions, &search)?;
        ways.push(WayTimes { name: name.to_owned(), milliseconds, gain });
    }
    // The index comes first in the table, for its row carries what building took.
    ways.rotate_left(1);
    let analyse_s = took.analysing.map(|time| time.as_secs_f64());
    let files_mb = built.files()?.map(|bytes| bytes as f64 / 1e6);
    let (build_s, texts_mb) = (took.all.as_secs_f64(), took.texts as f64 / 1e6);
    Ok(Measured { build_s, analyse_s, memory_mb, files_mb, texts_mb, ways })
}

/// How well the documents that answer come first.
fn gain(
    material: &Material,
    questions: usize,
    search: &dyn Fn(&str) -> anyhow::Result<Vec<usize>>,
) -> anyhow::Result<Option<f64>> {
    let mut gains = Vec::new();
    for question in material.questions(questions).filter(|question| !question.docs.is_empty()) {
        let id = |place: usize| material.documents.get(place).map_or(String::new(), |document| document.id.clone());
        let ranked: Vec<String> = search(&question.text)?.into_iter().map(id).collect();
        gains.push(ndcg10(&ranked, &question.docs));
    }
    Ok((!gains.is_empty()).then(|| mean(gains.into_iter())))
}

/// The 50th, 90th and 99th percentile of what `ask` takes, in milliseconds.
pub fn percentiles(asked: &[&str], ask: impl Fn(&str) -> anyhow::Result<()>) -> anyhow::Result<[f64; 3]> {
    let mut shortest = vec![f64::INFINITY; asked.len()];
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        for (shortest, question) in shortest.iter_mut().zip(asked) {
            let begin = Instant::now();
            ask(question)?;
            *shortest = shortest.min(begin.elapsed().as_secs_f64() * 1e3);
        }
        if begun.elapsed() > ENOUGH {
            break;
        }
    }
    shortest.sort_by(f64::total_cmp);
    let percentile = |percent: usize| {
        let rank = (shortest.len() * percent).div_ceil(100).max(1);
        shortest.get(rank - 1).copied().unwrap_or(0.0)
    };
    Ok([percentile(50), percentile(90), percentile(99)])
}

/// The memory that this process has in RAM; Linux tells.
fn resident_mb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024.0 / 1e6)
}
