//! The kinds of files that are taken, and how each is told by its bytes. No more is read than the beginning, the end and
//! the lengths in between.

use serde::{Deserialize, Serialize};

use super::{Fault, container, image};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// Plain text in UTF-8.
    Text,
    /// A document of a word processor (Office Open XML).
    Docx,
    /// A workbook (Office Open XML).
    Xlsx,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Jpeg, Self::Png, Self::Text, Self::Docx, Self::Xlsx];

    /// Its name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Text => "text",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// The kind with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The endings of names.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Png => &["png"],
            Self::Text => &["txt"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
        }
    }

    /// The kind that a name's ending says.
    pub fn by_ending(name: &str) -> Option<Self> {
        let (stem, ending) = name.rsplit_once('.')?;
        let says = |kind: &Self| kind.endings().iter().any(|known| known.eq_ignore_ascii_case(ending));
        Self::ALL.into_iter().find(says).filter(|_| !stem.is_empty())
    }

    /// The media type that it is served with.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Text => "text/plain; charset=utf-8",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// Whether a declared media type agrees. A browser that doesn't know the ending declares nothing, or bytes.
    pub(super) fn is_declared_by(self, declared: &str) -> bool {
        let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let declared = essence(declared);
        declared.is_empty() || declared == "application/octet-stream" || declared == essence(self.media_type())
    }

    /// Whether it is a packed folder of parts.
    pub(super) fn is_packed(self) -> bool {
        matches!(self, Self::Docx | Self::Xlsx)
    }
}

/// What the first bytes say. A packed document is called a DOCX until its parts are looked at; what begins like none of
/// the others may be text.
pub(super) fn begins(bytes: &[u8]) -> Option<Kind> {
    let found = if bytes.starts_with(b"%PDF-") {
        Kind::Pdf
    } else if bytes.starts_with(&image::PNG) {
        Kind::Png
    } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        Kind::Jpeg
    } else if bytes.starts_with(b"PK\x03\x04") {
        container::kind(bytes).unwrap_or(Kind::Docx)
    } else if is_plain_text(bytes) {
        Kind::Text
    } else {
        return None;
    };
    Some(found)
}

/// Whether a file that begins as a kind is that kind to its end, and nothing besides.
pub(super) fn sound(kind: Kind, bytes: &[u8]) -> Result<(), Fault> {
    let whole = match kind {
        Kind::Text => true,
        Kind::Docx | Kind::Xlsx => return container::check(kind, bytes),
        Kind::Pdf => is_whole_pdf(bytes),
        Kind::Png => image::is_whole_png(bytes),
        Kind::Jpeg => image::is_whole_jpeg(bytes),
    };
    if whole && (kind == Kind::Text || !(is_page(head(bytes)) || container::ends_packed(bytes))) {
        Ok(())
    } else {
        Err(Fault::Unsound { named: kind })
    }
}

/// UTF-8 without control characters that is no page, picture or program in text.
fn is_plain_text(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let written = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    let start = text.trim_start();
    let is_other = start.starts_with("<?xml") || start.starts_with("{\\rtf") || start.contains("%PDF-");
    text.chars().all(written) && !start.is_empty() && !is_other && !is_page(head(bytes))
}

/// A version, and an end with nothing but line breaks after it.
fn is_whole_pdf(bytes: &[u8]) -> bool {
    const END: &[u8] = b"%%EOF";
    let version = matches!(bytes.get(5..8), Some([b'1' | b'2', b'.', digit]) if digit.is_ascii_digit());
    let end = bytes.windows(END.len()).rposition(|part| part == END);
    let rest = end.and_then(|at| bytes.get(at + END.len()..));
    version && rest.is_some_and(|rest| rest.len() <= 8 && rest.iter().all(u8::is_ascii_whitespace))
}

/// So much of the beginning is searched for the marks of a page: browsers that guess look no further.
const HEAD: usize = 1_024;

fn head(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(HEAD)]
}

/// Whether a beginning holds what a browser might take for a page.
fn is_page(head: &[u8]) -> bool {
    const MARKS: [&[u8]; 9] =
        [b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?php", b"javascript:"];
    let lower = head.to_ascii_lowercase();
    MARKS.iter().any(|mark| lower.windows(mark.len()).any(|part| part == *mark))
}
