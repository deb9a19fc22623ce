//! Markdown headings and the text under each, with their lines.

use super::fault::FileFault;
use crate::message::clean;

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    /// How many `#`; 0 for the text before the first heading.
    pub(super) level: usize,
    /// The heading's words.
    pub(super) heading: String,
    /// The heading's line, from 1.
    pub(super) line: usize,
    /// The text, trimmed.
    pub(super) text: String,
}

/// Cuts a text into sections; the first one is what stands before any heading.
pub(super) fn split(body: &str, first_line: usize) -> Vec<Section> {
    let mut sections = vec![Section { level: 0, heading: String::new(), line: first_line, text: String::new() }];
    let mut lines: Vec<&str> = Vec::new();
    for (number, line) in body.lines().enumerate() {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if level == 0 {
            lines.push(line);
            continue;
        }
        finish(&mut sections, &mut lines);
        let heading = clean(&line[level..]);
        sections.push(Section { level, heading, line: first_line + number, text: String::new() });
    }
    finish(&mut sections, &mut lines);
    sections
}

fn finish(sections: &mut [Section], lines: &mut Vec<&str>) {
    if let Some(last) = sections.last_mut() {
        last.text = clean(&lines.join("\n"));
    }
    lines.clear();
}

impl Section {
    /// The fault of having no words where words are needed.
    pub(super) fn must_not_be_empty(&self, file: &str) -> Result<(), FileFault> {
        if self.heading.is_empty() {
            return Err(FileFault::new(file, self.line, "the heading has no words"));
        }
        if self.text.is_empty() {
            return Err(FileFault::new(file, self.line, format!("there is no text under \"{}\"", self.heading)));
        }
        Ok(())
    }
}
