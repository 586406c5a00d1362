//! Files of other projects: single planted faults are found, agreed-valid files are not refused, bytes survive.
//!
//! The files are not part of the repository. They are looked for below `SUPERBILL_SHARED`, or in `shared` beside the
//! workspace; without them these tests say so and pass. `cargo test -p x12 --test corpus -- --nocapture` prints the
//! figures of `docs/x12.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use x12::{AckLevel, Finding, Lists, Options, Severity, validate, validate_with};

fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("SUPERBILL_SHARED").map_or(beside, PathBuf::from);
    let samples = shared.join("x12/samples");
    if samples.is_dir() {
        return Some(samples);
    }
    eprintln!("SKIPPED: no X12 samples at {}", samples.display());
    None
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn line(finding: &Finding) -> String {
    let Finding { rule, ack, segment, position, element, message, .. } = finding;
    let position = position.map_or(String::new(), |position| format!("@{position}"));
    let element = element.as_deref().unwrap_or_default();
    format!("{rule} {}:{} {segment}{position}.{element} {message}", ack.level, ack.code)
}

/// A list of reason codes as a caller would load it: three digits or a letter and digits, 1 to 313.
struct Reasons;

impl Lists for Reasons {
    fn has(&self, list: &str, code: &str, _on: &str) -> Option<bool> {
        let number = code.trim_start_matches(['A', 'B', 'P', 'W', 'Y', 'D']).parse::<u32>();
        (list == x12::lists::CARC).then(|| number.is_ok_and(|number| (1..=313).contains(&number)))
    }
}

/// Whether a finding is the planted fault: segment, element, code and, where it has one, position.
fn is_planted(finding: &Finding, row: &[String]) -> bool {
    let [level, segment, position, element, code] = [5, 6, 7, 8, 9].map(|column| row[column].as_str());
    // For a missing segment tools disagree by one: the place it should have, or the segment met instead.
    let slack = u32::from(code == "3" && level == "IK3");
    let is_near = |wanted: u32| finding.position.is_some_and(|found| found.abs_diff(wanted) <= slack);
    let has_code = code == finding.ack.code || !matches!(level, "TA1" | "AK9" | "IK5" | "IK3" | "IK4");
    let has_level = !matches!(level, "TA1" | "AK9" | "IK5" | "IK3" | "IK4") || finding.ack.level.as_str() == level;
    finding.segment == segment
        && has_code
        && (has_level || finding.ack.level == AckLevel::None)
        && (element == "None" || finding.element.as_deref() == Some(element))
        && position.parse().map_or(true, is_near)
}

#[test]
fn planted_faults_are_found() {
    let Some(samples) = samples() else { return };
    let mut found: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    let (mut total, mut single, mut missed) = (0, 0, Vec::new());
    for row in rows(&samples.join("mutants/EXPECTED.tsv")) {
        let bytes = std::fs::read(samples.join(&row[0])).unwrap();
        let findings = validate_with(&bytes, &Options::default(), &Reasons).findings;
        let base = std::fs::read(samples.join(&row[1])).unwrap();
        let before = validate_with(&base, &Options::default(), &Reasons).findings.len();
        let level = if matches!(row[4].as_str(), "1" | "2") { "SNIP 1-2" } else { "SNIP 3-5" };
        let count = found.entry(level).or_default();
        count.1 += 1;
        total += 1;
        if findings.iter().any(|finding| is_planted(finding, &row)) {
            count.0 += 1;
        } else {
            missed.push(row[0].clone());
            eprintln!("missed {}: wanted {:?}", row[0], &row[5..10]);
            findings.iter().take(6).for_each(|finding| eprintln!("    {}", line(finding)));
        }
        if findings.len() <= before + 1 {
            single += 1;
        } else {
            eprintln!("follow-on {}: {} findings, {before} before", row[0], findings.len());
            findings.iter().take(6).for_each(|finding| eprintln!("    {}", line(finding)));
        }
    }
    for (level, (found, planted)) in &found {
        eprintln!("planted faults of {level} found: {found} of {planted}");
    }
    eprintln!("without a follow-on finding: {single} of {total}");
    assert!(missed.is_empty(), "missed {missed:?}");
    // A repeated loop repeats the findings of its first copy: docs/x12.md, follow-on findings.
    assert!(total - single <= 3, "follow-on findings: {}", total - single);
}

#[test]
fn agreed_valid_files_are_not_refused() {
    let Some(samples) = samples() else { return };
    let mut verdicts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut refused = Vec::new();
    for row in rows(&samples.join("CONSENSUS.tsv")) {
        let bytes = std::fs::read(samples.join(&row[0])).unwrap();
        // Agreed at SNIP 1 to 3: these files carry invented NPIs without check digits and billing post boxes.
        let report = validate(&bytes, &Options { snip: 3, ..Options::default() });
        let errors: Vec<&Finding> = report.findings.iter().filter(|f| f.severity == Severity::Error).collect();
        let verdict = verdicts.entry(row[7].clone()).or_default();
        verdict.1 += 1;
        if report.is_valid() {
            verdict.0 += 1;
            continue;
        }
        if row[7] == "gold-valid" {
            refused.push(row[0].clone());
        }
        eprintln!("refused {} {} {} {:?}", row[7], row[1], row[0], report.unreadable.as_ref().map(|e| e.offset));
        errors.iter().take(8).for_each(|finding| eprintln!("    {}", line(finding)));
    }
    for (label, (accepted, total)) in &verdicts {
        eprintln!("{label}: accepted {accepted} of {total}");
    }
    assert!(refused.is_empty(), "refused {refused:?}");
    assert_eq!(verdicts["gold-invalid"].0, 0, "an agreed-invalid file was accepted");
}

fn every_file(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            every_file(&path, out);
        } else {
            out.push(path);
        }
    }
}

#[test]
fn every_readable_file_survives_reading_and_writing() {
    let Some(samples) = samples() else { return };
    let mut files = Vec::new();
    every_file(&samples, &mut files);
    let mut readable = 0;
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(editor) = x12::Editor::new(&bytes) else { continue };
        readable += 1;
        assert_eq!(editor.finish(), bytes, "{}", path.display());
    }
    eprintln!("byte-exact round trips: {readable}");
}
