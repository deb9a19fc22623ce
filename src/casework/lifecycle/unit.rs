//! What the responsible unit does: accept, draft, approve, ask back, ask for time, give back.

use serde_json::json;

use super::{Actor, Happened, Moment, Refusal, Step, WAIT_FOR_CITIZEN, checked};
use crate::{
    calendar::Pause,
    casework::{Decided, Draft, Exchange, Extension, Origin, Purpose, Reply, Silence, State, Ticket},
};

impl Ticket {
    /// Takes it on, for oneself; also from a colleague who can't go on.
    pub fn claim(mut self, actor: Actor<'_>) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        let from = match &self.state {
            State::Assigned => None,
            State::Claimed { by } if *by != member.login => Some(by.clone()),
            _ => return Err(Refusal::WrongState),
        };
        self.state = State::Claimed { by: member.login.clone() };
        self.course.silence = Silence::None;
        Ok(self.step(actor, Happened::Claimed, from.map_or(serde_json::Value::Null, |from| json!({ "from": from }))))
    }

    /// Gives it to a colleague of the unit, by login. Whether such a colleague exists is for the caller to know.
    pub fn hand_over(mut self, actor: Actor<'_>, to: &str) -> Result<Step, Refusal> {
        self.unit_staff(actor)?;
        match &self.state {
            State::Claimed { by } if by == to => Err(Refusal::WrongState),
            State::Assigned | State::Claimed { .. } => {
                self.state = State::Claimed { by: to.to_owned() };
                self.course.silence = Silence::None;
                Ok(self.step(actor, Happened::HandedOver, json!({ "to": to })))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Writes or rewrites the reply, which then waits for approval.
    pub fn draft(self, actor: Actor<'_>, text: &str) -> Result<Step, Refusal> {
        self.draft_from(actor, text, None)
    }

    /// The same with words that were begun with a template, another reply or a document.
    pub fn draft_from(self, actor: Actor<'_>, text: &str, origin: Option<&Origin>) -> Result<Step, Refusal> {
        self.write(actor, text, Purpose::Reply, origin)
    }

    /// Drafts a referral: the matter isn't this government's, and the words say whose it is.
    pub fn refer(self, actor: Actor<'_>, place: &str, text: &str) -> Result<Step, Refusal> {
        let place = checked(place).ok_or(Refusal::NoReason)?;
        self.write(actor, text, Purpose::Referral { place }, None)
    }

    fn write(
        mut self,
        actor: Actor<'_>,
        text: &str,
        purpose: Purpose,
        origin: Option<&Origin>,
    ) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        let text = checked(text).ok_or(Refusal::BadText)?;
        match self.state {
            State::Assigned | State::Claimed { .. } | State::Drafted { .. } => {
                let detail = match (&purpose, origin) {
                    (Purpose::Reply, None) => serde_json::Value::Null,
                    (Purpose::Reply, Some(origin)) => json!({ "origin": origin }),
                    (Purpose::Referral { place }, _) => json!({ "place": place }),
                };
                let (author, origin) = (member.login.clone(), origin.cloned());
                self.state = State::Drafted { draft: Draft { text, author, remark: None, purpose, origin } };
                self.course.silence = Silence::None;
                Ok(self.step(actor, Happened::Drafted, detail))
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
                self.state = State::Claimed { by: draft.author };
                let mut detail = json!({ "remark": remark, "draft": draft.text });
                if let Some(origin) = draft.origin {
                    detail["origin"] = json!(origin);
                }
                Ok(self.step(actor, Happened::SentBack, detail))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// A reviewer, who isn't the author, approves the draft: it is the unit's reply now. Every cooperating unit has
    /// written its part by then, or was released.
    pub fn approve(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let reviewer = self.reviewer(actor)?;
        let State::Drafted { draft } = self.state else { return Err(Refusal::WrongState) };
        if draft.author == reviewer.login {
            return Err(Refusal::OwnDraft);
        }
        if self.course.enclosures.iter().any(|file| file.by == reviewer.login) {
            return Err(Refusal::OwnFile);
        }
        if self.course.parts.iter().any(|part| part.written.is_none()) {
            return Err(Refusal::PartMissing);
        }
        let reply = Reply {
            text: draft.text,
            unit: self.unit.clone(),
            author: draft.author,
            approved_by: reviewer.login.clone(),
            at: moment.at,
            enclosures: std::mem::take(&mut self.course.enclosures),
        };
        let (state, detail) = match draft.purpose {
            Purpose::Reply => (State::Answered { reply }, serde_json::Value::Null),
            Purpose::Referral { place } => {
                let detail = json!({ "place": place });
                (State::Referred { reply, place }, detail)
            }
        };
        self.state = state;
        Ok(self.step(actor, Happened::Approved, detail))
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
                let detail = json!({ "unit": self.unit, "reason": reason, "draft": self.state.draft() });
                self.remember_unit();
                self.course.enclosures.clear();
                self.state = State::Returned { unit: self.unit.clone(), reason };
                Ok(self.step(actor, Happened::Returned, detail))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Asks the citizen for what is missing. The clock stands still until they answer.
    pub fn ask_citizen(mut self, actor: Actor<'_>, question: &str, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        let asked = checked(question).ok_or(Refusal::BadText)?;
        match self.state {
            State::Assigned | State::Claimed { .. } => {
                let today = moment.today();
                let ends = moment.calendar.deadline(today, WAIT_FOR_CITIZEN).due;
                self.course.exchanges.push(Exchange { asked: asked.clone(), asked_at: moment.at, answer: None });
                self.course.silence = Silence::None;
                self.clocks.reply.pauses.push(Pause { from: today, to: None });
                self.reckon(moment.calendar);
                self.state =
                    State::AwaitingCitizen { by: member.login.clone(), asked: asked.clone(), ends, reminded: false };
                Ok(self.step(actor, Happened::AskedCitizen, json!({ "asked": asked, "ends": ends })))
            }
            _ => Err(Refusal::WrongState),
        }
    }

    /// Asks for more time. Granted or refused by a reviewer who isn't the one who asks.
    pub fn ask_extension(mut self, actor: Actor<'_>, days: u16, reason: &str) -> Result<Step, Refusal> {
        let member = self.unit_staff(actor)?;
        let reason = checked(reason).ok_or(Refusal::NoReason)?;
        if !matches!(self.state, State::Assigned | State::Claimed { .. } | State::Drafted { .. }) {
            return Err(Refusal::WrongState);
        }
        // A refusal may be answered with a better reason; what was granted is granted once.
        if self.course.extension.as_ref().is_some_and(|one| !matches!(one.decision, Decided::Refused { .. })) {
            return Err(Refusal::ExtendedBefore);
        }
        if !(1..=self.clocks.reply.working_days).contains(&days) {
            return Err(Refusal::BadExtension);
        }
        let detail = json!({ "days": days, "reason": reason });
        self.course.extension = Some(Extension { days, reason, by: member.login.clone(), decision: Decided::Open });
        Ok(self.step(actor, Happened::ExtensionAsked, detail))
    }

    /// A reviewer grants more time.
    pub fn grant_extension(mut self, actor: Actor<'_>, moment: &Moment<'_>) -> Result<Step, Refusal> {
        let reviewer = self.reviewer(actor)?;
        let by = reviewer.login.clone();
        let days = self.open_extension(&by)?.days;
        if let Some(extension) = &mut self.course.extension {
            extension.decision = Decided::Granted { by };
        }
        let before = self.clocks.reply.due;
        self.clocks.reply.extended = days;
        self.reckon(moment.calendar);
        let reason = self.course.extension.as_ref().map_or("", |extension| extension.reason.as_str());
        let detail = json!({ "days": days, "before": before, "due": self.clocks.reply.due, "reason": reason });
        Ok(self.step(actor, Happened::Extended, detail))
    }

    /// A reviewer refuses more time.
    pub fn refuse_extension(mut self, actor: Actor<'_>, remark: &str) -> Result<Step, Refusal> {
        let reviewer = self.reviewer(actor)?;
        let by = reviewer.login.clone();
        let remark = checked(remark).ok_or(Refusal::NoReason)?;
        self.open_extension(&by)?;
        let detail = json!({ "remark": remark });
        if let Some(extension) = &mut self.course.extension {
            extension.decision = Decided::Refused { by, remark };
        }
        Ok(self.step(actor, Happened::ExtensionRefused, detail))
    }

    /// The request for time that waits for a decision by somebody other than the one who asked.
    fn open_extension(&self, decider: &str) -> Result<&Extension, Refusal> {
        if !self.state.is_open() {
            return Err(Refusal::WrongState);
        }
        match &self.course.extension {
            Some(extension) if extension.decision != Decided::Open => Err(Refusal::WrongState),
            Some(extension) if extension.by == decider => Err(Refusal::OwnDraft),
            Some(extension) => Ok(extension),
            None => Err(Refusal::WrongState),
        }
    }

    /// Computes both last days anew from what is known about them.
    pub(super) fn reckon(&mut self, calendar: &crate::calendar::Calendar) {
        let reply = &self.clocks.reply;
        self.clocks.reply = calendar.reckon(reply.received, reply.working_days, reply.extended, &reply.pauses);
        let accept = &self.clocks.accept;
        self.clocks.accept = calendar.deadline(accept.received, accept.working_days);
    }

    /// Ends the pause of the clock: the day `to` itself doesn't count any more.
    pub(super) fn resume(&mut self, moment: &Moment<'_>) {
        let today = moment.today();
        if let Some(pause) = self.clocks.reply.pauses.last_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(today.max(pause.from));
        }
        self.reckon(moment.calendar);
    }

    /// Keeps in mind that the present unit had it.
    pub(super) fn remember_unit(&mut self) {
        if !self.course.past_units.contains(&self.unit) {
            self.course.past_units.push(self.unit.clone());
        }
    }

    /// The day after which a new acceptance period is over, from today on.
    pub(super) fn restart_acceptance(&mut self, moment: &Moment<'_>) {
        let days = self.clocks.accept.working_days;
        self.clocks.accept = moment.calendar.deadline(moment.today(), days);
        self.course.silence = Silence::None;
    }
}
