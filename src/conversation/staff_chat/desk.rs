//! Tickets in a chat: claim, answer, return. Each is a member's act, and the life-cycle says whether they may.

use super::{Room, card, heard::DeskAct};
use crate::{
    casework::{self, Actor, Refusal, State, Step, Ticket},
    conversation::{action::UnknownAction, notice, say::Say},
    directory::{
        accounts,
        chats::{self, Chat},
        staff::{self, StaffMember},
    },
    locale::{DEFAULT, Phrase},
    message::{Body, Choice, Manner, Outbound},
    outbox, phrase,
    store::StoreError,
};

/// A member of the chat's unit, and the ticket of that unit that they act on.
struct Admitted {
    member: StaffMember,
    ticket: Ticket,
}

/// A button was pressed.
pub(super) async fn press(room: &mut Room<'_>, act: Result<DeskAct, UnknownAction>) -> Result<(), StoreError> {
    let number = match &act {
        Ok(DeskAct::Claim(number) | DeskAct::Return(number)) => number.clone(),
        // Nothing of ours has such a button.
        Ok(DeskAct::Reply(_)) | Err(UnknownAction) => String::new(),
    };
    let Admitted { member, ticket } = match admit(room, &number).await? {
        Ok(admitted) => admitted,
        Err(refusal) => return refuse(room, refusal).await,
    };
    match act {
        Ok(DeskAct::Claim(_)) => claim(room, &member, ticket).await,
        _ => ask_reason(room, &member, ticket).await,
    }
}

/// A message of ours was answered.
pub(super) async fn answer(room: &mut Room<'_>, to: DeskAct, body: &Body, had_choices: bool) -> Result<(), StoreError> {
    let (DeskAct::Claim(number) | DeskAct::Return(number) | DeskAct::Reply(number)) = &to;
    let Admitted { member, ticket } = match admit(room, number).await? {
        Ok(admitted) => admitted,
        Err(refusal) => return refuse(room, refusal).await,
    };
    let text = match body {
        Body::Text(text) => text,
        Body::TooLong => return refuse(room, notice::refusal(Refusal::BadText)).await,
        _ => return refuse(room, phrase!("staff-chat-words-only")).await,
    };
    let number = ticket.number.clone();
    let (step, done) = match to {
        DeskAct::Return(_) => {
            let done = phrase!("staff-chat-returned", name = &member.name, number = number);
            (ticket.give_back(Actor::Staff(&member), text), done)
        }
        DeskAct::Claim(_) | DeskAct::Reply(_) => {
            if let State::Drafted { draft } = &ticket.state
                && draft.author != member.login
            {
                let author = draft.author.clone();
                let name = name_of(room, &author).await?;
                return refuse(room, phrase!("staff-chat-drafted-before", name = name, number = number)).await;
            }
            let done = phrase!("staff-chat-drafted", name = &member.name, number = number);
            (ticket.draft(Actor::Staff(&member), text), done)
        }
    };
    match step {
        Err(refusal) => refuse(room, notice::refusal(refusal)).await,
        Ok(step) => {
            let mut replies = vec![room.say(done)];
            // There is nothing to press any more.
            replies.extend(room.within.about.clone().filter(|_| had_choices).map(|card| buttons(card, Vec::new())));
            take(room, replies, &step).await
        }
    }
}

/// A message is shown again that may not have arrived.
pub(super) async fn again(room: &mut Room<'_>, id: &str) -> Result<(), StoreError> {
    if chats::find(room.tx, room.chat).await?.is_none() {
        return Ok(());
    }
    match outbox::find(room.tx, room.chat, id).await? {
        Some(message) if message.manner.is_message() => room.reply(vec![message]).await,
        _ => Ok(()),
    }
}

/// Somebody answered a message of ours that wants no answer, or that we don't know any more.
pub(super) async fn aimless(room: &mut Room<'_>) -> Result<(), StoreError> {
    if chats::find(room.tx, room.chat).await?.is_none() {
        return Ok(());
    }
    refuse(room, phrase!("staff-chat-answer-a-card")).await
}

/// Who sent it, if they are staff of the chat's unit now; else what they can do about it.
pub(super) async fn colleague(room: &mut Room<'_>, chat: &Chat) -> Result<Result<StaffMember, Phrase>, StoreError> {
    let sender = room.sender();
    Ok(match accounts::member_at(room.tx, &sender).await? {
        None => Err(phrase!("staff-chat-who-are-you")),
        Some(member) if !member.works_for(&chat.unit) => Err(phrase!("staff-chat-other-unit")),
        Some(member) => Ok(member),
    })
}

/// Who acts on which ticket. What is refused here tells nothing of any ticket.
async fn admit(room: &mut Room<'_>, number: &str) -> Result<Result<Admitted, Phrase>, StoreError> {
    let Some(chat) = chats::find(room.tx, room.chat).await? else {
        return Ok(Err(phrase!("staff-chat-not-bound")));
    };
    let member = match colleague(room, &chat).await? {
        Ok(member) => member,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let ticket = casework::find_by_number(room.tx, number).await?.filter(|ticket| ticket.unit == chat.unit);
    Ok(ticket.map(|ticket| Admitted { member, ticket }).ok_or_else(|| phrase!("staff-chat-ticket-elsewhere")))
}

async fn claim(room: &mut Room<'_>, member: &StaffMember, ticket: Ticket) -> Result<(), StoreError> {
    // Taking it from a colleague is possible, but not by a press that two of them make at the same time.
    if let State::Claimed { by } = &ticket.state {
        let name = name_of(room, by).await?;
        return refuse(room, phrase!("staff-chat-claimed-before", name = name, number = &ticket.number)).await;
    }
    let step = match ticket.claim(Actor::Staff(member)) {
        Ok(step) => step,
        Err(refusal) => return refuse(room, notice::refusal(refusal)).await,
    };
    let number = &step.ticket.number;
    let mut claimed = room.say(phrase!("staff-chat-claimed", name = &member.name, number = number));
    claimed.answer = Some(DeskAct::Reply(number.clone()).to_string());
    let mut replies = vec![aside(room, None), claimed];
    let left = card::choices(room.core.office(room.now).locales, &step.ticket);
    replies.extend(room.within.about.clone().map(|card| buttons(card, left)));
    take(room, replies, &step).await
}

/// Returning needs a reason: it is asked for, once it is sure that the ticket could be returned.
async fn ask_reason(room: &mut Room<'_>, member: &StaffMember, ticket: Ticket) -> Result<(), StoreError> {
    let number = ticket.number.clone();
    if let Err(refusal) = ticket.give_back(Actor::Staff(member), "-") {
        return refuse(room, notice::refusal(refusal)).await;
    }
    let mut question = room.say(phrase!("staff-chat-return-why", name = &member.name, number = &number));
    question.answer = Some(DeskAct::Return(number).to_string());
    let heard = aside(room, None);
    room.reply(vec![heard, question]).await
}

/// Says it in the chat, then does it: a conflict undoes both.
async fn take(room: &mut Room<'_>, replies: Vec<Outbound>, step: &Step) -> Result<(), StoreError> {
    room.reply(replies).await?;
    let office = room.core.office(room.now);
    let written = office.take(room.tx, step).await?;
    room.written.extend(written);
    Ok(())
}

/// Says why not: to whoever pressed alone, or else in the chat.
async fn refuse(room: &mut Room<'_>, refusal: Phrase) -> Result<(), StoreError> {
    let said = match room.within.press {
        Some(_) => aside(room, Some(refusal)),
        None => room.say(refusal),
    };
    room.reply(vec![said]).await
}

/// The answer to a press: some words, or that it was heard.
fn aside(room: &Room<'_>, words: Option<Phrase>) -> Outbound {
    let press = room.within.press.clone().unwrap_or_default();
    let said = words.map(|phrase| Say::text(phrase).render(&room.core.locales, DEFAULT)).unwrap_or_default();
    Outbound { manner: Manner::Aside(press), ..said }
}

fn buttons(card: String, choices: Vec<Choice>) -> Outbound {
    Outbound { choices, manner: Manner::Choices(card), ..Outbound::default() }
}

/// The name of a login; the login itself when the account is gone.
pub(super) async fn name_of(room: &mut Room<'_>, login: &str) -> Result<String, StoreError> {
    staff::name_of(room.tx, login).await
}
