//! Professional claims (005010X222A1 837).

mod read;
mod write;

use claim::{Claim, Money, PersonName};
use serde::{Deserialize, Serialize};

pub use read::read_837p;
pub use write::write_837p;

use crate::{Controls, ExchangeError, Party};

/// Claims in one transaction set (guide recommendation, 005010X222A1 section 1.3).
pub const CLAIMS_PER_TRANSACTION_MAX: usize = 5_000;
/// Claims in one patient loop (2300).
const CLAIMS_PER_PATIENT_MAX: usize = 100;
/// Lines of a claim (2400).
pub const LINES_MAX: usize = 50;
/// Diagnoses of a claim (HI).
pub const DIAGNOSES_MAX: usize = 12;

const GUIDE: &str = "005010X222A1";

/// One transaction set of claims as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimBatch {
    /// Who sent it (1000A).
    pub submitter: Party,
    /// For whom (1000B).
    pub receiver: Party,
    /// Its numbers and time. A number that is not one reads as 0.
    pub controls: Controls,
    /// Claims taken, in file order.
    pub claims: Vec<ReceivedClaim>,
    /// Claims that hold a value no claim can hold; to be answered as refused (277CA A7).
    pub refused: Vec<RefusedClaim>,
}

/// A claim and where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedClaim {
    /// The claim.
    pub claim: Claim,
    /// Byte offset of its CLM segment.
    pub offset: u64,
    /// ST02 of its transaction set.
    pub transaction_control: String,
}

/// A claim that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedClaim {
    /// CLM01.
    pub control_number: String,
    /// Byte offset of its CLM segment.
    pub offset: u64,
    /// What is wrong and where.
    pub error: ExchangeError,
    /// What a 277CA tells the sender of the claim, as far as it could be read.
    pub echo: ClaimEcho,
}

/// What an answer repeats of a refused claim; empty where unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimEcho {
    /// Billing provider's name (2010AA).
    pub billing_name: String,
    /// Its NPI as sent, valid or not.
    pub billing_npi: String,
    /// Patient's name.
    pub patient: PersonName,
    /// Member identifier (2010BA).
    pub member_id: String,
    /// Payer's identifier (2010BB).
    pub payer_number: String,
    /// Charge (CLM02); zero where unreadable.
    pub charge: Money,
}
