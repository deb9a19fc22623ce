//! Understanding words: what they ask, as far as that needs where the conversation stands and what is published.

use std::collections::HashSet;

use super::{
    core::Core,
    dialogue::{Asked, Dialogue, Heard, Matter, Verdict},
    follow_up::follow_up,
    intent::{Intended, Lead},
};

impl Core {
    /// What somebody says in words.
    pub(super) fn hear(&self, dialogue: &Dialogue, text: &str) -> Heard {
        let intended = self.intents.find(text);
        let said = |intended, asked, refused| Heard::Words { text: text.to_owned(), intended, asked, refused };
        let disclose = |intended: &Intended| intended.lead == Lead::Disclose;
        let command = intended.as_ref().is_some_and(|intended| intended.exact || disclose(intended));
        let whole = self.decided(text.to_owned(), None);
        if command {
            return said(intended, vec![whole], None);
        }
        if let Some(meant) = self.wording.correction(text) {
            let matter = dialogue.talked_about();
            let asked = match matter {
                Some(matter) => self.corrected(matter, meant),
                // Nothing was answered yet: what is meant is the question.
                None => self.decided(meant.to_owned(), None),
            };
            return said(None, vec![asked], matter.cloned());
        }
        if let Some(matter) = dialogue.talked_about()
            && let Some(aspects) = self.wording.follow_up(text)
        {
            let (library, wording) = (&self.library, &self.wording);
            let asked = follow_up(library, &self.caution, wording, matter, (text, &aspects), None);
            return said(None, vec![asked], None);
        }
        let several = self.several(text, &whole);
        said(intended, several.unwrap_or_else(|| vec![whole]), None)
    }

    fn decided(&self, question: String, refused: Option<&str>) -> Asked {
        let findings = self.library.find(&question);
        let verdict = self.caution.decide_without(&self.library, &findings, refused).into();
        Asked { question, leaning: false, verdict }
    }

    /// The question that somebody means who refuses the answer to another: a new one, a side of the same matter, or
    /// what was different about it.
    fn corrected(&self, matter: &Matter, meant: &str) -> Asked {
        let refused = Some(matter.document.as_str());
        if let Some(aspects) = self.wording.follow_up(meant) {
            let (library, wording) = (&self.library, &self.wording);
            return follow_up(library, &self.caution, wording, matter, (meant, &aspects), refused);
        }
        let alone = self.decided(meant.to_owned(), refused);
        if matches!(alone.verdict, Verdict::Answer(..)) {
            return alone;
        }
        let together = self.decided(format!("{}，{meant}", matter.question), refused);
        match (&alone.verdict, &together.verdict) {
            (_, Verdict::Answer(..)) => Asked { leaning: true, ..together },
            (Verdict::Route(_), Verdict::Choose(_)) => Asked { question: alone.question, leaning: true, ..together },
            _ => alone,
        }
    }

    /// The questions of a message that asks several things, each decided by itself; none when it asks one.
    fn several(&self, text: &str, whole: &Asked) -> Option<Vec<Asked>> {
        let parts = self.wording.questions(text);
        if parts.len() < 2 {
            return None;
        }
        let asked: Vec<Asked> = parts.iter().map(|(part, _)| self.decided((*part).to_owned(), None)).collect();
        // Two sentences that the same document answers are one question. Nothing is known about a part without a
        // near document: only a word that sets it apart, or a whole that isn't answered either, makes it one.
        let papers = asked.iter().zip(&parts).enumerate();
        let papers: HashSet<(Option<&str>, usize)> = papers
            .map(|(place, (one, (_, joined)))| match first(&one.verdict) {
                Some(paper) => (Some(paper), 0),
                None => (None, if *joined { place } else { 0 }),
            })
            .collect();
        let answered = matches!(whole.verdict, Verdict::Answer(..));
        let unknown = |(place, one): (usize, &Asked)| {
            place > 0 && answered && !parts[place].1 && matches!(one.verdict, Verdict::Route(_))
        };
        (papers.len() > 1 && !asked.iter().enumerate().any(unknown)).then_some(asked)
    }
}

/// The paper that a verdict names first: items of one paper count as one.
fn first(verdict: &Verdict) -> Option<&str> {
    let id = match verdict {
        Verdict::Answer(id, _) => Some(id.as_str()),
        Verdict::Choose(ids) | Verdict::Route(ids) => ids.first().map(String::as_str),
    };
    id.map(|id| id.split_once('#').map_or(id, |(base, _)| base))
}
