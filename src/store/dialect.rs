//! Every difference between the two databases but full text, which has a file of its own.

use sqlx::{AnyConnection, Executor as _};

use super::StoreError;

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded, in a file.
    Sqlite,
    /// A server, shared by replicas.
    Postgres,
}

impl Dialect {
    /// The dialect that a database URL asks for.
    pub fn of(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::Postgres)
        } else {
            Err(StoreError::UnknownDatabase)
        }
    }

    /// The dialect of an open connection.
    pub fn of_connection(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "PostgreSQL" { Self::Postgres } else { Self::Sqlite }
    }

    /// The URL with what connecting needs.
    pub(super) fn connection_url(self, url: &str) -> String {
        match self {
            Self::Sqlite if !url.contains("mode=") => format!("{url}?mode=rwc"),
            _ => url.to_owned(),
        }
    }

    /// How a transaction that writes begins. SQLite must take its write lock at once: a reader that becomes a writer
    /// later fails when somebody wrote in between.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// What a query that claims rows adds, so that replicas don't wait for one another's rows.
    pub fn skip_locked(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// Sets up a new connection.
    pub(super) async fn prepare(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite => {
                // FULL: what was acknowledged survives a power cut, not only a crash of the program.
                for pragma in [
                    "PRAGMA busy_timeout = 30000",
                    "PRAGMA journal_mode = WAL",
                    "PRAGMA synchronous = FULL",
                    "PRAGMA foreign_keys = ON",
                ] {
                    connection.execute(pragma).await?;
                }
            }
            Self::Postgres => {
                connection.execute("SET TIME ZONE 'UTC'").await?;
            }
        }
        Ok(())
    }
}
