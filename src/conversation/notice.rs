//! Messages that reach a citizen outside a turn, and sentences that the console shows too.

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
