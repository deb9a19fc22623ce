//! How long a unit has: to accept a ticket, and to reply. One rule for the site, with exceptions by kind of message and by
//! unit.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Clocks, MessageKind};
use crate::calendar::Calendar;

/// Working days for a reply where the settings say nothing else, as city hotlines do.
pub const REPLY_WORKING_DAYS: u16 = 5;
/// Working days to accept a ticket or return it, where the settings say nothing else.
const ACCEPT_WORKING_DAYS: u16 = 1;

/// How long a unit has, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// To accept it, or to return it.
    pub accept: u16,
    /// To reply.
    pub reply: u16,
}

impl Default for Terms {
    fn default() -> Self {
        Self { accept: ACCEPT_WORKING_DAYS, reply: REPLY_WORKING_DAYS }
    }
}

/// An exception: what isn't said follows the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exception {
    /// Another period to accept.
    pub accept: Option<u16>,
    /// Another period to reply.
    pub reply: Option<u16>,
}

/// The rule and its exceptions. A unit's goes before a kind's: who promised more, or needs more, said so themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tiers {
    /// The rule.
    pub site: Terms,
    /// Exceptions by kind of message.
    pub kinds: BTreeMap<MessageKind, Exception>,
    /// Exceptions by unit, by code.
    pub units: BTreeMap<String, Exception>,
}

impl Tiers {
    /// One rule for all.
    pub fn uniform(reply: u16) -> Self {
        Self { site: Terms { reply, ..Terms::default() }, ..Self::default() }
    }

    /// How long a unit has for a kind of message.
    pub fn of(&self, unit: &str, kind: Option<MessageKind>) -> Terms {
        let by_kind = kind.and_then(|kind| self.kinds.get(&kind)).copied().unwrap_or_default();
        let by_unit = self.units.get(unit).copied().unwrap_or_default();
        Terms {
            accept: by_unit.accept.or(by_kind.accept).unwrap_or(self.site.accept),
            reply: by_unit.reply.or(by_kind.reply).unwrap_or(self.site.reply),
        }
    }

    /// Clocks of a ticket that comes in on a day.
    pub fn start(&self, calendar: &Calendar, day: Date, unit: &str, kind: Option<MessageKind>) -> Clocks {
        let terms = self.of(unit, kind);
        Clocks::start(calendar, day, terms.accept, terms.reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_units_exception_goes_before_a_kinds_and_what_it_does_not_say_follows() {
        let tiers = Tiers {
            site: Terms::default(),
            kinds: [(MessageKind::Inquiry, Exception { accept: None, reply: Some(1) })].into(),
            units: [("planning".to_owned(), Exception { accept: Some(2), reply: None })].into(),
        };
        assert_eq!(tiers.of("hrss", None), Terms { accept: 1, reply: 5 });
        assert_eq!(tiers.of("hrss", Some(MessageKind::Inquiry)), Terms { accept: 1, reply: 1 });
        assert_eq!(tiers.of("planning", Some(MessageKind::Inquiry)), Terms { accept: 2, reply: 1 });
        assert_eq!(tiers.of("planning", Some(MessageKind::Help)), Terms { accept: 2, reply: 5 });
    }
}
