//! What conversations work with, put together by `app`.

use std::sync::{Arc, PoisonError, RwLock};

use super::{intent::Intents, wording::Wording};
use crate::{
    calendar::Calendar,
    casework::Desk,
    clock::SharedClock,
    directory::units,
    id::Ids,
    knowledge::{Caution, Library},
    locale::Locales,
    store::{Store, StoreError},
    wake::Wake,
};

/// What conversations work with.
pub struct Core {
    /// The store.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Ids.
    pub ids: Ids,
    /// Bells.
    pub wake: Wake,
    /// Words.
    pub locales: Locales,
    /// Working days.
    pub calendar: Calendar,
    /// What can be answered.
    pub library: Arc<Library>,
    /// What people want besides.
    pub intents: Intents,
    /// The words by which messages lean on each other.
    pub wording: Wording,
    /// From which probability on the bot answers or asks back.
    pub caution: Caution,
    /// How long a unit has for a reply.
    pub reply_working_days: u16,
    /// Who is responsible for what.
    pub desks: CurrentDesk,
}

impl Core {
    /// Who is responsible for what, as known now.
    pub fn desk(&self) -> Arc<Desk> {
        self.desks.now()
    }

    /// Catches up with what was published or changed, here or by another replica.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        if self.library.refresh_if_changed(&self.store).await? {
            let desk = learn(&self.store, &self.library).await?;
            *self.desks.0.write().unwrap_or_else(PoisonError::into_inner) = desk;
        }
        Ok(())
    }
}

/// The desk as it was learned last; [`Core::refresh`] learns it anew.
pub struct CurrentDesk(RwLock<Arc<Desk>>);

impl CurrentDesk {
    /// Learns who is responsible for what from the units' descriptions and the published questions.
    pub async fn learn(store: &Store, library: &Library) -> Result<Self, StoreError> {
        Ok(Self(RwLock::new(learn(store, library).await?)))
    }

    /// The desk as known now.
    pub fn now(&self) -> Arc<Desk> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn learn(store: &Store, library: &Library) -> Result<Arc<Desk>, StoreError> {
    let mut connection = store.read().await?;
    let units = units::all(&mut connection).await?;
    drop(connection);
    let taught = library.taught();
    // Learning keeps a processor busy for a moment: not on a thread that answers people.
    tokio::task::spawn_blocking(move || Arc::new(Desk::learn(units, &taught))).await.map_err(StoreError::Task)
}
