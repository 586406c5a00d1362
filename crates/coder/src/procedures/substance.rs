//! Drugs given, by dose.

use claim::Evidence;

use super::{
    doing,
    dose::{Dose, dose, thousandths, times},
    missing,
    named::{Mention, Row, Told, clause, is_of_today, mentions, rows},
    waste::discarded,
};
use crate::{
    Visit,
    dictionary::Side,
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::cell,
};

const GIVEN: &[&str] = &[
    "injected",
    "injection",
    "given",
    "administered",
    "im",
    "intramuscular",
    "intramuscularly",
    "sq",
    "subq",
    "subcutaneous",
    "subcutaneously",
    "nebulizer",
    "nebulized",
    "mixture",
    "inserted",
    "insertion",
    "placed",
];
/// The ways as abbreviations have them: sure also where a joint is named.
const ROUTES: &[&str] = &[
    "im",
    "i.m",
    "intramuscular",
    "intramuscularly",
    "sq",
    "sc",
    "s.c",
    "subq",
    "sub-q",
    "sub q",
    "subcut",
    "subcutaneous",
    "subcutaneously",
];
/// Muscles name the way too, but not where a joint is injected.
const MUSCLES: &[&str] =
    &["deltoid", "delt", "gluteal", "glute", "glut", "gluteus", "ventrogluteal", "dorsogluteal", "vastus", "upper arm"];
const INTO_A_JOINT: &[&str] = &[
    "joint",
    "knee",
    "shoulder",
    "subacromial",
    "bursa",
    "tendon",
    "carpal",
    "trigger",
    "epicondyle",
    "fascia",
    "hip",
    "wrist",
    "ankle",
    "elbow",
    "cmc",
];

/// A lot or a muscle is written only of what was given.
const RECORDED: &[&str] = &[
    "lot",
    "ndc",
    "exp",
    "deltoid",
    "delt",
    "gluteal",
    "glute",
    "glut",
    "ventrogluteal",
    "dorsogluteal",
    "vastus",
    "upper arm",
    "single-dose",
    "single dose",
    "sdv",
    "whole vial",
    "vial used",
];
/// What is swallowed, breathed at home or rubbed in is none of the injected drug.
pub(super) const BY_MOUTH: &[&str] = &[
    "po",
    "oral",
    "orally",
    "odt",
    "by mouth",
    "tablet",
    "tablets",
    "tab",
    "tabs",
    "cream",
    "ointment",
    "topical",
    "gel",
    "drops",
    "sublingual",
    "patch",
    "inhaler",
    "mdi",
    "hfa",
    "flush",
    "nasal",
    "suspension",
    "rx",
    "prescription",
    "prescribed",
    "bid",
    "tid",
    "qid",
];
/// A regimen tells how a drug is taken, not that it was given.
const REGIMEN: &[&str] =
    &["every", "weekly", "monthly", "daily", "q", "qd", "prn", "biweekly", "per week", "per month"];
/// What is told of another day, or not to be given at all.
const NOT_NOW: &[&str] = &[
    "last dose",
    "last given",
    "last injection",
    "last shot",
    "yesterday",
    "allergy",
    "allergic",
    "at bedside",
    "at home",
];
/// The practice did not buy it.
const SUPPLIED: &[&str] = &[
    "specialty pharmacy",
    "pharmacy-supplied",
    "pharmacy supplied",
    "patient-supplied",
    "patient supplied",
    "brought from home",
    "brought her own",
    "brought his own",
    "brought own",
    "own supply",
    "supplied by patient",
    "white bagged",
    "white-bagged",
    "free sample",
];
/// Devices that are billed with putting them in.
const INSERTIONS: &[&str] = &["58300", "11981", "11983"];
const INHALED: &str = "94640";

/// Adds drugs given with their units, and the giving of those that are not part of a procedure.
pub(super) fn drugs(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let rows = rows(document, visit);
    let all = mentions(document, &rows);
    let is_procedure = doing::tells_of_steps(document);
    for row in &rows {
        // Fluids are given in other ways.
        if cell(row, 7) == "fluid" || found.services.iter().any(|s| s.code == cell(row, 1)) {
            continue;
        }
        let of_row = all.iter().filter(|mention| cell(mention.row, 1) == cell(row, 1));
        let told: Vec<&Mention<'_>> = of_row.filter(|m| is_given(document, m, is_procedure, found)).collect();
        // The same drug may be named before its dose is told.
        let is_dosed = |m: &&&Mention<'_>| given_dose(document, m.row, (m.sentence, m.name)).is_some();
        let Some(first) = told.iter().find(is_dosed).or(told.first()).copied() else { continue };
        drug(document, visit, first, found);
        let others: Vec<Told<'_>> =
            told.iter().filter(|m| m.sentence.start > first.sentence.start).map(|m| (m.sentence, m.name)).collect();
        both_sides(document, row, (first.sentence, first.name), &others, found);
    }
}

fn is_given(document: &Document<'_>, mention: &Mention<'_>, is_procedure: bool, found: &Services) -> bool {
    let lower = document.lower_of(mention.sentence);
    let own = lower.get(mention.own.0..mention.own.1).unwrap_or_default();
    let has = |text: &str, words: &[&str]| words.iter().any(|w| word_position(text, w).is_some());
    let clause = clause(lower, mention.name);
    if prolongs_a_local(lower, mention) {
        return false;
    }
    if !is_of_today(mention.sentence) || has(own, BY_MOUTH) || doing::is_not_done(clause) || has(clause, NOT_NOW) {
        return false;
    }
    let billed = |codes: &[&str]| found.services.iter().any(|s| codes.contains(&s.code.as_str()));
    let code = cell(mention.row, 1);
    if ("J7296".."J7308").contains(&code) {
        let is_taken_out =
            has(own, &["removed", "removal", "out"]) && !has(own, &["inserted", "insertion", "placed", "new", "in"]);
        return billed(INSERTIONS) && !is_taken_out;
    }
    if ("J7605".."J7700").contains(&code) {
        return billed(&[INHALED]) && !has(own, REGIMEN);
    }
    let is_planned = matches!(mention.sentence.section, SectionKind::Plan | SectionKind::Assessment);
    let is_routed = has(lower, GIVEN) || has(lower, ROUTES) || has(lower, MUSCLES);
    let is_recorded = has(own, RECORDED) || has(clause, RECORDED);
    let is_dosed = given_dose(document, mention.row, (mention.sentence, mention.name)).is_some();
    let is_noted =
        (is_procedure || has(own, ROUTES) || has(own, MUSCLES)) && is_dosed && !is_planned && !has(own, REGIMEN);
    let in_procedure = mention.sentence.section == SectionKind::Procedure;
    is_recorded
        || is_noted
        || (is_routed || in_procedure) && doing::is_done(document, mention.sentence, ServiceKind::Drug)
}

/// "Lidocaine with epinephrine": what makes a local anesthetic last is part of it.
fn prolongs_a_local(lower: &str, mention: &Mention<'_>) -> bool {
    const LOCALS: &[&str] =
        &["lidocaine", "xylocaine", "bupivacaine", "marcaine", "mepivacaine", "ropivacaine", "local"];
    const JOINED: &[&str] = &["with", "w", "w/", "and", "plus", "c", "+"];
    const WORDS_NEAR: usize = 5;
    let before: Vec<&str> = lower.get(..mention.name.0).unwrap_or_default().split_whitespace().rev().collect();
    cell(mention.row, 0).starts_with("epinephrine")
        && before.first().is_some_and(|word| JOINED.contains(word))
        && before.iter().take(WORDS_NEAR).any(|word| LOCALS.contains(word))
}

fn drug(document: &Document<'_>, visit: &Visit, mention: &Mention<'_>, found: &mut Services) {
    let sentence = mention.sentence;
    let lower = document.lower_of(sentence);
    let own = lower.get(mention.own.0..mention.own.1).unwrap_or_default();
    let Some(mut service) = priced(document, mention.row, (sentence, mention.name), found) else { return };
    let wasted = discarded(document, visit, mention.row, (sentence, mention.name), &mut service);
    // What the patient or a pharmacy supplied is only given here.
    if !SUPPLIED.iter().any(|words| word_position(&document.lower, words).is_some()) {
        found.services.push(service);
        found.services.extend(wasted);
    }
    let has = |words: &[&str]| words.iter().any(|w| word_position(own, w).is_some());
    let is_administered = has(ROUTES) || has(MUSCLES) && !has(INTO_A_JOINT) && !doing::tells_of_steps(document);
    if is_administered {
        administer(document, mention, found);
    }
}

/// Each injection under the skin or into a muscle is one of its kind.
fn administer(document: &Document<'_>, mention: &Mention<'_>, found: &mut Services) {
    let (code, label) = match cell(mention.row, 7) {
        "chemo" => ("96401", "Injection of an antineoplastic or complex drug"),
        "hormone" => ("96402", "Injection of a hormonal antineoplastic"),
        _ => ("96372", "Injection under the skin or into a muscle"),
    };
    let words = document.sentence_evidence(mention.sentence);
    if let Some(known) = found.services.iter_mut().find(|s| s.code == code) {
        known.units = known.units.saturating_add(1);
        known.evidence.extend(words);
        return;
    }
    let giving =
        Service::new(code, ServiceKind::Administration, label, words.into_iter().collect(), mention.sentence.block);
    found.services.push(giving.ruled("PX-DONE", "The drug was given by injection at this visit."));
}

/// The dose of a drug in its sentence, else the amount that a sentence after it says was given.
fn given_dose(document: &Document<'_>, row: Row, (sentence, name): Told<'_>) -> Option<(Dose, usize)> {
    const NEXT_MAX: usize = 3;
    let unit = cell(row, 3);
    let own = dose(document.lower_of(sentence), name, unit);
    if let Some(dose) = own.filter(|dose| !dose.is_container) {
        return Some((dose, sentence.start));
    }
    let told = ["injected", "given", "administered", "total", "dose", "used"];
    let next = document.sentences.iter().filter(|s| s.start > sentence.start).take(NEXT_MAX).find_map(|s| {
        let lower = document.lower_of(s);
        let word = told.iter().find_map(|word| word_position(lower, word))?;
        dose(lower, word, unit).filter(|dose| !dose.is_container).map(|dose| (dose, s.start))
    });
    next.or(own.map(|dose| (dose, sentence.start)))
}

/// The drug with the units of its dose; without a dose that is written, a question. A device is one unit.
pub(crate) fn priced(
    document: &Document<'_>,
    row: Row,
    (sentence, name): Told<'_>,
    found: &mut Services,
) -> Option<Service> {
    let (code, unit, label) = (cell(row, 1), cell(row, 3), cell(row, 4));
    let named: Vec<Evidence> =
        document.evidence(sentence.start + name.0, sentence.start + name.1).into_iter().collect();
    if unit == "each" {
        let mut service = Service::new(code, ServiceKind::Drug, label, named, sentence.block)
            .ruled("PX-DONE", "The note says it was given or put in at this visit.");
        service.units = times(document.lower_of(sentence).get(name.1..).unwrap_or_default());
        return Some(service);
    }
    let per_unit = thousandths(cell(row, 2)).filter(|per_unit| *per_unit > 0)?;
    let Some((dose, at)) = given_dose(document, row, (sentence, name)) else {
        let text = format!("{label} was given; its dose decides the units and is not written.");
        found.prompts.push(missing("missing-dose", text, "What dose of the drug was given?", code, named));
        return None;
    };
    let (from, to) = (sentence.start + name.0, sentence.start + name.1);
    let span = document.evidence(from.min(at + dose.start), to.max(at + dose.end));
    let (given, each) = (written(dose.thousandths), written(per_unit));
    let mut service = Service::new(code, ServiceKind::Drug, label, span.into_iter().collect(), sentence.block)
        .ruled("PX-UNITS", format!("{given} {unit} given, {each} {unit} a unit."));
    // "80 mg into each knee"
    const EACH: &[&str] = &[
        "each knee",
        "each shoulder",
        "each hip",
        "each side",
        "each joint",
        "into each",
        "per knee",
        "per side",
        "each heel",
    ];
    let is_each = EACH.iter().any(|words| word_position(document.lower_of(sentence), words).is_some());
    service.units = dose.units(per_unit).saturating_mul(if is_each { 2 } else { 1 });
    Some(service)
}

/// Thousandths as a decimal number.
fn written(thousandths: u64) -> String {
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}").trim_end_matches('0').to_owned() }
}

/// The same drug told for the other side was given twice.
fn both_sides(document: &Document<'_>, row: Row, first: Told<'_>, others: &[Told<'_>], found: &mut Services) {
    let side = |sentence: &Sentence| {
        let in_sentence = |(at, _): &&(usize, Side)| (sentence.first..sentence.last).contains(at);
        document.sides.iter().find(in_sentence).map(|(_, side)| *side)
    };
    let Some(own) = side(first.0).filter(|side| *side != Side::Both) else { return };
    let is_other = |told: &&Told<'_>| side(told.0).is_some_and(|side| side != own && side != Side::Both);
    let Some(other) = others.iter().find(is_other) else { return };
    let Some(more) = priced(document, row, *other, found) else { return };
    if let Some(service) = found.services.iter_mut().rfind(|s| s.code == more.code) {
        service.units = service.units.saturating_add(more.units);
        service.evidence.extend(more.evidence);
        service.rules.push(applied("PX-UNITS", "Given on both sides; the doses are added."));
    }
}
