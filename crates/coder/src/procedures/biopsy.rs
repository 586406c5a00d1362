//! Biopsies of the skin: by how the piece was taken and how many; the first of the deepest kind leads (CPT 11102-11107).

use claim::Evidence;

use super::doing;
use crate::{
    document::{Document, Sentence, word_position},
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
};

struct Kind {
    first: &'static str,
    more: &'static str,
    label: &'static str,
    words: &'static [&'static str],
}

/// The deepest first.
const KINDS: &[Kind] = &[
    Kind {
        first: "11106",
        more: "11107",
        label: "Incisional biopsy of the skin",
        words: &["incisional biopsy", "incisional biopsies", "incisional bx"],
    },
    Kind {
        first: "11104",
        more: "11105",
        label: "Punch biopsy of the skin",
        words: &["punch biopsy", "punch biopsies", "punch bx", "mm punch of"],
    },
    Kind {
        first: "11102",
        more: "11103",
        label: "Tangential biopsy of the skin",
        words: &[
            "shave biopsy",
            "shave biopsies",
            "shave bx",
            "tangential biopsy",
            "tangential biopsies",
            "scoop biopsy",
        ],
    },
];

/// Adds biopsies of the skin taken at this visit.
pub(super) fn read(document: &Document<'_>, found: &mut Services) {
    let mut has_first = false;
    for kind in KINDS {
        // A bare name is a title: it is told again below.
        let taken = document.sentences.iter().filter(|s| is_taken(document, s, kind));
        let (titles, told): (Vec<&Sentence>, Vec<&Sentence>) = taken.partition(|s| s.last - s.first <= 4);
        let told = if told.is_empty() { titles } else { told };
        let Some(first) = told.first() else { continue };
        let number: u32 = told.iter().map(|s| count(document.lower_of(s), kind.words)).sum();
        let evidence: Vec<Evidence> = told.iter().filter_map(|s| document.sentence_evidence(s)).take(3).collect();
        let steps = if has_first { [("", 0), (kind.more, number)] } else { [(kind.first, 1), (kind.more, number - 1)] };
        has_first = true;
        for (code, units) in steps.into_iter().filter(|(_, units)| *units > 0) {
            let mut service = Service::new(code, ServiceKind::Procedure, kind.label, evidence.clone(), first.block)
                .ruled("PX-DONE", format!("Taken at this visit: {number}."));
            service.units = units;
            service.treats = ["L", "D", "C", "R"].map(str::to_owned).to_vec();
            found.services.push(service);
        }
    }
}

fn is_taken(document: &Document<'_>, sentence: &Sentence, kind: &Kind) -> bool {
    const PREPARED: &[&str] = &[
        "lidocaine",
        "aluminum chloride",
        "drysol",
        "monsel",
        "hemostasis",
        "consent",
        "anesthetized",
        "local anesthesia",
        "specimen",
        "sent to path",
        "sent to pathology",
        "to pathology",
    ];
    let lower = document.lower_of(sentence);
    let Some(start) = kind.words.iter().filter_map(|w| word_position(lower, w)).map(|(start, _)| start).min() else {
        return false;
    };
    if doing::is_done(document, sentence, ServiceKind::Procedure) {
        return true;
    }
    // A note without verbs begins with what was done; its title and its plan do not tell it.
    let begins = lower.get(..start).is_some_and(|before| before.split_whitespace().count() <= 6);
    let is_told = !matches!(
        sentence.section,
        SectionKind::Plan
            | SectionKind::Assessment
            | SectionKind::Instructions
            | SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Results
    );
    let is_prepared = PREPARED.iter().any(|word| document.lower.contains(word));
    let is_title = sentence.last - sentence.first <= 5;
    begins && is_told && is_prepared && !is_title && !doing::is_not_done(lower)
}

/// How many of them a sentence tells of: a number before the name or "x 2" after it, else each time it is named.
fn count(lower: &str, words: &[&str]) -> u32 {
    const NUMBERS: &[(&str, u32)] = &[
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("2", 2),
        ("3", 3),
        ("4", 4),
        ("second", 2),
        ("third", 3),
    ];
    let places: Vec<(usize, usize)> =
        words.iter().flat_map(|word| lower.match_indices(word).map(|(at, w)| (at, at + w.len()))).collect();
    let stated = places.iter().find_map(|(start, end)| {
        let before = lower.get(..*start)?.split_whitespace().next_back().unwrap_or_default();
        let mut after = lower.get(*end..)?.split_whitespace();
        let times = after
            .next()
            .and_then(|w| w.strip_prefix('x').map(|n| if n.is_empty() { after.next().unwrap_or_default() } else { n }));
        let number = |word: &str| {
            NUMBERS.iter().find(|(name, _)| *name == word.trim_end_matches(['.', ',', ':'])).map(|(_, n)| *n)
        };
        times.and_then(number).or_else(|| number(before))
    });
    stated.unwrap_or_else(|| u32::try_from(places.len()).unwrap_or(1)).max(1)
}
