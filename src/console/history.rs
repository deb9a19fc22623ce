//! A ticket's story in words: where it stands, what happened, how its deadline was computed, why something is refused.

use maud::{Markup, html};

use super::{reader::Reader, tickets::unit_name};
use crate::{
    calendar::Reckoning,
    casework::{Event, Rating, Refusal, State},
    conversation::notice,
    directory::{staff::StaffMember, units::Unit},
    locale::Phrase,
    phrase,
};

/// The names behind logins and codes.
pub(super) struct Names {
    /// All staff.
    pub(super) staff: Vec<StaffMember>,
    /// All units.
    pub(super) units: Vec<Unit>,
}

impl Names {
    /// The name of a login; the login itself when the account is gone.
    pub(super) fn of_login<'a>(&'a self, login: &'a str) -> &'a str {
        self.staff.iter().find(|member| member.login == login).map_or(login, |member| member.name.as_str())
    }

    /// Who did something, from an event's actor.
    fn actor(&self, reader: &Reader, actor: &str) -> String {
        match actor.strip_prefix("staff:") {
            Some(login) => self.of_login(login).to_owned(),
            None if actor == "citizen" => reader.say(&phrase!("console-actor-citizen")),
            None => reader.say(&phrase!("console-actor-rule")),
        }
    }
}

/// Where a ticket stands.
pub(super) fn phase(state: &State) -> Phrase {
    match state {
        State::Assigned => phrase!("console-state-assigned"),
        State::Claimed { .. } => phrase!("console-state-claimed"),
        State::Drafted { .. } => phrase!("console-state-drafted"),
        State::Returned { .. } => phrase!("console-state-returned"),
        State::Answered { .. } => phrase!("console-state-answered"),
        State::Rated { rating: Rating::Helped, .. } => phrase!("console-state-rated-helped"),
        State::Rated { rating: Rating::NotHelped, .. } => phrase!("console-state-rated-not-helped"),
        State::Withdrawn => phrase!("console-state-withdrawn"),
    }
}

/// Why something can't be done.
pub(super) fn refusal(refusal: Refusal) -> Phrase {
    match refusal {
        Refusal::WrongState => phrase!("console-refused-wrong-state"),
        Refusal::OtherUnit => phrase!("console-refused-other-unit"),
        Refusal::MissingRole => phrase!("console-refused-missing-role"),
        Refusal::OwnDraft => phrase!("console-refused-own-draft"),
        Refusal::Designated => phrase!("console-refused-designated"),
        Refusal::NoReason => phrase!("console-refused-no-reason"),
        Refusal::BadText => phrase!("console-refused-bad-text"),
        Refusal::NotTheAsker => phrase!("console-refused-not-the-asker"),
    }
}

/// How the last day was computed, as a paragraph.
pub(super) fn reckoning(reader: &Reader, reckoning: &Reckoning) -> String {
    let told = reader.say(&notice::reckoning(reckoning));
    if reckoning.makeup.is_empty() {
        return told;
    }
    let days = reader.list(reckoning.makeup.iter().map(|day| reader.day(*day)));
    reader.say(&phrase!("console-reckoning-makeup", told = told, days = days))
}

/// An event as a sentence without its time.
pub(super) fn sentence(reader: &Reader, names: &Names, event: &Event) -> String {
    let actor = names.actor(reader, &event.actor);
    let detail = |name: &str| event.detail.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let unit = |name: &str| unit_name(&names.units, detail(name)).to_owned();
    let designated = event.detail.get("designated").and_then(serde_json::Value::as_bool).unwrap_or(false);
    reader.say(&match event.kind.as_str() {
        "filed" => phrase!("console-event-filed", unit = unit("unit")),
        "claimed" => phrase!("console-event-claimed", actor = actor),
        "drafted" => phrase!("console-event-drafted", actor = actor),
        "sent_back" => phrase!("console-event-sent-back", actor = actor),
        "approved" => phrase!("console-event-approved", actor = actor),
        "returned" => phrase!("console-event-returned", actor = actor, unit = unit("unit")),
        "assigned" if designated => phrase!("console-event-designated", actor = actor, unit = unit("to")),
        "assigned" => phrase!("console-event-assigned", actor = actor, unit = unit("to")),
        "moved" if detail("to").is_empty() => phrase!("console-event-moved-back", unit = unit("from")),
        "moved" => phrase!("console-event-moved", unit = unit("from"), to = unit("to")),
        "rated" if detail("rating") == "helped" => phrase!("console-event-rated-helped"),
        "rated" => phrase!("console-event-rated-not-helped"),
        "withdrawn" => phrase!("console-event-withdrawn"),
        other => phrase!("console-event-other", actor = actor, kind = other),
    })
}

/// All that happened, oldest first.
pub(super) fn list(reader: &Reader, names: &Names, events: &[Event]) -> Markup {
    html! {
        ol.history {
            @for event in events {
                li {
                    time datetime=(event.at.to_string()) { (reader.say(&phrase!("console-time", at = event.at))) }
                    " " (sentence(reader, names, event))
                    @for said in ["remark", "reason"] {
                        @if let Some(words) = event.detail.get(said).and_then(serde_json::Value::as_str) {
                            blockquote { (words) }
                        }
                    }
                    @if let Some(draft) = event.detail.get("draft").and_then(serde_json::Value::as_str) {
                        details {
                            summary { (reader.say(&phrase!("console-earlier-draft"))) }
                            p.words { (draft) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Uri};
    use jiff::civil::date;

    use super::*;
    use crate::{calendar::Calendar, locale::Locales};

    fn reader(tag: &str) -> Reader {
        let uri: Uri = format!("/console?lang={tag}").parse().unwrap();
        Reader::of(&Locales::embedded().unwrap(), &uri, &HeaderMap::new())
    }

    #[test]
    fn a_deadline_tells_how_it_was_computed() {
        let over_holiday = Calendar::embedded().unwrap().deadline(date(2026, 9, 28), 5);
        let told = reckoning(&reader("zh-CN"), &over_holiday);
        assert!(told.contains("国庆节") && told.contains("2026年10月10日") && told.contains("调休"), "{told}");
    }
}
