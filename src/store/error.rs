//! What can go wrong with the store, for operators.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or could not be reached.
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the tables could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The data folder could not be made or closed to others.
    #[error("the data folder {} can't be used: {source}", folder.display())]
    Folder {
        /// Which folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The URL names no database that we know.
    #[error("the database URL must begin with sqlite: or postgres:")]
    UnknownDatabase,
    /// A column's JSON doesn't fit its type: the row was written by something else.
    // The position only: serde's message quotes what it found, and that may be a person's words.
    #[error("a stored value can't be read, at line {}, column {}", source.line(), source.column())]
    Json {
        /// Why.
        source: serde_json::Error,
    },
    /// A column holds something that isn't of its kind.
    #[error("a stored {what} can't be read")]
    Column {
        /// What it should have been.
        what: &'static str,
    },
    /// Somebody else changed the row first: load it again and retry.
    #[error("it was changed by somebody else at the same time")]
    Conflict,
    /// The runtime is shutting down.
    #[error("the work was interrupted: {0}")]
    Task(tokio::task::JoinError),
}

impl StoreError {
    /// Whether the same work, begun anew, may succeed: a lost race, a lock held too long, a dropped connection.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Conflict
            | Self::Database(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed) => true,
            Self::Database(sqlx::Error::Database(error)) => {
                error.is_unique_violation()
                    // PostgreSQL: serialization failure, deadlock, shutting down. SQLite: busy, locked.
                    || matches!(error.code().as_deref(), Some("40001" | "40P01" | "57P01" | "5" | "6" | "517"))
            }
            _ => false,
        }
    }
}

/// Exactly one row must have changed, else somebody else was first.
pub(crate) fn expect_one(result: &sqlx::any::AnyQueryResult) -> Result<(), StoreError> {
    if result.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}
