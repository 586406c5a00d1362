//! Patients and their coverages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Address, CoverageId, PatientId, PayerId, PersonName, Sex};

/// A patient of one client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patient {
    /// Our record.
    pub id: PatientId,
    /// Medical record number at the client.
    pub mrn: String,
    /// Name as on the card.
    pub name: PersonName,
    /// Date of birth.
    pub born_on: Date,
    /// Sex as the insurer has it.
    pub sex: Sex,
    /// Home address.
    pub address: Address,
    /// Telephone, ten digits, or empty.
    #[serde(default)]
    pub phone: String,
}

/// The subscriber's relation to the patient, seen from the patient (PAT01, SBR02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relationship {
    /// Is the subscriber, `18`.
    #[serde(rename = "self")]
    Subscriber,
    /// Spouse, `01`.
    Spouse,
    /// Child, `19`.
    Child,
    /// Employee, `20` (workers' compensation: the employer is the subscriber).
    Employee,
    /// Another relation, `G8`.
    Other,
}

impl Relationship {
    /// The PAT01 / SBR02 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Subscriber => "18",
            Self::Spouse => "01",
            Self::Child => "19",
            Self::Employee => "20",
            Self::Other => "G8",
        }
    }

    /// From the PAT01 / SBR02 code.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "18" => Self::Subscriber,
            "01" => Self::Spouse,
            "19" => Self::Child,
            "20" => Self::Employee,
            _ => Self::Other,
        }
    }
}

/// In which order coverages pay (SBR01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerSequence {
    /// Pays first, `P`.
    Primary,
    /// Pays second, `S`.
    Secondary,
    /// Pays third, `T`.
    Tertiary,
}

impl PayerSequence {
    /// The SBR01 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Primary => "P",
            Self::Secondary => "S",
            Self::Tertiary => "T",
        }
    }

    /// From the SBR01 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "P" => Self::Primary,
            "S" => Self::Secondary,
            "T" => Self::Tertiary,
            _ => return None,
        })
    }

    /// 1, 2 or 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Primary => 1,
            Self::Secondary => 2,
            Self::Tertiary => 3,
        }
    }

    /// Who pays after this one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Primary => Some(Self::Secondary),
            Self::Secondary => Some(Self::Tertiary),
            Self::Tertiary => None,
        }
    }
}

/// The person who holds the insurance, when that is not the patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Name as on the card.
    pub name: PersonName,
    /// Date of birth.
    pub born_on: Date,
    /// Sex as the insurer has it.
    pub sex: Sex,
    /// Address.
    pub address: Address,
}

/// An injury that another party may answer for (CLM11, DTP*439, REF*Y4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accident {
    /// What kind.
    pub cause: AccidentCause,
    /// When it happened.
    pub on: Date,
    /// State, required for automobile accidents (CLM11-4); empty otherwise.
    #[serde(default)]
    pub state: String,
}

/// The related cause (CLM11-1 to -3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccidentCause {
    /// `AA`.
    Auto,
    /// `EM`.
    Employment,
    /// `OA`.
    Other,
}

impl AccidentCause {
    /// The CLM11 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "AA",
            Self::Employment => "EM",
            Self::Other => "OA",
        }
    }

    /// From the CLM11 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "AA" => Self::Auto,
            "EM" => Self::Employment,
            "OA" => Self::Other,
            _ => return None,
        })
    }
}

/// One insurance coverage of a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Our record.
    pub id: CoverageId,
    /// Whose.
    pub patient_id: PatientId,
    /// Which payer.
    pub payer_id: PayerId,
    /// When it pays.
    pub sequence: PayerSequence,
    /// Member identifier on the card (NM109 with MI).
    pub member_id: String,
    /// Group or policy number (SBR03), or empty.
    #[serde(default)]
    pub group_number: String,
    /// Plan name (SBR04), or empty.
    #[serde(default)]
    pub plan_name: String,
    /// Patient's relation to the subscriber.
    pub relationship: Relationship,
    /// The subscriber when that is not the patient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscriber: Option<Subscriber>,
    /// First day of coverage.
    pub effective_on: Date,
    /// Last day of coverage, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminated_on: Option<Date>,
    /// Copay agreed at the desk, when the card states one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copay: Option<crate::Money>,
    /// Workers' compensation or auto claim number at the payer (REF*Y4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property_casualty_claim: Option<String>,
    /// The injury it answers for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accident: Option<Accident>,
    /// Prior authorization on file (REF*G1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_authorization: Option<String>,
}

impl Coverage {
    /// True when the coverage was in force on the date.
    #[must_use]
    pub fn covers(&self, on: Date) -> bool {
        self.effective_on <= on && self.terminated_on.is_none_or(|end| on <= end)
    }
}
