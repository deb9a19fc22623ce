//! Units as rows.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{Entry, Leaving, Unit, leavers, successor_on};
use crate::store::{Connection, StoreError, expect_one, from_json, to_json};

/// How long a file that was read waits to be confirmed.
const WAITS: SignedDuration = SignedDuration::from_hours(24);

type Row = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    i64,
    String,
);

const COLUMNS: &str = "SELECT code, name, short, aliases, fields, duties, phone, address, hours, parent, contact, head,
    former, state, version, changed_by FROM unit";

/// Writes a unit's description as a file says it; says whether anything changed. What was decided about the unit stays,
/// and so does its present name where the file still holds a former one.
pub async fn upsert(connection: &mut Connection, unit: &Unit) -> Result<bool, StoreError> {
    let known = entry(connection, &unit.code).await?;
    let mut unit = unit.clone();
    if let Some(known) = &known {
        if known.former.contains(&unit.name) {
            unit.name.clone_from(&known.unit.name);
            unit.short.clone_from(&known.unit.short);
        }
        if known.unit == unit {
            return Ok(false);
        }
    }
    sqlx::query(
        "INSERT INTO unit (code, name, short, aliases, fields, duties, phone, address, hours, parent, contact, head)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, short = excluded.short, aliases = excluded.aliases,
           fields = excluded.fields, duties = excluded.duties, phone = excluded.phone, address = excluded.address,
           hours = excluded.hours, parent = excluded.parent, contact = excluded.contact, head = excluded.head,
           changed_by = '', version = unit.version + 1",
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
    .bind(unit.parent.as_deref().unwrap_or_default())
    .bind(&unit.contact)
    .bind(unit.head.as_deref().unwrap_or_default())
    .execute(connection)
    .await?;
    Ok(true)
}

/// Saves a unit that somebody edited or decided about, if nobody changed it since it was read.
pub async fn update(connection: &mut Connection, entry: &Entry, by: &str) -> Result<(), StoreError> {
    let unit = &entry.unit;
    let on = entry.state.on();
    let result = sqlx::query(
        "UPDATE unit SET name = $3, short = $4, aliases = $5, fields = $6, duties = $7, phone = $8, address = $9,
           hours = $10, parent = $11, contact = $12, head = $13, former = $14, state = $15, effective_on = $16,
           settled = CASE WHEN $16 = '' THEN 1 WHEN effective_on = $16 THEN settled ELSE 0 END,
           changed_by = $17, version = version + 1
         WHERE code = $1 AND version = $2",
    )
    .bind(&unit.code)
    .bind(entry.version)
    .bind(&unit.name)
    .bind(&unit.short)
    .bind(to_json(&unit.aliases)?)
    .bind(to_json(&unit.fields)?)
    .bind(&unit.duties)
    .bind(&unit.phone)
    .bind(&unit.address)
    .bind(&unit.hours)
    .bind(unit.parent.as_deref().unwrap_or_default())
    .bind(&unit.contact)
    .bind(unit.head.as_deref().unwrap_or_default())
    .bind(to_json(&entry.former)?)
    .bind(to_json(&entry.state)?)
    .bind(on.map_or_else(String::new, |on| on.to_string()))
    .bind(by)
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Carries out what falls on a day or before and wasn't carried out yet; gives those units, as they were decided.
pub async fn settle_due(connection: &mut Connection, today: Date, by: &str) -> Result<Vec<Entry>, StoreError> {
    let due: Vec<(String,)> = sqlx::query_as(
        "SELECT code FROM unit WHERE settled = 0 AND effective_on <> '' AND effective_on <= $1 ORDER BY code",
    )
    .bind(today.to_string())
    .fetch_all(&mut *connection)
    .await?;
    let mut decided = Vec::new();
    for (code,) in due {
        let Some(before) = entry(connection, &code).await? else { continue };
        update(connection, &before.clone().settle(today), by).await?;
        sqlx::query("UPDATE unit SET settled = 1 WHERE code = $1").bind(&code).execute(&mut *connection).await?;
        decided.push(before);
    }
    Ok(decided)
}

/// One unit, also one that is gone, with the names that it bore among its other names.
pub async fn find(connection: &mut Connection, code: &str) -> Result<Option<Unit>, StoreError> {
    Ok(entry(connection, code).await?.map(|entry| entry.shown()))
}

/// All units, also those that are gone, by code, each with the names that it bore among its other names.
pub async fn all(connection: &mut Connection) -> Result<Vec<Unit>, StoreError> {
    Ok(entries(connection).await?.iter().map(Entry::shown).collect())
}

/// One unit as the directory keeps it.
pub async fn entry(connection: &mut Connection, code: &str) -> Result<Option<Entry>, StoreError> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE code = $1")))
        .bind(code)
        .fetch_optional(connection)
        .await?;
    row.map(read).transpose()
}

/// All units as the directory keeps them, by code.
pub async fn entries(connection: &mut Connection) -> Result<Vec<Entry>, StoreError> {
    let mut rows: Vec<Row> = sqlx::query_as(COLUMNS).fetch_all(connection).await?;
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.into_iter().map(read).collect()
}

/// The code of the unit that does on a day what a unit did; see [`successor_on`].
pub async fn successor(connection: &mut Connection, code: &str, today: Date) -> Result<Option<String>, StoreError> {
    let all = entries(connection).await?;
    Ok(successor_on(&all, code, today).map(|entry| entry.unit.code.clone()))
}

/// The units that are gone on a day, and where their work goes. Costs next to nothing where none is.
pub async fn leaving(connection: &mut Connection, today: Date) -> Result<Vec<Leaving>, StoreError> {
    let gone: Option<(String,)> =
        sqlx::query_as("SELECT code FROM unit WHERE effective_on <> '' AND effective_on <= $1 LIMIT 1")
            .bind(today.to_string())
            .fetch_optional(&mut *connection)
            .await?;
    if gone.is_none() {
        return Ok(Vec::new());
    }
    Ok(leavers(&entries(connection).await?, today))
}

/// Keeps a file that was read until its reader says that it is what they meant. Older ones are forgotten.
pub async fn keep_upload(
    connection: &mut Connection,
    id: &str,
    login: &str,
    (content, seen): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM unit_upload WHERE created_at < $1 OR login = $2")
        .bind((now - WAITS).as_millisecond())
        .bind(login)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO unit_upload (id, login, content, seen, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(login)
        .bind(content)
        .bind(seen)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a file that waits, once: its content, and what its reader had seen.
pub async fn take_upload(
    connection: &mut Connection,
    id: &str,
    login: &str,
) -> Result<Option<(String, String)>, StoreError> {
    Ok(sqlx::query_as("DELETE FROM unit_upload WHERE id = $1 AND login = $2 RETURNING content, seen")
        .bind(id)
        .bind(login)
        .fetch_optional(connection)
        .await?)
}

fn read(
    (
        code,
        name,
        short,
        aliases,
        fields,
        duties,
        phone,
        address,
        hours,
        parent,
        contact,
        head,
        former,
        state,
        version,
        changed_by,
    ): Row,
) -> Result<Entry, StoreError> {
    let given = |text: String| (!text.is_empty()).then_some(text);
    Ok(Entry {
        unit: Unit {
            code,
            name,
            short,
            aliases: from_json(&aliases)?,
            fields: from_json(&fields)?,
            duties,
            parent: given(parent),
            phone,
            address,
            hours,
            contact,
            head: given(head),
        },
        former: from_json(&former)?,
        state: from_json(&state)?,
        version,
        changed_by,
    })
}

/// The units that are there on a day, to be chosen: nobody is given work who is gone.
pub async fn present(connection: &mut Connection, today: Date) -> Result<Vec<Unit>, StoreError> {
    let all = entries(connection).await?;
    Ok(all.into_iter().filter(|entry| !entry.is_gone(today)).map(|entry| entry.unit).collect())
}
