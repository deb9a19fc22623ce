//! The terms by which tickets are searched, kept in the transaction that changes a ticket. Those of tickets that are
//! older than the search are made once, in the background.

use super::{Ticket, records};
use crate::{
    matching::terms,
    store::{Connection, Store, StoreError, full_text, marks},
};

/// Under which name it is kept how far the tickets are gone through.
const MARK: &str = "full_text";
/// By which rule terms are made. Another rule is another number: all terms are made anew then.
const RULE: &str = "1";
/// Stands in the mark once all tickets have their terms; ids come before it.
const DONE: &str = "~";
/// How many tickets are gone through in one transaction.
const PORTION: i64 = 100;

fn of(ticket: &Ticket) -> Vec<String> {
    terms(std::iter::once(ticket.number.as_str()).chain(ticket.texts()))
}

/// Keeps a ticket's terms as they are now.
pub(super) async fn keep(connection: &mut Connection, ticket: &Ticket) -> Result<(), StoreError> {
    full_text::keep(connection, &ticket.id, &of(ticket)).await
}

/// Makes the terms of some tickets that have none; false once there are no more. Interrupted, it goes on where it was.
pub async fn fill(store: &Store) -> Result<bool, StoreError> {
    let mark = marks::get(&mut *store.read().await?, MARK).await?;
    let after = mark.as_deref().and_then(|mark| mark.strip_prefix(RULE)?.strip_prefix(':'));
    if after == Some(DONE) {
        return Ok(false);
    }
    let mut tx = store.begin().await?;
    if after.is_none() && mark.is_some() {
        full_text::clear(&mut tx).await?;
    }
    let tickets = records::after(&mut tx, after.unwrap_or_default(), PORTION).await?;
    for ticket in &tickets {
        full_text::keep_first(&mut tx, &ticket.id, &of(ticket)).await?;
    }
    let last = tickets.last().map_or(DONE, |ticket| ticket.id.as_str());
    marks::set(&mut tx, MARK, &format!("{RULE}:{last}")).await?;
    tx.commit().await?;
    Ok(!tickets.is_empty())
}
