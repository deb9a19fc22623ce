//! What the passing of time asks for: whom to remind, whom to tell, what ends by itself. Pure: a ticket and a moment in,
//! the step to take out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Actor, Moment, Silence, State, Step, Ticket, WAIT_FOR_CITIZEN};
use crate::calendar::Calendar;

/// The rule that watches the clocks, as events name it.
const CLOCK: Actor<'static> = Actor::Rule("clock");

/// What a reminder is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Accepting the ticket.
    Accepting,
    /// The reply.
    Replying,
}

/// When who hears of a unit's silence, in working days after a last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// The unit itself.
    pub late: i64,
    /// Its head.
    pub head: i64,
    /// The dispatcher; a ticket that was never accepted is theirs again.
    pub dispatcher: i64,
}

impl Default for Watch {
    fn default() -> Self {
        Self { late: 1, head: 2, dispatcher: 3 }
    }
}

impl Watch {
    /// The step that is due for a ticket now, if any. Taken again and again until there is none, each tells the next one.
    pub fn due(&self, ticket: &Ticket, moment: &Moment<'_>) -> Option<Step> {
        let today = moment.today();
        match &ticket.state {
            State::AwaitingCitizen { ends, reminded, .. } => {
                if *ends < today {
                    ticket.clone().lapse(CLOCK, moment).ok()
                } else if !reminded && half_waited(moment.calendar, today, *ends) {
                    ticket.clone().remind_citizen(CLOCK).ok()
                } else {
                    None
                }
            }
            State::Assigned => {
                let step = self.silence(moment.calendar, today, ticket.clocks.accept.due, About::Accepting);
                if step >= Silence::DispatcherTold && ticket.course.silence >= Silence::HeadTold {
                    return ticket.clone().take_back(CLOCK, moment).ok();
                }
                // The reply may be late too: whichever is worse counts.
                let reply = self.silence(moment.calendar, today, ticket.clocks.reply.due, About::Replying);
                let (to, about) = if reply > step { (reply, About::Replying) } else { (step, About::Accepting) };
                next(ticket, to, about)
            }
            State::Claimed { .. } | State::Drafted { .. } => {
                let to = self.silence(moment.calendar, today, ticket.clocks.reply.due, About::Replying);
                next(ticket, to, About::Replying)
            }
            _ => None,
        }
    }

    /// How far the office should have gone by today.
    fn silence(&self, calendar: &Calendar, today: Date, due: Date, about: About) -> Silence {
        let late = -calendar.working_days_between(today, due);
        // The last day for accepting is often the next one: a reminder on the day itself is early enough.
        let soon = if about == About::Accepting { 0 } else { -1 };
        match late {
            late if late >= self.dispatcher => Silence::DispatcherTold,
            late if late >= self.head => Silence::HeadTold,
            late if late >= self.late => Silence::Late,
            late if late >= soon => Silence::Soon,
            _ => Silence::None,
        }
    }
}

/// One level after the other, so that nobody is told before those who could still mend it. What is late needs no
/// reminder that it will be.
fn next(ticket: &Ticket, wanted: Silence, about: About) -> Option<Step> {
    let to = match ticket.course.silence {
        silence if silence >= wanted => return None,
        Silence::None if wanted == Silence::Soon => Silence::Soon,
        Silence::None | Silence::Soon => Silence::Late,
        Silence::Late => Silence::HeadTold,
        Silence::HeadTold | Silence::DispatcherTold => Silence::DispatcherTold,
    };
    ticket.clone().escalate(CLOCK, to, about).ok()
}

/// Whether half of the time that a citizen has for an answer is over.
fn half_waited(calendar: &Calendar, today: Date, ends: Date) -> bool {
    calendar.working_days_between(today, ends) <= i64::from(WAIT_FOR_CITIZEN) / 2
}
