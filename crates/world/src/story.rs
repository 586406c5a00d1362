//! What happens: the beats of the story, and what people do on which day.

use claim::{CoverageId, EncounterId, Modifier, Money, PatientId, ProcedureCode, Units};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Role;

/// What a visit is in the story for. The payers know nothing of it: they act on their plans alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Beat {
    /// Registered with a mistyped member identifier: refused at the door (277CA), corrected, sent again as original.
    MemberIdMistyped,
    /// Modifier 25 lost at charge entry: bundled (97 or 4), corrected claim, reversal and payment.
    Modifier25Missing,
    /// Goes to the supplement with Medicare's decision.
    SupplementSecondary,
    /// Workers' compensation, paid at schedule.
    WorkInjuryPaid,
    /// Workers' compensation, never answered: ages.
    WorkClaimPended,
    /// Other payer never answers: ages.
    PendedForever,
    /// Therapy without authorisation (197), then one is obtained.
    AuthorizationMissing,
    /// Served after coverage ended (27).
    CoverageTerminated,
    /// Not covered: the patient owes it (96, 204).
    NonCovered,
    /// Above the therapy threshold without KX (119): therapy elsewhere used the rest up.
    TherapyThreshold,
    /// Modifier GP lost at charge entry: the software puts it back.
    GpMissing,
    /// Denied as not medically necessary (50), appealed; the appeal is due at the end of the story.
    MedicalNecessityAppeal,
    /// Signed late, billed after the payer's limit (29).
    FiledLate,
    /// Signed late, not billed at the end, close to the limit.
    NearFilingLimit,
    /// Modifier 59 lost at charge entry: individual exercise bundled with the group (97).
    Bundled,
    /// Sent twice (18).
    ResentInError,
    /// More units than a day allows (151), corrected.
    UnitsExceeded,
    /// Copay taken for a visit without patient share: credit balance.
    DeskCredit,
    /// Never pays; statements age.
    PatientNeverPays,
    /// Paid below contract.
    Underpaid,
    /// Side missing in the note: query, answered by addendum.
    Queried,
    /// Given by an assistant (CQ).
    Assistant,
    /// More units keyed than a day allows: the claim is held at the end for somebody to correct.
    HeldAtEnd,
    /// Signed in the last days, left for a coder.
    ToCodeAtEnd,
    /// Not signed at the end.
    UnsignedAtEnd,
}

impl Beat {
    /// Every beat.
    pub const ALL: [Self; 25] = [
        Self::MemberIdMistyped,
        Self::Modifier25Missing,
        Self::SupplementSecondary,
        Self::WorkInjuryPaid,
        Self::WorkClaimPended,
        Self::PendedForever,
        Self::AuthorizationMissing,
        Self::CoverageTerminated,
        Self::NonCovered,
        Self::TherapyThreshold,
        Self::GpMissing,
        Self::MedicalNecessityAppeal,
        Self::FiledLate,
        Self::NearFilingLimit,
        Self::Bundled,
        Self::ResentInError,
        Self::UnitsExceeded,
        Self::DeskCredit,
        Self::PatientNeverPays,
        Self::Underpaid,
        Self::Queried,
        Self::Assistant,
        Self::HeldAtEnd,
        Self::ToCodeAtEnd,
        Self::UnsignedAtEnd,
    ];

    /// As `visits.txt` writes it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::MemberIdMistyped => "member-id-mistyped",
            Self::Modifier25Missing => "modifier-25-missing",
            Self::SupplementSecondary => "supplement-secondary",
            Self::WorkInjuryPaid => "work-injury-paid",
            Self::WorkClaimPended => "work-claim-pended",
            Self::PendedForever => "pended-forever",
            Self::AuthorizationMissing => "authorization-missing",
            Self::CoverageTerminated => "coverage-terminated",
            Self::NonCovered => "non-covered",
            Self::TherapyThreshold => "therapy-threshold",
            Self::GpMissing => "gp-missing",
            Self::MedicalNecessityAppeal => "medical-necessity-appeal",
            Self::FiledLate => "filed-late",
            Self::NearFilingLimit => "near-filing-limit",
            Self::Bundled => "bundled",
            Self::ResentInError => "resent-in-error",
            Self::UnitsExceeded => "units-exceeded",
            Self::DeskCredit => "desk-credit",
            Self::PatientNeverPays => "patient-never-pays",
            Self::Underpaid => "underpaid",
            Self::Queried => "queried",
            Self::Assistant => "assistant",
            Self::HeldAtEnd => "held-at-end",
            Self::ToCodeAtEnd => "to-code-at-end",
            Self::UnsignedAtEnd => "unsigned-at-end",
        }
    }

    /// From what `visits.txt` writes.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|beat| beat.code() == code)
    }
}

/// Which lines of a claim a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lines {
    /// All of them.
    All,
    /// The office visit (99202 to 99215), whatever its level.
    OfficeVisit,
    /// The lines of a code.
    Code(ProcedureCode),
}

impl Lines {
    /// True when a line with this code is meant.
    #[must_use]
    pub fn contains(&self, procedure: &ProcedureCode) -> bool {
        match self {
            Self::All => true,
            Self::OfficeVisit => ("99202"..="99215").contains(&procedure.as_str()),
            Self::Code(code) => code == procedure,
        }
    }
}

/// A change to the services of a visit or claim. Where nothing is meant by it, nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Takes a modifier off.
    RemoveModifier {
        /// From which lines.
        lines: Lines,
        /// Which.
        modifier: Modifier,
    },
    /// Puts a modifier on, unless it is there.
    AddModifier {
        /// On which lines.
        lines: Lines,
        /// Which.
        modifier: Modifier,
    },
    /// Sets the units; the charge follows the price of a unit.
    SetUnits {
        /// Of which lines.
        lines: Lines,
        /// How many.
        units: Units,
    },
    /// Writes an authorisation number on the claim (REF*G1).
    SetAuthorization(String),
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Action {
    /// The provider signs the note of the visit as it stands.
    SignNote {
        /// Which visit.
        encounter: EncounterId,
    },
    /// The patient pays at the desk, on the day of the visit.
    PayAtDesk {
        /// Which visit.
        encounter: EncounterId,
        /// How much.
        amount: Money,
    },
    /// Codes are mistyped at charge entry, after the coder decided and before the claim is built.
    MistypeCharges {
        /// Which visit.
        encounter: EncounterId,
        /// In order.
        changes: Vec<Change>,
    },
    /// The biller overrides every error that holds the claim. Holds from this day on, for this visit.
    SendAnyway {
        /// Which visit.
        encounter: EncounterId,
        /// In the biller's words.
        reason: String,
    },
    /// The front desk corrects a member identifier; rejected claims of the coverage go again as originals.
    CorrectMemberId {
        /// Whose.
        patient: PatientId,
        /// Which coverage.
        coverage: CoverageId,
        /// As on the card.
        member_id: String,
    },
    /// The front desk writes down an authorisation; later claims of the coverage carry it.
    RecordAuthorization {
        /// Whose.
        patient: PatientId,
        /// Which coverage.
        coverage: CoverageId,
        /// Its number.
        number: String,
    },
    /// The provider answers the open query with an addendum and signs it: the next version of the note is the
    /// old text, an empty line and this.
    AnswerQuery {
        /// Which visit.
        encounter: EncounterId,
        /// The addendum's text.
        addendum: String,
    },
    /// The biller sends a claim again that was not lost: same content, new control number, original.
    ResendByMistake {
        /// Which visit.
        encounter: EncounterId,
    },
    /// Once the denial is posted, the biller corrects the claim (frequency 7 where the payer takes it).
    CorrectClaim {
        /// Which visit.
        encounter: EncounterId,
        /// In order.
        changes: Vec<Change>,
        /// What supports it, in the biller's words.
        reason: String,
    },
    /// Once the denial is posted, the biller opens an appeal; it is not sent in the story.
    OpenAppeal {
        /// Which visit.
        encounter: EncounterId,
        /// The argument in short.
        reason: String,
    },
    /// Once a statement stands open, the patient pays.
    PayStatement {
        /// Who.
        patient: PatientId,
        /// How much of what is due.
        payment: StatementPayment,
    },
}

/// How much of a statement is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementPayment {
    /// All that is due.
    Full,
    /// Half, rounded down to the cent.
    Half,
}

/// Something somebody does on a day. When what it needs is not there yet (a denial posted, a statement
/// open), it is tried again each day after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptedAction {
    /// First day it may happen.
    pub on: Date,
    /// Who does it; `None` is the patient.
    pub by: Option<Role>,
    /// What.
    pub action: Action,
}
