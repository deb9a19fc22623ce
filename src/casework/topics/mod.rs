//! Hot topics (热点): what many people ask or say within days. A topic over the threshold asks its unit for a public
//! explanation, and is tracked until there is one.

mod lifecycle;
mod records;

use jiff::{Timestamp, civil::Date};

pub use lifecycle::{Explanation, Refusal, State, Step};
pub use records::{
    Counted, Filter, Sample, add_member, by_day, claim, count, create, drop_member, due_for_count, events, find,
    forget, list, members, new_tickets, recounted, renew, samples, save, versions,
};

use crate::{calendar::Reckoning, clock::city_date};

/// The counter in the store that every erased word raises: whoever keeps words in memory reads them anew.
pub const REVISION: &str = "topics";

/// When a topic is hot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// How many days count, today included.
    pub window_days: u16,
    /// How many people in that time raise it.
    pub raise_at: u16,
    /// How many times as many people as in the window before.
    pub growth: f64,
    /// How long the unit has to explain, in working days.
    pub explain_within_working_days: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self { window_days: 7, raise_at: 20, growth: 2.0, explain_within_working_days: 3 }
    }
}

/// How many people spoke of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pulse {
    /// In this window.
    pub people: i64,
    /// In the window before.
    pub before: i64,
}

impl Pulse {
    /// How many times as many as in the window before; none where nobody spoke of it then.
    pub fn growth(self) -> Option<f64> {
        (self.before > 0).then(|| self.people as f64 / self.before as f64)
    }

    /// Whether it is over the threshold.
    pub fn is_hot(self, rules: &Rules) -> bool {
        self.people >= i64::from(rules.raise_at) && self.growth().is_none_or(|growth| growth >= rules.growth)
    }

    /// Whether it has cooled down: fewer people than half of what raises it, so that a topic at the threshold doesn't
    /// go back and forth.
    pub fn is_cool(self, rules: &Rules) -> bool {
        2 * self.people < i64::from(rules.raise_at)
    }
}

/// Where a message came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A question that was routed.
    Ticket,
    /// An opinion on a draft.
    Opinion,
}

impl Source {
    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Opinion => "opinion",
        }
    }

    pub(in crate::casework) fn named(name: &str) -> Option<Self> {
        [Self::Ticket, Self::Opinion].into_iter().find(|source| source.name() == name)
    }
}

/// A message to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where it came from.
    pub source: Source,
    /// The ticket's or the opinion's id.
    pub id: String,
    /// Counts changes of an opinion.
    pub version: i64,
    /// The words, without numbers of persons.
    pub text: String,
    /// Which unit has it.
    pub unit: String,
    /// Who said it; none where that isn't known.
    pub person: Option<String>,
    /// When it was said.
    pub at: Timestamp,
}

/// Where a message was placed.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The topic's id.
    pub topic: &'a str,
    /// The id of the first of its copies.
    pub copies: &'a str,
    /// Whether later messages are compared with it.
    pub sample: bool,
    /// The districts and cities that it names.
    pub areas: &'a [String],
}

/// A message as a part of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Where it came from.
    pub source: Source,
    /// The ticket's or the opinion's id.
    pub message: String,
    /// When it was said.
    pub at: Timestamp,
    /// How many messages of the topic are its copies, itself included.
    pub copies: i64,
}

/// A topic (热点).
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// The id.
    pub id: String,
    /// The unit responsible.
    pub unit: String,
    /// Districts and cities that its messages name, the commonest first.
    pub areas: Vec<String>,
    /// The most central message, without numbers of persons.
    pub wording: String,
    /// Where it stands.
    pub state: State,
    /// How many people spoke of it, as last counted.
    pub pulse: Pulse,
    /// When it was first spoken of.
    pub first_seen: Timestamp,
    /// When it was last spoken of.
    pub last_seen: Timestamp,
    /// Counts changes: a writer that read an older one is refused.
    pub version: i64,
}

impl Topic {
    /// By when the unit is to explain, while it hasn't.
    pub fn reckoning(&self) -> Option<&Reckoning> {
        match &self.state {
            State::Raised { reckoning, .. } => Some(reckoning),
            _ => None,
        }
    }

    /// Whether the unit's time to explain is over: computed, never stored.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.reckoning().is_some_and(|reckoning| reckoning.due < today)
    }
}

/// The days of this window and of the one before, as instants: where the earlier one begins, where this one begins,
/// and where it ends.
pub fn windows(rules: &Rules, now: Timestamp) -> [Timestamp; 3] {
    use crate::clock::start_of;
    use jiff::ToSpan as _;
    let days = i64::from(rules.window_days);
    let tomorrow = city_date(now).saturating_add(1.day());
    [2 * days, days, 0].map(|back| start_of(tomorrow.saturating_sub(back.days())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_with_today_and_the_other_before_it() {
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let [before, from, to] = windows(&Rules::default(), now);
        assert_eq!(city_date(before), jiff::civil::date(2026, 11, 10));
        assert_eq!(city_date(from), jiff::civil::date(2026, 11, 17));
        assert_eq!(city_date(to), jiff::civil::date(2026, 11, 24));
    }

    #[test]
    fn hot_is_many_and_more_than_before() {
        let rules = Rules::default();
        let hot = |people, before| Pulse { people, before }.is_hot(&rules);
        assert!(hot(20, 0) && hot(20, 10));
        assert!(!hot(19, 0) && !hot(20, 11) && !hot(100, 90));
        assert!(Pulse { people: 9, before: 50 }.is_cool(&rules));
        assert!(!Pulse { people: 10, before: 50 }.is_cool(&rules));
    }
}
