//! A message as HTML. Pure; the script builds the same elements from the same data.

use maud::{Markup, html};

use super::history::{Entry, Heard, Said};
use crate::message::{Block, Choice};

/// The words around messages, and the form in which choices are sent back.
pub(super) struct Frame<'a> {
    /// The page's language.
    pub(super) language: &'a str,
    /// Who "we" are.
    pub(super) service: &'a str,
    /// Who "you" are.
    pub(super) you: &'a str,
    /// What a group of choices is called.
    pub(super) choices: &'a str,
    /// The id of what is sent from this page without scripts.
    pub(super) form_id: &'a str,
}

/// A message of the conversation. The latest one can be jumped to.
pub(super) fn entry(frame: &Frame, entry: &Entry, latest: bool) -> Markup {
    let anchor = latest.then_some("latest");
    match entry {
        Entry::Said(said) => self::said(frame, said, anchor),
        Entry::Heard(heard) => self::heard(frame, heard, anchor),
    }
}

fn said(frame: &Frame, said: &Said, anchor: Option<&str>) -> Markup {
    html! {
        article.message.said id=[anchor] data-id=(said.id) {
            p.who { (frame.you) " " (time(&said.at.to_string(), &said.when)) }
            p.text { (said.text) }
        }
    }
}

fn heard(frame: &Frame, heard: &Heard, anchor: Option<&str>) -> Markup {
    html! {
        article.message.heard id=[anchor] data-position=(heard.position) {
            p.who { (frame.service) " " (time(&heard.at.to_string(), &heard.when)) }
            (blocks(frame.language, &heard.blocks))
            @if !heard.choices.is_empty() { (choices(frame, &heard.choices)) }
        }
    }
}

fn time(at: &str, when: &str) -> Markup {
    html! { time datetime=(at) { (when) } }
}

/// Paragraphs as HTML.
pub(super) fn blocks(language: &str, blocks: &[Block]) -> Markup {
    html! {
        @for block in blocks {
            @match block {
                Block::Text { text } => p.text { (text) },
                Block::Heading { text } => h2 { (text) },
                Block::Quote { text } => blockquote lang=[foreign(language, text)] { (text) },
                Block::List { lines } => ul { @for line in lines { li { (line) } } },
                Block::Source { title, lines, url } => div.source lang=[foreign(language, title)] {
                    cite {
                        @if is_link(url) {
                            a href=(url) target="_blank" rel="noopener noreferrer" { (title) }
                        } @else {
                            (title)
                        }
                    }
                    @for line in lines { p { (line) } }
                },
            }
        }
    }
}

fn choices(frame: &Frame, choices: &[Choice]) -> Markup {
    html! {
        form method="post" action="/chat" {
            input type="hidden" name="id" value=(frame.form_id);
            input type="hidden" name="lang" value=(frame.language);
            div.choices role="group" aria-label=(frame.choices) {
                @for choice in choices {
                    button type="submit" name="choice" value=(choice.action) { (choice.label) }
                }
            }
        }
    }
}

/// Only what leads to a page is a link: never a script or a file.
fn is_link(url: &str) -> bool {
    let starts = |with: &str| url.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    starts("https://") || starts("http://")
}

/// Quotations are Chinese whatever language the page has: a screen reader must change its voice for them.
fn foreign(language: &str, text: &str) -> Option<&'static str> {
    let is_chinese = text.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c));
    (is_chinese && !language.starts_with("zh")).then_some("zh-CN")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { language: "en", service: "City", you: "You", choices: "Pick", form_id: "f1" };

    fn source(url: &str) -> Vec<Block> {
        vec![Block::Source { title: "T".into(), lines: vec!["L".into()], url: url.into() }]
    }

    #[test]
    fn each_kind_of_paragraph_has_its_element() {
        let all = [
            Block::Heading { text: "H".into() },
            Block::Text { text: "T".into() },
            Block::Quote { text: "原文".into() },
            Block::List { lines: vec!["a".into(), "b".into()] },
        ];
        assert_eq!(
            blocks("en", &all).into_string(),
            "<h2>H</h2><p class=\"text\">T</p><blockquote lang=\"zh-CN\">原文</blockquote><ul><li>a</li><li>b</li></ul>"
        );
        assert_eq!(blocks("zh-CN", &all[2..3]).into_string(), "<blockquote>原文</blockquote>");
    }

    #[test]
    fn a_source_is_cited_and_linked() {
        assert_eq!(
            blocks("en", &source("https://x.cn/a?b=1&c")).into_string(),
            "<div class=\"source\"><cite><a href=\"https://x.cn/a?b=1&amp;c\" target=\"_blank\" \
             rel=\"noopener noreferrer\">T</a></cite><p>L</p></div>"
        );
        for url in ["", "javascript:alert(1)", "//x.cn", "字"] {
            assert!(!blocks("en", &source(url)).into_string().contains("href"), "{url}");
        }
    }

    #[test]
    fn what_is_said_never_becomes_markup() {
        let evil = "<script>\"'&</script>".to_owned();
        let at = jiff::Timestamp::UNIX_EPOCH;
        let heard = Entry::Heard(Heard {
            position: 7,
            at,
            when: "then".into(),
            blocks: vec![
                Block::Text { text: evil.clone() },
                Block::Quote { text: evil.clone() },
                Block::List { lines: vec![evil.clone()] },
                Block::Source { title: evil.clone(), lines: vec![evil.clone()], url: format!("https://{evil}") },
            ],
            choices: vec![Choice { label: evil.clone(), action: evil.clone() }],
        });
        let said = Entry::Said(Said { id: "a".into(), at, when: "then".into(), text: evil });
        let page =
            format!("{}{}", entry(&FRAME, &heard, false).into_string(), entry(&FRAME, &said, true).into_string());
        assert!(!page.contains("<script") && !page.contains("\"'"), "{page}");
        assert!(page.contains("data-position=\"7\"") && page.contains("id=\"latest\" data-id=\"a\""), "{page}");
        assert!(page.contains("name=\"choice\""));
    }
}
