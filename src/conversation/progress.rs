//! How far lessons were read, and when what learns from them is to be trained anew: aside, one training at a time.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    casework::lessons::{self, Lesson, Subject},
    store::{Store, StoreError, revision},
};

/// How many lessons are read at once.
const PAGE: i64 = 1_000;
/// The machine is trained anew after so many lessons, or after a tenth of what there is, whichever is more.
const RETRAIN: usize = 20;

/// How far the lessons of a subject were read.
#[derive(Debug)]
pub(super) struct Progress {
    subject: Subject,
    /// The last lesson.
    revision: i64,
    /// Lessons since the machine was trained.
    fresh: usize,
    /// All lessons heard.
    heard: usize,
    /// Whether something else changed that the machine should learn.
    stale: bool,
}

impl Progress {
    /// Nothing was read yet.
    pub(super) fn new(subject: Subject) -> Self {
        Self { subject, revision: 0, fresh: 0, heard: 0, stale: false }
    }

    /// Has the lessons heard that were written since.
    pub(super) async fn read(
        &mut self,
        store: &Store,
        hear: impl Fn(&[Lesson]) + Clone + Send + 'static,
    ) -> Result<(), StoreError> {
        let mut connection = store.read().await?;
        // Read before the rows: what comes between is looked for once more, never missed.
        let now = revision(&mut connection, self.subject.counter()).await?;
        while self.revision < now {
            let page = lessons::since(&mut connection, self.subject, self.revision, PAGE).await?;
            let Some(last) = page.last() else {
                self.revision = now;
                break;
            };
            self.revision = last.revision;
            self.fresh += page.len();
            self.heard += page.len();
            // Words that somebody took back must leave the machine too.
            self.stale |= page.iter().any(|lesson| lesson.text.is_empty());
            let hear = hear.clone();
            // Cutting up a page of texts is work for the processor.
            tokio::task::spawn_blocking(move || hear(&page)).await.map_err(StoreError::Task)?;
        }
        Ok(())
    }

    /// How many lessons were heard.
    pub(super) fn heard(&self) -> usize {
        self.heard
    }

    /// The machine knows all that was read.
    pub(super) fn trained(&mut self) {
        (self.fresh, self.stale) = (0, false);
    }

    /// The machine is to be trained anew, whatever was read.
    pub(super) fn outdated(&mut self) {
        self.stale = true;
    }

    /// Whether the machine is to be trained anew.
    pub(super) fn due(&self) -> bool {
        self.stale || self.fresh >= RETRAIN.max(self.heard / 10)
    }
}

/// Whether somebody trains a machine: one training at a time.
#[derive(Debug, Default)]
pub(super) struct Training(Arc<AtomicBool>);

impl Training {
    /// Begins one, unless another goes on. It ends when what is given is dropped.
    pub(super) fn begin(&self) -> Option<Underway> {
        (!self.0.swap(true, Ordering::AcqRel)).then(|| Underway(Arc::clone(&self.0)))
    }
}

/// A training that goes on. It also ends when training panics: otherwise nothing would be learned any more.
#[derive(Debug)]
pub(super) struct Underway(Arc<AtomicBool>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}
