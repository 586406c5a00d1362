//! Decisions taken back (CLP02 = 22): which posting they mirror, and what must be undone first.

use claim::{ClaimDecision, ClaimPayment, Money, PatientId};
use jiff::civil::Date;
use ledger::{
    Account, Recorded, Transaction, TransactionKind,
    posting::{self, PostingError},
};
use store::{
    Tx,
    remittance::{RemittanceClaim, RemittanceClaimState},
};

use super::{Known, Posting, Stop};

/// The transactions that take a decision back, in order; the last one is the mirror. None when the decision moved
/// nothing, as a full denial does.
pub(super) fn transactions(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    known: &Known,
    decided: &ClaimPayment,
) -> Result<Vec<Transaction>, Stop> {
    let on = posting.remittance.paid_on;
    let Some(original) = original(tx, known, decided)? else { return Ok(Vec::new()) };
    let mirror = posting::reversal(decided, &original, posting.id, on, &posting.hash)?;
    let mut first = recognised(tx, &original, on)?;
    first.extend(releases(tx, known.record.patient_id, &original, on)?);
    first.push(mirror);
    Ok(first)
}

/// The posting in force that the reversal means: of the payer's number it names, else of the claim.
fn original(tx: &mut Tx<'_>, known: &Known, decided: &ClaimPayment) -> Result<Option<Recorded>, Stop> {
    let history = posted(tx, known)?;
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
fn posted(tx: &mut Tx<'_>, known: &Known) -> Result<Vec<RemittanceClaim>, Stop> {
    let rows = store::remittance::of_claim(tx, known.record.id)?;
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

/// Parks a second decision on a claim whose first one moved money and stands: posted, it would count twice.
pub(super) fn refuse_second(tx: &mut Tx<'_>, known: &Known) -> Result<(), Stop> {
    let rows = posted(tx, known)?;
    let Some(first) = in_force(tx, &rows)? else { return Ok(()) };
    Err(Stop::Park(format!(
        "Claim {} was decided before (transaction {}), and the payer did not take that back.",
        known.record.number, first.number
    )))
}

/// Overpayments recognised on the charges of a posting are open again before it is taken back.
fn recognised(tx: &mut Tx<'_>, original: &Recorded, on: Date) -> Result<Vec<Transaction>, Stop> {
    let mut charges: Vec<_> = original.transaction.entries.iter().filter_map(|entry| entry.charge).collect();
    charges.sort_unstable();
    charges.dedup();
    let mut undone = Vec::new();
    for charge_id in charges {
        let postings = store::ledger::of_charge(tx, charge_id)?;
        let taken_back: Vec<_> = postings.iter().filter_map(|p| p.recorded.transaction.reverses).collect();
        let credits = postings.iter().map(|p| &p.recorded).filter(|recorded| {
            recorded.transaction.kind == TransactionKind::CreditBalance
                && recorded.transaction.reverses.is_none()
                && !taken_back.contains(&recorded.id)
        });
        undone.extend(credits.map(|recorded| Transaction {
            memo: "The payer takes back what it overpaid".into(),
            effective_on: on,
            reverses: Some(recorded.id),
            entries: recorded.mirror(),
            ..recorded.transaction.clone()
        }));
    }
    Ok(undone)
}

/// Patient money that pays what the reversal takes off the patient is unapplied again first.
fn releases(tx: &mut Tx<'_>, patient_id: PatientId, original: &Recorded, on: Date) -> Result<Vec<Transaction>, Stop> {
    let mut released = Vec::new();
    let mut shares: std::collections::BTreeMap<_, Money> = std::collections::BTreeMap::new();
    for entry in original.transaction.entries.iter().filter(|entry| entry.account == Account::PatientReceivable) {
        if let Some(charge_id) = entry.charge {
            *shares.entry(charge_id).or_default() += entry.amount;
        }
    }
    for (charge_id, share) in shares {
        let balances = store::ledger::charge_balances(tx, charge_id)?;
        let sum = |account: Account, is_patient: bool| -> Money {
            let of = balances.iter().filter(|b| b.account == account && (!is_patient || b.payer_id.is_none()));
            of.map(|balance| balance.amount).sum()
        };
        let missing = share - sum(Account::PatientReceivable, false);
        if !missing.is_positive() {
            continue;
        }
        if sum(Account::Unapplied, true) < missing {
            return Err(Stop::Park(format!(
                "It takes {share} off the patient, of which {missing} was given up or moved by hand: undo that first."
            )));
        }
        let memo = "Released: the payer took the patient's share back".to_owned();
        released.push(posting::allocation(patient_id, charge_id, -missing, on, memo));
    }
    Ok(released)
}
