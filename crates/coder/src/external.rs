//! External causes: how an injury came about (ICD-10-CM Guidelines I.C.20).

use claim::Evidence;
use codes::Icd10cm;

use crate::{
    diagnose::{Problem, Standing},
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    specify::Phase,
    table::{cell, rows},
};

/// The cause of an injury under active treatment and whether it happened at work, when the note tells it.
///
/// External causes are told once, at the first encounter; healing and sequela carry none here.
pub(crate) fn causes(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &[Problem], phase: Phase) -> Vec<Problem> {
    let is_injury = |p: &&Problem| p.standing > Standing::Elsewhere && p.code.starts_with('S');
    let injury = problems.iter().find(is_injury).filter(|_| phase == Phase::Active);
    let Some(injury) = injury else { return Vec::new() };
    cause(document, icd, injury).into_iter().chain(at_work(document, injury)).collect()
}

/// Hurt while working for pay (Guidelines I.C.20.k).
fn at_work(document: &Document<'_>, injury: &Problem) -> Option<Problem> {
    const AT_WORK: &[&str] = &[
        "while at work",
        "at work",
        "on the job",
        "work injury",
        "work-related",
        "work related",
        "workplace injury",
        "employee injury",
        "workers comp",
        "workers' compensation",
        "workers compensation",
    ];
    const NOT_AT_WORK: &[&str] = &["not at work", "not work related", "not work-related", "(not work)", "off work"];
    if NOT_AT_WORK.iter().any(|words| document.lower.contains(words)) {
        return None;
    }
    let is_told = |s: &Sentence| !matches!(s.section, SectionKind::Plan | SectionKind::Instructions);
    let (_, words) = document.find_phrase_where(AT_WORK, is_told)?;
    Some(external("Y990".to_owned(), vec![words], injury, "Hurt while working for pay."))
}

fn external(code: String, evidence: Vec<Evidence>, injury: &Problem, text: &str) -> Problem {
    Problem {
        code,
        evidence,
        standing: Standing::Prose,
        is_default: true,
        rules: vec![applied("DX23", text)],
        neighbours: Vec::new(),
        position: usize::MAX,
        block: injury.block,
        prompt: None,
    }
}

fn cause(document: &Document<'_>, icd: &Icd10cm<'_>, injury: &Problem) -> Option<Problem> {
    let told = document.sentences.iter().filter(|sentence| {
        !matches!(
            sentence.section,
            SectionKind::Family
                | SectionKind::Past
                | SectionKind::Surgical
                | SectionKind::Instructions
                | SectionKind::Systems
        )
    });
    let told: Vec<_> = told.collect();
    rows(include_str!("../data/external.tsv")).find_map(|row| {
        let code: String = cell(&row, 1).chars().filter(|c| *c != '.').collect();
        let phrases = document.present(cell(&row, 0).split('|'));
        if phrases.is_empty() {
            return None;
        }
        let (start, end) = told.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = phrases.iter().find_map(|phrase| word_position(lower, phrase))?;
            let before: Vec<&str> = lower.get(..start)?.split_whitespace().rev().take(3).collect();
            let is_denied = before.iter().any(|word| ["denies", "no", "without", "not", "history"].contains(word));
            (!is_denied).then_some((sentence.start + start, sentence.start + end))
        })?;
        let words = document.evidence(start, end).into_iter().collect();
        let text = "The cause of the injury, told once at the first encounter; never first-listed.";
        Some(external(leaf(icd, &code)?, words, injury, text))
    })
}

fn leaf(icd: &Icd10cm<'_>, code: &str) -> Option<String> {
    if icd.is_billable(code) {
        return Some(code.to_owned());
    }
    let children = icd.children(code);
    children
        .into_iter()
        .find(|child| child.is_billable && child.code.ends_with('A'))
        .map(|child| child.code.into_owned())
}
