//! What was read → the store: units, then policies and what they replace, then what explains them, then guides, then
//! consultations.
//!
//! Records go in by batches, each in one transaction with one audit row. What refers to something that isn't there is
//! a fault of that record; the others go in. Doing it again changes nothing.

use std::collections::{HashMap, HashSet};

use jiff::{ToSpan as _, civil::Date};
use serde_json::json;

use super::{
    fault::FileFault,
    folder::{Collection, Located},
    jsonl::RecordDraft,
};
use crate::{
    audit,
    calendar::Calendar,
    clock::{SharedClock, city_date},
    consultation,
    directory::units::{self, OFFICE, Unit},
    id::Ids,
    knowledge::{
        REVISION, Written,
        interpretation::{self, Interpretation, Kind},
        policy::{self, Disclosure, Issued, Policy},
    },
    store::{Store, StoreError, Transaction, bump_revision},
};

/// How many records go into one transaction.
const BATCH: usize = 200;
/// An interpretation appears with its policy, at the latest so many working days later.
const INTERPRETATION_DAYS: i64 = 3;

/// How to load.
#[derive(Debug, Clone, Default)]
pub struct ImportOptions {
    /// Who imports: it stands in the audit log as `import:OPERATOR`.
    pub operator: String,
    /// The code of the unit to which JSONL records without a unit belong; the office where it isn't given.
    pub unit: Option<String>,
}

/// What loading did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// New records.
    pub added: usize,
    /// Records that say something else now.
    pub changed: usize,
    /// Records that were there already.
    pub unchanged: usize,
    /// What did not go in, and why.
    pub faults: Vec<FileFault>,
}

/// Why loading could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The unit that was named for records without one doesn't exist.
    #[error("there is no unit with the code {code}; there are: {known}")]
    UnknownUnit {
        /// The code that was given.
        code: String,
        /// The codes that exist.
        known: String,
    },
}

struct Loader<'a> {
    store: &'a Store,
    clock: &'a SharedClock,
    ids: &'a Ids,
    calendar: &'a Calendar,
    actor: String,
    report: ImportReport,
    units: HashSet<String>,
    done: usize,
    total: usize,
    progress: &'a mut (dyn FnMut(usize, usize) + Send + Sync),
}

/// A record with the place where it was read.
enum Entry {
    Unit(Box<Unit>),
    /// `linked` where the source says what the policy replaces. Records of another system don't, and must not undo
    /// what a file says.
    Policy {
        policy: Box<Policy>,
        supersedes: Option<String>,
        linked: bool,
    },
    Link {
        newer: String,
        older: Option<String>,
    },
    Explanation(Box<Interpretation>),
    Consultation(Box<consultation::Draft>),
}

/// Loads what was read. `progress` hears how many records are done, of how many.
pub async fn load(
    store: &Store,
    clock: &SharedClock,
    ids: &Ids,
    calendar: &Calendar,
    collection: Collection,
    options: &ImportOptions,
    progress: &mut (dyn FnMut(usize, usize) + Send + Sync),
) -> Result<ImportReport, ImportError> {
    let links = collection.policies.len();
    let mut loader = Loader {
        store,
        clock,
        ids,
        calendar,
        actor: format!("import:{}", options.operator),
        total: collection.len() + links,
        report: ImportReport { faults: collection.faults, ..ImportReport::default() },
        units: known_units(store).await?,
        done: 0,
        progress,
    };
    loader.run(entries(collection.units, |unit| Entry::Unit(Box::new(unit)))).await?;
    let default_unit = loader.default_unit(options, !collection.records.is_empty()).await?;

    let mut policies = entries(collection.policies, |draft| Entry::Policy {
        policy: Box::new(draft.policy),
        supersedes: draft.supersedes,
        linked: true,
    });
    policies.extend(loader.policies_of(collection.records, default_unit.as_deref()));
    let policies = loader.without_duplicates(policies);
    let links = loader.links(&policies);
    loader.run(policies).await?;
    loader.run(links).await?;

    let mut explanations = entries(collection.interpretations, |draft| Entry::Explanation(Box::new(draft)));
    explanations.extend(entries(collection.guides, |draft| Entry::Explanation(Box::new(draft))));
    let explanations = loader.without_duplicates(explanations);
    loader.run(explanations).await?;

    let consultations = entries(collection.consultations, |draft| Entry::Consultation(Box::new(draft)));
    let consultations = loader.without_duplicates(consultations);
    loader.run(consultations).await?;
    (loader.progress)(loader.total, loader.total);
    loader.report.faults.sort();
    Ok(loader.report)
}

fn entries<T>(located: Vec<Located<T>>, entry: impl Fn(T) -> Entry) -> Vec<Located<Entry>> {
    located.into_iter().map(|Located { file, line, value }| Located { file, line, value: entry(value) }).collect()
}

async fn known_units(store: &Store) -> Result<HashSet<String>, StoreError> {
    let mut connection = store.read().await?;
    Ok(units::all(&mut connection).await?.into_iter().map(|unit| unit.code).collect())
}

impl Loader<'_> {
    fn unknown(&self, code: &str) -> String {
        format!("there is no unit with the code \"{code}\"; there are: {}", self.codes())
    }

    fn codes(&self) -> String {
        let mut codes: Vec<&str> = self.units.iter().map(String::as_str).collect();
        codes.sort_unstable();
        codes.join(", ")
    }

    /// The unit of records that name none. Where there is no unit at all, the office is made.
    async fn default_unit(&mut self, options: &ImportOptions, needed: bool) -> Result<Option<String>, ImportError> {
        if let Some(code) = &options.unit {
            return if self.units.contains(code) {
                Ok(Some(code.clone()))
            } else {
                Err(ImportError::UnknownUnit { code: code.clone(), known: self.codes() })
            };
        }
        if needed && self.units.is_empty() {
            let office = Unit { short: "政府办".to_owned(), ..Unit::new(OFFICE, "政府办公室") };
            self.total += 1;
            self.run(vec![Located { file: String::new(), line: 1, value: Entry::Unit(Box::new(office)) }]).await?;
        }
        Ok(self.units.get(OFFICE).cloned())
    }

    fn policies_of(&mut self, records: Vec<Located<RecordDraft>>, default_unit: Option<&str>) -> Vec<Located<Entry>> {
        let mut policies = Vec::new();
        for Located { file, line, value: record } in records {
            let Some(unit) = record.unit.as_deref().or(default_unit) else {
                let reason = "the record has no unit: give it one, or name one for all with --unit";
                self.report.faults.push(FileFault::new(&file, line, reason));
                self.done += 1;
                continue;
            };
            let policy = Policy {
                issued: Issued::Department { unit: unit.to_owned() },
                id: record.id,
                title: record.title,
                number: record.number,
                dated: record.date,
                disclosure: Disclosure::Proactive,
                url: record.url,
                body: record.text,
            };
            let value = Entry::Policy { policy: Box::new(policy), supersedes: None, linked: false };
            policies.push(Located { file, line, value });
        }
        policies
    }

    /// Leaves out what has the id of something before it.
    fn without_duplicates(&mut self, entries: Vec<Located<Entry>>) -> Vec<Located<Entry>> {
        let mut places: HashMap<String, String> = HashMap::new();
        let mut kept = Vec::new();
        for entry in entries {
            let id = match &entry.value {
                Entry::Policy { policy, .. } => policy.id.clone(),
                Entry::Explanation(content) => content.id.clone(),
                Entry::Consultation(draft) => draft.id.clone(),
                Entry::Unit(_) | Entry::Link { .. } => String::new(),
            };
            if let Some(place) = places.get(&id) {
                self.report.faults.push(entry.fault(format!("the id \"{id}\" is used in {place} already")));
                self.done += 1;
            } else {
                places.insert(id, format!("{}:{}", entry.file, entry.line));
                kept.push(entry);
            }
        }
        kept
    }

    /// Which policy replaces which. No two may replace the same one, and none an older document than itself.
    fn links(&mut self, policies: &[Located<Entry>]) -> Vec<Located<Entry>> {
        let mut replaced: HashMap<&str, &str> = HashMap::new();
        let mut links = Vec::new();
        for entry in policies {
            let Entry::Policy { policy, supersedes, linked } = &entry.value else { continue };
            if let Some(older) = supersedes {
                if let Some(other) = replaced.get(older.as_str()) {
                    let fault = entry.fault(format!("\"{older}\" is superseded by \"{other}\" already"));
                    self.report.faults.push(fault);
                    self.done += 1;
                    continue;
                }
                replaced.insert(older, &policy.id);
            }
            if *linked {
                let value = Entry::Link { newer: policy.id.clone(), older: supersedes.clone() };
                links.push(Located { file: entry.file.clone(), line: entry.line, value });
            }
        }
        // What no longer replaces anything lets go first, so that another one can take the place in the same run.
        links.sort_by_key(|entry| matches!(&entry.value, Entry::Link { older: Some(_), .. }));
        links
    }

    async fn run(&mut self, entries: Vec<Located<Entry>>) -> Result<(), StoreError> {
        for batch in entries.chunks(BATCH) {
            let mut tx = self.store.begin().await?;
            let (mut touched, mut counts, mut faults) = (Vec::new(), [0; 3], Vec::new());
            for entry in batch {
                match self.write(&mut tx, entry).await? {
                    Ok(None) => {}
                    Ok(Some(Written::Unchanged)) => counts[2] += 1,
                    Ok(Some(written)) => {
                        counts[usize::from(written == Written::Changed)] += 1;
                        touched.push(name(&entry.value));
                    }
                    Err(fault) => faults.push(fault),
                }
            }
            if touched.is_empty() {
                drop(tx);
            } else {
                bump_revision(&mut tx, REVISION).await?;
                let detail = json!({ "added": counts[0], "changed": counts[1], "records": touched });
                audit::append(&mut tx, self.clock.now(), &self.actor, "import", REVISION, &detail).await?;
                tx.commit().await?;
            }
            self.report.added += counts[0];
            self.report.changed += counts[1];
            self.report.unchanged += counts[2];
            self.report.faults.append(&mut faults);
            self.done += batch.len();
            (self.progress)(self.done, self.total);
        }
        Ok(())
    }

    /// Writes one record. A link counts only when it changes something.
    async fn write(
        &mut self,
        tx: &mut Transaction,
        entry: &Located<Entry>,
    ) -> Result<Result<Option<Written>, FileFault>, StoreError> {
        let now = self.clock.now();
        let written = match &entry.value {
            Entry::Unit(unit) => {
                let known = !self.units.insert(unit.code.clone());
                match (units::upsert(tx, unit).await?, known) {
                    (true, true) => Written::Changed,
                    (true, false) => Written::Added,
                    (false, _) => Written::Unchanged,
                }
            }
            Entry::Policy { policy, .. } => {
                if let Some(code) = policy.issued.units().find(|code| !self.units.contains(*code)) {
                    return Ok(Err(entry.fault(self.unknown(code))));
                }
                policy::upsert(tx, policy, now).await?
            }
            Entry::Link { newer, older } => {
                if let Some(reason) = link_fault(tx, newer, older.as_deref()).await? {
                    return Ok(Err(entry.fault(reason)));
                }
                let changed = policy::link_superseded(tx, newer, older.as_deref(), now).await?;
                return Ok(Ok(changed.then_some(Written::Changed)));
            }
            Entry::Explanation(content) => {
                if let Some(reason) = self.explanation_fault(tx, content).await? {
                    return Ok(Err(entry.fault(reason)));
                }
                interpretation::import(tx, content, &self.actor, now).await?
            }
            Entry::Consultation(draft) => {
                if !self.units.contains(&draft.unit) {
                    return Ok(Err(entry.fault(self.unknown(&draft.unit))));
                }
                let today = city_date(now);
                // A known one is left as it is, so its period, reckoned from today, says nothing.
                if consultation::find(tx, &draft.id).await?.is_some() {
                    return Ok(Ok(Some(Written::Unchanged)));
                }
                let day = |offset: i32| today.saturating_add(offset.days());
                let period = (day(draft.opens_in_days), day(draft.closes_in_days));
                if let Err(fault) = consultation::check_period(self.calendar, draft.basis, period, &draft.short_reason)
                {
                    return Ok(Err(entry.fault(fault.to_string())));
                }
                consultation::import(tx, self.ids, draft, today, now).await?;
                Written::Added
            }
        };
        Ok(Ok(Some(written)))
    }

    async fn explanation_fault(
        &self,
        tx: &mut Transaction,
        content: &Interpretation,
    ) -> Result<Option<String>, StoreError> {
        let id = match &content.kind {
            Kind::Interpretation { policy } => policy,
            Kind::Guide { unit } | Kind::Reply { unit } => {
                return Ok((!self.units.contains(unit)).then(|| self.unknown(unit)));
            }
        };
        let Some(stored) = policy::find(tx, id).await? else {
            return Ok(Some(format!("there is no policy \"{id}\"")));
        };
        if stored.policy.disclosure != Disclosure::Proactive {
            return Ok(Some(format!("the policy \"{id}\" isn't released, so its interpretation can't be either")));
        }
        Ok(match (stored.policy.dated, content.dated) {
            (Some(issued), Some(explained)) => self.date_fault(issued, explained),
            _ => None,
        })
    }

    fn date_fault(&self, issued: Date, explained: Date) -> Option<String> {
        if explained < issued {
            return Some(format!("it is dated {explained}, before its policy ({issued})"));
        }
        // Without the year's table a working day can't be told from a holiday: then nothing is claimed.
        let known = self.calendar.knows(issued) && self.calendar.knows(explained);
        let days = self.calendar.working_days_between(issued, explained);
        (known && days > INTERPRETATION_DAYS).then(|| {
            format!(
                "it is dated {explained}, {days} working days after its policy ({issued}); \
                 at most {INTERPRETATION_DAYS} are allowed"
            )
        })
    }
}

/// Why one policy can't take the place of another.
async fn link_fault(tx: &mut Transaction, newer: &str, older: Option<&str>) -> Result<Option<String>, StoreError> {
    let Some(older) = older else { return Ok(None) };
    let (Some(new), Some(old)) = (policy::find(tx, newer).await?, policy::find(tx, older).await?) else {
        return Ok(Some(format!("there is no policy \"{older}\" to supersede")));
    };
    if let Some(other) = old.superseded_by.filter(|other| other != newer) {
        return Ok(Some(format!("\"{older}\" is superseded by \"{other}\" already")));
    }
    // Dates that only go forward also make a circle impossible.
    Ok(match (new.policy.dated, old.policy.dated) {
        (Some(new), Some(old)) if new <= old => {
            Some(format!("it is dated {new} and can't supersede \"{older}\", dated {old}"))
        }
        _ => None,
    })
}

fn name(entry: &Entry) -> String {
    match entry {
        Entry::Unit(unit) => format!("unit {}", unit.code),
        Entry::Policy { policy, .. } => format!("policy {}", policy.id),
        Entry::Link { newer, .. } => format!("link {newer}"),
        Entry::Explanation(content) => format!("{} {}", content.kind.name(), content.id),
        Entry::Consultation(draft) => format!("consultation {}", draft.id),
    }
}
