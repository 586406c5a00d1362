//! Charges and claims: what was done becomes charges, charges become a claim, the claim is examined.

use std::collections::BTreeSet;

use claim::{
    ChargeId, Claim, ClaimId, ClaimStatus, CodeSet, CodedService, Coverage, Encounter, EncounterId, EncounterStatus,
    Frequency, Money, Payer, PayerSequence, ServiceLine,
};
use codes::Library;
use jiff::ToSpan;
use ledger::{Account, posting};
use price::ChargeMaster;
use store::{
    Tx,
    charge::Charge,
    claim::{ClaimRecord, NewClaim},
    tariff::TariffKind,
};

use crate::{
    CycleError,
    assemble::{self, ClaimFacts},
    number,
    scrub::{self, Subject},
};

pub(crate) use back::take_back_charges;
pub(crate) use back::{Left, settle_voided, take_back_charge};

mod back;

/// Payments of a patient looked through for those of a day.
const PAYMENTS_MAX: u32 = 500;

/// The coverages that answer for a visit, in the order they pay, with their payers. Where none is in force on the day,
/// those that ended: they are what the card said, and the payer will say so.
///
/// # Errors
/// When the store refuses.
pub fn coverages(tx: &mut Tx<'_>, encounter: &Encounter) -> Result<Vec<(Coverage, Payer)>, CycleError> {
    let mut found = store::coverage::in_force(tx, encounter.patient_id, encounter.served_on)?;
    if found.is_empty() {
        found = store::coverage::of_patient(tx, encounter.patient_id)?;
    }
    found.sort_by_key(|coverage| coverage.sequence);
    found
        .into_iter()
        .map(|coverage| {
            let payer = store::payer::get(tx, coverage.payer_id)?;
            Ok((coverage, payer))
        })
        .collect()
}

/// Enters the charges of a visit's services at the prices of the day, in the record and in the books.
///
/// # Errors
/// [`CycleError::Refused`] when the practice has no price for a service.
pub fn enter_charges(tx: &mut Tx<'_>, encounter: &Encounter, codes: &CodeSet) -> Result<Vec<Charge>, CycleError> {
    let on = encounter.served_on;
    let master: ChargeMaster = store::tariff::in_force(tx, TariffKind::ChargeMaster, None, on)?.unwrap_or_default();
    let first_payer = coverages(tx, encounter)?.first().map(|(_, payer)| payer.id);
    let mut entered = Vec::new();
    for (line, service) in (1u16..).zip(&codes.services) {
        let amount = master.charge(&service.code, &service.modifiers, service.units, on).ok_or_else(|| {
            CycleError::refused(format!("the charge master has no price for {} on {on}: add one first", service.code))
        })?;
        let charge = Charge {
            id: tx.new_id()?,
            encounter_id: encounter.id,
            patient_id: encounter.patient_id,
            line,
            procedure: service.code.clone(),
            modifiers: service.modifiers.clone(),
            units: service.units,
            pointers: service.pointers.clone(),
            served_on: on,
            amount,
            is_voided: false,
        };
        store::charge::insert(tx, &charge)?;
        let memo = format!("{} \u{d7} {} on {on}", charge.procedure, charge.units);
        let posting = posting::charge(charge.id, encounter.patient_id, first_payer, amount, on, memo);
        store::ledger::record(tx, &posting)?;
        entered.push(charge);
    }
    Ok(entered)
}

/// The next claim control number of the client (CLM01).
///
/// # Errors
/// When the store refuses.
pub fn next_number(tx: &mut Tx<'_>) -> Result<String, CycleError> {
    let code = store::client::current(tx)?.code;
    Ok(number::claim_number(&code, store::counter::next(tx, "claim")?))
}

/// A claim ready to be put on record.
#[derive(Clone, Debug)]
pub struct Drafted<'a> {
    /// The claim.
    pub claim: Claim,
    /// Of which visit.
    pub encounter_id: EncounterId,
    /// Under which coverage.
    pub coverage: &'a Coverage,
    /// To whom.
    pub payer: &'a Payer,
    /// The claim it replaces or follows.
    pub follows_id: Option<ClaimId>,
    /// The charge of each line, in line order.
    pub charges: &'a [ChargeId],
    /// Why it is made.
    pub reason: &'a str,
}

/// Puts a claim on record: scrubbed, corrected where software may, frozen, ready or held.
///
/// # Errors
/// [`CycleError::Refused`] for a claim without lines.
pub fn open(tx: &mut Tx<'_>, library: &Library, drafted: &Drafted<'_>) -> Result<ClaimId, CycleError> {
    let Drafted { claim, coverage, payer, .. } = drafted;
    let served_on = claim.first_day().ok_or_else(|| CycleError::refused("a claim needs at least one service line"))?;
    // A later payer counts from the earlier payer's decision, which is today's news.
    let since = if claim.sequence == PayerSequence::Primary { served_on } else { tx.today() };
    let id: ClaimId = tx.new_id()?;
    let new = NewClaim {
        id,
        claim,
        encounter_id: drafted.encounter_id,
        patient_id: coverage.patient_id,
        payer_id: payer.id,
        coverage_id: coverage.id,
        follows_id: drafted.follows_id,
        file_by: since.saturating_add(i64::from(payer.filing_limit_days).days()),
        expected: None,
        charges: drafted.charges,
    };
    store::claim::insert(tx, &new)?;
    let record = store::claim::get(tx, id)?;
    scrub::examine(tx, library, &Subject { record: &record, coverage, payer }, claim, drafted.reason)?;
    Ok(id)
}

/// Builds the first claim of a coded visit.
///
/// # Errors
/// [`CycleError::Refused`] when the visit is not coded, or nobody covers it: then the charges are the patient's.
pub fn build(tx: &mut Tx<'_>, library: &Library, encounter_id: EncounterId) -> Result<ClaimId, CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    if encounter.status != EncounterStatus::Coded {
        return Err(CycleError::refused(format!("visit {} is not coded: finish coding first", encounter.number)));
    }
    let coverages = coverages(tx, &encounter)?;
    let Some(((coverage, payer), others)) = coverages.split_first() else {
        return Err(CycleError::refused("the patient has no coverage on file: register one, or bill the patient"));
    };
    let charges: Vec<Charge> =
        store::charge::of_encounter(tx, encounter_id)?.into_iter().filter(|charge| !charge.is_voided).collect();
    let codes = billed_codes(tx, encounter_id, &charges)?;
    let client = store::client::current(tx)?;
    let patient = store::patient::get(tx, encounter.patient_id)?;
    let rendering = store::provider::get(tx, encounter.rendering_id)?.provider;
    let referring =
        encounter.referring_id.map(|id| store::provider::get(tx, id)).transpose()?.map(|record| record.provider);
    let amounts: Vec<Money> = charges.iter().map(|charge| charge.amount).collect();
    let facts = ClaimFacts {
        billing: &client.billing,
        patient: &patient,
        encounter: &encounter,
        rendering: &rendering,
        referring: referring.as_ref(),
        coverage,
        payer,
        others,
        codes: &codes,
        charges: &amounts,
        patient_paid: paid_at_desk(tx, &encounter, amounts.iter().sum())?,
    };
    let mut claim = assemble::first_claim(&next_number(tx)?, &facts);
    let needs_clia = |line: &ServiceLine| library.procedure(&line.procedure, line.from).is_some_and(|p| p.needs_clia);
    claim.clia = client.settings.clia.filter(|_| claim.lines.iter().any(needs_clia));
    move_to_first_payer(tx, &charges, payer)?;
    let ids: Vec<ChargeId> = charges.iter().map(|charge| charge.id).collect();
    let drafted =
        Drafted { claim, encounter_id, coverage, payer, follows_id: None, charges: &ids, reason: "First claim" };
    let id = open(tx, library, &drafted)?;
    store::encounter::set_status(tx, encounter_id, EncounterStatus::Billed, "")?;
    Ok(id)
}

/// What the patient paid on the day of a visit, which the claim tells (837P AMT*F5): at most what was charged, and nothing
/// that another claim of that day told or that was given back.
fn paid_at_desk(tx: &mut Tx<'_>, encounter: &Encounter, charged: Money) -> Result<Money, CycleError> {
    let payments = store::statement::payments(tx, Some(encounter.patient_id), PAYMENTS_MAX, 0)?;
    let that_day = payments.iter().filter(|payment| payment.received_on == encounter.served_on);
    let paid: Money = that_day.map(|payment| payment.amount).sum();
    let mut told = Money::ZERO;
    for visit in store::charge::of_patient(tx, encounter.patient_id)?
        .into_iter()
        .filter(|charge| charge.served_on == encounter.served_on && charge.encounter_id != encounter.id)
        .map(|charge| charge.encounter_id)
        .collect::<BTreeSet<_>>()
    {
        let claims = store::claim::of_encounter(tx, visit)?;
        let first =
            claims.iter().find(|claim| claim.sequence == PayerSequence::Primary && claim.status != ClaimStatus::Closed);
        if let Some(first) = first {
            told += store::claim::latest(tx, first.id)?.claim.patient_paid;
        }
    }
    let here = store::ledger::patient_balance(tx, encounter.patient_id)?.unapplied + applied(tx, encounter)?;
    Ok((paid - told).min(here).min(charged).max(Money::ZERO))
}

/// A patient's money on the charges of a visit.
fn applied(tx: &mut Tx<'_>, encounter: &Encounter) -> Result<Money, CycleError> {
    let mut sum = Money::ZERO;
    for charge in store::charge::of_encounter(tx, encounter.id)? {
        let balances = store::ledger::charge_balances(tx, charge.id)?;
        let own = balances.iter().filter(|b| b.account == Account::Unapplied && b.payer_id.is_none());
        sum += own.map(|balance| balance.amount).sum::<Money>();
    }
    Ok(sum)
}

/// What the charges of a first claim leave open is owed by its payer, whoever it stood on when they were entered. A
/// patient's money that paid them is unapplied again: it waits for the patient's share.
fn move_to_first_payer(tx: &mut Tx<'_>, charges: &[Charge], payer: &Payer) -> Result<(), CycleError> {
    for charge in charges {
        let balances = store::ledger::charge_balances(tx, charge.id)?;
        let applied: Money =
            balances.iter().filter(|b| b.account == Account::Unapplied && b.payer_id.is_none()).map(|b| b.amount).sum();
        if applied.is_positive() {
            let memo = format!("Released: {} is asked first", payer.name);
            let release = posting::allocation(charge.patient_id, charge.id, -applied, tx.today(), memo);
            store::ledger::record(tx, &release)?;
        }
        for balance in store::ledger::charge_balances(tx, charge.id)? {
            let from = match (balance.account, balance.payer_id) {
                (Account::PatientReceivable, _) => None,
                (Account::InsuranceReceivable, Some(other)) if other != payer.id => Some(other),
                _ => continue,
            };
            if balance.amount.is_positive() {
                let memo = format!("{} of {} is owed by {}", charge.procedure, charge.served_on, payer.name);
                let parties = (from, payer.id);
                let moved =
                    posting::first_payer_found(charge.id, charge.patient_id, parties, balance.amount, tx.today(), memo);
                store::ledger::record(tx, &moved)?;
            }
        }
    }
    Ok(())
}

/// Takes a claim that nobody decided apart: the claim is closed, its charges are taken back, and the visit goes back to
/// the coder.
///
/// # Errors
/// [`CycleError::Refused`] when it is on its way or decided, when the visit has another claim, or without a reason.
pub fn take_apart(tx: &mut Tx<'_>, id: ClaimId, reason: &str) -> Result<(), CycleError> {
    let record = store::claim::get(tx, id)?;
    if reason.trim().is_empty() {
        return Err(CycleError::refused("say why the visit goes back to the coder"));
    }
    let undecided =
        matches!(record.status, ClaimStatus::Draft | ClaimStatus::Held | ClaimStatus::Ready | ClaimStatus::Rejected);
    if !undecided {
        return Err(CycleError::refused(format!(
            "claim {} is {}: it can only be corrected by a new claim once it is decided",
            record.number,
            record.status.label().to_lowercase()
        )));
    }
    let others = store::claim::of_encounter(tx, record.encounter_id)?;
    let other = others.iter().find(|other| other.id != id && other.status != ClaimStatus::Closed);
    if let Some(other) = other {
        return Err(CycleError::refused(format!("claim {} is for the same visit: correct that one", other.number)));
    }
    store::claim::set_status(tx, id, ClaimStatus::Closed, reason.trim(), None)?;
    scrub::finish_work(tx, id, reason.trim())?;
    take_back_charges(tx, record.encounter_id, "coded anew")?;
    Ok(store::encounter::set_status(tx, record.encounter_id, EncounterStatus::ToCode, reason.trim())?)
}

/// Leaves a coded visit to the patient: no payer is asked, and its charges stay theirs.
///
/// # Errors
/// [`CycleError::Refused`] when it is not coded, or somebody covers it.
pub fn self_pay(tx: &mut Tx<'_>, encounter_id: EncounterId) -> Result<(), CycleError> {
    let encounter = store::encounter::get(tx, encounter_id)?.encounter;
    if encounter.status != EncounterStatus::Coded {
        return Err(CycleError::refused(format!("visit {} is not coded: finish coding first", encounter.number)));
    }
    if let Some((_, payer)) = coverages(tx, &encounter)?.first() {
        return Err(CycleError::refused(format!("{} covers this visit: make the claim", payer.name)));
    }
    Ok(store::encounter::set_status(tx, encounter_id, EncounterStatus::Billed, "The patient pays")?)
}

/// The codes as charged: the diagnoses decided, the services as they stand on the charges.
fn billed_codes(tx: &mut Tx<'_>, encounter_id: EncounterId, charges: &[Charge]) -> Result<CodeSet, CycleError> {
    let decided = store::coding::codes(tx, encounter_id)?.map(|decided| decided.codes).unwrap_or_default();
    let services = charges.iter().map(|charge| CodedService {
        code: charge.procedure.clone(),
        modifiers: charge.modifiers.clone(),
        units: charge.units,
        pointers: charge.pointers.clone(),
        evidence: Vec::new(),
    });
    Ok(CodeSet { services: services.collect(), diagnoses: decided.diagnoses })
}

/// Changes a claim that is not on its way or that was rejected: the next version, examined again.
///
/// # Errors
/// [`CycleError::Refused`] when it was sent or decided, when lines or charges would change, or without a reason.
pub fn amend(tx: &mut Tx<'_>, library: &Library, id: ClaimId, claim: &Claim, reason: &str) -> Result<(), CycleError> {
    let record = store::claim::get(tx, id)?;
    if reason.trim().is_empty() {
        return Err(CycleError::refused("say why the claim is changed"));
    }
    let before = store::claim::latest(tx, id)?.claim;
    let keys = |claim: &Claim| claim.lines.iter().map(|line| (line.number, line.charge)).collect::<Vec<_>>();
    if keys(&before) != keys(claim) || before.control_number != claim.control_number {
        return Err(CycleError::refused(
            "lines and charges follow the charges of the visit: correct those, the claim follows",
        ));
    }
    reopen_draft(tx, &record, reason)?;
    examine(tx, library, id, claim, reason)
}

/// Takes what registration knows now into a claim that was held or rejected before anybody decided it.
///
/// # Errors
/// [`CycleError::Refused`] when it is on its way or decided.
pub fn refresh(tx: &mut Tx<'_>, library: &Library, id: ClaimId, reason: &str) -> Result<(), CycleError> {
    let record = store::claim::get(tx, id)?;
    let patient = store::patient::get(tx, record.patient_id)?;
    let coverage = store::coverage::get(tx, record.coverage_id)?;
    let claim = assemble::refreshed(&store::claim::latest(tx, id)?.claim, &patient, &coverage);
    reopen_draft(tx, &record, reason)?;
    examine(tx, library, id, &claim, reason)
}

/// Only a claim nobody decided can change; a decided one is corrected by another claim.
fn reopen_draft(tx: &mut Tx<'_>, record: &ClaimRecord, reason: &str) -> Result<(), CycleError> {
    match record.status {
        ClaimStatus::Draft => Ok(()),
        ClaimStatus::Held | ClaimStatus::Ready | ClaimStatus::Rejected => {
            Ok(store::claim::set_status(tx, record.id, ClaimStatus::Draft, reason, None)?)
        }
        status => Err(CycleError::refused(format!(
            "claim {} is {}: it cannot be changed, only corrected by a new claim once it is decided",
            record.number,
            status.label().to_lowercase()
        ))),
    }
}

fn examine(tx: &mut Tx<'_>, library: &Library, id: ClaimId, claim: &Claim, reason: &str) -> Result<(), CycleError> {
    let record = store::claim::get(tx, id)?;
    let coverage = store::coverage::get(tx, record.coverage_id)?;
    let payer = store::payer::get(tx, record.payer_id)?;
    scrub::examine(tx, library, &Subject { record: &record, coverage: &coverage, payer: &payer }, claim, reason)
}

/// Sends a held claim as it stands: every failing error is overridden by a person with a reason, which stays with
/// the claim.
///
/// # Errors
/// [`CycleError::Refused`] when the claim is not held, or without a reason.
pub fn send_anyway(tx: &mut Tx<'_>, library: &Library, id: ClaimId, reason: &str) -> Result<(), CycleError> {
    let record = store::claim::get(tx, id)?;
    if record.status != ClaimStatus::Held {
        return Err(CycleError::refused(format!("claim {} is not held: there is nothing to override", record.number)));
    }
    if reason.trim().is_empty() {
        return Err(CycleError::refused("say why the claim is sent in spite of the errors"));
    }
    let version = store::claim::latest(tx, id)?;
    scrub::override_errors(tx, id, &version.findings, reason.trim())?;
    store::claim::set_status(tx, id, ClaimStatus::Draft, reason, None)?;
    examine(tx, library, id, &version.claim, reason)
}

/// The same claim again under a new control number, as an original: for one the payer never received.
///
/// # Errors
/// [`CycleError::Refused`] when it was never sent.
pub fn resend(tx: &mut Tx<'_>, library: &Library, id: ClaimId, reason: &str) -> Result<ClaimId, CycleError> {
    let record = store::claim::get(tx, id)?;
    if record.submitted_on.is_none() {
        return Err(CycleError::refused(format!("claim {} was never sent: send it first", record.number)));
    }
    let sent = store::claim::latest(tx, id)?.claim;
    let number = next_number(tx)?;
    let claim =
        Claim { frequency: Frequency::Original, original_reference: None, ..assemble::renumbered(&number, &sent) };
    let charges: Vec<ChargeId> = store::claim::lines(tx, id)?.into_iter().map(|(_, charge)| charge).collect();
    let coverage = store::coverage::get(tx, record.coverage_id)?;
    let payer = store::payer::get(tx, record.payer_id)?;
    let drafted = Drafted {
        claim,
        encounter_id: record.encounter_id,
        coverage: &coverage,
        payer: &payer,
        follows_id: Some(id),
        charges: &charges,
        reason,
    };
    open(tx, library, &drafted)
}
