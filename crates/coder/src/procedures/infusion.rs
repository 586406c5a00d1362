//! Drugs and fluids given into a vein: infusions, pushes and hydration by the clock (CPT 96360-96417).
//!
//! One service is the initial one: chemotherapy before other drugs, infusions before pushes, drugs before hydration.
//! What is given besides follows it: a sequential infusion, one at the same time, each further push, more hours.

use claim::Evidence;

use super::{
    doing,
    substance::{discarded, priced},
};
use crate::{
    Visit,
    clock::{duration, stretch},
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
    table::{Days, cell, table},
    units::timed_service_units,
};

/// An infusion of so many minutes or less is a push (CPT).
const PUSH_MINUTES: u32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Giving {
    Chemotherapy,
    Therapy,
    Hydration,
}

/// A drug or fluid given into a vein.
struct Given {
    giving: Giving,
    /// Minutes; as many as a push lasts when it was one.
    minutes: u32,
    /// From and to, in minutes since midnight.
    clock: Option<(u32, u32)>,
    evidence: Vec<Evidence>,
    block: usize,
}

impl Given {
    fn is_push(&self) -> bool {
        self.giving != Giving::Hydration && self.minutes <= PUSH_MINUTES
    }

    /// Minutes of it that ran beside another.
    fn beside(&self, other: &Self) -> u32 {
        let (Some(own), Some(other)) = (self.clock, other.clock) else { return 0 };
        own.1.min(other.1).saturating_sub(own.0.max(other.0))
    }
}

/// Adds what was given into a vein, with the giving of it.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let mut given = Vec::new();
    for sentence in &document.sentences {
        if tells_of_vein(document, sentence) {
            drugs(document, visit, sentence, &mut given, found);
        }
    }
    administer(visit, &mut given, found);
}

const PUSHED: &[&str] = &["iv push", "ivp", "iv bolus", "slow push", "slow iv push", "pushed", "push"];
const INFUSED: &[&str] = &["ivpb", "infused", "infusion", "infuse", "iv drip", "drip", "iv over", "intravenous", "iv"];

const HYDRATED: &[&str] = &["bolus", "hydration", "dehydration", "rehydration", "wide open", "fluids"];

fn tells_of_vein(document: &Document<'_>, sentence: &Sentence) -> bool {
    const BY_MOUTH: &[&str] = &["po", "oral", "orally", "odt", "tablet", "tablets", "tab", "flush", "heplock"];
    let is_told = !matches!(
        sentence.section,
        SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Family
            | SectionKind::Allergies
            | SectionKind::Medications
            | SectionKind::Instructions
    );
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    let is_recorded = stretch(lower).is_some() || duration(lower).is_some() || has(PUSHED);
    is_told && is_recorded && !has(BY_MOUTH) && !doing::is_not_done(lower)
}

/// The drugs of one sentence, each with the words up to the next one.
fn drugs(document: &Document<'_>, visit: &Visit, sentence: &Sentence, given: &mut Vec<Given>, found: &mut Services) {
    let lower = document.lower_of(sentence);
    let mut named: Vec<((usize, usize), &'static [&'static str])> = table!("drugs.tsv")
        .filter(|row| Days::of(row, 5).covers(visit.served_on) && cell(row, 7) != "contrast")
        .filter_map(|row| Some((cell(row, 0).split('|').find_map(|name| word_position(lower, name))?, row)))
        .collect();
    named.sort_by_key(|(name, _)| *name);
    // "Infliximab 400 mg in 250 mL saline": the fluid carries the drug.
    let carries = |start: usize| {
        let before = lower.get(..start).unwrap_or_default();
        let near = before.get(before.len().saturating_sub(16)..).unwrap_or(before);
        ["in", "with"].iter().any(|word| word_position(near, word).is_some())
    };
    named.retain(|((start, _), row)| cell(row, 7) != "fluid" || !carries(*start));
    for (place, (name, row)) in named.iter().enumerate() {
        // "Then 1 litre saline": the amount before a name is its own.
        let opens = |name: usize| {
            let before = lower.get(..name).unwrap_or_default();
            before.rfind([',', ';', '|']).map_or(name, |at| if name - at < 30 { at + 1 } else { name })
        };
        let start = if place == 0 { 0 } else { opens(name.0) };
        let end = named.get(place + 1).map_or(lower.len(), |(next, _)| opens(next.0).max(name.1));
        let own = lower.get(start..end).unwrap_or_default();
        let has = |words: &[&str]| words.iter().any(|w| word_position(own, w).is_some());
        let clock = stretch(own).or_else(|| stretch(lower).filter(|_| named.len() == 1));
        let minutes = clock.map(|(from, to)| to - from).or_else(|| duration(own));
        let is_pushed = has(PUSHED);
        let giving = match cell(row, 7) {
            "chemo" => Giving::Chemotherapy,
            "fluid" => Giving::Hydration,
            _ => Giving::Therapy,
        };
        let minutes = match minutes {
            Some(minutes) if !is_pushed || minutes > PUSH_MINUTES => minutes,
            _ if is_pushed && giving != Giving::Hydration => PUSH_MINUTES,
            _ => continue,
        };
        let is_run = match giving {
            Giving::Hydration => has(INFUSED) || has(HYDRATED),
            _ => is_pushed || has(INFUSED),
        };
        if !is_run {
            continue;
        }
        let Some(mut service) = priced(document, row, (sentence, *name), found) else { continue };
        bag(&mut service);
        let wasted = discarded(document, visit, row, &mut service);
        let evidence = document.evidence(sentence.start + start, sentence.start + end).into_iter().collect();
        given.push(Given { giving, minutes, clock, evidence, block: sentence.block });
        match found.services.iter_mut().find(|known| known.code == service.code) {
            Some(known) => known.units = known.units.saturating_add(service.units),
            None => {
                found.services.push(service);
                found.services.extend(wasted);
            }
        }
    }
}

/// Saline is told by the bag: one litre, half of it, a quarter.
fn bag(service: &mut Service) {
    if service.code != "J7030" {
        return;
    }
    let dose = service.rules.iter().find(|rule| rule.id == "PX-UNITS");
    let code = match dose.and_then(|rule| rule.text.split(' ').next()?.parse::<u32>().ok()) {
        Some(250) => "J7050",
        Some(500) => "J7040",
        _ => return,
    };
    code.clone_into(&mut service.code);
}

/// The services of giving, the initial one first.
fn administer(visit: &Visit, given: &mut [Given], found: &mut Services) {
    // Of one kind the longest is the initial one.
    given.sort_by_key(|g| (g.giving, std::cmp::Reverse(g.minutes)));
    let mut has_initial = false;
    let mut is_beside_told = false;
    for (at, one) in given.iter().enumerate() {
        let earlier = given.get(..at).unwrap_or_default();
        if one.giving == Giving::Hydration {
            let beside: u32 = earlier.iter().map(|other| one.beside(other)).sum();
            let minutes = one.minutes.saturating_sub(beside);
            let family = if has_initial { "iv_hydration_added" } else { "iv_hydration" };
            for (code, units) in timed_service_units(family, minutes, visit.served_on) {
                push(found, code, "Hydration", units, one);
                has_initial = true;
            }
            continue;
        }
        let is_chemotherapy = one.giving == Giving::Chemotherapy;
        if one.is_push() {
            let code = match (is_chemotherapy, has_initial) {
                (true, false) => "96409",
                (true, true) => "96411",
                (false, false) => "96374",
                (false, true) => "96375",
            };
            push(found, code, "Drug pushed into a vein", 1, one);
            has_initial = true;
            continue;
        }
        let is_beside = !is_chemotherapy && earlier.iter().any(|other| !other.is_push() && one.beside(other) > 0);
        if is_beside {
            // Infusions at the same time are told once a day.
            if !is_beside_told {
                push(found, "96368", "Infusion at the same time", 1, one);
            }
            is_beside_told = true;
            continue;
        }
        let family = if is_chemotherapy { "chemo_infusion" } else { "iv_infusion_therapeutic" };
        for (code, units) in timed_service_units(family, one.minutes, visit.served_on) {
            let code = match code {
                "96413" if has_initial => "96417",
                "96365" if has_initial => "96367",
                code => code,
            };
            push(found, code, "Infusion into a vein", units, one);
        }
        has_initial = true;
    }
}

fn push(found: &mut Services, code: &str, label: &str, units: u32, of: &Given) {
    if let Some(known) = found.services.iter_mut().find(|s| s.code == code) {
        known.units = known.units.saturating_add(units);
        known.evidence.extend(of.evidence.iter().cloned());
        return;
    }
    let mut service = Service::new(code, ServiceKind::Administration, label, of.evidence.clone(), of.block)
        .ruled("PX-TIME", format!("{} minutes, counted in the order of CPT 96360-96417.", of.minutes));
    service.units = units;
    found.services.push(service);
}
