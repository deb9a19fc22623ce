//! Delivers the outbox of one channel account.
//!
//! The claim is committed before anything is sent, and no transaction stays open meanwhile. A sender that dies leaves
//! the row claimed; when the claim runs out nobody knows whether the message arrived, and the person is offered it
//! again (see [`outbox`]).

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, LOOK, pause};
use crate::{
    channel::{Outlet, SendFailure},
    conversation::{action::Action, core::Core, notice},
    directory::{chats, citizens},
    locale::DEFAULT,
    message::{Address, Outbound},
    outbox::{self, Outcome, Parcel},
    store::{Connection, StoreError},
};

/// How long a claim holds; longer than any send takes.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// How many are claimed at once: no more than are soon on their way. What is claimed and not sent yet when the process
/// dies counts as uncertain too.
const BATCH: i64 = 4;
/// How long a message is tried before it is given up: a wrong token or a long outage is mended by then.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

pub(super) async fn run(core: Arc<Core>, outlet: Arc<dyn Outlet>, stop: CancellationToken) {
    let mut bell = core.wake.listen();
    while !stop.is_cancelled() {
        match round(&core, &outlet).await {
            Ok(0) => {
                tokio::select! {
                    () = stop.cancelled() => return,
                    _ = bell.recv() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, channel = outlet.channel(), "the outbox can't be delivered");
                pause(&stop, AFTER_ERROR).await;
            }
        }
    }
}

/// Claims and sends one batch; gives its size.
async fn round(core: &Arc<Core>, outlet: &Arc<dyn Outlet>) -> Result<usize, StoreError> {
    let now = core.clock.now();
    let lease = core.ids.next();
    let mut tx = core.store.begin().await?;
    let account = (outlet.channel(), outlet.account());
    let parcels = outbox::claim(&mut tx, core.store.dialect(), account, BATCH, &lease, (now, now + LEASE)).await?;
    tx.commit().await?;
    let count = parcels.len();
    let mut sending = JoinSet::new();
    for parcel in parcels {
        let (core, outlet, lease) = (core.clone(), outlet.clone(), lease.clone());
        sending.spawn(async move { send(&core, outlet.as_ref(), &parcel, &lease).await });
    }
    while let Some(sent) = sending.join_next().await {
        match sent.map_err(StoreError::Task)? {
            // The claim ran out while we were sending: the row is marked uncertain already.
            Ok(()) | Err(StoreError::Conflict) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

async fn send(core: &Core, outlet: &dyn Outlet, parcel: &Parcel, lease: &str) -> Result<(), StoreError> {
    let parts = outlet.parts(&parcel.message);
    for part in parcel.parts_sent..parts {
        let sent = outlet.send(&parcel.address, &parcel.message, part).await;
        let now = core.clock.now();
        let reference = sent.as_ref().ok().cloned().flatten();
        let over = Over::of(&sent);
        let outcome = match sent {
            Ok(_) if part + 1 == parts => Outcome::Sent,
            Ok(_) => Outcome::Progress { parts: part + 1, until: now + LEASE },
            Err(SendFailure::NotAccepted { why, .. }) if now > parcel.since + PATIENCE => Outcome::Undeliverable(why),
            Err(SendFailure::NotAccepted { retry_after, why }) => {
                let wait = retry_after.unwrap_or_else(|| back_off(parcel.attempts));
                Outcome::Retry(now + SignedDuration::try_from(wait).unwrap_or(LEASE), why)
            }
            // A second "do you want to see it again?" does no harm, a second answer would.
            Err(SendFailure::Unknown { why }) if is_offer(&parcel.message) && now < parcel.since + PATIENCE => {
                Outcome::Retry(now + SignedDuration::try_from(back_off(parcel.attempts)).unwrap_or(LEASE), why)
            }
            Err(SendFailure::Unknown { why }) => Outcome::Uncertain(why),
            Err(SendFailure::Undeliverable { why } | SendFailure::Gone { why }) => Outcome::Undeliverable(why),
            Err(SendFailure::Moved { .. }) => Outcome::Undeliverable("the chat goes on elsewhere".to_owned()),
        };
        if !matches!(outcome, Outcome::Sent | Outcome::Progress { .. }) {
            tracing::warn!(outbox = parcel.id, channel = outlet.channel(), ?outcome, "a delivery failed");
        }
        let mut tx = core.store.begin().await?;
        outbox::settle(&mut tx, &parcel.id, lease, &outcome, now).await?;
        if let Some(reference) = reference {
            outbox::keep_reference(&mut tx, &parcel.id, &reference).await?;
        }
        if matches!(outcome, Outcome::Uncertain(_)) && parcel.message.manner.is_message() {
            offer_again(core, &mut tx, &parcel.id, &parcel.address).await?;
        }
        over.follow(core, &mut tx, parcel, now).await?;
        tx.commit().await?;
        if !matches!(outcome, Outcome::Progress { .. }) {
            break;
        }
    }
    Ok(())
}

/// What a delivery tells of the chat itself.
enum Over {
    /// It is there, as far as known.
    No,
    /// Nothing can arrive there any more.
    Gone,
    /// It goes on under another id.
    Moved(String),
}

impl Over {
    fn of(sent: &Result<Option<String>, SendFailure>) -> Self {
        match sent {
            Err(SendFailure::Gone { .. }) => Self::Gone,
            Err(SendFailure::Moved { to }) => Self::Moved(to.clone()),
            _ => Self::No,
        }
    }

    async fn follow(self, core: &Core, tx: &mut Connection, parcel: &Parcel, now: Timestamp) -> Result<(), StoreError> {
        let from = &parcel.address;
        match self {
            Self::No => Ok(()),
            Self::Gone => core.chat_is_gone(tx, from, now).await,
            Self::Moved(person) => {
                let to = Address { person, ..from.clone() };
                if parcel.message.manner.is_message() {
                    let key = outbox::moved_key(&parcel.id);
                    outbox::enqueue(tx, &core.ids.next(), &to, &key, &parcel.message, now).await?;
                }
                core.chat_moved(tx, (from, &to), now).await
            }
        }
    }
}

/// 1, 2, 4 … seconds, at most 5 minutes.
fn back_off(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.clamp(1, 9) - 1).unwrap_or(8);
    Duration::from_secs((1_u64 << doublings).min(300))
}

/// Whether a message only offers another one again.
fn is_offer(message: &Outbound) -> bool {
    message.choices.iter().any(|choice| matches!(choice.action.parse(), Ok(Action::Again(_))))
}

async fn offer_again(
    core: &Core,
    connection: &mut Connection,
    outbox_id: &str,
    address: &Address,
) -> Result<(), StoreError> {
    let now = core.clock.now();
    let locale = if chats::find(connection, address).await?.is_some() {
        // A chat of staff is no citizen.
        DEFAULT.to_owned()
    } else {
        citizens::at_address(connection, address, (&core.ids.next(), DEFAULT), now).await?.locale
    };
    let offer = notice::uncertain(&core.locales, &locale, outbox_id);
    outbox::enqueue(connection, &core.ids.next(), address, &format!("again:{outbox_id}"), &offer, now).await
}

/// Marks deliveries uncertain whose sender went silent, and offers them again.
pub(super) async fn give_up_leases(core: &Core) -> Result<(), StoreError> {
    let mut tx = core.store.begin().await?;
    let lost = outbox::give_up_leases(&mut tx, core.clock.now()).await?;
    for (id, address) in &lost {
        match outbox::find(&mut tx, address, id).await? {
            // It was a courtesy of the moment.
            Some(message) if !message.manner.is_message() => {}
            Some(message) if is_offer(&message) => {
                outbox::enqueue(&mut tx, &core.ids.next(), address, &format!("again:{id}"), &message, core.clock.now())
                    .await?;
            }
            _ => offer_again(core, &mut tx, id, address).await?,
        }
    }
    tx.commit().await?;
    if !lost.is_empty() {
        tracing::warn!(count = lost.len(), "deliveries with an unknown outcome: the people are offered them again");
    }
    Ok(())
}
