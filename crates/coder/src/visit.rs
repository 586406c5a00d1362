//! The level of the visit from the note: problems, data and risk, and the stated time, each with its words.

use claim::{Band, Evidence};

mod data;
mod paper;
mod phrase;
mod problems;
mod reasoning;
mod risk;

use crate::{
    Visit, clock,
    diagnose::{Diagnoses, Standing},
    document::Document,
    level::{Complexity, ProblemElements, VisitFamily, em_level_from_mdm, em_level_from_time, mdm},
    report::Report,
    rule::applied,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    therapy,
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
    // A surgeon may write the visit that led to the operation into the same paper.
    let is_before =
        report == Report::Operation && document.lower.contains("h&p") && visit.place_of_service.as_str() == "21";
    if !is_before && (report != Report::Visit || !paper::is_seen(document, found)) {
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
    let is_treated = found.services.iter().any(is_treatment);
    if !is_before && (paper::is_of_procedure(document) || is_treated && !is_evaluated(document)) {
        return;
    }
    let Some(family) = family(document, visit) else { return };
    let (problems, problem_words, counted) = problems::problems(document, diagnoses, family, found);
    let (data, data_words) = data::data(document, found);
    let (risk, risk_words) = risk::risk(document, diagnoses, family);
    let complexity = mdm(problems, data, risk);
    let by_mdm = em_level_from_mdm(family, complexity, visit.served_on);
    let time = total_minutes(document);
    let by_time = time.as_ref().and_then(|(minutes, _)| em_level_from_time(family, *minutes, visit.served_on));
    let is_preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    if problem_words.is_empty() && by_time.is_none()
        || is_preventive && !stands_beside_preventive(document, diagnoses, &counted)
    {
        return;
    }
    let Some(code) = by_mdm.max(by_time) else { return };
    if let Some(transition) = clock::transition(document, complexity == Complexity::High) {
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
    if let Some((minutes, words)) = time {
        prolonged(visit, code, minutes, words, found);
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
    let (_, words) = document.find_phrase(&["nurse visit", "nurse only visit", "rn visit"])?;
    let is_giving = found.services.iter().any(|s| {
        matches!(
            s.kind,
            ServiceKind::Drug | ServiceKind::Vaccine | ServiceKind::Administration | ServiceKind::Procedure
        )
    });
    let is_supervised = document.find_phrase(&["supervising", "reviewed with dr", "in suite", "in the building"]);
    let visit = is_supervised.filter(|_| !is_giving).map(|(_, supervised)| {
        Service::new("99211", ServiceKind::Visit, "Visit with the staff", vec![words, supervised], 0)
            .ruled("EM-NURSE", "The staff saw the patient; the physician supervised.")
    });
    Some(visit.into_iter().collect())
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

/// Somebody was asked, examined or assessed.
fn is_evaluated(document: &Document<'_>) -> bool {
    const EXAMINED: &[&str] =
        &["exam", "lungs", "heart", "bp", "ros", "denies", "reports", "presents", "complains", "tender"];
    use SectionKind::{Assessment, Complaint, Exam, Plan, Present, Systems};
    [Assessment, Complaint, Exam, Plan, Present, Systems].into_iter().any(|kind| document.has_section(kind))
        || document.find_phrase(EXAMINED).is_some()
}

const SAME_DAY: &[&str] =
    &["same day discharge", "same-day discharge", "same date", "admission and discharge same day"];
const CONSULT: &[&str] = &["consultation", "consult note", "consult requested", "initial consult"];
const LATER: &[&str] =
    &["progress note", "hospital day", "subsequent", "hd 2", "hd2", "hd 3", "hd3", "hd 4", "day 2", "day 3", "day 4"];
const FIRST: &[&str] = &[
    "admission h&p",
    "admitted",
    "admit to",
    "history and physical",
    "initial hospital",
    "admission",
    "h&p",
    "admitting",
];

fn family(document: &Document<'_>, visit: &Visit) -> Option<VisitFamily> {
    let has = |words: &[&str]| document.find_phrase(words).is_some();
    Some(match visit.place_of_service.as_str() {
        "23" => VisitFamily::Emergency,
        "21" | "22" if has(SAME_DAY) => VisitFamily::HospitalSameDay,
        "21" | "22" if has(CONSULT) && !visit.is_medicare() => VisitFamily::ConsultInpatient,
        "21" if has(LATER) => VisitFamily::HospitalSubsequent,
        "21" if has(FIRST) => VisitFamily::HospitalInitial,
        "21" => VisitFamily::HospitalSubsequent,
        "31" | "32" if has(&["initial comprehensive", "initial visit", "admission", "admission h&p"]) => {
            VisitFamily::NursingInitial
        }
        "31" | "32" => VisitFamily::NursingSubsequent,
        "12" | "13" | "14" if visit.is_established => VisitFamily::HomeEstablished,
        "12" | "13" | "14" => VisitFamily::HomeNew,
        "41" | "42" | "81" => return None,
        _ if has(CONSULT)
            && has(&["requested by", "request of", "at the request", "referred by", "report sent to", "letter to"])
            && !visit.is_medicare() =>
        {
            VisitFamily::ConsultOffice
        }
        _ if visit.is_established => VisitFamily::OfficeEstablished,
        _ => VisitFamily::OfficeNew,
    })
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

/// The clinician's total time on the day, as stated.
fn total_minutes(document: &Document<'_>) -> Option<(u32, Evidence)> {
    const STATED: &[&str] = &[
        "total time",
        "my time",
        "time today",
        "time on the day",
        "time for the evaluation",
        "i spent",
        "spent a total of",
        "total of",
        "time spent",
        "minutes were spent",
        "minutes spent",
        "minutes was spent",
        "minutes total",
        "min total",
        "total visit time",
        "total encounter time",
        "total minutes",
    ];
    const OTHER_TIME: &[&str] = &[
        "cessation",
        "counseling on",
        "counselling on tobacco",
        "advance care",
        "critical care",
        "exercise",
        "walking",
        "per week",
        "a day",
        "per day",
        "anesthesia",
        "tourniquet",
        "nurse",
        "staff time",
    ];
    for (start, _) in STATED.iter().flat_map(|phrase| document.lower.match_indices(phrase)) {
        let line_start = document.lower.get(..start)?.rfind(['\n', '.']).map_or(0, |at| at + 1);
        let rest = document.lower.get(line_start..)?;
        let line_end = rest.find('\n').unwrap_or(rest.len()).min(260);
        let line = (0..=line_end).rev().find_map(|end| rest.get(..end)).unwrap_or_default();
        if OTHER_TIME.iter().any(|w| line.contains(w)) {
            continue;
        }
        if let Some((minutes, end)) = therapy::minutes(line) {
            let from = start.min(line_start + end);
            return Some((
                minutes,
                document.evidence(from.min(line_start + end.saturating_sub(4)), (line_start + end).max(start))?,
            ));
        }
    }
    None
}
