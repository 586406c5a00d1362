//! External causes: how an injury came about (ICD-10-CM Guidelines I.C.20).

use codes::Icd10cm;

use crate::{
    diagnose::{Problem, Standing},
    document::{Document, word_position},
    rule::applied,
    sections::SectionKind,
    specify::Phase,
    table::{cell, rows},
};

/// The cause of an injury under active treatment, when the note tells it.
///
/// External causes are told once, at the first encounter; healing and sequela carry none here.
pub(crate) fn cause(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &[Problem], phase: Phase) -> Option<Problem> {
    let is_injury = |p: &Problem| p.standing > Standing::Elsewhere && p.code.starts_with('S');
    let injury = problems.iter().find(|p| is_injury(p))?;
    if phase != Phase::Active {
        return None;
    }
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
        let leaf = leaf(icd, &code)?;
        Some(Problem {
            code: leaf,
            evidence: document.evidence(start, end).into_iter().collect(),
            standing: Standing::Prose,
            is_default: true,
            rules: vec![applied(
                "DX23",
                "The cause of the injury, told once at the first encounter; never first-listed.",
            )],
            neighbours: Vec::new(),
            position: usize::MAX,
            block: injury.block,
            prompt: None,
        })
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
