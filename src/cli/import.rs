//! `wenzheng import`

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Place, out::print, site_calendar};
use crate::{
    app::{Ambient, open_store},
    calendar::Calendar,
    clock::city_date,
    directory::{staff, units},
    import::{self, Collection, ImportOptions, ImportReport, collect, load},
    store::Store,
};

/// Takes in documents.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Markdown files with front matter, JSONL files, units.toml, or folders of these; or the units as .xlsx or .csv
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
        let operator = std::env::var("USER").unwrap_or_else(|_| "operator".to_owned());
        let (tables, paths): (Vec<&PathBuf>, Vec<&PathBuf>) = self.paths.iter().partition(|path| is_table(path));
        for path in &tables {
            take_in_units(&store, &Ambient::default(), path, &operator).await?;
        }
        if paths.is_empty() {
            store.close().await;
            return Ok(());
        }
        let mut collection = Collection::default();
        for path in paths {
            collection.merge(collect(path));
        }
        let options = ImportOptions { operator, unit: self.unit };
        let report = take_in(&store, &Ambient::default(), &calendar, collection, &options).await?;
        for fault in &report.faults {
            eprintln!("{fault}");
        }
        print(format_args!(
            "{} added, {} changed, {} unchanged, {} not taken in",
            report.added,
            report.changed,
            report.unchanged,
            report.faults.len()
        ))?;
        store.close().await;
        if report.faults.is_empty() { Ok(()) } else { anyhow::bail!("some records were not taken in: see above") }
    }
}

fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx") || end.eq_ignore_ascii_case("csv"))
}

/// Takes in a table of units: all of it, or nothing.
async fn take_in_units(store: &Store, ambient: &Ambient, path: &Path, operator: &str) -> anyhow::Result<()> {
    let file = path.display().to_string();
    let mut bytes = Vec::new();
    // One byte more than is allowed tells that it is too large.
    let limit = import::MAX_FILE as u64 + 1;
    let opened = std::fs::File::open(path).with_context(|| format!("opening {file}"))?;
    opened.take(limit).read_to_end(&mut bytes).with_context(|| format!("reading {file}"))?;
    let now = ambient.clock.now();
    let mut tx = store.begin().await?;
    let all = units::entries(&mut tx).await?;
    let staff = staff::all(&mut tx).await?;
    let plan = match import::plan(&file, &bytes, (&all, &staff), city_date(now)) {
        Ok(plan) => plan,
        Err(faults) => {
            for fault in &faults {
                eprintln!("{file}: {fault}");
            }
            anyhow::bail!("nothing was changed: put right what is named above");
        }
    };
    import::apply(&mut tx, &plan, &format!("import:{operator}"), now).await?;
    tx.commit().await?;
    print(format_args!(
        "{} units added, {} changed, {} unchanged",
        plan.added.len(),
        plan.changed.len(),
        plan.unchanged
    ))?;
    Ok(())
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
