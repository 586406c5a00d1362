//! What software suggests for a note and what people decide about it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{DiagnosisCode, Inpatient, Modifier, ProcedureCode, Units};

/// A byte range of a note's text with the words it covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Exactly `note[start..end]`.
    pub text: String,
}

/// A rule that was applied, by id, with where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AppliedRule {
    /// Stable id, such as `DX17` or `EM-MDM`.
    pub id: String,
    /// What it says here, in our words.
    pub text: String,
    /// Manual, chapter and section.
    pub citation: String,
}

/// How far a suggestion may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Shown on request.
    Offer,
    /// Would be coded.
    Suggest,
    /// Safe to take unseen.
    Accept,
}

impl Band {
    /// As in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Suggest => "suggest",
            Self::Accept => "accept",
        }
    }
}

/// The code a suggestion is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "system", rename_all = "snake_case")]
pub enum SuggestedCode {
    /// A diagnosis.
    #[serde(rename = "icd10cm")]
    Diagnosis {
        /// Leaf code valid on the date of service.
        code: DiagnosisCode,
    },
    /// A service with its units, modifiers and the diagnoses that explain it.
    #[serde(rename = "hcpcs")]
    Procedure {
        /// CPT or HCPCS code.
        code: ProcedureCode,
        /// In order of pricing effect.
        modifiers: Vec<Modifier>,
        /// Units of service.
        units: Units,
        /// The diagnoses it treats, most important first.
        diagnoses: Vec<DiagnosisCode>,
    },
}

impl SuggestedCode {
    /// The bare code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Diagnosis { code } => code.as_str(),
            Self::Procedure { code, .. } => code.as_str(),
        }
    }

    /// `icd10cm` or `hcpcs`.
    #[must_use]
    pub const fn system(&self) -> &'static str {
        match self {
            Self::Diagnosis { .. } => "icd10cm",
            Self::Procedure { .. } => "hcpcs",
        }
    }
}

/// A code the software proposes, with the words and rules behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The code.
    #[serde(flatten)]
    pub code: SuggestedCode,
    /// Official title or our own label.
    pub title: String,
    /// 0 to 1000; higher is more certain.
    pub score: u16,
    /// What may be done with it.
    pub band: Band,
    /// Words of the note; never empty.
    pub evidence: Vec<Evidence>,
    /// Rules applied, in order.
    pub rules: Vec<AppliedRule>,
    /// Other codes worth a look, best first: code and title.
    pub alternatives: Vec<(String, String)>,
}

/// A candidate that was considered and dropped, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedCandidate {
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Why not.
    pub reason: String,
    /// Rule id.
    pub rule: String,
    /// Words of the note.
    pub evidence: Vec<Evidence>,
}

/// Something missing, conflicting or unsupported that a person should ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Stable id, such as `missing-side`.
    pub id: String,
    /// What is missing, in words for the coder.
    pub text: String,
    /// A neutral, non-leading question for the provider.
    pub question: String,
    /// Clinically supported answers offered; `Other` and `Unable to determine` are always added.
    pub options: Vec<String>,
    /// Words of the note.
    pub evidence: Vec<Evidence>,
    /// The code it concerns, when one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// True when coding should wait for the answer.
    pub is_blocking: bool,
}

/// Everything the coding assistant says about one note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Diagnoses in reporting order, then procedures.
    pub suggestions: Vec<Suggestion>,
    /// Dropped candidates.
    pub rejected: Vec<RejectedCandidate>,
    /// Questions.
    pub prompts: Vec<Prompt>,
    /// Editions and rule versions used, `name@version`.
    pub versions: Vec<String>,
    /// The inpatient view, for a hospital stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inpatient: Option<Inpatient>,
    /// How the level of the visit was reached, where one is billed by decision making or time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit_level: Option<VisitLevel>,
}

/// The level of a visit both ways: by the three elements of decision making and by total time (CPT, E/M guidelines).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLevel {
    /// The code suggested: the higher of both ways.
    pub code: String,
    /// Complexity of decision making in one word: what two of the three elements reach.
    pub complexity: String,
    /// The code by decision making.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_decision_making: Option<String>,
    /// Problems, data and risk.
    pub elements: Vec<LevelElement>,
    /// The total time, where it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<StatedTime>,
    /// What the time beyond the visit comes to, by CPT and by Medicare; empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prolonged: Vec<ProlongedTime>,
}

/// One of the three elements of decision making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelElement {
    /// `Problems`, `Data` or `Risk`.
    pub name: String,
    /// Level reached, in one word.
    pub complexity: String,
    /// What was counted, in words; empty where the words of the note say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub counted: String,
    /// Words of the note.
    pub evidence: Vec<Evidence>,
}

/// Total time of the clinician on the day, as stated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedTime {
    /// Minutes.
    pub minutes: u32,
    /// The code by time; absent below the lowest threshold and where time does not decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Words of the note.
    pub evidence: Evidence,
}

/// Prolonged service under one of the two sets of thresholds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProlongedTime {
    /// `CPT` or `Medicare`.
    pub regime: String,
    /// The code; absent where the time does not reach a unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Units of 15 minutes.
    pub units: u32,
    /// The payer of the visit goes by it.
    pub is_of_payer: bool,
}

/// A diagnosis as decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodedDiagnosis {
    /// The code.
    pub code: DiagnosisCode,
    /// Words it rests on; empty only when a coder added it by hand.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// A service as decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodedService {
    /// The code.
    pub code: ProcedureCode,
    /// Modifiers in order.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Units of service.
    pub units: Units,
    /// 1-based positions in the diagnosis list (SV107).
    pub pointers: Vec<u8>,
    /// Words it rests on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
}

/// The codes of an encounter as a person decided them; versions, never edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSet {
    /// In reporting order, first-listed first; at most twelve on a professional claim.
    pub diagnoses: Vec<CodedDiagnosis>,
    /// In line order.
    pub services: Vec<CodedService>,
}

/// What a person did with a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Taken as suggested.
    Accept,
    /// Taken with another code, modifier or units.
    Change,
    /// Not taken.
    Reject,
    /// Added without a suggestion.
    Add,
    /// Asked about.
    Query,
}

impl DecisionKind {
    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Change => "change",
            Self::Reject => "reject",
            Self::Add => "add",
            Self::Query => "query",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Accept, Self::Change, Self::Reject, Self::Add, Self::Query].into_iter().find(|k| k.code() == code)
    }
}

/// A decision about one code, kept for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodingDecision {
    /// What was done.
    pub kind: DecisionKind,
    /// `icd10cm` or `hcpcs`.
    pub system: String,
    /// Suggested code, when there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<String>,
    /// Resulting code, when one was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<String>,
    /// Why, in the person's words or the visible rule of the demo coder.
    pub reason: String,
    /// Words it rests on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// When.
    pub at: Timestamp,
}
