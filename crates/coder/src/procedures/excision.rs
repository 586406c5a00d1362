//! Excision of skin lesions: benign or malignant, by group of sites and excised diameter (CPT excision guidelines:
//! the lesion with its narrowest margins; simple closure is included, layered closure is not).

use claim::Evidence;

use super::{
    doing, missing,
    repair::{Group, centimetres, group},
};
use crate::{
    diagnose::Diagnoses,
    document::{Document, Sentence, word_position},
    service::{Service, ServiceKind, Services},
};

const EXCISED: &[&str] = &["excision", "excised", "elliptical excision", "fusiform excision"];
const LESIONS: &[&str] =
    &["lesion", "nevus", "mole", "cyst", "carcinoma", "melanoma", "keratosis", "dermatofibroma", "skin cancer"];
/// Other services with numbers of their own.
const OTHERS: &[&str] =
    &["lipoma", "pilonidal", "hidradenitis", "breast", "ganglion", "hemorrhoid", "nail", "wide local"];

/// Diagnoses that make a lesion malignant, and those excisions are done for besides.
const MALIGNANT: &[&str] = &["C43", "C44", "D03", "D04", "C4A"];
const TREATED: &[&str] = &["C43", "C44", "D03", "D04", "C4A", "D22", "D23", "L72", "L82", "D48", "D49", "L98", "D17"];

/// Adds the excision of a skin lesion.
pub(super) fn read(document: &Document<'_>, diagnoses: &Diagnoses, found: &mut Services) {
    let is_procedure = doing::tells_of_steps(document);
    let tells = |s: &&Sentence| {
        let lower = document.lower_of(s);
        let has = |words: &[&str]| words.iter().any(|w| word_position(lower, w).is_some());
        has(EXCISED)
            && !has(OTHERS)
            && (doing::is_done(document, s, ServiceKind::Procedure)
                || is_procedure && doing::may_tell(document, s, i16::MIN) && !s.section.is_assessed())
    };
    let told: Vec<&Sentence> = document.sentences.iter().filter(tells).collect();
    let Some(first) = told.first() else { return };
    if !LESIONS.iter().any(|word| word_position(&document.lower, word).is_some()) {
        return;
    }
    let words: Vec<Evidence> = told.iter().filter_map(|s| document.sentence_evidence(s)).take(2).collect();
    let site = told.iter().find_map(|s| site(document.lower_of(s))).or_else(|| site_of_lesion(document));
    let (Some((tenths, diameter)), Some(site)) = (diameter(document), site) else {
        found.prompts.push(missing(
            "missing-diameter",
            "A lesion was excised; its site and its diameter with margins decide the code.".to_owned(),
            "Where was the lesion, and what were its greatest diameter and the narrowest margins excised?",
            "11400",
            words,
        ));
        return;
    };
    let is_malignant = diagnoses.reported().any(|p| p.is(MALIGNANT));
    let kind = if is_malignant { "malignant" } else { "benign" };
    let mut evidence = words;
    evidence.push(diameter);
    let mut service = Service::new(
        number(is_malignant, site, tenths),
        ServiceKind::Procedure,
        &format!("Excision of a {kind} skin lesion"),
        evidence,
        first.block,
    )
    .ruled("PX-DONE", "The note says the lesion was excised at this visit.")
    .ruled("PX-LENGTH", format!("Excised diameter with margins: {}.{} cm.", tenths / 10, tenths % 10));
    service.treats = TREATED.iter().map(|t| (*t).to_owned()).collect();
    found.services.push(service);
}

/// Adds the shaving of a whole lesion off the skin; taking a piece of it to be read is a biopsy.
pub(super) fn shaving(document: &Document<'_>, found: &mut Services) {
    const SHAVED: &[&str] = &["shave removal", "shave excision", "shaved off", "removed by shave", "shave removed"];
    let tells = |s: &&Sentence| {
        let lower = document.lower_of(s);
        SHAVED.iter().any(|w| word_position(lower, w).is_some()) && !doing::is_not_done(lower)
    };
    let Some(told) = document.sentences.iter().find(tells) else { return };
    let words: Vec<Evidence> = document.sentence_evidence(told).into_iter().collect();
    let place =
        site(document.lower_of(told)).or_else(|| document.sentences.iter().find_map(|s| site(document.lower_of(s))));
    let size = diameter(document).or_else(|| {
        document.sentences.iter().find_map(|sentence| {
            let (tenths, start, end) = centimetres(document.lower_of(sentence))?;
            Some((tenths, document.evidence(sentence.start + start, sentence.start + end)?))
        })
    });
    let (Some(place), Some((tenths, size))) = (place, size) else {
        found.prompts.push(missing(
            "missing-diameter",
            "A lesion was shaved off; its site and its diameter decide the code.".to_owned(),
            "Where was the lesion, and what was its greatest diameter?",
            "11300",
            words,
        ));
        return;
    };
    let step = [5, 10, 20].iter().position(|limit| tenths <= *limit).unwrap_or(3);
    let numbers: [&'static str; 4] = match place {
        Group::Body => ["11300", "11301", "11302", "11303"],
        Group::HandsAndFeet => ["11305", "11306", "11307", "11308"],
        Group::Face => ["11310", "11311", "11312", "11313"],
    };
    let code = numbers.get(step).copied().unwrap_or_default();
    let mut service = Service::new(code, ServiceKind::Procedure, "Shaving of a skin lesion", words, told.block)
        .ruled("PX-DONE", "The note says the whole lesion was shaved off at this visit.")
        .ruled("PX-LENGTH", format!("Diameter: {}.{} cm.", tenths / 10, tenths % 10));
    service.evidence.push(size);
    service.treats = TREATED.iter().map(|t| (*t).to_owned()).collect();
    found.services.push(service);
}

/// Excisions group the scalp with neck, hands and feet; repairs with the trunk.
fn site(lower: &str) -> Option<Group> {
    if word_position(lower, "scalp").is_some() { Some(Group::HandsAndFeet) } else { group(lower) }
}

/// The site named with the lesion anywhere.
pub(super) fn site_of_lesion(document: &Document<'_>) -> Option<Group> {
    let names_lesion = |s: &&Sentence| LESIONS.iter().any(|w| word_position(document.lower_of(s), w).is_some());
    document.sentences.iter().filter(names_lesion).find_map(|s| site(document.lower_of(s)))
}

/// The excised diameter as stated, else the lesion and twice its margins; in tenths of a centimetre.
fn diameter(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let after = |names: &[&str]| {
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = names.iter().find_map(|name| word_position(lower, name))?;
            let (tenths, _, length) = centimetres(lower.get(end..)?)?;
            Some((tenths, document.evidence(sentence.start + start, sentence.start + end + length)?))
        })
    };
    if let Some(stated) = after(&["excised diameter", "total excised", "excision diameter"]) {
        return Some(stated);
    }
    let (lesion, words) = after(&["lesion", "nevus", "mole", "cyst", "measuring", "measured"]).or_else(|| {
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            LESIONS.iter().find_map(|name| word_position(lower, name))?;
            let (tenths, start, end) = centimetres(lower)?;
            Some((tenths, document.evidence(sentence.start + start, sentence.start + end)?))
        })
    })?;
    let margins = after(&["margins", "margin"]).or_else(|| {
        // "with 4 mm margins"
        document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (end, _) = ["margins", "margin"].iter().find_map(|name| word_position(lower, name))?;
            let before = lower.get(..end)?;
            let (tenths, start, stop) = centimetres(before.get(before.len().saturating_sub(12)..)?)?;
            let from = sentence.start + before.len().saturating_sub(12);
            Some((tenths, document.evidence(from + start, from + stop)?))
        })
    });
    Some((lesion + 2 * margins.map_or(0, |(tenths, _)| tenths), words))
}

/// The number by malignancy, group of sites and excised diameter.
fn number(is_malignant: bool, site: Group, tenths: u32) -> &'static str {
    let step = [5, 10, 20, 30, 40].iter().position(|limit| tenths <= *limit).unwrap_or(5);
    let numbers: [&'static str; 6] = match (is_malignant, site) {
        (false, Group::Body) => ["11400", "11401", "11402", "11403", "11404", "11406"],
        (false, Group::HandsAndFeet) => ["11420", "11421", "11422", "11423", "11424", "11426"],
        (false, Group::Face) => ["11440", "11441", "11442", "11443", "11444", "11446"],
        (true, Group::Body) => ["11600", "11601", "11602", "11603", "11604", "11606"],
        (true, Group::HandsAndFeet) => ["11620", "11621", "11622", "11623", "11624", "11626"],
        (true, Group::Face) => ["11640", "11641", "11642", "11643", "11644", "11646"],
    };
    numbers.get(step).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diameter_and_site_choose_the_number() {
        assert_eq!(number(false, Group::Body, 5), "11400");
        assert_eq!(number(false, Group::Body, 6), "11401");
        assert_eq!(number(true, Group::Face, 14), "11642");
        assert_eq!(number(true, Group::HandsAndFeet, 41), "11626");
    }
}
