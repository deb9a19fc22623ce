//! What is wrong in a file.

use std::fmt;

/// A fault in a file: where it is, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileFault {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

impl FileFault {
    pub(super) fn new(file: &str, line: usize, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: line.max(1), reason: reason.into() }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

/// The line on which a byte lies, from 1.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].split(|byte| *byte == b'\n').count()
}

/// A file's bytes as text, without a byte order mark and with plain line ends.
pub(super) fn decode(file: &str, bytes: &[u8]) -> Result<String, FileFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        FileFault::new(file, line, "this isn't UTF-8: save the file as UTF-8")
    })?;
    Ok(text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n"))
}
