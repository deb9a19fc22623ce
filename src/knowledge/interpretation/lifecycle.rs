//! The life of an interpretation: draft → in review → published → withdrawn. Pure.
//!
//! Only the owner's staff may change it, and nobody approves what they wrote. That a policy was superseded is no state
//! of its interpretation: it follows from the policy.

use serde::{Deserialize, Serialize};

use crate::{locale::Phrase, phrase};

/// A member of staff who wants to change something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their login.
    pub login: String,
    /// Their unit's code.
    pub unit: String,
    /// Whether they may approve what colleagues wrote.
    pub reviewer: bool,
}

/// Where an interpretation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft {
        /// Who wrote the present text.
        author: String,
    },
    /// Waiting for approval.
    InReview {
        /// Who wrote the present text.
        author: String,
    },
    /// Citizens are answered from it.
    Published {
        /// Who wrote the present text.
        author: String,
        /// The login or the rule that released it.
        released_by: String,
    },
    /// Taken back: nobody is answered from it.
    Withdrawn {
        /// Who wrote the present text.
        author: String,
        /// The login or the rule that had released it, or empty.
        released_by: String,
    },
}

/// What can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Its text is changed.
    Edit,
    /// It is handed to a reviewer.
    Submit,
    /// The reviewer hands it back.
    SendBack,
    /// The reviewer releases it.
    Approve,
    /// It is taken back.
    Withdraw,
}

/// Why something can't be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The actor belongs to another unit.
    #[error("only staff of the unit {owner} may change it")]
    NotOwner {
        /// The unit whose it is.
        owner: String,
    },
    /// The actor may not approve.
    #[error("only a reviewer may do this")]
    NotReviewer,
    /// The actor wrote it.
    #[error("nobody approves what they wrote")]
    OwnText,
    /// The step doesn't fit the state.
    #[error("{step:?} isn't possible in the state {state}")]
    WrongState {
        /// What was wanted.
        step: Step,
        /// Where it stands.
        state: &'static str,
    },
}

impl Refusal {
    /// What the member of staff reads.
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::NotOwner { owner } => phrase!("interpretation-refused-not-owner", unit = owner),
            Self::NotReviewer => phrase!("interpretation-refused-not-reviewer"),
            Self::OwnText => phrase!("interpretation-refused-own-text"),
            Self::WrongState { .. } => phrase!("interpretation-refused-wrong-state"),
        }
    }
}

impl State {
    /// Its name in the store.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Draft { .. } => "draft",
            Self::InReview { .. } => "in_review",
            Self::Published { .. } => "published",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Who wrote the present text.
    pub fn author(&self) -> &str {
        match self {
            Self::Draft { author }
            | Self::InReview { author }
            | Self::Published { author, .. }
            | Self::Withdrawn { author, .. } => author,
        }
    }

    /// Who released it, empty while nobody has.
    pub fn released_by(&self) -> &str {
        match self {
            Self::Draft { .. } | Self::InReview { .. } => "",
            Self::Published { released_by, .. } | Self::Withdrawn { released_by, .. } => released_by,
        }
    }

    /// The state after a step by `actor`, where `owner` is the unit whose it is.
    pub fn after(self, step: Step, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        match step {
            Step::Edit => self.edit(actor, owner),
            Step::Submit => self.submit(actor, owner),
            Step::SendBack => self.send_back(actor, owner),
            Step::Approve => self.approve(actor, owner),
            Step::Withdraw => self.withdraw(actor, owner),
        }
    }

    /// Its text changes, so it must be approved anew, whatever it was: until then nobody is answered from it.
    pub fn edit(self, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        belongs(actor, owner)?;
        match self {
            Self::Draft { .. } | Self::Published { .. } | Self::Withdrawn { .. } => {
                Ok(Self::Draft { author: actor.login.clone() })
            }
            // What a reviewer reads must be what the reviewer approves.
            Self::InReview { .. } => Err(self.refuse(Step::Edit)),
        }
    }

    /// Hands it to a reviewer.
    pub fn submit(self, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        belongs(actor, owner)?;
        match self {
            Self::Draft { author } => Ok(Self::InReview { author }),
            other => Err(other.refuse(Step::Submit)),
        }
    }

    /// Hands it back to its author, who may do so too.
    pub fn send_back(self, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        belongs(actor, owner)?;
        match self {
            Self::InReview { author } if actor.reviewer || actor.login == author => Ok(Self::Draft { author }),
            Self::InReview { .. } => Err(Refusal::NotReviewer),
            other => Err(other.refuse(Step::SendBack)),
        }
    }

    /// Releases it.
    pub fn approve(self, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        belongs(actor, owner)?;
        match self {
            Self::InReview { .. } if !actor.reviewer => Err(Refusal::NotReviewer),
            Self::InReview { author } if author == actor.login => Err(Refusal::OwnText),
            Self::InReview { author } => Ok(Self::Published { author, released_by: actor.login.clone() }),
            other => Err(other.refuse(Step::Approve)),
        }
    }

    /// Takes it back. What is wrong must go at once, so any of the owner's reviewers can, the author included.
    pub fn withdraw(self, actor: &Actor, owner: &str) -> Result<Self, Refusal> {
        belongs(actor, owner)?;
        match self {
            Self::Published { .. } if !actor.reviewer => Err(Refusal::NotReviewer),
            Self::Published { author, released_by } => Ok(Self::Withdrawn { author, released_by }),
            other => Err(other.refuse(Step::Withdraw)),
        }
    }

    fn refuse(&self, step: Step) -> Refusal {
        Refusal::WrongState { step, state: self.name() }
    }
}

fn belongs(actor: &Actor, owner: &str) -> Result<(), Refusal> {
    if actor.unit == owner { Ok(()) } else { Err(Refusal::NotOwner { owner: owner.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(login: &str, unit: &str, reviewer: bool) -> Actor {
        Actor { login: login.into(), unit: unit.into(), reviewer }
    }

    #[test]
    fn from_draft_to_withdrawn_by_two_people() {
        let (writer, reviewer) = (actor("w", "tax", true), actor("r", "tax", true));
        let draft = State::Draft { author: "w".into() };
        let waiting = draft.submit(&writer, "tax").unwrap();
        assert_eq!(waiting.clone().approve(&writer, "tax"), Err(Refusal::OwnText));
        assert_eq!(waiting.clone().approve(&actor("x", "tax", false), "tax"), Err(Refusal::NotReviewer));
        let published = waiting.approve(&reviewer, "tax").unwrap();
        assert_eq!(published.released_by(), "r");
        assert_eq!(published.withdraw(&reviewer, "tax").unwrap().name(), "withdrawn");
    }

    #[test]
    fn another_unit_can_do_nothing() {
        let stranger = actor("s", "civil", true);
        let states = [
            State::Draft { author: "w".into() },
            State::InReview { author: "w".into() },
            State::Published { author: "w".into(), released_by: "r".into() },
            State::Withdrawn { author: "w".into(), released_by: "r".into() },
        ];
        for state in states {
            for step in [Step::Edit, Step::Submit, Step::SendBack, Step::Approve, Step::Withdraw] {
                assert_eq!(
                    state.clone().after(step, &stranger, "tax"),
                    Err(Refusal::NotOwner { owner: "tax".into() }),
                    "{step:?} of {state:?}"
                );
            }
        }
    }

    #[test]
    fn a_change_needs_a_new_approval() {
        let published = State::Published { author: "w".into(), released_by: "r".into() };
        assert_eq!(published.edit(&actor("r", "tax", true), "tax").unwrap(), State::Draft { author: "r".into() });
        let waiting = State::InReview { author: "w".into() };
        assert!(matches!(waiting.edit(&actor("w", "tax", false), "tax"), Err(Refusal::WrongState { .. })));
    }
}
