//! Logs: what operators need, and nothing that a person said. `RUST_LOG` chooses how much.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// Starts logging to standard error. What isn't ours logs warnings only.
pub fn start(default: &str) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("warn,wenzheng={default}")));
    // A second start (in tests) keeps the first.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr))
        .try_init();
}
