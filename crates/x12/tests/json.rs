//! X12 to JSON to X12 to JSON: nothing changes after the first step.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{CLAIM, REMITTANCE, claim, errors, remittance, with};
use x12::json::{Document, Node, Value};

fn round(bytes: &[u8]) -> (Document, Vec<u8>) {
    let document = Document::read(bytes).unwrap();
    let text = serde_json::to_string(&document).unwrap();
    let back: Document = serde_json::from_str(&text).unwrap();
    assert_eq!(back, document);
    let written = back.write().unwrap();
    assert_eq!(Document::read(&written).unwrap(), document);
    (document, written)
}

#[test]
fn what_we_write_comes_back_byte_for_byte() {
    for bytes in [claim(CLAIM), remittance(REMITTANCE)] {
        assert_eq!(String::from_utf8(round(&bytes).1).unwrap(), String::from_utf8(bytes).unwrap());
    }
}

#[test]
fn loops_nest_and_amounts_stay_as_sent() {
    let (document, _) = round(&claim(CLAIM));
    let json = serde_json::to_value(&document).unwrap();
    let body = &json["interchanges"][0]["groups"][0]["transactions"][0]["body"];
    assert_eq!(body[0][0], "BHT");
    let billing = &body[3];
    assert_eq!(billing["loop"], "2000A");
    let subscriber = billing["body"].as_array().unwrap().iter().find(|node| node["loop"] == "2000B").unwrap();
    let claim = subscriber["body"].as_array().unwrap().iter().find(|node| node["loop"] == "2300").unwrap();
    assert_eq!(claim["body"][0], serde_json::json!(["CLM", "A1", "125", "", "", ["11", "B", "1"], "Y", "A", "Y", "Y"]));
}

#[test]
fn a_document_cannot_break_out_of_its_elements() {
    let (mut document, _) = round(&claim(CLAIM));
    let body = &mut document.interchanges[0].groups[0].transactions[0].body;
    body.push(Node::Segment(vec![Value::Text("NTE".into()), Value::Text("ADD~SE".into())]));
    assert!(document.write().is_err());
}

#[test]
fn what_is_written_from_json_is_valid() {
    let (_, written) = round(&claim(&with(CLAIM, "CLM*A1*125", "CLM*A1*125.00")));
    assert!(errors(&written).is_empty());
}

#[test]
fn a_line_says_what_the_document_says() {
    let whole = String::from_utf8(claim(CLAIM)).unwrap();
    let bytes = with(&whole, "*19800229*F~", "*19800229*F**:RET:2135-2^:RET:2106-3***~").into_bytes();
    let document = serde_json::to_value(Document::read(&bytes).unwrap()).unwrap();
    let mut flat = Vec::new();
    fn flatten(node: &serde_json::Value, out: &mut Vec<serde_json::Value>) {
        match node.get("body") {
            Some(body) => body.as_array().unwrap().iter().for_each(|one| flatten(one, out)),
            None => out.push(node.clone()),
        }
    }
    let body = &document["interchanges"][0]["groups"][0]["transactions"][0]["body"];
    body.as_array().unwrap().iter().for_each(|one| flatten(one, &mut flat));
    let mut reader = x12::ClaimReader::new(bytes.as_slice());
    let mut line = Vec::new();
    reader.next_claim().unwrap().unwrap().write_line(&mut line);
    let line: serde_json::Value = serde_json::from_slice(&line).unwrap();
    let parts = |key: &str| line[key].as_array().unwrap().clone();
    assert_eq!([parts("context"), parts("segments")].concat(), flat);
    assert!(flat.iter().any(|one| one[5].get("repeat").is_some()));
}

#[test]
fn components_and_repetitions_keep_the_marks_of_the_isa() {
    let usual = String::from_utf8(claim(CLAIM)).unwrap();
    for (marks, component) in [("|*00501*000000001*0*P*>", '>'), ("U*00401*000000001*0*P*:", ':')] {
        let bytes = usual.replace(':', &component.to_string()).replace("^*00501*000000001*0*P*", "");
        let bytes = bytes.replacen(&format!("{component}~"), &format!("{marks}~"), 1);
        assert_eq!(String::from_utf8(round(bytes.as_bytes()).1).unwrap(), bytes);
    }
}

/// Every whole file of the shared samples: JSON, X12 and JSON are the same, written at once or as the file is read.
#[test]
fn samples_go_both_ways() {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let samples = std::env::var_os("SUPERBILL_SHARED").map_or(beside, std::path::PathBuf::from).join("x12/samples");
    if !samples.is_dir() {
        eprintln!("SKIPPED: no X12 samples at {}", samples.display());
        return;
    }
    let (mut folders, mut whole, mut refused) = (vec![samples], 0, 0);
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let Ok(document) = Document::read(&bytes) else { continue };
            let mut streamed = Vec::new();
            x12::json::write_document(bytes.as_slice(), &mut streamed).unwrap();
            assert_eq!(serde_json::from_slice::<Document>(&streamed).unwrap(), document, "{}", path.display());
            match document.write() {
                Ok(written) => {
                    assert_eq!(Document::read(&written).unwrap(), document, "{}", path.display());
                    whole += 1;
                }
                Err(error) => {
                    eprintln!("{}: {error}", path.display());
                    refused += 1;
                }
            }
        }
    }
    assert!(whole > 250 && refused < 10, "{whole} whole, {refused} refused");
    eprintln!("{whole} files go both ways");
}
