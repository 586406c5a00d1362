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
        assert!(!render_text("file", finding).is_empty());
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

/// A source of endless repetition, cut at a length, that takes no memory.
struct Endless {
    head: Vec<u8>,
    piece: Vec<u8>,
    given: usize,
    length: usize,
}

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(self.length - self.given);
        for (at, byte) in (self.given..).zip(&mut buffer[..length]) {
            *byte = match self.head.get(at) {
                Some(byte) => *byte,
                None => self.piece[(at - self.head.len()) % self.piece.len()],
            };
        }
        self.given += length;
        Ok(length)
    }
}

fn endless(piece: &str, length: usize) -> x12::Report {
    let whole = String::from_utf8(claim(CLAIM)).unwrap();
    let head = whole.split("HL*2").next().unwrap().as_bytes().to_vec();
    let source = Endless { head, piece: piece.as_bytes().to_vec(), given: 0, length };
    x12::validate_read(source, &x12::Options::default(), &x12::NoLists).unwrap()
}

#[test]
fn what_never_ends_is_reported_and_let_go() {
    // One segment without end, one claim without end, levels without end.
    let rules = |report: &x12::Report, rule: &str| report.findings.iter().filter(|one| one.rule == rule).count();
    let report = endless("X", 5 << 20);
    assert!(report.findings.iter().any(|one| one.message.contains("no segment terminator within")));
    let report = endless("REF*D9*1~", 9 << 20);
    // The units without end, and the findings without end.
    let limits = rules(&report, "LIMIT");
    assert!((2..10).contains(&limits), "{limits}");
    assert_eq!(report.findings.len(), x12::FINDINGS_MAX + limits);
}

#[test]
fn levels_a_million_deep_are_one_limit_finding() {
    let head = String::from_utf8(claim(CLAIM)).unwrap().split("HL*2").next().unwrap().to_owned();
    let mut bytes = head.into_bytes();
    for level in 2..1_000_000_u32 {
        bytes.extend_from_slice(format!("HL*{level}*{}*22*1~", level - 1).as_bytes());
    }
    let report = x12::validate(&bytes, &x12::Options::default());
    assert_eq!(report.findings.iter().filter(|one| one.message.contains("below each other")).count(), 1);
}

#[test]
fn a_segment_of_a_hundred_thousand_elements_is_too_many_of_them() {
    let text = String::from_utf8(claim(CLAIM)).unwrap();
    let codes: String = (0..100_000).map(|code| format!("*ABK:{code:05}")).collect();
    let (before, after) = text.split_once("HI*").unwrap();
    let bytes = format!("{before}HI{codes}~HI*{after}").into_bytes();
    let report = x12::validate(&bytes, &x12::Options::default());
    let surplus: Vec<&str> =
        report.findings.iter().filter(|one| one.ack.code == "3").filter_map(|one| one.element.as_deref()).collect();
    assert_eq!(surplus, ["13", "14", "15", "16", "17", "18", "19", "20"]);
    let segment = x12::Lexer::new(&bytes).map(Result::unwrap).find(|segment| segment.id() == "HI").unwrap();
    assert_eq!(segment.element_count(), 100_000);
    assert_eq!((segment.el(7), segment.el(100_000), segment.el(100_001)), ("ABK:00006", "ABK:99999", ""));
    assert_eq!(&bytes[segment.span(9_000)], segment.bytes(9_000));
}

#[test]
fn a_segment_may_hold_binary_data() {
    let isa = &String::from_utf8(claim(CLAIM)).unwrap()[..106];
    let file = format!(
        "{isa}GS*PI*A*B*20261002*0915*1*X*005010X210~ST*275*0001*005010X210~BIN*5*a~*~b~SE*3*0001~GE*1*1~IEA*1*000000001~"
    );
    let interchanges = read(file.as_bytes()).unwrap();
    let ids: Vec<&str> = interchanges[0].transactions().flat_map(|one| &one.segments).map(|one| one.id()).collect();
    assert_eq!(ids, ["ST", "BIN", "SE"]);
}

#[test]
fn garbage_between_interchanges_is_one_finding_and_reading_goes_on() {
    let good = claim(CLAIM);
    let again = String::from_utf8(good.clone()).unwrap().replace("000000001", "000000002");
    let bytes = [good.as_slice(), b"-- cut here --", again.as_bytes()].concat();
    let report = judge(&bytes);
    assert_eq!(report.interchanges.len(), 2);
    assert_eq!(
        report.findings.iter().map(|one| (one.rule.as_ref(), one.offset)).collect::<Vec<_>>(),
        [("E1", good.len())]
    );
}

#[test]
fn a_file_cut_inside_its_last_segment_is_one_finding() {
    let bytes = claim(CLAIM);
    for cut in bytes.len() - 18..bytes.len() - 4 {
        let report = judge(&bytes[..cut]);
        let found: Vec<&str> = report.findings.iter().map(|one| one.ack.code).collect();
        assert_eq!(found, ["023"], "{:?}", String::from_utf8_lossy(&bytes[cut - 12..cut]));
    }
}
