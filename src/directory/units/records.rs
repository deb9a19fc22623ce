//! Units as rows.

use super::Unit;
use crate::store::{Connection, StoreError, from_json, to_json};

type Row = (String, String, String, String, String, String, String, String, String);

const COLUMNS: &str = "SELECT code, name, short, aliases, fields, duties, phone, address, hours FROM unit";

/// Writes a unit; says whether anything changed.
pub async fn upsert(connection: &mut Connection, unit: &Unit) -> Result<bool, StoreError> {
    if find(connection, &unit.code).await?.as_ref() == Some(unit) {
        return Ok(false);
    }
    sqlx::query(
        "INSERT INTO unit (code, name, short, aliases, fields, duties, phone, address, hours)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, short = excluded.short, aliases = excluded.aliases,
           fields = excluded.fields, duties = excluded.duties, phone = excluded.phone, address = excluded.address,
           hours = excluded.hours",
    )
    .bind(&unit.code)
    .bind(&unit.name)
    .bind(&unit.short)
    .bind(to_json(&unit.aliases)?)
    .bind(to_json(&unit.fields)?)
    .bind(&unit.duties)
    .bind(&unit.phone)
    .bind(&unit.address)
    .bind(&unit.hours)
    .execute(connection)
    .await?;
    Ok(true)
}

/// One unit.
pub async fn find(connection: &mut Connection, code: &str) -> Result<Option<Unit>, StoreError> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE code = $1")))
        .bind(code)
        .fetch_optional(connection)
        .await?;
    row.map(unit).transpose()
}

/// All units, by code.
pub async fn all(connection: &mut Connection) -> Result<Vec<Unit>, StoreError> {
    let mut rows: Vec<Row> = sqlx::query_as(COLUMNS).fetch_all(connection).await?;
    rows.sort();
    rows.into_iter().map(unit).collect()
}

fn unit((code, name, short, aliases, fields, duties, phone, address, hours): Row) -> Result<Unit, StoreError> {
    Ok(Unit {
        code,
        name,
        short,
        aliases: from_json(&aliases)?,
        fields: from_json(&fields)?,
        duties,
        phone,
        address,
        hours,
    })
}
