//! What an earlier payer refused as the patient's (group PR) and nobody has worked when a later payer decides the same
//! service: the later decision takes its place.

use claim::{ChargeId, ClaimId, Money, WorkItemId};
use jiff::civil::Date;
use ledger::{
    Account, Transaction,
    posting::{self, InsuranceBalance},
};
use store::Tx;

use super::{Known, Stop};
use crate::{CycleError, follow};

/// A refusal of an earlier payer that passes to the one who decides now.
pub(super) struct Passed {
    /// On which charge.
    pub charge_id: ChargeId,
    /// How much it left open.
    pub amount: Money,
    /// The claim refused and the work on it.
    denial: (ClaimId, WorkItemId),
    transaction: Transaction,
}

/// The open refusals of earlier payers on the charges of a claim.
pub(super) fn refused_before(tx: &mut Tx<'_>, known: &Known, on: Date) -> Result<Vec<Passed>, Stop> {
    let mut found = Vec::new();
    let to = (known.open.sequence, known.open.payer_id);
    for line in &known.open.lines {
        for earlier in store::claim::of_charge(tx, line.charge_id)? {
            if earlier.sequence >= known.open.sequence {
                continue;
            }
            let mut left =
                store::ledger::open_of(tx, line.charge_id, Account::InsuranceReceivable, Some(earlier.sequence))?;
            for (item, denial) in follow::open_denials(tx, earlier.id)? {
                let amount = item.amount.min(left);
                if denial.charge_id != line.charge_id || !denial.is_patients() || !amount.is_positive() {
                    continue;
                }
                left -= amount;
                let balance = InsuranceBalance {
                    charge_id: line.charge_id,
                    patient_id: earlier.patient_id,
                    payer_id: earlier.payer_id,
                    sequence: earlier.sequence,
                    amount,
                };
                let memo = format!("Refused by {}, decided by {}", earlier.payer_name, known.record.payer_name);
                let transaction = posting::transfer_to_next_payer(balance, to, &denial.reason(), on, memo);
                found.push(Passed { charge_id: line.charge_id, amount, denial: (earlier.id, item.id), transaction });
            }
        }
    }
    Ok(found)
}

/// Moves them, and ends their work.
pub(super) fn record(tx: &mut Tx<'_>, known: &Known, passed: &[Passed]) -> Result<(), CycleError> {
    for part in passed {
        store::ledger::record(tx, &part.transaction)?;
        let text = format!("{} decided it on claim {}.", known.record.payer_name, known.record.number);
        let (claim_id, item) = part.denial;
        follow::end(tx, claim_id, item, &text)?;
    }
    Ok(())
}
