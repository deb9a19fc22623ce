//! The semantic signal as data: which texts of a document are embedded, and their vectors, kept small and searched exactly.
//! Who makes the vectors isn't known here.

use crate::matching::document::Document;
use crate::matching::sentence;

/// A passage that is embedded has at most this many characters: whole sentences, as many as fit. Encoders blur longer
/// texts, and shorter ones lose what they are about.
const LONGEST_PASSAGE: usize = 240;

/// What of a document an embedded text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its title.
    Title,
    /// One of the questions that it is known to answer.
    Phrasing,
    /// Some sentences of its passage with this number.
    Passage(u16),
}

/// The texts of a document to embed, in order: title, phrasings, passages cut at the borders of sentences.
pub fn texts(document: &Document) -> Vec<(Part, String)> {
    let mut out = Vec::new();
    let mut push = |part: Part, text: &str| {
        if text.chars().any(char::is_alphanumeric) {
            out.push((part, text.trim().to_owned()));
        }
    };
    push(Part::Title, &document.title);
    for phrasing in &document.phrasings {
        push(Part::Phrasing, phrasing);
    }
    for (number, passage) in document.passages.iter().enumerate() {
        let part = Part::Passage(u16::try_from(number).unwrap_or(u16::MAX));
        let heading = passage.heading.trim();
        for piece in cut(&passage.text) {
            if heading.is_empty() {
                push(part, piece);
            } else {
                push(part, &format!("{heading}\n{piece}"));
            }
        }
    }
    out
}

/// Runs of whole sentences, none longer than [`LONGEST_PASSAGE`] unless a single sentence is.
fn cut(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    // Where the run that is growing begins and ends (bytes), and how long it is.
    let mut run: Option<(usize, usize, usize)> = None;
    for sentence in sentence::split(text) {
        let chars = text[sentence.clone()].chars().count();
        run = match run {
            Some((start, _, length)) if length + chars <= LONGEST_PASSAGE => {
                Some((start, sentence.end, length + chars))
            }
            before => {
                out.extend(before.map(|(start, end, _)| &text[start..end]));
                Some((sentence.start, sentence.end, chars))
            }
        };
    }
    out.extend(run.map(|(start, end, _)| &text[start..end]));
    out
}
