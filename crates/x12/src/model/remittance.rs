//! Remittances, 835.

use super::build::{loops, plain_segments, segments};
use super::parts::{
    AdjudicatedService, Adjustments, Amount, City, Contact, Currency, Day, InpatientRemarks, Name, Number,
    OutpatientRemarks, Party, Quantity, Reference, Remark, Street, Trace,
};
use super::tree::documents;
use crate::claims::ClaimUnit;

segments! {
    /// The payment.
    Payment = "BPR" {
        handling: 1, amount: 2, side: 3, method: 4, format: 5, payer_bank_qualifier: 6, payer_bank: 7,
        payer_account_qualifier: 8, payer_account: 9, originator: 10, originator_code: 11, payee_bank_qualifier: 12,
        payee_bank: 13, payee_account_qualifier: 14, payee_account: 15, date: 16,
    }
    /// What was decided about a claim.
    ClaimPaid = "CLP" {
        control: 1, status: 2, charge: 3, paid: 4, patient_responsibility: 5, filing: 6, payer_control: 7, facility: 8,
        frequency: 9, patient_status: 10, drg: 11, drg_weight: 12, discharge_fraction: 13,
    }
}

plain_segments! {
    /// How the remittance is delivered.
    RemittanceDelivery = "RDM";
    /// Totals of a provider's claims.
    ProviderSummary = "TS3";
    /// More totals of a provider's claims.
    ProviderSummaryMore = "TS2";
    /// Adjustments of a provider: identifier, fiscal year end, then reason with reference, and amount, up to six times.
    ProviderAdjustment = "PLB";
}

loops! {
    /// An 835.
    Remittance = [""] {
        payment: Option<Payment>,
        trace: Option<Trace>,
        currency: Option<Currency>,
        references: Vec<Reference>,
        dates: Vec<Day>,
        payer: Option<Payer>,
        payee: Option<Payee>,
        groups: Vec<PaymentGroup>,
        provider_adjustments: Vec<ProviderAdjustment>,
    }
    /// 1000A.
    Payer = ["1000A"] {
        party: Option<Party>,
        street: Option<Street>,
        city: Option<City>,
        references: Vec<Reference>,
        contacts: Vec<Contact>,
    }
    /// 1000B.
    Payee = ["1000B"] {
        party: Option<Party>,
        street: Option<Street>,
        city: Option<City>,
        references: Vec<Reference>,
        delivery: Option<RemittanceDelivery>,
    }
    /// 2000.
    PaymentGroup = ["2000"] {
        number: Option<Number>,
        summary: Option<ProviderSummary>,
        summary_more: Option<ProviderSummaryMore>,
        claims: Vec<ClaimPayment>,
    }
    /// 2100.
    ClaimPayment = ["2100"] {
        claim: Option<ClaimPaid>,
        adjustments: Vec<Adjustments>,
        names: Vec<Name>,
        inpatient: Option<InpatientRemarks>,
        outpatient: Option<OutpatientRemarks>,
        references: Vec<Reference>,
        dates: Vec<Day>,
        contacts: Vec<Contact>,
        amounts: Vec<Amount>,
        quantities: Vec<Quantity>,
        lines: Vec<LinePayment>,
    }
    /// 2110.
    LinePayment = ["2110"] {
        service: Option<AdjudicatedService>,
        dates: Vec<Day>,
        adjustments: Vec<Adjustments>,
        references: Vec<Reference>,
        amounts: Vec<Amount>,
        quantities: Vec<Quantity>,
        remarks: Vec<Remark>,
    }
}

documents! {
    Remittance = "835" "HP" ["005010X221"];
}

impl ClaimUnit<'_> {
    /// The payment of one claim as a view, below the header of its remittance; `None` for a claim.
    #[must_use]
    pub fn remittance(&self) -> Option<Remittance<&str>> {
        let tree = self.tree().filter(|_| self.set_id == "835")?;
        Some(Remittance::of(&tree))
    }
}
