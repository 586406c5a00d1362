//! The inpatient view of a visit: a part of the coder's page (`stay.html`).

use claim::{DiagnosisCode, Evidence, Inpatient, InpatientDiagnosis, InpatientProcedure, PcsAxis};

/// A hospital stay.
#[derive(Clone, Debug, Default)]
pub struct StayView {
    /// In reporting order, the principal one first.
    pub diagnoses: Vec<StayDiagnosis>,
    /// Procedures by axes.
    pub procedures: Vec<StayProcedure>,
    /// Number, title and version of the working DRG, or empty.
    pub drg: String,
    /// How it came about.
    pub steps: Vec<String>,
}

/// A diagnosis of a stay.
#[derive(Clone, Debug, Default)]
pub struct StayDiagnosis {
    /// As people write it.
    pub code: String,
    /// `Principal` or `Secondary`.
    pub role: &'static str,
    /// The rule.
    pub role_why: String,
    /// `Y`, `N`, `U`, `W` or `exempt`.
    pub poa: String,
    /// The rule and the words.
    pub poa_why: String,
    /// `MCC`, `CC` and what became of it, or empty.
    pub weight: String,
}

/// A procedure of a stay.
#[derive(Clone, Debug, Default)]
pub struct StayProcedure {
    /// The code, or that it is not whole.
    pub code: String,
    /// Official title or our label.
    pub title: String,
    /// The seven characters.
    pub axes: Vec<AxisView>,
}

/// A character of a procedure code.
#[derive(Clone, Debug, Default)]
pub struct AxisView {
    /// Axis.
    pub name: String,
    /// The character, `?` while it is missing.
    pub value: char,
    /// What it means, or what is missing.
    pub meaning: String,
    /// Words of the note.
    pub words: String,
}

impl StayView {
    /// As shown.
    #[must_use]
    pub fn of(stay: &Inpatient) -> Self {
        let drg = stay.drg.as_ref();
        Self {
            diagnoses: stay.diagnoses.iter().enumerate().map(|(at, d)| diagnosis(d, at == 0)).collect(),
            procedures: stay.procedures.iter().map(procedure).collect(),
            drg: drg.map(|d| format!("{} {} (MS-DRG {})", d.number, d.title, d.version)).unwrap_or_default(),
            steps: drg.map(|d| d.steps.clone()).unwrap_or_default(),
        }
    }
}

fn diagnosis(diagnosis: &InpatientDiagnosis, is_principal: bool) -> StayDiagnosis {
    let code = DiagnosisCode::new(&diagnosis.code).map_or_else(|_| diagnosis.code.clone(), |code| code.dotted());
    StayDiagnosis {
        code,
        role: if is_principal { "Principal" } else { "Secondary" },
        role_why: diagnosis.role.text.clone(),
        poa: if diagnosis.poa.is_empty() { "exempt".to_owned() } else { diagnosis.poa.clone() },
        poa_why: format!("{} {}", diagnosis.poa_rule.text, words(&diagnosis.poa_evidence)).trim_end().to_owned(),
        weight: diagnosis.weight.clone(),
    }
}

fn procedure(procedure: &InpatientProcedure) -> StayProcedure {
    let axis = |axis: &PcsAxis| AxisView {
        name: axis.name.clone(),
        value: axis.value.unwrap_or('?'),
        meaning: axis.meaning.clone(),
        words: words(&axis.evidence),
    };
    StayProcedure {
        code: procedure.code.clone().unwrap_or_else(|| "not whole".to_owned()),
        title: if procedure.title.is_empty() { procedure.label.clone() } else { procedure.title.clone() },
        axes: procedure.axes.iter().map(axis).collect(),
    }
}

fn words(evidence: &[Evidence]) -> String {
    evidence.iter().map(|e| format!("\u{201c}{}\u{201d}", e.text.trim())).collect::<Vec<_>>().join(" ")
}
