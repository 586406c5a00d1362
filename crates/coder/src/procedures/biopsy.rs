//! Biopsies of the skin: by how the piece was taken and how many; the first of the deepest kind leads (CPT 11102-11107).

use claim::Evidence;

use super::{doing, repair};
use crate::{
    dictionary::Side,
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
    Kind { first: "11106", more: "11107", label: "Incisional biopsy of the skin", words: &["incisional", "wedge"] },
    Kind { first: "11104", more: "11105", label: "Punch biopsy of the skin", words: &["punch", "punches"] },
    Kind {
        first: "11102",
        more: "11103",
        label: "Tangential biopsy of the skin",
        words: &[
            "tangential",
            "tangentially",
            "shave",
            "shaves",
            "scoop",
            "saucerization",
            "saucerized",
            "snip biopsy",
        ],
    },
];
const NAMED: &[&str] = &["biopsy", "biopsies", "biopsied", "bx", "bxs", "bx'd"];
/// Pieces of other organs, and lesions taken off whole.
const OTHERS: &[&str] = &[
    "removal",
    "excision",
    "excised",
    "cervix",
    "cervical",
    "endometrial",
    "ecc",
    "colposcopy",
    "vulva",
    "vulvar",
    "nail",
    "breast",
    "prostate",
    "colon",
    "gastric",
    "bone marrow",
    "graft",
];

/// Adds biopsies of the skin taken at this visit.
pub(super) fn read(document: &Document<'_>, found: &mut Services) {
    if !NAMED.iter().any(|word| word_position(&document.lower, word).is_some()) {
        return;
    }
    // A biopsy told of today, not one that was proven before or is to come.
    let is_named = |s: &Sentence| {
        let lower = document.lower_of(s);
        NAMED.iter().any(|word| word_position(lower, word).is_some()) && doing::may_tell(document, s, i16::MIN)
    };
    let is_procedure = doing::steps(document) > 0 && document.sentences.iter().any(is_named);
    let mut has_first = false;
    for kind in KINDS {
        let told: Vec<&Sentence> =
            document.sentences.iter().filter(|s| is_taken(document, s, kind, is_procedure)).collect();
        let Some(first) = told.first() else { continue };
        let number = number(document, &told, kind);
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

fn is_taken(document: &Document<'_>, sentence: &Sentence, kind: &Kind, is_procedure: bool) -> bool {
    let lower = document.lower_of(sentence);
    let has = |words: &[&str]| words.iter().any(|word| word_position(lower, word).is_some());
    let is_told = !matches!(
        sentence.section,
        SectionKind::Past
            | SectionKind::Surgical
            | SectionKind::Family
            | SectionKind::Instructions
            | SectionKind::Results
    );
    // "Punch 4 mm left shoulder": the word biopsy may stand a sentence before.
    if !has(kind.words) || has(OTHERS) || !is_told || !(has(NAMED) || is_procedure) {
        return false;
    }
    let is_planned = matches!(sentence.section, SectionKind::Plan | SectionKind::Assessment);
    doing::is_done(document, sentence, ServiceKind::Procedure)
        || is_procedure && !is_planned && !doing::is_not_done(lower)
}

/// How many were taken: a number that is written, else the sites that are named, however often each is told.
fn number(document: &Document<'_>, told: &[&Sentence], kind: &Kind) -> u32 {
    let stated = told.iter().filter_map(|s| self::stated(document.lower_of(s), kind.words)).max();
    let mut sites: Vec<(Option<Side>, &str)> = Vec::new();
    for sentence in told {
        let lower = document.lower_of(sentence);
        for (start, end) in places(lower, kind.words) {
            let site = repair::site_words(lower.get(end..).unwrap_or_default())
                .or_else(|| repair::site_words(lower.get(..start).unwrap_or_default()));
            if let Some(site) = site.filter(|site| !sites.contains(site)) {
                sites.push(site);
            }
        }
    }
    // "Returns for 2 biopsies", each then told at once.
    let named = || document.sentences.iter().filter_map(|s| self::stated(document.lower_of(s), NAMED)).max();
    let is_only =
        KINDS.iter().filter(|kind| kind.words.iter().any(|w| word_position(&document.lower, w).is_some())).count() == 1;
    let stated = stated.or_else(|| if is_only && sites.len() < 2 { named() } else { None });
    stated.unwrap_or_else(|| u32::try_from(sites.len()).unwrap_or(1)).max(1)
}

/// Where a kind is named; "tangential (shave)" is one name.
fn places(lower: &str, words: &[&str]) -> Vec<(usize, usize)> {
    const ONE_NAME: usize = 4;
    let found = words.iter().flat_map(|word| lower.match_indices(word).map(|(at, word)| (at, at + word.len())));
    let mut places: Vec<(usize, usize)> = found.collect();
    places.sort_unstable();
    places.dedup_by(|next, last| next.0 <= last.1 + ONE_NAME);
    places
}

/// "Two shave biopsies", "punch bx x 3".
fn stated(lower: &str, words: &[&str]) -> Option<u32> {
    const NUMBERS: &[(&str, u32)] =
        &[("two", 2), ("three", 3), ("four", 4), ("five", 5), ("2", 2), ("3", 3), ("4", 4), ("5", 5)];
    const AFTER_MAX: usize = 4;
    let number = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        NUMBERS.iter().find(|(name, _)| *name == word).map(|(_, number)| *number)
    };
    places(lower, words).into_iter().find_map(|(start, end)| {
        let before = lower.get(..start)?.split_whitespace().next_back().and_then(number);
        let after: Vec<&str> = lower.get(end..)?.split_whitespace().take(AFTER_MAX).collect();
        let times = after.iter().enumerate().find_map(|(at, word)| {
            let digits = word.strip_prefix('x')?;
            number(if digits.is_empty() { after.get(at + 1)? } else { digits })
        });
        times.or(before)
    })
}
