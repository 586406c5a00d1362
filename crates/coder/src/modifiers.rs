//! Modifiers that the note supports, each with its reason. 59 and X{EPSU} are never set silently.

use claim::{Evidence, Prompt};
use codes::Library;

use crate::{
    Visit,
    diagnose::Diagnoses,
    dictionary::Side,
    document::{Document, word_position},
    procedures::is_not_done,
    rule::applied,
    separate,
    service::{Service, ServiceKind, Services},
};

/// Sets modifiers on the services found.
pub(crate) fn assign(
    document: &Document<'_>,
    visit: &Visit,
    library: &Library,
    diagnoses: &Diagnoses,
    found: &mut Services,
) {
    for service in &mut found.services {
        anatomy(document, visit, library, service, &mut found.prompts);
        waived(document, visit, library, service);
        screening(document, visit, service);
    }
    separate::visit_beside(visit, library, document, diagnoses, found);
    wellness(document, found);
    active_treatment(document, visit, found);
    distinct_services(visit, library, found);
}

/// Services done on a side, where the library's row is missing.
const SIDED: &[&str] = &[
    "20610", "20611", "20605", "20600", "20526", "20550", "20551", "64721", "29848", "66984", "66982", "27447",
    "27130", "29881", "29880", "29827", "29888", "26055", "49505", "49650", "73562", "73560", "73030", "73610",
    "73630", "73110", "73130", "73140", "73080", "20612", "20604", "20606", "32554", "32555", "32551", "65205",
    "65220", "65222", "69200", "30901", "30903", "29105", "29125", "29075", "29065", "29405", "29505", "29515",
    "29540", "64405", "27096", "24640", "26720", "26600", "25600", "28470", "27786", "23500", "23600", "24650",
];

fn anatomy(
    document: &Document<'_>,
    visit: &Visit,
    library: &Library,
    service: &mut Service,
    prompts: &mut Vec<Prompt>,
) {
    if service.modifiers.iter().any(|m| is_anatomic(m)) {
        return;
    }
    let row = claim::ProcedureCode::new(&service.code).ok().and_then(|code| library.procedure(&code, visit.served_on));
    let has_sides = row.as_ref().map_or(SIDED.contains(&service.code.as_str()), |p| p.sides);
    if !has_sides || !matches!(service.kind, ServiceKind::Procedure | ServiceKind::Operation | ServiceKind::Test) {
        return;
    }
    if let Some((digit, words)) = digit(document, service) {
        service.modifiers.push(digit.to_owned());
        service.evidence.push(words);
        service.rules.push(applied("MOD-SIDE", "The digit is written."));
        return;
    }
    let is_bilateral_allowed = row.as_ref().is_none_or(|p| p.bilateral == 1);
    match side(document, service) {
        Some((Side::Both, words)) if is_bilateral_allowed => {
            service.modifiers.push("50".to_owned());
            service.evidence.push(words);
            service.rules.push(applied("MOD-50", "Done on both sides."));
        }
        Some((Side::Both | Side::One, _)) => {}
        Some((side, words)) => {
            service.modifiers.push(if side == Side::Right { "RT" } else { "LT" }.to_owned());
            if !service.evidence.iter().any(|e| e.start <= words.start && words.end <= e.end) {
                service.evidence.push(words);
            }
            service.rules.push(applied("MOD-SIDE", "The side is written."));
        }
        // Bilateral by its own description (fee schedule indicator 2): no side need be told.
        None if row.as_ref().is_some_and(|p| p.bilateral == 2) => {}
        None => prompts.push(Prompt {
            id: "missing-side".to_owned(),
            text: format!("{}: the side is not written.", service.label),
            question: "On which side was the service done?".to_owned(),
            options: vec!["Right".to_owned(), "Left".to_owned(), "Both sides".to_owned()],
            evidence: service.evidence.clone(),
            code: Some(service.code.clone()),
            is_blocking: true,
        }),
    }
}

/// Sides, digits and arteries.
fn is_anatomic(modifier: &str) -> bool {
    matches!(modifier, "RT" | "LT" | "50" | "LD" | "LC" | "RC" | "LM")
        || DIGITS.iter().any(|(_, l, r)| modifier == *l || modifier == *r)
}

/// The side in the sentences of the service, else the only side of its paragraph and section.
fn side(document: &Document<'_>, service: &Service) -> Option<(Side, Evidence)> {
    let own = |start: usize| service.evidence.iter().any(|e| e.start <= start && start < e.end);
    let holds = |s: &&crate::document::Sentence| service.evidence.iter().any(|e| e.start < s.end && s.start < e.end);
    let sentences: Vec<_> = document.sentences.iter().filter(holds).collect();
    let section = sentences.first().map(|s| s.section)?;
    // The other side is named as planned, left alone or asked about.
    let is_untouched = |s: &&crate::document::Sentence| {
        let lower = document.lower_of(s);
        is_not_done(lower) || word_position(lower, "normal").is_some()
    };
    let near =
        document.sentences.iter().filter(|s| (s.section == section || s.section.is_assessed()) && !is_untouched(s));
    let mut sides: Vec<(u8, Side, Evidence)> = Vec::new();
    for (rank, sentence) in sentences.iter().map(|s| (1_u8, *s)).chain(near.map(|s| (2, s))) {
        for token in document.tokens_of(sentence) {
            let Some(side) = Side::of(&token.stem).filter(|s| *s != Side::One) else { continue };
            // "Right handed" tells of no side that was treated.
            let after = document.text.get(token.end..).unwrap_or_default().trim_start_matches([' ', '-']);
            if ["handed", "hand dominant", "hand-dominant", "dominant"].iter().any(|word| after.starts_with(word)) {
                continue;
            }
            let rank = if own(token.start) { 0 } else { rank };
            sides.extend(document.evidence(token.start, token.end).map(|e| (rank, side, e)));
        }
    }
    let best = sides.iter().map(|s| s.0).min()?;
    let of_best: Vec<_> = sides.iter().filter(|s| s.0 == best).collect();
    let first = of_best.first()?;
    let both = of_best.iter().any(|s| s.1 != first.1 && s.1 != Side::Both) && best < 2;
    if best == 2 && of_best.iter().any(|s| s.1 != first.1) {
        return None;
    }
    Some((if both { Side::Both } else { first.1 }, first.2.clone()))
}

pub(crate) const DIGITS: &[(&str, &str, &str)] = &[
    ("thumb", "FA", "F5"),
    ("index finger", "F1", "F6"),
    ("second finger", "F1", "F6"),
    ("middle finger", "F2", "F7"),
    ("long (middle) finger", "F2", "F7"),
    ("long finger", "F2", "F7"),
    ("ring finger", "F3", "F8"),
    ("little finger", "F4", "F9"),
    ("small finger", "F4", "F9"),
    ("great toe", "TA", "T5"),
    ("big toe", "TA", "T5"),
    ("hallux", "TA", "T5"),
    ("second toe", "T1", "T6"),
    ("third toe", "T2", "T7"),
    ("fourth toe", "T3", "T8"),
    ("1st toe", "TA", "T5"),
    ("2nd toe", "T1", "T6"),
    ("3rd toe", "T2", "T7"),
    ("4th toe", "T3", "T8"),
    ("5th toe", "T4", "T9"),
    ("pinky toe", "T4", "T9"),
    ("ring trigger", "F3", "F8"),
    ("index trigger", "F1", "F6"),
    ("long trigger", "F2", "F7"),
    ("middle trigger", "F2", "F7"),
    ("small trigger", "F4", "F9"),
    ("pinky", "F4", "F9"),
    ("rf", "F3", "F8"),
    ("fifth toe", "T4", "T9"),
    ("little toe", "T4", "T9"),
];

/// The digit a service was done on, for services of fingers, toes and their nails.
pub(crate) fn digit(document: &Document<'_>, service: &Service) -> Option<(&'static str, Evidence)> {
    const OF_DIGITS: &[&str] =
        &["26055", "20550", "11730", "11750", "11740", "29130", "73140", "28285", "28820", "26123", "11755", "26720"];
    if !OF_DIGITS.contains(&service.code.as_str()) {
        return None;
    }
    let of_block = |s: &&crate::document::Sentence| {
        s.block == service.block
            || s.section.is_assessed()
            || service.evidence.iter().any(|e| e.start < s.end && s.start < e.end)
    };
    document.sentences.iter().filter(of_block).find_map(|sentence| {
        let lower = document.lower_of(sentence);
        DIGITS.iter().find_map(|(name, left, right)| {
            let (start, end) = word_position(lower, name)?;
            let before = lower.get(..start)?;
            let written = document.text.get(sentence.start..sentence.start + start)?;
            let letter = |letter: &str| word_position(written, letter).map(|(at, _)| at);
            let places = [
                (before.rfind("right"), *right),
                (before.rfind("left"), *left),
                (letter("R"), *right),
                (letter("L"), *left),
            ];
            let side = places.into_iter().filter_map(|(at, modifier)| Some((at?, modifier))).max()?;
            Some((side.1, document.evidence(sentence.start + side.0, sentence.start + end)?))
        })
    })
}

/// Laboratories with a certificate beyond that of waived tests.
const OWN_LABORATORY: &[&str] = &[
    "moderate complexity",
    "moderate-complexity",
    "moderately complex",
    "high complexity",
    "high-complexity",
    "certificate of compliance",
    "cert of compliance",
    "certificate of accreditation",
    "cola accredited",
    "cola-accredited",
];

fn waived(document: &Document<'_>, visit: &Visit, library: &Library, service: &mut Service) {
    let row = claim::ProcedureCode::new(&service.code).ok().and_then(|code| library.procedure(&code, visit.served_on));
    let is_own_laboratory = document.find_phrase(OWN_LABORATORY).is_some();
    if row.is_some_and(|p| p.needs_qw) && service.kind == ServiceKind::Test && !is_own_laboratory {
        service.modifiers.push("QW".to_owned());
        service.rules.push(applied("MOD-QW", "A waived test made in the office."));
    }
}

/// A screening endoscopy that became a treatment keeps its purpose: PT for Medicare, 33 for others.
fn screening(document: &Document<'_>, visit: &Visit, service: &mut Service) {
    if !("45378".."45399").contains(&service.code.as_str()) {
        return;
    }
    let Some(words) = screened(document) else { return };
    let modifier = if visit.is_medicare() { "PT" } else { "33" };
    service.modifiers.push(modifier.to_owned());
    service.evidence.push(words);
    service.rules.push(applied("MOD-SCREEN", "The endoscopy began as a screening."));
}

/// Words that an examination of the colon was made as a screening, not another one, a denied or an earlier one.
pub(crate) fn screened(document: &Document<'_>) -> Option<Evidence> {
    const OTHERS: &[&str] = &[
        "not a",
        "not",
        "no",
        "no prior",
        "prior",
        "previous",
        "last",
        "mammogram",
        "lung",
        "depression",
        "mrsa",
        "cervical",
        "drug",
        "toxicology",
        "covid",
        "if",
        "relatives",
        "family members",
        "siblings",
        "children",
    ];
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let (start, end) = ["screening", "screen"].iter().find_map(|word| word_position(lower, word))?;
        let near = lower.get(..end + 24).or(lower.get(..)).unwrap_or_default();
        let clause = near.get(..start)?.rfind([';', ':', ',']).map_or(near, |cut| near.get(cut..).unwrap_or(near));
        let is_other = OTHERS.iter().any(|word| word_position(clause, word).is_some());
        let evidence = document.evidence(sentence.start + start, sentence.start + end)?;
        (!is_other).then_some(evidence)
    })
}

/// Medicare pays chiropractic manipulation while it treats, not for maintenance (Claims Processing Manual 12 §220).
fn active_treatment(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let is_maintenance =
        document.find_phrase(&["maintenance care", "maintenance visit", "maintenance therapy", "wellness care"]);
    if !visit.is_medicare() || is_maintenance.is_some() {
        return;
    }
    for service in found.services.iter_mut().filter(|s| ["98940", "98941", "98942"].contains(&s.code.as_str())) {
        service.modifiers.push("AT".to_owned());
        service.rules.push(applied("MOD-AT", "Active treatment; maintenance would not be covered."));
    }
}

/// Beside Medicare's wellness visits: the talk about care to come is preventive too, and a first tracing has a code of
/// its own.
fn wellness(document: &Document<'_>, found: &mut Services) {
    let codes: Vec<String> = found.services.iter().map(|s| s.code.clone()).collect();
    let has = |wanted: &[&str]| codes.iter().any(|code| wanted.contains(&code.as_str()));
    let is_separate = document.find_phrase(&["not part of the wellness", "different day"]).is_some();
    for service in &mut found.services {
        if has(&["G0438", "G0439"]) && ["99497", "99498"].contains(&service.code.as_str()) && !is_separate {
            service.modifiers.push("33".to_owned());
            service.rules.push(applied("MOD-SCREEN", "With an annual wellness visit it is preventive."));
        }
        if has(&["G0402"]) && service.code == "93000" {
            "G0403".clone_into(&mut service.code);
            service.rules.push(applied("EM-PREV", "The screening tracing of the Welcome to Medicare visit."));
        }
    }
}

/// Two services that are paid together only when they were distinct: a question, never a silent modifier.
fn distinct_services(visit: &Visit, library: &Library, found: &mut Services) {
    let codes: Vec<claim::ProcedureCode> =
        found.services.iter().filter_map(|s| claim::ProcedureCode::new(&s.code).ok()).collect();
    let mut prompts = Vec::new();
    for first in &codes {
        for second in codes.iter().filter(|c| *c != first) {
            let Some(pair) = library.ptp(first, second, visit.served_on) else { continue };
            let service = found.services.iter().find(|s| s.code == second.as_str());
            let Some(service) = service.filter(|s| {
                pair.modifier_indicator == 1 && !s.modifiers.iter().any(|m| ["25", "RT", "LT"].contains(&m.as_str()))
            }) else {
                continue;
            };
            if matches!(service.kind, ServiceKind::Visit | ServiceKind::Preventive) {
                continue;
            }
            prompts.push(Prompt {
                id: "distinct-service".to_owned(),
                text: format!(
                    "{second} is usually part of {first}; it stands apart only at another site, time or encounter."
                ),
                question:
                    "Were these services given at separate sites or in separate times of the visit? Please describe."
                        .to_owned(),
                options: vec!["Separate site".to_owned(), "Separate time".to_owned(), "Same site and time".to_owned()],
                evidence: service.evidence.clone(),
                code: Some(second.as_str().to_owned()),
                is_blocking: false,
            });
        }
    }
    found.prompts.extend(prompts);
}
