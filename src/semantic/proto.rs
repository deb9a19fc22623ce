//! Reads what is needed of a `SentencePiece` model: its pieces with their scores, and its table of characters.

/// The parts of a model that cut a text.
pub(crate) struct Vocabulary<'a> {
    pub(crate) pieces: Vec<(Box<str>, f32)>,
    pub(crate) map: &'a [u8],
}

/// Reads them. `None` when the bytes are no such model.
pub(crate) fn vocabulary(bytes: &[u8]) -> Option<Vocabulary<'_>> {
    let mut pieces = Vec::new();
    let mut map = None;
    for field in Fields(bytes) {
        match field? {
            // A piece: its text and its score.
            (1, Value::Bytes(piece)) => {
                let (mut text, mut score) = ("", 0.0);
                for field in Fields(piece) {
                    match field? {
                        (1, Value::Bytes(bytes)) => text = std::str::from_utf8(bytes).ok()?,
                        (2, Value::Four(bytes)) => score = f32::from_le_bytes(bytes),
                        _ => {}
                    }
                }
                if !f32::is_finite(score) {
                    return None;
                }
                pieces.push((text.into(), score));
            }
            // The normaliser: its table is the second field.
            (3, Value::Bytes(normaliser)) => {
                for field in Fields(normaliser) {
                    if let (2, Value::Bytes(bytes)) = field? {
                        map = Some(bytes);
                    }
                }
            }
            _ => {}
        }
    }
    if pieces.is_empty() {
        return None;
    }
    Some(Vocabulary { pieces, map: map? })
}

enum Value<'a> {
    Bytes(&'a [u8]),
    Four([u8; 4]),
    Other,
}

/// The fields of a message in the wire form of protocol buffers.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => {
                self.number()?;
                Value::Other
            }
            1 => {
                self.take(8)?;
                Value::Other
            }
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => Value::Four(self.take(4)?.try_into().ok()?),
            _ => return None,
        };
        Some((tag >> 3, value))
    }
}

impl<'a> Iterator for Fields<'a> {
    /// A field, or `None` for what isn't one; then nothing follows.
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_table_are_read_and_broken_ones_refused() {
        // Piece "a" with the score 1.0, a normaliser with the table "xy", and a number that nobody needs.
        let model = [0x0a, 8, 0x0a, 1, b'a', 0x15, 0, 0, 0x80, 0x3f, 0x1a, 4, 0x12, 2, b'x', b'y', 0x20, 0xff, 1];
        let read = vocabulary(&model).unwrap();
        assert_eq!(read.pieces, [("a".into(), 1.0)]);
        assert_eq!(read.map, b"xy");
        for cut in 1..model.len() {
            let read = vocabulary(&model[..cut]);
            assert!(read.is_none() || cut >= 16, "cut at {cut}");
        }
        assert!(vocabulary(&[0xff; 40]).is_none());
    }
}
