//! Faults planted at every place of valid sample files: an unknown segment after each segment, and in each element a value
//! that is too long, a control character, or one element too many. Each is found where it is, and little else changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use x12::{Finding, Lexer, Options, Segment, Severity, validate};

/// The segments of a file as texts, to be changed and put together again.
fn texts(bytes: &[u8]) -> Vec<String> {
    let raw = |segment: Segment<'_>| String::from_utf8_lossy(segment.raw()).into_owned();
    Lexer::new(bytes).map(|segment| raw(segment.unwrap())).collect()
}

/// Puts segments together, SE01 counted anew.
fn file(segments: &[String], element: char, terminator: char) -> Vec<u8> {
    let mut out = String::new();
    let mut count = 0;
    for segment in segments {
        count = if segment.starts_with("ST") { 1 } else { count + 1 };
        let mut parts: Vec<String> = segment.split(element).map(str::to_owned).collect();
        if parts[0] == "SE" {
            parts[1] = count.to_string();
        }
        out.push_str(&parts.join(&element.to_string()));
        out.push(terminator);
    }
    out.into_bytes()
}

/// What is said of a file, without what the wording and offsets add.
fn said(bytes: &[u8]) -> Vec<Finding> {
    validate(bytes, &Options { snip: 2, ..Options::default() }).findings
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, out);
        } else {
            out.push(entry);
        }
    }
}

/// The faults planted, in the order of the scores.
const KINDS: [&str; 4] = ["unknown segment", "too long", "control character", "too many"];

#[derive(Default)]
struct Score {
    planted: u32,
    found: u32,
    follow_ons: u32,
    missed: Vec<String>,
}

impl Score {
    fn take(&mut self, name: &str, before: usize, findings: &[Finding], position: u32) {
        self.planted += 1;
        let is_found = findings.iter().any(|one| one.position == Some(position) && one.severity == Severity::Error);
        self.found += u32::from(is_found);
        // A coded value of a wrong length is wrong twice: in its length and as a code.
        let elsewhere = findings.iter().filter(|one| one.position != Some(position)).count();
        self.follow_ons += u32::try_from(elsewhere.saturating_sub(before)).unwrap();
        if !is_found && self.missed.len() < 20 {
            self.missed.push(name.to_owned());
        }
    }
}

#[test]
fn faults_are_found_at_every_place() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let samples = std::env::var_os("SUPERBILL_SHARED").map_or(beside, PathBuf::from).join("x12/samples");
    if !samples.is_dir() {
        eprintln!("SKIPPED: no X12 samples at {}", samples.display());
        return;
    }
    let mut paths = Vec::new();
    files(&samples, &mut paths);
    paths.sort();
    let mut seen = BTreeSet::new();
    let mut scores: [Score; 4] = Default::default();
    for path in paths.iter().filter(|path| !path.to_string_lossy().contains("mutants")) {
        let bytes = std::fs::read(path).unwrap();
        let Ok(interchanges) = x12::read_complete(&bytes) else { continue };
        let sets: Vec<_> = interchanges.iter().flat_map(|one| one.transactions()).collect();
        let [set] = sets[..] else { continue };
        let is_small = set.segments.len() < 120;
        let before = said(&bytes);
        let is_valid = !before.iter().any(|one| one.severity == Severity::Error);
        let has_guide = !before.iter().any(|one| one.rule == "E7");
        if !is_small
            || !is_valid
            || !has_guide
            || !seen.insert(set.segments.iter().map(|s| s.raw().to_vec()).collect::<Vec<_>>())
        {
            continue;
        }
        let marks = interchanges[0].delimiters;
        let (element, terminator) = (char::from(marks.element), char::from(marks.segment));
        let segments = texts(&bytes);
        let first = segments.iter().position(|one| one.starts_with("ST")).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (at, text) in segments.iter().enumerate().take(segments.len() - 3).skip(first + 1) {
            let position = u32::try_from(at - first + 1).unwrap();
            let mut changed = segments.clone();
            changed.insert(at + 1, format!("ZZZ{element}1"));
            let findings = said(&file(&changed, element, terminator));
            scores[0].take(&format!("{name} unknown after {text}"), before.len(), &findings, position + 1);
            let parts: Vec<&str> = text.split(element).collect();
            // BIN and BDS say how long they are.
            if matches!(parts[0], "BIN" | "BDS") {
                continue;
            }
            for (number, value) in parts.iter().enumerate().skip(1).filter(|(_, value)| !value.is_empty()) {
                for (score, wrong) in [(1, format!("{value}{}", "A".repeat(300))), (2, format!("{value}\u{1}"))] {
                    let mut parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
                    parts[number] = wrong;
                    let mut changed = segments.clone();
                    changed[at] = parts.join(&element.to_string());
                    let findings = said(&file(&changed, element, terminator));
                    scores[score].take(&format!("{name} {number} of {text}"), before.len(), &findings, position);
                }
            }
            let mut changed = segments.clone();
            changed[at].push_str(&format!("{}{element}X", element.to_string().repeat(40 - parts.len().min(39))));
            let findings = said(&file(&changed, element, terminator));
            scores[3].take(&format!("{name} more than {text}"), before.len(), &findings, position);
        }
    }
    for (kind, score) in KINDS.iter().zip(&scores) {
        let Score { planted, found, follow_ons, missed } = score;
        eprintln!("{kind}: {found} of {planted} found, {follow_ons} follow-on findings");
        missed.iter().for_each(|one| eprintln!("    missed {}", one.escape_debug()));
    }
    for (kind, score) in KINDS.iter().zip(&scores) {
        let Score { planted, found, follow_ons, missed } = score;
        assert!(*planted > 500 && found == planted, "{kind}: {missed:#?}");
        // A fault in the element that tells a loop from others takes its followers along.
        assert!(follow_ons * 20 <= *planted, "{kind}: {follow_ons} follow-on findings of {planted}");
    }
}
