//! Files to measure: claims and payments without faults, as many as make some megabytes.

use x12::write::{Element, Envelope, Writer, text};

pub const KINDS: [&str; 3] = ["837P", "837I", "835"];

const CLAIMS: usize = 8_000;

const PROFESSIONAL: &str = "\
HL*{n}*1*22*0
SBR*P*18*GRP1******CI
NM1*IL*1*DOE*JANE*Q***MI*M{c}
N3*123 OAK AVENUE
N4*SPRINGFIELD*IL*627010001
DMG*D8*19800229*F
NM1*PR*2*DEMO PAYER*****PI*PAYER
CLM*C{c}*250***11:B:1*Y*A*Y*Y
HI*ABK:M5450*ABF:M6281
NM1*82*1*ROE*RAY****XX*1245319599
PRV*PE*PXC*225100000X
LX*1
SV1*HC:97110:GP*125*UN*2***1:2
DTP*472*D8*20261001
REF*6R*{c}L1
LX*2
SV1*HC:97140:GP*125*UN*1***1
DTP*472*D8*20261001
REF*6R*{c}L2";

const INSTITUTIONAL: &str = "\
HL*{n}*1*22*0
SBR*P*18*GRP1******CI
NM1*IL*1*DOE*JANE*Q***MI*M{c}
N3*123 OAK AVENUE
N4*SPRINGFIELD*IL*627010001
DMG*D8*19800229*F
NM1*PR*2*DEMO PAYER*****PI*PAYER
CLM*C{c}*250***13:A:1**A*Y*Y
DTP*434*RD8*20261001-20261001
CL1*3*7*01
HI*ABK:M5450
NM1*71*1*ROE*RAY****XX*1234567893
LX*1
SV2*0420*HC:97110:GP*125*UN*2
DTP*472*D8*20261001
LX*2
SV2*0420*HC:97140:GP*125*UN*1
DTP*472*D8*20261001";

const PAYMENT: &str = "\
CLP*C{c}*1*250*106.32*27.12*MB*ICN{c}*11*1
NM1*QC*1*DOE*JANE****MI*1EG4TE5MK73
SVC*HC:99214*250*106.32**1
DTM*472*20260301
CAS*CO*45*114.39**253*2.17
CAS*PR*2*27.12
REF*6R*L1
AMT*B6*135.61";

/// A file of one kind.
pub fn file(kind: &str) -> Vec<u8> {
    let envelope = Envelope::new("CLINIC", "PAYER", ("20261002", "0915"), 1);
    let mut writer = Writer::new(&envelope);
    let (group, version, set, body) = match kind {
        "835" => ("HP", "005010X221A1", "835", PAYMENT),
        "837I" => ("HC", "005010X223A2", "837", INSTITUTIONAL),
        _ => ("HC", "005010X222A1", "837", PROFESSIONAL),
    };
    writer.group(group, version, 1);
    writer.transaction(set, "0001", Some(version).filter(|_| set == "837"));
    let head = if set == "837" { HEAD_837.to_owned() } else { head_835() };
    lines(&mut writer, &head);
    for claim in 0..CLAIMS {
        let number = (claim + 2).to_string();
        lines(&mut writer, &body.replace("{n}", &number).replace("{c}", &format!("{claim:07}")));
    }
    writer.finish().unwrap()
}

const HEAD_837: &str = "\
BHT*0019*00*BATCH1*20261002*0915*CH
NM1*41*2*SPRING THERAPY*****46*CLINIC
PER*IC*BILLING DESK*TE*2175550100
NM1*40*2*DEMO PAYER*****46*PAYER
HL*1**20*1
NM1*85*2*SPRING THERAPY*****XX*1234567893
N3*1 MAIN ST
N4*SPRINGFIELD*IL*627010001
REF*EI*123456789";

fn head_835() -> String {
    let cents = CLAIMS * 10_632;
    format!(
        "BPR*I*{}.{:02}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*20260315
TRN*1*T0001*1512345678
N1*PR*DEMO MAC
N3*1 MAIN ST
N4*BALTIMORE*MD*212440001
PER*BL*EDI HELP*TE*8005550100
N1*PE*DEMO CLINIC*XX*1234567893
LX*1",
        cents / 100,
        cents % 100
    )
}

fn lines(writer: &mut Writer<'_>, body: &str) {
    for line in body.lines() {
        let (id, elements) = line.split_once('*').unwrap_or((line, ""));
        let composites: Vec<Vec<&str>> = elements.split('*').map(|element| element.split(':').collect()).collect();
        let elements: Vec<Element<'_>> = composites
            .iter()
            .map(|parts| match parts.as_slice() {
                [one] => text(one),
                many => Element::Composite(many),
            })
            .collect();
        writer.segment(id, &elements);
    }
}
