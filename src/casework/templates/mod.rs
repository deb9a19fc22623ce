//! Templates of replies: texts that a unit, or the whole city, has at hand. Each names where its text comes from, and a
//! reply that begins with one says so.

mod records;

use jiff::Timestamp;

pub use records::{add, find, for_unit, move_all, save};

use super::MAX_TEXT;
use crate::directory::staff::{Role, StaffMember};

/// The longest name, in characters.
pub const MAX_NAME: usize = 60;
/// The longest source, in characters.
pub const MAX_SOURCE: usize = 200;

/// A template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The id.
    pub id: String,
    /// The unit that keeps it; empty for the whole city.
    pub unit: String,
    /// What staff call it.
    pub name: String,
    /// The text.
    pub text: String,
    /// Where the text comes from: a policy, an interpretation, a guide, a ticket, or words.
    pub source: String,
    /// Whether it is no longer offered.
    pub retired: bool,
    /// Counts changes: a writer that read an older one is refused.
    pub version: i64,
    /// Who changed it last, a login.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// What a form says of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What staff call it.
    pub name: String,
    /// The text.
    pub text: String,
    /// Where the text comes from.
    pub source: String,
}

/// Why a template isn't kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has no name, or one that is too long.
    #[error("a template has a name of at most {MAX_NAME} characters")]
    Name,
    /// It has no text, or one that is too long for a reply.
    #[error("a template has a text of at most {MAX_TEXT} characters with its source")]
    Text,
    /// It doesn't say where the text comes from.
    #[error("a template says its source in at most {MAX_SOURCE} characters")]
    Source,
}

impl Written {
    /// What was written, cleaned.
    pub fn check(name: &str, text: &str, source: &str) -> Result<Self, Fault> {
        let short = |words: &str, most: usize| {
            let words = crate::message::clean(words).replace('\n', " ");
            (!words.is_empty() && words.chars().nth(most).is_none()).then_some(words)
        };
        let text = crate::message::clean(text);
        let (name, source) = (short(name, MAX_NAME).ok_or(Fault::Name)?, short(source, MAX_SOURCE));
        // Room for the line that names the source.
        if text.is_empty() || text.chars().nth(MAX_TEXT - MAX_SOURCE - 20).is_some() {
            return Err(Fault::Text);
        }
        Ok(Self { name, text, source: source.ok_or(Fault::Source)? })
    }
}

/// Whether a member of staff may make and change the templates of a unit: its reviewers; those of the whole city
/// dispatchers and administrators.
pub fn are_kept_by(unit: &str, member: &StaffMember) -> bool {
    if unit.is_empty() {
        member.is(Role::Dispatcher) || member.is(Role::Administrator)
    } else {
        member.unit == unit && member.is(Role::Reviewer)
    }
}

impl Template {
    /// Whether a member of staff may begin with it.
    pub fn is_offered_to(&self, member: &StaffMember) -> bool {
        !self.retired && (self.unit.is_empty() || self.unit == member.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_needs_a_name_a_text_and_a_source() {
        assert_eq!(Written::check(" ", "答", "办法").unwrap_err(), Fault::Name);
        assert_eq!(Written::check("名", " ", "办法").unwrap_err(), Fault::Text);
        assert_eq!(Written::check("名", "答", " \n").unwrap_err(), Fault::Source);
        assert_eq!(Written::check("名", &"答".repeat(MAX_TEXT), "办法").unwrap_err(), Fault::Text);
        assert_eq!(Written::check("名", "答", &"长".repeat(MAX_SOURCE + 1)).unwrap_err(), Fault::Source);
        let written = Written::check(" 名 ", "一\n二", "办法\n第三条").unwrap();
        assert_eq!((written.name.as_str(), written.text.as_str()), ("名", "一\n二"));
        assert_eq!(written.source, "办法 第三条");
    }
}
