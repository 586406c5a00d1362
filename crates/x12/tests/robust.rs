//! Whatever comes in: no panic, no endless loop, and a place for every error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, REMITTANCE, claim, judge, remittance};
use proptest::prelude::*;
use x12::write::{Element, Envelope, Writer};
use x12::{locate, read, read_complete, render_text};

/// Does everything a caller may do with a file.
fn exercise(bytes: &[u8]) {
    let report = judge(bytes);
    for finding in &report.findings {
        assert!(finding.offset <= bytes.len());
        assert!(!render_text(bytes, "file", finding).is_empty());
    }
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    x12::ack::ta1(&report, &reply).unwrap();
    x12::ack::f999(&report, &reply, 1).unwrap();
    for interchange in read(bytes).iter().flatten() {
        for transaction in interchange.transactions() {
            assert_eq!(locate(transaction).len(), transaction.segments.len());
        }
    }
}

#[test]
fn a_file_cut_at_any_byte_is_refused_with_a_place() {
    for whole in [claim(CLAIM), remittance(REMITTANCE)] {
        assert!(read_complete(&whole).is_ok());
        // Line end and terminator of the IEA may be missing: nothing is lost with them.
        let end = whole.len() - 2;
        for cut in 0..end {
            exercise(&whole[..cut]);
            let error = read_complete(&whole[..cut]).expect_err("a cut file");
            assert!(error.offset <= cut);
        }
        assert!(read_complete(&whole[..end]).is_ok());
    }
}

#[test]
fn other_delimiters_line_ends_and_marks() {
    let plain = String::from_utf8(claim(CLAIM)).unwrap();
    let crlf = plain.replace('\n', "\r\n");
    let one_line = plain.replace('\n', "");
    let by_line = plain.replace("~\n", "\n");
    let marked = format!("\u{feff}{plain}\u{1a}");
    let pipes = plain.replace('*', "|").replace(':', ">");
    for file in [crlf, one_line, by_line, marked, pipes] {
        let report = judge(file.as_bytes());
        assert!(report.is_valid(), "{:?} {:?}", report.findings, report.unreadable);
    }
}

#[test]
fn several_interchanges_in_a_file() {
    let mut both = claim(CLAIM);
    both.extend(remittance(REMITTANCE));
    let interchanges = read(&both).unwrap();
    assert_eq!(interchanges.len(), 2);
    let sets: Vec<&str> = interchanges.iter().flat_map(|one| one.transactions()).map(|one| one.set_id()).collect();
    assert_eq!(sets, ["837", "835"]);
    // The same sender used the same ISA13 for both.
    assert_eq!(judge(&both).findings[0].ack.code, "025");
}

#[test]
fn what_is_not_x12_says_so() {
    for bytes in [&b""[..], b"  \n", b"%PDF-1.7", b"ISA", b"ISA*00*short~", b"ISABELLA"] {
        let error = read(bytes).unwrap_err();
        assert!(error.to_string().contains("expected"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        exercise(&bytes);
    }

    #[test]
    fn damaged_files_do_no_harm(
        at in 0_usize..1200, with in prop::collection::vec(any::<u8>(), 0..6), length in 0_usize..12, is_claim: bool,
    ) {
        let mut bytes = if is_claim { claim(CLAIM) } else { remittance(REMITTANCE) };
        let start = at.min(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, with);
        exercise(&bytes);
    }

    #[test]
    fn what_is_written_is_read(
        elements in prop::collection::vec(prop::collection::vec("[ -)+-9;-\\]_-}]{0,12}", 1..4), 1..8),
    ) {
        let mut writer = Writer::new(&Envelope::new("CLINIC", "PAYER", ("20261002", "0915"), 1));
        let parts: Vec<Vec<&str>> =
            elements.iter().map(|element| element.iter().map(String::as_str).collect()).collect();
        let row: Vec<Element<'_>> = parts.iter().map(|components| Element::Composite(components)).collect();
        let bytes = writer.group("HC", "V", 1).transaction("837", "0001", None).segment("ZZZ", &row).finish().unwrap();
        let interchanges = read_complete(&bytes).unwrap();
        let segments = &interchanges[0].groups[0].transactions[0].segments;
        if elements.iter().flatten().all(String::is_empty) {
            prop_assert_eq!(segments.len(), 2);
        } else {
            for (index, components) in elements.iter().enumerate() {
                for (component, value) in components.iter().enumerate() {
                    prop_assert_eq!(segments[1].comp(index + 1, component + 1), value.as_str());
                }
            }
        }
    }
}
