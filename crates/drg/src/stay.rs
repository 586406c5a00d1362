//! A hospital stay as the grouper sees it.

use claim::Sex;
use serde::{Serialize, Serializer};

/// Whether a diagnosis was present on admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poa {
    /// Present.
    Yes,
    /// Not present.
    No,
    /// The record does not say.
    Unknown,
    /// The provider cannot tell.
    Undetermined,
    /// The code needs no indicator, or none was given.
    Exempt,
}

impl Poa {
    /// From `Y`, `N`, `U` or `W`; what is blank, or `1` as older claims say it, is exempt.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        match code.trim() {
            "Y" => Some(Self::Yes),
            "N" => Some(Self::No),
            "U" => Some(Self::Unknown),
            "W" => Some(Self::Undetermined),
            "" | "1" => Some(Self::Exempt),
            _ => None,
        }
    }

    /// As on a claim.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Yes => "Y",
            Self::No => "N",
            Self::Unknown => "U",
            Self::Undetermined => "W",
            Self::Exempt => "",
        }
    }

    /// Whether a hospital-acquired condition loses its effect.
    pub(crate) const fn is_acquired(self) -> bool {
        matches!(self, Self::No | Self::Unknown)
    }
}

impl Serialize for Poa {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// A diagnosis of a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayDiagnosis {
    /// ICD-10-CM code, with or without its point.
    pub code: String,
    /// Present on admission.
    pub poa: Poa,
}

/// What decides the DRG of a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// The principal diagnosis, then the secondary ones.
    pub diagnoses: Vec<StayDiagnosis>,
    /// ICD-10-PCS codes.
    pub procedures: Vec<String>,
    /// The patient's sex.
    pub sex: Sex,
    /// Two digits, such as `01` for home; `20` and `40` to `42` are deaths.
    pub discharge_status: String,
}

impl Stay {
    pub(crate) fn is_alive(&self) -> bool {
        !matches!(self.discharge_status.as_str(), "20" | "40" | "41" | "42")
    }
}
