//! Messages that reach a citizen outside a turn, and sentences that the console shows too.

use jiff::civil::Date;

use super::{action::Action, say::Say};
use crate::{
    calendar::Reckoning,
    casework::{Rating, Reply, Ticket},
    directory::units::Unit,
    locale::{Locales, Phrase},
    message::Outbound,
    phrase,
};

/// A unit's approved reply, for the citizen who asked.
pub fn reply(locales: &Locales, locale: &str, ticket: &Ticket, reply: &Reply, unit: &Unit) -> Outbound {
    let date = crate::clock::city_date(reply.at);
    Say::text(phrase!("reply-arrived", number = &ticket.number, question = shortened(&ticket.question)))
        .quote(&reply.text)
        .source(
            unit.name.clone(),
            vec![
                phrase!("reply-source", number = &ticket.number, date = date),
                phrase!("reply-contact", phone = &unit.phone),
            ],
            String::new(),
        )
        .and(phrase!("reply-rate"))
        .choice(phrase!("choice-solved"), Action::Rate(ticket.number.clone(), Rating::Helped))
        .choice(phrase!("choice-not-solved"), Action::Rate(ticket.number.clone(), Rating::NotHelped))
        .render(locales, locale)
}

/// The matter isn't ours: where to turn, for the citizen who asked.
pub fn referral(
    locales: &Locales,
    locale: &str,
    ticket: &Ticket,
    (reply, place): (&Reply, &str),
    unit: &Unit,
) -> Outbound {
    let date = crate::clock::city_date(reply.at);
    Say::text(phrase!("referral-arrived", number = &ticket.number, question = shortened(&ticket.question), place = place))
        .quote(&reply.text)
        .source(unit.name.clone(), vec![phrase!("reply-source", number = &ticket.number, date = date)], String::new())
        .render(locales, locale)
}

/// The unit needs something from the citizen before it can reply.
pub fn asked(locales: &Locales, locale: &str, ticket: &Ticket, asked: &str, ends: Date, unit: &str) -> Outbound {
    let question = shortened(&ticket.question);
    Say::text(phrase!("unit-asks", number = &ticket.number, question = question, unit = unit))
        .quote(asked)
        .and(phrase!("unit-asks-until", day = ends))
        .choice(phrase!("choice-answer-unit"), Action::AnswerTicket(ticket.number.clone()))
        .choice(phrase!("choice-withdraw-ticket"), Action::WithdrawTicket(ticket.number.clone()))
        .render(locales, locale)
}

/// The reply takes longer than was said, and why.
pub fn extended(locales: &Locales, locale: &str, ticket: &Ticket) -> Outbound {
    let reason = ticket.course.extension.as_ref().map_or("", |extension| extension.reason.as_str());
    Say::text(phrase!("ticket-extended", number = &ticket.number, due = ticket.clocks.reply.due, reason = reason))
        .and(reckoning(&ticket.clocks.reply))
        .render(locales, locale)
}

/// The citizen didn't answer what they were asked: the ticket ended.
pub fn lapsed(locales: &Locales, locale: &str, ticket: &Ticket) -> Outbound {
    Say::text(phrase!("ticket-lapsed", number = &ticket.number))
        .choice(phrase!("choice-person"), Action::Person)
        .render(locales, locale)
}

/// The office looks at an answered question again.
pub fn reopened(locales: &Locales, locale: &str, ticket: &Ticket) -> Outbound {
    Say::text(phrase!("ticket-reopened", number = &ticket.number, due = ticket.clocks.reply.due))
        .and(reckoning(&ticket.clocks.reply))
        .render(locales, locale)
}

/// A part of the question goes to another unit, under its own number.
pub fn split(locales: &Locales, locale: &str, parent: &Ticket, child: &Ticket, unit: &str) -> Outbound {
    Say::text(phrase!("ticket-split", number = &parent.number, part = &child.number, unit = unit, due = child.clocks.reply.due))
        .quote(&child.question)
        .choice(phrase!("choice-mine"), Action::Mine)
        .render(locales, locale)
}

/// Offers a message again whose delivery is uncertain: sending it twice would be worse than one more tap.
pub fn uncertain(locales: &Locales, locale: &str, outbox_id: &str) -> Outbound {
    Say::text(phrase!("delivery-uncertain"))
        .choice(phrase!("choice-again"), Action::Again(outbox_id.to_owned()))
        .render(locales, locale)
}

/// An apology for a message that could not be worked on, however often it was tried.
pub fn failed(locales: &Locales, locale: &str) -> Outbound {
    Say::text(phrase!("failed")).choice(phrase!("choice-person"), Action::Person).render(locales, locale)
}

/// How a deadline was computed, in a sentence.
pub fn reckoning(reckoning: &Reckoning) -> Phrase {
    let skipped = reckoning.holidays.join("、");
    let days = i64::from(reckoning.working_days);
    let (received, due) = (reckoning.received, reckoning.due);
    match (reckoning.years_without_table.first(), skipped.is_empty()) {
        (Some(year), _) => {
            phrase!("reckoning-unknown-year", received = received, days = days, due = due, year = year.to_string())
        }
        (None, true) => phrase!("reckoning", received = received, days = days, due = due),
        (None, false) => {
            phrase!("reckoning-holidays", received = received, days = days, due = due, holidays = skipped)
        }
    }
}

/// The beginning of a question, for reminding somebody what they asked.
pub fn shortened(question: &str) -> String {
    const MAX: usize = 60;
    let mut short: String = question.chars().take(MAX).collect();
    if short.len() < question.len() {
        short.push('…');
    }
    short
}
