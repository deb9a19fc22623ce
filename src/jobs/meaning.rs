//! Gives documents the vectors that they lack: all of them when a model is new, one when it is published.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, pause};
use crate::conversation::core::Core;

/// How often it looks for documents that were published meanwhile.
const LOOK: Duration = Duration::from_millis(250);

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    loop {
        let wait = match core.library.embed_some(&core.store).await {
            Ok(true) => Duration::ZERO,
            Ok(false) => LOOK,
            Err(error) => {
                tracing::error!(%error, "documents can't be given their vectors");
                AFTER_ERROR
            }
        };
        if !pause(&stop, wait).await {
            return;
        }
    }
}
