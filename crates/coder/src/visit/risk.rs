//! Risk of management: what was decided, by its words (CPT E/M guidelines).

use claim::Evidence;

use super::phrase;
use crate::{
    diagnose::Diagnoses,
    document::{Document, Sentence},
    level::{Complexity, VisitFamily},
    medication::{Drug, DrugClass},
    sections::SectionKind,
};

/// The risk element with its words.
pub(super) fn risk(document: &Document<'_>, diagnoses: &Diagnoses, family: VisitFamily) -> (Complexity, Vec<Evidence>) {
    let by_words = |element: &str| phrase::find(document, element, |_| true).map(|(_, words)| words);
    // Whoever sees the patient later in the stay did not decide on it.
    let may_admit = !matches!(family, VisitFamily::HospitalSubsequent | VisitFamily::ConsultInpatient);
    let admission = if may_admit { by_words("admission") } else { None };
    if let Some(words) = admission.or_else(|| by_words("high")) {
        return (Complexity::High, vec![words]);
    }
    if let Some(words) = monitored(document, diagnoses) {
        return (Complexity::High, words);
    }
    let managed: Vec<(&Drug, bool)> = diagnoses
        .drugs
        .iter()
        .filter(|drug| is_managed(document, drug))
        .map(|drug| (drug, drug.class.is_prescription() && !is_over_the_counter(document, drug)))
        .collect();
    let of = |is_prescription: bool| {
        managed.iter().find(|(_, is)| *is == is_prescription).map(|(drug, _)| drug.evidence.clone())
    };
    if let Some(words) = of(true).or_else(|| by_words("moderate")) {
        return (Complexity::Moderate, vec![words]);
    }
    match of(false).or_else(|| by_words("low")) {
        Some(words) => (Complexity::Low, vec![words]),
        None => (Complexity::Straightforward, Vec::new()),
    }
}

/// A drug that may do harm, with the tests that watch for it, in one paragraph.
fn monitored(document: &Document<'_>, diagnoses: &Diagnoses) -> Option<Vec<Evidence>> {
    let drugs = diagnoses.drugs.iter().filter(|d| d.class == DrugClass::Monitored && is_managed(document, d));
    drugs.into_iter().find_map(|drug| {
        let block = document.sentences.get(drug.sentence)?.block;
        let (_, tests) = phrase::find(document, "toxicity", |s| s.block == block)?;
        Some(vec![drug.evidence.clone(), tests])
    })
}

/// A drug that is named where decisions are written, or ordered elsewhere.
pub(super) fn is_managed(document: &Document<'_>, drug: &Drug) -> bool {
    let sentence = document.sentences.get(drug.sentence);
    sentence.is_some_and(|s| {
        let after = document.lower.get(drug.evidence.end..s.end).unwrap_or_default();
        let is_given_here = !phrase::stands(document.lower_of(s), HERE).is_empty();
        (phrase::is_decided(document, s) && !is_given_here || is_ordered(document, s, drug))
            && !phrase::is_conditional(after)
    })
}

/// Drugs of a procedure, a dressing or a test are no treatment that goes on.
const HERE: &[&str] = &[
    "dressing",
    "dressed",
    "digital block",
    "injected",
    "infiltrated",
    "topical anesthe*",
    "lidocaine",
    "lido",
    "numbed",
    "irrigat*",
];

/// "Terbinafine 1% cream OTC" needs no prescription.
fn is_over_the_counter(document: &Document<'_>, drug: &Drug) -> bool {
    const WORDS: &[&str] =
        &["otc", "over the counter", "over-the-counter", "hydrocortisone 1%", "without a prescription"];
    let Some(sentence) = document.sentences.get(drug.sentence) else { return false };
    let (lower, at) = (document.lower_of(sentence), drug.evidence.start - sentence.start);
    let clause = lower.get(at..).unwrap_or_default().split([',', ';']).next().unwrap_or_default();
    !phrase::stands(clause, WORDS).is_empty()
        || lower.get(..at).is_some_and(|before| ["otc ", "counter "].iter().any(|word| before.ends_with(word)))
}

/// "Cont metformin 500 bid, lisinopril 10", "let's stay on tretinoin", "I'll renew both" decide wherever it is written;
/// "continues metformin" only tells.
fn is_ordered(document: &Document<'_>, sentence: &Sentence, drug: &Drug) -> bool {
    const ORDERS: &[&str] = &[
        "cont",
        "continue",
        "continuing",
        "keep",
        "stay on",
        "stick with",
        "start",
        "starting",
        "begin",
        "add",
        "adding",
        "increase",
        "increasing",
        "raise",
        "go up",
        "bump",
        "decrease",
        "lower",
        "cut",
        "go down",
        "reduce",
        "taper",
        "wean",
        "change",
        "switch",
        "titrate",
        "restart",
        "resume",
        "refill",
        "renew",
        "rx",
        "prescribe",
        "prescribing",
        "send in",
        "sending in",
        "call in",
        "put you on",
        "put her on",
        "put him on",
        "give you",
        "going to do",
        "gonna do",
        "do a course",
        "try",
        "trial",
        "stop",
        "hold",
        "discontinue",
        "d/c",
    ];
    const ORDERED: &[&str] = &[
        "prescribed",
        "renewed",
        "refilled",
        "increased to",
        "decreased to",
        "reduced to",
        "continued",
        "unchanged",
        "stopped",
        "held",
        "on hold",
        "to be held",
        "to be skipped",
        "skipped",
        "restarted",
        "resumed",
        "sent to pharmacy",
        "up to",
        "down to",
        "ordered",
        "rx",
    ];
    const NEAR: usize = 60;
    use SectionKind::{
        Allergies, Complaint, Exam, Family, Medications, Past, Present, Procedure, Results, Social, Surgical,
    };
    if matches!(sentence.section, Past | Surgical | Social | Family | Allergies | Exam | Results | Procedure) {
        return false;
    }
    let before = document.lower.get(sentence.start..drug.evidence.start).unwrap_or_default();
    let after = document.lower.get(drug.evidence.end..sentence.end).unwrap_or_default();
    let is_passive = phrase::stands(after, ORDERED).first().is_some_and(|(start, _)| *start <= NEAR);
    let is_story = matches!(sentence.section, Present | Complaint | Medications);
    if is_passive && !is_story {
        return true;
    }
    phrase::stands(before, ORDERS).iter().any(|(start, _)| {
        // Somebody did or does it; it is not decided now.
        let subject = before.get(..*start).unwrap_or_default().split_whitespace().next_back().unwrap_or_default();
        !["did", "didn't", "does", "to", "not", "dr", "patient", "she", "he", "they"].contains(&subject)
    })
}
