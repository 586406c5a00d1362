//! Circumstances of an operation that a modifier tells: staged, a return to the operating room, two surgeons, stopped,
//! other polyps.

use claim::Evidence;

use crate::{
    Visit,
    document::{Document, Sentence, word_position},
    rule::applied,
    service::{Service, ServiceKind, Services},
};

/// Modifier, words that support it, what it says (Claims Processing Manual 12 §40; CPT appendix A).
const CIRCUMSTANCES: &[(&str, &[&str], &str)] = &[
    (
        "78",
        &[
            "return to or",
            "return to the or",
            "returned to or",
            "returned to the or",
            "return to the operating room",
            "returned to the operating room",
            "taken back to",
            "take-back",
            "takeback",
            "brought back to the or",
        ],
        "An unplanned return to the operating room for what belongs to the first operation.",
    ),
    (
        "58",
        &[
            "staged",
            "planned second stage",
            "would be done if margins",
            "planned re-excision",
            "as planned at the first",
        ],
        "A stage that was planned with the first operation.",
    ),
    (
        "62",
        &["co-surgeon", "cosurgeon", "co-surgery", "two surgeons", "joint operative record"],
        "Two surgeons each did a part of it.",
    ),
    (
        "53",
        &[
            "procedure terminated",
            "procedure aborted",
            "procedure was aborted",
            "was terminated",
            "aborted due",
            "incomplete colonoscopy",
            "unable to advance beyond",
            "could not be advanced",
            "could not advance",
            "could not pass",
        ],
        "Stopped for the patient's safety or because it could not go on.",
    ),
    (
        "22",
        &["modifier 22", "significantly increased work", "twice the usual time", "substantially greater"],
        "Much more work than usual is described.",
    ),
];

/// Sets the modifiers that the report supports, each with its words.
pub(super) fn read(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    for (modifier, words, text) in CIRCUMSTANCES {
        // What was only consented to or might come is none.
        let is_told = |s: &Sentence| {
            let lower = document.lower_of(s);
            !["consent", "possible", "may", "might", "risk", "risks"].iter().any(|w| word_position(lower, w).is_some())
        };
        let Some((_, evidence)) = document.find_phrase_where(words, is_told) else { continue };
        for service in found.services.iter_mut().filter(|s| !is_added(&s.code)) {
            add(service, modifier, &evidence, "MOD-GLOBAL", text);
        }
    }
    second_biller(document, found);
    other_eye(document, found);
    screening(document, visit, found);
    other_lesions(document, found);
    catheterization(document, visit, found);
}

/// A first look at the coronaries on which the intervention was decided stands beside it; read in a hospital, its
/// professional part (NCCI Policy Manual XI).
fn catheterization(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    let is_intervention = found.services.iter().any(|s| s.code.starts_with("929"));
    let decided = find(
        document,
        &[
            "no previous coronary angiography",
            "no prior coronary angiography",
            "no prior angiography",
            "decided on immediate",
            "decision to proceed with pci",
            "based on these findings",
        ],
    );
    for service in found.services.iter_mut().filter(|s| s.code.starts_with("934")) {
        if let Some(words) = decided.as_ref().filter(|_| is_intervention) {
            add(service, "59", words, "MOD-59", "The intervention was decided on this study; please confirm.");
        }
        if matches!(visit.place_of_service.as_str(), "19" | "21" | "22" | "23") {
            service.modifiers.insert(0, "26".to_owned());
            service.rules.push(applied("MOD-26", "Done in a hospital, which bills its own part."));
        }
    }
}

fn find(document: &Document<'_>, words: &[&str]) -> Option<Evidence> {
    words.iter().find_map(|word| {
        let at = document.lower.find(word)?;
        document.evidence(at, at + word.len())
    })
}

fn is_added(code: &str) -> bool {
    ["22853", "22845", "22846", "22552", "22585", "63048", "38900"].contains(&code)
}

fn add(service: &mut Service, modifier: &str, evidence: &Evidence, rule: &str, text: &str) {
    if !service.modifiers.iter().any(|m| m == modifier) {
        service.modifiers.insert(0, modifier.to_owned());
        service.evidence.push(evidence.clone());
        service.rules.push(applied(rule, text));
    }
}

/// A second surgeon, and an assistant who is no physician, bill the same operation on claims of their own
/// (Claims Processing Manual 12 §20.4.3, §40.8, §110).
fn second_biller(document: &Document<'_>, found: &mut Services) {
    const ASSISTANTS: &[&str] = &["pa-c", "pa", "np", "aprn", "rnfa", "crnfa", "fnp", "acnp"];
    let Some(main) = found.services.iter().find(|s| s.kind == ServiceKind::Operation && !is_added(&s.code)).cloned()
    else {
        return;
    };
    if main.modifiers.iter().any(|m| m == "62") {
        let mut other = main;
        other.rules.push(applied("OP-SECOND", "The other surgeon's claim carries the same operation."));
        found.services.push(other);
        return;
    }
    let words = document.lines().find_map(|(line_start, line)| {
        let names = ["first assistant", "first assist", "assistant", "asst"];
        let (start, _) = names.iter().find_map(|word| word_position(line, word))?;
        let named = line.get(start..)?;
        let (_, end) = ASSISTANTS.iter().find_map(|title| word_position(named, title))?;
        let before = named.get(..end)?;
        let is_surgeon = ["md", "m.d", "do", "resident", "none"].iter().any(|w| word_position(before, w).is_some());
        document.evidence(line_start + start, line_start + start + end).filter(|_| !is_surgeon)
    });
    if let Some(words) = words.filter(|_| is_major(&main.code)) {
        let mut other = main;
        other.modifiers.insert(0, "AS".to_owned());
        other.evidence.push(words);
        other
            .rules
            .push(applied("OP-SECOND", "The assistant's own claim; whether the payer allows one is in its fee table."));
        found.services.push(other);
    }
}

/// Endoscopies and other small operations take no assistant.
fn is_major(code: &str) -> bool {
    !["43", "45", "52", "31", "66", "67", "69", "11", "12", "10"].iter().any(|start| code.starts_with(start))
}

/// The second eye within the global days of the first.
fn other_eye(document: &Document<'_>, found: &mut Services) {
    let words = ["first eye", "fellow eye", "other eye", "second eye"];
    let in_days =
        ["global", "postoperative period", "post-op period", "days ago", "weeks ago", "week ago", "90 day", "90-day"];
    let (Some(evidence), Some(_)) = (find(document, &words), find(document, &in_days)) else { return };
    for service in found.services.iter_mut().filter(|s| ["66984", "66982"].contains(&s.code.as_str())) {
        add(service, "79", &evidence, "MOD-GLOBAL", "The other eye, within the days of the first operation.");
    }
}

/// Medicare has codes of its own for a screening in which nothing was taken (Claims Processing Manual 18 §60.1).
fn screening(document: &Document<'_>, visit: &Visit, found: &mut Services) {
    if !visit.is_medicare() {
        return;
    }
    let high_risk = [
        "surveillance",
        "history of adenomatous",
        "history of colon",
        "history of polyps",
        "high-risk",
        "high risk",
        "family history of colon",
    ];
    let Some(words) = find(document, &high_risk).or_else(|| find(document, &["screening"])) else { return };
    let is_high = high_risk.iter().any(|word| document.lower.contains(word));
    for service in found.services.iter_mut().filter(|s| s.code == "45378") {
        service.code = if is_high { "G0105" } else { "G0121" }.to_owned();
        service.modifiers.retain(|m| m != "PT" && m != "33");
        service.evidence.push(words.clone());
        service.rules.push(applied("MOD-SCREEN", "A screening in which nothing was taken has a code of its own."));
    }
}

/// A biopsy of one polyp beside the snaring of another: told apart, never silently (NCCI Policy Manual VI).
fn other_lesions(document: &Document<'_>, found: &mut Services) {
    if !found.services.iter().any(|s| s.code == "45385") {
        return;
    }
    let Some(words) = find(document, &["biopsy forceps", "cold forceps", "biopsied", "forceps biopsy", "biopsies"])
    else {
        return;
    };
    for service in found.services.iter_mut().filter(|s| s.code == "45380") {
        add(service, "59", &words, "MOD-59", "Another lesion than the one that was snared; please confirm.");
    }
}
