//! The claim to the next payer, with the decision of the earlier one.

use claim::{ClaimDecision, ClaimId, ClaimPayment, ClaimStatus};
use codes::Library;
use jiff::{ToSpan, civil::Date};
use store::{Role, Tx, claim::ClaimRecord, remittance::RemittanceClaimState, work::NewWorkItem};
use uuid::Uuid;

use super::Known;
use crate::{CycleError, assemble, bill};

/// Days to wait for a payer that was sent the claim by the earlier one (EDI rulebook 3.14).
const CROSSOVER_DAYS: i64 = 30;

/// The kind of work a claim is whose earlier payer changed its decision.
pub const OUTDATED: &str = "earlier_payer_changed";

/// A decision as the next payer is told of it.
#[derive(Clone, Copy)]
pub(crate) struct Told<'a> {
    /// What the payer decided.
    pub decided: &'a ClaimPayment,
    /// The day of its remittance.
    pub on: Date,
    /// The file of its remittance.
    pub document: Uuid,
}

/// The decision on a claim that stands, with the day of its remittance and its file.
pub(crate) fn standing(tx: &mut Tx<'_>, id: ClaimId) -> Result<Option<(ClaimPayment, Date, Uuid)>, CycleError> {
    let mut last = None;
    for row in store::remittance::of_claim(tx, id)? {
        if row.state == RemittanceClaimState::Posted {
            last = Some(row).filter(|row| row.decision != ClaimDecision::Reversal);
        }
    }
    let Some(row) = last else { return Ok(None) };
    let mut remittance = store::remittance::body(tx, row.remittance_id)?;
    let document = store::remittance::get(tx, row.remittance_id)?.document_id;
    let position = usize::try_from(row.position).ok().filter(|at| *at < remittance.claims.len());
    Ok(position.map(|at| (remittance.claims.swap_remove(at), remittance.paid_on, document)))
}

/// The claims of the same services that later payers have, in order.
fn later(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Vec<ClaimRecord>, CycleError> {
    let others = store::claim::of_encounter(tx, record.encounter_id)?;
    let is_later = |other: &ClaimRecord| {
        other.sequence > record.sequence && !matches!(other.status, ClaimStatus::Superseded | ClaimStatus::Closed)
    };
    Ok(others.into_iter().filter(is_later).collect())
}

/// A decision was taken back: what later payers were told of it is wrong now.
pub(super) fn taken_back(tx: &mut Tx<'_>, known: &Known, document: Uuid) -> Result<(), CycleError> {
    for claim in later(tx, &known.record)? {
        let text = format!("{} took claim {} back", known.record.payer_name, known.record.number);
        outdated(tx, &claim, &text, document)?;
    }
    Ok(())
}

/// Makes it work to tell a later payer; one item a claim, however often the earlier payer changes its mind.
fn outdated(tx: &mut Tx<'_>, claim: &ClaimRecord, what: &str, document: Uuid) -> Result<(), CycleError> {
    let text = format!("{what}: this claim still shows the earlier decision.");
    store::claim::event(tx, claim.id, "note", &text, Some(document), &serde_json::Value::Null)?;
    let item = NewWorkItem {
        kind: OUTDATED,
        owner: Role::Biller,
        subject: ("claim", claim.id.to_string()),
        title: format!("{what}, and {} has claim {} with the decision before", claim.payer_name, claim.number),
        amount: claim.charge,
        due_on: Some(claim.file_by),
    };
    let action = "Correct this claim once the earlier payer has decided anew: the correction carries its decision.";
    store::work::open_once(tx, &item, &serde_json::json!({ "action": action, "earlier_payer": what }))?;
    Ok(())
}

/// Makes the claim to the next payer, unless the payer forwarded it itself or one was made before.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    library: &Library,
    known: &Known,
    told: Told<'_>,
) -> Result<Option<ClaimId>, CycleError> {
    let Some((coverage, payer)) = &known.next else { return Ok(None) };
    let record = &known.record;
    if told.decided.decision.is_forwarded() {
        crossed_over(tx, told.on, known, &payer.name)?;
        return Ok(None);
    }
    if let Some(claim) = later(tx, record)?.into_iter().find(|claim| claim.payer_id == payer.id) {
        let text = format!("{} decided claim {} anew", record.payer_name, record.number);
        outdated(tx, &claim, &text, told.document)?;
        return Ok(None);
    }
    let number = bill::next_number(tx)?;
    let drafted = bill::Drafted {
        claim: assemble::next_claim(&number, &known.sent, told.decided, told.on, (coverage, payer)),
        encounter_id: record.encounter_id,
        coverage,
        payer,
        follows_id: Some(record.id),
        charges: &known.open.lines.iter().map(|line| line.charge_id).collect::<Vec<_>>(),
        reason: &format!("After {} decided claim {}.", record.payer_name, record.number),
    };
    bill::open(tx, library, &drafted).map(Some)
}

fn crossed_over(tx: &mut Tx<'_>, on: Date, known: &Known, next_payer: &str) -> Result<(), CycleError> {
    let record = &known.record;
    let item = NewWorkItem {
        kind: "crossover",
        owner: Role::Biller,
        subject: ("claim", record.id.to_string()),
        title: format!("{} forwarded claim {} to {next_payer}", record.payer_name, record.number),
        amount: known.open.lines.iter().map(|line| line.open).sum(),
        due_on: Some(on.saturating_add(CROSSOVER_DAYS.days())),
    };
    store::work::open(tx, &item, &serde_json::json!({ "next_payer": next_payer }))?;
    Ok(())
}
