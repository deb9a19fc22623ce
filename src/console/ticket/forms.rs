//! The forms of a ticket's page: what the life-cycle allows this visitor now, the likely acts open, the seldom ones folded.

use maud::{Markup, html};

use super::{
    Opened,
    act::{Act, Control, Field, Group},
    start,
};
use crate::{
    casework::{Actor, MessageKind, Moment, Purpose, Refusal, State, Ticket, TicketKind},
    console::{
        Console, history,
        layout::{encoded, token},
        session::{Fields, Visit},
        tickets::{beginning, kind_phrase, unit_name},
    },
    directory::units::Unit,
    locale::Phrase,
    phrase,
};

/// The id of a field on the page: several forms ask for a unit or a reason.
pub(super) fn field_id(act: Act, field: &str) -> String {
    format!("{}-{field}", act.name())
}

/// The id of an act's form: buttons elsewhere on the page may belong to it.
pub(super) fn form_id(act: Act) -> String {
    format!("form-{}", act.name())
}

/// Whether the life-cycle allows an act to this visitor now. It is asked rather than repeated here.
pub(super) fn allowed(console: &Console, visit: &Visit, ticket: &Ticket, act: Act) -> bool {
    act.refused(ticket, Actor::Staff(&visit.member), moment(console, visit)).is_none()
}

fn moment<'a>(console: &'a Console, visit: &Visit) -> Moment<'a> {
    Moment { at: visit.now, calendar: &console.calendar }
}

/// The forms that fit the state and the visitor's roles.
pub(super) fn forms(console: &Console, visit: &Visit, opened: &Opened, typed: Option<&(Act, Fields)>) -> Markup {
    let (ticket, reader) = (&opened.ticket, &visit.reader);
    let possible: Vec<Act> = Act::ALL.into_iter().filter(|act| allowed(console, visit, ticket, *act)).collect();
    let of = |group: Group| possible.iter().copied().filter(move |act| act.group(&ticket.state) == group);
    let tried = typed.map(|(act, _)| act.group(&ticket.state));
    html! {
        @if let Some(why) = waits_for_others(console, visit, ticket) { p.hint { (reader.say(&why)) } }
        @if !possible.is_empty() { h2 { (reader.say(&phrase!("console-acts"))) } }
        @for act in of(Group::Next) { (section(visit, opened, act, typed)) }
        // What is seldom right stays out of the way, unless it was just tried.
        @for group in Group::FOLDED {
            @if of(group).next().is_some() {
                details.act open[tried == Some(group)] {
                    summary { (reader.say(&group.title())) }
                    @for act in of(group) { (section(visit, opened, act, typed)) }
                }
            }
        }
    }
}

/// Why a reviewer can't decide what waits for a decision.
fn waits_for_others(console: &Console, visit: &Visit, ticket: &Ticket) -> Option<Phrase> {
    let refusal = |act: Act| act.refused(ticket, Actor::Staff(&visit.member), moment(console, visit));
    match (refusal(Act::Approve), refusal(Act::GrantExtension)) {
        (Some(Refusal::OwnDraft), _) => Some(phrase!("console-own-draft")),
        (Some(why @ Refusal::OwnFile), _) => Some(history::refusal(why)),
        (Some(Refusal::PartMissing), _) => Some(history::refusal(Refusal::PartMissing)),
        (_, Some(Refusal::OwnDraft)) => Some(phrase!("console-own-extension")),
        _ => None,
    }
}

fn section(visit: &Visit, opened: &Opened, act: Act, typed: Option<&(Act, Fields)>) -> Markup {
    let (ticket, reader) = (&opened.ticket, &visit.reader);
    let typed = typed.filter(|(tried, _)| *tried == act).map(|(_, fields)| fields);
    let quiet = act.group(&ticket.state) != Group::Next || matches!(act, Act::SendBack | Act::RefuseExtension);
    let form = html! {
        form id=(form_id(act)) method="post" action={ "/console/tickets/" (encoded(&ticket.number)) "/" (act.name()) } {
            (token(visit))
            input type="hidden" name="version" value=(ticket.version);
            @if act == Act::Approve { p { (reader.say(&phrase!("console-approve-hint"))) } }
            @for field in act.fields() {
                @let words = match typed {
                    Some(fields) => fields.get(field.name).to_owned(),
                    None => prefilled(visit, opened, act, field.name),
                };
                (input(visit, opened, act, &field, &words))
            }
            @if act == Act::Draft { (start::tick(visit, opened, typed)) }
            button.second[quiet] { (reader.say(&act.title())) }
            @if act == Act::Draft { (parts_to_insert(visit, opened)) }
        }
    };
    html! {
        @if act == Act::Claim {
            // Its button says it all.
            div.act { (form) }
        } @else {
            // Inside a fold it needs no frame of its own.
            section.act[act.group(&ticket.state) == Group::Next] aria-labelledby={ "act-" (act.name()) } {
                h3 id={ "act-" (act.name()) } { (reader.say(&act.title())) }
                (form)
            }
        }
    }
}

/// Buttons that put a cooperating unit's part into the draft. They come after the form's own, which Enter presses.
fn parts_to_insert(visit: &Visit, opened: &Opened) -> Markup {
    html! {
        @for part in opened.ticket.course.parts.iter().filter(|part| part.written.is_some()) {
            " "
            button.second name="insert" value=(part.unit) formnovalidate {
                (visit.reader.say(&phrase!("console-insert-part", unit = unit_name(&opened.names.units, &part.unit))))
            }
        }
    }
}

fn input(visit: &Visit, opened: &Opened, act: Act, field: &Field, words: &str) -> Markup {
    let (id, name, ticket) = (field_id(act, field.name), field.name, &opened.ticket);
    let choice = |code: &str, name: &str| html! { option value=(code) selected[code == words] { (name) } };
    html! {
        label for=(id) { (visit.reader.say(&field.label)) }
        @match field.control {
            Control::Words { rows } => {
                textarea id=(id) name=(name) rows=(rows) maxlength="4000" required { "\n" (words) }
            }
            Control::Line => { input id=(id) name=(name) value=(words) maxlength="200" required; }
            Control::Days => {
                input.short id=(id) name=(name) type="number" min="1" max=(ticket.clocks.reply.working_days) value=(words)
                    required;
            }
            Control::Unit => select id=(id) name=(name) required {
                option value="" { (visit.reader.say(&phrase!("console-unit-choose"))) }
                @for unit in &opened.takers {
                    @if act == Act::Split || !has_it(ticket, act, unit) { (choice(&unit.code, &unit.name)) }
                }
            },
            Control::PartUnit => select id=(id) name=(name) required {
                @for part in &ticket.course.parts {
                    (choice(&part.unit, unit_name(&opened.names.units, &part.unit)))
                }
            },
            Control::Colleague => select id=(id) name=(name) required {
                option value="" { (visit.reader.say(&phrase!("console-colleague-choose"))) }
                @for member in opened.names.staff.iter().filter(|member| member.works_for(&ticket.unit)) {
                    @if ticket.state.worker() != Some(member.login.as_str()) { (choice(&member.login, &member.name)) }
                }
            },
            // A guess can be confirmed; what a person set can only be changed.
            Control::Kind => select id=(id) name=(name) required {
                option value="" { (visit.reader.say(&phrase!("console-kind-choose"))) }
                @for kind in MessageKind::ALL {
                    @if ticket.kind != Some(TicketKind::Set(kind)) {
                        (choice(kind.name(), &visit.reader.say(&kind_phrase(kind))))
                    }
                }
            },
            Control::Number => {
                input.short id=(id) name=(name) value=(words) list={ (id) "-near" } autocomplete="off" maxlength="30" required;
                datalist id={ (id) "-near" } {
                    @for (number, question) in &opened.near { option value=(number) { (beginning(question)) } }
                }
                @if !opened.near.is_empty() {
                    p.hint { (visit.reader.say(&phrase!("console-near"))) }
                    ul.near {
                        @for (number, question) in &opened.near {
                            li { a href={ "/console/tickets/" (encoded(number)) } { (number) } " " (beginning(question)) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a unit is no choice, because it has the ticket or a part of it.
fn has_it(ticket: &Ticket, act: Act, unit: &Unit) -> bool {
    let returned = matches!(ticket.state, State::Returned { .. });
    // The dispatcher may send a ticket back to whoever returned it.
    (ticket.unit == unit.code && !(act == Act::Assign && returned))
        || (act == Act::Involve && ticket.course.parts.iter().any(|part| part.unit == unit.code))
}

/// What a form begins with: a draft or a part that is there, or the draft that was sent back, to be rewritten.
pub(super) fn prefilled(visit: &Visit, opened: &Opened, act: Act, field: &str) -> String {
    match (&opened.ticket.state, act) {
        (State::Drafted { draft }, _) => match (&draft.purpose, act, field) {
            (Purpose::Reply, Act::Draft, _) | (Purpose::Referral { .. }, Act::Refer, "text") => draft.text.clone(),
            (Purpose::Referral { place }, Act::Refer, "place") => place.clone(),
            _ => usual(visit, opened, act, field),
        },
        (State::Claimed { .. }, Act::Draft) => {
            let sent_back = opened.events.iter().rev().find(|event| event.kind == "sent_back");
            let draft = sent_back.and_then(|event| event.detail.get("draft")).and_then(serde_json::Value::as_str);
            draft.unwrap_or_default().to_owned()
        }
        _ => usual(visit, opened, act, field),
    }
}

fn usual(visit: &Visit, opened: &Opened, act: Act, field: &str) -> String {
    match act {
        Act::WritePart => {
            let own = opened.ticket.course.parts.iter().find(|part| part.unit == visit.member.unit);
            own.and_then(|part| part.written.as_ref()).map_or_else(String::new, |written| written.text.clone())
        }
        Act::AskExtension if field == "days" => "1".to_owned(),
        _ => String::new(),
    }
}
