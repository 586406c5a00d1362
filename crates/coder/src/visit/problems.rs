//! Problems addressed: which kind each is, by its code and the words beside it (CPT E/M guidelines, number and
//! complexity of problems).

use claim::Evidence;

use crate::{
    diagnose::{Diagnoses, Problem, lasts},
    document::{Document, Sentence, word_position},
    level::{Complexity, ProblemElements, problem_level},
    service::Services,
};

const STABLE: &[&str] =
    &["stable", "well controlled", "well-controlled", "controlled", "at goal", "doing well", "in remission"];
const WORSE: &[&str] = &[
    "uncontrolled",
    "not well controlled",
    "not controlled",
    "poorly controlled",
    "poor control",
    "worsening",
    "worse",
    "worsened",
    "not at goal",
    "above goal",
    "exacerbation",
    "suboptimal",
    "suboptimally",
    "inadequately controlled",
    "progressing",
    "progression",
    "flare",
    "elevated today",
    "not improving",
    "failing",
    "failed",
    "out of control",
    "increased symptoms",
    "persistent",
    "remains elevated",
    "still elevated",
    "breakthrough",
    "increasing",
    "more frequent",
    "partial improvement",
    "partial response",
    "incomplete response",
    "still symptomatic",
    "residual symptoms",
    "intractable",
    "new diagnosis",
    "newly diagnosed",
    "new onset",
    "interfering",
    "interferes",
    "symptomatic",
];
const SYSTEMIC: &[&str] = &["E86", "J18", "N10", "J10", "U071", "A01", "A02", "A03", "A04", "K57", "A41"];
const SELF_LIMITED: &[&str] =
    &["J00", "W57", "L70", "H612", "B07", "L918", "L82", "S00", "L550", "L22", "L602", "B351"];
const UNCERTAIN: &[&str] =
    &["R10", "R74", "R91", "N63", "R634", "R55", "R19", "D48", "R56", "R59", "R07", "R31", "K921", "R413"];
const COMPLICATED: &[&str] = &["S060", "S42", "S52", "S62", "S72", "S82", "S92", "S22", "S43", "S83"];
const THREAT: &[&str] =
    &["I21", "I26", "J96", "I63", "A41", "R6520", "R6521", "K35", "K403", "K413", "K56", "I60", "I61"];

const ADVICE: &[&str] = &["Z08", "Z09", "Z11", "Z13", "Z20", "Z30", "Z32", "Z56", "Z63", "Z70", "Z71", "Z72", "Z73"];

/// The problems element with its words and counts.
pub(super) fn problems(
    document: &Document<'_>,
    diagnoses: &Diagnoses,
    found: &Services,
) -> (Complexity, Vec<Evidence>, ProblemElements) {
    let mut counted = ProblemElements::default();
    let mut words = Vec::new();
    let treated: Vec<&String> =
        found.services.iter().filter(|s| s.holds_evaluation()).flat_map(|s| &s.treats).collect();
    for problem in diagnoses.reported().filter(|p| !p.is(&["Z", "V", "W", "X", "Y"])) {
        // What a procedure treats is part of the procedure.
        if treated.iter().any(|t| problem.code.starts_with(t.as_str())) && diagnoses.reported().count() > 1 {
            continue;
        }
        words.extend(problem.evidence.first().cloned());
        count(document, problem, &mut counted);
    }
    // Advice, screening and the like, when nothing else was the matter.
    if words.is_empty()
        && let Some(advice) = diagnoses.reported().find(|p| p.is(ADVICE))
    {
        words.extend(advice.evidence.first().cloned());
        counted.self_limited += 1;
    }
    (problem_level(&counted), words, counted)
}

fn count(document: &Document<'_>, problem: &Problem, counted: &mut ProblemElements) {
    let block: Vec<&Sentence> =
        document.sentences.iter().filter(|s| s.block == problem.block && s.section.is_assessed()).collect();
    let says =
        |words: &[&str]| block.iter().any(|s| words.iter().any(|w| word_position(document.lower_of(s), w).is_some()));
    let is_severe = says(&["severe exacerbation", "severe", "acute decompensated", "decompensated"]);
    // A cancer that has spread is a threat to life.
    if problem.is(THREAT) || problem.is(&["C77", "C78", "C79"]) {
        counted.threat += 1;
    } else if lasts(&problem.code)
        || problem.evidence.iter().any(|words| words.text.to_lowercase().contains("chronic"))
        || problem.is(&["C", "J32", "J33", "E55", "D50", "D64", "N40", "M54", "M75", "M77", "M72", "R73", "L57", "J30"])
    {
        let is_worse = says(WORSE) || problem.is(&["J441", "J45901", "E1165", "J4521", "J4531", "J4541", "J4551"]);
        if is_worse && is_severe && problem.is(&["J44", "J45", "I50", "F32", "F33"]) {
            counted.severe_exacerbation += 1;
        } else if is_worse && !says(&["not worse", "no worse"]) {
            counted.worsening_chronic += 1;
        } else {
            counted.stable_chronic += 1;
        }
    } else if problem.is(SYSTEMIC) {
        counted.systemic += 1;
    } else if problem.is(COMPLICATED) && !is_simple_fracture(document, problem) {
        counted.complicated_injury += 1;
    } else if problem.is(UNCERTAIN) && !says(STABLE) {
        counted.uncertain_prognosis += 1;
    } else if problem.is(SELF_LIMITED) || problem.is(&["S"]) && problem.code.ends_with('D') {
        counted.self_limited += 1;
    } else {
        counted.acute_uncomplicated += 1;
    }
}

/// A fracture that has not moved is treated like a sprain.
fn is_simple_fracture(document: &Document<'_>, problem: &Problem) -> bool {
    const SIMPLE: &[&str] =
        &["torus", "buckle", "nondisplaced", "non-displaced", "no displacement", "hairline", "undisplaced"];
    problem.is(&["S42", "S52", "S62", "S82", "S92"]) && document.find_phrase(SIMPLE).is_some()
}
