//! Small files the tests change: a remittance and a claim, one segment per line.
// Each test file uses a part of it.
#![allow(dead_code)]

use x12::ack::{Kind, respond};
use x12::write::{Element, Envelope, Writer, text};
use x12::{Finding, NoLists, Options, Report, Severity, validate};

/// A balanced payment of one claim with one line.
pub const REMITTANCE: &str = "\
BPR*I*106.32*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260315
TRN*1*T0001*1512345678
DTM*405*20260314
N1*PR*DEMO MAC
N3*1 MAIN ST
N4*BALTIMORE*MD*212440001
PER*BL*EDI HELP*TE*8005550100
N1*PE*DEMO CLINIC*XX*1234567893
LX*1
CLP*PT123*1*250*106.32*27.12*MB*2226070123456*11*1
NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73
SVC*HC:99214*250*106.32**1
DTM*472*20260301
CAS*CO*45*114.39**253*2.17
CAS*PR*2*27.12
REF*6R*L1
AMT*B6*135.61";

/// A claim of one line for a subscriber who is the patient.
pub const CLAIM: &str = "\
BHT*0019*00*BATCH1*20261002*0915*CH
NM1*41*2*SPRING THERAPY*****46*CLINIC
PER*IC*BILLING DESK*TE*2175550100
NM1*40*2*DEMO PAYER*****46*PAYER
HL*1**20*1
NM1*85*2*SPRING THERAPY*****XX*1234567893
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
CLM*A1*125***11:B:1*Y*A*Y*Y
HI*ABK:M5450*ABF:M6281
LX*1
SV1*HC:97110:GP*125*UN*2***1:2
DTP*472*D8*20261001
REF*6R*A1L1";

/// Puts a body into envelopes with counted trailers.
pub fn file(set_id: &str, functional_id: &str, guide: &str, body: &str) -> Vec<u8> {
    let mut writer = Writer::new(&Envelope::new("CLINIC", "PAYER", ("20261002", "0915"), 1));
    writer.group(functional_id, guide, 1);
    writer.transaction(set_id, "0001", Some(guide).filter(|_| set_id != "835"));
    for line in body.lines() {
        let parts: Vec<&str> = line.split('*').collect();
        let components: Vec<Vec<&str>> = parts[1..].iter().map(|part| part.split(':').collect()).collect();
        let elements: Vec<Element<'_>> =
            components.iter().map(|c| if c.len() == 1 { text(c[0]) } else { Element::Composite(c) }).collect();
        writer.segment(parts[0], &elements);
    }
    writer.finish().unwrap()
}

pub fn remittance(body: &str) -> Vec<u8> {
    file("835", "HP", "005010X221A1", body)
}

pub fn claim(body: &str) -> Vec<u8> {
    file("837", "HC", "005010X222A1", body)
}

pub fn judge(bytes: &[u8]) -> Report {
    validate(bytes, &Options { on: Some("20261002".to_owned()), ..Options::default() })
}

/// The 277CA of a file, if there is one.
pub fn f277ca(bytes: &[u8]) -> Option<Vec<u8>> {
    f277ca_by(bytes, &Options { on: Some("20261002".to_owned()), ..Options::default() })
}

pub fn f277ca_by(bytes: &[u8], options: &Options) -> Option<Vec<u8>> {
    let reply = Envelope::new("PAYER", "CLINIC", ("20261002", "0930"), 77);
    let (mut out, spool) = (Vec::new(), || Ok(std::io::Cursor::new(Vec::new())));
    respond(bytes, (options, &NoLists), &[Kind::F277ca], &reply, spool, &mut out).unwrap();
    Some(out).filter(|out| !out.is_empty())
}

/// The findings as `rule segment.element`, errors and warnings apart.
pub fn found(report: &Report, severity: Severity) -> Vec<String> {
    assert!(report.unreadable.is_none());
    let name = |finding: &Finding| {
        let element = finding.element.as_ref().map_or(String::new(), |element| format!(".{element}"));
        format!("{} {}{element}", finding.rule, finding.segment)
    };
    report.findings.iter().filter(|finding| finding.severity == severity).map(name).collect()
}

pub fn errors(bytes: &[u8]) -> Vec<String> {
    found(&judge(bytes), Severity::Error)
}

pub fn warnings(bytes: &[u8]) -> Vec<String> {
    found(&judge(bytes), Severity::Warning)
}

/// A body with one line changed.
pub fn with(body: &str, from: &str, to: &str) -> String {
    assert!(body.contains(from), "{from}");
    body.replacen(from, to, 1)
}
