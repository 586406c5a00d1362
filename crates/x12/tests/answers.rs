//! TA1 and 999: what is refused, where, and that the answers are themselves valid.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, claim, errors, f277ca, judge, with};
use x12::ack::{Kind, f999, respond, ta1};
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

/// What answers say, joined with the file they answer where it is given.
fn read_back(written: &[u8], sent: Option<&[u8]>) -> Vec<x12::Answer> {
    let mut read = Vec::new();
    let syntax = x12::answers(written, |one| {
        read.push(one);
        Ok(())
    });
    read.extend(match sent {
        Some(sent) => syntax.unwrap().join(sent).unwrap(),
        None => syntax.unwrap().into_inner(),
    });
    read
}

fn claims_answered(bytes: &[u8]) -> Vec<String> {
    let answer = f277ca(bytes).unwrap();
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
    assert_eq!(f277ca(&bytes), None);
}

#[test]
fn answers_are_read_back_and_joined_to_their_claims() {
    let second = CLAIM.split_once("HL*2").unwrap().1.replace("CLM*A1*125", "CLM*A2*125").replace("*Y*A*", "*Y*Q*");
    let bytes = claim(&format!("{CLAIM}\nHL*3{second}"));
    let report = judge(&bytes);
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let written = f999(&report, &reply, 5).unwrap().unwrap();
    let read = read_back(&written, Some(&bytes));
    assert_eq!(read.len(), 2, "{read:#?}");
    let error = &read[0];
    assert_eq!((error.level, error.code.as_str(), error.claim.as_str()), ("IK4", "7", "A2"));
    assert_eq!((error.segment.as_str(), error.element.as_str(), error.transaction.as_str()), ("CLM", "7", "0001"));
    assert_eq!(error.offset, bytes.windows(6).position(|part| part == b"CLM*A2"));
    assert_eq!((read[1].level, read[1].code.as_str(), read[1].is_accepted), ("IK5", "5", false));
    // Without CTX the claim is known from the place of the segment; without the file it is not.
    let plain = String::from_utf8(written).unwrap().replace("CTX*CLM01:A2~\n", "").replace("SE*8*", "SE*7*");
    assert_eq!(read_back(plain.as_bytes(), Some(&bytes))[0].claim, "A2");
    assert_eq!(read_back(plain.as_bytes(), None)[0].claim, "");
}

#[test]
fn claim_answers_and_interchange_answers_are_read_back() {
    let body = CLAIM.replace("CLM*A1*125", "CLM*A1*124");
    let bytes = claim(&body);
    let report = judge(&bytes);
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let read = read_back(&f277ca(&bytes).unwrap(), None);
    assert_eq!((read[0].level, read[0].code.as_str(), read[0].claim.as_str()), ("277CA", "A8:400", "A1"));
    assert_eq!((read[0].is_accepted, read[0].control.as_str()), (false, "BATCH1"));
    let read = read_back(&ta1(&report, &reply).unwrap(), None);
    assert_eq!((read[0].level, read[0].is_accepted, read[0].message.as_str()), ("TA1", true, "interchange accepted"));
}

/// Everything `respond` writes.
fn responded(bytes: &[u8], asked: &[Kind]) -> Vec<u8> {
    let mut out = Vec::new();
    let options = x12::Options { on: Some("20261002".to_owned()), ..x12::Options::default() };
    let spool = || Ok(std::io::Cursor::new(Vec::new()));
    respond(bytes, (&options, &x12::NoLists), asked, &reply(), spool, &mut out).unwrap();
    out
}

#[test]
fn answers_made_while_a_file_is_read_are_those_of_its_report() {
    let good = String::from_utf8(claim(CLAIM)).unwrap();
    let files = [
        good.clone(),
        good.replace("*Y*A*Y*Y", "*Y*Q*Y*Q"),
        good.replace("DTP*472*D8*20261001~\n", ""),
        good.replace("SE*24*0001", "SE*25*0002"),
        good.replace("SE*24*0001~\n", ""),
        good.replace("GE*1*1", "GE*2*1"),
        good.replace("GE*1*1~\n", ""),
        good.replace("IEA*1*000000001", "IEA*1*000000002"),
        good.replace("GS*HC", "GS*HP"),
        good.replace("005010X222A1", "005010X999"),
        good[..good.len() - 200].to_owned(),
        [good.clone(), "garbage".to_owned(), good.replace("000000001", "000000002"), good.clone()].concat(),
    ];
    for bytes in files {
        let report = judge(bytes.as_bytes());
        assert_eq!(responded(bytes.as_bytes(), &[Kind::Ta1]), ta1(&report, &reply()).unwrap(), "{bytes}");
        let syntax = f999(&report, &reply(), 77).unwrap().unwrap_or_default();
        assert_eq!(responded(bytes.as_bytes(), &[Kind::F999]), syntax, "{bytes}");
    }
}

#[test]
fn every_transaction_set_is_answered_however_many_errors_there_are() {
    // The first set has more errors than are listed; the second is refused all the same, the third accepted.
    let many = format!("{CLAIM}{}", "\nREF*D9*1".repeat(x12::FINDINGS_MAX + 10));
    let whole = |body: &str, number: u32| {
        let file = String::from_utf8(claim(body)).unwrap().replace("*0001", &format!("*{number:04}"));
        file[file.find("ST*").unwrap()..file.find("GE*").unwrap()].to_owned()
    };
    let good = String::from_utf8(claim(CLAIM)).unwrap();
    let sets = [whole(&many, 1), whole(&with(CLAIM, "*Y*A*Y*Y", "*Y*Q*Y*Y"), 2), whole(CLAIM, 3)].concat();
    let head = &good[..good.find("ST*").unwrap()];
    let answer = responded(format!("{head}{sets}GE*3*1~\nIEA*1*000000001~\n").as_bytes(), &[Kind::F999]);
    assert!(errors(&answer).is_empty());
    let lines = body(&answer);
    assert_eq!(lines.iter().filter(|line| line.starts_with("IK3*")).count(), x12::FINDINGS_MAX + 1);
    let verdicts: Vec<&String> = lines.iter().filter(|line| line.starts_with("IK5")).collect();
    assert_eq!(verdicts, ["IK5*R*5~", "IK5*R*5~", "IK5*A~"]);
    assert!(lines.contains(&"AK9*P*3*3*1~".to_owned()));
}

#[test]
fn a_277ca_leaves_out_what_ta1_and_999_refuse() {
    let good = String::from_utf8(claim(CLAIM)).unwrap();
    let again = |isa: &str, iea: &str| good.replace("*000000001*", isa).replace("*000000001~", iea);
    let refused = again("*000000002*", "*000000009~");
    let other = again("*000000003*", "*000000003~").replace("GE*1*1", "GE*4*1");
    let answer = f277ca([good.clone(), refused, other].concat().as_bytes()).unwrap();
    assert!(errors(&answer).is_empty());
    assert_eq!(body(&answer).iter().filter(|line| line.starts_with("ST*277*")).count(), 1);
    assert_eq!(answer, f277ca(good.as_bytes()).unwrap());
}
