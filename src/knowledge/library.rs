//! All that is published, to be asked.
//!
//! What can be found is an item (a question with its answer, a section of a guide, a reply) or the text of a policy
//! that is released on initiative. The store is the truth: a counter there tells when something changed, and only
//! what changed is read again. A few changes are made in place, each in well under a millisecond; many, or a change
//! of the dictionary, are made aside and swapped in, so that who asks meanwhile doesn't wait.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use jiff::civil::Date;

use super::{
    Caution, REVISION, interpretation, loading,
    policy::{self, PolicyCard, passages},
    stock::{Record, Stock, differences, of_interpretation, of_policy, stamps},
};
use crate::{
    directory::units,
    matching::{
        Aliases, Explanation, Findings, Passage, Question, Quote, Weights,
        vectors::{self, Asked, Part},
    },
    semantic::Encoder,
    store::{Connection, Store, StoreError, revision},
};

/// What compares texts by what they mean.
struct Meaning {
    encoder: Arc<Encoder>,
    weights: Arc<Weights>,
}

/// As many documents teach who is responsible for what.
const TAUGHT: usize = 3_000;
/// So many documents are given their vectors at once.
const AT_ONCE: usize = 32;
/// How many hits a question gets.
const HITS: usize = 10;
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
    /// Whether that is the heading of a guide's section, which says nothing without the title.
    pub section: bool,
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

impl Source {
    /// What a person is shown to choose it by: the question, a guide's title with the section, or the title.
    pub fn label(&self) -> String {
        match &self.item_question {
            Some(section) if self.section => format!("{} · {section}", self.title),
            Some(question) => question.clone(),
            None => self.title.clone(),
        }
    }
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

/// Everything that can be asked. Share it in an `Arc`.
pub struct Library {
    weights: Arc<Weights>,
    aliases: Arc<Aliases>,
    meaning: Option<Meaning>,
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
        let stock = loading::stock(store, &weights).await?;
        let (aliases, refreshing) = (Aliases::built_in(), tokio::sync::Mutex::default());
        Ok(Self { weights, aliases, meaning: None, stock: RwLock::new(stock), refreshing })
    }

    /// The same with an encoder that compares texts by what they mean, and the weights for it. It counts once every
    /// document has its vectors ([`Library::embed_some`]); until then words alone do.
    #[must_use]
    pub fn with_encoder(self, encoder: Arc<Encoder>, weights: Arc<Weights>) -> Self {
        Self { meaning: Some(Meaning { encoder, weights }), ..self }
    }

    /// The same with other names of things than the program's own.
    #[must_use]
    pub fn with_aliases(self, aliases: Arc<Aliases>) -> Self {
        Self { aliases, ..self }
    }

    /// Up to which change it knows the store.
    pub fn revision(&self) -> i64 {
        self.read().revision
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
        let same_units = self.read().units == units;
        let cards = if same_units { self.changed_cards(&mut connection).await? } else { None };
        let published = interpretation::published_versions(&mut connection).await?;
        let changed = cards.map(|cards| {
            let mut stock = self.write();
            stock.policies.extend(cards);
            let after = stamps(&stock.policies, published);
            (differences(&stock.stamps, &after), after)
        });
        let Some((changed, after)) = changed.filter(|(changed, _)| changed.len() < REBUILD) else {
            drop(connection);
            let stock = loading::stock(store, &self.weights).await?;
            *self.write() = stock;
            return Ok(true);
        };
        for record in changed {
            let speaks = after.contains_key(&record);
            match &record {
                Record::Policy(id) => {
                    let found = policy::find(&mut connection, id).await?.filter(|_| speaks);
                    let mut stock = self.write();
                    let entries = found.map(|stored| of_policy(stored, &stock.policies));
                    stock.replace(record, entries.unwrap_or_default());
                }
                Record::Interpretation(id) => {
                    let found = interpretation::find(&mut connection, id).await?.filter(|_| speaks);
                    let mut stock = self.write();
                    let entries = found.map(|stored| of_interpretation(stored, &stock.policies));
                    stock.replace(record, entries.unwrap_or_default());
                }
            }
        }
        let mut stock = self.write();
        stock.stamps = after;
        stock.revision = now;
        Ok(true)
    }

    /// The cards of the policies that changed. None when so many did, or some went, that all must be read anew.
    async fn changed_cards(
        &self,
        connection: &mut Connection,
    ) -> Result<Option<Vec<(String, PolicyCard)>>, StoreError> {
        let stamps = policy::stamps(&mut *connection).await?;
        let changed: Vec<String> = {
            let known = &self.read().policies;
            let (total, same) = (stamps.len(), |id: &String| known.contains_key(id));
            if stamps.iter().filter(|(id, _)| same(id)).count() < known.len() || total > known.len() + REBUILD {
                return Ok(None);
            }
            let differs = |(id, stamp): &(String, u64)| known.get(id).is_none_or(|card| card.stamp != *stamp);
            stamps.into_iter().filter(differs).map(|(id, _)| id).collect()
        };
        if changed.len() >= REBUILD {
            return Ok(None);
        }
        let mut cards = Vec::new();
        for id in changed {
            if let Some(card) = policy::card(&mut *connection, &id).await? {
                cards.push((id, card));
            }
        }
        Ok(Some(cards))
    }

    /// Whether there is an encoder.
    pub fn has_encoder(&self) -> bool {
        self.meaning.is_some()
    }

    /// Gives some documents the vectors that they lack. Returns whether there was something to do: call it again until there
    /// isn't. Each text is embedded once, however often the service starts.
    pub async fn embed_some(&self, store: &Store) -> Result<bool, StoreError> {
        let Some(Meaning { encoder, weights }) = &self.meaning else { return Ok(false) };
        let (revision, documents) = {
            let stock = self.read();
            (stock.revision, stock.index.without_vectors(AT_ONCE))
        };
        if documents.is_empty() {
            let ready = { self.read().index.compares_by_meaning() };
            if !ready {
                let mut stock = self.write();
                stock.index.set_weights(Arc::clone(weights));
                stock.index.compare_by_meaning();
            }
            return Ok(!ready);
        }
        // Chosen once a stock: after that it changes nothing.
        self.write().index.expect_vectors(encoder.dimensions());
        let parts: Vec<Vec<(Part, String)>> = documents.iter().map(vectors::texts).collect();
        let (made, _) = super::vectors::vectors(store, encoder, &parts.concat()).await?;
        let mut made = made.into_iter();
        let mut stock = self.write();
        // What changed meanwhile is embedded next time.
        if stock.revision == revision {
            for (document, parts) in documents.iter().zip(&parts) {
                let vectors = parts.iter().zip(made.by_ref());
                let vectors = vectors.filter_map(|((part, _), vector)| Some((*part, vector?))).collect();
                stock.index.set_vectors(&document.id, vectors);
            }
        }
        Ok(true)
    }

    /// The vector of what a question means, for those who learn from such vectors. Empty without an encoder.
    pub fn meaning(&self, question: &str) -> Vec<f32> {
        self.meaning.as_ref().and_then(|meaning| meaning.encoder.embed_question(question)).unwrap_or_default()
    }

    /// The same of many questions, in their order; each is made once and kept in the store.
    pub async fn meanings(&self, store: &Store, questions: &[&str]) -> Result<Vec<Vec<f32>>, StoreError> {
        let Some(Meaning { encoder, .. }) = &self.meaning else { return Ok(vec![Vec::new(); questions.len()]) };
        let texts: Vec<(Part, String)> = questions.iter().map(|text| (Part::Phrasing, (*text).to_owned())).collect();
        let (made, _) = super::vectors::vectors(store, encoder, &texts).await?;
        Ok(made.into_iter().map(|vector| vector.map_or_else(Vec::new, |vector| vector.values())).collect())
    }

    /// Looks for what answers a question: the best first. Of the question and its other readings, the one that is
    /// answered most surely counts.
    pub fn find(&self, question: &str) -> Findings {
        let meaning = self.meaning.as_ref().filter(|_| self.read().index.compares_by_meaning());
        let meaning = meaning.and_then(|meaning| meaning.encoder.embed_question(question));
        let stock = self.read();
        let question = Question::new(&stock.analyser, &self.aliases, question);
        stock.index.ask(question.with_meaning(meaning.map(|values| Asked::new(&values))), HITS)
    }

    /// Why a question is answered, asked back or routed, with the documents called as people know them.
    pub fn explain(&self, findings: &Findings, caution: &Caution) -> Explanation {
        let stock = self.read();
        let owner = findings.hits.first().and_then(|hit| stock.index.document(&hit.id));
        let thresholds = owner.map_or(caution.site, |document| caution.of(&document.unit));
        let mut why = Explanation::of(findings, &stock.index, &stock.analyser, &thresholds);
        for nearest in &mut why.nearest {
            let question = stock.cards.get(nearest.document.as_str()).and_then(|card| card.item.as_ref());
            if let Some(item) = question.filter(|_| nearest.heading.is_empty()) {
                nearest.heading.clone_from(&item.question);
            }
        }
        why
    }

    /// What to quote from a document: what the look for an answer chose, or else the piece that answers the question best. Always
    /// verbatim. None when the document is gone meanwhile.
    pub fn quote(&self, question: &str, document: &str, chosen: Option<Quote>) -> Option<String> {
        let stock = self.read();
        let choose = || {
            let question = Question::new(&stock.analyser, &self.aliases, question);
            stock.index.quote(question.readings(), document)
        };
        let quote = chosen.or_else(choose)?;
        let quoted = quote.of(&stock.index.document(document)?).to_owned();
        Some(quoted).filter(|quoted| !quoted.is_empty())
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
        let policy = card.policy.as_ref().and_then(|id| stock.policies.get(&**id));
        let item = card.item.as_ref();
        Some(Source {
            document_id: id.to_owned(),
            title: document.title,
            item_question: item.map(|item| item.question.clone()),
            section: item.is_some_and(|item| item.section),
            number: policy.map(|policy| policy.number.to_string()).unwrap_or_default(),
            unit: stock.names.get(&document.unit).unwrap_or(&document.unit).clone(),
            unit_code: document.unit,
            dated: card.dated,
            standing: policy.map_or(Standing::InForce, |policy| standing(policy, &stock.policies)),
            url: item.map(|item| item.url.clone()).or(policy.map(|policy| policy.url.to_string())).unwrap_or_default(),
            policy: policy
                .filter(|_| item.is_some())
                .map(|policy| PolicyLink { title: policy.title.to_string(), url: policy.url.to_string() }),
        })
    }

    /// Known phrasings, titles and the beginnings of texts with the code of the unit that answers for them, for learning who is
    /// responsible for what: of all documents, or of [`TAUGHT`] evenly spread over a large collection, where more would teach
    /// little and cost minutes.
    pub fn taught(&self) -> Vec<(String, String)> {
        let stock = self.read();
        let documents = stock.index.documents();
        documents
            .step_by(stock.index.len().div_ceil(TAUGHT).max(1))
            .flat_map(|document| {
                let opening = document.opening();
                let said = document.phrasings.into_iter().chain([document.title, opening]);
                said.filter(|text| !text.is_empty()).map(|text| (text, document.unit.clone())).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The weights that it ranks and decides with.
    pub fn weights(&self) -> Arc<Weights> {
        self.read().index.shared_weights()
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

    fn write(&self) -> RwLockWriteGuard<'_, Stock> {
        self.stock.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn standing(policy: &PolicyCard, policies: &HashMap<String, PolicyCard>) -> Standing {
    let successor = |policy: &PolicyCard| policy.superseded_by.as_ref().and_then(|id| policies.get(&**id));
    let Some(mut last) = successor(policy) else { return Standing::InForce };
    for _ in 0..CHAIN {
        let Some(next) = successor(last) else { break };
        last = next;
    }
    Standing::Superseded { by_title: last.title.to_string(), by_number: last.number.to_string() }
}
