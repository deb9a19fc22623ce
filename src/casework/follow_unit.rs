//! When a unit is gone, its open tickets go to the unit that comes after it, or back to the dispatcher.

use jiff::Timestamp;

use super::{State, Step, Ticket, find, save};
use crate::{
    directory::units::Leaving,
    store::{Connection, StoreError},
};

/// By what rule tickets are moved, as events and the audit log name it.
const RULE: &str = "rule:directory";

/// Moves one ticket of a unit that is gone. Work that was begun, the deadline and whether it was designated stay. `why`
/// is what people read of it. Gives the ticket as it is now; none where it had left the unit, or was closed, meanwhile.
pub async fn follow_unit(
    connection: &mut Connection,
    ticket: &str,
    (gone, why): (&Leaving, &str),
    event_id: &str,
    now: Timestamp,
) -> Result<Option<Ticket>, StoreError> {
    let Some(mut ticket) = find(connection, ticket).await? else { return Ok(None) };
    let returned = matches!(ticket.state, State::Returned { .. });
    if ticket.unit != gone.code || !ticket.state.is_open() || returned {
        return Ok(None);
    }
    let detail = serde_json::json!({ "from": gone.code, "to": gone.to, "reason": why });
    match &gone.to {
        Some(heir) => ticket.unit.clone_from(heir),
        None => ticket.state = State::Returned { unit: gone.code.clone(), reason: why.to_owned() },
    }
    let step = Step { ticket, event: "moved", detail, actor: RULE.to_owned() };
    save(connection, &step, event_id, now).await?;
    find(connection, &step.ticket.id).await
}
