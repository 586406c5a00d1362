//! Resources read and written back: nothing lost, defects named with their path, partners' own samples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use fhir::{Base64, Money, Resource};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

fn refusal(value: Value) -> String {
    Resource::read(value.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn elements_that_are_not_typed_are_kept() {
    let patient = json!({
        "resourceType": "Patient", "id": "p1", "birthDate": "1961-04-05", "_birthDate": { "id": "x" },
        "extension": [{ "url": "race", "valueString": "?" }],
        "identifier": [
            { "system": "urn:ssn", "value": "1" },
            { "type": { "coding": [{ "code": "MR" }] }, "value": "4711", "period": { "start": "2020" } }
        ],
        "name": [{ "family": "Maiden", "use": "maiden" }, { "family": "Quist", "given": ["Della", "R"], "use": "official" }]
    });
    let Resource::Patient(read) = Resource::read(patient.to_string().as_bytes()).unwrap() else { panic!("a patient") };
    assert_eq!(read.record_number(), Some("4711"));
    assert_eq!(read.legal_name().unwrap().full(), "Della R Quist");
    assert_eq!(read.birth_date.as_ref().unwrap().day(), Some(date(1961, 4, 5)));
    assert_eq!(Resource::Patient(read).to_value().unwrap(), patient);
}

#[test]
fn a_defect_is_named_with_its_path() {
    assert_eq!(refusal(json!({ "id": "x" })), "resourceType: found nothing; expected the type of the resource");
    assert_eq!(
        refusal(json!({ "resourceType": "Patient", "birthDate": "1961-13-05" })),
        "birthDate: found \u{201c}1961-13-05\u{201d}; expected a date as 2026-03-01, 2026-03 or 2026"
    );
    assert!(refusal(json!({ "resourceType": "Patient", "id": "a b" })).starts_with("id: found"));
    let claim = json!({ "resourceType": "Claim", "item": [{}, { "servicedDate": "yesterday" }] });
    assert!(refusal(claim).starts_with("item[1].servicedDate: found \u{201c}yesterday\u{201d}"));
    let claim = json!({ "resourceType": "Claim", "item": [{ "sequence": -1 }] });
    assert!(refusal(claim).starts_with("item[0].sequence: "));
    let timed = json!({ "resourceType": "Encounter", "period": { "start": "2026-03-01T09:30" } });
    assert!(refusal(timed).starts_with("period.start: "), "a time has a zone");
    let bundle = json!({ "resourceType": "Bundle", "entry": [
        { "resource": { "resourceType": "Patient" } }, { "resource": { "resourceType": "Patient", "id": "" } }
    ]});
    let Resource::Bundle(bundle) = Resource::read(bundle.to_string().as_bytes()).unwrap() else { panic!("a bundle") };
    let read: Vec<_> = bundle.resources().collect();
    assert!(read[0].is_ok());
    assert_eq!(read[1].as_ref().unwrap_err().path, "entry[1].resource.id");
    assert!(Resource::read(b"{\"resourceType\":").unwrap_err().to_string().contains("line 1 column"));
    let deep = [b"{\"resourceType\":\"Patient\",\"x\":".to_vec(), vec![b'['; 1_000_000]].concat();
    assert!(Resource::read(&deep).is_err(), "depth is bounded");
}

#[test]
fn references_are_followed_by_address_or_by_type_and_id() {
    let bundle = json!({ "resourceType": "Bundle", "entry": [
        { "fullUrl": "urn:uuid:7", "resource": { "resourceType": "Patient", "id": "p1" } },
        { "fullUrl": "https://ehr.example/Patient/p2", "resource": { "resourceType": "Patient", "id": "p2" } },
        { "resource": { "resourceType": "Binary", "id": "p1" } }
    ]});
    let Resource::Bundle(bundle) = Resource::read(bundle.to_string().as_bytes()).unwrap() else { panic!("a bundle") };
    assert_eq!(bundle.find("urn:uuid:7").unwrap()["id"], "p1");
    assert_eq!(bundle.find("Patient/p2").unwrap()["id"], "p2");
    assert_eq!(bundle.find("https://ehr.example/Patient/p2").unwrap()["id"], "p2");
    assert_eq!(bundle.find("Binary/p1").unwrap()["resourceType"], "Binary");
    assert!(bundle.find("Patient/p3").is_none());
}

#[test]
fn money_is_whole_cents() {
    let cents = |text: &str| serde_json::from_str::<Money>(text).unwrap().cents();
    assert_eq!(cents(r#"{"value": 125.50, "currency": "USD"}"#), Some(12_550));
    assert_eq!(cents(r#"{"value": 7}"#), Some(700));
    assert_eq!(cents(r#"{"value": -0.05}"#), Some(-5));
    assert_eq!(cents(r#"{"value": -3.05}"#), Some(-305));
    assert_eq!(cents(r#"{"value": 0.005}"#), None);
    assert_eq!(cents("{}"), None);
}

/// Every member of an archive of samples that is JSON.
fn samples(archive: &str) -> Option<Vec<Value>> {
    let shared = std::env::var_os("SUPERBILL_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let packed = std::fs::read(shared.join("data/samples").join(archive)).ok()?;
    let tar = zstd::decode_all(packed.as_slice()).unwrap();
    let mut at = 0;
    let mut found = Vec::new();
    // A tar member is a header of 512 bytes (size in octal at 124) and its bytes, padded to 512.
    while let Some(header) = tar.get(at..at + 512) {
        let size = std::str::from_utf8(&header[124..136]).unwrap().trim_matches(['\0', ' ']);
        let Ok(size) = usize::from_str_radix(size, 8) else { break };
        found.extend(serde_json::from_slice(&tar[at + 512..at + 512 + size]));
        at += 512 + size.div_ceil(512) * 512;
    }
    Some(found)
}

#[test]
fn partners_samples_come_back_as_they_were() {
    let archives =
        ["synthea_r4_bundles_14.tar.zst", "davinci_pas_2.2.1_examples.tar.zst", "carin_bb_2.0.0_examples.tar.zst"];
    for archive in archives {
        let Some(samples) = samples(archive) else {
            println!("SKIPPED: no shared sample {archive}");
            continue;
        };
        let mut typed = 0;
        for value in samples.into_iter().filter(|value| value.get("resourceType").is_some()) {
            let read = Resource::from_value(value.clone(), "").unwrap();
            assert_eq!(read.to_value().unwrap(), value);
            typed += usize::from(!matches!(read, Resource::Other(_) | Resource::Bundle(_)));
            let Resource::Bundle(bundle) = read else { continue };
            for (n, resource) in bundle.resources().enumerate() {
                let resource = resource.unwrap_or_else(|e| panic!("{archive}: {e}"));
                typed += usize::from(!matches!(resource, Resource::Other(_)));
                assert_eq!(Some(resource.to_value().unwrap()), bundle.entry[n].resource, "{archive}");
            }
        }
        assert!(typed > 0, "{archive}");
    }
}

proptest! {
    #[test]
    fn bytes_survive_their_text(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Base64::of(&bytes).bytes().unwrap(), bytes);
    }

    #[test]
    fn nothing_read_makes_it_panic(text in "\\PC{0,200}", cut in 0..200_usize) {
        let whole = json!({ "resourceType": "Observation", "id": "o", "valueString": text }).to_string();
        let _ = Resource::read(whole.as_bytes().get(..cut).unwrap_or(whole.as_bytes()));
        let _ = Resource::read(text.as_bytes());
    }
}
