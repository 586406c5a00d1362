//! Services that follow the clock or the calendar of a stay: critical care, discharge, psychotherapy, advance care
//! planning, transitional care.

use claim::Evidence;

use crate::{
    Visit,
    document::{Document, Sentence},
    service::{Service, ServiceKind, Services},
    therapy,
    units::timed_service_units,
};

/// A family of timed services: the words that name it, and those near which its minutes stand.
struct Timed {
    words: &'static [&'static str],
    family: &'static str,
    label: &'static str,
    treats: &'static [&'static str],
}

const PSYCHOTHERAPY: Timed =
    Timed { words: &["psychotherapy"], family: "psychotherapy_with_em", label: "Psychotherapy", treats: &["F"] };
const PLANNING: Timed = Timed {
    words: &["advance care planning"],
    family: "advance_care_planning",
    label: "Advance care planning",
    treats: &[],
};
const CRITICAL: Timed = Timed {
    words: &["critical care time", "critical care"],
    family: "critical_care_cpt",
    label: "Critical care",
    treats: &[],
};

/// Adds the services counted in their own minutes; true when one of them takes the place of a visit.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) -> bool {
    timed(document, visit, &PLANNING, PLANNING.family, ServiceKind::Counselling, found);
    let has_visit_part = ["e/m", "medication management", "med management"].iter().any(|w| document.lower.contains(w))
        || document.has_assessment();
    let family = if has_visit_part { PSYCHOTHERAPY.family } else { "psychotherapy" };
    let talked = timed(document, visit, &PSYCHOTHERAPY, family, ServiceKind::Counselling, found);
    let family = if visit.is_medicare() { "critical_care_medicare" } else { CRITICAL.family };
    let critical = !is_disclaimed(document) && timed(document, visit, &CRITICAL, family, ServiceKind::Visit, found);
    critical || talked && !has_visit_part
}

/// "No critical care time was spent."
fn is_disclaimed(document: &Document<'_>) -> bool {
    ["no critical care", "critical care was not", "not critical care"].iter().any(|w| document.lower.contains(w))
}

fn timed(
    document: &Document<'_>,
    visit: &Visit,
    what: &Timed,
    family: &str,
    kind: ServiceKind,
    found: &mut Services,
) -> bool {
    let Some((minutes, words)) = minutes_near(document, what.words) else { return false };
    let services = timed_service_units(family, minutes, visit.served_on);
    for (code, units) in &services {
        let mut service = Service::new(code, kind, what.label, vec![words.clone()], 0)
            .ruled("PX-TIME", format!("{minutes} minutes: {units} unit(s)."));
        service.units = *units;
        service.treats = what.treats.iter().map(|t| (*t).to_owned()).collect();
        found.services.push(service);
    }
    !services.is_empty()
}

/// Minutes that stand with the words, in their sentence or the next two.
fn minutes_near(document: &Document<'_>, words: &[&str]) -> Option<(u32, Evidence)> {
    const NEXT: usize = 3;
    words.iter().find_map(|word| {
        let places = document.sentences.iter().enumerate().filter(|(_, s)| document.lower_of(s).contains(word));
        let mut near = places.flat_map(|(at, _)| document.sentences.iter().skip(at).take(NEXT));
        near.find_map(|sentence: &Sentence| {
            let lower = document.lower_of(sentence);
            let is_other = ["not in critical care", "exclusive of"].iter().any(|w| lower.contains(w))
                && !lower.contains("critical care time");
            let (minutes, end) = therapy::minutes(lower).filter(|_| !is_other)?;
            Some((minutes, document.evidence(sentence.start, sentence.start + end)?))
        })
    })
}

/// The day of discharge from a hospital: 30 minutes or more than 30.
pub(crate) fn discharge(document: &Document<'_>, visit: &Visit) -> Option<Service> {
    const TOLD: &[&str] =
        &["discharge summary", "discharge day", "discharge diagnoses", "final discharge", "discharge note"];
    if !matches!(visit.place_of_service.as_str(), "21" | "22") || document.lower.contains("same date") {
        return None;
    }
    let end = (0..=300.min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end))?;
    let word = TOLD.iter().find(|word| document.lower.get(..end).is_some_and(|head| head.contains(*word)))?;
    let at = document.lower.find(word)?;
    let mut evidence: Vec<Evidence> = document.evidence(at, at + word.len()).into_iter().collect();
    let minutes = minutes_near(
        document,
        &[
            "time on discharge",
            "discharge time",
            "total discharge",
            "discharge planning",
            "discharge management",
            "spent",
        ],
    );
    let is_long = minutes.as_ref().is_some_and(|(minutes, _)| *minutes > 30);
    evidence.extend(minutes.map(|(_, words)| words));
    let code = if is_long { "99239" } else { "99238" };
    let text = if is_long {
        "More than 30 minutes on the day of discharge."
    } else {
        "Discharge; more than 30 minutes are not written."
    };
    Some(Service::new(code, ServiceKind::Visit, "Hospital discharge day", evidence, 0).ruled("EM-TIME", text))
}

/// Care after a discharge: contact within two business days, a visit within 7 days (high complexity) or 14.
pub(crate) fn transition(document: &Document<'_>, is_high: bool) -> Option<Service> {
    let words = ["transition of care", "transitional care", "tcm visit", "transitions of care"];
    let (_, named) = document.find_phrase(&words)?;
    let (_, contact) = document.find_phrase(&["phone call", "telephone", "called", "contact", "spoke"])?;
    let day = document.find_phrase(&[
        "day 1",
        "day 2",
        "day 3",
        "day 4",
        "day 5",
        "day 6",
        "day 7",
        "within 7 days",
        "within seven days",
    ]);
    let code = if is_high && day.is_some() { "99496" } else { "99495" };
    let evidence = vec![named, contact].into_iter().chain(day.map(|(_, words)| words)).collect();
    let text = "Contact and visit after the discharge are written.";
    Some(Service::new(code, ServiceKind::Visit, "Transitional care", evidence, 0).ruled("EM-TCM", text))
}
