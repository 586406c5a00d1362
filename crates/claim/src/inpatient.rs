//! What the coding assistant says about a hospital stay besides the codes: order, admission, operations, working DRG.

use serde::{Deserialize, Serialize};

use crate::{AppliedRule, Evidence};

/// The inpatient view of a note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inpatient {
    /// The principal diagnosis, then the secondary ones, in reporting order.
    pub diagnoses: Vec<InpatientDiagnosis>,
    /// Operations and procedures as ICD-10-PCS, axis by axis.
    pub procedures: Vec<InpatientProcedure>,
    /// The DRG these codes make; no price and nothing ranked by it.
    pub drg: Option<WorkingDrg>,
}

/// A diagnosis of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InpatientDiagnosis {
    /// The code without its point.
    pub code: String,
    /// Principal or secondary, and why.
    pub role: AppliedRule,
    /// Present on admission: `Y`, `N`, `U`, `W`, or empty for exempt.
    pub poa: String,
    /// Why so.
    pub poa_rule: AppliedRule,
    /// The words that say so; empty when a rule alone does.
    pub poa_evidence: Vec<Evidence>,
    /// What it does to the working DRG: `MCC`, `CC`, and what takes its weight.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub weight: String,
}

/// A procedure of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InpatientProcedure {
    /// The operation in our words.
    pub label: String,
    /// The seven axes.
    pub axes: Vec<PcsAxis>,
    /// The code when every axis is known and the code exists.
    pub code: Option<String>,
    /// Its official title, when the code list is at hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The words that name it as done.
    pub evidence: Vec<Evidence>,
}

/// One character of an ICD-10-PCS code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PcsAxis {
    /// `section`, `body system`, `root operation`, `body part`, `approach`, `device` or `qualifier`.
    pub name: String,
    /// The character; none when the words do not decide it.
    pub value: Option<char>,
    /// What the character means, in our words, or what is missing.
    pub meaning: String,
    /// The words that decided; empty when the operation itself does.
    pub evidence: Vec<Evidence>,
}

/// The DRG that the suggested codes make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingDrg {
    /// Version of the definitions; `-stale` when none covers the discharge.
    pub version: String,
    /// The number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// How it came about, step by step.
    pub steps: Vec<String>,
}
