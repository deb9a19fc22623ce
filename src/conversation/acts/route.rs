//! Routing: a question for a unit, with a number and a deadline.

use super::{Done, Room};
use crate::{
    audit,
    casework::{self, Desk, Grounds, NewTicket, TicketKind, Tiers},
    conversation::{
        action::Action,
        dialogue::{Place, Undecided},
        notice::reckoning,
        say::Say,
    },
    knowledge::Library,
    phrase,
    store::StoreError,
};

/// Offers to route a question to the unit that seems responsible.
pub(super) fn offer(say: Say, library: &Library, desk: &Desk, tiers: &Tiers, undecided: Undecided) -> Done {
    let Undecided { question, leaning, candidates, .. } = undecided;
    let Some(unit) = desk
        .propose(&question, &library.meaning(&question))
        .into_iter()
        .find_map(|proposal| desk.unit(&proposal.unit).cloned())
    else {
        return Say::text(phrase!("no-units")).into();
    };
    let days = i64::from(tiers.of(&unit.code, None).reply);
    let mut say = say
        .and(phrase!("route-offer", unit = &unit.name, days = days))
        .choice(phrase!("choice-route", unit = &unit.short), Action::Route)
        .choice(phrase!("choice-units"), Action::Units)
        .choice(phrase!("choice-no"), Action::Cancel);
    if !candidates.is_empty() {
        say = say.and(phrase!("route-near"));
        say = super::answer::name_matters(say, library, &candidates);
    }
    Done {
        says: vec![say],
        place: Some(Place::Routing { question, unit: unit.code, candidates, leaning }),
        ..Done::default()
    }
}

/// Shows all units, the likeliest first.
pub(super) fn show_units(room: &Room<'_>, question: &str) -> Done {
    let desk = room.core.desk();
    let mut say = Say::text(phrase!("route-units"));
    let proposed: Vec<String> = desk
        .propose(question, &room.core.library.meaning(question))
        .into_iter()
        .map(|proposal| proposal.unit)
        .collect();
    let mut units: Vec<_> = desk.units().iter().collect();
    units.sort_by_key(|unit| proposed.iter().position(|code| *code == unit.code).unwrap_or(usize::MAX));
    for unit in units {
        say = say.named_choice(&unit.short, Action::RouteTo(unit.code.clone()));
    }
    say.choice(phrase!("choice-cancel"), Action::Cancel).into()
}

/// Makes a ticket.
pub(super) async fn file(room: &mut Room<'_>, question: &str, unit: &str, chosen: bool) -> Result<Done, StoreError> {
    let desk = room.core.desk();
    let Some(unit) = desk.unit(unit) else { return Ok(super::not_found()) };
    let core = room.core;
    let kind = core.kinds.now().guess(question);
    let id = core.ids.next();
    let meaning = core.library.meaning(question);
    let new = NewTicket {
        id: &id,
        citizen_id: &room.citizen.id,
        reply_to: room.address,
        question,
        kind,
        unit: &unit.code,
        clocks: core.tiers.start(&core.calendar, room.today, &unit.code, kind.map(TicketKind::kind)),
        split_from: None,
        filed_by: "citizen",
        chosen_by: if chosen { "citizen" } else { "bot" },
    };
    let ticket = casework::file(room.tx, new, &core.ids.next(), room.now).await?;
    let explanation = core.library.explain(&core.library.find(question), &core.caution);
    let proposals = desk.propose(question, &meaning);
    casework::keep_grounds(room.tx, &ticket.id, &Grounds::new(explanation, &proposals)).await?;
    let detail = serde_json::json!({ "unit": unit.code });
    for address in core.office(room.now).tell_unit_of_new(room.tx, &ticket).await? {
        core.wake.wrote_to(&address);
    }
    audit::append(room.tx, room.now, "citizen", "ticket.filed", &format!("ticket:{}", ticket.number), &detail).await?;
    let say =
        Say::text(phrase!("ticket-filed", number = &ticket.number, unit = &unit.name, due = ticket.clocks.reply.due))
            .and(reckoning(&ticket.clocks.reply))
            .and(phrase!("ticket-where"))
            .choice(phrase!("choice-mine"), Action::Mine);
    Ok(say.into())
}
