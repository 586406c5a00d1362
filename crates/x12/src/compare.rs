//! What two files say differently, claim by claim: envelopes, control numbers and hierarchy numbers do not count.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::claims::{ClaimReader, ClaimUnit};
use crate::segment::Segment;

/// One difference between two files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// CLM01 or CLP01.
    pub claim: String,
    /// The segment on the left, with the usual delimiters; empty when it is only on the right.
    pub left: String,
    /// The segment on the right; empty when it is only on the left.
    pub right: String,
}

/// Compares the claims or payments of two files by their control numbers. A claim only one file has is one difference:
/// its CLM or CLP.
///
/// # Errors
/// When a source cannot be read.
pub fn compare(left: impl io::Read, right: impl io::Read) -> io::Result<Vec<Difference>> {
    let (left, mut right) = (claims(left)?, claims(right)?);
    let mut differences = Vec::new();
    for (key, lines) in left {
        let claim = key.0.clone();
        match right.remove(&key) {
            Some(others) => differences.extend(line_differences(&claim, &lines, &others)),
            None => {
                differences.push(Difference { claim, left: start_of(&lines), right: String::new() });
            }
        }
    }
    let rest =
        right.into_iter().map(|((claim, _), lines)| Difference { claim, left: String::new(), right: start_of(&lines) });
    differences.extend(rest);
    Ok(differences)
}

type Claims = BTreeMap<(String, usize), Vec<String>>;

/// The segments of every claim that count, by control number and how often it was met before.
fn claims(source: impl io::Read) -> io::Result<Claims> {
    let mut reader = ClaimReader::new(source);
    let mut claims = Claims::new();
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(unit) = reader.next_claim()? {
        let seen = met.entry(unit.control().to_owned()).or_default();
        claims.insert((unit.control().to_owned(), *seen), lines(&unit));
        *seen = seen.saturating_add(1);
    }
    Ok(claims)
}

fn lines(unit: &ClaimUnit<'_>) -> Vec<String> {
    let counts = |segment: &&Segment<'_>| !matches!(segment.id(), "HL" | "LX" | "BHT" | "BPR" | "TRN" | "TS2" | "TS3");
    unit.segments.iter().chain(&unit.context).filter(counts).map(plain).collect()
}

/// A segment with the usual delimiters, without trailing empty elements.
fn plain(segment: &Segment<'_>) -> String {
    let marks = segment.delimiters();
    let usual = |c: char| match u8::try_from(c) {
        Ok(byte) if byte == marks.element => '*',
        Ok(byte) if byte == marks.component => ':',
        Ok(byte) if Some(byte) == marks.repetition => '^',
        _ => c,
    };
    let text: String = String::from_utf8_lossy(segment.raw()).chars().map(usual).collect();
    text.trim_end_matches(['*', ':']).to_owned()
}

fn start_of(lines: &[String]) -> String {
    lines.first().cloned().unwrap_or_default()
}

/// Segments that are on one side only, those of one kind beside each other.
fn line_differences(claim: &str, left: &[String], right: &[String]) -> Vec<Difference> {
    let only = |these: &[String], those: &[String]| {
        let mut those: Vec<&String> = those.iter().collect();
        let mut rest = Vec::new();
        for line in these {
            match those.iter().position(|other| *other == line) {
                Some(at) => {
                    those.swap_remove(at);
                }
                None => rest.push(line.clone()),
            }
        }
        rest
    };
    let (left, mut right) = (only(left, right), only(right, left));
    let kind = |line: &str| line.split('*').next().unwrap_or_default().to_owned();
    let mut differences = Vec::new();
    for line in left {
        let partner = right.iter().position(|other| kind(other) == kind(&line));
        let other = partner.map(|at| right.remove(at)).unwrap_or_default();
        differences.push(Difference { claim: claim.to_owned(), left: line, right: other });
    }
    let rest = right.into_iter().map(|right| Difference { claim: claim.to_owned(), left: String::new(), right });
    differences.extend(rest);
    differences
}
