//! The normaliser of a `SentencePiece` model: a table that says how the beginning of a text is written instead.

use crate::semantic::bytes::Cursor;
use crate::semantic::pieces::BLANK;

/// A double array of bytes (the form of `darts-clone`) with the number of a replacement at each end.
#[derive(Debug)]
pub(crate) struct CharsMap {
    units: Vec<u32>,
    /// The replacements, each with a zero at its end.
    replacements: Vec<u8>,
}

impl CharsMap {
    /// Reads the table as it stands in a model.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let length = cursor.size()?;
        let units = cursor.u32s(length / 4)?;
        let replacements = bytes.get(4 + length..)?.to_vec();
        // Every number in the array must lead to a replacement that ends and is text; then nothing can fail later.
        std::str::from_utf8(&replacements).ok()?;
        if units.is_empty() || replacements.last().is_some_and(|last| *last != 0) {
            return None;
        }
        Some(Self { units, replacements })
    }

    /// A text as the vocabulary writes it: characters replaced, runs of blanks as one [`BLANK`], and one before the text.
    pub(crate) fn normalise(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + BLANK.len_utf8());
        out.push(BLANK);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let (written, length) = self.beginning(rest).unwrap_or((&rest[..c.len_utf8()], c.len_utf8()));
            for c in written.chars() {
                let c = if c == ' ' { BLANK } else { c };
                if c != BLANK || !out.ends_with(BLANK) {
                    out.push(c);
                }
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        while out.ends_with(BLANK) {
            out.pop();
        }
        out
    }

    /// How the longest known beginning of `text` is written, and its length in bytes.
    fn beginning(&self, text: &str) -> Option<(&str, usize)> {
        let offset = |unit: u32| (unit >> 10) << ((unit & 0x200) >> 6);
        let mut found = None;
        let mut at = offset(*self.units.first()?);
        for (length, byte) in (1..).zip(text.bytes()) {
            at ^= u32::from(byte);
            let Some(&unit) = self.units.get(at as usize) else { break };
            if unit & 0x8000_00ff != u32::from(byte) {
                break;
            }
            at ^= offset(unit);
            // The bit says that a known text ends here; its value stands at the next place.
            if unit & 0x100 != 0 {
                found = self.units.get(at as usize).map(|value| (value & 0x7fff_ffff, length));
            }
        }
        let (value, length) = found?;
        let from = self.replacements.get(value as usize..)?;
        let end = from.iter().position(|byte| *byte == 0)?;
        text.is_char_boundary(length).then_some(())?;
        Some((std::str::from_utf8(&from[..end]).ok()?, length))
    }
}
