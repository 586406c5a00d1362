//! What is wrong with a file, and where.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::limits::{FINDINGS_MAX, LIMIT};
use crate::render::{Excerpt, excerpt};
use crate::segment::{Delimiters, Segment};
use crate::validate::ZipCodes;
use crate::walk::Located;

/// Where a finding is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AckLevel {
    /// Interchange, TA105.
    Ta1,
    /// Functional group, AK905.
    Ak9,
    /// Transaction set, IK502.
    Ik5,
    /// Segment, IK304.
    Ik3,
    /// Element, IK403.
    Ik4,
    /// Claim, STC01 (category and status).
    ClaimStatus,
    /// No acknowledgement carries it.
    None,
}

impl AckLevel {
    /// As the command line writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ta1 => "TA1",
            Self::Ak9 => "AK9",
            Self::Ik5 => "IK5",
            Self::Ik3 => "IK3",
            Self::Ik4 => "IK4",
            Self::ClaimStatus => "277CA",
            Self::None => "none",
        }
    }
}

impl fmt::Display for AckLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for AckLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The acknowledgement a finding leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AckCode {
    /// Which answer.
    pub level: AckLevel,
    /// Its code, such as `7` for IK403 or `A7:562` for a claim status.
    pub code: &'static str,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; the file may go.
    Warning,
    /// The part concerned is refused.
    Error,
}

/// One defect of a file. Its JSON is one line of `x12 validate --format json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// WEDI SNIP level, 1 to 5, or 7 for a rule of a payer.
    pub snip: u8,
    /// Stable rule id, such as `E13` or `C7`; that of an overlay for a rule of a payer.
    pub rule: Cow<'static, str>,
    /// How much it weighs.
    pub severity: Severity,
    /// How it is answered.
    pub ack: AckCode,
    /// ST02, when inside a transaction set.
    pub transaction: Option<String>,
    /// Segment id.
    pub segment: String,
    /// Place of the segment with ST = 1; for a missing one, the place where it should stand. `None` for envelopes.
    pub position: Option<u32>,
    /// `2` or `2-1`, when an element is concerned.
    pub element: Option<String>,
    /// Loop, segment with its loop's occurrence, element: `2300/CLM[3]/05-1`.
    pub path: String,
    /// Byte offset in the file.
    pub offset: usize,
    /// Bytes concerned.
    pub length: usize,
    /// Line of the file, from 1; 0 where nothing could be read.
    #[serde(skip)]
    pub line: usize,
    /// What stands there.
    #[serde(skip)]
    pub excerpt: Excerpt,
    /// The value met.
    pub value: String,
    /// What is wrong and what to do.
    pub message: String,
    /// Where the rule is written down, when an overlay says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Where it stands in the envelopes, for the acknowledgements.
    #[serde(skip)]
    pub place: Place,
}

/// Where a finding stands in the envelopes of its file: indices from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Interchange.
    pub interchange: usize,
    /// Group in it.
    pub group: Option<usize>,
    /// Transaction set in the group.
    pub transaction: Option<usize>,
    /// Loop id of the guide.
    pub loop_id: &'static str,
    /// CLM01 or CLP01 of the claim it stands in, empty outside one.
    pub claim: String,
}

/// A rule as it is reported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub id: &'static str,
    pub snip: u8,
    pub level: AckLevel,
    pub code: &'static str,
    pub severity: Severity,
}

impl Rule {
    pub const fn new(id: &'static str, snip: u8, level: AckLevel, code: &'static str) -> Self {
        Self { id, snip, level, code, severity: Severity::Error }
    }

    pub const fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// The SNIP level of rules between trading partners.
const PAYER: u8 = 7;

/// Collects the findings of a file up to a SNIP level.
pub(crate) struct Judge {
    pub findings: Vec<Finding>,
    pub place: Place,
    /// ST02 of the open transaction set.
    pub transaction: Option<String>,
    snip_max: u8,
    zip: ZipCodes,
    is_full: bool,
}

impl Judge {
    pub const fn new(snip_max: u8, zip: ZipCodes) -> Self {
        let place = Place { interchange: 0, group: None, transaction: None, loop_id: "", claim: String::new() };
        Self { findings: Vec::new(), place, transaction: None, snip_max, zip, is_full: false }
    }

    /// About an envelope segment, or one of its elements (0 for the whole).
    pub fn envelope(&mut self, rule: Rule, segment: &Segment<'_>, element: usize, message: String) {
        let located = Located { loop_id: "", occurrence: 0, depth: 0, segment: *segment };
        self.element(rule, &located, element, 0, message);
    }

    /// About a whole segment.
    pub fn segment(&mut self, rule: Rule, located: &Located<'_>, message: String) {
        self.element(rule, located, 0, 0, message);
    }

    /// About element `element` (0 for the whole segment), or its component (0 for the whole element).
    pub fn element(&mut self, rule: Rule, located: &Located<'_>, element: usize, component: usize, message: String) {
        let finding = self.finding(rule, located, element, component, message);
        self.push(finding);
    }

    fn finding(&self, rule: Rule, at: &Located<'_>, element: usize, component: usize, message: String) -> Finding {
        let Located { loop_id, occurrence, segment, .. } = *at;
        let span = if component > 0 { segment.component_span(element, component) } else { segment.span(element) };
        let value = match (element, component) {
            (0, _) => String::new(),
            (_, 0) => String::from_utf8_lossy(segment.bytes(element)).into_owned(),
            _ => segment.comp(element, component).to_owned(),
        };
        let place = Place { loop_id, ..self.place.clone() };
        let at = span.start.saturating_sub(segment.offset());
        let passed = segment.raw().get(..at).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        let line = segment.line();
        Finding {
            snip: rule.snip,
            rule: Cow::Borrowed(rule.id),
            severity: rule.severity,
            ack: AckCode { level: rule.level, code: rule.code },
            transaction: self.transaction.clone(),
            segment: segment.id().to_owned(),
            position: Some(segment.position()).filter(|position| *position > 0),
            element: element_name(element, component),
            path: path(loop_id, segment.id(), occurrence, element, component),
            offset: span.start,
            length: span.len(),
            line: if line > 0 { line.saturating_add(passed) } else { 0 },
            excerpt: excerpt(&segment, at, span.len()),
            value,
            message,
            citation: None,
            place,
        }
    }

    /// About a ZIP code of five digits where the guide wants nine, as strictly as was asked.
    pub fn short_zip(&mut self, rule: Rule, at: &Located<'_>, element: usize, message: String) {
        match self.zip {
            ZipCodes::Five => {}
            ZipCodes::Warn => self.element(rule.warning(), at, element, 0, message),
            ZipCodes::Nine => self.element(rule, at, element, 0, message),
        }
    }

    /// About a segment that is missing before `at`.
    pub fn missing(&mut self, rule: Rule, at: &Located<'_>, segment_id: &str, message: String) {
        let mut finding = self.finding(rule, at, 0, 0, message);
        finding.path = path(at.loop_id, segment_id, at.occurrence, 0, 0);
        segment_id.clone_into(&mut finding.segment);
        self.push(finding);
    }

    /// A rule of a payer, under its own id and with what it cites: about a segment, an element, or a segment that is
    /// missing (its id and its loop) before `at`.
    pub fn payer(
        &mut self,
        rule: Rule,
        (id, citation): (&str, Option<String>),
        (at, element, component): (&Located<'_>, usize, usize),
        missing: Option<(&str, &str)>,
        message: String,
    ) {
        let mut finding = self.finding(rule, at, element, component, message);
        finding.rule = Cow::Owned(id.to_owned());
        finding.citation = citation;
        if let Some((segment_id, loop_id)) = missing {
            finding.path = path(loop_id, segment_id, at.occurrence, 0, 0);
            segment_id.clone_into(&mut finding.segment);
        }
        self.push(finding);
    }

    /// About bytes that are no segment.
    pub fn bytes(&mut self, rule: Rule, offset: usize, message: String) {
        let empty = Segment::new(&[], Delimiters::default(), offset, true);
        self.segment(rule, &Located { loop_id: "", occurrence: 0, depth: 0, segment: empty }, message);
    }

    /// About a trailer that does not close what `opened` began.
    pub fn missing_trailer(&mut self, rule: Rule, opened: &Segment<'_>, trailer: &str, message: String) {
        self.missing(rule, &Located { loop_id: "", occurrence: 0, depth: 0, segment: *opened }, trailer, message);
    }

    /// Whether findings were left out.
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    pub fn push(&mut self, finding: Finding) {
        // Rules of a payer are asked for by their overlay, not by a level.
        if finding.snip > self.snip_max && finding.snip < PAYER {
            return;
        }
        // What says that something was not checked is never left out.
        if self.findings.len() < FINDINGS_MAX || finding.rule == LIMIT.id {
            self.findings.push(finding);
        } else if !self.is_full {
            self.is_full = true;
            let message = format!("More than {FINDINGS_MAX} findings: the rest are not listed. Repair these first.");
            let ack = AckCode { level: LIMIT.level, code: LIMIT.code };
            let (rule, severity) = (Cow::Borrowed(LIMIT.id), LIMIT.severity);
            self.findings.push(Finding { snip: LIMIT.snip, rule, severity, ack, message, ..finding });
        }
    }
}

fn element_name(element: usize, component: usize) -> Option<String> {
    match (element, component) {
        (0, _) => None,
        (_, 0) => Some(element.to_string()),
        _ => Some(format!("{element}-{component}")),
    }
}

fn path(loop_id: &str, segment: &str, occurrence: u32, element: usize, component: usize) -> String {
    let mut path = if loop_id.is_empty() { segment.to_owned() } else { format!("{loop_id}/{segment}[{occurrence}]") };
    match (element, component) {
        (0, _) => {}
        (_, 0) => path.push_str(&format!("/{element:02}")),
        _ => path.push_str(&format!("/{element:02}-{component}")),
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_like_the_guide() {
        assert_eq!(path("2300", "CLM", 3, 5, 1), "2300/CLM[3]/05-1");
        assert_eq!(path("", "BHT", 0, 2, 0), "BHT/02");
        assert_eq!(path("2010AA", "N3", 1, 0, 0), "2010AA/N3[1]");
    }
}
