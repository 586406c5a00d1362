//! Therapy notes: minutes of each timed service, evaluations, untimed services, plan and assistant modifiers.

use claim::{Evidence, PayerKind, Prompt};

mod assistant;
mod discipline;
mod evaluation;
mod log;
mod minutes;
mod threshold;

use discipline::Discipline;
pub(crate) use discipline::is_therapy;
use log::Entry;
pub(crate) use minutes::minutes;

use crate::{
    Visit,
    document::{Document, word_position},
    service::{Service, ServiceKind, Services},
    units::{therapy_units_cms8, therapy_units_midpoint},
};

/// Reads the services of a therapy note.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let discipline = Discipline::of(document, visit);
    let first = found.services.len();
    let mut is_evaluated = false;
    if let Some((mut evaluation, prompt)) = evaluation::read(document, visit, discipline) {
        evaluation.modifiers.push(discipline.modifier().to_owned());
        found.services.push(evaluation.ruled("TX-PLAN", "Given under a therapy plan of care."));
        found.prompts.extend(prompt);
        is_evaluated = true;
    }
    let mut entries = log::entries(document, visit);
    if entries.is_empty() && !is_evaluated && discipline == Discipline::Speech {
        entries.extend(log::speech(document));
    }
    timed_as_the_visit(document, &mut entries);
    given_by_assistant(document, &mut entries);
    let timed: Vec<u32> = entries.iter().filter(|e| e.is_timed).map(|e| e.minutes.unwrap_or(0)).collect();
    let by_midpoint = counts_by_midpoint(document, visit);
    let (pooled, each) = (therapy_units_cms8(&timed), therapy_units_midpoint(&timed));
    let mut at = 0;
    for entry in entries {
        let (mut pooled_units, mut own_units) = (1, 1);
        if entry.is_timed {
            pooled_units = pooled.get(at).copied().unwrap_or(0);
            own_units = each.get(at).copied().unwrap_or(0);
            at += 1;
            if entry.minutes.is_none() && entry.units.is_none() {
                found.prompts.push(missing_minutes(&entry));
                continue;
            }
        }
        let counted = if by_midpoint { own_units } else { pooled_units };
        let units = entry.units.filter(|_| entry.minutes.is_none()).unwrap_or(counted);
        if units == 0 {
            found.rejected.push(claim::RejectedCandidate {
                code: entry.code.to_owned(),
                title: entry.label.to_owned(),
                reason: format!("{} minutes earn no unit.", entry.minutes.unwrap_or(0)),
                rule: "TX-8MIN".to_owned(),
                evidence: entry.evidence,
            });
            continue;
        }
        let total: u32 = timed.iter().fold(0, |sum, minutes| sum.saturating_add(*minutes));
        for mut line in lines(visit, discipline, &entry, units) {
            if entry.is_timed {
                let minutes = entry.minutes.unwrap_or(0);
                let text = format!("{minutes} of {total} timed minutes: {pooled_units} by the 8-minute rule.");
                line = line.ruled("TX-8MIN", text).ruled("TX-MIDPOINT", format!("{own_units} by the midpoint rule."));
            }
            found.services.push(line);
        }
    }
    threshold::apply(document, visit, discipline, found.services.get_mut(first..).unwrap_or_default());
    check_total(document, &timed, found);
}

/// Medicare pools the minutes of all timed services (Claims Processing Manual 5 §20.2); commercial plans count each
/// service by the midpoint of CPT, where the note does not say otherwise.
fn counts_by_midpoint(document: &Document<'_>, visit: &Visit) -> bool {
    const MIDPOINT: &[&str] =
        &["midpoint", "mid-point", "substantial portion", "rule of eights", "rule of 8s", "per code"];
    const POOLED: &[&str] =
        &["8-minute rule", "8 minute rule", "eight-minute rule", "medicare advantage", "medicare part b"];
    let has = |words: &[&str]| words.iter().any(|word| word_position(&document.lower, word).is_some());
    let is_commercial =
        matches!(visit.payer_kind, Some(PayerKind::Ppo | PayerKind::Hmo | PayerKind::Commercial | PayerKind::Auto));
    is_commercial && (has(MIDPOINT) || !has(POOLED))
}

/// One timed service without minutes of its own took the minutes that are stated for the visit.
fn timed_as_the_visit(document: &Document<'_>, entries: &mut [Entry]) {
    let mut open = entries.iter_mut().filter(|entry| entry.is_timed);
    let (Some(only), None) = (open.next(), open.next()) else { return };
    let stated = minutes::stated(document, minutes::TIMED).or_else(|| minutes::stated(document, minutes::VISIT));
    if let Some((total, start, end)) = stated.filter(|_| only.minutes.is_none() && only.units.is_none()) {
        only.minutes = Some(total);
        only.evidence.extend(document.evidence(start, end));
    }
}

/// The assistant gave the whole visit where nobody else is told to have given a part; an evaluation is a therapist's.
fn given_by_assistant(document: &Document<'_>, entries: &mut [Entry]) {
    if entries.iter().any(|entry| entry.assistant_minutes > 0) {
        return;
    }
    let Some(words) = assistant::of_visit(document) else { return };
    for entry in entries {
        entry.assistant_minutes = entry.minutes.unwrap_or(1);
        entry.evidence.push(words.clone());
    }
}

/// The lines of a service: the units of an assistant stand apart, and training of thinking has a code for its first
/// quarter of an hour.
fn lines(visit: &Visit, discipline: Discipline, entry: &Entry, units: u32) -> Vec<Service> {
    let [own, by_assistant] = if entry.is_timed {
        assistant::split(units, entry.minutes.unwrap_or(1), entry.assistant_minutes)
    } else {
        // More than a tenth of an untimed service makes it the assistant's.
        let is_theirs = entry.assistant_minutes * 10 > entry.minutes.unwrap_or(1);
        if is_theirs { [0, units] } else { [units, 0] }
    };
    let parts = [(own, None), (by_assistant, discipline.assistant_modifier())];
    let mut lines = Vec::new();
    for (units, modifier) in parts.into_iter().filter(|(units, _)| *units > 0) {
        let is_first_quarter = entry.code == "97129" && units > 1;
        let mut line = service(visit, discipline, entry, if is_first_quarter { 1 } else { units });
        if let Some(modifier) = modifier {
            line.modifiers.push(modifier.to_owned());
            line = line.ruled("TX-ASSISTANT", "An assistant gave more than a tenth of it.");
        }
        if is_first_quarter {
            let mut more = line.clone();
            "97130".clone_into(&mut more.code);
            more.units = units - 1;
            lines.push(line);
            lines.push(more);
        } else {
            lines.push(line);
        }
    }
    lines
}

fn service(visit: &Visit, discipline: Discipline, entry: &Entry, units: u32) -> Service {
    // Medicare has a number of its own for unattended stimulation.
    let code = if entry.code == "97014" && visit.is_medicare() { "G0283" } else { entry.code };
    let mut service = Service::new(code, ServiceKind::Therapy, entry.label, entry.evidence.clone(), 0);
    service.units = units;
    service.band = claim::Band::Accept;
    service.modifiers.push(discipline.modifier().to_owned());
    service.ruled("TX-PLAN", "Given under a therapy plan of care.")
}

fn missing_minutes(entry: &Entry) -> Prompt {
    Prompt {
        id: "missing-time".to_owned(),
        text: format!("{} is billed by minutes and none are written.", entry.label),
        question: format!("How many minutes of \u{201c}{}\u{201d} were given?", entry.label.to_lowercase()),
        options: Vec::new(),
        evidence: entry.evidence.clone(),
        code: Some(entry.code.to_owned()),
        is_blocking: true,
    }
}

/// A stated total of timed minutes that differs from the sum is a question.
fn check_total(document: &Document<'_>, timed: &[u32], found: &mut Services) {
    let sum: u32 = timed.iter().fold(0, |sum, minutes| sum.saturating_add(*minutes));
    let Some((stated, start, end)) = minutes::stated(document, minutes::TIMED) else { return };
    if sum > 0 && stated != sum {
        found.prompts.push(Prompt {
            id: "minutes-differ".to_owned(),
            text: format!("The timed services add up to {sum} minutes; the note states {stated}."),
            question: "The minutes of the services and the stated total differ. Which minutes are right?".to_owned(),
            options: Vec::new(),
            evidence: document.evidence(start, end).into_iter().collect::<Vec<Evidence>>(),
            code: None,
            is_blocking: false,
        });
    }
}
