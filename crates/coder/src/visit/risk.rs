//! Risk of management: what was decided, by its words (CPT E/M guidelines).

use claim::Evidence;

use crate::{
    diagnose::Diagnoses,
    document::{Document, Sentence},
    level::Complexity,
    medication::Drug,
    sections::SectionKind,
};

/// The risk element with its words.
pub(super) fn risk(document: &Document<'_>, diagnoses: &Diagnoses) -> (Complexity, Vec<Evidence>) {
    let decided = |s: &Sentence| {
        s.section.is_assessed()
            || matches!(s.section, SectionKind::None | SectionKind::Instructions | SectionKind::Treatment)
    };
    let is_refused = |start: usize| {
        let before = document.lower.get(..start).unwrap_or_default().split_whitespace().next_back();
        before.is_some_and(|word| {
            ["no", "not", "without", "declines", "declined", "denies", "post", "s/p", "prior", "previous", "after"]
                .contains(&word)
        })
    };
    let by_words = |phrases: &[&str]| {
        let each = phrases.iter().filter_map(|phrase| document.find_phrase_where(&[*phrase], decided));
        each.map(|(_, words)| words).find(|words| !is_refused(words.start))
    };
    let high: &[&str] = &[
        "admit to hospital",
        "admitted to the hospital",
        "hospital admission",
        "transfer to ed",
        "sent to the emergency department",
        "send to the ed",
        "dnr",
        "do not resuscitate",
        "hospice",
        "emergency surgery",
        "emergency operation",
        "emergent surgery",
        "emergent operation",
        "decision regarding hospitalization",
        "hospitalization considered",
        "readmission considered",
        "sent to ed",
        "sent to er",
        "transferred to",
        "palliative care",
        "drug toxicity monitoring",
        "monitoring for toxicity",
    ];
    if let Some(words) = by_words(high) {
        return (Complexity::High, vec![words]);
    }
    let in_plan = |at: usize| document.sentences.get(at).is_some_and(decided);
    let is_managed = |drug: &&Drug| in_plan(drug.sentence) || is_ordered(document, drug);
    if let Some(drug) = diagnoses.drugs.iter().filter(|d| d.class.is_prescription()).find(is_managed) {
        return (Complexity::Moderate, vec![drug.evidence.clone()]);
    }
    let moderate: &[&str] = &[
        "prescription",
        "prescribed",
        "prescribe",
        "rx",
        "refill",
        "refilled",
        "refills",
        "antibiotic",
        "antibiotics",
        "steroid taper",
        "inhaler",
        "schedule surgery",
        "surgery scheduled",
        "arthroscopy",
        "arthroplasty",
        "meniscectomy",
        "cholecystectomy",
        "hysterectomy",
        "herniorrhaphy",
        "carpal tunnel release",
        "surgical repair",
        "recommend surgery",
        "elect to proceed with surgery",
        "elected to proceed with surgery",
        "unable to afford",
        "cannot afford",
        "homeless",
        "food insecurity",
        "lacks transportation",
        "continue current medications",
        "continue current medication",
        "continue medications",
        "continue all meds",
        "continue all medications",
        "continue meds",
        "continue current meds",
        "continue same meds",
        "continue current regimen",
    ];
    if let Some(words) = by_words(moderate) {
        return (Complexity::Moderate, vec![words]);
    }
    let low: &[&str] = &[
        "physical therapy",
        "pt referral",
        "over the counter",
        "over-the-counter",
        "otc",
        "nsaids",
        "nsaid",
        "brace",
        "supportive care",
        "occupational therapy",
        "fluids",
        "ice",
        "splint",
        "boot",
        "topical",
    ];
    let over_the_counter = diagnoses.drugs.iter().find(|d| in_plan(d.sentence)).map(|d| d.evidence.clone());
    match by_words(low).or(over_the_counter) {
        Some(words) => (Complexity::Low, vec![words]),
        None => (Complexity::Straightforward, Vec::new()),
    }
}

/// "Cont metformin 500 bid, lisinopril 10" decides wherever it is written; "continues metformin" only tells.
fn is_ordered(document: &Document<'_>, drug: &Drug) -> bool {
    const ORDERS: &[&str] = &[
        "cont", "continue", "start", "begin", "add", "increase", "decrease", "reduce", "change", "switch", "titrate",
        "restart", "resume", "refill", "renew",
    ];
    const OPENINGS: &[&str] = &["will", "we", "and", "then", "plan", "please"];
    let Some(sentence) = document.sentences.get(drug.sentence) else { return false };
    if matches!(sentence.section, SectionKind::Past | SectionKind::Surgical | SectionKind::Social) {
        return false;
    }
    let before = document.lower.get(sentence.start..drug.evidence.start).unwrap_or_default();
    before.split([',', ';', ':', '-', '(']).any(|clause| {
        let mut words = clause.split_whitespace().map(|word| word.trim_end_matches('.'));
        words.find(|word| !OPENINGS.contains(word)).is_some_and(|word| ORDERS.contains(&word))
    })
}
