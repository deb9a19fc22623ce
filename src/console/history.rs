//! A ticket's story in words: where it stands, what happened, how its deadline was computed, why something is refused.

use jiff::civil::Date;
use maud::{Markup, html};

pub(super) use crate::conversation::notice::refusal;

use super::{
    reader::Reader,
    tickets::{kind_phrase, unit_name},
};
use crate::{
    calendar::Reckoning,
    casework::{Event, Happened, MessageKind, Rating, State},
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
        State::AwaitingCitizen { .. } => phrase!("console-state-awaiting-citizen"),
        State::Referred { .. } => phrase!("console-state-referred"),
        State::Merged { number, .. } => phrase!("console-state-merged", number = number),
        State::Lapsed => phrase!("console-state-lapsed"),
        State::Withdrawn => phrase!("console-state-withdrawn"),
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
    let origin = |name: &str| event.detail.get("origin")?.get(name)?.as_str();
    let unit = |name: &str| unit_name(&names.units, detail(name)).to_owned();
    let designated = event.detail.get("designated").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let number = |name: &str| event.detail.get(name).and_then(serde_json::Value::as_i64).unwrap_or_default();
    let day = |name: &str| detail(name).parse::<Date>().unwrap_or_default();
    let Some(happened) = Happened::named(&event.kind) else {
        return reader.say(&phrase!("console-event-other", actor = actor, kind = &event.kind));
    };
    reader.say(&match happened {
        Happened::Filed => phrase!("console-event-filed", unit = unit("unit")),
        Happened::Claimed => phrase!("console-event-claimed", actor = actor),
        Happened::HandedOver => phrase!("console-event-handed-over", actor = actor, to = names.of_login(detail("to"))),
        Happened::FileAdded if detail("aim") == "reply" => {
            phrase!("console-event-file-with-reply", actor = actor, name = detail("name"))
        }
        Happened::FileAdded => phrase!("console-event-file-added", actor = actor, unit = unit("unit")),
        Happened::FileRemoved if detail("aim") == "reply" => {
            phrase!("console-event-reply-file-removed", actor = actor, name = detail("name"))
        }
        Happened::FileRemoved => phrase!("console-event-file-removed", actor = actor, unit = unit("unit")),
        Happened::Drafted if origin("name").is_some() => phrase!(
            "console-event-drafted-from",
            actor = actor,
            name = origin("name").unwrap_or_default(),
            source = origin("source").unwrap_or_default()
        ),
        Happened::Drafted => phrase!("console-event-drafted", actor = actor),
        Happened::SentBack => phrase!("console-event-sent-back", actor = actor),
        Happened::Approved => phrase!("console-event-approved", actor = actor),
        Happened::Returned => phrase!("console-event-returned", actor = actor, unit = unit("unit")),
        Happened::Assigned if designated => phrase!("console-event-designated", actor = actor, unit = unit("to")),
        Happened::Assigned => phrase!("console-event-assigned", actor = actor, unit = unit("to")),
        Happened::Transferred => phrase!("console-event-transferred", actor = actor, unit = unit("to")),
        Happened::AskedCitizen => phrase!("console-event-asked-citizen", actor = actor),
        Happened::CitizenReminded => phrase!("console-event-citizen-reminded"),
        Happened::CitizenAnswered => phrase!("console-event-citizen-answered"),
        Happened::ExtensionAsked => phrase!("console-event-extension-asked", actor = actor, days = number("days")),
        Happened::Extended => phrase!("console-event-extended", actor = actor, due = day("due")),
        Happened::ExtensionRefused => phrase!("console-event-extension-refused", actor = actor),
        Happened::UnitInvolved => phrase!("console-event-unit-involved", actor = actor, unit = unit("unit")),
        Happened::PartWritten => phrase!("console-event-part-written", actor = actor, unit = unit("unit")),
        Happened::PartReleased => phrase!("console-event-part-released", actor = actor, unit = unit("unit")),
        Happened::Merged => phrase!("console-event-merged", actor = actor, number = detail("into")),
        Happened::Unmerged => phrase!("console-event-unmerged", number = detail("number")),
        Happened::AnsweredWith => phrase!("console-event-answered-with", number = detail("number")),
        Happened::Split => phrase!("console-event-split", actor = actor, unit = unit("unit")),
        Happened::Reopened => phrase!("console-event-reopened", actor = actor),
        Happened::Withdrawn => phrase!("console-event-withdrawn"),
        Happened::Lapsed => phrase!("console-event-lapsed"),
        Happened::TakenBack => phrase!("console-event-taken-back", unit = unit("unit")),
        Happened::Reminded if detail("to") == "late" => phrase!("console-event-reminded-late", unit = unit("unit")),
        Happened::Reminded => phrase!("console-event-reminded", unit = unit("unit")),
        Happened::Recomputed => phrase!("console-event-recomputed", due = day("due")),
        Happened::Rated if detail("rating") == "helped" => phrase!("console-event-rated-helped"),
        Happened::Rated => phrase!("console-event-rated-not-helped"),
        Happened::Escalated if detail("to") == "head_told" => phrase!("console-event-head-told", unit = unit("unit")),
        Happened::Escalated => phrase!("console-event-dispatcher-told"),
        Happened::Moved if detail("to").is_empty() => phrase!("console-event-unit-gone", unit = unit("from")),
        Happened::KindSet => {
            let kind = MessageKind::named(detail("kind")).map(|kind| reader.say(&kind_phrase(kind)));
            phrase!("console-event-kind-set", actor = actor, kind = kind.unwrap_or_default())
        }
        Happened::Moved => phrase!("console-event-moved", from = unit("from"), to = unit("to")),
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
                    @for said in ["remark", "reason", "asked", "answer", "words", "place"] {
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
