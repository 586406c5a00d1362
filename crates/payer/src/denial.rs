//! Reasons not to pay a line that need no other line: pipeline steps 4 to 10.

use claim::{AccidentCause, AdjustmentGroup, Carc, PayerKind, PayerSequence, Rarc, ServiceLine};
use jiff::{ToSpan, civil::Date};

use crate::{
    case::Case,
    coordinate::Earlier,
    reason::{carc, rarc},
};

/// Why a line is not paid: one reason for its whole charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub group: AdjustmentGroup,
    pub reason: Carc,
    /// Remarks on the line (LQ).
    pub remarks: Vec<Rarc>,
    /// Remarks on the claim (MOA).
    pub claim_remarks: Vec<Rarc>,
}

impl Denial {
    pub fn new(group: AdjustmentGroup, reason: Carc, remarks: &[&'static str]) -> Self {
        let remarks = remarks.iter().map(|code| rarc(code)).collect();
        Self { group, reason, remarks, claim_remarks: Vec::new() }
    }

    pub fn contractual(reason: &'static str, remarks: &[&'static str]) -> Self {
        Self::new(AdjustmentGroup::Co, carc(reason), remarks)
    }
}

type Step = fn(&Case<'_>, &ServiceLine) -> Option<Denial>;

/// In the order of the pipeline; the first that speaks decides.
const STEPS: [Step; 10] =
    [records, duplicate, eligibility, filing, credential, coordination, accident, injury, authorization, exclusion];

/// The first reason not to pay a line that no appeal has set aside.
pub(crate) fn first(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    STEPS.iter().filter_map(|step| step(case, line)).find(|denial| !case.is_waived(denial))
}

fn records(case: &Case<'_>, _: &ServiceLine) -> Option<Denial> {
    case.are_records_missing.then(|| Denial::contractual("252", &["N706"]))
}

/// The same service billed before by the same clinician, on this claim or an earlier one.
fn duplicate(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    let has = |modifiers: &[&str]| line.modifiers.iter().any(|m| modifiers.contains(&m.as_str()));
    if has(&["76", "77", "91"]) {
        return None;
    }
    // Distinct services may stand twice on a claim; the same claim sent twice says so twice.
    let is_distinct = has(&["59", "XE", "XP", "XS", "XU"]);
    let same = |other: &ServiceLine| {
        other.procedure == line.procedure
            && other.modifiers == line.modifiers
            && (other.from, other.through) == (line.from, line.through)
            && (other.units, other.charge) == (line.units, line.charge)
    };
    let earlier_line =
        !is_distinct && case.claim.lines.iter().take_while(|other| other.number != line.number).any(same);
    let earlier_claim = case.history.iter().any(|prior| {
        // What was sent back as unprocessable or as a duplicate was never decided on its merits.
        let is_undecided = prior.payment.adjustments.iter().any(|a| matches!(a.reason.as_str(), "16" | "18" | "22"));
        !is_undecided
            && same(prior.line)
            && prior.claim.rendering_npi() == case.claim.rendering_npi()
            && prior.claim.sequence == case.claim.sequence
    });
    (earlier_line || earlier_claim).then(|| Denial::new(AdjustmentGroup::Oa, carc("18"), &[]))
}

fn eligibility(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    let first_year = case.plan.years.iter().map(|year| year.from).min();
    let is_before = line.from < case.member.effective_on || first_year.is_some_and(|first| line.from < first);
    if is_before {
        return Some(Denial::new(AdjustmentGroup::Pr, carc("26"), &[]));
    }
    let is_covered = case.member.covers(line.from) && case.plan.year(line.from).is_some();
    (!is_covered).then(|| Denial::new(AdjustmentGroup::Pr, carc("27"), &[]))
}

/// The limit counts from the line's first day (CPM 1 §70.4), from the first payer's decision, or from the decision being replaced.
fn filing(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    let other_payers = line.adjudications.iter().map(|a| a.decided_on);
    let start: Date = other_payers.chain(case.replaced_decided_on).fold(line.from, Date::max);
    let last = start.saturating_add(i64::from(case.plan.rules.filing_limit_days).days());
    (case.received_on > last).then(|| Denial::contractual("29", &[]))
}

fn credential(case: &Case<'_>, _: &ServiceLine) -> Option<Denial> {
    let group = case.plan.enrollment(&case.claim.billing.npi)?;
    let is_listed = group.rendering.is_empty() || group.rendering.contains(case.claim.rendering_npi());
    (!is_listed).then(|| Denial::contractual("B7", &["N570"]))
}

/// Somebody else pays first and has not decided yet (CARC 22).
fn coordination(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    let is_second = case.member.primary_payer.is_some() || case.claim.sequence != PayerSequence::Primary;
    (is_second && Earlier::of(case.claim, line).is_none()).then(|| Denial::contractual("22", &["MA04"]))
}

/// Injuries that another kind of insurance answers for and has not decided yet (CARC 19, 20).
fn accident(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    if Earlier::of(case.claim, line).is_some() {
        return None;
    }
    let (cause, kind) = (case.claim.accident.as_ref()?.cause, case.plan.payer.kind);
    match cause {
        AccidentCause::Employment if kind != PayerKind::WorkersCompensation => Some(Denial::contractual("19", &[])),
        AccidentCause::Auto if kind != PayerKind::Auto => Some(Denial::contractual("20", &[])),
        _ => None,
    }
}

/// The payer's own number of the injury (REF*Y4).
fn injury(case: &Case<'_>, _: &ServiceLine) -> Option<Denial> {
    if !case.plan.rules.claim_number_required {
        return None;
    }
    let is_known = case
        .claim
        .property_casualty_claim
        .as_ref()
        .is_some_and(|number| case.member.claim_number.as_ref().is_none_or(|known| known == number));
    (!is_known).then(|| Denial::contractual("16", &["N625"]))
}

fn authorization(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    if !case.plan.rules.authorization_required.contains(&line.procedure) {
        return None;
    }
    let Some(number) = case.claim.prior_authorization.as_ref().filter(|number| !number.trim().is_empty()) else {
        return Some(Denial::contractual("197", &[]));
    };
    if case.plan.authorizations.is_empty() {
        return None;
    }
    let given = |a: &&crate::plan::Authorization| a.number == *number && a.member_id == case.member.member_id;
    match case.plan.authorizations.iter().find(given) {
        None => Some(Denial::contractual("197", &["M62"])),
        Some(a) if !a.codes.contains(&line.procedure) => Some(Denial::contractual("284", &[])),
        Some(a) if line.from < a.from || a.to < line.from => Some(Denial::contractual("302", &[])),
        Some(_) => None,
    }
}

fn exclusion(case: &Case<'_>, line: &ServiceLine) -> Option<Denial> {
    let year = case.plan.year(line.from)?;
    let pointed = case.claim.pointed(line);
    let exclusion = year.exclusions.iter().find(|exclusion| {
        let applies = |prefix: &String| pointed.first().is_some_and(|code| code.as_str().starts_with(prefix.as_str()));
        exclusion.codes.contains(&line.procedure)
            && (exclusion.diagnoses.is_empty() || exclusion.diagnoses.iter().any(applies))
    })?;
    Some(Denial {
        group: exclusion.group,
        reason: exclusion.reason.clone(),
        remarks: exclusion.remark.iter().cloned().collect(),
        claim_remarks: Vec::new(),
    })
}
