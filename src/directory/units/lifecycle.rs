//! What becomes of a unit. A change is decided for a day; what holds on a day is computed from it. Pure: no store, no
//! clock.
//!
//! ```text
//! Active ──rename──▶ Renamed(name, on) ──the day──▶ Active under the new name; the old one still finds it
//!    ├─────merge───▶ Merged(into, on)              the day: its tickets go to `into`
//!    ├──abolish────▶ Abolished(successor?, on)     the day: to the successor, or back to the dispatcher
//!    ◀──call_off───  any of these, before its day
//! ```

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{OFFICE, Unit};

/// The longest name, in characters.
const MAX_NAME: usize = 60;

/// What was decided about a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// It works, and nothing else was decided.
    Active,
    /// From a day on it bears another name.
    Renamed {
        /// The new full name.
        name: String,
        /// The new short name.
        short: String,
        /// The first day of the new name.
        on: Date,
    },
    /// From a day on it is part of another unit.
    Merged {
        /// That unit's code.
        into: String,
        /// The first day on which it is no unit of its own.
        on: Date,
    },
    /// From a day on it isn't there any more.
    Abolished {
        /// The code of the unit that takes its work over, if one does.
        successor: Option<String>,
        /// The first day without it.
        on: Date,
    },
}

impl State {
    /// The day on which what was decided takes effect.
    pub fn on(&self) -> Option<Date> {
        match self {
            Self::Active => None,
            Self::Renamed { on, .. } | Self::Merged { on, .. } | Self::Abolished { on, .. } => Some(*on),
        }
    }

    /// Who comes after a unit that goes.
    pub(super) fn heir(&self) -> Option<&str> {
        match self {
            Self::Merged { into, .. } => Some(into),
            Self::Abolished { successor, .. } => successor.as_deref(),
            Self::Active | Self::Renamed { .. } => None,
        }
    }
}

/// A unit as the directory keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its description.
    pub unit: Unit,
    /// Names that it bore; they still find it.
    pub former: Vec<String>,
    /// What was decided about it.
    pub state: State,
    /// Counts changes: a writer that read an older one is refused.
    pub version: i64,
    /// Who changed it last, as the audit log names them; empty where that isn't known.
    pub changed_by: String,
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The day lies before today.
    #[error("a change can't take effect before today")]
    Past,
    /// Something was decided already.
    #[error("something else was decided about the unit already")]
    Decided,
    /// Nothing was decided, or its day has come.
    #[error("there is nothing that could be called off")]
    Nothing,
    /// The name is empty or too long.
    #[error("a name has between 1 and {MAX_NAME} characters")]
    BadName,
    /// Another unit bears the name.
    #[error("the name belongs to the unit {0}")]
    NameTaken(String),
    /// It bears the name already.
    #[error("the unit bears this name already")]
    SameName,
    /// There is no such unit.
    #[error("there is no such unit")]
    UnknownUnit,
    /// The successor goes, or will go, to this unit.
    #[error("the successor itself goes to this unit")]
    Circle,
    /// The successor is gone by then, and nobody comes after it.
    #[error("the successor is gone by then")]
    SuccessorGone,
    /// The office can't go: what fits nobody comes back to it.
    #[error("the office can't go: it dispatches what fits nobody")]
    Office,
}

impl Entry {
    /// Whether it is gone on a day.
    pub fn is_gone(&self, today: Date) -> bool {
        match &self.state {
            State::Active | State::Renamed { .. } => false,
            State::Merged { on, .. } | State::Abolished { on, .. } => *on <= today,
        }
    }

    /// The unit as others see it: what it was called before finds it too.
    pub fn shown(&self) -> Unit {
        let mut unit = self.unit.clone();
        add_names(&mut unit, &self.former);
        unit
    }

    /// Decides that it bears another name from a day on.
    pub fn rename(
        mut self,
        (name, short): (&str, &str),
        on: Date,
        (all, today): (&[Self], Date),
    ) -> Result<Self, Refusal> {
        self.may_change(on, today)?;
        let (name, short) = (name.trim(), short.trim());
        if [name, short].iter().any(|name| name.is_empty() || name.chars().nth(MAX_NAME).is_some()) {
            return Err(Refusal::BadName);
        }
        if (name, short) == (self.unit.name.as_str(), self.unit.short.as_str()) {
            return Err(Refusal::SameName);
        }
        let bears = |other: &&Self| {
            let names = [&other.unit.name, &other.unit.short];
            other.unit.code != self.unit.code && names.iter().any(|known| *known == name || *known == short)
        };
        if let Some(other) = all.iter().filter(|other| !other.is_gone(on)).find(bears) {
            return Err(Refusal::NameTaken(other.unit.code.clone()));
        }
        self.state = State::Renamed { name: name.to_owned(), short: short.to_owned(), on };
        Ok(self)
    }

    /// Decides that it is part of another unit from a day on.
    pub fn merge(mut self, into: &str, on: Date, (all, today): (&[Self], Date)) -> Result<Self, Refusal> {
        self.may_go(Some(into), on, (all, today))?;
        self.state = State::Merged { into: into.to_owned(), on };
        Ok(self)
    }

    /// Decides that it isn't there from a day on.
    pub fn abolish(
        mut self,
        successor: Option<&str>,
        on: Date,
        (all, today): (&[Self], Date),
    ) -> Result<Self, Refusal> {
        self.may_go(successor, on, (all, today))?;
        self.state = State::Abolished { successor: successor.map(str::to_owned), on };
        Ok(self)
    }

    /// Takes back what was decided, before its day.
    pub fn call_off(mut self, today: Date) -> Result<Self, Refusal> {
        match self.state.on() {
            Some(on) if on > today => {
                self.state = State::Active;
                Ok(self)
            }
            _ => Err(Refusal::Nothing),
        }
    }

    /// Carries out a change of name whose day has come. A unit that goes keeps what it was.
    #[must_use]
    pub fn settle(mut self, today: Date) -> Self {
        if let State::Renamed { name, short, on } = &self.state
            && *on <= today
        {
            let old = [
                std::mem::replace(&mut self.unit.name, name.clone()),
                std::mem::replace(&mut self.unit.short, short.clone()),
            ];
            self.state = State::Active;
            for name in old {
                let current = name == self.unit.name || name == self.unit.short;
                if !current && !self.former.contains(&name) {
                    self.former.push(name);
                }
            }
        }
        self
    }

    fn may_change(&self, on: Date, today: Date) -> Result<(), Refusal> {
        if self.state != State::Active {
            return Err(Refusal::Decided);
        }
        if on < today { Err(Refusal::Past) } else { Ok(()) }
    }

    fn may_go(&self, heir: Option<&str>, on: Date, (all, today): (&[Self], Date)) -> Result<(), Refusal> {
        self.may_change(on, today)?;
        if self.unit.code == OFFICE {
            return Err(Refusal::Office);
        }
        let Some(heir) = heir else { return Ok(()) };
        // Days don't matter here: what is a circle on any day is one for good.
        let mut next = Some(heir);
        let mut seen = HashSet::new();
        while let Some(code) = next {
            if code == self.unit.code || !seen.insert(code) {
                return Err(Refusal::Circle);
            }
            next = all.iter().find(|entry| entry.unit.code == code).ok_or(Refusal::UnknownUnit)?.state.heir();
        }
        if successor_on(all, heir, on).is_none() { Err(Refusal::SuccessorGone) } else { Ok(()) }
    }
}

/// The unit that does on a day what a unit did: itself while it is there, else whoever comes after it, and after that.
/// None where nobody does.
pub fn successor_on<'a>(all: &'a [Entry], code: &str, today: Date) -> Option<&'a Entry> {
    let find = |code: &str| all.iter().find(|entry| entry.unit.code == code);
    let mut entry = find(code)?;
    // Circles are refused when they are decided; the count keeps a damaged table from turning for ever.
    for _ in 0..=all.len() {
        if !entry.is_gone(today) {
            return Some(entry);
        }
        entry = find(entry.state.heir()?)?;
    }
    None
}

/// The units that are there on a day, each found also by the names of those that it came after; and who came after
/// whom.
pub fn present_on(all: &[Entry], today: Date) -> (Vec<Unit>, BTreeMap<String, String>) {
    let mut units: Vec<Unit> = all.iter().filter(|entry| !entry.is_gone(today)).map(Entry::shown).collect();
    let mut heirs = BTreeMap::new();
    for gone in all.iter().filter(|entry| entry.is_gone(today)) {
        let Some(heir) = successor_on(all, &gone.unit.code, today) else { continue };
        heirs.insert(gone.unit.code.clone(), heir.unit.code.clone());
        if let Some(unit) = units.iter_mut().find(|unit| unit.code == heir.unit.code) {
            let names: Vec<String> = [&gone.unit.name, &gone.unit.short]
                .into_iter()
                .chain(&gone.unit.aliases)
                .chain(&gone.former)
                .cloned()
                .collect();
            add_names(unit, &names);
        }
    }
    (units, heirs)
}

/// A unit that is gone, and where its work goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The code of the unit that is gone.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Since when.
    pub on: Date,
    /// The unit that takes its work over; none: the dispatcher decides.
    pub to: Option<String>,
}

/// The units that are gone on a day.
pub fn leavers(all: &[Entry], today: Date) -> Vec<Leaving> {
    let gone = all.iter().filter(|entry| entry.is_gone(today));
    gone.filter_map(|entry| {
        Some(Leaving {
            code: entry.unit.code.clone(),
            name: entry.unit.name.clone(),
            on: entry.state.on()?,
            to: successor_on(all, &entry.unit.code, today).map(|heir| heir.unit.code.clone()),
        })
    })
    .collect()
}

fn add_names(unit: &mut Unit, names: &[String]) {
    for name in names {
        if *name != unit.name && *name != unit.short && !unit.aliases.contains(name) {
            unit.aliases.push(name.clone());
        }
    }
}
