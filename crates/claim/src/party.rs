//! People and organisations: names, addresses, providers, payers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Npi, PayerId, ProviderId, Taxonomy};

/// A person's name as on the insurance card (NM103 to NM107).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PersonName {
    /// Family name.
    pub last: String,
    /// Given name.
    pub first: String,
    /// Middle name or initial, or empty.
    #[serde(default)]
    pub middle: String,
    /// Suffix such as `JR`, or empty.
    #[serde(default)]
    pub suffix: String,
}

impl PersonName {
    /// First and last name.
    #[must_use]
    pub fn new(first: &str, last: &str) -> Self {
        Self { last: last.into(), first: first.into(), middle: String::new(), suffix: String::new() }
    }

    /// `Last, First M`, for lists.
    #[must_use]
    pub fn sorted(&self) -> String {
        let mut text = format!("{}, {}", self.last, self.first);
        if !self.middle.is_empty() {
            text.push(' ');
            text.push_str(&self.middle);
        }
        text
    }

    /// `First M Last Suffix`, for letters.
    #[must_use]
    pub fn full(&self) -> String {
        [&self.first, &self.middle, &self.last, &self.suffix]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// A postal address in the United States (N3, N4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Street.
    pub line1: String,
    /// Apartment or suite, or empty.
    #[serde(default)]
    pub line2: String,
    /// City.
    pub city: String,
    /// Two-letter state.
    pub state: String,
    /// ZIP, five or nine digits without hyphen.
    pub zip: String,
}

/// Sex as the insurer has it (DMG03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female, `F`.
    Female,
    /// Male, `M`.
    Male,
    /// Unknown or not given, `U`.
    Unknown,
}

impl Sex {
    /// The DMG03 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Female => "F",
            Self::Male => "M",
            Self::Unknown => "U",
        }
    }

    /// From the DMG03 code; anything else is unknown.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "F" => Self::Female,
            "M" => Self::Male,
            _ => Self::Unknown,
        }
    }
}

/// A clinician: renders, refers, orders or supervises (NPI type 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provider {
    /// Our record.
    pub id: ProviderId,
    /// Name.
    pub name: PersonName,
    /// Credential printed after the name (`MD`, `PT`, `PTA`).
    pub credential: String,
    /// National provider identifier.
    pub npi: Npi,
    /// Specialty (PRV03).
    pub taxonomy: Taxonomy,
}

/// The organisation that bills and is paid (2010AA; NPI type 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingProvider {
    /// Legal name.
    pub name: String,
    /// Organisation NPI.
    pub npi: Npi,
    /// Employer identification number, nine digits (REF*EI).
    pub tax_id: String,
    /// Specialty of the group (2000A PRV*BI).
    pub taxonomy: Taxonomy,
    /// Street address with nine-digit ZIP, never a PO box (2010AA N3).
    pub address: Address,
    /// Where payment goes when different, may be a PO box (2010AB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_to: Option<Address>,
    /// Telephone, ten digits.
    pub phone: String,
}

/// What kind of insurance a payer writes; decides claim filing code and rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayerKind {
    /// Medicare Part B (SBR09 `MB`).
    MedicareB,
    /// Commercial PPO (`12`).
    Ppo,
    /// Commercial HMO (`HM`).
    Hmo,
    /// Other commercial (`CI`).
    Commercial,
    /// Medicare supplement, paying after Medicare (`CI`).
    MedicareSupplement,
    /// Medicaid (`MC`).
    Medicaid,
    /// Workers' compensation (`WC`).
    WorkersCompensation,
    /// Automobile medical (`AM`).
    Auto,
}

impl PayerKind {
    /// Claim filing indicator (SBR09, CLP06).
    #[must_use]
    pub const fn filing_code(self) -> &'static str {
        match self {
            Self::MedicareB => "MB",
            Self::Ppo => "12",
            Self::Hmo => "HM",
            Self::Commercial | Self::MedicareSupplement => "CI",
            Self::Medicaid => "MC",
            Self::WorkersCompensation => "WC",
            Self::Auto => "AM",
        }
    }

    /// The kind a claim filing indicator stands for.
    #[must_use]
    pub fn from_filing_code(code: &str) -> Option<Self> {
        Some(match code {
            "MB" => Self::MedicareB,
            "12" => Self::Ppo,
            "HM" => Self::Hmo,
            "CI" => Self::Commercial,
            "MC" => Self::Medicaid,
            "WC" => Self::WorkersCompensation,
            "AM" => Self::Auto,
            _ => return None,
        })
    }
}

/// An insurer as the billing office knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Our record.
    pub id: PayerId,
    /// Name.
    pub name: String,
    /// The identifier claims carry (2010BB NM109 with qualifier PI).
    pub payer_number: String,
    /// What it insures.
    pub kind: PayerKind,
    /// Claims address.
    pub address: Address,
    /// Days from service to last filing day.
    pub filing_limit_days: u16,
    /// Days from remittance to last appeal day.
    pub appeal_limit_days: u16,
    /// False where a corrected claim may not be sent as frequency 7 (Medicare Part B;
    /// Medicare Claims Processing Manual chapter 1 §80.3.2).
    pub accepts_replacement: bool,
}

/// An invented or real person's age in whole years on a date; zero before birth.
#[must_use]
pub fn age_on(born_on: Date, on: Date) -> u16 {
    let mut years = i32::from(on.year()) - i32::from(born_on.year());
    if (on.month(), on.day()) < (born_on.month(), born_on.day()) {
        years -= 1;
    }
    u16::try_from(years).unwrap_or(0)
}
