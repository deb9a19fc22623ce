//! An opinion (意见) and what its author may do with it until the closing day.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Consultation, Stage};

/// The longest opinion, in characters.
pub const MAX_TEXT: usize = 2_000;

/// What an opinion says of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    /// For it.
    Support,
    /// Against it.
    Oppose,
    /// A suggestion.
    Suggest,
}

/// Where an opinion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpinionPhase {
    /// It counts.
    Counted,
    /// Its author took it back.
    Withdrawn,
}

/// An opinion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// The id.
    pub id: String,
    /// The receipt number that its author holds.
    pub receipt: String,
    /// On which consultation.
    pub consultation_id: String,
    /// On which clause, or on the whole draft.
    pub clause: Option<i64>,
    /// Its author; none for those that came in on paper or with a demonstration.
    pub citizen_id: Option<String>,
    /// For, against, or a suggestion.
    pub stance: Stance,
    /// Its words.
    pub text: String,
    /// Whether it counts.
    pub phase: OpinionPhase,
    /// Counts changes.
    pub version: i64,
    /// When it came.
    pub created_at: Timestamp,
}

/// Why something can't be done with an opinion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpinionRefusal {
    /// Opinions are not taken, or no longer.
    #[error("the consultation is not open")]
    NotOpen,
    /// The draft has no such clause.
    #[error("there is no such clause")]
    NoSuchClause,
    /// Nothing was said, or too much.
    #[error("an opinion has between 1 and {MAX_TEXT} characters")]
    BadText,
    /// It is somebody else's.
    #[error("it is somebody else's opinion")]
    NotTheAuthor,
    /// It was taken back already.
    #[error("it was withdrawn")]
    Withdrawn,
}

/// Checks the words of an opinion and cleans them of what can't be seen.
pub fn checked_text(text: &str) -> Result<String, OpinionRefusal> {
    let text = crate::message::clean(text);
    if text.is_empty() || text.chars().nth(MAX_TEXT).is_some() { Err(OpinionRefusal::BadText) } else { Ok(text) }
}

impl Opinion {
    /// Says it in other words.
    pub fn reword(self, author: &str, stage: Stage, stance: Stance, text: &str) -> Result<Self, OpinionRefusal> {
        let text = checked_text(text)?;
        self.changeable(author, stage).map(|opinion| Self { stance, text, ..opinion })
    }

    /// Takes it back.
    pub fn withdraw(self, author: &str, stage: Stage) -> Result<Self, OpinionRefusal> {
        self.changeable(author, stage).map(|opinion| Self { phase: OpinionPhase::Withdrawn, ..opinion })
    }

    fn changeable(self, author: &str, stage: Stage) -> Result<Self, OpinionRefusal> {
        if self.citizen_id.as_deref() != Some(author) {
            Err(OpinionRefusal::NotTheAuthor)
        } else if stage != Stage::Open {
            Err(OpinionRefusal::NotOpen)
        } else if self.phase == OpinionPhase::Withdrawn {
            Err(OpinionRefusal::Withdrawn)
        } else {
            Ok(self)
        }
    }
}

/// Whether an opinion may be given: the consultation is open on that day and the clause exists.
pub fn may_give(
    consultation: &Consultation,
    today: jiff::civil::Date,
    clause: Option<i64>,
    clauses: &[super::Clause],
) -> Result<(), OpinionRefusal> {
    if consultation.stage(today) != Stage::Open {
        return Err(OpinionRefusal::NotOpen);
    }
    match clause {
        Some(number) if !clauses.iter().any(|known| known.number == number) => Err(OpinionRefusal::NoSuchClause),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opinion() -> Opinion {
        Opinion {
            id: "o".into(),
            receipt: "Y-AAAA".into(),
            consultation_id: "c".into(),
            clause: None,
            citizen_id: Some("me".into()),
            stance: Stance::Support,
            text: "好".into(),
            phase: OpinionPhase::Counted,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_its_author_changes_it_and_only_while_open() {
        assert!(opinion().reword("me", Stage::Open, Stance::Oppose, "不好").is_ok());
        assert_eq!(opinion().reword("you", Stage::Open, Stance::Oppose, "不好"), Err(OpinionRefusal::NotTheAuthor));
        assert_eq!(opinion().withdraw("me", Stage::Closed), Err(OpinionRefusal::NotOpen));
        let gone = opinion().withdraw("me", Stage::Open).unwrap();
        assert_eq!(gone.reword("me", Stage::Open, Stance::Support, "好"), Err(OpinionRefusal::Withdrawn));
    }
}
