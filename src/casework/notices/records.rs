//! Notices as rows.

use jiff::Timestamp;
use sqlx::{Any, AssertSqlSafe, FromRow as _, Row as _, any::AnyArguments, query::Query};

use super::{Audience, Matter};
use crate::{
    directory::staff::{Role, StaffMember},
    store::{Connection, StoreError, instant},
};

/// A notice as a member of staff sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub matter: Matter,
    /// The ticket's number, or the document's id.
    pub number: String,
    /// Whether it is about a document.
    pub on_document: bool,
    /// Whose it is.
    pub unit: String,
    /// The question, whose beginning is for the reader to cut; or the document's title.
    pub question: String,
    /// Whether this member has seen it.
    pub read: bool,
}

/// Id, instant, matter; number, unit and question of the ticket; the document; who has read it.
type Row = (String, i64, String, String, String, String, Option<String>, Option<String>);

/// Writes a notice, in the transaction of what it tells.
pub async fn post(
    connection: &mut Connection,
    id: &str,
    (audience, matter): (&Audience, Matter),
    ticket: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO staff_notice (id, audience, matter, ticket_id, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(audience.key())
        .bind(matter.name())
        .bind(ticket)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Writes a notice about a published document, in the transaction of what it tells.
pub async fn post_on_document(
    connection: &mut Connection,
    id: &str,
    (audience, matter): (&Audience, Matter),
    document: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO staff_notice (id, audience, matter, document, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(audience.key())
        .bind(matter.name())
        .bind(document)
        .bind(now.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// The audiences that a member belongs to by unit and role. What is for a unit's head is for its reviewers too, since not
/// every unit names one; whom it names is found in the query.
fn audiences(member: &StaffMember) -> [String; 5] {
    let unit = |yes: bool, audience: Audience| if yes { audience.key() } else { String::new() };
    let works = member.is(Role::Staff) || member.is(Role::Reviewer);
    [
        unit(works, Audience::Unit(member.unit.clone())),
        unit(member.is(Role::Reviewer), Audience::Reviewers(member.unit.clone())),
        unit(member.is(Role::Reviewer), Audience::Head(member.unit.clone())),
        Audience::Member(member.login.clone()).key(),
        unit(member.is(Role::Dispatcher), Audience::Dispatchers),
    ]
}

/// Which notices `n` are for a member. Its six parameters are bound by [`asked_by`].
const FOR_MEMBER: &str = "(n.audience IN ($1, $2, $3, $4, $5)
    OR n.audience IN (SELECT 'head:' || code FROM unit WHERE head = $6))";

/// The ids of a member's latest notices, `$7` of them. Each audience's latest ones are read from their index, and no more:
/// every page asks for this, and a large unit has tens of thousands.
const LATEST: &str = "SELECT id FROM (
      SELECT id FROM (SELECT id FROM staff_notice WHERE audience = $1 ORDER BY id DESC LIMIT $7) AS unit_s
      UNION SELECT id FROM (SELECT id FROM staff_notice WHERE audience = $2 ORDER BY id DESC LIMIT $7) AS reviewers_s
      UNION SELECT id FROM (SELECT id FROM staff_notice WHERE audience = $3 ORDER BY id DESC LIMIT $7) AS head_s
      UNION SELECT id FROM (SELECT id FROM staff_notice WHERE audience = $4 ORDER BY id DESC LIMIT $7) AS own_s
      UNION SELECT id FROM (SELECT id FROM staff_notice WHERE audience = $5 ORDER BY id DESC LIMIT $7) AS dispatch_s
      UNION SELECT id FROM (SELECT id FROM staff_notice
        WHERE audience IN (SELECT 'head:' || code FROM unit WHERE head = $6) ORDER BY id DESC LIMIT $7) AS named_s
    ) AS any_of_them ORDER BY id DESC LIMIT $7";

/// A query on notices with [`FOR_MEMBER`] or [`LATEST`] in place of `{}`, and its parameters; `$7` is for the caller.
fn asked_by(member: &StaffMember, (sql, which): (&str, &str)) -> Query<'static, Any, AnyArguments> {
    let query = sqlx::query(AssertSqlSafe(sql.replace("{}", which)));
    audiences(member).into_iter().fold(query, Query::bind).bind(member.login.clone())
}

/// A member's notices, the latest first, at most `limit`.
pub async fn list(connection: &mut Connection, member: &StaffMember, limit: i64) -> Result<Vec<Notice>, StoreError> {
    let sql = "SELECT n.id, n.at, n.matter, COALESCE(t.number, n.document), COALESCE(t.unit, d.owner),
           COALESCE(t.question, d.title), n.document, r.login
         FROM staff_notice n LEFT JOIN ticket t ON t.id = n.ticket_id
         LEFT JOIN interpretation d ON d.id = n.document
         LEFT JOIN staff_notice_read r ON r.notice_id = n.id AND r.login = $6
         WHERE n.id IN ({}) ORDER BY n.id DESC";
    let rows = asked_by(member, (sql, LATEST)).bind(limit).fetch_all(connection).await?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, at, matter, number, unit, question, document, read) = Row::from_row(&row)?;
        // One of a newer program is left out rather than shown wrong.
        let Some(matter) = Matter::named(&matter) else { continue };
        let (at, on_document, read) = (instant(at)?, document.is_some(), read.is_some());
        notices.push(Notice { id, at, matter, number, on_document, unit, question, read });
    }
    Ok(notices)
}

/// How many of a member's latest notices, as many as [`list`] gives with this limit, they haven't seen.
pub async fn count(connection: &mut Connection, member: &StaffMember, limit: i64) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM ({}) AS latest
         WHERE NOT EXISTS (SELECT 1 FROM staff_notice_read r WHERE r.notice_id = latest.id AND r.login = $6)";
    let row = asked_by(member, (sql, LATEST)).bind(limit).fetch_one(connection).await?;
    Ok(row.try_get(0)?)
}

/// Marks a member's notices as seen, up to and including the one with this id.
pub async fn mark_read(connection: &mut Connection, member: &StaffMember, up_to: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO staff_notice_read (notice_id, login)
         SELECT n.id, $6 FROM staff_notice n
         LEFT JOIN staff_notice_read r ON r.notice_id = n.id AND r.login = $6
         WHERE {} AND n.id <= $7 AND r.login IS NULL
         ON CONFLICT (notice_id, login) DO NOTHING";
    asked_by(member, (sql, FOR_MEMBER)).bind(up_to.to_owned()).execute(connection).await?;
    Ok(())
}
