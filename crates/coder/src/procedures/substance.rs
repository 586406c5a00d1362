//! Drugs by dose and vaccines with their administration.

use claim::Evidence;

use super::{doing, missing};
use crate::{
    Visit,
    document::{Document, Sentence, word_position},
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
    "subcutaneous",
    "nebulizer",
    "nebulized",
    "mixture",
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

/// Adds drugs given with their units, and the giving of those that are not part of a procedure.
pub(super) fn drugs(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for row in table!("drugs.tsv").filter(|row| Days::of(row, 5).covers(visit.served_on)) {
        let names = document.present(cell(row, 0).split('|'));
        if names.is_empty() {
            continue;
        }
        let told = document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = names.iter().find_map(|name| word_position(lower, name))?;
            let is_given =
                GIVEN.iter().any(|w| word_position(lower, w).is_some()) || sentence.section == SectionKind::Procedure;
            // A lot or a muscle is written only of what was given.
            let is_recorded = ["lot", "deltoid", "gluteal", "ventrogluteal", "dorsogluteal"]
                .iter()
                .any(|word| word_position(lower, word).is_some())
                && !doing::is_not_done(lower);
            (is_given && (is_recorded || doing::is_done(document, sentence, ServiceKind::Drug)))
                .then_some((sentence, start, end))
        });
        let Some((sentence, start, end)) = told else { continue };
        drug(document, row, sentence, (start, end), found);
    }
}

fn drug(
    document: &Document<'_>,
    row: &[&'static str],
    sentence: &Sentence,
    name: (usize, usize),
    found: &mut Services,
) {
    let lower = document.lower_of(sentence);
    let (code, unit, label) = (cell(row, 1), cell(row, 3), cell(row, 4));
    let per_unit: u32 = cell(row, 2).parse().unwrap_or(0);
    let named: Vec<Evidence> =
        document.evidence(sentence.start + name.0, sentence.start + name.1).into_iter().collect();
    let Some((dose, start, end)) = dose(lower, name, unit).filter(|_| per_unit > 0) else {
        let text = format!("{label} was given; its dose decides the units and is not written.");
        found.prompts.push(missing("missing-dose", text, "What dose of the drug was given?", code, named));
        return;
    };
    let span = document.evidence(sentence.start + start.min(name.0), sentence.start + end.max(name.1));
    let mut service = Service::new(code, ServiceKind::Drug, label, span.into_iter().collect(), sentence.block)
        .ruled("PX-UNITS", format!("{dose} {unit} given, {per_unit} {unit} a unit."));
    service.units = dose.div_ceil(per_unit).max(1);
    found.services.push(service);
    let into_muscle =
        ["im", "intramuscular", "intramuscularly", "sq", "subq", "subcutaneous", "deltoid", "gluteal", "gluteus"];
    let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
    let is_administered = has(&into_muscle) && !has(INTO_A_JOINT);
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

/// The dose nearest to the drug's name: `40 mg`, `2 mL of 40 mg/mL`, `kenalog-40 1 cc`.
fn dose(lower: &str, name: (usize, usize), unit: &str) -> Option<(u32, usize, usize)> {
    let amounts = amounts(lower);
    let distance = |start: usize, end: usize| if start >= name.1 { start - name.1 } else { name.0.saturating_sub(end) };
    let nearest = |units: &[&str]| {
        let of_unit = amounts.iter().filter(|a| units.contains(&a.unit));
        of_unit.min_by_key(|a| distance(a.start, a.end)).filter(|a| distance(a.start, a.end) < 45)
    };
    let volume = nearest(&["ml", "cc"]);
    if let Some(amount) = nearest(&[unit]).or_else(|| nearest(&["g"])) {
        let is_strength = lower.get(amount.end..).is_some_and(|rest| {
            rest.trim_start().starts_with("/ml")
                || rest.trim_start().starts_with("/cc")
                || rest.trim_start().starts_with("per ml")
        });
        let thousandths = if amount.unit == "g" { amount.thousandths * 1000 } else { amount.thousandths };
        let (start, end) = (amount.start, amount.end);
        let total = match volume {
            Some(v) if is_strength => u64::from(thousandths) * u64::from(v.thousandths) / 1000,
            _ => u64::from(thousandths),
        };
        let (start, end) =
            volume.filter(|_| is_strength).map_or((start, end), |v| (start.min(v.start), end.max(v.end)));
        return Some((u32::try_from(total.div_ceil(1000)).ok()?, start, end));
    }
    // "kenalog-40, 1 cc": the number after the name is the strength per millilitre.
    let after = lower.get(name.1..)?.strip_prefix(['-', ' '])?;
    let strength: u32 = after.chars().take_while(char::is_ascii_digit).collect::<String>().parse().ok()?;
    let volume = volume.filter(|_| [10, 20, 40, 80].contains(&strength))?;
    let total = u64::from(strength) * u64::from(volume.thousandths);
    Some((u32::try_from(total.div_ceil(1000)).ok()?, name.0, volume.end.max(name.1)))
}

struct Amount<'t> {
    thousandths: u32,
    unit: &'t str,
    start: usize,
    end: usize,
}

/// Numbers with a unit of measure, in order.
fn amounts(text: &str) -> Vec<Amount<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|t| t.find(|c: char| c.is_ascii_digit())) {
        let start = from + at;
        let number: String = text
            .get(start..)
            .unwrap_or_default()
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
            .collect();
        let end = start + number.len();
        let rest = text.get(end..).unwrap_or_default();
        let trimmed = rest.trim_start_matches([' ', '-']);
        let unit_start = end + rest.len() - trimmed.len();
        let letters = trimmed.bytes().take_while(u8::is_ascii_alphabetic).count();
        let unit = trimmed.get(..letters).unwrap_or_default();
        let clean = number.replace(',', "");
        let (whole, fraction) = clean
            .trim_end_matches('.')
            .split_once('.')
            .map_or((clean.trim_end_matches('.').to_owned(), String::new()), |(w, f)| (w.to_owned(), f.to_owned()));
        let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
        let value = whole
            .parse::<u32>()
            .ok()
            .zip(padded.parse::<u32>().ok())
            .and_then(|(w, f)| w.checked_mul(1000)?.checked_add(f));
        if let (Some(thousandths), true) = (value, ["mg", "mcg", "ml", "cc", "g", "gm", "units"].contains(&unit)) {
            let unit = if unit == "gm" { "g" } else { unit };
            found.push(Amount { thousandths, unit, start, end: unit_start + letters });
        }
        from = end.max(start + 1);
    }
    found
}

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
        "flu shot",
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
    const FLU: &[&str] = &["90656", "90662", "90660"];
    const PNEUMONIA: &[&str] = &["90677", "90671", "90732"];
    const HEPATITIS_B: &[&str] = &["90746", "90744"];
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

#[cfg(test)]
mod tests {
    use super::*;

    fn milligrams(text: &str, name: &str) -> Option<u32> {
        let at = text.find(name).unwrap();
        dose(text, (at, at + name.len()), "mg").map(|d| d.0)
    }

    #[test]
    fn doses_as_written() {
        assert_eq!(milligrams("triamcinolone 40 mg injected", "triamcinolone"), Some(40));
        assert_eq!(milligrams("2 ml of kenalog 40 mg/ml", "kenalog"), Some(80));
        assert_eq!(milligrams("1 cc kenalog-40 and 4 cc lidocaine", "kenalog"), Some(40));
        assert_eq!(milligrams("ceftriaxone 1 g im", "ceftriaxone"), Some(1000));
        assert_eq!(milligrams("ceftriaxone im", "ceftriaxone"), None);
    }
}
