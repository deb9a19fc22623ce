//! `wenzheng eval`

use std::path::PathBuf;

use super::{charts::charts, out::Out};
use crate::evaluation::{self, Options};

/// Measures matching on packs of questions.
#[derive(Debug, clap::Args)]
pub(super) struct Eval {
    /// The folder of packs
    packs: PathBuf,
    /// Another folder of packs, to learn routing from
    #[arg(long, value_name = "PACKS2")]
    train: Option<PathBuf>,
    /// Only this pack
    #[arg(long, value_name = "PACK")]
    only: Option<String>,
    /// Write a file of answers for each set of questions
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Compare texts by meaning as well, with the model in this folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Keep the vectors of the packs' texts in this folder, for the next time
    #[arg(long, value_name = "DIR", requires = "model")]
    vectors: Option<PathBuf>,
    /// Write the figures as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw reliability diagrams and risk–coverage curves, as SVG
    #[arg(long, value_name = "DIR")]
    charts: Option<PathBuf>,
}

impl Eval {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let options = Options {
            packs: self.packs,
            train: self.train,
            only: self.only,
            run_dir: self.run,
            json: self.json,
            model: self.model,
            vectors: self.vectors,
            charts: self.charts.map(charts).transpose()?,
        };
        evaluation::run(&options, &mut Out)?;
        Ok(())
    }
}
