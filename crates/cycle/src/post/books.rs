//! Our claim as the books know it before a posting.

use claim::{ChargeId, Claim, ClaimDecision, ClaimId, ClaimPayment, Coverage, Money, Payer};
use ledger::{
    Account,
    posting::{OpenClaim, OpenLine, paid_by_charge},
};
use store::{Tx, claim::ClaimRecord};

use crate::CycleError;

/// A claim with what a decision on it needs.
pub(crate) struct Known {
    /// Where it stands.
    pub record: ClaimRecord,
    /// As sent.
    pub sent: Claim,
    /// Its payer.
    pub payer: Payer,
    /// Who is asked next.
    pub next: Option<(Coverage, Payer)>,
    /// Its lines and what is open on them.
    pub open: OpenClaim,
}

impl Known {
    /// Reads everything about a claim.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn read(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Self, CycleError> {
        let sent = store::claim::latest(tx, record.id)?.claim;
        let next = next_coverage(tx, record)?;
        let mut lines = Vec::new();
        for (number, charge_id) in store::claim::lines(tx, record.id)? {
            let Some(line) = sent.lines.iter().find(|line| line.number == number) else { continue };
            lines.push(OpenLine {
                control_number: line.control_number.clone(),
                charge_id,
                procedure: line.procedure.clone(),
                charge: line.charge,
                open: store::ledger::open_of(tx, charge_id, Account::InsuranceReceivable, Some(record.sequence))?,
            });
        }
        let open = OpenClaim {
            patient_id: record.patient_id,
            payer_id: record.payer_id,
            sequence: record.sequence,
            next: record.sequence.next().zip(next.as_ref().map(|(_, payer)| payer.id)),
            lines,
        };
        Ok(Self { record: record.clone(), sent, payer: store::payer::get(tx, record.payer_id)?, next, open })
    }
}

/// The coverage in force on the day of service that pays after the claim's own.
fn next_coverage(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Option<(Coverage, Payer)>, CycleError> {
    let own = store::coverage::get(tx, record.coverage_id)?;
    let in_force = store::coverage::in_force(tx, record.patient_id, record.served_on)?;
    let next = in_force.into_iter().find(|other| other.sequence > own.sequence && other.id != own.id);
    let Some(coverage) = next else { return Ok(None) };
    let payer = store::payer::get(tx, coverage.payer_id)?;
    Ok(Some((coverage, payer)))
}

/// What a decision pays on each charge of a claim, as the received file says it.
///
/// # Errors
/// When the store refuses, or the decision does not fit the claim.
pub(crate) fn placed(
    tx: &mut Tx<'_>,
    claim_id: ClaimId,
    decided: &ClaimPayment,
) -> Result<Vec<(ChargeId, Money)>, CycleError> {
    let record = store::claim::get(tx, claim_id)?;
    let open = Known::read(tx, &record)?.open;
    if decided.decision != ClaimDecision::Reversal {
        return Ok(paid_by_charge(decided, &open)?);
    }
    // A reversal is read as what it takes back: its lines are then found by code and charge, too.
    let taken_back = paid_by_charge(&payer::mirror(decided), &open)?;
    Ok(taken_back.into_iter().map(|(charge_id, paid)| (charge_id, -paid)).collect())
}
