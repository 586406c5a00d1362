//! The rules of the professional claim that need only the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, claim, errors, judge, warnings, with};
use x12::{Options, validate};

fn changed(from: &str, to: &str) -> Vec<u8> {
    claim(&with(CLAIM, from, to))
}

const OTHER_PAYER: &str = "\
SBR*P*18*******MB
CAS*PR*1*5
AMT*D*55
OI***Y***Y
NM1*IL*1*DOE*JANE****MI*1EG4TE5MK73
NM1*PR*2*DEMO MAC*****PI*MAC1
LX*1
SV1*HC:97110:GP*125*UN*2***1:2
DTP*472*D8*20261001
REF*6R*A1L1
SVD*MAC1*60*HC:97110:GP**2
CAS*CO*45*50
CAS*PR*2*15
DTP*573*D8*20261002";

fn secondary() -> String {
    let lines = CLAIM.split_once("LX*1").unwrap().0;
    format!("{}{OTHER_PAYER}", with(lines, "SBR*P*18", "SBR*S*18"))
}

#[test]
fn a_clean_claim_passes() {
    let bytes = claim(CLAIM);
    assert!(errors(&bytes).is_empty() && warnings(&bytes).is_empty(), "{:?} {:?}", errors(&bytes), warnings(&bytes));
    let bytes = claim(&secondary());
    assert!(errors(&bytes).is_empty() && warnings(&bytes).is_empty(), "{:?} {:?}", errors(&bytes), warnings(&bytes));
}

#[test]
fn charges_and_pointers() {
    assert_eq!(errors(&changed("CLM*A1*125", "CLM*A1*124.99")), ["C7 CLM.2"]);
    assert_eq!(errors(&changed("***1:2", "***3")), ["C20 SV1.7"]);
    assert_eq!(errors(&changed("***1:2", "***0")), ["C20 SV1.7"]);
    assert_eq!(errors(&changed("***1:2", "***1:1")), ["C20 SV1.7"]);
    assert_eq!(errors(&changed("*UN*2*", "*UN*0*")), ["C21 SV1.4"]);
    assert_eq!(errors(&changed("ABF:M6281", "ABF:M5450")), ["C17 HI.2-2"]);
    assert_eq!(errors(&changed("ABF:M6281", "ABF:M62.81")), ["C17 HI.2-2"]);
}

#[test]
fn what_the_situation_demands() {
    assert_eq!(errors(&changed("11:B:1", "11:B:7")), ["C11 CLM.5-3"]);
    assert!(errors(&claim(&with(&with(CLAIM, "11:B:1", "11:B:7"), "HI*", "REF*F8*ICN1\nHI*"))).is_empty());
    assert_eq!(errors(&changed("*Y*A*Y*Y", "*Y*A*Y*Y**OA")), ["C13 CLM.11"]);
    assert_eq!(
        errors(&claim(&with(&with(CLAIM, "*Y*A*Y*Y", "*Y*A*Y*Y**AA"), "HI*", "DTP*439*D8*20260901\nHI*"))),
        ["C13 CLM.11"]
    );
    assert_eq!(errors(&changed("DTP*472*D8*20261001", "DTP*472*D8*20261003")), ["C24 DTP.3"]);
    assert_eq!(errors(&changed("DTP*472*D8*20261001", "DTP*472*RD8*20261002-20261001")), ["E13 DTP.3"]);
    assert_eq!(errors(&changed("D8*19800229", "D8*20261002")), ["C24 DTP.3"]);
    assert_eq!(errors(&changed("REF*6R*A1L1", "REF*6R*A1L1\nLIN**N4*12345-678-9\nCTP****1*ML")), ["C30 LIN.3"]);
}

#[test]
fn parties() {
    assert_eq!(errors(&changed("XX*1234567893", "XX*1234567890")), ["C5 NM1.9"]);
    assert_eq!(errors(&changed("N3*1 MAIN ST", "N3*P.O. BOX 7")), ["C5 N3.1"]);
    assert_eq!(warnings(&changed("IL*627010001", "IL*62701")), ["C5 N4.3"]);
    assert_eq!(errors(&changed("SBR*P*18*", "SBR*P**")), ["C3 SBR.2"]);
    assert_eq!(errors(&changed("DMG*D8*19800229*F\n", "")), ["C4 NM1"]);
}

#[test]
fn other_payers_balance() {
    let changed = |from: &str, to: &str| errors(&claim(&with(&secondary(), from, to)));
    assert_eq!(changed("CAS*PR*2*15", "CAS*PR*2*14"), ["C32 SVD.2"]);
    assert_eq!(changed("AMT*D*55", "AMT*D*60"), ["C32 AMT.2"]);
    assert_eq!(changed("SVD*MAC1", "SVD*MAC2"), ["C33 SVD.1"]);
    assert_eq!(changed("PI*MAC1", "PI*MAC1\nDTP*573*D8*20261002"), ["C33 DTP"]);
    assert_eq!(
        changed(
            "SBR*P*18*******MB",
            "SBR*P*18*******MB\nOI***Y***Y\nNM1*IL*1*A*****MI*123\nNM1*PR*2*B*****PI*BB\nSBR*P*18*******MB"
        ),
        ["C31 SBR.1"]
    );
}

#[test]
fn syntax_and_guide() {
    assert_eq!(errors(&changed("BHT*0019*00", "BHT*0019*77")), ["E14 BHT.2"]);
    assert_eq!(errors(&changed("*0915*CH", "*0975*CH")), ["E13 BHT.5"]);
    assert_eq!(errors(&changed("****MI*M123", "****MI*")), ["E15 NM1.9"]);
    assert_eq!(errors(&changed("N4*SPRINGFIELD*IL*62701\n", "N4*SPRINGFIELD*XX*62701\n")), ["E14 N4.2"]);
    assert_eq!(errors(&changed("SBR*P*18*GRP1******CI", "SBR*P*18*GRP1***6***CI")), ["E17 SBR.6"]);
    assert_eq!(errors(&changed("*125*UN", "*125.001*UN"))[..1], ["E19 SV1.2"]);
    assert_eq!(errors(&changed("HL*2*1*22*0", "HL*2*9*22*0")), ["E18 HL.2"]);
    assert_eq!(errors(&changed("HL*2*1*22*0", "HL*7*1*22*0")), ["E18 HL.1"]);
    assert_eq!(errors(&changed("LX*1", "LX*2")), ["C35 LX.1"]);
}

#[test]
fn levels_can_be_left_out() {
    let bytes = changed("CLM*A1*125", "CLM*A1*124.99");
    let upto = |snip| validate(&bytes, &Options { snip, ..Options::default() }).findings.len();
    assert_eq!([upto(1), upto(2), upto(3), upto(5)], [0, 0, 1, 1]);
}

#[test]
fn text_that_is_no_text_is_reported_and_does_no_harm() {
    let mut bytes = claim(CLAIM);
    let at = bytes.windows(4).position(|window| window == b"JANE").unwrap();
    bytes[at] = 0xFF;
    assert_eq!(errors(&bytes), ["E13 NM1.4"]);
}

#[test]
fn findings_are_json_lines() {
    let report = judge(&changed("CLM*A1*125", "CLM*A1*124.99"));
    let json = serde_json::to_value(&report.findings[0]).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "snip": 3, "rule": "C7", "severity": "error", "ack": { "level": "277CA", "code": "A8:400" },
            "transaction": "0001", "segment": "CLM", "position": 18, "element": "2", "path": "2300/CLM[1]/02",
            "offset": json["offset"], "length": 6, "value": "124.99",
            "message": "CLM02 is 124.99 but the lines add up to 125.00."
        })
    );
}
