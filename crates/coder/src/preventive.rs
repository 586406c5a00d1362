//! Preventive visits: by age, new or established; Medicare's own wellness visits.

use claim::Evidence;

use crate::{
    Visit,
    context::{Assertion, Context},
    document::{Document, Sentence},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    therapy::minutes,
    units::timed_service_units,
    visit::phrase,
};

/// Reads a preventive visit, when the visit is one.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    // The nurse examines nobody.
    if document.find_phrase(&["nurse visit", "nurse only visit"]).is_some() {
        return;
    }
    if visit.is_medicare() {
        if let Some((code, label, words)) = wellness(document) {
            let service = Service::new(code, ServiceKind::Preventive, label, vec![words], 0)
                .ruled("EM-PREV", "Medicare has wellness visits of its own.");
            push(service, found);
        }
        gynecologic(document, found);
        screenings(document, visit, found);
        return;
    }
    let (Some((words, block)), Some(age)) = (examination(document), visit.age()) else { return };
    let code = by_age(age, visit.is_established);
    let kind = if visit.is_established { "established" } else { "new" };
    let service = Service::new(code, ServiceKind::Preventive, "Preventive visit", vec![words], block)
        .ruled("EM-PREV", format!("Preventive visit at {age} years, {kind} patient."));
    push(service, found);
}

/// Medicare's screening examination of pelvis and breasts, and the taking of the smear (Claims Processing Manual 18 §30,
/// §40).
fn gynecologic(document: &Document<'_>, found: &mut Services) {
    let is_told = |s: &Sentence| !matches!(s.section, SectionKind::Past | SectionKind::Family | SectionKind::Plan);
    let smear = phrase::find(document, "smear", is_told).map(|(_, words)| words);
    let examined = phrase::find(document, "pelvic screening", is_told).map(|(_, words)| words);
    let breasts = phrase::find(document, "breasts", is_told).map(|(_, words)| words);
    if let Some((examined, breasts)) = examined.zip(breasts) {
        let service =
            Service::new("G0101", ServiceKind::Preventive, "Pelvic and breast screening", vec![examined, breasts], 0)
                .ruled("EM-PREV", "Medicare has a screening examination of its own.");
        push(service, found);
        if let Some(smear) = smear {
            let service = Service::new("Q0091", ServiceKind::Preventive, "Screening smear taken", vec![smear], 0)
                .ruled("EM-PREV", "Medicare pays the taking of a screening smear.");
            push(service, found);
        }
    }
}

/// Medicare's screenings that are counted in minutes, beside a later wellness visit or alone: depression, alcohol (Claims
/// Processing Manual 18 §180, §190).
fn screenings(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    // The first wellness visits hold them.
    if found.services.iter().any(|s| ["G0402", "G0438"].contains(&s.code.as_str())) {
        return;
    }
    for (element, family, label) in [
        ("depression screening", "depression_screening", "Depression screening"),
        ("alcohol screening", "alcohol_screening", "Alcohol screening"),
    ] {
        let told = phrase::find(document, element, |s| minutes(document.lower_of(s)).is_some());
        // The minutes may stand in the sentence behind it.
        let next = |at: usize| document.sentences.get(at + 1).map(|s| document.lower_of(s)).and_then(minutes);
        let near = document.sentences.iter().enumerate().find_map(|(at, s)| {
            let (named, words) = phrase::find(document, element, |other| other.start == s.start)?;
            Some((named, words, next(at)?.0))
        });
        let told = told.and_then(|(s, words)| Some((s, words, minutes(document.lower_of(s))?.0))).or(near);
        let Some((sentence, words, spent)) = told else { continue };
        for (code, _) in timed_service_units(family, spent, visit.served_on) {
            let service = Service::new(code, ServiceKind::Preventive, label, vec![words.clone()], sentence.block)
                .ruled("PX-TIME", format!("{spent} minutes are written."));
            push(service, found);
        }
    }
}

fn push(mut service: Service, found: &mut Services) {
    service.band = claim::Band::Accept;
    service.treats = vec!["Z00".to_owned(), "Z01".to_owned(), "Z02".to_owned()];
    found.services.push(service);
}

/// The diagnosis of a preventive visit by age, with the words that say it is one (Guidelines I.C.21.c.13).
pub(crate) fn reason(document: &Document<'_>, visit: &Visit) -> Option<(&'static str, Evidence)> {
    if visit.is_medicare()
        && let Some((_, _, words)) = wellness(document)
    {
        return Some(("Z0000", words));
    }
    let (words, _) = examination(document)?;
    let days = visit.patient_born_on.map(|born| visit.served_on.since(born).map_or(0, |span| span.get_days()));
    Some(match (visit.age()?, days.unwrap_or(i32::MAX)) {
        (0, 0..=7) => ("Z00110", words),
        (0, 8..=28) => ("Z00111", words),
        (0..=17, _) => ("Z00129", words),
        _ if ["woman", "gyn", "wwe"].iter().any(|word| words.text.to_lowercase().contains(word)) => ("Z01419", words),
        _ => ("Z0000", words),
    })
}

fn is_reason(sentence: &Sentence) -> bool {
    matches!(
        sentence.section,
        SectionKind::None
            | SectionKind::Complaint
            | SectionKind::Present
            | SectionKind::Assessment
            | SectionKind::Other
    )
}

/// The words that make the visit a preventive examination, with their block.
fn examination(document: &Document<'_>) -> Option<(Evidence, usize)> {
    let is_today =
        |s: &Sentence| is_reason(s) && phrase::stands(document.lower_of(s), &phrase::words("another day")).is_empty();
    let named = phrase::find(document, "preventive", is_today);
    let (sentence, evidence) =
        named.or_else(|| document.child.and_then(|_| phrase::find(document, "child preventive", is_today)))?;
    let first = document.tokens.iter().position(|t| t.start >= evidence.start).unwrap_or_default();
    let (assertion, _) = Context::of(document, sentence).assertion(first, first + 1);
    (!matches!(assertion, Assertion::Negated | Assertion::Historical)).then_some((evidence, sentence.block))
}

/// Medicare's own visit: code, label, words.
fn wellness(document: &Document<'_>) -> Option<(&'static str, &'static str, Evidence)> {
    const ANNUAL: &[&str] = &[
        "annual wellness visit",
        "medicare wellness visit",
        "medicare annual wellness",
        "subsequent annual wellness",
        "medicare annual visit",
        "medicare wellness",
        "annual medicare wellness",
        "annual wellness",
        "wellness visit",
        "awv",
    ];
    const WELCOME: &[&str] = &["welcome to medicare", "initial preventive physical", "ippe visit", "(ippe)"];
    let is_today =
        |s: &Sentence| is_reason(s) && phrase::stands(document.lower_of(s), &phrase::words("another day")).is_empty();
    if let Some((_, words)) = document.find_phrase_where(WELCOME, is_today) {
        return Some(("G0402", "Welcome to Medicare visit", words));
    }
    let (_, words) = document.find_phrase_where(ANNUAL, is_today)?;
    const FIRST: &[&str] = &[
        "initial annual wellness",
        "first annual wellness",
        "initial awv",
        "first awv",
        "awv initial",
        "awv - initial",
        "awv, initial",
        "wellness visit, initial",
        "wellness visit - initial",
        "wellness visit (initial)",
        "initial wellness",
        "first wellness",
        "first medicare wellness",
        "no prior awv",
        "never had an awv",
        "no previous awv",
    ];
    let is_first = FIRST.iter().any(|w| document.lower.contains(w));
    Some((if is_first { "G0438" } else { "G0439" }, "Annual wellness visit", words))
}

fn by_age(age: u16, is_established: bool) -> &'static str {
    match (age, is_established) {
        (0, false) => "99381",
        (1..=4, false) => "99382",
        (5..=11, false) => "99383",
        (12..=17, false) => "99384",
        (18..=39, false) => "99385",
        (40..=64, false) => "99386",
        (_, false) => "99387",
        (0, true) => "99391",
        (1..=4, true) => "99392",
        (5..=11, true) => "99393",
        (12..=17, true) => "99394",
        (18..=39, true) => "99395",
        (40..=64, true) => "99396",
        (_, true) => "99397",
    }
}
