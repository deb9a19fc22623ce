//! Citizens as rows.

use jiff::Timestamp;

use crate::{
    message::Address,
    store::{Connection, StoreError},
};

/// A citizen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citizen {
    /// The id.
    pub id: String,
    /// The language they read, a tag of `locales/`.
    pub locale: String,
}

/// The citizen who writes from an address; a new one (with `id` and `locale`) when nobody did before.
pub async fn at_address(
    connection: &mut Connection,
    address: &Address,
    (id, locale): (&str, &str),
    now: Timestamp,
) -> Result<Citizen, StoreError> {
    let known: Option<(String, String)> = sqlx::query_as(
        "SELECT id, locale FROM citizen JOIN citizen_address ON citizen_id = id
         WHERE channel = $1 AND account = $2 AND person = $3",
    )
    .bind(&address.channel)
    .bind(&address.account)
    .bind(&address.person)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some((id, locale)) = known {
        return Ok(Citizen { id, locale });
    }
    sqlx::query("INSERT INTO citizen (id, locale, created_at) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(locale)
        .bind(now.as_millisecond())
        .execute(&mut *connection)
        .await?;
    // Two first messages at once: the second transaction fails on the key and is tried again.
    sqlx::query("INSERT INTO citizen_address (channel, account, person, citizen_id) VALUES ($1, $2, $3, $4)")
        .bind(&address.channel)
        .bind(&address.account)
        .bind(&address.person)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(Citizen { id: id.to_owned(), locale: locale.to_owned() })
}

/// One citizen.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Citizen>, StoreError> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT id, locale FROM citizen WHERE id = $1").bind(id).fetch_optional(connection).await?;
    Ok(row.map(|(id, locale)| Citizen { id, locale }))
}

/// Changes the language somebody reads.
pub async fn set_locale(connection: &mut Connection, citizen: &str, locale: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE citizen SET locale = $2 WHERE id = $1").bind(citizen).bind(locale).execute(connection).await?;
    Ok(())
}
