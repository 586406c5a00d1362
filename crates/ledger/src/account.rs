//! The chart of accounts, per client.

use serde::{Deserialize, Serialize};

macro_rules! accounts {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $label:literal;)*) => {
        /// An account. Debits are positive, credits negative.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Account {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl Account {
            /// Every account, in the order of a trial balance.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As stored and exported.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// For people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// From the stored code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|account| account.code() == code)
            }
        }
    };
}

accounts! {
    /// Owed by insurers, per charge and payer sequence.
    InsuranceReceivable = "AR-INS", "Insurance receivable";
    /// Owed by patients, per charge.
    PatientReceivable = "AR-PAT", "Patient receivable";
    /// Money announced or received, per trace, until the bank shows it.
    CashClearing = "CASH-CLEARING", "Cash clearing";
    /// Money in the bank.
    Bank = "BANK", "Bank";
    /// Received but not yet applied, per remittance or per patient.
    Unapplied = "UNAPPLIED", "Unapplied payments";
    /// Recoupments and forwarded balances of a payer, per reference.
    PayerOwed = "PAYER-OWED", "Owed to payers";
    /// Overpayments found, per payer or patient.
    CreditBalance = "CREDIT-BALANCE", "Credit balances";
    /// Refunds approved and not yet paid.
    RefundPayable = "REFUND-PAYABLE", "Refunds payable";
    /// Gross charges.
    Charges = "CHARGES", "Charges";
    /// Contractual reductions, per charge and reason.
    Contractual = "CONTRACTUAL", "Contractual adjustments";
    /// The federal cut of Medicare payments (CARC 253).
    Sequestration = "SEQUESTRATION", "Sequestration";
    /// Denials accepted, late filing, bundling and other write-offs.
    OtherAdjustment = "OTHER-ADJ", "Other adjustments";
    /// Balances too small to bill.
    SmallBalance = "SMALL-BALANCE", "Small balances";
    /// Charity care.
    Charity = "CHARITY", "Charity care";
    /// Courtesy and prompt-payment discounts.
    Courtesy = "COURTESY", "Courtesy discounts";
    /// Written off as uncollectable.
    BadDebt = "BAD-DEBT", "Bad debt";
    /// Interest paid by payers (PLB L6).
    Interest = "INTEREST", "Interest";
    /// Incentives, withholds, levies and fees at provider level (PLB).
    ProviderLevel = "PROVIDER-LEVEL", "Provider-level adjustments";
}

impl Account {
    /// True for the accounts that say who owes a charge.
    #[must_use]
    pub const fn is_receivable(self) -> bool {
        matches!(self, Self::InsuranceReceivable | Self::PatientReceivable)
    }

    /// True for the accounts that reduce gross charges.
    #[must_use]
    pub const fn is_adjustment(self) -> bool {
        matches!(
            self,
            Self::Contractual
                | Self::Sequestration
                | Self::OtherAdjustment
                | Self::SmallBalance
                | Self::Charity
                | Self::Courtesy
                | Self::BadDebt
        )
    }
}
