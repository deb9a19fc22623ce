//! One Markdown file → one typed draft. What breaks a rule of the format is a fault with its line, and doesn't come in.

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;

use super::{
    consultation,
    fault::FileFault,
    front_matter::FrontMatter,
    sections::{self, Section},
};
use crate::{
    consultation::Draft,
    knowledge::{
        interpretation::{Interpretation, Item, Kind},
        policy::{Disclosure, Issued, Policy},
    },
    message::clean,
};

/// The longest id, in bytes: with an item's number it must fit into a button's action on every channel.
pub(super) const MAX_ID: usize = 48;

/// The sections of a guide, which tells everything at once (一次性告知), and how people ask for each.
const GUIDE: [(&str, &[&str]); 7] = [
    ("受理条件", &["谁可以办", "需要什么条件"]),
    ("申请材料", &["要带什么材料", "需要哪些证件"]),
    ("办理流程", &["怎么办理", "怎么申请"]),
    ("办理地点", &["在哪里办", "去什么地方办"]),
    ("办理时限", &["要多久", "几天能办好"]),
    ("收费标准", &["收手续费吗", "要收费吗"]),
    ("咨询电话", &["打什么电话", "电话号码"]),
];

/// What a Markdown file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A policy.
    Policy(PolicyDraft),
    /// An interpretation of a policy.
    Interpretation(Interpretation),
    /// A guide.
    Guide(Interpretation),
    /// A consultation.
    Consultation(Box<Draft>),
}

/// A policy and what it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDraft {
    /// The policy.
    pub policy: Policy,
    /// The id of the policy that it replaces.
    pub supersedes: Option<String>,
}

#[derive(Deserialize)]
struct KindOnly {
    kind: String,
}

/// Reads one file; its id must be its name.
pub fn read(file: &str, text: &str) -> Result<Content, FileFault> {
    let matter = FrontMatter::split(file, text)?;
    let kind: KindOnly = matter.parse()?;
    match kind.kind.as_str() {
        "policy" => policy(&matter).map(Content::Policy),
        "interpretation" => interpretation(&matter).map(Content::Interpretation),
        "guide" => guide(&matter).map(Content::Guide),
        "consultation" => consultation::read(&matter).map(|draft| Content::Consultation(Box::new(draft))),
        other => Err(matter.fault_at(
            "kind",
            format!("kind = \"{other}\" is unknown: write policy, interpretation, guide or consultation"),
        )),
    }
}

/// Lower-case letters, digits and single hyphens.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= MAX_ID
        && id
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

/// Whether it is a web address that can be given to people, or nothing.
pub(super) fn is_url(url: &str) -> bool {
    url.is_empty()
        || (["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme))
            && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>')))
}

pub(super) fn check_id(matter: &FrontMatter, id: &str) -> Result<(), FileFault> {
    if !is_id(id) {
        return Err(matter.fault_at(
            "id",
            format!("the id \"{id}\" must be lower-case letters, digits and hyphens, at most {MAX_ID}"),
        ));
    }
    let stem = Path::new(matter.file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if stem != id {
        return Err(matter.fault_at("id", format!("the id must be the file's name: write \"{stem}\" or rename")));
    }
    Ok(())
}

pub(super) fn words(matter: &FrontMatter, key: &str, text: &str) -> Result<String, FileFault> {
    let text = clean(text);
    if text.is_empty() { Err(matter.fault_at(key, format!("{key} must not be empty"))) } else { Ok(text) }
}

fn date(matter: &FrontMatter, written: &toml::value::Datetime) -> Result<Date, FileFault> {
    let day = match (written.date, written.time, written.offset) {
        (Some(_), None, None) => written.to_string().parse().ok(),
        _ => None,
    };
    day.ok_or_else(|| matter.fault_at("date", "date must be a day that exists, such as 2025-03-01"))
}

fn url(matter: &FrontMatter, url: &str) -> Result<String, FileFault> {
    if is_url(url) && !url.is_empty() {
        Ok(url.to_owned())
    } else {
        Err(matter.fault_at("url", "url must begin with https:// or http:// and hold no blanks"))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(rename = "kind")]
    _kind: String,
    id: String,
    title: String,
    number: String,
    issued: String,
    units: Vec<String>,
    drafting: Option<String>,
    date: toml::value::Datetime,
    disclosure: String,
    reason: Option<String>,
    url: String,
    supersedes: Option<String>,
}

fn policy(matter: &FrontMatter) -> Result<PolicyDraft, FileFault> {
    let written: PolicyFile = matter.parse()?;
    check_id(matter, &written.id)?;
    let issued = issued(matter, &written)?;
    let disclosure = match (written.disclosure.as_str(), written.reason.as_deref().map(clean)) {
        ("withheld", Some(reason)) if !reason.is_empty() => Disclosure::Withheld { reason },
        ("withheld", _) => return Err(matter.fault_at("disclosure", "withheld needs reason = \"…\", the legal reason")),
        ("proactive" | "on-request", Some(_)) => {
            return Err(matter.fault_at("reason", "reason is only for disclosure = \"withheld\": leave it out"));
        }
        ("proactive", None) => Disclosure::Proactive,
        ("on-request", None) => Disclosure::OnRequest,
        (other, _) => {
            let reason = format!("disclosure = \"{other}\" is unknown: write proactive, on-request or withheld");
            return Err(matter.fault_at("disclosure", reason));
        }
    };
    if written.supersedes.as_ref() == Some(&written.id) {
        return Err(matter.fault_at("supersedes", "a policy can't supersede itself"));
    }
    let body = clean(matter.body);
    if body.is_empty() {
        return Err(FileFault::new(matter.file, matter.body_line, "there is no text below the front matter"));
    }
    let policy = Policy {
        title: words(matter, "title", &written.title)?,
        number: clean(&written.number),
        issued,
        dated: Some(date(matter, &written.date)?),
        disclosure,
        url: url(matter, &written.url)?,
        body,
        id: written.id,
    };
    Ok(PolicyDraft { policy, supersedes: written.supersedes })
}

fn issued(matter: &FrontMatter, written: &PolicyFile) -> Result<Issued, FileFault> {
    if written.issued != "government" && written.drafting.is_some() {
        return Err(matter.fault_at("drafting", "drafting is only for issued = \"government\": leave it out"));
    }
    match (written.issued.as_str(), written.units.as_slice()) {
        ("department", [unit]) => Ok(Issued::Department { unit: unit.clone() }),
        ("department", _) => Err(matter.fault_at("units", "issued = \"department\" has exactly one unit")),
        ("joint", units) => Issued::joint(units).map_err(|error| matter.fault_at("units", error.to_string())),
        ("government", []) => written
            .drafting
            .clone()
            .map(|drafting| Issued::Government { drafting })
            .ok_or_else(|| matter.fault_at("issued", "issued = \"government\" needs drafting = \"UNIT\"")),
        ("government", _) => Err(matter.fault_at("units", "issued = \"government\" has units = [] and drafting")),
        (other, _) => {
            let reason = format!("issued = \"{other}\" is unknown: write department, joint or government");
            Err(matter.fault_at("issued", reason))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InterpretationFile {
    #[serde(rename = "kind")]
    _kind: String,
    id: String,
    policy: String,
    title: String,
    date: toml::value::Datetime,
    url: String,
}

fn interpretation(matter: &FrontMatter) -> Result<Interpretation, FileFault> {
    let written: InterpretationFile = matter.parse()?;
    check_id(matter, &written.id)?;
    let mut sections = sections::split(matter.body, matter.body_line).into_iter();
    let intro = sections.next().map(|section| section.text).unwrap_or_default();
    let items = sections.map(|section| item(matter.file, &section)).collect::<Result<Vec<_>, _>>()?;
    if items.is_empty() {
        return Err(FileFault::new(matter.file, matter.body_line, "there is no question: write \"## question\""));
    }
    if let Some((at, twice)) =
        items.iter().enumerate().find(|(at, item)| items[..*at].iter().any(|other| other.question == item.question))
    {
        let reason = format!("the question \"{}\" (number {}) is there twice", twice.question, at + 1);
        return Err(FileFault::new(matter.file, matter.body_line, reason));
    }
    Ok(Interpretation {
        kind: Kind::Interpretation { policy: written.policy },
        title: words(matter, "title", &written.title)?,
        dated: Some(date(matter, &written.date)?),
        url: url(matter, &written.url)?,
        intro,
        items,
        id: written.id,
    })
}

fn item(file: &str, section: &Section) -> Result<Item, FileFault> {
    if section.level != 2 {
        let reason = format!("a question begins with \"## \": write \"## {}\"", section.heading);
        return Err(FileFault::new(file, section.line, reason));
    }
    section.must_not_be_empty(file)?;
    let (first, answer) = section.text.split_once('\n').unwrap_or((&section.text, ""));
    let Some(wordings) = first.strip_prefix("问法：").or_else(|| first.strip_prefix("问法:")) else {
        let reason = "the first line under a question must be its other wordings: \"问法：…；…\"";
        return Err(FileFault::new(file, section.line + 1, reason));
    };
    let phrasings: Vec<String> = wordings.split(['；', ';']).map(clean).filter(|wording| !wording.is_empty()).collect();
    if phrasings.is_empty() {
        return Err(FileFault::new(file, section.line + 1, "问法 needs at least one other wording"));
    }
    let answer = clean(answer);
    if answer.is_empty() {
        let reason = format!("\"{}\" has no answer below its 问法 line", section.heading);
        return Err(FileFault::new(file, section.line, reason));
    }
    Ok(Item { question: section.heading.clone(), phrasings, answer })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuideFile {
    #[serde(rename = "kind")]
    _kind: String,
    id: String,
    title: String,
    unit: String,
    url: String,
    date: toml::value::Datetime,
}

fn guide(matter: &FrontMatter) -> Result<Interpretation, FileFault> {
    let written: GuideFile = matter.parse()?;
    check_id(matter, &written.id)?;
    let title = words(matter, "title", &written.title)?;
    let subject = title.trim_end_matches("指南").trim_end_matches("办事").trim_end_matches("服务").to_owned();
    let mut sections = sections::split(matter.body, matter.body_line).into_iter();
    let intro = sections.next().map(|section| section.text).unwrap_or_default();
    let mut items = Vec::new();
    let mut last_line = matter.body_line;
    for (heading, asked) in GUIDE {
        let Some(section) = sections.next() else {
            let reason = format!("the section \"## {heading}\" is missing at the end");
            return Err(FileFault::new(matter.file, last_line, reason));
        };
        if section.level != 2 || section.heading != heading {
            let reason = format!(
                "here must be \"## {heading}\", not \"{}\"; a guide has, in this order: {}",
                section.heading,
                GUIDE.map(|(heading, _)| heading).join("、")
            );
            return Err(FileFault::new(matter.file, section.line, reason));
        }
        section.must_not_be_empty(matter.file)?;
        last_line = section.line;
        let mut phrasings = vec![format!("{subject}{heading}")];
        phrasings.extend(asked.iter().map(|asked| format!("{subject}{asked}")));
        items.push(Item { question: heading.to_owned(), phrasings, answer: section.text });
    }
    if let Some(extra) = sections.next() {
        let reason = format!("a guide ends with 咨询电话: put \"{}\" into one of its seven sections", extra.heading);
        return Err(FileFault::new(matter.file, extra.line, reason));
    }
    Ok(Interpretation {
        kind: Kind::Guide { unit: written.unit },
        title,
        dated: Some(date(matter, &written.date)?),
        url: url(matter, &written.url)?,
        intro,
        items,
        id: written.id,
    })
}
