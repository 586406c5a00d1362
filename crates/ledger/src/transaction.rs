//! Transactions and entries: integer cents that add up to zero, never edited.

use claim::{ChargeId, Money, PatientId, PayerId, PayerSequence, RemittanceId, TransactionId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::Account;

/// One side of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which account.
    pub account: Account,
    /// Debit positive, credit negative; never zero.
    pub amount: Money,
    /// The charge it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<ChargeId>,
    /// The patient it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientId>,
    /// The payer it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<PayerId>,
    /// Which receivable of the charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<PayerSequence>,
    /// The remittance whose money it moves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remittance: Option<RemittanceId>,
    /// Group and CARC (`CO-45`), PLB reason and reference, or policy; empty when the kind says it all.
    #[serde(default)]
    pub reason: String,
}

impl Entry {
    /// An entry on an account without dimensions.
    #[must_use]
    pub const fn new(account: Account, amount: Money) -> Self {
        Self {
            account,
            amount,
            charge: None,
            patient: None,
            payer: None,
            sequence: None,
            remittance: None,
            reason: String::new(),
        }
    }
}

/// Why a transaction was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    /// A service was charged.
    Charge,
    /// A charge was taken back.
    VoidCharge,
    /// A remittance's money arrived.
    Deposit,
    /// A claim of a remittance was posted.
    RemittanceClaim,
    /// An earlier posting was taken back by the payer.
    Reversal,
    /// A provider-level adjustment (PLB).
    ProviderAdjustment,
    /// A patient paid.
    PatientPayment,
    /// A patient's money was applied to a charge, or released from it.
    Allocation,
    /// A balance moved between payers or to the patient.
    Transfer,
    /// A balance was given up, by policy or approval.
    WriteOff,
    /// An overpayment was recognised.
    CreditBalance,
    /// A refund was approved.
    Refund,
    /// A refund was paid.
    RefundPaid,
}

impl TransactionKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Charge,
        Self::VoidCharge,
        Self::Deposit,
        Self::RemittanceClaim,
        Self::Reversal,
        Self::ProviderAdjustment,
        Self::PatientPayment,
        Self::Allocation,
        Self::Transfer,
        Self::WriteOff,
        Self::CreditBalance,
        Self::Refund,
        Self::RefundPaid,
    ];

    /// As stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::VoidCharge => "void_charge",
            Self::Deposit => "deposit",
            Self::RemittanceClaim => "remittance_claim",
            Self::Reversal => "reversal",
            Self::ProviderAdjustment => "provider_adjustment",
            Self::PatientPayment => "patient_payment",
            Self::Allocation => "allocation",
            Self::Transfer => "transfer",
            Self::WriteOff => "write_off",
            Self::CreditBalance => "credit_balance",
            Self::Refund => "refund",
            Self::RefundPaid => "refund_paid",
        }
    }

    /// From the stored code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Charge => "Charge",
            Self::VoidCharge => "Charge voided",
            Self::Deposit => "Remittance received",
            Self::RemittanceClaim => "Insurance posting",
            Self::Reversal => "Reversal by payer",
            Self::ProviderAdjustment => "Provider-level adjustment",
            Self::PatientPayment => "Patient payment",
            Self::Allocation => "Payment applied",
            Self::Transfer => "Transfer",
            Self::WriteOff => "Write-off",
            Self::CreditBalance => "Credit balance",
            Self::Refund => "Refund approved",
            Self::RefundPaid => "Refund paid",
        }
    }
}

/// Where the facts of a transaction are written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// SHA-256 of the received or made document, in hexadecimal, or empty.
    #[serde(default)]
    pub document: String,
    /// Place in it, such as `CLP at byte 812`, or what a person did.
    #[serde(default)]
    pub location: String,
}

/// A balanced set of entries, ready to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Why.
    pub kind: TransactionKind,
    /// For people: one line.
    pub memo: String,
    /// The day it counts for.
    pub effective_on: Date,
    /// Where the facts are.
    pub source: Source,
    /// The transaction it takes back, when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<TransactionId>,
    /// At least two, adding up to zero.
    pub entries: Vec<Entry>,
}

impl Transaction {
    /// What is wrong with it as a transaction (invariant I01), or nothing.
    #[must_use]
    pub fn defect(&self) -> Option<String> {
        if self.entries.len() < 2 {
            return Some(format!("has {} entries; at least two are needed", self.entries.len()));
        }
        if self.entries.iter().any(|e| e.amount.is_zero()) {
            return Some("has an entry of zero cents".into());
        }
        if self.entries.iter().any(|e| e.amount.abs() > Money::MAX_ABS) {
            return Some("has an entry above the largest amount accepted".into());
        }
        let sum: Money = self.entries.iter().map(|e| e.amount).sum();
        (!sum.is_zero()).then(|| format!("is out of balance by {sum}"))
    }
}

/// A transaction as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Its identity.
    pub id: TransactionId,
    /// Position in the client's journal, from 1.
    pub number: u64,
    /// What was recorded.
    pub transaction: Transaction,
}

impl Recorded {
    /// The entries that take it back exactly (invariant I10).
    #[must_use]
    pub fn mirror(&self) -> Vec<Entry> {
        self.transaction.entries.iter().map(|e| Entry { amount: -e.amount, ..e.clone() }).collect()
    }
}
