//! Drugs by kind. A drug supports a code; alone it makes none.

use std::{collections::HashMap, sync::LazyLock};

use claim::Evidence;

use crate::{
    context::{Assertion, Context},
    document::{Document, Sentence, stem, word_position},
    sections::SectionKind,
    table::{cell, table},
};

/// What a drug is for the rules that ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrugClass {
    Insulin,
    OralDiabetes,
    InjectableDiabetes,
    Anticoagulant,
    OverTheCounter,
    Prescription,
    /// Needs monitoring for toxicity.
    Monitored,
}

impl DrugClass {
    pub(crate) fn is_prescription(self) -> bool {
        self != Self::OverTheCounter
    }
}

/// Drugs of one word, by their stem.
static WORDS: LazyLock<HashMap<String, DrugClass>> = LazyLock::new(|| {
    let named = table!("medications.tsv");
    named
        .filter_map(|row| Some((stem(cell(row, 0)), class(cell(row, 1))?)))
        .filter(|(name, _)| !name.contains(' '))
        .collect()
});

fn class(word: &str) -> Option<DrugClass> {
    Some(match word {
        "insulin" => DrugClass::Insulin,
        "oral" => DrugClass::OralDiabetes,
        "injectable" => DrugClass::InjectableDiabetes,
        "anticoagulant" => DrugClass::Anticoagulant,
        "over-the-counter" => DrugClass::OverTheCounter,
        "prescription" => DrugClass::Prescription,
        "monitored" => DrugClass::Monitored,
        _ => return None,
    })
}

/// A drug named in a note.
#[derive(Clone, Debug)]
pub(crate) struct Drug {
    pub class: DrugClass,
    pub sentence: usize,
    pub evidence: Evidence,
    /// The patient is to take it no more.
    pub is_stopped: bool,
}

/// The drugs that the patient takes, is given or is to stop, in order; denied and allergic ones are left out.
pub(crate) fn drugs(document: &Document<'_>) -> Vec<Drug> {
    let mut drugs = Vec::new();
    for (at, sentence) in document.sentences.iter().enumerate() {
        if matches!(sentence.section, SectionKind::Allergies | SectionKind::Family) {
            continue;
        }
        let mut context = None;
        for (i, token) in document.tokens_of(sentence).iter().enumerate() {
            let Some(class) = WORDS.get(&token.stem) else { continue };
            let context = context.get_or_insert_with(|| Context::of(document, sentence));
            let position = sentence.first + i;
            let (assertion, cue) = context.assertion(position, position + 1);
            let is_denied =
                assertion == Assertion::Negated && cue.is_none_or(|(_, last)| is_list(document, last, position));
            let is_asked = document.text.get(token.end..).is_some_and(|after| after.starts_with('?'));
            let is_other = says(document, sentence, &token.stem, OTHERS);
            if is_denied || is_asked || assertion == Assertion::Family || is_other {
                continue;
            }
            if let Some(evidence) = document.evidence(token.start, token.end) {
                let is_stopped = says(document, sentence, &token.stem, STOPPED);
                drugs.push(Drug { class: *class, sentence: at, evidence, is_stopped });
            }
        }
    }
    drugs
}

const STOPPED: &[&str] = &["stop", "stopped", "stopping", "discontinue", "discontinued", "not taking"];
const OTHERS: &[&str] = &["allergic to", "intolerant", "insulin resistance"];

/// The words stand before the drug in its sentence.
fn says(document: &Document<'_>, sentence: &Sentence, drug: &str, words: &[&str]) -> bool {
    let lower = document.lower_of(sentence);
    words.iter().any(|word| {
        word_position(lower, word).is_some_and(|(at, _)| lower.get(at..).is_some_and(|rest| rest.contains(drug)))
    })
}

/// "No longer takes metformin 500 mg, lisinopril or aspirin" denies the whole list; "not decompensated: furosemide" does
/// not deny the drug.
fn is_list(document: &Document<'_>, from: usize, to: usize) -> bool {
    const LINKS: &[&str] = &[
        "or",
        "and",
        "nor",
        "any",
        "of",
        "on",
        "longer",
        "take",
        "taking",
        "taken",
        "use",
        "using",
        "her",
        "his",
        "the",
        "daily",
        "mg",
        "mcg",
        "unit",
        "bid",
        "tid",
        "qd",
        "po",
        "other",
        "current",
        "currently",
        "home",
        "medication",
    ];
    let between = document.tokens.get(from..to).unwrap_or_default();
    between.iter().all(|token| {
        let is_number = token.stem.starts_with(|c: char| c.is_ascii_digit());
        is_number || WORDS.contains_key(&token.stem) || LINKS.contains(&token.stem.as_str())
    })
}
