//! The kinds of messages as known now. What staff set counts at once; the machine is trained anew aside.

use std::sync::{Arc, PoisonError, RwLock};

use super::progress::{Progress, Training, Underway};
use crate::{
    casework::{Kinds, lessons::Subject},
    store::{Store, StoreError},
};

/// The kinds as known now; [`Core::refresh`](super::core::Core::refresh) keeps them in step with the store.
pub struct CurrentKinds {
    kinds: Arc<RwLock<Arc<Kinds>>>,
    progress: tokio::sync::Mutex<Progress>,
    training: Training,
}

impl CurrentKinds {
    /// Hears all lessons; what the machine has to learn from them is learned aside, at the first look.
    pub async fn learn(store: &Store, kinds: Kinds) -> Result<Self, StoreError> {
        let kinds = Arc::new(kinds);
        let mut progress = Progress::new(Subject::Kind);
        let hearer = Arc::clone(&kinds);
        progress.read(store, move |lessons| hearer.hear(lessons)).await?;
        if progress.heard() > 0 {
            progress.outdated();
        }
        let progress = tokio::sync::Mutex::new(progress);
        Ok(Self { kinds: Arc::new(RwLock::new(kinds)), progress, training: Training::default() })
    }

    /// The kinds as known now.
    pub fn now(&self) -> Arc<Kinds> {
        self.kinds.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Hears new lessons, and has the machine trained aside when that is due.
    pub(crate) async fn refresh(&self, store: &Store) -> Result<(), StoreError> {
        let mut progress = self.progress.lock().await;
        let kinds = self.now();
        progress.read(store, move |lessons| kinds.hear(lessons)).await?;
        if progress.due()
            && let Some(underway) = self.training.begin()
        {
            progress.trained();
            self.train_aside(underway);
        }
        Ok(())
    }

    fn train_aside(&self, underway: Underway) {
        let current = Arc::clone(&self.kinds);
        let kinds = self.now();
        tokio::task::spawn_blocking(move || {
            let _underway = underway;
            let trained = Arc::new(kinds.with_machine(kinds.train()));
            *current.write().unwrap_or_else(PoisonError::into_inner) = trained;
        });
    }
}
