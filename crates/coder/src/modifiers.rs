//! Modifiers that the note supports, each with its reason. 59 and X{EPSU} are never set silently.

use claim::{Evidence, Prompt};
use codes::{GlobalPeriod, Library};

use crate::{
    Visit,
    diagnose::Diagnoses,
    dictionary::Side,
    document::{Document, word_position},
    rule::applied,
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
    separate_visit(visit, library, document, diagnoses, found);
    wellness(document, found);
    active_treatment(document, visit, found);
    distinct_services(visit, library, found);
}

/// Services done on a side, where the library's row is missing.
const SIDED: &[&str] = &[
    "20610", "20611", "20605", "20600", "20526", "20550", "20551", "64721", "29848", "66984", "66982", "27447",
    "27130", "29881", "29880", "29827", "29888", "26055", "49505", "49650", "73562", "73560", "73030", "73610",
    "73630", "73110", "73130", "73140", "73080", "20612",
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
    let near = document.sentences.iter().filter(|s| s.section == section || s.section.is_assessed());
    let mut sides: Vec<(u8, Side, Evidence)> = Vec::new();
    for (rank, sentence) in sentences.iter().map(|s| (1_u8, *s)).chain(near.map(|s| (2, s))) {
        for token in document.tokens_of(sentence) {
            let Some(side) = Side::of(&token.stem).filter(|s| *s != Side::One) else { continue };
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
    ("fifth toe", "T4", "T9"),
    ("little toe", "T4", "T9"),
];

/// The digit a service was done on, for services of fingers, toes and their nails.
pub(crate) fn digit(document: &Document<'_>, service: &Service) -> Option<(&'static str, Evidence)> {
    const OF_DIGITS: &[&str] =
        &["26055", "20550", "11730", "11750", "11740", "29130", "73140", "28285", "28820", "26123"];
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

fn waived(document: &Document<'_>, visit: &Visit, library: &Library, service: &mut Service) {
    let row = claim::ProcedureCode::new(&service.code).ok().and_then(|code| library.procedure(&code, visit.served_on));
    let is_own_laboratory = document.find_phrase(&["moderate complexity", "high complexity clia"]).is_some();
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

/// Words that say a visit stood for itself.
const SEPARATE: &[&str] = &[
    "separately identifiable",
    "separate from the procedure",
    "significant and separate",
    "significant, separately",
    "in addition to the procedure",
    "apart from the procedure",
];

/// 25 on a visit beside a procedure only when the note supports a visit of its own; else the visit is not suggested.
fn separate_visit(
    visit: &Visit,
    library: &Library,
    document: &Document<'_>,
    diagnoses: &Diagnoses,
    found: &mut Services,
) {
    let is_minor = |service: &Service| {
        let row =
            claim::ProcedureCode::new(&service.code).ok().and_then(|code| library.procedure(&code, visit.served_on));
        let global = row.map(|p| p.global_days);
        match service.kind {
            ServiceKind::Procedure => !matches!(global, Some(GlobalPeriod::Days(90))),
            // Talks that are added to a visit need no mark on it.
            ServiceKind::Counselling => !service.code.starts_with("908"),
            ServiceKind::Administration => true,
            ServiceKind::Test => service.code == "94010" || service.code == "94060",
            _ => false,
        }
    };
    let procedures: Vec<Service> = found.services.iter().filter(|s| is_minor(s)).cloned().collect();
    let preventive = found.services.iter().any(|s| s.kind == ServiceKind::Preventive);
    let treats: Vec<&String> = procedures.iter().filter(|s| s.holds_evaluation()).flat_map(|s| &s.treats).collect();
    let has_procedure = procedures.iter().any(Service::holds_evaluation);
    let other_problem = diagnoses
        .reported()
        .find(|p| !p.is(&["Z", "V", "W", "X", "Y"]) && !treats.iter().any(|t| p.code.starts_with(t.as_str())));
    let said = document.find_phrase(SEPARATE).map(|(_, e)| e);
    let mut out: Vec<Service> = Vec::new();
    found.services.retain_mut(|service| {
        if service.kind != ServiceKind::Visit && service.kind != ServiceKind::Preventive {
            return true;
        }
        let is_beside = !procedures.is_empty() || preventive && service.kind == ServiceKind::Visit;
        if !is_beside {
            return true;
        }
        if service.kind == ServiceKind::Visit && has_procedure && other_problem.is_none() && said.is_none() {
            out.push(service.clone());
            return false;
        }
        // A wellness visit and the talk or the vaccines that Medicare pays beside it are not bundled.
        let is_wellness = service.kind == ServiceKind::Preventive && service.code.starts_with('G');
        if is_wellness && !has_procedure {
            return true;
        }
        service.modifiers.push("25".to_owned());
        let why = other_problem.map(|p| p.evidence.first().cloned()).unwrap_or_else(|| said.clone());
        if service.kind == ServiceKind::Visit {
            service.evidence.extend(why);
        }
        service
            .rules
            .push(applied("MOD-25", "Work beyond the other service is written: another problem was assessed."));
        true
    });
    for service in out {
        found.rejected.push(claim::RejectedCandidate {
            code: service.code.clone(),
            title: service.label.clone(),
            reason: "The note tells of no work beyond the procedure and what belongs to it.".to_owned(),
            rule: "EM-SEPARATE".to_owned(),
            evidence: service.evidence.clone(),
        });
        found.prompts.push(Prompt {
            id: "separate-visit".to_owned(),
            text: "A visit beside the procedure is suggested only when the note shows work of its own.".to_owned(),
            question: "Did this visit include evaluation beyond the decision for and the work of the procedure? If so, please document it.".to_owned(),
            options: Vec::new(),
            evidence: service.evidence.into_iter().take(2).collect(),
            code: Some(service.code),
            is_blocking: false,
        });
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
