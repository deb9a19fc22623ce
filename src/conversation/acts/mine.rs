//! "My questions and opinions": where each one stands.

use super::{Done, Room, not_found};
use crate::{
    casework::{self, Actor, Rating, Refusal, Reply, State, Step, Ticket, attachments},
    consultation::{self, Opinion, OpinionPhase, Stage, Stance},
    conversation::{
        action::Action,
        notice::{SentFile, reckoning, shortened, with_files},
        say::Say,
    },
    locale::Phrase,
    phrase,
    store::StoreError,
};

/// How many of each are listed.
const LIMIT: i64 = 10;

/// Lists the person's tickets and opinions.
pub(super) async fn list(room: &mut Room<'_>) -> Result<Done, StoreError> {
    let tickets = casework::of_citizen(room.tx, &room.citizen.id, LIMIT).await?;
    let mut opinions = consultation::of_citizen(room.tx, &room.citizen.id).await?;
    opinions.reverse();
    opinions.truncate(10);
    if tickets.is_empty() && opinions.is_empty() {
        return Ok(Say::text(phrase!("mine-none")).into());
    }
    let mut say = Say::default();
    if !tickets.is_empty() {
        say = say.heading(phrase!("mine-tickets")).list(tickets.iter().map(|ticket| line(room, ticket)).collect());
    }
    if !opinions.is_empty() {
        say = say.heading(phrase!("mine-opinions")).list(
            opinions
                .iter()
                .map(|opinion| {
                    phrase!(
                        "mine-opinion-line",
                        receipt = &opinion.receipt,
                        stance = stance(opinion.stance),
                        text = shortened(&opinion.text),
                        phase = phase(opinion)
                    )
                })
                .collect(),
        );
    }
    for ticket in &tickets {
        say = say.named_choice(&ticket.number, Action::ShowTicket(ticket.number.clone()));
    }
    for opinion in &opinions {
        say = say.named_choice(&opinion.receipt, Action::ShowOpinion(opinion.receipt.clone()));
    }
    Ok(say.into())
}

fn line(room: &Room<'_>, ticket: &Ticket) -> Phrase {
    phrase!(
        "mine-ticket-line",
        number = &ticket.number,
        question = shortened(&ticket.question),
        state = standing(room, ticket)
    )
}

/// Where a ticket stands, as the citizen sees it: inner steps of the office are not told.
fn standing(room: &Room<'_>, ticket: &Ticket) -> Phrase {
    let unit = room.core.desk().unit(&ticket.unit).map_or_else(|| ticket.unit.clone(), |unit| unit.short.clone());
    match &ticket.state {
        State::Assigned | State::Claimed { .. } | State::Drafted { .. } => {
            phrase!("ticket-standing-open", unit = unit, due = ticket.clocks.reply.due)
        }
        State::Merged { number, .. } => phrase!("ticket-standing-merged", number = number),
        State::AwaitingCitizen { ends, .. } => phrase!("ticket-standing-asked", unit = unit, day = *ends),
        State::Referred { reply, place } => {
            phrase!("ticket-standing-referred", place = place, date = crate::clock::city_date(reply.at))
        }
        State::Lapsed => phrase!("ticket-standing-lapsed"),
        State::Returned { .. } => phrase!("ticket-standing-returned"),
        State::Answered { reply } | State::Rated { reply, .. } => {
            phrase!("ticket-standing-answered", unit = unit, date = crate::clock::city_date(reply.at))
        }
        State::Withdrawn => phrase!("ticket-standing-withdrawn"),
    }
}

pub(super) fn stance(stance: Stance) -> Phrase {
    match stance {
        Stance::Support => phrase!("choice-support"),
        Stance::Oppose => phrase!("choice-oppose"),
        Stance::Suggest => phrase!("choice-suggest"),
    }
}

fn phase(opinion: &Opinion) -> Phrase {
    match opinion.phase {
        OpinionPhase::Counted => phrase!("opinion-counted"),
        OpinionPhase::Withdrawn => phrase!("opinion-taken-back"),
    }
}

/// One's own ticket, or none.
async fn own(room: &mut Room<'_>, number: &str) -> Result<Option<Ticket>, StoreError> {
    let found = casework::find_by_number(room.tx, number).await?;
    Ok(found.filter(|ticket| ticket.citizen_id == room.citizen.id))
}

/// The files of a reply, at the addresses that were given for them.
async fn files(room: &mut Room<'_>, ticket: &Ticket, reply: &Reply) -> Result<Vec<SentFile>, StoreError> {
    if reply.enclosures.is_empty() {
        return Ok(Vec::new());
    }
    let links = attachments::links(room.tx, &ticket.id).await?;
    let token = |id: &str| links.iter().find(|(file, _)| file == id).map(|(_, token)| token);
    let public = room.core.public.as_deref();
    Ok(reply.enclosures.iter().filter_map(|file| Some(SentFile::new(file, token(&file.id)?, public))).collect())
}

/// Shows one ticket.
pub(super) async fn ticket(room: &mut Room<'_>, number: &str) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let mut say = Say::default()
        .heading(phrase!("ticket-heading", number = &ticket.number))
        .and(phrase!("verbatim", text = &ticket.question))
        .list(vec![
            standing(room, &ticket),
            phrase!("ticket-filed-on", at = ticket.filed_at),
            reckoning(&ticket.clocks.reply),
        ]);
    match &ticket.state {
        State::Answered { reply } | State::Rated { reply, .. } => {
            say = with_files(say.quote(&reply.text), &files(room, &ticket, reply).await?)
                .choice(phrase!("choice-solved"), Action::Rate(ticket.number.clone(), Rating::Helped))
                .choice(phrase!("choice-not-solved"), Action::Rate(ticket.number.clone(), Rating::NotHelped));
        }
        State::Referred { reply, .. } => {
            say = with_files(say.quote(&reply.text), &files(room, &ticket, reply).await?);
        }
        State::AwaitingCitizen { asked, .. } => {
            say = say
                .quote(asked)
                .choice(phrase!("choice-answer-unit"), Action::AnswerTicket(ticket.number.clone()))
                .choice(phrase!("choice-withdraw-ticket"), Action::WithdrawTicket(ticket.number.clone()));
        }
        state if !state.is_closed() => {
            say = say.choice(phrase!("choice-withdraw-ticket"), Action::WithdrawTicket(ticket.number.clone()));
        }
        _ => {}
    }
    Ok(say.into())
}

async fn save(room: &mut Room<'_>, step: &Step) -> Result<(), StoreError> {
    let written = room.core.office(room.now).take(room.tx, step).await?;
    for address in written {
        room.core.wake.wrote_to(&address);
    }
    Ok(())
}

/// Withdraws one's own ticket.
pub(super) async fn withdraw_ticket(room: &mut Room<'_>, number: &str) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    Ok(match ticket.withdraw(Actor::Citizen(&citizen)) {
        Ok(step) => {
            save(room, &step).await?;
            Say::text(phrase!("ticket-withdrawn", number = number)).into()
        }
        Err(_) => Say::text(phrase!("ticket-too-late", number = number)).into(),
    })
}

/// Rates the reply to one's own ticket.
pub(super) async fn rate(room: &mut Room<'_>, number: &str, rating: Rating) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    let Ok(step) = ticket.rate(Actor::Citizen(&citizen), rating) else {
        return Ok(Say::text(phrase!("choice-gone")).into());
    };
    save(room, &step).await?;
    let explain = Action::ExplainRating(number.to_owned());
    let say = match rating {
        Rating::Helped => Say::text(phrase!("rated-helped")).choice(phrase!("choice-explain"), explain),
        Rating::NotHelped => {
            let again = step.ticket.ask_again(Actor::Citizen(&citizen), &room.core.office(room.now).moment()).is_ok();
            let mut say = Say::text(phrase!("rated-not-helped"));
            if again {
                say = say
                    .and(phrase!("rated-not-helped-again"))
                    .choice(phrase!("choice-ask-again"), Action::AskAgain(number.to_owned()));
            }
            say.choice(phrase!("choice-explain"), explain).choice(phrase!("choice-person"), Action::Person)
        }
    };
    Ok(say.into())
}

/// Keeps words to a rating. A bad rating with its reason can send the ticket back to the unit.
pub(super) async fn explain_rating(room: &mut Room<'_>, number: &str, text: &str) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    Ok(match ticket.explain_rating(Actor::Citizen(&citizen), text) {
        Ok(step) => {
            save(room, &step).await?;
            let say = Say::text(phrase!("rating-explained"));
            if step.ticket.ask_again(Actor::Citizen(&citizen), &room.core.office(room.now).moment()).is_ok() {
                say.choice(phrase!("choice-ask-again"), Action::AskAgain(number.to_owned())).into()
            } else {
                say.into()
            }
        }
        Err(Refusal::BadText) => Say::text(phrase!("rating-too-long"))
            .choice(phrase!("choice-explain"), Action::ExplainRating(number.to_owned()))
            .into(),
        Err(_) => Say::text(phrase!("choice-gone")).into(),
    })
}

/// The reply solved nothing: the unit looks at it once more.
pub(super) async fn ask_again(room: &mut Room<'_>, number: &str) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    let asked = ticket.ask_again(Actor::Citizen(&citizen), &room.core.office(room.now).moment());
    Ok(match asked {
        Ok(step) => {
            save(room, &step).await?;
            let reply = &step.ticket.clocks.reply;
            Say::text(phrase!("ticket-reopened", number = number, due = reply.due)).and(reckoning(reply)).into()
        }
        Err(Refusal::ReopenedBefore) => {
            Say::text(phrase!("ticket-reopened-before")).choice(phrase!("choice-person"), Action::Person).into()
        }
        Err(_) => Say::text(phrase!("choice-gone")).into(),
    })
}

/// Answers what the unit asked.
pub(super) async fn answer_unit(room: &mut Room<'_>, number: &str, text: &str) -> Result<Done, StoreError> {
    let Some(ticket) = own(room, number).await? else { return Ok(not_found()) };
    let citizen = room.citizen.id.clone();
    let answered = ticket.answer_back(Actor::Citizen(&citizen), text, &room.core.office(room.now).moment());
    Ok(match answered {
        Ok(step) => {
            save(room, &step).await?;
            let reply = &step.ticket.clocks.reply;
            Say::text(phrase!("unit-answered", number = number, due = reply.due)).and(reckoning(reply)).into()
        }
        Err(_) => {
            Say::text(phrase!("unit-asks-no-more", number = number)).choice(phrase!("choice-mine"), Action::Mine).into()
        }
    })
}

/// Shows one opinion.
pub(super) async fn opinion(room: &mut Room<'_>, receipt: &str) -> Result<Done, StoreError> {
    let found = consultation::find_opinion(room.tx, receipt).await?;
    let citizen = room.citizen.id.clone();
    let Some(opinion) = found.filter(|opinion| opinion.citizen_id.as_deref() == Some(citizen.as_str())) else {
        return Ok(not_found());
    };
    let Some(one) = consultation::find(room.tx, &opinion.consultation_id).await? else { return Ok(not_found()) };
    let about = match opinion.clause {
        Some(number) => phrase!("about-clause", number = number),
        None => phrase!("about-whole"),
    };
    let mut say = Say::default()
        .heading(phrase!("opinion-heading", receipt = receipt))
        .list(vec![
            phrase!("opinion-about", title = &one.title, about = about),
            phrase!("opinion-said", stance = stance(opinion.stance), phase = phase(&opinion), at = opinion.created_at),
        ])
        .quote(&opinion.text);
    if one.stage(room.today) == Stage::Open && opinion.phase == OpinionPhase::Counted {
        say = say
            .choice(phrase!("choice-change-opinion"), Action::ChangeOpinion(receipt.to_owned()))
            .choice(phrase!("choice-withdraw-opinion"), Action::WithdrawOpinion(receipt.to_owned()));
    }
    Ok(say.into())
}
