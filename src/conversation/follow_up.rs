//! A question without a matter of its own, asked again about the matter that was just talked about. Reads the library
//! in memory; changes nothing.

use super::{
    dialogue::{Asked, Matter, Verdict},
    wording::{Aspect, Wording},
};
use crate::{
    knowledge::{Caution, Library},
    matching::{CHOICES, Decision},
};

/// How many of the library's hits count as being about the same matter.
const NEAREST: usize = 5;

/// What a follow-up asks, and what answers it: an item of the same document whose heading tells that side of the
/// matter; else what the library finds for the matter and the side together; else both kinds to choose from.
pub fn follow_up(
    library: &Library,
    caution: &Caution,
    wording: &Wording,
    matter: &Matter,
    (text, aspects): (&str, &[&Aspect]),
    refused: Option<&str>,
) -> Asked {
    let title = library.source(&matter.document).map_or_else(|| matter.question.clone(), |source| source.title);
    let question = format!("{}：{}", wording.subject(&title), text.trim());
    let findings = library.find(&question);
    let quote_of = |id: &str| findings.hits.iter().find(|hit| hit.id == id).and_then(|hit| hit.quote);
    let tells = |id: &str| {
        let heading = library.source(id).and_then(|source| source.item_question).unwrap_or_default();
        aspects.iter().filter(|aspect| aspect.is_told_by(&heading)).count()
    };
    let allowed = |id: &str| refused != Some(id);
    let siblings = siblings(library, &matter.document);
    // The items of the same document that tell most of what is asked.
    let most = siblings.iter().filter(|id| allowed(id)).map(|id| tells(id)).max().unwrap_or(0);
    let telling: Vec<String> =
        siblings.iter().filter(|id| most > 0 && allowed(id) && tells(id) == most).take(CHOICES).cloned().collect();
    let verdict = match <[String; 1]>::try_from(telling) {
        Ok([only]) => Verdict::Answer(only.clone(), quote_of(&only)),
        Err(several) if !several.is_empty() => Verdict::Choose(several),
        Err(_) => {
            let decision = caution.decide_without(library, &findings, refused);
            let near = findings.hits.iter().take(NEAREST).map(|hit| &hit.id).filter(|id| allowed(id));
            let (telling, others): (Vec<&String>, Vec<&String>) = near.partition(|id| tells(id) > 0);
            let others = others.into_iter().filter(|id| siblings.contains(id));
            let candidates: Vec<String> = telling.into_iter().chain(others).take(CHOICES).cloned().collect();
            match decision {
                Decision::Choose(_) | Decision::Route(_) if !candidates.is_empty() => Verdict::Choose(candidates),
                decision => decision.into(),
            }
        }
    };
    Asked { question, leaning: true, verdict }
}

/// The items of a document, itself among them. A policy's own text has no items.
fn siblings(library: &Library, id: &str) -> Vec<String> {
    let Some((base, _)) = id.split_once('#') else { return vec![id.to_owned()] };
    let ids = (1..).map(|position: usize| format!("{base}#{position}"));
    ids.take_while(|id| library.source(id).is_some()).collect()
}
