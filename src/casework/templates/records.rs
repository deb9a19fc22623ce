//! Templates as rows.

use jiff::Timestamp;
use sqlx::FromRow as _;

use super::{Template, Written};
use crate::store::{Connection, StoreError, expect_one, instant};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    unit: String,
    name: String,
    text: String,
    source: String,
    retired: i64,
    version: i64,
    changed_by: String,
    changed_at: i64,
}

impl Row {
    fn read(self) -> Result<Template, StoreError> {
        Ok(Template {
            id: self.id,
            unit: self.unit,
            name: self.name,
            text: self.text,
            source: self.source,
            retired: self.retired == 1,
            version: self.version,
            changed_by: self.changed_by,
            changed_at: instant(self.changed_at)?,
        })
    }
}

const COLUMNS: &str =
    "SELECT id, unit, name, text, source, retired, version, changed_by, changed_at FROM reply_template";

/// The templates of a unit and of the whole city, the oldest first.
pub async fn for_unit(connection: &mut Connection, unit: &str) -> Result<Vec<Template>, StoreError> {
    several(connection, "WHERE unit = $1 OR unit = '' ORDER BY id", unit).await
}

/// One template.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Template>, StoreError> {
    Ok(several(connection, "WHERE id = $1", id).await?.pop())
}

async fn several(connection: &mut Connection, rest: &'static str, value: &str) -> Result<Vec<Template>, StoreError> {
    let query = sqlx::AssertSqlSafe(format!("{COLUMNS} {rest}"));
    let rows = sqlx::query(query).bind(value).fetch_all(connection).await?;
    rows.iter().map(|row| Row::from_row(row)?.read()).collect()
}

/// Adds a template of a unit, or of the whole city where that is empty.
pub async fn add(
    connection: &mut Connection,
    (id, unit): (&str, &str),
    written: &Written,
    (by, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reply_template (id, unit, name, text, source, retired, version, changed_by, changed_at)
         VALUES ($1, $2, $3, $4, $5, 0, 1, $6, $7)",
    )
    .bind(id)
    .bind(unit)
    .bind(&written.name)
    .bind(&written.text)
    .bind(&written.source)
    .bind(by)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Saves a changed or retired template, if nobody changed it since it was read.
pub async fn save(
    connection: &mut Connection,
    template: &Template,
    (by, now): (&str, Timestamp),
) -> Result<(), StoreError> {
    let result = sqlx::query(
        "UPDATE reply_template SET name = $3, text = $4, source = $5, retired = $6, version = version + 1,
           changed_by = $7, changed_at = $8
         WHERE id = $1 AND version = $2",
    )
    .bind(&template.id)
    .bind(template.version)
    .bind(&template.name)
    .bind(&template.text)
    .bind(&template.source)
    .bind(i64::from(template.retired))
    .bind(by)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Gives a unit's templates to another one, when its staff go there.
pub async fn move_all(connection: &mut Connection, from: &str, to: &str) -> Result<(), StoreError> {
    let query = "UPDATE reply_template SET unit = $2, version = version + 1 WHERE unit = $1";
    sqlx::query(query).bind(from).bind(to).execute(connection).await?;
    Ok(())
}
