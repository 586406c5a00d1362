//! Hospital stays from a file into DRGs, and DRGs in the code library.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use serde_json::Value;

const STAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/stays.837");

fn superbill(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_superbill")).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_stay_has_its_drg_and_the_reasons() {
    let output = superbill(&["group", STAYS]);
    let text = text(&output);
    assert!(
        text.contains("STAY-1  291 Heart Failure and Shock with MCC\n    MS-DRG 43.1; discharged 2026-05-06\n"),
        "{text}"
    );
    assert!(text.contains("category: MDC 05 Circulatory system, by the principal diagnosis [I5023]"), "{text}");
    assert!(text.contains("J9601 MCC counts; without it 293"), "{text}");
    assert!(text.contains("I5033 MCC does not count beside the principal diagnosis I5023"), "{text}");
    assert!(
        text.contains("L89154 MCC does not count: hospital-acquired (04, pressure ulcer of stage 3 or 4)"),
        "{text}"
    );
    assert!(text.contains("STAY-2  398 Appendix Procedures with CC"), "{text}");
    assert!(text.contains("the claim says 399"), "{text}");
    assert!(text.contains("VISIT-3  not grouped: bill type 131 is no inpatient stay (11x)"), "{text}");
    assert_eq!(output.status.code(), Some(1), "another DRG than the claim says is a finding");
}

#[test]
fn json_is_one_line_a_claim() {
    let output = text(&superbill(&["group", STAYS, "--format", "json"]));
    let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let drgs: Vec<_> = lines.iter().map(|line| (&line["control_number"], &line["drg"], &line["version"])).collect();
    assert_eq!(drgs[0], (&Value::from("STAY-1"), &Value::from("291"), &Value::from("43.1")));
    assert_eq!(drgs[1], (&Value::from("STAY-2"), &Value::from("398"), &Value::from("43.1")));
    assert!(lines[2]["refused"].as_str().is_some_and(|why| why.contains("131")));
    assert_eq!(lines[0]["complications"][0]["effect"], "counts");
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let claims = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/claims.837");
    let output = superbill(&["group", claims]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("institutional claims (837I"), "{said}");
}

#[test]
fn the_library_knows_drgs_and_the_weight_of_diagnoses() {
    let data = std::env::temp_dir().join(format!("superbill-group-{}", std::process::id()));
    let data = data.to_str().unwrap();
    let show = |code: &str| text(&superbill(&["codes", "show", code, "--dos", "2026-05-02", "--data", data]));
    assert!(
        show("291")
            .starts_with("291  Heart Failure and Shock with MCC\nmedical, MDC 05 Circulatory system (MS-DRG 43.1)\n")
    );
    assert!(show("J96.01").contains("as a secondary diagnosis of a stay: MCC (MS-DRG 43.1)"));
    let status = text(&superbill(&["codes", "status", "--on", "2026-05-02", "--data", data]));
    assert!(status.lines().any(|l| l.starts_with("msdrg") && l.contains("43.1") && l.contains("in force")), "{status}");
    let late = text(&superbill(&["codes", "status", "--on", "2026-11-02", "--data", data]));
    assert!(late.contains("No edition of msdrg covers 2026-11-02"), "{late}");
}

#[test]
fn a_note_of_a_stay_has_its_working_drg() {
    let note = concat!(env!("CARGO_MANIFEST_DIR"), "/../coder/tests/inpatient/heart_failure.txt");
    let data = std::env::temp_dir().join(format!("superbill-stay-{}", std::process::id()));
    let arguments = ["code", note, "--setting", "inpatient", "--dos", "2026-05-06", "--data", data.to_str().unwrap()];
    let text = text(&superbill(&arguments));
    assert!(text.contains("principal I110: present on admission Y"), "{text}");
    assert!(text.contains("secondary N179: present on admission N"), "{text}");
    assert!(text.contains("On hospital day") || text.contains("hospital day"), "{text}");
    assert!(text.contains("working DRG 291 Heart Failure and Shock with MCC (MS-DRG 43.1)"), "{text}");
}
