//! Work a remittance makes besides denials: what does not fit, what is owed and what is owed back.

use claim::{ChargeId, ClaimPayment, Imbalance, Money, ProviderAdjustment, RemittanceId};
use jiff::ToSpan;
use ledger::{
    Account,
    posting::{ClaimPosting, InsuranceBalance, insurance_overpayment},
};
use serde::{Deserialize, Serialize};
use store::{Role, Tx, charge::Charge, work::NewWorkItem};

use super::{Known, Posting, decision::allowed};
use crate::{
    CycleError,
    bill::{self, Left},
};

/// Days to return an overpayment once it is identified (42 CFR 401.305).
pub(super) const REPAYMENT_DAYS: i64 = 60;
/// The kind of work money owed back is.
const CREDIT: &str = "credit_balance";
/// The kind of work a remittance that does not add up makes.
const UNBALANCED: &str = "unbalanced";
/// An underpayment is work above this, or above [`TOLERANCE_PERCENT`] (EDI rulebook 3.11).
const TOLERANCE: Money = Money::from_cents(500);
/// Share of the expected amount that may be missing.
const TOLERANCE_PERCENT: i64 = 3;

/// Body of `unbalanced` and `unmatched` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmatchedWork {
    /// Which remittance.
    pub remittance_id: RemittanceId,
    /// Its trace number.
    pub trace_number: String,
    /// 0-based place of the claim in it, when it is one.
    pub position: Option<u32>,
    /// CLP01, or the reason of a provider-level adjustment, or empty.
    pub reference: String,
    /// Patient as sent, or empty.
    pub patient_name: String,
    /// Why it waits.
    pub reason: String,
}

/// Body of `underpayment` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderpaymentWork {
    /// Of which claim.
    pub claim_number: String,
    /// Who decided.
    pub payer_name: String,
    /// What the contract lets expect.
    pub expected: Money,
    /// What payer and patient owe by the remittance, before the federal cut.
    pub allowed: Money,
    /// In which remittance.
    pub remittance_id: RemittanceId,
}

/// Body of `remainder` items: open with a payer that refused nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemainderWork {
    /// Of which claim.
    pub claim_number: String,
    /// Which charge.
    pub charge_id: ChargeId,
    /// In which remittance.
    pub remittance_id: RemittanceId,
}

/// Body of `credit_balance` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditWork {
    /// To whom it is owed: a payer's name or `patient`.
    pub owed_to: String,
    /// On which charge, for a payer's.
    pub charge_id: Option<ChargeId>,
    /// In which remittance it came, for a payer's.
    pub remittance_id: Option<RemittanceId>,
}

struct Item<'a> {
    kind: &'a str,
    subject: (&'a str, String),
    title: String,
    amount: Money,
    days: Option<i64>,
}

/// Opens an item on the poster's list; `days` count from today.
fn open(tx: &mut Tx<'_>, item: Item<'_>, body: &impl Serialize) -> Result<(), CycleError> {
    let new = NewWorkItem {
        kind: item.kind,
        owner: Role::Poster,
        subject: item.subject,
        title: item.title,
        amount: item.amount,
        due_on: item.days.map(|days| tx.today().saturating_add(days.days())),
    };
    store::work::open(tx, &new, body)?;
    Ok(())
}

fn about(posting: &Posting<'_>) -> (&'static str, String) {
    ("remittance", posting.id.to_string())
}

fn whole(posting: &Posting<'_>, reason: &str) -> UnmatchedWork {
    UnmatchedWork {
        remittance_id: posting.id,
        trace_number: posting.remittance.trace_number.clone(),
        position: None,
        reference: String::new(),
        patient_name: String::new(),
        reason: reason.to_owned(),
    }
}

/// The remittance does not add up: level, place and difference.
pub(super) fn unbalanced(tx: &mut Tx<'_>, posting: &Posting<'_>, first: &Imbalance) -> Result<(), CycleError> {
    let remittance = posting.remittance;
    let title = format!("Remittance {} of {} does not add up", remittance.trace_number, remittance.payer_name);
    let item = Item { kind: UNBALANCED, subject: about(posting), title, amount: remittance.amount, days: None };
    open(tx, item, &whole(posting, &first.sentence()))
}

/// The payer corrected what did not add up: nobody has to ask for it any more.
pub(super) fn replaced(tx: &mut Tx<'_>, id: RemittanceId) -> Result<(), CycleError> {
    for item in store::work::of_subject(tx, "remittance", id)? {
        if item.kind == UNBALANCED && item.done_at.is_none() {
            store::work::finish(tx, item.id, "The payer sent it anew.")?;
        }
    }
    Ok(())
}

/// A claim of the remittance waits for a person; its money is unapplied.
pub(super) fn unmatched(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    reason: &str,
) -> Result<(), CycleError> {
    let name = decided.patient.sorted();
    let title = format!("Claim {} of {name}: {} stays unapplied", decided.control_number, decided.paid);
    let item = Item { kind: "unmatched", subject: about(posting), title, amount: decided.paid.abs(), days: None };
    let body = UnmatchedWork {
        position: Some(position),
        reference: decided.control_number.clone(),
        patient_name: name,
        ..whole(posting, reason)
    };
    open(tx, item, &body)
}

/// A provider-level adjustment has no place in the books.
pub(super) fn unknown_adjustment(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    adjustment: &ProviderAdjustment,
    reason: &str,
) -> Result<(), CycleError> {
    let title = format!("Provider-level adjustment {} of {}", adjustment.reason, adjustment.amount);
    let item = Item { kind: "unmatched", subject: about(posting), title, amount: adjustment.amount.abs(), days: None };
    let body = UnmatchedWork { reference: adjustment.reason.clone(), ..whole(posting, reason) };
    open(tx, item, &body)
}

/// Finishes the item of a claim that a person settled.
pub(super) fn settled(tx: &mut Tx<'_>, id: RemittanceId, position: u32, outcome: &str) -> Result<(), CycleError> {
    for item in store::work::of_subject(tx, "remittance", id)? {
        let is_it = item.body.get("position").and_then(serde_json::Value::as_u64) == Some(u64::from(position));
        if is_it && item.done_at.is_none() {
            store::work::finish(tx, item.id, outcome)?;
        }
    }
    Ok(())
}

/// What stays open on a charge although nothing was refused. Overpayments are left to [`credits`].
pub(super) fn remainders(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    known: &Known,
    posted: &ClaimPosting,
) -> Result<(), CycleError> {
    let claim_number = &known.record.number;
    for (charge_id, amount) in posted.remainders.iter().filter(|(_, amount)| amount.is_positive()) {
        let title = format!("Claim {claim_number}: {} left {amount} open", known.record.payer_name);
        let subject = ("claim", known.record.id.to_string());
        let body =
            RemainderWork { claim_number: claim_number.clone(), charge_id: *charge_id, remittance_id: posting.id };
        open(tx, Item { kind: "remainder", subject, title, amount: *amount, days: None }, &body)?;
    }
    Ok(())
}

/// A first payer that allows less than its contract.
pub(super) fn underpayment(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    known: &Known,
    decided: &ClaimPayment,
) -> Result<(), CycleError> {
    let record = &known.record;
    let is_first = record.sequence == claim::PayerSequence::Primary;
    let Some(expected) = record.expected.filter(|_| is_first) else { return Ok(()) };
    let allowed = allowed(decided);
    let missing = expected - allowed;
    if missing <= TOLERANCE.max(expected.ratio(TOLERANCE_PERCENT, 100)) {
        return Ok(());
    }
    let title = format!("Claim {}: {} allows {missing} less than its contract", record.number, record.payer_name);
    let body = UnderpaymentWork {
        claim_number: record.number.clone(),
        payer_name: record.payer_name.clone(),
        expected,
        allowed,
        remittance_id: posting.id,
    };
    let item = NewWorkItem {
        kind: "underpayment",
        owner: Role::Biller,
        subject: ("claim", record.id.to_string()),
        title,
        amount: missing,
        due_on: Some(posting.remittance.paid_on.saturating_add(i64::from(known.payer.appeal_limit_days).days())),
    };
    store::work::open(tx, &item, &body)?;
    Ok(())
}

/// Recognises what insurers overpaid on the charges this remittance touched, and ends the work on what they took back.
pub(super) fn credits(tx: &mut Tx<'_>, posting: &Posting<'_>) -> Result<(), CycleError> {
    for charge_id in &posting.touched {
        let before = store::ledger::charge_balances(tx, *charge_id)?;
        if !before.iter().any(|b| b.account == Account::CreditBalance && !b.amount.is_zero()) {
            taken(tx, *charge_id)?;
        }
        for left in bill::settle_voided(tx, *charge_id)? {
            paid_for_nothing(tx, &left, Some(posting.id))?;
        }
        let balances = store::ledger::charge_balances(tx, *charge_id)?;
        let overpaid = balances.iter().filter(|b| b.account == Account::InsuranceReceivable && b.amount.is_negative());
        for balance in overpaid {
            let (Some(sequence), Some(payer_id)) = (balance.sequence, balance.payer_id) else { continue };
            let charge = store::charge::get(tx, *charge_id)?;
            let payer = store::payer::get(tx, payer_id)?.name;
            let (patient_id, amount) = (charge.patient_id, -balance.amount);
            let line = InsuranceBalance { charge_id: *charge_id, patient_id, payer_id, sequence, amount };
            let memo = format!("{payer} overpaid {}", charge.procedure);
            store::ledger::record(tx, &insurance_overpayment(line, posting.on, memo))?;
            let title = format!("{payer} overpaid {amount} on {} of {}", charge.procedure, charge.served_on);
            credit(tx, &charge, payer, amount, title, Some(posting.id))?;
        }
    }
    Ok(())
}

/// What a payer paid on a charge that was corrected is owed to it.
pub(crate) fn paid_for_nothing(
    tx: &mut Tx<'_>,
    left: &Left,
    remittance_id: Option<RemittanceId>,
) -> Result<(), CycleError> {
    let Left { charge, payer_id, amount } = left;
    let payer = store::payer::get(tx, *payer_id)?.name;
    let title = format!(
        "{payer} paid {amount} on {} of {}, which was corrected: it takes that back, or is repaid",
        charge.procedure, charge.served_on
    );
    credit(tx, charge, payer, *amount, title, remittance_id)
}

fn credit(
    tx: &mut Tx<'_>,
    charge: &Charge,
    owed_to: String,
    amount: Money,
    title: String,
    remittance_id: Option<RemittanceId>,
) -> Result<(), CycleError> {
    let subject = ("patient", charge.patient_id.to_string());
    let body = CreditWork { owed_to, charge_id: Some(charge.id), remittance_id };
    open(tx, Item { kind: CREDIT, subject, title, amount, days: Some(REPAYMENT_DAYS) }, &body)
}

/// Nothing is owed on a charge any more: the work on its credits is done.
fn taken(tx: &mut Tx<'_>, charge_id: ChargeId) -> Result<(), CycleError> {
    let patient = store::charge::get(tx, charge_id)?.patient_id;
    for item in store::work::of_subject(tx, "patient", patient)? {
        let body = serde_json::from_value::<CreditWork>(item.body.clone());
        let is_it = item.kind == CREDIT && body.is_ok_and(|body| body.charge_id == Some(charge_id));
        if is_it && item.done_at.is_none() {
            store::work::finish(tx, item.id, "The payer took it back.")?;
        }
    }
    Ok(())
}

/// Decisions taken back without a new one are open again and wait for the payer.
pub(super) fn taken_back(tx: &mut Tx<'_>, posting: &Posting<'_>) -> Result<(), CycleError> {
    for id in &posting.taken_back {
        let record = store::claim::get(tx, *id)?;
        if record.status == claim::ClaimStatus::Superseded {
            continue;
        }
        let title = format!("{} took claim {} back without a new decision", record.payer_name, record.number);
        let subject = ("claim", id.to_string());
        let body = whole(posting, "Ask the payer why, and when it decides anew.");
        open(tx, Item { kind: "taken_back", subject, title, amount: record.charge, days: None }, &body)?;
    }
    Ok(())
}
