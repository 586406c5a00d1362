//! A remittance: its proof, what was posted, what is parked and why.

use askama::Template;

use super::frame::Frame;
use super::part::{Amount, Choice, NamedAmount, Tag};

/// A remittance (`remittance.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "remittance.html")]
pub struct RemittancePage {
    /// Surroundings.
    pub frame: Frame,
    /// Our number, used in addresses.
    pub id: String,
    /// Payer.
    pub payer: String,
    /// Check or trace number.
    pub trace: String,
    /// Payment date and method.
    pub paid_on: String,
    /// File it came in.
    pub file: String,
    /// Its address.
    pub file_href: String,
    /// Where it stands.
    pub status: Tag,
    /// Why it stands there, or empty.
    pub reason: String,
    /// Claims − provider adjustments = paid.
    pub proof: Proof,
    /// Decided claims that are posted.
    pub posted: Vec<PostedItem>,
    /// Items that wait for a person.
    pub parked: Vec<ParkedItem>,
    /// Changes that belong to no claim.
    pub provider_adjustments: Vec<ProviderAdjustmentView>,
    /// Nothing of it is in the books.
    pub is_outside: bool,
    /// Held unapplied, or all of it when it is outside the books.
    pub unapplied: Amount,
    /// The person may say whose a parked item is.
    pub may_match: bool,
}

/// An equation to the cent.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// True when it holds everywhere.
    pub holds: bool,
    /// Terms in order; the last is the stated result.
    pub terms: Vec<NamedAmount>,
    /// Stated less expected.
    pub difference: Amount,
    /// Each place where an equation does not hold.
    pub breaks: Vec<String>,
}

/// A decided claim that is posted.
#[derive(Clone, Debug, Default)]
pub struct PostedItem {
    /// Address of the claim.
    pub href: String,
    /// Our control number.
    pub control_number: String,
    /// Patient.
    pub patient: String,
    /// Date of service.
    pub served_on: String,
    /// Charge.
    pub charge: Amount,
    /// Adjusted by contract and otherwise.
    pub adjusted: Amount,
    /// Left to the patient.
    pub patient_share: Amount,
    /// Paid.
    pub paid: Amount,
    /// Paid, denied, reversal.
    pub state: Tag,
    /// Reasons, `CO-45, PR-2`.
    pub reasons: String,
}

/// An item that waits for a person.
#[derive(Clone, Debug, Default)]
pub struct ParkedItem {
    /// Its id in addresses.
    pub id: String,
    /// Control number as the payer sent it.
    pub control_number: String,
    /// Patient as the payer names them.
    pub patient: String,
    /// Paid.
    pub paid: Amount,
    /// Why it was not posted, in words.
    pub why: String,
    /// Claims it may belong to.
    pub candidates: Vec<Choice>,
    /// It pays, so the person may send the payment back.
    pub may_return: bool,
    /// Who sends it back instead, in words, or empty.
    pub return_barred: String,
}

/// A provider-level adjustment (PLB).
#[derive(Clone, Debug, Default)]
pub struct ProviderAdjustmentView {
    /// Code.
    pub code: String,
    /// In words.
    pub text: String,
    /// Reference.
    pub reference: String,
    /// Positive reduces the payment.
    pub amount: Amount,
}
