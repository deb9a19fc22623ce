//! A message as Telegram's HTML, in as many parts as its limits ask for. Pure.

use crate::message::{Block, Choice, Outbound, clean};

use super::inbound::MAX_ACTION;

/// The longest text after the marks are read (<https://core.telegram.org/bots/api#sendmessage>). Telegram counts
/// characters; UTF-16 units are never fewer.
const MAX_UNITS: usize = 4096;
/// The largest HTML, in bytes. The Bot API's server refuses a text of more than 32 768 before it reads the marks.
const MAX_BYTES: usize = 30_000;
/// The most marks in a part: Telegram drops those after the hundredth.
const MAX_MARKS: usize = 100;
/// The longest link, in bytes. Escaped, it fits into [`MAX_BYTES`] together with the longest text.
const MAX_LINK: usize = 1_500;
/// The longest answer to a pressed button (<https://core.telegram.org/bots/api#answercallbackquery>).
const MAX_WHISPER: usize = 200;
/// The most buttons below a message.
const MAX_BUTTONS: usize = 100;
/// The widest label that has room for another one beside it on a phone: a Han character counts as two.
const HALF_ROW: usize = 16;

/// One Telegram message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// The text, in Telegram's HTML.
    pub html: String,
    /// The buttons, row by row; only the last part has any.
    pub rows: Vec<Vec<Choice>>,
}

/// Why a message can't be shown on Telegram at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// It has no words.
    #[error("the message has no words")]
    Empty,
    /// A choice comes back as more than Telegram carries, or as nothing.
    #[error("a choice's action must have 1 to {MAX_ACTION} bytes")]
    Action,
    /// A choice can't be read.
    #[error("a choice has no label")]
    Label,
    /// There are too many choices.
    #[error("more than {MAX_BUTTONS} choices")]
    Choices,
}

/// The parts of a message: at least one, each within Telegram's limits.
pub(super) fn render(message: &Outbound) -> Result<Vec<Part>, Refusal> {
    let rows = keyboard(&message.choices)?;
    let mut pages = Pages::default();
    for block in &message.blocks {
        match block {
            Block::Text { text } => pages.flow(Style::Plain, text),
            Block::Heading { text } => pages.flow(Style::Bold, text),
            Block::Quote { text } => pages.flow(Style::Quote, text),
            Block::List { lines } => pages.flow(Style::Plain, &bullets(lines)),
            Block::Source { title, lines, url } => pages.source(title, lines, url),
        }
    }
    let mut parts: Vec<Part> = pages.finish().into_iter().map(|html| Part { html, rows: Vec::new() }).collect();
    parts.last_mut().ok_or(Refusal::Empty)?.rows = rows;
    Ok(parts)
}

/// What an answer to a pressed button says, cut to what Telegram takes.
pub(super) fn whisper(message: &Outbound) -> String {
    let words = message.blocks.iter().filter_map(|block| match block {
        Block::Text { text } | Block::Heading { text } | Block::Quote { text } => Some(text.trim()),
        Block::List { .. } | Block::Source { .. } => None,
    });
    words.collect::<Vec<_>>().join("\n").chars().take(MAX_WHISPER).collect()
}

/// The buttons of a message, row by row.
pub(super) fn keyboard(choices: &[Choice]) -> Result<Vec<Vec<Choice>>, Refusal> {
    if choices.len() > MAX_BUTTONS {
        return Err(Refusal::Choices);
    }
    let mut rows: Vec<Vec<Choice>> = Vec::new();
    for choice in choices {
        if !(1..=MAX_ACTION).contains(&choice.action.len()) {
            return Err(Refusal::Action);
        }
        if clean(&choice.label).is_empty() {
            return Err(Refusal::Label);
        }
        match rows.last_mut() {
            Some(row) if row.len() == 1 && is_short(&row[0]) && is_short(choice) => row.push(choice.clone()),
            _ => rows.push(vec![choice.clone()]),
        }
    }
    Ok(rows)
}

fn is_short(choice: &Choice) -> bool {
    choice.label.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum::<usize>() <= HALF_ROW
}

fn bullets(lines: &[String]) -> String {
    let bulleted: Vec<String> =
        lines.iter().filter(|line| !clean(line).is_empty()).map(|line| format!("• {}", line.trim())).collect();
    bulleted.join("\n")
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Bold,
    Quote,
}

impl Style {
    fn mark(self, text: &str) -> Piece {
        let (html, marks) = match self {
            Self::Plain => (escape(text), 0),
            Self::Bold => (format!("<b>{}</b>", escape(text)), 1),
            Self::Quote => (format!("<blockquote>{}</blockquote>", escape(text)), 1),
        };
        Piece { html, units: units(text), marks }
    }

    /// What stands between this and what follows: a heading belongs to what it heads, and a quotation has a frame.
    fn gap_after(self) -> &'static str {
        match self {
            Self::Plain => "\n\n",
            Self::Bold | Self::Quote => "\n",
        }
    }
}

/// Something that is put on a page as it is.
struct Piece {
    html: String,
    units: usize,
    marks: usize,
}

#[derive(Default)]
struct Page {
    html: String,
    units: usize,
    marks: usize,
    gap: &'static str,
}

impl Page {
    fn is_empty(&self) -> bool {
        self.html.is_empty()
    }

    /// How many units there is room for.
    fn room(&self) -> usize {
        MAX_UNITS.saturating_sub(self.units + self.gap.len())
    }

    fn has_room_for(&self, piece: &Piece) -> bool {
        piece.units <= self.room()
            && self.html.len() + self.gap.len() + piece.html.len() <= MAX_BYTES
            && self.marks + piece.marks <= MAX_MARKS
    }
}

#[derive(Default)]
struct Pages {
    done: Vec<String>,
    page: Page,
}

impl Pages {
    /// Puts words down: on this page if they fit, else on the next, else split between lines, else anywhere.
    fn flow(&mut self, style: Style, text: &str) {
        let mut rest = text.trim();
        if clean(rest).is_empty() {
            return;
        }
        if units(rest) <= MAX_UNITS && !self.page.has_room_for(&style.mark(rest)) {
            self.turn();
        }
        while !rest.is_empty() {
            let (head, tail) = cut(rest, self.page.room(), self.page.is_empty());
            let piece = style.mark(head);
            if clean(head).is_empty() && !head.is_empty() {
                // Thousands of characters that nobody sees: alone on a page, Telegram would call it empty.
                rest = tail.trim_start();
                continue;
            }
            if !self.page.is_empty() && (head.is_empty() || !self.page.has_room_for(&piece)) {
                self.turn();
                continue;
            }
            self.put(&piece, style.gap_after());
            // Telegram drops white space at the beginning of a message anyway.
            rest = tail.trim_start();
        }
    }

    /// Puts a source down whole, its link with it. One that fills more than a page shows its link in full instead.
    fn source(&mut self, title: &str, lines: &[String], url: &str) {
        let linked = (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= MAX_LINK;
        let title = match clean(title) {
            title if title.is_empty() && linked => url.to_owned(),
            title => title,
        };
        let below =
            lines.iter().map(|line| line.trim()).filter(|line| !clean(line).is_empty()).collect::<Vec<_>>().join("\n");
        let units = units(&title) + units(&below) + 1;
        if title.is_empty() || units > MAX_UNITS {
            self.flow(Style::Bold, &title);
            if linked {
                self.flow(Style::Plain, url);
            }
            self.flow(Style::Plain, &below);
            return;
        }
        let head = if linked {
            format!("<a href=\"{}\">{}</a>", escape(url).replace('"', "&quot;"), escape(&title))
        } else {
            format!("<b>{}</b>", escape(&title))
        };
        let html = if below.is_empty() { head } else { format!("{head}\n{}", escape(&below)) };
        let piece = Piece { html, units, marks: 1 };
        if !self.page.has_room_for(&piece) {
            self.turn();
        }
        self.put(&piece, "\n\n");
    }

    fn put(&mut self, piece: &Piece, gap_after: &'static str) {
        let page = &mut self.page;
        page.html.push_str(page.gap);
        page.html.push_str(&piece.html);
        page.units += page.gap.len() + piece.units;
        page.marks += piece.marks;
        page.gap = gap_after;
    }

    fn turn(&mut self) {
        let page = std::mem::take(&mut self.page);
        if !page.is_empty() {
            self.done.push(page.html);
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.turn();
        self.done
    }
}

/// Splits a text so that the first piece fits into `room` units: all of it, or up to the end of a line, or (if
/// `anywhere`) up to any character. The first piece is empty when nothing of that is possible.
fn cut(text: &str, room: usize, anywhere: bool) -> (&str, &str) {
    let mut used = 0;
    let Some((end, next)) = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > room
    }) else {
        return (text, "");
    };
    // A line that ends just where the room ends counts too.
    let line_end = if next == '\n' { Some(end) } else { text[..end].rfind('\n') };
    match line_end {
        Some(at) => (&text[..at], &text[at..]),
        None if anywhere => text.split_at(end),
        None => ("", text),
    }
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Escapes what HTML would read as its own, and drops the control characters that Telegram would drop.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()) {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests;
