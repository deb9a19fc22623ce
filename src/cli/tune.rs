//! `wenzheng tune`

use std::path::PathBuf;

use anyhow::Context as _;

use super::out::{Out, print};
use crate::evaluation::{self, Options};

/// Learns the matcher's weights from packs of questions.
#[derive(Debug, clap::Args)]
pub(super) struct Tune {
    /// The folder of packs
    packs: PathBuf,
    /// Learn weights for comparing by meaning as well, with the model in this folder
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Keep the vectors of the packs' texts in this folder, for the next time
    #[arg(long, value_name = "DIR", requires = "model")]
    vectors: Option<PathBuf>,
    /// Where to write the weights
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Tune {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let options = Options { packs: self.packs, model: self.model, vectors: self.vectors, ..Options::default() };
        let weights = evaluation::tune(&options, &mut Out)?;
        std::fs::write(&self.out, weights.to_toml()).with_context(|| format!("writing {}", self.out.display()))?;
        print(format_args!("written to {}", self.out.display()))?;
        Ok(())
    }
}
