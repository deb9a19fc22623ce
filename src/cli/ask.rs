//! `wenzheng ask`

use serde::Serialize;

use super::Place;
use crate::{
    casework::{Desk, Proposal},
    channel::terminal,
    conversation::preview,
    directory::units,
    import,
    knowledge::{Library, Source, Standing},
    locale::Locales,
    matching::{Decision, Evidence, Feature, Findings, Weights},
    phrase,
};

/// How many candidates the evidence shows.
const SHOWN: usize = 3;

/// Answers one question.
#[derive(Debug, clap::Args)]
pub(super) struct Ask {
    /// The question
    text: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Show the evidence: terms, candidates, features, probability, decision
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    place: Place,
}

/// What came out, as printed with `--json`.
#[derive(Serialize)]
struct Outcome {
    decision: &'static str,
    confidence: f64,
    quote: Option<String>,
    source: Option<Cited>,
    candidates: Vec<Candidate>,
    units: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
}

#[derive(Serialize)]
struct Cited {
    document: String,
    title: String,
    number: String,
    owner: String,
    date: Option<String>,
    in_force: bool,
    url: String,
}

#[derive(Serialize)]
struct Candidate {
    document: String,
    title: String,
    quote: Option<String>,
}

impl Ask {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let store = self.place.open_existing().await?;
        let settings = self.place.settings()?;
        let (aliases, _) = import::aliases(settings.aliases.as_deref());
        let library = Library::load(&store, Weights::built_in()).await?.with_aliases(aliases);
        let all = units::all(&mut *store.read().await?).await?;
        let desk = Desk::learn(all, &library.taught());
        let findings = library.find(&self.text);
        let decision = settings.caution.decide(&library, &findings);
        let units = desk.propose(&self.text);
        if self.json {
            let outcome = self.outcome(&library, &findings, &decision, &units);
            println!("{}", serde_json::to_string_pretty(&outcome)?);
        } else {
            let locales = Locales::embedded()?;
            let tag = locales.negotiate(&std::env::var("LANG").unwrap_or_default()).unwrap_or("zh-CN").to_owned();
            let offered = match &decision {
                Decision::Choose(hits) => hits.clone(),
                Decision::Answer(_) | Decision::Route(_) => Vec::new(),
            };
            let answered = matches!(decision, Decision::Answer(_));
            let mut says = preview(&library, &desk, settings.reply_working_days, &self.text, decision);
            // Nobody can pick here, so each of the matters is quoted.
            for hit in offered {
                says.extend(preview(&library, &desk, 0, &self.text, Decision::Answer(hit)));
            }
            for (place, say) in says.iter().enumerate() {
                let mut shown = say.render(&locales, &tag);
                if place > 0 || answered {
                    // Nor can anybody say here whether it helped.
                    shown.choices.clear();
                }
                println!("{}", terminal::render(&shown).trim_end());
            }
            if self.why {
                print!("{}", why(&locales, &tag, &library, &findings));
            }
        }
        Ok(())
    }

    fn outcome(&self, library: &Library, findings: &Findings, decision: &Decision, units: &[Proposal]) -> Outcome {
        let (name, answered) = match decision {
            Decision::Answer(hit) => ("answer", Some(hit)),
            Decision::Choose(_) => ("choose", None),
            Decision::Route(_) => ("route", None),
        };
        let titled = |id: &str| library.source(id).map_or_else(String::new, |source| heading(&source));
        Outcome {
            decision: name,
            confidence: findings.confidence,
            quote: answered.and_then(|hit| library.quote(hit)),
            source: answered.and_then(|hit| library.source(&hit.id)).map(cited),
            candidates: findings
                .hits
                .iter()
                .map(|hit| Candidate { document: hit.id.clone(), title: titled(&hit.id), quote: library.quote(hit) })
                .collect(),
            units: units.iter().take(SHOWN).map(|proposal| proposal.unit.clone()).collect(),
            evidence: if self.why { evidence(library, findings) } else { Vec::new() },
        }
    }
}

fn cited(source: Source) -> Cited {
    Cited {
        document: source.document_id,
        title: source.title,
        number: source.number,
        owner: source.unit,
        date: source.dated.map(|date| date.to_string()),
        in_force: source.standing == Standing::InForce,
        url: source.url,
    }
}

fn heading(source: &Source) -> String {
    source.item_question.clone().unwrap_or_else(|| source.title.clone())
}

fn evidence(library: &Library, findings: &Findings) -> Vec<Evidence> {
    let places = 0..findings.hits.len().min(SHOWN);
    places.filter_map(|place| Evidence::of(findings, place, &library.weights().decide)).collect()
}

/// The evidence in words: what spoke for each candidate, what against it.
fn why(locales: &Locales, tag: &str, library: &Library, findings: &Findings) -> String {
    let mut out = String::new();
    let mut line = |phrase: crate::locale::Phrase| {
        out.push_str(&locales.text(tag, &phrase));
        out.push('\n');
    };
    line(phrase!("why-confidence", percent = percent(findings.confidence)));
    for one in evidence(library, findings) {
        let title = library.source(&one.id).map_or_else(|| one.id.clone(), |source| heading(&source));
        line(phrase!("why-candidate", place = one.place, title = title, document = &one.id));
        let words = |terms: &[crate::matching::TermWeight]| {
            let shown: Vec<String> =
                terms.iter().take(12).map(|term| format!("{} {}%", term.term, percent(term.share))).collect();
            shown.join("  ")
        };
        line(phrase!("why-matched", terms = words(&one.matched)));
        if !one.missing.is_empty() {
            line(phrase!("why-missing", terms = words(&one.missing)));
        }
        let features: Vec<String> = telling(&one.features)
            .into_iter()
            .map(|feature| match feature.effect {
                Some(effect) => format!("{} {:.2} ({effect:+.2})", feature.name, feature.value),
                None => format!("{} {:.2}", feature.name, feature.value),
            })
            .collect();
        line(phrase!("why-features", features = features.join("  ")));
    }
    out
}

/// The features that say something: those that moved the probability most, or, where nothing is weighed, that are there
/// at all.
fn telling(features: &[Feature]) -> Vec<&Feature> {
    const SHOWN: usize = 12;
    let force = |feature: &Feature| feature.effect.unwrap_or(feature.value).abs();
    let mut telling: Vec<&Feature> = features.iter().filter(|feature| force(feature) >= 0.05).collect();
    telling.sort_by(|a, b| force(b).total_cmp(&force(a)));
    telling.truncate(SHOWN);
    telling
}

fn percent(share: f64) -> i64 {
    // A share lies between 0 and 1, so the number is small.
    #[allow(clippy::cast_possible_truncation, reason = "between 0 and 100")]
    let whole = (share.clamp(0.0, 1.0) * 100.0).round() as i64;
    whole
}
