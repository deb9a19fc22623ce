//! Lead and cooperating units (牵头部门、配合部门): each drafts its part, the lead joins them.

use serde_json::json;

use super::{Actor, Happened, MAX_PARTS, Moment, Refusal, Step, checked, dispatcher};
use crate::{
    casework::{Contribution, Part, State, Ticket},
    directory::staff::{Role, StaffMember},
};

impl Ticket {
    /// Asks another unit to write a part of the reply. The lead unit or the dispatcher does.
    pub fn involve(mut self, actor: Actor<'_>, unit: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let member = self.leader(actor)?;
        if !matches!(self.state, State::Assigned | State::Claimed { .. } | State::Drafted { .. }) {
            return Err(Refusal::WrongState);
        }
        if unit == self.unit || self.course.parts.iter().any(|part| part.unit == unit) {
            return Err(Refusal::SameUnit);
        }
        if self.course.parts.len() >= MAX_PARTS {
            return Err(Refusal::TooManyParts);
        }
        self.course.parts.push(Part {
            unit: unit.to_owned(),
            asked_by: member.login.clone(),
            asked_at: moment.at,
            written: None,
        });
        Ok(self.step(actor, Happened::UnitInvolved, json!({ "unit": unit })))
    }

    /// A cooperating unit writes its part, or writes it anew.
    pub fn write_part(mut self, actor: Actor<'_>, text: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let Actor::Staff(member) = actor else { return Err(Refusal::MissingRole) };
        if !member.is(Role::Staff) && !member.is(Role::Reviewer) {
            return Err(Refusal::MissingRole);
        }
        let text = checked(text).ok_or(Refusal::BadText)?;
        let part = self.course.parts.iter_mut().find(|part| part.unit == member.unit).ok_or(Refusal::OtherUnit)?;
        if !matches!(self.state, State::Assigned | State::Claimed { .. } | State::Drafted { .. }) {
            return Err(Refusal::WrongState);
        }
        part.written = Some(Contribution { text, author: member.login.clone(), at: moment.at });
        Ok(self.step(actor, Happened::PartWritten, json!({ "unit": member.unit })))
    }

    /// Does without a cooperating unit's part, and says why.
    pub fn release_part(mut self, actor: Actor<'_>, unit: &str, reason: &str) -> Result<Step, Refusal> {
        self.leader(actor)?;
        let reason = checked(reason).ok_or(Refusal::NoReason)?;
        if !self.state.is_open() {
            return Err(Refusal::WrongState);
        }
        let at = self.course.parts.iter().position(|part| part.unit == unit).ok_or(Refusal::OtherUnit)?;
        self.course.parts.remove(at);
        Ok(self.step(actor, Happened::PartReleased, json!({ "unit": unit, "reason": reason })))
    }

    /// Staff of the lead unit, or the dispatcher.
    fn leader<'a>(&self, actor: Actor<'a>) -> Result<&'a StaffMember, Refusal> {
        dispatcher(actor).or_else(|_| self.unit_staff(actor))
    }
}
