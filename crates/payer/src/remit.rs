//! Deciding what is due, and turning decisions into proved remittances: pipeline steps 17 and 18.

use std::collections::BTreeMap;

use claim::{
    Adjustment, AdjustmentGroup, Carc, Claim, ClaimAck, ClaimDecision, ClaimPayment, Frequency, Imbalance, LinePayment,
    Money, Npi, ProviderAdjustment, Remittance, Transfer,
};
use codes::Library;
use jiff::{ToSpan, civil::Date};

use crate::{
    Plan, State,
    benefit::positive,
    case::Case,
    plan::{Enrollment, PaymentMethod, Stray},
    reason::{carc, rarc},
    receive,
    state::Standing,
};

/// Days in which a clerical error is corrected (42 CFR 405.980(b)(1)).
const REOPENING_DAYS: i64 = 365;

/// Why the payer could not finish its day. The state it leaves is not to be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// A remittance did not add up: a defect of this payer, so nothing leaves.
    #[error("remittance {trace} of {payer} is not sent, because it does not balance: {}", sentences(.found))]
    Unbalanced {
        /// The payer.
        payer: String,
        /// Its trace number.
        trace: String,
        /// Every equation that does not hold.
        found: Vec<Imbalance>,
    },
}

fn sentences(found: &[Imbalance]) -> String {
    found.iter().map(Imbalance::sentence).collect::<Vec<_>>().join(" ")
}

/// Works through the payer's day: on pay days, decides the claims that are due and pays them.
///
/// A pay day that fell between the last day worked and this one counts, so that days may be skipped.
///
/// # Errors
/// [`RunError`] when a remittance does not balance.
pub fn run(plan: &Plan, state: &mut State, library: &Library, on: Date) -> Result<Vec<Remittance>, RunError> {
    let last = state.worked_on.replace(on);
    let since = last.map_or(on, |last| last.saturating_add(1.days()).max(on.saturating_sub(6.days())));
    let mut days =
        std::iter::successors(Some(since), |day| Some(day.saturating_add(1.days()))).take_while(|day| *day <= on);
    if !days.any(|day| day.weekday() == plan.payment.weekday) {
        return Ok(Vec::new());
    }
    settle(plan, state, library, on, Queue::Due)
}

/// Decides and pays everything that does not lie, whatever day it is and however new it is.
///
/// # Errors
/// [`RunError`] when a remittance does not balance.
pub fn run_now(plan: &Plan, state: &mut State, library: &Library, on: Date) -> Result<Vec<Remittance>, RunError> {
    state.worked_on = Some(on);
    settle(plan, state, library, on, Queue::Everything)
}

/// Receives one claim and decides it at once, without paying: the decisions it causes, a reversal first when it
/// replaces another.
///
/// # Errors
/// The refusal, when it does not get past the front door.
pub fn adjudicate(
    plan: &Plan,
    state: &mut State,
    library: &Library,
    claim: &Claim,
    on: Date,
) -> Result<Vec<ClaimPayment>, Box<ClaimAck>> {
    let mut acks = receive::receive(plan, state, library, std::slice::from_ref(claim), on);
    match acks.pop() {
        Some(ClaimAck { payer_control_number: Some(number), .. }) => Ok(decide(plan, state, library, &number, on)),
        Some(refusal) => Err(Box::new(refusal)),
        None => Ok(Vec::new()),
    }
}

/// Why a decided claim is not taken up again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReopenError {
    /// No claim has the number.
    #[error("the payer has no claim {0}")]
    Unknown(String),
    /// It is not decided, or no longer stands.
    #[error("claim {0} is not one that stands decided, so there is nothing to take up again")]
    NotDecided(String),
    /// A correction that is not of this claim, or changes its charge.
    #[error("the correction is not of claim {0}: number, provider and charge stay as they were")]
    OtherClaim(String),
    /// The days to ask are over.
    #[error("the last day to ask about claim {claim} was {last}")]
    TooLate {
        /// The payer's control number.
        claim: String,
        /// Last day.
        last: Date,
    },
}

/// What a letter about a decided claim asks for.
#[derive(Clone, Copy, Debug)]
pub enum Request<'a> {
    /// To give up the denials for these reasons.
    Appeal(&'a [Carc]),
    /// To decide the claim as corrected: a clerical error reopening.
    Correction(&'a Claim),
}

/// Takes a decided claim up again: it goes back into the queue, and its next remittance carries the reversal and the
/// new decision (MA91). An appeal sets aside the denial reasons that the plan lets fall; when it names none of those,
/// the new decision confirms the old one. A correction is decided on its own merits.
///
/// # Errors
/// [`ReopenError`] when the claim does not stand decided, the days to ask are over, or the correction is of another
/// claim.
pub fn reopen(
    plan: &Plan,
    state: &mut State,
    payer_control_number: &str,
    request: Request<'_>,
    on: Date,
) -> Result<(), ReopenError> {
    let claim = || payer_control_number.to_owned();
    let record = state.records.get_mut(payer_control_number).ok_or_else(|| ReopenError::Unknown(claim()))?;
    let decided_on = record.decided_on.filter(|_| record.standing == Standing::Decided);
    let decided_on = decided_on.ok_or_else(|| ReopenError::NotDecided(claim()))?;
    let days = match request {
        Request::Appeal(_) => i64::from(plan.rules.appeal_limit_days),
        Request::Correction(_) => REOPENING_DAYS,
    };
    let last = decided_on.saturating_add(days.days());
    if last < on {
        return Err(ReopenError::TooLate { claim: claim(), last });
    }
    match request {
        Request::Appeal(reasons) => {
            let fallen = reasons.iter().filter(|reason| plan.appeals.overturns.contains(reason));
            record.waived.extend(fallen.map(|reason| reason.as_str().to_owned()));
        }
        Request::Correction(corrected) => {
            let what = |claim: &Claim| (claim.control_number.clone(), claim.billing.npi.clone(), claim.charge());
            if what(corrected) != what(&record.claim) {
                return Err(ReopenError::OtherClaim(claim()));
            }
            record.claim = corrected.clone();
        }
    }
    record.standing = Standing::Waiting;
    record.due_on = Some(on.saturating_add(i64::from(plan.payment.latency_days).days()));
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Queue {
    Due,
    Everything,
}

fn settle(
    plan: &Plan,
    state: &mut State,
    library: &Library,
    on: Date,
    queue: Queue,
) -> Result<Vec<Remittance>, RunError> {
    let is_open = |s: Standing| matches!(s, Standing::Waiting | Standing::InReview | Standing::WaitingForRecords);
    let is_due = |due: Option<Date>, standing: Standing| match queue {
        Queue::Due => due.is_some_and(|due| due <= on),
        Queue::Everything => standing == Standing::Waiting || due.is_some_and(|due| due <= on),
    };
    let mut due: Vec<(Date, String)> = state
        .records
        .values()
        .filter(|record| is_open(record.standing) && is_due(record.due_on, record.standing))
        .map(|record| (record.received_on, record.control_number.clone()))
        .collect();
    due.sort();
    let mut batches: BTreeMap<Npi, Vec<ClaimPayment>> = BTreeMap::new();
    for (_, number) in due {
        let Some(payee) = state.records.get(&number).map(|record| record.claim.billing.npi.clone()) else { continue };
        let decisions = decide(plan, state, library, &number, on);
        batches.entry(payee).or_default().extend(decisions);
    }
    let batches = batches.into_iter().filter(|(_, claims)| !claims.is_empty());
    batches.map(|(payee, claims)| close(plan, state, &payee, claims, on)).collect()
}

/// Decides one claim; what it replaces, or its own earlier decision, is taken back first.
fn decide(plan: &Plan, state: &mut State, library: &Library, number: &str, on: Date) -> Vec<ClaimPayment> {
    let Some(record) = state.records.get(number) else { return Vec::new() };
    let (standing, frequency, replaces) = (record.standing, record.claim.frequency, record.replaces.clone());
    if matches!(standing, Standing::Reversed | Standing::Withdrawn) {
        return Vec::new();
    }
    // Somebody taken out of the plan meanwhile: the claim stays in the queue rather than being lost.
    if frequency != Frequency::Void && Case::new(plan, library, state, record).is_none() {
        return Vec::new();
    }
    let is_again = record.decision().is_some();
    let mut decisions = Vec::new();
    if is_again {
        decisions.extend(take_back(state, number));
    }
    // The decision replaced still dates the filing limit, so its day is kept before it is taken back.
    let found = replaces.as_ref().and_then(|r| state.records.get(r)).and_then(|record| record.decided_on);
    if let Some(record) = state.records.get_mut(number).filter(|_| found.is_some()) {
        record.replaced_decided_on = found;
    }
    if let Some(replaced) = &replaces {
        decisions.extend(take_back(state, replaced));
        if let Some(old) = state.records.get_mut(replaced) {
            old.standing = if old.versions.is_empty() { Standing::Withdrawn } else { Standing::Reversed };
        }
    }
    let decision = if frequency == Frequency::Void { None } else { judge(plan, state, library, number) };
    let Some(mut decision) = decision else {
        if let Some(record) = state.records.get_mut(number) {
            record.standing = Standing::Reversed;
        }
        return decisions;
    };
    if is_again {
        decision.payment.remarks.push(rarc("MA91"));
    } else if replaces.is_none() {
        decision.payment.interest = interest(plan, state, number, decision.payment.paid, on);
    }
    state.accrue(&decision.accruals, 1);
    decisions.push(decision.payment.clone());
    if let Some(record) = state.records.get_mut(number) {
        record.standing = Standing::Decided;
        record.decided_on = Some(on);
        record.accruals = decision.accruals;
        record.versions.push(decision.payment);
    }
    decisions
}

fn judge(plan: &Plan, state: &State, library: &Library, number: &str) -> Option<crate::case::Decision> {
    let record = state.records.get(number)?;
    let case = Case::new(plan, library, state, record)?;
    Some(case.decide(number))
}

/// Takes a decision back: its exact mirror, and what it used up is free again. Nothing when it was never decided.
fn take_back(state: &mut State, number: &str) -> Option<ClaimPayment> {
    let record = state.records.get_mut(number)?;
    let reversal = mirror(record.decision()?);
    let accruals = std::mem::take(&mut record.accruals);
    record.versions.push(reversal.clone());
    record.decided_on = None;
    state.accrue(&accruals, -1);
    Some(reversal)
}

/// The reversal of a decision (CLP02 22): every amount with its sign turned, no patient responsibility.
#[must_use]
pub fn mirror(payment: &ClaimPayment) -> ClaimPayment {
    let turn = |adjustments: &[Adjustment]| {
        let turned = |a: &Adjustment| Adjustment { amount: -a.amount, quantity: a.quantity.map(|q| -q), ..a.clone() };
        adjustments.iter().map(turned).collect::<Vec<_>>()
    };
    let lines = payment.lines.iter().map(|line| LinePayment {
        charge: -line.charge,
        paid: -line.paid,
        adjustments: turn(&line.adjustments),
        allowed: line.allowed.map(|amount| -amount),
        ..line.clone()
    });
    ClaimPayment {
        decision: ClaimDecision::Reversal,
        charge: -payment.charge,
        paid: -payment.paid,
        patient_responsibility: None,
        adjustments: turn(&payment.adjustments),
        interest: None,
        lines: lines.collect(),
        ..payment.clone()
    }
}

/// Simple interest for the days beyond the promised ones (amount × rate × days ÷ 365).
fn interest(plan: &Plan, state: &State, number: &str, paid: Money, on: Date) -> Option<Money> {
    let promised = i64::from(plan.payment.interest_after_days?);
    let record = state.records.get(number)?;
    let late = i64::from(on.since(record.received_on).ok()?.get_days()) - promised;
    let yearly = i64::from(plan.payment.interest_basis_points);
    // A claim that lay for records was not clean.
    let is_clean = record.standing != Standing::WaitingForRecords;
    let amount = if late > 0 && is_clean { paid.ratio(yearly * late, 10_000 * 365) } else { Money::ZERO };
    Some(amount).filter(|amount| amount.is_positive())
}

/// Makes one remittance of a payee's decisions and proves it.
fn close(
    plan: &Plan,
    state: &mut State,
    payee: &Npi,
    mut claims: Vec<ClaimPayment>,
    on: Date,
) -> Result<Remittance, RunError> {
    for (index, stray) in plan.strays.iter().enumerate() {
        if stray.payee == *payee && stray.on <= on && !state.strays_sent.contains(&index) {
            state.strays_sent.push(index);
            claims.push(stray_payment(plan, stray));
        }
    }
    let sequence = state.remittances_sent.saturating_add(1);
    state.remittances_sent = sequence;
    let provider_adjustments = provider_adjustments(state, payee, &claims);
    let paid: Money = claims.iter().map(|claim| claim.paid).sum();
    let amount = paid - provider_adjustments.iter().map(|a| a.amount).sum();
    let group = plan.enrollment(payee);
    let transfer = transfer(plan, group).filter(|_| !amount.is_zero());
    let method = if transfer.is_some() { PaymentMethod::Ach } else { PaymentMethod::Chk };
    let mut remittance = Remittance {
        payer_name: plan.payer.name.clone(),
        payer_number: plan.payer.payer_number.clone(),
        payer_address: plan.payer.address.clone(),
        payer_phone: plan.payer.phone.clone(),
        payee_name: group.map_or_else(String::new, |group| group.name.clone()),
        payee_id: payee.as_str().to_owned(),
        payee_tax_id: group.map_or_else(String::new, |group| group.tax_id.clone()),
        handling: if amount.is_zero() { "H" } else { "I" }.to_owned(),
        amount,
        method: if amount.is_zero() { "NON" } else { method.code() }.to_owned(),
        transfer,
        paid_on: on,
        trace_number: format!("{}{:02}{sequence:07}", plan.payer.trace_prefix, on.year() % 100),
        originator: format!("1{}", plan.payer.tax_id),
        produced_on: Some(on),
        claims,
        provider_adjustments,
    };
    let found = remittance.imbalances();
    if !found.is_empty() {
        return Err(RunError::Unbalanced { payer: plan.payer.name.clone(), trace: remittance.trace_number, found });
    }
    for wrong in plan.unbalanced.iter().filter(|wrong| wrong.on == on) {
        remittance.amount += Money::from_cents(wrong.cents);
    }
    Ok(remittance)
}

/// The accounts of an electronic payment, where the payer makes them and both sides have one.
fn transfer(plan: &Plan, group: Option<&Enrollment>) -> Option<Transfer> {
    let from = plan.payment.bank.clone().filter(|_| plan.payment.method == PaymentMethod::Ach)?;
    Some(Transfer { from, to: group?.bank.clone()? })
}

/// Interest, then balances carried from remittances below zero, then recoveries, as far as the payment goes; what is
/// still below zero is carried to the next one (PLB L6, FB, WO).
fn provider_adjustments(state: &mut State, payee: &Npi, claims: &[ClaimPayment]) -> Vec<ProviderAdjustment> {
    let mut adjustments = Vec::new();
    let mut push = |reason: &str, reference: &str, amount: Money| {
        adjustments.push(ProviderAdjustment { reason: reason.to_owned(), reference: reference.to_owned(), amount });
    };
    let interest: Money = claims.iter().filter_map(|claim| claim.interest).sum();
    if !interest.is_zero() {
        push("L6", "", -interest);
    }
    let mut payable = claims.iter().map(|claim| claim.paid).sum::<Money>() + interest;
    let carried = state.carried.entry(payee.clone()).or_default();
    if payable.is_negative() {
        push("FB", "", payable);
        *carried += -payable;
        return adjustments;
    }
    let taken = (*carried).min(payable);
    if taken.is_positive() {
        push("FB", "", taken);
        *carried -= taken;
        payable -= taken;
    }
    let recoveries = state.recoveries.entry(payee.clone()).or_default();
    for recovery in recoveries.iter_mut() {
        let taken = positive(recovery.amount.min(payable));
        if taken.is_positive() {
            push("WO", &recovery.reference, taken);
            recovery.amount -= taken;
            payable -= taken;
        }
    }
    recoveries.retain(|recovery| recovery.amount.is_positive());
    adjustments
}

fn stray_payment(plan: &Plan, stray: &Stray) -> ClaimPayment {
    let less = Adjustment::new(AdjustmentGroup::Co, carc("45"), stray.charge - stray.paid);
    let line = LinePayment {
        procedure: stray.procedure.clone(),
        modifiers: Vec::new(),
        submitted_procedure: None,
        charge: stray.charge,
        paid: stray.paid,
        units: claim::Units::ONE,
        from: Some(stray.served_on),
        adjustments: vec![less],
        remarks: Vec::new(),
        control_number: None,
        allowed: Some(stray.paid),
    };
    ClaimPayment {
        offset: 0,
        control_number: stray.control_number.clone(),
        decision: ClaimDecision::Primary,
        charge: stray.charge,
        paid: stray.paid,
        patient_responsibility: Some(Money::ZERO),
        filing_code: plan.payer.kind.filing_code().to_owned(),
        payer_control_number: format!("{}00000{}", plan.payer.trace_prefix, stray.control_number),
        facility_code: "11".to_owned(),
        frequency: "1".to_owned(),
        patient: stray.patient.clone(),
        member_id: stray.member_id.clone(),
        corrected_member_id: None,
        rendering_npi: String::new(),
        forwarded_to: None,
        adjustments: Vec::new(),
        remarks: Vec::new(),
        received_on: None,
        from: Some(stray.served_on),
        interest: None,
        lines: vec![line],
    }
}
