//! Cards: what the chats of a unit are told of its tickets. They are written with the step, once for each.

use super::DeskAct;
use crate::{
    casework::{Happened, State, Step, Ticket, Urgency, notices, notices::Matter},
    conversation::{office::Office, say::Say},
    directory::{chats, staff},
    knowledge::personal,
    locale::{DEFAULT, Locales, Phrase},
    message::{Address, Block, Choice, Outbound},
    outbox, phrase,
    store::{Connection, StoreError},
};

/// How much of a question, an answer or a remark a card shows, in characters.
const SHOWN: usize = 600;

/// Writes what a step is to the chats of the ticket's unit, if it is anything; gives their addresses.
pub(in crate::conversation) async fn of_step(
    office: &Office<'_>,
    tx: &mut Connection,
    step: &Step,
) -> Result<Vec<Address>, StoreError> {
    let news = if step.event == Happened::Approved {
        let approved = phrase!("staff-chat-approved", number = &step.ticket.number);
        Say::text(approved).render(office.locales, DEFAULT)
    } else {
        let mut matters = notices::of_step(step).into_iter().map(|(_, matter)| matter);
        let Some(title) = matters.find_map(|matter| title(matter, &step.ticket.number)) else {
            return Ok(Vec::new());
        };
        let said =
            |name: &str| step.detail.get(name).and_then(serde_json::Value::as_str).filter(|text| !text.is_empty());
        let words = match step.event {
            Happened::SentBack => said("remark").map(|text| (phrase!("staff-chat-remark"), text)),
            Happened::CitizenAnswered => said("answer").map(|text| (phrase!("staff-chat-citizen-says"), text)),
            Happened::Transferred | Happened::Reopened => {
                said("reason").map(|text| (phrase!("staff-chat-reason"), text))
            }
            _ => None,
        };
        card(office, tx, title, words, &step.ticket).await?
    };
    post(office, tx, &step.ticket, step.event, &news).await
}

/// Writes a card of a ticket that was filed.
pub(in crate::conversation) async fn of_new(
    office: &Office<'_>,
    tx: &mut Connection,
    ticket: &Ticket,
) -> Result<Vec<Address>, StoreError> {
    let Some(title) = title(Matter::Came, &ticket.number) else { return Ok(Vec::new()) };
    let card = card(office, tx, title, None, ticket).await?;
    post(office, tx, ticket, Happened::Filed, &card).await
}

async fn post(
    office: &Office<'_>,
    tx: &mut Connection,
    ticket: &Ticket,
    event: Happened,
    message: &Outbound,
) -> Result<Vec<Address>, StoreError> {
    let mut written = Vec::new();
    for chat in chats::of_unit(tx, &ticket.unit).await? {
        let Address { channel, account, person } = &chat.address;
        let place = format!("{channel}/{account}/{person}");
        let key = format!("card:{}:{}:{}:{place}", ticket.id, event.name(), ticket.version);
        outbox::enqueue(tx, &office.ids.next(), &chat.address, &key, message, office.now).await?;
        written.push(chat.address);
    }
    Ok(written)
}

/// What a card says first, for matters that bring a ticket to the unit.
fn title(matter: Matter, number: &str) -> Option<Phrase> {
    Some(match matter {
        Matter::Came => phrase!("staff-chat-came", number = number),
        Matter::SentBack => phrase!("staff-chat-sent-back", number = number),
        Matter::CitizenAnswered => phrase!("staff-chat-citizen-answered", number = number),
        Matter::Reopened => phrase!("staff-chat-reopened", number = number),
        _ => return None,
    })
}

async fn card(
    office: &Office<'_>,
    tx: &mut Connection,
    title: Phrase,
    words: Option<(Phrase, &str)>,
    ticket: &Ticket,
) -> Result<Outbound, StoreError> {
    let worker = match ticket.state.worker() {
        Some(login) => phrase!("staff-chat-worker", name = staff::name_of(tx, login).await?),
        None => phrase!("staff-chat-nobody"),
    };
    let mut say = Say::default().heading(title).quote(shown(&ticket.question));
    if let Some((what, words)) = words {
        say = say.and(what).quote(shown(words));
    }
    say = say.list(vec![deadline(office, ticket), worker]).and(phrase!("staff-chat-how"));
    let mut card = say.render(office.locales, DEFAULT);
    if let Some(site) = office.public {
        let title = office.locales.text(DEFAULT, &phrase!("staff-chat-open"));
        let url = format!("{site}/console/tickets/{}", ticket.number);
        card.blocks.push(Block::Source { title, lines: Vec::new(), url });
    }
    card.choices = choices(office.locales, ticket);
    card.answer = Some(DeskAct::Reply(ticket.number.clone()).to_string());
    Ok(card)
}

/// The buttons below a card, by what can be done with the ticket now.
pub(super) fn choices(locales: &Locales, ticket: &Ticket) -> Vec<Choice> {
    let number = &ticket.number;
    let choice = |label: Phrase, act: DeskAct| Choice { label: locales.text(DEFAULT, &label), action: act.to_string() };
    let mut choices = Vec::new();
    if ticket.state == State::Assigned {
        choices.push(choice(phrase!("staff-chat-claim"), DeskAct::Claim(number.clone())));
    }
    if matches!(ticket.state, State::Assigned | State::Claimed { .. }) && !ticket.designated {
        choices.push(choice(phrase!("staff-chat-return"), DeskAct::Return(number.clone())));
    }
    choices
}

fn deadline(office: &Office<'_>, ticket: &Ticket) -> Phrase {
    let (reply, today) = (&ticket.clocks.reply, crate::clock::city_date(office.now));
    if let Some(since) = reply.stopped_since() {
        return phrase!("staff-chat-stopped", since = since);
    }
    let days = office.calendar.working_days_between(today, reply.due);
    let left = match ticket.urgency(today) {
        Urgency::Overdue => phrase!("console-urgency-overdue", days = -days),
        Urgency::Soon => phrase!("console-urgency-soon", days = days),
        Urgency::Calm => phrase!("console-urgency-calm", days = days),
    };
    phrase!("staff-chat-due", due = reply.due, left = left)
}

/// Somebody's words without numbers of persons: how a citizen is reached is no matter of a chat.
fn shown(words: &str) -> String {
    let masked = personal::masked(words);
    match masked.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None => masked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_shows_no_number_of_a_person_and_not_too_much() {
        let told = shown("我的电话是13812345678，请回电");
        assert!(!told.contains("13812345678") && told.contains("请回电"), "{told}");
        assert_eq!(shown(&"字".repeat(700)).chars().count(), SHOWN + 1);
    }
}
