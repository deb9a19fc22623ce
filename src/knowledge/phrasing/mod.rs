//! What citizens said when they found an item: proposals of phrasings, by which it is found better the next time.
//!
//! A citizen's choice and “this helped” propose. Nothing changes until a reviewer of the unit that owns the document
//! has accepted the wording: the citizen and the reviewer are the two pairs of eyes.

mod records;

use jiff::Timestamp;
use serde_json::json;

use super::{
    REVISION,
    interpretation::{self, ActError, Actor, Refusal, State, Step},
    personal,
};
use crate::{
    audit,
    id::Ids,
    store::{Connection, StoreError, bump_revision},
};

pub use records::{forget, open_of};

/// The longest wording that is proposed, in characters: a longer one is a story, and stories are personal.
pub const LONGEST: usize = 60;

/// A wording that waits for a reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: String,
    /// The document's id.
    pub interpretation: String,
    /// The question or heading of the item that it is for.
    pub question: String,
    /// What citizens wrote.
    pub wording: String,
    /// How many of them.
    pub people: i64,
}

/// Proposes what a citizen wrote as a phrasing of the item that answered it. Nothing happens where it isn't of use:
/// a policy's own text has no phrasings, a known wording needs none, a long one tells a story, and one that holds a
/// number of a person goes nowhere.
pub async fn propose(
    connection: &mut Connection,
    ids: &Ids,
    citizen: &str,
    (wording, document): (&str, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let wording = wording.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = wording.chars().count();
    if !(2..=LONGEST).contains(&length) || !personal::find(&wording).is_empty() {
        return Ok(());
    }
    let Some((id, position)) = document.split_once('#') else { return Ok(()) };
    let Some(known) = interpretation::find(connection, id).await? else { return Ok(()) };
    let place = position.parse::<usize>().ok().and_then(|position| position.checked_sub(1));
    let Some(item) = place.and_then(|place| known.content.items.get(place)) else { return Ok(()) };
    if item.question == wording || item.phrasings.contains(&wording) {
        return Ok(());
    }
    let proposal = records::open(connection, &ids.next(), (id, &item.question, &wording), now).await?;
    if let Some(proposal) = proposal {
        records::said(connection, &proposal, citizen).await?;
    }
    Ok(())
}

/// Accepts or refuses a wording. Accepted, it is a phrasing of its item from now on; the text that is quoted stays.
pub async fn decide(
    connection: &mut Connection,
    id: &str,
    accept: bool,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), ActError> {
    let unknown = || ActError::Unknown { id: id.to_owned() };
    let proposal = records::find(connection, id).await?.ok_or_else(unknown)?;
    let known = interpretation::find(connection, &proposal.interpretation).await?.ok_or_else(unknown)?;
    if actor.unit != known.owner {
        return Err(Refusal::NotOwner { owner: known.owner }.into());
    }
    if !actor.reviewer {
        return Err(Refusal::NotReviewer.into());
    }
    records::settle(connection, id, accept, &actor.login, now).await?;
    if accept {
        let State::Published { .. } = known.state else {
            return Err(Refusal::WrongState { step: Step::Edit, state: known.state.name() }.into());
        };
        let mut content = known.content.clone();
        let item = content.items.iter_mut().find(|item| item.question == proposal.question).ok_or_else(unknown)?;
        item.phrasings.push(proposal.wording.clone());
        // What is said to whom stays released as it was; only the ways to it are more.
        interpretation::reword(connection, &content, &known.state, known.version, &actor.login, now).await?;
        bump_revision(connection, REVISION).await?;
    }
    let action = if accept { "phrasing.accepted" } else { "phrasing.refused" };
    let detail = json!({ "proposal": id, "people": proposal.people, "version": known.version });
    let (login, subject) = (format!("staff:{}", actor.login), format!("interpretation:{}", proposal.interpretation));
    audit::append(connection, now, &login, action, &subject, &detail).await?;
    Ok(())
}
