//! What staff do with interpretations. Each act changes the row, tells the replicas if citizens see the difference,
//! and appends its audit row, all in the caller's transaction.

use jiff::Timestamp;
use serde_json::json;

use super::{
    Interpretation, Item, Kind, lifecycle::Actor, lifecycle::Refusal, lifecycle::State, lifecycle::Step, records,
};
use crate::{
    audit,
    id::Ids,
    knowledge::{REVISION, second_look},
    store::{Connection, StoreError, bump_revision},
};

/// Why an act failed.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The rules don't allow it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is nothing with that id.
    #[error("there is no interpretation {id}")]
    Unknown {
        /// The id.
        id: String,
    },
    /// The store failed, or somebody else was first ([`StoreError::Conflict`]).
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An approved reply to a citizen's question, about to become knowledge. It must hold nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The question, in general words.
    pub question: String,
    /// Other wordings.
    pub phrasings: Vec<String>,
    /// The answer, as it will be quoted.
    pub answer: String,
    /// The unit that replied and answers for it.
    pub unit: String,
}

/// Begins a new interpretation or guide. For an interpretation its policy must exist, and its owner is derived from it.
pub async fn create_draft(
    connection: &mut Connection,
    content: &Interpretation,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), ActError> {
    let owner = records::owner_of(connection, &content.kind).await?;
    // Starting a draft is an edit of nothing: the same people may do it.
    let state = State::Draft { author: actor.login.clone() }.edit(actor, &owner)?;
    records::insert(connection, content, &state, now).await?;
    audited(connection, now, &actor.login, "interpretation.drafted", &content.id, &json!({ "owner": owner })).await?;
    Ok(())
}

/// Changes the text; what it explains stays. It is a draft again, and nobody is answered from it until it is approved.
pub async fn revise(
    connection: &mut Connection,
    content: &Interpretation,
    version: i64,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), ActError> {
    let before = load(connection, &content.id).await?;
    let was_published = matches!(before.state, State::Published { .. });
    let state = before.state.edit(actor, &before.owner)?;
    let content = Interpretation { kind: before.content.kind, ..content.clone() };
    records::change(connection, &content, &state, version, &actor.login, now).await?;
    if was_published {
        bump_revision(connection, REVISION).await?;
    }
    let detail = json!({ "version": version + 1 });
    audited(connection, now, &actor.login, "interpretation.revised", &content.id, &detail).await?;
    Ok(())
}

/// Takes one step of the life-cycle with the row as it was at `version`.
pub async fn step(
    connection: &mut Connection,
    id: &str,
    version: i64,
    step: Step,
    actor: &Actor,
    now: Timestamp,
) -> Result<State, ActError> {
    let before = load(connection, id).await?;
    let was_published = matches!(before.state, State::Published { .. });
    let after = before.state.after(step, actor, &before.owner)?;
    records::set_state(connection, id, version, &after, now).await?;
    if was_published || matches!(after, State::Published { .. }) {
        bump_revision(connection, REVISION).await?;
    }
    if matches!(after, State::Published { .. }) {
        // What people said of the version before is dealt with.
        second_look::settle(connection, id, ("", &actor.login), now).await?;
    }
    let action = match step {
        Step::Edit => "interpretation.reopened",
        Step::Submit => "interpretation.submitted",
        Step::SendBack => "interpretation.sent_back",
        Step::Approve => "interpretation.published",
        Step::Withdraw => "interpretation.withdrawn",
    };
    let detail = json!({ "version": version + 1, "kind": before.content.kind.name() });
    audited(connection, now, &actor.login, action, id, &detail).await?;
    Ok(after)
}

/// Proposes an approved reply as knowledge. It waits for a reviewer of its unit who isn't its author.
pub async fn propose_reply(
    connection: &mut Connection,
    id: &str,
    reply: &Reply,
    author: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let content = Interpretation {
        id: id.to_owned(),
        kind: Kind::Reply { unit: reply.unit.clone() },
        title: reply.question.clone(),
        dated: Some(crate::clock::city_date(now)),
        url: String::new(),
        intro: String::new(),
        items: vec![Item {
            question: reply.question.clone(),
            phrasings: reply.phrasings.clone(),
            answer: reply.answer.clone(),
        }],
    };
    records::insert(connection, &content, &State::InReview { author: author.to_owned() }, now).await?;
    audited(connection, now, author, "interpretation.proposed", id, &json!({ "unit": reply.unit })).await
}

/// Stores whether an answer helped. It changes nothing that others see until somebody has reviewed it.
pub async fn record_feedback(
    connection: &mut Connection,
    ids: &Ids,
    citizen: &str,
    (question, document): (&str, &str),
    helped: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    records::insert_feedback(connection, &ids.next(), citizen, (question, document, helped), now).await
}

/// Writes what a member of staff did into the audit log.
async fn audited(
    connection: &mut Connection,
    now: Timestamp,
    login: &str,
    action: &str,
    id: &str,
    detail: &serde_json::Value,
) -> Result<(), StoreError> {
    audit::append(connection, now, &format!("staff:{login}"), action, &format!("interpretation:{id}"), detail).await
}

async fn load(connection: &mut Connection, id: &str) -> Result<super::StoredInterpretation, ActError> {
    records::find(connection, id).await?.ok_or_else(|| ActError::Unknown { id: id.to_owned() })
}
