//! Decisions taken back (CLP02 = 22): which posting they mirror, and what must be undone first.

use std::collections::BTreeMap;

use claim::{
    AdjustmentGroup, Carc, ChargeId, ClaimDecision, ClaimId, ClaimPayment, Frequency, LinePayment, Money, PatientId,
};
use jiff::civil::Date;
use ledger::{
    Account, Entry, Recorded, Transaction, TransactionKind,
    posting::{self, PostingError},
};
use store::{
    Tx,
    remittance::{RemittanceClaim, RemittanceClaimState},
};

use super::{Known, Posting, Stop};
use crate::{CycleError, follow::denial::DUPLICATE};

/// The transactions that take a decision back, in order; the last one is the mirror. None when the decision moved
/// nothing, as a full denial does.
pub(super) fn transactions(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    known: &Known,
    decided: &ClaimPayment,
) -> Result<Vec<Transaction>, Stop> {
    let on = posting.on;
    let Some(original) = original(tx, known, decided)? else { return Ok(Vec::new()) };
    let mirror = posting::reversal(decided, &original, posting.id, on, &posting.hash)?;
    let mut first = recognised(tx, &original, on)?;
    let undone: Vec<Entry> = first.iter().flat_map(|transaction| transaction.entries.clone()).collect();
    first.extend(releases(tx, known.record.patient_id, &original.transaction.entries, &undone, on)?);
    first.push(mirror);
    Ok(first)
}

/// The posting in force that the reversal means: of the payer's number it names, else of the claim.
fn original(tx: &mut Tx<'_>, known: &Known, decided: &ClaimPayment) -> Result<Option<Recorded>, Stop> {
    let history = posted(tx, known.record.id)?;
    let named: Vec<_> =
        history.iter().filter(|row| row.payer_control_number == decided.payer_control_number).cloned().collect();
    let rows = if named.is_empty() { history } else { named };
    if let Some(recorded) = in_force(tx, &rows)? {
        return Ok(Some(recorded));
    }
    let is_reversal = |row: &&RemittanceClaim| row.decision == ClaimDecision::Reversal;
    let without_money = rows.iter().filter(|row| row.transaction_id.is_none());
    let taken_back = without_money.clone().filter(is_reversal).count();
    if without_money.count() > 2 * taken_back { Ok(None) } else { Err(PostingError::NothingToReverse.into()) }
}

/// What remittances said about a claim and the books took.
fn posted(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<RemittanceClaim>, Stop> {
    let rows = store::remittance::of_claim(tx, id)?;
    Ok(rows.into_iter().filter(|row| row.state == RemittanceClaimState::Posted).collect())
}

/// The last transaction of a claim that was not taken back.
fn in_force(tx: &mut Tx<'_>, rows: &[RemittanceClaim]) -> Result<Option<Recorded>, Stop> {
    let mut standing: Vec<Recorded> = Vec::new();
    for id in rows.iter().filter_map(|row| row.transaction_id) {
        standing.push(store::ledger::get(tx, id)?.recorded);
    }
    let taken_back: Vec<_> = standing.iter().filter_map(|recorded| recorded.transaction.reverses).collect();
    standing.retain(|recorded| recorded.transaction.reverses.is_none() && !taken_back.contains(&recorded.id));
    Ok(standing.into_iter().max_by_key(|recorded| recorded.number))
}

/// Parks a second decision on a claim, or on the claim it replaces, whose first one moved money and stands: posted, it
/// would count twice.
pub(super) fn refuse_second(tx: &mut Tx<'_>, known: &Known) -> Result<(), Stop> {
    let record = &known.record;
    let replaced = record.follows_id.filter(|_| record.frequency == Frequency::Replacement);
    for id in std::iter::once(record.id).chain(replaced) {
        let rows = posted(tx, id)?;
        if let Some(first) = in_force(tx, &rows)? {
            let number = store::claim::get(tx, id)?.number;
            return Err(Stop::Park(format!(
                "Claim {number} was decided before (transaction {}), and the payer did not take that back.",
                first.number
            )));
        }
    }
    Ok(())
}

/// The decision as it counts: on charges that the same payer decided on another claim of ours, contract and patient
/// share were taken there. What is left is money paid a second time, an overpayment.
pub(super) fn counted_once(tx: &mut Tx<'_>, known: &Known, decided: &ClaimPayment) -> Result<ClaimPayment, Stop> {
    let mut once = decided.clone();
    for billed in &known.open.lines {
        if !is_decided_elsewhere(tx, known, billed.charge_id)? {
            continue;
        }
        let is_it = |line: &&mut LinePayment| line.control_number.as_ref() == Some(&billed.control_number);
        for adjustment in once.lines.iter_mut().filter(is_it).flat_map(|line| &mut line.adjustments) {
            // A duplicate is refused as one: that moves nothing and is told to the biller.
            if adjustment.reason.as_str() != DUPLICATE {
                (adjustment.group, adjustment.reason) = (AdjustmentGroup::Oa, earlier_decision()?);
            }
        }
    }
    Ok(once)
}

/// OA-23, the effect of an earlier decision, which posts nothing.
fn earlier_decision() -> Result<Carc, Stop> {
    Carc::new("23").map_err(|e| Stop::Fail(CycleError::refused(e.to_string())))
}

fn is_decided_elsewhere(tx: &mut Tx<'_>, known: &Known, charge_id: ChargeId) -> Result<bool, Stop> {
    for other in store::claim::of_charge(tx, charge_id)? {
        let is_same_payer = (other.payer_id, other.sequence) == (known.record.payer_id, known.record.sequence);
        if other.id == known.record.id || !is_same_payer {
            continue;
        }
        let rows = posted(tx, other.id)?;
        let standing = in_force(tx, &rows)?;
        let has_it = |recorded: Recorded| recorded.transaction.entries.iter().any(|e| e.charge == Some(charge_id));
        if standing.is_some_and(has_it) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Overpayments recognised on the charges of a posting are open again before it is taken back, and so is what was undone
/// with a charge that was corrected.
fn recognised(tx: &mut Tx<'_>, original: &Recorded, on: Date) -> Result<Vec<Transaction>, Stop> {
    let mut charges: Vec<_> = original.transaction.entries.iter().filter_map(|entry| entry.charge).collect();
    charges.sort_unstable();
    charges.dedup();
    let mut undone = Vec::new();
    for charge_id in charges {
        let postings = store::ledger::of_charge(tx, charge_id)?;
        let taken_back: Vec<_> = postings.iter().filter_map(|p| p.recorded.transaction.reverses).collect();
        let credits = postings.iter().map(|p| &p.recorded).filter(|recorded| {
            matches!(recorded.transaction.kind, TransactionKind::CreditBalance | TransactionKind::VoidCharge)
                && recorded.transaction.reverses.is_none()
                && !taken_back.contains(&recorded.id)
        });
        undone.extend(credits.map(|recorded| Transaction {
            memo: "The payer takes back what was owed to it".into(),
            effective_on: on,
            reverses: Some(recorded.id),
            entries: recorded.mirror(),
            ..recorded.transaction.clone()
        }));
    }
    Ok(undone)
}

/// An amount of a claim's receivable that is open again, with what opens it.
pub(super) struct Regained {
    /// On which charge.
    pub charge_id: ChargeId,
    /// How much.
    pub amount: Money,
    /// In the order they are recorded.
    pub transactions: Vec<Transaction>,
}

/// What people gave up of a claim's receivable, or moved off it, and nobody took back. What another payer has decided
/// since stays there.
pub(super) fn given_up(tx: &mut Tx<'_>, known: &Known, on: Date) -> Result<Vec<Regained>, Stop> {
    let mut found = Vec::new();
    for line in &known.open.lines {
        let postings = store::ledger::of_charge(tx, line.charge_id)?;
        let undone: Vec<_> = postings.iter().filter_map(|p| p.recorded.transaction.reverses).collect();
        let by_people = postings.iter().map(|p| &p.recorded).filter(|recorded| {
            matches!(recorded.transaction.kind, TransactionKind::WriteOff | TransactionKind::Transfer)
                && recorded.transaction.reverses.is_none()
                && !undone.contains(&recorded.id)
        });
        let mut moved: Vec<Entry> = Vec::new();
        let mut again = Regained { charge_id: line.charge_id, amount: Money::ZERO, transactions: Vec::new() };
        for recorded in by_people {
            let entries = &recorded.transaction.entries;
            let is_own =
                |e: &&Entry| e.account == Account::InsuranceReceivable && e.sequence == Some(known.open.sequence);
            let amount = -entries.iter().filter(is_own).map(|entry| entry.amount).sum::<Money>();
            if !amount.is_positive() || !is_there(tx, known, entries)? {
                continue;
            }
            moved.extend(entries.iter().filter(|entry| entry.account == Account::PatientReceivable).cloned());
            again.amount += amount;
            again.transactions.push(Transaction {
                memo: "Open again: the payer decided after a person had".into(),
                effective_on: on,
                reverses: Some(recorded.id),
                entries: recorded.mirror(),
                ..recorded.transaction.clone()
            });
        }
        if again.amount.is_positive() {
            let mut released = releases(tx, known.record.patient_id, &moved, &[], on)?;
            released.append(&mut again.transactions);
            found.push(Regained { transactions: released, ..again });
        }
    }
    Ok(found)
}

/// True when what was moved to another payer's receivable is still open there.
fn is_there(tx: &mut Tx<'_>, known: &Known, entries: &[Entry]) -> Result<bool, Stop> {
    let others = entries.iter().filter(|e| e.account == Account::InsuranceReceivable && e.amount.is_positive());
    for entry in others.filter(|entry| entry.sequence != Some(known.open.sequence)) {
        let Some(charge_id) = entry.charge else { continue };
        if store::ledger::open_of(tx, charge_id, entry.account, entry.sequence)? < entry.amount {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Patient money that pays what `taken` gave the patient is unapplied again before that is taken back; `undone` are
/// entries recorded before that.
fn releases(
    tx: &mut Tx<'_>,
    patient_id: PatientId,
    taken: &[Entry],
    undone: &[Entry],
    on: Date,
) -> Result<Vec<Transaction>, Stop> {
    let mut released = Vec::new();
    let mut shares: BTreeMap<ChargeId, Money> = BTreeMap::new();
    for entry in taken.iter().filter(|entry| entry.account == Account::PatientReceivable) {
        if let Some(charge_id) = entry.charge {
            *shares.entry(charge_id).or_default() += entry.amount;
        }
    }
    for (charge_id, share) in shares {
        let balances = store::ledger::charge_balances(tx, charge_id)?;
        let of = |account: Account, is_patient: bool| -> Money {
            let of = balances.iter().filter(|b| b.account == account && (!is_patient || b.payer_id.is_none()));
            of.map(|balance| balance.amount).sum()
        };
        let again = undone.iter().filter(|e| e.account == Account::PatientReceivable && e.charge == Some(charge_id));
        let missing = share - of(Account::PatientReceivable, false) - again.map(|entry| entry.amount).sum::<Money>();
        if !missing.is_positive() {
            continue;
        }
        if of(Account::Unapplied, true) < missing {
            return Err(Stop::Park(format!(
                "It takes {share} off the patient, of which {missing} was given up or moved by hand: undo that first."
            )));
        }
        let memo = "Released: the payer took the patient's share back".to_owned();
        released.push(posting::allocation(patient_id, charge_id, -missing, on, memo));
    }
    Ok(released)
}
