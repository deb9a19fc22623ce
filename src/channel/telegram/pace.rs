//! How fast we send: about 30 messages a second over all chats, one a second to each chat and 20 a minute to a group, with
//! short bursts
//! (<https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>), and a full stop when
//! Telegram asks for it.
//!
//! teloxide's throttle isn't used: it looks at its queue four times a second only, and can't let a chat have a burst.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Between two messages, over all chats.
const OVERALL: Duration = Duration::from_millis(34);
/// Between two messages to one chat, in the long run.
const PER_CHAT: Duration = Duration::from_secs(1);
/// How many times slower a group may be written to: 20 messages a minute.
const GROUP: u32 = 3;
/// How many messages in a row one chat may get at once.
const BURST: u32 = 4;
/// Who would wait longer than this is sent away: a claimed message must not outlive its lease here.
const PATIENCE: Duration = Duration::from_secs(5);
/// From so many chats on, those that are at rest are forgotten.
const REMEMBERED: usize = 4096;

/// How fast a bot may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// Between two messages, over all chats.
    pub overall: Duration,
    /// Between two messages to one chat, in the long run; a few may follow one another at once.
    pub per_chat: Duration,
}

impl Default for Speed {
    /// What Telegram allows every bot.
    fn default() -> Self {
        Self { overall: OVERALL, per_chat: PER_CHAT }
    }
}

/// Keeps the pace of one bot.
#[derive(Default)]
pub(super) struct Pace {
    speed: Speed,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    /// When the next message of all may go.
    overall: Option<Instant>,
    /// For each chat, when the bursts it used are paid off.
    chats: HashMap<i64, Instant>,
    /// Until when Telegram wants to hear nothing.
    paused: Option<Instant>,
}

impl Pace {
    /// A bot's pace.
    pub(super) fn of(speed: Speed) -> Self {
        Self { speed, slots: Mutex::default() }
    }

    /// Waits until a message to `chat` may go, or says at once how much later to come again.
    pub(super) async fn turn(&self, chat: i64) -> Result<(), Duration> {
        let at = self.reserve(chat, Instant::now())?;
        tokio::time::sleep_until(at).await;
        Ok(())
    }

    /// Sends nothing for so long: Telegram said "too many requests".
    pub(super) fn pause(&self, wait: Duration) {
        self.pause_from(Instant::now(), wait);
    }

    fn pause_from(&self, now: Instant, wait: Duration) {
        let until = now.checked_add(wait);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.paused = slots.paused.max(until);
    }

    fn reserve(&self, chat: i64, now: Instant) -> Result<Instant, Duration> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let paid_off = slots.chats.get(&chat).copied().unwrap_or(now).max(now);
        // Groups have negative ids.
        let each = if chat < 0 { self.speed.per_chat * GROUP } else { self.speed.per_chat };
        // A chat's debt may be as large as a burst before it has to wait.
        let chat_at = paid_off.checked_sub(each * (BURST - 1)).unwrap_or(now);
        let overall = slots.overall.unwrap_or(now).max(now);
        let at = chat_at.max(overall).max(slots.paused.unwrap_or(now));
        let wait = at.saturating_duration_since(now);
        if wait > PATIENCE {
            return Err(wait);
        }
        slots.overall = Some(overall + self.speed.overall);
        slots.chats.insert(chat, paid_off + each);
        if slots.chats.len() > REMEMBERED {
            slots.chats.retain(|_, paid_off| *paid_off > now);
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends so many messages, one after the other; gives how long it takes.
    fn takes(pace: &Pace, chats: impl Iterator<Item = i64>) -> Duration {
        let begin = Instant::now();
        let mut now = begin;
        for chat in chats {
            now = pace.reserve(chat, now).unwrap();
        }
        now - begin
    }

    #[test]
    fn one_chat_has_a_burst_then_one_a_second() {
        assert!(takes(&Pace::default(), (0..BURST).map(|_| 1)) < Duration::from_millis(200));
        let took = takes(&Pace::default(), (0..BURST + 3).map(|_| 1));
        assert!(took >= Duration::from_millis(2900) && took < Duration::from_secs(4), "{took:?}");
    }

    #[test]
    fn a_group_gets_twenty_a_minute() {
        let took = takes(&Pace::default(), (0..=BURST).map(|_| -1));
        assert!(took >= Duration::from_millis(2900) && took < Duration::from_secs(4), "{took:?}");
        let pace = Pace::default();
        let now = Instant::now();
        let let_in = (0..100).filter(|_| pace.reserve(-1, now).is_ok()).count();
        assert!(let_in < 10, "{let_in}");
    }

    #[test]
    fn all_chats_together_get_thirty_a_second() {
        let took = takes(&Pace::default(), 0..120);
        assert!(took >= Duration::from_secs(4) && took < Duration::from_secs(5), "{took:?}");
    }

    #[test]
    fn a_crowd_is_sent_away_before_it_waits_too_long() {
        let (pace, now) = (Pace::default(), Instant::now());
        let let_in = (0..1000).filter(|chat| pace.reserve(*chat, now).is_ok()).count();
        assert!((140..160).contains(&let_in), "{let_in}");
    }

    #[test]
    fn a_long_pause_is_not_waited_for() {
        let (pace, now) = (Pace::default(), Instant::now());
        let minute = Duration::from_mins(1);
        pace.pause_from(now, minute);
        assert_eq!(pace.reserve(1, now), Err(minute));
        assert_eq!(pace.reserve(1, now + Duration::from_secs(58)), Ok(now + minute));
        // A shorter pause doesn't cut a longer one short, and an absurd one doesn't break the sum.
        pace.pause_from(now, Duration::from_secs(1));
        pace.pause_from(now, Duration::MAX);
        assert_eq!(pace.reserve(2, now), Err(minute));
    }

    #[test]
    fn chats_at_rest_are_forgotten() {
        let pace = Pace::default();
        takes(&pace, 0..10_000);
        assert!(pace.slots.lock().unwrap().chats.len() <= REMEMBERED);
    }
}
