//! Scrubbing a claim of the record: everything on file goes into the edits, safe corrections are made, and the claim
//! is frozen as a version, ready to go or held for somebody.

use std::collections::BTreeMap;

use claim::{
    Claim, ClaimId, ClaimStatus, Coverage, Finding, Modifier, Money, Owner, Payer, PayerKind, Severity, Verdict,
};
use codes::Library;
use edit::{Context, CoverageFacts, Override, PriorLine};
use exchange::{Controls, ExchangeError, Party};
use price::Contract;
use serde_json::json;
use store::{
    Role, Tx,
    claim::{ClaimFilter, ClaimOrder, ClaimRecord},
    tariff::TariffKind,
    work::NewWorkItem,
};

use crate::{CycleError, follow, intake::REJECTION};

/// A patient's claims looked at for history.
const HISTORY_MAX: u32 = 500;
/// The kind of work a held claim makes.
pub const HELD: &str = "held_claim";
/// The finding on a value that no claim file can carry.
pub const UNWRITABLE: &str = "EDI";
/// The kind of event that keeps a person's overrides.
const OVERRIDE: &str = "override";

/// A claim of the record with its coverage and addressee.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The claim's record.
    pub record: &'a ClaimRecord,
    /// Under which coverage.
    pub coverage: &'a Coverage,
    /// To whom.
    pub payer: &'a Payer,
}

/// Examines a draft, makes the corrections that need no judgement, freezes each step as a version, and leaves it
/// ready or held with work for the owner of the first error.
///
/// # Errors
/// When the store refuses.
pub fn examine(
    tx: &mut Tx<'_>,
    library: &Library,
    subject: &Subject<'_>,
    claim: &Claim,
    reason: &str,
) -> Result<(), CycleError> {
    let id = subject.record.id;
    let contract = contract(tx, subject, claim)?;
    let expected = contract.as_ref().map(|contract| expected(claim, contract, library)).unwrap_or_default();
    let context = context(tx, library, subject, claim, &expected)?;
    let mut findings = checked(claim, &context, library);
    store::claim::add_version(tx, id, claim, &findings, reason)?;
    let (fixed, told) = edit::apply_fixes(claim, &findings);
    if !told.is_empty() {
        findings = checked(&fixed, &context, library);
        let what = told.join("; ");
        store::claim::add_version(tx, id, &fixed, &findings, &what)?;
        store::claim::event(tx, id, "fix", &what, None, &json!({ "fixes": told }))?;
    }
    let total: Option<Money> =
        contract.is_some().then(|| expected.values().copied().sum()).filter(|_| expected.len() == claim.lines.len());
    store::claim::set_expected(tx, id, total)?;
    finish_work(tx, id, reason)?;
    match findings.iter().find(|finding| finding.holds()) {
        None => store::claim::set_status(tx, id, ClaimStatus::Ready, "No error is left", None)?,
        Some(first) => hold(tx, subject, claim, first, &findings)?,
    }
    Ok(())
}

/// The edits' findings, and whether every value fits an 837P: one that does not would hold up the claims beside it.
fn checked(claim: &Claim, context: &Context, library: &Library) -> Vec<Finding> {
    let mut findings = edit::check(claim, context, library);
    let party =
        || Party { name: "CHECK".into(), id: "CHECK".into(), contact_name: "CHECK".into(), phone: "0".repeat(10) };
    let controls = Controls {
        interchange: 1,
        group: 1,
        transaction: 1,
        at: context.on.at(0, 0, 0, 0),
        usage: 'T',
        reference: "CHECK".into(),
    };
    if let Err(ExchangeError::Unwritable(fault)) =
        exchange::write_837p(std::slice::from_ref(claim), &party(), &party(), &controls)
    {
        findings.push(Finding {
            id: UNWRITABLE.into(),
            verdict: Verdict::Fail,
            severity: Severity::Error,
            owner: Owner::Biller,
            line: None,
            field: fault.field.to_owned(),
            message: format!("This cannot go into a claim file: {}; expected {}.", fault.found, fault.expected),
            citation: "ASC X12N/005010X222A1, appendix B.1.1.2 (character sets), element lengths".into(),
            fix: None,
            editions: Vec::new(),
        });
    }
    findings
}

fn hold(
    tx: &mut Tx<'_>,
    subject: &Subject<'_>,
    claim: &Claim,
    first: &Finding,
    findings: &[Finding],
) -> Result<(), CycleError> {
    let id = subject.record.id;
    store::claim::set_status(tx, id, ClaimStatus::Held, &first.message, None)?;
    let errors: Vec<&Finding> = findings.iter().filter(|finding| finding.holds()).collect();
    let new = NewWorkItem {
        kind: HELD,
        owner: role(first.owner),
        subject: ("claim", id.to_string()),
        title: format!("{}: {}", first.id, first.message),
        amount: claim.charge(),
        due_on: Some(subject.record.file_by),
    };
    store::work::open(tx, &new, &json!({ "number": claim.control_number, "findings": errors }))?;
    Ok(())
}

/// Work for earlier versions, held or refused, is done once another is examined.
pub(crate) fn finish_work(tx: &mut Tx<'_>, id: ClaimId, outcome: &str) -> Result<(), CycleError> {
    follow::finish_work(tx, id, &[HELD, REJECTION], outcome)
}

const fn role(owner: Owner) -> Role {
    match owner {
        Owner::FrontDesk => Role::FrontDesk,
        Owner::Coder => Role::Coder,
        Owner::Biller => Role::Biller,
        Owner::Provider => Role::Provider,
    }
}

/// Records that a person sends the claim in spite of its errors.
///
/// # Errors
/// When the store refuses.
pub fn override_errors(tx: &mut Tx<'_>, id: ClaimId, findings: &[Finding], reason: &str) -> Result<(), CycleError> {
    let overrides: Vec<Override> = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail && finding.severity == Severity::Error)
        .filter(|finding| finding.id != UNWRITABLE)
        .map(|finding| Override { id: finding.id.clone(), line: finding.line, reason: reason.to_owned() })
        .collect();
    Ok(store::claim::event(tx, id, OVERRIDE, reason, None, &serde_json::to_value(overrides).unwrap_or_default())?)
}

/// The contract with the payer on the first day of service.
fn contract(tx: &mut Tx<'_>, subject: &Subject<'_>, claim: &Claim) -> Result<Option<Contract>, CycleError> {
    let Some(on) = claim.first_day() else { return Ok(None) };
    Ok(store::tariff::in_force(tx, TariffKind::Contract, Some(subject.payer.id), on)?)
}

/// What the contract should allow, by line; lines nothing prices are absent.
fn expected(claim: &Claim, contract: &Contract, library: &Library) -> BTreeMap<u16, Money> {
    price::expected(claim, contract, library)
        .into_iter()
        .filter_map(|line| line.allowed.map(|allowed| (line.line, allowed)))
        .collect()
}

fn context(
    tx: &mut Tx<'_>,
    library: &Library,
    subject: &Subject<'_>,
    claim: &Claim,
    expected: &BTreeMap<u16, Money>,
) -> Result<Context, CycleError> {
    let Subject { record, coverage, payer } = *subject;
    let answer = store::coverage::checks(tx, coverage.id)?.into_iter().find_map(|check| check.answer);
    let mut context = Context {
        payer: Some(payer.kind),
        filing_limit_days: Some(payer.filing_limit_days),
        accepts_replacement: payer.accepts_replacement,
        expected_allowed: expected.clone(),
        coverage: Some(CoverageFacts {
            effective_on: coverage.effective_on,
            terminated_on: coverage.terminated_on,
            sequence: coverage.sequence,
            is_active: answer.and_then(|answer| answer.is_active()),
        }),
        overrides: overrides(tx, record.id)?,
        ..Context::new(tx.today())
    };
    let of_patient = ClaimFilter { patient_id: Some(record.patient_id), ..ClaimFilter::default() };
    for other in store::claim::list(tx, &of_patient, ClaimOrder::Newest, HISTORY_MAX, 0)? {
        if is_history(&other, record, claim) {
            let earlier = store::claim::latest(tx, other.id)?.claim;
            accrue(tx, library, subject, &earlier, claim, &mut context)?;
            context.history.extend(prior_lines(&earlier));
        }
    }
    Ok(context)
}

/// Another claim to the same payer that was sent and still counts, and is not the one this claim replaces.
fn is_history(other: &ClaimRecord, record: &ClaimRecord, claim: &Claim) -> bool {
    let replaces = record.follows_id == Some(other.id) && claim.frequency != claim::Frequency::Original;
    let was_sent = !matches!(
        other.status,
        ClaimStatus::Draft | ClaimStatus::Held | ClaimStatus::Rejected | ClaimStatus::Superseded | ClaimStatus::Closed
    );
    other.id != record.id && other.payer_id == record.payer_id && was_sent && !replaces && other.version > 0
}

/// Counts Medicare therapy of the year against the yearly threshold (MCPM chapter 5 §10.3).
fn accrue(
    tx: &mut Tx<'_>,
    library: &Library,
    subject: &Subject<'_>,
    earlier: &Claim,
    claim: &Claim,
    context: &mut Context,
) -> Result<(), CycleError> {
    let year = |claim: &Claim| claim.first_day().map(jiff::civil::Date::year);
    if subject.payer.kind != PayerKind::MedicareB || year(earlier) != year(claim) {
        return Ok(());
    }
    let Some(contract) = contract(tx, subject, earlier)? else { return Ok(()) };
    let allowed = expected(earlier, &contract, library);
    for line in &earlier.lines {
        let has = |plan: &str| line.modifiers.iter().any(|modifier: &Modifier| modifier.as_str() == plan);
        let amount = allowed.get(&line.number).copied().unwrap_or(line.charge);
        if has("GP") || has("GN") {
            context.therapy_accrued += amount;
        } else if has("GO") {
            context.occupational_accrued += amount;
        }
    }
    Ok(())
}

fn prior_lines(claim: &Claim) -> impl Iterator<Item = PriorLine> + '_ {
    let rendering = claim.rendering_npi();
    claim.lines.iter().map(move |line| PriorLine {
        control_number: claim.control_number.clone(),
        procedure: line.procedure.clone(),
        modifiers: line.modifiers.clone(),
        units: line.units,
        charge: line.charge,
        from: line.from,
        through: line.through,
        billing_npi: claim.billing.npi.clone(),
        rendering_npi: rendering.clone(),
        taxonomy: claim.rendering.as_ref().map_or_else(|| claim.billing.taxonomy.clone(), |r| r.taxonomy.clone()),
        diagnoses: line
            .pointers
            .iter()
            .filter_map(|pointer| usize::from(*pointer).checked_sub(1).and_then(|at| claim.diagnoses.get(at)))
            .cloned()
            .collect(),
    })
}

/// Every override people gave this claim.
fn overrides(tx: &mut Tx<'_>, id: ClaimId) -> Result<Vec<Override>, CycleError> {
    let mut given = Vec::new();
    for event in store::claim::events(tx, id)?.into_iter().filter(|event| event.kind == OVERRIDE) {
        given.extend(serde_json::from_value::<Vec<Override>>(event.detail).unwrap_or_default());
    }
    Ok(given)
}
