//! The full text searches of the two databases that the service runs on, asked for the same answers.
//!
//! `SQLite`: an FTS5 table without content, cut into trigrams, the only cut it has that finds Chinese; asked with all
//! trigrams of the question, ordered by its rank. `PostgreSQL`: our tokens with their places as a `tsvector` under a GIN
//! index, since it can't cut Chinese at all; asked with all tokens of the question, ordered by `ts_rank`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _, any::install_default_drivers};
use tokio::runtime::{Builder, Runtime};
use wenzheng::matching::Analyser;

/// A `tsvector` takes no place beyond this.
const LAST_PLACE: usize = 16_383;
/// Nor more places of one word.
const MOST_PLACES: usize = 255;

/// A database with a table of texts.
pub struct Database {
    kind: Kind,
    runtime: Runtime,
    connection: tokio::sync::Mutex<AnyConnection>,
    /// Where the files are, as long as this lives.
    _folder: tempfile::TempDir,
}

#[derive(Clone, Copy)]
enum Kind {
    Fts5,
    Postgres,
}

impl Database {
    /// An empty `SQLite` table.
    pub fn fts5() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("fts5.db").display());
        let tables = ["CREATE VIRTUAL TABLE text USING fts5 (body, content = '', tokenize = 'trigram')", "BEGIN"];
        Self::new(Kind::Fts5, &url, folder, &tables)
    }

    /// An empty `PostgreSQL` table, on the server for tests.
    pub fn postgres() -> anyhow::Result<Self> {
        let url = std::env::var("WENZHENG_TEST_POSTGRES").context("WENZHENG_TEST_POSTGRES is the URL of a server")?;
        let tables = ["CREATE TEMPORARY TABLE text (place BIGINT PRIMARY KEY, body TSVECTOR NOT NULL)", "BEGIN"];
        Self::new(Kind::Postgres, &url, tempfile::tempdir()?, &tables)
    }

    fn new(kind: Kind, url: &str, folder: tempfile::TempDir, tables: &[&'static str]) -> anyhow::Result<Self> {
        install_default_drivers();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(async {
            let mut connection = AnyConnection::connect(url).await?;
            for sql in tables {
                connection.execute(*sql).await?;
            }
            anyhow::Ok(connection)
        })?;
        Ok(Self { kind, runtime, connection: connection.into(), _folder: folder })
    }

    /// What the table calls it.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Fts5 => "SQLite FTS5, trigrams",
            Kind::Postgres => "PostgreSQL, tsvector",
        }
    }

    /// Adds a document by its place.
    pub fn add(&mut self, analyser: &Analyser, place: usize, texts: &[&str]) -> anyhow::Result<()> {
        let (sql, body) = match self.kind {
            Kind::Fts5 => ("INSERT INTO text (rowid, body) VALUES ($1, $2)", analyser.normalise(&texts.join("\n"))),
            Kind::Postgres => {
                ("INSERT INTO text (place, body) VALUES ($1, CAST($2 AS TSVECTOR))", vector(analyser, texts))
            }
        };
        let insert = sqlx::query(sql).bind(i64::try_from(place)?).bind(body);
        self.runtime.block_on(insert.execute(self.connection.get_mut()))?;
        Ok(())
    }

    /// Makes what was added ready to be searched.
    pub fn finish(&mut self) -> anyhow::Result<()> {
        let last: &[&'static str] = match self.kind {
            Kind::Fts5 => &["INSERT INTO text (text) VALUES ('optimize')", "COMMIT"],
            Kind::Postgres => &["COMMIT", "CREATE INDEX text_body ON text USING GIN (body)", "ANALYZE text"],
        };
        for sql in last {
            self.runtime.block_on(self.connection.get_mut().execute(*sql))?;
        }
        Ok(())
    }

    /// The places of the best documents, the best first.
    pub fn search(&self, analyser: &Analyser, question: &str, limit: usize) -> anyhow::Result<Vec<usize>> {
        let (sql, asked) = match self.kind {
            Kind::Fts5 => {
                ("SELECT rowid FROM text WHERE text MATCH $1 ORDER BY rank LIMIT $2", trigrams(analyser, question))
            }
            Kind::Postgres => (
                "SELECT place FROM text, CAST($1 AS TSQUERY) AS asked WHERE body @@ asked
                 ORDER BY ts_rank(body, asked) DESC LIMIT $2",
                terms(analyser, question),
            ),
        };
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let query = sqlx::query(sql).bind(asked).bind(i64::try_from(limit)?);
        let rows = self.runtime.block_on(async { query.fetch_all(&mut *self.connection.lock().await).await })?;
        rows.iter().map(|row| Ok(usize::try_from(row.try_get::<i64, _>(0)?)?)).collect()
    }
}

fn quoted(term: &str) -> String {
    format!("'{}'", term.replace('\\', "\\\\").replace('\'', "''"))
}

/// Our tokens with their places, as `PostgreSQL` writes them.
fn vector(analyser: &Analyser, texts: &[&str]) -> String {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut place = 0;
    for text in texts {
        for token in analyser.analyse(text).tokens {
            place = LAST_PLACE.min(place + 1);
            let of_term = places.entry(token.term).or_default();
            if of_term.len() < MOST_PLACES && place < LAST_PLACE {
                of_term.push(place.to_string());
            }
        }
    }
    let words = places.iter().map(|(term, places)| {
        let colon = if places.is_empty() { "" } else { ":" };
        format!("{}{colon}{}", quoted(term), places.join(","))
    });
    words.collect::<Vec<_>>().join(" ")
}

fn terms(analyser: &Analyser, question: &str) -> String {
    let terms: BTreeSet<String> =
        analyser.analyse_question(question).tokens.iter().map(|token| quoted(&token.term)).collect();
    terms.into_iter().collect::<Vec<_>>().join(" | ")
}

fn trigrams(analyser: &Analyser, question: &str) -> String {
    let asked: Vec<char> = analyser.analyse_question(question).text.chars().collect();
    let said = |three: &&[char]| three.iter().all(|c| c.is_alphanumeric());
    let trigrams: BTreeSet<String> =
        asked.windows(3).filter(said).map(|three| format!("\"{}\"", three.iter().collect::<String>())).collect();
    trigrams.into_iter().collect::<Vec<_>>().join(" OR ")
}
