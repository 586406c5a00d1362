//! What two files say differently, claim by claim: envelopes, control numbers and hierarchy numbers do not count.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Serialize;

use crate::claims::{ClaimReader, ClaimUnit};
use crate::envelope::StreamError;
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

/// The claims or payments of a file, to be compared with those of another by their control numbers.
#[derive(Clone, Debug, Default)]
pub struct ClaimTexts(BTreeMap<(String, usize), Vec<String>>);

impl ClaimTexts {
    /// Reads the segments of every claim that count, by control number and how often it was met before.
    ///
    /// # Errors
    /// [`StreamError`] when the source cannot be read or is not whole.
    pub fn read(source: impl Read) -> Result<Self, StreamError> {
        let mut reader = ClaimReader::new(source);
        let mut claims = BTreeMap::new();
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        while let Some(unit) = reader.next_claim()? {
            let seen = met.entry(unit.control().to_owned()).or_default();
            claims.insert((unit.control().to_owned(), *seen), lines(&unit));
            *seen = seen.saturating_add(1);
        }
        match reader.broken {
            Some(error) => Err(error.into()),
            None => Ok(Self(claims)),
        }
    }

    /// What another file says differently. A claim only one file has is one difference: its CLM or CLP.
    #[must_use]
    pub fn differences(&self, right: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (key, lines) in &self.0 {
            let claim = key.0.clone();
            match right.0.get(key) {
                Some(others) => differences.extend(line_differences(&claim, lines, others)),
                None => differences.push(Difference { claim, left: start_of(lines), right: String::new() }),
            }
        }
        let rest = right.0.iter().filter(|(key, _)| !self.0.contains_key(key));
        differences.extend(rest.map(|((claim, _), lines)| Difference {
            claim: claim.clone(),
            left: String::new(),
            right: start_of(lines),
        }));
        differences
    }
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
