//! What conversations work with, put together by `app`.

use std::sync::Arc;

use jiff::Timestamp;

use super::{desks::CurrentDesk, intent::Intents, kinds::CurrentKinds, office::Office, wording::Wording};
use crate::{
    calendar::{Calendar, OfficeHours},
    casework::{Desk, Tiers, topics},
    clock::{SharedClock, city_date},
    id::Ids,
    knowledge::{Caution, Library, second_look},
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
    /// Tells advice, complaints and inquiries apart.
    pub kinds: Arc<CurrentKinds>,
    /// The words by which messages lean on each other.
    pub wording: Wording,
    /// From which probability on the bot answers or asks back.
    pub caution: Caution,
    /// How long units have for tickets.
    pub tiers: Tiers,
    /// When offices are open: reminders are sent then.
    pub office_hours: OfficeHours,
    /// When a published answer is worth a second look.
    pub second_look: second_look::Rule,
    /// When a topic is hot.
    pub topics: topics::Rules,
    /// Who is responsible for what.
    pub desks: Arc<CurrentDesk>,
    /// Where the public reaches the service, such as `https://ask.example.gov.cn`; none where the settings don't say.
    pub public: Option<String>,
}

impl Core {
    /// Who is responsible for what, as known now.
    pub fn desk(&self) -> Arc<Desk> {
        self.desks.now()
    }

    /// What steps of tickets work with, at an instant.
    pub fn office(&self, now: Timestamp) -> Office<'_> {
        let public = self.public.as_deref();
        Office { locales: &self.locales, ids: &self.ids, calendar: &self.calendar, now, public }
    }

    /// Catches up with what was published or changed, here or by another replica. Lessons count when it returns; what
    /// takes long to learn is learned aside.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        self.library.refresh_if_changed(&self.store).await?;
        self.desks.refresh(&self.store, &self.library, city_date(self.clock.now())).await?;
        self.kinds.refresh(&self.store).await
    }
}
