//! Claims and their payments: 837 joined with 835 by the claim number, and what a remittance adds up to.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::claims::ClaimReader;
use crate::stream::{Event, Reader};
use crate::value::{amount, cents};

/// A claim and what was paid for it. Amounts are decimal strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// CLM01 and CLP01.
    pub claim: String,
    /// CLM02, `None` when no claim of this number was sent.
    pub charged: Option<String>,
    /// CLP03 of the last payment, `None` when there is none.
    pub charge_answered: Option<String>,
    /// The sum of CLP04.
    pub paid: Option<String>,
    /// The sum of CLP05.
    pub patient: Option<String>,
    /// CLP02 of every payment.
    pub statuses: Vec<String>,
}

impl Settlement {
    /// Whether claim and payment are both there and speak of the same charge.
    #[must_use]
    pub fn is_matched(&self) -> bool {
        let charge = |text: &Option<String>| text.as_deref().and_then(cents);
        self.charged.is_some() && charge(&self.charged) == charge(&self.charge_answered)
    }
}

/// Joins claims with payments, in the order of the claims; payments of unknown claims last.
///
/// # Errors
/// When a source cannot be read.
pub fn settle(claims: impl io::Read, payments: impl io::Read) -> io::Result<Vec<Settlement>> {
    let mut settlements: Vec<Settlement> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut reader = ClaimReader::new(claims);
    while let Some(unit) = reader.next_claim()? {
        let Some(clm) = unit.segments.first().filter(|first| first.id() == "CLM") else { continue };
        let claim = clm.el(1).to_owned();
        places.entry(claim.clone()).or_insert(settlements.len());
        let charged = Some(amount(cents(clm.value(2)).unwrap_or_default()));
        settlements.push(Settlement { claim, charged, ..Settlement::default() });
    }
    let mut reader = ClaimReader::new(payments);
    while let Some(unit) = reader.next_claim()? {
        let Some(clp) = unit.segments.first().filter(|first| first.id() == "CLP") else { continue };
        let claim = clp.el(1).to_owned();
        let at = *places.entry(claim.clone()).or_insert(settlements.len());
        if at == settlements.len() {
            settlements.push(Settlement { claim, ..Settlement::default() });
        }
        let Some(settlement) = settlements.get_mut(at) else { continue };
        let add = |sum: &Option<String>, element: usize| {
            let before = sum.as_deref().and_then(cents).unwrap_or_default();
            Some(amount(before.saturating_add(cents(clp.value(element)).unwrap_or_default())))
        };
        settlement.paid = add(&settlement.paid, 4);
        settlement.patient = add(&settlement.patient, 5);
        settlement.charge_answered = Some(amount(cents(clp.value(3)).unwrap_or_default()));
        settlement.statuses.push(clp.el(2).to_owned());
    }
    Ok(settlements)
}

/// What a transaction set adds up to. Amounts are decimal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// ST01.
    pub set: String,
    /// ST02.
    pub transaction: String,
    /// Claims or payments.
    pub claims: usize,
    /// CLM02 or CLP03.
    pub charged: String,
    /// CLP04; zero for claims.
    pub paid: String,
    /// PLB amounts, which lower the payment.
    pub provider_adjustments: String,
    /// BPR02; empty for claims.
    pub payment: String,
    /// Whether the payment is what was paid less the provider adjustments; true for claims.
    pub is_balanced: bool,
}

/// Adds up every 837 and 835 of a file.
///
/// # Errors
/// When the source cannot be read.
pub fn balances(source: impl io::Read) -> io::Result<Vec<Balance>> {
    let mut reader = Reader::new(source);
    let mut balances = Vec::new();
    let mut open: Option<Sums> = None;
    loop {
        match reader.next_event()? {
            Event::Transaction(st) => {
                let (set, transaction) = (st.el(1).to_owned(), st.el(2).to_owned());
                open = matches!(st.el(1), "837" | "835").then(|| Sums { set, transaction, ..Sums::default() });
            }
            Event::Unit(segments) => {
                if let Some(sums) = &mut open {
                    segments.iter().for_each(|segment| sums.take(segment));
                }
            }
            Event::TransactionEnd(_) | Event::GroupEnd(_) => balances.extend(open.take().map(Sums::balance)),
            Event::End(_) => {
                balances.extend(open.take().map(Sums::balance));
                return Ok(balances);
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Sums {
    set: String,
    transaction: String,
    claims: usize,
    charged_cents: i64,
    paid_cents: i64,
    adjusted_cents: i64,
    payment_cents: Option<i64>,
}

impl Sums {
    fn take(&mut self, segment: &crate::Segment<'_>) {
        let value = |element: usize| cents(segment.value(element)).unwrap_or_default();
        match segment.id() {
            "CLM" => {
                self.claims = self.claims.saturating_add(1);
                self.charged_cents = self.charged_cents.saturating_add(value(2));
            }
            "CLP" => {
                self.claims = self.claims.saturating_add(1);
                self.charged_cents = self.charged_cents.saturating_add(value(3));
                self.paid_cents = self.paid_cents.saturating_add(value(4));
            }
            "PLB" => {
                let adjusted = (4..=14).step_by(2).map(value);
                self.adjusted_cents = adjusted.fold(self.adjusted_cents, i64::saturating_add);
            }
            "BPR" => self.payment_cents = Some(value(2)),
            _ => {}
        }
    }

    fn balance(self) -> Balance {
        let expected = self.paid_cents.saturating_sub(self.adjusted_cents);
        Balance {
            set: self.set,
            transaction: self.transaction,
            claims: self.claims,
            charged: amount(self.charged_cents),
            paid: amount(self.paid_cents),
            provider_adjustments: amount(self.adjusted_cents),
            payment: self.payment_cents.map(amount).unwrap_or_default(),
            is_balanced: self.payment_cents.is_none_or(|payment| payment == expected),
        }
    }
}
