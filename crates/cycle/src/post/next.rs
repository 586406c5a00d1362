//! The claim to the next payer, with the decision of the earlier one.

use claim::{ClaimId, ClaimPayment, ClaimStatus};
use jiff::ToSpan;
use store::{Role, Tx, work::NewWorkItem};

use super::{Known, Posting};
use crate::{CycleError, assemble, bill};

/// Days to wait for a payer that was sent the claim by the earlier one (EDI rulebook 3.14).
const CROSSOVER_DAYS: i64 = 30;

/// Makes the claim to the next payer, unless the payer forwarded it itself or one was made before.
pub(super) fn open(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    known: &Known,
    decided: &ClaimPayment,
) -> Result<Option<ClaimId>, CycleError> {
    let Some((coverage, payer)) = &known.next else { return Ok(None) };
    let record = &known.record;
    if decided.decision.is_forwarded() {
        crossed_over(tx, posting, known, &payer.name)?;
        return Ok(None);
    }
    let others = store::claim::of_encounter(tx, record.encounter_id)?;
    let earlier = others.iter().find(|other| {
        other.sequence > record.sequence
            && other.payer_id == payer.id
            && !matches!(other.status, ClaimStatus::Superseded | ClaimStatus::Closed)
    });
    if let Some(earlier) = earlier {
        let text = format!("Claim {} was decided anew: this one still shows the earlier decision.", record.number);
        store::claim::event(tx, earlier.id, "note", &text, Some(posting.document), &serde_json::Value::Null)?;
        return Ok(None);
    }
    let number = bill::next_number(tx)?;
    let on = posting.remittance.paid_on;
    let drafted = bill::Drafted {
        claim: assemble::next_claim(&number, &known.sent, decided, on, (coverage, payer)),
        encounter_id: record.encounter_id,
        coverage,
        payer,
        follows_id: Some(record.id),
        charges: &known.open.lines.iter().map(|line| line.charge_id).collect::<Vec<_>>(),
        reason: &format!("After {} decided claim {}.", record.payer_name, record.number),
    };
    bill::open(tx, posting.library, &drafted).map(Some)
}

fn crossed_over(tx: &mut Tx<'_>, posting: &Posting<'_>, known: &Known, next_payer: &str) -> Result<(), CycleError> {
    let record = &known.record;
    let item = NewWorkItem {
        kind: "crossover",
        owner: Role::Biller,
        subject: ("claim", record.id.to_string()),
        title: format!("{} forwarded claim {} to {next_payer}", record.payer_name, record.number),
        amount: known.open.lines.iter().map(|line| line.open).sum(),
        due_on: Some(posting.remittance.paid_on.saturating_add(CROSSOVER_DAYS.days())),
    };
    store::work::open(tx, &item, &serde_json::json!({ "next_payer": next_payer }))?;
    Ok(())
}
