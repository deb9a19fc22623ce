//! What is published, as it is kept in memory: documents in the index, and what a source says beyond them.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher as _},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    interpretation::{Kind, StoredInterpretation},
    policy::{PolicyCard, StoredPolicy, passages},
};
use crate::{
    directory::units::Unit,
    matching::{Analyser, Document, Index, Passage, Prepared},
};

/// A record of the store, from which documents are made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Record {
    Policy(String),
    Interpretation(String),
}

/// What changes when the documents of a record must be made again.
pub(super) type Stamps = HashMap<Record, u64>;

/// What a source says beyond what the index and its policy's card know.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) policy: Option<Arc<str>>,
    pub(super) dated: Option<Date>,
    /// None where the document is a policy's own text.
    pub(super) item: Option<Box<ItemCard>>,
}

/// What a source says of an item.
#[derive(Debug)]
pub(super) struct ItemCard {
    pub(super) question: String,
    pub(super) url: String,
    /// Whether it is a section of a guide: its heading alone says nothing, all guides have it.
    pub(super) section: bool,
}

/// All of it.
pub(super) struct Stock {
    pub(super) revision: i64,
    pub(super) analyser: Arc<Analyser>,
    pub(super) index: Index,
    pub(super) units: Vec<Unit>,
    pub(super) names: HashMap<String, String>,
    pub(super) policies: HashMap<String, PolicyCard>,
    pub(super) cards: HashMap<Arc<str>, Card>,
    pub(super) stamps: Stamps,
    /// The documents of each interpretation, guide and reply. A policy has one at most, called as the policy is: a hundred
    /// thousand of them need no list.
    pub(super) documents: HashMap<String, Box<[Arc<str>]>>,
}

impl Stock {
    /// Puts the documents of a record in the place of those that it had.
    pub(super) fn replace(&mut self, record: Record, entries: Vec<(Document, Card)>) {
        let weights = self.index.weights().index;
        let prepare = |(document, card)| (Prepared::new(&self.analyser, &weights, document), card);
        let entries = entries.into_iter().map(prepare).collect();
        self.replace_prepared(record, entries);
    }

    /// The same for documents that were analysed before.
    pub(super) fn replace_prepared(&mut self, record: Record, entries: Vec<(Prepared, Card)>) {
        // An id is kept once, and shared.
        let mut ids = Vec::with_capacity(entries.len());
        for (document, mut card) in entries {
            let id = self.index.add_prepared(&self.analyser, document);
            if card.policy.as_ref() == Some(&id) {
                card.policy = Some(Arc::clone(&id));
            }
            self.cards.insert(Arc::clone(&id), card);
            ids.push(id);
        }
        let before = match record {
            Record::Policy(id) => Some([id.into()].into()),
            Record::Interpretation(id) if ids.is_empty() => self.documents.remove(&id),
            Record::Interpretation(id) => self.documents.insert(id, ids.as_slice().into()),
        };
        for gone in before.unwrap_or_default().iter().filter(|id| !ids.contains(id)) {
            self.index.remove(gone);
            self.cards.remove(gone);
        }
    }
}

/// What can be found: the records that speak, with their stamps.
pub(super) fn stamps(policies: &HashMap<String, PolicyCard>, published: Vec<(String, Option<String>, i64)>) -> Stamps {
    let mut stamps = Stamps::new();
    let explained: HashSet<&str> = published.iter().filter_map(|(_, policy, _)| policy.as_deref()).collect();
    // A policy that is explained speaks through its interpretations: its own text would only compete with them.
    for (id, card) in policies.iter().filter(|(id, card)| card.proactive && !explained.contains(id.as_str())) {
        stamps.insert(Record::Policy(id.clone()), card.stamp);
    }
    for (id, policy, version) in published {
        let in_force = policy.and_then(|id| policies.get(&id)).is_none_or(|card| card.superseded_by.is_none());
        let mut hasher = DefaultHasher::new();
        (version, in_force).hash(&mut hasher);
        stamps.insert(Record::Interpretation(id), hasher.finish());
    }
    stamps
}

/// The records that came, went or changed.
pub(super) fn differences(before: &Stamps, after: &Stamps) -> Vec<Record> {
    let gone = before.keys().filter(|record| !after.contains_key(record));
    let new = after.iter().filter(|(record, stamp)| before.get(record) != Some(stamp)).map(|(record, _)| record);
    gone.chain(new).cloned().collect()
}

/// The document that a policy's own text is.
pub(super) fn of_policy(stored: StoredPolicy, policies: &HashMap<String, PolicyCard>) -> Vec<(Document, Card)> {
    let policy = stored.policy;
    let passages = passages::split(&policy.body);
    if passages.is_empty() {
        return Vec::new();
    }
    let card = Card { policy: Some(policy.id.as_str().into()), dated: policy.dated, item: None };
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

/// The documents that the items of an interpretation, a guide or a reply are.
pub(super) fn of_interpretation(
    stored: StoredInterpretation,
    policies: &HashMap<String, PolicyCard>,
) -> Vec<(Document, Card)> {
    let (content, owner) = (stored.content, stored.owner);
    let policy = match &content.kind {
        Kind::Interpretation { policy } => Some(policy.clone()),
        Kind::Guide { .. } | Kind::Reply { .. } => None,
    };
    let in_force = policy.as_ref().and_then(|id| policies.get(id)).is_none_or(|card| card.superseded_by.is_none());
    let policy: Option<Arc<str>> = policy.map(Into::into);
    // A guide's headings are the same in all guides: as phrasings they would find every one of them.
    let asked_by_question = !matches!(content.kind, Kind::Guide { .. });
    (1..)
        .zip(content.items)
        .map(|(position, item)| {
            let id = format!("{}#{position}", content.id);
            let mut phrasings = item.phrasings;
            if asked_by_question {
                phrasings.insert(0, item.question.clone());
            }
            // Beside the title a heading tells the sections of a guide apart; a question is among the phrasings.
            let heading = if asked_by_question { String::new() } else { item.question.clone() };
            let passages = vec![Passage { heading, text: item.answer }];
            let card = Card {
                policy: policy.clone(),
                dated: content.dated,
                item: Some(Box::new(ItemCard {
                    question: item.question,
                    url: content.url.clone(),
                    section: !asked_by_question,
                })),
            };
            let title = content.title.clone();
            (Document { id, title, phrasings, passages, unit: owner.clone(), in_force }, card)
        })
        .collect()
}
