//! Reads all that is published and indexes it: one task reads rows, each core analyses, one thread adds in order.
//!
//! Only a few pages are on the way at any time, so that memory stays what the index itself takes.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use super::{
    REVISION, interpretation,
    policy::{self, PolicyCard},
    stock::{Card, Record, Stamps, Stock, of_interpretation, of_policy, stamps},
};
use crate::{
    directory::units::{self, Unit},
    matching::{Analyser, Document, Index, IndexWeights, Prepared, Weights},
    store::{Connection, Store, StoreError, revision},
};

/// How many rows are read at once.
const PAGE: i64 = 16;
/// How many pages wait for being analysed.
const WAITING: usize = 2;

/// Records with what becomes of them.
type Page = Vec<(Record, Vec<(Document, Card)>)>;
type PreparedPage = Vec<(Record, Vec<(Prepared, Card)>)>;

/// Reads and indexes everything.
pub(super) async fn stock(store: &Store, weights: &Arc<Weights>) -> Result<Stock, StoreError> {
    let mut connection = store.read().await?;
    let revision = revision(&mut connection, REVISION).await?;
    let units = units::all(&mut connection).await?;
    let policies = Arc::new(policy::cards(&mut connection).await?);
    let stamps = Arc::new(stamps(&policies, interpretation::published_versions(&mut connection).await?));
    let (send, receive) = tokio::sync::mpsc::channel(WAITING);
    // Analysing is work for the processor: it must not hold up a thread that others' messages wait for.
    let assembling = tokio::task::spawn_blocking({
        let (weights, policies, stamps) = (Arc::clone(weights), Arc::clone(&policies), Arc::clone(&stamps));
        move || assemble(revision, units, weights, receive, policies, stamps)
    });
    let read = pages(&mut connection, &policies, &stamps, send).await;
    drop((policies, stamps));
    let stock = assembling.await.map_err(StoreError::Task)?;
    read.map(|()| stock)
}

async fn pages(
    connection: &mut Connection,
    policies: &HashMap<String, PolicyCard>,
    stamps: &Stamps,
    send: tokio::sync::mpsc::Sender<Page>,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let rows = policy::all_after(&mut *connection, &after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.policy.id);
        let record = |stored: policy::StoredPolicy| {
            let record = Record::Policy(stored.policy.id.clone());
            stamps.contains_key(&record).then(|| (record, of_policy(stored, policies)))
        };
        // It only fails when nobody indexes any more, and then that task says why.
        if send.send(rows.into_iter().filter_map(record).collect()).await.is_err() {
            return Ok(());
        }
    }
    after.clear();
    loop {
        let rows = interpretation::published_after(&mut *connection, &after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after.clone_from(&last.content.id);
        let record = |stored: interpretation::StoredInterpretation| {
            (Record::Interpretation(stored.content.id.clone()), of_interpretation(stored, policies))
        };
        if send.send(rows.into_iter().map(record).collect()).await.is_err() {
            return Ok(());
        }
    }
}

fn assemble(
    revision: i64,
    units: Vec<Unit>,
    weights: Arc<Weights>,
    pages: tokio::sync::mpsc::Receiver<Page>,
    policies: Arc<HashMap<String, PolicyCard>>,
    stamps: Arc<Stamps>,
) -> Stock {
    let words: HashSet<String> =
        units.iter().flat_map(|unit| [&unit.name, &unit.short].into_iter().chain(&unit.aliases)).cloned().collect();
    let analyser = Arc::new(Analyser::with_words(words));
    let for_index = weights.index;
    let mut stock = Stock {
        revision,
        analyser: Arc::clone(&analyser),
        index: Index::with_weights(weights),
        names: units.iter().map(|unit| (unit.code.clone(), unit.name.clone())).collect(),
        units,
        policies: HashMap::new(),
        cards: HashMap::new(),
        stamps: Stamps::new(),
        documents: HashMap::new(),
    };
    let source = Mutex::new((0, pages));
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(workers);
        for _ in 0..workers {
            let (send, source, analyser) = (send.clone(), &source, &analyser);
            scope.spawn(move || {
                while let Some((number, page)) = next(source) {
                    if send.send((number, prepare(analyser, &for_index, page))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let (mut early, mut wanted) = (BTreeMap::new(), 0_usize);
        for (number, page) in receive {
            early.insert(number, page);
            while let Some(page) = early.remove(&wanted) {
                wanted += 1;
                for (record, entries) in page {
                    stock.replace_prepared(record, entries);
                }
            }
        }
    });
    stock.index.shrink();
    // The reader is done with them or will be at once.
    stock.policies = Arc::unwrap_or_clone(policies);
    stock.stamps = Arc::unwrap_or_clone(stamps);
    stock
}

/// The next page and its number.
fn next(source: &Mutex<(usize, tokio::sync::mpsc::Receiver<Page>)>) -> Option<(usize, Page)> {
    let mut source = source.lock().unwrap_or_else(PoisonError::into_inner);
    let page = source.1.blocking_recv()?;
    source.0 += 1;
    Some((source.0 - 1, page))
}

fn prepare(analyser: &Analyser, weights: &IndexWeights, page: Page) -> PreparedPage {
    let prepare = |(document, card)| (Prepared::new(analyser, weights, document), card);
    page.into_iter().map(|(record, entries)| (record, entries.into_iter().map(prepare).collect())).collect()
}
