//! A professional claim (CMS-1500, 837P) and where it stands.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    Accident, Address, Adjustment, BillingProvider, DiagnosisCode, Modifier, Money, PayerSequence, PersonName,
    PlaceOfService, ProcedureCode, Provider, Relationship, Sex, Subscriber, Units,
};

/// Claim frequency (CLM05-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// `1`.
    #[default]
    Original,
    /// `7`: replaces a finalised claim; needs the payer's control number.
    Replacement,
    /// `8`: cancels a finalised claim; needs the payer's control number.
    Void,
}

impl Frequency {
    /// The CLM05-3 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Original => "1",
            Self::Replacement => "7",
            Self::Void => "8",
        }
    }

    /// From the CLM05-3 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "1" => Self::Original,
            "7" => Self::Replacement,
            "8" => Self::Void,
            _ => return None,
        })
    }
}

/// The payer a claim is addressed to (2010BB), with what the subscriber loop says of it (2000B SBR).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimPayer {
    /// Name (NM103).
    pub name: String,
    /// Identifier (NM109 with PI).
    pub payer_number: String,
    /// Address; may be empty.
    #[serde(default)]
    pub address: Address,
    /// Claim filing indicator (SBR09).
    pub filing_code: String,
}

/// The insured and the patient (2010BA; 2010CA when they differ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimMember {
    /// Member identifier (2010BA NM109 with MI).
    pub member_id: String,
    /// Group number (SBR03), or empty.
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
}

/// The patient as the claim shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimPatient {
    /// Name.
    pub name: PersonName,
    /// Date of birth (DMG02).
    pub born_on: Date,
    /// Sex (DMG03).
    pub sex: Sex,
    /// Address.
    pub address: Address,
}

/// Unit of measure of a line (SV103).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitBasis {
    /// `UN`, units of service.
    #[default]
    Units,
    /// `MJ`, minutes (anesthesia).
    Minutes,
}

impl UnitBasis {
    /// The SV103 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Units => "UN",
            Self::Minutes => "MJ",
        }
    }
}

/// Where the service was given when not at the billing address (2310C).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFacility {
    /// Name.
    pub name: String,
    /// NPI when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub npi: Option<crate::Npi>,
    /// Address with nine-digit ZIP.
    pub address: Address,
}

/// One service line (2400).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLine {
    /// 1-based (LX01).
    pub number: u16,
    /// Line item control number (REF*6R): claim control number, hyphen, line.
    pub control_number: String,
    /// CPT or HCPCS (SV101-2).
    pub procedure: ProcedureCode,
    /// At most four (SV101-3 to -6).
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Charge (SV102).
    pub charge: Money,
    /// How many (SV104).
    pub units: Units,
    /// Of what (SV103).
    #[serde(default)]
    pub basis: UnitBasis,
    /// Place of service when it differs from the claim's (SV105).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_of_service: Option<PlaceOfService>,
    /// 1 to 4 positions in the diagnosis list, 1-based (SV107).
    pub pointers: Vec<u8>,
    /// First day (DTP*472).
    pub from: Date,
    /// Last day; equal to `from` for one day.
    pub through: Date,
    /// Description for unlisted codes (SV101-7), or empty.
    #[serde(default)]
    pub description: String,
    /// What earlier payers decided on this line (2430).
    #[serde(default)]
    pub adjudications: Vec<LineAdjudication>,
}

/// An earlier payer's decision on a line (2430).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAdjudication {
    /// Which payer: NM109 of its 2330B (SVD01).
    pub payer_number: String,
    /// Paid (SVD02).
    pub paid: Money,
    /// The service as the payer decided it (SVD03), which is not always what was sent.
    pub procedure: ProcedureCode,
    /// Its modifiers (SVD03).
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// Units paid (SVD05).
    pub units: Units,
    /// The line of this claim that the payer decided this one with (SVD06), when it bundled them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bundled_into: Option<u16>,
    /// Adjustments (CAS).
    pub adjustments: Vec<Adjustment>,
    /// What the payer left to the patient (2430 AMT*EAF).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_liability: Option<Money>,
    /// Decided on (DTP*573).
    pub decided_on: Date,
}

/// Another payer of the same claim (2320 with 2330A and 2330B).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherPayer {
    /// When it pays relative to the others (2320 SBR01).
    pub sequence: PayerSequence,
    /// Who (2330B) and its filing indicator (2320 SBR09).
    pub payer: ClaimPayer,
    /// Whose coverage (2320 SBR, 2330A).
    pub member: ClaimMember,
    /// Subscriber's name and address as 2330A shows them.
    pub subscriber_name: PersonName,
    /// Paid on the claim (AMT*D), once it decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money>,
    /// Left to the patient (AMT*EAF), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient_liability: Option<Money>,
    /// Claim-level adjustments (CAS).
    #[serde(default)]
    pub adjustments: Vec<Adjustment>,
    /// Decided on (2330B DTP*573), where the lines do not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    /// Its control number (2330B REF*F8), when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_number: Option<String>,
}

/// A professional claim as it is sent (837P 2300 with its context).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Patient control number (CLM01), at most 20 characters, never reused.
    pub control_number: String,
    /// Original, replacement or void.
    pub frequency: Frequency,
    /// The payer's number of the claim being replaced or voided (REF*F8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_reference: Option<String>,
    /// This payer's place in the order (SBR01).
    pub sequence: PayerSequence,
    /// Insurance type when Medicare is not primary (SBR05), or empty.
    #[serde(default)]
    pub medicare_secondary_type: String,
    /// Who bills.
    pub billing: BillingProvider,
    /// Who rendered, when not the billing provider (2310B).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rendering: Option<Provider>,
    /// Who referred (2310A DN).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referring: Option<Provider>,
    /// Where, when not at the billing address (2310C).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility: Option<ServiceFacility>,
    /// Addressee.
    pub payer: ClaimPayer,
    /// Insured.
    pub member: ClaimMember,
    /// Patient.
    pub patient: ClaimPatient,
    /// Place of service (CLM05-1).
    pub place_of_service: PlaceOfService,
    /// Medicare assignment (CLM07): `A`, `B` or `C`.
    pub assignment: char,
    /// Benefits assigned to the provider (CLM08).
    pub benefits_assigned: bool,
    /// Accident, when there was one (CLM11, DTP*439).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accident: Option<Accident>,
    /// Prior authorisation (REF*G1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prior_authorization: Option<String>,
    /// Property and casualty claim number (REF*Y4 in 2010BA / 2010CA).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property_casualty_claim: Option<String>,
    /// Laboratory certificate (REF*X4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clia: Option<String>,
    /// Delay reason (CLM20), or empty.
    #[serde(default)]
    pub delay_reason: String,
    /// Note to the payer (NTE*ADD), or empty.
    #[serde(default)]
    pub note: String,
    /// 1 to 12, first-listed first (HI).
    pub diagnoses: Vec<DiagnosisCode>,
    /// Paid by the patient (AMT*F5); never another payer's money.
    pub patient_paid: Money,
    /// 1 to 50.
    pub lines: Vec<ServiceLine>,
    /// Other payers (2320).
    #[serde(default)]
    pub other_payers: Vec<OtherPayer>,
}

impl Claim {
    /// Sum of the line charges (CLM02).
    #[must_use]
    pub fn charge(&self) -> Money {
        self.lines.iter().map(|line| line.charge).sum()
    }

    /// Earliest day of service; `None` without lines.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        self.lines.iter().map(|line| line.from).min()
    }

    /// Latest day of service; `None` without lines.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        self.lines.iter().map(|line| line.through).max()
    }

    /// Who rendered: 2310B, else the billing provider.
    #[must_use]
    pub fn rendering_npi(&self) -> &crate::Npi {
        self.rendering.as_ref().map_or(&self.billing.npi, |provider| &provider.npi)
    }

    /// Place of service of a line.
    #[must_use]
    pub fn place_of<'a>(&'a self, line: &'a ServiceLine) -> &'a PlaceOfService {
        line.place_of_service.as_ref().unwrap_or(&self.place_of_service)
    }

    /// The diagnoses a line points to, in order; pointers outside the list are skipped.
    #[must_use]
    pub fn pointed<'a>(&'a self, line: &'a ServiceLine) -> Vec<&'a DiagnosisCode> {
        line.pointers.iter().filter_map(|p| self.diagnoses.get(usize::from(*p).checked_sub(1)?)).collect()
    }
}

/// Where a claim stands with the payer it was addressed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// Built, not scrubbed.
    Draft,
    /// An edit holds it.
    Held,
    /// Scrubbed, may go.
    Ready,
    /// In a file on its way.
    Submitted,
    /// The file passed (TA1, 999).
    Acknowledged,
    /// The payer took it into adjudication (277CA A1/A2).
    Accepted,
    /// Refused before adjudication (TA1, 999 or 277CA): never decided, fix and send as original.
    Rejected,
    /// Decided and paid in full or in part.
    Paid,
    /// Decided, nothing paid because of a denial.
    Denied,
    /// Decided, nothing paid and nothing denied (all to the patient or another payer).
    Finalized,
    /// A later version or claim stands in its place.
    Superseded,
    /// Closed by a person.
    Closed,
}

impl ClaimStatus {
    /// Every status.
    pub const ALL: [Self; 12] = [
        Self::Draft,
        Self::Held,
        Self::Ready,
        Self::Submitted,
        Self::Acknowledged,
        Self::Accepted,
        Self::Rejected,
        Self::Paid,
        Self::Denied,
        Self::Finalized,
        Self::Superseded,
        Self::Closed,
    ];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Held => "held",
            Self::Ready => "ready",
            Self::Submitted => "submitted",
            Self::Acknowledged => "acknowledged",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Paid => "paid",
            Self::Denied => "denied",
            Self::Finalized => "finalized",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Held => "Held",
            Self::Ready => "Ready",
            Self::Submitted => "Submitted",
            Self::Acknowledged => "Acknowledged",
            Self::Accepted => "Accepted",
            Self::Rejected => "Rejected",
            Self::Paid => "Paid",
            Self::Denied => "Denied",
            Self::Finalized => "Finalized",
            Self::Superseded => "Superseded",
            Self::Closed => "Closed",
        }
    }

    /// True when a claim may pass from this status to `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use ClaimStatus::{
            Accepted, Acknowledged, Closed, Denied, Draft, Finalized, Held, Paid, Ready, Rejected, Submitted,
            Superseded,
        };
        matches!(
            (self, next),
            (Draft, Held | Ready | Closed)
                | (Held, Draft | Ready | Held | Closed)
                | (Ready, Submitted | Held | Draft | Closed)
                | (Submitted, Acknowledged | Accepted | Rejected | Paid | Denied | Finalized)
                | (Acknowledged, Accepted | Rejected | Paid | Denied | Finalized)
                | (Accepted, Paid | Denied | Finalized | Rejected)
                | (Rejected, Draft | Superseded | Closed)
                | (Paid | Denied | Finalized, Paid | Denied | Finalized | Superseded | Closed)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejected_claim_was_never_decided() {
        assert!(ClaimStatus::Rejected.may_become(ClaimStatus::Draft));
        assert!(!ClaimStatus::Rejected.may_become(ClaimStatus::Paid));
        assert!(!ClaimStatus::Paid.may_become(ClaimStatus::Draft));
        assert!(!ClaimStatus::Closed.may_become(ClaimStatus::Ready));
        for status in ClaimStatus::ALL {
            assert_eq!(ClaimStatus::from_code(status.code()), Some(status));
        }
    }
}
