//! Notices to staff: what waits for them, and whom a unit's silence concerns.

mod records;

pub use records::{Notice, count, list, mark_read, post, post_on_document};

use super::{Happened, Silence, State, Step};

/// For whom a notice is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who works on a unit's tickets.
    Unit(String),
    /// Those who approve for a unit.
    Reviewers(String),
    /// A unit's head.
    Head(String),
    /// One member of staff, by login.
    Member(String),
    /// Dispatchers.
    Dispatchers,
}

impl Audience {
    /// As the store holds it.
    pub fn key(&self) -> String {
        match self {
            Self::Unit(unit) => format!("unit:{unit}"),
            Self::Reviewers(unit) => format!("reviewers:{unit}"),
            Self::Head(unit) => format!("head:{unit}"),
            Self::Member(login) => format!("member:{login}"),
            Self::Dispatchers => "dispatchers".to_owned(),
        }
    }
}

/// What a notice says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// A ticket came in.
    Came,
    /// A draft waits for approval.
    ToApprove,
    /// A draft was sent back.
    SentBack,
    /// A request for more time waits for a decision.
    TimeAsked,
    /// More time was granted or refused.
    TimeDecided,
    /// A unit is asked to write its part.
    PartAsked,
    /// A cooperating unit wrote its part.
    PartWritten,
    /// The citizen answered.
    CitizenAnswered,
    /// A colleague handed it over.
    HandedOver,
    /// A last day comes near.
    Soon,
    /// A last day is over.
    Late,
    /// A unit returned it, or lost it by silence, or no longer exists.
    Returned,
    /// A unit is silent or late although its head knows.
    Silent,
    /// The citizen says that the reply solved nothing.
    NotHelped,
    /// It was reopened.
    Reopened,
    /// A colleague names them in a note.
    Mentioned,
    /// A published answer helped several citizens not at all.
    LookAgain,
}

impl Matter {
    /// All.
    pub const ALL: [Self; 17] = [
        Self::Came,
        Self::ToApprove,
        Self::SentBack,
        Self::TimeAsked,
        Self::TimeDecided,
        Self::PartAsked,
        Self::PartWritten,
        Self::CitizenAnswered,
        Self::HandedOver,
        Self::Soon,
        Self::Late,
        Self::Returned,
        Self::Silent,
        Self::NotHelped,
        Self::Reopened,
        Self::Mentioned,
        Self::LookAgain,
    ];

    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::ToApprove => "to_approve",
            Self::SentBack => "sent_back",
            Self::TimeAsked => "time_asked",
            Self::TimeDecided => "time_decided",
            Self::PartAsked => "part_asked",
            Self::PartWritten => "part_written",
            Self::CitizenAnswered => "citizen_answered",
            Self::HandedOver => "handed_over",
            Self::Soon => "soon",
            Self::Late => "late",
            Self::Returned => "returned",
            Self::Silent => "silent",
            Self::NotHelped => "not_helped",
            Self::Reopened => "reopened",
            Self::Mentioned => "mentioned",
            Self::LookAgain => "look_again",
        }
    }

    /// The matter with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Whom a step concerns, besides the citizen.
pub fn of_step(step: &Step) -> Vec<(Audience, Matter)> {
    let ticket = &step.ticket;
    let unit = || ticket.unit.clone();
    let worker = || match ticket.state.worker() {
        Some(login) => Audience::Member(login.to_owned()),
        None => Audience::Unit(unit()),
    };
    let named = |name: &str| step.detail.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    match step.event {
        Happened::Moved | Happened::Unmerged if matches!(ticket.state, State::Returned { .. }) => {
            vec![(Audience::Dispatchers, Matter::Returned)]
        }
        Happened::Filed | Happened::Assigned | Happened::Transferred | Happened::Unmerged | Happened::Moved => {
            vec![(Audience::Unit(unit()), Matter::Came)]
        }
        Happened::Drafted => vec![(Audience::Reviewers(unit()), Matter::ToApprove)],
        Happened::SentBack => vec![(worker(), Matter::SentBack)],
        Happened::ExtensionAsked => vec![(Audience::Reviewers(unit()), Matter::TimeAsked)],
        Happened::Extended | Happened::ExtensionRefused => match &ticket.course.extension {
            Some(extension) => vec![(Audience::Member(extension.by.clone()), Matter::TimeDecided)],
            None => Vec::new(),
        },
        Happened::UnitInvolved => vec![(Audience::Unit(named("unit")), Matter::PartAsked)],
        Happened::PartWritten => vec![(worker(), Matter::PartWritten)],
        Happened::CitizenAnswered => vec![(worker(), Matter::CitizenAnswered)],
        Happened::HandedOver => vec![(worker(), Matter::HandedOver)],
        Happened::Reminded if ticket.course.silence == Silence::Soon => vec![(worker(), Matter::Soon)],
        Happened::Reminded => vec![(Audience::Unit(unit()), Matter::Late)],
        Happened::Escalated if ticket.course.silence == Silence::HeadTold => {
            vec![(Audience::Head(unit()), Matter::Silent)]
        }
        Happened::Escalated => vec![(Audience::Dispatchers, Matter::Silent)],
        Happened::Returned | Happened::TakenBack => vec![(Audience::Dispatchers, Matter::Returned)],
        Happened::Rated if named("rating") == "not_helped" => vec![(Audience::Reviewers(unit()), Matter::NotHelped)],
        Happened::Reopened => vec![(Audience::Unit(unit()), Matter::Reopened)],
        _ => Vec::new(),
    }
}
