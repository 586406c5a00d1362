//! What is written reads back as it was, the same nouns make the same bytes, and the guide finds no fault with them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod made;

use claim::{Ack, Claim, Relationship, Remittance};
use exchange::{
    ClaimBatch, Controls, Party, read_270, read_271, read_835, read_837p, read_acks, write_270, write_271, write_277ca,
    write_835, write_837p,
};
use proptest::{collection::vec, prelude::*};

fn submitter() -> Party {
    Party {
        name: "RIVERSIDE BILLING".into(),
        id: "RIVERSIDE01".into(),
        contact_name: "DANA HALE".into(),
        phone: "3125550147".into(),
    }
}

fn payer() -> Party {
    Party { name: "PRAIRIE HEALTH PLAN".into(), id: "PRAIRIE01".into(), ..Party::default() }
}

fn controls() -> Controls {
    Controls {
        interchange: 42,
        group: 7,
        transaction: 101,
        at: jiff::civil::datetime(2026, 10, 2, 9, 15, 0, 0),
        usage: 'T',
        reference: "B000042".into(),
    }
}

/// No error of the guide up to SNIP 5.
#[track_caller]
fn assert_valid(bytes: &[u8]) {
    let report = x12::validate(bytes, &x12::Options::default());
    assert!(report.is_valid(), "{:#?}\n{}", report.findings, String::from_utf8_lossy(bytes));
}

fn sorted(batches: Vec<ClaimBatch>) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for batch in batches {
        assert_eq!(batch.refused, vec![]);
        claims.extend(batch.claims.into_iter().map(|received| received.claim));
    }
    claims.sort_by(|a, b| a.control_number.cmp(&b.control_number));
    claims
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn claims(mut claims in vec(made::claim(), 1..8)) {
        for (number, claim) in claims.iter_mut().enumerate() {
            claim.control_number = format!("T{number:04}");
        }
        let bytes = write_837p(&claims, &submitter(), &payer(), &controls()).unwrap();
        assert_valid(&bytes);
        prop_assert_eq!(&bytes, &write_837p(&claims, &submitter(), &payer(), &controls()).unwrap());
        let batches = read_837p(&bytes).unwrap();
        prop_assert_eq!(&batches[0].submitter, &submitter());
        prop_assert_eq!(&batches[0].receiver, &payer());
        prop_assert_eq!(&batches[0].controls, &controls());
        for received in &batches[0].claims {
            let at = usize::try_from(received.offset).unwrap();
            let start = format!("CLM*{}*", received.claim.control_number);
            prop_assert!(bytes[at..].starts_with(start.as_bytes()));
        }
        prop_assert_eq!(sorted(batches), claims);
    }

    #[test]
    fn remittances(remittances in vec(made::remittance(), 1..4)) {
        let bytes = write_835(&remittances, &payer(), &submitter(), &controls()).unwrap();
        assert_valid(&bytes);
        let mut read = read_835(&bytes).unwrap();
        for claim in read.iter_mut().flat_map(|remittance| &mut remittance.claims) {
            let at = usize::try_from(std::mem::take(&mut claim.offset)).unwrap();
            let start = format!("CLP*{}*", claim.control_number);
            prop_assert!(bytes[at..].starts_with(start.as_bytes()));
        }
        prop_assert_eq!(read, remittances);
    }

    #[test]
    fn claim_answers(batch in made::ack_batch()) {
        let bytes = write_277ca(&batch, &payer(), &submitter(), &controls()).unwrap();
        assert_valid(&bytes);
        prop_assert_eq!(read_acks(&bytes).unwrap(), vec![Ack::Claims(batch)]);
    }

    #[test]
    fn inquiries(inquiries in vec(made::inquiry(), 1..6)) {
        let bytes = write_270(&inquiries, &submitter(), &payer(), &controls()).unwrap();
        assert_valid(&bytes);
        prop_assert_eq!(read_270(&bytes).unwrap(), inquiries);
    }

    #[test]
    fn answers(answers in vec(made::answer(), 1..6)) {
        let bytes = write_271(&answers, &payer(), &submitter(), &controls()).unwrap();
        assert_valid(&bytes);
        prop_assert_eq!(read_271(&bytes).unwrap(), answers);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_stop_a_reader(changes in vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6), is_money in any::<bool>()) {
        let file: &[u8] = if is_money { include_bytes!("files/v1.835") } else { include_bytes!("files/secondary.837") };
        let mut bytes = file.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = (exchange::kind_of(&bytes), read_837p(&bytes), read_835(&bytes), read_acks(&bytes));
        let _ = (read_270(&bytes), read_271(&bytes));
    }
}

/// A claim and a remittance for the tests below, always the same.
fn example() -> (Claim, Remittance) {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let claim = made::claim().new_tree(&mut runner).unwrap().current();
    let remittance = made::remittance().new_tree(&mut runner).unwrap().current();
    (claim, remittance)
}

#[test]
fn a_file_cut_anywhere_is_refused_with_the_place() {
    let (claim, remittance) = example();
    let claims = write_837p(&[claim], &submitter(), &payer(), &controls()).unwrap();
    let money = write_835(&[remittance], &payer(), &submitter(), &controls()).unwrap();
    // The last byte is the line end; the one before, the terminator, a reader can do without.
    for cut in (0..claims.len() - 2).step_by(7) {
        let error = read_837p(&claims[..cut]).unwrap_err().to_string();
        assert!(error.contains("byte ") || error.contains("the file holds"), "{cut}: {error}");
    }
    for cut in (0..money.len() - 2).step_by(7) {
        assert!(read_835(&money[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn one_bad_claim_does_not_spoil_the_file() {
    let (first, _) = example();
    let mut second = first.clone();
    (second.control_number, second.lines[0].charge) = ("SECOND".into(), claim::Money::from_cents(777));
    let mut good = first;
    good.control_number = "FIRST".into();
    let bytes = write_837p(&[good.clone(), second], &submitter(), &payer(), &controls()).unwrap();
    let text = String::from_utf8(bytes).unwrap().replace("*7.77*", "*7,77*");
    let batch = read_837p(text.as_bytes()).unwrap().remove(0);
    assert_eq!(batch.claims.len(), 1);
    assert_eq!(batch.claims[0].claim, good);
    let refused = &batch.refused[0];
    assert_eq!(refused.control_number, "SECOND");
    let message = refused.error.to_string();
    assert!(message.contains("(SV1 in loop 2400) element 2") && message.contains("7,77"), "{message}");
}

#[test]
fn names_go_out_in_plain_capitals_or_not_at_all() {
    let (mut claim, _) = example();
    (claim.member.relationship, claim.member.subscriber) = (Relationship::Subscriber, None);
    claim.patient.name = claim::PersonName::new("José", "Núñez");
    let bytes = write_837p(&[claim.clone()], &submitter(), &payer(), &controls()).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("NM1*IL*1*NUNEZ*JOSE*"));
    for (name, expected) in [("Ольга", "Latin alphabet"), ("A*B", "separates the parts")] {
        claim.patient.name.first = name.into();
        let error = write_837p(&[claim.clone()], &submitter(), &payer(), &controls()).unwrap_err().to_string();
        assert!(error.contains(&format!("claim {}, first name", claim.control_number)), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn more_claims_than_a_transaction_set_takes_make_two() {
    let (claim, _) = example();
    let claims: Vec<Claim> =
        (0..5_001).map(|n| Claim { control_number: format!("T{n:05}"), ..claim.clone() }).collect();
    let bytes = write_837p(&claims, &submitter(), &payer(), &controls()).unwrap();
    let batches = read_837p(&bytes).unwrap();
    let shape: Vec<_> = batches.iter().map(|b| (b.claims.len(), b.controls.reference.as_str())).collect();
    assert_eq!(shape, [(5_000, "B000042"), (1, "B000042-2")]);
    assert_eq!(batches[1].controls.transaction, 102);
}

#[test]
fn the_kind_of_a_file() {
    use exchange::{ExchangeError, FileKind, kind_of};
    let (claim, remittance) = example();
    let claims = write_837p(&[claim], &submitter(), &payer(), &controls()).unwrap();
    let money = write_835(&[remittance], &payer(), &submitter(), &controls()).unwrap();
    assert_eq!(kind_of(&claims), Some(FileKind::ProfessionalClaims));
    assert_eq!(kind_of(&money), Some(FileKind::Remittances));
    assert_eq!(kind_of(&[&claims[..], &money].concat()), None);
    assert_eq!(kind_of(b"a,b,c"), None);
    let error = read_835(&claims).unwrap_err();
    assert!(matches!(&error, ExchangeError::Kind { .. }), "{error}");
    assert!(error.to_string().contains("837 005010X222A1"), "{error}");
}
