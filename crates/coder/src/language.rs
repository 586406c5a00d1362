//! Notes that cannot be read: empty, or in another language.

use claim::{Evidence, Prompt};

/// Frequent words of English prose and of English notes.
const ENGLISH: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "in",
    "with",
    "for",
    "is",
    "was",
    "on",
    "at",
    "no",
    "patient",
    "history",
    "pain",
    "today",
    "has",
    "denies",
    "left",
    "right",
    "plan",
    "assessment",
    "she",
    "he",
    "his",
    "her",
    "this",
    "that",
    "days",
    "weeks",
    "normal",
    "mg",
    "daily",
    "exam",
    "follow",
    "up",
    "not",
    "or",
    "a",
    "pt",
    "min",
    "from",
    "since",
    "start",
    "continue",
    "type",
    "stage",
    "acute",
    "chronic",
    "by",
    "due",
    "without",
    "diabetes",
    "hypertension",
    "visit",
    "annual",
    "physical",
    "without",
    "review",
    "therapy",
    "time",
    "knee",
];

/// Frequent words of other languages that English does not use.
const OTHERS: &[&str] = &[
    "el",
    "la",
    "los",
    "las",
    "de",
    "del",
    "que",
    "con",
    "por",
    "para",
    "una",
    "sin",
    "paciente",
    "dolor",
    "años",
    "der",
    "die",
    "und",
    "das",
    "ist",
    "nicht",
    "mit",
    "seit",
    "patientin",
    "schmerzen",
    "le",
    "les",
    "des",
    "une",
    "est",
    "avec",
    "pour",
    "dans",
    "depuis",
    "douleur",
    "não",
    "uma",
    "com",
    "há",
    "dor",
    "il",
    "di",
    "che",
    "non",
    "per",
    "da",
    "et",
    "und",
    "wird",
    "keine",
    "kein",
    "klagt",
    "über",
    "wegen",
    "bei",
    "ohne",
    "nach",
    "tage",
    "tagen",
    "wochen",
    "husten",
    "fieber",
    "kopfschmerzen",
    "rückenschmerzen",
    "bauchschmerzen",
    "halsschmerzen",
    "übelkeit",
    "erbrechen",
    "durchfall",
    "bluthochdruck",
    "blutdruck",
    "beschwerden",
    "verdacht",
    "befund",
    "akute",
    "heute",
    "rechts",
    "pas",
    "sur",
    "muy",
    "y",
    "en",
    "tipo",
    "hipertension",
    "hipertensión",
    "refiere",
    "niega",
    "fiebre",
    "tos",
    "hace",
    "meses",
    "semanas",
    "tomar",
    "desde",
];

/// Only this much of a note is looked at.
const SAMPLE_WORDS: usize = 400;

/// Why a note gives no suggestions, when it gives none.
pub(crate) fn objection(text: &str) -> Option<Prompt> {
    let letters = text.chars().take(20_000).filter(|c| c.is_alphabetic()).count();
    if letters < 3 {
        return Some(prompt(
            "empty-note",
            "The note holds no words to code from.",
            "The note is empty. Please document the visit.",
            text,
        ));
    }
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .take(SAMPLE_WORDS)
        .map(str::to_lowercase)
        .collect();
    let count = |list: &[&str]| words.iter().filter(|w| list.contains(&w.as_str())).count();
    let (english, other) = (count(ENGLISH), count(OTHERS));
    let latin = text.chars().take(20_000).filter(|c| c.is_alphabetic() && (*c as u32) < 0x250).count();
    let is_other_script = latin * 2 < letters;
    let is_other = other > english * 2 && other * 12 > words.len();
    (is_other_script || is_other).then(|| {
        prompt(
            "unreadable-language",
            "The note does not seem to be written in English, so no code is suggested.",
            "Please provide the documentation of this visit in English, or have a person code it.",
            text,
        )
    })
}

fn prompt(id: &str, text: &str, question: &str, note: &str) -> Prompt {
    let end = note.char_indices().nth(60).map_or(note.len(), |(at, _)| at);
    let start = note.find(|c: char| !c.is_whitespace()).unwrap_or(end).min(end);
    let words = note.get(start..end).filter(|w| !w.is_empty());
    Prompt {
        id: id.to_owned(),
        text: text.to_owned(),
        question: question.to_owned(),
        options: Vec::new(),
        evidence: words.map(|w| Evidence { start, end, text: w.to_owned() }).into_iter().collect(),
        code: None,
        is_blocking: true,
    }
}
