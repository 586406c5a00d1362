//! One corrected claim for an injured child to the second payer, segment by segment, and what readers put up with.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use claim::{AccidentCause, AdjustmentGroup, Claim, Frequency, Money, PayerSequence, Relationship};
use exchange::{ClaimBatch, read_837p, write_837p};

const FILE: &str = include_str!("files/secondary.837");

fn read(file: &str) -> ClaimBatch {
    let mut batches = read_837p(file.as_bytes()).unwrap();
    assert_eq!(batches.len(), 1);
    batches.remove(0)
}

fn only(file: &str) -> Claim {
    let mut batch = read(file);
    assert_eq!(batch.refused, vec![]);
    batch.claims.remove(0).claim
}

#[test]
fn every_field_is_where_the_guide_has_it() {
    let claim = only(FILE);
    let cents = Money::from_cents;
    assert_eq!(claim.frequency, Frequency::Replacement);
    assert_eq!(claim.original_reference.as_deref(), Some("ICN2026001"));
    assert_eq!(claim.sequence, PayerSequence::Secondary);
    assert_eq!(claim.billing.pay_to.as_ref().unwrap().line1, "PO BOX 77");
    assert_eq!(claim.billing.phone, "3125550147", "the submitter's, when the provider gives none");
    assert_eq!(claim.member.relationship, Relationship::Child);
    assert_eq!(claim.member.subscriber.as_ref().unwrap().name.sorted(), "OAKES, MARTIN L");
    assert_eq!((claim.patient.name.full().as_str(), claim.patient.born_on.year()), ("LILY OAKES", 2012));
    let accident = claim.accident.as_ref().unwrap();
    assert_eq!((accident.cause, accident.state.as_str()), (AccidentCause::Auto, "IL"));
    assert_eq!(claim.patient_paid, cents(2_500));
    assert_eq!(claim.delay_reason, "9");
    assert_eq!(claim.clia.as_deref(), Some("14D0000001"));
    assert_eq!(claim.diagnoses[2].dotted(), "V43.53XA");
    assert_eq!(claim.rendering.as_ref().unwrap().name.suffix, "JR");
    assert_eq!(claim.facility.as_ref().unwrap().name, "EASTSIDE GYM");
    let other = &claim.other_payers[0];
    assert_eq!((other.paid, other.patient_liability), (Some(cents(11_000)), Some(cents(3_000))));
    assert_eq!(other.control_number.as_deref(), Some("HM555"));
    let [first, second] = &claim.lines[..] else { panic!("{:?}", claim.lines) };
    assert_eq!(first.pointers, [1, 2]);
    assert_eq!(first.adjudications[0].adjustments.len(), 3);
    assert_eq!(first.adjudications[0].adjustments[2].group, AdjustmentGroup::Pr);
    assert_eq!(second.description, "SPECIAL THERAPY");
    assert_eq!(second.place_of_service.as_ref().unwrap().as_str(), "12");
    assert_eq!((second.from.day(), second.through.day()), (10, 12));
    assert_eq!(second.adjudications[0].adjustments[1].quantity, Some(1));
}

#[test]
fn what_was_read_is_written_byte_for_byte() {
    let batch = read(FILE);
    let claims = [batch.claims[0].claim.clone()];
    let written = write_837p(&claims, &batch.submitter, &batch.receiver, &batch.controls).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), FILE);
    let report = x12::validate(FILE.as_bytes(), &x12::Options::default());
    assert!(report.is_valid(), "{:#?}", report.findings);
}

#[test]
fn segments_of_one_place_may_come_in_any_order() {
    let swapped = FILE.replace(
        "REF*G1*AUTH77~\nREF*F8*ICN2026001~\nREF*X4*14D0000001~\n",
        "REF*X4*14D0000001~\nREF*F8*ICN2026001~\nREF*G1*AUTH77~\n",
    );
    assert_ne!(swapped, FILE);
    assert_eq!(only(&swapped), only(FILE));
}

#[test]
fn other_delimiters_and_no_line_ends_read_the_same() {
    let other: String = FILE
        .chars()
        .filter(|c| *c != '\n')
        .map(|c| match c {
            '*' => '|',
            ':' => '>',
            '~' => '\'',
            c => c,
        })
        .collect();
    assert_eq!(only(&other), only(FILE));
}

#[test]
fn who_rendered_may_stand_in_the_lines() {
    let provider = "NM1*82*1*STONE*PAUL*R**JR*XX*1003000134~\nPRV*PE*PXC*225100000X~\n";
    let moved = FILE
        .replace(provider, "")
        .replace("REF*6R*A1001-1~\n", &format!("REF*6R*A1001-1~\n{provider}"))
        .replace("REF*6R*A1001-2~\n", &format!("REF*6R*A1001-2~\n{provider}"));
    assert_eq!(only(&moved), only(FILE));
    let two = moved.replacen("1003000134", "1003000126", 1);
    let refused = read(&two).refused.remove(0);
    assert!(refused.error.to_string().contains("one rendering provider"), "{}", refused.error);
}

#[test]
fn a_decision_may_be_dated_once_for_the_claim() {
    let once =
        FILE.replace("DTP*573*D8*20260925~\n", "").replace("REF*F8*HM555~", "DTP*573*D8*20260925~\nREF*F8*HM555~");
    assert_eq!(only(&once), only(FILE));
}

#[test]
fn a_level_that_cannot_be_read_refuses_its_claims_only() {
    let bad = FILE.replace("*XX*1234567893", "*XX*1234567890");
    let batch = read(&bad);
    assert!(batch.claims.is_empty());
    let echo = &batch.refused[0].echo;
    assert_eq!((echo.billing_npi.as_str(), echo.payer_number.as_str()), ("1234567890", "PRAIRIE01"));
    assert_eq!((echo.patient.full().as_str(), echo.member_id.as_str()), ("LILY OAKES", "PHP00912"));
    assert_eq!(echo.charge, Money::from_cents(20_500));
    let message = batch.refused[0].error.to_string();
    assert!(
        message.contains("segment 8 (NM1 in loop 2010AA) element 9") && message.contains("check digit"),
        "{message}"
    );
}
