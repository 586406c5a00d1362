//! Whether a diagnosis was present on admission, with the words that say so (Guidelines, appendix I).

use claim::{AppliedRule, Evidence, Prompt};
use codes::Library;
use drg::Poa;

use crate::{
    Visit,
    diagnose::{Problem, lasts},
    document::{Document, Sentence, word_position},
    rule::applied,
    sections::SectionKind,
    table::{cell, table},
};

/// The indicator of a diagnosis.
pub(super) struct Admission {
    pub poa: Poa,
    pub rule: AppliedRule,
    pub evidence: Vec<Evidence>,
    pub prompt: Option<Prompt>,
}

impl Admission {
    fn new(poa: Poa, text: impl Into<String>, evidence: Vec<Evidence>) -> Self {
        Self { poa, rule: applied("POA", text), evidence, prompt: None }
    }
}

/// Decides the indicator: exempt codes, the words beside the diagnosis, where it is told, what kind of condition it is.
pub(super) fn of(
    document: &Document<'_>,
    visit: &Visit,
    library: &Library,
    problem: &Problem,
    is_principal: bool,
) -> Admission {
    if library.record("poa-exempt", &problem.code, visit.served_on).is_some() {
        return Admission::new(Poa::Exempt, "The code is on the list of those that need no indicator.", Vec::new());
    }
    let has_list = library.packs().iter().any(|pack| pack.system == "poa-exempt");
    if !has_list && problem.is(&["Z", "V", "W", "X", "Y"]) {
        let text = "Codes of this chapter are mostly exempt; import the list of exempt codes to be sure.";
        return Admission::new(Poa::Exempt, text, Vec::new());
    }
    if let Some((poa, words)) = said(document, problem) {
        return Admission::new(poa, "The words beside it say so.", vec![words]);
    }
    let before = told(document, problem)
        .find(|sentence| matches!(sentence.section, SectionKind::Complaint | SectionKind::Present | SectionKind::Past));
    if let Some(sentence) = before {
        let words = document.sentence_evidence(sentence).into_iter().collect();
        return Admission::new(Poa::Yes, "It is told of the time before the admission.", words);
    }
    if lasts(&problem.code) {
        let text = "A chronic condition is present on admission even when it is found later.";
        return Admission::new(Poa::Yes, text, Vec::new());
    }
    if is_principal {
        let text = "What occasioned the admission was there when it began.";
        return Admission::new(Poa::Yes, text, Vec::new());
    }
    let mut unknown = Admission::new(Poa::Unknown, "Nothing says whether it was there on admission.", Vec::new());
    unknown.prompt = Some(prompt(problem));
    unknown
}

/// Whether words say that a condition began after the admission.
pub(super) fn is_acquired(document: &Document<'_>, problem: &Problem) -> bool {
    said(document, problem).is_some_and(|(poa, _)| poa == Poa::No)
}

/// The words of a sentence that tells the condition, strongest first over all its sentences.
fn said(document: &Document<'_>, problem: &Problem) -> Option<(Poa, Evidence)> {
    let sentences: Vec<&Sentence> = told(document, problem).collect();
    table!("admission.tsv").find_map(|row| {
        let poa = Poa::of(cell(row, 1))?;
        sentences.iter().find_map(|sentence| {
            let (start, end) = word_position(document.lower_of(sentence), cell(row, 0))?;
            Some((poa, document.evidence(sentence.start + start, sentence.start + end)?))
        })
    })
}

/// The sentences that tell the condition: those of its evidence, and those that repeat its name.
fn told<'d>(document: &'d Document<'_>, problem: &'d Problem) -> impl Iterator<Item = &'d Sentence> {
    let name = problem.evidence.first().map(|e| e.text.to_lowercase()).unwrap_or_default();
    document.sentences.iter().filter(move |sentence| {
        problem.evidence.iter().any(|e| sentence.start <= e.start && e.start < sentence.end)
            || !name.is_empty() && word_position(document.lower_of(sentence), &name).is_some()
    })
}

fn prompt(problem: &Problem) -> Prompt {
    let name = problem.evidence.first().map(|e| e.text.as_str()).unwrap_or_default();
    Prompt {
        id: "present-on-admission".to_owned(),
        text: format!("Nothing says whether {name} was present on admission."),
        question: format!("Please document whether {name} was present at the time of the inpatient admission."),
        options: vec!["Present on admission".to_owned(), "Not present on admission".to_owned()],
        evidence: problem.evidence.clone(),
        code: Some(problem.code.clone()),
        is_blocking: false,
    }
}
