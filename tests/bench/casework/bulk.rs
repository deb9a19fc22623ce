//! Many rows in few statements.

use sqlx::AnyConnection;

/// A value of a column.
#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Number(i64),
    NoNumber,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NoNumber, Self::Number)
    }
}

/// How many values a statement takes. Both databases allow some 32000, but SQLite looks for each name among all before it.
const MOST: usize = 2_000;

/// Rows of one table, written when there are enough of them.
pub struct Bulk {
    beginning: String,
    columns: usize,
    values: Vec<Value>,
}

impl Bulk {
    pub fn new(table: &str, columns: &[&str]) -> Self {
        Self {
            beginning: format!("INSERT INTO {table} ({}) VALUES ", columns.join(", ")),
            columns: columns.len(),
            values: Vec::new(),
        }
    }

    pub async fn add<const N: usize>(&mut self, into: &mut AnyConnection, row: [Value; N]) -> anyhow::Result<()> {
        assert_eq!(N, self.columns, "{}", self.beginning);
        self.values.extend(row);
        if self.values.len() + N > MOST { self.write(into).await } else { Ok(()) }
    }

    pub async fn write(&mut self, into: &mut AnyConnection) -> anyhow::Result<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        let row = |first: usize| {
            let places: Vec<String> = (first..first + self.columns).map(|place| format!("${place}")).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (1..=self.values.len()).step_by(self.columns).map(row).collect();
        let mut query = sqlx::query(sqlx::AssertSqlSafe(format!("{}{}", self.beginning, rows.join(", "))));
        for value in self.values.drain(..) {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
                Value::NoNumber => query.bind(None::<i64>),
            };
        }
        // Texts of the same length would be the same statement: not worth keeping.
        query.persistent(false).execute(into).await?;
        Ok(())
    }
}
