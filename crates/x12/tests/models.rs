//! Transaction sets as types: what is read is written again, through JSON too, and views say the same as models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::path::{Path, PathBuf};

use common::{CLAIM, REMITTANCE, claim, remittance};
use x12::model::{self, Claims, Document, Remittance};
use x12::write::Envelope;
use x12::{ClaimReader, FileKind, Lexer, Plan, Severity, generate, validate};

fn envelope() -> Envelope<'static> {
    Envelope::new("SENDER", "RECEIVER", ("20261002", "0915"), 1)
}

/// The segments of the transaction sets of a file as written, trailing separators left out; SE, HL flags and the
/// envelopes differ or are counted anew.
fn segments(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    for segment in Lexer::new(bytes).map_while(Result::ok) {
        if ["ISA", "GS", "ST", "SE", "GE", "IEA", "HL"].contains(&segment.id()) {
            continue;
        }
        let marks = segment.delimiters();
        let trim = |text: &str, mark: u8| text.trim_end_matches(char::from(mark)).to_owned();
        let elements = segment.elements().map(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            let text = trim(&text, marks.component).replace(char::from(marks.component), ":");
            marks.repetition.map_or(text.clone(), |mark| text.replace(char::from(mark), "^"))
        });
        out.push(elements.collect::<Vec<_>>().join("*").trim_end_matches('*').to_owned());
    }
    out
}

/// Reads, goes through JSON, writes, reads again: nothing changes. Gives the segments that were not written again.
fn round<D>(bytes: &[u8], guide: &str) -> Vec<String>
where
    D: for<'a> Document<'a> + serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let read: Vec<D> = model::read(bytes).unwrap();
    assert!(!read.is_empty());
    let json = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Vec<D>>(&json).unwrap(), read);
    let written = model::write(&envelope(), 1, guide, &read).unwrap();
    assert_eq!(model::read::<D>(&written).unwrap(), read, "{}", String::from_utf8_lossy(&written));
    let mut kept = segments(&written);
    let mut lost = Vec::new();
    for segment in segments(bytes) {
        match kept.iter().position(|one| *one == segment) {
            Some(at) => drop(kept.remove(at)),
            None => lost.push(segment),
        }
    }
    // What was written instead, to see the difference.
    if !lost.is_empty() {
        lost.extend(kept.into_iter().map(|one| format!("instead {one}")));
    }
    lost
}

fn round_of(set_id: &str, version: &str, bytes: &[u8]) -> Option<Vec<String>> {
    let of = |beginning: &str| version.starts_with(beginning);
    Some(match set_id {
        "837" if of("005010X22") => round::<Claims>(bytes, version),
        "835" if of("005010X221") => round::<Remittance>(bytes, version),
        "270" if of("005010X279") => round::<model::EligibilityInquiry>(bytes, version),
        "271" if of("005010X279") => round::<model::EligibilityAnswer>(bytes, version),
        "276" if of("005010X212") => round::<model::StatusInquiry>(bytes, version),
        "277" if of("005010X212") => round::<model::StatusAnswer>(bytes, version),
        "277" if of("005010X213") => round::<model::InformationRequest>(bytes, version),
        "277" if of("005010X214") => round::<model::ClaimAcknowledgement>(bytes, version),
        "999" if of("005010X231") => round::<model::SyntaxAnswer>(bytes, version),
        "278" if of("005010X217") => round::<model::ServiceReview>(bytes, version),
        "275" if of("005010X210") || of("006020X314") => round::<model::Attachments>(bytes, version),
        "834" if of("005010X220") => round::<model::Enrollment>(bytes, version),
        "820" if of("005010X218") || of("005010X306") => round::<model::PremiumPayment>(bytes, version),
        "824" if of("005010X186") => round::<model::ApplicationAdvice>(bytes, version),
        _ => return None,
    })
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() { files(&entry, out) } else { out.push(entry) }
    }
}

/// Sample files without a structural fault keep every segment.
#[test]
fn sample_files_are_written_as_they_were_read() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let samples = std::env::var_os("SUPERBILL_SHARED").map_or(beside, PathBuf::from).join("x12/samples");
    if !samples.is_dir() {
        eprintln!("SKIPPED: no X12 samples at {}", samples.display());
        return;
    }
    let mut paths = Vec::new();
    files(&samples, &mut paths);
    let (mut met, mut losing) = (std::collections::BTreeMap::<String, u32>::new(), Vec::new());
    for path in paths.iter().filter(|path| !path.to_string_lossy().contains("mutants")) {
        let bytes = std::fs::read(path).unwrap();
        let Ok(interchanges) = x12::read_complete(&bytes) else { continue };
        let sets: Vec<_> = interchanges.iter().flat_map(|one| one.transactions()).collect();
        let report = validate(&bytes, &x12::Options { snip: 2, ..x12::Options::default() });
        let has_fault = report.findings.iter().any(|one| one.severity == Severity::Error && one.snip < 3);
        let [set] = sets[..] else { continue };
        if has_fault {
            continue;
        }
        let Some(lost) = round_of(set.set_id(), set.guide(), &bytes) else { continue };
        *met.entry(format!("{} {}", set.set_id(), set.guide())).or_default() += 1;
        if !lost.is_empty() {
            losing.push(format!("{}: {lost:?}", path.file_name().unwrap().to_string_lossy()));
        }
    }
    eprintln!("sample files through the models: {met:?}");
    assert!(losing.is_empty(), "{losing:#?}");
    assert!(met.len() > 5);
}

#[test]
fn made_files_are_written_as_they_were_read_and_stay_valid() {
    for (kind, guide) in [
        (FileKind::Professional, "005010X222A1"),
        (FileKind::Institutional, "005010X223A2"),
        (FileKind::Remittance, "005010X221A1"),
    ] {
        let mut bytes = Vec::new();
        generate(&Plan::new(kind, 30), &mut bytes).unwrap();
        let lost = if kind == FileKind::Remittance {
            round::<Remittance>(&bytes, guide)
        } else {
            round::<Claims>(&bytes, guide)
        };
        assert!(lost.is_empty(), "{lost:?}");
        let written = if kind == FileKind::Remittance {
            model::write(&envelope(), 1, guide, &model::read::<Remittance>(&bytes).unwrap())
        } else {
            model::write(&envelope(), 1, guide, &model::read::<Claims>(&bytes).unwrap())
        };
        assert!(validate(&written.unwrap(), &x12::Options::default()).findings.is_empty());
    }
}

#[test]
fn a_claim_is_seen_by_names() {
    let bytes = claim(CLAIM);
    let mut reader = ClaimReader::new(bytes.as_slice());
    let unit = reader.next_claim().unwrap().unwrap();
    assert!(unit.remittance().is_none());
    let view = unit.claims().unwrap();
    let path = view.claims().next().unwrap();
    let name = |people: &[model::Person<&str>]| people[0].name.as_ref().unwrap().id.to_owned();
    assert_eq!(name(&path.billing_provider.parties), "1234567893");
    assert_eq!(path.subscriber.coverage.as_ref().unwrap().filing, "CI");
    assert!(path.patient.is_none());
    let clm = path.claim.claim.as_ref().unwrap();
    assert_eq!((clm.control, clm.charge, clm.place, clm.frequency), ("A1", "125", "11", "1"));
    assert_eq!(path.claim.codes[0].elements, [["ABK", "M5450"], ["ABF", "M6281"]]);
    let sv1 = path.claim.lines[0].professional.as_ref().unwrap();
    assert_eq!((sv1.procedure, sv1.modifier_1, sv1.units, sv1.pointer_2), ("97110", "GP", "2", "2"));
    assert_eq!(path.claim.lines[0].dates[0].value, "20261001");
}

#[test]
fn a_payment_is_seen_by_names() {
    let bytes = remittance(REMITTANCE);
    let mut reader = ClaimReader::new(bytes.as_slice());
    let unit = reader.next_claim().unwrap().unwrap();
    let view = unit.remittance().unwrap();
    assert_eq!(view.payment.as_ref().unwrap().amount, "106.32");
    let paid = &view.groups[0].claims[0];
    assert_eq!(paid.claim.as_ref().unwrap().payer_control, "2226070123456");
    assert_eq!(paid.lines[0].adjustments[0].elements[0], ["CO"]);
    assert_eq!(paid.lines[0].service.as_ref().unwrap().procedure, "99214");
}

#[test]
fn an_eligibility_inquiry_is_built_and_valid() {
    use model::{
        Asked, AskedPayer, AskedPerson, AskedSubscriber, AskingProvider, Beginning, BenefitProvider,
        EligibilityInquiry, Inquiry, Name, Person,
    };
    let text = str::to_owned;
    let name = |role: &str, kind: &str, last: &str, qualifier: &str, id: &str| {
        Some(Name {
            role: text(role),
            kind: text(kind),
            last: text(last),
            id_qualifier: text(qualifier),
            id: text(id),
            ..Name::default()
        })
    };
    let asked = Asked { service_types: vec![text("30"), text("98")], ..Asked::default() };
    let person = AskedPerson {
        name: name("IL", "1", "DOE", "MI", "M123"),
        inquiries: vec![Inquiry { asked: Some(asked), ..Inquiry::default() }],
        ..AskedPerson::default()
    };
    let subscriber = AskedSubscriber { person: Some(person), ..AskedSubscriber::default() };
    let provider = AskingProvider {
        parties: vec![BenefitProvider {
            name: name("1P", "2", "SPRING CLINIC", "XX", "1234567893"),
            ..BenefitProvider::default()
        }],
        subscribers: vec![subscriber],
    };
    let beginning = Beginning {
        structure: text("0022"),
        purpose: text("13"),
        reference: text("R1"),
        date: text("20261002"),
        time: text("0915"),
        kind: String::new(),
    };
    let inquiry = EligibilityInquiry {
        beginning: Some(beginning),
        payers: vec![AskedPayer {
            parties: vec![Person { name: name("PR", "2", "DEMO PAYER", "PI", "PAYER"), ..Person::default() }],
            providers: vec![provider],
        }],
    };
    let bytes = model::write(&envelope(), 1, "005010X279A1", &[inquiry]).unwrap();
    let report = validate(&bytes, &x12::Options::default());
    assert!(report.findings.is_empty(), "{:?}", report.findings);
    let written = String::from_utf8(bytes).unwrap();
    assert!(written.contains("HL*3*2*22*0~") && written.contains("EQ*30^98~"), "{written}");
}
