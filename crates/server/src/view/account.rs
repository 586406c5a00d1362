//! The patient's account: ledger, open items, payments, statements.

use askama::Template;

use super::frame::Frame;
use super::part::{Amount, Choice, ContextBar, Tag};

/// A patient's account (`account.html`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// Surroundings.
    pub frame: Frame,
    /// Who.
    pub context: ContextBar,
    /// Record number in addresses.
    pub id: String,
    /// Address, phone.
    pub contact: String,
    /// Ledger, latest first.
    pub ledger: Vec<LedgerLine>,
    /// Open amounts by visit.
    pub open: Vec<OpenItem>,
    /// Sum of the open items.
    pub open_total: Amount,
    /// What is on file, for those who may change it.
    pub registration: Option<Registration>,
    /// Statements sent.
    pub statements: Vec<StatementLine>,
    /// Why no statement may be printed now; empty when one may.
    pub statement_barred: String,
    /// Ways to pay.
    pub methods: Vec<Choice>,
    /// Paid by the patient and not applied.
    pub unapplied: Amount,
    /// True when it may be given back.
    pub may_refund: bool,
    /// Approved to be given back and not paid yet.
    pub refund_due: Amount,
    /// True when its payment may be recorded.
    pub may_pay_refund: bool,
    /// True when the person may take payments.
    pub may_pay: bool,
}

/// The patient as registered.
#[derive(Clone, Debug, Default)]
pub struct Registration {
    /// Last name.
    pub last: String,
    /// First name.
    pub first: String,
    /// Middle name.
    pub middle: String,
    /// Date of birth.
    pub born_on: String,
    /// Sex on file.
    pub sexes: Vec<Choice>,
    /// Street.
    pub street: String,
    /// Rest of the street.
    pub street2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// ZIP code.
    pub zip: String,
    /// Telephone.
    pub phone: String,
    /// Coverages in the order they pay; the last one is empty, for another.
    pub coverages: Vec<CoverageForm>,
}

/// A coverage as registered.
#[derive(Clone, Debug, Default)]
pub struct CoverageForm {
    /// Our record; empty for a new one.
    pub id: String,
    /// Payers.
    pub payers: Vec<Choice>,
    /// Order of payment.
    pub sequences: Vec<Choice>,
    /// Member number.
    pub member_id: String,
    /// Group number.
    pub group_number: String,
    /// First day.
    pub effective_on: String,
    /// Last day, or empty.
    pub terminated_on: String,
    /// Authorization on file, or empty.
    pub authorization: String,
    /// Payer and days, in words.
    pub about: String,
    /// What the payer last said about it, in words.
    pub said: Tag,
}

/// One movement of money.
#[derive(Clone, Debug, Default)]
pub struct LedgerLine {
    /// Day.
    pub on: String,
    /// What, in words.
    pub text: String,
    /// Address of the claim or remittance behind it, or empty.
    pub href: String,
    /// Charge.
    pub charge: Amount,
    /// Paid.
    pub paid: Amount,
    /// Adjusted.
    pub adjusted: Amount,
    /// Account balance afterwards.
    pub balance: Amount,
}

/// An amount that is open.
#[derive(Clone, Debug, Default)]
pub struct OpenItem {
    /// Day of service.
    pub served_on: String,
    /// Claim or encounter.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Insurer or patient.
    pub owner: Tag,
    /// `31–60 days`.
    pub age: String,
    /// How much.
    pub amount: Amount,
}

/// A statement.
#[derive(Clone, Debug, Default)]
pub struct StatementLine {
    /// Number.
    pub number: String,
    /// Address of the document.
    pub href: String,
    /// Day.
    pub on: String,
    /// Asked for.
    pub amount: Amount,
}
