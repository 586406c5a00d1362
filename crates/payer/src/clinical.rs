//! The payer's own claim edits: pipeline step 11. Each looks at one line among the others.

use claim::{AdjustmentGroup, PayerKind, ServiceLine, Units};
use codes::{Family, Procedure};
use jiff::ToSpan;

use crate::{
    case::{Case, Item, Prior},
    denial::Denial,
    plan::PayerEdit,
    reason::{carc, rarc},
};

/// Runs the edits the plan has switched on, in this order; a denied line is out for the later ones.
pub(crate) fn review(case: &Case<'_>, items: &mut [Item<'_>]) {
    type Edit = fn(&Case<'_>, &[Item<'_>], &Item<'_>) -> Option<Denial>;
    let edits: [(PayerEdit, Edit); 8] = [
        (PayerEdit::TherapyModifiers, therapy_modifier),
        (PayerEdit::Modifiers, modifier),
        (PayerEdit::NewPatient, new_patient),
        (PayerEdit::Ncci, pair),
        (PayerEdit::Global, global),
        (PayerEdit::Mue, units),
        (PayerEdit::MedicalNecessity, necessity),
        (PayerEdit::AddOn, add_on),
    ];
    for (switch, edit) in edits {
        if !case.plan.rules.edits.contains(&switch) {
            continue;
        }
        // Judged against the lines as they stood before this edit, so that the order of lines does not matter.
        let judge = |item: &Item<'_>| item.denial.is_none().then(|| edit(case, items, item)).flatten();
        let denials: Vec<Option<Denial>> = items.iter().map(judge).collect();
        for (item, denial) in items.iter_mut().zip(denials) {
            if let Some(denial) = denial.filter(|denial| !case.is_waived(denial)) {
                item.denial = Some(denial);
            }
        }
    }
}

fn has(line: &ServiceLine, modifiers: &[&str]) -> bool {
    line.modifiers.iter().any(|m| modifiers.contains(&m.as_str()))
}

fn procedure(case: &Case<'_>, line: &ServiceLine) -> Option<Procedure> {
    case.library.procedure(&line.procedure, line.from)
}

fn bundled(case: &Case<'_>) -> Denial {
    let reason = case.plan.rules.bundling_reason.clone();
    if reason.as_str() == "97" {
        return Denial::new(AdjustmentGroup::Co, reason, &["M15"]);
    }
    Denial { claim_remarks: vec![rarc("M80")], ..Denial::new(AdjustmentGroup::Co, reason, &[]) }
}

/// Evaluation and management: visits that surgery may include.
fn is_visit(family: Family) -> bool {
    matches!(
        family,
        Family::OfficeVisitNew
            | Family::OfficeVisitEstablished
            | Family::HospitalInitial
            | Family::HospitalSubsequent
            | Family::HospitalDischarge
            | Family::HospitalSameDay
            | Family::Emergency
            | Family::Consultation
            | Family::NursingFacility
            | Family::HomeVisit
    )
}

/// Services that are always therapy need the discipline (CPM 5 §20.1).
fn therapy_modifier(case: &Case<'_>, _: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let needs = procedure(case, item.line)?.always_therapy;
    (needs && !has(item.line, &["GP", "GO", "GN"])).then(|| Denial::contractual("4", &["N822"]))
}

/// Modifiers that cannot go with the service: 24 or 25 off a visit, 50 where a side has no meaning, 26 or TC where
/// the service has no parts.
fn modifier(case: &Case<'_>, _: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let procedure = procedure(case, item.line)?;
    let is_never_visit = matches!(
        procedure.family,
        Family::Surgery
            | Family::Endoscopy
            | Family::Injection
            | Family::Imaging
            | Family::Laboratory
            | Family::Pathology
            | Family::Therapy
            | Family::TherapyEvaluation
            | Family::DrugAdministration
            | Family::Drug
            | Family::Vaccine
            | Family::Casting
    );
    let is_wrong = (is_never_visit && has(item.line, &["24", "25"]))
        || (procedure.bilateral == 0 && has(item.line, &["50"]))
        || (is_visit(procedure.family) && has(item.line, &["26", "TC", "50", "59"]));
    is_wrong.then(|| Denial::contractual("4", &["N823"]))
}

/// Earlier allowed services of the same billing group.
fn of_group<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c Prior<'c>> {
    case.history.iter().filter(|prior| prior.is_allowed() && prior.claim.billing.npi == case.claim.billing.npi)
}

/// Same group and same specialty are one physician (CPM 12 §30.6.5).
fn same_specialty(case: &Case<'_>, prior: &Prior<'_>) -> bool {
    let specialty = |claim: &claim::Claim| {
        claim.rendering.as_ref().map_or_else(|| claim.billing.taxonomy.clone(), |provider| provider.taxonomy.clone())
    };
    specialty(prior.claim) == specialty(case.claim)
}

/// A new patient was not seen by the group and specialty for three years (CPM 12 §30.6.7).
fn new_patient(case: &Case<'_>, _: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let family = procedure(case, item.line)?.family;
    if !matches!(family, Family::OfficeVisitNew | Family::PreventiveNew) {
        return None;
    }
    let since = item.line.from.saturating_sub(3.years());
    let was_seen = of_group(case).any(|prior| {
        since < prior.line.from
            && prior.line.from < item.line.from
            && same_specialty(case, prior)
            && procedure(case, prior.line).is_some_and(|p| !matches!(p.family, Family::Laboratory | Family::Imaging))
    });
    was_seen.then(|| Denial::contractual("B16", &[]))
}

/// Other services of the same day and clinician: payable ones of this claim and allowed ones of earlier claims.
fn same_day<'c>(
    case: &'c Case<'_>,
    items: &'c [Item<'_>],
    item: &'c Item<'_>,
) -> impl Iterator<Item = &'c ServiceLine> {
    let here = items.iter().filter(|other| other.denial.is_none() && other.line.number != item.line.number);
    let earlier = case
        .history
        .iter()
        .filter(|prior| prior.is_allowed() && prior.claim.rendering_npi() == case.claim.rendering_npi())
        .map(|prior| prior.line);
    here.map(|other| other.line).chain(earlier).filter(|other| other.from == item.line.from)
}

/// Column 2 of a pair whose column 1 is paid that day (NCCI Policy Manual I).
fn pair(case: &Case<'_>, items: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let bypasses = |line: &ServiceLine| line.modifiers.iter().any(|m| case.library.bypasses_ptp(m));
    let is_column_2 = same_day(case, items, item).any(|other| {
        let pair = case.library.ptp(&other.procedure, &item.line.procedure, item.line.from);
        pair.is_some_and(|pair| match pair.modifier_indicator {
            0 => true,
            1 => !bypasses(other) && !bypasses(item.line),
            _ => false,
        })
    });
    is_column_2.then(|| bundled(case))
}

/// Visits inside the global period of a procedure of the group: its day (and the day before a major one) without
/// 25 or 57, the days after without 24 (CPM 12 §40.1 to 40.3).
fn global(case: &Case<'_>, items: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    if !is_visit(procedure(case, item.line)?.family) {
        return None;
    }
    let day = item.line.from;
    let here = items.iter().filter(|other| other.denial.is_none()).map(|other| other.line);
    let surgeries = here.chain(of_group(case).filter(|prior| same_specialty(case, prior)).map(|prior| prior.line));
    surgeries.filter(|line| !std::ptr::eq(*line, item.line)).find_map(|surgery| {
        let days = procedure(case, surgery)?.global_days.days()?;
        let end = surgery.from.saturating_add(i64::from(days).days());
        let is_day_before = days == 90 && day.saturating_add(1.days()) == surgery.from;
        if (surgery.from == day || is_day_before) && !has(item.line, &["25", "57"]) {
            Some(Denial::contractual("97", &["M144"]))
        } else if surgery.from < day && day <= end && !has(item.line, &["24"]) {
            Some(Denial::contractual("97", &["N525"]))
        } else {
            None
        }
    })
}

/// More units than the edit allows deny the whole line: by line, or by day with everything billed (MAI 2 and 3).
fn units(case: &Case<'_>, items: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let line = item.line;
    let edit = case.library.mue(&line.procedure, line.from)?;
    let billed: Units = if edit.mai == 1 {
        line.units
    } else {
        let others = same_day(case, items, item).filter(|other| other.procedure == line.procedure);
        others.map(|other| other.units).chain([line.units]).sum()
    };
    (billed > Units::from(edit.units)).then(|| Denial::contractual("151", &["N362"]))
}

/// None of the line's diagnoses supports the service. With GA the patient was told, and Medicare takes GZ at its word
/// (CPM 30 §50).
fn necessity(case: &Case<'_>, _: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    if case.plan.payer.kind == PayerKind::MedicareB && has(item.line, &["GZ"]) {
        return Some(Denial::contractual("50", &[]));
    }
    let policy = case.library.coverage_policy(&item.line.procedure, item.line.from)?;
    if policy.supports(&case.claim.pointed(item.line)) {
        return None;
    }
    let group = if has(item.line, &["GA"]) { AdjustmentGroup::Pr } else { AdjustmentGroup::Co };
    Some(Denial::new(group, carc("50"), &["N115"]))
}

/// An add-on is paid only with one of its primaries (CPM 23 §20.9; add-on code edits).
fn add_on(case: &Case<'_>, items: &[Item<'_>], item: &Item<'_>) -> Option<Denial> {
    let primaries = procedure(case, item.line)?.add_on_to;
    let has_primary = same_day(case, items, item).any(|other| primaries.contains(&other.procedure));
    (!primaries.is_empty() && !has_primary).then(|| Denial::contractual("107", &["N122"]))
}
