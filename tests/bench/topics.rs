//! How long it takes to find hot topics: many messages one after the other, then some more, each with the clock in view.
//!
//! ```text
//! cargo bench --bench topics
//! cargo bench --bench topics -- --messages 100000 --more 2000 --seed 7
//! ```
//!
//! The messages are made of the demo city's own sentences: most of two or three clauses that never stood together, a
//! quarter copies of some hundred campaigns, the rest of a campaign's matter in other words. Nothing is asserted about
//! time.

#![allow(clippy::unwrap_used, reason = "a bench that can't read its material ends")]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use clap::Parser;
use wenzheng::{
    evaluation::Copier,
    matching::{Analyser, Themes},
};

/// How many campaigns there are.
const CAMPAIGNS: usize = 300;
/// Units that messages go to.
const UNITS: usize = 30;

/// What to measure.
#[derive(Debug, Parser)]
struct Options {
    /// Messages before the clock looks at single ones.
    #[arg(long, default_value_t = 100_000)]
    messages: usize,
    /// Messages after that, each timed.
    #[arg(long, default_value_t = 1_000)]
    more: usize,
    /// What the messages are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `cargo bench` always passes this.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A clause with so many characters says something.
const CLAUSE: std::ops::RangeInclusive<usize> = 6..=25;

fn clauses(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = ["policies", "interpretations", "guides", "consultations"]
        .into_iter()
        .flat_map(|part| fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut clauses = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for clause in text.split(|c: char| !c.is_alphanumeric() && !"《》〔〕%.".contains(c)) {
            if CLAUSE.contains(&clause.chars().count()) && !clause.is_ascii() {
                clauses.push(clause.to_owned());
            }
        }
    }
    clauses
}

/// Messages without end.
struct Mill {
    copier: Copier,
    clauses: Vec<String>,
    /// Three clauses each.
    campaigns: Vec<[usize; 3]>,
}

impl Mill {
    fn new(seed: u64) -> Self {
        let clauses = clauses(&Path::new(env!("CARGO_MANIFEST_DIR")).join("demo"));
        let mut copier = Copier::new(&Analyser::new(), seed);
        let campaigns = (0..CAMPAIGNS).map(|_| [0; 3].map(|_| copier.below(clauses.len()))).collect();
        Self { copier, clauses, campaigns }
    }

    fn next(&mut self) -> (String, String) {
        let Self { copier, clauses, campaigns } = self;
        let joined = |places: &[usize]| places.iter().map(|at| clauses[*at].as_str()).collect::<Vec<_>>().join("，");
        let sort = copier.below(20);
        let campaign = copier.below(campaigns.len());
        let places = &campaigns[campaign];
        let (text, unit) = match sort {
            0..5 => (joined(places), campaign),
            5..8 => (joined(&[places[1], places[0], copier.below(clauses.len())]), campaign),
            _ => {
                let count = 2 + copier.below(2);
                let own: Vec<usize> = (0..count).map(|_| copier.below(clauses.len())).collect();
                (joined(&own), own[0])
            }
        };
        let text = if sort < 5 { copier.copy(&text) } else { text };
        (text, format!("unit{}", unit % UNITS))
    }
}

/// The process's memory in megabytes; none where the system doesn't tell.
fn resident_mb() -> Option<f64> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: f64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096.0 / 1e6)
}

fn at(times: &[Duration], share: f64) -> f64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is a length")]
    let place = ((times.len() as f64 * share).ceil() as usize).saturating_sub(1);
    times[place].as_secs_f64() * 1e3
}

fn main() {
    let options = Options::parse();
    let mut mill = Mill::new(options.seed);
    let made: Vec<(String, String)> = (0..options.messages).map(|_| mill.next()).collect();
    let mut themes = Themes::new();
    // The analyser's dictionary is read on first use; that is no part of it.
    themes.add("你好", "");
    let before = resident_mb();
    let begun = Instant::now();
    let (mut copies, mut found) = (0, 0);
    for (text, unit) in &made {
        let placed = themes.add(text, unit);
        copies = copies.max(placed.copies);
        found = found.max(placed.theme);
    }
    let took = begun.elapsed();
    let memory = before.zip(resident_mb()).map(|(before, after)| after - before);
    let mut times: Vec<Duration> = (0..options.more)
        .map(|_| {
            let (text, unit) = mill.next();
            let begun = Instant::now();
            themes.add(&text, &unit);
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("{} messages in {:.1} s: {copies} groups of copies, {found} themes", made.len(), took.as_secs_f64());
    if let Some(memory) = memory {
        println!("memory: {memory:.0} MB more");
    }
    if !times.is_empty() {
        let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| at(&times, share));
        println!("one more: {p50:.2} ms (p50), {p99:.2} ms (p99), {most:.2} ms (the slowest of {})", times.len());
    }
}
