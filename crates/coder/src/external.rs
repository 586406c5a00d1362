//! External causes: how an injury came about (ICD-10-CM Guidelines I.C.20).

use claim::Evidence;
use codes::Icd10cm;

use crate::{
    context::is_believed,
    diagnose::{Problem, Standing},
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    specify::Phase,
    table::{cell, table},
};

/// The cause of an injury under active treatment, what was being done, where, and whether it happened at work, when the
/// note tells it.
///
/// External causes are told once, at the first encounter; healing and sequela carry none here.
pub(crate) fn causes(document: &Document<'_>, icd: &Icd10cm<'_>, problems: &[Problem], phase: Phase) -> Vec<Problem> {
    let is_injury = |p: &&Problem| p.standing > Standing::Elsewhere && p.is(INJURIES);
    let injury = problems.iter().find(is_injury).filter(|_| phase == Phase::Active);
    let Some(injury) = injury else { return Vec::new() };
    let cause = told(document, icd, "cause", injury);
    let activity = told(document, icd, "activity", injury);
    let place = told(document, icd, "place", injury);
    cause.into_iter().chain(place).chain(activity).chain(at_work(document, injury)).collect()
}

/// Injuries, burns and foreign bodies; poisonings name their cause themselves.
const INJURIES: &[&str] = &["S", "T07", "T14", "T15", "T16", "T17", "T18", "T19", "T2", "T30", "T31", "T33", "T34"];

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
    if !is_believed(document, &words) {
        return None;
    }
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

/// The first row of a kind whose words one telling sentence holds. A place is offered only: few payers want it.
fn told(document: &Document<'_>, icd: &Icd10cm<'_>, kind: &str, injury: &Problem) -> Option<Problem> {
    let sentences: Vec<&Sentence> = document.sentences.iter().filter(|s| tells(document, s, kind)).collect();
    let can_stand =
        |row: &&[&'static str]| cell(row, 1).split(" & ").all(|words| !document.present(words.split('|')).is_empty());
    let rows: Vec<&[&'static str]> =
        table!("external.tsv").filter(|row| cell(row, 0) == kind).filter(can_stand).collect();
    let code_of = |row: &[&'static str]| leaf(icd, &cell(row, 3).replace('.', ""));
    let is_told = |row: &&&[&'static str]| sentences.iter().any(|sentence| spelled(document, sentence, row).is_some());
    let code = code_of(rows.iter().find(is_told)?)?;
    // Every place that tells the same.
    let same = rows.iter().filter(|row| code_of(row).as_ref() == Some(&code));
    let words = same.flat_map(|row| sentences.iter().filter_map(|sentence| spelled(document, sentence, row)));
    let text = match kind {
        "activity" => "What was being done, told once at the first encounter.",
        "place" => "Where it happened, told once at the first encounter.",
        _ => "The cause of the injury, told once at the first encounter; never first-listed.",
    };
    let mut problem = external(code.clone(), Vec::new(), injury, text);
    problem.cite(words);
    if kind == "place" {
        problem.standing = Standing::Elsewhere;
    }
    Some(problem)
}

/// True for sentences that may tell how an injury came about. What was being done and where counts only beside the
/// injury itself: "enjoys tennis" and "return to running" say nothing.
fn tells(document: &Document<'_>, sentence: &Sentence, kind: &str) -> bool {
    const HAPPENING: &[&str] = &[
        "when",
        "while",
        "after",
        "during",
        "sustained",
        "injured",
        "injury",
        "began",
        "onset",
        "fell",
        "felt",
        "twisted",
        "slipped",
        "tripped",
        "landed",
        "started",
        "hit",
        "struck",
        "cut",
        "stepped",
        "dropped",
        "rolled",
    ];
    const NOT_HAPPENING: &[&str] = &[
        "enjoys",
        "likes to",
        "return to",
        "avoid",
        "advised",
        "recommended",
        "history of playing",
        "goal",
        "resume",
        "unable to",
        "aggravat",
        "worse with",
        "worsens with",
        "denies",
        "hobbies",
        "plays",
    ];
    let is_told = !matches!(
        sentence.section,
        SectionKind::Family
            | SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Instructions
            | SectionKind::Systems
            | SectionKind::Plan
            | SectionKind::Social
    );
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    is_told && (kind == "cause" || has(HAPPENING) && !has(NOT_HAPPENING))
}

/// The span of the words of a row in one sentence, when all its groups are there and not denied.
fn spelled(document: &Document<'_>, sentence: &Sentence, row: &[&'static str]) -> Option<Evidence> {
    let lower = document.lower_of(sentence);
    if !cell(row, 2).is_empty() && cell(row, 2).split('|').any(|no| word_position(lower, no).is_some()) {
        return None;
    }
    let mut span: Option<(usize, usize)> = None;
    for group in cell(row, 1).split(" & ") {
        let (start, end) = group.split('|').find_map(|word| word_position(lower, word.trim()))?;
        span = Some(span.map_or((start, end), |(a, b)| (a.min(start), b.max(end))));
    }
    let (start, end) = span?;
    let clause = lower.get(..start)?.rsplit([',', ';']).next().unwrap_or_default();
    let before: Vec<&str> = clause.split_whitespace().rev().take(4).collect();
    let is_denied = before.iter().any(|word| ["denies", "no", "without", "not", "history", "recall"].contains(word));
    let words = document.evidence(sentence.start + start, sentence.start + end)?;
    (!is_denied && is_believed(document, &words)).then_some(words)
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
