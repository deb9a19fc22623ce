//! Wakes this process's workers at once, instead of at their next look at the store.
//!
//! Nothing depends on a wake-up: another replica, or a restart, finds the same work by looking.

use std::sync::Arc;

use tokio::sync::{Notify, broadcast};

use crate::message::Address;

/// The bells of one process.
#[derive(Debug, Clone)]
pub struct Wake {
    inbox: Arc<Notify>,
    outbox: broadcast::Sender<Address>,
    desks: broadcast::Sender<()>,
}

impl Default for Wake {
    fn default() -> Self {
        Self { inbox: Arc::default(), outbox: broadcast::channel(1024).0, desks: broadcast::channel(16).0 }
    }
}

impl Wake {
    /// Says that a message came in.
    pub fn message_came(&self) {
        self.inbox.notify_one();
    }

    /// Waits for [`Self::message_came`].
    pub async fn next_message(&self) {
        self.inbox.notified().await;
    }

    /// Says that something was written to `address`.
    pub fn wrote_to(&self, address: &Address) {
        // No listener is no error: the deliverer and open pages look by themselves too.
        let _ = self.outbox.send(address.clone());
    }

    /// Hears of every address that is written to. A listener that falls behind misses some and must look.
    pub fn listen(&self) -> broadcast::Receiver<Address> {
        self.outbox.subscribe()
    }

    /// Says that a page of staff may look different now.
    pub fn desks_changed(&self) {
        let _ = self.desks.send(());
    }

    /// Hears of every [`Self::desks_changed`]. A listener that falls behind looks once for all that it missed.
    pub fn listen_to_desks(&self) -> broadcast::Receiver<()> {
        self.desks.subscribe()
    }
}
