//! Where the throwaway database is.

use std::{path::Path, process::Command};

use anyhow::{Context as _, ensure};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;

/// The schema that is made and dropped.
const SCHEMA: &str = "wenzheng_bench";

/// A database that lives as long as the measuring.
pub struct Place {
    url: String,
    /// Where the files are; the server's, if it was started here.
    folder: Option<TempDir>,
    postgres: Option<Server>,
}

struct Server {
    url: String,
    /// Whether it was started here, and is to be stopped.
    own: bool,
}

fn server(what: &str, folder: &Path) -> anyhow::Result<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
    let ran = Command::new(script).arg(what).arg(folder).output().context("running scripts/postgres")?;
    ensure!(ran.status.success(), "scripts/postgres {what}: {}", String::from_utf8_lossy(&ran.stderr));
    Ok(String::from_utf8(ran.stdout)?.trim().to_owned())
}

impl Place {
    pub fn sqlite() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite:{}", folder.path().join("wenzheng.db").display());
        Ok(Self { url, folder: Some(folder), postgres: None })
    }

    pub async fn postgres() -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let (folder, server) = match std::env::var("WENZHENG_TEST_POSTGRES") {
            Ok(url) => (None, Server { url, own: false }),
            Err(_) => {
                let folder = tempfile::tempdir()?;
                let url = server("start", &folder.path().join("pg"))?;
                (Some(folder), Server { url, own: true })
            }
        };
        let mut connection = AnyConnection::connect(&server.url).await?;
        for sql in [format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"), format!("CREATE SCHEMA {SCHEMA}")] {
            connection.execute(sqlx::AssertSqlSafe(sql)).await?;
        }
        let sign = if server.url.contains('?') { '&' } else { '?' };
        let url = format!("{}{sign}options[search_path]={SCHEMA}", server.url);
        Ok(Self { url, folder, postgres: Some(server) })
    }

    pub fn name(&self) -> &'static str {
        if self.is_postgres() { "PostgreSQL" } else { "SQLite" }
    }

    pub fn is_postgres(&self) -> bool {
        self.postgres.is_some()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// A connection of one's own, besides the store.
    pub async fn connect(&self) -> anyhow::Result<AnyConnection> {
        sqlx::any::install_default_drivers();
        Ok(AnyConnection::connect(&self.url).await?)
    }

    pub async fn clear(self) -> anyhow::Result<()> {
        if let Some(postgres) = &self.postgres {
            let mut connection = AnyConnection::connect(&postgres.url).await?;
            connection.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {SCHEMA} CASCADE"))).await?;
            connection.close().await?;
        }
        match (self.folder, self.postgres) {
            (Some(folder), Some(Server { own: true, .. })) => {
                server("stop", &folder.path().join("pg"))?;
            }
            (folder, _) => drop(folder),
        }
        Ok(())
    }
}
