//! Reading on: a long document in parts, each an exact piece of it. Pure.

use crate::matching::Passage;

/// About how many characters are read at once; the end of a sentence is waited for.
const PART: usize = 500;
/// What is at most this much longer than a part is not cut again for a small rest.
const REST: usize = 150;

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The heading of its section, or empty.
    pub heading: String,
    /// Its text, verbatim.
    pub text: String,
}

/// A document in parts: a section each, a long section in several, short ones without a heading together.
pub fn parts(passages: &[Passage]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for passage in passages {
        for text in pieces(&passage.text) {
            let size = text.chars().count();
            match parts.last_mut() {
                // Numbered sentences of a short policy are sections by form only.
                Some(last) if passage.heading.is_empty() && last.text.chars().count() + size <= PART => {
                    last.text.push_str("\n\n");
                    last.text.push_str(text);
                }
                _ => parts.push(Part { heading: passage.heading.clone(), text: text.to_owned() }),
            }
        }
    }
    parts
}

/// The part that holds a quotation; the first one when none does.
pub fn holding(parts: &[Part], quote: &str) -> usize {
    let whole = parts.iter().position(|part| part.text.contains(quote));
    // A quotation that was cut in two begins in the right one.
    let begin: String = quote.chars().take(20).collect();
    whole.or_else(|| parts.iter().position(|part| part.text.contains(&begin))).unwrap_or(0)
}

/// A text in pieces of about [`PART`] characters that end with a line or a sentence.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while rest.chars().nth(PART + REST).is_some() {
        let limit = rest.char_indices().nth(PART).map_or(rest.len(), |(at, _)| at);
        let ends = |c: char| matches!(c, '\n' | '。' | '！' | '？' | '；');
        let end = rest[..limit].rfind(ends).or_else(|| rest[..limit].rfind(['，', ' ', '.']));
        let end = end.map_or(limit, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
        pieces.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(heading: &str, text: &str) -> Passage {
        Passage { heading: heading.into(), text: text.into() }
    }

    #[test]
    fn a_section_is_a_part_and_a_long_one_several() {
        let long = "补贴按月发放。".repeat(200);
        let found = parts(&[
            passage("一、对象", "本市户籍老人。"),
            passage("二、标准", &long),
            passage("三、附则", "本通知自发布之日起施行。"),
        ]);
        assert_eq!((found[0].heading.as_str(), found[0].text.as_str()), ("一、对象", "本市户籍老人。"));
        assert!(found.len() >= 4 && found.iter().all(|part| part.text.chars().count() <= PART + REST));
        assert_eq!(
            found.iter().filter(|part| part.heading == "二、标准").map(|part| part.text.as_str()).collect::<String>(),
            long
        );
        assert_eq!(found.last().unwrap().text, "本通知自发布之日起施行。");
    }

    #[test]
    fn numbered_sentences_stay_together() {
        let found = parts(&[passage("", "一、免费。"), passage("", "二、当场办结。")]);
        assert_eq!(found, [Part { heading: String::new(), text: "一、免费。\n\n二、当场办结。".into() }]);
    }

    #[test]
    fn the_part_around_a_quotation_is_found() {
        let found =
            parts(&[passage("一、对象", "本市户籍老人。"), passage("二、标准", "每月一百元。八十岁起二百元。")]);
        assert_eq!(holding(&found, "八十岁起二百元。"), 1);
        assert_eq!(holding(&found, "没有这句"), 0);
    }

    #[test]
    fn hostile_input_is_survived() {
        for text in ["", "\n\n", &"长".repeat(20_000), &"。".repeat(20_000)] {
            assert!(parts(&[passage("", text)]).iter().all(|part| part.text.chars().count() <= PART + REST));
        }
    }
}
