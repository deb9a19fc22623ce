//! Who has a ticket, what is one ticket, and what kind of message it is: assign, transfer, merge, split, reopen, set the
//! kind.

use serde_json::json;

use super::{Actor, Happened, Moment, Refusal, Step, checked, dispatcher};
use crate::{
    casework::{Clocks, MessageKind, Silence, State, Ticket, TicketKind},
    directory::staff::Role,
};

/// A part of a question that becomes a ticket of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splinter {
    /// The words, all of them from the question.
    pub question: String,
    /// Who answers them.
    pub unit: String,
    /// Its clocks: the citizen's day of receipt, and a new day for accepting.
    pub clocks: Clocks,
}

impl Ticket {
    /// The dispatcher says who is responsible. What came back from a unit is designated by this (指派): it can't be
    /// returned again.
    pub fn assign(mut self, actor: Actor<'_>, unit: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        dispatcher(actor)?;
        match self.state {
            State::Returned { .. } => self.designated = true,
            State::Assigned | State::Claimed { .. } | State::Drafted { .. } => self.remember_unit(),
            _ => return Err(Refusal::WrongState),
        }
        let detail = json!({
            "from": self.unit, "to": unit, "designated": self.designated, "draft": self.state.draft(),
        });
        self.give_to(unit, moment);
        Ok(self.step(actor, Happened::Assigned, detail))
    }

    /// A unit hands it straight to the one that is responsible, with a reason (转办). Not after a designation, and not to
    /// a unit that had it: a ticket doesn't wander.
    pub fn transfer(
        mut self,
        actor: Actor<'_>,
        unit: &str,
        reason: &str,
        moment: &Moment<'_>,
    ) -> Result<Step, Refusal> {
        self.unit_staff(actor)?;
        let reason = checked(reason).ok_or(Refusal::NoReason)?;
        if self.designated {
            return Err(Refusal::Designated);
        }
        if !matches!(self.state, State::Assigned | State::Claimed { .. }) {
            return Err(Refusal::WrongState);
        }
        if unit == self.unit || self.course.past_units.iter().any(|past| past == unit) {
            return Err(Refusal::SameUnit);
        }
        let detail = json!({ "from": self.unit, "to": unit, "reason": reason });
        self.remember_unit();
        self.give_to(unit, moment);
        Ok(self.step(actor, Happened::Transferred, detail))
    }

    pub(super) fn give_to(&mut self, unit: &str, moment: &Moment<'_>) {
        // Whoever leads doesn't cooperate.
        self.course.parts.retain(|part| part.unit != unit);
        // The next unit proposes what goes with its reply.
        self.course.enclosures.clear();
        unit.clone_into(&mut self.unit);
        self.state = State::Assigned;
        self.restart_acceptance(moment);
    }

    /// The same was asked before: the other ticket's reply will be this one's too. Within a unit its staff do it, across
    /// units the dispatcher.
    pub fn merge(mut self, actor: Actor<'_>, main: &Self) -> Result<Step, Refusal> {
        if dispatcher(actor).is_err() {
            self.unit_staff(actor)?;
            main.unit_staff(actor)?;
            // What was returned is the dispatcher's.
            if matches!(self.state, State::Returned { .. }) {
                return Err(Refusal::WrongState);
            }
        }
        if !self.state.is_open() || matches!(self.state, State::AwaitingCitizen { .. }) {
            return Err(Refusal::WrongState);
        }
        if self.id == main.id || !main.state.is_open() {
            return Err(Refusal::BadMerge);
        }
        let detail = json!({ "into": main.number, "draft": self.state.draft() });
        self.course.enclosures.clear();
        self.state = State::Merged { into: main.id.clone(), number: main.number.clone() };
        Ok(self.step(actor, Happened::Merged, detail))
    }

    /// Takes a part of the question out as a ticket for another unit, or for the same one.
    pub fn split(
        self,
        actor: Actor<'_>,
        words: &str,
        unit: &str,
        moment: &Moment<'_>,
    ) -> Result<(Step, Splinter), Refusal> {
        if dispatcher(actor).is_err() {
            self.unit_staff(actor)?;
        }
        if !matches!(self.state, State::Assigned | State::Claimed { .. } | State::Returned { .. }) {
            return Err(Refusal::WrongState);
        }
        let question = checked(words).ok_or(Refusal::BadText)?;
        // Only the citizen's own words are asked in their name.
        if !self.question.contains(&question) || question == self.question {
            return Err(Refusal::BadText);
        }
        let reply = self.clocks.reply.clone();
        let accept = moment.calendar.deadline(moment.today(), self.clocks.accept.working_days);
        let splinter = Splinter { question, unit: unit.to_owned(), clocks: Clocks { accept, reply } };
        let detail = json!({ "unit": unit, "words": splinter.question });
        Ok((self.step(actor, Happened::Split, detail), splinter))
    }

    /// Whoever works on it, or the dispatcher, says what kind of message it is; also after the reply, for what is counted.
    /// The days that it was given stay as the citizen was told them.
    pub fn set_kind(mut self, actor: Actor<'_>, kind: MessageKind) -> Result<Step, Refusal> {
        if dispatcher(actor).is_err() {
            self.unit_staff(actor)?;
            // What was returned is the dispatcher's.
            if matches!(self.state, State::Returned { .. }) {
                return Err(Refusal::WrongState);
            }
        }
        if !self.state.is_open() && self.state.reply().is_none() {
            return Err(Refusal::WrongState);
        }
        if self.kind == Some(TicketKind::Set(kind)) {
            return Err(Refusal::BadKind);
        }
        let detail = json!({ "kind": kind, "before": self.kind.map(TicketKind::kind) });
        self.kind = Some(TicketKind::Set(kind));
        Ok(self.step(actor, Happened::KindSet, detail))
    }

    /// The office opens an answered ticket again, once, with a reason: the reply was wrong, or the matter isn't settled.
    pub fn reopen(mut self, actor: Actor<'_>, reason: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let Actor::Staff(member) = actor else { return Err(Refusal::MissingRole) };
        if !member.is(Role::Dispatcher) {
            self.reviewer(actor)?;
        }
        let reason = checked(reason).ok_or(Refusal::NoReason)?;
        self.begin_again(moment)?;
        Ok(self.step(actor, Happened::Reopened, json!({ "reason": reason })))
    }

    /// Puts it back to the unit with new clocks; the reply so far is kept.
    pub(super) fn begin_again(&mut self, moment: &Moment<'_>) -> Result<(), Refusal> {
        let Some(reply) = self.state.reply() else { return Err(Refusal::WrongState) };
        if !self.course.earlier.is_empty() {
            return Err(Refusal::ReopenedBefore);
        }
        self.course.earlier.push(reply.clone());
        self.course.parts.clear();
        self.course.extension = None;
        self.course.silence = Silence::None;
        self.clocks = Clocks::start(
            moment.calendar,
            moment.today(),
            self.clocks.accept.working_days,
            self.clocks.reply.working_days,
        );
        self.state = State::Assigned;
        Ok(())
    }
}
