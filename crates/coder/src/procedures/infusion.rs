//! Drugs and fluids given into a vein: infusions, pushes and hydration by the clock (CPT 96360-96417).
//!
//! One service is the initial one: chemotherapy before other drugs, infusions before pushes, drugs before hydration.
//! What is given besides follows it: a sequential infusion, one at the same time, each further push, more hours.

use claim::Evidence;

use super::{
    doing,
    named::{Row, is_of_today, named, opens, rows},
    substance::priced,
    waste::discarded,
};
use crate::{
    Visit,
    clock::{duration, stretch, times_of_day},
    document::{Document, Sentence, word_position},
    service::{Service, ServiceKind, Services},
    table::cell,
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
    let rows = rows(document, visit);
    if rows.is_empty() {
        return;
    }
    for sentence in document.sentences.iter().filter(|s| tells_of_vein(document, s)) {
        for hung in hung(document, sentence, &rows) {
            if let Some((minutes, clock)) = hung.timed() {
                add(document, visit, &hung, (minutes, clock), &mut given, found);
            }
        }
    }
    // A record may name the drug in one line and write its beginning and end in others.
    if given.iter().all(Given::is_push)
        && let Some(clock) = logged(document)
    {
        let told = document.sentences.iter().filter(|s| is_of_today(s)).flat_map(|s| hung(document, s, &rows));
        let lead =
            told.filter(|hung| hung.is_in_bag && !hung.is_by_mouth).max_by_key(|hung| hung.giving != Giving::Hydration);
        if let Some(hung) = lead {
            add(document, visit, &hung, (clock.1 - clock.0, Some(clock)), &mut given, found);
        }
    }
    administer(visit, &mut given, found);
}

const PUSHED: &[&str] = &["iv push", "ivp", "iv bolus", "slow push", "slow iv push", "pushed", "push"];
const INFUSED: &[&str] = &[
    "ivpb",
    "infused",
    "infusion",
    "infuse",
    "iv drip",
    "drip",
    "iv over",
    "intravenous",
    "iv",
    "ran",
    "pump",
    "hung",
];
const HYDRATED: &[&str] = &["bolus", "hydration", "dehydration", "rehydration", "wide open", "fluids"];
const BY_MOUTH: &[&str] = &["po", "oral", "orally", "odt", "tablet", "tablets", "tab", "by mouth", "heplock"];

fn tells_of_vein(document: &Document<'_>, sentence: &Sentence) -> bool {
    let lower = document.lower_of(sentence);
    let is_pushed = PUSHED.iter().any(|word| word_position(lower, word).is_some());
    let is_recorded = stretch(lower).is_some() || duration(lower).is_some() || is_pushed;
    is_of_today(sentence) && is_recorded && !doing::is_not_done(lower)
}

/// A drug or fluid of a sentence with what its own words, up to the next one, say of its giving.
struct Hung<'d> {
    sentence: &'d Sentence,
    row: Row,
    name: (usize, usize),
    own: (usize, usize),
    giving: Giving,
    minutes: Option<u32>,
    clock: Option<(u32, u32)>,
    is_pushed: bool,
    /// "In 250 mL of saline", "IVPB", "by pump".
    is_in_bag: bool,
    is_by_mouth: bool,
}

impl Hung<'_> {
    /// Minutes and clock of what ran into a vein; a push lasts as long as a push.
    fn timed(&self) -> Option<(u32, Option<(u32, u32)>)> {
        let is_run = self.is_in_bag || self.clock.is_some() && self.giving != Giving::Hydration;
        match self.minutes {
            _ if self.is_by_mouth => None,
            Some(minutes) if (!self.is_pushed || minutes > PUSH_MINUTES) && (is_run || self.is_pushed) => {
                Some((minutes, self.clock))
            }
            _ if self.is_pushed && self.giving != Giving::Hydration => Some((PUSH_MINUTES, self.clock)),
            _ => None,
        }
    }
}

/// The drugs and fluids of one sentence.
fn hung<'d>(document: &'d Document<'_>, sentence: &'d Sentence, rows: &[Row]) -> Vec<Hung<'d>> {
    let lower = document.lower_of(sentence);
    let mut named = named(lower, rows);
    // "Infliximab 400 mg in 250 mL saline": the fluid carries the drug.
    let carries = |start: usize| {
        let before = lower.get(..start).unwrap_or_default();
        let near = before.get(before.len().saturating_sub(16)..).unwrap_or(before);
        ["in", "with"].iter().any(|word| word_position(near, word).is_some())
    };
    named.retain(|((start, _), row)| cell(row, 7) != "fluid" || !carries(*start));
    let count = named.len();
    let ends: Vec<usize> = named.iter().skip(1).map(|(next, _)| opens(lower, next.0)).collect();
    let one = |(place, (name, row)): (usize, ((usize, usize), Row))| {
        let from = if place == 0 { 0 } else { opens(lower, name.0) };
        let to = ends.get(place).copied().unwrap_or(lower.len()).max(name.1);
        let own = lower.get(from..to).unwrap_or_default();
        let has = |words: &[&str]| words.iter().any(|w| word_position(own, w).is_some());
        let clock = stretch(own).or_else(|| stretch(lower).filter(|_| count == 1));
        let giving = match cell(row, 7) {
            "chemo" => Giving::Chemotherapy,
            "fluid" => Giving::Hydration,
            _ => Giving::Therapy,
        };
        Hung {
            sentence,
            row,
            name,
            own: (from, to),
            giving,
            minutes: clock.map(|(from, to)| to - from).or_else(|| duration(own)),
            clock,
            is_pushed: has(PUSHED),
            is_in_bag: has(INFUSED) || giving == Giving::Hydration && has(HYDRATED) || is_diluted(own),
            is_by_mouth: has(BY_MOUTH),
        }
    };
    named.into_iter().enumerate().map(one).collect()
}

/// "680 mg in NS 500 mL", "in 100 milliliters": made up in a bag.
fn is_diluted(own: &str) -> bool {
    let Some((_, to)) = word_position(own, "in") else { return false };
    let after = own.get(to..).unwrap_or_default();
    let near: Vec<&str> = after.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(4).collect();
    near.iter()
        .any(|word| word.ends_with("ml") || word.ends_with("milliliters") || word.ends_with("cc") || *word == "ns")
}

/// The beginning and the end that a record writes in lines of their own.
fn logged(document: &Document<'_>) -> Option<(u32, u32)> {
    const BEGUN: &[&str] = &["start", "started", "starts", "begun", "began", "hung", "initiated"];
    const ENDED: &[&str] =
        &["complete", "completed", "stop", "stopped", "end", "ended", "finished", "infused", "done", "off"];
    let told = |words: &[&str]| {
        let at = |line: &str| {
            let is_told = words.iter().any(|word| word_position(line, word).is_some());
            times_of_day(line).first().map(|(minutes, _, _)| *minutes).filter(|_| is_told)
        };
        document.lines().filter_map(|(_, line)| at(line)).collect::<Vec<u32>>()
    };
    let begun = told(BEGUN).into_iter().next()?;
    told(ENDED).into_iter().find(|ended| *ended > begun).map(|ended| (begun, ended))
}

/// Adds a drug that ran into a vein.
fn add(
    document: &Document<'_>,
    visit: &Visit,
    hung: &Hung<'_>,
    (minutes, clock): (u32, Option<(u32, u32)>),
    given: &mut Vec<Given>,
    found: &mut Services,
) {
    let sentence = hung.sentence;
    let Some(mut service) = priced(document, hung.row, (sentence, hung.name), found) else { return };
    bag(&mut service);
    let wasted = discarded(document, visit, hung.row, (sentence, hung.name), &mut service);
    let evidence = document.evidence(sentence.start + hung.own.0, sentence.start + hung.own.1).into_iter().collect();
    given.push(Given { giving: hung.giving, minutes, clock, evidence, block: sentence.block });
    match found.services.iter_mut().find(|known| known.code == service.code) {
        Some(known) => known.units = known.units.saturating_add(service.units),
        None => {
            found.services.push(service);
            found.services.extend(wasted);
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
