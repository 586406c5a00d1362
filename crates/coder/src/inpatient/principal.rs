//! The principal diagnosis: the condition that, after study, occasioned the admission (Guidelines II).

use claim::AppliedRule;

use crate::{
    diagnose::{Problem, Standing},
    document::{Document, word_position},
    rule::applied,
    table::{cell, table},
};

/// What is said of the first diagnosis when no words name it.
pub(crate) const UNNAMED: &str =
    "No words say which condition occasioned the admission; the first one assessed stands for it until confirmed.";

/// Sepsis of the whole body (Guidelines I.C.1.d.4).
const SEPSIS: &[&str] = &["A40", "A41", "A021", "A227", "A267", "A327", "A427", "A5486", "B377"];

/// The diagnosis that leads, by its place among the problems, and the rule that says so.
pub(crate) fn lead(document: &Document<'_>, problems: &[Problem]) -> Option<(usize, AppliedRule)> {
    let candidates = || problems.iter().enumerate().filter(|(_, p)| p.standing > Standing::Elsewhere && may_lead(p));
    if let Some((at, _)) = candidates().find(|(_, p)| p.is(SEPSIS) && !super::admission::is_acquired(document, p)) {
        let text = "Sepsis that was there on admission comes before the infection it began with.";
        return Some((at, applied("DX-SEPSIS", text)));
    }
    let has_disease = candidates().any(|(_, p)| !p.is(&["R"]));
    for row in table!("principal.tsv") {
        let words = cell(row, 0);
        for (start, end) in told(document, words, cell(row, 1) == "label") {
            let is_told = |p: &Problem| p.evidence.iter().any(|e| start <= e.start && e.start < end);
            // A symptom gives way to the disease behind it (Guidelines II.A).
            let named = candidates().filter(|(_, p)| is_told(p) && !(has_disease && p.is(&["R"])));
            let first = named.min_by_key(|(_, p)| p.evidence.iter().map(|e| e.start).filter(|at| *at >= start).min());
            if let Some((at, _)) = first {
                let said = document.text.get(start..end).unwrap_or_default().trim();
                let text = format!("The note says: \u{201c}{words} \u{2026} {said}\u{201d}.");
                return Some((at, applied("DX-PRINCIPAL", text)));
            }
        }
    }
    None
}

/// External causes, manifestations and severity codes never lead, nor does what is only status or history.
fn may_lead(problem: &Problem) -> bool {
    !problem.is(&["V", "W", "X", "Y", "R652", "Z1", "Z3A", "Z37", "Z6", "Z7", "Z8", "Z9"])
}

/// The stretches behind the words: the first item of a labelled list, or the rest of a sentence.
fn told(document: &Document<'_>, words: &str, is_label: bool) -> Vec<(usize, usize)> {
    if is_label {
        return item(document, words).into_iter().collect();
    }
    let of_sentence = |sentence: &crate::document::Sentence| {
        let (_, end) = word_position(document.lower_of(sentence), words)?;
        Some((sentence.start + end, sentence.end))
    };
    document.sentences.iter().filter_map(of_sentence).collect()
}

/// What stands behind a label: the rest of its line, else the first line after it that is not empty.
fn item(document: &Document<'_>, label: &str) -> Option<(usize, usize)> {
    let mut is_open = false;
    for (mut start, line) in document.lines() {
        let end = start + line.len();
        if !is_open {
            let head = line.trim_start_matches([' ', '\t', '*', '#', '-']);
            let Some(rest) = head.strip_prefix(label).map(|rest| rest.trim_start_matches(['(', ')', 's', '*'])) else {
                continue;
            };
            let Some(body) = rest.strip_prefix(':').or_else(|| rest.trim().is_empty().then_some(rest)) else {
                continue;
            };
            is_open = true;
            start = end - body.len();
        }
        if document.lower.get(start..end).is_some_and(|text| text.chars().any(char::is_alphabetic)) {
            return Some((start, end));
        }
    }
    None
}
