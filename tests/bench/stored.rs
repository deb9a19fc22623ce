//! The way of the service: documents in the store, read and indexed by the library.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wenzheng::{
    directory::units::{self, Unit},
    knowledge::{
        Library, REVISION,
        policy::{self, Disclosure, Issued, Policy},
    },
    matching::{Document, Weights},
    store::{Store, bump_revision},
};

use crate::{material::Material, measure::percentiles};

/// So many documents are written in one transaction.
const BATCH: usize = 1_000;

/// What came out.
#[derive(Debug, Serialize, Deserialize)]
pub struct Loaded {
    /// Reading and indexing everything.
    pub load_s: f64,
    /// The memory of the process afterwards, and the most that it ever had.
    pub memory_mb: [f64; 2],
    /// From the commit of one more document until it is found.
    pub found_s: f64,
    /// The 50th, 90th and 99th percentile of asking, in milliseconds.
    pub milliseconds: [f64; 3],
    /// The slowest of the questions that are none.
    pub hostile: f64,
}

impl Loaded {
    /// As a table of one row.
    pub fn table(&self, docs: usize) -> String {
        let Self { load_s, memory_mb: [memory, most], found_s, milliseconds: [p50, p90, p99], hostile } = self;
        format!(
            "| documents | read and indexed s | memory MB | at most MB | p50 ms | p90 ms | p99 ms | slowest hostile ms | \
             published found s |\n|---|---|---|---|---|---|---|---|---|\n\
             | {docs} | {load_s:.1} | {memory:.0} | {most:.0} | {p50:.3} | {p90:.3} | {p99:.3} | {hostile:.3} | {found_s:.3} |"
        )
    }
}

/// Writes documents into a new store.
pub async fn fill(folder: &Path, material: &Material, docs: usize) -> anyhow::Result<()> {
    let store = Store::open_folder(folder).await?;
    let mut documents = material.collection(docs).enumerate().peekable();
    let mut tx = store.begin().await?;
    units::upsert(&mut tx, &unit()).await?;
    while documents.peek().is_some() {
        for (place, document) in documents.by_ref().take(BATCH) {
            policy::upsert(&mut tx, &policy_of(&format!("policy-{place:07}"), document), Timestamp::UNIX_EPOCH).await?;
        }
        bump_revision(&mut tx, REVISION).await?;
        tx.commit().await?;
        tx = store.begin().await?;
    }
    tx.commit().await?;
    store.close().await;
    Ok(())
}

/// Loads the library and asks it.
pub async fn load(folder: &Path, material: &Material, questions: usize) -> anyhow::Result<Loaded> {
    let store = Store::open_folder(folder).await?;
    let begin = Instant::now();
    let library = Library::load(&store, Weights::built_in()).await?;
    let load_s = begin.elapsed().as_secs_f64();
    let milliseconds = percentiles(&material.asked(questions), |question| {
        std::hint::black_box(library.find(question));
        Ok(())
    })?;
    let hostile = [
        "补".repeat(10_000),
        material.asked(300).join("，"),
        "。？！，".repeat(2_500),
        "补".into(),
        "a".repeat(10_000),
    ];
    let hostile: Vec<&str> = hostile.iter().map(String::as_str).collect();
    let [.., hostile] = percentiles(&hostile, |question| {
        std::hint::black_box(library.find(question));
        Ok(())
    })?;
    let memory_mb = [status_mb("VmRSS:")?, status_mb("VmHWM:")?];

    let text = "望川市夜间图书馆预约办法。凭身份证可以预约夜间座位。";
    let passages = vec![wenzheng::matching::Passage { heading: String::new(), text: text.into() }];
    let document = Document { title: "夜间图书馆预约办法".into(), passages, ..Document::default() };
    let mut tx = store.begin().await?;
    policy::upsert(&mut tx, &policy_of("policy-new", document), Timestamp::UNIX_EPOCH).await?;
    bump_revision(&mut tx, REVISION).await?;
    tx.commit().await?;
    let begin = Instant::now();
    library.refresh_if_changed(&store).await?;
    let found = library.find("夜间图书馆怎么预约座位");
    anyhow::ensure!(found.hits.first().is_some_and(|hit| hit.id == "policy-new"), "what was published is not found");
    let found_s = Duration::as_secs_f64(&begin.elapsed());
    Ok(Loaded { load_s, memory_mb, found_s, milliseconds, hostile })
}

fn unit() -> Unit {
    Unit::new("office", "办公室")
}

fn policy_of(id: &str, document: Document) -> Policy {
    let body: Vec<String> = document.passages.into_iter().map(|passage| passage.text).collect();
    Policy {
        id: id.to_owned(),
        title: document.title,
        number: String::new(),
        issued: Issued::Department { unit: "office".into() },
        dated: None,
        disclosure: Disclosure::Proactive,
        url: String::new(),
        body: body.join("\n"),
    }
}

/// A size of this process; Linux tells.
fn status_mb(name: &str) -> anyhow::Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)).context("Linux tells no memory")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
