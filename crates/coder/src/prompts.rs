//! Questions a coder would ask: what is missing, in neutral words (AHIMA/ACDIS compliant query practice).

use claim::{Note, Prompt};

use crate::{
    Visit,
    diagnose::Diagnoses,
    document::Document,
    service::{ServiceKind, Services},
};

/// More questions than this would not be read.
const PROMPTS_MAX: usize = 12;

/// Collects the questions of every room.
pub(crate) fn collect(
    note: &Note,
    document: &Document<'_>,
    visit: &Visit,
    diagnoses: &Diagnoses,
    services: &Services,
    prompts: &mut Vec<Prompt>,
) {
    prompts.extend(services.prompts.iter().cloned());
    prompts.extend(diagnoses.prompts.iter().cloned());
    if note.signature.is_none() {
        prompts.push(plain(
            "missing-signature",
            "The note is not signed; an unsigned note is not billable.",
            "Please review and sign the note.",
        ));
    }
    if diagnoses.reported().next().is_none() {
        prompts.push(plain(
            "missing-diagnosis",
            "No diagnosis or reason for the visit can be read from the note.",
            "What diagnosis, sign or symptom was the reason for this visit?",
        ));
    }
    let has_visit = services.services.iter().any(|s| matches!(s.kind, ServiceKind::Visit | ServiceKind::Preventive));
    if visit.patient_born_on.is_none() && has_visit && document.lower.contains("well child") {
        prompts.push(plain(
            "missing-age",
            "The age decides the preventive visit and is not known.",
            "What is the patient's date of birth?",
        ));
    }
    let mut seen = std::collections::BTreeSet::new();
    prompts.retain(|p| seen.insert((p.id.clone(), p.code.clone(), p.evidence.first().map(|e| e.start))));
    prompts.sort_by_key(|p| !p.is_blocking);
    prompts.truncate(PROMPTS_MAX);
}

fn plain(id: &str, text: &str, question: &str) -> Prompt {
    Prompt {
        id: id.to_owned(),
        text: text.to_owned(),
        question: question.to_owned(),
        options: Vec::new(),
        evidence: Vec::new(),
        code: None,
        is_blocking: false,
    }
}
