//! Staff in chat: a unit binds a chat, its tickets come there as cards, and its staff claim, answer and return them there.
//!
//! What comes from such a chat is nobody's question, and goes another way than a citizen's message: [`heard`] tells what it
//! is, [`binding`] binds chats and links accounts, [`desk`] acts on tickets, [`card`] writes to the chats of a unit. Whoever
//! acts is a member of staff who linked their account, and may do what the life-cycle allows them; approving is no act of
//! a chat. Of what was written nothing is kept but what the ticket keeps.

mod binding;
pub(super) mod card;
mod desk;
mod heard;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use heard::{DeskAct, is_ours};

use self::heard::Heard;
use super::{core::Core, say::Say};
use crate::{
    audit,
    directory::chats::{self, Change, mark},
    inbox::{self, Pending},
    locale::{DEFAULT, Phrase},
    message::{Address, Outbound, Within},
    outbox,
    store::{Connection, StoreError},
};

/// How the audit log names what chats do by themselves.
const RULE: &str = "rule:chat";

/// What is done about one message works with this.
struct Room<'a> {
    core: &'a Core,
    tx: &'a mut Connection,
    /// The chat.
    chat: &'a Address,
    within: &'a Within,
    /// The message's id, from which the replies' dedup keys are made.
    inbox_id: &'a str,
    now: Timestamp,
    /// Addresses that were written to, to be woken after the commit.
    written: Vec<Address>,
}

impl Room<'_> {
    /// Says something in the chat. It comes before the changes that it tells of, in the same transaction: whoever holds
    /// the audit log's head waits for nobody.
    async fn reply(&mut self, replies: Vec<Outbound>) -> Result<(), StoreError> {
        for (place, reply) in replies.iter().enumerate() {
            let key = format!("{}:{place}", self.inbox_id);
            outbox::enqueue(self.tx, &self.core.ids.next(), self.chat, &key, reply, self.now).await?;
        }
        if !replies.is_empty() {
            self.written.push(self.chat.clone());
        }
        Ok(())
    }

    /// A message of one sentence.
    fn say(&self, phrase: Phrase) -> Outbound {
        Say::text(phrase).render(&self.core.locales, DEFAULT)
    }

    /// Where the sender's account is.
    fn sender(&self) -> Address {
        Address { person: self.within.sender.clone(), ..self.chat.clone() }
    }
}

impl Core {
    /// Works on a message if it is staff's business; gives whether it was. Everything is one transaction.
    pub(super) async fn staff_turn(&self, pending: &Pending) -> Result<bool, StoreError> {
        let message = &pending.message;
        let Some(within) = &message.within else { return Ok(false) };
        let answered = match &within.about {
            Some(about) => outbox::by_reference(&mut *self.store.read().await?, &message.address, about).await?,
            None => None,
        };
        let Some(heard) = heard::read(&message.body, within, answered.as_ref()) else { return Ok(false) };
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        inbox::settle(&mut tx, &pending.id, now).await?;
        inbox::empty(&mut tx, pending).await?;
        let mut room = Room {
            core: self,
            tx: &mut tx,
            chat: &message.address,
            within,
            inbox_id: &pending.id,
            now,
            written: Vec::new(),
        };
        room.work(heard).await?;
        let written = room.written;
        tx.commit().await?;
        for address in written {
            self.wake.wrote_to(&address);
        }
        Ok(true)
    }

    /// Nothing can be delivered to an address any more: if a unit had bound it, that is over.
    pub async fn chat_is_gone(&self, tx: &mut Connection, chat: &Address, now: Timestamp) -> Result<(), StoreError> {
        self.end_binding(tx, chat, Change::Unreachable, now).await
    }

    /// A chat goes on under another id: a binding, and what waits to be sent, go along.
    pub async fn chat_moved(
        &self,
        tx: &mut Connection,
        (from, to): (&Address, &Address),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        outbox::divert(tx, &self.ids, (from, to), now).await?;
        let Some(chat) = chats::find(tx, from).await? else { return Ok(()) };
        if chats::move_to(tx, &self.ids, (from, to), RULE, now).await? {
            let detail = serde_json::json!({ "chat": mark(from), "to": mark(to) });
            audit::append(tx, now, RULE, "chat.moved", &format!("unit:{}", chat.unit), &detail).await?;
        }
        Ok(())
    }

    async fn end_binding(
        &self,
        tx: &mut Connection,
        chat: &Address,
        change: Change,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Some(bound) = chats::find(tx, chat).await? else { return Ok(()) };
        if chats::end(tx, &self.ids, &bound, (change, RULE), now).await? {
            let detail = serde_json::json!({ "chat": mark(chat) });
            let (action, subject) = (format!("chat.{}", change.name()), format!("unit:{}", bound.unit));
            audit::append(tx, now, RULE, &action, &subject, &detail).await?;
        }
        Ok(())
    }
}

impl Room<'_> {
    async fn work(&mut self, heard: Heard) -> Result<(), StoreError> {
        match heard {
            Heard::Bind(code) => binding::bind(self, &code).await,
            Heard::Unbind => binding::unbind(self).await,
            Heard::Link(code) => binding::link(self, &code).await,
            Heard::Press(act) => desk::press(self, act).await,
            Heard::Answer { to, body, had_choices } => desk::answer(self, to, &body, had_choices).await,
            Heard::Again(id) => desk::again(self, &id).await,
            Heard::Aimless => desk::aimless(self).await,
            Heard::Left => self.core.end_binding(self.tx, self.chat, Change::Removed, self.now).await,
            Heard::Moved(person) => {
                let to = Address { person, ..self.chat.clone() };
                self.core.chat_moved(self.tx, (self.chat, &to), self.now).await
            }
            Heard::Nothing => Ok(()),
        }
    }
}
