//! The life-cycle of a ticket. Each transition consumes the ticket and gives it back changed, with the event to record,
//! or refuses with a reason. Pure: no store; the time and the calendar are handed in.
//!
//! ```text
//!               ┌───────── reopen, once ────────────────────────────────────────────┐
//!               ▼                                                                   │
//! filed ──▶ Assigned ──claim──▶ Claimed ──draft──▶ Drafted ──approve──▶ Answered ──rate──▶ Rated
//!             ▲ │ │               │  ▲ ▲               │ │                 (or Referred: the right place is named)
//!   transfer ─┘ │ │     ask back ─┘  │ └── send back ──┘ │
//!               │ │  AwaitingCitizen ┘ (clock stopped)   │
//!               │ └─────────────── return ◀──────────────┘      Returned ──designate──▶ Assigned (no second return)
//!               └── silent: reminded, its head, the dispatcher ──▶ Returned
//!
//! Any open one: merge ──▶ Merged ──(the other is answered)──▶ Answered;  withdraw ──▶ Withdrawn
//! ```
//!
//! `enclosure` is about files that go with the reply, `unit` is what the responsible unit does, `cooperation` what it does with others, `dispatch` what the dispatcher
//! does, `citizen` what the person who asked does, `rule` what happens by itself.

mod citizen;
mod cooperation;
mod dispatch;
mod enclosure;
mod rule;
mod unit;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};

pub use dispatch::Splinter;

use super::Ticket;
use crate::{
    calendar::Calendar,
    directory::staff::{Role, StaffMember},
};

/// The longest reply or reason, in characters.
pub const MAX_TEXT: usize = 4_000;
/// The most units that cooperate on one ticket.
pub const MAX_PARTS: usize = 8;
/// Working days after which a ticket ends when the citizen doesn't answer what they were asked.
pub const WAIT_FOR_CITIZEN: u16 = 10;

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum Actor<'a> {
    /// A member of staff.
    Staff(&'a StaffMember),
    /// The citizen who asked.
    Citizen(&'a str),
    /// A rule, by its name.
    Rule(&'static str),
}

impl Actor<'_> {
    /// How events and the audit log name the actor.
    pub fn label(&self) -> String {
        match self {
            Self::Staff(member) => format!("staff:{}", member.login),
            Self::Citizen(_) => "citizen".to_owned(),
            Self::Rule(name) => format!("rule:{name}"),
        }
    }
}

/// When something happens, and which days are working days.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// When.
    pub at: Timestamp,
    /// Working days.
    pub calendar: &'a Calendar,
}

impl Moment<'_> {
    /// The day in the city.
    pub fn today(&self) -> Date {
        crate::clock::city_date(self.at)
    }
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
    /// Nobody approves what they wrote or asked for themselves.
    #[error("it is approved by somebody other than its author")]
    OwnDraft,
    /// Nobody approves a file that they added themselves.
    #[error("a file with the reply is approved by somebody other than whoever added it")]
    OwnFile,
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
    /// The unit has it already, or gave it away before.
    #[error("that unit has the ticket, or had it and gave it away")]
    SameUnit,
    /// A cooperating unit has not written its part.
    #[error("a cooperating unit hasn't written its part")]
    PartMissing,
    /// As many units cooperate as can.
    #[error("at most {MAX_PARTS} units cooperate on a ticket")]
    TooManyParts,
    /// The time was extended already, or somebody asked for it.
    #[error("the time can be extended once")]
    ExtendedBefore,
    /// Longer than the period itself, or nothing.
    #[error("an extension is between 1 working day and the period itself")]
    BadExtension,
    /// It was reopened already.
    #[error("a ticket is reopened once")]
    ReopenedBefore,
    /// A ticket can't be merged into itself or into one that is closed or merged.
    #[error("that ticket can't take this one in")]
    BadMerge,
    /// It is no kind of message, or the one that staff set already.
    #[error("choose a kind of message other than the one that is set")]
    BadKind,
}

/// What happened to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named as its transition, and told in the console's words")]
pub enum Happened {
    Filed,
    Claimed,
    HandedOver,
    Drafted,
    SentBack,
    Approved,
    Returned,
    Assigned,
    Transferred,
    AskedCitizen,
    CitizenReminded,
    CitizenAnswered,
    ExtensionAsked,
    Extended,
    ExtensionRefused,
    UnitInvolved,
    PartWritten,
    PartReleased,
    Merged,
    Unmerged,
    AnsweredWith,
    Split,
    Reopened,
    Rated,
    Withdrawn,
    Lapsed,
    TakenBack,
    Escalated,
    Reminded,
    Recomputed,
    Moved,
    FileAdded,
    FileRemoved,
    KindSet,
}

impl Happened {
    /// All.
    pub const ALL: [Self; 34] = [
        Self::Filed,
        Self::Claimed,
        Self::HandedOver,
        Self::Drafted,
        Self::SentBack,
        Self::Approved,
        Self::Returned,
        Self::Assigned,
        Self::Transferred,
        Self::AskedCitizen,
        Self::CitizenReminded,
        Self::CitizenAnswered,
        Self::ExtensionAsked,
        Self::Extended,
        Self::ExtensionRefused,
        Self::UnitInvolved,
        Self::PartWritten,
        Self::PartReleased,
        Self::Merged,
        Self::Unmerged,
        Self::AnsweredWith,
        Self::Split,
        Self::Reopened,
        Self::Rated,
        Self::Withdrawn,
        Self::Lapsed,
        Self::TakenBack,
        Self::Escalated,
        Self::Reminded,
        Self::Recomputed,
        Self::Moved,
        Self::FileAdded,
        Self::FileRemoved,
        Self::KindSet,
    ];

    /// Its name in the store, in hooks and in the audit log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::Claimed => "claimed",
            Self::HandedOver => "handed_over",
            Self::Drafted => "drafted",
            Self::SentBack => "sent_back",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Assigned => "assigned",
            Self::Transferred => "transferred",
            Self::AskedCitizen => "asked_citizen",
            Self::CitizenReminded => "citizen_reminded",
            Self::CitizenAnswered => "citizen_answered",
            Self::ExtensionAsked => "extension_asked",
            Self::Extended => "extended",
            Self::ExtensionRefused => "extension_refused",
            Self::UnitInvolved => "unit_involved",
            Self::PartWritten => "part_written",
            Self::PartReleased => "part_released",
            Self::Merged => "merged",
            Self::Unmerged => "unmerged",
            Self::AnsweredWith => "answered_with",
            Self::Split => "split",
            Self::Reopened => "reopened",
            Self::Rated => "rated",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::TakenBack => "taken_back",
            Self::Escalated => "escalated",
            Self::Reminded => "reminded",
            Self::Recomputed => "recomputed",
            Self::Moved => "moved",
            Self::FileAdded => "file_added",
            Self::FileRemoved => "file_removed",
            Self::KindSet => "kind_set",
        }
    }

    /// The event with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// A transition that was allowed: the ticket after it, and the event to record.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The ticket, changed.
    pub ticket: Ticket,
    /// What happened.
    pub event: Happened,
    /// What the event says beyond its name. It may hold people's words: it is not for the audit log.
    pub detail: serde_json::Value,
    /// By whom.
    pub actor: String,
}

impl Ticket {
    /// Whether a member of staff may see it: the unit that has it, those that cooperate, dispatchers.
    pub fn is_seen_by(&self, member: &StaffMember) -> bool {
        member.sees(&self.unit) || self.course.parts.iter().any(|part| member.works_for(&part.unit))
    }

    fn unit_staff<'a>(&self, actor: Actor<'a>) -> Result<&'a StaffMember, Refusal> {
        let Actor::Staff(member) = actor else { return Err(Refusal::MissingRole) };
        if member.unit != self.unit {
            return Err(Refusal::OtherUnit);
        }
        if member.is(Role::Staff) || member.is(Role::Reviewer) { Ok(member) } else { Err(Refusal::MissingRole) }
    }

    fn reviewer<'a>(&self, actor: Actor<'a>) -> Result<&'a StaffMember, Refusal> {
        let Actor::Staff(member) = actor else { return Err(Refusal::MissingRole) };
        if member.unit != self.unit {
            return Err(Refusal::OtherUnit);
        }
        if member.is(Role::Reviewer) { Ok(member) } else { Err(Refusal::MissingRole) }
    }

    fn asker(&self, actor: Actor<'_>) -> Result<(), Refusal> {
        match actor {
            Actor::Citizen(id) if id == self.citizen_id => Ok(()),
            _ => Err(Refusal::NotTheAsker),
        }
    }

    fn step(self, actor: Actor<'_>, event: Happened, detail: serde_json::Value) -> Step {
        Step { actor: actor.label(), ticket: self, event, detail }
    }
}

fn dispatcher(actor: Actor<'_>) -> Result<&StaffMember, Refusal> {
    match actor {
        Actor::Staff(member) if member.is(Role::Dispatcher) => Ok(member),
        _ => Err(Refusal::MissingRole),
    }
}

fn rule(actor: Actor<'_>) -> Result<(), Refusal> {
    if matches!(actor, Actor::Rule(_)) { Ok(()) } else { Err(Refusal::MissingRole) }
}

/// Cleaned words, or none where there are none or too many.
fn checked(text: &str) -> Option<String> {
    let text = crate::message::clean(text);
    (!text.is_empty() && text.chars().nth(MAX_TEXT).is_none()).then_some(text)
}
