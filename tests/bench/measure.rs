//! Builds one index and asks it, with the clock and the memory in view.

use std::{fs, hint::black_box, time::Instant};

use serde::{Deserialize, Serialize};
use wenzheng::matching::Analyser;

use crate::{
    engine::{Built, Engine},
    material::Material,
};

/// How often each question is asked; the middle time counts, so that what else the machine does is seen less.
const ROUNDS: usize = 3;

/// How long questions take one way.
#[derive(Debug, Serialize, Deserialize)]
pub struct WayTimes {
    pub name: String,
    /// The 50th, 90th and 99th percentile, in milliseconds.
    pub milliseconds: [f64; 3],
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
        milliseconds: times(&asked, |question| {
            black_box(analyser.analyse_question(question));
            Ok(())
        })?,
    }];
    for (name, search) in built.ways(&analyser) {
        let milliseconds = times(&asked, |question| search(question).map(|found| drop(black_box(found))))?;
        ways.push(WayTimes { name: name.to_owned(), milliseconds });
    }
    // The index comes first in the table, for its row carries what building took.
    ways.rotate_left(1);
    let analyse_s = took.analysing.map(|time| time.as_secs_f64());
    let files_mb = built.files()?.map(|bytes| bytes as f64 / 1e6);
    let (build_s, texts_mb) = (took.all.as_secs_f64(), took.texts as f64 / 1e6);
    Ok(Measured { build_s, analyse_s, memory_mb, files_mb, texts_mb, ways })
}

fn times(asked: &[&str], ask: impl Fn(&str) -> anyhow::Result<()>) -> anyhow::Result<[f64; 3]> {
    // Once without the clock, so that nothing is met for the first time.
    for question in asked {
        ask(question)?;
    }
    let mut rounds: Vec<[f64; ROUNDS]> = vec![[0.0; ROUNDS]; asked.len()];
    for round in 0..ROUNDS {
        for (times, question) in rounds.iter_mut().zip(asked) {
            let begin = Instant::now();
            ask(question)?;
            times[round] = begin.elapsed().as_secs_f64() * 1e3;
        }
    }
    let middle = |mut times: [f64; ROUNDS]| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    };
    let mut sorted: Vec<f64> = rounds.into_iter().map(middle).collect();
    sorted.sort_by(f64::total_cmp);
    let percentile = |percent: usize| {
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or(0.0)
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
