//! `wenzheng ask`

use std::sync::Arc;

use serde::Serialize;

use super::{Place, charts::terminal_language, out::print};
use crate::{
    casework::{
        Desk, Ground, Kinds, MessageKind, Proposal, Tiers,
        lessons::{self, Subject},
    },
    channel::terminal,
    conversation::{
        preview,
        why::{self, Told},
    },
    directory::units,
    import,
    knowledge::{Library, Source, Standing},
    locale::{Locales, Phrase},
    matching::{Decision, Evidence, Explanation, Findings, Hit},
    semantic,
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
    /// Show why, in plain words: probability and thresholds, the nearest documents, what spoke for and against (with
    /// --json also every term and feature)
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
    units: Vec<Responsible>,
    kind: Option<LikelyKind>,
    /// Why, as people are told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<Explanation>,
    /// Why, as those who tune need it: every term and feature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<Evidence>,
}

/// A unit that may be responsible, and what speaks for it.
#[derive(Serialize)]
struct Responsible {
    unit: String,
    probability: f64,
    grounds: Vec<Ground>,
}

/// What kind of message it is.
#[derive(Serialize)]
struct LikelyKind {
    kind: MessageKind,
    probability: f64,
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
        let (weights, fault) = settings.load_weights();
        if let Some(fault) = fault {
            eprintln!("wenzheng: {fault}; those in the program are used");
        }
        let (aliases, _) = import::aliases(settings.aliases.as_deref());
        let mut library = Library::load(&store, weights).await?.with_aliases(aliases);
        if let Some(model) = &settings.semantic {
            match semantic::load(&model.folder, &model.manner) {
                Ok(encoder) => library = library.with_encoder(Arc::new(encoder), settings.weights_with_meaning()),
                Err(fault) => eprintln!("wenzheng: {fault}; words alone count"),
            }
            while library.embed_some(&store).await? {}
        }
        let mut connection = store.read().await?;
        let all = units::all(&mut connection).await?;
        let lessons = lessons::since(&mut connection, Subject::Unit, 0, i64::MAX).await?;
        let about_kinds = lessons::since(&mut connection, Subject::Kind, 0, i64::MAX).await?;
        drop(connection);
        let desk = Desk::untrained(all);
        desk.hear(&lessons);
        let lore = desk.lore(&library.taught());
        let texts: Vec<&str> = lore.iter().map(|(text, _)| text.as_str()).collect();
        let desk = desk.with_machine(desk.train(&lore, &library.meanings(&store, &texts).await?));
        let meaning = library.meaning(&self.text);
        let findings = library.find(&self.text);
        let decision = settings.caution.decide(&library, &findings);
        let explanation = library.explain(&findings, &settings.caution);
        let units = desk.propose(&self.text, &meaning);
        if self.json {
            let kinds = Kinds::embedded()?;
            kinds.hear(&about_kinds);
            let kind = kinds
                .with_machine(kinds.train())
                .of(&self.text)
                .map(|(kind, probability)| LikelyKind { kind, probability });
            let outcome = Outcome { kind, ..self.outcome(&library, &findings, &decision, units, explanation) };
            print(serde_json::to_string_pretty(&outcome)?)?;
        } else {
            let locales = Locales::embedded()?;
            let tag = terminal_language(&locales);
            let offered = match &decision {
                Decision::Choose(hits) => hits.clone(),
                Decision::Answer(_) | Decision::Route(_) => Vec::new(),
            };
            let answered = matches!(decision, Decision::Answer(_));
            let mut says = preview(&library, &desk, &settings.tiers, &self.text, decision);
            // Nobody can pick here, so each of the matters is quoted.
            for hit in offered {
                says.extend(preview(&library, &desk, &Tiers::default(), &self.text, Decision::Answer(hit)));
            }
            for (place, say) in says.iter().enumerate() {
                let mut shown = say.render(&locales, &tag);
                if place > 0 || answered {
                    // Nor can anybody say here whether it helped.
                    shown.choices.clear();
                }
                print(terminal::render(&shown).trim_end())?;
            }
            if self.why {
                print("")?;
                for line in lines(&locales, &tag, &why::told(&explanation)) {
                    print(line)?;
                }
            }
        }
        Ok(())
    }

    fn outcome(
        &self,
        library: &Library,
        findings: &Findings,
        decision: &Decision,
        units: Vec<Proposal>,
        explanation: Explanation,
    ) -> Outcome {
        let (name, answered) = match decision {
            Decision::Answer(hit) => ("answer", Some(hit)),
            Decision::Choose(_) => ("choose", None),
            Decision::Route(_) => ("route", None),
        };
        let quote = |hit: &Hit| library.quote(&self.text, &hit.id, hit.quote);
        let titled = |id: &str| library.source(id).map_or_else(String::new, |source| source.label());
        Outcome {
            decision: name,
            confidence: findings.confidence,
            quote: answered.and_then(quote),
            source: answered.and_then(|hit| library.source(&hit.id)).map(cited),
            candidates: findings
                .hits
                .iter()
                .map(|hit| Candidate { document: hit.id.clone(), title: titled(&hit.id), quote: quote(hit) })
                .collect(),
            units: units
                .into_iter()
                .take(SHOWN)
                .map(|Proposal { unit, probability, grounds }| Responsible { unit, probability, grounds })
                .collect(),
            kind: None,
            explanation: self.why.then_some(explanation),
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

fn evidence(library: &Library, findings: &Findings) -> Vec<Evidence> {
    let places = 0..findings.hits.len().min(SHOWN);
    places.filter_map(|place| Evidence::of(findings, place, &library.weights())).collect()
}

/// The explanation in words, a line each.
fn lines(locales: &Locales, tag: &str, told: &Told) -> Vec<String> {
    let say = |phrase: &Phrase| locales.text(tag, phrase);
    let mut lines = vec![say(&told.verdict)];
    lines.extend(told.lead.as_ref().map(say));
    for nearest in &told.nearest {
        lines.push(String::new());
        lines.push(say(&nearest.name));
        lines.extend(nearest.facts.iter().map(|fact| format!("    {}", say(fact))));
        lines.extend(nearest.reasons.iter().map(|reason| format!("    {:<3} {}", reason.marks, say(&reason.says))));
    }
    lines
}
