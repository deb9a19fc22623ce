//! Vectors as rows.

use std::collections::HashMap;

use crate::{
    matching::vectors::Vector,
    store::{Connection, StoreError},
};

/// So many rows are asked for at once.
const PAGE: usize = 400;

/// The vectors that are kept of these texts. A row that can't be read is as good as none.
pub(super) async fn find(
    connection: &mut Connection,
    model: &str,
    digests: &[String],
) -> Result<HashMap<String, Vector>, StoreError> {
    let mut found = HashMap::new();
    for page in digests.chunks(PAGE) {
        let places: Vec<String> = (2..page.len() + 2).map(|number| format!("${number}")).collect();
        let query = format!("SELECT digest, value FROM vector WHERE model = $1 AND digest IN ({})", places.join(", "));
        let mut query = sqlx::query_as::<_, (String, String)>(sqlx::AssertSqlSafe(query)).bind(model);
        for digest in page {
            query = query.bind(digest);
        }
        for (digest, value) in query.fetch_all(&mut *connection).await? {
            if let Some(vector) = Vector::from_text(&value) {
                found.insert(digest, vector);
            }
        }
    }
    Ok(found)
}

/// Keeps a vector. What can't be read, or is of another length, is written over.
pub(super) async fn insert(
    connection: &mut Connection,
    model: &str,
    digest: &str,
    vector: &Vector,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO vector (model, digest, value) VALUES ($1, $2, $3)
         ON CONFLICT (model, digest) DO UPDATE SET value = excluded.value",
    )
    .bind(model)
    .bind(digest)
    .bind(vector.to_text())
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the vectors of texts, of every model.
pub(super) async fn remove(connection: &mut Connection, digests: &[String]) -> Result<(), StoreError> {
    for digest in digests {
        sqlx::query("DELETE FROM vector WHERE digest = $1").bind(digest).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Removes the vectors of all models but these, and gives their number.
pub async fn forget_others(connection: &mut Connection, models: &[&str]) -> Result<u64, StoreError> {
    let places: Vec<String> = (1..=models.len()).map(|number| format!("${number}")).collect();
    let query = if models.is_empty() {
        "DELETE FROM vector".to_owned()
    } else {
        format!("DELETE FROM vector WHERE model NOT IN ({})", places.join(", "))
    };
    let mut query = sqlx::query(sqlx::AssertSqlSafe(query));
    for model in models {
        query = query.bind(*model);
    }
    Ok(query.execute(connection).await?.rows_affected())
}
