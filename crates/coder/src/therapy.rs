//! Therapy notes: minutes of each timed service, evaluations, untimed services, plan and assistant modifiers.

use claim::{Band, Evidence, Prompt};

mod discipline;
mod evaluation;
mod log;

use discipline::Discipline;
pub(crate) use discipline::is_therapy;
use log::Entry;

use crate::{
    Visit,
    document::{Document, word_position},
    service::{Service, ServiceKind, Services},
    units::{therapy_units_cms8, therapy_units_midpoint},
};

/// Reads the services of a therapy note.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let discipline = Discipline::of(document, visit);
    if let Some((mut evaluation, prompt)) = evaluation::read(document, visit, discipline) {
        evaluation.modifiers.push(discipline.modifier().to_owned());
        found.services.push(evaluation.ruled("TX-PLAN", "Given under a therapy plan of care."));
        found.prompts.extend(prompt);
    }
    let mut entries = log::entries(document, visit);
    let is_assistant = assistant(document);
    if let Some(words) = &is_assistant
        && entries.iter().all(|e| e.assistant_minutes == 0)
    {
        // The assistant gave the whole visit; an evaluation is a therapist's alone.
        for entry in &mut entries {
            entry.assistant_minutes = entry.minutes.unwrap_or(1);
            entry.evidence.push(words.clone());
        }
    }
    let timed: Vec<u32> = entries.iter().filter(|e| e.is_timed).map(|e| e.minutes.unwrap_or(0)).collect();
    let (pooled, each) = (therapy_units_cms8(&timed), therapy_units_midpoint(&timed));
    let mut at = 0;
    for entry in entries {
        let (mut pooled_units, mut own_units) = (1, 1);
        if entry.is_timed {
            pooled_units = pooled.get(at).copied().unwrap_or(0);
            own_units = each.get(at).copied().unwrap_or(0);
            at += 1;
            if entry.minutes.is_none() {
                found.prompts.push(missing_minutes(&entry));
                continue;
            }
        }
        // Plans that count by the midpoint are told beside; the 8-minute rule is the one that most follow.
        let units = pooled_units;
        let mut service = service(visit, discipline, &entry, units);
        if entry.is_timed {
            let total: u32 = timed.iter().sum();
            let text = format!(
                "{} of {total} timed minutes: {pooled_units} by the 8-minute rule.",
                entry.minutes.unwrap_or(0)
            );
            service = service.ruled("TX-8MIN", text);
            service = service.ruled("TX-MIDPOINT", format!("{own_units} by the midpoint rule."));
        }
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
        found.services.push(service);
    }
    check_total(document, &timed, found);
}

fn service(visit: &Visit, discipline: Discipline, entry: &Entry, units: u32) -> Service {
    // Medicare has a number of its own for unattended stimulation.
    let code = if entry.code == "97014" && visit.is_medicare() { "G0283" } else { entry.code };
    let mut service = Service::new(code, ServiceKind::Therapy, entry.label, entry.evidence.clone(), 0);
    service.units = units;
    service.band = Band::Accept;
    service.modifiers.push(discipline.modifier().to_owned());
    service = service.ruled("TX-PLAN", "Given under a therapy plan of care.");
    let minutes = entry.minutes.unwrap_or(1);
    if let Some(modifier) = discipline.assistant_modifier().filter(|_| entry.assistant_minutes * 10 > minutes) {
        service.modifiers.push(modifier.to_owned());
        service = service.ruled("TX-ASSISTANT", "An assistant gave more than a tenth of it.");
    }
    service
}

/// The words that say an assistant treated.
fn assistant(document: &Document<'_>) -> Option<Evidence> {
    let words = [
        "treatment provided by pta",
        "provided by pta",
        "by the pta",
        "by pta",
        "physical therapist assistant",
        "pta",
        "cota",
    ];
    let (at, evidence) = document.find_phrase(&words)?;
    let lower = document.sentences.get(at).map_or("", |s| document.lower_of(s));
    let only_planned = [
        "may be",
        "will be",
        "plan to",
        "supervision of the pta",
        "supervised the pta",
        "co-sign",
        "no pta",
        "without pta",
    ]
    .iter()
    .any(|w| lower.contains(w));
    (!only_planned).then_some(evidence)
}

/// The first "25 min", "25 minutes", "25'" of a text, with where it ends.
pub(crate) fn minutes(text: &str) -> Option<(u32, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = text.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
        let end = at + digits;
        let rest = text.get(end..)?;
        let unit = rest.trim_start_matches([' ', '-', '\u{a0}']);
        let skipped = rest.len() - unit.len();
        let length = ["minutes", "minute", "mins", "min", "'"].iter().find(|w| unit.starts_with(**w)).map(|w| w.len());
        let is_range = at > 0 && bytes.get(at - 1) == Some(&b'.');
        if let (Some(length), Ok(value), false) = (length, text.get(at..end)?.parse::<u32>(), is_range) {
            return Some((value, end + skipped + length)).filter(|(m, _)| *m <= 600);
        }
        at = end;
    }
    None
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
    let sum: u32 = timed.iter().sum();
    let labels = [
        "total timed minutes",
        "total timed code minutes",
        "timed minutes",
        "timed code treatment minutes",
        "total timed",
    ];
    let Some((start, end)) = labels.iter().find_map(|label| word_position(&document.lower, label)) else { return };
    let after = document.lower.get(end..).unwrap_or_default();
    let line = after.lines().next().unwrap_or_default();
    let digits = line.find(|c: char| c.is_ascii_digit()).and_then(|at| line.get(at..)).unwrap_or_default();
    let number: String = digits.chars().take_while(char::is_ascii_digit).collect();
    let Ok(stated) = number.parse::<u32>() else { return };
    if sum > 0 && stated != sum {
        found.prompts.push(Prompt {
            id: "minutes-differ".to_owned(),
            text: format!("The timed services add up to {sum} minutes; the note states {stated}."),
            question: "The minutes of the services and the stated total differ. Which minutes are right?".to_owned(),
            options: Vec::new(),
            evidence: document.evidence(start, end).into_iter().collect(),
            code: None,
            is_blocking: false,
        });
    }
}
