//! Preventive visits: by age, new or established; Medicare's own wellness visits.

use crate::{
    Visit,
    context::{Assertion, Context},
    document::Document,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
};

const EXAMINATIONS: &[&str] = &[
    "annual physical",
    "annual physical exam",
    "routine physical",
    "adult physical",
    "annual exam",
    "well adult",
    "wellness exam",
    "well child",
    "well-child",
    "well visit",
    "well check",
    "preventive visit",
    "preventive exam",
    "preventive medicine",
    "preventive health exam",
    "health maintenance exam",
    "health maintenance visit",
    "annual preventive",
    "complete physical",
    "routine adult exam",
    "well woman",
    "well-woman",
    "annual wellness exam",
    "physical exam for school",
    "routine child health",
];

/// Reads a preventive visit, when the visit is one.
pub(crate) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let is_reason = |s: &crate::document::Sentence| {
        matches!(
            s.section,
            SectionKind::None
                | SectionKind::Complaint
                | SectionKind::Present
                | SectionKind::Assessment
                | SectionKind::Other
        )
    };
    if visit.is_medicare() {
        wellness(document, found, is_reason);
        return;
    }
    let Some((at, evidence)) = document.find_phrase_where(EXAMINATIONS, is_reason) else { return };
    let Some(sentence) = document.sentences.get(at) else { return };
    let lower = document.lower_of(sentence);
    let is_elsewhere = [
        "last annual",
        "last physical",
        "due for",
        "schedule",
        "overdue",
        "next annual",
        "declined",
        "prior to",
        "will return",
    ];
    let first = document.tokens.iter().position(|t| t.start >= evidence.start).unwrap_or_default();
    let (assertion, _) = Context::of(document, sentence).assertion(first, first + 1);
    if is_elsewhere.iter().any(|w| lower.contains(w)) || matches!(assertion, Assertion::Negated | Assertion::Historical)
    {
        return;
    }
    let Some(age) = visit.age() else { return };
    let code = by_age(age, visit.is_established);
    let kind = if visit.is_established { "established" } else { "new" };
    let mut service = Service::new(code, ServiceKind::Preventive, "Preventive visit", vec![evidence], sentence.block)
        .ruled("EM-PREV", format!("Preventive visit at {age} years, {kind} patient."));
    service.band = claim::Band::Accept;
    service.treats = vec!["Z00".to_owned(), "Z01".to_owned(), "Z02".to_owned()];
    found.services.push(service);
}

fn wellness(document: &Document<'_>, found: &mut Services, is_reason: impl Fn(&crate::document::Sentence) -> bool) {
    const ANNUAL: &[&str] = &[
        "annual wellness visit",
        "medicare wellness visit",
        "medicare annual wellness",
        "subsequent annual wellness",
        "awv",
    ];
    const WELCOME: &[&str] = &["welcome to medicare", "initial preventive physical"];
    let (code, label, words) = if let Some((_, words)) = document.find_phrase_where(WELCOME, &is_reason) {
        ("G0402", "Welcome to Medicare visit", words)
    } else if let Some((_, words)) = document.find_phrase_where(ANNUAL, &is_reason) {
        let is_first = ["initial annual wellness", "first annual wellness", "initial awv", "first awv"]
            .iter()
            .any(|w| document.lower.contains(w));
        (if is_first { "G0438" } else { "G0439" }, "Annual wellness visit", words)
    } else {
        return;
    };
    let mut service = Service::new(code, ServiceKind::Preventive, label, vec![words], 0)
        .ruled("EM-PREV", "Medicare has wellness visits of its own.");
    service.band = claim::Band::Accept;
    service.treats = vec!["Z00".to_owned()];
    found.services.push(service);
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
