//! The features in groups that an official can follow: a word for what each group is about, not for how it is computed.
//! [`REASONS`] names every feature of [`DECIDING`](crate::matching::DECIDING); whoever adds a feature adds it here.

use serde::{Deserialize, Serialize};

/// What a group of features is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// How near a known question comes to this one.
    Wording,
    /// How much of what is asked stands in the document.
    Coverage,
    /// How telling the words are that question and document share.
    Telling,
    /// Whether the title or the beginning is about what is asked.
    Title,
    /// Whether a longer piece of the question stands in the document word by word.
    Verbatim,
    /// What is asked and doesn't stand in the document.
    Missing,
    /// Whether the document holds the sort of answer that is asked for: an amount, a way, a date.
    Sort,
    /// Whether the document is about the places that are asked about.
    Place,
    /// How near the document is by meaning, whatever the words.
    Meaning,
    /// Whether other documents of the same unit come near too.
    Unit,
    /// How near other documents come.
    Rivals,
    /// How long the document is, and how much else it says.
    Length,
    /// How long and how plain the question is.
    Question,
    /// What has no group.
    Other,
}

/// Which feature speaks for which reason. A `long_`, `phrased_` or `ahead_` before the name is the same matter once more: for
/// long documents, for those with known questions, and against all other candidates.
pub const REASONS: &[(Reason, &[&str])] = &[
    (Reason::Wording, &["phrase_fit", "phrase_sound", "phrase_edit", "has_phrasing", "phrase_margin"]),
    (
        Reason::Coverage,
        &[
            "document_cover",
            "passage_cover",
            "sentence_cover",
            "quote_cover",
            "full_cover",
            "relative_document",
            "relative_passage",
            "relative_quote",
            "stretch_60",
            "stretches_60",
            "stretch_150",
            "stretches_150",
            "stretch_300",
            "stretches_300",
            "relative_stretch_60",
            "relative_stretches_60",
            "relative_stretch_150",
            "relative_stretches_150",
            "relative_stretch_300",
            "relative_stretches_300",
        ],
    ),
    (
        Reason::Telling,
        &[
            "score",
            "relative_score",
            "word_score",
            "pair_score",
            "character_score",
            "relative_words",
            "relative_pairs",
            "relative_characters",
        ],
    ),
    (Reason::Title, &["title_cover", "title_fit", "opening_cover"]),
    (
        Reason::Verbatim,
        &["longest_run", "run_share", "pieces", "long_pieces_share", "relative_pieces", "relative_long_pieces"],
    ),
    (Reason::Missing, &["rarest_missing", "missing_numbers", "missing_words", "unknown_terms"]),
    (
        Reason::Sort,
        &[
            "answers_amount",
            "answers_way",
            "answers_meaning",
            "answers_reason",
            "answers_whether",
            "answers_when",
            "answers_which",
            "answers_contact",
        ],
    ),
    (Reason::Place, &["place_asked", "place_opening", "place_found", "place_weight", "place_elsewhere"]),
    (
        Reason::Meaning,
        &[
            "meaning",
            "meaning_title",
            "meaning_phrase",
            "meaning_best",
            "meaning_gap",
            "meaning_title_gap",
            "meaning_phrase_gap",
            "meaning_best_gap",
            "nearest_meaning",
        ],
    ),
    (Reason::Unit, &["unit_share", "unit_others"]),
    (Reason::Rivals, &["margin", "score_margin", "close_rivals", "lead_share"]),
    (Reason::Length, &["length", "density", "long"]),
    (Reason::Question, &["question_length", "question_terms"]),
];

/// The reason that a feature speaks for; [`Reason::Other`] where [`REASONS`] doesn't name it.
pub fn reason_of(feature: &str) -> Reason {
    let named = |name: &str| REASONS.iter().find(|(_, names)| names.contains(&name)).map(|(reason, _)| *reason);
    let once_more = ["long_ahead_", "long_", "phrased_", "ahead_"];
    let bare = || once_more.iter().filter_map(|prefix| feature.strip_prefix(prefix)).find_map(named);
    named(feature).or_else(bare).unwrap_or(Reason::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::features::{DECIDING, RANKING};
    use std::collections::BTreeSet;

    #[test]
    fn every_feature_has_a_reason() {
        let without: BTreeSet<&str> =
            DECIDING.iter().chain(&RANKING).copied().filter(|name| reason_of(name) == Reason::Other).collect();
        assert!(
            without.is_empty(),
            "officials would not be told what these features mean; name each in REASONS (src/matching/reasons.rs): {without:?}"
        );
    }

    #[test]
    fn no_reason_names_a_feature_that_is_gone() {
        let known = |name: &str| {
            let forms = ["", "long_", "phrased_", "ahead_"].map(|prefix| format!("{prefix}{name}"));
            DECIDING.iter().chain(&RANKING).any(|feature| forms.iter().any(|form| form == feature))
        };
        let gone: Vec<&str> =
            REASONS.iter().flat_map(|(_, names)| names.iter()).copied().filter(|name| !known(name)).collect();
        assert!(gone.is_empty(), "no such features any more; delete them from REASONS: {gone:?}");
    }

    #[test]
    fn the_same_matter_once_more_is_the_same_reason() {
        assert_eq!(reason_of("long_document_cover"), Reason::Coverage);
        assert_eq!(reason_of("phrased_margin"), Reason::Rivals);
        assert_eq!(reason_of("long_ahead_rarest_missing"), Reason::Missing);
        assert_eq!(reason_of("the_moon"), Reason::Other);
    }
}
