//! Drugs given, by dose.

use claim::Evidence;

use super::{
    doing,
    dose::{dose, thousandths},
    missing,
};
use crate::{
    Visit,
    dictionary::Side,
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
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
const UNDER_SKIN_OR_INTO_MUSCLE: &[&str] = &[
    "im",
    "intramuscular",
    "intramuscularly",
    "sq",
    "subq",
    "subcut",
    "subcutaneous",
    "subcutaneously",
    "deltoid",
    "gluteal",
    "gluteus",
    "ventrogluteal",
    "dorsogluteal",
];
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

/// A sentence that tells of a drug given, with the place of its name.
type Told<'d> = (&'d Sentence, (usize, usize));

/// Adds drugs given with their units, and the giving of those that are not part of a procedure.
pub(super) fn drugs(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for row in table!("drugs.tsv").filter(|row| Days::of(row, 5).covers(visit.served_on)) {
        let names = document.present(cell(row, 0).split('|'));
        // Fluids and contrast are given in other ways.
        let is_other = matches!(cell(row, 7), "fluid" | "contrast");
        if names.is_empty() || is_other || found.services.iter().any(|s| s.code == cell(row, 1)) {
            continue;
        }
        let told: Vec<Told<'_>> = document
            .sentences
            .iter()
            .filter_map(|sentence| {
                let name = names.iter().find_map(|name| word_position(document.lower_of(sentence), name))?;
                is_given(document, sentence).then_some((sentence, name))
            })
            .collect();
        let Some((first, others)) = told.split_first() else { continue };
        drug(document, visit, row, *first, found);
        both_sides(document, row, *first, others, found);
    }
}

fn is_given(document: &Document<'_>, sentence: &Sentence) -> bool {
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
    let is_given = has(GIVEN) || has(UNDER_SKIN_OR_INTO_MUSCLE) || sentence.section == SectionKind::Procedure;
    // A lot or a muscle is written only of what was given.
    let is_recorded =
        has(&["lot", "deltoid", "gluteal", "ventrogluteal", "dorsogluteal"]) && !doing::is_not_done(lower);
    is_given && (is_recorded || doing::is_done(document, sentence, ServiceKind::Drug))
}

fn drug(
    document: &Document<'_>,
    visit: &Visit,
    row: &[&'static str],
    (sentence, name): Told<'_>,
    found: &mut Services,
) {
    let Some(mut service) = priced(document, row, (sentence, name), found) else { return };
    let wasted = discarded(document, visit, row, &mut service);
    found.services.push(service);
    found.services.extend(wasted);
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
    let is_administered = has(UNDER_SKIN_OR_INTO_MUSCLE) && !has(INTO_A_JOINT);
    if is_administered && !found.services.iter().any(|s| s.code == "96372") {
        let evidence = document.sentence_evidence(sentence).into_iter().collect();
        let giving = Service::new(
            "96372",
            ServiceKind::Administration,
            "Injection under the skin or into a muscle",
            evidence,
            sentence.block,
        );
        found.services.push(giving.ruled("PX-DONE", "The drug was given by injection at this visit."));
    }
}

/// The drug with the units of its dose; without a dose that is written, a question. A device is one unit.
pub(crate) fn priced(
    document: &Document<'_>,
    row: &[&'static str],
    (sentence, name): Told<'_>,
    found: &mut Services,
) -> Option<Service> {
    let (code, unit, label) = (cell(row, 1), cell(row, 3), cell(row, 4));
    let named: Vec<Evidence> =
        document.evidence(sentence.start + name.0, sentence.start + name.1).into_iter().collect();
    if unit == "each" {
        return Some(
            Service::new(code, ServiceKind::Drug, label, named, sentence.block)
                .ruled("PX-DONE", "The note says it was put in at this visit."),
        );
    }
    let per_unit = thousandths(cell(row, 2)).filter(|per_unit| *per_unit > 0)?;
    let Some(dose) = dose(document.lower_of(sentence), name, unit) else {
        let text = format!("{label} was given; its dose decides the units and is not written.");
        found.prompts.push(missing("missing-dose", text, "What dose of the drug was given?", code, named));
        return None;
    };
    let span = document.evidence(sentence.start + dose.start.min(name.0), sentence.start + dose.end.max(name.1));
    let (given, each) = (written(dose.thousandths), written(per_unit));
    let mut service = Service::new(code, ServiceKind::Drug, label, span.into_iter().collect(), sentence.block)
        .ruled("PX-UNITS", format!("{given} {unit} given, {each} {unit} a unit."));
    service.units = dose.units(per_unit);
    Some(service)
}

/// Thousandths as a decimal number.
fn written(thousandths: u64) -> String {
    let (whole, part) = (thousandths / 1000, thousandths % 1000);
    if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}").trim_end_matches('0').to_owned() }
}

/// The same drug told for the other side was given twice.
fn both_sides(
    document: &Document<'_>,
    row: &[&'static str],
    first: Told<'_>,
    others: &[Told<'_>],
    found: &mut Services,
) {
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

/// Medicare wants to know of a single-dose container whether some of it was thrown away: JZ when nothing was, else a
/// line of its own for it with JW.
pub(super) fn discarded(
    document: &Document<'_>,
    visit: &Visit,
    row: &[&'static str],
    service: &mut Service,
) -> Option<Service> {
    const NOTHING: &[&str] = &[
        "no waste",
        "no wastage",
        "none wasted",
        "nothing wasted",
        "no drug wasted",
        "nothing discarded",
        "none discarded",
        "no drug discarded",
        "entire vial used",
        "entire vial",
        "entire contents",
        "entire syringe",
        "all used",
    ];
    const SOMETHING: &[&str] = &["wasted", "discarded", "waste"];
    const MANY_DOSES: &[&str] = &["multi-dose", "multidose", "multiple-dose", "multi dose"];
    if !visit.is_medicare() || document.find_phrase(MANY_DOSES).is_some() {
        return None;
    }
    if let Some((_, words)) = document.find_phrase(NOTHING) {
        service.modifiers.push("JZ".to_owned());
        service.evidence.push(words);
        service.rules.push(applied("MOD-JW", "Nothing of the single-dose container was thrown away."));
        return None;
    }
    let (at, words) = document.find_phrase(SOMETHING)?;
    let sentence = document.sentences.get(at)?;
    let place = (words.start.checked_sub(sentence.start)?, words.end.checked_sub(sentence.start)?);
    let lost = dose(document.lower_of(sentence), place, cell(row, 3))?;
    let per_unit = thousandths(cell(row, 2)).filter(|per_unit| *per_unit > 0)?;
    let mut line = Service::new(cell(row, 1), ServiceKind::Drug, cell(row, 4), vec![words], sentence.block)
        .ruled("MOD-JW", "Thrown away from a single-dose container.");
    line.units = lost.units(per_unit);
    line.modifiers.push("JW".to_owned());
    Some(line)
}
