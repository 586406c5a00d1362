//! One decided claim into the books, and what follows from it.

use claim::{AdjustmentGroup, ClaimDecision, ClaimId, ClaimPayment, ClaimStatus, Frequency, Money};
use codes::{Library, ReasonCategory};
use ledger::posting::{self, ClaimPosting, ReasonRule};
use store::{Tx, appeal::AppealStatus, claim::ClaimRecord, remittance::RemittanceClaimState};

use super::{Known, Posting, Stop, next, passed, reversal, was_sent, work};
use crate::{CycleError, follow, money};

/// Work that a decision makes; the next one on the same claim ends it.
const DECISION_WORK: &[&str] = &["denial", "underpayment", "remainder", "taken_back"];

/// What a posted decision made.
#[derive(Default)]
pub(super) struct Posted {
    pub denials: usize,
    pub opened: Option<ClaimId>,
}

/// Posts a decision on a claim of ours. Whatever can stop it is looked at before anything is written.
pub(super) fn post(
    tx: &mut Tx<'_>,
    posting: &mut Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    record: &ClaimRecord,
) -> Result<Posted, Stop> {
    if !was_sent(record.status) {
        let status = record.status.label().to_lowercase();
        return Err(Stop::Park(format!("Claim {} is {status}: it is with no payer to decide it.", record.number)));
    }
    if decided.decision == ClaimDecision::Predetermination {
        return Err(Stop::Park(format!("It estimates claim {} and decides nothing.", record.number)));
    }
    let mut known = Known::read(tx, record)?;
    if decided.decision == ClaimDecision::Reversal {
        take_back(tx, posting, position, decided, &known)?;
        return Ok(Posted::default());
    }
    reversal::refuse_second(tx, &known)?;
    let on = posting.on;
    // What a person gave up or moved is open again once the payer decides it after all, and what an earlier payer
    // refused is this payer's once it decides it.
    let regained = reversal::given_up(tx, &known, on)?;
    let passed = passed::refused_before(tx, &known, on)?;
    for line in &mut known.open.lines {
        let again = regained.iter().filter(|again| again.charge_id == line.charge_id).map(|again| again.amount);
        let from_earlier = passed.iter().filter(|part| part.charge_id == line.charge_id).map(|part| part.amount);
        line.open += again.chain(from_earlier).sum();
    }
    let once = reversal::counted_once(tx, &known, decided)?;
    let rule = |carc: &claim::Carc| rule(posting.library, carc);
    let posted = posting::claim_payment(&once, &known.open, posting.id, on, &posting.hash, &rule)?;
    for transaction in regained.iter().flat_map(|again| &again.transactions) {
        store::ledger::record(tx, transaction)?;
    }
    passed::record(tx, &known, &passed)?;
    Ok(record_decision(tx, posting, position, decided, &known, &posted)?)
}

/// What the reason table says where it decides about money.
fn rule(library: &Library, carc: &claim::Carc) -> ReasonRule {
    library.carc(carc).map_or_else(ReasonRule::default, |reason| ReasonRule {
        is_write_off: reason.is_write_off_allowed,
        is_patient_share: reason.category == ReasonCategory::PatientShare,
    })
}

fn record_decision(
    tx: &mut Tx<'_>,
    posting: &mut Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    known: &Known,
    posted: &ClaimPosting,
) -> Result<Posted, CycleError> {
    let record = &known.record;
    let transaction = posted.transaction.as_ref().map(|t| store::ledger::record(tx, t)).transpose()?;
    note(tx, posting, position, decided, known, transaction)?;
    posting.taken_back.remove(&record.id);
    follow::finish_work(tx, record.id, DECISION_WORK, "Decided anew.")?;
    let status = if decided.paid.is_positive() {
        ClaimStatus::Paid
    } else if posted.denials.is_empty() {
        ClaimStatus::Finalized
    } else {
        ClaimStatus::Denied
    };
    move_to(tx, posting, record, status, &sentence(decided, posted))?;
    supersede(tx, posting, record)?;
    settle_appeals(tx, posting, record, posted)?;
    for denial in &posted.denials {
        follow::denial::open(tx, posting.library, posting.remittance, posting.id, known, decided, denial)?;
    }
    work::remainders(tx, posting, known, posted)?;
    if posted.denials.is_empty() {
        work::underpayment(tx, posting, known, decided)?;
    }
    let told = next::Told { decided, on: posting.remittance.paid_on, document: posting.document };
    let opened = if posted.to_next_payer.is_positive() { next::open(tx, posting.library, known, told)? } else { None };
    // Money the patient paid ahead waits for any share of theirs, also when this decision left none.
    money::apply_unapplied(tx, record.patient_id)?;
    money::credit_work_of(tx, record.patient_id)?;
    Ok(Posted { denials: posted.denials.len(), opened })
}

/// The row of the remittance, and the claim's own figures.
fn note(
    tx: &mut Tx<'_>,
    posting: &mut Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    known: &Known,
    transaction: Option<claim::TransactionId>,
) -> Result<(), CycleError> {
    let id = known.record.id;
    posting.touched.extend(known.open.lines.iter().map(|line| line.charge_id));
    let posted = RemittanceClaimState::Posted;
    store::remittance::set_claim(tx, posting.id, position, posted, "", (Some(id), transaction))?;
    let number = &decided.payer_control_number;
    Ok(store::claim::add_payment(tx, id, decided.paid, posting.remittance.paid_on, number)?)
}

/// Moves the claim on; one that a person closed or another claim replaced stays, and its history says what came.
fn move_to(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    record: &ClaimRecord,
    status: ClaimStatus,
    text: &str,
) -> Result<(), CycleError> {
    // The status before this remittance may be an older one than `record` knows.
    let current = store::claim::get(tx, record.id)?.status;
    if current.may_become(status) {
        return Ok(store::claim::set_status(tx, record.id, status, text, Some(posting.document))?);
    }
    let detail = serde_json::json!({ "decision": status.code() });
    Ok(store::claim::event(tx, record.id, "835", text, Some(posting.document), &detail)?)
}

fn sentence(decided: &ClaimPayment, posted: &ClaimPosting) -> String {
    let mut parts = vec![format!("Paid {} of {}", decided.paid, decided.charge)];
    let denied = posted.denials.len();
    for (is_there, text) in [
        (posted.to_next_payer.is_positive(), format!("{} to the next payer", posted.to_next_payer)),
        (posted.to_patient.is_positive(), format!("{} to the patient", posted.to_patient)),
        (denied > 0, format!("{denied} refused {}", if denied == 1 { "amount" } else { "amounts" })),
    ] {
        if is_there {
            parts.push(text);
        }
    }
    format!("{} (payer's number {}).", parts.join(", "), decided.payer_control_number)
}

/// A decided replacement stands in the place of the claim it corrects.
fn supersede(tx: &mut Tx<'_>, posting: &Posting<'_>, record: &ClaimRecord) -> Result<(), CycleError> {
    let Some(old) = record.follows_id.filter(|_| record.frequency == Frequency::Replacement) else { return Ok(()) };
    if store::claim::get(tx, old)?.status.may_become(ClaimStatus::Superseded) {
        let text = format!("Claim {} stands in its place.", record.number);
        store::claim::set_status(tx, old, ClaimStatus::Superseded, &text, Some(posting.document))?;
        follow::finish_work(tx, old, &["taken_back"], &text)?;
    }
    Ok(())
}

/// A new decision ends the appeals that were filed.
fn settle_appeals(
    tx: &mut Tx<'_>,
    posting: &Posting<'_>,
    record: &ClaimRecord,
    posted: &ClaimPosting,
) -> Result<(), CycleError> {
    let outcome = if posted.denials.is_empty() { AppealStatus::Won } else { AppealStatus::Lost };
    for appeal in store::appeal::of_claim(tx, record.id)? {
        if appeal.status == AppealStatus::Filed {
            store::appeal::decide(tx, appeal.id, outcome, posting.remittance.paid_on)?;
        }
    }
    Ok(())
}

fn take_back(
    tx: &mut Tx<'_>,
    posting: &mut Posting<'_>,
    position: u32,
    decided: &ClaimPayment,
    known: &Known,
) -> Result<(), Stop> {
    let transactions = reversal::transactions(tx, posting, known, decided)?;
    let mut mirror = None;
    for transaction in &transactions {
        mirror = Some(store::ledger::record(tx, transaction)?);
    }
    note(tx, posting, position, decided, known, mirror)?;
    let text = format!(
        "Reversed by the payer: its decision is taken back with the {} it paid (payer's number {}).",
        -decided.paid, decided.payer_control_number
    );
    move_to(tx, posting, &known.record, ClaimStatus::Finalized, &text)?;
    follow::finish_work(tx, known.record.id, DECISION_WORK, "The payer took it back.")?;
    posting.taken_back.insert(known.record.id);
    Ok(next::taken_back(tx, known, posting.document)?)
}

/// What payer and patient are said to owe together: the allowed amount, before the federal cut (CARC 253) and the cut
/// of services given by therapy assistants, which the law takes from any contract.
pub(super) fn allowed(decided: &ClaimPayment) -> Money {
    let cut =
        decided.lines.iter().flat_map(|line| line.adjustments.iter().filter(|a| posting::is_assistants_cut(a, line)));
    let shared = decided.all_adjustments().filter(|a| a.group == AdjustmentGroup::Pr || a.reason.as_str() == "253");
    decided.paid + shared.chain(cut).map(|adjustment| adjustment.amount).sum::<Money>()
}
