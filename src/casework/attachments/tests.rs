//! Every way in which a file can lie about what it is.

use proptest::prelude::*;

use super::{
    forged::{packed, packed_with, png, sound},
    *,
};

const LIMITS: Limits = Limits { bytes: 4 * 1024 * 1024, per_ticket: 3 };

fn named(kind: Kind) -> String {
    format!("附件.{}", kind.endings()[0])
}

fn checked(kind: Kind, bytes: &[u8]) -> Result<Kind, Fault> {
    check(&named(kind), kind.media_type(), bytes, &LIMITS)
}

#[test]
fn a_sound_file_of_each_kind_is_taken() {
    for kind in Kind::ALL {
        assert_eq!(checked(kind, &sound(kind)), Ok(kind));
        assert_eq!(Kind::named(kind.name()), Some(kind));
        // A browser that doesn't know the ending says nothing, and endings are written as people like.
        let loud = named(kind).to_uppercase();
        assert_eq!(check(&loud, "", &sound(kind), &LIMITS), Ok(kind));
        assert_eq!(check(&loud, "application/octet-stream", &sound(kind), &LIMITS), Ok(kind));
    }
    assert_eq!(check("a.jpeg", "image/jpeg", &sound(Kind::Jpeg), &LIMITS), Ok(Kind::Jpeg));
    assert_eq!(check("a.txt", "text/plain", "\u{feff}有标记".as_bytes(), &LIMITS), Ok(Kind::Text));
}

#[test]
fn name_type_and_content_must_agree_in_every_combination() {
    for name in Kind::ALL {
        for declared in Kind::ALL {
            for content in Kind::ALL {
                let taken = check(&named(name), declared.media_type(), &sound(content), &LIMITS);
                if name != declared {
                    assert_eq!(taken, Err(Fault::Declared { named: name }));
                } else if name == content {
                    assert_eq!(taken, Ok(name));
                } else {
                    assert_eq!(taken, Err(Fault::Content { named: name, found: Some(content) }));
                }
            }
        }
    }
}

#[test]
fn pages_drawings_and_programs_are_nothing_that_is_taken() {
    let others: [&[u8]; 12] = [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  \n<HTML><body>x</body></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"{\\rtf1 x}",
        b"GIF89a\x01\x00\x01\x00",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02\x01",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"Rar!\x1a\x07\x00",
        b"\xff\xfe\x00\x01",
        b"\xb5\xda\xd2\xbb\xcc\xf5",
    ];
    for bytes in others {
        for kind in Kind::ALL {
            let refused = checked(kind, bytes).unwrap_err();
            assert!(matches!(refused, Fault::Content { .. }), "{kind:?} {refused:?} {:?}", &bytes[..4]);
        }
    }
    for name in ["a.html", "a.svg", "a.exe", "a.pdf.exe", "pdf", "a.", "a.docm", "a.doc", "a.zip"] {
        let refused = check(name, "", &sound(Kind::Pdf), &LIMITS).unwrap_err();
        assert!(matches!(refused, Fault::UnknownEnding | Fault::BadName), "{name}");
    }
}

#[test]
fn a_name_is_a_name_and_nothing_more() {
    let long = format!("{}.pdf", "长".repeat(MAX_NAME));
    for name in [
        "",
        " ",
        ".pdf",
        "../a.pdf",
        "a/b.pdf",
        "C:\\a.pdf",
        "a\nb.pdf",
        "a\u{0}.pdf",
        "\u{202e}fdp.exe.pdf",
        "a\u{200b}.pdf",
        "a\u{2066}b\u{2069}.pdf",
        "\u{feff}a.pdf",
        " a.pdf",
        "a.pdf ",
        "a\".pdf",
        &long,
    ] {
        assert_eq!(check(name, "", &sound(Kind::Pdf), &LIMITS), Err(Fault::BadName), "{name:?}");
    }
    assert!(check("关于《办法》的说明（第 2 稿）.pdf", "application/pdf", &sound(Kind::Pdf), &LIMITS).is_ok());
}

#[test]
fn empty_and_too_large_files_are_refused() {
    for kind in Kind::ALL {
        assert_eq!(checked(kind, b""), Err(Fault::Empty));
        let large = vec![b'a'; LIMITS.bytes + 1];
        assert_eq!(checked(kind, &large), Err(Fault::TooLarge { max: LIMITS.bytes }));
    }
}

#[test]
fn what_is_hidden_before_or_after_is_found() {
    let archive = packed(&["a.js"]);
    let page = b"<html><script>alert(1)</script></html>";
    for kind in [Kind::Pdf, Kind::Png, Kind::Jpeg, Kind::Docx, Kind::Xlsx] {
        for hidden in [&archive[..], &page[..], b"MZ\x90 a program"] {
            let after = [&sound(kind)[..], hidden].concat();
            assert!(checked(kind, &after).is_err(), "{kind:?} with something after it");
            let before = [hidden, &sound(kind)[..]].concat();
            assert!(checked(kind, &before).is_err(), "{kind:?} with something before it");
        }
        let cut = sound(kind);
        assert!(checked(kind, &cut[..cut.len() - 3]).is_err(), "{kind:?} cut off");
    }
    // A PDF that begins with another file's start, or is a page for whoever guesses.
    assert!(checked(Kind::Pdf, b"%PDF-1.7\n<html><script>alert(1)</script>\n%%EOF").is_err());
    assert!(checked(Kind::Pdf, b"\x89PNG\r\n\x1a\n%PDF-1.7\n%%EOF").is_err());
    assert!(checked(Kind::Pdf, b"%PDF-x\n%%EOF").is_err());
    // An archive in the data of a picture ends before the picture does, and one in its last remark doesn't.
    assert!(checked(Kind::Png, &png(&archive)).is_err());
    let script = png(b"<script>alert(1)</script>");
    assert_eq!(checked(Kind::Png, &script), Err(Fault::Unsound { named: Kind::Png }));
    // Text that a reader would take for something else.
    assert!(checked(Kind::Text, b"\n\n%PDF-1.7").is_err());
    assert!(checked(Kind::Text, "说明\n<script>alert(1)</script>".as_bytes()).is_err());
    assert!(checked(Kind::Text, "响铃\u{7}".as_bytes()).is_err());
}

#[test]
fn packed_documents_have_the_right_parts_and_are_no_bombs() {
    const NEEDED: [&str; 3] = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"];
    let content = |found| Err(Fault::Content { named: Kind::Docx, found });
    assert_eq!(checked(Kind::Docx, &packed(&["a.txt"])), content(None));
    assert_eq!(checked(Kind::Docx, &packed(&NEEDED[1..])), content(None));
    assert_eq!(checked(Kind::Docx, &packed(&[NEEDED[0], NEEDED[1], "xl/workbook.xml"])), content(Some(Kind::Xlsx)));
    assert_eq!(checked(Kind::Docx, &packed(&[NEEDED[0], NEEDED[1], NEEDED[2], "xl/workbook.xml"])), content(None));
    for odd in ["../../etc/passwd", "/etc/passwd", "word\\..\\x", "word/vbaProject.bin", "word/embeddings/a.exe"] {
        let bytes = packed(&[NEEDED[0], NEEDED[1], NEEDED[2], odd]);
        assert!(checked(Kind::Docx, &bytes).is_err(), "{odd}");
    }
    let mut parts: Vec<(&str, Vec<u8>)> = NEEDED.iter().map(|name| (*name, b"<x/>".to_vec())).collect();
    parts.push(("word/media/a.bin", vec![0; 3 * 1024 * 1024]));
    assert_eq!(checked(Kind::Docx, &packed_with(&parts)), Err(Fault::Unsafe));
    // A directory that claims far more parts than there is room for.
    let mut claims = sound(Kind::Docx);
    let end = claims.len() - 22;
    claims[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert!(checked(Kind::Docx, &claims).is_err());
}

#[test]
fn a_file_is_handed_out_to_be_saved() {
    let file = Attachment {
        id: "1".into(),
        ticket_id: "t".into(),
        unit: "hrss".into(),
        aim: Aim::Reply,
        name: "办 法\u{2019}s.pdf".into(),
        kind: Kind::Pdf,
        size: 1,
        sha256: String::new(),
        added_by: "anna".into(),
        added_at: Timestamp::UNIX_EPOCH,
    };
    let headers = file.headers();
    let of = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    assert_eq!(of("content-disposition"), Some("attachment; filename*=UTF-8''%E5%8A%9E%20%E6%B3%95%E2%80%99s.pdf"));
    assert_eq!(of("content-type"), Some("application/pdf"));
    assert_eq!(of("x-content-type-options"), Some("nosniff"));
    assert_eq!(of("content-security-policy"), Some("default-src 'none'; sandbox"));
}

proptest! {
    /// Whatever comes: no panic, and what is taken is what its name says by its first bytes.
    #[test]
    fn hostile_bytes_are_survived(
        start in prop::sample::select(Kind::ALL.to_vec()),
        name in prop::sample::select(Kind::ALL.to_vec()),
        cut in 0_usize..200,
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = sound(start);
        bytes.truncate(cut);
        bytes.extend(noise);
        if let Ok(kind) = checked(name, &bytes) {
            prop_assert_eq!(kind, name);
            prop_assert_eq!(super::kind::begins(&bytes), Some(kind));
        }
    }

    /// Names are taken or refused, and never say more than one kind.
    #[test]
    fn any_name_is_survived(name in "\\PC{0,40}|[a-z./\\\\\u{202e}]{0,12}") {
        if let Ok(kind) = check(&name, "", &sound(Kind::Pdf), &LIMITS) {
            prop_assert_eq!(kind, Kind::Pdf);
            let plain = !name.contains(['/', '\\', '\u{202e}']);
            prop_assert!(plain && name.to_lowercase().ends_with(".pdf"));
        }
    }
}
