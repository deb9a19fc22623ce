//! Carries out what was decided about units when its day has come, and lets tickets follow their unit.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{LOOK, pause};
use crate::{
    audit,
    casework::{self, Actor},
    clock::city_date,
    conversation::core::Core,
    directory::units::{self, Leaving},
    knowledge,
    locale::DEFAULT,
    phrase,
    store::{StoreError, bump_revision},
};

/// How the audit log names this job.
const ACTOR: &str = "rule:directory";
/// How many tickets of a unit are moved in one round.
const ROUND: i64 = 200;

pub(super) async fn run(core: Arc<Core>, stop: CancellationToken) {
    loop {
        if let Err(error) = core.settle_units().await {
            tracing::error!(%error, "what was decided about units can't be carried out");
        }
        if !pause(&stop, LOOK).await {
            return;
        }
    }
}

impl Core {
    /// Carries out what was decided about units for today or earlier, once.
    pub async fn settle_units(&self) -> Result<(), StoreError> {
        round(self).await
    }
}

async fn round(core: &Core) -> Result<(), StoreError> {
    let today = city_date(core.clock.now());
    let mut tx = core.store.begin().await?;
    let decided = units::settle_due(&mut tx, today, ACTOR).await?;
    if decided.is_empty() {
        drop(tx);
    } else {
        bump_revision(&mut tx, knowledge::REVISION).await?;
        for entry in &decided {
            let subject = format!("unit:{}", entry.unit.code);
            audit::append(&mut tx, core.clock.now(), ACTOR, "unit.settled", &subject, &entry.state).await?;
        }
        tx.commit().await?;
    }
    let leaving = units::leaving(&mut *core.store.read().await?, today).await?;
    for gone in &leaving {
        let tickets = casework::open_of_unit(&mut *core.store.read().await?, &gone.code, ROUND).await?;
        for ticket in tickets {
            match follow(core, &ticket, gone).await {
                // Somebody was faster: the next round looks again.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

async fn follow(core: &Core, ticket: &str, gone: &Leaving) -> Result<(), StoreError> {
    let now = core.clock.now();
    let why = core.locales.text(DEFAULT, &phrase!("unit-gone", unit = &gone.name, day = gone.on));
    let mut tx = core.store.begin().await?;
    let Some(ticket) = casework::find(&mut tx, ticket).await? else { return Ok(()) };
    let office = core.office(now);
    // It may have left the unit, or been closed, meanwhile.
    let Ok(step) =
        ticket.follow_unit(Actor::Rule("directory"), (&gone.code, gone.to.as_deref()), &why, &office.moment())
    else {
        return Ok(());
    };
    let written = office.take(&mut tx, &step).await?;
    tx.commit().await?;
    for address in written {
        core.wake.wrote_to(&address);
    }
    Ok(())
}
