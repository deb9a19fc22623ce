//! Packed documents (Office Open XML): a ZIP archive with the right parts. Only its directory is read; nothing is unpacked.

use std::io::Cursor;

use zip::ZipArchive;

use super::{Fault, Kind};

/// More parts than this has no letter and no table.
const MAX_PARTS: usize = 4_096;
/// The most that all parts together may unpack to, in bytes.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// How many times its packed size a large part may have.
const MAX_RATIO: u64 = 200;
/// Smaller parts may be packed as tightly as they like.
const SMALL: u64 = 1024 * 1024;
/// The end of a directory: its mark, its length without a remark, and the longest remark.
const END: (&[u8], usize, usize) = (b"PK\x05\x06", 22, 65_535);

/// Which document an archive is, by its main part; none where it is neither, or both.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    let archive = open(bytes)?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if !has("[Content_Types].xml") || !has("_rels/.rels") {
        return None;
    }
    match (has("word/document.xml"), has("xl/workbook.xml")) {
        (true, false) => Some(Kind::Docx),
        (false, true) => Some(Kind::Xlsx),
        _ => None,
    }
}

/// Whether an archive is the document that it says it is, and safe to hand on.
pub(super) fn check(named: Kind, bytes: &[u8]) -> Result<(), Fault> {
    let found = kind(bytes);
    if found != Some(named) {
        return Err(Fault::Content { named, found });
    }
    let mut archive = open(bytes).ok_or(Fault::Unsound { named })?;
    // Something before the archive, or after it.
    if archive.offset() != 0 || end(bytes).is_none_or(|end| end + END.1 != bytes.len()) {
        return Err(Fault::Unsound { named });
    }
    // Parts that share bytes: the smallest way to unpack to a lot.
    if archive.has_overlapping_entries().unwrap_or(true) {
        return Err(Fault::Unsafe);
    }
    let mut unpacked = 0_u64;
    for place in 0..archive.len() {
        let part = archive.by_index_raw(place).map_err(|_| Fault::Unsound { named })?;
        unpacked = unpacked.saturating_add(part.size());
        let bomb = part.size() > SMALL && part.size() / part.compressed_size().max(1) > MAX_RATIO;
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        let outside = name.starts_with('/') || name.contains('\\') || name.split('/').any(|step| step == "..");
        let ending = name.rsplit('.').next().unwrap_or_default();
        let program = name.ends_with("vbaproject.bin") || matches!(ending, "exe" | "dll" | "js" | "vbs" | "bat");
        if bomb || outside || program || part.encrypted() || unpacked > MAX_UNPACKED {
            return Err(Fault::Unsafe);
        }
    }
    Ok(())
}

/// Whether a file that is something else could be opened as an archive too: a directory ends where the file ends.
pub(super) fn ends_packed(bytes: &[u8]) -> bool {
    end(bytes).is_some_and(|at| {
        let remark = bytes.get(at + 20..at + 22).map_or(0, |two| usize::from(u16::from_le_bytes([two[0], two[1]])));
        at + END.1 + remark <= bytes.len()
    })
}

fn open(bytes: &[u8]) -> Option<ZipArchive<Cursor<&[u8]>>> {
    let at = end(bytes)?;
    // How many parts the directory says it has, before room is made for them.
    let parts = bytes.get(at + 10..at + 12).map(|two| usize::from(u16::from_le_bytes([two[0], two[1]])))?;
    if parts > MAX_PARTS {
        return None;
    }
    ZipArchive::new(Cursor::new(bytes)).ok()
}

/// Where the last end of a directory stands, as near to the file's end as it may.
fn end(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(END.1 + END.2);
    bytes[from..].windows(END.0.len()).rposition(|part| part == END.0).map(|at| from + at)
}
