//! Keeps the library in step with the store, and gives up deliveries whose sender went silent.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{LOOK, deliver, pause};
use crate::conversation::core::Core;

/// How often leases are looked at.
const LEASES: Duration = Duration::from_secs(5);

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut since_leases = LEASES;
    loop {
        if let Err(error) = core.refresh().await {
            tracing::error!(%error, "the library can't be brought up to date");
        }
        if since_leases >= LEASES {
            since_leases = Duration::ZERO;
            if let Err(error) = deliver::give_up_leases(&core).await {
                tracing::error!(%error, "lost deliveries can't be looked for");
            }
        }
        if !pause(&stop, LOOK).await {
            return;
        }
        since_leases += LOOK;
    }
}
