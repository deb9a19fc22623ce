//! Runs the transcripts in `tests/scenarios` on every channel and on both databases.
//!
//! One service runs for each pair: the demo city, a clock to set, a fake Telegram. Each transcript has people of its own.

mod cast;
mod chatroom;
mod console;
mod script;
mod stage;

use std::{fmt::Write as _, path::Path};

use cast::Medium;
use stage::Stage;
use wenzheng::store::Store;

/// All transcripts, by name.
fn transcripts() -> Vec<(String, Vec<script::Line>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .filter(|path| path.file_stem().is_none_or(|stem| stem != "README"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = script::read(&text).unwrap_or_else(|mistake| panic!("{}: {mistake}", path.display()));
            (name, lines)
        })
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Runs every transcript and reports all that fail, not only the first.
async fn run_all(store: Store, medium: Medium) {
    let stage = Stage::set(store, medium).await;
    let mut failures = String::new();
    let transcripts = transcripts();
    // WENZHENG_SCENARIO=consult plays only those with "consult" in their names, for writing one.
    let only = std::env::var("WENZHENG_SCENARIO").unwrap_or_default();
    for (name, lines) in transcripts.iter().filter(|(name, _)| name.contains(&only)) {
        if let Err(failure) = stage.play(name, lines).await {
            let _ = write!(failures, "\n── tests/scenarios/{name}.md, {failure}\n");
        }
    }
    stage.strike().await;
    assert!(failures.is_empty(), "{failures}");
    assert!(transcripts.len() >= 40, "only {} transcripts", transcripts.len());
}

async fn on_terminal(store: Store) {
    run_all(store, Medium::Terminal).await;
}

async fn on_web(store: Store) {
    run_all(store, Medium::Web).await;
}

async fn on_telegram(store: Store) {
    run_all(store, Medium::Telegram).await;
}

crate::both_stores!(on_terminal, on_web, on_telegram);
