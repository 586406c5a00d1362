//! Problems addressed: which kind each is, by its code and the words beside it (CPT E/M guidelines, number and
//! complexity of problems).

use claim::Evidence;

use super::phrase;
use crate::{
    context::{Assertion, Context},
    diagnose::{Diagnoses, Problem, lasts},
    dialogue,
    document::{Document, Sentence},
    level::{Complexity, ProblemElements, VisitFamily, problem_level},
    sections::SectionKind,
    service::Services,
    table::{cell, table},
};

/// The list of a kind: first characters of codes, or words.
fn list(kind: &'static str, by: &'static str) -> Vec<&'static str> {
    let rows = table!("problems.tsv").filter(|row| cell(row, 0) == kind && cell(row, 1) == by);
    rows.flat_map(|row| cell(row, 2).split('|')).collect()
}

fn is_of(problem: &Problem, kind: &'static str) -> bool {
    problem.is(&list(kind, "code"))
}

/// The problems element with its words and counts.
pub(super) fn problems(
    document: &Document<'_>,
    diagnoses: &Diagnoses,
    family: VisitFamily,
    found: &Services,
) -> (Complexity, Vec<Evidence>, ProblemElements) {
    let mut counted = ProblemElements::default();
    let mut words = Vec::new();
    let treated: Vec<&String> =
        found.services.iter().filter(|s| s.holds_evaluation()).flat_map(|s| &s.treats).collect();
    let reported: Vec<&Problem> = diagnoses.reported().filter(|p| !p.is(&["Z", "V", "W", "X", "Y"])).collect();
    let all = diagnoses.reported().count();
    for problem in &reported {
        // What a procedure treats is part of the procedure.
        if treated.iter().any(|t| problem.code.starts_with(t.as_str())) && all > 1 {
            continue;
        }
        words.extend(problem.evidence.first().cloned());
        count(document, problem, &reported, &mut counted);
    }
    for (sentence, named) in unnamed(document, diagnoses, &reported) {
        words.push(named);
        let says = |kind: &'static str| is_said(document.lower_of(sentence), &list(kind, "word"));
        let slot = match (says("worse"), says("chronic"), says("stable")) {
            (true, ..) => &mut counted.worsening_chronic,
            (_, true, _) | (.., true) => &mut counted.stable_chronic,
            _ if says("minor") => &mut counted.self_limited,
            _ => &mut counted.acute_uncomplicated,
        };
        *slot += 1;
    }
    if let Some(threat) = threat(document, family) {
        counted.threat += 1;
        words.push(threat);
    }
    // Advice, screening and the like, when nothing else was the matter.
    if words.is_empty()
        && let Some(advice) = diagnoses.reported().find(|p| is_of(p, "advice"))
    {
        words.extend(advice.evidence.first().cloned());
        counted.self_limited += 1;
    }
    (problem_level(&counted), words, counted)
}

/// Problems that are listed and whose names the dictionary does not know: numbered items of the assessment, and where no
/// problem is known at all whatever heads it, or else where the talk says how it goes.
fn unnamed<'d>(
    document: &'d Document<'_>,
    diagnoses: &Diagnoses,
    reported: &[&Problem],
) -> Vec<(&'d Sentence, Evidence)> {
    let other = list("other", "word");
    let is_known = |s: &Sentence| diagnoses.problems.iter().any(|p| p.block == s.block);
    let is_listed = |s: &&Sentence| {
        let is_of_list = s.is_numbered || reported.is_empty();
        let is_first =
            document.sentences.iter().find(|first| first.block == s.block).is_some_and(|f| f.start == s.start);
        s.section == SectionKind::Assessment && s.is_head && is_of_list && is_first && !is_known(s)
    };
    let is_problem = |s: &&Sentence| phrase::stands(document.lower_of(s), &other).is_empty();
    let mut found: Vec<&Sentence> = document.sentences.iter().filter(is_listed).filter(is_problem).collect();
    if found.is_empty() && reported.is_empty() && dialogue::is_dialogue(document) {
        let worse = list("worse", "word");
        found.extend(document.sentences.iter().find(|s| is_said(document.lower_of(s), &worse)));
    }
    found.into_iter().filter_map(|s| Some((s, document.sentence_evidence(s)?))).collect()
}

fn count(document: &Document<'_>, problem: &Problem, reported: &[&Problem], counted: &mut ProblemElements) {
    let passage = passage(document, problem, reported);
    let says = |kind: &'static str| is_said(passage, &list(kind, "word"));
    // Where one problem is all there is, its story tells how it goes.
    let is_told_worse = || {
        let stories =
            document.sentences.iter().filter(|s| matches!(s.section, SectionKind::Present | SectionKind::Complaint));
        reported.len() == 1 && stories.into_iter().any(|s| is_said(document.lower_of(s), &list("worse", "word")))
    };
    let named = problem.evidence.first().map(|words| words.text.to_lowercase()).unwrap_or_default();
    let is_named = |kind: &'static str| !phrase::stands(&named, &list(kind, "word")).is_empty();
    let is_chronic =
        lasts(&problem.code) || is_named("chronic") || is_of(problem, "chronic") && !is_of(problem, "acute");
    let is_systemic = is_of(problem, "systemic") || is_of(problem, "infection") && says("feverish");
    // What threatened life and is on its way back does so no longer.
    let slot = if is_of(problem, "threat") {
        if says("healing") { &mut counted.systemic } else { &mut counted.threat }
    } else if is_chronic {
        let is_worse = says("worse")
            || is_told_worse() && !says("stable")
            || says("raised") && !says("stable")
            || problem.is(WORSE);
        if says("worse") && says("severe") && problem.is(MAY_BE_SEVERE) {
            &mut counted.severe_exacerbation
        } else if is_worse {
            &mut counted.worsening_chronic
        } else {
            &mut counted.stable_chronic
        }
    } else if is_systemic {
        &mut counted.systemic
    } else if is_of(problem, "complicated") && !is_simple_fracture(document, problem) {
        &mut counted.complicated_injury
    } else if is_of(problem, "uncertain") && !says("stable") {
        &mut counted.uncertain_prognosis
    } else if is_of(problem, "minor")
        || is_named("minor")
        || problem.is(&["S"]) && (problem.code.ends_with('D') || says("healing"))
    {
        &mut counted.self_limited
    } else {
        &mut counted.acute_uncomplicated
    };
    *slot += 1;
}

/// Chronic diseases whose code tells that they are worse or not at their goal.
const WORSE: &[&str] =
    &["J441", "J440", "J4521", "J4531", "J4541", "J4551", "J45901", "E1165", "E1065", "F321", "F322", "F331", "F332"];
/// Chronic diseases of which "severe" is said of their state today, not of their stage.
const MAY_BE_SEVERE: &[&str] = &[
    "J44", "J45", "I50", "I11", "I13", "K50", "K51", "G35", "M05", "M06", "M32", "I20", "I25", "E10", "E11", "G40",
    "K70", "K74", "F20", "F25", "F31", "F32", "F33", "D57",
];

/// What is written of a problem: from its clause to the clause of the next problem, as far as the section goes.
fn passage<'d>(document: &'d Document<'_>, problem: &Problem, reported: &[&Problem]) -> &'d str {
    const LONGEST: usize = 600;
    let place = |p: &Problem| document.tokens.get(p.position).map(|token| token.start);
    let Some((start, sentence)) = place(problem).zip(document.sentence_at(problem.position)) else { return "" };
    let clause = |from: usize, to: usize| {
        let between = document.lower.get(from..to).unwrap_or_default();
        between.rfind(['.', ';', ',', ':', '\n']).map_or(from, |at| from + at + 1)
    };
    let others = || reported.iter().filter_map(|p| place(p));
    let before = others().filter(|at| *at < start && *at >= sentence.start).max();
    let from = before.map_or(sentence.start, |at| clause(at, start));
    let is_same = |kind: SectionKind| kind == sentence.section || kind.is_assessed() && reported.len() == 1;
    let section_end = document
        .sentences
        .iter()
        .skip_while(|s| s.start < sentence.start)
        .take_while(|s| is_same(s.section))
        .last()
        .map_or(sentence.end, |s| s.end);
    let limit = section_end.min(from.saturating_add(LONGEST));
    let next = others().filter(|at| *at > start && *at < limit).min();
    let to = next.map_or(limit, |at| clause(start, at).max(start));
    (from..=to).rev().find_map(|to| document.lower.get(from..to)).unwrap_or_default()
}

/// One of the words, and nothing that denies it just before: "no acute exacerbation".
fn is_said(passage: &str, words: &[&str]) -> bool {
    const DENIALS: &[&str] = &["no", "not", "without", "never", "denies", "nor", "non", "isn't", "if"];
    phrase::stands(passage, words).iter().any(|(start, end)| {
        let before = passage.get(..*start).unwrap_or_default();
        let clause = before.rsplit([',', '.', ';', ':', '\n']).next().unwrap_or_default();
        // "Worse with stairs" tells what it depends on, not how it goes.
        let depends = passage.get(*end..).unwrap_or_default().trim_start();
        let is_dependent =
            ["with ", "on ", "at ", "after ", "when ", "in the "].iter().any(|word| depends.starts_with(word));
        let is_denied = clause.split_whitespace().rev().take(2).any(|word| DENIALS.contains(&word));
        !is_denied && (!is_dependent || passage.get(*start..*end) != Some("worse"))
    })
}

/// A threat to life or bodily function that is assessed, in a hospital also one that is probable.
fn threat(document: &Document<'_>, family: VisitFamily) -> Option<Evidence> {
    use VisitFamily::{ConsultInpatient, Emergency, HospitalInitial, HospitalSameDay, HospitalSubsequent};
    let is_hospital =
        matches!(family, Emergency | HospitalInitial | HospitalSubsequent | HospitalSameDay | ConsultInpatient);
    let words = list("threat", "word");
    let assessed = document.sentences.iter().filter(|s| s.section == SectionKind::Assessment);
    assessed.into_iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let (start, end) = phrase::stands(lower, &words).into_iter().find(|(start, end)| {
            let first = document.tokens.partition_point(|token| token.end <= sentence.start + start);
            let last = document.tokens.partition_point(|token| token.start < sentence.start + end);
            let is_open = !phrase::stands(
                lower,
                &["rule out", "r/o", "ruled out", "vs", "possible", "consider*", "risk", "ddx", "differential"],
            )
            .is_empty();
            match Context::of(document, sentence).assertion(first, last).0 {
                Assertion::Affirmed => !is_open,
                Assertion::Uncertain => is_hospital && !is_open,
                _ => false,
            }
        })?;
        document.evidence(sentence.start + start, sentence.start + end)
    })
}

/// A fracture that has not moved is treated like a sprain.
fn is_simple_fracture(document: &Document<'_>, problem: &Problem) -> bool {
    const SIMPLE: &[&str] =
        &["torus", "buckle", "nondisplaced", "non-displaced", "no displacement", "hairline", "undisplaced"];
    let is_told = document.find_phrase(SIMPLE).is_some();
    let is_fracture = problem.is(&["S22", "S42", "S52", "S62", "S82", "S92"]);
    is_fracture && is_told || problem.is(SPRAINS)
}

/// Sprains and strains, in the chapters of what may be a complicated injury.
const SPRAINS: &[&str] = &[
    "S434", "S435", "S436", "S439", "S534", "S634", "S635", "S636", "S638", "S639", "S830", "S834", "S835", "S836",
    "S839", "S460", "S461", "S560", "S660", "S761", "S860", "S05", "S731", "S227",
];
