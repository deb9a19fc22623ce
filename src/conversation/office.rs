//! What a step of a ticket sets in motion, whoever takes it: the console, a chat of staff, the citizen, a rule. The step
//! and all that follows from it are one transaction.

use jiff::Timestamp;

use super::{notice, staff_chat::card};
use crate::{
    audit,
    calendar::Calendar,
    casework::{self, Actor, Happened, Moment, NewTicket, Reply, Splinter, State, Step, Ticket, attachments, notices},
    directory::{citizens, units},
    id::Ids,
    locale::{DEFAULT, Locales},
    message::{Address, Outbound},
    outbox,
    store::{Connection, StoreError},
};

/// Tickets follow the one they were merged into.
const FOLLOW: Actor<'static> = Actor::Rule("merged");

/// What steps work with.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// Words.
    pub locales: &'a Locales,
    /// Ids.
    pub ids: &'a Ids,
    /// Working days.
    pub calendar: &'a Calendar,
    /// The time of the step.
    pub now: Timestamp,
    /// Where the public reaches the service, for addresses of files; none where the settings don't say.
    pub public: Option<&'a str>,
}

impl Office<'_> {
    /// The moment for a transition.
    pub fn moment(&self) -> Moment<'_> {
        Moment { at: self.now, calendar: self.calendar }
    }

    /// Saves a step with all that follows: merged tickets go along, the people concerned are told, the audit log says who
    /// did it. Gives the addresses that were written to, to be woken after the commit.
    ///
    /// Refused as a conflict when somebody changed the ticket since it was read.
    pub async fn take(&self, tx: &mut Connection, step: &Step) -> Result<Vec<Address>, StoreError> {
        casework::save(tx, step, &self.ids.next(), self.now).await?;
        let mut steps = vec![step.clone()];
        steps.extend(self.followers(tx, &step.ticket).await?);
        for step in &steps {
            for (audience, matter) in notices::of_step(step) {
                notices::post(tx, &self.ids.next(), (&audience, matter), &step.ticket.id, self.now).await?;
            }
        }
        self.tell(tx, &steps).await
    }

    /// What follows for the tickets merged into one that was withdrawn by erasing its asker's data.
    pub async fn release_followers(&self, tx: &mut Connection, main: &Ticket) -> Result<Vec<Address>, StoreError> {
        let steps = self.followers(tx, main).await?;
        self.tell(tx, &steps).await
    }

    /// Tells a unit's chats of a ticket that was filed for it. Gives their addresses, to be woken after the commit.
    pub async fn tell_unit_of_new(&self, tx: &mut Connection, ticket: &Ticket) -> Result<Vec<Address>, StoreError> {
        card::of_new(self, tx, ticket).await
    }

    async fn tell(&self, tx: &mut Connection, steps: &[Step]) -> Result<Vec<Address>, StoreError> {
        let mut written = Vec::new();
        for step in steps {
            if let Some(message) = self.notice(tx, step).await? {
                let ticket = &step.ticket;
                let dedup_key = format!("ticket:{}:{}:{}", ticket.id, step.event.name(), ticket.version);
                outbox::enqueue(tx, &self.ids.next(), &ticket.reply_to, &dedup_key, &message, self.now).await?;
                written.push(ticket.reply_to.clone());
            }
        }
        for step in steps {
            written.extend(card::of_step(self, tx, step).await?);
        }
        // Last: the log's head is held until the commit.
        for step in steps {
            self.log(tx, step).await?;
        }
        Ok(written)
    }

    /// Files a part of a ticket's question as a ticket of its own, and saves the step that took it out.
    pub async fn split(
        &self,
        tx: &mut Connection,
        (step, splinter): (&Step, Splinter),
    ) -> Result<(Ticket, Vec<Address>), StoreError> {
        let parent = &step.ticket;
        let id = self.ids.next();
        let new = NewTicket {
            id: &id,
            citizen_id: &parent.citizen_id,
            reply_to: &parent.reply_to,
            question: &splinter.question,
            kind: parent.kind,
            unit: &splinter.unit,
            clocks: splinter.clocks,
            split_from: Some(&parent.id),
            filed_by: &step.actor,
            chosen_by: "staff",
        };
        let child = casework::file(tx, new, &self.ids.next(), self.now).await?;
        let locale = self.locale(tx, parent).await?;
        let message = notice::split(self.locales, &locale, parent, &child, &self.unit_name(tx, &child.unit).await?);
        let dedup_key = format!("ticket:{}:filed", child.id);
        outbox::enqueue(tx, &self.ids.next(), &child.reply_to, &dedup_key, &message, self.now).await?;
        let cards = self.tell_unit_of_new(tx, &child).await?;
        let mut written = self.take(tx, step).await?;
        written.extend(cards);
        let detail = serde_json::json!({ "unit": child.unit, "split_from": parent.number });
        let subject = format!("ticket:{}", child.number);
        audit::append(tx, self.now, &step.actor, "ticket.filed", &subject, &detail).await?;
        written.push(child.reply_to.clone());
        Ok((child, written))
    }

    /// The tickets merged into one go where it goes.
    async fn followers(&self, tx: &mut Connection, main: &Ticket) -> Result<Vec<Step>, StoreError> {
        // A rating ends nothing: whoever followed has followed already.
        if main.state.is_open() || matches!(main.state, State::Rated { .. }) {
            return Ok(Vec::new());
        }
        let mut steps = Vec::new();
        for ticket in casework::merged_into(tx, &main.id).await? {
            // Those that were found are merged into this one, so none is refused.
            if let Ok(step) = ticket.follow(FOLLOW, main, &self.moment()) {
                casework::save(tx, &step, &self.ids.next(), self.now).await?;
                steps.push(step);
            }
        }
        Ok(steps)
    }

    /// What the person who asked is told of a step. Inner steps of the office are not told.
    async fn notice(&self, tx: &mut Connection, step: &Step) -> Result<Option<Outbound>, StoreError> {
        let (ticket, words) = (&step.ticket, self.locales);
        let locale = self.locale(tx, ticket).await?;
        Ok(match (step.event, &ticket.state) {
            (Happened::Approved | Happened::AnsweredWith, State::Answered { reply }) => {
                let unit = self.unit(tx, &reply.unit).await?;
                let files = self.open_files(tx, ticket, reply).await?;
                Some(notice::reply(words, &locale, ticket, (reply, &files), &unit))
            }
            (Happened::Approved | Happened::AnsweredWith, State::Referred { reply, place }) => {
                let unit = self.unit(tx, &reply.unit).await?;
                let files = self.open_files(tx, ticket, reply).await?;
                Some(notice::referral(words, &locale, ticket, (reply, &files, place), &unit))
            }
            (Happened::AskedCitizen, State::AwaitingCitizen { asked, ends, .. }) => {
                Some(notice::asked(words, &locale, ticket, asked, *ends, &self.unit_name(tx, &ticket.unit).await?))
            }
            (Happened::CitizenReminded, State::AwaitingCitizen { asked, ends, .. }) => {
                let unit = self.unit_name(tx, &ticket.unit).await?;
                Some(notice::asked_again(words, &locale, ticket, asked, *ends, &unit))
            }
            (Happened::Extended, _) => Some(notice::extended(words, &locale, ticket)),
            (Happened::Lapsed, _) => Some(notice::lapsed(words, &locale, ticket)),
            (Happened::Reopened, _) if step.actor != "citizen" => Some(notice::reopened(words, &locale, ticket)),
            _ => None,
        })
    }

    /// Gives whoever asked a ticket an address of their own for each file of the reply.
    async fn open_files(
        &self,
        tx: &mut Connection,
        ticket: &Ticket,
        reply: &Reply,
    ) -> Result<Vec<notice::SentFile>, StoreError> {
        let mut files = Vec::new();
        for file in &reply.enclosures {
            let token = self.ids.secret();
            attachments::link(tx, &token, &file.id, &ticket.id).await?;
            files.push(notice::SentFile::new(file, &token, self.public));
        }
        Ok(files)
    }

    async fn locale(&self, tx: &mut Connection, ticket: &Ticket) -> Result<String, StoreError> {
        let citizen = citizens::find(tx, &ticket.citizen_id).await?;
        Ok(citizen.map_or_else(|| DEFAULT.to_owned(), |citizen| citizen.locale))
    }

    async fn unit(&self, tx: &mut Connection, code: &str) -> Result<units::Unit, StoreError> {
        units::find(tx, code).await?.ok_or(StoreError::Column { what: "unit of a ticket" })
    }

    async fn unit_name(&self, tx: &mut Connection, code: &str) -> Result<String, StoreError> {
        Ok(self.unit(tx, code).await?.name)
    }

    /// The log says who did what to which ticket; people's words are no part of it.
    async fn log(&self, tx: &mut Connection, step: &Step) -> Result<(), StoreError> {
        let (action, subject) = (format!("ticket.{}", step.event.name()), format!("ticket:{}", step.ticket.number));
        let detail = serde_json::json!({ "unit": step.ticket.unit, "version": step.ticket.version });
        audit::append(tx, self.now, &step.actor, &action, &subject, &detail).await
    }
}
