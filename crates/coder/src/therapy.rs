//! Therapy notes: minutes of each timed service, evaluations, untimed services, plan and assistant modifiers.

use claim::{Band, Evidence, NoteKind, Prompt};

use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, rows},
    units::{therapy_units_cms8, therapy_units_midpoint},
};

/// A line of the treatment log.
struct Entry {
    code: &'static str,
    label: &'static str,
    is_timed: bool,
    minutes: Option<u32>,
    /// Minutes an assistant gave alone.
    assistant_minutes: u32,
    evidence: Vec<Evidence>,
}

/// True for the notes of a therapist.
pub(crate) fn is_therapy(document: &Document<'_>) -> bool {
    document.kind == NoteKind::Therapy
        || (document.has_section(SectionKind::Treatment)
            && ["therapeutic exercise", "manual therapy", "therex"].iter().any(|w| document.lower.contains(w))
            && document.lower.contains("min"))
}

/// Reads the services of a therapy note.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let mut entries = entries(document, visit);
    let is_assistant = assistant(document);
    if let Some(words) = &is_assistant
        && entries.iter().all(|e| e.assistant_minutes == 0)
    {
        // The assistant gave the whole visit; evaluations are a therapist's alone.
        for entry in entries.iter_mut().filter(|e| !is_evaluation(e.code)) {
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
        let mut service = service(document, visit, &entry, units);
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

fn is_evaluation(code: &str) -> bool {
    ("97161".."97169").contains(&code)
}

fn service(document: &Document<'_>, visit: &Visit, entry: &Entry, units: u32) -> Service {
    // Medicare has a number of its own for unattended stimulation.
    let code = if entry.code == "97014" && visit.is_medicare() { "G0283" } else { entry.code };
    let mut service = Service::new(code, ServiceKind::Therapy, entry.label, entry.evidence.clone(), 0);
    service.units = units;
    service.band = Band::Accept;
    let discipline = discipline(document);
    service.modifiers.push(discipline.to_owned());
    service = service.ruled("TX-PLAN", "Given under a therapy plan of care.");
    let minutes = entry.minutes.unwrap_or(1);
    if entry.assistant_minutes * 10 > minutes && !is_evaluation(entry.code) {
        service.modifiers.push(if discipline == "GO" { "CO" } else { "CQ" }.to_owned());
        service = service.ruled("TX-ASSISTANT", "An assistant gave more than a tenth of it.");
    }
    service
}

fn discipline(document: &Document<'_>) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|w| word_position(&document.lower, w).is_some());
    if has(&["occupational therapy", "occupational therapist", "otr/l", "otr", "cota"])
        && !has(&["physical therapy", "physical therapist"])
    {
        "GO"
    } else if has(&["speech therapy", "speech-language", "slp", "ccc-slp"]) {
        "GN"
    } else {
        "GP"
    }
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

fn entries(document: &Document<'_>, visit: &Visit) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for sentence in document.sentences.iter().filter(|s| is_log(document, s)) {
        let lower = document.lower_of(sentence);
        let mut named: Vec<(usize, usize, &str, &str, bool)> = Vec::new();
        for row in rows(include_str!("../data/therapy.tsv")).filter(|row| Days::of(row, 5).covers(visit.served_on)) {
            if let Some((start, end)) = cell(&row, 0).split('|').find_map(|word| word_position(lower, word)) {
                named.push((start, end, cell(&row, 1), cell(&row, 3), cell(&row, 2) == "y"));
            }
        }
        named.sort_unstable();
        let bounds: Vec<usize> = named.iter().map(|n| n.0).chain(std::iter::once(lower.len())).collect();
        for (i, (start, _, code, label, is_timed)) in named.iter().enumerate() {
            let until = bounds.get(i + 1).copied().unwrap_or(lower.len());
            let part = lower.get(*start..until).unwrap_or_default();
            // "25 minutes of therapeutic exercise" has its minutes before the name.
            let before = if i == 0 { lower.get(..*start).unwrap_or_default() } else { "" };
            let minutes = minutes(part).or_else(|| minutes(before).map(|(m, _)| (m, 0)));
            if minutes.is_none() && !is_log_section(sentence) {
                continue;
            }
            let length = minutes.map_or(0, |(_, end)| end);
            let end = sentence.start + (*start + length).max(named.get(i).map_or(0, |n| n.1));
            let Some(evidence) =
                document.evidence(sentence.start + if before.is_empty() || length > 0 { *start } else { 0 }, end)
            else {
                continue;
            };
            let by_assistant = ["pta", "assistant", "cota"].iter().any(|w| word_position(part, w).is_some());
            let minutes = minutes.map(|(m, _)| m);
            let assistant_minutes = if by_assistant { minutes.unwrap_or(0) } else { 0 };
            record(
                &mut entries,
                Entry { code, label, is_timed: *is_timed, minutes, assistant_minutes, evidence: vec![evidence] },
            );
        }
    }
    entries
}

/// The same service twice in a log is told again or continued: a log line with minutes wins over one without.
fn record(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|known| known.code == entry.code) {
        None => entries.push(entry),
        Some(known) if known.minutes.is_none() => *known = entry,
        Some(known) if entry.minutes.is_some_and(|m| Some(m) != known.minutes) => {
            known.minutes = Some(known.minutes.unwrap_or(0) + entry.minutes.unwrap_or(0));
            known.assistant_minutes += entry.assistant_minutes;
            known.evidence.extend(entry.evidence);
        }
        Some(_) => {}
    }
}

fn is_log_section(sentence: &Sentence) -> bool {
    matches!(sentence.section, SectionKind::Treatment | SectionKind::Procedure)
}

/// Sentences that tell what was done, not what is planned.
fn is_log(document: &Document<'_>, sentence: &Sentence) -> bool {
    let lower = document.lower_of(sentence);
    let planned = [
        "will ",
        "plan ",
        "continue ",
        "next visit",
        "recommend",
        "progress to",
        "goal",
        "home exercise",
        "to include",
        "frequency",
        "declined",
        "not performed",
        "held today",
        "deferred",
    ];
    if planned.iter().any(|w| lower.contains(w)) && minutes(lower).is_none() {
        return false;
    }
    !matches!(
        sentence.section,
        SectionKind::Plan | SectionKind::Instructions | SectionKind::Past | SectionKind::Present
    ) || (document.kind == NoteKind::Therapy && minutes(lower).is_some() && !planned.iter().any(|w| lower.contains(w)))
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
