//! A consultation file: the draft that is put to the public, and, where it is over, what people said and what came of it.

use serde::Deserialize;

use super::{
    content::{check_id, words},
    fault::FileFault,
    front_matter::FrontMatter,
    sections::{self, Section},
};
use crate::{
    consultation::{Basis, Draft, DraftAdoption, DraftOpinion, MAX_OPINION, Outcome, Phase, Stance},
    message::clean,
};

/// Where a file says that it stands on the day of the import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StartState {
    Announced,
    Open,
    Published,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpinionTable {
    clause: Option<i64>,
    stance: Stance,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdoptionTable {
    clause: Option<i64>,
    opinions: Vec<usize>,
    outcome: Outcome,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsultationFile {
    #[serde(rename = "kind")]
    _kind: String,
    id: String,
    title: String,
    unit: String,
    basis: Basis,
    state: StartState,
    opens_in_days: i32,
    closes_in_days: i32,
    #[serde(default)]
    short_reason: String,
    contact: String,
    #[serde(default)]
    opinion: Vec<OpinionTable>,
    #[serde(default)]
    adoption: Vec<AdoptionTable>,
}

pub(super) fn read(matter: &FrontMatter) -> Result<Draft, FileFault> {
    let written: ConsultationFile = matter.parse()?;
    check_id(matter, &written.id)?;
    check_days(matter, &written)?;
    let (explanation, clauses) = text(matter)?;
    check_opinions(matter, &written, clauses.len())?;
    Ok(Draft {
        title: words(matter, "title", &written.title)?,
        contact: words(matter, "contact", &written.contact)?,
        short_reason: clean(&written.short_reason),
        id: written.id,
        unit: written.unit,
        basis: written.basis,
        // The dates open and close it: a person only announces and publishes.
        phase: match written.state {
            StartState::Announced | StartState::Open => Phase::Announced,
            StartState::Published => Phase::Published,
        },
        opens_in_days: written.opens_in_days,
        closes_in_days: written.closes_in_days,
        explanation,
        clauses,
        opinions: written
            .opinion
            .into_iter()
            .map(|given| DraftOpinion { clause: given.clause, stance: given.stance, text: clean(&given.text) })
            .collect(),
        adoptions: written
            .adoption
            .into_iter()
            .map(|given| DraftAdoption {
                clause: given.clause,
                opinions: given.opinions,
                outcome: given.outcome,
                reason: clean(&given.reason),
            })
            .collect(),
    })
}

fn check_days(matter: &FrontMatter, written: &ConsultationFile) -> Result<(), FileFault> {
    let (opens, closes) = (written.opens_in_days, written.closes_in_days);
    if opens.abs().max(closes.abs()) > 3_660 {
        return Err(matter.fault_at("opens_in_days", "the days must lie within ten years of today"));
    }
    // Whether the period is long enough depends on the working days between: that is checked on the day of import.
    if closes < opens {
        return Err(matter.fault_at("closes_in_days", "it can't close before it opens"));
    }
    let fits = match written.state {
        StartState::Announced => opens > 0,
        StartState::Open => opens <= 0 && closes >= 0,
        StartState::Published => closes < 0,
    };
    if fits {
        Ok(())
    } else {
        Err(matter.fault_at("state", format!("the state doesn't fit its days ({opens} to {closes} from today)")))
    }
}

fn text(matter: &FrontMatter) -> Result<(String, Vec<(String, String)>), FileFault> {
    let file = matter.file;
    let mut sections = sections::split(matter.body, matter.body_line).into_iter();
    if let Some(before) = sections.next().filter(|section| !section.text.is_empty()) {
        return Err(FileFault::new(file, before.line, "the text must begin with \"## 说明\""));
    }
    let expect = |section: Option<Section>, heading: &str| match section {
        Some(section) if section.level == 2 && section.heading == heading => Ok(section),
        Some(section) => {
            let reason = format!("here must be \"## {heading}\", not \"{}\"", section.heading);
            Err(FileFault::new(file, section.line, reason))
        }
        None => Err(FileFault::new(file, matter.body_line, format!("the section \"## {heading}\" is missing"))),
    };
    let explanation = expect(sections.next(), "说明")?;
    explanation.must_not_be_empty(file)?;
    let draft = expect(sections.next(), "草案")?;
    if !draft.text.is_empty() {
        return Err(FileFault::new(file, draft.line, "all text of the draft stands under \"### 第一条 …\""));
    }
    let mut clauses = Vec::new();
    for section in sections {
        let name = format!("第{}条", numeral(clauses.len() + 1));
        if section.level != 3 || !section.heading.starts_with(&name) {
            let reason = format!("here must be \"### {name} …\", not \"{}\"", section.heading);
            return Err(FileFault::new(file, section.line, reason));
        }
        section.must_not_be_empty(file)?;
        // The number is written by whoever shows the clause.
        clauses.push((section.heading[name.len()..].trim().to_owned(), section.text));
    }
    if clauses.is_empty() {
        return Err(FileFault::new(file, draft.line, "the draft has no clause: write \"### 第一条 …\""));
    }
    Ok((explanation.text, clauses))
}

fn check_opinions(matter: &FrontMatter, written: &ConsultationFile, clauses: usize) -> Result<(), FileFault> {
    let bad_clause = |clause: Option<i64>| {
        clause.is_some_and(|number| usize::try_from(number).map_or(true, |number| number == 0 || number > clauses))
    };
    if written.state != StartState::Published && !(written.opinion.is_empty() && written.adoption.is_empty()) {
        let reason = "opinions and adoptions are only for state = \"published\"";
        return Err(matter.fault_in_table(if written.opinion.is_empty() { "adoption" } else { "opinion" }, 0, reason));
    }
    for (place, opinion) in written.opinion.iter().enumerate() {
        if bad_clause(opinion.clause) {
            return Err(matter.fault_in_table("opinion", place, format!("clause must be 1 to {clauses}")));
        }
        let length = clean(&opinion.text).chars().count();
        if length == 0 || length > MAX_OPINION {
            let reason = format!("an opinion has 1 to {MAX_OPINION} characters");
            return Err(matter.fault_in_table("opinion", place, reason));
        }
    }
    let mut answered = vec![false; written.opinion.len()];
    for (place, adoption) in written.adoption.iter().enumerate() {
        let fault = |reason: String| Err(matter.fault_in_table("adoption", place, reason));
        if bad_clause(adoption.clause) {
            return fault(format!("clause must be 1 to {clauses}"));
        }
        if adoption.opinions.is_empty() || clean(&adoption.reason).is_empty() {
            return fault("an adoption names its opinions and its reason".to_owned());
        }
        for number in &adoption.opinions {
            match number.checked_sub(1).and_then(|at| answered.get_mut(at)) {
                Some(answered) if !*answered => *answered = true,
                Some(_) => return fault(format!("opinion {number} belongs to more than one adoption")),
                None => return fault(format!("there is no opinion {number}: they count from 1")),
            }
        }
    }
    match answered.iter().position(|answered| !answered) {
        Some(place) => {
            let reason = format!("opinion {} belongs to no adoption: every opinion gets its result", place + 1);
            Err(matter.fault_in_table("opinion", place, reason))
        }
        None => Ok(()),
    }
}

/// A number below 1000 as clauses are counted: 一, 十, 二十一, 一百零一, 一百一十.
fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (hundreds, tens, ones) = (number / 100 % 10, number / 10 % 10, number % 10);
    let mut out = String::new();
    if hundreds > 0 {
        out += DIGITS[hundreds];
        out += "百";
    }
    match (hundreds, tens) {
        (0, 0) => {}
        (_, 0) if ones > 0 => out += "零",
        (_, 0) => {}
        (0, 1) => out += "十",
        _ => {
            out += DIGITS[tens];
            out += "十";
        }
    }
    out + DIGITS[ones]
}

#[cfg(test)]
mod tests {
    use super::numeral;

    #[test]
    fn clauses_are_counted_in_chinese() {
        assert_eq!([1, 10, 11, 20, 21].map(numeral), ["一", "十", "十一", "二十", "二十一"]);
        assert_eq!([99, 100, 101, 110, 215].map(numeral), ["九十九", "一百", "一百零一", "一百一十", "二百一十五"]);
    }
}
