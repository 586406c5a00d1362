//! Foot care: corns and calluses pared, nails trimmed or debrided, and what Medicare asks for it (Benefit Policy Manual
//! 15 §290: class findings, modifiers Q7 to Q9).

use claim::Evidence;

use super::lesion::count;
use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    service::{Service, ServiceKind, Services},
};

const KERATOSES: &[&str] = &[
    "callus",
    "calluses",
    "callous",
    "callouses",
    "corn",
    "corns",
    "heloma",
    "helomas",
    "tyloma",
    "tylomas",
    "hyperkeratosis",
    "hyperkeratoses",
    "hyperkeratotic",
    "keratoses",
    "ipk",
    "ipks",
];
const PARED: &[&str] = &["pared", "paring", "debrided", "debridement", "trimmed", "reduced", "shaved", "sharply"];
const NAILS: &[&str] = &["nail", "nails", "toenail", "toenails"];
const DEBRIDED: &[&str] = &["debrided", "debridement", "reduced", "ground"];
const TRIMMED: &[&str] = &["trimmed", "trimming", "cut", "clipped"];

/// Adds foot care done at this visit.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let mut added = false;
    if let Some((sentence, number)) = treated(document, KERATOSES, PARED) {
        let code = match number {
            ..=1 => "11055",
            2..=4 => "11056",
            _ => "11057",
        };
        added |= push(document, found, code, "Paring of corns or calluses", sentence, number, &["L84"]);
    }
    if let Some((sentence, number)) = treated(document, NAILS, DEBRIDED) {
        let code = if number > 5 { "11721" } else { "11720" };
        found.services.retain(|s| !matches!(s.code.as_str(), "11720" | "11721"));
        added |= push(document, found, code, "Debridement of nails", sentence, number, &["B351", "L60"]);
    } else if let Some((sentence, number)) = treated(document, NAILS, TRIMMED) {
        // Trimming is routine care that only a disease of the whole body makes a service.
        if class_findings(document).is_some() {
            let is_sick = ["dystrophic", "thickened", "mycotic"].iter().any(|w| document.lower.contains(w));
            let code = if is_sick && visit.is_medicare() { "G0127" } else { "11719" };
            added |= push(document, found, code, "Trimming of nails", sentence, number, &["L60", "B351"]);
        }
    }
    if !added {
        return;
    }
    let codes: Vec<String> = found.services.iter().map(|s| s.code.clone()).collect();
    let has_paring = codes.iter().any(|code| code.starts_with("1105"));
    let finding = class_findings(document);
    for service in found.services.iter_mut().filter(|s| is_foot_care(&s.code)) {
        if has_paring && !service.code.starts_with("1105") {
            service.modifiers.push("59".to_owned());
            service.rules.push(applied("MOD-59", "Nails are another site than the skin pared; please confirm."));
        }
        if let Some((modifier, words)) = &finding {
            service.modifiers.push((*modifier).to_owned());
            service.evidence.extend(words.iter().cloned());
            service.rules.push(applied("MOD-Q", "The class findings that are written."));
        }
    }
}

fn is_foot_care(code: &str) -> bool {
    ["11055", "11056", "11057", "11719", "11720", "11721", "G0127"].contains(&code)
}

fn push(
    document: &Document<'_>,
    found: &mut Services,
    code: &str,
    label: &str,
    sentence: &Sentence,
    number: u32,
    treats: &[&str],
) -> bool {
    let Some(words) = document.sentence_evidence(sentence) else { return false };
    let mut service = Service::new(code, ServiceKind::Procedure, label, vec![words], sentence.block)
        .ruled("PX-DONE", format!("Done at this visit: {number}."));
    service.treats = treats.iter().map(|t| (*t).to_owned()).collect();
    // One number takes the place of what the concepts found.
    found.services.retain(|s| s.code != code && !(code.starts_with("1105") && s.code.starts_with("1105")));
    found.services.push(service);
    true
}

/// The sentence that says things of one kind were treated, with their number; one when none is written.
fn treated<'d>(document: &'d Document<'_>, things: &[&str], done: &[&str]) -> Option<(&'d Sentence, u32)> {
    let told = document.sentences.iter().find(|sentence| {
        let is_told = !matches!(
            sentence.section,
            SectionKind::Past | SectionKind::Surgical | SectionKind::Family | SectionKind::Instructions
        );
        let lower = document.lower_of(sentence);
        let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
        is_told && has(things) && has(done) && !has(&["ulcer", "wound", "will", "declined", "last visit"])
    })?;
    let counted = |s: &Sentence| {
        let lower = document.lower_of(s);
        let is_of_them = things.iter().any(|w| word_position(lower, w).is_some());
        is_of_them.then(|| count(lower)).flatten()
    };
    let number = counted(told).or_else(|| document.sentences.iter().find_map(counted));
    let listed = |range: &str| {
        let (from, to) = range.split_once('-')?;
        let (from, to): (u32, u32) = (from.parse().ok()?, to.parse().ok()?);
        (from == 1 && to <= 10).then_some(to)
    };
    let by_range = || document.lower_of(told).split_whitespace().find_map(|w| listed(w.trim_matches([',', '.', '#'])));
    Some((told, number.or_else(by_range).unwrap_or(1)))
}

/// The modifier of class findings: one of A, two of B, or one of B with two of C.
fn class_findings(document: &Document<'_>) -> Option<(&'static str, Vec<Evidence>)> {
    for modifier in ["Q7", "Q8", "Q9"] {
        if let Some((_, words)) = document.find_phrase(&[&modifier.to_lowercase()]) {
            return Some((modifier, vec![words]));
        }
    }
    let told = |words: &[&str]| {
        let sentence = |s: &Sentence| !matches!(s.section, SectionKind::Family | SectionKind::Instructions);
        document.find_phrase_where(words, sentence).map(|(_, evidence)| evidence)
    };
    let amputation = told(&["toe amputation", "transmetatarsal amputation", "amputation of the", "amputated"]);
    if let Some(words) = amputation {
        return Some(("Q7", vec![words]));
    }
    let absent = |names: &[&str]| {
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
            let is_absent = has(names)
                && (has(&["absent", "nonpalpable", "non-palpable", "not palpable", "0/4", "unable to palpate"])
                    || has(&["pulses 0", "dp 0", "pt 0"]));
            is_absent.then(|| document.sentence_evidence(sentence)).flatten()
        })
    };
    let trophic: Vec<Evidence> = [
        &[
            "hair decreased",
            "hair growth decreased",
            "hair growth absent",
            "decreased hair",
            "absent hair",
            "no hair growth",
            "loss of hair",
            "hair absent",
        ][..],
        &["skin thin", "thin skin", "shiny", "atrophic skin", "thin, shiny"],
        &["nails thick", "thickened nails", "nail thickening", "thick"],
        &["pigmentary", "hyperpigmentation", "hemosiderin"],
        &["rubor", "dependent rubor", "redness"],
    ]
    .iter()
    .filter_map(|words| told(words))
    .collect();
    let class_b: Vec<Evidence> = [
        absent(&["posterior tibial", "pt pulse", "pt pulses", "pt", "pedal pulses"]),
        absent(&["dorsalis pedis", "dp pulse", "dp pulses", "dp", "pedal pulses"]),
        trophic.first().filter(|_| trophic.len() >= 3).cloned(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let class_c: Vec<Evidence> = [
        &["claudication"][..],
        &["cold feet", "cool to touch", "feet cool", "feet cold", "cool toes", "temperature changes"],
        &["edema"],
        &["paresthesia", "paresthesias", "tingling", "numbness"],
        &["burning"],
    ]
    .iter()
    .filter_map(|words| told(words))
    .collect();
    if class_b.len() >= 2 {
        return Some(("Q8", class_b));
    }
    (class_b.len() == 1 && class_c.len() >= 2).then(|| ("Q9", class_b.into_iter().chain(class_c).collect()))
}
