//! One decision about one code changes the codes of a visit: pure, so that every case can be tested.
//!
//! Services point to diagnoses by code while they are edited, and to positions again afterwards.

use claim::{
    CodeSet, CodedDiagnosis, CodedService, Coding, CodingDecision, DecisionKind, DiagnosisCode, Evidence, Modifier,
    ProcedureCode, SuggestedCode, Suggestion, Units,
};
use jiff::Timestamp;

/// Most diagnoses of a professional claim.
const DIAGNOSES_MAX: usize = 12;
/// Most diagnoses a service points to.
const POINTERS_MAX: usize = 4;

/// What a form asks for, whichever suggestion it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The code; empty takes the suggested one.
    pub code: String,
    /// `25, RT`.
    pub modifiers: String,
    /// Units; empty takes the suggested ones, or one.
    pub units: String,
    /// `1, 2`: positions of diagnoses; empty takes the suggested ones.
    pub pointers: String,
    /// Place in the order, from 1; empty keeps the order suggested.
    pub position: String,
    /// Why.
    pub reason: String,
}

/// The codes of a visit while they are edited.
struct Draft {
    diagnoses: Vec<CodedDiagnosis>,
    services: Vec<(CodedService, Vec<DiagnosisCode>)>,
}

impl Draft {
    fn of(codes: &CodeSet) -> Self {
        let named = |pointers: &[u8]| {
            pointers
                .iter()
                .filter_map(|p| codes.diagnoses.get(usize::from(*p).checked_sub(1)?))
                .map(|d| d.code.clone())
                .collect()
        };
        let services = codes.services.iter().map(|s| (s.clone(), named(&s.pointers))).collect();
        Self { diagnoses: codes.diagnoses.clone(), services }
    }

    /// The codes again; a service accepted as suggested points to all of its suggested diagnoses that are taken
    /// by now, in whatever order they were decided.
    fn codes(mut self, coding: &Coding, decisions: &[CodingDecision]) -> CodeSet {
        for suggestion in &coding.suggestions {
            let SuggestedCode::Procedure { code, diagnoses, .. } = &suggestion.code else { continue };
            if last(decisions, suggestion).is_some_and(|d| d.kind == DecisionKind::Accept) {
                let own = self.services.iter_mut().filter(|(service, _)| service.code == *code);
                own.for_each(|(_, wanted)| wanted.clone_from(diagnoses));
            }
        }
        let Self { diagnoses, services } = self;
        let services = services
            .into_iter()
            .map(|(service, wanted)| CodedService { pointers: cycle::round::pointers(&wanted, &diagnoses), ..service });
        CodeSet { services: services.collect(), diagnoses }
    }
}

/// The suggestion behind a decided code: its place among the suggestions.
fn rank(coding: &Coding, decisions: &[CodingDecision], system: &str, code: &str) -> usize {
    let suggested = decisions.iter().rev().find(|d| d.system == system && d.decided.as_deref() == Some(code));
    let suggested = suggested.and_then(|d| d.suggested.as_deref()).unwrap_or(code);
    let place = coding.suggestions.iter().position(|s| s.code.system() == system && s.code.code() == suggested);
    place.unwrap_or(usize::MAX)
}

/// The last decision about a suggestion.
#[must_use]
pub fn last<'a>(decisions: &'a [CodingDecision], suggestion: &Suggestion) -> Option<&'a CodingDecision> {
    let (system, code) = (suggestion.code.system(), suggestion.code.code());
    decisions
        .iter()
        .rev()
        .find(|d| d.system == system && d.suggested.as_deref() == Some(code) && d.kind != DecisionKind::Query)
}

/// Decides about a suggestion; returns what to record and the codes it leaves.
///
/// # Errors
/// A sentence about what was asked.
pub fn about(
    coding: &Coding,
    decisions: &[CodingDecision],
    codes: &CodeSet,
    suggestion: &Suggestion,
    kind: DecisionKind,
    wanted: &Wanted,
    at: Timestamp,
) -> Result<(CodingDecision, CodeSet), String> {
    let mut draft = Draft::of(codes);
    let system = suggestion.code.system();
    // What an earlier decision about it left goes first: a decision replaces the one before.
    if let Some(before) = last(decisions, suggestion).and_then(|d| d.decided.clone()) {
        draft.diagnoses.retain(|d| system != "icd10cm" || d.code.as_str() != before);
        draft.services.retain(|(s, _)| system != "hcpcs" || s.code.as_str() != before);
    }
    let reason = match (kind, wanted.reason.trim()) {
        (DecisionKind::Accept, "") => "Taken as suggested".to_owned(),
        (_, "") => return Err("Say why: a change needs its reason.".to_owned()),
        (_, reason) => reason.to_owned(),
    };
    let decided = match kind {
        DecisionKind::Accept | DecisionKind::Change => Some(put(coding, decisions, &mut draft, suggestion, wanted)?),
        _ => None,
    };
    let decision = CodingDecision {
        kind,
        system: system.to_owned(),
        suggested: Some(suggestion.code.code().to_owned()),
        decided,
        reason,
        evidence: suggestion.evidence.clone(),
        at,
    };
    let all = [decisions, std::slice::from_ref(&decision)].concat();
    Ok((decision, draft.codes(coding, &all)))
}

/// Adds a code that nobody suggested.
///
/// # Errors
/// A sentence about what was asked.
pub fn add(
    coding: &Coding,
    decisions: &[CodingDecision],
    codes: &CodeSet,
    is_diagnosis: bool,
    wanted: &Wanted,
    at: Timestamp,
) -> Result<(CodingDecision, CodeSet), String> {
    if wanted.reason.trim().is_empty() {
        return Err("Say why: a code that was not suggested needs its reason.".to_owned());
    }
    let mut draft = Draft::of(codes);
    let (system, code) = if is_diagnosis {
        ("icd10cm", put_diagnosis(coding, decisions, &mut draft, wanted, None, Vec::new())?)
    } else {
        ("hcpcs", put_service(&mut draft, wanted, None, Vec::new(), usize::MAX)?)
    };
    let decision = CodingDecision {
        kind: DecisionKind::Add,
        system: system.to_owned(),
        suggested: None,
        decided: Some(code),
        reason: wanted.reason.trim().to_owned(),
        evidence: Vec::new(),
        at,
    };
    Ok((decision, draft.codes(coding, decisions)))
}

fn put(
    coding: &Coding,
    decisions: &[CodingDecision],
    draft: &mut Draft,
    suggestion: &Suggestion,
    wanted: &Wanted,
) -> Result<String, String> {
    let evidence = suggestion.evidence.clone();
    let place = coding.suggestions.iter().position(|s| s == suggestion).unwrap_or(usize::MAX);
    match &suggestion.code {
        SuggestedCode::Diagnosis { code } => {
            put_diagnosis(coding, decisions, draft, wanted, Some((place, code)), evidence)
        }
        SuggestedCode::Procedure { .. } => {
            let before = draft
                .services
                .iter()
                .position(|(s, _)| rank(coding, decisions, "hcpcs", s.code.as_str()) > place)
                .unwrap_or(draft.services.len());
            put_service(draft, wanted, Some(suggestion), evidence, before)
        }
    }
}

fn put_diagnosis(
    coding: &Coding,
    decisions: &[CodingDecision],
    draft: &mut Draft,
    wanted: &Wanted,
    suggested: Option<(usize, &DiagnosisCode)>,
    evidence: Vec<Evidence>,
) -> Result<String, String> {
    let code = match suggested {
        Some((_, code)) if wanted.code.trim().is_empty() => code.clone(),
        _ => DiagnosisCode::new(&undotted(&wanted.code))
            .map_err(|_| format!("\u{201c}{}\u{201d} is no ICD-10-CM code.", wanted.code))?,
    };
    if draft.diagnoses.iter().any(|d| d.code == code) {
        return Err(format!("{} is among the diagnoses already.", code.dotted()));
    }
    if draft.diagnoses.len() >= DIAGNOSES_MAX {
        return Err(format!("A claim holds at most {DIAGNOSES_MAX} diagnoses: reject one first."));
    }
    let asked: Option<usize> = wanted.position.trim().parse().ok();
    let own = suggested.map_or(usize::MAX, |(place, _)| place);
    let natural = draft
        .diagnoses
        .iter()
        .position(|d| rank(coding, decisions, "icd10cm", d.code.as_str()) > own)
        .unwrap_or(draft.diagnoses.len());
    let at = asked.map_or(natural, |n| n.saturating_sub(1)).min(draft.diagnoses.len());
    draft.diagnoses.insert(at, CodedDiagnosis { code: code.clone(), evidence });
    Ok(code.as_str().to_owned())
}

fn put_service(
    draft: &mut Draft,
    wanted: &Wanted,
    suggestion: Option<&Suggestion>,
    evidence: Vec<Evidence>,
    before: usize,
) -> Result<String, String> {
    let suggested = suggestion.map(|suggestion| &suggestion.code);
    let (code, modifiers, units, diagnoses) = match suggested {
        Some(SuggestedCode::Procedure { code, modifiers, units, diagnoses }) => {
            (Some(code.clone()), modifiers.clone(), *units, diagnoses.clone())
        }
        _ => (None, Vec::new(), Units::ONE, draft.diagnoses.first().map(|d| d.code.clone()).into_iter().collect()),
    };
    let is_as_suggested = wanted.code.trim().is_empty() && suggested.is_some();
    let code = match code {
        Some(code) if is_as_suggested => code,
        _ => ProcedureCode::new(&wanted.code.trim().to_uppercase())
            .map_err(|_| format!("\u{201c}{}\u{201d} is no CPT or HCPCS code.", wanted.code))?,
    };
    let modifiers = if is_as_suggested { modifiers } else { read_modifiers(&wanted.modifiers)? };
    let units = match wanted.units.trim() {
        "" => units,
        text => text
            .parse()
            .ok()
            .filter(|n: &Units| !n.is_zero())
            .ok_or_else(|| format!("\u{201c}{text}\u{201d} is no number of units."))?,
    };
    let diagnoses = if wanted.pointers.trim().is_empty() { diagnoses } else { pointed(draft, &wanted.pointers)? };
    let service = CodedService { code: code.clone(), modifiers, units, pointers: Vec::new(), evidence };
    let at = before.min(draft.services.len());
    draft.services.insert(at, (service, diagnoses));
    Ok(code.as_str().to_owned())
}

fn undotted(code: &str) -> String {
    code.trim().replace('.', "").to_uppercase()
}

fn read_modifiers(text: &str) -> Result<Vec<Modifier>, String> {
    let words = text.split([',', ' ']).filter(|word| !word.is_empty());
    words
        .map(|word| Modifier::new(&word.to_uppercase()).map_err(|_| format!("\u{201c}{word}\u{201d} is no modifier.")))
        .collect()
}

fn pointed(draft: &Draft, text: &str) -> Result<Vec<DiagnosisCode>, String> {
    let words: Vec<&str> = text.split([',', ' ']).filter(|word| !word.is_empty()).collect();
    if words.len() > POINTERS_MAX {
        return Err(format!("A service points to at most {POINTERS_MAX} diagnoses."));
    }
    let find = |word: &&str| {
        let place: Option<usize> = word.parse().ok();
        let found = place.and_then(|n| draft.diagnoses.get(n.checked_sub(1)?));
        found
            .map(|d| d.code.clone())
            .ok_or_else(|| format!("\u{201c}{word}\u{201d} is no position among the diagnoses."))
    };
    words.iter().map(find).collect()
}

#[cfg(test)]
mod tests;
