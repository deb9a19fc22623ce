//! All that is published, in memory, to be asked.
//!
//! What can be found is an item (a question with its answer, a section of a guide, a reply) or the text of a policy
//! that is released on initiative. The store is the truth: a counter there tells when something changed, and only
//! what changed is read again. A few changes are made in place, each in well under a millisecond; many, or a change
//! of the dictionary, are made aside and swapped in, so that who asks meanwhile doesn't wait.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
};

use jiff::civil::Date;

use super::{
    REVISION,
    interpretation::{self, Kind, StoredInterpretation},
    policy::{self, Disclosure, PolicyCard, StoredPolicy, passages},
};
use crate::{
    directory::units::{self, Unit},
    matching::{Aliases, Analyser, Document, Findings, Hit, Index, Passage, Weights},
    store::{Connection, Store, StoreError, revision},
};

/// How many hits a question gets.
const HITS: usize = 10;
/// How many rows are read at once.
const PAGE: i64 = 500;
/// From so many changed records on, everything is indexed anew, aside.
const REBUILD: usize = 200;
/// The longest chain of replaced policies that is followed; it also ends a circle.
const CHAIN: usize = 32;

/// Where an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The document that was found.
    pub document_id: String,
    /// The title of the interpretation, guide, reply or policy.
    pub title: String,
    /// The item's question or heading; none for a policy's own text.
    pub item_question: Option<String>,
    /// 文号 of the policy, or empty.
    pub number: String,
    /// The code of the unit that answers for it.
    pub unit_code: String,
    /// That unit's name.
    pub unit: String,
    /// Its date, where it is known.
    pub dated: Option<Date>,
    /// Whether it is still in force.
    pub standing: Standing,
    /// Where the whole is published, or empty.
    pub url: String,
    /// The policy that an interpretation explains.
    pub policy: Option<PolicyLink>,
}

/// The way from an interpretation to its policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLink {
    /// The policy's title.
    pub title: String,
    /// Where it is published, or empty.
    pub url: String,
}

/// Whether a document is still in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    InForce,
    /// Another one has taken its place: the last in the chain, which is in force.
    Superseded {
        /// The successor's title.
        by_title: String,
        /// Its document number, or empty.
        by_number: String,
    },
}

/// A record of the store, from which documents are made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Record {
    Policy(String),
    Interpretation(String),
}

/// What changes when the documents of a record must be made again.
type Stamps = HashMap<Record, (String, bool)>;

/// What a source says beyond what the index knows.
#[derive(Debug)]
struct Card {
    item_question: Option<String>,
    policy: Option<String>,
    dated: Option<Date>,
    url: String,
}

struct Stock {
    revision: i64,
    analyser: Analyser,
    index: Index,
    units: Vec<Unit>,
    names: HashMap<String, String>,
    policies: HashMap<String, PolicyCard>,
    cards: HashMap<String, Card>,
    stamps: Stamps,
    documents: HashMap<Record, Vec<String>>,
}

/// Everything that can be asked. Share it in an `Arc`.
pub struct Library {
    weights: Arc<Weights>,
    aliases: Arc<Aliases>,
    stock: RwLock<Stock>,
    refreshing: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}

impl Library {
    /// Reads and indexes all that is published.
    pub async fn load(store: &Store, weights: Arc<Weights>) -> Result<Self, StoreError> {
        let stock = build(store, &weights).await?;
        let (aliases, refreshing) = (Aliases::built_in(), tokio::sync::Mutex::default());
        Ok(Self { weights, aliases, stock: RwLock::new(stock), refreshing })
    }

    /// The same with other names of things than the program's own.
    #[must_use]
    pub fn with_aliases(self, aliases: Arc<Aliases>) -> Self {
        Self { aliases, ..self }
    }

    /// Catches up with the store if something changed there. Gives whether it did.
    pub async fn refresh_if_changed(&self, store: &Store) -> Result<bool, StoreError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let mut connection = store.read().await?;
        // Read before the rows: a change that comes between is seen now and looked for once more, never missed.
        let now = revision(&mut connection, REVISION).await?;
        if now == self.read().revision {
            return Ok(false);
        }
        let units = units::all(&mut connection).await?;
        let (policies, stamps) = stamps(&mut connection).await?;
        let (changed, same_units) = {
            let stock = self.read();
            (differences(&stock.stamps, &stamps), stock.units == units)
        };
        if !same_units || changed.len() >= REBUILD {
            drop(connection);
            let stock = build(store, &self.weights).await?;
            *self.stock.write().unwrap_or_else(PoisonError::into_inner) = stock;
            return Ok(true);
        }
        for record in changed {
            let entries = match &record {
                Record::Policy(id) => {
                    let found = policy::find(&mut connection, id).await?;
                    found.filter(|_| stamps.contains_key(&record)).map(|stored| of_policy(stored, &policies))
                }
                Record::Interpretation(id) => {
                    let found = interpretation::find(&mut connection, id).await?;
                    found.filter(|_| stamps.contains_key(&record)).map(|stored| of_interpretation(stored, &policies))
                }
            };
            let mut stock = self.stock.write().unwrap_or_else(PoisonError::into_inner);
            stock.replace(record, entries.unwrap_or_default());
        }
        let mut stock = self.stock.write().unwrap_or_else(PoisonError::into_inner);
        stock.policies = policies;
        stock.stamps = stamps;
        stock.revision = now;
        Ok(true)
    }

    /// Looks for what answers a question: the best first. Of the question and its other readings, the one that is
    /// answered most surely counts.
    pub fn find(&self, question: &str) -> Findings {
        let stock = self.read();
        let mut best = stock.index.search(&stock.analyser, question, HITS);
        for reading in self.aliases.readings(&best.question.text) {
            let other = stock.index.search(&stock.analyser, &reading, HITS);
            if other.confidence > best.confidence {
                best = other;
            }
        }
        best
    }

    /// The quotation of a hit: a verbatim piece of what is published. None when it is gone meanwhile.
    pub fn quote(&self, hit: &Hit) -> Option<String> {
        let stock = self.read();
        let quoted = hit.quoted(stock.index.document(&hit.id)?);
        (!quoted.is_empty()).then(|| quoted.to_owned())
    }

    /// The whole text of a document: an item's answer, or a policy's text.
    pub fn text(&self, id: &str) -> Option<String> {
        self.read().index.document(id).map(|document| passages::join(&document.passages))
    }

    /// The text of a document in its sections.
    pub fn sections(&self, id: &str) -> Option<Vec<Passage>> {
        self.read().index.document(id).map(|document| document.passages.clone())
    }

    /// Where a document comes from.
    pub fn source(&self, id: &str) -> Option<Source> {
        let stock = self.read();
        let (document, card) = (stock.index.document(id)?, stock.cards.get(id)?);
        let policy = card.policy.as_ref().and_then(|id| stock.policies.get(id));
        Some(Source {
            document_id: id.to_owned(),
            title: document.title.clone(),
            item_question: card.item_question.clone(),
            number: policy.map(|policy| policy.number.clone()).unwrap_or_default(),
            unit_code: document.unit.clone(),
            unit: stock.names.get(&document.unit).unwrap_or(&document.unit).clone(),
            dated: card.dated,
            standing: policy.map_or(Standing::InForce, |policy| standing(policy, &stock.policies)),
            url: card.url.clone(),
            policy: policy
                .filter(|_| card.item_question.is_some())
                .map(|policy| PolicyLink { title: policy.title.clone(), url: policy.url.clone() }),
        })
    }

    /// Every known phrasing with the code of the unit that answers it, for learning who is responsible for what.
    pub fn taught(&self) -> Vec<(String, String)> {
        let stock = self.read();
        let documents = stock.index.documents();
        documents
            .flat_map(|document| {
                let said = document.phrasings.iter().chain([&document.title]);
                said.map(|phrasing| (phrasing.clone(), document.unit.clone()))
            })
            .collect()
    }

    /// The weights that it ranks and decides with.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// How many documents can be found.
    pub fn len(&self) -> usize {
        self.read().index.len()
    }

    /// Whether there is nothing to find.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn read(&self) -> RwLockReadGuard<'_, Stock> {
        self.stock.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stock {
    fn replace(&mut self, record: Record, entries: Vec<(Document, Card)>) {
        let ids: Vec<String> = entries.iter().map(|(document, _)| document.id.clone()).collect();
        let before =
            if ids.is_empty() { self.documents.remove(&record) } else { self.documents.insert(record, ids.clone()) };
        for gone in before.unwrap_or_default().iter().filter(|id| !ids.contains(id)) {
            self.index.remove(gone);
            self.cards.remove(gone);
        }
        for (document, card) in entries {
            self.cards.insert(document.id.clone(), card);
            self.index.add(&self.analyser, document);
        }
    }
}

async fn build(store: &Store, weights: &Arc<Weights>) -> Result<Stock, StoreError> {
    let mut connection = store.read().await?;
    let revision = revision(&mut connection, REVISION).await?;
    let units = units::all(&mut connection).await?;
    let (policies, stamps) = stamps(&mut connection).await?;
    let mut records = Vec::new();
    let mut after = String::new();
    loop {
        let page = policy::all_after(&mut connection, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.policy.id);
        for stored in page {
            let record = Record::Policy(stored.policy.id.clone());
            if stamps.contains_key(&record) {
                records.push((record, of_policy(stored, &policies)));
            }
        }
    }
    after.clear();
    loop {
        let page = interpretation::published_after(&mut connection, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.content.id);
        for stored in page {
            let record = Record::Interpretation(stored.content.id.clone());
            records.push((record, of_interpretation(stored, &policies)));
        }
    }
    drop(connection);
    let weights = Arc::clone(weights);
    // Analysing is work for the processor: it must not hold up a thread that others' messages wait for.
    tokio::task::spawn_blocking(move || {
        let words: HashSet<String> =
            units.iter().flat_map(|unit| [&unit.name, &unit.short].into_iter().chain(&unit.aliases)).cloned().collect();
        let mut stock = Stock {
            revision,
            analyser: Analyser::with_words(words),
            index: Index::with_weights(weights),
            names: units.iter().map(|unit| (unit.code.clone(), unit.name.clone())).collect(),
            units,
            policies,
            cards: HashMap::new(),
            stamps,
            documents: HashMap::new(),
        };
        for (record, entries) in records {
            stock.replace(record, entries);
        }
        stock
    })
    .await
    .map_err(StoreError::Task)
}

async fn stamps(connection: &mut Connection) -> Result<(HashMap<String, PolicyCard>, Stamps), StoreError> {
    let policies: HashMap<String, PolicyCard> =
        policy::cards(connection).await?.into_iter().map(|card| (card.id.clone(), card)).collect();
    let mut stamps = Stamps::new();
    let published = interpretation::published_versions(connection).await?;
    let explained: HashSet<&str> = published.iter().filter_map(|(_, policy, _)| policy.as_deref()).collect();
    // A policy that is explained speaks through its interpretations: its own text would only compete with them.
    let speaks = |card: &&PolicyCard| card.disclosure == Disclosure::Proactive && !explained.contains(card.id.as_str());
    for card in policies.values().filter(speaks) {
        stamps.insert(Record::Policy(card.id.clone()), (card.digest.clone(), card.superseded_by.is_none()));
    }
    for (id, policy, version) in published {
        let in_force = policy.and_then(|id| policies.get(&id)).is_none_or(|card| card.superseded_by.is_none());
        stamps.insert(Record::Interpretation(id), (version.to_string(), in_force));
    }
    Ok((policies, stamps))
}

fn differences(before: &Stamps, after: &Stamps) -> Vec<Record> {
    let gone = before.keys().filter(|record| !after.contains_key(record));
    let new = after.iter().filter(|(record, stamp)| before.get(record) != Some(stamp)).map(|(record, _)| record);
    gone.chain(new).cloned().collect()
}

fn of_policy(stored: StoredPolicy, policies: &HashMap<String, PolicyCard>) -> Vec<(Document, Card)> {
    let policy = stored.policy;
    let passages = passages::split(&policy.body);
    if passages.is_empty() {
        return Vec::new();
    }
    let card = Card { item_question: None, policy: Some(policy.id.clone()), dated: policy.dated, url: policy.url };
    let document = Document {
        title: policy.title,
        phrasings: Vec::new(),
        passages,
        unit: policy.issued.owner().to_owned(),
        in_force: policies.get(&policy.id).is_none_or(|card| card.superseded_by.is_none()),
        id: policy.id,
    };
    vec![(document, card)]
}

fn of_interpretation(stored: StoredInterpretation, policies: &HashMap<String, PolicyCard>) -> Vec<(Document, Card)> {
    let (content, owner) = (stored.content, stored.owner);
    let policy = match &content.kind {
        Kind::Interpretation { policy } => Some(policy.clone()),
        Kind::Guide { .. } | Kind::Reply { .. } => None,
    };
    let in_force = policy.as_ref().and_then(|id| policies.get(id)).is_none_or(|card| card.superseded_by.is_none());
    // A guide's headings are the same in all guides and would find every one of them.
    let asked_by_question = !matches!(content.kind, Kind::Guide { .. });
    (1..)
        .zip(content.items)
        .map(|(position, item)| {
            let id = format!("{}#{position}", content.id);
            let mut phrasings = item.phrasings;
            if asked_by_question {
                phrasings.insert(0, item.question.clone());
            }
            let passages = vec![Passage { heading: String::new(), text: item.answer }];
            let card = Card {
                item_question: Some(item.question),
                policy: policy.clone(),
                dated: content.dated,
                url: content.url.clone(),
            };
            let title = content.title.clone();
            (Document { id, title, phrasings, passages, unit: owner.clone(), in_force }, card)
        })
        .collect()
}

fn standing(policy: &PolicyCard, policies: &HashMap<String, PolicyCard>) -> Standing {
    let successor = |policy: &PolicyCard| policy.superseded_by.as_ref().and_then(|id| policies.get(id));
    let Some(mut last) = successor(policy) else { return Standing::InForce };
    for _ in 0..CHAIN {
        let Some(next) = successor(last) else { break };
        last = next;
    }
    Standing::Superseded { by_title: last.title.clone(), by_number: last.number.clone() }
}
