//! Destruction and removal of skin lesions: by kind and by count.

use claim::Evidence;

use super::doing;
use crate::{
    document::{Document, Sentence, word_position},
    numeral,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
};

/// More sentences of one kind say nothing new.
const TOLD_MAX: usize = 20;

const DESTROYED: &[&str] = &[
    "cryotherapy",
    "liquid nitrogen",
    "cryosurgery",
    "ln2",
    "cryo",
    "destroyed",
    "destruction",
    "electrodesiccation",
    "curetted",
    "frozen",
];
const PREMALIGNANT: &[&str] = &["actinic keratosis", "actinic keratoses", "aks", "ak"];
const BENIGN: &[&str] = &[
    "wart",
    "warts",
    "verruca",
    "verrucae",
    "seborrheic keratosis",
    "seborrheic keratoses",
    "molluscum",
    "sks",
    "plantar wart",
    "plantar warts",
    "benign lesion",
    "benign lesions",
    "lesion",
    "lesions",
];

/// Adds destruction of premalignant lesions (17000, 17003, 17004) or of benign ones (17110, 17111).
pub(super) fn read(document: &Document<'_>, found: &mut Services) {
    let is_destroying = |s: &&Sentence| {
        let lower = document.lower_of(s);
        DESTROYED.iter().any(|w| word_position(lower, w).is_some())
            && !matches!(s.section, SectionKind::Past | SectionKind::Surgical | SectionKind::Instructions)
            && !doing::is_not_done(lower)
    };
    let told: Vec<&Sentence> = document.sentences.iter().filter(is_destroying).take(TOLD_MAX).collect();
    let Some(first) = told.first() else { return };
    let block: Vec<&Sentence> = document.sentences.iter().filter(|s| told.iter().any(|t| t.block == s.block)).collect();
    let names = |list: &[&str]| {
        let near = told.iter().chain(&block).find_map(|s| find(document, s, list));
        near.or_else(|| document.find_phrase_where(list, |s| s.section.is_assessed()).map(|(_, e)| e))
    };
    let Some(doing) = document.sentence_evidence(first) else { return };
    let counted = |s: &Sentence| {
        let lower = document.lower_of(s);
        let is_of_them = told.iter().any(|t| t.block == s.block)
            || PREMALIGNANT.iter().chain(BENIGN).chain(&["total"]).any(|w| word_position(lower, w).is_some());
        is_of_them.then(|| count(lower)).flatten()
    };
    let listed = u32::try_from(listed(document)).unwrap_or(1);
    let count = document.sentences.iter().filter_map(counted).max().unwrap_or(1).max(listed);
    if let Some(kind) = names(PREMALIGNANT) {
        premalignant(found, count, vec![doing, kind], first.block);
    } else if let Some(kind) = names(BENIGN) {
        let code = if count > 14 { "17111" } else { "17110" };
        push(
            found,
            code,
            "Destruction of benign lesions",
            1,
            vec![doing, kind],
            first.block,
            &["B07", "B08", "L82", "L81", "D2"],
        );
    }
}

/// Lines that each tell of one lesion destroyed, as a table has them.
fn listed(document: &Document<'_>) -> usize {
    let tells = |line: &str| {
        let has = |words: &[&str]| words.iter().any(|word| word_position(line, word).is_some());
        has(DESTROYED) && has(PREMALIGNANT) && count(line).is_none() && !doing::is_not_done(line)
    };
    document.lines().filter(|(_, line)| tells(line)).count()
}

fn premalignant(found: &mut Services, count: u32, evidence: Vec<Evidence>, block: usize) {
    if count > 14 {
        push(found, "17004", "Destruction of premalignant lesions, 15 or more", 1, evidence, block, &["L57"]);
        return;
    }
    push(found, "17000", "Destruction of a premalignant lesion, first", 1, evidence.clone(), block, &["L57"]);
    if count > 1 {
        push(found, "17003", "Destruction of premalignant lesions, each more", count - 1, evidence, block, &["L57"]);
    }
}

fn push(
    found: &mut Services,
    code: &str,
    label: &str,
    units: u32,
    evidence: Vec<Evidence>,
    block: usize,
    treats: &[&str],
) {
    let mut service = Service::new(code, ServiceKind::Procedure, label, evidence, block)
        .ruled("PX-DONE", "The note says the lesions were destroyed at this visit.");
    service.units = units;
    service.treats = treats.iter().map(|t| (*t).to_owned()).collect();
    found.services.push(service);
}

fn find(document: &Document<'_>, sentence: &Sentence, words: &[&str]) -> Option<Evidence> {
    let lower = document.lower_of(sentence);
    let (start, end) = words.iter().find_map(|w| word_position(lower, w))?;
    document.evidence(sentence.start + start, sentence.start + end)
}

/// "4 lesions", "three warts", "x 5", "#3".
pub(super) fn count(lower: &str) -> Option<u32> {
    const NAMED: std::ops::RangeInclusive<u32> = 1..=12;
    const COUNTED: &[&str] = &[
        "lesion",
        "lesions",
        "wart",
        "warts",
        "ak",
        "aks",
        "actinic",
        "keratoses",
        "keratosis",
        "plantar",
        "verrucae",
        "molluscum",
        "skin",
        "tags",
        "sites",
        "total",
        "separate",
        "common",
        "seborrheic",
        "callus",
        "calluses",
        "corns",
        "keratotic",
        "hyperkeratotic",
        "nails",
        "toenails",
        "mycotic",
        "dystrophic",
        "elongated",
        "thickened",
        "tyloma",
        "helomas",
    ];
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let number = |word: &str| {
        let spelled = numeral::cardinal(word).filter(|n| NAMED.contains(n));
        spelled.or_else(|| word.parse().ok()).filter(|n| (1..=100).contains(n))
    };
    let total = words.windows(2).find_map(|pair| match pair {
        ["total", b] => number(b),
        _ => None,
    });
    total
        .or_else(|| {
            words.windows(2).find_map(|pair| match pair {
                [a, b] if COUNTED.contains(b) => number(a),
                ["all", b] => number(b),
                ["x", b] => number(b).filter(|_| !lower.contains("second")),
                _ => None,
            })
        })
        .or_else(|| behind(lower))
}

/// "Actinic keratoses, 4 - LN2", "AKs (6)", "warts: 3": the number stands behind what is counted.
fn behind(lower: &str) -> Option<u32> {
    let kinds = PREMALIGNANT.iter().chain(BENIGN).chain(&["tags", "skin tags"]);
    kinds.filter_map(|kind| word_position(lower, kind)).find_map(|(_, end)| {
        let rest = lower.get(end..)?.trim_start_matches([' ', ',', '(', ':', '#', '=', 'x', '-']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = rest.get(..digits)?.parse().ok()?;
        let after = rest.get(digits..)?.trim_start();
        let is_alone = after.is_empty() || after.starts_with([')', '-', '.', ',', ';', '\n', '\u{2013}']);
        ((1..=60).contains(&number) && is_alone).then_some(number)
    })
}
