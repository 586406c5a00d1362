//! Rules that look at several segments of a claim, a payment or an answer: each has a file that breaks it and one that
//! keeps it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, REMITTANCE, claim, errors, file, judge, remittance, warnings, with};

fn changed(from: &str, to: &str) -> Vec<u8> {
    claim(&with(CLAIM, from, to))
}

/// A bill of a stay with its procedure.
const STAY: &str = "\
BHT*0019*00*BATCH1*20261002*0915*CH
NM1*41*2*SPRING HOSPITAL*****46*CLINIC
PER*IC*BILLING DESK*TE*2175550100
NM1*40*2*DEMO PAYER*****46*PAYER
HL*1**20*1
NM1*85*2*SPRING HOSPITAL*****XX*1234567893
N3*1 MAIN ST
N4*SPRINGFIELD*IL*627010001
REF*EI*123456789
HL*2*1*22*0
SBR*P*18*GRP1******CI
NM1*IL*1*DOE*JANE****MI*M123
N3*2 OAK ST
N4*SPRINGFIELD*IL*62701
DMG*D8*19800229*F
NM1*PR*2*DEMO PAYER*****PI*PAYER
CLM*A1*125***11:A:1**A*Y*Y
DTP*096*TM*1000
DTP*434*RD8*20260920-20260925
DTP*435*DT*202609200915
CL1*1*7*01
HI*ABK:M5450:::::::Y
HI*ABJ:M5450
HI*BBR:0SRD0J9:D8:20260921
NM1*71*1*ROE*RAY****XX*1245319599
NM1*72*1*ROE*SUE****XX*1245319599
LX*1
SV2*0120**125*DA*5";

fn stay(from: &str, to: &str) -> Vec<u8> {
    file("837", "HC", "005010X223A2", &with(STAY, from, to))
}

#[test]
fn a_person_has_a_member_number_and_addresses_their_state() {
    assert_eq!(errors(&changed("JANE****MI*M123", "JANE")), ["C4 NM1.9"]);
    assert_eq!(errors(&changed("N4*SPRINGFIELD*IL*62701\n", "N4*SPRINGFIELD\n")), ["C6 N4.2", "C6 N4.3"]);
    assert!(errors(&changed("N4*SPRINGFIELD*IL*62701\n", "N4*BERLIN***DE\n")).is_empty());
    assert_eq!(warnings(&changed("N4*SPRINGFIELD*IL*62701\n", "N4*SPRINGFIELD*IL*62701*US\n")), ["C6 N4.4"]);
}

#[test]
fn a_stay_has_its_admission_and_discharge() {
    assert_eq!(errors(&changed("11:B:1", "21:B:1")), ["C14 CLM"]);
    assert!(errors(&claim(&with(&with(CLAIM, "11:B:1", "21:B:1"), "HI*", "DTP*435*D8*20260930\nHI*"))).is_empty());
    let whole = file("837", "HC", "005010X223A2", STAY);
    assert!(errors(&whole).is_empty() && warnings(&whole).is_empty(), "{:?} {:?}", errors(&whole), warnings(&whole));
    assert_eq!(warnings(&stay("DTP*096*TM*1000\n", "")), ["C15 CLM"]);
    let still_here = with(STAY, "DTP*096*TM*1000\n", "").replace("CL1*1*7*01", "CL1*1*7*30");
    assert!(warnings(&file("837", "HC", "005010X223A2", &still_here)).is_empty());
}

#[test]
fn codes_are_of_the_version_of_the_day_and_procedures_of_the_stay() {
    assert_eq!(errors(&changed("HI*ABK:M5450*ABF:M6281", "HI*BK:7245*BF:72887")), ["C17 HI.1-1"]);
    let old = with(CLAIM, "D8*20261001", "D8*20150930");
    assert_eq!(errors(&claim(&old)), ["C17 HI.1-1"]);
    assert!(errors(&claim(&with(&old, "HI*ABK:M5450*ABF:M6281", "HI*BK:7245*BF:72887"))).is_empty());
    assert_eq!(errors(&stay("D8:20260921", "D8:20260916")), ["C19 HI.1-4"]);
    assert!(errors(&stay("D8:20260921", "D8:20260917")).is_empty());
    assert_eq!(warnings(&stay("NM1*72*1*ROE*SUE****XX*1245319599\n", "")), ["C27 HI"]);
    let visit = STAY.replace("11:A:1", "13:A:1").replace("HI*BBR:0SRD0J9:D8:20260921\n", "");
    let visit = visit.replace("SV2*0120**125*DA*5", "SV2*0450*HC:99283*125*UN*1\nDTP*472*D8*20260921");
    let visit = visit.replace("HI*ABK:M5450:::::::Y\nHI*ABJ:M5450\n", "HI*ABK:M5450\n");
    assert_eq!(warnings(&file("837", "HC", "005010X223A2", &visit)), ["C19 CLM"]);
    let with_reason = with(&visit, "HI*ABK:M5450\n", "HI*ABK:M5450\nHI*APR:M5450\n");
    assert!(warnings(&file("837", "HC", "005010X223A2", &with_reason)).is_empty());
    let outside = with_reason.replace("D8*20260921", "D8*20260926");
    assert_eq!(warnings(&file("837", "HC", "005010X223A2", &outside)), ["C25 DTP.3"]);
}

#[test]
fn other_providers_are_named_when_they_differ() {
    assert_eq!(warnings(&changed("LX*1", "NM1*82*1*ROE*RAY****XX*1234567893\nLX*1")), ["C26 NM1.9"]);
    assert!(warnings(&changed("LX*1", "NM1*82*1*ROE*RAY****XX*1245319599\nLX*1")).is_empty());
    let place = "NM1*77*2*SPRING THERAPY\nN3*1 MAIN ST\nN4*SPRINGFIELD*IL*627010001\nLX*1";
    assert_eq!(warnings(&changed("LX*1", place)), ["C26 NM1"]);
    assert!(warnings(&changed("LX*1", &place.replace("1 MAIN", "9 MAIN"))).is_empty());
    assert_eq!(errors(&changed("LX*1", "NM1*P3*1*ROE*RAY\nLX*1")), ["C26 NM1.1"]);
    assert!(errors(&changed("LX*1", "NM1*DN*1*ROE*SUE\nNM1*P3*1*ROE*RAY\nLX*1")).is_empty());
}

#[test]
fn attachments_transports_and_drugs_are_whole() {
    assert_eq!(errors(&changed("HI*", "PWK*OZ*FX\nHI*")), ["C29 PWK.6"]);
    assert!(errors(&changed("HI*", "PWK*OZ*AA\nHI*")).is_empty());
    assert!(errors(&changed("HI*", "PWK*OZ*FX***AC*A77\nHI*")).is_empty());
    let ride = "CR1***A*A*DH*12\nHI*";
    assert!(warnings(&changed("HI*", ride)).contains(&"C28 CR1".to_owned()));
    let both = with(
        &with(CLAIM, "HI*", ride),
        "LX*1",
        "NM1*PW*2\nN3*1 A ST\nN4*X*IL*62701\nNM1*45*2\nN3*2 B ST\nN4*X*IL*62701\nLX*1",
    );
    assert!(!warnings(&claim(&both)).contains(&"C28 CR1".to_owned()));
    let drug = |amount: &str| changed("REF*6R*A1L1", &format!("REF*6R*A1L1\nLIN**N4*12345678901\nCTP****{amount}*ML"));
    assert_eq!(errors(&drug("0")), ["C30 CTP.4"]);
    assert!(errors(&drug("0.5")).is_empty());
}

#[test]
fn payers_are_in_order_and_say_what_they_paid() {
    let other = "SBR*S*18*******MC\nOI***Y***Y\nNM1*IL*1*DOE*JANE****MI*M9\nNM1*PR*2*OTHER*****PI*OTHER1\nLX*1";
    assert!(errors(&changed("LX*1", other)).is_empty());
    assert_eq!(errors(&changed("LX*1", &other.replace("SBR*S", "SBR*P"))), ["C31 SBR.1"]);
    let decided = other.replace("OI*", "CAS*CO*45*25\nOI*");
    assert_eq!(errors(&changed("LX*1", &decided)), ["C31 AMT"]);
    assert!(errors(&changed("LX*1", &decided.replace("OI*", "AMT*D*100\nOI*"))).is_empty());
    assert_eq!(errors(&changed("SBR*P*18*GRP1******CI", "SBR*S*18*******MB")), ["C34 SBR.5"]);
    assert!(errors(&changed("SBR*P*18*GRP1******CI", "SBR*S*18***12****MB")).is_empty());
}

#[test]
fn a_transaction_set_of_many_claims_is_a_warning() {
    let mut bytes = Vec::new();
    let plan = x12::Plan { per_transaction: 6_000, ..x12::Plan::new(x12::FileKind::Professional, 5_001) };
    x12::generate(&plan, &mut bytes).unwrap();
    assert_eq!(warnings(&bytes), ["C37 CLM"]);
}

#[test]
fn a_payment_is_written_plainly() {
    let changed = |from: &str, to: &str| remittance(&with(REMITTANCE, from, to));
    assert_eq!(warnings(&changed("*01*999999992*DA*123456*", "*****")), ["R6 BPR.6"]);
    assert_eq!(warnings(&changed("**253*2.17", "\nCAS*CO*253*2.17")), ["R10 CAS.1"]);
    assert_eq!(warnings(&changed("**253*2.17", "*****253*2.17")), ["R10 CAS"]);
    assert_eq!(warnings(&changed("106.32**1\n", "106.32**1*HC:99214\n")), ["R12 SVC.6"]);
    assert_eq!(warnings(&changed("DTM*472*20260301\n", "")), ["R13 SVC"]);
    assert_eq!(warnings(&changed("DTM*472*20260301\n", "DTM*150*20260301\n")), ["R13 SVC"]);
    assert!(warnings(&changed("DTM*472*20260301\n", "DTM*150*20260301\nDTM*151*20260302\n")).is_empty());
    let dated = with(REMITTANCE, "DTM*472*20260301\n", "").replace("SVC*", "DTM*232*20260301\nSVC*");
    assert!(warnings(&remittance(&dated)).is_empty());
    assert_eq!(errors(&changed("SVC*", "MIA*0\nMOA***N130\nSVC*")), ["R17 MOA"]);
}

/// A 277CA of two claims.
const CLAIM_ANSWER: &str = "\
BHT*0085*08*R1*20261002*1015*TH
HL*1**20*1
NM1*PR*2*DEMO PAYER*****PI*PAYER
TRN*1*R1
DTP*050*D8*20261002
DTP*009*D8*20261002
HL*2*1*21*1
NM1*41*2*SPRING CLINIC*****46*CLINIC
TRN*2*BATCH1
STC*A1:19:PR*20261002*WQ*225
QTY*90*1
QTY*AA*1
AMT*YU*125
AMT*YY*100
HL*3*2*19*1
NM1*85*2*SPRING CLINIC*****XX*1234567893
HL*4*3*PT
NM1*QC*1*DOE*JANE****MI*M123
TRN*2*A1
STC*A2:20:PR*20261002*WQ*125
REF*1K*ICN1
DTP*472*D8*20261001
HL*5*3*PT
NM1*QC*1*ROE*JOHN****MI*M124
TRN*2*A2
STC*A7:562:85*20261002*U*100
DTP*472*D8*20261001";

#[test]
fn a_claim_answer_agrees_with_itself() {
    let answer = |from: &str, to: &str| file("277", "HN", "005010X214", &with(CLAIM_ANSWER, from, to));
    let whole = answer("R1", "R1");
    assert!(judge(&whole).findings.is_empty(), "{:?}", judge(&whole).findings);
    assert_eq!(errors(&answer("A7:562:85*20261002*U", "A7:562:85*20261002*WQ")), ["S2 STC.3"]);
    assert_eq!(warnings(&answer("QTY*90*1", "QTY*90*2")), ["S3 QTY.2"]);
    assert_eq!(warnings(&answer("AMT*YY*100", "AMT*YY*99")), ["S3 AMT.2"]);
}

#[test]
fn a_syntax_answer_agrees_with_itself() {
    let body = "AK1*HC*7*005010X222A1\nAK2*837*0101*005010X222A1\nIK3*NM1*9*2010AA*8\nIK4*9*67*7*12345\nIK5*R*5\n\
                AK2*837*0102*005010X222A1\nIK5*A\nAK9*P*2*2*1";
    let answer = |from: &str, to: &str| file("999", "FA", "005010X231A1", &with(body, from, to));
    assert!(judge(&answer("AK1", "AK1")).findings.is_empty(), "{:?}", judge(&answer("AK1", "AK1")).findings);
    assert_eq!(errors(&answer("AK9*P*2*2*1", "AK9*P*2*2*2")), ["A1 AK9.4"]);
    assert_eq!(errors(&answer("AK9*P*2*2*1", "AK9*A*2*2*1")), ["A1 AK9.1"]);
    assert_eq!(errors(&answer("IK4*9*67*7*12345\n", "")), ["A2 IK3.4"]);
}
