//! The front door: business edits before adjudication, answered by a 277CA.

use claim::{Claim, ClaimAck, Frequency, Relationship, StatusCode};
use codes::Library;
use jiff::{ToSpan, civil::Date};

use crate::{
    Member, PersonKey, Plan, State,
    member::Mismatch,
    plan::PendReason,
    state::{Record, Standing},
};

/// Takes claims in, in order: each is accepted with the payer's control number (A2:20) or refused.
///
/// A refused claim was never decided: its correction is an original again.
#[must_use]
pub fn receive(plan: &Plan, state: &mut State, library: &Library, claims: &[Claim], on: Date) -> Vec<ClaimAck> {
    claims.iter().map(|claim| receive_one(plan, state, library, claim, on)).collect()
}

fn receive_one(plan: &Plan, state: &mut State, library: &Library, claim: &Claim, on: Date) -> ClaimAck {
    match examine(plan, state, library, claim, on) {
        Ok(admission) => {
            let number = accept(plan, state, claim, admission, on);
            answer(claim, Some(number), vec![status("A2", "20", "PR")])
        }
        Err(refusal) => answer(claim, None, vec![refusal]),
    }
}

fn status(category: &str, status: &str, entity: &str) -> StatusCode {
    StatusCode { category: category.to_owned(), status: status.to_owned(), entity: entity.to_owned() }
}

fn answer(claim: &Claim, number: Option<String>, statuses: Vec<StatusCode>) -> ClaimAck {
    ClaimAck {
        control_number: claim.control_number.clone(),
        is_accepted: number.is_some(),
        statuses,
        charge: claim.charge(),
        payer_control_number: number,
        patient_last: claim.patient.name.last.clone(),
        patient_first: claim.patient.name.first.clone(),
        member_id: claim.member.member_id.clone(),
        from: claim.first_day(),
    }
}

/// What the front door found out about a claim it lets in.
struct Admission {
    person: PersonKey,
    replaces: Option<String>,
}

/// The first thing that keeps a claim out, or whose it is and what it replaces.
fn examine(plan: &Plan, state: &State, library: &Library, claim: &Claim, on: Date) -> Result<Admission, StatusCode> {
    if claim.payer.payer_number != plan.payer.payer_number {
        return Err(status("A3", "116", "PR"));
    }
    match plan.enrollment(&claim.billing.npi) {
        None => return Err(status("A7", "562", "85")),
        Some(group) if group.tax_id != claim.billing.tax_id => return Err(status("A7", "128", "85")),
        Some(_) => {}
    }
    let (first, last) = match (claim.first_day(), claim.last_day()) {
        (Some(first), Some(last)) => (first, last),
        _ => return Err(status("A6", "454", "")),
    };
    let person = identify(plan, claim, first)?;
    if last > on || first < claim.patient.born_on || claim.lines.iter().any(|line| line.through < line.from) {
        return Err(status("A7", "187", ""));
    }
    diagnoses(library, claim, first)?;
    if claim.charge().is_zero() || claim.lines.iter().any(|line| line.charge.is_negative()) {
        return Err(status("A7", "178", ""));
    }
    if claim.lines.iter().any(|line| line.units.is_zero()) {
        return Err(status("A7", "476", ""));
    }
    Ok(Admission { person, replaces: replaced(plan, state, claim)? })
}

fn identify(plan: &Plan, claim: &Claim, on: Date) -> Result<PersonKey, StatusCode> {
    let patient = if claim.member.relationship == Relationship::Subscriber { "IL" } else { "QC" };
    let found = plan.find_member(&claim.member.member_id, &claim.patient.name, claim.patient.born_on, on);
    found.map(Member::person).map_err(|mismatch| match mismatch {
        Mismatch::Identifier => status("A7", "33", "IL"),
        Mismatch::BirthDate => status("A7", "158", patient),
        Mismatch::Name => status("A7", "125", patient),
    })
}

/// Every diagnosis must be a billable code on the first day of service.
fn diagnoses(library: &Library, claim: &Claim, on: Date) -> Result<(), StatusCode> {
    let edition = library.icd10cm(on);
    match claim.diagnoses.iter().position(|code| !edition.is_billable(code.as_str())) {
        _ if claim.diagnoses.is_empty() => Err(status("A6", "254", "")),
        None => Ok(()),
        Some(0) => Err(status("A7", "254", "")),
        Some(_) => Err(status("A7", "255", "")),
    }
}

/// A replacement or void names a claim of the same person and group that still stands.
fn replaced(plan: &Plan, state: &State, claim: &Claim) -> Result<Option<String>, StatusCode> {
    if claim.frequency == Frequency::Original {
        return Ok(None);
    }
    if !plan.rules.accepts_replacement {
        return Err(status("A7", "535", ""));
    }
    let Some(number) = &claim.original_reference else { return Err(status("A6", "464", "")) };
    let stands = state.records.get(number).is_some_and(|record| {
        !matches!(record.standing, Standing::Reversed | Standing::Withdrawn)
            && record.claim.billing.npi == claim.billing.npi
            && record.claim.patient.born_on == claim.patient.born_on
    });
    if stands { Ok(Some(number.clone())) } else { Err(status("A7", "464", "")) }
}

fn accept(plan: &Plan, state: &mut State, claim: &Claim, admission: Admission, on: Date) -> String {
    let sequence = state.claims_taken;
    state.claims_taken = sequence.saturating_add(1);
    let number = format!("{}{:02}{:03}{:06}", plan.payer.trace_prefix, on.year() % 100, on.day_of_year(), sequence + 1);
    let spread = sequence % (u32::from(plan.payment.latency_spread_days) + 1);
    let usual = on.saturating_add((i64::from(plan.payment.latency_days) + i64::from(spread)).days());
    let pend = plan.pends.iter().find(|pend| pend.only.matches(claim));
    let (standing, due_on) = match pend {
        None => (Standing::Waiting, Some(usual)),
        Some(pend) => {
            let standing = match pend.why {
                PendReason::Review => Standing::InReview,
                PendReason::Information => Standing::WaitingForRecords,
            };
            (standing, pend.days.map(|days| usual.saturating_add(i64::from(days).days())))
        }
    };
    let Admission { person, replaces } = admission;
    state.by_person.entry(person.clone()).or_default().push(number.clone());
    let record = Record {
        control_number: number.clone(),
        claim: claim.clone(),
        person,
        received_on: on,
        due_on,
        standing,
        replaces,
        replaced_decided_on: None,
        waived: Vec::new(),
        versions: Vec::new(),
        accruals: Vec::new(),
        decided_on: None,
    };
    state.records.insert(number.clone(), record);
    number
}
