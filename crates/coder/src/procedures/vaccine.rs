//! Vaccines given, and the giving of them.

use claim::Evidence;

use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
};

/// A vaccine the note says was given: its row of the table and its words.
fn vaccines_named(document: &Document<'_>) -> Vec<(&'static [&'static str], Evidence, usize)> {
    let mut named: Vec<(&'static [&'static str], Evidence, usize)> = Vec::new();
    let known: Vec<(Vec<&'static str>, &'static [&'static str])> = table!("vaccines.tsv")
        .map(|row| (document.present(cell(row, 0).split('|')), row))
        .filter(|(names, _)| !names.is_empty())
        .collect();
    if known.is_empty() {
        return named;
    }
    for sentence in document.sentences.iter().filter(|s| is_giving(document, s)) {
        let lower = document.lower_of(sentence);
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (names, row) in &known {
            let is_tested = |(_, end): &(usize, usize)| {
                let after = lower.get(*end..).unwrap_or_default().trim_start();
                ["titer", "antibod", "immunity", "igg"].iter().any(|word| after.starts_with(word))
            };
            let found = names.iter().filter_map(|name| word_position(lower, name));
            let places: Vec<(usize, usize)> = found.filter(|place| !is_tested(place)).collect();
            // "(had Pneumovax 2013)"
            let is_past = |(start, _): &(usize, usize)| {
                let before = lower.get(..*start).unwrap_or_default().split_whitespace().next_back().unwrap_or_default();
                ["had", "prior", "s/p"].contains(&before.trim_start_matches('('))
            };
            let places: Vec<(usize, usize)> = places.into_iter().filter(|place| !is_past(place)).collect();
            let is_free = |(start, end): &(usize, usize)| {
                !taken.iter().any(|(a, b)| start < b && a < end && (*a, *b) != (*start, *end))
            };
            let Some((start, end)) = places.iter().copied().find(is_free) else { continue };
            // "DTaP-IPV (Kinrix)" is one vaccine under two names.
            taken.extend(places);
            if let Some(evidence) = document.evidence(sentence.start + start, sentence.start + end) {
                named.push((row, evidence, sentence.block));
            }
        }
    }
    named
}

fn is_giving(document: &Document<'_>, sentence: &Sentence) -> bool {
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
    let told = has(&[
        "given",
        "administered",
        "received",
        "gave",
        "vaccinated",
        "immunizations today",
        "vaccines today",
        "vaccinations today",
        "today",
        "in office",
        "lot",
        "deltoid",
    ]);
    let not_given = [
        "declined",
        "declines",
        "refused",
        "up to date",
        "utd",
        "due for",
        "overdue",
        "will",
        "recommend",
        "recommended",
        "last year",
        "previously",
        "years ago",
        "defer",
        "deferred",
        "pharmacy",
        "scheduled",
        "consider",
        "discussed",
        "rapid",
        "test",
        "swab",
        "negative",
        "positive",
        "had her flu",
        "had his flu",
        "had flu shot",
        "already received",
        "next visit",
        "contraindicated",
        "in the past",
        "elsewhere",
        "last fall",
        "each fall",
        "every fall",
        "every year",
        "at work",
        "wants to wait",
        "serology",
        "serologies",
        "slip",
    ];
    let in_treatment = sentence.section == SectionKind::Treatment;
    !has(&not_given)
        && (told || in_treatment)
        && !matches!(
            sentence.section,
            SectionKind::Past
                | SectionKind::Family
                | SectionKind::Allergies
                | SectionKind::Instructions
                | SectionKind::Systems
        )
}

/// Where vaccines are named as given: their names are those of diseases, too.
pub(crate) fn vaccine_names(document: &Document<'_>) -> Vec<(usize, usize)> {
    vaccines_named(document).into_iter().map(|(_, evidence, _)| (evidence.start, evidence.end)).collect()
}

/// The words of vaccines given, for the diagnosis that explains them.
pub(crate) fn vaccines_given(document: &Document<'_>) -> Vec<Evidence> {
    let mut words: Vec<Evidence> = vaccines_named(document).into_iter().map(|(_, evidence, _)| evidence).collect();
    words.dedup();
    words.truncate(6);
    words
}

/// Adds vaccines and their administration.
pub(super) fn vaccines(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let age = visit.age().unwrap_or(30);
    let mut given: Vec<(&'static str, u32, &'static str, Evidence, usize)> = Vec::new();
    for (row, evidence, block) in vaccines_named(document) {
        let of_age =
            cell(row, 2).parse::<u16>().is_ok_and(|a| age >= a) && cell(row, 3).parse::<u16>().is_ok_and(|a| age <= a);
        let code = cell(row, 1);
        if !of_age
            || !Days::of(row, 7).covers(visit.served_on)
            || given.iter().any(|g| g.0 == code || g.3.start == evidence.start)
        {
            continue;
        }
        given.push((code, cell(row, 5).parse().unwrap_or(1), cell(row, 4), evidence.clone(), block));
        let mut service = Service::new(code, ServiceKind::Vaccine, cell(row, 6), vec![evidence], block)
            .ruled("PX-DONE", "The note says the vaccine was given at this visit.");
        service.treats = vec!["Z23".to_owned()];
        service.band = claim::Band::Accept;
        found.services.push(service);
    }
    if !given.is_empty() {
        administration(document, visit, age, &given, found);
    }
}

/// Medicare's own administration codes; with counselling up to 18 years by antigen; else first and each more.
fn administration(
    document: &Document<'_>,
    visit: &Visit,
    age: u16,
    given: &[(&'static str, u32, &'static str, Evidence, usize)],
    found: &mut Services,
) {
    const FLU: &[&str] = &["90653", "90656", "90660", "90661", "90662", "90673"];
    const PNEUMONIA: &[&str] = &["90671", "90677", "90684", "90732"];
    const HEPATITIS_B: &[&str] = &["90739", "90744", "90746"];
    let words = |list: Vec<&Evidence>| list.into_iter().cloned().collect::<Vec<_>>();
    let push = |found: &mut Services, code: &str, label: &str, units: u32, evidence: Vec<Evidence>| {
        let mut service =
            Service::new(code, ServiceKind::Administration, label, evidence, given.first().map_or(0, |g| g.4))
                .ruled("PX-DONE", "Giving the vaccine.");
        service.units = units;
        service.treats = vec!["Z23".to_owned()];
        service.band = claim::Band::Accept;
        found.services.push(service);
    };
    let mut others: Vec<&(&str, u32, &str, Evidence, usize)> = given.iter().collect();
    if visit.is_medicare() {
        for (codes, code, label) in [
            (FLU, "G0008", "Giving influenza vaccine"),
            (PNEUMONIA, "G0009", "Giving pneumococcal vaccine"),
            (HEPATITIS_B, "G0010", "Giving hepatitis B vaccine"),
        ] {
            if let Some(vaccine) = others.iter().find(|g| codes.contains(&g.0)) {
                push(found, code, label, 1, vec![vaccine.3.clone()]);
            }
            others.retain(|g| !codes.contains(&g.0));
        }
    }
    let is_counselled = age <= 18
        && ["counsel", "risks and benefits", "vis given", "vis provided", "discussed vaccine", "vaccine information"]
            .iter()
            .any(|w| document.lower.contains(w));
    let count = u32::try_from(others.len()).unwrap_or(0);
    if count == 0 {
        return;
    }
    let evidence = words(others.iter().map(|g| &g.3).collect());
    if is_counselled {
        push(found, "90460", "Giving vaccines with counselling, first antigen", count, evidence.clone());
        let more: u32 = others.iter().map(|g| g.1.saturating_sub(1)).sum();
        if more > 0 {
            push(found, "90461", "Giving vaccines with counselling, each more antigen", more, evidence);
        }
        return;
    }
    let injected = u32::try_from(others.iter().filter(|g| g.2 == "injection").count()).unwrap_or(0);
    if injected > 0 {
        push(found, "90471", "Giving a vaccine, first", 1, evidence.clone());
        if injected > 1 {
            push(found, "90472", "Giving a vaccine, each more", injected - 1, evidence.clone());
        }
    }
    if count > injected {
        let code = if injected > 0 { "90474" } else { "90473" };
        push(found, code, "Giving a vaccine by nose or mouth", count - injected, evidence);
    }
}
