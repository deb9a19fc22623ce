//! Consultations, clauses, opinions and adoption results as rows.

use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{
    Adoption, Basis, Clause, Consultation, Opinion, OpinionPhase, OpinionRefusal, Outcome, Phase, Stance,
    opinion::{checked_text, may_give},
};
use crate::{
    id::Ids,
    store::{Connection, StoreError, date, expect_one, from_json, instant, to_json},
};

type Row = (String, String, String, String, String, String, String, String, String, String);

const COLUMNS: &str =
    "SELECT id, title, unit, basis, phase, opens_on, closes_on, short_reason, contact, explanation FROM consultation";

type OpinionRow = (String, String, String, Option<i64>, Option<String>, String, String, String, i64, i64);

const OPINION_COLUMNS: &str =
    "SELECT id, receipt, consultation_id, clause, citizen_id, stance, text, phase, version, created_at FROM opinion";

/// A consultation as its file describes it; dates are relative to the day of import.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Draft {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The lead unit.
    pub unit: String,
    /// The rule for the period.
    pub basis: Basis,
    /// Announced or Published.
    pub phase: Phase,
    /// The first day, in days from today.
    pub opens_in_days: i32,
    /// The last day, in days from today.
    pub closes_in_days: i32,
    /// Why the period is short, or empty.
    pub short_reason: String,
    /// Whom to ask.
    pub contact: String,
    /// The explanation.
    pub explanation: String,
    /// Headings and words of the clauses, in order.
    pub clauses: Vec<(String, String)>,
    /// Opinions that were given.
    pub opinions: Vec<DraftOpinion>,
    /// What became of them.
    pub adoptions: Vec<DraftAdoption>,
}

/// An opinion in a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DraftOpinion {
    /// On which clause, or on the whole.
    pub clause: Option<i64>,
    /// For, against, a suggestion.
    pub stance: Stance,
    /// Its words.
    pub text: String,
}

/// An adoption result in a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct DraftAdoption {
    /// On which clause, or on the whole.
    pub clause: Option<i64>,
    /// Which of the file's opinions, from 1.
    pub opinions: Vec<usize>,
    /// Whether they were followed.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// Takes a consultation in from a file. One that is known already is left as it is: people may have commented on it.
/// Gives whether it was added.
pub async fn import(
    connection: &mut Connection,
    ids: &Ids,
    draft: &Draft,
    today: Date,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if find(connection, &draft.id).await?.is_some() {
        return Ok(false);
    }
    let day = |offset: i32| today.saturating_add(offset.days());
    sqlx::query(
        "INSERT INTO consultation (id, title, unit, basis, phase, opens_on, closes_on, short_reason, contact,
           explanation, digest, version, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)",
    )
    .bind(&draft.id)
    .bind(&draft.title)
    .bind(&draft.unit)
    .bind(to_json(&draft.basis)?)
    .bind(to_json(&draft.phase)?)
    .bind(day(draft.opens_in_days).to_string())
    .bind(day(draft.closes_in_days).to_string())
    .bind(&draft.short_reason)
    .bind(&draft.contact)
    .bind(&draft.explanation)
    .bind(crate::id::digest(&to_json(draft)?))
    .bind(now.as_millisecond())
    .execute(&mut *connection)
    .await?;
    for (number, (heading, text)) in (1_i64..).zip(&draft.clauses) {
        sqlx::query("INSERT INTO clause (consultation_id, number, heading, text) VALUES ($1, $2, $3, $4)")
            .bind(&draft.id)
            .bind(number)
            .bind(heading)
            .bind(text)
            .execute(&mut *connection)
            .await?;
    }
    let mut opinion_ids = Vec::with_capacity(draft.opinions.len());
    for given in &draft.opinions {
        let opinion = Opinion {
            id: ids.next(),
            receipt: receipt(ids),
            consultation_id: draft.id.clone(),
            clause: given.clause,
            citizen_id: None,
            stance: given.stance,
            text: given.text.clone(),
            phase: OpinionPhase::Counted,
            version: 1,
            created_at: now,
        };
        insert_opinion(connection, &opinion).await?;
        opinion_ids.push(opinion.id);
    }
    for (position, adoption) in (1_i64..).zip(&draft.adoptions) {
        let chosen: Vec<&String> =
            adoption.opinions.iter().filter_map(|n| opinion_ids.get(n.wrapping_sub(1))).collect();
        sqlx::query(
            "INSERT INTO adoption (consultation_id, position, clause, opinions, outcome, reason)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&draft.id)
        .bind(position)
        .bind(adoption.clause)
        .bind(to_json(&chosen)?)
        .bind(to_json(&adoption.outcome)?)
        .bind(&adoption.reason)
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

/// One consultation.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Consultation>, StoreError> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(consultation).transpose()
}

/// All that the public may see, those that close first at the top, closed ones last.
pub async fn public(connection: &mut Connection, today: Date) -> Result<Vec<Consultation>, StoreError> {
    let mut all = listed(connection, None).await?;
    all.retain(|one| one.stage(today) != super::Stage::Hidden);
    all.sort_by_key(|one| {
        let rank = match one.stage(today) {
            super::Stage::Open => 0,
            super::Stage::Announced => 1,
            _ => 2,
        };
        (rank, one.closes_on, one.id.clone())
    });
    Ok(all)
}

/// All of a unit, those that close last at the top.
pub async fn of_unit(connection: &mut Connection, unit: &str) -> Result<Vec<Consultation>, StoreError> {
    let mut all = listed(connection, Some(unit)).await?;
    all.sort_by(|a, b| b.closes_on.cmp(&a.closes_on).then_with(|| a.id.cmp(&b.id)));
    Ok(all)
}

/// All of every unit, in the same order.
pub async fn all(connection: &mut Connection) -> Result<Vec<Consultation>, StoreError> {
    let mut all = listed(connection, None).await?;
    all.sort_by(|a, b| b.closes_on.cmp(&a.closes_on).then_with(|| a.id.cmp(&b.id)));
    Ok(all)
}

async fn listed(connection: &mut Connection, unit: Option<&str>) -> Result<Vec<Consultation>, StoreError> {
    let sql = format!("{COLUMNS} WHERE COALESCE($1, unit) = unit");
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(unit).fetch_all(connection).await?;
    rows.into_iter().map(consultation).collect()
}

fn consultation(
    (id, title, unit, basis, phase, opens_on, closes_on, short_reason, contact, explanation): Row,
) -> Result<Consultation, StoreError> {
    Ok(Consultation {
        id,
        title,
        unit,
        basis: from_json(&basis)?,
        phase: from_json(&phase)?,
        opens_on: date(&opens_on)?,
        closes_on: date(&closes_on)?,
        short_reason,
        contact,
        explanation,
    })
}

/// The clauses of a draft, in order.
pub async fn clauses(connection: &mut Connection, consultation: &str) -> Result<Vec<Clause>, StoreError> {
    let rows: Vec<(i64, String, String)> =
        sqlx::query_as("SELECT number, heading, text FROM clause WHERE consultation_id = $1 ORDER BY number")
            .bind(consultation)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|(number, heading, text)| Clause { number, heading, text }).collect())
}

/// What became of the opinions.
pub async fn adoptions(connection: &mut Connection, consultation: &str) -> Result<Vec<Adoption>, StoreError> {
    let rows: Vec<(Option<i64>, String, String, String)> = sqlx::query_as(
        "SELECT clause, opinions, outcome, reason FROM adoption WHERE consultation_id = $1 ORDER BY position",
    )
    .bind(consultation)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(clause, opinions, outcome, reason)| {
            Ok(Adoption { clause, opinions: from_json(&opinions)?, outcome: from_json(&outcome)?, reason })
        })
        .collect()
}

/// How many opinions count, and how many of each stance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// For.
    pub support: i64,
    /// Against.
    pub oppose: i64,
    /// Suggestions.
    pub suggest: i64,
}

/// Counts the opinions on a consultation.
pub async fn tally(connection: &mut Connection, consultation: &str) -> Result<Tally, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT stance, COUNT(*) FROM opinion WHERE consultation_id = $1 AND phase = $2 GROUP BY stance",
    )
    .bind(consultation)
    .bind(to_json(&OpinionPhase::Counted)?)
    .fetch_all(connection)
    .await?;
    let mut tally = Tally::default();
    for (stance, count) in rows {
        match from_json(&stance)? {
            Stance::Support => tally.support = count,
            Stance::Oppose => tally.oppose = count,
            Stance::Suggest => tally.suggest = count,
        }
    }
    Ok(tally)
}

/// What a citizen says of a draft.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Who.
    pub citizen: &'a str,
    /// On which clause, or on the whole.
    pub clause: Option<i64>,
    /// For, against, a suggestion.
    pub stance: Stance,
    /// The words.
    pub text: &'a str,
}

/// Takes an opinion and gives its receipt, or says why not.
pub async fn file_opinion(
    connection: &mut Connection,
    ids: &Ids,
    consultation: &Consultation,
    given: Given<'_>,
    (today, now): (Date, Timestamp),
) -> Result<Result<Opinion, OpinionRefusal>, StoreError> {
    let known = clauses(connection, &consultation.id).await?;
    let text = match may_give(consultation, today, given.clause, &known).and_then(|()| checked_text(given.text)) {
        Ok(text) => text,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let opinion = Opinion {
        id: ids.next(),
        receipt: receipt(ids),
        consultation_id: consultation.id.clone(),
        clause: given.clause,
        citizen_id: Some(given.citizen.to_owned()),
        stance: given.stance,
        text,
        phase: OpinionPhase::Counted,
        version: 1,
        created_at: now,
    };
    insert_opinion(connection, &opinion).await?;
    Ok(Ok(opinion))
}

/// A receipt number (回执): short enough to read aloud, too many to guess.
fn receipt(ids: &Ids) -> String {
    format!("Y-{}-{}", ids.readable(4), ids.readable(4))
}

async fn insert_opinion(connection: &mut Connection, opinion: &Opinion) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO opinion (id, receipt, consultation_id, clause, citizen_id, stance, text, phase, version,
           created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)",
    )
    .bind(&opinion.id)
    .bind(&opinion.receipt)
    .bind(&opinion.consultation_id)
    .bind(opinion.clause)
    .bind(&opinion.citizen_id)
    .bind(to_json(&opinion.stance)?)
    .bind(&opinion.text)
    .bind(to_json(&opinion.phase)?)
    .bind(opinion.version)
    .bind(opinion.created_at.as_millisecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Saves a changed opinion, and keeps the version that it replaces.
pub async fn change_opinion(connection: &mut Connection, opinion: &Opinion, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO opinion_version (opinion_id, version, stance, text, phase, at)
         SELECT id, version, stance, text, phase, updated_at FROM opinion WHERE id = $1 AND version = $2",
    )
    .bind(&opinion.id)
    .bind(opinion.version)
    .execute(&mut *connection)
    .await?;
    let result = sqlx::query(
        "UPDATE opinion SET stance = $3, text = $4, phase = $5, version = version + 1, updated_at = $6
         WHERE id = $1 AND version = $2",
    )
    .bind(&opinion.id)
    .bind(opinion.version)
    .bind(to_json(&opinion.stance)?)
    .bind(&opinion.text)
    .bind(to_json(&opinion.phase)?)
    .bind(now.as_millisecond())
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// One opinion, by its receipt.
pub async fn find_opinion(connection: &mut Connection, receipt: &str) -> Result<Option<Opinion>, StoreError> {
    let row: Option<OpinionRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{OPINION_COLUMNS} WHERE receipt = $1")))
        .bind(receipt)
        .fetch_optional(connection)
        .await?;
    row.map(opinion).transpose()
}

/// All opinions on a consultation, in the order in which they came.
pub async fn opinions(connection: &mut Connection, consultation: &str) -> Result<Vec<Opinion>, StoreError> {
    opinions_where(connection, "consultation_id = $1 ORDER BY id", consultation).await
}

/// An opinion with the unit whose draft it is on, and when it was last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The opinion.
    pub opinion: Opinion,
    /// The unit that consults.
    pub unit: String,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// Opinions that were given, changed or taken back after an instant, or at it and with a later id; the earliest first,
/// at most `limit`.
pub async fn changed_after(
    connection: &mut Connection,
    (at, id): (Timestamp, &str),
    limit: i64,
) -> Result<Vec<Changed>, StoreError> {
    type Row = (String, String, String, Option<i64>, Option<String>, String, String, String, i64, i64, String, i64);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.id, o.receipt, o.consultation_id, o.clause, o.citizen_id, o.stance, o.text, o.phase, o.version,
           o.created_at, c.unit, o.updated_at FROM opinion o JOIN consultation c ON c.id = o.consultation_id
         WHERE o.updated_at > $1 OR (o.updated_at = $1 AND o.id > $2) ORDER BY o.updated_at, o.id LIMIT $3",
    )
    .bind(at.as_millisecond())
    .bind(id)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, receipt, about, clause, citizen, stance, text, phase, version, created, unit, changed)| {
            let opinion = opinion((id, receipt, about, clause, citizen, stance, text, phase, version, created))?;
            Ok(Changed { opinion, unit, changed_at: instant(changed)? })
        })
        .collect()
}

/// One opinion.
pub async fn opinion_by_id(connection: &mut Connection, id: &str) -> Result<Option<Opinion>, StoreError> {
    Ok(opinions_where(connection, "id = $1", id).await?.pop())
}

/// A citizen's opinions, in the order in which they came.
pub async fn of_citizen(connection: &mut Connection, citizen: &str) -> Result<Vec<Opinion>, StoreError> {
    opinions_where(connection, "citizen_id = $1 ORDER BY id", citizen).await
}

async fn opinions_where(
    connection: &mut Connection,
    condition: &'static str,
    value: &str,
) -> Result<Vec<Opinion>, StoreError> {
    let rows: Vec<OpinionRow> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{OPINION_COLUMNS} WHERE {condition}")))
        .bind(value)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(opinion).collect()
}

fn opinion(
    (id, receipt, consultation_id, clause, citizen_id, stance, text, phase, version, created_at): OpinionRow,
) -> Result<Opinion, StoreError> {
    Ok(Opinion {
        id,
        receipt,
        consultation_id,
        clause,
        citizen_id,
        stance: from_json(&stance)?,
        text,
        phase: from_json(&phase)?,
        version,
        created_at: instant(created_at)?,
    })
}

/// Takes a citizen's name off their opinions; on drafts that are still open the words go too.
pub async fn forget(connection: &mut Connection, citizen: &str, today: Date, now: Timestamp) -> Result<(), StoreError> {
    for opinion in of_citizen(connection, citizen).await? {
        let open =
            find(connection, &opinion.consultation_id).await?.is_some_and(|one| one.stage(today) == super::Stage::Open);
        if open {
            sqlx::query("DELETE FROM opinion_version WHERE opinion_id = $1")
                .bind(&opinion.id)
                .execute(&mut *connection)
                .await?;
            sqlx::query(
                "UPDATE opinion SET citizen_id = NULL, text = '', phase = $2, version = version + 1, updated_at = $3
                 WHERE id = $1",
            )
            .bind(&opinion.id)
            .bind(to_json(&OpinionPhase::Withdrawn)?)
            .bind(now.as_millisecond())
            .execute(&mut *connection)
            .await?;
        } else {
            sqlx::query("UPDATE opinion SET citizen_id = NULL WHERE id = $1")
                .bind(&opinion.id)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}
