//! Jobs: what the service does by itself. Each looks at the store, does what is due, and sleeps until it is woken or
//! some time has passed; killed at any moment, it finds its work again.

mod clocks;
mod deliver;
mod directory;
mod full_text;
mod hooks;
mod meaning;
mod topics;
mod turns;
mod upkeep;

use std::{sync::Arc, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use hooks::Courier;

use crate::{channel::Outlets, conversation::core::Core};

/// How long a job sleeps when nobody wakes it: as long as another replica's work may wait for this one.
const LOOK: Duration = Duration::from_millis(500);

/// How long a job waits after an error of the store.
const AFTER_ERROR: Duration = Duration::from_secs(2);

/// Starts all jobs. They end, having finished what they are doing, when `stop` is cancelled.
pub fn start(core: &Arc<Core>, outlets: Outlets, stop: &CancellationToken) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    jobs.spawn(turns::run(core.clone(), stop.clone()));
    jobs.spawn(clocks::run(core.clone(), stop.clone()));
    jobs.spawn(upkeep::run(core.clone(), stop.clone()));
    jobs.spawn(directory::run(core.clone(), stop.clone()));
    jobs.spawn(topics::run(core.clone(), stop.clone()));
    jobs.spawn(full_text::run(core.clone(), stop.clone()));
    if core.library.has_encoder() {
        jobs.spawn(meaning::run(core.clone(), stop.clone()));
    }
    for outlet in outlets {
        jobs.spawn(deliver::run(core.clone(), outlet, stop.clone()));
    }
    jobs
}

/// Sleeps; false when the service stops.
async fn pause(stop: &CancellationToken, time: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        () = tokio::time::sleep(time) => true,
    }
}
