//! Reads answered tickets.

use crate::{
    casework::{Ticket, records},
    store::{Connection, StoreError},
};

/// Of some tickets those that were answered or rated, in the order of the ids.
pub async fn among(connection: &mut Connection, ids: &[String]) -> Result<Vec<Ticket>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
    let (columns, places) = (records::COLUMNS, places.join(", "));
    let query = format!("{columns} WHERE id IN ({places}) AND phase IN ('answered', 'rated')");
    let mut query = sqlx::query(sqlx::AssertSqlSafe(query));
    for id in ids {
        query = query.bind(id);
    }
    let rows = query.fetch_all(connection).await?;
    let mut tickets = rows.iter().map(records::ticket).collect::<Result<Vec<_>, _>>()?;
    tickets.sort_by_key(|ticket| ids.iter().position(|id| *id == ticket.id));
    Ok(tickets)
}
