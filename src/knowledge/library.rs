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
    REVISION, interpretation, loading,
    policy::{self, PolicyCard, passages},
    stock::{Record, Stock, differences, of_interpretation, of_policy, stamps},
};
use crate::{
    directory::units,
    matching::{Explanation, Findings, Hit, Thresholds, Weights},
    store::{Connection, Store, StoreError, revision},
};

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

/// Everything that can be asked. Share it in an `Arc`.
pub struct Library {
    weights: Arc<Weights>,
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
        Ok(Self { weights, stock: RwLock::new(stock), refreshing: tokio::sync::Mutex::default() })
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

    /// Looks for what answers a question: the best first.
    pub fn find(&self, question: &str) -> Findings {
        let stock = self.read();
        stock.index.search(&stock.analyser, question, HITS)
    }

    /// Why a question is answered, asked back or routed, with the documents called as people know them.
    pub fn explain(&self, findings: &Findings, thresholds: &Thresholds) -> Explanation {
        let stock = self.read();
        let mut why = Explanation::of(findings, &stock.index, &stock.analyser, thresholds);
        for nearest in &mut why.nearest {
            let question = stock.cards.get(&nearest.document).and_then(|card| card.item_question.as_ref());
            if let Some(question) = question.filter(|_| nearest.heading.is_empty()) {
                nearest.heading.clone_from(question);
            }
        }
        why
    }

    /// The quotation of a hit: a verbatim piece of what is published. None when it is gone meanwhile.
    pub fn quote(&self, hit: &Hit) -> Option<String> {
        let stock = self.read();
        let document = stock.index.document(&hit.id)?;
        let quoted = hit.quoted(&document);
        (!quoted.is_empty()).then(|| quoted.to_owned())
    }

    /// The whole text of a document: an item's answer, or a policy's text.
    pub fn text(&self, id: &str) -> Option<String> {
        self.read().index.document(id).map(|document| passages::join(&document.passages))
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

    /// Every known phrasing with the code of the unit that answers it, for learning who is responsible for what.
    pub fn taught(&self) -> Vec<(String, String)> {
        let stock = self.read();
        let documents = stock.index.documents();
        documents
            .flat_map(|document| {
                let said = document.phrasings.into_iter().chain([document.title]);
                said.map(|phrasing| (phrasing, document.unit.clone())).collect::<Vec<_>>()
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
