//! How the databases carry out what takes longest, as they tell it themselves.
//!
//! SQLite explains a statement without its values. PostgreSQL's plan depends on them, so the server writes down what it
//! did (`auto_explain`), and sends it along as a notice.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::Row as _;
use tracing::field::{Field, Visit};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::{city::City, measure::Visitors, pages::Page, place::Place};

/// So many plans are shown.
const SHOWN: usize = 12;

/// A statement, how long it took in milliseconds, and how.
#[derive(Debug, Clone)]
struct Told {
    statement: String,
    took: f64,
    plan: String,
}

/// Hears what sqlx says of statements, and what the server says of plans.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<Told>>>);

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

impl<S: tracing::Subscriber> Layer<S> for Ear {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let told = match event.metadata().target() {
            "sqlx::query" => {
                let full = fields.0.remove("db.statement").filter(|text| !text.trim().is_empty());
                let Some(statement) = full.or_else(|| fields.0.remove("summary")) else { return };
                let took = fields.0.get("elapsed_secs").and_then(|took| took.parse::<f64>().ok()).unwrap_or_default();
                Told { statement, took: took * 1e3, plan: String::new() }
            }
            "sqlx::postgres::notice" => {
                let Some(text) = fields.0.remove("message") else { return };
                let Some((first, plan)) = text.split_once("plan:\n") else { return };
                let took = first.strip_prefix("duration: ").and_then(|rest| rest.split(' ').next());
                let took = took.and_then(|took| took.parse().ok()).unwrap_or_default();
                Told { statement: String::new(), took, plan: plan.to_owned() }
            }
            _ => return,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }
}

/// Asks for each page once more and shows the plans of what took longest.
pub async fn show(place: &Place, _: &City, pages: &[Page]) -> anyhow::Result<()> {
    let ear = Ear::default();
    let targets = tracing_subscriber::filter::Targets::new()
        .with_target("sqlx::query", tracing::Level::TRACE)
        .with_target("sqlx::postgres::notice", tracing::Level::TRACE);
    // The second database of a run speaks into the first one's ear no more.
    let subscriber = tracing_subscriber::registry().with(ear.clone().with_filter(targets));
    let _listening = tracing::Dispatch::new(subscriber);
    let _ = tracing::dispatcher::set_global_default(_listening.clone());
    let url = if place.is_postgres() {
        let ask = [
            "session_preload_libraries]=auto_explain",
            "auto_explain.log_min_duration]=0",
            "auto_explain.log_analyze]=on",
            "auto_explain.log_buffers]=on",
            "auto_explain.log_timing]=on",
            "client_min_messages]=log",
        ];
        ask.iter().fold(place.url().to_owned(), |url, ask| format!("{url}&options[{ask}"))
    } else {
        place.url().to_owned()
    };
    let visitors = Visitors::arrive(&url).await?;
    let heard = || std::mem::take(&mut *ear.0.lock().unwrap_or_else(PoisonError::into_inner));
    let mut slow: Vec<(Page, Told)> = Vec::new();
    for page in pages {
        visitors.get(page).await?;
        heard();
        visitors.get(page).await?;
        let told = heard().into_iter().filter(|told| place.is_postgres() != told.plan.is_empty());
        slow.extend(told.max_by(|a, b| a.took.total_cmp(&b.took)).map(|told| (page.clone(), told)));
    }
    slow.sort_by(|(_, a), (_, b)| b.took.total_cmp(&a.took));
    let mut connection = place.connect().await?;
    for (page, told) in slow.into_iter().take(SHOWN) {
        println!("## {}, {}: {:.1} ms\n", page.name, page.login, told.took);
        if place.is_postgres() {
            println!("{}\n", told.plan.trim_end());
            continue;
        }
        println!("{}\n", told.statement.trim());
        let explain = format!("EXPLAIN QUERY PLAN {}", told.statement);
        for row in sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(&mut connection).await? {
            println!("    {}", row.try_get::<String, _>("detail")?);
        }
        println!();
    }
    Ok(())
}
