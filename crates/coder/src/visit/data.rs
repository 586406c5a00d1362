//! Data reviewed and analysed: unique tests, outside notes, other historians, own readings, discussions (CPT E/M
//! guidelines).

use claim::Evidence;

use super::phrase;
use crate::{
    document::{Document, Sentence},
    level::{Complexity, DataElements, data_level},
    sections::SectionKind,
    service::{ServiceKind, Services},
    table::{cell, table},
};

/// A test of the table.
struct Test {
    name: &'static str,
    words: Vec<&'static str>,
    /// Panels that hold it.
    within: Vec<&'static str>,
    /// Codes of its making or reading.
    billed: Vec<&'static str>,
    kind: &'static str,
}

fn tests() -> impl Iterator<Item = Test> {
    table!("tests.tsv").map(|row| Test {
        name: cell(row, 0),
        words: cell(row, 1).split('|').collect(),
        within: cell(row, 2).split_whitespace().collect(),
        billed: cell(row, 3).split_whitespace().collect(),
        kind: cell(row, 4),
    })
}

impl Test {
    /// The practice bills its reading here, and counts it no more; a test of the laboratory has no reading.
    fn is_billed(&self, found: &Services) -> bool {
        const LABORATORY: &str = "8";
        found.services.iter().any(|s| {
            s.kind == ServiceKind::Test
                && self.billed.iter().any(|code| !code.starts_with(LABORATORY) && s.code.starts_with(code))
        })
    }
}

/// The data element with its words.
pub(super) fn data(document: &Document<'_>, found: &Services) -> (Complexity, Vec<Evidence>) {
    let is_preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    let mut counted: Vec<(&str, Evidence)> = Vec::new();
    for test in tests() {
        let is_held = test.within.iter().any(|panel| counted.iter().any(|(name, _)| name == panel));
        if is_held || test.is_billed(found) || is_preventive && test.kind == "screening" {
            continue;
        }
        let taken: Vec<&Evidence> = counted.iter().map(|(_, words)| words).collect();
        if let Some(words) = told(document, &test, &taken) {
            counted.push((test.name, words));
        }
    }
    let reading = phrase::find(document, "reading", |s| is_read(document, s, found)).map(|(_, words)| words);
    let note = phrase::find(document, "note", |_| true).map(|(_, words)| words);
    let historian = phrase::find(document, "historian", |_| true).map(|(_, words)| words);
    let discussion = phrase::find(document, "discussion", |_| true).map(|(_, words)| words);
    let elements = DataElements {
        tests_ordered: u32::try_from(counted.len()).unwrap_or(u32::MAX),
        external_notes: u32::from(note.is_some()),
        independent_historian: historian.is_some(),
        independent_interpretation: reading.is_some(),
        external_discussion: discussion.is_some(),
        ..DataElements::default()
    };
    let words = [reading, discussion, note, historian].into_iter().flatten();
    (data_level(&elements), words.chain(counted.into_iter().map(|(_, words)| words)).collect())
}

/// The words of a test that is ordered or reviewed now and belong to no longer name ("CT head" is no second "CT").
fn told(document: &Document<'_>, test: &Test, taken: &[&Evidence]) -> Option<Evidence> {
    let present = test.words.iter().any(|word| document.lower.contains(word.trim_end_matches(['#', ' '])));
    let sentences = document.sentences.iter().filter(|s| present && phrase::is_of_today(s));
    sentences.into_iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let places = phrase::stands(lower, &test.words);
        let (start, end) = places.into_iter().find(|(start, end)| {
            let is_part = taken.iter().any(|w| w.start <= sentence.start + start && sentence.start + end <= w.end);
            !is_part && is_now(sentence, lower, *start, *end)
        })?;
        document.evidence(sentence.start + start, sentence.start + end)
    })
}

/// Neither considered nor put off; and in a story, with its result.
fn is_now(sentence: &Sentence, lower: &str, start: usize, end: usize) -> bool {
    const BEFORE: usize = 40;
    const BEHIND: usize = 24;
    let (before, after) = (lower.get(..start).unwrap_or_default(), lower.get(end..).unwrap_or_default());
    let clause = before.rsplit([';', '.', ':']).next().unwrap_or_default();
    let behind = after.split([';', '.', ',']).next().unwrap_or_default();
    let undone: Vec<&str> = phrase::words("undone");
    // "No CBC", "no CBC, CMP or TSH".
    let is_denied = phrase::stands(clause, &["no", "without", "w/o"]).last().is_some_and(|(_, end)| {
        let list = clause.get(*end..).unwrap_or_default();
        list.trim().is_empty()
            || list.len() <= BEFORE && list.contains(',') && lower.contains(" or ")
            || list.trim_end().ends_with(" or")
    });
    let is_near = is_denied
        || phrase::stands(clause, &undone).iter().any(|(_, e)| clause.len() - e <= BEFORE)
        || phrase::stands(behind, &undone).iter().any(|(s, _)| *s <= BEHIND);
    let is_story = matches!(sentence.section, SectionKind::Present | SectionKind::Complaint);
    !is_near && (!is_story || has_result(after) || !phrase::stands(before, &["review*", "order*"]).is_empty())
}

/// A number that is no year: "A1c was 8.1".
fn has_result(after: &str) -> bool {
    const NEAR: usize = 25;
    let near = (0..=NEAR.min(after.len())).rev().find_map(|end| after.get(..end)).unwrap_or_default();
    let numbers =
        near.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    numbers.into_iter().any(|number| !(number.len() == 4 && (number.starts_with("19") || number.starts_with("20"))))
}

/// An image or tracing looked at, not only its report, whose reading is not billed here.
fn is_read(document: &Document<'_>, sentence: &Sentence, found: &Services) -> bool {
    const PICTURES: &[&str] = &["image", "images", "film", "films", "tracing", "strips", "scan", "disc", "pacs"];
    let lower = document.lower_of(sentence);
    let names = |test: &Test| !phrase::stands(lower, &test.words).is_empty();
    let images: Vec<Test> = tests().filter(|test| test.kind == "image" && names(test)).collect();
    let is_picture = !phrase::stands(lower, PICTURES).is_empty();
    let is_report = !is_picture && !phrase::stands(lower, &["report", "reports"]).is_empty();
    (is_picture || !images.is_empty()) && !is_report && !images.iter().any(|test| test.is_billed(found))
}
