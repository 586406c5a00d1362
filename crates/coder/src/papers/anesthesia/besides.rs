//! What an anesthetist bills beside the anesthesia: lines, blocks for pain after the operation, circumstances.

use claim::Evidence;

use crate::{
    Visit,
    clause::affirmed,
    document::{Document, word_position},
    rule::applied,
    service::Services,
    table::{Days, cell, table},
};

use super::super::service;

/// Age and emergencies where the payer takes them; lines and blocks of the anesthetist's own.
pub(super) fn read(document: &Document<'_>, visit: &Visit, code: &str, is_emergency: bool, found: &mut Services) {
    if !visit.is_medicare() {
        circumstances(document, visit, code, is_emergency, found);
    }
    for row in rows("line", visit) {
        let Some((start, end)) = placed(document, cell(row, 2)) else { continue };
        let words = document.evidence(start, end).into_iter().collect();
        found.services.push(service(cell(row, 1), cell(row, 5), words, "PX-DONE", "Placed by the anesthetist."));
    }
    blocks(document, visit, found);
}

fn rows(facet: &'static str, visit: &Visit) -> impl Iterator<Item = &'static [&'static str]> {
    let on = visit.served_on;
    table!("anesthesia_words.tsv").filter(move |row| cell(row, 0) == facet && Days::of(row, 6).covers(on))
}

/// Lines that were there already, or that others placed.
fn placed(document: &Document<'_>, names: &str) -> Option<(usize, usize)> {
    const OTHERS: &[&str] = &[
        "in situ",
        "existing",
        "already",
        "preexisting",
        "pre-existing",
        "by surgeon",
        "surgeon placed",
        "from icu",
        "indwelling",
    ];
    document.sentences.iter().find_map(|sentence| {
        let lower = document.lower_of(sentence);
        let (start, end) = affirmed(lower, names)?;
        let is_others = OTHERS.iter().any(|word| word_position(lower, word).is_some());
        (!is_others).then_some((sentence.start + start, sentence.start + end))
    })
}

/// Codes that hold the age of the patient themselves.
const OF_INFANTS: &[&str] = &["00326", "00561", "00834", "00836"];

fn circumstances(document: &Document<'_>, visit: &Visit, code: &str, is_emergency: bool, found: &mut Services) {
    let main = || found.services.iter().find(|s| s.code == code).and_then(|s| s.evidence.first().cloned());
    let mut told: Vec<(&str, &str, Evidence, &str)> = Vec::new();
    if visit.age().is_some_and(|age| !(1..=70).contains(&age)) && !OF_INFANTS.contains(&code) {
        told.extend(main().map(|words| ("99100", "Extreme age", words, "By the date of birth.")));
    }
    let words = |names: &str| affirmed(&document.lower, names).and_then(|(start, end)| document.evidence(start, end));
    told.extend(
        words("total body hypothermia|deliberate hypothermia|circulatory arrest")
            .filter(|_| !code.starts_with("0056"))
            .map(|words| ("99116", "Total body hypothermia", words, "Used on purpose.")),
    );
    told.extend(
        words("controlled hypotension|deliberate hypotension|induced hypotension")
            .map(|words| ("99135", "Controlled hypotension", words, "Used on purpose.")),
    );
    told.extend(
        words("emergency|emergent|emergently|stat")
            .filter(|_| is_emergency)
            .map(|words| ("99140", "Emergency", words, "A delay would be a threat.")),
    );
    for (code, label, words, text) in told {
        found.services.push(service(code, label, vec![words], "AN-CIRCUMSTANCE", text));
    }
}

/// Blocks for pain after the operation, asked for by the surgeon and apart from the anesthesia.
fn blocks(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    const FOR_PAIN: &str = "postoperative pain|post-operative pain|postop pain|post-op pain|post op pain|\
                            postoperative analgesia|post-op analgesia|postop analgesia|post op analgesia|\
                            postoperative analgesic|pain after surgery|postsurgical pain|post-surgical pain|\
                            analgesia after surgery|pain control after|pain management after|postoperative pain control";
    let Some((start, end)) = affirmed(&document.lower, FOR_PAIN) else { return };
    let pain = document.evidence(start, end);
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for row in rows("block", visit) {
        let told = document.sentences.iter().find_map(|sentence| {
            let lower = document.lower_of(sentence);
            let (start, end) = affirmed(lower, cell(row, 2))?;
            let is_others = ["by surgeon", "surgeon infiltrat", "surgeon performed"].iter().any(|w| lower.contains(w));
            (!is_others).then_some((sentence, start, end))
        });
        let Some((sentence, start, end)) = told else { continue };
        let place = (sentence.start, sentence.end);
        if taken.contains(&place) {
            continue;
        }
        taken.push(place);
        let lower = document.lower_of(sentence);
        let holds = |words: &str| words.split('|').any(|word| word_position(lower, word).is_some());
        let is_both = holds("bilateral|both|bilaterally");
        let is_catheter = affirmed(lower, "catheter|continuous|infusion pump|on-q").is_some();
        let code = match (cell(row, 3), cell(row, 4)) {
            (_, twice) if is_both && !twice.is_empty() => twice,
            (catheter, _) if is_catheter && !catheter.is_empty() => catheter,
            _ => cell(row, 1),
        };
        let words = document.evidence(sentence.start + start, sentence.start + end).into_iter().chain(pain.clone());
        let mut block = service(
            code,
            cell(row, 5),
            words.collect(),
            "MOD-59",
            "For pain after the operation, apart from the anesthesia; please confirm.",
        );
        block.modifiers.push("59".to_owned());
        let side = match (holds("right|rt"), holds("left|lt")) {
            _ if code.starts_with("6232") || code == cell(row, 4) => None,
            _ if is_both => Some("50"),
            (true, false) => Some("RT"),
            (false, true) => Some("LT"),
            _ => None,
        };
        if let Some(side) = side {
            block.modifiers.push(side.to_owned());
            block.rules.push(applied("MOD-SIDE", "The side is written."));
        }
        found.services.push(block);
    }
}
