//! Full text: the terms of things under their ids, in the index that each database has for that.
//!
//! The terms are made by [`matching::terms`](crate::matching::terms), since neither database can cut Chinese. SQLite keeps
//! them in an FTS5 table without content, PostgreSQL in a `tsvector` under a GIN index; both know their order, so that a
//! word of several terms is found only where they stand one after the other.

use std::{collections::BTreeMap, fmt::Write as _};

use sha2::{Digest as _, Sha256};

use super::{Connection, Dialect, StoreError};
use crate::{
    id::hex,
    matching::{BREAK, Sought, SoughtWord},
};

/// PostgreSQL keeps no more places of one term.
const MOST_PLACES: usize = 255;

/// Keeps the terms of something, instead of those that it had.
pub async fn keep(connection: &mut Connection, subject: &str, terms: &[String]) -> Result<(), StoreError> {
    let digest = digest(terms);
    let known: Option<(String,)> = sqlx::query_as("SELECT digest FROM full_text WHERE subject = $1")
        .bind(subject)
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_some_and(|(known,)| known == digest) {
        return Ok(());
    }
    match Dialect::of_connection(connection) {
        Dialect::Sqlite => {
            let (place,): (i64,) = sqlx::query_as(
                "INSERT INTO full_text (subject, digest) VALUES ($1, $2)
                 ON CONFLICT (subject) DO UPDATE SET digest = excluded.digest RETURNING place",
            )
            .bind(subject)
            .bind(digest)
            .fetch_one(&mut *connection)
            .await?;
            sqlx::query("INSERT OR REPLACE INTO full_text_index (rowid, terms) VALUES ($1, $2)")
                .bind(place)
                .bind(terms.join(" "))
                .execute(connection)
                .await?;
        }
        Dialect::Postgres => {
            sqlx::query(
                "INSERT INTO full_text (subject, digest, terms) VALUES ($1, $2, CAST($3 AS TSVECTOR))
                 ON CONFLICT (subject) DO UPDATE SET digest = excluded.digest, terms = excluded.terms",
            )
            .bind(subject)
            .bind(digest)
            .bind(vector(terms))
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

/// Keeps the terms of something that has none yet. Whoever changes it at the same time writes after this, or first: in
/// both cases what they write stays.
pub async fn keep_first(connection: &mut Connection, subject: &str, terms: &[String]) -> Result<(), StoreError> {
    match Dialect::of_connection(connection) {
        Dialect::Sqlite => {
            let known: Option<(i64,)> = sqlx::query_as("SELECT place FROM full_text WHERE subject = $1")
                .bind(subject)
                .fetch_optional(&mut *connection)
                .await?;
            // Writers come one at a time here.
            if known.is_none() {
                keep(connection, subject, terms).await?;
            }
        }
        Dialect::Postgres => {
            sqlx::query(
                "INSERT INTO full_text (subject, digest, terms) VALUES ($1, $2, CAST($3 AS TSVECTOR))
                 ON CONFLICT (subject) DO NOTHING",
            )
            .bind(subject)
            .bind(digest(terms))
            .bind(vector(terms))
            .execute(connection)
            .await?;
        }
    }
    Ok(())
}

/// Drops all terms, to be kept anew by another rule.
pub async fn clear(connection: &mut Connection) -> Result<(), StoreError> {
    let tables: &[&'static str] = match Dialect::of_connection(connection) {
        Dialect::Sqlite => &["DELETE FROM full_text_index", "DELETE FROM full_text"],
        Dialect::Postgres => &["DELETE FROM full_text"],
    };
    for sql in tables {
        sqlx::query(*sql).execute(&mut *connection).await?;
    }
    Ok(())
}

/// So many hits are gone through one by one to find those of a list; of more, the list is gone through.
const FEW: i64 = 1_000;

/// How something is found by its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// A condition on a column `id`, with one `?`.
    pub sql: &'static str,
    /// What the `?` stands for.
    pub words: String,
}

/// How what holds all words is found. None where there is no word: nothing is found then.
///
/// A few hits are looked up and sorted; where there are many, the list is gone through in its order, which soon fills a
/// page. Which way to go is asked first: SQLite knows nothing of words, and PostgreSQL takes every word that isn't among the
/// most frequent ones for one that is in half a percent of all texts.
pub async fn find(connection: &mut Connection, sought: &Sought) -> Result<Option<Found>, StoreError> {
    if sought.each().is_empty() {
        return Ok(None);
    }
    let words = sought.each().iter();
    let (words, count, few, many) = match Dialect::of_connection(connection) {
        Dialect::Sqlite => (
            words.map(phrase).collect::<Vec<_>>().join(" AND "),
            "SELECT COUNT(*) FROM (SELECT rowid FROM full_text_index WHERE full_text_index MATCH $1 LIMIT $2)",
            "id IN (SELECT subject FROM full_text
              WHERE place IN (SELECT rowid FROM full_text_index WHERE full_text_index MATCH ?))",
            // The inner list is made once, of numbers, and nothing can begin with it.
            "(SELECT place FROM full_text WHERE subject = id)
              IN (SELECT rowid FROM full_text_index WHERE full_text_index MATCH ?)",
        ),
        Dialect::Postgres => (
            words.map(query).collect::<Vec<_>>().join(" & "),
            "SELECT COUNT(*) FROM (SELECT 1 FROM full_text WHERE terms @@ CAST($1 AS TSQUERY) LIMIT $2) AS hits",
            // An array is made first, and always taken for a short one.
            "id = ANY (ARRAY (SELECT subject FROM full_text WHERE terms @@ CAST(? AS TSQUERY)))",
            "id IN (SELECT subject FROM full_text WHERE terms @@ CAST(? AS TSQUERY))",
        ),
    };
    let count = sqlx::query_as(count).persistent(false).bind(&words).bind(FEW);
    let (hits,): (i64,) = count.fetch_one(connection).await?;
    Ok(Some(Found { sql: if hits < FEW { few } else { many }, words }))
}

/// A word as FTS5 is asked for it.
fn phrase(word: &SoughtWord) -> String {
    format!("\"{}\"{}", word.terms.join(" "), if word.open { " *" } else { "" })
}

/// A word as PostgreSQL is asked for it.
fn query(word: &SoughtWord) -> String {
    let terms: Vec<String> = word.terms.iter().map(|term| format!("'{term}'")).collect();
    format!("{}{}", terms.join(" <-> "), if word.open { ":*" } else { "" })
}

/// Terms with their places, as PostgreSQL writes them. A term holds letters and digits only.
fn vector(terms: &[String]) -> String {
    let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, term) in (1..).zip(terms).filter(|(_, term)| *term != BREAK) {
        places.entry(term).or_default().push(place);
    }
    let mut out = String::new();
    for (term, places) in places {
        let _ = write!(out, "'{term}'");
        for (nth, place) in places.iter().take(MOST_PLACES).enumerate() {
            let _ = write!(out, "{}{place}", if nth == 0 { ':' } else { ',' });
        }
        out.push(' ');
    }
    out
}

fn digest(terms: &[String]) -> String {
    hex(&Sha256::digest(terms.join(" ").as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::terms;

    #[test]
    fn each_database_is_asked_in_its_own_way() {
        let sought = Sought::words("渡船票 船");
        assert_eq!(sought.each().iter().map(phrase).collect::<Vec<_>>(), ["\"渡船 船票\"", "\"船\" *"]);
        assert_eq!(sought.each().iter().map(query).collect::<Vec<_>>(), ["'渡船' <-> '船票'", "'船':*"]);
    }

    #[test]
    fn a_vector_holds_each_term_with_its_places() {
        assert_eq!(vector(&terms(["渡船渡", "渡船"])), "'渡':3 '渡船':1,5 '船':6 '船渡':2 ");
        assert_eq!(vector(&[]), "");
    }
}
