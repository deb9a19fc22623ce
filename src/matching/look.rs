//! The close look at a candidate: computes the features that `features` names.

use crate::matching::analyse::TokenKind;
use crate::matching::asking::SORTS;
use crate::matching::document::SECONDARY;
use crate::matching::features::{GAPS, LISTED, Listed, Own, PHRASED, RELATIVE, Values};
use crate::matching::phrase::Phrase;
use crate::matching::query::Query;
use crate::matching::quote::{self, Window};
use crate::matching::scan::{Scan, Seen};
use crate::matching::stored::Stored;
use crate::matching::stretch;
use crate::matching::vectors::{Likeness, Usual};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How steeply a candidate's weight among all falls with its score, for the share of its unit.
const UNIT_STEEPNESS: f64 = 8.0;

/// What was found out about one candidate.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) values: Values,
    /// Which of the question's terms the document holds, a bit each.
    pub(crate) found: u128,
    /// The sentences of its text, by place in the [`Room`](crate::matching::scan::Room).
    pub(crate) sentences: Range<usize>,
}

/// Looks at a candidate, of which `scan` was read.
pub(crate) fn look(query: &Query, stored: &Stored, scan: &Scan) -> Look {
    let sentences = scan.sentences;
    let body = sentences.iter().fold(0, |all, seen| all | seen.mask);
    let (phrase, asked) = best_phrase(query, &stored.phrasings);
    let found = body | scan.title | asked;
    let window = quote::best(query, sentences);
    let missing = Missing::new(query, found);
    let mut values = Values::default();
    for (feature, value) in [
        (Own::Score, scan.score),
        (Own::DocumentCover, query.share(found)),
        (Own::SentenceCover, quote::highest_share(query, sentences)),
        (Own::QuoteCover, window.as_ref().map_or(0.0, |w| w.share)),
        (Own::PassageCover, quote::widest_share(query, sentences, 500)),
        (Own::TitleCover, query.share(scan.title)),
        (Own::TitleFit, scan.title_fit),
        (Own::OpeningCover, query.share(sentences.iter().take(3).fold(scan.title, |all, seen| all | seen.mask))),
        (Own::LongestRun, if query.chars == 0 { 0.0 } else { (scan.longest as f64 / query.chars as f64).min(1.0) }),
        (Own::RarestMissing, missing.rarest),
        (Own::MissingNumbers, missing.numbers),
        (Own::PhraseFit, phrase[0]),
        (Own::PhraseSound, phrase[1]),
        (Own::PhraseEdit, phrase[2]),
        (Own::HasPhrasing, f64::from(u8::from(!stored.phrasings.is_empty()))),
        (Own::Length, (1.0 + scan.tokens as f64).ln() / 10.0),
        (Own::MissingWords, missing.words),
        (Own::RunShare, scan.heaviest),
        (Own::Density, scan.density),
    ] {
        values[feature] = value;
    }
    scores(query, scan, &mut values);
    places(query, stored, &mut values);
    for (feature, met) in SORT_FEATURES.into_iter().zip(sorts_met(query, sentences, window.as_ref())) {
        values[feature] = met;
    }
    Look { values, found, sentences: scan.place.clone() }
}

/// How near a candidate is by meaning. Every encoder has cosines of its own, so they are compared with those of usual texts:
/// how many standard deviations they lie above the mean, in eighths.
pub(crate) fn mean(look: &mut Look, likeness: &Likeness, usual: &Usual) {
    let above = |cosine: f32| if cosine == 0.0 { 0.0 } else { usual.above(cosine) / 8.0 };
    // A document without a title is compared by its text.
    let title = if likeness.title == 0.0 { likeness.passage } else { likeness.title };
    let values = &mut look.values;
    values[Own::Meaning] = above(likeness.passage);
    values[Own::MeaningTitle] = above(title);
    values[Own::MeaningPhrase] = above(likeness.phrasing);
    values[Own::MeaningBest] = above(likeness.best());
}

/// Scores by one sort of term alone, by stretches and by pieces.
fn scores(query: &Query, scan: &Scan, values: &mut Values) {
    let norm = query.norms.of(scan.tokens as f64);
    let saturated = |count: u16| f64::from(count) / (f64::from(count) + norm);
    let (mut words, mut pairs) = ([0.0; 2], [0.0; 2]);
    for (term, count) in query.terms.iter().zip(scan.counts) {
        let mass = term.weight * term.rarity;
        let into = match term.kind {
            TokenKind::Word | TokenKind::Latin => Some(&mut words),
            TokenKind::Bigram | TokenKind::Number | TokenKind::Prefix | TokenKind::Exact => None,
        };
        // A word of two characters is its pair as well.
        let pair = !matches!(term.kind, TokenKind::Word) || term.term.chars().nth(2).is_none();
        for sums in into.into_iter().chain(pair.then_some(&mut pairs)) {
            sums[0] += mass * saturated(count);
            sums[1] += mass;
        }
    }
    let share = |sums: [f64; 2]| if sums[1] > 0.0 { sums[0] / sums[1] } else { 0.0 };
    values[Own::WordScore] = share(words);
    values[Own::PairScore] = share(pairs);
    let mut characters = [0.0; 2];
    for ((_, rarity), count) in query.characters.iter().zip(scan.characters) {
        characters[0] += rarity * saturated(*count);
        characters[1] += rarity;
    }
    values[Own::CharacterScore] = share(characters);
    for (width, best, three) in [
        (60, Own::Stretch60, Own::Stretches60),
        (150, Own::Stretch150, Own::Stretches150),
        (300, Own::Stretch300, Own::Stretches300),
    ] {
        [values[best], values[three]] = stretch::best_stretches(query, scan.events, width);
    }
    [values[Own::Pieces], values[Own::LongPieces]] = stretch::pieces(scan.runs, query.chars);
}

/// Whether the document is about the places that are asked about.
fn places(query: &Query, stored: &Stored, values: &mut Values) {
    if query.named.is_empty() {
        return;
    }
    let (opening, named) = stored.places();
    values[Own::PlaceAsked] = 1.0;
    values[Own::PlaceOpening] = query.named.share_in(&opening);
    values[Own::PlaceFound] = query.named.share_in(&named);
    values[Own::PlaceWeight] = query.named.weight_in(&named);
    values[Own::PlaceElsewhere] = f64::from(u8::from(!opening.is_empty() && query.named.weight_in(&opening) <= 0.0));
}

/// The features of the sorts of answer, in the order of `asking`.
const SORT_FEATURES: [Own; SORTS] = [
    Own::AnswersAmount,
    Own::AnswersWay,
    Own::AnswersMeaning,
    Own::AnswersReason,
    Own::AnswersWhether,
    Own::AnswersWhen,
    Own::AnswersWhich,
    Own::AnswersContact,
];

/// For each sort of answer: 1 where it is wanted and the document's beginning or quotation looks like one.
fn sorts_met(query: &Query, sentences: &[Seen], window: Option<&Window>) -> [f64; SORTS] {
    let quoted = window.map_or(&[][..], |w| sentences.get(w.sentences.0..=w.sentences.1).unwrap_or(&[]));
    let offers = sentences.iter().take(2).chain(quoted).fold(0, |all, sentence| all | sentence.offers);
    std::array::from_fn(|sort| f64::from((query.wants & offers) >> sort & 1))
}

/// Fills in the features that say how a candidate stands against all candidates. Each comes with its document's unit.
pub(crate) fn compare<'a>(looks: impl Iterator<Item = (&'a str, &'a mut Look)>) {
    let mut looks: Vec<(&str, &mut Look)> = looks.collect();
    for (from, to) in RELATIVE {
        let highest = looks.iter().map(|(_, look)| look.values[from]).fold(0.0, f64::max);
        for (_, look) in &mut looks {
            look.values[to] = if highest > 0.0 { look.values[from] / highest } else { 0.0 };
        }
    }
    for (from, to) in GAPS {
        let highest = looks.iter().map(|(_, look)| look.values[from]).fold(f64::NEG_INFINITY, f64::max);
        for (_, look) in &mut looks {
            look.values[to] = look.values[from] - highest;
        }
    }
    let weight = |look: &Look| (UNIT_STEEPNESS * (look.values[Own::RelativeScore] - 1.0)).exp();
    let mut units: FxHashMap<&str, f64> = FxHashMap::default();
    for (unit, look) in &looks {
        *units.entry(unit).or_default() += weight(look);
    }
    let all: f64 = looks.iter().map(|(_, look)| weight(look)).sum();
    for (unit, look) in looks.iter_mut().filter(|(unit, _)| !unit.is_empty()) {
        let own = units.get(unit).copied().unwrap_or(0.0);
        look.values[Own::UnitShare] = own / all;
        look.values[Own::UnitOthers] = (own - weight(look)).max(0.0) / all;
    }
}

/// What the question asks and the document does not hold.
struct Missing {
    rarest: f64,
    numbers: f64,
    words: f64,
}

impl Missing {
    fn new(query: &Query, found: u128) -> Self {
        let top = query.terms.iter().map(|t| t.rarity).fold(1e-9, f64::max);
        let (mut rarest, mut numbers, mut lacking) = (0.0_f64, 0_u32, 0_u32);
        let (mut words, mut missing_words) = (0.0, 0.0);
        for (place, term) in query.terms.iter().enumerate() {
            let missing = found >> place & 1 == 0;
            if term.kind == TokenKind::Number {
                numbers += 1;
                lacking += u32::from(missing);
            }
            if term.weight > 0.9 && matches!(term.kind, TokenKind::Word | TokenKind::Latin) {
                words += term.mass;
                if missing {
                    missing_words += term.mass;
                    rarest = rarest.max(term.rarity / top);
                }
            }
        }
        let numbers = if numbers == 0 { 0.0 } else { f64::from(lacking) / f64::from(numbers) };
        Self { rarest, numbers, words: if words > 0.0 { missing_words / words } else { 0.0 } }
    }
}

/// The best fitting phrasing: by terms, by sound, by edits; and the terms of all of them.
fn best_phrase(query: &Query, phrasings: &[Phrase]) -> ([f64; 3], u128) {
    let mut all = 0_u128;
    let mut best: Option<(f64, f64, &Phrase)> = None;
    let mut fit = 0.0_f64;
    for phrase in phrasings {
        let mut mask = 0_u128;
        let mut foreign = 0_usize;
        for number in &phrase.numbers {
            match query.place(number & !SECONDARY) {
                Some(place) => mask |= 1 << place,
                None => foreign += 1,
            }
        }
        all |= mask;
        // Both ways: how much of the question the phrasing says, and how much else it says.
        let share = query.share(mask);
        let own = 1.0 - foreign as f64 / phrase.numbers.len().max(1) as f64;
        let both = if share + own > 0.0 { 2.0 * share * own / (share + own) } else { 0.0 };
        fit = fit.max(both);
        let sound = query.phrase.sound_overlap(phrase);
        if best.as_ref().is_none_or(|(s, f, _)| sound + both > s + f) {
            best = Some((sound, both, phrase));
        }
    }
    match best {
        Some((sound, both, phrase)) if sound + both > 0.3 => ([fit, sound, query.phrase.edit_likeness(phrase)], all),
        Some((sound, _, _)) => ([fit, sound, 0.0], all),
        None => ([0.0; 3], all),
    }
}

/// Everything that decides about the first hit, in the order of [`DECIDING`](crate::matching::DECIDING). `ranks` are the candidates' sums, the
/// highest first, `looks` the candidates in that order.
pub(crate) fn deciding(query: &Query, ranks: &[f64], looks: &[&Look]) -> Vec<f64> {
    let Some(first) = looks.first() else { return Vec::new() };
    let mut out: Vec<f64> = first.values.ranking().collect();
    let mut ahead = Values::default();
    for (at, value) in ahead.0.iter_mut().enumerate() {
        let others = looks.iter().skip(1).map(|look| look.values.0[at]).reduce(f64::max);
        *value = others.map_or(0.0, |best| first.values.0[at] - best);
    }
    let long = first.values.long();
    out.extend(ahead.0);
    out.extend(ahead.0.map(|value| long * value));
    let list = of_list(query, first, ranks, looks);
    let phrased = first.values[Own::HasPhrasing];
    out.extend(list);
    out.extend(list.map(|value| long * value));
    out.extend(list.map(|value| phrased * value));
    out.push(long);
    out.extend(PHRASED.map(|feature| phrased * first.values[feature]));
    out
}

/// The features of the whole list.
fn of_list(query: &Query, first: &Look, ranks: &[f64], looks: &[&Look]) -> [f64; LISTED] {
    let lead = ranks.first().copied().unwrap_or(0.0);
    let margin = ranks.get(1).map_or(2.0, |second| lead - second);
    let rest = |value: &dyn Fn(&Look) -> f64| looks.iter().skip(1).map(|look| value(look)).fold(0.0, f64::max);
    let score = |look: &Look| look.values[Own::Score];
    let score_margin = if score(first) > 0.0 { 1.0 - rest(&score) / score(first) } else { 0.0 };
    let rivals = ranks.iter().skip(1).take(9).filter(|rank| lead - **rank < 0.5).count();
    let all: f64 = ranks.iter().map(|rank| (rank - lead).exp()).sum();
    let told = || query.terms.iter().filter(|term| term.weight > 0.9);
    let unknown: f64 = told().filter(|term| term.number.is_none()).map(|term| term.mass).sum();
    let phrase = |look: &Look| look.values[Own::PhraseFit].max(look.values[Own::PhraseEdit]);
    let mut values = [0.0; LISTED];
    for (feature, value) in [
        (Listed::Margin, margin.clamp(0.0, 4.0) / 4.0),
        (Listed::ScoreMargin, score_margin.clamp(-1.0, 1.0)),
        (Listed::CloseRivals, rivals as f64 / 9.0),
        (Listed::LeadShare, if all > 0.0 { 1.0 / all } else { 0.0 }),
        (Listed::QuestionLength, (1.0 + query.chars as f64).ln() / 5.0),
        (Listed::QuestionTerms, (1.0 + told().count() as f64).ln() / 5.0),
        (Listed::UnknownTerms, if query.mass > 0.0 { unknown / query.mass } else { 0.0 }),
        (Listed::PhraseMargin, (phrase(first) - rest(&phrase)).clamp(-1.0, 1.0)),
        // Whether everything asked is there weighs more than each part of it.
        (Listed::FullCover, first.values[Own::DocumentCover].powi(4)),
        (Listed::NearestMeaning, looks.iter().map(|look| look.values[Own::MeaningBest]).fold(0.0, f64::max)),
    ] {
        values[feature as usize] = value;
    }
    values
}

#[cfg(test)]
mod tests {
    use crate::matching::{Analyser, Document, Index, Passage, RANKING};

    fn feature(index: &Index, analyser: &Analyser, question: &str, name: &str) -> f64 {
        let at = RANKING.iter().position(|n| *n == name).unwrap();
        index.search(analyser, question, 1).hits[0].features[at]
    }

    #[test]
    fn features_say_what_their_names_say() {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        index.add(
            &analyser,
            Document {
                id: "a".into(),
                title: "社保卡补办指南".into(),
                phrasings: vec!["社保卡丢了怎么补办".into()],
                passages: vec![Passage {
                    heading: String::new(),
                    text: "社保卡丢失后，先挂失，再到银行网点补办，收费20元。".into(),
                }],
                ..Document::default()
            },
        );
        let of = |question: &str, name: &str| feature(&index, &analyser, question, name);
        assert!(of("社保卡丢了怎么补办", "phrase_edit") > 0.99);
        assert!(of("社宝卡丢了怎么补半", "phrase_sound") > 0.99);
        assert!(of("社保卡丢了怎么补办", "title_cover") > 0.2);
        assert!(of("社保卡贷款", "missing_words") > of("社保卡补办", "missing_words"));
        assert!(of("社保卡补办收费30元", "missing_numbers") > 0.9);
        assert!(of("社保卡补办收费20元", "missing_numbers") < 0.1);
        assert!(of("社保卡补办收费多少", "answers_amount") > 0.9);
    }

    #[test]
    fn every_feature_is_a_number_whatever_is_asked() {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        for (id, text) in [("a", ""), ("b", "社保卡"), ("c", "😀"), ("d", "。。。")] {
            let passages = vec![Passage { heading: "。".into(), text: text.into() }];
            index.add(
                &analyser,
                Document { id: id.into(), passages, phrasings: vec![String::new()], ..Document::default() },
            );
        }
        for question in ["", "社保卡", "社", "。", "😀", "\u{0}", "1 2 3", "a"] {
            let findings = index.search(&analyser, question, 5);
            assert!(findings.confidence.is_finite() && findings.features.iter().all(|v| v.is_finite()), "{question}");
        }
    }
}
