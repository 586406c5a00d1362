//! Charges taken back: the record and the books keep what was, and new records undo it.

use claim::{ChargeId, EncounterId, Money, PayerId};
use ledger::{
    Account, Entry, Transaction, TransactionKind,
    posting::{self, Held},
};
use store::{Tx, charge::Charge, ledger::Posting};

use crate::CycleError;

/// What a payer paid on a charge that was taken back: it is owed to it until it takes its decision back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    /// The charge that was taken back.
    pub charge: Charge,
    /// Who paid.
    pub payer_id: PayerId,
    /// How much.
    pub amount: Money,
}

/// Takes a charge back: in the record, and in the books as the mirror of what entered it. What was posted on it goes
/// with it: a patient's money is unapplied again, what people moved or gave up is undone, and so is what payers decided;
/// what they paid is owed to them, as returned.
pub(crate) fn take_back_charge(tx: &mut Tx<'_>, id: ChargeId, why: &str) -> Result<Vec<Left>, CycleError> {
    let charge = store::charge::get(tx, id)?;
    let postings = store::ledger::of_charge(tx, id)?;
    let memo = format!("{} {why}", charge.procedure);
    let applied = patients_money(&postings, id);
    if applied.is_positive() {
        let release = posting::allocation(charge.patient_id, id, -applied, tx.today(), memo.clone());
        store::ledger::record(tx, &release)?;
    }
    let undone: Vec<_> = postings.iter().filter_map(|posting| posting.recorded.transaction.reverses).collect();
    let by_us = postings.iter().map(|posting| &posting.recorded).filter(|recorded| {
        use TransactionKind::{Charge, Transfer, WriteOff};
        matches!(recorded.transaction.kind, Charge | Transfer | WriteOff)
            && recorded.transaction.reverses.is_none()
            && !undone.contains(&recorded.id)
    });
    for recorded in by_us.rev() {
        let mirror = posting::void_charge(recorded, tx.today(), memo.clone());
        let kind = recorded.transaction.kind;
        let kind = if kind == TransactionKind::Charge { mirror.kind } else { kind };
        store::ledger::record(tx, &Transaction { kind, ..mirror })?;
    }
    store::charge::void(tx, id)?;
    settle_voided(tx, id)
}

fn patients_money(postings: &[Posting], id: ChargeId) -> Money {
    let entries = postings.iter().flat_map(|posting| &posting.recorded.transaction.entries);
    let applied = entries.filter(|e| e.account == Account::Unapplied && e.remittance.is_none() && e.charge == Some(id));
    applied.map(|entry| entry.amount).sum()
}

/// Undoes what payers decided about a charge that was taken back, in one transaction: nobody owes it any more, and what
/// they paid is owed to them. Nothing happens to a charge that stands.
pub(crate) fn settle_voided(tx: &mut Tx<'_>, id: ChargeId) -> Result<Vec<Left>, CycleError> {
    let charge = store::charge::get(tx, id)?;
    if !charge.is_voided {
        return Ok(Vec::new());
    }
    let balances = store::ledger::charge_balances(tx, id)?;
    let held: Vec<Held> = balances
        .into_iter()
        .map(|b| Held { account: b.account, sequence: b.sequence, payer_id: b.payer_id, amount: b.amount })
        .collect();
    let memo = format!("{} was taken back with what was decided about it", charge.procedure);
    let Some(undone) = posting::decisions_undone(id, charge.patient_id, &held, tx.today(), memo) else {
        return Ok(Vec::new());
    };
    store::ledger::record(tx, &undone)?;
    let owed = undone.entries.iter().filter(|e| e.account == Account::CreditBalance && e.amount.is_negative());
    let left = |entry: &Entry| Some(Left { charge: charge.clone(), payer_id: entry.payer?, amount: -entry.amount });
    Ok(owed.filter_map(left).collect())
}

/// Takes back every charge of a visit that stands, where nobody has decided anything about one.
///
/// # Errors
/// [`CycleError::Refused`] when something was posted: then its claim is corrected.
pub(crate) fn take_back_charges(tx: &mut Tx<'_>, encounter_id: EncounterId, why: &str) -> Result<(), CycleError> {
    for charge in store::charge::of_encounter(tx, encounter_id)?.iter().filter(|charge| !charge.is_voided) {
        let balances = store::ledger::charge_balances(tx, charge.id)?;
        let is_decided = |account: Account| account.is_adjustment() || account == Account::CreditBalance;
        let by_insurer = |account: Account, payer: Option<PayerId>| account == Account::Unapplied && payer.is_some();
        let posted = balances
            .iter()
            .any(|b| !b.amount.is_zero() && (is_decided(b.account) || by_insurer(b.account, b.payer_id)));
        if posted {
            return Err(CycleError::refused(format!(
                "{} of {} was decided: correct its claim instead.",
                charge.procedure, charge.served_on
            )));
        }
        take_back_charge(tx, charge.id, why)?;
    }
    Ok(())
}
