//! The demo coder: decides about suggestions under rules anyone can read, never by looking the answer
//! up. The same rules serve as the "take what is safe" button of the coding page.

use claim::{
    Band, CodeSet, CodedDiagnosis, CodedService, Coding, CodingDecision, DecisionKind, DiagnosisCode, Prompt,
    SuggestedCode, Suggestion,
};
use jiff::Timestamp;

use crate::assemble::DIAGNOSES_MAX;

/// The rules, as shown on the page and printed by `demo`.
pub const RULES: [(&str, &str); 5] = [
    ("A1", "Take every suggestion of the bands accept and suggest."),
    ("A2", "Leave offers alone: the words do not carry them."),
    ("A3", "A prompt that holds coding becomes a query to the provider, and the visit waits."),
    ("A4", "At most twelve diagnoses and four pointers a service, in the order suggested."),
    ("A5", "A service none of whose diagnoses was taken points to the first-listed diagnosis."),
];

/// What the demo coder made of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodingRound {
    /// One decision per suggestion, with the rule.
    pub decisions: Vec<CodingDecision>,
    /// The codes taken.
    pub codes: CodeSet,
    /// Questions to the provider; while there are any, the visit waits.
    pub queries: Vec<Prompt>,
}

/// Decides about every suggestion.
#[must_use]
pub fn decide(coding: &Coding, at: Timestamp) -> CodingRound {
    let mut round = CodingRound {
        queries: coding.prompts.iter().filter(|p| p.is_blocking).cloned().collect(),
        ..CodingRound::default()
    };
    for suggestion in &coding.suggestions {
        if let SuggestedCode::Diagnosis { code } = &suggestion.code {
            let taken = suggestion.band >= Band::Suggest && round.codes.diagnoses.len() < DIAGNOSES_MAX;
            if taken {
                let evidence = suggestion.evidence.clone();
                round.codes.diagnoses.push(CodedDiagnosis { code: code.clone(), evidence });
            }
            round.decisions.push(decision(suggestion, taken, at));
        }
    }
    for suggestion in &coding.suggestions {
        if let SuggestedCode::Procedure { code, modifiers, units, diagnoses } = &suggestion.code {
            let taken = suggestion.band >= Band::Suggest;
            if taken {
                round.codes.services.push(CodedService {
                    code: code.clone(),
                    modifiers: modifiers.clone(),
                    units: *units,
                    pointers: pointers(diagnoses, &round.codes.diagnoses),
                    evidence: suggestion.evidence.clone(),
                });
            }
            round.decisions.push(decision(suggestion, taken, at));
        }
    }
    round
}

fn decision(suggestion: &Suggestion, taken: bool, at: Timestamp) -> CodingDecision {
    let code = suggestion.code.code().to_owned();
    let rule = if taken { 0 } else { 1 };
    let (id, words) = RULES.get(rule).copied().unwrap_or_default();
    CodingDecision {
        kind: if taken { DecisionKind::Accept } else { DecisionKind::Reject },
        system: suggestion.code.system().to_owned(),
        decided: taken.then(|| code.clone()),
        suggested: Some(code),
        reason: format!("{id}: {words}"),
        evidence: suggestion.evidence.clone(),
        at,
    }
}

/// Positions of a service's diagnoses in the list, at most four; the first-listed when none is there.
#[must_use]
pub fn pointers(wanted: &[DiagnosisCode], listed: &[CodedDiagnosis]) -> Vec<u8> {
    let position =
        |code: &DiagnosisCode| listed.iter().position(|d| d.code == *code).and_then(|i| u8::try_from(i + 1).ok());
    let mut found: Vec<u8> = wanted.iter().filter_map(position).take(4).collect();
    if found.is_empty() && !listed.is_empty() {
        found.push(1);
    }
    found
}
