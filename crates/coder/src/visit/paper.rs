//! Whether a paper tells of a visit at all, by the marks that papers bear.

use claim::{Evidence, NoteKind};

use super::phrase;
use crate::{
    dialogue,
    document::Document,
    sections::SectionKind,
    service::{ServiceKind, Services},
    table::{cell, table},
};

/// The title of a paper stands in its first lines, within so many bytes.
const HEAD_LINES: usize = 2;
const HEAD_BYTES: usize = 200;
const TITLE_BYTES: usize = 90;

/// Someone who may bill saw the patient: operative notes, reports, records of infusions and logs of the staff tell of no
/// visit.
pub(super) fn is_seen(document: &Document<'_>, found: &Services) -> bool {
    let is_operation = found.services.iter().any(|s| s.kind == ServiceKind::Operation);
    let is_reading = count(document, "image") > 0 && count(document, "reading") > 0 && count(document, "visit") < 4;
    matches!(document.kind, NoteKind::Progress | NoteKind::Transcript)
        && !is_operation
        && !is_reading
        && count(document, "nobody") == 0
}

/// Somebody was asked, examined or assessed.
pub(super) fn is_evaluated(document: &Document<'_>) -> bool {
    const LEAST: usize = 4;
    const EXAMINED: &[&str] =
        &["exam", "lungs", "heart", "bp", "ros", "denies", "reports", "presents", "complains", "tender"];
    use SectionKind::{Assessment, Complaint, Exam, Plan, Present, Systems};
    [Assessment, Complaint, Exam, Plan, Present, Systems].into_iter().any(|kind| document.has_section(kind))
        || document.find_phrase(EXAMINED).is_some()
        || count(document, "visit") >= LEAST
}

/// More is told of something done than of a patient asked, examined and advised.
pub(super) fn is_of_procedure(document: &Document<'_>) -> bool {
    let done = count(document, "procedure");
    let mut listed: Vec<usize> = document.sentences.iter().filter(|s| s.is_numbered).map(|s| s.block).collect();
    listed.dedup();
    done >= 2 && done > count(document, "visit") && listed.len() < 2 && !dialogue::is_dialogue(document)
}

/// The paper of an operation begins with the visit that led to it.
pub(super) fn is_before_operation(document: &Document<'_>) -> bool {
    const VISITS: &[&str] = &["h&p", "history and physical", "admission", "admit note", "consultation"];
    !phrase::stands(head(&document.lower), VISITS).is_empty()
}

/// The title of a routine visit after an operation.
pub(crate) fn after_operation(document: &Document<'_>) -> Option<Evidence> {
    const TITLES: &[&str] = &[
        "post-op visit",
        "postop visit",
        "post op visit",
        "postoperative visit",
        "post-operative visit",
        "post-op check",
        "postop check",
        "post op check",
        "postoperative check",
        "post-op follow up",
        "post-op follow-up",
        "postop follow up",
        "postop follow-up",
        "postoperative follow up",
        "postoperative follow-up",
        "global visit",
        "wound check",
    ];
    let title_end = document.lower.trim_end().find('\n').unwrap_or(document.lower.len()).min(TITLE_BYTES);
    let title = (0..=title_end).rev().find_map(|end| document.lower.get(..end)).unwrap_or_default();
    let (start, end) = *phrase::stands(title, TITLES).first()?;
    document.evidence(start, end)
}

/// How many marks of a kind the paper bears.
fn count(document: &Document<'_>, kind: &str) -> usize {
    let head = head(&document.lower);
    let stands = |row: &[&'static str]| {
        let text = if cell(row, 2) == "head" { head } else { document.lower.as_str() };
        let words: Vec<&str> = cell(row, 1).split('|').collect();
        !phrase::stands(text, &words).is_empty()
    };
    table!("marks.tsv").filter(|row| cell(row, 0) == kind).filter(|row| stands(row)).count()
}

/// The first lines, which say what a paper is.
pub(super) fn head(lower: &str) -> &str {
    let lines = lower.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at, !line.trim().is_empty()))
    });
    let end = lines.filter(|(_, is_told)| *is_told).nth(HEAD_LINES - 1).map_or(lower.len(), |(end, _)| end);
    (0..=end.min(HEAD_BYTES)).rev().find_map(|end| lower.get(..end)).unwrap_or_default()
}
