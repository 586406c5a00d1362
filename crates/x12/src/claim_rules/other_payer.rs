//! What other payers paid before: balances of lines and payers (C32), their order and dates (C31, C33).

use std::collections::BTreeMap;

use super::{Claim, adjusted};
use crate::finding::AckLevel::ClaimStatus;
use crate::finding::{Judge, Rule};
use crate::ids;
use crate::located::Located;
use crate::value::{amount, cents};

const COORDINATION: Rule = Rule::new("C32", 3, ClaimStatus, "A8:400");
const PAID_DATE: Rule = Rule::new("C33", 4, ClaimStatus, "A8:21");

/// A payer that paid before (2320 with its 2330B), and what its lines say (2430).
pub(super) struct OtherPayer<'s, 'a> {
    sbr: &'s Located<'a>,
    id: &'a [u8],
    paid: Option<&'s Located<'a>>,
    adjusted_cents: i64,
    line_paid_cents: i64,
    lines: u32,
    claim_date: Option<&'s Located<'a>>,
    has_line_date: bool,
}

/// The line adjudication being read (2430).
pub(super) struct Adjudication<'s, 'a> {
    svd: &'s Located<'a>,
    adjusted_cents: i64,
    has_date: bool,
}

impl<'s, 'a> Adjudication<'s, 'a> {
    pub const fn new(svd: &'s Located<'a>) -> Self {
        Self { svd, adjusted_cents: 0, has_date: false }
    }

    /// Takes the adjustments and the day of payment.
    pub fn take(&mut self, located: &Located<'_>) {
        match located.segment.key() {
            ids::CAS => self.adjusted_cents = self.adjusted_cents.saturating_add(adjusted(located)),
            _ => self.has_date = true,
        }
    }
}

impl<'s, 'a> OtherPayer<'s, 'a> {
    pub const fn new(sbr: &'s Located<'a>) -> Self {
        Self {
            sbr,
            id: &[],
            paid: None,
            adjusted_cents: 0,
            line_paid_cents: 0,
            lines: 0,
            claim_date: None,
            has_line_date: false,
        }
    }

    /// Takes the next segment of 2320 or 2330B.
    pub fn take(&mut self, located: &'s Located<'a>) {
        let segment = &located.segment;
        match segment.key() {
            ids::CAS => self.adjusted_cents = self.adjusted_cents.saturating_add(adjusted(located)),
            ids::AMT if segment.bytes(1) == b"D" => self.paid = Some(located),
            ids::NM1 => self.id = segment.value(9),
            ids::DTP => self.claim_date = Some(located),
            _ => {}
        }
    }
}

/// C32 and C33 of a line that was adjudicated.
pub(super) fn close_adjudication<'s, 'a>(
    judge: &mut Judge,
    claim: Option<&mut Claim<'s, 'a>>,
    adjudication: Option<Adjudication<'s, 'a>>,
) {
    let (Some(claim), Some(Adjudication { svd, adjusted_cents, has_date })) = (claim, adjudication) else { return };
    let Some(paid) = cents(svd.segment.value(2)) else { return };
    let payer_id = svd.segment.value(1);
    match claim.payers.iter_mut().find(|payer| payer.id == payer_id) {
        Some(payer) => {
            payer.lines = payer.lines.saturating_add(1);
            payer.has_line_date |= has_date;
            payer.line_paid_cents = payer.line_paid_cents.saturating_add(paid);
        }
        None => {
            claim.has_stray_adjudication = true;
            let message = "SVD01 must be the NM109 of a payer in 2330B of this claim.";
            judge.element(Rule::new("C33", 4, ClaimStatus, "A8:21"), svd, 1, 0, message.to_owned());
        }
    }
    let Some(charge) = claim.line_cents else { return };
    if paid.saturating_add(adjusted_cents) != charge {
        let message = format!(
            "The payer's line does not balance: charge {} less adjustments {} is {}, but SVD02 is {}.",
            amount(charge),
            amount(adjusted_cents),
            amount(charge.saturating_sub(adjusted_cents)),
            amount(paid)
        );
        judge.element(COORDINATION, svd, 2, 0, message);
    }
}

/// C32 at claim level, C33 dates.
pub(super) fn judge_other_payers(judge: &mut Judge, claim: &Claim<'_, '_>, charge: Option<i64>) {
    let mut orders = BTreeMap::new();
    for payer in &claim.payers {
        if orders.insert(payer.sbr.segment.el(1), ()).is_some() {
            let message = "Two payers of this claim have the same place in the order (SBR01).";
            judge.element(Rule::new("C31", 4, ClaimStatus, "A8:21"), payer.sbr, 1, 0, message.to_owned());
        }
        if let Some(date) = payer.claim_date.filter(|_| payer.has_line_date) {
            let message = "The payment date stands in 2330B or in 2430, not in both.";
            judge.segment(PAID_DATE, date, message.to_owned());
        }
        let Some(amt) = payer.paid.filter(|_| !claim.has_stray_adjudication) else { continue };
        let Some(paid) = cents(amt.segment.value(2)) else { continue };
        let expected = if payer.lines > 0 {
            payer.line_paid_cents.saturating_sub(payer.adjusted_cents)
        } else if let Some(charge) = charge.filter(|_| payer.adjusted_cents != 0) {
            charge.saturating_sub(payer.adjusted_cents)
        } else {
            continue;
        };
        if paid != expected {
            let message = format!(
                "AMT*D is {} but this payer's lines and adjustments come to {}.",
                amount(paid),
                amount(expected)
            );
            judge.element(COORDINATION, amt, 2, 0, message);
        }
    }
}
