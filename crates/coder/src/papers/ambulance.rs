//! Ambulance runs: level by what was done, origin and destination, loaded miles (Claims Processing Manual 15; 42 CFR
//! 414.605).

use claim::Evidence;

use super::{Document, Services, find, service, word_position};

/// Words of places with their letter, from the most telling on.
const PLACES: &[(char, &[&str])] = &[
    ('J', &["dialysis center", "dialysis centre", "dialysis unit", "dialysis clinic", "dialysis"]),
    ('N', &["skilled nursing", "snf", "nursing home", "nursing facility", "rehab center"]),
    ('E', &["assisted living", "group home"]),
    ('H', &["hospital", "emergency department", " ed ", " ed.", " ed,", "icu", "ccu", "er "]),
    ('P', &["doctor's office", "physician office", "clinic"]),
    ('R', &["residence", "home", "apartment", "house"]),
    ('S', &["scene", "roadway", "highway", "intersection", "roadside", "street", "store", "worksite"]),
];

pub(super) fn read(document: &Document<'_>, found: &mut Services) {
    const DIED: &[&str] = &["pronounced on scene", "no loaded miles", "not transported", "pronounced"];
    if let Some(words) = find(document, DIED).filter(|_| miles(document).is_none()) {
        let text = "Pronounced after dispatch and before loading: the basic base rate, no miles.";
        let mut base = service("A0429", "Ambulance, basic, emergency", vec![words], "AM-LEVEL", text);
        base.modifiers.push("QL".to_owned());
        found.services.push(base);
        return;
    }
    let Some((code, label, words)) = level(document) else { return };
    let mut base = service(code, label, vec![words], "AM-LEVEL", "By the crew, the response and what was done.");
    let route = route(document);
    if let Some((letters, words)) = &route {
        base.modifiers.push(letters.clone());
        base.evidence.extend(words.iter().cloned());
    }
    found.services.push(base);
    if let Some((tenths, words)) = miles(document) {
        let text = format!("{}.{} loaded miles.", tenths / 10, tenths % 10);
        let mut mileage = service("A0425", "Ground miles", vec![words], "AM-MILES", text);
        (mileage.units, mileage.tenths) = billed(tenths);
        mileage.modifiers.extend(route.map(|(letters, _)| letters));
        found.services.push(mileage);
    }
}

/// Miles as billed: in tenths below a hundred, from there the next whole mile (Claims Processing Manual 15 §30.1.2).
fn billed(tenths: u32) -> (u32, u32) {
    if tenths < 1000 { (tenths / 10, tenths % 10) } else { (tenths.div_ceil(10), 0) }
}

fn level(document: &Document<'_>) -> Option<(&'static str, &'static str, Evidence)> {
    let special =
        find(document, &["critical care transport", "specialty care", "critical care rn", "critical care nurse"]);
    if let Some(words) = special {
        return Some(("A0434", "Specialty care transport", words));
    }
    let severe = find(
        document,
        &[
            "intubated",
            "intubation",
            "chest decompression",
            "needle decompression",
            "cardioversion",
            "transcutaneous pacing",
            "defibrillated",
            "cricothyrotomy",
            "intraosseous",
        ],
    );
    if let Some(words) = severe {
        return Some(("A0433", "Advanced life support, level 2", words));
    }
    let advanced = find(
        document,
        &["12-lead", "12 lead", "saline lock", "cardiac monitor", "iv access", "als", "paramedics", "iv 18g", "iv 20g"],
    );
    let basic = find(document, &["bls", "emt", "emts", "stretcher", "ambulance"]);
    let is_scheduled = find(document, &["non-emergency", "nonemergency", "scheduled", "routine transfer"]).is_some();
    let is_emergency = !is_scheduled && find(document, &["911", "emergent", "emergency", "lights and siren"]).is_some();
    let is_basic_crew = find(document, &["bls crew", "bls unit", "bls ambulance", "2 emts", "two emts"]).is_some();
    match (advanced.filter(|_| !is_basic_crew), is_emergency) {
        (Some(words), true) => Some(("A0427", "Advanced life support, emergency", words)),
        (Some(words), false) => Some(("A0426", "Advanced life support, not an emergency", words)),
        (None, true) => Some(("A0429", "Basic life support, emergency", basic?)),
        (None, false) => Some(("A0428", "Basic life support, not an emergency", basic?)),
    }
}

/// Letters of origin and destination with their words.
fn route(document: &Document<'_>) -> Option<(String, Vec<Evidence>)> {
    let after = |starts: &[&str]| {
        starts.iter().find_map(|start| {
            let at = document.lower.find(start)? + start.len();
            let end =
                (at..=(at + 60).min(document.lower.len())).rev().find(|end| document.lower.is_char_boundary(*end))?;
            let near = document.lower.get(at..end)?;
            let (place, letter, length) = PLACES
                .iter()
                .flat_map(|(letter, words)| words.iter().map(move |word| (word, *letter)))
                .filter_map(|(word, letter)| Some((near.find(word)?, letter, word.len())))
                .min_by_key(|(place, _, _)| *place)?;
            Some((letter, document.evidence(at + place, at + place + length)?))
        })
    };
    let first = || {
        let places = PLACES.iter().flat_map(|(letter, words)| words.iter().map(move |word| (*letter, *word)));
        let found = places.filter_map(|(letter, word)| Some((document.lower.find(word)?, letter, word.len())));
        let (at, letter, length) = found.min_by_key(|(at, _, _)| *at)?;
        Some((letter, document.evidence(at, at + length)?))
    };
    let origin = after(&["at scene", "pick up", "pickup", "picked up", "origin", "from:", "on scene", "from "])
        .or_else(first)?;
    let destination = after(&[
        "transport emergent to",
        "transported to",
        "transport to",
        "destination",
        "-> ",
        "\u{2192}",
        "to:",
        " to the ",
        " to ",
    ])?;
    Some((format!("{}{}", origin.0, destination.0), vec![origin.1, destination.1]))
}

/// Loaded miles in tenths: as stated, else between two readings of the odometer.
fn miles(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let numbers = |text: &str| -> Vec<u32> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter_map(tenths).collect()
    };
    for word in ["loaded mileage", "mileage loaded", "mileage"] {
        if let Some((at, end)) = word_position(&document.lower, word) {
            let after = document.lower.get(end..)?;
            let near = after.lines().next().unwrap_or_default();
            let cut = (0..=near.len().min(16)).rev().find(|n| near.is_char_boundary(*n)).unwrap_or_default();
            if let Some(value) = numbers(near.get(..cut)?.trim_end_matches('.')).first().copied() {
                return Some((value, document.evidence(at, end + cut)?));
            }
        }
    }
    for unit in ["loaded miles", "miles loaded", "loaded mi", "miles", "mi "] {
        if let Some((at, _)) = word_position(&document.lower, unit.trim()) {
            let before = document.lower.get(at.saturating_sub(10)..at)?;
            if let Some(value) = numbers(before).last().copied() {
                return Some((value, document.evidence(at.saturating_sub(5), at + unit.trim().len())?));
            }
        }
    }
    let places: Vec<usize> = document.lower.match_indices("odometer").map(|(at, _)| at).collect();
    let first = *places.first()?;
    let last = *places.last()?;
    let end = (0..=46).rev().find(|n| document.lower.is_char_boundary(last + n)).map(|n| last + n)?;
    let readings = numbers(document.lower.get(first..end)?.trim_end_matches('.'));
    let (low, high) = (readings.first()?, readings.iter().rfind(|n| **n > *readings.first().unwrap_or(n))?);
    let driven = high.checked_sub(*low)?;
    (driven < 10_000).then_some((driven, document.evidence(first, end)?))
}

fn tenths(text: &str) -> Option<u32> {
    let text = text.trim_matches('.');
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(part.get(..1)?.parse().ok()?)
}
