//! The program's source, read the way these tests need it: without comments and test code.

use std::path::Path;

/// A source file. `code` and `text` have the same length, so a place in one is the same place in the other.
pub struct Source {
    /// Its path below `src`, such as `store/mod.rs`.
    pub path: String,
    /// The code, with comments, strings and test code blanked.
    pub code: String,
    /// The same with its strings.
    pub text: String,
}

impl Source {
    /// Every file of the program.
    pub fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut sources = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
                    let name = path.strip_prefix(&root).unwrap().display().to_string();
                    sources.push(Self::read(name, &std::fs::read_to_string(&path).unwrap()));
                }
            }
        }
        assert!(sources.len() > 20, "the source wasn't found");
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        sources
    }

    /// Takes a file's text apart.
    pub fn read(path: String, original: &str) -> Self {
        let (mut code, mut text) = (original.as_bytes().to_vec(), original.as_bytes().to_vec());
        let mut at = 0;
        while at < code.len() {
            let (end, is_comment) = skipped(original.as_bytes(), at);
            blank(&mut code[at..end]);
            if is_comment {
                blank(&mut text[at..end]);
            }
            at = end.max(at + 1);
        }
        while let Some(start) = find(&code, b"#[cfg(test)]") {
            let item = start + b"#[cfg(test)]".len();
            let stop =
                code[item..].iter().position(|byte| matches!(byte, b';' | b'{')).map_or(code.len(), |n| item + n);
            let end = if code.get(stop) == Some(&b'{') { closing(&code, stop) + 1 } else { stop };
            let end = end.min(code.len());
            blank(&mut code[start..end]);
            blank(&mut text[start..end]);
        }
        Self { path, code: String::from_utf8(code).unwrap(), text: String::from_utf8(text).unwrap() }
    }

    /// The room it belongs to: the first part of its path.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// The line, from 1, of a place in it.
    pub fn line(&self, at: usize) -> usize {
        self.code.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    /// Every place of a word: not where it is a part of another.
    pub fn places_of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        let bytes = self.code.as_bytes();
        self.code.match_indices(word).map(|(at, _)| at).filter(move |at| {
            (*at == 0 || !is_name(bytes[at - 1])) && bytes.get(at + word.len()).is_none_or(|byte| !is_name(*byte))
        })
    }

    /// Where the bracket at `open` closes.
    pub fn closing(&self, open: usize) -> usize {
        closing(self.code.as_bytes(), open)
    }
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    code.len()
}

/// Where the comment, string or character that begins at `at` ends, and whether it is a comment; `at` itself when
/// ordinary code stands there.
fn skipped(bytes: &[u8], at: usize) -> (usize, bool) {
    let rest = &bytes[at..];
    let after = |found: Option<usize>, length: usize| found.map_or(bytes.len(), |n| at + n + length);
    if rest.starts_with(b"//") {
        return (after(find(rest, b"\n"), 0), true);
    }
    if rest.starts_with(b"/*") {
        return (after(find(rest, b"*/"), 2), true);
    }
    if rest[0] == b'r' && (at == 0 || !is_name(bytes[at - 1]) || bytes[at - 1] == b'b') {
        let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
        if rest.get(1 + hashes) == Some(&b'"') {
            let end = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
            let inside = 2 + hashes;
            return (after(find(&rest[inside..], &end).map(|n| n + inside), end.len()), false);
        }
    }
    if rest[0] == b'"' {
        return (at + quoted(rest), false);
    }
    if rest[0] == b'\'' {
        if rest.get(1) == Some(&b'\\') {
            return (at + quoted(rest), false);
        }
        // A character closes after one character; a lifetime doesn't close.
        let width = std::str::from_utf8(&rest[1..rest.len().min(5)])
            .unwrap_or_else(|error| std::str::from_utf8(&rest[1..=error.valid_up_to()]).unwrap_or_default())
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        if rest.get(1 + width) == Some(&b'\'') {
            return (at + width + 2, false);
        }
    }
    (at, false)
}

/// The length of a string or character, with its quotes.
fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != rest[0] {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

#[test]
fn comments_strings_and_test_code_are_left_out() {
    let source = Source::read(
        "x.rs".into(),
        "// crate::a\nlet b = '\"'; f::<'a>(\"crate::\\\"c\", r#\"{\"\"#, '字'); /* { */\n#[cfg(test)]\nmod t { fn e() {} }\nuse d;",
    );
    let words: String = source.code.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "let b = ; f::<'a>( , , ); use d;");
    assert!(source.text.contains("crate::\\\"c") && !source.text.contains("fn e"));
    assert_eq!(source.line(source.code.find("use d").unwrap()), 5);
}
