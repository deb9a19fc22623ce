//! What happens by itself: nobody answered, a unit was silent, another ticket was answered, a calendar changed.

use serde_json::json;

use super::{Actor, Happened, Moment, Refusal, Step, rule};
use crate::casework::{About, Clocks, Silence, State, Ticket};

impl Ticket {
    /// The citizen didn't answer what they were asked: the ticket ends.
    pub fn lapse(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Step, Refusal> {
        rule(actor)?;
        match &self.state {
            State::AwaitingCitizen { ends, .. } if *ends < moment.today() => {
                self.resume(moment);
                self.state = State::Lapsed;
                Ok(self.step(actor, Happened::Lapsed, serde_json::Value::Null))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Reminds the citizen, once, that the unit waits for their answer.
    pub fn remind_citizen(mut self, actor: Actor<'_>) -> Result<Step, Refusal> {
        rule(actor)?;
        match &mut self.state {
            State::AwaitingCitizen { reminded: reminded @ false, .. } => {
                *reminded = true;
                Ok(self.step(actor, Happened::CitizenReminded, serde_json::Value::Null))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// The unit is silent or late, and the next one hears of it: the unit, its head, the dispatcher.
    pub fn escalate(mut self, actor: Actor<'_>, to: Silence, about: About) -> Result<Step, Refusal> {
        rule(actor)?;
        if !self.state.is_open() || self.course.silence >= to {
            return Err(Refusal::WrongState);
        }
        self.course.silence = to;
        let event = if to <= Silence::Late { Happened::Reminded } else { Happened::Escalated };
        let detail = json!({ "to": to, "about": about, "unit": self.unit });
        Ok(self.step(actor, event, detail))
    }

    /// The unit never accepted it, though it and its head were reminded: the dispatcher has it back.
    pub fn take_back(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Step, Refusal> {
        rule(actor)?;
        match self.state {
            State::Assigned if self.clocks.accept.due < moment.today() && self.course.silence >= Silence::HeadTold => {
                let detail = json!({ "unit": self.unit });
                self.remember_unit();
                self.course.silence = Silence::DispatcherTold;
                self.course.enclosures.clear();
                self.state = State::Returned { unit: self.unit.clone(), reason: String::new() };
                Ok(self.step(actor, Happened::TakenBack, detail))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Something became of the ticket into which this one was merged: its reply is this one's too; where it ended without
    /// one, this ticket stands for itself again; where it was merged into a third, this one goes with it.
    pub fn follow(mut self, actor: Actor<'_>, main: &Self, moment: &Moment<'_>) -> Result<Step, Refusal> {
        rule(actor)?;
        if !matches!(&self.state, State::Merged { into, .. } if *into == main.id) {
            return Err(Refusal::BadMerge);
        }
        let number = json!({ "number": main.number });
        let (event, detail) = match &main.state {
            State::Answered { reply } => {
                self.state = State::Answered { reply: reply.clone() };
                (Happened::AnsweredWith, number)
            }
            State::Referred { reply, place } => {
                self.state = State::Referred { reply: reply.clone(), place: place.clone() };
                (Happened::AnsweredWith, number)
            }
            State::Merged { into, number } => {
                let detail = json!({ "into": number });
                self.state = State::Merged { into: into.clone(), number: number.clone() };
                (Happened::Merged, detail)
            }
            State::Withdrawn | State::Lapsed => {
                // What a unit gave away once is given to the next one by the dispatcher: it must not go round.
                self.state = if self.course.past_units.is_empty() {
                    State::Assigned
                } else {
                    State::Returned { unit: main.unit.clone(), reason: String::new() }
                };
                self.restart_acceptance(moment);
                (Happened::Unmerged, number)
            }
            _ => return Err(Refusal::WrongState),
        };
        // Whoever has it now doesn't cooperate with itself.
        self.course.parts.retain(|part| part.unit != main.unit);
        self.unit.clone_from(&main.unit);
        Ok(self.step(actor, event, detail))
    }

    /// A day was added to the calendar: the last days are computed anew. None where nothing changes.
    pub fn recompute(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Option<Step>, Refusal> {
        rule(actor)?;
        if self.state.is_closed() {
            return Err(Refusal::WrongState);
        }
        let before = self.clocks.clone();
        self.reckon(moment.calendar);
        let dates = |clocks: &Clocks| (clocks.accept.due, clocks.reply.due);
        if self.clocks == before {
            return Ok(None);
        }
        let detail = json!({
            "before": before.reply.due, "due": self.clocks.reply.due,
            "changed": dates(&before) != dates(&self.clocks),
        });
        Ok(Some(self.step(actor, Happened::Recomputed, detail)))
    }

    /// The unit left the directory: its successor has the ticket now, or the dispatcher where there is none. `why` is what
    /// people read of it.
    pub fn follow_unit(
        mut self,
        actor: Actor<'_>,
        (gone, to): (&str, Option<&str>),
        why: &str,
        moment: &Moment<'_>,
    ) -> Result<Step, Refusal> {
        rule(actor)?;
        if self.unit != gone {
            return Err(Refusal::OtherUnit);
        }
        if !self.state.is_open() || matches!(self.state, State::Returned { .. }) {
            return Err(Refusal::WrongState);
        }
        let detail = json!({ "from": self.unit, "to": to, "reason": why, "draft": self.state.draft() });
        match (to, &self.state) {
            (Some(unit), State::Assigned) => self.give_to(unit, moment),
            // What was begun goes on: the new unit's staff see the draft and the question to the citizen.
            (Some(unit), _) => {
                self.course.parts.retain(|part| part.unit != unit);
                unit.clone_into(&mut self.unit);
            }
            (None, _) => {
                if self.clocks.stand_still() {
                    self.resume(moment);
                }
                self.designated = false;
                self.course.enclosures.clear();
                self.state = State::Returned { unit: self.unit.clone(), reason: why.to_owned() };
            }
        }
        Ok(self.step(actor, Happened::Moved, detail))
    }
}
