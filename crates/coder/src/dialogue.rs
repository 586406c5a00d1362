//! Visits as doctor and patient spoke: what is assessed is what the doctor names as a problem near the end.

use crate::{
    diagnose::{Problem, Standing},
    document::Document,
};

/// Fewer turns are a quotation in a note.
const TURNS_MIN: usize = 6;
/// How many words before a condition may name it as a problem.
const BEFORE: usize = 9;
/// Where doctors begin to sum up.
const SUMMING_UP: &[&str] = &[
    "assessment and plan",
    "assessment and my plan",
    "my assessment",
    "my impression",
    "my plan for you",
    "here's the plan",
    "so here's what",
    "let's go over",
    "what i think is going on",
];
/// Words that name what follows as the patient's problem.
const NAMING: &[&[&str]] = &[
    &["problem"],
    &["for", "your"],
    &["you", "have"],
    &["you", "had"],
    &["you're", "having"],
    &["of", "your"],
    &["with", "your"],
    &["about", "your"],
    &["have", "a"],
    &["this", "is"],
    &["case", "of"],
    &["diagnosis"],
    &["exacerbation", "of"],
    &["flare", "of"],
    &["recurrence", "of"],
    &["regarding", "your"],
    &["got", "a"],
    &["sustained"],
];

/// True for a transcript of turns: `[doctor] …`, `Patient: …`.
pub(crate) fn is_dialogue(document: &Document<'_>) -> bool {
    const SPEAKERS: &[&str] =
        &["[doctor]", "[patient]", "doctor:", "patient:", "dr:", "pt:", "clinician:", "provider:"];
    let turns = document.lower.lines().filter(|line| SPEAKERS.iter().any(|speaker| line.starts_with(speaker)));
    turns.take(TURNS_MIN).count() == TURNS_MIN
}

/// Reports the problems that are named as such after the summing up has begun, else in the last part.
pub(crate) fn settle(document: &Document<'_>, problems: &mut [Problem]) {
    let from = SUMMING_UP.iter().filter_map(|words| document.lower.rfind(words)).min();
    let late = document.lower.len() / 2;
    let from = from.filter(|at| *at > document.lower.len() / 3).unwrap_or(late);
    for problem in problems.iter_mut() {
        problem.standing = Standing::Elsewhere;
        let start = document.tokens.get(problem.position).map_or(0, |token| token.start);
        let before = document.tokens.get(problem.position.saturating_sub(BEFORE)..problem.position).unwrap_or_default();
        let is_named = NAMING.iter().any(|words| {
            before.windows(words.len()).any(|window| window.iter().zip(*words).all(|(token, word)| token.stem == *word))
        });
        let is_finding = problem.is(&["R", "Z"]) && !before.iter().any(|token| token.stem == "problem");
        if start >= from && is_named && !is_finding {
            problem.standing = Standing::Prose;
        }
    }
}
