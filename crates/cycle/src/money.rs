//! Patients' money: received, applied to what they owe, given back.
//!
//! Money is received into *unapplied* first; what is owed takes it from there, oldest service first. What nothing
//! takes stays unapplied until a share arrives, or is refunded. Callers make a request happen once
//! ([`store::Db::write_once`]).

use std::collections::BTreeSet;

use claim::{ChargeId, EncounterId, Money, PatientId, TransactionId};
use jiff::ToSpan;
use ledger::{Account, posting};
use serde::{Deserialize, Serialize};
use store::{Role, Tx, charge::Charge, statement::PatientPayment, work::NewWorkItem};
use uuid::Uuid;

use crate::{CycleError, approval, post::CreditWork};

/// The kind of work an approved refund is until it is paid.
pub const PAY_REFUND: &str = "pay_refund";
/// Days to pay a patient's refund: what Medicare's remarks MA72 and MA77 give; policy for others.
const REFUND_DAYS: i64 = 30;
/// Payments read at a time.
const PAGE: u32 = 500;

/// A part of a payment that paid a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Which charge.
    pub charge_id: ChargeId,
    /// How much.
    pub amount: Money,
}

/// A payment and where it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The payment's record.
    pub payment_id: Uuid,
    /// The ledger transaction that received it.
    pub transaction_id: TransactionId,
    /// Received.
    pub amount: Money,
    /// What it paid, in order.
    pub applied: Vec<Applied>,
    /// The patient's money that waits now, earlier payments included.
    pub unapplied: Money,
}

/// Receives a patient's payment and applies it: to the visit it was given for first, then oldest first.
///
/// `method` is `cash`, `check`, `card_link` and so on, `reference` a check number or a processor's reference; never
/// a card number.
///
/// # Errors
/// [`CycleError::Refused`] for an amount that is nothing, negative or too large, or a reference that looks like a
/// card number.
pub fn receive(
    tx: &mut Tx<'_>,
    patient_id: PatientId,
    amount: Money,
    method: &str,
    reference: &str,
    for_encounter: Option<EncounterId>,
) -> Result<Receipt, CycleError> {
    if !amount.is_positive() || amount > Money::MAX_ABS {
        return Err(CycleError::refused("A payment is an amount above zero, such as 25.00."));
    }
    if looks_like_card(reference) {
        return Err(CycleError::refused(
            "The reference looks like a card number: those are never kept. Give the processor's reference.",
        ));
    }
    let patient = store::patient::get(tx, patient_id)?;
    let on = tx.today();
    let memo = format!("Paid by {} ({})", patient.name.full(), method.replace('_', " "));
    let transaction_id = store::ledger::record(tx, &posting::patient_payment(patient_id, amount, on, memo))?;
    let payment_id: Uuid = tx.new_id()?;
    let payment = PatientPayment {
        client_id: tx.client()?,
        id: payment_id,
        patient_id,
        received_on: on,
        method: method.to_owned(),
        reference: reference.to_owned(),
        amount,
        transaction_id,
    };
    store::statement::insert_payment(tx, &payment)?;
    let applied = apply(tx, patient_id, for_encounter)?;
    let unapplied = store::ledger::patient_balance(tx, patient_id)?.unapplied;
    Ok(Receipt { payment_id, transaction_id, amount, applied, unapplied })
}

/// 13 to 19 digits, however they are grouped, with a valid check digit (ISO/IEC 7812-1 annex B).
fn looks_like_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let double = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let sum: u32 = digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { double(*d) } else { *d }).sum();
    (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

/// Applies a patient's waiting money to what they owe, oldest service first; returns how much it paid.
///
/// # Errors
/// When the store refuses.
pub fn apply_unapplied(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Money, CycleError> {
    Ok(apply(tx, patient_id, None)?.iter().map(|part| part.amount).sum())
}

fn apply(tx: &mut Tx<'_>, patient_id: PatientId, first: Option<EncounterId>) -> Result<Vec<Applied>, CycleError> {
    let mut left = store::ledger::patient_balance(tx, patient_id)?.unapplied;
    let mut applied = Vec::new();
    if !left.is_positive() {
        return Ok(applied);
    }
    let mut charges = store::charge::of_patient(tx, patient_id)?;
    charges.sort_by_key(|charge| (Some(charge.encounter_id) != first, charge.served_on, charge.line));
    for charge in charges {
        let owed = store::ledger::open_of(tx, charge.id, Account::PatientReceivable, None)?;
        let amount = owed.min(left);
        if amount.is_positive() {
            let memo = format!("Applied to {} of {}", charge.procedure, charge.served_on);
            let transaction = posting::allocation(patient_id, charge.id, amount, tx.today(), memo);
            store::ledger::record(tx, &transaction)?;
            applied.push(Applied { charge_id: charge.id, amount });
            left -= amount;
        }
    }
    Ok(applied)
}

/// Opens a `credit_balance` item for every patient whose waiting money nothing will take.
///
/// # Errors
/// When the store refuses.
pub fn credit_work(tx: &mut Tx<'_>) -> Result<(), CycleError> {
    let mut patients = BTreeSet::new();
    let mut offset = 0;
    loop {
        let page = store::statement::payments(tx, None, PAGE, offset)?;
        let is_last = u32::try_from(page.len()).is_ok_and(|found| found < PAGE);
        patients.extend(page.into_iter().map(|payment| payment.patient_id));
        if is_last {
            break;
        }
        offset += PAGE;
    }
    patients.into_iter().try_for_each(|patient_id| credit_work_of(tx, patient_id))
}

/// The same for one patient. Nothing is a credit while insurance still decides, or before the visit is charged.
pub(crate) fn credit_work_of(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<(), CycleError> {
    let balance = store::ledger::patient_balance(tx, patient_id)?;
    let is_credit = balance.unapplied.is_positive() && balance.insurance.is_zero() && balance.patient.is_zero();
    let open = open_credit(tx, patient_id)?;
    if !is_credit || !open.is_empty() || awaits_charges(tx, patient_id)? {
        return Ok(());
    }
    let patient = store::patient::get(tx, patient_id)?;
    let item = NewWorkItem {
        kind: "credit_balance",
        owner: Role::Poster,
        subject: ("patient", patient_id.to_string()),
        title: format!("{} paid {} more than is owed", patient.name.sorted(), balance.unapplied),
        amount: balance.unapplied,
        due_on: None,
    };
    let body = CreditWork { owed_to: "patient".into(), charge_id: None, remittance_id: None };
    store::work::open(tx, &item, &body)?;
    Ok(())
}

/// A visit that is not charged yet may still leave the patient a share.
fn awaits_charges(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<bool, CycleError> {
    use claim::EncounterStatus::{Coded, Queried, ToCode, Unsigned};
    let which = store::encounter::EncounterFilter { patient_id: Some(patient_id), ..Default::default() };
    let visits = store::encounter::list(tx, &which, PAGE, 0)?;
    Ok(visits.iter().any(|visit| matches!(visit.encounter.status, Unsigned | ToCode | Queried | Coded)))
}

/// Open items for the patient's own credit.
fn open_credit(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Vec<claim::WorkItemId>, CycleError> {
    let items = store::work::of_subject(tx, "patient", patient_id)?;
    let is_own = |item: &store::work::WorkItem| {
        item.kind == "credit_balance" && item.body.get("owed_to").and_then(|to| to.as_str()) == Some("patient")
    };
    Ok(items.iter().filter(|item| item.done_at.is_none() && is_own(item)).map(|item| item.id).collect())
}

/// Approves a refund of a patient's waiting money: it is owed back from now on, and paid with [`refund_paid`].
///
/// # Errors
/// When the patient is not in scope; [`CycleError::Refused`] for more than waits, nothing, or without a reason.
pub fn refund(
    tx: &mut Tx<'_>,
    patient_id: PatientId,
    amount: Money,
    reason: &str,
) -> Result<TransactionId, CycleError> {
    let patient = store::patient::get(tx, patient_id)?;
    let waiting = store::ledger::patient_balance(tx, patient_id)?.unapplied;
    if !amount.is_positive() || amount > waiting {
        return Err(CycleError::refused(format!(
            "A refund is above zero and at most what waits unapplied, {waiting}."
        )));
    }
    if reason.trim().is_empty() {
        return Err(CycleError::refused("Say why the money is given back."));
    }
    approval::require(tx, "A refund", ("patient", patient_id.to_string()), amount)?;
    let memo = format!("Refund: {}", reason.trim());
    let id = store::ledger::record(tx, &posting::patient_refund(patient_id, amount, tx.today(), memo))?;
    if amount == waiting {
        for item in open_credit(tx, patient_id)? {
            store::work::finish(tx, item, &format!("Refund of {amount} approved."))?;
        }
    }
    let item = NewWorkItem {
        kind: PAY_REFUND,
        owner: Role::Poster,
        subject: ("patient", patient_id.to_string()),
        title: format!("Pay {} the refund of {amount}", patient.name.full()),
        amount,
        due_on: Some(tx.today().saturating_add(REFUND_DAYS.days())),
    };
    store::work::open(tx, &item, &serde_json::json!({ "reason": reason.trim() }))?;
    Ok(id)
}

/// What was approved to be given back to a patient and did not leave the bank yet.
///
/// # Errors
/// When the store refuses.
pub fn refund_due(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Money, CycleError> {
    let postings = store::ledger::of_patient(tx, patient_id)?;
    let entries = postings.iter().flat_map(|posting| &posting.recorded.transaction.entries);
    let payable = entries.filter(|entry| entry.account == Account::RefundPayable);
    Ok(-payable.map(|entry| entry.amount).sum::<Money>())
}

/// Records that an approved refund left the bank; `reference` is the check or transfer number.
///
/// # Errors
/// [`CycleError::Refused`] for more than is approved and unpaid, or a reference that is missing or looks like a card
/// number.
pub fn refund_paid(
    tx: &mut Tx<'_>,
    patient_id: PatientId,
    amount: Money,
    reference: &str,
) -> Result<TransactionId, CycleError> {
    let reference = reference.trim();
    if reference.is_empty() || looks_like_card(reference) {
        return Err(CycleError::refused("Give the number of the check or transfer; a card number is never kept."));
    }
    let due = refund_due(tx, patient_id)?;
    if !amount.is_positive() || amount > due {
        return Err(CycleError::refused(format!("Approved and not paid yet is {due}: pay at most that.")));
    }
    let memo = format!("Refund paid, {reference}");
    let id = store::ledger::record(tx, &posting::refund_paid(patient_id, amount, tx.today(), memo.clone()))?;
    if amount == due {
        for item in store::work::of_subject(tx, "patient", patient_id)? {
            if item.kind == PAY_REFUND && item.done_at.is_none() {
                store::work::finish(tx, item.id, &memo)?;
            }
        }
    }
    Ok(id)
}

/// Charges in the order money is applied to them, with what the patient owes on each.
///
/// # Errors
/// When the store refuses.
pub fn owed(tx: &mut Tx<'_>, patient_id: PatientId) -> Result<Vec<(Charge, Money)>, CycleError> {
    let mut owed = Vec::new();
    for charge in store::charge::of_patient(tx, patient_id)? {
        let open = store::ledger::open_of(tx, charge.id, Account::PatientReceivable, None)?;
        if open.is_positive() {
            owed.push((charge, open));
        }
    }
    Ok(owed)
}
