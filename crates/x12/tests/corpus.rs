//! Files of other projects: single planted faults are found, agreed-valid files are not refused.
//!
//! The files are not part of the repository. They are looked for below `SUPERBILL_SHARED`, or in `shared` beside the
//! workspace; without them these tests say so and pass.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};

use x12::{Finding, Options, Severity, validate};

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

/// Whether a finding is the planted fault: segment, element, code and, where it has one, position.
fn is_planted(finding: &Finding, row: &[String]) -> bool {
    let [level, segment, position, element, code] = [5, 6, 7, 8, 9].map(|column| row[column].as_str());
    let is_near = |wanted: u32| finding.position.is_some_and(|found| found.abs_diff(wanted) <= 1);
    let has_code = code == finding.ack.code || !matches!(level, "TA1" | "AK9" | "IK5" | "IK3" | "IK4");
    finding.segment == segment
        && has_code
        && (element == "None" || finding.element.as_deref() == Some(element))
        && position.parse().map_or(true, is_near)
}

#[test]
fn planted_faults_are_found() {
    let Some(samples) = samples() else { return };
    let (mut total, mut found, mut single) = (0, 0, 0);
    let mut missed = Vec::new();
    for row in rows(&samples.join("mutants/EXPECTED.tsv")) {
        let is_ours = matches!(row[2].as_str(), "837P" | "835");
        // A reason code of an external list needs that list: it is checked where codes are known.
        if !is_ours || row[3] == "cas02_bad_carc" {
            continue;
        }
        let bytes = std::fs::read(samples.join(&row[0])).unwrap();
        let report = validate(&bytes, &Options::default());
        let base = std::fs::read(samples.join(&row[1])).unwrap();
        let before = validate(&base, &Options::default()).findings.len();
        total += 1;
        if report.findings.iter().any(|finding| is_planted(finding, &row)) {
            found += 1;
        } else {
            missed.push(row[0].clone());
            eprintln!("missed {}: wanted {:?}", row[0], &row[5..10]);
            report.findings.iter().take(6).for_each(|finding| eprintln!("    {}", line(finding)));
        }
        if report.findings.len() <= before + 1 {
            single += 1;
        } else {
            eprintln!("cascade {}: {} findings, {before} before", row[0], report.findings.len());
            report.findings.iter().take(6).for_each(|finding| eprintln!("    {}", line(finding)));
        }
    }
    eprintln!("planted faults found: {found} of {total}; with no second finding: {single}");
    assert!(missed.is_empty(), "missed {missed:?}");
}

#[test]
fn agreed_valid_files_are_not_refused() {
    let Some(samples) = samples() else { return };
    let (mut total, mut refused) = (0, Vec::new());
    for row in rows(&samples.join("CONSENSUS.tsv")) {
        let is_ours = matches!(row[1].as_str(), "837P" | "835" | "999" | "277CA" | "270" | "271");
        if !is_ours || row[7] != "gold-valid" {
            continue;
        }
        let bytes = std::fs::read(samples.join(&row[0])).unwrap();
        // Agreed at SNIP 1 to 3: these files carry invented NPIs without check digits and billing post boxes.
        let report = validate(&bytes, &Options { snip: 3, ..Options::default() });
        total += 1;
        let errors: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        if !errors.is_empty() || report.unreadable.is_some() {
            refused.push(row[0].clone());
            eprintln!("refused {} {:?}", row[0], report.unreadable);
            errors.iter().take(8).for_each(|finding| eprintln!("    {}", line(finding)));
        }
    }
    eprintln!("agreed-valid files accepted: {} of {total}", total - refused.len());
    assert!(refused.is_empty(), "refused {refused:?}");
}
