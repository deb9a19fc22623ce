//! Compares our index with a plain tantivy index over the same tokens and with the full text searches of two
//! databases: time per question, time to build, memory, and, where packs are given, how good what comes first is. Then
//! the library is read from a store.
//!
//! ```text
//! cargo bench --bench search --features reference -- --packs PACKS --docs 1000,10000,100000 --questions 300
//! ```
//!
//! `--engines` chooses; `postgres` needs `WENZHENG_TEST_POSTGRES`. `--stored 100000` measures the library instead.
//!
//! `material` provides documents and questions, `engine` and `database` the indexes, `stored` the library, `measure` the
//! clock and the memory, `quality` the marks. Every index is built in a process of its own, because memory that one gave free would hide what the next
//! one takes.

mod database;
mod engine;
mod material;
mod measure;
mod quality;
mod stored;

use std::{env, ffi::OsString, fmt::Write as _, path::PathBuf};

use anyhow::{Context, bail};
use clap::Parser;
use serde::de::DeserializeOwned;

use engine::Engine;
use material::Material;
use measure::Measured;

/// More documents than this fit neither into the time nor into the memory of a benchmark.
const MOST_DOCUMENTS: usize = 1_000_000;

/// What to measure.
#[derive(Debug, Parser)]
struct Options {
    /// Sizes of the collections, in documents.
    #[arg(long, value_delimiter = ',', default_value = "600,10000,100000")]
    docs: Vec<usize>,
    /// How many questions to ask.
    #[arg(long, default_value_t = 300)]
    questions: usize,
    /// A folder of packs, also from `WENZHENG_PACKS`; without one the demo city is asked.
    #[arg(long)]
    packs: Option<PathBuf>,
    /// What is compared.
    #[arg(long, value_delimiter = ',', default_value = "ours,tantivy")]
    engines: Vec<Engine>,
    /// Puts so many documents into a store and measures the library that reads them, instead.
    #[arg(long)]
    stored: Option<usize>,
    /// Loads the library from a store in a folder: what the benchmark starts itself with.
    #[arg(long, hide = true)]
    load: Option<PathBuf>,
    /// Builds and asks one index and prints the outcome as JSON: what the benchmark starts itself with.
    #[arg(long, hide = true)]
    only: Option<Engine>,
    /// `cargo bench` always passes this.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let mut options = Options::parse();
    if options.packs.is_none() {
        options.packs = env::var_os("WENZHENG_PACKS").map(PathBuf::from);
    }
    if options.questions == 0 || options.docs.iter().any(|docs| !(1..=MOST_DOCUMENTS).contains(docs)) {
        bail!("--questions must be at least 1, --docs from 1 to {MOST_DOCUMENTS}");
    }
    let material = match &options.packs {
        Some(packs) => Material::of_pack(&packs.join("policy"))?,
        None => Material::of_demo(),
    };
    if let (Some(engine), Some(docs)) = (options.only, options.docs.first()) {
        let measured = measure::run(engine, &material, *docs, options.questions)?;
        println!("{}", serde_json::to_string(&measured)?);
        return Ok(());
    }
    let runtime = || tokio::runtime::Runtime::new().context("cannot start tasks");
    if let Some(folder) = &options.load {
        let loaded = runtime()?.block_on(stored::load(folder, &material, options.questions))?;
        println!("{}", serde_json::to_string(&loaded)?);
        return Ok(());
    }
    println!("{material}");
    if let Some(docs) = options.stored {
        let folder = tempfile::tempdir()?;
        runtime()?.block_on(stored::fill(folder.path(), &material, docs))?;
        let loaded: stored::Loaded = start(&options, &["--load".into(), folder.path().into()])?;
        println!("{}", loaded.table(docs));
        return Ok(());
    }
    println!("{}", speed(&options)?);
    if let Some(packs) = &options.packs {
        println!("{}", quality::table(packs)?);
    }
    Ok(())
}

/// The table of times and memory.
fn speed(options: &Options) -> anyhow::Result<String> {
    let mut table = String::from(
        "| documents | index | build s | of it analysing s | memory MB | of it index files MB | texts MB | p50 ms | p90 ms | p99 ms | nDCG@10 |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for docs in &options.docs {
        for engine in &options.engines {
            let arguments = ["--only".into(), engine.to_string().into(), "--docs".into(), docs.to_string().into()];
            let measured: Measured = start(options, &arguments)?;
            let known = |number: Option<f64>, digits: usize| {
                number.map_or_else(|| "–".to_owned(), |number| format!("{number:.digits$}"))
            };
            for (place, way) in measured.ways.iter().enumerate() {
                let built = if place == 0 {
                    let Measured { build_s, texts_mb, .. } = measured;
                    let (analyse, memory) = (known(measured.analyse_s, 1), known(measured.memory_mb, 0));
                    let files = known(measured.files_mb, 0);
                    format!("{build_s:.1} | {analyse} | {memory} | {files} | {texts_mb:.0}")
                } else {
                    "| | | |".to_owned()
                };
                let [p50, p90, p99] = way.milliseconds;
                let gain = known(way.gain, 3);
                writeln!(table, "| {docs} | {} | {built} | {p50:.3} | {p90:.3} | {p99:.3} | {gain} |", way.name)?;
            }
        }
    }
    Ok(table)
}

/// Starts the benchmark once more with these arguments, and reads what it prints.
fn start<T: DeserializeOwned>(options: &Options, arguments: &[OsString]) -> anyhow::Result<T> {
    let mut all = arguments.to_vec();
    all.extend(["--questions".into(), options.questions.to_string().into()]);
    if let Some(packs) = &options.packs {
        all.extend(["--packs".into(), packs.into()]);
    }
    let output = std::process::Command::new(env::current_exe()?)
        .args(all)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot start the benchmark for one index")?;
    if !output.status.success() {
        bail!("measuring with {arguments:?} ended with {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("cannot read what the benchmark of one index printed")
}
