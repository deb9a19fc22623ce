//! The desk as known now. Lessons of the dispatcher count at once; the machine is trained anew aside, and who asks
//! meanwhile doesn't wait.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::civil::Date;

use super::progress::{Progress, Training, Underway};
use crate::{
    casework::{Desk, lessons::Subject},
    directory::units,
    knowledge::Library,
    store::{Store, StoreError},
};

/// Up to so many texts are learned before the first question is answered; more are learned aside.
const QUICK: usize = 3_000;

/// The desk as known now; [`Core::refresh`](super::core::Core::refresh) keeps it in step with the store.
pub struct CurrentDesk {
    desk: Arc<RwLock<Arc<Desk>>>,
    read: tokio::sync::Mutex<Read>,
    training: Training,
}

/// How far it has read.
#[derive(Debug)]
struct Read {
    lessons: Progress,
    /// Up to which change of the library it knows the units.
    library: i64,
}

impl CurrentDesk {
    /// Learns who is responsible for what from the units' descriptions, the published questions and the lessons.
    pub async fn learn(store: &Store, library: &Library, today: Date) -> Result<Self, StoreError> {
        let all = units::entries(&mut *store.read().await?).await?;
        let (present, heirs) = units::present_on(&all, today);
        let current = Self {
            desk: Arc::new(RwLock::new(Arc::new(Desk::untrained(present).with_heirs(heirs)))),
            read: tokio::sync::Mutex::new(Read { lessons: Progress::new(Subject::Unit), library: library.revision() }),
            training: Training::default(),
        };
        let mut read = current.read.lock().await;
        current.hear(store, &mut read.lessons).await?;
        let published = library.taught();
        if published.len() + read.lessons.heard() <= QUICK {
            let desk = current.now();
            let learned = move || desk.with_machine(desk.train(&desk.lore(&published), &[]));
            let trained = tokio::task::spawn_blocking(learned);
            let trained = trained.await.map_err(StoreError::Task)?;
            current.change(|_| trained);
            read.lessons.trained();
            // What the texts mean is learned aside: a first start would wait for their vectors.
            if library.has_encoder() {
                read.lessons.outdated();
            }
        } else {
            read.lessons.outdated();
        }
        drop(read);
        Ok(current)
    }

    /// The desk as known now.
    pub fn now(&self) -> Arc<Desk> {
        self.desk.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hears new lessons, takes over changed units, and has the machine trained aside when that is due.
    pub(super) async fn refresh(&self, store: &Store, library: &Arc<Library>, today: Date) -> Result<(), StoreError> {
        let mut read = self.read.lock().await;
        // Its own mark: whoever brought the library up to date may not have come here yet.
        let known = library.revision();
        if read.library != known {
            let all = units::entries(&mut *store.read().await?).await?;
            let (present, heirs) = units::present_on(&all, today);
            self.change(|desk| desk.with_units(present).with_heirs(heirs));
            read.library = known;
            read.lessons.outdated();
        }
        self.hear(store, &mut read.lessons).await?;
        if read.lessons.due()
            && let Some(underway) = self.training.begin()
        {
            read.lessons.trained();
            self.train_aside(store, library, underway);
        }
        Ok(())
    }

    async fn hear(&self, store: &Store, lessons: &mut Progress) -> Result<(), StoreError> {
        let desk = self.now();
        lessons.read(store, move |page| desk.hear(page)).await
    }

    fn train_aside(&self, store: &Store, library: &Arc<Library>, underway: Underway) {
        let current = Arc::clone(&self.desk);
        let (store, library, published) = (store.clone(), Arc::clone(library), library.taught());
        tokio::spawn(async move {
            let _underway = underway;
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
