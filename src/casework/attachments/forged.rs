//! Files for tests: sound ones, made with as few bytes as they may have.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::Kind;

/// A sound file of a kind.
pub(in crate::casework::attachments) fn sound(kind: Kind) -> Vec<u8> {
    match kind {
        Kind::Pdf => b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n".to_vec(),
        Kind::Png => png(b"data"),
        Kind::Jpeg => [
            &[0xff, 0xd8, 0xff, 0xe0, 0, 4, b'J', b'F'][..],
            &[0xff, 0xc0, 0, 5, 8, 0, 1, 0xff, 0xda, 0, 4, 1, 0, 0x12, 0x34],
            &[0xff, 0xd9],
        ]
        .concat(),
        Kind::Text => "第一条 本办法\n\t自公布之日起施行。\r\n".as_bytes().to_vec(),
        Kind::Docx => packed(&["[Content_Types].xml", "_rels/.rels", "word/document.xml"]),
        Kind::Xlsx => packed(&["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"]),
    }
}

/// A PNG with some data.
pub(in crate::casework::attachments) fn png(data: &[u8]) -> Vec<u8> {
    let mut bytes = super::image::PNG.to_vec();
    for (name, data) in [(b"IHDR", &[0; 13][..]), (b"IDAT", data), (b"IEND", b"")] {
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(name);
        bytes.extend(data);
        bytes.extend([0; 4]);
    }
    bytes
}

/// An archive with these parts.
pub(in crate::casework::attachments) fn packed(names: &[&str]) -> Vec<u8> {
    let parts: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (*name, b"<x/>".to_vec())).collect();
    packed_with(&parts)
}

/// An archive with these parts and their content.
pub(in crate::casework::attachments) fn packed_with(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
