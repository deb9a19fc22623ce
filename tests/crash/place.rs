//! Where a round's store is: a folder, or a schema on PostgreSQL.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sqlx::{Connection as _, Executor as _, postgres::PgConnection};
use wenzheng::store::Store;

use crate::Stores;

/// Names a server to use instead of a throwaway one.
const SERVER: &str = "WENZHENG_TEST_POSTGRES";

/// A store that outlives the service.
pub enum Place {
    Sqlite(PathBuf),
    Postgres { url: String, schema: String, server: String, _own: Option<Cluster> },
}

impl Place {
    /// A fresh one.
    pub async fn new(kind: Stores, folder: &Path) -> Self {
        if kind == Stores::Sqlite {
            return Self::Sqlite(folder.join("data"));
        }
        let own = std::env::var(SERVER).is_err().then(|| Cluster::start(folder.join("postgres")));
        let server = own.as_ref().map_or_else(|| std::env::var(SERVER).unwrap(), |own| own.url.clone());
        let mut random = [0u8; 6];
        wenzheng::id::Entropy::fill(&wenzheng::id::SystemEntropy, &mut random);
        let schema = format!("crash_{}", wenzheng::id::hex(&random));
        execute(&server, format!("CREATE SCHEMA {schema}")).await;
        let separator = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{separator}options[search_path]={schema}");
        Self::Postgres { url, schema, server, _own: own }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The line for `[store]` in the settings.
    pub fn setting(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("data = {:?}", folder.display().to_string()),
            Self::Postgres { url, .. } => format!("url = {url:?}"),
        }
    }

    pub async fn open(&self) -> Store {
        match self {
            Self::Sqlite(folder) => Store::open_folder(folder).await.unwrap(),
            Self::Postgres { url, .. } => Store::open(url).await.unwrap(),
        }
    }

    /// Removes what would stay behind on a server that isn't ours.
    pub async fn clear(self) {
        if let Self::Postgres { schema, server, .. } = &self {
            execute(server, format!("DROP SCHEMA {schema} CASCADE")).await;
        }
    }
}

async fn execute(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}

/// A PostgreSQL server of this run. Dropping it stops it.
pub struct Cluster {
    folder: PathBuf,
    url: String,
}

impl Cluster {
    fn start(folder: PathBuf) -> Self {
        let output = script("start", &folder).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "scripts/postgres could not start a server");
        Self { folder, url: String::from_utf8(output.stdout).unwrap().trim().to_owned() }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = script("stop", &self.folder).status();
    }
}

fn script(what: &str, folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres"));
    command.arg(what).arg(folder);
    command
}
