//! What an edit may know besides the claim: today, the payer's rules, coverage and history.

use std::collections::{BTreeMap, BTreeSet};

use claim::{DiagnosisCode, Modifier, Money, Npi, PayerKind, PayerSequence, ProcedureCode, Taxonomy, Units};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A service of the same patient that is already on file, billed or paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorLine {
    /// The claim it stands on (CLM01).
    pub control_number: String,
    /// Service.
    pub procedure: ProcedureCode,
    /// Modifiers billed.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Units billed.
    pub units: Units,
    /// Charge billed.
    pub charge: Money,
    /// First day.
    pub from: Date,
    /// Last day.
    pub through: Date,
    /// Who billed (2010AA).
    pub billing_npi: Npi,
    /// Who rendered.
    pub rendering_npi: Npi,
    /// Specialty of who rendered; same group and specialty count as one physician (CPM 12 §30.6.5).
    pub taxonomy: Taxonomy,
    /// Diagnoses the line pointed to.
    #[serde(default)]
    pub diagnoses: Vec<DiagnosisCode>,
}

/// What registration and the payer's answer (271) say of the coverage the claim is addressed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageFacts {
    /// First day of coverage.
    pub effective_on: Date,
    /// Last day of coverage, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminated_on: Option<Date>,
    /// When it pays.
    pub sequence: PayerSequence,
    /// The payer's own answer for the date of service; `None` when never asked or refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// A person's decision that a finding does not hold the claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Id of the finding.
    pub id: String,
    /// Its line, or `None` for a finding on the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u16>,
    /// Why, in the person's words; an empty reason overrides nothing.
    pub reason: String,
}

/// Everything an edit may ask besides the claim and the library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// Today by the clock of the installation.
    pub on: Date,
    /// Kind of payer addressed; `None` takes it from the filing indicator (SBR09).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<PayerKind>,
    /// Days from service to last filing day (one year for Medicare whatever stands here); `None` when the
    /// contract does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing_limit_days: Option<u16>,
    /// False where a corrected claim may not be sent as frequency 7 or 8.
    pub accepts_replacement: bool,
    /// Services the payer wants authorized beforehand.
    #[serde(default)]
    pub authorization_required: BTreeSet<ProcedureCode>,
    /// The same patient's earlier services, in any order.
    #[serde(default)]
    pub history: Vec<PriorLine>,
    /// Physical and speech therapy allowed so far this calendar year; they share a threshold.
    #[serde(default)]
    pub therapy_accrued: Money,
    /// Occupational therapy allowed so far this calendar year.
    #[serde(default)]
    pub occupational_accrued: Money,
    /// Expected allowed amounts by line, as `price::expected` gives them; a line without one counts its charge.
    #[serde(default)]
    pub expected_allowed: BTreeMap<u16, Money>,
    /// The coverage addressed; `None` when nothing is on file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageFacts>,
    /// Decisions of people.
    #[serde(default)]
    pub overrides: Vec<Override>,
}

impl Context {
    /// A context that knows only the date and that replacements are taken.
    #[must_use]
    pub fn new(on: Date) -> Self {
        Self {
            on,
            payer: None,
            filing_limit_days: None,
            accepts_replacement: true,
            authorization_required: BTreeSet::new(),
            history: Vec::new(),
            therapy_accrued: Money::ZERO,
            occupational_accrued: Money::ZERO,
            expected_allowed: BTreeMap::new(),
            coverage: None,
            overrides: Vec::new(),
        }
    }
}
