//! Lists of tickets: which ones a view holds for whoever looks, narrowed by filters, the most urgent first.

mod records;

use jiff::civil::Date;

pub use records::{Counts, beside, channels, counts, list};

use super::MessageKind;
use crate::{
    directory::staff::{Role, StaffMember},
    matching::Sought,
};

/// Which tickets, before any filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum View {
    /// The unit's open ones.
    #[default]
    Open,
    /// Those that the visitor works on.
    Mine,
    /// Nobody has accepted them yet.
    ToAccept,
    /// A draft waits for approval.
    ToApprove,
    /// The citizen was asked something.
    AwaitingCitizen,
    /// Other units lead, the visitor's cooperates.
    OurParts,
    /// The last day has passed.
    Overdue,
    /// Ended.
    Closed,
    /// Units returned them; the dispatcher decides.
    Returned,
    /// Everything open, for the dispatcher.
    All,
}

impl View {
    /// All, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Returned,
        Self::Open,
        Self::Mine,
        Self::ToAccept,
        Self::ToApprove,
        Self::AwaitingCitizen,
        Self::OurParts,
        Self::Overdue,
        Self::Closed,
        Self::All,
    ];

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mine => "mine",
            Self::ToAccept => "accept",
            Self::ToApprove => "approve",
            Self::AwaitingCitizen => "waiting",
            Self::OurParts => "parts",
            Self::Overdue => "overdue",
            Self::Closed => "closed",
            Self::Returned => "returned",
            Self::All => "all",
        }
    }

    /// The view with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }

    /// Whether somebody may look at it.
    pub fn is_for(self, member: &StaffMember) -> bool {
        !matches!(self, Self::Returned | Self::All) || member.is(Role::Dispatcher)
    }

    /// Whether a dispatcher sees the tickets of all units in it. The others are about their own unit, or themselves.
    fn spans_units(self) -> bool {
        matches!(
            self,
            Self::ToAccept | Self::AwaitingCitizen | Self::Overdue | Self::Closed | Self::Returned | Self::All
        )
    }
}

/// Whose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The visitor's unit.
    pub unit: &'a str,
    /// The visitor's login.
    pub login: &'a str,
    /// Whether they see every unit's.
    pub everywhere: bool,
    /// The day on which they look: what is overdue is computed.
    pub today: Date,
}

impl<'a> Scope<'a> {
    /// What a member of staff may see.
    pub fn of(member: &'a StaffMember, today: Date) -> Self {
        Self { unit: member.own_unit(), login: &member.login, everywhere: member.is(Role::Dispatcher), today }
    }

    /// The unit to which a view is limited, unless it spans all.
    fn limit(&self, view: View, chosen: Option<&'a str>) -> Option<&'a str> {
        match (self.everywhere, chosen) {
            (true, Some(unit)) if view != View::OurParts => Some(unit),
            (true, None) if view.spans_units() => None,
            _ => Some(self.unit),
        }
    }
}

/// A view, narrowed. Filters combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing<'a> {
    /// Which.
    pub view: View,
    /// Whose.
    pub scope: Scope<'a>,
    /// Of this unit: obeyed for those who see every unit's.
    pub unit: Option<&'a str>,
    /// Of this kind.
    pub kind: Option<MessageKind>,
    /// From this channel.
    pub channel: Option<&'a str>,
    /// With all of these words in what was said, or with a number that begins like this; empty: any.
    pub search: &'a str,
}

impl Listing<'_> {
    /// What is searched for; none where nothing is.
    pub fn sought(&self) -> Option<Sought> {
        let said = self.search.trim();
        if said.is_empty() {
            return None;
        }
        // Ticket numbers are a letter and digits; everything else are words.
        let digits = said.strip_prefix(['Z', 'z']).unwrap_or(said);
        let number = digits.len() >= 4 && digits.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
        let begins_a_number = number && digits.starts_with("20");
        Some(if begins_a_number { Sought::whole(&format!("z{digits}")) } else { Sought::words(said) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing<'a>(search: &'a str, everywhere: bool, unit: Option<&'a str>, view: View) -> Listing<'a> {
        let today = jiff::civil::date(2026, 11, 23);
        let scope = Scope { unit: "hrss", login: "anna", everywhere, today };
        Listing { view, scope, unit, kind: None, channel: None, search }
    }

    #[test]
    fn a_search_is_for_a_number_or_for_words() {
        let sought = |said| listing(said, false, None, View::Open).sought();
        assert_eq!(sought("z20261123-0007"), Some(Sought::whole("z20261123-0007")));
        assert_eq!(sought("20261123"), Some(Sought::whole("z20261123")));
        assert_eq!(sought("渡船  票价"), Some(Sought::words("渡船 票价")));
        assert_eq!(sought("110"), Some(Sought::words("110")));
        assert_eq!(sought("%"), Some(Sought::default()), "nothing that could be found");
        assert_eq!(sought(" "), None);
    }

    #[test]
    fn nobody_looks_beyond_their_unit_without_the_dispatchers_role() {
        for view in View::ALL {
            let own = listing("", false, Some("tax"), view);
            assert_eq!(own.scope.limit(view, own.unit), Some("hrss"), "{view:?}");
        }
        let all = listing("", true, None, View::Closed);
        assert_eq!(all.scope.limit(View::Closed, None), None);
        assert_eq!(all.scope.limit(View::Open, None), Some("hrss"));
        assert_eq!(all.scope.limit(View::Open, Some("tax")), Some("tax"));
    }
}
