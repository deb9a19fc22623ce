//! The rows that figures are made of.
//!
//! Figures are computed when a page asks. What came, what was reopened and what is open is summed in the database along
//! an index; of replies a narrow row each comes here, because medians and working days need them singly. So a page costs
//! what happened in its period, however many tickets there are in all. Daily sums kept beside the tickets would be
//! quicker over a whole year, and wrong as soon as a reply is reopened, a rating changed or a deadline moved.

use jiff::{ToSpan as _, civil::Date};

use super::{
    Found, Group, Period, Report, Share, Tally,
    figures::{Counted, Of, Replied, Rows, Standing, What},
};
use crate::{
    calendar::Calendar,
    casework::Rating,
    clock::start_of,
    directory::units::OFFICE,
    store::{Connection, StoreError, date, instant},
};

/// A day in milliseconds: the city's days all have one length.
const DAY: i64 = 86_400_000;
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Whose figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Of all units.
    All,
    /// Of one, by its code.
    Unit(&'a str),
}

impl<'a> Scope<'a> {
    /// The unit, or nothing for all.
    fn unit(self) -> &'a str {
        match self {
            Self::All => "",
            Self::Unit(code) => code,
        }
    }
}

/// Counts answers of the bot. To be called last in a transaction: others who count the same wait for its end.
pub async fn add(connection: &mut Connection, mut tallies: Vec<Tally>) -> Result<(), StoreError> {
    // In one order, so that two transactions never wait for one another.
    tallies.sort();
    for Tally { day, found, group } in tallies {
        sqlx::query(
            "INSERT INTO tally (day, what, unit, kind, channel, value) VALUES ($1, $2, $3, $4, $5, 1)
             ON CONFLICT (day, what, unit, kind, channel) DO UPDATE SET value = tally.value + 1",
        )
        .bind(day.to_string())
        .bind(found.name())
        .bind(group.unit)
        .bind(group.kind)
        .bind(group.channel)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// The figures of a period, with what is open on `today`.
pub async fn report(
    connection: &mut Connection,
    scope: Scope<'_>,
    period: Period,
    (calendar, today): (&Calendar, Date),
) -> Result<Report, StoreError> {
    let span = Span::of(period);
    let mut counted = Vec::new();
    for by in [By::Group, By::Day] {
        counted.extend(tallies(connection, scope, (period, by)).await?);
        counted.extend(tickets(connection, &FILED, scope, (span, by)).await?);
        counted.extend(tickets(connection, &REOPENED, scope, (span, by)).await?);
    }
    let replied = replied(connection, scope, span).await?;
    let standing = standing(connection, scope, today).await?;
    Ok(Report::of(&Rows { counted, replied, standing }, calendar))
}

/// The instants of a period, and how far the city's clocks are ahead.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: i64,
    before: i64,
    ahead: i64,
}

impl Span {
    fn of(period: Period) -> Self {
        let from = start_of(period.from()).as_millisecond();
        let before = start_of(period.to().saturating_add(1.day())).as_millisecond();
        // The city has had one offset all year since 1991.
        Self { from, before, ahead: -from.rem_euclid(DAY) + DAY }
    }
}

/// The city's day with this number.
fn numbered(day: i64) -> Result<Date, StoreError> {
    i32::try_from(day)
        .ok()
        .and_then(|day| EPOCH.checked_add(day.days()).ok())
        .ok_or(StoreError::Column { what: "day number" })
}

/// How counts come from the database: see [`Of`].
#[derive(Debug, Clone, Copy)]
enum By {
    Group,
    Day,
}

async fn tallies(
    connection: &mut Connection,
    scope: Scope<'_>,
    (period, by): (Period, By),
) -> Result<Vec<Counted>, StoreError> {
    let columns = match by {
        By::Group => "'' AS day, what, unit, kind, channel",
        By::Day => "day, what, '' AS unit, '' AS kind, '' AS channel",
    };
    let sql = format!(
        "SELECT {columns}, CAST(SUM(value) AS BIGINT) FROM tally
         WHERE day >= $1 AND day <= $2 AND ($3 = '' OR unit = $3) GROUP BY 1, 2, 3, 4, 5"
    );
    let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(period.from().to_string())
        .bind(period.to().to_string())
        .bind(scope.unit())
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(day, what, unit, kind, channel, count)| {
            let found = if what == Found::Chosen.name() { Found::Chosen } else { Found::Outright };
            let of = match by {
                By::Group => Of::Group(Group { unit, kind, channel }),
                By::Day => Of::Day(date(&day)?),
            };
            Ok(Counted { of, what: What::Answered(found), count })
        })
        .collect()
}

/// Tickets by an instant of theirs.
struct Source {
    what: What,
    /// The instant's column.
    at: &'static str,
    /// From where, with the first condition.
    from: &'static str,
}

const FILED: Source = Source { what: What::Routed, at: "t.filed_at", from: "ticket t WHERE 1 = 1" };
const REOPENED: Source = Source {
    what: What::Reopened,
    at: "e.at",
    from: "ticket_event e JOIN ticket t ON t.id = e.ticket_id WHERE e.kind = 'reopened'",
};

async fn tickets(
    connection: &mut Connection,
    Source { what, at, from }: &Source,
    scope: Scope<'_>,
    (span, by): (Span, By),
) -> Result<Vec<Counted>, StoreError> {
    let columns = match by {
        // The parameter stands in both, so that it is always bound.
        By::Group => "t.unit, t.kind, t.channel, $1 AS day".to_owned(),
        By::Day => format!("'' AS unit, '' AS kind, '' AS channel, ({at} + $1) / 86400000 AS day"),
    };
    let sql = format!(
        "SELECT {columns}, CAST(COUNT(*) AS BIGINT) FROM {from}
         AND {at} >= $2 AND {at} < $3 AND ($4 = '' OR t.unit = $4) GROUP BY 1, 2, 3, 4"
    );
    let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(span.ahead)
        .bind(span.from)
        .bind(span.before)
        .bind(scope.unit())
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(unit, kind, channel, day, count)| {
            let of = match by {
                By::Group => Of::Group(Group { unit, kind, channel }),
                By::Day => Of::Day(numbered(day)?),
            };
            Ok(Counted { of, what: *what, count })
        })
        .collect()
}

async fn replied(connection: &mut Connection, scope: Scope<'_>, span: Span) -> Result<Vec<Replied>, StoreError> {
    let rows: Vec<(String, String, String, i64, i64, String, i64)> = sqlx::query_as(
        "SELECT unit, kind, channel, filed_at, answered_at, due_on, rating
         FROM ticket WHERE answered_at >= $1 AND answered_at < $2 AND ($3 = '' OR unit = $3)",
    )
    .bind(span.from)
    .bind(span.before)
    .bind(scope.unit())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(unit, kind, channel, filed_at, answered_at, due, rating)| {
            Ok(Replied {
                group: Group { unit, kind, channel },
                filed_at: instant(filed_at)?,
                answered_at: instant(answered_at)?,
                due: date(&due)?,
                rating: match rating {
                    1 => Some(Rating::Helped),
                    2 => Some(Rating::NotHelped),
                    _ => None,
                },
            })
        })
        .collect()
}

async fn standing(connection: &mut Connection, scope: Scope<'_>, today: Date) -> Result<Vec<Standing>, StoreError> {
    // What a unit gave back lies with the dispatcher. While the clock stands still nothing is overdue.
    let rows: Vec<(String, String, String, i64, i64)> = sqlx::query_as(
        "SELECT holder, kind, channel, CAST(COUNT(*) AS BIGINT), CAST(SUM(late) AS BIGINT) FROM (
           SELECT CASE WHEN phase = 'returned' THEN $1 ELSE unit END AS holder, kind, channel,
             CASE WHEN due_on < $2 AND stopped = 0 THEN 1 ELSE 0 END AS late
           FROM ticket WHERE phase IN ('assigned', 'claimed', 'drafted', 'returned', 'awaiting_citizen')) AS standing
         WHERE $3 = '' OR holder = $3 GROUP BY 1, 2, 3",
    )
    .bind(OFFICE)
    .bind(today.to_string())
    .bind(scope.unit())
    .fetch_all(connection)
    .await?;
    let group = |unit, kind, channel| Group { unit, kind, channel };
    Ok(rows
        .into_iter()
        .map(|(unit, kind, channel, open, overdue)| Standing { group: group(unit, kind, channel), open, overdue })
        .collect())
}

/// The counts of a month, by unit, as the public's tables are made of them before anything is suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Questions that the bot answered, outright or after a choice.
    pub answered: Vec<(String, i64)>,
    /// Tickets that were filed.
    pub routed: Vec<(String, i64)>,
    /// Replies that stand.
    pub replied: Vec<(String, i64)>,
    /// Of all units' replies, the ones that were on time.
    pub on_time: Share,
}

/// How many tickets of each unit have an instant within a span.
async fn by_unit(
    connection: &mut Connection,
    column: &'static str,
    span: Span,
) -> Result<Vec<(String, i64)>, StoreError> {
    let sql = format!(
        "SELECT unit, CAST(COUNT(*) AS BIGINT) FROM ticket WHERE {column} >= $1 AND {column} < $2
         GROUP BY unit ORDER BY unit"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(span.from).bind(span.before);
    Ok(query.fetch_all(connection).await?)
}

/// The counts of a month, or of another period.
pub async fn month(connection: &mut Connection, period: Period) -> Result<Month, StoreError> {
    let span = Span::of(period);
    let answered = sqlx::query_as(
        "SELECT unit, CAST(SUM(value) AS BIGINT) FROM tally WHERE day >= $1 AND day <= $2 GROUP BY unit ORDER BY unit",
    )
    .bind(period.from().to_string())
    .bind(period.to().to_string())
    .fetch_all(&mut *connection)
    .await?;
    let routed = by_unit(connection, "filed_at", span).await?;
    let replied = by_unit(connection, "answered_at", span).await?;
    let pairs: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT due_on, (answered_at + $1) / 86400000 AS day, CAST(COUNT(*) AS BIGINT) FROM ticket
         WHERE answered_at >= $2 AND answered_at < $3 GROUP BY 1, 2",
    )
    .bind(span.ahead)
    .bind(span.from)
    .bind(span.before)
    .fetch_all(connection)
    .await?;
    let mut on_time = Share { part: 0, whole: 0 };
    for (due, day, count) in pairs {
        on_time.whole += count;
        on_time.part += if numbered(day)? <= date(&due)? { count } else { 0 };
    }
    Ok(Month { answered, routed, replied, on_time })
}
