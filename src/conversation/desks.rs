//! The desk as known now. Lessons of the dispatcher count at once; the machine is trained anew aside, and who asks
//! meanwhile doesn't wait.

use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use jiff::civil::Date;

use crate::{
    casework::{Desk, lessons},
    directory::units,
    knowledge::Library,
    store::{Store, StoreError, revision},
};

/// How many lessons are read at once.
const PAGE: i64 = 1_000;
/// The machine is trained anew after so many lessons, or after a tenth of what there is, whichever is more.
const RETRAIN: usize = 20;
/// Up to so many texts are learned before the first question is answered; more are learned aside.
const QUICK: usize = 3_000;

/// The desk as known now; [`Core::refresh`](super::core::Core::refresh) keeps it in step with the store.
pub struct CurrentDesk {
    desk: Arc<RwLock<Arc<Desk>>>,
    progress: tokio::sync::Mutex<Progress>,
    training: Arc<AtomicBool>,
}

/// How far it has read.
#[derive(Debug, Default)]
struct Progress {
    /// The last lesson.
    revision: i64,
    /// Up to which change of the library it knows the units.
    library: i64,
    /// Lessons since the machine was trained.
    fresh: usize,
    /// All lessons heard.
    heard: usize,
    /// Whether something else changed that the machine should learn.
    stale: bool,
}

impl CurrentDesk {
    /// Learns who is responsible for what from the units' descriptions, the published questions and the lessons.
    pub async fn learn(store: &Store, library: &Library, today: Date) -> Result<Self, StoreError> {
        let all = units::entries(&mut *store.read().await?).await?;
        let (present, heirs) = units::present_on(&all, today);
        let current = Self {
            desk: Arc::new(RwLock::new(Arc::new(Desk::untrained(present).with_heirs(heirs)))),
            progress: tokio::sync::Mutex::default(),
            training: Arc::default(),
        };
        let mut progress = current.progress.lock().await;
        progress.library = library.revision();
        current.hear(store, &mut progress).await?;
        let published = library.taught();
        if published.len() + progress.heard <= QUICK {
            let desk = current.now();
            let learned = move || desk.with_machine(desk.train(&desk.lore(&published), &[]));
            let trained = tokio::task::spawn_blocking(learned);
            let trained = trained.await.map_err(StoreError::Task)?;
            current.change(|_| trained);
            progress.fresh = 0;
            // What the texts mean is learned aside: a first start would wait for their vectors.
            progress.stale = library.has_encoder();
        } else {
            progress.stale = true;
        }
        drop(progress);
        Ok(current)
    }

    /// The desk as known now.
    pub fn now(&self) -> Arc<Desk> {
        self.desk.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hears new lessons, takes over changed units, and has the machine trained aside when that is due.
    pub(super) async fn refresh(&self, store: &Store, library: &Arc<Library>, today: Date) -> Result<(), StoreError> {
        let mut progress = self.progress.lock().await;
        // Its own mark: whoever brought the library up to date may not have come here yet.
        let known = library.revision();
        if progress.library != known {
            let all = units::entries(&mut *store.read().await?).await?;
            let (present, heirs) = units::present_on(&all, today);
            self.change(|desk| desk.with_units(present).with_heirs(heirs));
            progress.library = known;
            progress.stale = true;
        }
        self.hear(store, &mut progress).await?;
        let due = progress.stale || progress.fresh >= RETRAIN.max(progress.heard / 10);
        if due && !self.training.swap(true, Ordering::AcqRel) {
            progress.stale = false;
            progress.fresh = 0;
            self.train_aside(store, library);
        }
        Ok(())
    }

    async fn hear(&self, store: &Store, progress: &mut Progress) -> Result<(), StoreError> {
        let mut connection = store.read().await?;
        // Read before the rows: what comes between is looked for once more, never missed.
        let now = revision(&mut connection, lessons::REVISION).await?;
        while progress.revision < now {
            let page = lessons::since(&mut connection, progress.revision, PAGE).await?;
            let Some(last) = page.last() else {
                progress.revision = now;
                break;
            };
            progress.revision = last.revision;
            progress.fresh += page.len();
            progress.heard += page.len();
            // Words that somebody took back must leave the machine too.
            progress.stale |= page.iter().any(|lesson| lesson.text.is_empty());
            let desk = self.now();
            // Cutting up a page of texts is work for the processor.
            tokio::task::spawn_blocking(move || desk.hear(&page)).await.map_err(StoreError::Task)?;
        }
        Ok(())
    }

    fn train_aside(&self, store: &Store, library: &Arc<Library>) {
        let (current, training) = (Arc::clone(&self.desk), Arc::clone(&self.training));
        let (store, library, published) = (store.clone(), Arc::clone(library), library.taught());
        tokio::spawn(async move {
            // Also when training panics: otherwise nothing would be learned any more.
            let _done = Done(training);
            let desk = current.read().unwrap_or_else(PoisonError::into_inner).clone();
            let lore = desk.lore(&published);
            let texts: Vec<&str> = lore.iter().map(|(text, _)| text.as_str()).collect();
            let meanings = library.meanings(&store, &texts).await.unwrap_or_else(|error| {
                tracing::error!(%error, "routing is learned from words alone: the vectors of its texts cannot be had");
                Vec::new()
            });
            match tokio::task::spawn_blocking(move || desk.train(&lore, &meanings)).await {
                Ok(machine) => {
                    let mut current = current.write().unwrap_or_else(PoisonError::into_inner);
                    // The units may have changed meanwhile: theirs are kept.
                    *current = Arc::new(current.with_machine(machine));
                }
                Err(error) => tracing::error!(%error, "routing was not learned anew"),
            }
        });
    }

    /// Makes another desk of the present one, which nobody else changes meanwhile.
    fn change(&self, to: impl FnOnce(&Desk) -> Desk) {
        let mut current = self.desk.write().unwrap_or_else(PoisonError::into_inner);
        *current = Arc::new(to(&current));
    }
}

/// Says that training has ended, when dropped.
struct Done(Arc<AtomicBool>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
