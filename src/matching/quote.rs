//! Chooses what to quote: a run of whole sentences inside one passage.
//!
//! While candidates are compared, the run that says most of what was asked stands for the quotation ([`best`]). What is shown is
//! chosen more carefully ([`choose`]): the sentence that says most of the question often only names the matter, in a title or an
//! opening, and the answer stands elsewhere. So runs are weighed by what they hold of the question as the whole collection
//! sees it and as this document sees it (what every sentence says tells nothing here), by what stands before them, by where they
//! stand, and by whether they look like the sort of answer that is asked for.

use crate::matching::asking::SORTS;
use crate::matching::document::{Document, Passage};
use crate::matching::logistic::dot;
use crate::matching::query::Query;
use crate::matching::scan::Seen;
use crate::matching::weights::Weights;
use serde::{Deserialize, Serialize};

/// A quotation is at most this many characters long, unless a single sentence is longer.
pub const QUOTE_LIMIT: usize = 200;

/// What every character of a window costs, in shares of the question: of two that say the same the shorter is taken.
const LENGTH_COST: f64 = 0.001;

/// Where a quotation stands: always an exact range of the passage's text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The passage, by its place in the document.
    pub passage: usize,
    /// Its first byte in the passage's text.
    pub start: usize,
    /// The byte behind its last one.
    pub end: usize,
}

impl Quote {
    /// The text itself, cut out of the document. Empty when the document has no such place.
    pub fn of<'a>(&self, document: &'a Document) -> &'a str {
        let text = document.passages.get(self.passage).map_or("", |p| p.text.as_str());
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// Sentences that belong together, and how much of the question they say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) quote: Quote,
    pub(crate) share: f64,
    /// Its first and last sentence, by place in the document.
    pub(crate) sentences: (usize, usize),
}

/// The best window of at most [`QUOTE_LIMIT`] characters.
pub(crate) fn best(query: &Query, sentences: &[Seen]) -> Option<Window> {
    let mut best: Option<(f64, usize, usize, f64)> = None;
    // The terms of the heading above, which belong to every sentence of its passage.
    let (mut heading, mut passage) = (0_u128, u32::MAX);
    for from in 0..sentences.len() {
        let own = sentences[from].mask;
        if sentences[from].passage != passage {
            passage = sentences[from].passage;
            heading = if sentences[from].is_heading() { own } else { 0 };
        }
        if sentences[from].is_heading() || (own | heading == 0 && best.is_some()) {
            continue;
        }
        let (mut chars, mut mask, mut share) = (0, heading, query.share(heading));
        for to in from..sentences.len() {
            if sentences[to].passage != sentences[from].passage {
                break;
            }
            chars += sentences[to].chars as usize;
            if to > from && chars > QUOTE_LIMIT {
                break;
            }
            let more = sentences[to].mask & !mask;
            if more != 0 || to == from {
                mask |= more;
                share += query.share(more);
                let value = share - LENGTH_COST * chars as f64;
                if best.is_none_or(|(highest, ..)| value > highest + 1e-12) {
                    best = Some((value, from, to, share));
                }
            }
        }
    }
    let (_, from, to, share) = best?;
    let to = extend(sentences, from, to);
    let quote = Quote {
        passage: sentences[from].passage as usize,
        start: sentences[from].start as usize,
        end: sentences[to].end as usize,
    };
    Some(Window { quote, share, sentences: (from, to) })
}

/// What follows the sentence that names the matter often is the answer: takes in what still fits.
fn extend(sentences: &[Seen], from: usize, mut to: usize) -> usize {
    let mut chars: usize = sentences[from..=to].iter().map(|s| s.chars as usize).sum();
    while let Some(next) = sentences.get(to + 1) {
        chars += next.chars as usize;
        if next.passage != sentences[from].passage || chars > QUOTE_LIMIT {
            break;
        }
        to += 1;
    }
    to
}

/// The greatest share of the question in any sentence.
pub(crate) fn highest_share(query: &Query, sentences: &[Seen]) -> f64 {
    let (mut highest, mut held) = (0.0_f64, 0);
    // What holds no more than the best so far says no more.
    for seen in sentences.iter().filter(|seen| seen.mask != 0) {
        if seen.mask & !held != 0 {
            let share = query.share(seen.mask);
            if share > highest {
                (highest, held) = (share, seen.mask);
            }
        }
    }
    highest
}

/// The greatest share of the question in any stretch of about `limit` characters, passages or not.
pub(crate) fn widest_share(query: &Query, sentences: &[Seen], limit: usize) -> f64 {
    let (mut highest, mut seen) = (0.0_f64, 0_u128);
    for from in 0..sentences.len() {
        if sentences[from].mask == 0 {
            continue;
        }
        let (mut chars, mut mask) = (0, 0);
        for sentence in &sentences[from..] {
            chars += sentence.chars as usize;
            if chars > limit && mask != 0 {
                break;
            }
            mask |= sentence.mask;
        }
        // A window inside the one before it adds nothing.
        if mask & !seen != 0 || mask.count_ones() >= seen.count_ones() {
            highest = highest.max(query.share(mask));
            seen = mask;
        }
    }
    highest
}

/// What a run of sentences is weighed by. The first seven come twice: by how rare terms are in all documents, then in the
/// sentences of this one. Each counts once more as its distance from the best run's.
pub const QUOTING: [&str; 2 * PARTS] = [
    "cover",
    "first",
    "saturated",
    "before",
    "second",
    "strongest",
    "strongest_place",
    "own_cover",
    "own_first",
    "own_saturated",
    "own_before",
    "own_second",
    "own_strongest",
    "own_strongest_place",
    "new_cover",
    "place",
    "at_start",
    "near_start",
    "length",
    "announces",
    "numbered",
    "amount",
    "way",
    "meaning",
    "reason",
    "whether",
    "when",
    "which",
    "contact",
    "cover_gap",
    "first_gap",
    "saturated_gap",
    "before_gap",
    "second_gap",
    "strongest_gap",
    "strongest_place_gap",
    "own_cover_gap",
    "own_first_gap",
    "own_saturated_gap",
    "own_before_gap",
    "own_second_gap",
    "own_strongest_gap",
    "own_strongest_place_gap",
    "new_cover_gap",
    "place_gap",
    "at_start_gap",
    "near_start_gap",
    "length_gap",
    "announces_gap",
    "numbered_gap",
    "amount_gap",
    "way_gap",
    "meaning_gap",
    "reason_gap",
    "whether_gap",
    "when_gap",
    "which_gap",
    "contact_gap",
];

/// How many numbers each of the two levels gives.
const LEVEL: usize = 7;
/// How many numbers a run is weighed by, without the distances.
const PARTS: usize = 2 * LEVEL + 7 + SORTS;
/// As many sentences belong to a document's beginning.
const BEGINNING: usize = 3;
/// How soon more sentences with the same term stop counting.
const SATURATION: f64 = 0.9;
/// What a term counts that one sentence holds.
const ONCE: f64 = 1.0 / (1.0 + SATURATION);

/// A run that may be quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Where it stands.
    pub quote: Quote,
    /// In the order of [`QUOTING`].
    pub features: [f64; 2 * PARTS],
}

/// All runs that may be quoted, with their features: from each sentence on as many as fit into [`QUOTE_LIMIT`] characters.
pub(crate) fn runs(query: &Query, sentences: &[Seen], passages: &[Passage]) -> Vec<Run> {
    let mut told: Vec<&Seen> = Vec::with_capacity(sentences.len());
    told.extend(sentences.iter().filter(|seen| !seen.is_heading()));
    let masks = with_headings(sentences);
    let levels =
        [Masses::new(query.terms.iter().map(|term| term.mass).collect()), Masses::new(own_masses(query, &masks))];
    let shares = levels.each_ref().map(|masses| masks.iter().map(|mask| masses.weigh(*mask)).collect::<Vec<f64>>());
    let opening = masks.iter().take(BEGINNING).fold(0, |all, mask| all | mask);
    let mut out: Vec<Run> = Vec::with_capacity(told.len());
    for (from, first) in told.iter().enumerate() {
        let (mut to, mut chars) = (from, first.chars as usize);
        while let Some(next) = told.get(to + 1)
            && next.passage == first.passage
            && chars + next.chars as usize <= QUOTE_LIMIT
        {
            chars += next.chars as usize;
            to += 1;
        }
        let last = told.get(to).unwrap_or(first);
        let quote = Quote { passage: first.passage as usize, start: first.start as usize, end: last.end as usize };
        let text = passages.get(quote.passage).and_then(|p| p.text.get(quote.start..quote.end)).unwrap_or("");
        let levels_met = levels.iter().zip(&shares).flat_map(|(masses, shares)| {
            let before = from.checked_sub(1).map_or(0.0, |before| shares[before]);
            level(masses, &masks[from..=to], &shares[from..=to], before)
        });
        let whole = masks[from..=to].iter().fold(0, |all, mask| all | mask);
        let offers = told[from..=to].iter().fold(0, |all, seen| all | seen.offers);
        let stands = [
            levels[0].weigh(whole & !opening),
            from as f64 / told.len() as f64,
            f64::from(u8::from(from == 0)),
            f64::from(u8::from(from < BEGINNING)),
            chars as f64 / QUOTE_LIMIT as f64,
            f64::from(u8::from(text.trim_end().ends_with(['：', ':']))),
            f64::from(u8::from(is_numbered(text))),
        ];
        let sorts = (0..SORTS).map(|sort| f64::from((query.wants & offers) >> sort & 1));
        let mut features = [0.0; 2 * PARTS];
        for (feature, value) in features.iter_mut().zip(levels_met.chain(stands).chain(sorts)) {
            *feature = value;
        }
        out.push(Run { quote, features });
    }
    let mut highest = [f64::NEG_INFINITY; PARTS];
    for run in &out {
        for (highest, value) in highest.iter_mut().zip(&run.features) {
            *highest = highest.max(*value);
        }
    }
    for run in &mut out {
        for (part, highest) in highest.iter().enumerate() {
            run.features[PARTS + part] = run.features[part] - highest;
        }
    }
    out
}

/// Among so many runs that weigh most the trees choose: the right one is nearly always there.
const CLOSE: usize = 6;

/// The run to show, by its place: of those that weigh most the one that the trees speak for.
pub(crate) fn chosen(runs: &[Run], weights: &Weights) -> Option<usize> {
    let weighed = runs.iter().map(|run| dot(&weights.quote, &run.features)).enumerate();
    let mut close: Vec<(usize, f64)> = weighed.collect();
    // Equal ones stay in the order of the text.
    close.sort_by(|a, b| b.1.total_cmp(&a.1));
    close.truncate(CLOSE);
    let rows: Vec<&[f64]> = close.iter().map(|(place, _)| runs[*place].features.as_slice()).collect();
    let spoken = close.iter().map(|(place, _)| *place).zip(weights.quote_trees.sums(&rows));
    // The first of equal ones.
    spoken.reduce(|best, run| if run.1 > best.1 { run } else { best }).map(|(place, _)| place)
}

/// What to show; a short passage as a whole.
pub(crate) fn choose(query: &Query, sentences: &[Seen], passages: &[Passage], weights: &Weights) -> Option<Quote> {
    let runs = runs(query, sentences, passages);
    let best = &runs[chosen(&runs, weights)?];
    let passage = passages.get(best.quote.passage)?;
    if passage.text.chars().nth(QUOTE_LIMIT).is_none() {
        return Some(Quote { passage: best.quote.passage, start: 0, end: passage.text.len() });
    }
    Some(best.quote)
}

/// The terms of each sentence and of the heading above it.
fn with_headings(sentences: &[Seen]) -> Vec<u128> {
    let (mut heading, mut passage) = (0, u32::MAX);
    let mut masks = Vec::with_capacity(sentences.len());
    for seen in sentences {
        if seen.passage != passage {
            (heading, passage) = (0, seen.passage);
        }
        if seen.is_heading() {
            heading = seen.mask;
        } else {
            masks.push(seen.mask | heading);
        }
    }
    masks
}

/// What terms weigh inside this document: by how few of its sentences hold them. What none holds weighs nothing.
fn own_masses(query: &Query, masks: &[u128]) -> Vec<f64> {
    let all = masks.len() as f64;
    query
        .terms
        .iter()
        .enumerate()
        .map(|(place, term)| {
            let with = masks.iter().filter(|mask| **mask >> place & 1 == 1).count() as f64;
            if with > 0.0 { term.weight * (1.0 + (all - with + 0.5) / (with + 0.5)).ln() } else { 0.0 }
        })
        .collect()
}

/// What terms weigh, and all of them together.
struct Masses {
    each: Vec<f64>,
    all: f64,
}

impl Masses {
    fn new(each: Vec<f64>) -> Self {
        let all = each.iter().sum();
        Self { each, all }
    }

    /// The share of all masses that a set of terms has.
    fn weigh(&self, set: u128) -> f64 {
        self.sum(members(set).map(|place| (place, 1.0)))
    }

    fn sum(&self, parts: impl Iterator<Item = (usize, f64)>) -> f64 {
        let within: f64 = parts.map(|(place, part)| part * self.each.get(place).copied().unwrap_or(0.0)).sum();
        if self.all > 0.0 { within / self.all } else { 0.0 }
    }
}

/// The places in a set of terms.
fn members(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        place
    })
}

/// What a run holds of the question by these masses. `shares` are those of its sentences, `before` that of the sentence
/// before it.
fn level(masses: &Masses, run: &[u128], shares: &[f64], before: f64) -> [f64; LEVEL] {
    let (mut whole, mut again) = (0_u128, 0_u128);
    for mask in run {
        again |= whole & mask;
        whole |= mask;
    }
    let saturated = |place: usize| {
        if again >> place & 1 == 0 {
            return (place, ONCE);
        }
        let with = run.iter().filter(|mask| **mask >> place & 1 == 1).count() as f64;
        (place, with / (with + SATURATION))
    };
    let strongest = (0..shares.len()).reduce(|best, at| if shares[at] > shares[best] { at } else { best }).unwrap_or(0);
    [
        masses.weigh(whole),
        shares.first().copied().unwrap_or(0.0),
        masses.sum(members(whole).map(saturated)),
        before,
        shares.get(1).copied().unwrap_or(0.0),
        shares.get(strongest).copied().unwrap_or(0.0),
        strongest as f64 / (shares.len() - 1).max(1) as f64,
    ]
}

/// Whether a text begins as an item of a list: `一、`, `（二）`, `3.`.
fn is_numbered(text: &str) -> bool {
    let rest = text.trim_start_matches(['(', '（']);
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    behind.len() < rest.len() && behind.starts_with(['、', '.', '．', ')', '）'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Analyser, Document, Index, Passage};

    fn quoted(passages: &[(&str, &str)], question: &str) -> (usize, String) {
        let (analyser, mut index) = (Analyser::new(), Index::default());
        let passages = passages
            .iter()
            .map(|(heading, text)| Passage { heading: (*heading).into(), text: (*text).into() })
            .collect();
        index.add(&analyser, Document { id: "a".into(), passages, ..Document::default() });
        let findings = index.search(&analyser, question, 1);
        let (hit, document) = (&findings.hits[0], index.document("a").unwrap());
        assert_eq!(hit.quote, index.quote([&findings.question], "a"));
        (hit.quote.unwrap().passage, hit.quoted(&document).to_owned())
    }

    #[test]
    fn the_sentence_that_answers_is_quoted_as_it_stands() {
        let filler = "本节说明其他事项，与前后文无关。".repeat(20);
        let text = format!("{filler}生育津贴　由单位申领，材料齐全的10日内到账。{filler}");
        let (_, quote) = quoted(&[("", &text)], "生育津贴多久到账");
        assert!(text.contains(&quote) && quote.contains("10日内到账"), "{quote}");
        assert!(quote.chars().count() <= QUOTE_LIMIT);
    }

    #[test]
    fn a_heading_leads_to_its_passage_and_is_not_quoted() {
        let passages = [("办理材料", "身份证、户口本。"), ("收费标准", "每本10元。")];
        assert_eq!(quoted(&passages, "收费标准"), (1, "每本10元。".to_owned()));
    }

    #[test]
    fn traditional_text_is_quoted_in_its_own_script() {
        let (_, quote) = quoted(&[("", "身心障礙證明遺失，請至區公所補辦。")], "身心障碍证明遗失怎么补办");
        assert_eq!(quote, "身心障礙證明遺失，請至區公所補辦。");
    }
}
