//! Language, and what is stored about a person: to see, to copy, to delete (个人信息保护法, Art. 47 and 50).

use super::{Done, Room, not_found};
use crate::{
    audit, casework, consultation,
    conversation::{action::Action, notice::shortened, say::Say},
    directory::citizens,
    inbox, knowledge, outbox, phrase,
    store::StoreError,
};

/// How many rows a copy holds at most.
const COPY: i64 = 200;

/// Reads in another language from now on.
pub(super) async fn language(room: &mut Room<'_>, tag: &str) -> Result<Done, StoreError> {
    let Some(tag) = room.core.locales.tags().find(|known| *known == tag).map(str::to_owned) else {
        return Ok(languages(room));
    };
    citizens::set_locale(room.tx, &room.citizen.id, &tag).await?;
    room.citizen.locale = tag;
    Ok(Say::text(phrase!("language-set")).choice(phrase!("choice-help"), Action::Help).into())
}

/// Offers the languages, each in its own words.
pub(super) fn languages(room: &Room<'_>) -> Done {
    let locales = &room.core.locales;
    let say = locales.tags().fold(Say::text(phrase!("language-which")), |say, tag| {
        say.named_choice(&locales.text(tag, &phrase!("language-name")), Action::Language(tag.to_owned()))
    });
    say.into()
}

/// Tells what is stored.
pub(super) async fn summary(room: &mut Room<'_>) -> Result<Done, StoreError> {
    let tickets = casework::of_citizen(room.tx, &room.citizen.id, COPY).await?.len();
    let opinions = consultation::of_citizen(room.tx, &room.citizen.id).await?.len();
    let messages = inbox::history(room.tx, room.address, COPY).await?.len();
    Ok(Say::text(phrase!("data-summary", messages = messages, tickets = tickets, opinions = opinions))
        .choice(phrase!("choice-copy"), Action::ExportData)
        .choice(phrase!("choice-erase"), Action::EraseData)
        .into())
}

/// Gives a copy of what the person said, asked and thought.
pub(super) async fn copy(room: &mut Room<'_>) -> Result<Done, StoreError> {
    let mut lines = Vec::new();
    for (_, at, message) in inbox::history(room.tx, room.address, COPY).await? {
        if let crate::message::Body::Text(text) = message.body {
            lines.push(phrase!("data-message-line", at = at, text = text));
        }
    }
    for ticket in casework::of_citizen(room.tx, &room.citizen.id, COPY).await? {
        lines.push(phrase!("data-ticket-line", number = &ticket.number, at = ticket.filed_at, text = &ticket.question));
    }
    for opinion in consultation::of_citizen(room.tx, &room.citizen.id).await? {
        lines.push(phrase!(
            "data-opinion-line",
            receipt = &opinion.receipt,
            at = opinion.created_at,
            text = shortened(&opinion.text)
        ));
    }
    Ok(Say::text(phrase!("data-copy", count = lines.len())).list(lines).into())
}

/// Deletes what the law lets us delete: the conversation, the words of open questions and of opinions on open
/// drafts. Opinions that were counted in a closed consultation stay in its file (Decree 713, Art. 33), without the person.
pub(super) async fn erase(room: &mut Room<'_>) -> Result<Done, StoreError> {
    let citizen = room.citizen.id.clone();
    consultation::forget(room.tx, &citizen, room.today, room.now).await?;
    let asked = casework::of_citizen(room.tx, &citizen, i64::MAX).await?;
    let asked: Vec<&str> = asked.iter().map(|ticket| ticket.question.as_str()).collect();
    knowledge::vectors::forget_questions(room.tx, &asked).await?;
    let withdrawn = casework::forget(room.tx, &room.core.ids, &citizen, room.now).await?;
    let mut written = Vec::new();
    for ticket in &withdrawn {
        written.extend(room.core.office(room.now).release_followers(room.tx, ticket).await?);
    }
    casework::topics::forget(room.tx, &citizen).await?;
    knowledge::interpretation::forget_feedback(room.tx, &citizen).await?;
    knowledge::phrasing::forget(room.tx, &citizen).await?;
    inbox::forget(room.tx, room.address).await?;
    outbox::forget(room.tx, room.address).await?;
    for ticket in &withdrawn {
        let subject = format!("ticket:{}", ticket.number);
        audit::append(room.tx, room.now, "citizen", "ticket.withdrawn", &subject, &serde_json::Value::Null).await?;
    }
    for address in written {
        room.core.wake.wrote_to(&address);
    }
    audit::append(
        room.tx,
        room.now,
        "citizen",
        "citizen.erased",
        &format!("citizen:{citizen}"),
        &serde_json::Value::Null,
    )
    .await?;
    Ok(Say::text(phrase!("data-erased")).into())
}

/// Shows a message again, as it was.
pub(super) async fn again(room: &mut Room<'_>, id: &str) -> Result<Done, StoreError> {
    Ok(match outbox::find(room.tx, room.address, id).await? {
        Some(message) => Done { again: Some(message), ..Done::default() },
        None => not_found(),
    })
}
