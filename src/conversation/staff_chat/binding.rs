//! Which unit a chat belongs to, and whose account somebody's is. Both are proved by a one-time code from the console.

use super::Room;
use crate::{
    audit,
    directory::{
        accounts,
        chats::{self, Change, Chat, mark},
        codes::{self, Purpose, Used},
        units,
    },
    locale::Phrase,
    message::Address,
    phrase,
    store::StoreError,
};

/// Binds the chat with a unit's code.
pub(super) async fn bind(room: &mut Room<'_>, typed: &str) -> Result<(), StoreError> {
    if let Some(chat) = chats::find(room.tx, room.chat).await? {
        let unit = unit_name(room, &chat.unit).await?;
        return say(room, phrase!("staff-chat-bound-before", unit = unit)).await;
    }
    let used = match try_code(room, Purpose::Unit, typed).await? {
        Ok(used) => used,
        Err(refusal) => return say(room, refusal).await,
    };
    let name = unit_name(room, &used.subject).await?;
    let chat = Chat {
        address: room.chat.clone(),
        unit: used.subject.clone(),
        title: room.within.group.clone().unwrap_or_default(),
        bound_by: used.made_by.clone(),
        bound_at: room.now,
    };
    say(room, phrase!("staff-chat-bound", unit = name)).await?;
    chats::bind(room.tx, &room.core.ids, &chat).await?;
    let detail = serde_json::json!({ "chat": mark(room.chat), "group": room.within.group.is_some() });
    let actor = format!("staff:{}", used.made_by);
    audit::append(room.tx, room.now, &actor, "chat.bound", &format!("unit:{}", used.subject), &detail).await
}

/// Ends the chat's binding, if a member of the unit asks for it.
pub(super) async fn unbind(room: &mut Room<'_>) -> Result<(), StoreError> {
    let Some(chat) = chats::find(room.tx, room.chat).await? else {
        return say(room, phrase!("staff-chat-not-bound")).await;
    };
    let member = match super::desk::colleague(room, &chat).await? {
        Ok(member) => member,
        Err(refusal) => return say(room, refusal).await,
    };
    say(room, phrase!("staff-chat-unbound", name = &member.name)).await?;
    let actor = format!("staff:{}", member.login);
    if chats::end(room.tx, &room.core.ids, &chat, (Change::Unbound, &actor), room.now).await? {
        let detail = serde_json::json!({ "chat": mark(room.chat) });
        audit::append(room.tx, room.now, &actor, "chat.unbound", &format!("unit:{}", chat.unit), &detail).await?;
    }
    Ok(())
}

/// Links the sender's account with a member's code. In a group others have read the code: it is void then.
pub(super) async fn link(room: &mut Room<'_>, typed: &str) -> Result<(), StoreError> {
    if room.within.group.is_some() {
        codes::use_up(room.tx, Purpose::Member, typed, room.now).await?;
        return say(room, phrase!("staff-chat-link-in-private")).await;
    }
    let used = match try_code(room, Purpose::Member, typed).await? {
        Ok(used) => used,
        Err(refusal) => return say(room, refusal).await,
    };
    let sender = room.sender();
    if sender.person.is_empty() || !accounts::link(room.tx, &sender, &used.subject, room.now).await? {
        return say(room, phrase!("staff-chat-code-refused")).await;
    }
    let name = super::desk::name_of(room, &used.subject).await?;
    say(room, phrase!("staff-chat-linked", name = name)).await?;
    let actor = format!("staff:{}", used.subject);
    let detail = serde_json::json!({ "channel": room.chat.channel });
    audit::append(room.tx, room.now, &actor, "account.linked", &actor, &detail).await
}

/// Uses a code up, or says why not: the same words for a wrong, a used and an expired one.
async fn try_code(room: &mut Room<'_>, purpose: Purpose, typed: &str) -> Result<Result<Used, Phrase>, StoreError> {
    if typed.is_empty() {
        return Ok(Err(match purpose {
            Purpose::Unit => phrase!("staff-chat-bind-how"),
            Purpose::Member => phrase!("staff-chat-link-how"),
        }));
    }
    let chat: &Address = room.chat;
    if !codes::may_try(room.tx, chat, room.now).await? {
        return Ok(Err(phrase!("staff-chat-too-many-tries")));
    }
    if let Some(used) = codes::use_up(room.tx, purpose, typed, room.now).await? {
        return Ok(Ok(used));
    }
    codes::count_failure(room.tx, chat, room.now).await?;
    Ok(Err(phrase!("staff-chat-code-refused")))
}

async fn unit_name(room: &mut Room<'_>, code: &str) -> Result<String, StoreError> {
    Ok(units::find(room.tx, code).await?.map_or_else(|| code.to_owned(), |unit| unit.name))
}

async fn say(room: &mut Room<'_>, phrase: Phrase) -> Result<(), StoreError> {
    let said = room.say(phrase);
    room.reply(vec![said]).await
}
