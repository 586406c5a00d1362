//! The remittance vector and the faults an 835 reader must catch.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{REMITTANCE, errors, remittance, warnings, with};

fn changed(from: &str, to: &str) -> Vec<u8> {
    remittance(&with(REMITTANCE, from, to))
}

#[test]
fn the_vector_passes() {
    let bytes = remittance(REMITTANCE);
    assert!(errors(&bytes).is_empty() && warnings(&bytes).is_empty(), "{:?} {:?}", errors(&bytes), warnings(&bytes));
    assert!(String::from_utf8(bytes).unwrap().contains("SE*19*0001~"));
}

#[test]
fn a_cent_astray_is_found_at_line_and_claim() {
    assert_eq!(errors(&changed("114.39", "114.40")), ["R3 CLP.4", "R2 SVC.3"]);
    assert_eq!(errors(&changed("*I*106.32", "*I*106.30")), ["R1 BPR.2"]);
    assert_eq!(warnings(&changed("27.12*MB", "27.11*MB")), ["R5 CLP.5"]);
}

#[test]
fn provider_adjustments_count_in_the_payment() {
    let withheld = format!("{REMITTANCE}\nPLB*1234567893*20261231*WO:2226070123456*6.32");
    assert_eq!(errors(&remittance(&withheld)), ["R1 BPR.2"]);
    let paid_less = with(&withheld, "*I*106.32", "*I*100");
    assert!(errors(&remittance(&paid_less)).is_empty());
    let negative = with(&withheld, "*6.32", "*206.32");
    assert_eq!(errors(&remittance(&with(&negative, "*I*106.32", "*I*-100"))), ["R1 BPR.2"]);
}

#[test]
fn a_reversal_turns_its_signs() {
    assert_eq!(errors(&changed("*1*250*106.32*27.12", "*22*250*106.32*27.12")), ["R9 CLP.3", "R9 CLP.4"]);
    let turned = "\
CLP*PT123*22*-250*-106.32**MB*2226070123456*11*1
NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73
SVC*HC:99214*-250*-106.32**-1
DTM*472*20260301
CAS*CO*45*-114.39**253*-2.17
CAS*PR*2*-27.12";
    let body = with(&format!("{REMITTANCE}\n{turned}"), "*I*106.32", "*I*0");
    assert!(errors(&remittance(&body)).is_empty(), "{:?}", errors(&remittance(&body)));
}

#[test]
fn groups_and_reasons_that_cannot_stand() {
    assert_eq!(errors(&changed("CAS*CO*45", "CAS*CR*45")), ["E14 CAS.1"]);
    assert_eq!(warnings(&changed("CAS*CO*45", "CAS*CO*16")), ["R11 CAS.2"]);
    assert!(
        warnings(&remittance(&with(&with(REMITTANCE, "CAS*CO*45", "CAS*CO*16"), "AMT*B6*135.61", "LQ*HE*M51")))
            .is_empty()
    );
    assert_eq!(warnings(&changed("CAS*CO*45", "CAS*CO*23")), ["R11 CAS.1"]);
    assert_eq!(warnings(&changed("CAS*PR*2*27.12", "CAS*PR*2*27.12**3*0")), ["R10 CAS.6"]);
    let all = with(REMITTANCE, "CAS*CO*45*114.39**253*2.17\nCAS*PR*2*27.12", "CAS*CO*45*250");
    let all = with(&with(&all, "SVC*HC:99214*250*106.32", "SVC*HC:99214*250*0"), "*106.32*27.12*MB", "*0*0*MB");
    assert_eq!(warnings(&remittance(&with(&all, "*I*106.32", "*I*0"))), ["R11 CAS.2"]);
}

#[test]
fn the_same_payment_twice_is_a_replay() {
    let once = remittance(REMITTANCE);
    let mut twice = once.clone();
    twice.extend(String::from_utf8(once).unwrap().replace("000000001", "000000002").into_bytes());
    assert_eq!(errors(&twice), ["R7 TRN.2"]);
    assert_eq!(warnings(&changed("TRN*1*T0001*1512345678", "TRN*1*T0001*1999999999")), ["R7 TRN.3"]);
}

#[test]
fn structure_of_the_remittance() {
    assert_eq!(errors(&changed("PER*BL*EDI HELP*TE*8005550100\n", "")), ["E12 PER"]);
    assert_eq!(errors(&changed("TRN*1*T0001*1512345678\n", "")), ["E12 TRN"]);
    assert_eq!(errors(&changed("NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73\n", "")), ["E12 NM1"]);
    assert_eq!(errors(&changed("XX*1234567893", "XX*1234567890")), ["R19 N1.4"]);
}

#[test]
fn a_filing_code_payers_send_beside_the_guide_is_a_warning() {
    let bytes = changed("*27.12*MB*", "*27.12*CI*");
    assert!(errors(&bytes).is_empty());
    assert_eq!(warnings(&bytes), ["R8 CLP.6"]);
    assert_eq!(errors(&changed("*27.12*MB*", "*27.12*QQ*")), ["E14 CLP.6"]);
}
