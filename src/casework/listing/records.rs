//! The queries behind lists. Each follows an index of `migrations/0017_inbox.sql`, so that a page costs the same however
//! many tickets there are.

use super::{Listing, Scope, View};
use crate::{
    casework::{
        Ticket,
        records::{COLUMNS, ticket},
    },
    store::{Connection, StoreError, full_text},
};

/// How many other tickets a near one is looked for among.
const BESIDE: i64 = 200;

/// How many tickets views hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(Vec<(View, i64)>);

impl Counts {
    /// How many are in a view; none for views that aren't counted.
    pub fn of(&self, view: View) -> Option<i64> {
        self.0.iter().find(|(known, _)| *known == view).map(|(_, count)| *count)
    }
}

/// A condition, written piece by piece, with its values.
#[derive(Default)]
struct Condition {
    sql: String,
    values: Vec<String>,
}

impl Condition {
    fn and(&mut self, sql: &str) {
        self.sql.push_str(if self.sql.is_empty() { "" } else { " AND " });
        self.sql.push_str(sql);
    }

    /// A piece whose `?` stands for a value.
    fn with(&mut self, sql: &str, value: impl Into<String>) {
        self.values.push(value.into());
        let place = format!("${}", self.values.len());
        self.and(&sql.replace('?', &place));
    }

    /// What a view holds, without its unit.
    fn view(&mut self, view: View, scope: &Scope<'_>) {
        match view {
            View::Open => self.and("phase IN ('assigned', 'claimed', 'drafted', 'awaiting_citizen')"),
            View::Mine => {
                self.and("phase IN ('claimed', 'drafted', 'awaiting_citizen')");
                self.with("claimed_by = ?", scope.login);
            }
            View::ToAccept => self.and("phase = 'assigned'"),
            View::ToApprove => self.and("phase = 'drafted'"),
            View::AwaitingCitizen => self.and("phase = 'awaiting_citizen'"),
            View::OurParts => {
                self.and("phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen')");
                self.with("id IN (SELECT ticket_id FROM ticket_part WHERE unit = ?)", scope.unit);
            }
            View::Overdue => {
                self.and("phase IN ('assigned', 'claimed', 'drafted', 'returned') AND stopped = 0");
                self.with("due_on < ?", scope.today.to_string());
            }
            View::Closed => {
                // What has ended has this instant, and nothing else has: see `State::is_closed`.
                self.and("closed_at IS NOT NULL");
            }
            View::Returned => self.and("phase = 'returned'"),
            View::All => self.and("phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen')"),
        }
        if view != View::Closed {
            self.and("closed_at IS NULL");
        }
    }

    fn of(listing: &Listing<'_>) -> Self {
        let mut condition = Self::default();
        condition.view(listing.view, &listing.scope);
        // Those in which a unit cooperates are another's.
        if listing.view != View::OurParts
            && let Some(unit) = listing.scope.limit(listing.view, listing.unit)
        {
            condition.with("unit = ?", unit);
        }
        if let Some(kind) = listing.kind {
            condition.with("kind = ?", kind.name());
        }
        if let Some(channel) = listing.channel {
            condition.with("channel = ?", channel);
        }
        condition
    }
}

/// Tickets, the most urgent first and what waits for the citizen last; closed ones the latest first. At most `limit`
/// from `offset`.
pub async fn list(
    connection: &mut Connection,
    listing: &Listing<'_>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Ticket>, StoreError> {
    let mut condition = Condition::of(listing);
    let searched = listing.sought().is_some();
    if let Some(sought) = listing.sought() {
        let Some(found) = full_text::find(connection, &sought).await? else { return Ok(Vec::new()) };
        condition.with(found.sql, found.words);
    }
    let Condition { sql: condition, values } = condition;
    let order = match listing.view {
        View::Closed => "closed_at DESC, id DESC",
        _ => "stopped, due_on, id",
    };
    let (limit_at, offset_at) = (values.len() + 1, values.len() + 2);
    let sql = format!("{COLUMNS} WHERE {condition} ORDER BY {order} LIMIT ${limit_at} OFFSET ${offset_at}");
    // How a search is best carried out depends on its words: a plan made for any words, as PostgreSQL makes one for a
    // statement that comes again and again, would be a bad one.
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).persistent(!searched);
    for value in values {
        query = query.bind(value);
    }
    let rows = query.bind(limit).bind(offset).fetch_all(connection).await?;
    rows.iter().map(ticket).collect()
}

/// How many tickets each view holds for somebody. Closed ones are not counted: there are always more.
pub async fn counts(connection: &mut Connection, scope: &Scope<'_>, views: &[View]) -> Result<Counts, StoreError> {
    let mut counts = Vec::new();
    for view in views.iter().copied().filter(|view| *view != View::Closed) {
        let listing = Listing { view, scope: *scope, unit: None, kind: None, channel: None, search: "" };
        let Condition { sql: condition, values } = Condition::of(&listing);
        let sql = format!("SELECT COUNT(*) FROM ticket WHERE {condition}");
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
        for value in values {
            query = query.bind(value);
        }
        let (count,): (i64,) = query.fetch_one(&mut *connection).await?;
        counts.push((view, count));
    }
    Ok(Counts(counts))
}

/// Numbers and questions of open tickets of the same unit, the latest first: to find one that asks the same.
pub async fn beside(connection: &mut Connection, ticket: &Ticket) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT number, question FROM ticket
         WHERE unit = $1 AND id <> $2 AND closed_at IS NULL
           AND phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen')
         ORDER BY filed_at DESC, id DESC LIMIT $3",
    )
    .bind(&ticket.unit)
    .bind(&ticket.id)
    .bind(BESIDE)
    .fetch_all(connection)
    .await?)
}

/// The channels from which tickets came. Steps from one to the next along the index, rather than reading every ticket.
pub async fn channels(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "WITH RECURSIVE step (channel) AS (
           SELECT MIN(channel) FROM ticket
           UNION ALL
           SELECT (SELECT MIN(ticket.channel) FROM ticket WHERE ticket.channel > step.channel)
           FROM step WHERE step.channel IS NOT NULL
         )
         SELECT channel FROM step WHERE channel IS NOT NULL",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(channel,)| channel).collect())
}
