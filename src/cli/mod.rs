//! The command line: one command a file. Whatever it prints goes through [`out`].

#![warn(clippy::print_stdout, reason = "it panics when the reader closes the pipe: use out::print")]

mod ask;
mod calendar;
mod charts;
mod chat;
mod check;
mod deadline;
mod demo;
mod eval;
mod import;
mod out;
mod replay;
mod serve;
mod staff;
mod tune;
mod verify;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use tokio_util::sync::CancellationToken;

use crate::{calendar::Calendar, config::Settings, store::Store};

/// Where data is kept when nothing is said.
const DATA: &str = "wenzheng-data";

/// 问政 Wenzheng: answers citizens from interpretations, collects opinions on pending decisions, and routes what it
/// can't answer to the unit responsible.
#[derive(Debug, Parser)]
#[command(name = "wenzheng", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a demo city on this machine: chat and console
    Demo(demo::Demo),
    /// Serve for real, with settings from a file
    Serve(serve::Serve),
    /// Chat in the terminal
    Chat(chat::Chat),
    /// Answer one question
    Ask(ask::Ask),
    /// Take in documents: Markdown with front matter, JSONL, units.toml, or folders of these
    Import(import::Import),
    /// Measure matching on packs of questions
    Eval(eval::Eval),
    /// Stream a pack's questions into an empty knowledge base and show how it learns
    Replay(replay::Replay),
    /// Learn the matcher's weights from packs of questions
    Tune(tune::Tune),
    /// Check settings, intents, locales and the demo city's content
    Check(check::Check),
    /// Show the working days of a year
    Calendar(calendar::ShowCalendar),
    /// Reckon a deadline and show how, day by day
    Deadline(deadline::Deadline),
    /// Manage the staff who work in the console
    Staff(staff::Staff),
    /// Check that the audit log is whole
    Verify(verify::Verify),
}

/// Which store a command works on.
#[derive(Debug, Args)]
struct Place {
    /// The data folder
    #[arg(long, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// A settings file, to work on its store instead
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    config: Option<PathBuf>,
}

impl Place {
    /// The settings: the file's, or the defaults on the data folder.
    fn settings(&self) -> anyhow::Result<Settings> {
        Ok(match &self.config {
            Some(file) => Settings::read(file)?,
            None => Settings::demo(demo::DEFAULT_ADDRESS, self.data.clone()),
        })
    }

    /// Opens the store. A data folder that isn't there is said, not made.
    async fn open_existing(&self) -> anyhow::Result<Store> {
        if self.config.is_none() && !self.data.join("wenzheng.db").exists() {
            anyhow::bail!(
                "there is no data in {}: run `wenzheng demo` or `wenzheng import` first, or give --data",
                self.data.display()
            );
        }
        crate::app::open_store(&self.settings()?.store).await
    }
}

/// Runs the command line; the exit code is 0 when all went well.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("wenzheng: the runtime can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match arguments.command {
            Command::Demo(command) => command.run().await,
            Command::Serve(command) => command.run().await,
            Command::Chat(command) => command.run().await,
            Command::Ask(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Eval(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::Tune(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Calendar(command) => command.run(),
            Command::Deadline(command) => command.run(),
            Command::Staff(command) => command.run().await,
            Command::Verify(command) => command.run().await,
        }
    });
    // A reader of standard input may still wait for a line: don't wait for it.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wenzheng: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The working days of the program and of the site. Files that are left out are named; the rest counts.
fn site_calendar(folder: Option<&Path>) -> anyhow::Result<Calendar> {
    let (calendar, faults) = crate::import::calendar(folder)?;
    for fault in faults {
        eprintln!("wenzheng: {fault}; the file is left out");
    }
    Ok(calendar)
}

/// Cancelled when the operator or the system asks the process to end.
fn stop_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => {
                    tokio::select! {
                        _ = interrupt => {}
                        _ = terminate.recv() => {}
                    }
                }
                Err(_) => drop(interrupt.await),
            }
        }
        #[cfg(not(unix))]
        drop(interrupt.await);
        told.cancel();
    });
    stop
}
