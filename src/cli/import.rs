//! `wenzheng import`

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Place, site_calendar};
use crate::{
    app::{Ambient, open_store},
    calendar::Calendar,
    import::{Collection, ImportOptions, ImportReport, collect, load},
    store::Store,
};

/// Takes in documents.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Markdown files with front matter, JSONL files, units.toml, or folders of these
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The unit of JSONL records that name none; without it, the office's
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    #[command(flatten)]
    place: Place,
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let settings = self.place.settings()?;
        let calendar = site_calendar(settings.calendar.as_deref())?;
        let store = open_store(&settings.store).await?;
        let mut collection = Collection::default();
        for path in &self.paths {
            collection.merge(collect(path));
        }
        let operator = std::env::var("USER").unwrap_or_else(|_| "operator".to_owned());
        let options = ImportOptions { operator, unit: self.unit };
        let report = take_in(&store, &Ambient::default(), &calendar, collection, &options).await?;
        for fault in &report.faults {
            eprintln!("{fault}");
        }
        println!(
            "{} added, {} changed, {} unchanged, {} not taken in",
            report.added,
            report.changed,
            report.unchanged,
            report.faults.len()
        );
        store.close().await;
        if report.faults.is_empty() { Ok(()) } else { anyhow::bail!("some records were not taken in: see above") }
    }
}

/// Loads a collection with a progress bar (none when the output isn't a terminal).
pub(super) async fn take_in(
    store: &Store,
    ambient: &Ambient,
    calendar: &Calendar,
    collection: Collection,
    options: &ImportOptions,
) -> anyhow::Result<ImportReport> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}")?;
    let bar = ProgressBar::new(collection.len() as u64).with_style(style);
    let mut progress = |done: usize, total: usize| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    };
    let report = load(store, &ambient.clock, &ambient.ids(), calendar, collection, options, &mut progress).await?;
    bar.finish_and_clear();
    Ok(report)
}
