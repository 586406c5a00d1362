//! `superbill x12` as people run it: files in, files out, exit statuses and messages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const CLAIMS: &str = "examples/claims.837";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_superbill"));
    command.arg("x12").args(arguments).current_dir(root());
    command
}

fn x12(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Runs a command that must end with `status`, and gives what it printed.
fn printed(status: i32, arguments: &[&str]) -> String {
    let output = x12(arguments);
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
    text
}

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("superbill-x12-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn generated(folder: &Folder, kind: &str, defects: &str) -> (String, serde_json::Value) {
    let (file, truth) = (folder.path(kind), folder.path("truth.json"));
    let made = [
        "gen",
        kind,
        "--claims",
        "300",
        "--per-transaction",
        "50",
        "--defects",
        defects,
        "-o",
        &file,
        "--truth",
        &truth,
    ];
    printed(0, &made);
    let truth = serde_json::from_slice(&folder.read("truth.json")).unwrap();
    (file, truth)
}

#[test]
fn planted_defects_are_found_by_the_command() {
    let folder = Folder::new("gen");
    for kind in ["837p", "837i", "835"] {
        let (clean, _) = generated(&folder, kind, "0");
        let text = printed(0, &["validate", "--snip", "4", &clean]);
        assert!(text.contains("no findings up to SNIP 4"), "{text}");
        let (file, truth) = generated(&folder, kind, "300");
        let lines = printed(1, &["validate", "--snip", "5", "--format", "json", &file]);
        let findings: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for defect in truth["defects"].as_array().unwrap() {
            let is_it = |finding: &&serde_json::Value| {
                ["transaction", "rule", "segment", "element"].iter().all(|key| finding[*key] == defect[*key])
            };
            assert!(findings.iter().any(|finding| is_it(&finding)), "{kind} {defect}");
        }
    }
}

#[test]
fn findings_point_into_the_file_and_codes_without_a_list_are_named() {
    let folder = Folder::new("text");
    let claims = String::from_utf8(std::fs::read(root().join(CLAIMS)).unwrap()).unwrap();
    let wrong = folder.write("wrong.837", claims.replacen("BHT*0019*00", "BHT*0019*77", 1).as_bytes());
    let text = printed(1, &["validate", &wrong]);
    assert!(text.contains("error[E14]: BHT02 cannot be \"77\"; use 00, 18.") && text.contains("^^"), "{text}");
    assert!(text.contains("1 finding; not all codes checked of"), "{text}");
    let hidden = printed(1, &["validate", "--redact", &wrong]);
    assert!(!hidden.contains("77\"") && hidden.contains("BHT/02 E14"), "{hidden}");
}

#[test]
fn sarif_is_a_log_with_its_rules() {
    let folder = Folder::new("sarif");
    let (file, _) = generated(&folder, "837p", "300");
    let log: serde_json::Value = serde_json::from_str(&printed(1, &["validate", "--format", "sarif", &file])).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(!results.is_empty() && !rules.is_empty());
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
}

#[test]
fn what_is_no_x12_ends_with_2() {
    let folder = Folder::new("letter");
    let letter = folder.write("letter.837", b"Dear payer, please pay.");
    for command in ["validate", "json", "fmt", "redact", "ack", "balance", "info"] {
        let text = printed(2, &[command, &letter]);
        assert!(text.contains("letter.837") && text.contains("ISA"), "{command}: {text}");
        let nothing = folder.write("empty.837", b"");
        assert!(printed(2, &[command, &nothing]).contains("empty.837: byte 0: the file is empty"), "{command}");
        let text = printed(2, &[command, &folder.path("")]);
        assert!(text.contains(" cannot be read: ") && text.contains("directory"), "{command}: {text}");
    }
    assert!(printed(2, &["explain", "Z99"]).contains("no rule Z99"));
    assert!(printed(2, &["info", "no-such-file"]).contains("no-such-file cannot be opened"));
}

#[test]
fn answers_are_valid_themselves() {
    let folder = Folder::new("ack");
    // Few enough that some transaction sets pass the 999.
    let (file, truth) = generated(&folder, "837p", "20");
    let acks = folder.path("acks.x12");
    printed(1, &["ack", &file, "--on", "20261002", "-o", &acks]);
    printed(0, &["validate", "--snip", "3", &acks]);
    let text = String::from_utf8(folder.read("acks.x12")).unwrap();
    for segment in ["TA1*000000001*", "ST*999*", "ST*277*"] {
        assert!(text.contains(segment), "{segment} in {text}");
    }
    // Claims refused in sense stand in the 277CA, unless the 999 refused their transaction set.
    let refused = truth["defects"].as_array().unwrap().iter().filter(|defect| defect["rule"] == "C7").count();
    assert!(text.matches("STC*A8:400").count() <= refused);
    let only = printed(1, &["ack", &file, "--on", "20261002", "--ta1"]);
    assert!(only.contains("TA1*") && !only.contains("ST*"), "{only}");
}

#[test]
fn json_goes_both_ways_and_streams() {
    let folder = Folder::new("json");
    let (file, truth) = generated(&folder, "837p", "0");
    let json = folder.write("claims.json", printed(0, &["json", &file]).as_bytes());
    let back = folder.path("back.837");
    printed(0, &["from-json", &json, "-o", &back]);
    assert_eq!(folder.read("back.837"), folder.read("837p"));
    let lines = printed(0, &["json", "--ndjson", &file]);
    assert_eq!(lines.lines().count(), 300);
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((first["set"].as_str(), first["claim"].as_str()), (Some("837"), Some("C00000000")));
    let rows = printed(0, &["json", "--csv", &file]);
    assert_eq!(rows.lines().count() as u64, truth["lines"].as_u64().unwrap() + 1);
    assert!(rows.starts_with("transaction,claim,"));
    let broken = folder.write("broken.json", b"{\"interchanges\": [{}]}");
    assert!(printed(2, &["from-json", &broken]).contains("missing field"));
}

#[test]
fn layouts_say_the_same() {
    let folder = Folder::new("fmt");
    let compact = folder.write("compact", printed(0, &["fmt", "--min", CLAIMS]).as_bytes());
    let indented = folder.write("indented", printed(0, &["fmt", "--indent", &compact]).as_bytes());
    assert_eq!(printed(0, &["fmt", &indented]), printed(0, &["fmt", CLAIMS]));
    assert_eq!(printed(0, &["diff", &compact, &indented]), "");
}

#[test]
fn parts_of_a_file_are_valid_and_complete() {
    let folder = Folder::new("split");
    let (file, _) = generated(&folder, "837p", "0");
    let parts = folder.path("parts");
    assert!(printed(0, &["split", &file, "--claims", "20", "-o", &parts]).starts_with("18 files"));
    let mut claims = 0;
    for number in 1..=18 {
        let part = format!("{parts}/{number:04}.x12");
        printed(0, &["validate", "--snip", "4", &part]);
        claims += printed(0, &["json", "--ndjson", &part]).lines().count();
    }
    assert_eq!(claims, 300);
}

#[test]
fn claims_and_payments_are_matched_and_added_up() {
    let folder = Folder::new("match");
    let (claims, _) = generated(&folder, "837p", "0");
    let (payments, _) = generated(&folder, "835", "0");
    let balance = printed(0, &["balance", &payments]);
    assert_eq!(balance.matches(": balanced").count(), 6, "{balance}");
    let (off, _) = generated(&folder, "835", "1000");
    assert!(printed(1, &["balance", &off]).contains("out of balance"));
    // The charges of the two were made apart, so every claim is there and few agree.
    let text = printed(1, &["match", &claims, &payments]);
    assert!(text.contains("of 300 claims matched"), "{text}");
    let same = printed(1, &["match", &claims, &claims]);
    assert!(same.contains("not answered"), "{same}");
}

#[test]
fn masked_files_match_each_other_and_hold_nobody() {
    let folder = Folder::new("redact");
    let (file, _) = generated(&folder, "837p", "0");
    let masked = folder.write("masked", printed(0, &["redact", "--salt", "s", &file]).as_bytes());
    printed(0, &["validate", "--snip", "4", &masked]);
    let text = String::from_utf8(folder.read("masked")).unwrap();
    assert!(!text.contains("MUSTER") && !text.contains("C00000001"), "{text}");
    assert_eq!(text.matches("CLM*").count(), 300);
}

#[test]
fn rules_and_guides_are_explained() {
    assert!(printed(0, &["explain", "r1"]).contains("BPR02 is the sum of the claim payments"));
    assert!(printed(0, &["explain"]).lines().count() > 50);
    let guides = printed(0, &["info", "--guides"]);
    for version in ["005010X222A1", "005010X223A2", "005010X221A1", "005010X212", "005010X217", "006020X314"] {
        assert!(guides.contains(version), "{guides}");
    }
    assert!(printed(0, &["info", CLAIMS]).contains("transaction 837"));
}

#[test]
fn standard_input_is_read() {
    let mut child = command(&["validate", "--snip", "4", "--format", "json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bytes = std::fs::read(root().join(CLAIMS)).unwrap();
    child.stdin.take().unwrap().write_all(&bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
}
