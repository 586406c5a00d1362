//! Ambulance runs: level by what was done, origin and destination, loaded miles (Claims Processing Manual 15; 42 CFR
//! 414.605).

use claim::Evidence;

use super::{Document, Services, Visit, applied, service, word_position};
use crate::table::{cell, table};

mod mileage;
mod route;

/// The words of a kind.
fn words(kind: &str) -> impl Iterator<Item = &'static str> {
    table!("ambulance.tsv").filter(move |row| cell(row, 0) == kind).flat_map(|row| cell(row, 2).split('|'))
}

/// Every place of a word in a text.
fn places<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = (usize, usize)> + 't {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (start, end) = word_position(text.get(from..)?, word)?;
        let found = (from + start, from + end);
        from = found.1;
        Some(found)
    })
}

/// The first words of a kind that are neither denied nor cancelled.
fn told(document: &Document<'_>, kind: &str) -> Option<Evidence> {
    let text = document.lower.as_str();
    let (start, end) =
        words(kind).flat_map(|word| places(text, word)).filter(|(start, end)| !is_denied(text, *start, *end)).min()?;
    document.evidence(start, end)
}

/// "No intubation", "12-lead not done": denied in the clause it stands in.
fn is_denied(text: &str, start: usize, end: usize) -> bool {
    const CLAUSE: [char; 6] = ['.', ';', ',', '\n', ':', '('];
    let lead = text.get(..start).unwrap_or_default().rsplit(CLAUSE).next().unwrap_or_default();
    let tail = text.get(end..).unwrap_or_default();
    let clause = tail.split(CLAUSE).next().unwrap_or_default();
    // "ALS intercept offered by dispatch, cancelled by us" is denied behind the comma.
    let next = tail
        .get(clause.len()..)
        .filter(|rest| rest.starts_with(','))
        .map_or("", |rest| rest.trim_start_matches([',', ' ']));
    words("denied before").any(|word| word_position(lead, word).is_some())
        || words("denied after").any(|word| {
            word_position(clause, word).is_some() || word_position(next, word).is_some_and(|(at, _)| at == 0)
        })
}

pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let miles = mileage::loaded(document);
    if let Some(words) = told(document, "died").filter(|_| miles.is_none()) {
        let text = "Pronounced after dispatch and before loading: the basic base rate, no miles.";
        let mut base = service("A0429", "Ambulance, basic, emergency", vec![words], "AM-LEVEL", text);
        base.modifiers.push("QL".to_owned());
        found.services.push(base);
        return;
    }
    if let Some(words) = told(document, "stayed").filter(|_| miles.is_none()) {
        let text = "Came and treated; nobody was transported.";
        found.services.push(service("A0998", "Ambulance, treated and not transported", vec![words], "AM-LEVEL", text));
        return;
    }
    let route = route::read(document);
    let letters = route.as_ref().map(|(letters, _)| letters.as_str());
    let Some((code, label, words)) = level(document, letters) else { return };
    let mut modifiers: Vec<String> = letters.iter().map(|letters| (*letters).to_owned()).collect();
    let mut rules = Vec::new();
    if told(document, "group").is_some() {
        modifiers.push("GM".to_owned());
        rules.push(applied("AM-GROUP", "Several patients in one ambulance."));
    }
    if visit.is_medicare() && told(document, "unneeded").is_some() {
        modifiers.push("GY".to_owned());
        rules.push(applied("AM-NEED", "Other means of transport would have done: no benefit of Medicare."));
    }
    let mut base = service(code, label, vec![words], "AM-LEVEL", "By the crew, the response and what was done.");
    base.evidence.extend(route.into_iter().flat_map(|(_, words)| words));
    base.modifiers.clone_from(&modifiers);
    base.rules.extend(rules);
    found.services.push(base);
    if let Some((tenths, words)) = miles {
        let (code, label) = match code {
            "A0430" => ("A0435", "Miles by airplane"),
            "A0431" => ("A0436", "Miles by helicopter"),
            _ => ("A0425", "Ground miles"),
        };
        let text = format!("{}.{} loaded miles.", tenths / 10, tenths % 10);
        let mut mileage = service(code, label, vec![words], "AM-MILES", text);
        (mileage.units, mileage.tenths) = mileage::billed(tenths);
        mileage.modifiers = modifiers;
        found.services.push(mileage);
    }
}

/// The level of the run: by air, with special care, else by crew, call and what was done.
fn level(document: &Document<'_>, route: Option<&str>) -> Option<(&'static str, &'static str, Evidence)> {
    if let Some(words) = told(document, "fixed") {
        return Some(("A0430", "Ambulance, airplane", words));
    }
    if let Some(words) = told(document, "rotor").filter(|_| is_by_air(document)) {
        return Some(("A0431", "Ambulance, helicopter", words));
    }
    let is_between_facilities = route.is_none_or(|letters| letters.starts_with(['H', 'N', 'I']));
    if let Some(words) = told(document, "specialty").filter(|_| is_between_facilities) {
        return Some(("A0434", "Specialty care transport", words));
    }
    let is_basic_crew = told(document, "bls crew").is_some() && told(document, "als crew").is_none();
    if let Some(words) = told(document, "als2").or_else(|| three_drugs(document)).filter(|_| !is_basic_crew) {
        return Some(("A0433", "Advanced life support, level 2", words));
    }
    let is_emergency = is_emergency(document);
    // An advanced crew that is called out assesses; on a planned trip only what is done counts.
    let advanced = told(document, "als")
        .or_else(|| told(document, "als crew").filter(|_| is_emergency))
        .filter(|_| !is_basic_crew);
    let basic = || {
        let said =
            told(document, "bls crew").or_else(|| told(document, if is_emergency { "emergency" } else { "scheduled" }));
        said.or_else(|| document.sentence_evidence(document.sentences.first()?))
    };
    match (advanced, is_emergency) {
        (Some(words), true) => Some(("A0427", "Advanced life support, emergency", words)),
        (Some(words), false) => Some(("A0426", "Advanced life support, not an emergency", words)),
        (None, true) => Some(("A0429", "Basic life support, emergency", basic()?)),
        (None, false) => Some(("A0428", "Basic life support, not an emergency", basic()?)),
    }
}

/// "Helicopter grounded by fog" drove after all: the paper of a flight says so in its head or tells of flying.
fn is_by_air(document: &Document<'_>) -> bool {
    const FLOWN: &[&str] = &[
        "liftoff",
        "lift off",
        "lift-off",
        "lifted",
        "skids",
        "rotors",
        "landed",
        "helipad",
        "flight time",
        "airborne",
        "flight rn",
        "flight nurse",
    ];
    const GROUNDED: &[&str] = &["grounded", "ground transport", "ground unit", "weather", "declined flight"];
    let has = |words: &[&str]| words.iter().any(|word| word_position(&document.lower, word).is_some());
    has(FLOWN) || !has(GROUNDED)
}

/// Called out at once; "emergency department" is a place.
fn is_emergency(document: &Document<'_>) -> bool {
    let text = document.lower.as_str();
    let places_of = |kind| words(kind).flat_map(|word| places(text, word)).collect::<Vec<_>>();
    let others = places_of("other emergency");
    let is_called = places_of("emergency").into_iter().any(|(start, end)| {
        !is_denied(text, start, end) && !others.iter().any(|(from, to)| *from <= start && end <= *to)
    });
    is_called && (told(document, "scheduled").is_none() || word_position(text, "911").is_some())
}

/// Three or more separate doses into a vein (42 CFR 414.605); solutions of sugar and salt do not count.
fn three_drugs(document: &Document<'_>) -> Option<Evidence> {
    let text = document.lower.as_str();
    let mut doses = 0_u32;
    let mut first = None;
    let mut given: Vec<(usize, usize)> = words("drug").flat_map(|word| places(text, word)).collect();
    given.sort_unstable();
    given.dedup_by_key(|(start, _)| *start);
    for (index, (start, end)) in given.iter().copied().enumerate() {
        let limit = given.get(index + 1).map_or(text.len(), |(next, _)| *next);
        let rest = text.get(end..limit).unwrap_or_default().split(['\n', ';']).next().unwrap_or_default();
        let rest = rest.split(". ").next().unwrap_or_default();
        let is_dosed = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let is_other_route = words("other route").any(|word| word_position(rest, word).is_some());
        if !is_dosed || is_other_route || is_denied(text, start, end) {
            continue;
        }
        let times = rest
            .split([' ', ',', '('])
            .filter_map(|word| word.strip_prefix('x')?.trim_end_matches(')').parse::<u32>().ok())
            .next()
            .filter(|times| (1..=10).contains(times));
        let is_repeated =
            ["repeat", "repeated", "second dose", "again"].iter().any(|word| word_position(rest, word).is_some());
        doses = doses.saturating_add(times.unwrap_or(1 + u32::from(is_repeated)));
        first = first.or(document.evidence(start, end));
    }
    first.filter(|_| doses >= 3)
}
