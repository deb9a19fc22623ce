//! The life-cycle of a ticket. Each transition consumes the ticket and gives it back changed, with the event to record,
//! or refuses with a reason. Pure: no store, no clock.
//!
//! ```text
//! Assigned ──claim──▶ Claimed ──draft──▶ Drafted ──approve──▶ Answered ──rate──▶ Rated
//!    ▲   └──────────────┴─return──▶ Returned ──assign──▶ Assigned (designated: no second return)
//!    └── citizen: withdraw, until it is answered;  reviewer: send back, Drafted ▶ Claimed
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::directory::staff::{Role, StaffMember};

/// The longest reply or reason, in characters.
const MAX_TEXT: usize = 4_000;

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A member of staff.
    Staff(&'a StaffMember),
    /// The citizen who asked.
    Citizen(&'a str),
}

impl Actor<'_> {
    /// How events and the audit log name the actor.
    pub fn label(&self) -> String {
        match self {
            Self::Staff(member) => format!("staff:{}", member.login),
            Self::Citizen(_) => "citizen".to_owned(),
        }
    }
}

/// Where a ticket stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum State {
    /// A unit has it; nobody there has taken it yet.
    Assigned,
    /// Somebody works on it.
    Claimed {
        /// Their login.
        by: String,
    },
    /// A reply waits for approval.
    Drafted {
        /// The reply as drafted.
        draft: Draft,
    },
    /// The unit isn't competent and said why; the dispatcher decides.
    Returned {
        /// Which unit returned it.
        unit: String,
        /// Why.
        reason: String,
    },
    /// The reply was approved and sent.
    Answered {
        /// The reply.
        reply: Reply,
    },
    /// The citizen said whether it helped.
    Rated {
        /// The reply.
        reply: Reply,
        /// What they said.
        rating: Rating,
    },
    /// The citizen took the question back.
    Withdrawn,
}

impl State {
    /// The state's name, as stored beside it for lists.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Claimed { .. } => "claimed",
            Self::Drafted { .. } => "drafted",
            Self::Returned { .. } => "returned",
            Self::Answered { .. } => "answered",
            Self::Rated { .. } => "rated",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether somebody still has to do something.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Assigned | Self::Claimed { .. } | Self::Drafted { .. } | Self::Returned { .. })
    }
}

/// A reply that isn't approved yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The words.
    pub text: String,
    /// Who wrote them.
    pub author: String,
    /// Why a reviewer sent an earlier one back, if so.
    pub remark: Option<String>,
}

/// An approved reply (答复).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The words.
    pub text: String,
    /// The unit that replies.
    pub unit: String,
    /// Who wrote them.
    pub author: String,
    /// Who approved them.
    pub approved_by: String,
    /// When.
    pub at: Timestamp,
}

/// What the citizen said of a reply (回访评价).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// It helped.
    Helped,
    /// It didn't.
    NotHelped,
}

/// Why a transition is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ticket isn't in a state where this can be done.
    #[error("this can't be done at this stage")]
    WrongState,
    /// It belongs to another unit.
    #[error("the ticket belongs to another unit")]
    OtherUnit,
    /// The role is missing.
    #[error("this needs another role")]
    MissingRole,
    /// Nobody approves their own draft.
    #[error("a draft is approved by somebody other than its author")]
    OwnDraft,
    /// The dispatcher designated this unit: it can't be returned again, as hotline ordinances have it.
    #[error("the dispatcher designated this unit: it can't be returned")]
    Designated,
    /// A reason is needed.
    #[error("a reason is needed")]
    NoReason,
    /// The text is empty or too long.
    #[error("the text must have between 1 and {MAX_TEXT} characters")]
    BadText,
    /// Somebody else asked this.
    #[error("only the person who asked can do this")]
    NotTheAsker,
}

/// A transition that was allowed: the ticket after it, and the event to record.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The ticket, changed.
    pub ticket: Ticket,
    /// The event's name.
    pub event: &'static str,
    /// What the event says beyond its name.
    pub detail: serde_json::Value,
    /// By whom.
    pub actor: String,
}

impl Ticket {
    /// Takes it on, for oneself.
    pub fn claim(mut self, actor: Actor<'_>) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        match self.state {
            State::Assigned => {
                self.state = State::Claimed { by: member.login.clone() };
                Ok(self.step(actor, "claimed", serde_json::Value::Null))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Writes or rewrites the reply, which then waits for approval.
    pub fn draft(mut self, actor: Actor<'_>, text: &str) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        let text = checked(text).ok_or(Refusal::BadText)?;
        match self.state {
            State::Assigned | State::Claimed { .. } | State::Drafted { .. } => {
                self.state = State::Drafted { draft: Draft { text, author: member.login.clone(), remark: None } };
                Ok(self.step(actor, "drafted", serde_json::Value::Null))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// A reviewer sends the draft back with a remark.
    pub fn send_back(mut self, actor: Actor<'_>, remark: &str) -> Result<Step, Refusal> {
        self.reviewer(actor)?;
        let remark = checked(remark).ok_or(Refusal::NoReason)?;
        match self.state {
            State::Drafted { draft } => {
                let author = draft.author.clone();
                self.state = State::Claimed { by: author };
                Ok(self.step(actor, "sent_back", serde_json::json!({ "remark": remark, "draft": draft.text })))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// A reviewer, who isn't the author, approves the draft: it is the unit's reply now.
    pub fn approve(mut self, actor: Actor<'_>, at: Timestamp) -> Result<Step, Refusal> {
        let reviewer = self.reviewer(actor)?;
        match self.state {
            State::Drafted { draft } if draft.author == reviewer.login => Err(Refusal::OwnDraft),
            State::Drafted { draft } => {
                self.state = State::Answered {
                    reply: Reply {
                        text: draft.text,
                        unit: self.unit.clone(),
                        author: draft.author,
                        approved_by: reviewer.login.clone(),
                        at,
                    },
                };
                Ok(self.step(actor, "approved", serde_json::Value::Null))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// The unit isn't competent: back to the dispatcher, with the reason.
    pub fn give_back(mut self, actor: Actor<'_>, reason: &str) -> Result<Step, Refusal> {
        self.unit_staff(actor)?;
        let reason = checked(reason).ok_or(Refusal::NoReason)?;
        if self.designated {
            return Err(Refusal::Designated);
        }
        match self.state {
            State::Assigned | State::Claimed { .. } | State::Drafted { .. } => {
                let detail = serde_json::json!({ "unit": self.unit, "reason": reason });
                self.state = State::Returned { unit: self.unit.clone(), reason };
                Ok(self.step(actor, "returned", detail))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// The dispatcher says who is responsible. What a unit had returned is designated by this: it can't be returned
    /// again.
    pub fn assign(mut self, actor: Actor<'_>, unit: &str) -> Result<Step, Refusal> {
        let Actor::Staff(member) = actor else { return Err(Refusal::MissingRole) };
        if !member.is(Role::Dispatcher) {
            return Err(Refusal::MissingRole);
        }
        match self.state {
            State::Returned { .. } => self.designated = true,
            State::Assigned | State::Claimed { .. } => {}
            _ => return Err(Refusal::WrongState),
        }
        let detail = serde_json::json!({ "from": self.unit, "to": unit, "designated": self.designated });
        unit.clone_into(&mut self.unit);
        self.state = State::Assigned;
        Ok(self.step(actor, "assigned", detail))
    }

    /// The citizen says whether the reply helped. They may change their mind.
    pub fn rate(mut self, actor: Actor<'_>, rating: Rating) -> Result<Step, Refusal> {
        self.asker(actor)?;
        match self.state {
            State::Answered { reply } | State::Rated { reply, .. } => {
                self.state = State::Rated { reply, rating };
                Ok(self.step(actor, "rated", serde_json::json!({ "rating": rating })))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// The citizen takes the question back while it is open.
    pub fn withdraw(mut self, actor: Actor<'_>) -> Result<Step, Refusal> {
        self.asker(actor)?;
        if !self.state.is_open() {
            return Err(Refusal::WrongState);
        }
        self.state = State::Withdrawn;
        Ok(self.step(actor, "withdrawn", serde_json::Value::Null))
    }

    fn unit_staff<'a>(&self, actor: Actor<'a>) -> Result<&'a StaffMember, Refusal> {
        match actor {
            Actor::Staff(member) if member.unit != self.unit => Err(Refusal::OtherUnit),
            Actor::Staff(member) if member.is(Role::Staff) || member.is(Role::Reviewer) => Ok(member),
            _ => Err(Refusal::MissingRole),
        }
    }

    fn reviewer<'a>(&self, actor: Actor<'a>) -> Result<&'a StaffMember, Refusal> {
        match actor {
            Actor::Staff(member) if member.unit != self.unit => Err(Refusal::OtherUnit),
            Actor::Staff(member) if member.is(Role::Reviewer) => Ok(member),
            _ => Err(Refusal::MissingRole),
        }
    }

    fn asker(&self, actor: Actor<'_>) -> Result<(), Refusal> {
        match actor {
            Actor::Citizen(id) if id == self.citizen_id => Ok(()),
            _ => Err(Refusal::NotTheAsker),
        }
    }

    fn step(self, actor: Actor<'_>, event: &'static str, detail: serde_json::Value) -> Step {
        Step { actor: actor.label(), ticket: self, event, detail }
    }
}

fn checked(text: &str) -> Option<String> {
    let text = crate::message::clean(text);
    (!text.is_empty() && text.chars().nth(MAX_TEXT).is_none()).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{calendar::Calendar, message::Address};

    fn member(login: &str, unit: &str, roles: &[Role]) -> StaffMember {
        StaffMember {
            id: login.into(),
            login: login.into(),
            name: login.into(),
            unit: unit.into(),
            roles: roles.iter().copied().collect::<BTreeSet<_>>(),
        }
    }

    fn ticket() -> Ticket {
        Ticket {
            id: "t".into(),
            number: "Z20261123-0001".into(),
            question: "?".into(),
            kind: None,
            citizen_id: "c".into(),
            reply_to: Address { channel: "web".into(), account: "main".into(), person: "p".into() },
            unit: "hrss".into(),
            designated: false,
            state: State::Assigned,
            version: 1,
            filed_at: Timestamp::UNIX_EPOCH,
            reckoning: Calendar::default().deadline(jiff::civil::date(2026, 11, 23), 5),
        }
    }

    #[test]
    fn nobody_approves_their_own_draft() {
        let both = member("a", "hrss", &[Role::Staff, Role::Reviewer]);
        let other = member("b", "hrss", &[Role::Reviewer]);
        let drafted = ticket().draft(Actor::Staff(&both), "答").unwrap().ticket;
        assert_eq!(drafted.clone().approve(Actor::Staff(&both), Timestamp::UNIX_EPOCH), Err(Refusal::OwnDraft));
        let answered = drafted.approve(Actor::Staff(&other), Timestamp::UNIX_EPOCH).unwrap().ticket;
        assert!(matches!(answered.state, State::Answered { reply } if reply.text == "答" && reply.approved_by == "b"));
    }

    #[test]
    fn a_designated_unit_cannot_return_it_again() {
        let staff = member("a", "hrss", &[Role::Staff]);
        let dispatcher = member("d", "office", &[Role::Dispatcher]);
        let returned = ticket().give_back(Actor::Staff(&staff), "不是我们").unwrap().ticket;
        let again = returned.assign(Actor::Staff(&dispatcher), "hrss").unwrap().ticket;
        assert!(again.designated);
        assert_eq!(again.give_back(Actor::Staff(&staff), "还是不是"), Err(Refusal::Designated));
    }

    #[test]
    fn another_unit_and_another_citizen_are_refused() {
        let stranger = member("s", "tax", &[Role::Staff, Role::Reviewer]);
        assert_eq!(ticket().claim(Actor::Staff(&stranger)), Err(Refusal::OtherUnit));
        assert_eq!(ticket().withdraw(Actor::Citizen("x")), Err(Refusal::NotTheAsker));
        assert_eq!(
            ticket().give_back(Actor::Staff(&member("a", "hrss", &[Role::Staff])), " \u{200B} "),
            Err(Refusal::NoReason)
        );
    }
}
