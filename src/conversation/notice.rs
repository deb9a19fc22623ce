//! Messages that reach a citizen outside a turn, and sentences that the console shows too.

use jiff::civil::Date;

use super::{action::Action, say::Say};
use crate::{
    calendar::Reckoning,
    casework::{MAX_PARTS, Rating, Refusal, Reply, Ticket, attachments::Enclosure},
    directory::units::Unit,
    locale::{Locales, Phrase},
    message::Outbound,
    phrase,
};

/// A file of a reply, as the citizen gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    name: String,
    size: i64,
    address: String,
}

impl SentFile {
    /// A file with the token of its address; without a public address of the service it is named only.
    pub fn new(file: &Enclosure, token: &str, public: Option<&str>) -> Self {
        let address = public.map(|public| format!("{}/files/{token}", public.trim_end_matches('/')));
        Self { name: file.name.clone(), size: file.size, address: address.unwrap_or_default() }
    }
}

/// How large a file is, for reading: whole kilobytes, or whole megabytes from one on, rounded up.
pub fn file_size(bytes: i64) -> Phrase {
    const KILO: i64 = 1_024;
    let up = |unit: i64| (bytes.max(1) + unit - 1) / unit;
    if bytes < KILO * KILO {
        phrase!("file-size-kilobytes", count = up(KILO))
    } else {
        phrase!("file-size-megabytes", count = up(KILO * KILO))
    }
}

/// Names files with their sizes and addresses.
pub(in crate::conversation) fn with_files(say: Say, files: &[SentFile]) -> Say {
    if files.is_empty() {
        return say;
    }
    let say = say.and(phrase!("reply-files", count = files.len()));
    files.iter().fold(say, |say, file| say.source(&file.name, vec![file_size(file.size)], &file.address))
}

/// A unit's approved reply, for the citizen who asked, with its files.
pub fn reply(
    locales: &Locales,
    locale: &str,
    ticket: &Ticket,
    (reply, files): (&Reply, &[SentFile]),
    unit: &Unit,
) -> Outbound {
    let date = crate::clock::city_date(reply.at);
    let say = Say::text(phrase!("reply-arrived", number = &ticket.number, question = shortened(&ticket.question)))
        .quote(&reply.text)
        .source(
            unit.name.clone(),
            vec![
                phrase!("reply-source", number = &ticket.number, date = date),
                phrase!("reply-contact", phone = &unit.phone),
            ],
            String::new(),
        );
    with_files(say, files)
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
    (reply, files, place): (&Reply, &[SentFile], &str),
    unit: &Unit,
) -> Outbound {
    let date = crate::clock::city_date(reply.at);
    let say = Say::text(phrase!(
        "referral-arrived",
        number = &ticket.number,
        question = shortened(&ticket.question),
        place = place
    ))
    .quote(&reply.text)
    .source(unit.name.clone(), vec![phrase!("reply-source", number = &ticket.number, date = date)], String::new());
    with_files(say, files).render(locales, locale)
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

/// The unit still waits for the citizen's answer.
pub fn asked_again(locales: &Locales, locale: &str, ticket: &Ticket, asked: &str, ends: Date, unit: &str) -> Outbound {
    Say::text(phrase!("unit-still-asks", number = &ticket.number, unit = unit))
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
    Say::text(phrase!(
        "ticket-split",
        number = &parent.number,
        part = &child.number,
        unit = unit,
        due = child.clocks.reply.due
    ))
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

/// Why something can't be done with a ticket, for staff.
pub fn refusal(refusal: Refusal) -> Phrase {
    match refusal {
        Refusal::WrongState => phrase!("console-refused-wrong-state"),
        Refusal::OtherUnit => phrase!("console-refused-other-unit"),
        Refusal::MissingRole => phrase!("console-refused-missing-role"),
        Refusal::OwnFile => phrase!("console-refused-own-file"),
        Refusal::OwnDraft => phrase!("console-refused-own-draft"),
        Refusal::Designated => phrase!("console-refused-designated"),
        Refusal::NoReason => phrase!("console-refused-no-reason"),
        Refusal::BadText => phrase!("console-refused-bad-text"),
        Refusal::NotTheAsker => phrase!("console-refused-not-the-asker"),
        Refusal::SameUnit => phrase!("console-refused-same-unit"),
        Refusal::PartMissing => phrase!("console-refused-part-missing"),
        Refusal::TooManyParts => phrase!("console-refused-too-many-parts", max = MAX_PARTS),
        Refusal::ExtendedBefore => phrase!("console-refused-extended-before"),
        Refusal::BadExtension => phrase!("console-refused-bad-extension"),
        Refusal::ReopenedBefore => phrase!("console-refused-reopened-before"),
        Refusal::BadMerge => phrase!("console-refused-bad-merge"),
        Refusal::BadKind => phrase!("console-refused-bad-kind"),
    }
}

/// How a deadline was computed, in a few sentences.
pub fn reckoning(reckoning: &Reckoning) -> Phrase {
    let skipped = reckoning.holidays.join("、");
    let days = i64::from(reckoning.working_days) + i64::from(reckoning.extended);
    let (received, due) = (reckoning.received, reckoning.due);
    let mut told = match (reckoning.years_without_table.first(), skipped.is_empty()) {
        (Some(year), _) => {
            phrase!("reckoning-unknown-year", received = received, days = days, due = due, year = year.to_string())
        }
        (None, true) => phrase!("reckoning", received = received, days = days, due = due),
        (None, false) => {
            phrase!("reckoning-holidays", received = received, days = days, due = due, holidays = skipped)
        }
    };
    if reckoning.extended > 0 {
        told = phrase!("reckoning-extended", told = told, days = u32::from(reckoning.extended));
    }
    for pause in &reckoning.pauses {
        told = match pause.to {
            Some(to) => phrase!("reckoning-paused", told = told, from = pause.from, to = to),
            None => phrase!("reckoning-stopped", told = told, since = pause.from),
        };
    }
    told
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::{Calendar, Pause};

    #[test]
    fn a_deadline_tells_its_extension_and_when_the_clock_stood_still() {
        let pauses = [
            Pause { from: date(2026, 11, 4), to: Some(date(2026, 11, 10)) },
            Pause { from: date(2026, 11, 12), to: None },
        ];
        let told = reckoning(&Calendar::embedded().unwrap().reckon(date(2026, 11, 2), 5, 5, &pauses));
        let locales = Locales::embedded().unwrap();
        let chinese = locales.text("zh-CN", &told);
        assert!(chinese.contains("10 个工作日，到2026年11月20日为止。其中延期 5 个工作日。"), "{chinese}");
        assert!(chinese.contains("2026年11月4日次日起至2026年11月10日等待答复，停止计时。"), "{chinese}");
        assert!(chinese.ends_with("从2026年11月12日次日起等待答复，停止计时，收到答复后重新计算。"), "{chinese}");
        let english = locales.text("en", &told);
        assert!(english.contains("An extension added 5 of these days."), "{english}");
    }
}
