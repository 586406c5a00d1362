//! Decided claims corrected: a replacement where the payer takes one, else the clerical reopening that Medicare
//! Part B offers instead (Medicare Claims Processing Manual chapters 1 §80.3.2 and 34 §10; 42 CFR 405.980).

use std::collections::BTreeSet;

use claim::{ChargeId, Claim, ClaimId, ClaimStatus, Frequency, Payer, PayerSequence, ServiceLine};
use codes::Library;
use jiff::{ToSpan, civil::Date};
use ledger::posting;
use store::{Tx, charge::Charge, claim::ClaimRecord};

use super::{appeal, finish_work};
use crate::{CycleError, assemble, bill, post};

/// Days in which a decision is reopened for any reason (42 CFR 405.980(b)(1)).
const REOPENING_DAYS: i64 = 365;

/// Corrects a decided claim. Where the payer takes replacements this is a new claim (frequency 7, REF*F8); lines whose
/// service, units or charge change get new charges. Where it does not, the corrected claim becomes the next version
/// and a letter asks for a clerical reopening; the claim stays the same. Returns the claim the payer decides next.
///
/// # Errors
/// [`CycleError::Refused`] when it is not decided or already being corrected; when a later payer's claim would differ
/// from what the first payer was billed.
pub fn correct(
    tx: &mut Tx<'_>,
    library: &Library,
    id: ClaimId,
    corrected: &Claim,
    reason: &str,
) -> Result<ClaimId, CycleError> {
    let record = store::claim::get(tx, id)?;
    let decided = matches!(record.status, ClaimStatus::Paid | ClaimStatus::Denied | ClaimStatus::Finalized);
    let Some(payer_number) = record.payer_control_number.clone().filter(|_| decided) else {
        let status = record.status.label().to_lowercase();
        return Err(CycleError::refused(format!(
            "Claim {} is {status}: only a decided claim is corrected; change this one instead.",
            record.number
        )));
    };
    if reason.trim().is_empty() {
        return Err(CycleError::refused("Say what supports the correction."));
    }
    if let Some(other) = replacement_of(tx, &record)? {
        return Err(CycleError::refused(format!("Claim {other} already corrects claim {}.", record.number)));
    }
    let payer = store::payer::get(tx, record.payer_id)?;
    if payer.accepts_replacement {
        replace(tx, library, &record, &payer, &payer_number, corrected, reason)
    } else {
        reopen(tx, &record, &payer, corrected, reason)?;
        Ok(id)
    }
}

/// The number of a replacement that is under way or decided.
fn replacement_of(tx: &mut Tx<'_>, record: &ClaimRecord) -> Result<Option<String>, CycleError> {
    let claims = store::claim::of_encounter(tx, record.encounter_id)?;
    let is_it = |claim: &ClaimRecord| {
        claim.follows_id == Some(record.id)
            && claim.frequency == Frequency::Replacement
            && claim.status != ClaimStatus::Closed
    };
    Ok(claims.into_iter().find(is_it).map(|claim| claim.number))
}

fn replace(
    tx: &mut Tx<'_>,
    library: &Library,
    record: &ClaimRecord,
    payer: &Payer,
    payer_number: &str,
    corrected: &Claim,
    reason: &str,
) -> Result<ClaimId, CycleError> {
    let charges = charges(tx, record, corrected)?;
    let corrected = &told_anew(tx, record, corrected)?;
    let number = bill::next_number(tx)?;
    let coverage = store::coverage::get(tx, record.coverage_id)?;
    let drafted = bill::Drafted {
        claim: assemble::replacement(&number, corrected, payer_number),
        encounter_id: record.encounter_id,
        coverage: &coverage,
        payer,
        follows_id: Some(record.id),
        charges: &charges,
        reason,
    };
    let id = bill::open(tx, library, &drafted)?;
    let worked = ["denial", "underpayment", post::OUTDATED];
    finish_work(tx, record.id, &worked, &format!("Corrected claim {number}: {reason}"))?;
    let text = format!("Corrected by claim {number}: {reason}");
    store::claim::event(tx, record.id, "note", &text, None, &serde_json::json!({ "replacement": id }))?;
    Ok(id)
}

/// A claim to a later payer carries what the earlier ones decided by now.
fn told_anew(tx: &mut Tx<'_>, record: &ClaimRecord, corrected: &Claim) -> Result<Claim, CycleError> {
    let mut claim = corrected.clone();
    for earlier in store::claim::of_encounter(tx, record.encounter_id)? {
        if earlier.sequence >= record.sequence || earlier.status == ClaimStatus::Superseded {
            continue;
        }
        if let Some((decided, on, _)) = post::standing(tx, earlier.id)? {
            let sent = store::claim::latest(tx, earlier.id)?.claim;
            claim = assemble::told_of(&claim, &sent, &decided, on);
        }
    }
    Ok(claim)
}

/// The charge of each corrected line: the old one where the service is as it was, a new one where it is not. Old
/// charges that no line keeps are taken back, with what was decided about them; what was paid on them is work until the
/// payer takes it back.
fn charges(tx: &mut Tx<'_>, record: &ClaimRecord, corrected: &Claim) -> Result<Vec<ChargeId>, CycleError> {
    let old = store::claim::lines(tx, record.id)?;
    let standing: Vec<Charge> =
        store::charge::of_encounter(tx, record.encounter_id)?.into_iter().filter(|c| !c.is_voided).collect();
    let kept = |line: &ServiceLine| {
        let is_it = |charge: &&Charge| {
            (charge.line == line.number || old.contains(&(line.number, charge.id)))
                && (&charge.procedure, charge.units, charge.amount) == (&line.procedure, line.units, line.charge)
        };
        standing.iter().find(is_it).map(|charge| charge.id)
    };
    let same: BTreeSet<ChargeId> = corrected.lines.iter().filter_map(kept).collect();
    let is_first = record.sequence == PayerSequence::Primary;
    if let Some(line) = corrected.lines.iter().find(|line| !is_first && kept(line).is_none()) {
        return Err(CycleError::refused(format!(
            "Line {} differs from what the first payer was billed: correct the claim to that payer first.",
            line.number
        )));
    }
    let was_billed = |charge: &&Charge| old.iter().any(|(_, id)| *id == charge.id);
    for charge in standing.iter().filter(was_billed).filter(|charge| is_first && !same.contains(&charge.id)) {
        for left in bill::take_back_charge(tx, charge.id, "corrected")? {
            post::paid_for_nothing(tx, &left, None)?;
        }
    }
    let mut charges = Vec::new();
    for line in &corrected.lines {
        charges.push(match kept(line) {
            Some(charge_id) => charge_id,
            None => enter(tx, record, line)?,
        });
    }
    Ok(charges)
}

fn enter(tx: &mut Tx<'_>, record: &ClaimRecord, line: &ServiceLine) -> Result<ChargeId, CycleError> {
    let id: ChargeId = tx.new_id()?;
    let charge = Charge {
        id,
        encounter_id: record.encounter_id,
        patient_id: record.patient_id,
        line: line.number,
        procedure: line.procedure.clone(),
        modifiers: line.modifiers.clone(),
        units: line.units,
        pointers: line.pointers.clone(),
        served_on: line.from,
        amount: line.charge,
        is_voided: false,
    };
    store::charge::insert(tx, &charge)?;
    let memo = format!("{} \u{d7} {} on {}, corrected", charge.procedure, charge.units, charge.served_on);
    let payer = Some(record.payer_id);
    let transaction = posting::charge(id, record.patient_id, payer, line.charge, tx.today(), memo);
    store::ledger::record(tx, &transaction)?;
    Ok(id)
}

/// Asks for a clerical reopening by letter.
fn reopen(
    tx: &mut Tx<'_>,
    record: &ClaimRecord,
    payer: &Payer,
    corrected: &Claim,
    reason: &str,
) -> Result<(), CycleError> {
    let last = record.decided_on.map_or(Date::MAX, |on| on.saturating_add(REOPENING_DAYS.days()));
    if tx.today() > last {
        return Err(CycleError::refused(format!(
            "{} reopens a decision within a year, until {last}: after that only for good cause, by hand.",
            payer.name
        )));
    }
    let sent = store::claim::latest(tx, record.id)?.claim;
    let money = |claim: &Claim| claim.lines.iter().map(|line| (line.number, line.charge)).collect::<Vec<_>>();
    if money(&sent) != money(corrected) {
        return Err(CycleError::refused(format!(
            "{} takes no corrected claims, and a reopening corrects a claim without changing its charges: appeal \
             instead.",
            payer.name
        )));
    }
    let claim = Claim {
        control_number: sent.control_number.clone(),
        frequency: sent.frequency,
        original_reference: sent.original_reference.clone(),
        ..corrected.clone()
    };
    store::claim::add_version(tx, record.id, &claim, &[], reason)?;
    let document = appeal::reopening_letter(tx, record, payer, &sent, &claim, reason)?;
    let text = format!("Clerical reopening asked for: {reason}");
    store::claim::event(tx, record.id, "reopening", &text, Some(document), &serde_json::Value::Null)?;
    finish_work(tx, record.id, &["denial", "underpayment"], &text)
}
