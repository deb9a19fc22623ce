//! Takes messages from the inbox.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, LOOK, pause};
use crate::conversation::core::Core;

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        // In a task of its own: a stop doesn't cut a turn in half.
        let worker = core.clone();
        let turns = tokio::spawn(async move { worker.take_turns().await }).await;
        match turns {
            Ok(Ok(_)) => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = core.wake.next_message() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the inbox can't be worked on");
                pause(&stop, AFTER_ERROR).await;
            }
            Err(error) => {
                tracing::error!(%error, "a turn broke off");
                pause(&stop, AFTER_ERROR).await;
            }
        }
    }
}
