//! Circumstances of an operation that a modifier tells: staged, a return to the operating room, two surgeons, stopped,
//! other polyps, the other side; what it brings with it.

use claim::Evidence;
use jiff::civil::Date;

use super::{besides, words::Wording};
use crate::{
    Visit, clock,
    document::{Document, word_position},
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
    therapy,
};

/// Sets the modifiers that the report supports, each with its words.
pub(super) fn read(document: &Document<'_>, visit: &Visit, wording: &Wording<'_>, found: &mut Services) {
    told(visit, wording, found);
    pairs(visit, wording, found);
    professional(visit, found);
    second_biller(document, found);
    other_side(document, visit, found);
    screening(document, visit, found);
    sedation(document, visit, found);
}

/// The circumstances of the table.
fn told(visit: &Visit, wording: &Wording<'_>, found: &mut Services) {
    for row in table!("circumstances.tsv").filter(|row| Days::of(row, 6).covers(visit.served_on)) {
        let words = |at: usize| wording.first(&cell(row, at).split('|').collect::<Vec<_>>());
        if cell(row, 4) == "medicare" && !visit.is_medicare() || !cell(row, 2).is_empty() && words(2).is_none() {
            continue;
        }
        let Some(evidence) = words(1) else { continue };
        let codes: Vec<&str> = cell(row, 3).split_whitespace().collect();
        let rule = if cell(row, 0) == "59" { "MOD-59" } else { "MOD-GLOBAL" };
        for service in found.services.iter_mut().filter(|s| !is_added(&s.code)) {
            if codes.is_empty() || codes.iter().any(|start| service.code.starts_with(start)) {
                add(service, cell(row, 0), &evidence, rule, cell(row, 5));
            }
        }
    }
}

/// A step beside the operation it is usually part of: told apart, never silently.
fn pairs(visit: &Visit, wording: &Wording<'_>, found: &mut Services) {
    for row in table!("operation_pairs.tsv").filter(|row| Days::of(row, 3).covers(visit.served_on)) {
        let is_whole = |service: &Service| cell(row, 0).split_whitespace().any(|code| service.code == code);
        if !found.services.iter().any(is_whole) {
            continue;
        }
        for service in found.services.iter_mut().filter(|s| s.code == cell(row, 1)) {
            let words =
                wording.first(&["forceps", "biopsies", "biopsied", "biopsy"]).or(service.evidence.first().cloned());
            if let Some(words) = words {
                add(service, "59", &words, "MOD-59", cell(row, 2));
            }
        }
    }
}

/// Studies of the heart and guidance done in a facility, whose own part it bills (fee schedule PC/TC indicator 1).
fn professional(visit: &Visit, found: &mut Services) {
    if !visit.is_in_facility() {
        return;
    }
    let has_parts =
        |code: &str| ["7", "934", "933", "91110"].iter().any(|start| code.starts_with(start)) && code != "93312";
    for service in found.services.iter_mut().filter(|s| has_parts(&s.code)) {
        service.modifiers.insert(0, "26".to_owned());
        service.rules.push(applied("MOD-26", "Done in a facility, which bills its own part."));
    }
}

fn find(document: &Document<'_>, words: &[&str]) -> Option<Evidence> {
    words.iter().find_map(|word| {
        let at = document.lower.find(word)?;
        document.evidence(at, at + word.len())
    })
}

fn is_added(code: &str) -> bool {
    ["22853", "22845", "22846", "22552", "22585", "63048", "38900", "76937", "77001"].contains(&code)
}

fn add(service: &mut Service, modifier: &str, evidence: &Evidence, rule: &str, text: &str) {
    if !service.modifiers.iter().any(|m| m == modifier) {
        service.modifiers.insert(0, modifier.to_owned());
        service.evidence.push(evidence.clone());
        service.rules.push(applied(rule, text));
    }
}

/// A second surgeon, and an assistant, bill the same operation on claims of their own (Claims Processing Manual 12
/// §20.4.3, §40.8, §110).
fn second_biller(document: &Document<'_>, found: &mut Services) {
    let operations: Vec<Service> =
        found.services.iter().filter(|s| s.kind == ServiceKind::Operation && is_major(&s.code)).cloned().collect();
    let Some(main) = operations.iter().find(|s| !is_added(&s.code)).cloned() else { return };
    if main.modifiers.iter().any(|m| m == "62") {
        let mut other = main;
        other.rules.push(applied("OP-SECOND", "The other surgeon's own claim."));
        found.services.push(other);
        return;
    }
    let Some((modifier, words)) = assistant(document) else { return };
    for mut other in operations {
        // An assistant has no part in the care before and after a birth.
        if ["59510", "59515", "59618", "59622"].contains(&other.code.as_str()) {
            other.code = if other.code.starts_with("5951") { "59514" } else { "59620" }.to_owned();
        }
        other.modifiers.insert(0, modifier.to_owned());
        other.evidence.push(words.clone());
        other
            .rules
            .push(applied("OP-SECOND", "The assistant's own claim; whether the payer allows one is in its fee table."));
        found.services.push(other);
    }
}

/// Who assisted: AS for one who is no physician; of a surgeon named as assistant 82 where no resident was to be had, else
/// 80.
fn assistant(document: &Document<'_>) -> Option<(&'static str, Evidence)> {
    const NO_PHYSICIANS: &[&str] = &[
        "pa-c",
        "pa",
        "np",
        "aprn",
        "rnfa",
        "crnfa",
        "fnp",
        "acnp",
        "np-c",
        "physician assistant",
        "nurse practitioner",
    ];
    const NO_RESIDENT: &[&str] = &[
        "no qualified resident",
        "qualified resident was not available",
        "no resident was available",
        "no resident available",
        "resident unavailable",
    ];
    let labelled = |names: &[&str], titles: &[&str]| {
        document.lines().find_map(|(line_start, line)| {
            let (start, _) = names.iter().find_map(|word| word_position(line, word))?;
            let named = line.get(start..)?;
            let (_, end) = titles.iter().find_map(|title| word_position(named, title))?;
            let before = named.get(..end)?;
            let is_another =
                ["resident", "none", "tech", "anesthesia"].iter().any(|w| word_position(before, w).is_some());
            let evidence = document.evidence(line_start + start, line_start + start + end).filter(|_| !is_another)?;
            Some((evidence, before.len()))
        })
    };
    let surgeon = labelled(&["assistant surgeon", "assisting surgeon"], &["md", "m.d", "do"]);
    let other = labelled(&["first assistant", "first assist", "assistant", "asst", "assist"], NO_PHYSICIANS);
    let is_physician = |(evidence, _): &(Evidence, usize)| {
        let text = evidence.text.to_lowercase();
        ["md", "m.d", "do"].iter().any(|w| word_position(&text, w).is_some())
    };
    if let Some((words, _)) = other.filter(|other| !is_physician(other)) {
        return Some(("AS", words));
    }
    let (words, _) = surgeon?;
    Some((if find(document, NO_RESIDENT).is_some() { "82" } else { "80" }, words))
}

/// Endoscopies and other small operations take no assistant.
fn is_major(code: &str) -> bool {
    !["43", "45", "52", "31", "66", "67", "69", "11", "12", "10", "9", "76", "77", "36", "64", "62"]
        .iter()
        .any(|start| code.starts_with(start))
}

/// The days after a major operation (Claims Processing Manual 12 §40.1).
const GLOBAL_DAYS: i32 = 90;

/// The other side, operated by the same surgeon within the days of the first (modifier 79).
fn other_side(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    const BY_SAME: &[&str] = &[
        "by me",
        "mine",
        "by this surgeon",
        "global",
        "postoperative period",
        "post-op period",
        "first eye",
        "fellow eye",
        "by the same surgeon",
        "we did",
        "i did",
    ];
    const LATELY: &[&str] =
        &["days ago", "weeks ago", "week ago", "90 day", "90-day", "global", "postoperative period", "post-op period"];
    for service in &mut found.services {
        let sides: &[&str] = if service.modifiers.iter().any(|m| m == "RT") {
            &["left", "os", "first eye", "fellow eye"]
        } else if service.modifiers.iter().any(|m| m == "LT") {
            &["right", "od", "first eye", "fellow eye"]
        } else {
            continue;
        };
        let told = document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
            let is_recent = has(LATELY)
                || dates(lower, visit.served_on)
                    .into_iter()
                    .any(|on| (1..=GLOBAL_DAYS).contains(&(visit.served_on - on).get_days()));
            (has(sides) && has(BY_SAME) && is_recent).then(|| document.sentence_evidence(sentence))?
        });
        if let Some(evidence) = told.filter(|_| service.code.starts_with('6') || service.code.starts_with('2')) {
            add(service, "79", &evidence, "MOD-GLOBAL", "The other side, within the days of the first operation.");
        }
    }
}

/// Days written as `5/4/2026`, `01-06-26` or `5/4`, the last in the year before the day they are read from.
fn dates(text: &str, on: Date) -> Vec<Date> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '/' | '-')));
    words
        .filter_map(|word| {
            let mut parts = word.split(['/', '-']).map(str::parse::<i16>);
            let (month, day) = (parts.next()?.ok()?, parts.next()?.ok()?);
            let year = parts.next().map_or(Some(on.year()), Result::ok)?;
            let year = if year < 100 { year.saturating_add(on.year() / 100 * 100) } else { year };
            let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
            Some(if date > on { Date::new(year.checked_sub(1)?, date.month(), date.day()).ok()? } else { date })
        })
        .collect()
}

/// Medicare has codes of its own for a screening in which nothing was taken (Claims Processing Manual 18 §60.1).
fn screening(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    if !visit.is_medicare() {
        return;
    }
    let high_risk = [
        "surveillance",
        "history of adenomatous",
        "history of colon",
        "history of polyps",
        "history of adenoma",
        "high-risk",
        "high risk",
        "family history of colon",
    ];
    let Some(words) = find(document, &high_risk).or_else(|| crate::modifiers::screened(document)) else { return };
    let is_high = high_risk.iter().any(|word| document.lower.contains(word));
    for service in found.services.iter_mut().filter(|s| s.code == "45378") {
        service.code = if is_high { "G0105" } else { "G0121" }.to_owned();
        service.modifiers.retain(|m| m != "PT" && m != "33");
        service.evidence.push(words.clone());
        service.rules.push(applied("MOD-SCREEN", "A screening in which nothing was taken has a code of its own."));
    }
}

/// Moderate sedation by the one who operates, watched by another: from ten minutes (CPT sedation guidelines); Medicare has
/// a code of its own beside endoscopies of the gut, preventive when they are.
fn sedation(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    const NAMES: &[&str] = &["moderate sedation", "conscious sedation", "intraservice", "intra-service", "sedation"];
    const OWN: &[&str] = &[
        "by me",
        "ordered by me",
        "directed by me",
        "under my direction",
        "under my supervision",
        "my direction",
        "i was present",
        "i directed",
        "i supervised",
        "i ordered",
        "by the endoscopist",
        "by the proceduralist",
        "by the operator",
    ];
    const WATCHED: &[&str] = &[
        "trained observer",
        "independent",
        "independently",
        "monitored the patient",
        "monitored by",
        "rn monitored",
        "nurse monitored",
    ];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| word_position(text, word).is_some());
    let Some(at) = document.sentences.iter().position(|s| has(document.lower_of(s), NAMES)) else { return };
    // What is said of the sedation stands in the sentences that follow.
    let told: Vec<_> = document.sentences.iter().skip(at).take(4).collect();
    let (Some(first), Some(last)) = (told.first(), told.last()) else { return };
    let text = document.lower.get(first.start..last.end).unwrap_or_default();
    let times = clock::times_of_day(text);
    let by_clock = || times.get(1)?.0.checked_sub(times.first()?.0);
    let minutes = therapy::minutes(text).map(|(minutes, _)| minutes).or_else(by_clock).unwrap_or_default();
    let is_operated = found.services.iter().any(|s| s.kind == ServiceKind::Operation);
    let evidence = document.evidence(first.start, last.end);
    let (Some(evidence), true) = (evidence, is_operated && has(text, OWN) && has(text, WATCHED) && minutes >= 10)
    else {
        return;
    };
    let is_gut = found
        .services
        .iter()
        .any(|s| s.code.starts_with("43") || s.code.starts_with("45") || s.code.starts_with("G01"));
    let code = if is_gut && visit.is_medicare() { "G0500" } else { "99152" };
    let text = format!("{minutes} minutes of sedation by the one who operates.");
    besides(found, code, "Moderate sedation, first 15 minutes", 1, vec![evidence.clone()], "PX-DONE", text.clone());
    let is_preventive =
        found.services.iter().any(|s| s.code.starts_with("G01") || s.modifiers.iter().any(|m| m == "33"));
    for service in found.services.iter_mut().filter(|s| s.code == "G0500" && is_preventive) {
        service.modifiers.push("33".to_owned());
    }
    // The further quarter hours are the facility's.
    if code == "99152" && !visit.is_in_facility() && minutes >= 23 {
        let units = (minutes - 15 + 7) / 15;
        besides(found, "99153", "Moderate sedation, further 15 minutes", units, vec![evidence], "PX-DONE", text);
    }
}
