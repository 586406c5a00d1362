//! The tools around a file: claims one by one, rows, layout, splitting, comparing, settling, masking, editing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, REMITTANCE, claim, errors, judge, remittance, with};
use x12::{Balance, ClaimReader, ClaimTexts, Editor, Layout, Payments, Settlement, Split, line_rows, split};

fn lay_out(bytes: &[u8], layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    x12::lay_out(bytes, layout, &mut out).unwrap();
    out
}

fn redact(bytes: &[u8], salt: &str) -> Vec<u8> {
    let mut out = Vec::new();
    x12::redact(bytes, salt, &mut out).unwrap();
    out
}

fn balances(bytes: &[u8]) -> Vec<Balance> {
    let mut all = Vec::new();
    x12::balances(bytes, |one| {
        all.push(one);
        Ok(())
    })
    .unwrap();
    all
}

fn settle(claims: &[u8], payments: &[u8]) -> Vec<Settlement> {
    let mut all = Vec::new();
    let take = |one| {
        all.push(one);
        Ok(())
    };
    Payments::read(payments).unwrap().settle(claims, take).unwrap();
    all
}

fn compare(left: &[u8], right: &[u8]) -> Vec<x12::Difference> {
    ClaimTexts::read(left).unwrap().differences(&ClaimTexts::read(right).unwrap())
}

fn parts(bytes: &[u8], by: Split) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let take = |part: Vec<u8>| {
        parts.push(part);
        Ok(())
    };
    let count = split(bytes, by, || Ok(Vec::new()), take).unwrap();
    assert_eq!(parts.len(), count);
    parts
}

/// Three subscribers with a claim each.
fn three_claims() -> Vec<u8> {
    let (head, subscriber) = CLAIM.split_once("HL*2").unwrap();
    let one = |number: u32| {
        let subscriber = format!("HL*2{subscriber}").replace("HL*2*1", &format!("HL*{}*1", number + 1));
        subscriber.replace("A1", &format!("A{number}"))
    };
    claim(&format!("{head}{}\n{}\n{}", one(1), one(2), one(3)))
}

#[test]
fn claims_come_one_by_one_with_what_stands_above() {
    let bytes = three_claims();
    assert!(errors(&bytes).is_empty(), "{:?}", errors(&bytes));
    let mut reader = ClaimReader::new(bytes.as_slice());
    let mut seen = Vec::new();
    while let Some(unit) = reader.next_claim().unwrap() {
        let member = unit.context.iter().rfind(|segment| segment.id() == "SBR").map(|segment| segment.el(3)).unwrap();
        let billing = unit.context.iter().any(|segment| segment.id() == "NM1" && segment.el(1) == "85");
        seen.push((unit.control().to_owned(), member.to_owned(), billing, unit.guide.to_owned()));
        let mut line = Vec::new();
        unit.write_line(&mut line);
        let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(line["segments"][0][1], unit.control());
    }
    let expected = |number| (format!("A{number}"), "GRP1".to_owned(), true, "005010X222A1".to_owned());
    assert_eq!(seen, [expected(1), expected(2), expected(3)]);
}

#[test]
fn lines_are_rows() {
    let bytes = remittance(REMITTANCE);
    let mut reader = ClaimReader::new(bytes.as_slice());
    let rows = line_rows(&reader.next_claim().unwrap().unwrap());
    let row = "0001,PT123,2226070123456,1,1,20260301,,99214,,1,250,106.32,CO-45 114.39; CO-253 2.17; PR-2 27.12,";
    assert_eq!(rows.iter().map(|row| x12::csv_line(row)).collect::<Vec<_>>(), [row]);
    assert_eq!(x12::csv_line(&["a,b", "say \"c\""]), "\"a,b\",\"say \"\"c\"\"\"");
}

#[test]
fn layout_changes_blanks_alone() {
    let bytes = claim(CLAIM);
    let compact = lay_out(&bytes, Layout::Compact);
    assert!(!compact.contains(&b'\n'));
    assert_eq!(lay_out(&compact, Layout::Lines), bytes);
    let indented = String::from_utf8(lay_out(&bytes, Layout::Indented)).unwrap();
    assert!(indented.contains("\n      CLM*A1*") && indented.contains("\n        SV1*"), "{indented}");
    assert!(errors(indented.as_bytes()).is_empty());
    assert_eq!(lay_out(indented.as_bytes(), Layout::Lines), bytes);
}

#[test]
fn a_split_file_is_valid_in_every_part_and_loses_no_claim() {
    let bytes = three_claims();
    let by_two = parts(&bytes, Split::Claims(2));
    assert_eq!(by_two.len(), 2);
    let mut claims = Vec::new();
    for part in &by_two {
        assert!(judge(part).findings.is_empty(), "{:?}\n{}", judge(part).findings, String::from_utf8_lossy(part));
        let mut reader = ClaimReader::new(part.as_slice());
        while let Some(unit) = reader.next_claim().unwrap() {
            claims.push(unit.control().to_owned());
        }
    }
    assert_eq!(claims, ["A1", "A2", "A3"]);
    assert_eq!(parts(&bytes, Split::Transactions), [bytes]);
}

#[test]
fn levels_of_other_sets_stay_when_claims_are_split() {
    let inquiry = "BHT*0022*13*1*20261002*0915\nHL*1**20*1\nNM1*PR*2*DEMO PAYER*****PI*PAYER\nHL*2*1*21*1\n\
                   NM1*1P*2*SPRING THERAPY*****XX*1234567893\nHL*3*2*22*0\nNM1*IL*1*DOE*JANE****MI*M123\nEQ*30";
    let bytes = common::file("270", "HS", "005010X279A1", inquiry);
    assert_eq!(parts(&bytes, Split::Claims(1)), [bytes]);
}

#[test]
fn a_cut_file_is_refused_where_something_would_be_lost() {
    let whole = three_claims();
    let cut = &whole[..whole.len() - 30];
    let is_cut = |error: x12::StreamError| error.to_string().contains("the file is cut or a trailer is missing");
    assert!(is_cut(split(cut, Split::Transactions, || Ok(Vec::new()), |_: Vec<u8>| Ok(())).unwrap_err()));
    assert!(is_cut(x12::balances(cut, |_| Ok(())).unwrap_err()));
    assert!(is_cut(Payments::read(cut).unwrap_err()));
    assert!(is_cut(ClaimTexts::read(cut).unwrap_err()));
    assert!(is_cut(x12::json::write_document(cut, Vec::new()).unwrap_err()));
}

#[test]
fn differences_are_told_by_claim() {
    let (left, right) = (claim(CLAIM), claim(&with(CLAIM, "CLM*A1*125", "CLM*A1*130")));
    assert!(compare(&left, &left).is_empty());
    let differences = compare(&left, &right);
    assert_eq!(differences.len(), 1);
    assert!(differences[0].left.starts_with("CLM*A1*125") && differences[0].right.starts_with("CLM*A1*130"));
    let missing = compare(&three_claims(), &left);
    assert_eq!(
        missing.iter().filter(|one| one.right.is_empty()).map(|one| one.claim.as_str()).collect::<Vec<_>>(),
        ["A2", "A3"]
    );
}

#[test]
fn claims_meet_their_payments() {
    let claims = claim(&CLAIM.replace("CLM*A1*125", "CLM*PT123*250"));
    let settlements = settle(claims.as_slice(), remittance(REMITTANCE).as_slice());
    assert_eq!(settlements.len(), 1);
    assert!(settlements[0].is_matched());
    assert_eq!((settlements[0].paid.as_deref(), settlements[0].patient.as_deref()), (Some("106.32"), Some("27.12")));
    let unmatched = settle(claim(CLAIM).as_slice(), remittance(REMITTANCE).as_slice());
    assert_eq!(unmatched.iter().filter(|one| one.is_matched()).count(), 0);
    assert_eq!(unmatched.len(), 2);
}

#[test]
fn a_remittance_is_added_up() {
    let balance = &balances(&remittance(REMITTANCE))[0];
    assert_eq!((balance.paid.as_str(), balance.payment.as_str(), balance.is_balanced), ("106.32", "106.32", true));
    let off = remittance(&with(REMITTANCE, "*I*106.32", "*I*106.30"));
    assert!(!balances(&off)[0].is_balanced);
}

#[test]
fn masked_files_hold_no_person_and_stay_valid() {
    for (bytes, names) in
        [(claim(CLAIM), ["DOE", "M123", "19800229"]), (remittance(REMITTANCE), ["DOE", "1EG4TE5MK73", "PT123"])]
    {
        let masked = redact(&bytes, "salt");
        let text = String::from_utf8(masked.clone()).unwrap();
        for name in names {
            assert!(!text.contains(name), "{name} in {text}");
        }
        assert!(errors(&masked).is_empty(), "{:?}\n{text}", errors(&masked));
        assert_eq!(redact(&bytes, "salt"), masked);
        assert_ne!(redact(&bytes, "other"), masked);
    }
}

#[test]
fn an_edit_touches_its_segment_alone() {
    let bytes = claim(CLAIM);
    let mut editor = Editor::new(&bytes).unwrap();
    assert_eq!(editor.finish(), bytes);
    let at = |editor: &Editor<'_>, id: &str| editor.segments().iter().position(|segment| segment.id() == id).unwrap();
    let clm = at(&editor, "CLM");
    editor.set(clm, 20, "11").unwrap();
    assert!(editor.set(clm, 1, "A*1").is_err());
    let text = String::from_utf8(editor.finish()).unwrap();
    assert_eq!(text.replace("*Y*Y***********11~", "*Y*Y~").as_bytes(), bytes);
    let n3 = at(&editor, "N3");
    editor.remove(n3);
    assert_eq!(String::from_utf8(editor.finish()).unwrap().matches("N3*").count(), text.matches("N3*").count() - 1);
}
