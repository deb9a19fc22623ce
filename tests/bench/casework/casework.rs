//! How long officials wait: a throwaway database is filled with a city's casework, then the pages of the console are
//! asked for, one after the other, through the router that serves them.
//!
//! ```text
//! cargo bench --bench casework -- --store sqlite --tickets 50000
//! cargo bench --bench casework -- --store postgres --tickets 100000 --plans
//! ```
//!
//! For PostgreSQL `WENZHENG_TEST_POSTGRES` is the URL of a server; a schema is made there and dropped at the end. Without
//! it a server is started with `scripts/postgres`. Nothing is asserted about time.

#![allow(clippy::unwrap_used, reason = "a bench that can't go on ends")]

mod bulk;
mod city;
mod fill;
mod measure;
mod pages;
mod place;
mod plans;
mod words;

use clap::{Parser, ValueEnum};
use place::Place;

/// What to fill and measure.
#[derive(Debug, Clone, Parser)]
pub struct Options {
    /// On which database
    #[arg(long, value_enum, default_value = "both")]
    store: Which,
    /// How many tickets
    #[arg(long, default_value_t = 50_000)]
    tickets: usize,
    /// How many units
    #[arg(long, default_value_t = 200)]
    units: usize,
    /// What the casework is made from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How often each page is asked for
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// Show how the databases carry out what takes longest
    #[arg(long)]
    plans: bool,
    /// `cargo bench` always passes this.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Sqlite,
    Postgres,
    Both,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if options.store != Which::Postgres {
        run(Place::sqlite()?, &options).await?;
    }
    if options.store != Which::Sqlite {
        run(Place::postgres().await?, &options).await?;
    }
    Ok(())
}

async fn run(place: Place, options: &Options) -> anyhow::Result<()> {
    println!("{}: {} tickets, {} units, seed {}", place.name(), options.tickets, options.units, options.seed);
    // Also when it fails, what was made is cleared away.
    let outcome = async {
        let city = fill::fill(&place, options).await?;
        let pages = pages::pages(&city);
        let table = measure::measure(&place, &city, &pages, options.rounds).await?;
        measure::print(&table);
        if options.plans {
            plans::show(&place, &city, &pages).await?;
        }
        anyhow::Ok(())
    };
    let outcome = outcome.await;
    place.clear().await?;
    outcome
}
