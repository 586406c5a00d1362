//! Asking a payer about a coverage (270) and its answer (271).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Money, PersonName, Sex};

/// A question about one member on one date (270).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityInquiry {
    /// Our trace (TRN02).
    pub trace: String,
    /// Payer's name (2100A).
    pub payer_name: String,
    /// Payer's identifier.
    pub payer_number: String,
    /// Asking provider's name (2100B).
    pub provider_name: String,
    /// Asking provider's NPI.
    pub provider_npi: String,
    /// Subscriber's member identifier (2100C NM109).
    pub member_id: String,
    /// Person asked about.
    pub name: PersonName,
    /// Date of birth (DMG02).
    pub born_on: Date,
    /// Sex.
    pub sex: Sex,
    /// Date asked about (DTP*291).
    pub on: Date,
    /// Service types asked for (EQ01), such as `30` or `98`.
    pub service_types: Vec<String>,
}

/// One EB statement of a 271.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Benefit {
    /// EB01: `1` active, `6` inactive, `A` coinsurance, `B` copay, `C` deductible, `G` out of pocket,
    /// `F` limitation, `I` not covered, `R` other payer.
    pub kind: String,
    /// EB02: `IND`, `FAM`, or empty.
    #[serde(default)]
    pub level: String,
    /// EB03: service types.
    #[serde(default)]
    pub service_types: Vec<String>,
    /// EB05: plan text, or empty.
    #[serde(default)]
    pub plan: String,
    /// EB06: `23` calendar year, `29` remaining, `27` visit, or empty.
    #[serde(default)]
    pub period: String,
    /// EB07: an amount; absent means not stated, never zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// EB08 as per cent of the patient (20 = 20%).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<u8>,
    /// EB09 and EB10: quantity qualifier and count (`VS` visits).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<(String, u32)>,
    /// EB11: authorization needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs_authorization: Option<bool>,
    /// EB12: `Y` in network, `N` out, `W` both, or empty.
    #[serde(default)]
    pub network: String,
}

/// The answer (271).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibilityAnswer {
    /// Our trace, echoed (TRN02).
    pub trace: String,
    /// Payer's name.
    pub payer_name: String,
    /// Payer's identifier.
    pub payer_number: String,
    /// Member identifier as the payer has it.
    pub member_id: String,
    /// Name as the payer has it.
    pub name: PersonName,
    /// Date asked about.
    pub on: Date,
    /// Why there is no answer: AAA03 and AAA04, when refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<(String, String)>,
    /// Statements.
    #[serde(default)]
    pub benefits: Vec<Benefit>,
}

impl EligibilityAnswer {
    /// Active on the date asked (EB01 `1` to `5`); `None` when the payer refused to answer.
    #[must_use]
    pub fn is_active(&self) -> Option<bool> {
        if self.refusal.is_some() {
            return None;
        }
        Some(self.benefits.iter().any(|b| matches!(b.kind.as_str(), "1" | "2" | "3" | "4" | "5")))
    }

    /// The amount of the first statement of a kind, for a service type and period (empty = any).
    #[must_use]
    pub fn amount(&self, kind: &str, service_type: &str, period: &str) -> Option<Money> {
        self.benefits
            .iter()
            .find(|b| {
                b.kind == kind
                    && (service_type.is_empty() || b.service_types.iter().any(|s| s == service_type))
                    && (period.is_empty() || b.period == period)
            })
            .and_then(|b| b.amount)
    }
}
