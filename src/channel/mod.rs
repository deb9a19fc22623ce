//! Channels: each decodes, verifies and stores what comes in, and renders and sends what goes out. The core knows
//! none of them by name; a new one is a folder here and a line in `app`.

pub mod telegram;
pub mod terminal;
pub mod web;

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use crate::{
    clock::SharedClock,
    id::Ids,
    inbox::{self, Accepted},
    message::{Address, Inbound, Outbound},
    store::{Store, StoreError},
    wake::Wake,
};

/// Where channels hand in what they decoded.
#[derive(Clone)]
pub struct Intake {
    /// The store.
    pub store: Store,
    /// The time.
    pub clock: SharedClock,
    /// Ids and secrets.
    pub ids: Ids,
    /// Wakes the workers.
    pub wake: Wake,
}

/// One thing that came in.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// A message.
    Message(Inbound),
    /// Something that can't be decoded. It is recorded, so that the platform need not send it again.
    Undecodable {
        /// From whom, as far as known.
        address: Address,
        /// The platform's id of it.
        key: String,
        /// Why, without the person's words.
        reason: String,
    },
}

impl Intake {
    /// Stores all arrivals in one transaction, then wakes the workers. Only after this may the platform hear
    /// "received".
    pub async fn accept(&self, arrivals: &[Arrival]) -> Result<Vec<Accepted>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut accepted = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            let id = self.ids.next();
            accepted.push(match arrival {
                Arrival::Message(message) => inbox::accept(&mut tx, &id, message, now).await?,
                Arrival::Undecodable { address, key, reason } => {
                    inbox::refuse(&mut tx, &id, address, key, reason, now).await?
                }
            });
        }
        tx.commit().await?;
        self.wake.message_came();
        Ok(accepted)
    }
}

/// A future in a box, as traits behind a pointer need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A channel on which we send of our own accord. (On the web, people fetch.)
pub trait Outlet: Send + Sync {
    /// The channel's name, as in [`Address::channel`].
    fn channel(&self) -> &str;
    /// Our account on it, as in [`Address::account`].
    fn account(&self) -> &str;
    /// Into how many platform messages this one must be split; at least 1.
    fn parts(&self, message: &Outbound) -> usize;
    /// Sends one of the parts; gives the platform's id of it, where it says one.
    fn send<'a>(
        &'a self,
        address: &'a Address,
        message: &'a Outbound,
        part: usize,
    ) -> BoxFuture<'a, Result<Option<String>, SendFailure>>;
}

/// Outlets by channel and account.
pub type Outlets = Vec<Arc<dyn Outlet>>;

/// Why sending failed. The texts are for operators and hold no words of the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// It surely did not arrive; try again, after the given time if the platform named one.
    #[error("not accepted: {why}")]
    NotAccepted {
        /// How long the platform asks to wait.
        retry_after: Option<Duration>,
        /// Why.
        why: String,
    },
    /// The line broke after sending: nobody knows.
    #[error("unknown outcome: {why}")]
    Unknown {
        /// Why.
        why: String,
    },
    /// It can't ever arrive.
    #[error("undeliverable: {why}")]
    Undeliverable {
        /// Why.
        why: String,
    },
    /// Nothing can arrive there any more: the person blocked us, we were removed, or the chat is gone.
    #[error("undeliverable, the chat is gone: {why}")]
    Gone {
        /// Why.
        why: String,
    },
    /// It did not arrive: the chat goes on under another id.
    #[error("undeliverable, the chat goes on elsewhere")]
    Moved {
        /// The other id, as in [`Address::person`].
        to: String,
    },
}
