//! `wenzheng check`

use std::{collections::BTreeSet, path::PathBuf};

use super::out::print;
use crate::{
    clock::{Clock as _, SystemClock, city_date},
    config::Settings,
    conversation::{
        intent::{Intents, Lead},
        wording::Wording,
    },
    import::{aliases, calendar, collect},
    locale::{DEFAULT, Locales, inventory},
    semantic,
};

/// The messages that the program's source names, gathered when it was built.
const USED: &str = include_str!(concat!(env!("OUT_DIR"), "/phrases.txt"));

/// Checks settings, aliases, intents, locales and the demo city's content.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// A settings file to check as well
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Content to check as well: files or folders as for `import`
    #[arg(value_name = "PATH")]
    content: Vec<PathBuf>,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let mut faults = Vec::new();
        let (mut own, mut days) = (None, None);
        match self.config.as_deref().map(Settings::read) {
            Some(Ok(settings)) => {
                faults.extend(model_faults(&settings)?);
                faults.extend(settings.load_weights().1.map(|fault| fault.to_string()));
                own = settings.aliases;
                days = settings.calendar;
            }
            Some(Err(fault)) => faults.push(fault.to_string()),
            None => {}
        }
        faults.extend(aliases(own.as_deref()).1.iter().map(ToString::to_string));
        match calendar(days.as_deref()) {
            Ok((calendar, left_out)) => {
                faults.extend(left_out.iter().map(ToString::to_string));
                // No fault: nobody can write a table before the holidays are announced.
                for year in calendar.missing(city_date(SystemClock.now())) {
                    print(format_args!(
                        "no table of working days for {year}: add it once the holidays are announced, see docs/calendar.md"
                    ))?;
                }
            }
            Err(fault) => faults.push(fault.to_string()),
        }
        let mut said = BTreeSet::new();
        match Intents::embedded() {
            Ok(intents) => {
                if let Err(fault) = Wording::embedded(intents.analyser()) {
                    faults.push(fault.to_string());
                }
                for intent in intents.all() {
                    if let Lead::Say(key) = &intent.leads_to {
                        said.insert(key.clone());
                    }
                }
            }
            Err(fault) => faults.push(fault.to_string()),
        }
        match Locales::embedded() {
            Ok(_) => faults.extend(locale_faults(&said)),
            Err(fault) => faults.push(fault.to_string()),
        }
        let mut content = crate::demo::city();
        for path in &self.content {
            content.merge(collect(path));
        }
        faults.extend(content.faults.iter().map(ToString::to_string));
        let documents = content.len();
        for fault in &faults {
            print(fault)?;
        }
        if faults.is_empty() {
            print(format_args!("all is well: {} messages, {documents} documents", USED.lines().count()))?;
            Ok(())
        } else {
            anyhow::bail!("{} faults", faults.len())
        }
    }
}

/// Loads each model that the settings name and says what it is. The service would run without a faulty one.
fn model_faults(settings: &Settings) -> std::io::Result<Vec<String>> {
    let mut faults = Vec::new();
    if let Some(model) = &settings.semantic {
        match semantic::load(&model.folder, &model.manner) {
            Ok(encoder) => print(format_args!(
                "{}: a model of {} dimensions, fingerprint {}",
                model.folder.display(),
                encoder.dimensions(),
                encoder.id()
            ))?,
            Err(fault) => faults.push(format!("{fault}. Without it, words alone count")),
        }
    }
    Ok(faults)
}

/// Messages that are missing in a language, take other arguments there, or that nobody uses.
fn locale_faults(said: &BTreeSet<String>) -> Vec<String> {
    let languages = inventory();
    let used: BTreeSet<&str> = USED.lines().chain(said.iter().map(String::as_str)).collect();
    let mut faults = Vec::new();
    let Some(reference) = languages.get(DEFAULT) else { return vec![format!("locales/{DEFAULT} is missing")] };
    for key in &used {
        if !reference.contains_key(*key) {
            faults.push(format!("locales/{DEFAULT}: the message {key} is missing"));
        }
    }
    for (tag, messages) in &languages {
        for (key, entry) in messages {
            let place = format!("{}:{}", entry.file, entry.line);
            match reference.get(key) {
                None => faults.push(format!("{place}: {key} is not in {DEFAULT}")),
                Some(other) if other.arguments != entry.arguments => faults.push(format!(
                    "{place}: {key} takes {:?}, but {:?} at {}:{}",
                    entry.arguments, other.arguments, other.file, other.line
                )),
                Some(_) => {}
            }
            if !used.contains(key.as_str()) {
                faults.push(format!("{place}: {key} is not used: delete it"));
            }
        }
        for key in reference.keys().filter(|key| !messages.contains_key(*key)) {
            faults.push(format!("locales/{tag}: the message {key} is missing"));
        }
    }
    faults
}
