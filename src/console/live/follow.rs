//! Feeds one stream. Whose it is and what they may see is asked anew at every look.

use std::{collections::BTreeSet, convert::Infallible};

use axum::response::sse::Event;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::{
    sync::{
        broadcast::{Receiver, error::RecvError},
        mpsc,
    },
    time::Instant,
};

use super::{
    presence::told,
    stamp::{Differs, Stamp},
    streams::Place,
};
use crate::{
    casework::{
        self, Scope, Ticket, View, journal,
        notes::{self, Body, Note},
        notices,
        presence::{self, Present, Sign},
    },
    clock::city_date,
    console::{
        Console,
        history::{Names, sentence},
        notices::{SHOWN, unseen},
        reader::Reader,
        session::Visit,
    },
    directory::{
        staff::{self, StaffMember},
        units,
    },
    phrase,
    store::{Connection, StoreError, to_json},
};

/// How often an open stream shows that its page is there: well within the time for which that counts.
const BEAT: SignedDuration = SignedDuration::from_secs(20);
/// How long before the last look an event may have happened that wasn't visible then, because its transaction took
/// longer.
const LATE: SignedDuration = SignedDuration::from_secs(10);
/// How far back a list that comes again is brought up to date.
pub(super) const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(1);

/// How many of the latest events are looked at one by one.
const LATEST: usize = 100;

/// What a page shows that can change.
pub(super) enum Watched {
    /// A ticket.
    Ticket {
        /// Its number.
        number: String,
        /// What the page shows of it; none where the page didn't say.
        stamp: Option<Stamp>,
        /// When the stream last showed that the page is open.
        beat: Option<Timestamp>,
    },
    /// A list of tickets.
    Lists {
        /// Up to when it is known.
        from: Timestamp,
        /// The events that are known, as far back as [`LATE`] goes; none before the first look.
        known: Option<BTreeSet<String>>,
        /// How many tickets each view held.
        counts: Option<casework::Counts>,
    },
    /// Nothing but the number of notices.
    Notices,
}

impl Watched {
    /// A ticket, shown as the stamp says.
    pub(super) fn ticket(number: String, stamp: Option<Stamp>) -> Self {
        Self::Ticket { number, stamp, beat: None }
    }

    /// Lists as they were at an instant.
    pub(super) fn lists(from: Timestamp) -> Self {
        Self::Lists { from, known: None, counts: None }
    }
}

/// That something changed. What it looks like now is on the page.
#[derive(Serialize)]
struct News {
    /// What is read to whoever looks.
    says: String,
}

/// The number of unseen notices.
#[derive(Serialize)]
struct Unseen {
    count: i64,
    says: String,
}

/// Why a stream is over for good.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Over {
    /// Nobody is logged in any more.
    LoggedOut,
    /// The ticket isn't theirs to see any more.
    Hidden,
    /// They opened many other pages.
    Replaced,
}

#[derive(Serialize)]
struct End {
    why: Over,
}

/// Feeds one stream.
pub(super) struct Follower {
    console: Console,
    reader: Reader,
    token: String,
    watched: Watched,
    unseen: Option<i64>,
    news: Receiver<()>,
    sender: mpsc::Sender<Result<Event, Infallible>>,
    place: Place,
    until: Instant,
}

/// Whether a stream goes on.
type Goes = Result<bool, StoreError>;

impl Follower {
    /// One for a page of somebody who is logged in with `token`.
    pub(super) fn new(
        console: Console,
        visit: Visit,
        token: String,
        watched: Watched,
        (sender, place): (mpsc::Sender<Result<Event, Infallible>>, Place),
    ) -> Self {
        let (news, until) = (console.wake.listen_to_desks(), Instant::now() + console.streams.pace.lives);
        Self { console, reader: visit.reader, token, watched, unseen: None, news, sender, place, until }
    }

    /// Runs until the page is gone, or may not see any more, or the time is over.
    pub(super) async fn run(mut self) {
        // A first comment tells the page at once that nothing between us holds the stream back.
        if self.sender.send(Ok(Event::default().comment("open"))).await.is_err() {
            return;
        }
        loop {
            match self.look().await {
                Ok(true) => {}
                Ok(false) => return,
                // The page connects anew and catches up then.
                Err(error) => {
                    tracing::error!(%error, "a stream of the console could not read the store");
                    return;
                }
            }
            if !self.wait().await {
                return;
            }
        }
    }

    async fn look(&mut self) -> Goes {
        let now = self.console.clock.now();
        let mut connection = self.console.store.read().await?;
        let found = staff::find_by_session(&mut connection, &self.token, now).await?;
        let Some(member) = found.map(|session| session.member).filter(|member| !member.roles.is_empty()) else {
            return self.end(Over::LoggedOut).await;
        };
        let count = notices::count(&mut connection, &member, SHOWN).await?;
        if self.unseen != Some(count) {
            let news = Unseen { count, says: unseen(&self.reader, count) };
            if !self.send("notices", None, &news).await? {
                return Ok(false);
            }
            self.unseen = Some(count);
        }
        match &self.watched {
            Watched::Ticket { .. } => self.look_at_ticket(&mut connection, &member, now).await,
            Watched::Lists { .. } => self.look_at_lists(&mut connection, &member, now).await,
            Watched::Notices => Ok(true),
        }
    }

    async fn look_at_ticket(&mut self, connection: &mut Connection, member: &StaffMember, now: Timestamp) -> Goes {
        let Watched::Ticket { number, stamp, beat } = &mut self.watched else { return Ok(true) };
        let ticket = casework::find_by_number(connection, number).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.is_seen_by(member)) else {
            return self.end(Over::Hidden).await;
        };
        if beat.is_none_or(|last| now.duration_since(last) >= BEAT) {
            let mut tx = self.console.store.begin().await?;
            presence::touch(&mut tx, &ticket.id, &member.login, Sign::Watching, now).await?;
            tx.commit().await?;
            *beat = Some(now);
        }
        let notes = notes::of_ticket(connection, &ticket, member).await?;
        let present = presence::others(connection, &ticket.id, &member.login, now).await?;
        let current = Stamp::of(&ticket, &notes, &present);
        let before = stamp.replace(current.clone());
        let Some(differs) = before.and_then(|before| current.since(&before)) else { return Ok(true) };
        let says = self.told(connection, &ticket, differs, (&notes, &present)).await?;
        self.send("changed", Some(current.to_string()), &News { says }).await
    }

    /// What is read to whoever has the ticket open.
    async fn told(
        &self,
        connection: &mut Connection,
        ticket: &Ticket,
        differs: Differs,
        (notes, present): (&[Note], &[Present]),
    ) -> Result<String, StoreError> {
        let names = Names { staff: staff::all(connection).await?, units: units::all(connection).await? };
        let mut told = Vec::new();
        if differs.ticket {
            let events = casework::events(connection, &ticket.id).await?;
            let last = events.last().map_or_else(String::new, |event| sentence(&self.reader, &names, event));
            told.push(self.reader.say(&phrase!("console-live-ticket", event = last)));
        }
        if differs.notes {
            told.push(self.reader.say(&match notes.last() {
                Some(Note { author, body: Body::Words(_), .. }) => {
                    phrase!("console-live-note", name = names.of_login(author))
                }
                _ => phrase!("console-live-notes"),
            }));
        }
        if differs.present {
            told.extend(present.iter().map(|one| self.reader.say(&self::told(&names, one))));
            if present.is_empty() {
                told.push(self.reader.say(&phrase!("console-presence-nobody")));
            }
        }
        Ok(told.join(" "))
    }

    async fn look_at_lists(&mut self, connection: &mut Connection, member: &StaffMember, now: Timestamp) -> Goes {
        let Watched::Lists { from, known, counts } = &mut self.watched else { return Ok(true) };
        let events = journal::since(connection, *from - LATE).await?;
        let mut new: Vec<&str> = match known {
            Some(known) => events.iter().filter(|(id, _)| !known.contains(id)).map(|(id, _)| id.as_str()).collect(),
            // What happened before the page was made is on it.
            None => events.iter().filter(|(_, at)| *at > *from).map(|(id, _)| id.as_str()).collect(),
        };
        // What happened before these shows in the numbers.
        new.drain(..new.len().saturating_sub(LATEST));
        let scope = Scope::of(member, city_date(now));
        let mut changed = journal::concern(connection, &new, member.own_unit(), scope.everywhere).await?;
        if !new.is_empty() || counts.is_none() {
            // A ticket that left the unit is another's now, but the lists are shorter.
            let views: Vec<View> = View::ALL.into_iter().filter(|view| view.is_for(member)).collect();
            let held = casework::counts(connection, &scope, &views).await?;
            let before = counts.replace(held.clone());
            changed |= before.is_some_and(|before| before != held);
        }
        *known = Some(events.into_iter().filter(|(_, at)| *at >= now - LATE).map(|(id, _)| id).collect());
        *from = now;
        if !changed {
            return Ok(true);
        }
        let news = News { says: self.reader.say(&phrase!("console-live-list")) };
        self.send("changed", Some(now.as_millisecond().to_string()), &news).await
    }

    async fn end(&self, why: Over) -> Goes {
        self.send("end", None, &End { why }).await?;
        Ok(false)
    }

    async fn send<T: Serialize + Sync>(&self, kind: &str, id: Option<String>, news: &T) -> Goes {
        let event = Event::default().event(kind).data(to_json(news)?);
        let event = match id {
            Some(id) => event.id(id),
            None => event,
        };
        Ok(self.sender.send(Ok(event)).await.is_ok())
    }

    /// Waits until there may be something new. Gives whether to go on.
    async fn wait(&mut self) -> bool {
        let look = tokio::time::sleep(self.console.streams.pace.look);
        tokio::select! {
            () = self.console.streams.stop.cancelled() => false,
            () = self.sender.closed() => false,
            () = self.place.replaced.cancelled() => self.end(Over::Replaced).await.unwrap_or(false),
            () = tokio::time::sleep_until(self.until) => false,
            () = look => true,
            // One that was missed is as good as one that was heard. The process holds the other end as long as the
            // console lives; should it go, the next look is soon enough.
            heard = self.news.recv() => match heard {
                Ok(()) | Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => false,
            },
        }
    }
}
