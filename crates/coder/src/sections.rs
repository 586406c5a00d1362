//! Sections of a note by their headings, in any style: `Assessment:`, `A/P`, `PLAN`, `## Plan`, "assessment colon".

use std::sync::LazyLock;

use claim::Setting;

use crate::table::{cell, table};

/// What a section of a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    /// Before any heading.
    None,
    Complaint,
    Present,
    Past,
    Surgical,
    Family,
    Social,
    Medications,
    Allergies,
    Systems,
    Exam,
    Results,
    Procedure,
    Treatment,
    /// What was thought before an operation; it stands where the operation found the same.
    Preoperative,
    Assessment,
    Plan,
    Instructions,
    Other,
}

impl SectionKind {
    /// Where the clinician writes what was decided about the patient's problems.
    pub(crate) fn is_assessed(self) -> bool {
        matches!(self, Self::Assessment | Self::Plan)
    }

    fn from_word(word: &str) -> Self {
        match word {
            "complaint" => Self::Complaint,
            "present" => Self::Present,
            "past" => Self::Past,
            "surgical" => Self::Surgical,
            "family" => Self::Family,
            "social" => Self::Social,
            "medications" => Self::Medications,
            "allergies" => Self::Allergies,
            "systems" => Self::Systems,
            "exam" => Self::Exam,
            "results" => Self::Results,
            "procedure" => Self::Procedure,
            "treatment" => Self::Treatment,
            "preoperative" => Self::Preoperative,
            "assessment" => Self::Assessment,
            "plan" => Self::Plan,
            "instructions" => Self::Instructions,
            _ => Self::Other,
        }
    }
}

/// A section: where its heading starts, where its body starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    pub kind: SectionKind,
    pub start: usize,
    pub body: usize,
}

/// Headings, longest first, so that `assessment and plan` wins over `assessment`.
static HEADINGS: LazyLock<Vec<Heading>> = LazyLock::new(|| {
    let row = |row: &[&'static str]| Heading {
        name: cell(row, 0),
        kind: SectionKind::from_word(cell(row, 1)),
        is_kept: cell(row, 2) == "kept",
        is_of_stays: cell(row, 3) == "stay",
    };
    let mut headings: Vec<_> = table!("headings.tsv").map(row).collect();
    headings.sort_by_key(|heading| std::cmp::Reverse(heading.name.len()));
    headings
});

struct Heading {
    name: &'static str,
    kind: SectionKind,
    is_kept: bool,
    /// Means this in the papers of a hospital stay only.
    is_of_stays: bool,
}

/// The sections of a text in order. `lower` is the text in ASCII lower case.
pub(crate) fn find(text: &str, lower: &str, setting: Setting) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut line_start = 0;
    // A heading within a line heads no more than its paragraph.
    let mut is_run_in = false;
    for line in lower.split_inclusive('\n') {
        if is_run_in && line.trim().is_empty() {
            let end = line_start + line.len();
            sections.push(Section { kind: SectionKind::None, start: end, body: end });
            is_run_in = false;
        }
        if sections.last().is_some_and(|last| is_over(last, lower, line_start, line)) {
            sections.push(Section { kind: SectionKind::None, start: line_start, body: line_start });
        }
        for (at, is_line_start, after_paragraph) in places(line) {
            let start = line_start + at;
            let bare = || if is_line_start { bare_heading(text, lower, start, setting) } else { None };
            let told = heading(lower, start, is_line_start, after_paragraph, setting);
            let is_told = told.is_some();
            if let Some((kind, length)) = told.or_else(bare) {
                let body = text.get(start + length..).and_then(|t| t.find(char::is_alphanumeric));
                let body = body.map_or(text.len(), |skip| start + length + skip);
                let is_at_ended = |s: &Section| s.kind == SectionKind::None && s.start == start;
                if sections.last().is_some_and(is_at_ended) {
                    sections.pop();
                }
                if sections.last().is_none_or(|s: &Section| s.body <= start) {
                    sections.push(Section { kind, start, body });
                    let is_aside = !is_told && !kind.is_assessed();
                    let is_on_line = body < line_start + line.trim_end().len();
                    is_run_in = is_aside || !is_line_start && !after_paragraph || is_listed(kind) && is_on_line;
                }
            }
        }
        line_start += line.len();
    }
    sections
}

/// What is told in a line or two, and ends at the next empty line: "Meds: lisinopril, metformin".
fn is_listed(kind: SectionKind) -> bool {
    use SectionKind::{Allergies, Family, Medications, Past, Social, Surgical};
    matches!(kind, Allergies | Family | Medications | Past | Social | Surgical)
}

/// Allergies told on the line of their heading are told there altogether; lines with labels of their own, "Device: ...",
/// are no medications.
fn is_over(last: &Section, lower: &str, line_start: usize, line: &str) -> bool {
    const LABEL_WORDS_MAX: usize = 4;
    if last.body >= line_start || line.trim().is_empty() {
        return false;
    }
    let is_told_in_line = || !lower.get(last.body..line_start).unwrap_or_default().trim_end().contains('\n');
    let is_label = || {
        let label = line.split_once(':').map(|(label, _)| label).unwrap_or_default();
        !label.is_empty()
            && label.split_whitespace().count() <= LABEL_WORDS_MAX
            && label.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '-' | '(' | ')'))
    };
    match last.kind {
        SectionKind::Allergies => is_told_in_line(),
        SectionKind::Medications => is_label(),
        _ => false,
    }
}

/// Places of a line where a heading may begin: its first word, after a full stop, after dictated breaks.
fn places(line: &str) -> Vec<(usize, bool, bool)> {
    let mut places = Vec::new();
    if let Some(first) = line.find(char::is_alphanumeric) {
        let numbered = line.get(first..).unwrap_or_default();
        let digits = numbered.bytes().take_while(u8::is_ascii_digit).count();
        let is_numbered = digits > 0 && numbered.get(digits..).is_some_and(|t| t.starts_with(['.', ')']));
        let skipped =
            if is_numbered { numbered.get(digits..).and_then(|t| t.find(char::is_alphanumeric)) } else { None };
        places.push((first + skipped.map_or(0, |skip| digits + skip), true, false));
    }
    for (mark, is_break) in [
        (". ", false),
        ("; ", false),
        (" period ", false),
        (" paragraph ", true),
        ("paragraph. ", true),
        ("paragraph, ", true),
    ] {
        places.extend(line.match_indices(mark).map(|(at, _)| (at + mark.len(), false, is_break)));
    }
    places.sort_unstable();
    places.dedup_by_key(|place| place.0);
    places
}

fn heading(
    lower: &str,
    start: usize,
    is_line_start: bool,
    after_paragraph: bool,
    setting: Setting,
) -> Option<(SectionKind, usize)> {
    let rest = lower.get(start..)?;
    known(setting).find_map(|Heading { name, kind, is_kept, .. }| {
        let after = rest.strip_prefix(name)?;
        let closing = after.trim_start_matches(['*', '_', ' ', '\t']);
        let skipped = after.len() - closing.len();
        let closes = if closing.starts_with(':') {
            1
        } else if closing.starts_with("colon") {
            "colon".len()
        } else if after_paragraph && after.starts_with([' ', ',', '.'])
            || is_line_start && (closing.is_empty() || closing.starts_with(['\n', '\r']))
        {
            0
        } else if is_line_start && (closing.starts_with("- ") || closing.starts_with("\u{2013} ")) {
            1
        } else {
            return None;
        };
        Some((*kind, if *is_kept { 0 } else { name.len() + skipped + closes }))
    })
}

fn known(setting: Setting) -> impl Iterator<Item = &'static Heading> {
    HEADINGS.iter().filter(move |heading| !heading.is_of_stays || setting == Setting::Inpatient)
}

/// A heading that only its form tells: `PLAN  add finasteride`, `Dx viral gastroenteritis`, `Impression high grade`.
fn bare_heading(text: &str, lower: &str, start: usize, setting: Setting) -> Option<(SectionKind, usize)> {
    const SAID_BARE: &[&str] = &[
        "dx",
        "imp",
        "impression",
        "plan",
        "assessment",
        "diagnosis",
        "pmh",
        "pmhx",
        "psh",
        "fhx",
        "meds",
        "allergies",
    ];
    let (written, rest) = (text.get(start..)?, lower.get(start..)?);
    known(setting).find_map(|Heading { name, kind, is_kept, .. }| {
        let after = rest.strip_prefix(name)?;
        let own = written.get(..name.len())?;
        let is_in_capitals = name.len() > 1 && !own.contains(|c: char| c.is_ascii_lowercase());
        let is_set_apart = is_in_capitals && (after.starts_with("  ") || after.starts_with('\t'));
        let begins_large = own.starts_with(|c: char| c.is_ascii_uppercase());
        let is_said = SAID_BARE.contains(name) && begins_large && after.starts_with(' ');
        let goes_on = after.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_prose = ["of ", "is ", "was ", "for ", "and ", "from ", "as ", "reviewed", "updated"]
            .iter()
            .any(|word| after.trim_start().starts_with(word));
        (goes_on && !is_prose && (is_set_apart || is_said)).then_some((*kind, if *is_kept { 0 } else { name.len() }))
    })
}

/// The section a byte stands in, and whether it stands in the heading itself.
pub(crate) fn at(sections: &[Section], position: usize) -> (SectionKind, bool) {
    let after = sections.partition_point(|section| section.start <= position);
    let section = after.checked_sub(1).and_then(|i| sections.get(i));
    section.map_or((SectionKind::None, false), |section| (section.kind, position < section.body))
}

/// True when a heading or the body after it begins in a gap between two tokens.
pub(crate) fn begins_between(sections: &[Section], from: usize, to: usize) -> bool {
    let after = sections.partition_point(|section| section.start <= to);
    let near = sections.get(after.saturating_sub(1)..after).unwrap_or_default();
    near.iter().any(|s| (s.start >= from && s.start <= to) || s.body == to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<SectionKind> {
        find(text, &text.to_ascii_lowercase(), Setting::Outpatient).iter().map(|s| s.kind).collect()
    }

    #[test]
    fn headings_of_every_style() {
        use SectionKind::{Assessment, Exam, Family, Plan, Present};
        assert_eq!(kinds("HPI: cough.\nA/P: asthma"), [Present, Assessment]);
        assert_eq!(kinds("## Assessment\nAsthma\n\n**Plan:** albuterol"), [Assessment, Plan]);
        assert_eq!(kinds("PHYSICAL EXAM\nlungs clear\nIMPRESSION AND PLAN\n1. Asthma"), [Exam, Assessment]);
        assert_eq!(kinds("lungs clear period new paragraph assessment colon asthma period"), [Assessment]);
        assert_eq!(kinds("Denies pain. Assessment: hypertension."), [Assessment]);
        assert_eq!(kinds("Family history: mother with stroke"), [Family]);
        assert_eq!(kinds("EXAM    soft abdomen\nPLAN  add finasteride"), [Exam, Plan]);
        assert_eq!(kinds("Dx viral gastroenteritis\nPlan rest and fluids"), [Assessment, Plan]);
        assert!(kinds("Plan of care was reviewed.\nImpression is good.").is_empty());
        assert!(kinds("His assessment of the plan was good.").is_empty());
    }

    #[test]
    fn a_heading_within_a_line_heads_its_paragraph() {
        use SectionKind::{Medications, None};
        assert_eq!(kinds("No kidney trouble. Meds: none. Works at a school.\n\nFelt better."), [Medications, None]);
    }
}
