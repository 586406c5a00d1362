//! Invented notes of every kind with the codes an expert would write.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::float_arithmetic,
    reason = "a test fails by panicking"
)]

mod common;

use claim::{NoteKind, PayerKind};
use common::{code_with, diagnoses, services, visit};

/// A fixture: lines before `---` are the expectations, the note follows.
fn check(name: &str, text: &str) -> Result<(), String> {
    let (head, body) = text.split_once("\n---\n").unwrap();
    let mut visit = visit();
    let mut kind = NoteKind::Progress;
    let (mut dx, mut cpt) = (Vec::new(), Vec::new());
    for line in head.lines() {
        let (key, value) = line.split_once(": ").unwrap_or((line, ""));
        match key {
            "kind" => kind = NoteKind::from_code(value),
            "payer" => visit.payer_kind = PayerKind::from_filing_code(value),
            "place" => visit.place_of_service = claim::PlaceOfService::new(value).unwrap(),
            "new" => visit.is_established = false,
            "born" => visit.patient_born_on = Some(value.parse().unwrap()),
            "sex" => visit.patient_sex = claim::Sex::from_code(value),
            "dx" => dx = value.split(' ').map(|c| c.replace('.', "")).collect(),
            "cpt" => cpt = value.split(", ").filter(|c| !c.is_empty()).map(str::to_owned).collect::<Vec<_>>(),
            other => panic!("{name}: {other}"),
        }
    }
    let coding = code_with(body, kind, &visit);
    for suggestion in &coding.suggestions {
        assert!(!suggestion.evidence.is_empty() && !suggestion.rules.is_empty(), "{name}");
        assert!(suggestion.rules.iter().all(|rule| !rule.citation.is_empty()), "{name}: {:?}", suggestion.rules);
        for evidence in &suggestion.evidence {
            assert_eq!(&body[evidence.start..evidence.end], evidence.text, "{name}");
        }
    }
    let (got_dx, mut got_cpt) = (diagnoses(&coding), services(&coding));
    got_cpt.sort();
    cpt.sort();
    if got_dx == dx && got_cpt == cpt {
        return Ok(());
    }
    Err(format!(
        "{name}\n  dx  {got_dx:?}\n  not {dx:?}\n  cpt {got_cpt:?}\n  not {cpt:?}\n  rejected {:?}\n",
        coding.rejected.iter().map(|r| (&r.code, &r.rule)).collect::<Vec<_>>()
    ))
}

#[test]
fn notes_code_as_an_expert_would() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notes");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let results: Vec<_> = files
        .iter()
        .map(|path| check(&path.file_name().unwrap().to_string_lossy(), &std::fs::read_to_string(path).unwrap()))
        .collect();
    let failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    assert!(files.len() >= 12);
    assert!(failures.is_empty(), "{} of {} differ\n{}", failures.len(), files.len(), failures.join("\n"));
}
