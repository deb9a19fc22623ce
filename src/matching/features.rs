//! The names of the features, in the order of their weights: what is known about a candidate before it is ranked, and
//! about the first hit before it is trusted. Every feature is a number of about 0 to 1, independent of how large the
//! index is. `look` computes them.

/// The features that order the candidates.
pub const RANKING: [&str; 49] = [
    "score",
    "relative_score",
    "document_cover",
    "sentence_cover",
    "quote_cover",
    "passage_cover",
    "title_cover",
    "title_fit",
    "opening_cover",
    "longest_run",
    "rarest_missing",
    "missing_numbers",
    "phrase_fit",
    "phrase_sound",
    "phrase_edit",
    "has_phrasing",
    "length",
    "missing_words",
    "run_share",
    "density",
    "relative_document",
    "relative_quote",
    "relative_passage",
    "answers_amount",
    "answers_way",
    "answers_meaning",
    "answers_reason",
    "answers_whether",
    "answers_when",
    "answers_which",
    "answers_contact",
    "long_score",
    "long_relative_score",
    "long_document_cover",
    "long_sentence_cover",
    "long_quote_cover",
    "long_passage_cover",
    "long_title_cover",
    "long_title_fit",
    "long_opening_cover",
    "long_longest_run",
    "long_rarest_missing",
    "long_missing_numbers",
    "long_length",
    "long_run_share",
    "long_density",
    "long_relative_document",
    "long_relative_quote",
    "long_relative_passage",
];

/// The features that decide whether the first hit answers: those of [`RANKING`], then these about the whole list, then
/// some of both once more where the document is long, and where it has phrasings: they mean something else there.
pub const DECIDING: [&str; 71] = [
    "score",
    "relative_score",
    "document_cover",
    "sentence_cover",
    "quote_cover",
    "passage_cover",
    "title_cover",
    "title_fit",
    "opening_cover",
    "longest_run",
    "rarest_missing",
    "missing_numbers",
    "phrase_fit",
    "phrase_sound",
    "phrase_edit",
    "has_phrasing",
    "length",
    "missing_words",
    "run_share",
    "density",
    "relative_document",
    "relative_quote",
    "relative_passage",
    "answers_amount",
    "answers_way",
    "answers_meaning",
    "answers_reason",
    "answers_whether",
    "answers_when",
    "answers_which",
    "answers_contact",
    "long_score",
    "long_relative_score",
    "long_document_cover",
    "long_sentence_cover",
    "long_quote_cover",
    "long_passage_cover",
    "long_title_cover",
    "long_title_fit",
    "long_opening_cover",
    "long_longest_run",
    "long_rarest_missing",
    "long_missing_numbers",
    "long_length",
    "long_run_share",
    "long_density",
    "long_relative_document",
    "long_relative_quote",
    "long_relative_passage",
    "margin",
    "score_margin",
    "close_rivals",
    "lead_share",
    "question_length",
    "question_terms",
    "unknown_terms",
    "phrase_margin",
    "full_cover",
    "long",
    "long_close_rivals",
    "long_list_rarest_missing",
    "long_margin",
    "long_lead_share",
    "long_score_margin",
    "long_question_length",
    "long_unknown_terms",
    "long_full_cover",
    "phrased_document_cover",
    "phrased_margin",
    "phrased_lead_share",
    "phrased_score",
];

/// The place of a feature in [`DECIDING`], and in [`RANKING`] where it is one of those.
pub(crate) const fn place(name: &str) -> usize {
    let mut at = 0;
    while at < DECIDING.len() {
        if same(DECIDING[at], name) {
            return at;
        }
        at += 1;
    }
    // At compile time this stops the build.
    panic!("no feature of that name")
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// What counts once more for long documents, in the order of the features named `long_…` in [`RANKING`].
pub(crate) const LONG_RANKING: [usize; 18] = [
    place("score"),
    place("relative_score"),
    place("document_cover"),
    place("sentence_cover"),
    place("quote_cover"),
    place("passage_cover"),
    place("title_cover"),
    place("title_fit"),
    place("opening_cover"),
    place("longest_run"),
    place("rarest_missing"),
    place("missing_numbers"),
    place("length"),
    place("run_share"),
    place("density"),
    place("relative_document"),
    place("relative_quote"),
    place("relative_passage"),
];
/// The same for those that follow `long` in [`DECIDING`].
pub(crate) const LONG_DECIDING: [usize; 8] = [
    place("close_rivals"),
    place("rarest_missing"),
    place("margin"),
    place("lead_share"),
    place("score_margin"),
    place("question_length"),
    place("unknown_terms"),
    place("full_cover"),
];
/// What counts once more for documents with phrasings.
pub(crate) const PHRASED: [usize; 4] = [place("document_cover"), place("margin"), place("lead_share"), place("score")];

pub(crate) const DOCUMENT_COVER: usize = place("document_cover");
pub(crate) const FIRST_LONG: usize = place("long_score");
pub(crate) const HAS_PHRASING: usize = place("has_phrasing");
pub(crate) const LENGTH: usize = place("length");
pub(crate) const PHRASE_FIT: usize = place("phrase_fit");
pub(crate) const PHRASE_EDIT: usize = place("phrase_edit");

/// How many features of a candidate there are.
pub(crate) const OWN: usize = RANKING.len();

/// From 0 for a short answer to 1 for a document of some pages. `length` is the feature of that name.
pub(crate) fn long(length: f64) -> f64 {
    ((length - 0.55) / 0.2).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_features_are_the_same_in_both_lists() {
        assert_eq!(DECIDING[..OWN], RANKING);
    }
}
