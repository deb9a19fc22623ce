//! The names of the features, in the order of their weights: what is known about a candidate before it is ranked, and
//! about the first hit before it is trusted. Every feature is a number of about 0 to 1, independent of how large the
//! index is. `look` computes them.
//!
//! What counts in a short answer and in a document of some pages is not the same. So every feature of a candidate has a second
//! weight, named `long_…`, which is added as far as the document is long.

/// Declares features: a variant each, their names, and the names with a word before them.
macro_rules! features {
    ($(#[$about:meta])* $list:ident, $names:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)* }
     $($prefixed:ident = $prefix:literal),*) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $list { $($(#[$doc])* $variant,)* }

        /// The names, in that order.
        pub(crate) const $names: [&str; [$($name),*].len()] = [$($name),*];
        features!(@prefixed $($prefixed = $prefix),*; [$($name),*]);
    };
    (@prefixed $($prefixed:ident = $prefix:literal),*; $names:tt) => {
        $(features!(@one $prefixed = $prefix; $names);)*
    };
    (@one $prefixed:ident = $prefix:literal; [$($name:literal),*]) => {
        const $prefixed: [&str; [$($name),*].len()] = [$(concat!($prefix, $name)),*];
    };
}

features! {
    /// What is known about one candidate.
    Own, OWN_NAMES {
        /// The first stage's score, as a share of the highest possible.
        Score = "score",
        /// The same as a share of the best candidate's.
        RelativeScore = "relative_score",
        /// The share of the question that the document holds.
        DocumentCover = "document_cover",
        /// The share that its best sentence holds.
        SentenceCover = "sentence_cover",
        /// The share that the quotation holds.
        QuoteCover = "quote_cover",
        /// The share that its best stretch of 500 characters holds.
        PassageCover = "passage_cover",
        /// The share that the title holds.
        TitleCover = "title_cover",
        /// How much of the title the question says.
        TitleFit = "title_fit",
        /// The share that title and beginning hold.
        OpeningCover = "opening_cover",
        /// The longest run in common, as a share of the question's characters.
        LongestRun = "longest_run",
        /// How rare the rarest missing word is.
        RarestMissing = "rarest_missing",
        /// The share of the question's numbers that are missing.
        MissingNumbers = "missing_numbers",
        /// The best known phrasing, by terms.
        PhraseFit = "phrase_fit",
        /// The same by sound.
        PhraseSound = "phrase_sound",
        /// The same by edits.
        PhraseEdit = "phrase_edit",
        /// Whether there are known phrasings.
        HasPhrasing = "has_phrasing",
        /// The logarithm of the length.
        Length = "length",
        /// The share of the question's words that are missing.
        MissingWords = "missing_words",
        /// The weightiest run in common.
        RunShare = "run_share",
        /// How much of the text is about what is asked.
        Density = "density",
        /// The score by words alone, as a share of the highest possible.
        WordScore = "word_score",
        /// The score by pairs of characters alone.
        PairScore = "pair_score",
        /// The score by single characters.
        CharacterScore = "character_score",
        /// The score of the best stretch of 60 characters.
        Stretch60 = "stretch_60",
        /// The mean score of the best three of them.
        Stretches60 = "stretches_60",
        /// The same for stretches of 150 characters.
        Stretch150 = "stretch_150",
        /// The best three.
        Stretches150 = "stretches_150",
        /// The same for stretches of 300 characters.
        Stretch300 = "stretch_300",
        /// The best three.
        Stretches300 = "stretches_300",
        /// How much of the question stands in the text in one piece: squared lengths of the pieces.
        Pieces = "pieces",
        /// The share of the question that stands there in pieces of four and more characters.
        LongPieces = "long_pieces_share",
        /// Whether the question names a place.
        PlaceAsked = "place_asked",
        /// The share of the places asked about that title and beginning name.
        PlaceOpening = "place_opening",
        /// The share that the text names anywhere.
        PlaceFound = "place_found",
        /// The share of the text's places that lie where the question asks about.
        PlaceWeight = "place_weight",
        /// Whether the beginning is about other places only.
        PlaceElsewhere = "place_elsewhere",
        /// How much of the candidates' scores falls to documents of this one's unit.
        UnitShare = "unit_share",
        /// The same without this document.
        UnitOthers = "unit_others",
        /// Against the best of all candidates: the cover by document.
        RelativeDocument = "relative_document",
        /// By quotation.
        RelativeQuote = "relative_quote",
        /// By passage.
        RelativePassage = "relative_passage",
        /// By words.
        RelativeWords = "relative_words",
        /// By pairs.
        RelativePairs = "relative_pairs",
        /// By characters.
        RelativeCharacters = "relative_characters",
        /// By stretches of 60 characters.
        RelativeStretch60 = "relative_stretch_60",
        /// The best three.
        RelativeStretches60 = "relative_stretches_60",
        /// By stretches of 150 characters.
        RelativeStretch150 = "relative_stretch_150",
        /// The best three.
        RelativeStretches150 = "relative_stretches_150",
        /// By stretches of 300 characters.
        RelativeStretch300 = "relative_stretch_300",
        /// The best three.
        RelativeStretches300 = "relative_stretches_300",
        /// By pieces.
        RelativePieces = "relative_pieces",
        /// By long pieces.
        RelativeLongPieces = "relative_long_pieces",
        /// How near the text is to the question by meaning, compared with usual texts.
        Meaning = "meaning",
        /// The same of its title.
        MeaningTitle = "meaning_title",
        /// Of the nearest of its known phrasings.
        MeaningPhrase = "meaning_phrase",
        /// Of whichever is nearest.
        MeaningBest = "meaning_best",
        /// How far that is behind the best of all candidates: by text.
        MeaningGap = "meaning_gap",
        /// By title.
        MeaningTitleGap = "meaning_title_gap",
        /// By phrasing.
        MeaningPhraseGap = "meaning_phrase_gap",
        /// By whichever is nearest.
        MeaningBestGap = "meaning_best_gap",
        /// An amount is asked for, and the text looks like one.
        AnswersAmount = "answers_amount",
        /// A way.
        AnswersWay = "answers_way",
        /// A meaning.
        AnswersMeaning = "answers_meaning",
        /// A reason.
        AnswersReason = "answers_reason",
        /// Yes or no.
        AnswersWhether = "answers_whether",
        /// A time.
        AnswersWhen = "answers_when",
        /// A list or conditions.
        AnswersWhich = "answers_which",
        /// A contact.
        AnswersContact = "answers_contact",
    }
    LONG_OWN = "long_", AHEAD = "ahead_", LONG_AHEAD = "long_ahead_"
}

features! {
    /// What is known about the whole list.
    Listed, LISTED_NAMES {
        /// How far the first is ahead of the second.
        Margin = "margin",
        /// The same by score.
        ScoreMargin = "score_margin",
        /// How many are close behind.
        CloseRivals = "close_rivals",
        /// The first one's share of all candidates' odds.
        LeadShare = "lead_share",
        /// The question's length.
        QuestionLength = "question_length",
        /// How many telling terms it has.
        QuestionTerms = "question_terms",
        /// The share of them that no document holds.
        UnknownTerms = "unknown_terms",
        /// How far the first is ahead by known phrasings.
        PhraseMargin = "phrase_margin",
        /// Near 1 only where all that is asked is there.
        FullCover = "full_cover",
        /// How near any candidate is by meaning.
        NearestMeaning = "nearest_meaning",
    }
    LONG_LISTED = "long_", PHRASED_LISTED = "phrased_"
}

/// How many features of a candidate there are.
pub(crate) const OWN: usize = OWN_NAMES.len();
/// How many features of a list there are.
pub(crate) const LISTED: usize = LISTED_NAMES.len();

/// Features that mean something else where a document has known phrasings.
pub(crate) const PHRASED: [Own; 4] = [Own::DocumentCover, Own::Score, Own::PhraseFit, Own::PhraseEdit];
const PHRASED_OWN: [&str; 4] = ["phrased_document_cover", "phrased_score", "phrased_phrase_fit", "phrased_phrase_edit"];

/// The features that order the candidates: each, then each once more as far as the document is long.
pub const RANKING: [&str; 2 * OWN] = join(&[&OWN_NAMES, &LONG_OWN]);

/// The features that decide whether the first hit answers: those of [`RANKING`]; how far it is ahead of all others in each of
/// them; what is known about the list; all of this once more as far as the document is long; some once more where it has
/// phrasings.
pub const DECIDING: [&str; 4 * OWN + 3 * LISTED + 1 + PHRASED.len()] = join(&[
    &OWN_NAMES,
    &LONG_OWN,
    &AHEAD,
    &LONG_AHEAD,
    &LISTED_NAMES,
    &LONG_LISTED,
    &PHRASED_LISTED,
    &["long"],
    &PHRASED_OWN,
]);

/// One list of several.
const fn join<const N: usize>(lists: &[&[&'static str]]) -> [&'static str; N] {
    let mut out = [""; N];
    let (mut at, mut list) = (0, 0);
    while list < lists.len() {
        let mut place = 0;
        while place < lists[list].len() {
            out[at] = lists[list][place];
            at += 1;
            place += 1;
        }
        list += 1;
    }
    // At compile time this stops the build.
    assert!(at == N, "a list is missing");
    out
}

/// Features and what each is called against the best of all candidates.
pub(crate) const RELATIVE: [(Own, Own); 15] = [
    (Own::Score, Own::RelativeScore),
    (Own::DocumentCover, Own::RelativeDocument),
    (Own::QuoteCover, Own::RelativeQuote),
    (Own::PassageCover, Own::RelativePassage),
    (Own::WordScore, Own::RelativeWords),
    (Own::PairScore, Own::RelativePairs),
    (Own::CharacterScore, Own::RelativeCharacters),
    (Own::Stretch60, Own::RelativeStretch60),
    (Own::Stretches60, Own::RelativeStretches60),
    (Own::Stretch150, Own::RelativeStretch150),
    (Own::Stretches150, Own::RelativeStretches150),
    (Own::Stretch300, Own::RelativeStretch300),
    (Own::Stretches300, Own::RelativeStretches300),
    (Own::Pieces, Own::RelativePieces),
    (Own::LongPieces, Own::RelativeLongPieces),
];

/// Features by meaning, and what their distance from the best of all candidates is called.
pub(crate) const GAPS: [(Own, Own); 4] = [
    (Own::Meaning, Own::MeaningGap),
    (Own::MeaningTitle, Own::MeaningTitleGap),
    (Own::MeaningPhrase, Own::MeaningPhraseGap),
    (Own::MeaningBest, Own::MeaningBestGap),
];

/// The features of one candidate, by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Values(pub(crate) [f64; OWN]);

impl Default for Values {
    fn default() -> Self {
        Self([0.0; OWN])
    }
}

impl std::ops::Index<Own> for Values {
    type Output = f64;
    fn index(&self, feature: Own) -> &f64 {
        &self.0[feature as usize]
    }
}

impl std::ops::IndexMut<Own> for Values {
    fn index_mut(&mut self, feature: Own) -> &mut f64 {
        &mut self.0[feature as usize]
    }
}

impl Values {
    /// From 0 for a short answer (180 tokens) to 1 for a document of a page (490).
    pub(crate) fn long(&self) -> f64 {
        ((self[Own::Length] - 0.52) / 0.1).clamp(0.0, 1.0)
    }

    /// In the order of [`RANKING`].
    pub(crate) fn ranking(&self) -> impl Iterator<Item = f64> {
        let long = self.long();
        self.0.iter().copied().chain(self.0.iter().map(move |value| long * value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_used_twice() {
        for names in [&RANKING[..], &DECIDING[..]] {
            let mut sorted = names.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), names.len());
        }
        assert_eq!(DECIDING[..2 * OWN], RANKING);
    }
}
