//! Watches the clocks of tickets: reminders before and after a last day, a silent unit's head and the dispatcher, the end
//! of a question to the citizen. When a calendar changed, all last days are computed anew.
//!
//! Any number of replicas may do it: every step is refused when somebody else changed the ticket, and what was done once
//! isn't due again.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{AFTER_ERROR, pause};
use crate::{
    casework::{self, Actor, Step, Ticket, Watch},
    clock::{city_date, city_time},
    conversation::core::Core,
    store::{StoreError, marks},
};

/// How often the clocks are looked at.
const EVERY: Duration = Duration::from_secs(20);
/// How many tickets are looked at in one go.
const PORTION: i64 = 200;
/// Under which name the digest of the calendar is kept by which all open deadlines were computed last.
const CALENDAR: &str = "calendar";

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    // The calendar is that of the program and its settings: it doesn't change while this runs.
    let mut reckoned = false;
    loop {
        let looked = if reckoned { core.look_at_clocks().await } else { core.watch_clocks().await };
        let wait = match looked {
            Ok(steps) => {
                reckoned = true;
                if steps > 0 {
                    tracing::info!(steps, "the clocks moved tickets");
                }
                EVERY
            }
            Err(error) => {
                tracing::error!(%error, "the clocks can't be looked at");
                AFTER_ERROR
            }
        };
        if !pause(&stop, wait).await {
            return;
        }
    }
}

impl Core {
    /// Computes open deadlines anew if the calendar isn't the one they were computed with, and does what time asks for;
    /// gives how many steps were taken.
    pub async fn watch_clocks(&self) -> Result<usize, StoreError> {
        Ok(self.recompute().await? + self.look_at_clocks().await?)
    }

    /// Does what time asks for; gives how many steps were taken.
    async fn look_at_clocks(&self) -> Result<usize, StoreError> {
        let mut steps = 0;
        // Reminders come in office hours only: nobody could act on them at night, and nobody is called for nothing.
        if !self.office_hours.is_open(&self.calendar, city_time(self.clock.now())) {
            return Ok(steps);
        }
        let today = city_date(self.clock.now());
        let soon = self.calendar.deadline(today, 1).due;
        let mut after = String::new();
        loop {
            let mut connection = self.store.read().await?;
            let ids = casework::to_watch(&mut connection, (today, soon), &after, PORTION).await?;
            drop(connection);
            let Some(last) = ids.last().cloned() else { return Ok(steps) };
            for id in ids {
                let watch = Watch::default();
                while self.step(&id, |ticket, core| watch.due(&ticket, &core.office(core.clock.now()).moment())).await?
                {
                    steps += 1;
                }
            }
            after = last;
        }
    }

    /// Computes the open deadlines anew when the calendar isn't the one they were computed with.
    async fn recompute(&self) -> Result<usize, StoreError> {
        const RULE: Actor<'static> = Actor::Rule("calendar");
        let digest = self.calendar.digest();
        let mut connection = self.store.read().await?;
        let known = marks::get(&mut connection, CALENDAR).await?;
        drop(connection);
        if known.as_deref() == Some(digest.as_str()) {
            return Ok(0);
        }
        let (mut steps, mut after) = (0, String::new());
        loop {
            let mut connection = self.store.read().await?;
            let ids = casework::open_ids(&mut connection, &after, PORTION).await?;
            drop(connection);
            let Some(last) = ids.last().cloned() else { break };
            for id in ids {
                let moved = self.step(&id, |ticket, core| {
                    ticket.recompute(RULE, &core.office(core.clock.now()).moment()).ok().flatten()
                });
                steps += usize::from(moved.await?);
            }
            after = last;
        }
        // Only now: a job that was stopped in between does the rest next time.
        let mut tx = self.store.begin().await?;
        marks::set(&mut tx, CALENDAR, &digest).await?;
        tx.commit().await?;
        if steps > 0 {
            tracing::warn!(steps, "the calendar changed: open deadlines were computed anew");
        }
        Ok(steps)
    }

    /// Takes the step that is due for a ticket, if any; false where there is none or somebody else was first.
    async fn step(&self, id: &str, due: impl Fn(Ticket, &Self) -> Option<Step>) -> Result<bool, StoreError> {
        let mut tx = self.store.begin().await?;
        let Some(ticket) = casework::find(&mut tx, id).await? else { return Ok(false) };
        let Some(step) = due(ticket, self) else { return Ok(false) };
        let written = match self.office(self.clock.now()).take(&mut tx, &step).await {
            Err(StoreError::Conflict) => return Ok(false),
            other => other?,
        };
        tx.commit().await?;
        for address in written {
            self.wake.wrote_to(&address);
        }
        Ok(true)
    }
}
