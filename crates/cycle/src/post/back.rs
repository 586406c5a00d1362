//! Money that is not ours goes back: a parked claim of a remittance is set aside, its payment becomes payable to who
//! sent it, and is sent within sixty days (42 CFR 401.305).

use claim::{Money, PayerId, RemittanceId, WorkItemId};
use ledger::posting;
use serde::{Deserialize, Serialize};
use store::{
    Role, Tx,
    remittance::{RemittanceClaimState, RemittanceState},
    work::NewWorkItem,
};

use super::{is_settled, work};
use crate::{CycleError, approval};

/// The kind of work a payment to send back is.
pub const RETURN_PAYMENT: &str = "return_payment";

/// Body of `return_payment` items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnWork {
    /// Which remittance.
    pub remittance_id: RemittanceId,
    /// Its trace number.
    pub trace_number: String,
    /// To whom.
    pub payer_name: String,
    /// To whom, when known here.
    pub payer_id: Option<PayerId>,
    /// CLP01 of the claim that is not ours.
    pub reference: String,
    /// Why it goes back.
    pub reason: String,
}

/// Decides that a parked claim of a remittance is not ours: its payment becomes payable to who sent it.
///
/// # Errors
/// [`CycleError::Refused`] when it is not parked or pays nothing, without a reason, or above the limit of who does it.
pub fn give_back(tx: &mut Tx<'_>, id: RemittanceId, position: u32, reason: &str) -> Result<(), CycleError> {
    let record = store::remittance::get(tx, id)?;
    let row = store::remittance::claims(tx, id)?.into_iter().find(|row| row.position == position);
    let parked =
        row.filter(|row| row.state == RemittanceClaimState::Parked && record.state == RemittanceState::Posting);
    let Some(row) = parked else {
        return Err(CycleError::refused(
            "This claim of the remittance does not wait for anybody: nothing was changed.",
        ));
    };
    if reason.trim().is_empty() {
        return Err(CycleError::refused("Say why the payment is not ours."));
    }
    if row.paid < Money::ZERO {
        return Err(CycleError::refused("It takes money back instead of paying: match it to the claim it belongs to."));
    }
    let reference = row.control_number;
    if row.paid.is_positive() {
        approval::require(tx, "Returning a payment", ("remittance", id.to_string()), row.paid)?;
        let memo = format!("Not ours: {reference}, {}", reason.trim());
        store::ledger::record(tx, &posting::payment_return(id, record.payer_id, row.paid, tx.today(), memo))?;
        let item = NewWorkItem {
            kind: RETURN_PAYMENT,
            owner: Role::Poster,
            subject: ("remittance", id.to_string()),
            title: format!("Send {} back to {}: {reference} is not ours", row.paid, record.payer_name),
            amount: row.paid,
            due_on: Some(tx.today().saturating_add(jiff::ToSpan::days(work::REPAYMENT_DAYS))),
        };
        let body = ReturnWork {
            remittance_id: id,
            trace_number: record.trace_number,
            payer_name: record.payer_name,
            payer_id: record.payer_id,
            reference,
            reason: reason.trim().to_owned(),
        };
        store::work::open(tx, &item, &body)?;
    }
    store::remittance::set_claim(tx, id, position, RemittanceClaimState::Returned, reason.trim(), (None, None))?;
    work::settled(tx, id, position, &format!("Not ours: {}", reason.trim()))?;
    if is_settled(tx, id)? {
        store::remittance::set_state(tx, id, RemittanceState::Posted, "")?;
    }
    Ok(())
}

/// Records that a returned payment left the bank; `reference` is the check or transfer number.
///
/// # Errors
/// [`CycleError::Refused`] when the item is no open return, or without a reference.
pub fn sent_back(tx: &mut Tx<'_>, id: WorkItemId, reference: &str) -> Result<(), CycleError> {
    let item = store::work::get(tx, id)?;
    let body = serde_json::from_value::<ReturnWork>(item.body.clone());
    let (Ok(body), true) = (body, item.kind == RETURN_PAYMENT && item.done_at.is_none()) else {
        return Err(CycleError::refused("This is no payment that waits to be sent back: nothing was changed."));
    };
    if reference.trim().is_empty() {
        return Err(CycleError::refused("Give the number of the check or transfer."));
    }
    let memo = format!("Sent back to {}: {}", body.payer_name, reference.trim());
    let transaction =
        posting::payment_returned(body.remittance_id, body.payer_id, item.amount, tx.today(), memo.clone());
    store::ledger::record(tx, &transaction)?;
    Ok(store::work::finish(tx, id, &memo)?)
}
