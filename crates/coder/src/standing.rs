//! Which of the problems found are reported: those assessed, those a therapist treats, else the reason for the visit.

use std::collections::BTreeSet;

use claim::Setting;

use crate::{
    diagnose::{Problem, Standing},
    dialogue,
    document::{Document, Sentence, word_position},
    inpatient,
    rule::applied,
    sections::SectionKind,
};

/// A note without headings is assessed as a whole; an assessment without a list is read as prose.
pub(crate) fn settle(document: &Document<'_>, setting: Setting, problems: &mut Vec<Problem>) {
    if document.is_therapy {
        treated(document, problems);
        merge(problems);
        return;
    }
    if dialogue::is_dialogue(document) {
        dialogue::settle(document, problems);
        if problems.iter().all(|p| p.standing == Standing::Elsewhere) {
            promote_complaint(document, problems);
        }
        merge(problems);
        return;
    }
    // A plan that names no problem leaves them to what was told before it.
    let is_planned = problems.iter().any(|p| p.standing > Standing::Elsewhere);
    let assessed = document.has_section(SectionKind::Assessment) || document.has_assessment() && is_planned;
    let read_as_whole = |section: SectionKind| {
        matches!(
            section,
            SectionKind::None
                | SectionKind::Present
                | SectionKind::Complaint
                | SectionKind::Other
                | SectionKind::Procedure
                | SectionKind::Preoperative
                | SectionKind::Past
        )
    };
    preoperative(document, problems);
    if !assessed {
        for problem in problems.iter_mut() {
            let sentence = document.sentence_at(problem.position);
            if sentence.is_some_and(|s| read_as_whole(s.section)) {
                problem.standing = Standing::Prose;
            }
        }
    } else {
        let has_heads = problems.iter().any(|p| p.standing == Standing::Head);
        let headed: BTreeSet<usize> =
            problems.iter().filter(|p| p.standing == Standing::Head).map(|p| p.block).collect();
        let numbered: BTreeSet<usize> = document.sentences.iter().filter(|s| s.is_numbered).map(|s| s.block).collect();
        for problem in problems.iter_mut().filter(|p| p.standing == Standing::Prose) {
            let is_own_item = numbered.contains(&problem.block) && !headed.contains(&problem.block);
            // What the course of a stay tells beside its list of diagnoses was evaluated or treated (Guidelines III).
            let is_left_out = !is_own_item && setting != Setting::Inpatient;
            if has_heads && (is_left_out || problem.is(&["R", "Z"])) {
                problem.standing = Standing::Elsewhere;
            }
        }
        if problems.iter().all(|p| p.standing == Standing::Elsewhere) {
            promote_complaint(document, problems);
        }
    }
    if setting == Setting::Inpatient {
        inpatient::settle(document, problems);
    }
    merge(problems);
}

/// What an operation was planned for stands where the operation found the same, or names nothing else.
fn preoperative(document: &Document<'_>, problems: &mut [Problem]) {
    let of = |p: &Problem, wanted: SectionKind| document.sentence_at(p.position).is_some_and(|s| s.section == wanted);
    let is_same = |s: &Sentence| {
        s.section == SectionKind::Assessment
            && ["same", "as above"].iter().any(|word| word_position(document.lower_of(s), word).is_some())
    };
    let found_other = problems.iter().any(|p| of(p, SectionKind::Assessment));
    if found_other && !document.sentences.iter().any(is_same) {
        return;
    }
    for problem in problems.iter_mut().filter(|p| of(p, SectionKind::Preoperative)) {
        problem.standing = Standing::Head;
    }
}

/// Nothing was established: the reason for the visit is coded (Guidelines IV.G).
fn promote_complaint(document: &Document<'_>, problems: &mut [Problem]) {
    for wanted in
        [SectionKind::Assessment, SectionKind::Plan, SectionKind::Complaint, SectionKind::Present, SectionKind::None]
    {
        let of_section = |p: &&mut Problem| document.sentence_at(p.position).is_some_and(|s| s.section == wanted);
        if let Some(problem) = problems.iter_mut().filter(of_section).min_by_key(|p| p.position) {
            problem.standing = Standing::Prose;
            problem
                .rules
                .push(applied("DX19", "Nothing more certain is written; the reason for the visit is reported."));
            return;
        }
    }
}

/// Therapy treats the diagnosis of its referral or plan of care, stated in a line of its own or once near the top;
/// what else the note names are comorbidities, findings and responses (Benefit Policy Manual 15 §220.3).
fn treated(document: &Document<'_>, problems: &mut [Problem]) {
    for problem in problems.iter_mut() {
        problem.standing = Standing::Elsewhere;
    }
    let ranked = |p: &Problem| rank(document, p).map(|rank| (rank, p.position));
    let Some((best, first)) = problems.iter().filter_map(ranked).min() else { return };
    for problem in problems.iter_mut() {
        let Some(rank) = rank(document, problem) else { continue };
        let is_same_statement = is_same_line(document, first, problem.position);
        if rank == 0 {
            problem.standing = Standing::Head;
        } else if is_same_statement || best > 0 && rank == 1 {
            problem.standing = Standing::Prose;
        } else if problem.is(&["R26", "R296"]) {
            // Walking and falling are what the plan treats, wherever the therapist wrote them.
            problem.standing = Standing::Prose;
        }
    }
}

/// How a problem of a therapy note stands: 0 as its diagnosis, 1 listed as assessed, 2 told as a diagnosis, 3 as a
/// symptom; nothing for comorbidities and findings.
fn rank(document: &Document<'_>, problem: &Problem) -> Option<u8> {
    const LABELS: &[&str] = &["dx", "diagnosis", "diagnoses", "diag"];
    const BESIDE: &[&str] = &["also", "factor", "factors", "comorbid", "comorbidities", "pmh", "pmhx", "given"];
    let sentence = document.sentence_at(problem.position)?;
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    let start = document.tokens.get(problem.position)?.start;
    let line = line_before(document, start);
    let is_told = !matches!(
        sentence.section,
        SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Family
            | SectionKind::Social
            | SectionKind::Instructions
            | SectionKind::Treatment
            | SectionKind::Procedure
            | SectionKind::Systems
    );
    if !is_told || has(BESIDE) {
        return None;
    }
    // Swallowing, speech, walking and falls are what therapists treat.
    let is_treated = problem.is(&["R13", "R47", "R48", "R49", "R26", "R296"]);
    let is_symptom = !is_treated && problem.is(&["R", "M255", "M796", "M545", "M549", "M256", "H55", "Z7", "Z8"]);
    let is_walking = problem.is(&["R26", "R296"]);
    if LABELS.iter().any(|label| word_position(line, label).is_some()) {
        return Some(0);
    }
    match sentence.section {
        SectionKind::Assessment | SectionKind::Plan if sentence.is_head && !is_symptom => Some(1),
        SectionKind::Exam | SectionKind::Results if !is_walking => None,
        _ if is_symptom => Some(3),
        _ => Some(2),
    }
}

/// What stands before a byte in its line.
fn line_before<'d>(document: &'d Document<'_>, at: usize) -> &'d str {
    let before = document.lower.get(..at).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default()
}

/// True when two tokens stand in one line and near each other.
fn is_same_line(document: &Document<'_>, a: usize, b: usize) -> bool {
    const NEAR: usize = 40;
    let (first, last) = (a.min(b), a.max(b));
    let (Some(from), Some(to)) = (document.tokens.get(first), document.tokens.get(last)) else { return false };
    last - first <= NEAR && document.text.get(from.start..to.start).is_some_and(|between| !between.contains('\n'))
}

/// One entry for a code: the firmest standing, all its words.
pub(crate) fn merge(problems: &mut Vec<Problem>) {
    let mut merged: Vec<Problem> = Vec::new();
    for problem in problems.drain(..) {
        match merged.iter_mut().find(|known| known.code == problem.code) {
            Some(known) => {
                if problem.standing > known.standing {
                    known.standing = problem.standing;
                    known.position = problem.position;
                    known.block = problem.block;
                    known.is_default = problem.is_default;
                    known.prompt = problem.prompt;
                    known.rules = problem.rules;
                    // The firmest words come first.
                    let earlier = std::mem::replace(&mut known.evidence, problem.evidence);
                    known.cite(earlier);
                } else {
                    known.cite(problem.evidence);
                }
            }
            None => merged.push(problem),
        }
    }
    *problems = merged;
}
