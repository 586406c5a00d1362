//! Repair of wounds: by class, group of sites and the sum of lengths (CPT integumentary repair).

use std::{cmp::Reverse, collections::BTreeMap};

use claim::Evidence;

use super::{doing, excision::site_of_lesion, missing};
use crate::{
    dictionary::Side,
    document::{Document, Sentence, word_position},
    rule::applied,
    service::{Service, ServiceKind, Services},
};

/// Groups of sites as the codes have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Scalp, neck, axillae, genitals, trunk, arms and legs.
    Body,
    /// Neck, hands, feet and genitals (intermediate and complex).
    HandsAndFeet,
    /// Face, ears, eyelids, nose, lips.
    Face,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Simple,
    Intermediate,
    Complex,
}

/// More sentences of one kind say nothing new.
const TOLD_MAX: usize = 20;

const WOUND: &[&str] =
    &["laceration", "lacerations", "lac", "lacs", "wound", "wounds", "cut", "gash", "closure", "repair"];
/// Material of a closure.
const THREADS: &[&str] = &[
    "nylon",
    "vicryl",
    "prolene",
    "ethilon",
    "monocryl",
    "chromic",
    "gut",
    "pds",
    "glue",
    "staples",
    "suture",
    "sutures",
    "dermabond",
    "silk",
    "steri",
];
const CLOSED: &[&str] = &[
    "repaired",
    "repair",
    "sutured",
    "sutures",
    "closed",
    "closure",
    "approximated",
    "stapled",
    "staples",
    "dermabond",
    "skin glue",
    "tissue adhesive",
    "stitches",
    "interrupted",
    "single layer",
    "layered",
    "in layers",
];
const FACE: &[&str] = &[
    "face", "facial", "forehead", "cheek", "chin", "eyebrow", "temple", "jaw", "lip", "nose", "ear", "eyelid", "brow",
];
const HANDS_AND_FEET: &[&str] = &["hand", "finger", "thumb", "foot", "toe", "palm", "neck", "index", "genital"];
const BODY: &[&str] = &[
    "scalp", "arm", "forearm", "leg", "shin", "thigh", "knee", "elbow", "trunk", "back", "chest", "abdomen",
    "shoulder", "wrist", "ankle", "axilla", "calf", "hip", "buttock", "torso",
];

/// Adds the repair of wounds closed at this visit.
pub(super) fn read(document: &Document<'_>, found: &mut Services) {
    if !WOUND.iter().any(|w| word_position(&document.lower, w).is_some()) {
        return;
    }
    let is_closing = |s: &&Sentence| {
        let lower = document.lower_of(s);
        let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
        // A thread with a number is told of what was sewn.
        let is_sewn = has(THREADS)
            && ["-0", "x"].iter().any(|mark| lower.contains(mark))
            && doing::may_tell(document, s, i16::MIN);
        (is_sewn || has(CLOSED) && doing::is_done(document, s, ServiceKind::Procedure))
            && ![
                "hernia",
                "fascia",
                "incision",
                "incisions",
                "portal",
                "portals",
                "tendon",
                "rotator",
                "removal",
                "removed",
                "out",
            ]
            .iter()
            .any(|w| word_position(lower, w).is_some())
    };
    let closing: Vec<&Sentence> = document.sentences.iter().filter(is_closing).take(TOLD_MAX).collect();
    let listed = listed(document);
    let block = closing.first().map_or(0, |s| s.block);
    if closing.is_empty() && listed.is_empty() {
        return;
    }
    // The excision of a lesion includes its simple closure.
    let is_excision = found.services.iter().any(|s| s.label.starts_with("Excision") || s.label.contains("iopsy"));
    let words: Vec<Evidence> = closing.iter().filter_map(|s| document.sentence_evidence(s)).take(2).collect();
    let wounds = if listed.is_empty() {
        let class = class(document, &closing);
        let told = lengths(document).into_iter();
        told.map(|(group, tenths, evidence)| Wound { class, group, tenths, evidence }).collect()
    } else {
        listed
    };
    let wounds: Vec<Wound> = wounds.into_iter().filter(|w| !is_excision || w.class > Class::Simple).collect();
    if wounds.is_empty() {
        if is_excision {
            return;
        }
        let text = "A wound was closed; its length decides the code and is not written.".to_owned();
        found.prompts.push(missing(
            "missing-length",
            text,
            "What was the length of the repaired wound, and where was it?",
            "12001",
            words,
        ));
        return;
    }
    let mut sums: BTreeMap<(Reverse<Class>, Group), (u32, Vec<Evidence>)> = BTreeMap::new();
    for wound in wounds {
        // Simple repairs have one group for the body, hands and feet.
        let is_simple = wound.class == Class::Simple;
        let group = if is_simple && wound.group == Group::HandsAndFeet { Group::Body } else { wound.group };
        let sum = sums.entry((Reverse(wound.class), group)).or_default();
        sum.0 += wound.tenths;
        sum.1.push(wound.evidence);
    }
    for (place, ((Reverse(class), group), (tenths, lengths))) in sums.into_iter().enumerate() {
        let (code, label) = code(class, group, tenths);
        let mut evidence = lengths;
        evidence.extend(words.iter().cloned());
        let length = format!("{}.{} cm", tenths / 10, tenths % 10);
        let mut service = Service::new(code, ServiceKind::Procedure, label, evidence, block)
            .ruled("PX-DONE", "The note says the wound was closed at this visit.")
            .ruled("PX-LENGTH", format!("Sum of lengths of this class and group of sites: {length}."));
        if place > 0 {
            service.modifiers.push("59".to_owned());
            service.rules.push(applied("MOD-59", "Other wounds than those of the repair before it; please confirm."));
        }
        service.treats = WOUNDS.iter().map(|w| (*w).to_owned()).collect();
        found.services.push(service);
    }
}

/// Open wounds by region.
const WOUNDS: &[&str] = &["S01", "S11", "S21", "S31", "S41", "S51", "S61", "S71", "S81", "S91"];

/// A wound that was closed.
struct Wound {
    class: Class,
    group: Group,
    tenths: u32,
    evidence: Evidence,
}

/// Wounds told one to a line, each with its site, its length and its own closure; two at least make a list.
fn listed(document: &Document<'_>) -> Vec<Wound> {
    let wounds: Vec<Wound> = document
        .lines()
        .filter_map(|(start, line)| {
            let has = |words: &[&str]| words.iter().any(|w| word_position(line, w).is_some());
            let (tenths, from, to) = centimetres(line)?;
            let is_closed = (has(CLOSED) || has(THREADS)) && !doing::is_not_done(line);
            let wound = Wound {
                class: class_of(&[line]),
                group: group(line)?,
                tenths,
                evidence: document.evidence(start + from, start + to)?,
            };
            is_closed.then_some(wound)
        })
        .collect();
    if wounds.len() > 1 { wounds } else { Vec::new() }
}

fn class(document: &Document<'_>, closing: &[&Sentence]) -> Class {
    let near: Vec<&str> = document
        .sentences
        .iter()
        .filter(|s| closing.iter().any(|c| c.block == s.block || c.section == s.section))
        .map(|s| document.lower_of(s))
        .collect();
    class_of(&near)
}

fn class_of(near: &[&str]) -> Class {
    let has = |words: &[&str]| near.iter().any(|lower| words.iter().any(|w| lower.contains(w)));
    if has(&["complex repair", "complex closure", "extensive undermining", "retention sutures"]) {
        Class::Complex
    } else if has(&[
        "layered",
        "two-layer",
        "two layer",
        "intermediate",
        "deep sutures",
        "subcutaneous sutures",
        "deep layer",
        "in layers",
        "vicryl",
        "deep dermal",
    ]) {
        Class::Intermediate
    } else {
        Class::Simple
    }
}

/// Lengths in tenths of a centimetre with the group of their site, one for each wound named.
fn lengths(document: &Document<'_>) -> Vec<(Group, u32, Evidence)> {
    let mut found: Vec<(Group, u32, Evidence)> = Vec::new();
    for sentence in &document.sentences {
        let lower = document.lower_of(sentence);
        if !WOUND.iter().any(|w| word_position(lower, w).is_some()) {
            continue;
        }
        let mut at = 0;
        while let Some((tenths, start, end)) = lower.get(at..).and_then(centimetres) {
            let site =
                group(lower.get(at..).unwrap_or_default()).or_else(|| group(lower)).or_else(|| wound_group(document));
            // Depths, margins and undermining are no lengths of a closure.
            let nearby = lower.get(at..at + end).unwrap_or_default();
            let is_other = ["undermin", "margin", "depth", "lesion"].iter().any(|word| nearby.contains(word));
            if is_other {
                at += end;
                continue;
            }
            if let (Some(group), Some(evidence)) = (site, document.evidence(sentence.start + at + start, sentence.start + at + end))
                // The same length told again is the same wound.
                && !found.iter().any(|(g, t, _)| *g == group && *t == tenths)
            {
                found.push((group, tenths, evidence));
            }
            at += end;
        }
    }
    found
}

pub(super) fn group(lower: &str) -> Option<Group> {
    let has = |words: &[&str]| words.iter().filter_map(|w| word_position(lower, w)).map(|p| p.0).min();
    let places = [(has(FACE), Group::Face), (has(HANDS_AND_FEET), Group::HandsAndFeet), (has(BODY), Group::Body)];
    places.into_iter().filter_map(|(at, group)| Some((at?, group))).min_by_key(|(at, _)| *at).map(|(_, group)| group)
}

/// The first site a text names, with the side before it.
pub(super) fn site_words(lower: &str) -> Option<(Option<Side>, &'static str)> {
    let found = [FACE, HANDS_AND_FEET, BODY]
        .into_iter()
        .flatten()
        .filter_map(|word| Some((word_position(lower, word)?.0, *word)));
    let (start, word) = found.min()?;
    let mut before = lower.get(..start)?.split_whitespace().rev().take(2);
    let side = before.find_map(|word| match word.trim_end_matches('.') {
        "r" | "rt" => Some(Side::Right),
        "l" | "lt" => Some(Side::Left),
        word => Side::of(word),
    });
    Some((side, word))
}

/// The site named with the wound elsewhere in the note.
fn wound_group(document: &Document<'_>) -> Option<Group> {
    document
        .sentences
        .iter()
        .map(|s| document.lower_of(s))
        .filter(|lower| ["laceration", "lac", "excision"].iter().any(|word| word_position(lower, word).is_some()))
        .find_map(group)
        .or_else(|| site_of_lesion(document))
}

/// The first length: `3.5 cm`, `20 mm`; its tenths of a centimetre and its place.
pub(super) fn centimetres(text: &str) -> Option<(u32, usize, usize)> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find(|c: char| c.is_ascii_digit()) {
        let start = from + at;
        let number: String = text.get(start..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
        let end = start + number.len();
        let rest = text.get(end..)?;
        let unit = rest.trim_start_matches([' ', '-']);
        let skipped = rest.len() - unit.len();
        let (whole, fraction) =
            number.trim_end_matches('.').split_once('.').unwrap_or((number.trim_end_matches('.'), "0"));
        let tenths = whole
            .parse::<u32>()
            .ok()
            .zip(fraction.get(..1).and_then(|f| f.parse::<u32>().ok()))
            .and_then(|(whole, tenths)| whole.checked_mul(10)?.checked_add(tenths));
        if let Some(tenths) = tenths.filter(|t| *t > 0 && *t <= 1000) {
            let word = ["cm", "centimeter", "mm"].iter().find(|u| unit.starts_with(**u));
            if let Some(word) = word {
                let tenths = if *word == "mm" { tenths / 10 } else { tenths };
                return Some((tenths.max(1), start, end + skipped + word.len()));
            }
        }
        from = end.max(start + 1);
    }
    None
}

/// The code of a class, a group of sites and a sum of lengths in tenths of a centimetre.
fn code(class: Class, group: Group, tenths: u32) -> (&'static str, &'static str) {
    let step = |limits: &[u32]| limits.iter().position(|limit| tenths <= *limit).unwrap_or(limits.len());
    let pick = |codes: &[&'static str], at: usize| codes.get(at).or(codes.last()).copied().unwrap_or_default();
    match (class, group) {
        (Class::Simple, Group::Face) => (
            pick(&["12011", "12013", "12014", "12015", "12016", "12017", "12018"], step(&[25, 50, 75, 125, 200, 300])),
            "Simple repair, face",
        ),
        (Class::Simple, _) => (
            pick(&["12001", "12002", "12004", "12005", "12006", "12007"], step(&[25, 75, 125, 200, 300])),
            "Simple repair, body, hands or feet",
        ),
        (Class::Intermediate, Group::Face) => (
            pick(&["12051", "12052", "12053", "12054", "12055", "12056", "12057"], step(&[25, 50, 75, 125, 200, 300])),
            "Layered repair, face",
        ),
        (Class::Intermediate, Group::HandsAndFeet) => (
            pick(&["12041", "12042", "12044", "12045", "12046", "12047"], step(&[25, 75, 125, 200, 300])),
            "Layered repair, neck, hands or feet",
        ),
        (Class::Intermediate, Group::Body) => (
            pick(&["12031", "12032", "12034", "12035", "12036", "12037"], step(&[25, 75, 125, 200, 300])),
            "Layered repair, scalp, trunk or limbs",
        ),
        (Class::Complex, Group::Face) => (pick(&["13131", "13132"], step(&[25])), "Complex repair, face"),
        (Class::Complex, Group::HandsAndFeet) => {
            (pick(&["13131", "13132"], step(&[25])), "Complex repair, hands or feet")
        }
        (Class::Complex, Group::Body) => (pick(&["13120", "13121"], step(&[25])), "Complex repair, scalp or limbs"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_choose_the_code() {
        assert_eq!(code(Class::Intermediate, Group::Body, 35).0, "12032");
        assert_eq!(code(Class::Simple, Group::Body, 25).0, "12001");
        assert_eq!(code(Class::Simple, Group::Body, 26).0, "12002");
        assert_eq!(code(Class::Simple, Group::Face, 51).0, "12014");
        assert_eq!(centimetres("a 3.5 cm wound"), Some((35, 2, 8)));
        assert_eq!(centimetres("20 mm"), Some((20, 0, 5)));
    }
}
