//! The life-cycle of a topic. Each transition consumes the topic and gives it back changed, with the event to record, or
//! refuses with a reason. Pure: no store, no clock.
//!
//! ```text
//! Watched ──raise──▶ Raised ──explain──▶ Explained ──cool──▶ Watched
//!                       └────dismiss───▶ Dismissed ──cool──▶ Watched
//! ```
//!
//! A unit that was asked stays asked until it explained or somebody dismissed the topic: waiting until people tire of
//! asking is no answer. What was explained or dismissed is watched again once it cooled down, so that it can be raised
//! again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Pulse, Rules, Topic};
use crate::{
    calendar::Reckoning,
    directory::staff::{Role, StaffMember},
};

/// The longest reason, in characters.
const MAX_REASON: usize = 1_000;

/// Where a topic stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum State {
    /// It is counted.
    Watched,
    /// Over the threshold: the unit is asked for a public explanation.
    Raised {
        /// Since when.
        at: Timestamp,
        /// How the last day for it was computed.
        reckoning: Reckoning,
    },
    /// The unit explained it.
    Explained {
        /// Where to read it.
        explanation: Explanation,
        /// The login of whoever said so.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// There is nothing to explain.
    Dismissed {
        /// Why not.
        reason: String,
        /// The login of whoever said so.
        by: String,
        /// When.
        at: Timestamp,
    },
}

impl State {
    /// The state's name, as stored beside it for lists.
    pub fn phase(&self) -> &'static str {
        match self {
            Self::Watched => "watched",
            Self::Raised { .. } => "raised",
            Self::Explained { .. } => "explained",
            Self::Dismissed { .. } => "dismissed",
        }
    }
}

/// A public explanation: something that citizens can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Explanation {
    /// A published interpretation, guide or reply.
    Document {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
    /// A consultation that the public can see.
    Consultation {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
    },
}

/// Why a transition is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The topic isn't in a state where this can be done.
    #[error("this can't be done at this stage")]
    WrongState,
    /// It is another unit's.
    #[error("the topic belongs to another unit")]
    OtherUnit,
    /// The role is missing.
    #[error("this needs another role")]
    MissingRole,
    /// A reason is needed, and not too long a one.
    #[error("a reason of 1 to {MAX_REASON} characters is needed")]
    NoReason,
    /// Too few people speak of it, or hardly more than before.
    #[error("it is not over the threshold")]
    NotHot,
    /// People still speak of it.
    #[error("it has not cooled down")]
    NotCool,
}

/// A transition that was allowed: the topic after it, and the event to record.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The topic, changed.
    pub topic: Topic,
    /// The event's name.
    pub event: &'static str,
    /// What the event says beyond its name.
    pub detail: serde_json::Value,
    /// By whom.
    pub actor: String,
}

impl Topic {
    /// Asks the unit for a public explanation.
    pub fn raise(mut self, pulse: Pulse, rules: &Rules, reckoning: Reckoning, at: Timestamp) -> Result<Step, Refusal> {
        if self.state != State::Watched {
            return Err(Refusal::WrongState);
        }
        if !pulse.is_hot(rules) {
            return Err(Refusal::NotHot);
        }
        let detail = serde_json::json!({
            "unit": self.unit, "people": pulse.people, "before": pulse.before, "due": reckoning.due,
        });
        self.pulse = pulse;
        self.state = State::Raised { at, reckoning };
        Ok(self.step("rule", "raised", detail))
    }

    /// Watches it again, once people have stopped speaking of it.
    pub fn cool(mut self, pulse: Pulse, rules: &Rules) -> Result<Step, Refusal> {
        if !matches!(self.state, State::Explained { .. } | State::Dismissed { .. }) {
            return Err(Refusal::WrongState);
        }
        if !pulse.is_cool(rules) {
            return Err(Refusal::NotCool);
        }
        self.pulse = pulse;
        self.state = State::Watched;
        Ok(self.step("rule", "cooled", serde_json::json!({ "people": pulse.people })))
    }

    /// The unit says where it explained.
    pub fn explain(mut self, member: &StaffMember, explanation: Explanation, at: Timestamp) -> Result<Step, Refusal> {
        if member.unit != self.unit {
            return Err(Refusal::OtherUnit);
        }
        if !member.is(Role::Staff) && !member.is(Role::Reviewer) {
            return Err(Refusal::MissingRole);
        }
        if !matches!(self.state, State::Raised { .. }) {
            return Err(Refusal::WrongState);
        }
        let detail = serde_json::json!({ "explanation": explanation });
        self.state = State::Explained { explanation, by: member.login.clone(), at };
        Ok(self.step(&format!("staff:{}", member.login), "explained", detail))
    }

    /// A dispatcher, or a reviewer of the unit, says why there is nothing to explain.
    pub fn dismiss(mut self, member: &StaffMember, reason: &str, at: Timestamp) -> Result<Step, Refusal> {
        let reviews = member.is(Role::Reviewer) && member.unit == self.unit;
        if !reviews && !member.is(Role::Dispatcher) {
            return Err(if member.unit == self.unit { Refusal::MissingRole } else { Refusal::OtherUnit });
        }
        if !matches!(self.state, State::Raised { .. }) {
            return Err(Refusal::WrongState);
        }
        let reason = crate::message::clean(reason);
        if reason.is_empty() || reason.chars().nth(MAX_REASON).is_some() {
            return Err(Refusal::NoReason);
        }
        let detail = serde_json::json!({ "reason": reason });
        self.state = State::Dismissed { reason, by: member.login.clone(), at };
        Ok(self.step(&format!("staff:{}", member.login), "dismissed", detail))
    }

    fn step(self, actor: &str, event: &'static str, detail: serde_json::Value) -> Step {
        Step { topic: self, event, detail, actor: actor.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Calendar;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn member(unit: &str, role: Role) -> StaffMember {
        StaffMember { id: "a".into(), login: "a".into(), name: "a".into(), unit: unit.into(), roles: [role].into() }
    }

    fn topic() -> Topic {
        Topic {
            id: "t".into(),
            unit: "transport".into(),
            areas: vec![],
            wording: "夜间公交".into(),
            state: State::Watched,
            pulse: Pulse::default(),
            first_seen: NOW,
            last_seen: NOW,
            version: 1,
        }
    }

    fn reckoning() -> Reckoning {
        Calendar::embedded().unwrap().deadline(date(2026, 11, 23), 3)
    }

    fn raised() -> Topic {
        topic().raise(Pulse { people: 20, before: 0 }, &Rules::default(), reckoning(), NOW).unwrap().topic
    }

    fn guide() -> Explanation {
        Explanation::Document { id: "d".into(), title: "夜间公交指南".into() }
    }

    #[test]
    fn twenty_people_raise_it_and_the_unit_explains_in_time() {
        let topic = raised();
        assert_eq!(topic.reckoning().map(|reckoning| reckoning.due), Some(date(2026, 11, 26)));
        assert!(!topic.is_overdue(date(2026, 11, 26)) && topic.is_overdue(date(2026, 11, 27)));
        let explained = topic.explain(&member("transport", Role::Staff), guide(), NOW).unwrap();
        assert_eq!((explained.event, explained.actor.as_str()), ("explained", "staff:a"));
        assert!(!explained.topic.is_overdue(date(2027, 1, 1)));
        let busy = Pulse { people: 15, before: 20 };
        assert_eq!(explained.topic.clone().cool(busy, &Rules::default()), Err(Refusal::NotCool));
        let cooled = explained.topic.cool(Pulse { people: 3, before: 20 }, &Rules::default()).unwrap();
        assert_eq!(cooled.topic.state, State::Watched);
    }

    #[test]
    fn who_may_not_is_refused() {
        let explain = |unit, role| raised().explain(&member(unit, role), guide(), NOW).map(|step| step.event);
        assert_eq!(explain("tax", Role::Staff), Err(Refusal::OtherUnit));
        assert_eq!(explain("transport", Role::Administrator), Err(Refusal::MissingRole));
        assert_eq!(explain("transport", Role::Reviewer), Ok("explained"));
        let dismiss = |unit, role, why| raised().dismiss(&member(unit, role), why, NOW).map(|step| step.event);
        assert_eq!(dismiss("transport", Role::Staff, "x"), Err(Refusal::MissingRole));
        assert_eq!(dismiss("tax", Role::Reviewer, "x"), Err(Refusal::OtherUnit));
        assert_eq!(dismiss("transport", Role::Reviewer, " \u{200B}"), Err(Refusal::NoReason));
        assert_eq!(dismiss("transport", Role::Reviewer, "刷屏"), Ok("dismissed"));
        assert_eq!(dismiss("office", Role::Dispatcher, "刷屏"), Ok("dismissed"));
    }

    #[test]
    fn what_is_not_raised_is_neither_explained_nor_dismissed() {
        assert_eq!(topic().explain(&member("transport", Role::Staff), guide(), NOW), Err(Refusal::WrongState));
        assert_eq!(topic().dismiss(&member("office", Role::Dispatcher), "x", NOW), Err(Refusal::WrongState));
        let few = Pulse { people: 19, before: 0 };
        assert_eq!(topic().raise(few, &Rules::default(), reckoning(), NOW), Err(Refusal::NotHot));
    }

    proptest! {
        /// Whatever happens in whatever order: who was asked stays asked until a person acts, and nothing is explained
        /// that wasn't asked for.
        #[test]
        fn a_raised_topic_is_closed_by_a_person_only(steps in prop::collection::vec((0..4_u8, 0..60_i64, 0..60_i64), 0..30)) {
            let rules = Rules::default();
            let mut topic = topic();
            for (step, people, before) in steps {
                let (was, pulse) = (topic.state.phase(), Pulse { people, before });
                let next = match step {
                    0 => topic.clone().raise(pulse, &rules, reckoning(), NOW),
                    1 => topic.clone().cool(pulse, &rules),
                    2 => topic.clone().explain(&member("transport", Role::Staff), guide(), NOW),
                    _ => topic.clone().dismiss(&member("office", Role::Dispatcher), "x", NOW),
                };
                let Ok(next) = next else { continue };
                let now = next.topic.state.phase();
                prop_assert!(matches!(
                    (was, now, next.actor.as_str()),
                    ("watched", "raised", "rule")
                        | ("raised", "explained" | "dismissed", "staff:a")
                        | ("explained" | "dismissed", "watched", "rule")
                ));
                topic = next.topic;
            }
        }
    }
}
