//! Kills the service again and again in the middle of its work, and counts afterwards whether anything was lost or
//! done twice.
//!
//!     cargo bench --bench crash -- --kills 200 --store both --seed 1
//!
//! It runs the built `wenzheng serve` beside a Bot API server of its own, while people write on Telegram and on the
//! web. `docs/testing.md` says what the figures mean. It takes at most 20 minutes and reaches nothing but this machine.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a check fails by panicking")]

mod count;
mod delivery;
mod dice;
mod people;
mod place;
mod program;
mod round;
mod said;
mod traffic;

#[path = "../support/mod.rs"]
mod support;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser as _;

/// The longest that everything may take.
const LONGEST: Duration = Duration::from_mins(20);

/// Kills the service in the middle of its work and counts what was lost or done twice.
#[derive(Debug, Clone, clap::Parser)]
struct Options {
    /// How often it is killed on each store
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// On which store
    #[arg(long, value_enum, default_value_t = Stores::Both)]
    store: Stores,
    /// The same seed makes the same people say the same, and aims at the same moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Cargo says this to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Stores {
    /// `SQLite`
    Sqlite,
    /// PostgreSQL
    Postgres,
    /// One after the other
    Both,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // Dropping the future ends the service and the database: each is held by a guard that knows its process.
    tokio::select! {
        holds = all(&options) => if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE },
        () = stopped() => ExitCode::from(130),
        () = tokio::time::sleep(LONGEST) => {
            eprintln!("It took longer than {} minutes.", LONGEST.as_secs() / 60);
            ExitCode::FAILURE
        }
    }
}

/// Runs on each store that was asked for; gives whether nothing was lost or done twice on any.
async fn all(options: &Options) -> bool {
    let kinds: &[Stores] = match options.store {
        Stores::Both => &[Stores::Sqlite, Stores::Postgres],
        Stores::Sqlite => &[Stores::Sqlite],
        Stores::Postgres => &[Stores::Postgres],
    };
    let until = Instant::now() + LONGEST;
    let mut holds = true;
    for (place, kind) in kinds.iter().enumerate() {
        let left = u32::try_from(kinds.len() - place).unwrap_or(1);
        let share = until.saturating_duration_since(Instant::now()) / left;
        holds &= round::run(*kind, options, Instant::now() + share).await;
    }
    holds
}

/// Somebody wants it to end: Ctrl-C, or a polite signal.
async fn stopped() {
    let mut end = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = end.recv() => {}
    }
}
