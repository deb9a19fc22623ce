//! The turn: one message from the inbox, its effects and its replies, in one transaction.
//!
//! Load, understand, step, perform, save. Nothing is claimed beforehand: the inbox row and the dialogue are checked at
//! saving, so a second worker on the same message, or a crash at any point, leaves no trace.

use std::sync::Arc;

use super::{
    acts::{self, Room},
    core::Core,
    dialogue::{self, Act, Dialogue, Heard, offered_action},
    notice, records, staff_chat,
};
use crate::{
    casework::statistics::{self, Tally},
    clock::city_date,
    directory::citizens::{self, Citizen},
    inbox::{self, Pending},
    locale::DEFAULT,
    message::{Body, Choice, Outbound},
    outbox,
    store::StoreError,
};

/// How often a lost race is run again before it counts as a failure.
const RACES: usize = 8;

impl Core {
    /// Takes all messages whose turn it is, until none is left. Gives how many were worked on.
    pub async fn take_turns(self: &Arc<Self>) -> Result<usize, StoreError> {
        let mut worked = 0;
        loop {
            let mut connection = self.store.read().await?;
            let due = inbox::due(&mut connection, 64).await?;
            drop(connection);
            if due.is_empty() {
                return Ok(worked);
            }
            // Each is another person's: they don't wait for one another.
            let mut turns = tokio::task::JoinSet::new();
            for pending in due {
                let core = self.clone();
                worked += 1;
                turns.spawn(async move { core.turn(pending).await });
            }
            while let Some(done) = turns.join_next().await {
                done.map_err(StoreError::Task)??;
            }
        }
    }

    /// Works on one message. A failure is counted, and the last one is answered with an apology.
    async fn turn(&self, pending: Pending) -> Result<(), StoreError> {
        let mut outcome = self.attempt(&pending).await;
        for _ in 0..RACES {
            match &outcome {
                Err(error) if error.is_transient() => {
                    if self.is_settled(&pending).await? {
                        return Ok(());
                    }
                    outcome = self.attempt(&pending).await;
                }
                _ => break,
            }
        }
        let Err(error) = outcome else { return Ok(()) };
        tracing::error!(inbox = pending.id, %error, "a message could not be worked on");
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if inbox::fail(&mut tx, &pending.id, &error.to_string(), now).await? {
            let address = &pending.message.address;
            let apology = notice::failed(&self.locales, self.first_locale(pending.message.language.as_deref()));
            let key = format!("{}:failed", pending.id);
            outbox::enqueue(&mut tx, &self.ids.next(), address, &key, &apology, now).await?;
        }
        tx.commit().await
    }

    async fn is_settled(&self, pending: &Pending) -> Result<bool, StoreError> {
        let mut connection = self.store.read().await?;
        let next = inbox::next_of(&mut connection, &pending.message.address).await?;
        Ok(next.is_none_or(|next| next.id != pending.id))
    }

    async fn attempt(&self, pending: &Pending) -> Result<(), StoreError> {
        if self.staff_turn(pending).await? {
            return Ok(());
        }
        let address = &pending.message.address;
        let mut connection = self.store.read().await?;
        let (dialogue, version) = records::load(&mut connection, address).await?;
        let mut offered = outbox::offered(&mut connection, address).await?;
        // Nobody claims a ticket by a number that they type.
        offered.retain(|choice| !staff_chat::is_ours(&choice.action));
        drop(connection);
        let heard = self.understand(&dialogue, &offered, &pending.message.body);
        let step = dialogue::step(dialogue, heard);

        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let hint = pending.message.language.clone();
        let locale = self.first_locale(hint.as_deref());
        let mut citizen = citizens::at_address(&mut tx, address, (&self.ids.next(), locale), now).await?;
        let switched = hint.is_some() && step.dialogue.hint.is_some() && hint != step.dialogue.hint;
        if switched && citizen.locale != locale {
            citizens::set_locale(&mut tx, &citizen.id, locale).await?;
            locale.clone_into(&mut citizen.locale);
        }
        let mut room = Room { core: self, tx: &mut tx, address, citizen: &mut citizen, now, today: city_date(now) };
        let dialogue = Dialogue { hint: hint.or(step.dialogue.hint), ..step.dialogue };
        let (dialogue, replies, tallies) = self.perform(&mut room, dialogue, step.acts).await?;
        records::save(&mut tx, address, &dialogue, version, now).await?;
        for (place, reply) in replies.iter().enumerate() {
            let key = format!("{}:{place}", pending.id);
            outbox::enqueue(&mut tx, &self.ids.next(), address, &key, reply, now).await?;
        }
        inbox::settle(&mut tx, &pending.id, now).await?;
        statistics::add(&mut tx, tallies).await?;
        tx.commit().await?;
        self.wake.wrote_to(address);
        Ok(())
    }

    /// Performs acts in order and renders what they say in the person's language. Gives what is to be counted, too.
    async fn perform(
        &self,
        room: &mut Room<'_>,
        mut dialogue: Dialogue,
        acts: Vec<Act>,
    ) -> Result<(Dialogue, Vec<Outbound>, Vec<Tally>), StoreError> {
        let (mut replies, mut tallies): (Vec<Outbound>, Vec<Tally>) = (Vec::new(), Vec::new());
        let several = acts.iter().any(|act| matches!(act, Act::Answer(answer) if answer.nth.is_some()));
        for act in acts {
            let done = acts::perform(room, act).await?;
            if let Some(place) = done.place {
                dialogue.place = place;
            }
            if let Some(matter) = done.matter {
                match done.nth.and_then(|nth| dialogue.answered.get_mut(nth - 1)) {
                    Some(known) => *known = matter.clone(),
                    None if done.nth.is_some() => dialogue.answered.push(matter.clone()),
                    None => {}
                }
                dialogue.matter = Some(matter);
                dialogue.on_matter = true;
            }
            dialogue.reading = done.reading.or(dialogue.reading);
            let Citizen { locale, .. } = &*room.citizen;
            replies.extend(done.says.iter().map(|say| say.render(&self.locales, locale)));
            replies.extend(done.again);
            tallies.extend(done.tally);
        }
        if several {
            gather_choices(&mut replies);
        }
        Ok((dialogue, replies, tallies))
    }

    /// Makes of a message what can be made of it without the store.
    fn understand(&self, dialogue: &Dialogue, offered: &[Choice], body: &Body) -> Heard {
        match body {
            Body::Choice(action) => Heard::Picked(action.parse()),
            Body::Start(payload) => Heard::Started(payload.clone()),
            // Chats that end or move are no citizen's words.
            Body::Unreadable | Body::Left | Body::Moved(_) => Heard::Unreadable,
            Body::TooLong => Heard::TooLong,
            Body::Text(text) => {
                if let Some(action) = offered_action(offered, text) {
                    return Heard::Picked(action.parse());
                }
                self.hear(dialogue, text)
            }
        }
    }

    /// The language for somebody who hasn't chosen one.
    fn first_locale(&self, hint: Option<&str>) -> &str {
        hint.and_then(|hint| self.locales.negotiate(hint)).unwrap_or(DEFAULT)
    }
}

/// Puts the choices of all replies of a turn under the last one, its own first: people pick by number, and a number
/// must mean one thing.
fn gather_choices(replies: &mut [Outbound]) {
    let Some((last, before)) = replies.split_last_mut() else { return };
    last.choices.extend(before.iter_mut().flat_map(|reply| reply.choices.drain(..)));
}
