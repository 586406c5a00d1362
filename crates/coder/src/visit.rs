//! The level of the visit from the note: problems, data and risk, and the stated time, each with its words.

use claim::{Band, Evidence};

mod data;
mod month;
mod paper;
pub(crate) mod phrase;
mod problems;
mod reasoning;
mod risk;
mod time;

use crate::{
    Visit, clock,
    diagnose::{Diagnoses, Standing},
    document::Document,
    level::{ProblemElements, VisitFamily, em_level_from_mdm, em_level_from_time, mdm},
    report::Report,
    rule::applied,
    service::{Service, ServiceKind, Services},
    table::{cell, table},
    units::{Regime, prolonged_units},
};

/// Adds the visit and what is beyond its time.
pub(crate) fn read(
    document: &Document<'_>,
    visit: &Visit,
    report: Report,
    diagnoses: &Diagnoses,
    found: &mut Services,
) {
    if let Some(after) = after_operation(document) {
        found.services.push(after);
        return;
    }
    // A surgeon may write the visit that led to the operation into the same paper.
    let is_before = report == Report::Operation && paper::is_before_operation(document) && visit.is_in_facility();
    if !is_before && (report != Report::Visit || !paper::is_seen(document, found)) {
        return;
    }
    if let Some(month) = month::read(document, visit) {
        found.services.extend(month);
        return;
    }
    if clock::read(document, visit, found) {
        remote_talks(document, visit, found);
        return;
    }
    if let Some(discharge) = clock::discharge(document, visit) {
        found.services.push(discharge);
        return;
    }
    if let Some(nurse) = nurse(document, found) {
        found.services.extend(nurse);
        return;
    }
    if let Some(evaluation) = psychiatric(document, diagnoses) {
        found.services.push(evaluation);
        return;
    }
    let is_treated = found.services.iter().any(is_treatment);
    // Where the procedure is known, its own rules tell whether a visit stands beside it.
    let is_procedure = paper::is_of_procedure(document) && !found.services.iter().any(Service::holds_evaluation);
    if !is_before && (is_procedure || is_treated && !paper::is_evaluated(document)) {
        return;
    }
    let Some(family) = family(document, visit) else { return };
    let (problems, problem_words, counted) = problems::problems(document, diagnoses, family, found);
    let (data, data_words) = data::data(document, found);
    let (risk, risk_words) = risk::risk(document, diagnoses, family);
    let complexity = mdm(problems, data, risk);
    let by_mdm = em_level_from_mdm(family, complexity, visit.served_on);
    let time = time::total(document);
    let by_time = time.as_ref().and_then(|(minutes, _)| em_level_from_time(family, *minutes, visit.served_on));
    let is_preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    if problem_words.is_empty() && by_time.is_none()
        || is_preventive && !stands_beside_preventive(document, diagnoses, &counted)
    {
        return;
    }
    let Some(code) = by_mdm.max(by_time) else { return };
    if let Some(transition) = clock::transition(document, complexity) {
        found.services.push(transition);
        return;
    }
    found.level = Some(reasoning::level(
        code,
        by_mdm,
        [("Problems", problems, &problem_words), ("Data", data, &data_words), ("Risk", risk, &risk_words)],
        &counted,
        time.as_ref().map(|(minutes, words)| (*minutes, words, by_time)),
        visit,
    ));
    let mut evidence: Vec<Evidence> = Vec::new();
    let uses_time = by_time > by_mdm;
    if let Some((_, words)) = time.as_ref().filter(|_| uses_time) {
        evidence.push(words.clone());
    }
    evidence.extend(problem_words.into_iter().take(4).chain(data_words.into_iter().take(4)).chain(risk_words));
    let (problems, data, risk) = (problems.word(), data.word(), risk.word());
    let mut service = Service::new(code, ServiceKind::Visit, "Visit", evidence, 0).ruled(
        "EM-MDM",
        format!(
            "Problems {problems}, data {data}, risk {risk}: {}{}.",
            complexity.word(),
            by_mdm.map_or_else(String::new, |c| format!(", {c}"))
        ),
    );
    if let Some((minutes, _)) = &time {
        let says = by_time.map_or_else(|| "below the lowest threshold".to_owned(), str::to_owned);
        service.rules.push(applied("EM-TIME", format!("{minutes} minutes in total: {says}.")));
        service.alternatives.extend(by_time.filter(|c| *c != code).map(|c| (c.to_owned(), "By time".to_owned())));
    }
    service.alternatives.extend(by_mdm.filter(|c| *c != code).map(|c| (c.to_owned(), "By decision making".to_owned())));
    service.band = Band::Suggest;
    admitting(document, visit, family, &mut service);
    shared(document, visit, &mut service);
    remote(document, visit, &mut service);
    remote_talks(document, visit, found);
    if is_before
        && let Some((_, words)) = document.find_phrase(&[
            "operation now",
            "emergency operation",
            "to the or",
            "take to or",
            "proceed with",
            "plan for surgery",
            "appendectomy",
            "surgery",
        ])
    {
        service.modifiers.push("57".to_owned());
        service.evidence.push(words);
        service.rules.push(applied("MOD-GLOBAL", "The visit at which the operation was decided on."));
    }
    found.services.push(service);
    continuing(document, visit, family, found);
    if let Some((minutes, words)) = time {
        prolonged(visit, code, minutes, words, found);
    }
}

/// Medicare's add-on for the continuing care of all that the patient needs; not beside a service that asks for 25 on the
/// visit, other than a preventive one (Claims Processing Manual 12 §30.6).
fn continuing(document: &Document<'_>, visit: &Visit, family: VisitFamily, found: &mut Services) {
    let is_office = matches!(family, VisitFamily::OfficeNew | VisitFamily::OfficeEstablished);
    let is_alone =
        !found.services.iter().any(|s| is_treatment(s) || s.kind == ServiceKind::Test && s.code.starts_with('9'));
    if !is_office || !visit.is_medicare() || !is_alone {
        return;
    }
    if let Some((_, words)) = phrase::find(document, "continuing", |_| true) {
        let service = Service::new("G2211", ServiceKind::Prolonged, "Continuing care", vec![words], 0)
            .ruled("EM-CONTINUING", "The note tells of continuing responsibility for the care of the patient.");
        found.services.push(service);
    }
}

fn prolonged(visit: &Visit, base: &str, minutes: u32, words: Evidence, found: &mut Services) {
    let regime = if visit.is_medicare() { Regime::Medicare } else { Regime::Cpt };
    let other = if visit.is_medicare() { Regime::Cpt } else { Regime::Medicare };
    let Some((code, units)) = prolonged_units(regime, base, minutes, visit.served_on) else { return };
    let mut service = Service::new(code, ServiceKind::Prolonged, "Prolonged service", vec![words], 0)
        .ruled("EM-PROLONGED", format!("{minutes} minutes with {base}: {units} unit(s) of 15 minutes."));
    service.units = units;
    if let Some((code, units)) = prolonged_units(other, base, minutes, visit.served_on) {
        service.alternatives.push((code.to_owned(), format!("The other regime: {units} unit(s)")));
    }
    found.services.push(service);
}

/// A visit with the nurse alone, for something other than an injection or a test; nothing where the visit is none of a
/// nurse's, an empty list where there is nothing to bill.
fn nurse(document: &Document<'_>, found: &Services) -> Option<Vec<Service>> {
    let (_, words) = document.find_phrase(&[
        "nurse visit",
        "nurse only visit",
        "nurse-only visit",
        "rn visit",
        "ma visit",
        "nursing visit",
        "nurse bp check",
    ])?;
    let is_giving = found.services.iter().any(|s| {
        matches!(
            s.kind,
            ServiceKind::Drug | ServiceKind::Vaccine | ServiceKind::Administration | ServiceKind::Procedure
        )
    });
    let is_supervised = phrase::find(document, "supervised", |_| true);
    let visit = is_supervised.filter(|_| !is_giving).map(|(_, supervised)| {
        Service::new("99211", ServiceKind::Visit, "Visit with the staff", vec![words, supervised], 0)
            .ruled("EM-NURSE", "The staff saw the patient; the physician supervised.")
    });
    Some(visit.into_iter().collect())
}

/// The evaluation with which psychiatric care begins; with medical services where drugs or tests are ordered.
fn psychiatric(document: &Document<'_>, diagnoses: &Diagnoses) -> Option<Service> {
    const TITLES: &[&str] = &[
        "psychiatric evaluation",
        "psychiatric diagnostic evaluation",
        "psychiatric diagnostic interview",
        "psychiatric intake",
        "initial psychiatric assessment",
        "diagnostic intake",
        "mental health intake",
        "behavioral health intake",
        "initial diagnostic evaluation",
        "diagnostic assessment",
        "biopsychosocial assessment",
    ];
    let head = paper::head(&document.lower);
    let (start, end) = *phrase::stands(head, TITLES).first()?;
    let is_medical = diagnoses.drugs.iter().any(|d| risk::is_managed(document, d)) || !clock::is_therapist(document);
    let (code, text) = if is_medical {
        ("90792", "A psychiatric evaluation with medical services.")
    } else {
        ("90791", "A diagnostic evaluation without medical services.")
    };
    let words = document.evidence(start, end).into_iter().collect();
    let mut service =
        Service::new(code, ServiceKind::Counselling, "Diagnostic evaluation", words, 0).ruled("EM-PSYCHIATRIC", text);
    service.treats = vec!["F".to_owned(), "R".to_owned()];
    Some(service)
}

/// The paper is of a visit after an operation.
pub(crate) fn is_after_operation(document: &Document<'_>) -> bool {
    paper::after_operation(document).is_some()
}

/// A routine visit after an operation, which is paid with the operation.
fn after_operation(document: &Document<'_>) -> Option<Service> {
    const OTHERS: &[&str] =
        &["unrelated", "separate problem", "different problem", "separately identifiable", "also addressed"];
    let words = paper::after_operation(document)?;
    if document.find_phrase(OTHERS).is_some() {
        return None;
    }
    let text = "A visit in the days that the operation pays for.";
    Some(
        Service::new("99024", ServiceKind::Visit, "Visit after the operation", vec![words], 0)
            .ruled("MOD-GLOBAL", text),
    )
}

/// Medicare marks the admitting physician's first visit.
fn admitting(document: &Document<'_>, visit: &Visit, family: VisitFamily, service: &mut Service) {
    let is_first =
        matches!(family, VisitFamily::HospitalInitial | VisitFamily::HospitalSameDay | VisitFamily::NursingInitial);
    let told = document.find_phrase(&[
        "admitting attending",
        "admitting physician",
        "attending of record",
        "principal physician",
        "admitting service",
        "admitting hospitalist",
        "i am admitting",
        "admitting:",
        "admitting team",
    ]);
    if let Some((_, words)) = told.filter(|_| is_first && visit.is_medicare()) {
        service.modifiers.push("AI".to_owned());
        service.evidence.push(words);
        service.rules.push(applied("EM-ADMITTING", "The admitting physician of record."));
    }
}

/// A visit in a facility that physician and practitioner shared, billed by who made its substantive part.
fn shared(document: &Document<'_>, visit: &Visit, service: &mut Service) {
    let told = document.find_phrase(&[
        "substantive portion",
        "substantive part",
        "split/shared",
        "split shared",
        "split or shared",
        "shared visit",
    ]);
    if let Some((_, words)) = told.filter(|_| visit.is_in_facility()) {
        service.modifiers.push("FS".to_owned());
        service.evidence.push(words);
        service.rules.push(applied("EM-SHARED", "Physician and practitioner of one group shared the visit."));
    }
}

/// Seen by video or heard by telephone.
fn remote(document: &Document<'_>, visit: &Visit, service: &mut Service) {
    if !matches!(visit.place_of_service.as_str(), "02" | "10") {
        return;
    }
    let by_voice = document.find_phrase(&[
        "audio-only",
        "audio only",
        "telephone",
        "by phone",
        "phone visit",
        "consents to phone",
    ]);
    let by_video = document.find_phrase(&["video", "audio-video", "audio and video"]);
    let (modifier, words) = match (by_voice, by_video) {
        (Some((_, words)), _) => ("93", words),
        (None, Some((_, words))) if !visit.is_medicare() => ("95", words),
        _ => return,
    };
    service.modifiers.push(modifier.to_owned());
    service.evidence.push(words);
    service.rules.push(applied("EM-REMOTE", "Not in one room with the patient."));
}

/// Psychotherapy by video or telephone.
fn remote_talks(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for service in found.services.iter_mut().filter(|s| s.code.starts_with("908") && s.modifiers.is_empty()) {
        remote(document, visit, service);
    }
}

fn is_treatment(service: &Service) -> bool {
    matches!(service.kind, ServiceKind::Procedure | ServiceKind::Administration)
}

/// The family of the visit by its place and words; nothing where no visit is made.
fn family(document: &Document<'_>, visit: &Visit) -> Option<VisitFamily> {
    let place = visit.place_of_service.as_str();
    let patient = if visit.is_established { "established" } else { "new" };
    let is_known = |place: &str| table!("families.tsv").any(|row| cell(row, 0).split(' ').any(|known| known == place));
    let here = if is_known(place) { place } else { "-" };
    let fits = |row: &&[&'static str]| {
        let is_place = |row: &[&'static str], place| cell(row, 0).split(' ').any(|known| known == place);
        let text = if cell(row, 1) == "head" { paper::head(&document.lower) } else { document.lower.as_str() };
        let has = |group: &str| !phrase::stands(text, &group.split('|').collect::<Vec<_>>()).is_empty();
        (is_place(row, here) || is_place(row, "-"))
            && (cell(row, 2).is_empty() || cell(row, 2).split(" & ").all(has))
            && (cell(row, 3).is_empty() || !visit.is_medicare())
            && (cell(row, 4).is_empty() || cell(row, 4) == patient)
    };
    VisitFamily::from_word(cell(table!("families.tsv").find(fits)?, 5))
}

/// A visit beside a preventive one treats a problem that needed work.
fn stands_beside_preventive(document: &Document<'_>, diagnoses: &Diagnoses, counted: &ProblemElements) -> bool {
    let has_problem = diagnoses.reported().any(|p| p.standing == Standing::Head && !p.is(&["Z", "R030", "E66"]));
    let is_said =
        document.find_phrase(&["separate problem", "separately identifiable", "also addressed", "problem-oriented"]);
    let at_work =
        counted.worsening_chronic + counted.acute_uncomplicated + counted.uncertain_prognosis + counted.systemic;
    has_problem && (is_said.is_some() || at_work > 0)
}
