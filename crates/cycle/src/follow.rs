//! After a decision: denials worked, claims corrected, decisions appealed, balances given up or moved.

mod appeal;
mod ask;
mod correct;
pub(crate) mod denial;

use claim::{ClaimId, ClaimStatus, Money, WorkItemId};
use codes::Library;
use ledger::{
    Account,
    posting::{self, InsuranceBalance},
};
use store::{Tx, appeal::AppealStatus, work::WorkItem};

pub use appeal::{Letter, LetterPurpose, file_appeal, letter_of, open_appeal};
pub use ask::{ASKED_OF_MANAGER, ManagerQuestion, ask_manager};
pub use correct::correct;
pub use denial::{DenialWork, RemarkNote};

use crate::{
    CycleError, approval, money,
    post::{self, Known, Told},
};

/// Finishes the open work of some kinds on a claim.
pub(crate) fn finish_work(tx: &mut Tx<'_>, id: ClaimId, kinds: &[&str], outcome: &str) -> Result<(), CycleError> {
    for item in store::work::of_subject(tx, "claim", id)? {
        if item.done_at.is_none() && kinds.contains(&item.kind.as_str()) {
            store::work::finish(tx, item.id, outcome)?;
        }
    }
    Ok(())
}

/// The open denials of a claim with what they say.
///
/// # Errors
/// When the store refuses.
pub fn open_denials(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<(WorkItem, DenialWork)>, CycleError> {
    let items = store::work::of_subject(tx, "claim", id)?;
    let open = items.into_iter().filter(|item| item.done_at.is_none() && item.kind == "denial");
    open.map(|item| denial_of(&item).map(|denial| (item, denial))).collect()
}

fn denial_of(item: &WorkItem) -> Result<DenialWork, CycleError> {
    if item.kind != "denial" || item.done_at.is_some() {
        return Err(CycleError::refused("This is no open denial: nothing was changed."));
    }
    serde_json::from_value(item.body.clone())
        .map_err(|e| CycleError::refused(format!("The denial cannot be read ({e}): open it from its claim instead.")))
}

/// A denial with the balance it left open.
struct Refused {
    item: WorkItem,
    denial: DenialWork,
    claim_id: ClaimId,
    balance: InsuranceBalance,
}

fn refused(tx: &mut Tx<'_>, id: WorkItemId, reason: &str) -> Result<Refused, CycleError> {
    let item = store::work::get(tx, id)?;
    let denial = denial_of(&item)?;
    if reason.trim().is_empty() {
        return Err(CycleError::refused("Say why: the reason stays with the account."));
    }
    let claim_id: ClaimId =
        item.subject_id.parse().map_err(|_| CycleError::refused("This denial names no claim: nothing was changed."))?;
    let record = store::claim::get(tx, claim_id)?;
    let open = store::ledger::open_of(tx, denial.charge_id, Account::InsuranceReceivable, Some(record.sequence))?;
    let balance = InsuranceBalance {
        charge_id: denial.charge_id,
        patient_id: record.patient_id,
        payer_id: record.payer_id,
        sequence: record.sequence,
        amount: item.amount.min(open).max(Money::ZERO),
    };
    Ok(Refused { item, denial, claim_id, balance })
}

/// Accepts a denial: what it left open is given up. The patient is never billed for it.
///
/// # Errors
/// [`CycleError::Refused`] when it is no open denial, without a reason, or above the limit of who does it.
pub fn accept_denial(tx: &mut Tx<'_>, id: WorkItemId, reason: &str) -> Result<(), CycleError> {
    let refused = refused(tx, id, reason)?;
    let subject = ("claim", refused.claim_id.to_string());
    approval::require(tx, "Giving up a denied balance", subject, refused.balance.amount)?;
    let cause = refused.denial.reason();
    if refused.balance.amount.is_positive() {
        let memo = format!("Denial accepted: {}", reason.trim());
        let transaction = posting::insurance_write_off(refused.balance, &cause, tx.today(), memo);
        store::ledger::record(tx, &transaction)?;
    }
    let text = format!("{} given up for {cause}: {}", refused.balance.amount, reason.trim());
    end(tx, refused.claim_id, id, &text)
}

/// Who is asked for what a denial left open when its payer owes nothing: the payer after it in force on the day of
/// service, by name, else the patient (`None`).
///
/// # Errors
/// When the store refuses.
pub fn asked_next(tx: &mut Tx<'_>, claim_id: ClaimId) -> Result<Option<String>, CycleError> {
    let record = store::claim::get(tx, claim_id)?;
    Ok(Known::read(tx, &record)?.next.map(|(_, payer)| payer.name))
}

/// Accepts a denial as the patient's: what it left open is owed by the next payer, who gets a claim, else by the
/// patient. Returns the claim made for the next payer, when one was made.
///
/// # Errors
/// [`CycleError::Refused`] as in [`accept_denial`], and where the patient may not be asked: the provider answers
/// for group CO, except when the patient was not insured.
pub fn pass_on(
    tx: &mut Tx<'_>,
    library: &Library,
    id: WorkItemId,
    reason: &str,
) -> Result<Option<ClaimId>, CycleError> {
    let refused = refused(tx, id, reason)?;
    let denial = &refused.denial;
    let cause = denial.reason();
    if !denial.may_bill_patient() {
        return Err(CycleError::refused(format!(
            "The patient may not be billed for {cause}: correct the claim, appeal or accept it."
        )));
    }
    let amount = refused.balance.amount;
    if !amount.is_positive() {
        return Err(CycleError::refused("Nothing of it is open: there is nothing to bill."));
    }
    let record = store::claim::get(tx, refused.claim_id)?;
    let known = Known::read(tx, &record)?;
    if let Some((next, (_, payer))) = known.open.next.zip(known.next.as_ref()) {
        let memo = format!("Owed by {} next: {}", payer.name, reason.trim());
        let transaction = posting::transfer_to_next_payer(refused.balance, next, &cause, tx.today(), memo);
        store::ledger::record(tx, &transaction)?;
        let text = format!("{amount} moved to {} for {cause}: {}", payer.name, reason.trim());
        end(tx, refused.claim_id, id, &text)?;
        return match post::standing(tx, record.id)? {
            None => Ok(None),
            Some((decided, on, document)) => {
                post::open_next(tx, library, &known, Told { decided: &decided, on, document })
            }
        };
    }
    let memo = format!("Billed to the patient: {}", reason.trim());
    let transaction = posting::transfer_to_patient(refused.balance, &cause, tx.today(), memo);
    store::ledger::record(tx, &transaction)?;
    let text = format!("{amount} moved to the patient for {cause}: {}", reason.trim());
    end(tx, refused.claim_id, id, &text)?;
    money::apply_unapplied(tx, refused.balance.patient_id)?;
    Ok(None)
}

/// Ends the work on a denial, what was asked about it and the draft of its appeal; a claim that paid nothing and has no
/// other denial is closed.
pub(crate) fn end(tx: &mut Tx<'_>, claim_id: ClaimId, id: WorkItemId, text: &str) -> Result<(), CycleError> {
    store::work::finish(tx, id, text)?;
    ask::answered(tx, claim_id, id, text)?;
    for appeal in store::appeal::of_claim(tx, claim_id)? {
        if appeal.status == AppealStatus::Open && appeal.work_item_id == Some(id) {
            store::appeal::decide(tx, appeal.id, AppealStatus::Withdrawn, tx.today())?;
        }
    }
    let record = store::claim::get(tx, claim_id)?;
    let is_last = open_denials(tx, claim_id)?.is_empty();
    if is_last && record.status == ClaimStatus::Denied {
        return Ok(store::claim::set_status(tx, claim_id, ClaimStatus::Closed, text, None)?);
    }
    Ok(store::claim::event(tx, claim_id, "note", text, None, &serde_json::Value::Null)?)
}
