//! Reasons of a visit that are no illness: vaccines, examinations, aftercare (Guidelines I.C.21).

use claim::{Evidence, RejectedCandidate};
use codes::Icd10cm;

use super::{drop_at, is_reported};
use crate::{
    Visit,
    context::is_believed,
    diagnose::{Problem, Standing, lasts, rejection},
    document::{Document, word_position},
    preventive, procedures,
    report::Report,
    rule::applied,
    sections::SectionKind,
    table::{cell, table},
};

/// A vaccine that was not given is no reason of the visit.
const NOT_GIVEN: &[&str] =
    &["up to date", "utd", "declined", "declines", "refused", "due", "deferred", "per registry", "discussed"];

/// A vaccine given needs its reason.
pub(super) fn vaccination(document: &Document<'_>, problems: &mut Vec<Problem>) {
    let mut given: Vec<Evidence> = procedures::vaccines_given(document);
    given.retain(|words| is_believed(document, words));
    let is_not_given = |p: &Problem| {
        let lower = document.sentence_at(p.position).map_or("", |s| document.lower_of(s));
        p.code == "Z23" && NOT_GIVEN.iter().any(|words| word_position(lower, words).is_some())
    };
    if given.is_empty() {
        problems.retain(|p| !is_not_given(p));
    }
    if given.is_empty() {
        return;
    }
    if let Some(known) = problems.iter_mut().find(|p| p.code == "Z23" && is_reported(p)) {
        known.cite(given);
        return;
    }
    problems.retain(|p| p.code != "Z23");
    problems.push(Problem {
        code: "Z23".to_owned(),
        evidence: given,
        standing: Standing::Prose,
        is_default: true,
        rules: vec![applied("DX21", "A vaccine was given.")],
        neighbours: Vec::new(),
        position: usize::MAX - 1,
        block: 0,
        prompt: None,
    });
}

/// An examination whose report says that it screens was made for that, whatever it finds (Guidelines I.C.21.c.5).
pub(super) fn screening(document: &Document<'_>, visit: &Visit, icd: &Icd10cm<'_>, problems: &mut Vec<Problem>) {
    const HEAD_LINES: usize = 3;
    const SCREENS: &[&str] = &["screening", "average risk", "average-risk", "surveillance"];
    const TO_COME: &[&str] = &[
        "next",
        "continue",
        "repeat",
        "recommend",
        "recommended",
        "rec",
        "return",
        "yearly",
        "due",
        "interval",
        "last",
    ];
    let has = |lower: &str, words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    let told = document.sentences.iter().filter(|s| !s.section.is_assessed() && s.section != SectionKind::Past);
    let words: Vec<Evidence> = told
        .filter(|s| !has(document.lower_of(s), TO_COME))
        .filter_map(|s| {
            let (start, end) = SCREENS.iter().find_map(|word| word_position(document.lower_of(s), word))?;
            document.evidence(s.start + start, s.start + end)
        })
        .filter(|words| is_believed(document, words))
        .collect();
    // A visit may speak of screenings; a report is of one.
    let is_report = matches!(Report::of(document, visit), Report::Operation | Report::Reading | Report::Anesthesia);
    let lines: Vec<&str> = document.lower.lines().filter(|line| !line.trim().is_empty()).take(HEAD_LINES).collect();
    let head = lines.join(" ");
    let examined = if is_report { &document.lower } else { &head };
    let names = |row: &&[&'static str]| cell(row, 0).split('|').any(|word| word_position(examined, word).is_some());
    let is_titled = is_report || ["report", "reading", "interpretation"].iter().any(|word| head.contains(word));
    let row = table!("screenings.tsv").find(names).filter(|_| is_titled);
    let Some((row, first)) = row.zip(words.first()) else { return };
    let code = cell(row, 1).replace('.', "");
    if !icd.is_billable(&code) {
        return;
    }
    let position = document.tokens.partition_point(|token| token.end <= first.start);
    let mut problem = Problem {
        code: code.clone(),
        evidence: Vec::new(),
        standing: Standing::Head,
        is_default: false,
        rules: vec![applied("DX21", "The examination was made to screen; what it found comes behind.")],
        neighbours: Vec::new(),
        position,
        block: 0,
        prompt: None,
    };
    problem.cite(words);
    for known in problems.iter().filter(|p| p.code == code) {
        problem.cite(known.evidence.clone());
    }
    problems.retain(|p| p.code != code);
    problems.push(problem);
}

/// A preventive visit is its own reason, listed or not.
pub(super) fn preventive_visit(document: &Document<'_>, visit: &Visit, problems: &mut Vec<Problem>) {
    let Some((code, words)) = preventive::reason(document, visit) else { return };
    if !is_believed(document, &words) {
        return;
    }
    if let Some(known) = problems.iter_mut().find(|p| p.is(&["Z00", "Z014"]) && is_reported(p)) {
        known.cite([words]);
        return;
    }
    problems.retain(|p| p.code != code);
    problems.push(Problem {
        code: code.to_owned(),
        evidence: vec![words],
        standing: Standing::Prose,
        is_default: false,
        rules: vec![applied("DX20", "The visit is a preventive examination.")],
        neighbours: Vec::new(),
        position: 0,
        block: 0,
        prompt: None,
    });
}

/// An injury in its healing phase says itself that this is aftercare (Guidelines I.C.21.c.7).
pub(super) fn injury_aftercare(icd: &Icd10cm<'_>, problems: &mut Vec<Problem>, rejected: &mut Vec<RejectedCandidate>) {
    let is_healing = |p: &Problem| is_reported(p) && p.is(&["S"]) && p.code.ends_with('D');
    if !problems.iter().any(is_healing) {
        return;
    }
    let mut out = Vec::new();
    for (i, problem) in problems.iter().enumerate().filter(|(_, p)| is_reported(p) && p.is(&["Z47", "Z48"])) {
        let reason = "The injury with its character for healing says it.";
        rejected.push(rejection(icd, &problem.code, "DX06", reason, problem.evidence.clone()));
        out.push(i);
    }
    drop_at(problems, &out);
}

/// An examination of one kind is first-listed or not listed: beside problems assessed before it, it is advice
/// (Guidelines I.C.21.c.16).
pub(super) fn first_only(icd: &Icd10cm<'_>, problems: &mut Vec<Problem>, rejected: &mut Vec<RejectedCandidate>) {
    let mut out = Vec::new();
    for (i, problem) in problems.iter().enumerate().filter(|(_, p)| is_reported(p) && p.is(&["Z01", "Z02", "Z76"])) {
        let before = problems.iter().any(|p| is_reported(p) && !p.is(&["Z"]) && p.position < problem.position);
        if before && !problem.is(&["Z014"]) {
            let reason = "It would have to be first-listed; the visit was for a problem.";
            rejected.push(rejection(icd, &problem.code, "DX20", reason, problem.evidence.clone()));
            out.push(i);
        }
    }
    drop_at(problems, &out);
}

/// A finding makes the examination one with abnormal findings (Guidelines IV.P).
pub(super) fn routine_examination(icd: &Icd10cm<'_>, problems: &mut [Problem]) {
    let is_finding = |p: &Problem| is_reported(p) && !p.is(&["Z", "W", "V", "X", "Y"]) && !lasts(&p.code);
    let Some(finding) = problems.iter().find(|p| is_finding(p)).cloned() else { return };
    for (plain, abnormal) in [("Z0000", "Z0001"), ("Z00129", "Z00121"), ("Z01419", "Z01411")] {
        if let Some(examination) = problems.iter_mut().find(|p| p.code == plain && is_reported(p)) {
            let title = icd.title(&finding.code).unwrap_or_default();
            examination.code = abnormal.to_owned();
            examination.evidence.extend(finding.evidence.first().cloned());
            examination
                .rules
                .push(applied("DX35", format!("{title} was found, so the examination has abnormal findings.")));
        }
    }
}
