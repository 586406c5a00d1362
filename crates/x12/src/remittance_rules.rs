//! Rules of the remittance advice, 835 005010X221A1: balances (R1 to R5) and the codes that need company (R6 to R11).

use crate::claim_rules::{adjusted, adjustments};
use crate::finding::AckLevel;
use crate::finding::{Judge, Rule};
use crate::ids;
use crate::limits::Numbers;
use crate::lists::Lists;
use crate::value::{amount, cents, is_npi};
use crate::walk::{Kept, Located, Step};

const PAYMENT: Rule = Rule::new("R1", 3, AckLevel::None, "");
const LINE: Rule = Rule::new("R2", 3, AckLevel::None, "");
const CLAIM: Rule = Rule::new("R3", 3, AckLevel::None, "");
const CLAIM_LINES: Rule = Rule::new("R4", 3, AckLevel::None, "").warning();
const PATIENT: Rule = Rule::new("R5", 3, AckLevel::None, "").warning();
const METHOD: Rule = Rule::new("R6", 4, AckLevel::None, "").warning();
const TRACE: Rule = Rule::new("R7", 4, AckLevel::None, "");
const FILING: Rule = Rule::new("R8", 2, AckLevel::Ik4, "7").warning();
const REVERSAL: Rule = Rule::new("R9", 4, AckLevel::None, "");
const REASON: Rule = Rule::new("R10", 4, AckLevel::None, "").warning();
const REMARK: Rule = Rule::new("R11", 5, AckLevel::None, "").warning();
const NPI: Rule = Rule::new("R19", 5, AckLevel::None, "");

/// Reasons whose entries demand a remark code, where the caller has no list that tells.
const NEEDS_REMARK: [&str; 9] = ["16", "96", "129", "148", "226", "227", "234", "252", "A1"];

/// A CAS, with the claim charge or line charge it belongs to.
struct Adjusted<'s, 'a> {
    located: &'s Located<'a>,
    charge_cents: Option<i64>,
}

/// A claim payment under judgement (2100).
struct Payment<'s, 'a> {
    clp: &'s Located<'a>,
    adjusted_cents: i64,
    claim_adjusted_cents: i64,
    patient_cents: i64,
    line_charges_cents: i64,
    line_paid_cents: i64,
    lines: u32,
    are_lines_balanced: bool,
    has_remark: bool,
    line: Option<Line<'s, 'a>>,
    adjustments: Vec<Adjusted<'s, 'a>>,
}

/// A service line under judgement (2110).
struct Line<'s, 'a> {
    svc: &'s Located<'a>,
    adjusted_cents: i64,
}

/// What is known of a remittance so far.
#[derive(Default)]
pub(crate) struct Payments {
    bpr: Option<Kept>,
    /// What the claims less the provider adjustments come to, as CLP04 says and as the adjustments say.
    total_cents: i64,
    balanced_cents: i64,
}

impl Payments {
    /// Judges the next unit: a claim with its lines, provider adjustments, or the header.
    pub fn take(&mut self, judge: &mut Judge, steps: &[Step<'_>], traces: &mut Numbers, lists: &dyn Lists) {
        let mut payment: Option<Payment<'_, '_>> = None;
        for Step { located, .. } in steps {
            let segment = &located.segment;
            match segment.key() {
                ids::BPR => self.bpr = Some(Kept::of(located)),
                ids::TRN => self.judge_trace(judge, located, traces),
                ids::CLP => {
                    judge_filing(judge, located);
                    judge_reversal(judge, located);
                    payment = Some(Payment::new(located));
                }
                ids::PLB => {
                    let amounts = || (4..=14).step_by(2).filter_map(|element| cents(segment.value(element)));
                    self.total_cents = amounts().fold(self.total_cents, i64::saturating_sub);
                    self.balanced_cents = amounts().fold(self.balanced_cents, i64::saturating_sub);
                }
                ids::N1 if segment.bytes(3) == b"XX" && !is_npi(segment.value(4)) => {
                    judge.element(NPI, located, 4, 0, "N104 is no NPI: ten digits with a check digit.".to_owned());
                }
                _ => {}
            }
            if let Some(payment) = &mut payment {
                payment.take(judge, located);
            }
        }
        if let Some(payment) = payment {
            let paid = cents(payment.clp.segment.value(4)).unwrap_or_default();
            self.total_cents = self.total_cents.saturating_add(paid);
            self.balanced_cents =
                self.balanced_cents.saturating_add(close_payment(judge, payment, lists).unwrap_or(paid));
        }
    }

    /// R1 and R6, at the end of the transaction set.
    pub fn close(&self, judge: &mut Judge) {
        let Some(bpr) = self.bpr.as_ref().map(Kept::located) else { return };
        let segment = &bpr.segment;
        let Some(paid) = cents(segment.value(2)).filter(|_| !segment.value(2).is_empty()) else { return };
        // A claim out of balance was reported there; the payment is wrong only when it agrees with neither sum.
        if paid != self.total_cents && paid != self.balanced_cents {
            let message = format!(
                "BPR02 is {} but the claims less the provider adjustments come to {}.",
                amount(paid),
                amount(self.total_cents)
            );
            judge.element(PAYMENT, &bpr, 2, 0, message);
            return;
        }
        if paid < 0 {
            let message = "BPR02 cannot be negative; carry the balance forward with PLB FB.";
            judge.element(PAYMENT, &bpr, 2, 0, message.to_owned());
        }
        if segment.el(4) == "NON" && paid != 0 && segment.el(1) != "I" {
            judge.element(METHOD, &bpr, 4, 0, "BPR04 is NON, no payment, yet BPR02 is not zero.".to_owned());
        }
    }

    /// R7: the trace names the payer of the BPR and occurs once in the file.
    fn judge_trace(&self, judge: &mut Judge, trn: &Located<'_>, traces: &mut Numbers) {
        let segment = &trn.segment;
        let bpr = self.bpr.as_ref().map(Kept::segment);
        let (payer, day) = bpr.as_ref().map_or(("", ""), |bpr| (bpr.el(10), bpr.el(16)));
        if !payer.is_empty() && payer != segment.el(3) {
            let message = "TRN03 should be the payer identifier of BPR10.";
            judge.element(TRACE.warning(), trn, 3, 0, message.to_owned());
        }
        if traces.is_again(judge, trn, 2, &(segment.el(2), segment.el(3), day)) {
            let message = "This payment (TRN02, TRN03, BPR16) occurs twice; it was sent again or read twice.";
            judge.element(TRACE, trn, 2, 0, message.to_owned());
        }
    }
}

/// R8: commercial insurance is not in the guide's list, yet payers send it; a remittance is not refused for it.
fn judge_filing(judge: &mut Judge, clp: &Located<'_>) {
    if clp.segment.bytes(6) == b"CI" {
        let message = "CLP06 CI is no code of the guide; send 12 to 15 by the kind of plan.";
        judge.element(FILING, clp, 6, 0, message.to_owned());
    }
}

/// R9: a reversal repeats the claim with its signs turned.
fn judge_reversal(judge: &mut Judge, clp: &Located<'_>) {
    let segment = &clp.segment;
    if segment.bytes(2) != b"22" {
        return;
    }
    let is_positive = |element: usize| cents(segment.value(element)).is_some_and(|amount| amount > 0);
    for element in [3, 4] {
        if is_positive(element) {
            let message = format!("CLP02 is 22, a reversal, so CLP{element:02} must not be positive.");
            judge.element(REVERSAL, clp, element, 0, message);
        }
    }
}

impl<'s, 'a> Payment<'s, 'a> {
    const fn new(clp: &'s Located<'a>) -> Self {
        Self {
            clp,
            adjusted_cents: 0,
            claim_adjusted_cents: 0,
            patient_cents: 0,
            line_charges_cents: 0,
            line_paid_cents: 0,
            lines: 0,
            are_lines_balanced: true,
            has_remark: false,
            line: None,
            adjustments: Vec::new(),
        }
    }

    fn take(&mut self, judge: &mut Judge, located: &'s Located<'a>) {
        let segment = &located.segment;
        match segment.key() {
            ids::CAS => self.take_adjustment(judge, located),
            ids::SVC => {
                self.close_line(judge);
                self.lines = self.lines.saturating_add(1);
                let charge = cents(segment.value(2)).unwrap_or_default();
                self.line_charges_cents = self.line_charges_cents.saturating_add(charge);
                let paid = cents(segment.value(3)).unwrap_or_default();
                self.line_paid_cents = self.line_paid_cents.saturating_add(paid);
                self.line = Some(Line { svc: located, adjusted_cents: 0 });
            }
            ids::LQ if segment.bytes(1) == b"HE" => self.has_remark = true,
            ids::MOA => self.has_remark |= (3..=7).any(|element| !segment.value(element).is_empty()),
            ids::MIA => {
                let mut remarks = std::iter::once(5).chain(20..=23);
                self.has_remark |= remarks.any(|element| !segment.value(element).is_empty());
            }
            _ => {}
        }
    }

    fn take_adjustment(&mut self, judge: &mut Judge, located: &'s Located<'a>) {
        let sum = adjusted(located);
        self.adjusted_cents = self.adjusted_cents.saturating_add(sum);
        if located.segment.bytes(1) == b"PR" {
            self.patient_cents = self.patient_cents.saturating_add(sum);
        }
        let charge = match &mut self.line {
            Some(line) => {
                line.adjusted_cents = line.adjusted_cents.saturating_add(sum);
                line.svc.segment.value(2)
            }
            None => {
                self.claim_adjusted_cents = self.claim_adjusted_cents.saturating_add(sum);
                self.clp.segment.value(3)
            }
        };
        let adjusted = Adjusted { located, charge_cents: cents(charge) };
        judge_reasons(judge, &adjusted);
        self.adjustments.push(adjusted);
    }

    /// R2.
    fn close_line(&mut self, judge: &mut Judge) {
        let Some(Line { svc, adjusted_cents }) = self.line.take() else { return };
        let (Some(charge), Some(paid)) = (cents(svc.segment.value(2)), cents(svc.segment.value(3))) else { return };
        let expected = charge.saturating_sub(adjusted_cents);
        if paid != expected {
            let message = format!(
                "The line does not balance: charge {} less adjustments {} is {}, but SVC03 is {}.",
                amount(charge),
                amount(adjusted_cents),
                amount(expected),
                amount(paid)
            );
            judge.element(LINE, svc, 3, 0, message);
            self.are_lines_balanced = false;
        }
    }
}

/// R10 and the reasons that cannot stand as they do (R11).
fn judge_reasons(judge: &mut Judge, Adjusted { located, charge_cents }: &Adjusted<'_, '_>) {
    let segment = &located.segment;
    for (element, reason, value) in adjustments(segment).filter(|(_, reason, _)| !reason.is_empty()) {
        let value = cents(value);
        if value == Some(0) {
            judge.element(
                REASON,
                located,
                element.saturating_add(1),
                0,
                "An adjustment of zero says nothing.".to_owned(),
            );
        }
        if reason == b"45" && value.is_some() && value == *charge_cents && value != Some(0) {
            let message = "Reason 45 takes the whole charge; a fee schedule reduction leaves an allowed amount.";
            judge.element(REMARK, located, element, 0, message.to_owned());
        }
        if reason == b"23" && matches!(segment.bytes(1), b"CO" | b"PI" | b"PR") {
            let message = "Reason 23, what an earlier payer did, belongs to group OA.";
            judge.element(REMARK, located, 1, 0, message.to_owned());
        }
    }
}

/// Judges a claim payment; gives what CLP04 should be where it can be told.
fn close_payment(judge: &mut Judge, mut payment: Payment<'_, '_>, lists: &dyn Lists) -> Option<i64> {
    payment.close_line(judge);
    let clp = payment.clp;
    let segment = &clp.segment;
    if segment.value(3).is_empty() || segment.value(4).is_empty() {
        return None;
    }
    let (charge, paid) = (cents(segment.value(3))?, cents(segment.value(4))?);
    let expected = charge.saturating_sub(payment.adjusted_cents);
    if paid != expected {
        let message = format!(
            "The claim does not balance: charge {} less all adjustments {} is {}, but CLP04 is {}.",
            amount(charge),
            amount(payment.adjusted_cents),
            amount(expected),
            amount(paid)
        );
        judge.element(CLAIM, clp, 4, 0, message);
    } else if payment.lines > 0 && payment.are_lines_balanced {
        judge_lines(judge, &payment, charge, paid);
    }
    let patient = cents(segment.value(5));
    if patient != Some(payment.patient_cents) && segment.bytes(2) != b"22" {
        let message = format!("CLP05 should be the sum of the PR adjustments, {}.", amount(payment.patient_cents));
        judge.element(PATIENT, clp, 5, 0, message);
    }
    if !payment.has_remark {
        judge_remarks(judge, &payment, lists);
    }
    Some(expected)
}

/// R4.
fn judge_lines(judge: &mut Judge, payment: &Payment<'_, '_>, charge: i64, paid: i64) {
    if payment.line_charges_cents != charge {
        let message = format!("The line charges add up to {}, not to CLP03.", amount(payment.line_charges_cents));
        judge.element(CLAIM_LINES, payment.clp, 3, 0, message);
    }
    let expected = payment.line_paid_cents.saturating_sub(payment.claim_adjusted_cents);
    if expected != paid {
        let message =
            format!("The line payments less the claim adjustments come to {}, not to CLP04.", amount(expected));
        judge.element(CLAIM_LINES, payment.clp, 4, 0, message);
    }
}

/// R11.
fn judge_remarks(judge: &mut Judge, payment: &Payment<'_, '_>, lists: &dyn Lists) {
    for Adjusted { located, .. } in &payment.adjustments {
        for (element, reason, _) in adjustments(&located.segment) {
            let reason = std::str::from_utf8(reason).unwrap_or_default();
            let needs_remark = || lists.needs_remark(reason).unwrap_or_else(|| NEEDS_REMARK.contains(&reason));
            if !reason.is_empty() && needs_remark() {
                let message = format!("Reason {reason} needs a remark code that explains it (LQ*HE, MOA or MIA).");
                judge.element(REMARK, located, element, 0, message);
            }
        }
    }
}
