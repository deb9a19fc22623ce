//! The store: one SQL text on two databases.
//!
//! What differs between SQLite and PostgreSQL is in [`dialect`] and [`full_text`]. Everything else writes portable SQL: TEXT and
//! BIGINT columns, `$1` parameters, `RETURNING`, `ON CONFLICT`.

mod dialect;
mod error;
pub mod full_text;
pub mod marks;

use std::{path::Path, time::Duration};

use sqlx::{AnyConnection, AnyPool, any::AnyPoolOptions, migrate::Migrator, pool::PoolConnection};

pub use dialect::Dialect;
pub use error::StoreError;
pub(crate) use error::expect_one;

/// A connection of either database.
pub type Connection = AnyConnection;

/// What both databases run.
static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
/// What only one of them runs, each in its own words: the same numbers with the same tables.
static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// All migrations of a database, in the order of their numbers.
fn migrations(dialect: Dialect) -> Migrator {
    let own = match dialect {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    Migrator::with_migrations(MIGRATIONS.iter().chain(own.iter()).cloned().collect())
}

/// A pool of connections and what is particular about its database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
}

impl Store {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`) and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let dialect = Dialect::of(url)?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .after_connect(move |connection, _| Box::pin(dialect.prepare(connection)))
            .connect(&dialect.connection_url(url))
            .await?;
        migrations(dialect).run(&pool).await?;
        Ok(Self { pool, dialect })
    }

    /// Opens, or makes, the embedded database in a data folder.
    pub async fn open_folder(folder: &Path) -> Result<Self, StoreError> {
        let make = |source| StoreError::Folder { folder: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(make)?;
        restrict_to_owner(folder).map_err(make)?;
        Self::open(&format!("sqlite:{}", folder.join("wenzheng.db").display())).await
    }

    /// A connection to read with.
    pub async fn read(&self) -> Result<PoolConnection<sqlx::Any>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    /// Begins a transaction that will write.
    ///
    /// It is begun in a task of its own: when the caller is cancelled while PostgreSQL answers, the task still
    /// finishes and rolls back, instead of giving a half-begun connection back to the pool.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        let (pool, begin) = (self.pool.clone(), self.dialect.begin());
        let inner = tokio::spawn(async move { pool.begin_with(begin).await }).await.map_err(StoreError::Task)??;
        Ok(Transaction { inner })
    }

    /// What is particular about this database.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Waits for connections in use, then closes all.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// A transaction: committed, or rolled back when dropped.
pub struct Transaction {
    inner: sqlx::Transaction<'static, sqlx::Any>,
}

impl Transaction {
    /// Makes its changes last. Like [`Store::begin`], it finishes even when the caller is cancelled.
    pub async fn commit(self) -> Result<(), StoreError> {
        tokio::spawn(self.inner.commit()).await.map_err(StoreError::Task)??;
        Ok(())
    }
}

impl std::ops::Deref for Transaction {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.inner
    }
}

impl std::ops::DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.inner
    }
}

/// Adds one to a counter that other replicas watch, and gives its new value.
pub async fn bump_revision(connection: &mut Connection, name: &str) -> Result<i64, StoreError> {
    let (value,) = sqlx::query_as(
        "INSERT INTO revision (name, value) VALUES ($1, 1)
         ON CONFLICT (name) DO UPDATE SET value = revision.value + 1 RETURNING value",
    )
    .bind(name)
    .fetch_one(connection)
    .await?;
    Ok(value)
}

/// The value of a counter; 0 when nothing was counted yet.
pub async fn revision(connection: &mut Connection, name: &str) -> Result<i64, StoreError> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT value FROM revision WHERE name = $1").bind(name).fetch_optional(connection).await?;
    Ok(row.map_or(0, |(value,)| value))
}

/// Writes `value` as the JSON text that a column holds.
pub fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Json { source })
}

/// Reads the JSON text of a column.
pub fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Json { source })
}

/// Reads an instant as a column holds it.
pub fn instant(millis: i64) -> Result<jiff::Timestamp, StoreError> {
    jiff::Timestamp::from_millisecond(millis).map_err(|_| StoreError::Column { what: "instant" })
}

/// Reads a date as a column holds it.
pub fn date(text: &str) -> Result<jiff::civil::Date, StoreError> {
    text.parse().map_err(|_| StoreError::Column { what: "date" })
}

#[cfg(unix)]
fn restrict_to_owner(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // Citizens' words and staff's password hashes lie here: nobody else on the machine reads them.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict_to_owner(_: &Path) -> std::io::Result<()> {
    Ok(())
}
