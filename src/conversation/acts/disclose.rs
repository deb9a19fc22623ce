//! 依申请公开: somebody asks for a paper, not for an answer. They are told the right way, in fixed phrases.
//!
//! Regulations on Open Government Information (Decree 711): article 29 says what a request holds, article 33 when it is
//! answered. The request itself isn't taken here: it needs proof of who asks.

use super::{Done, Room};
use crate::{
    conversation::{action::Action, dialogue::Place, say::Say},
    phrase,
};

/// Tells the way, names the unit, shows what is near; the person may still have it handled as a question.
pub(super) fn tell(room: &Room<'_>, question: String, candidates: Vec<String>) -> Done {
    let (desk, library) = (room.core.desk(), &room.core.library);
    let proposed = desk.propose(&question, &library.meaning(&question));
    let Some(unit) = proposed.into_iter().find_map(|proposal| desk.unit(&proposal.unit).cloned()) else {
        return Say::text(phrase!("no-units")).into();
    };
    let mut contact = Vec::new();
    if !unit.address.is_empty() {
        contact.push(phrase!("disclosure-address", text = &unit.address));
    }
    if !unit.phone.is_empty() {
        contact.push(phrase!("disclosure-phone", text = &unit.phone));
    }
    if !unit.hours.is_empty() {
        contact.push(phrase!("disclosure-hours", text = &unit.hours));
    }
    let mut say = Say::text(phrase!("disclosure-is-request"))
        .and(phrase!("disclosure-unit", unit = &unit.name))
        .list(contact)
        .and(phrase!("disclosure-form"))
        .list(vec![phrase!("disclosure-form-who"), phrase!("disclosure-form-what"), phrase!("disclosure-form-how")])
        .and(phrase!("disclosure-period"))
        .and(phrase!("disclosure-or-question", unit = &unit.short));
    say = say
        .choice(phrase!("choice-as-question", unit = &unit.short), Action::Route)
        .choice(phrase!("choice-units"), Action::Units)
        .choice(phrase!("choice-no"), Action::Cancel);
    let candidates: Vec<String> = candidates.into_iter().filter(|id| library.source(id).is_some()).collect();
    if !candidates.is_empty() {
        say = super::answer::name_matters(say.and(phrase!("disclosure-near")), library, &candidates);
    }
    let place = Place::Routing { question, unit: unit.code, candidates, leaning: false };
    Done { says: vec![say], place: Some(place), ..Done::default() }
}
