//! The bot's reasons in words: why it answered, asked back or handed over. For officials, on the command line and beside
//! a ticket; citizens are told the source instead.

use crate::{
    locale::Phrase,
    matching::{Explanation, Nearest, Reason, Spoken, Verdict},
    phrase,
};

/// From so many times on, more makes no difference to a reader.
const FAR_AHEAD: f64 = 100.0;
/// Fewer times than this are none.
const ABREAST: f64 = 1.5;
/// As many reasons are told for a document.
const TOLD: usize = 6;

/// An explanation in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What was decided, with the probability and the thresholds.
    pub verdict: Phrase,
    /// How far the first document leads, where there is a second.
    pub lead: Option<Phrase>,
    /// The nearest documents.
    pub nearest: Vec<ToldNearest>,
}

/// A document that came near, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldNearest {
    /// Its place, title and heading.
    pub name: Phrase,
    /// What it holds, what it lacks, which known question is nearest.
    pub facts: Vec<Phrase>,
    /// What spoke for and against, the strongest first.
    pub reasons: Vec<ToldReason>,
}

/// A reason in words.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldReason {
    /// ▲ to ▲▲▲ for, ▼ to ▼▼▼ against.
    pub marks: String,
    /// The same for who hears it.
    pub strength: Phrase,
    /// The reason.
    pub says: Phrase,
}

/// Puts an explanation into words.
pub fn told(why: &Explanation) -> Told {
    Told { verdict: verdict(why), lead: why.lead.map(lead), nearest: (1..).zip(&why.nearest).map(nearest).collect() }
}

fn verdict(why: &Explanation) -> Phrase {
    let (sure, answer, choose) = (percent(why.probability), percent(why.answer_from), percent(why.choose_from));
    match why.verdict {
        _ if why.nearest.is_empty() => phrase!("why-nothing-near"),
        Verdict::Answer => phrase!("why-answered", sure = sure, answer = answer),
        Verdict::Choose if why.probability < why.choose_from => {
            phrase!("why-chosen-short", sure = sure, answer = answer)
        }
        Verdict::Choose => phrase!("why-chosen", sure = sure, answer = answer, choose = choose),
        Verdict::Route => phrase!("why-routed", sure = sure, answer = answer, choose = choose),
    }
}

fn lead(times: f64) -> Phrase {
    if times >= FAR_AHEAD {
        phrase!("why-lead-far")
    } else if times < ABREAST {
        phrase!("why-lead-none")
    } else {
        let times = if times < 10.0 { format!("{times:.1}") } else { format!("{times:.0}") };
        phrase!("why-lead", times = times)
    }
}

fn nearest((place, document): (usize, &Nearest)) -> ToldNearest {
    let title = match (document.title.as_str(), document.heading.as_str()) {
        (title, "") => phrase!("why-title", title = title),
        ("", heading) => phrase!("why-title", title = heading),
        (title, heading) => phrase!("why-title-heading", title = title, heading = heading),
    };
    let name = if place == 1 {
        phrase!("why-first", title = title)
    } else {
        phrase!("why-other", place = place, title = title)
    };
    let mut facts = Vec::new();
    if !document.in_force {
        facts.push(phrase!("why-out-of-force"));
    }
    facts.push(match pieces(&document.holds) {
        Some(holds) => phrase!("why-holds", pieces = holds),
        None => phrase!("why-holds-nothing"),
    });
    if let Some(lacks) = pieces(&document.lacks) {
        facts.push(phrase!("why-lacks", pieces = lacks));
    }
    if let Some(wording) = &document.wording {
        facts.push(phrase!("why-wording", text = &wording.text, percent = percent(wording.likeness)));
    }
    if !document.reasons.is_empty() {
        facts.push(if place == 1 { phrase!("why-against-usual") } else { phrase!("why-against-first") });
    }
    let reasons = document.reasons.iter().take(TOLD).map(|spoken| ToldReason {
        marks: marks(spoken),
        strength: strength(spoken),
        says: reason(spoken.reason, spoken.effect > 0.0),
    });
    ToldNearest { name, facts, reasons: reasons.collect() }
}

fn pieces(pieces: &[String]) -> Option<Phrase> {
    let quoted = pieces.iter().map(|piece| phrase!("why-piece", piece = piece));
    quoted.reduce(|before, next| phrase!("why-pieces", before = before, next = next))
}

fn marks(spoken: &Spoken) -> String {
    let mark = if spoken.effect > 0.0 { "▲" } else { "▼" };
    mark.repeat(spoken.strength())
}

fn strength(spoken: &Spoken) -> Phrase {
    match (spoken.effect > 0.0, spoken.strength()) {
        (true, 1) => phrase!("why-for-little"),
        (true, 2) => phrase!("why-for-clearly"),
        (true, _) => phrase!("why-for-strongly"),
        (false, 1) => phrase!("why-against-little"),
        (false, 2) => phrase!("why-against-clearly"),
        (false, _) => phrase!("why-against-strongly"),
    }
}

fn reason(reason: Reason, speaks_for: bool) -> Phrase {
    match (reason, speaks_for) {
        (Reason::Wording, true) => phrase!("why-wording-for"),
        (Reason::Wording, false) => phrase!("why-wording-against"),
        (Reason::Coverage, true) => phrase!("why-coverage-for"),
        (Reason::Coverage, false) => phrase!("why-coverage-against"),
        (Reason::Telling, true) => phrase!("why-telling-for"),
        (Reason::Telling, false) => phrase!("why-telling-against"),
        (Reason::Title, true) => phrase!("why-title-for"),
        (Reason::Title, false) => phrase!("why-title-against"),
        (Reason::Verbatim, true) => phrase!("why-verbatim-for"),
        (Reason::Verbatim, false) => phrase!("why-verbatim-against"),
        (Reason::Missing, true) => phrase!("why-missing-for"),
        (Reason::Missing, false) => phrase!("why-missing-against"),
        (Reason::Sort, true) => phrase!("why-sort-for"),
        (Reason::Sort, false) => phrase!("why-sort-against"),
        (Reason::Rivals, true) => phrase!("why-rivals-for"),
        (Reason::Rivals, false) => phrase!("why-rivals-against"),
        (Reason::Length, true) => phrase!("why-length-for"),
        (Reason::Length, false) => phrase!("why-length-against"),
        (Reason::Question, true) => phrase!("why-question-for"),
        (Reason::Question, false) => phrase!("why-question-against"),
        (Reason::Place, true) => phrase!("why-place-for"),
        (Reason::Place, false) => phrase!("why-place-against"),
        (Reason::Meaning, true) => phrase!("why-meaning-for"),
        (Reason::Meaning, false) => phrase!("why-meaning-against"),
        (Reason::Unit, true) => phrase!("why-unit-for"),
        (Reason::Unit, false) => phrase!("why-unit-against"),
        (Reason::Other, true) => phrase!("why-else-for"),
        (Reason::Other, false) => phrase!("why-else-against"),
    }
}

/// A probability in whole per cent. What isn't certain is neither 0 nor 100.
pub fn percent(share: f64) -> i64 {
    #[allow(clippy::cast_possible_truncation, reason = "between 0 and 100")]
    let whole = (share.clamp(0.0, 1.0) * 100.0).round() as i64;
    match whole {
        0 if share > 0.0 => 1,
        100 if share < 1.0 => 99,
        whole => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{locale::Locales, matching::Wording};

    fn explanation() -> Explanation {
        let reasons = [(Reason::Wording, 2.0), (Reason::Missing, -0.9), (Reason::Rivals, 0.2)];
        Explanation {
            verdict: Verdict::Route,
            probability: 0.04,
            answer_from: 0.75,
            choose_from: 0.1,
            lead: Some(7.31),
            nearest: vec![Nearest {
                document: "d".into(),
                title: "社保卡".into(),
                heading: "补办".into(),
                in_force: false,
                holds: vec!["社保卡".into(), "补办".into()],
                lacks: vec!["贷款".into()],
                wording: Some(Wording { text: "社保卡怎么补办".into(), likeness: 0.92 }),
                reasons: reasons.map(|(reason, effect)| Spoken { reason, effect }).into(),
            }],
        }
    }

    fn words(tag: &str, why: &Explanation) -> String {
        let locales = Locales::embedded().unwrap();
        let told = told(why);
        let first = &told.nearest[0];
        let reasons = first.reasons.iter().map(|r| format!("{} {}", r.marks, locales.text(tag, &r.says)));
        let phrases = [&told.verdict, &first.name].into_iter().chain(&told.lead).chain(&first.facts);
        phrases.map(|phrase| locales.text(tag, phrase)).chain(reasons).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn an_official_can_read_it() {
        let zh = words("zh-CN", &explanation());
        for piece in ["4%", "75%", "10%", "7.3", "“社保卡”", "“贷款”", "社保卡怎么补办", "92%", "▲▲▲", "▼▼ "]
        {
            assert!(zh.contains(piece), "{piece} is missing in {zh}");
        }
        let en = words("en", &explanation());
        assert!(en.contains("92%") && en.contains("“贷款”"), "{en}");
        for name in ["phrase_", "_cover", "why-"] {
            assert!(!zh.contains(name) && !en.contains(name), "{name}");
        }
    }

    #[test]
    fn every_reason_has_a_sentence_for_each_side_in_every_language() {
        let locales = Locales::embedded().unwrap();
        let all = crate::matching::REASONS.iter().map(|(reason, _)| *reason).chain([Reason::Other]);
        for one in all {
            for speaks_for in [true, false] {
                let phrase = reason(one, speaks_for);
                for tag in locales.tags() {
                    assert_ne!(locales.text(tag, &phrase), phrase.key, "{tag}");
                }
            }
        }
    }

    #[test]
    fn doubt_is_not_rounded_away() {
        assert_eq!([percent(0.0), percent(0.001), percent(0.999), percent(1.0)], [0, 1, 99, 100]);
        assert_eq!(lead(f64::INFINITY), phrase!("why-lead-far"));
    }
}
