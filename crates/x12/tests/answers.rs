//! TA1 and 999: what is refused, where, and that the answers are themselves valid.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, claim, errors, judge, with};
use x12::ack::{f277ca, f999, ta1};
use x12::write::Envelope;

fn reply() -> Envelope<'static> {
    Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77)
}

fn body(bytes: &[u8]) -> Vec<String> {
    String::from_utf8(bytes.to_vec()).unwrap().lines().skip(1).map(str::to_owned).collect()
}

fn answer(bytes: &[u8]) -> Vec<String> {
    let answer = f999(&judge(bytes), &reply(), 5).unwrap().unwrap();
    assert!(errors(&answer).is_empty(), "{:?}\n{}", errors(&answer), String::from_utf8_lossy(&answer));
    body(&answer)
}

#[test]
fn an_accepted_file() {
    let bytes = claim(CLAIM);
    assert_eq!(
        answer(&bytes),
        [
            "GS*FA*PAYER*CLINIC*20261002*0930*5*X*005010X231A1~",
            "ST*999*0001*005010X231A1~",
            "AK1*HC*1*005010X222A1~",
            "AK2*837*0001*005010X222A1~",
            "IK5*A~",
            "AK9*A*1*1*1~",
            "SE*6*0001~",
            "GE*1*5~",
            "IEA*1*000000077~"
        ]
    );
    let answer = ta1(&judge(&bytes), &reply()).unwrap();
    assert_eq!(body(&answer), ["TA1*000000001*261002*0915*A*000~", "IEA*0*000000077~"]);
}

#[test]
fn element_and_segment_errors_name_the_claim() {
    let bad = with(CLAIM, "*Y*A*Y*Y", "*Y*Q*Y*Q");
    let lines = answer(&claim(&with(&bad, "DTP*472*D8*20261001\n", "")));
    assert_eq!(
        lines[4..11],
        [
            "IK3*CLM*18*2300*8~",
            "CTX*CLM01:A1~",
            "IK4*7**7*Q~",
            "IK4*9**7*Q~",
            "IK3*DTP*22*2400*3~",
            "CTX*CLM01:A1~",
            "IK5*R*5~"
        ]
    );
    assert_eq!(lines[11], "AK9*R*1*1*0~");
}

#[test]
fn what_is_wrong_in_sense_only_is_not_for_the_999() {
    let bytes = claim(&with(CLAIM, "CLM*A1*125", "CLM*A1*1"));
    assert_eq!(answer(&bytes)[4], "IK5*A~");
}

#[test]
fn broken_counts() {
    let bytes = String::from_utf8(claim(CLAIM)).unwrap();
    let lines = answer(bytes.replace("SE*24*0001", "SE*25*0002").as_bytes());
    assert_eq!(lines[4..6], ["IK5*R*4*3~", "AK9*R*1*1*0~"]);
    let lines = answer(bytes.replace("GE*1*1", "GE*2*1").as_bytes());
    assert_eq!(lines[4..6], ["IK5*A~", "AK9*R*2*1*0*5~"]);
}

#[test]
fn a_refused_interchange_gets_a_ta1_alone() {
    let bytes = String::from_utf8(claim(CLAIM)).unwrap().replace("IEA*1*000000001", "IEA*1*000000002");
    let report = judge(bytes.as_bytes());
    assert_eq!(body(&ta1(&report, &reply()).unwrap())[0], "TA1*000000001*261002*0915*R*001~");
    assert_eq!(f999(&report, &reply(), 5).unwrap(), None);
}

#[test]
fn a_999_is_not_answered_by_a_999() {
    let answer = f999(&judge(&claim(CLAIM)), &reply(), 5).unwrap().unwrap();
    assert_eq!(f999(&judge(&answer), &reply(), 6).unwrap(), None);
}

#[test]
fn delimiters_in_foreign_data_do_not_break_the_answer() {
    let bytes = String::from_utf8(claim(&with(CLAIM, "*Y*A*Y*Y", "*Y*Q|R*Y*Y"))).unwrap();
    let swapped: String = bytes
        .chars()
        .map(|c| match c {
            '*' => '|',
            '|' => '*',
            c => c,
        })
        .collect();
    assert_eq!(
        answer(swapped.as_bytes())[4..8],
        ["IK3*CLM*18*2300*8~", "CTX*CLM01:A1~", "IK4*7**5*Q R~", "IK4*7**7*Q R~"]
    );
}

fn claims_answered(bytes: &[u8]) -> Vec<String> {
    let answer = f277ca(bytes, &judge(bytes), &reply(), 5).unwrap().unwrap();
    assert!(errors(&answer).is_empty(), "{:?}\n{}", errors(&answer), String::from_utf8_lossy(&answer));
    body(&answer)
}

#[test]
fn a_277ca_takes_good_claims_and_refuses_others_with_reasons() {
    let lines = claims_answered(&claim(CLAIM));
    assert_eq!(
        lines[2..22],
        [
            "BHT*0085*08*0000000770001*20261002*0930*TH~",
            "HL*1**20*1~",
            "NM1*AY*2*DEMO PAYER*****46*PAYER~",
            "TRN*1*0000000770001~",
            "DTP*050*D8*20261002~",
            "DTP*009*D8*20261002~",
            "HL*2*1*21*1~",
            "NM1*41*2*SPRING THERAPY*****46*CLINIC~",
            "TRN*2*BATCH1~",
            "STC*A1:19:PR*20261002*WQ*125.00~",
            "QTY*90*1~",
            "AMT*YU*125.00~",
            "HL*3*2*19*1~",
            "NM1*85*2*SPRING THERAPY*****XX*1234567893~",
            "HL*4*3*PT*0~",
            "NM1*QC*1*DOE*JANE****MI*M123~",
            "TRN*2*A1~",
            "STC*A2:20*20261002*WQ*125.00~",
            "DTP*472*D8*20261001~",
            "SE*21*0001~",
        ]
    );
    let lines = claims_answered(&claim(&with(CLAIM, "CLM*A1*125", "CLM*A1*1")));
    assert!(lines.contains(&"STC*A8:400*20261002*U*1.00~".to_owned()), "{lines:?}");
    assert!(lines.contains(&"QTY*AA*1~".to_owned()) && lines.contains(&"AMT*YY*1.00~".to_owned()), "{lines:?}");
}

#[test]
fn what_the_999_refuses_gets_no_277ca() {
    let bytes = claim(&with(CLAIM, "*Y*A*Y*Y", "*Y*Q*Y*Q"));
    assert_eq!(f277ca(&bytes, &judge(&bytes), &reply(), 5).unwrap(), None);
}

#[test]
fn answers_are_read_back_and_joined_to_their_claims() {
    let second = CLAIM.split_once("HL*2").unwrap().1.replace("CLM*A1*125", "CLM*A2*125").replace("*Y*A*", "*Y*Q*");
    let bytes = claim(&format!("{CLAIM}\nHL*3{second}"));
    let report = judge(&bytes);
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let written = f999(&report, &reply, 5).unwrap().unwrap();
    let read = x12::answers(&written, Some(&bytes)).unwrap();
    assert_eq!(read.len(), 2, "{read:#?}");
    let error = &read[0];
    assert_eq!((error.level, error.code.as_str(), error.claim.as_str()), ("IK4", "7", "A2"));
    assert_eq!((error.segment.as_str(), error.element.as_str(), error.transaction.as_str()), ("CLM", "7", "0001"));
    assert_eq!(error.offset, bytes.windows(6).position(|part| part == b"CLM*A2"));
    assert_eq!((read[1].level, read[1].code.as_str(), read[1].is_accepted), ("IK5", "5", false));
    // Without CTX the claim is known from the place of the segment; without the file it is not.
    let plain = String::from_utf8(written).unwrap().replace("CTX*CLM01:A2~\n", "").replace("SE*8*", "SE*7*");
    assert_eq!(x12::answers(plain.as_bytes(), Some(&bytes)).unwrap()[0].claim, "A2");
    assert_eq!(x12::answers(plain.as_bytes(), None).unwrap()[0].claim, "");
}

#[test]
fn claim_answers_and_interchange_answers_are_read_back() {
    let body = CLAIM.replace("CLM*A1*125", "CLM*A1*124");
    let bytes = claim(&body);
    let report = judge(&bytes);
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let read = x12::answers(&f277ca(&bytes, &report, &reply, 5).unwrap().unwrap(), None).unwrap();
    assert_eq!((read[0].level, read[0].code.as_str(), read[0].claim.as_str()), ("277CA", "A8:400", "A1"));
    assert_eq!((read[0].is_accepted, read[0].control.as_str()), (false, "BATCH1"));
    let read = x12::answers(&ta1(&report, &reply).unwrap(), None).unwrap();
    assert_eq!((read[0].level, read[0].is_accepted, read[0].message.as_str()), ("TA1", true, "interchange accepted"));
}
