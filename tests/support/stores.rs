//! A fresh store for each test, on SQLite and on PostgreSQL.

use std::future::Future;

use sqlx::{Connection as _, Executor as _, postgres::PgConnection};
use wenzheng::store::Store;

/// Names the server on which PostgreSQL tests make their schemas.
const SERVER: &str = "WENZHENG_TEST_POSTGRES";

/// Runs a test on an embedded database in a folder of its own.
pub fn on_sqlite<F>(test: impl FnOnce(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_folder(folder.path()).await.unwrap();
        let outcome = tokio::spawn(test(store.clone())).await;
        store.close().await;
        folder.close().unwrap();
        pass_on(outcome);
    });
}

/// Runs a test in a schema of its own on the test server. A schema takes a tenth of the time that a database takes.
pub fn on_postgres<F>(name: &str, test: impl FnOnce(Store) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = std::env::var(SERVER)
        .unwrap_or_else(|_| panic!("{SERVER} is not set: run `scripts/test`, which starts a PostgreSQL server"));
    block_on(async {
        let schema = schema_name(name);
        let mut connection = PgConnection::connect(&server).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        let separator = if server.contains('?') { '&' } else { '?' };
        let store = Store::open(&format!("{server}{separator}options[search_path]={schema}")).await.unwrap();
        let outcome = tokio::spawn(test(store.clone())).await;
        store.close().await;
        connection.execute(sqlx::AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
        connection.close().await.unwrap();
        pass_on(outcome);
    });
}

/// A name that no other test and no other run uses, and that says which test left it behind if one is killed.
/// PostgreSQL keeps 63 bytes.
fn schema_name(test: &str) -> String {
    let mut random = [0u8; 6];
    wenzheng::id::Entropy::fill(&wenzheng::id::SystemEntropy, &mut random);
    let readable = test.trim_end_matches("::postgres").replace("::", "_");
    format!("t_{}_{}", wenzheng::id::hex(&random), &readable[..readable.len().min(48)])
}

fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test);
}

/// A test's panic goes on only after its database was cleared away.
fn pass_on(outcome: Result<(), tokio::task::JoinError>) {
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}
