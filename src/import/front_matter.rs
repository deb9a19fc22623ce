//! Splits a file into its TOML front matter, between two lines `+++`, and the Markdown below.

use serde::de::DeserializeOwned;

use super::fault::{FileFault, line_at};

/// A file in its two parts, which know their places.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrontMatter<'a> {
    /// The file, as it was named.
    pub(super) file: &'a str,
    /// The TOML text.
    pub(super) toml: &'a str,
    /// The Markdown text.
    pub(super) body: &'a str,
    /// The line on which the Markdown begins, from 1.
    pub(super) body_line: usize,
}

/// The TOML begins on the line after the first `+++`.
const TOML_LINE: usize = 2;

impl<'a> FrontMatter<'a> {
    /// Splits `text`.
    pub(super) fn split(file: &'a str, text: &'a str) -> Result<Self, FileFault> {
        let mut offset = 0;
        let mut begin = None;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let fence = line.trim_end() == "+++";
            match (begin, fence) {
                (None, true) if number == 0 => begin = Some(line.len()),
                (None, _) => break,
                (Some(begin), true) => {
                    let (toml, body) = (&text[begin..offset], &text[offset + line.len()..]);
                    return Ok(Self { file, toml, body, body_line: number + 2 });
                }
                (Some(_), false) => {}
            }
            offset += line.len();
        }
        Err(match begin {
            None => FileFault::new(file, 1, "the first line must be +++, then the TOML keys, then a line +++"),
            Some(_) => FileFault::new(file, 1, "the line +++ that closes the front matter is missing"),
        })
    }

    /// Reads the TOML as a type; a missing, unknown or mistyped key is a fault on its line.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, FileFault> {
        toml::from_str(self.toml).map_err(|error| {
            let line = error.span().map_or(0, |span| line_at(self.toml, span.start) - 1);
            FileFault::new(self.file, TOML_LINE + line, error.message().replace('\n', " "))
        })
    }

    /// A fault in the value of a plain key.
    pub(super) fn fault_at(&self, key: &str, reason: impl Into<String>) -> FileFault {
        let is_key = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|r| r.trim_start().starts_with('='));
        let line = self.toml.lines().position(is_key).unwrap_or(0);
        FileFault::new(self.file, TOML_LINE + line, reason)
    }

    /// A fault in one of the tables `[[name]]`, counted from 0.
    pub(super) fn fault_in_table(&self, name: &str, place: usize, reason: impl Into<String>) -> FileFault {
        let header = format!("[[{name}]]");
        let mut headers = self.toml.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(&header));
        let line = headers.nth(place).map_or(0, |(line, _)| line);
        FileFault::new(self.file, TOML_LINE + line, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Plain {
        id: String,
    }

    #[test]
    fn parts_know_their_lines() {
        let matter = FrontMatter::split("x.md", "+++\nid = \"a\"\n+++\n\nbody\n").unwrap();
        assert_eq!((matter.toml, matter.body, matter.body_line), ("id = \"a\"\n", "\nbody\n", 4));
        assert_eq!(matter.parse::<Plain>().unwrap().id, "a");
    }

    #[test]
    fn faults_are_on_the_line_where_they_are() {
        let line = |text: &str| match FrontMatter::split("x.md", text) {
            Ok(matter) => matter.parse::<Plain>().map_or_else(|fault| fault.line, |_| 0),
            Err(fault) => fault.line,
        };
        assert_eq!(line("+++\nid = \"a\"\nidd = 1\n+++\n"), 3);
        assert_eq!(line("+++\n\nid = \n+++\n"), 3);
        assert_eq!(line("id = 1"), 1);
        assert_eq!(line("+++\nid = \"a\"\n"), 1);
        assert_eq!(line(""), 1);
    }
}
