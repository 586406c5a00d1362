//! Damaged, cut and hostile copies of every format: read or refused, never a panic, and every place within the file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod made;

use document::{Kind, detect, read};
use made::{cda, docx, fhir_bundle, mdm, pdf};
use proptest::prelude::*;

/// One sound file of each format.
fn seeds() -> Vec<(Kind, Vec<u8>)> {
    let page = "BT /F1 12 Tf 72 720 Td (Assessment: strep throat) Tj ET";
    vec![
        (Kind::Text, "Assessment: strep throat \u{2013} caf\u{e9}".as_bytes().to_vec()),
        (
            Kind::Rtf,
            br"{\rtf1\ansi\u233 ?{\*\x y}\trowd a\cell b\cell\row{\listtext x}strep\par \'b0 \bin2 xx}".to_vec(),
        ),
        (Kind::Docx, docx("<w:p><w:r><w:t>strep &amp; throat</w:t></w:r></w:p>", &[("word/header1.xml", "head")])),
        (Kind::Pdf, pdf(&[page, page])),
        (Kind::Html, b"<html><p>strep &amp; <b>throat</b><ul><li>x</ul><script>y</script></html>".to_vec()),
        (Kind::Cda, cda("<section><title>A</title><text><list><item>strep</item></list></text></section>")),
        (Kind::Hl7, mdm("strep\\.br\\throat", b"plan").into_bytes()),
        (Kind::Fhir, fhir_bundle("text/plain", b"strep throat").into_bytes()),
    ]
}

/// Reads as every kind a file might be taken for; what is read must be sound.
fn try_all(kind: Kind, bytes: &[u8]) {
    let detected = detect(bytes).ok();
    for kind in [Some(kind), detected.filter(|d| *d != kind)].into_iter().flatten() {
        for note in read(bytes, kind).unwrap_or_default() {
            let mut last = 0;
            for piece in note.map.pieces() {
                assert!(last <= piece.start && piece.start < piece.end, "pieces in order: {piece:?}");
                assert!(note.text.get(piece.start..piece.end).is_some(), "pieces end at characters: {piece:?}");
                last = piece.end;
                if let (Some((from, to)), true) = (piece.place.bytes, piece.place.part.is_empty()) {
                    assert!(from <= to && to <= bytes.len(), "places within the file: {piece:?}");
                }
            }
            let _ = note.map.places(0..note.text.len());
        }
    }
}

#[test]
fn seeds_are_sound() {
    for (kind, bytes) in seeds() {
        assert_eq!(detect(&bytes), Ok(kind));
        assert!(read(&bytes, kind).unwrap()[0].text.contains("strep"), "{kind}");
        try_all(kind, &bytes);
    }
}

#[test]
fn every_truncation_is_read_or_refused() {
    for (kind, bytes) in seeds() {
        for cut in 0..bytes.len() {
            try_all(kind, &bytes[..cut]);
        }
    }
}

#[test]
fn every_format_taken_for_another_is_read_or_refused() {
    for (_, bytes) in seeds() {
        for kind in Kind::ALL {
            try_all(kind, &bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_are_read_or_refused(
        seed in 0..8_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let (kind, mut bytes) = seeds().swap_remove(seed);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_all(kind, &bytes);
    }

    #[test]
    fn markup_of_any_order_is_read_or_refused(parts in proptest::collection::vec(
        prop::sample::select(vec![
            "<td>", "</td>", "<tr>", "<table>", "<li>", "<p>", "</p>", "<pre>", "<br/>", "a", " ", "\n", "&amp;", "&#0;",
            "<!--", "-->", "<script>", "</script", ">", "{", "}", "\\par", "\\cell ", "\\row ", "\\u8211 ?", "\\'e9", "\\*",
            "\\v ", "\u{1f912}", "\u{a0}",
        ]), 0..40))
    {
        let text = parts.concat();
        try_all(Kind::Html, format!("<html>{text}").as_bytes());
        try_all(Kind::Rtf, format!("{{\\rtf1 {text}}}").as_bytes());
        try_all(Kind::Cda, &cda(&format!("<section><text>{text}</text></section>")));
        try_all(Kind::Docx, &docx(&text, &[]));
    }
}
