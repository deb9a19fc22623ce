//! What the bot says, before it is in any language: messages by name, quotations as they are, choices with their
//! actions.

use super::action::Action;
use crate::{
    locale::{Locales, Phrase},
    message::{Block, Choice, Outbound},
};

/// One reply.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Say {
    parts: Vec<Part>,
    choices: Vec<(Label, Action)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(Phrase),
    Heading(Phrase),
    Quote(String),
    List(Vec<Phrase>),
    Source { title: String, lines: Vec<Phrase>, url: String },
}

#[derive(Debug, Clone, PartialEq)]
enum Label {
    Phrase(Phrase),
    /// A title or a name, as it is.
    Verbatim(String),
}

/// The longest label of a choice, in characters; longer titles are shortened.
const MAX_LABEL: usize = 40;

impl Say {
    /// A reply that begins with this.
    pub fn text(phrase: Phrase) -> Self {
        Self::default().and(phrase)
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn and(mut self, phrase: Phrase) -> Self {
        self.parts.push(Part::Text(phrase));
        self
    }

    /// Adds a heading.
    #[must_use]
    pub fn heading(mut self, phrase: Phrase) -> Self {
        self.parts.push(Part::Heading(phrase));
        self
    }

    /// Adds a verbatim quotation.
    #[must_use]
    pub fn quote(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Quote(text.into()));
        self
    }

    /// Adds lines, unless there are none.
    #[must_use]
    pub fn list(mut self, lines: Vec<Phrase>) -> Self {
        if !lines.is_empty() {
            self.parts.push(Part::List(lines));
        }
        self
    }

    /// Adds where a quotation comes from.
    #[must_use]
    pub fn source(mut self, title: impl Into<String>, lines: Vec<Phrase>, url: impl Into<String>) -> Self {
        self.parts.push(Part::Source { title: title.into(), lines, url: url.into() });
        self
    }

    /// Adds a choice.
    #[must_use]
    pub fn choice(mut self, label: Phrase, action: Action) -> Self {
        self.choices.push((Label::Phrase(label), action));
        self
    }

    /// Adds a choice whose label is a title or a name.
    #[must_use]
    pub fn named_choice(mut self, label: &str, action: Action) -> Self {
        let mut short: String = label.chars().take(MAX_LABEL).collect();
        if short.len() < label.len() {
            short.push('…');
        }
        self.choices.push((Label::Verbatim(short), action));
        self
    }

    /// The reply in a language.
    pub fn render(&self, locales: &Locales, tag: &str) -> Outbound {
        let text = |phrase: &Phrase| locales.text(tag, phrase);
        let blocks = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(phrase) => Block::Text { text: text(phrase) },
                Part::Heading(phrase) => Block::Heading { text: text(phrase) },
                Part::Quote(quote) => Block::Quote { text: quote.clone() },
                Part::List(lines) => Block::List { lines: lines.iter().map(text).collect() },
                Part::Source { title, lines, url } => {
                    Block::Source { title: title.clone(), lines: lines.iter().map(text).collect(), url: url.clone() }
                }
            })
            .collect();
        let choices = self
            .choices
            .iter()
            .map(|(label, action)| Choice {
                label: match label {
                    Label::Phrase(phrase) => text(phrase),
                    Label::Verbatim(label) => label.clone(),
                },
                action: action.to_string(),
            })
            .collect();
        Outbound { blocks, choices, ..Outbound::default() }
    }
}
