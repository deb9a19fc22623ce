//! Pictures, walked from length to length: whole, and nothing after their end.

/// How every PNG begins.
pub(super) const PNG: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

/// A header, data, and an end that is the file's.
pub(super) fn is_whole_png(bytes: &[u8]) -> bool {
    let (mut at, mut first, mut data) = (PNG.len(), true, false);
    loop {
        let Some(&[a, b, c, d, ref name @ ..]) = bytes.get(at..at + 8) else { return false };
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if first != (name == b"IHDR") || !name.iter().all(u8::is_ascii_alphabetic) {
            return false;
        }
        // The length, the name, the data and a checksum.
        let Some(next) = at.checked_add(length).and_then(|end| end.checked_add(12)) else { return false };
        if name == b"IEND" {
            return data && length == 0 && next == bytes.len();
        }
        data |= name == b"IDAT";
        (at, first) = (next, false);
    }
}

/// Segments up to the picture, a frame among them, and the end of the picture at the end of the file. Some cameras fill up
/// with zeros.
pub(super) fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let filled = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let bytes = &bytes[..filled];
    if !bytes.ends_with(&[0xff, 0xd9]) {
        return false;
    }
    let (mut at, mut frame) = (2, false);
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        match marker {
            // Filling bytes.
            0xff => {
                at += 1;
                continue;
            }
            // The picture itself begins.
            0xda => return frame,
            // A frame; three of these numbers are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => frame = true,
            0xd8 | 0xd9 => return false,
            _ => {}
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
    }
    false
}
