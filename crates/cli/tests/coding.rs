//! `superbill code` as people run it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn superbill(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_superbill")).args(arguments).current_dir(root()).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn file(name: &str, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("superbill-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let binary = file("note.bin", &[0x4e, 0x6f, 0xff, 0x00, 0x80]);
    let refused = superbill(&["code", &binary]);
    std::fs::remove_file(&binary).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("note.bin: plain text, byte 3: the byte 0x00"), "{}", text(&refused));
}

#[test]
fn an_empty_note_carries_no_code() {
    let empty = file("empty.txt", b"");
    let coded = superbill(&["code", &empty, "--dos", "2026-03-02"]);
    std::fs::remove_file(&empty).unwrap();
    assert_eq!(coded.status.code(), Some(1), "{}", text(&coded));
    assert!(text(&coded).contains("No code"), "{}", text(&coded));
}

#[test]
fn a_batch_answers_line_by_line_with_ids() {
    let note = std::fs::read_to_string(root().join("examples/visit.txt")).unwrap();
    let rows = [serde_json::json!({"id": "a", "note": note}), serde_json::json!({"id": 7, "note": "Well today."})];
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let (input, output) = (file("in.jsonl", lines.join("\n").as_bytes()), file("out.jsonl", b""));
    let done = superbill(&["code", "--batch", &input, "--field", "note", "--dos", "2026-03-02", "--out", &output]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done));
    let answers: Vec<serde_json::Value> =
        std::fs::read_to_string(&output).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!((&answers[0]["id"], &answers[1]["id"]), (&serde_json::json!("a"), &serde_json::json!(7)));
    assert!(answers[1]["suggestions"].as_array().unwrap().is_empty(), "{}", answers[1]);
    let missing = superbill(&["code", "--batch", &input, "--field", "words", "--out", &output]);
    assert!(text(&missing).contains("line 1: has no text field"), "{}", text(&missing));
    for path in [input, output] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_visit_is_coded_with_its_words() {
    let coded = superbill(&["code", "examples/visit.txt", "--format", "json"]);
    assert_eq!(coded.status.code(), Some(0), "{}", text(&coded));
    let answer: serde_json::Value = serde_json::from_slice(&coded.stdout).unwrap();
    assert_eq!(answer["served_on"], "2026-03-02");
    let note = std::fs::read_to_string(root().join("examples/visit.txt")).unwrap();
    let suggestions = answer["suggestions"].as_array().unwrap();
    for suggestion in suggestions {
        for evidence in suggestion["evidence"].as_array().unwrap() {
            let (start, end) =
                (evidence["start"].as_u64().unwrap() as usize, evidence["end"].as_u64().unwrap() as usize);
            assert_eq!(&note[start..end], evidence["text"].as_str().unwrap());
        }
        assert_ne!(suggestion["evidence"].as_array().unwrap().len(), 0, "{suggestion}");
    }
    let codes: Vec<&str> = suggestions.iter().map(|s| s["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"E1142") && codes.contains(&"I10"), "{codes:?}");
    assert!(!codes.iter().any(|c| c.starts_with("C34") || c.starts_with("R07")), "{codes:?}");
}
