//! Makes the terms by which tickets are searched, for those that are older than the search. Ends when all have them.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, pause};
use crate::{casework, conversation::core::Core};

/// A pause between portions: nobody waits for this, and others want to write.
const BETWEEN: Duration = Duration::from_millis(10);

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    loop {
        let wait = match casework::fill(&core.store).await {
            Ok(true) => BETWEEN,
            Ok(false) => return,
            Err(error) => {
                tracing::error!(%error, "older tickets can't be made ready to be searched");
                AFTER_ERROR
            }
        };
        if !pause(&stop, wait).await {
            return;
        }
    }
}
