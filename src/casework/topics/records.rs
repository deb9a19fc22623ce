//! Topics, their messages and events as rows.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};

use super::{Member, Message, Place, Pulse, REVISION, Source, Step, Topic};
use crate::{
    casework::{Event, records::steps},
    clock::city_date,
    store::{Connection, StoreError, bump_revision, expect_one, from_json, instant, to_json},
};

/// Wordings that are read to find the most central one.
const WORDINGS: i64 = 24;
/// Areas that a topic names.
const AREAS: usize = 3;

type Row = (String, String, String, String, String, i64, i64, i64, i64, i64);

const COLUMNS: &str =
    "SELECT id, unit, areas, wording, state, people, before, first_seen, last_seen, version FROM topic";

/// Makes `holder` the one that places messages, unless somebody else is and isn't silent yet. Tells whether it is.
pub async fn claim(
    connection: &mut Connection,
    holder: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    let result =
        sqlx::query("UPDATE topic_lease SET holder = $1, until = $3 WHERE id = 1 AND (holder = $1 OR until < $2)")
            .bind(holder)
            .bind(now.as_millisecond())
            .bind(until.as_millisecond())
            .execute(connection)
            .await?;
    Ok(result.rows_affected() == 1)
}

/// Holds on to the lease in the transaction that writes; a conflict if somebody else has it by now.
pub async fn renew(connection: &mut Connection, holder: &str, until: Timestamp) -> Result<(), StoreError> {
    let result = sqlx::query("UPDATE topic_lease SET until = $2 WHERE id = 1 AND holder = $1")
        .bind(holder)
        .bind(until.as_millisecond())
        .execute(connection)
        .await?;
    expect_one(&result)
}

/// Tickets filed since then that have no topic yet, the earliest first, at most `limit`. What was taken back or erased
/// is nobody's question any more.
pub async fn new_tickets(
    connection: &mut Connection,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Message>, StoreError> {
    let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "SELECT t.id, t.question, t.unit, t.citizen_id, t.filed_at FROM ticket t
         WHERE t.filed_at >= $1 AND t.phase <> 'withdrawn' AND t.question <> '—' AND NOT EXISTS
           (SELECT 1 FROM topic_member m WHERE m.source = 'ticket' AND m.message_id = t.id)
         ORDER BY t.filed_at, t.id LIMIT $2",
    )
    .bind(since.as_millisecond())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(id, text, unit, person, at)| {
            let (source, person, at) = (Source::Ticket, Some(person), instant(at)?);
            Ok(Message { source, id, version: 1, text, unit, person, at })
        })
        .collect()
}

/// The versions in which messages have a topic, by id; those that have none are left out.
pub async fn versions(
    connection: &mut Connection,
    source: Source,
    ids: &[&str],
) -> Result<HashMap<String, i64>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let places: Vec<String> = (2..ids.len() + 2).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT message_id, version FROM topic_member WHERE source = $1 AND message_id IN ({})",
        places.join(", ")
    );
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(source.name());
    for id in ids {
        query = query.bind(*id);
    }
    let rows: Vec<(String, i64)> = query.fetch_all(connection).await?;
    Ok(rows.into_iter().collect())
}

/// Opens a topic.
pub async fn create(connection: &mut Connection, topic: &Topic) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO topic (id, unit, areas, wording, phase, state, people, before, counted_on, first_seen, last_seen,
           version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(&topic.id)
    .bind(&topic.unit)
    .bind(to_json(&topic.areas)?)
    .bind(&topic.wording)
    .bind(topic.state.phase())
    .bind(to_json(&topic.state)?)
    .bind(topic.pulse.people)
    .bind(topic.pulse.before)
    .bind(city_date(topic.last_seen).to_string())
    .bind(topic.first_seen.as_millisecond())
    .bind(topic.last_seen.as_millisecond())
    .bind(topic.version)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a message into its topic.
pub async fn add_member(connection: &mut Connection, message: &Message, place: Place<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO topic_member (source, message_id, version, topic_id, copies, person, words, areas, day, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(message.source.name())
    .bind(&message.id)
    .bind(message.version)
    .bind(place.topic)
    .bind(place.copies)
    .bind(message.person.as_ref().unwrap_or(&message.id))
    .bind(if place.sample { message.text.as_str() } else { "" })
    .bind(to_json(&place.areas)?)
    .bind(city_date(message.at).to_string())
    .bind(message.at.as_millisecond())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE topic SET last_seen = $2 WHERE id = $1 AND last_seen < $2")
        .bind(place.topic)
        .bind(message.at.as_millisecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a message out of its topic, which it gives.
pub async fn drop_member(connection: &mut Connection, source: Source, id: &str) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> =
        sqlx::query_as("DELETE FROM topic_member WHERE source = $1 AND message_id = $2 RETURNING topic_id")
            .bind(source.name())
            .bind(id)
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|(topic,)| topic))
}

/// What later messages are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The topic's id.
    pub topic: String,
    /// The topic's unit.
    pub unit: String,
    /// The id of the first of its copies.
    pub copies: String,
    /// Its words.
    pub words: String,
    /// When the topic was last spoken of.
    pub last_seen: Timestamp,
}

/// The samples of topics that were spoken of since then, the earliest first.
pub async fn samples(connection: &mut Connection, since: Timestamp) -> Result<Vec<Sample>, StoreError> {
    let rows: Vec<(String, String, String, String, i64)> = sqlx::query_as(
        "SELECT t.id, t.unit, m.copies, m.words, t.last_seen FROM topic_member m JOIN topic t ON t.id = m.topic_id
         WHERE t.last_seen >= $1 AND m.words <> '' ORDER BY m.at, m.message_id",
    )
    .bind(since.as_millisecond())
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(topic, unit, copies, words, last_seen)| {
            Ok(Sample { topic, unit, copies, words, last_seen: instant(last_seen)? })
        })
        .collect()
}

/// What the messages of a topic say when they are counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// How many people spoke of it. What was withdrawn doesn't count.
    pub pulse: Pulse,
    /// The unit that has most of its tickets now; none where there are only opinions.
    pub unit: Option<String>,
    /// The areas that at least two of its messages name, and one in five, the commonest first.
    pub areas: Vec<String>,
    /// Its wordings, each with how many copies there are of it.
    pub wordings: Vec<(String, usize)>,
}

/// Counts a topic. `windows` are the instants at which the earlier window begins, this one begins, and this one ends.
pub async fn count(
    connection: &mut Connection,
    topic: &str,
    [before, from, to]: [Timestamp; 3],
) -> Result<Counted, StoreError> {
    let (people, earlier): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(DISTINCT CASE WHEN m.at >= $3 THEN m.person END),
                COUNT(DISTINCT CASE WHEN m.at < $3 THEN m.person END)
         FROM topic_member m LEFT JOIN ticket t ON m.source = 'ticket' AND t.id = m.message_id
         WHERE m.topic_id = $1 AND m.at >= $2 AND m.at < $4 AND COALESCE(t.phase, '') <> 'withdrawn'",
    )
    .bind(topic)
    .bind(before.as_millisecond())
    .bind(from.as_millisecond())
    .bind(to.as_millisecond())
    .fetch_one(&mut *connection)
    .await?;
    let units: Vec<(String, i64)> = sqlx::query_as(
        "SELECT t.unit, COUNT(*) FROM topic_member m JOIN ticket t ON m.source = 'ticket' AND t.id = m.message_id
         WHERE m.topic_id = $1 AND t.phase <> 'withdrawn' GROUP BY t.unit",
    )
    .bind(topic)
    .fetch_all(&mut *connection)
    .await?;
    let unit = units.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0))).map(|(unit, _)| unit);
    let copies: Vec<(String, i64)> =
        sqlx::query_as("SELECT copies, COUNT(*) FROM topic_member WHERE topic_id = $1 GROUP BY copies")
            .bind(topic)
            .fetch_all(&mut *connection)
            .await?;
    let copies: HashMap<String, i64> = copies.into_iter().collect();
    let samples: Vec<(String, String)> = sqlx::query_as(
        "SELECT copies, words FROM topic_member WHERE topic_id = $1 AND words <> '' ORDER BY at, message_id LIMIT $2",
    )
    .bind(topic)
    .bind(WORDINGS)
    .fetch_all(&mut *connection)
    .await?;
    let said = |id: &str| usize::try_from(copies.get(id).copied().unwrap_or(1)).unwrap_or(1);
    let wordings = samples.into_iter().map(|(id, words)| (words, said(&id))).collect();
    let pulse = Pulse { people, before: earlier };
    Ok(Counted { pulse, unit, areas: areas(connection, topic).await?, wordings })
}

async fn areas(connection: &mut Connection, topic: &str) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT areas, COUNT(*) FROM topic_member WHERE topic_id = $1 GROUP BY areas")
            .bind(topic)
            .fetch_all(connection)
            .await?;
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let mut all = 0;
    for (areas, count) in rows {
        all += count;
        for area in from_json::<Vec<String>>(&areas)? {
            *counts.entry(area).or_default() += count;
        }
    }
    let mut named: Vec<(String, i64)> =
        counts.into_iter().filter(|(_, count)| *count >= 2 && 5 * count >= all).collect();
    named.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(named.into_iter().take(AREAS).map(|(area, _)| area).collect())
}

/// Writes what counting found. No change of state, so that a form that somebody fills in stays good; but it is refused
/// if there was such a change since the topic was read.
pub async fn recounted(connection: &mut Connection, topic: &Topic, counted_on: Date) -> Result<(), StoreError> {
    let result = sqlx::query(
        "UPDATE topic SET unit = $3, areas = $4, wording = $5, people = $6, before = $7, counted_on = $8
         WHERE id = $1 AND version = $2",
    )
    .bind(&topic.id)
    .bind(topic.version)
    .bind(&topic.unit)
    .bind(to_json(&topic.areas)?)
    .bind(&topic.wording)
    .bind(topic.pulse.people)
    .bind(topic.pulse.before)
    .bind(counted_on.to_string())
    .execute(connection)
    .await?;
    expect_one(&result)
}

/// Topics of more than one person that weren't counted on this day, at most `limit`.
pub async fn due_for_count(connection: &mut Connection, day: Date, limit: i64) -> Result<Vec<String>, StoreError> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT id FROM topic WHERE counted_on <> $1
           AND (counted_on = '' OR people > 1 OR before > 0 OR phase <> 'watched') ORDER BY id LIMIT $2",
    )
    .bind(day.to_string())
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Saves a step: the topic, if nobody changed it since it was read, and its event.
pub async fn save(connection: &mut Connection, step: &Step, event_id: &str, now: Timestamp) -> Result<(), StoreError> {
    let topic = &step.topic;
    let result = sqlx::query(
        "UPDATE topic SET phase = $3, state = $4, people = $5, before = $6, version = version + 1
         WHERE id = $1 AND version = $2",
    )
    .bind(&topic.id)
    .bind(topic.version)
    .bind(topic.state.phase())
    .bind(to_json(&topic.state)?)
    .bind(topic.pulse.people)
    .bind(topic.pulse.before)
    .execute(&mut *connection)
    .await?;
    expect_one(&result)?;
    sqlx::query("INSERT INTO topic_event (id, topic_id, at, actor, kind, detail) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(event_id)
        .bind(&topic.id)
        .bind(now.as_millisecond())
        .bind(&step.actor)
        .bind(step.event)
        .bind(to_json(&step.detail)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// What happened to a topic, oldest first.
pub async fn events(connection: &mut Connection, topic: &str) -> Result<Vec<Event>, StoreError> {
    let rows = "SELECT id, at, actor, kind, detail FROM topic_event WHERE topic_id = $1 ORDER BY id";
    steps(connection, rows, topic).await
}

/// One topic.
pub async fn find(connection: &mut Connection, id: &str) -> Result<Option<Topic>, StoreError> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = $1")))
        .bind(id)
        .fetch_optional(connection)
        .await?;
    row.map(topic).transpose()
}

/// Which topics a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter<'a> {
    /// A unit's.
    Of(&'a str),
    /// Every unit's.
    All,
}

/// Topics of at least two people, those first that wait for an explanation, then the most spoken of; at most `limit`
/// from `offset`.
pub async fn list(
    connection: &mut Connection,
    filter: Filter<'_>,
    (limit, offset): (i64, i64),
) -> Result<Vec<Topic>, StoreError> {
    let unit = match filter {
        Filter::Of(unit) => Some(unit),
        Filter::All => None,
    };
    let sql = format!(
        "{COLUMNS} WHERE COALESCE($3, unit) = unit AND (people > 1 OR phase <> 'watched')
         ORDER BY CASE phase WHEN 'raised' THEN 0 ELSE 1 END, people DESC, last_seen DESC, id LIMIT $1 OFFSET $2"
    );
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(limit).bind(offset).bind(unit).fetch_all(connection).await?;
    rows.into_iter().map(topic).collect()
}

/// How many messages a topic had on each day since then; days without are left out.
pub async fn by_day(
    connection: &mut Connection,
    topic: &str,
    since: Timestamp,
) -> Result<BTreeMap<Date, i64>, StoreError> {
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT day, COUNT(*) FROM topic_member WHERE topic_id = $1 AND at >= $2 GROUP BY day")
            .bind(topic)
            .bind(since.as_millisecond())
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|(day, count)| Ok((crate::store::date(&day)?, count))).collect()
}

/// The messages of a topic, the newest first, at most `limit` from `offset`.
pub async fn members(
    connection: &mut Connection,
    topic: &str,
    (limit, offset): (i64, i64),
) -> Result<Vec<Member>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
        "SELECT m.source, m.message_id, m.at,
           (SELECT COUNT(*) FROM topic_member o WHERE o.topic_id = m.topic_id AND o.copies = m.copies)
         FROM topic_member m WHERE m.topic_id = $1 ORDER BY m.at DESC, m.message_id DESC LIMIT $2 OFFSET $3",
    )
    .bind(topic)
    .bind(limit)
    .bind(offset)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(source, message, at, copies)| {
            let source = Source::named(&source).ok_or(StoreError::Column { what: "source of a message" })?;
            Ok(Member { source, message, at: instant(at)?, copies })
        })
        .collect()
}

/// Takes a citizen and their words out of all topics. What they said still counts, as somebody's.
pub async fn forget(connection: &mut Connection, citizen: &str) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE topic SET wording = '', counted_on = '' WHERE id IN
           (SELECT topic_id FROM topic_member WHERE person = $1)",
    )
    .bind(citizen)
    .execute(&mut *connection)
    .await?;
    let result = sqlx::query("UPDATE topic_member SET person = message_id, words = '' WHERE person = $1")
        .bind(citizen)
        .execute(&mut *connection)
        .await?;
    if result.rows_affected() > 0 {
        bump_revision(connection, REVISION).await?;
    }
    Ok(())
}

fn topic(
    (id, unit, areas, wording, state, people, before, first_seen, last_seen, version): Row,
) -> Result<Topic, StoreError> {
    Ok(Topic {
        id,
        unit,
        areas: from_json(&areas)?,
        wording,
        state: from_json(&state)?,
        pulse: Pulse { people, before },
        first_seen: instant(first_seen)?,
        last_seen: instant(last_seen)?,
        version,
    })
}
