//! The inpatient view: principal and secondary diagnoses, present on admission, procedures by axes, the working DRG.
//!
//! The order is made by the guidelines and the words of the note alone; the DRG is looked up when all is decided, so
//! that nothing can be ranked by it.

use claim::{AppliedRule, Evidence, Inpatient, InpatientDiagnosis, Prompt, WorkingDrg};
use codes::Library;
use drg::{Complication, Effect, Poa, Stay, StayDiagnosis};

use crate::{
    Visit,
    diagnose::{Diagnoses, Problem, Standing, lasts},
    document::{Document, word_position},
    rule::applied,
    sections::SectionKind,
    table::{cell, table},
};

mod admission;
pub(crate) mod principal;
mod procedures;

/// What the note of a stay says besides its codes.
pub(crate) fn view(
    document: &Document<'_>,
    visit: &Visit,
    library: &Library,
    diagnoses: &Diagnoses,
    prompts: &mut Vec<Prompt>,
) -> Inpatient {
    let mut view = Inpatient::default();
    for problem in diagnoses.reported() {
        let is_principal = view.diagnoses.is_empty();
        let admission = admission::of(document, visit, library, problem, is_principal);
        prompts.extend(admission.prompt);
        view.diagnoses.push(InpatientDiagnosis {
            code: problem.code.clone(),
            role: if is_principal { principal_rule(problem) } else { secondary_rule(problem) },
            poa: admission.poa.code().to_owned(),
            poa_rule: admission.rule,
            poa_evidence: admission.evidence,
            weight: String::new(),
        });
    }
    view.procedures = procedures::read(document, visit, library, prompts);
    view.drg = working_drg(document, visit, &mut view);
    view
}

/// A chronic disease of the history is reported even where nothing was done for it: care has to reckon with it.
pub(crate) fn settle(document: &Document<'_>, problems: &mut [Problem]) {
    for problem in problems.iter_mut().filter(|p| p.standing == Standing::Elsewhere) {
        let section = document.sentence_at(problem.position).map(|sentence| sentence.section);
        if section == Some(SectionKind::Past) && lasts(&problem.code) {
            problem.standing = Standing::Prose;
            problem
                .rules
                .push(applied("DX-SECONDARY", "A chronic disease that the care of the stay has to reckon with."));
        }
    }
}

fn principal_rule(problem: &Problem) -> AppliedRule {
    let known = problem.rules.iter().rev().find(|rule| rule.id == "DX-PRINCIPAL" || rule.id == "DX-SEPSIS");
    known.cloned().unwrap_or_else(|| applied("DX-PRINCIPAL", principal::UNNAMED))
}

fn secondary_rule(problem: &Problem) -> AppliedRule {
    let known = problem.rules.iter().find(|rule| rule.id == "DX-SECONDARY");
    let text = "Told while the stay was assessed: evaluated, treated, watched or prolonging it.";
    known.cloned().unwrap_or_else(|| applied("DX-SECONDARY", text))
}

/// The DRG of the codes as they stand, and what each diagnosis weighs in it.
fn working_drg(document: &Document<'_>, visit: &Visit, view: &mut Inpatient) -> Option<WorkingDrg> {
    let (status, told) = discharge(document);
    let stay = Stay {
        diagnoses: view
            .diagnoses
            .iter()
            .map(|d| StayDiagnosis { code: d.code.clone(), poa: Poa::of(&d.poa).unwrap_or(Poa::Exempt) })
            .collect(),
        procedures: view.procedures.iter().filter_map(|p| p.code.clone()).collect(),
        sex: visit.patient_sex,
        discharge_status: status.to_owned(),
    };
    if stay.diagnoses.is_empty() {
        return None;
    }
    let found = drg::on(visit.served_on).ok()?;
    let grouped = found.definitions.group(&stay);
    for complication in &grouped.complications {
        if let Some(diagnosis) = view.diagnoses.iter_mut().find(|d| d.code == complication.code) {
            diagnosis.weight = weight(complication);
        }
    }
    let mut steps: Vec<String> = grouped
        .steps
        .iter()
        .map(|step| match step.codes.is_empty() {
            true => step.text.clone(),
            false => format!("{} [{}]", step.text, step.codes.join(" ")),
        })
        .collect();
    steps.push(match told {
        Some((words, meaning)) => format!("discharge status {status}, {meaning}: \u{201c}{}\u{201d}", words.text),
        None => format!("discharge status {status}, home, because the note names no other"),
    });
    let stale = if found.is_stale { "-stale" } else { "" };
    Some(WorkingDrg {
        version: format!("{}{stale}", found.version.name),
        number: grouped.drg,
        title: grouped.title,
        steps,
    })
}

fn weight(complication: &Complication) -> String {
    let level = complication.level.code();
    match &complication.effect {
        Effect::Counts => match &complication.drg_without {
            Some(drg) => format!("{level}; without it {drg}"),
            None => level.to_owned(),
        },
        Effect::ExcludedByPrincipal { principal } => format!("{level} without weight beside {principal}"),
        Effect::PartOfDrg { drg } => format!("{level} without weight: part of what makes {drg}"),
        Effect::Died => format!("{level} without weight: the patient died"),
        Effect::HospitalAcquired { label, .. } => format!("{level} without weight: hospital-acquired, {label}"),
    }
}

/// How the patient left, with the words that say so.
fn discharge(document: &Document<'_>) -> (&'static str, Option<(Evidence, &'static str)>) {
    const HOME: &str = "01";
    let told = table!("discharge.tsv").find_map(|row| {
        let (start, end) = word_position(&document.lower, cell(row, 0))?;
        Some((cell(row, 1), (document.evidence(start, end)?, cell(row, 2))))
    });
    told.map_or((HOME, None), |(status, words)| (status, Some(words)))
}
