//! What came back for a file before anybody decided about money: TA1, 999, 277CA.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Money;

/// Answer to an interchange (TA1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterchangeAck {
    /// Control number answered (TA101).
    pub interchange_control: String,
    /// `A`, `E` or `R` (TA104).
    pub code: char,
    /// Note code (TA105), `000` when accepted.
    pub note: String,
}

/// Answer to one transaction set (999 AK2 to IK5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionAck {
    /// Group control number answered (AK102).
    pub group_control: String,
    /// Transaction set control number answered (AK202); empty in an answer for every set of the group that no other
    /// answer names.
    pub transaction_control: String,
    /// `A`, `E` or `R` (IK501); `P` when the group was taken in part and nobody says which sets (AK901).
    pub code: char,
    /// Errors in words, each with segment, position and element.
    pub errors: Vec<String>,
    /// Claim control numbers the errors name (CTX), when given.
    #[serde(default)]
    pub claims: Vec<String>,
}

/// A claim status: category and status code, with the entity it concerns (STC01).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCode {
    /// Category (STC01-1): `A1`, `A2`, `A3`, `A6`, `A7`, `A8` and so on.
    pub category: String,
    /// Status (STC01-2).
    pub status: String,
    /// Entity (STC01-3), or empty.
    #[serde(default)]
    pub entity: String,
}

/// Answer to one claim (277CA 2000D).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimAck {
    /// Our control number (TRN02).
    pub control_number: String,
    /// True when taken into adjudication (STC03 `WQ`), false when refused (`U`).
    pub is_accepted: bool,
    /// Statuses, first decides.
    pub statuses: Vec<StatusCode>,
    /// Charge (STC04).
    pub charge: Money,
    /// The payer's control number (REF*1K), when accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer_control_number: Option<String>,
    /// Patient's last and first name as echoed.
    #[serde(default)]
    pub patient_last: String,
    /// First name.
    #[serde(default)]
    pub patient_first: String,
    /// Member identifier as echoed.
    #[serde(default)]
    pub member_id: String,
    /// Day of service (DTP*472), when given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

/// All claim answers of one batch (one ST of a 277CA).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimAckBatch {
    /// Payer's name and identifier (2100A).
    pub payer_name: String,
    /// Payer's identifier.
    pub payer_number: String,
    /// Submitter's name (2100B).
    pub submitter_name: String,
    /// Submitter's identifier.
    pub submitter_id: String,
    /// Reference of the batch answered (2200B TRN02 = BHT03 of the 837).
    pub batch_reference: String,
    /// Billing provider's name (2100C).
    pub billing_name: String,
    /// Billing provider's NPI.
    pub billing_npi: String,
    /// Received on (DTP*050).
    pub received_on: Date,
    /// Processed on (DTP*009).
    pub processed_on: Date,
    /// Answers.
    pub claims: Vec<ClaimAck>,
}

/// Any answer that comes before money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ack {
    /// TA1.
    Interchange(InterchangeAck),
    /// 999.
    Transaction(TransactionAck),
    /// 277CA.
    Claims(ClaimAckBatch),
}
