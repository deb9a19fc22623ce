//! The close look at a candidate: computes the features that `features` names.

use crate::matching::analyse::TokenKind;
use crate::matching::asking::SORTS;
use crate::matching::document::SECONDARY;
use crate::matching::features::{
    DOCUMENT_COVER, FIRST_LONG, HAS_PHRASING, LENGTH, LONG_DECIDING, LONG_RANKING, OWN, PHRASE_EDIT, PHRASE_FIT,
    PHRASED, long, place,
};
use crate::matching::phrase::Phrase;
use crate::matching::query::Query;
use crate::matching::quote::{self, Window};
use crate::matching::scan::{Scan, Seen};
use crate::matching::stored::Stored;

/// What was found out about one candidate.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// In the order of [`RANKING`](crate::matching::RANKING).
    pub(crate) values: [f64; OWN],
    /// Which of the question's terms the document holds, a bit each.
    pub(crate) found: u128,
    /// What would be quoted.
    pub(crate) window: Option<Window>,
}

/// Looks at a candidate, of which `scan` was read. `best` is the highest score of all candidates.
pub(crate) fn look(query: &Query, stored: &Stored, scan: &Scan, best: f64) -> Look {
    let score = scan.score;
    let sentences = &scan.sentences;
    let body = sentences.iter().fold(0, |all, seen| all | seen.mask);
    let (phrase, asked) = best_phrase(query, &stored.phrasings);
    let found = body | scan.title | asked;
    let window = quote::best(query, sentences);
    let passage = quote::widest_share(query, sentences, 500);
    let sentence = sentences.iter().map(|seen| query.share(seen.mask)).fold(0.0, f64::max);
    let opening = sentences.iter().take(3).fold(scan.title, |all, seen| all | seen.mask);
    let missing = Missing::new(query, found);
    let document = query.share(found);
    let sorts = sorts_met(query, sentences, window.as_ref());
    let values = [
        score,
        if best > 0.0 { score / best } else { 0.0 },
        document,
        sentence,
        window.as_ref().map_or(0.0, |w| w.share),
        passage,
        query.share(scan.title),
        scan.title_fit,
        query.share(opening),
        if query.chars == 0 { 0.0 } else { (scan.longest as f64 / query.chars as f64).min(1.0) },
        missing.rarest,
        missing.numbers,
        phrase[0],
        phrase[1],
        phrase[2],
        f64::from(u8::from(!stored.phrasings.is_empty())),
        (1.0 + scan.tokens as f64).ln() / 10.0,
        missing.words,
        scan.heaviest,
        scan.density,
        // Filled in by `compare`, once all candidates were looked at.
        0.0,
        0.0,
        0.0,
        sorts[0],
        sorts[1],
        sorts[2],
        sorts[3],
        sorts[4],
        sorts[5],
        sorts[6],
        sorts[7],
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    Look { values, found, window }
}

/// For each sort of answer: 1 where it is wanted and the document's beginning or quotation looks like one.
fn sorts_met(query: &Query, sentences: &[Seen], window: Option<&Window>) -> [f64; SORTS] {
    let quoted = window.map_or(&[][..], |w| sentences.get(w.sentences.0..=w.sentences.1).unwrap_or(&[]));
    let offers = sentences.iter().take(2).chain(quoted).fold(0, |all, sentence| all | sentence.offers);
    std::array::from_fn(|sort| f64::from((query.wants & offers) >> sort & 1))
}

/// Fills in the features that say how a candidate stands against the best of all candidates.
pub(crate) fn compare<'a>(looks: impl Iterator<Item = &'a mut Look>) {
    let mut looks: Vec<&mut Look> = looks.collect();
    for (from, to) in [
        (DOCUMENT_COVER, place("relative_document")),
        (place("quote_cover"), place("relative_quote")),
        (place("passage_cover"), place("relative_passage")),
    ] {
        let highest = looks.iter().map(|look| look.values[from]).fold(0.0, f64::max);
        for look in &mut looks {
            look.values[to] = if highest > 0.0 { look.values[from] / highest } else { 0.0 };
        }
    }
    for look in &mut looks {
        let long = long(look.values[LENGTH]);
        for (at, from) in LONG_RANKING.iter().enumerate() {
            look.values[FIRST_LONG + at] = long * look.values[*from];
        }
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
    let mut values = first.values.to_vec();
    values.extend(of_list(query, first, ranks, looks));
    let long = long(values[LENGTH]);
    values.push(long);
    for from in LONG_DECIDING {
        values.push(long * values[from]);
    }
    for from in PHRASED {
        values.push(values[HAS_PHRASING] * values[from]);
    }
    values
}

/// The features of the whole list.
fn of_list(query: &Query, first: &Look, ranks: &[f64], looks: &[&Look]) -> [f64; 9] {
    let lead = ranks.first().copied().unwrap_or(0.0);
    let margin = ranks.get(1).map_or(2.0, |second| lead - second);
    let rest = |value: &dyn Fn(&Look) -> f64| looks.iter().skip(1).map(|look| value(look)).fold(0.0, f64::max);
    let score = |look: &Look| look.values[0];
    let score_margin = if score(first) > 0.0 { 1.0 - rest(&score) / score(first) } else { 0.0 };
    let rivals = ranks.iter().skip(1).take(9).filter(|rank| lead - **rank < 0.5).count();
    let all: f64 = ranks.iter().map(|rank| (rank - lead).exp()).sum();
    let told = || query.terms.iter().filter(|term| term.weight > 0.9);
    let unknown: f64 = told().filter(|term| term.number.is_none()).map(|term| term.mass).sum();
    let phrase = |look: &Look| look.values[PHRASE_FIT].max(look.values[PHRASE_EDIT]);
    [
        margin.clamp(0.0, 4.0) / 4.0,
        score_margin.clamp(-1.0, 1.0),
        rivals as f64 / 9.0,
        if all > 0.0 { 1.0 / all } else { 0.0 },
        (1.0 + query.chars as f64).ln() / 5.0,
        (1.0 + told().count() as f64).ln() / 5.0,
        if query.mass > 0.0 { unknown / query.mass } else { 0.0 },
        (phrase(first) - rest(&phrase)).clamp(-1.0, 1.0),
        // Whether everything asked is there weighs more than each part of it.
        first.values[DOCUMENT_COVER].powi(4),
    ]
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
