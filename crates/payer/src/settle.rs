//! From allowed amounts to payments: benefits, another payer's part, cuts of the payment (pipeline steps 14 to 16).

use std::collections::BTreeMap;

use claim::{Adjustment, AdjustmentGroup, Carc, LinePayment, Modifier, Money, PayerKind, Rarc};
use jiff::civil::Date;

use crate::{
    benefit::{Share, Terms, positive},
    case::{Case, Item},
    coordinate::{Coordinated, Earlier, coordinate},
    denial::Denial,
    plan::{BenefitYear, Copay},
    reason::{carc, rarc},
    state::{Accrual, Usage},
};

/// Decides the lines in their order; each uses up what the earlier ones left.
pub(crate) fn settle(case: &Case<'_>, items: &mut [Item<'_>]) -> (Vec<LinePayment>, Vec<Accrual>) {
    let mut usages: BTreeMap<Date, Usage> = BTreeMap::new();
    let mut accruals = Vec::new();
    let mut lines = Vec::new();
    for item in items {
        let Some(year) = case.plan.year(item.line.from).filter(|_| item.denial.is_none()) else {
            lines.push(denied(item));
            continue;
        };
        let usage = usages
            .entry(year.from)
            .or_insert_with(|| case.state.usage(case.plan, &case.member.person(), &case.member.member_id, year.from));
        if let Some(denial) = exhausted(item, year, usage).filter(|denial| !case.is_waived(denial)) {
            item.denial = Some(denial);
            lines.push(denied(item));
            continue;
        }
        let (line, accrual) = pay(case, item, year, usage);
        usage.add(&accrual);
        accruals.push(accrual);
        lines.push(line);
    }
    (lines, accruals)
}

fn line_payment(item: &Item<'_>) -> LinePayment {
    LinePayment {
        procedure: item.line.procedure.clone(),
        modifiers: item.line.modifiers.clone(),
        submitted_procedure: None,
        charge: item.line.charge,
        paid: Money::ZERO,
        units: claim::Units::ZERO,
        from: Some(item.line.from),
        adjustments: Vec::new(),
        remarks: Vec::new(),
        control_number: Some(item.line.control_number.clone()).filter(|number| !number.is_empty()),
        allowed: None,
    }
}

fn denied(item: &Item<'_>) -> LinePayment {
    let mut line = line_payment(item);
    if let Some(denial) = &item.denial {
        let charge = line.charge;
        push(&mut line, denial.group, denial.reason.clone(), charge);
        line.remarks.clone_from(&denial.remarks);
    }
    line
}

fn bills(item: &Item<'_>, modifiers: &[&str]) -> bool {
    item.line.modifiers.iter().any(|m: &Modifier| modifiers.contains(&m.as_str()))
}

/// Therapy counts by discipline: occupational alone, physical and speech together (CPM 5 §10.3).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Discipline {
    PhysicalOrSpeech,
    Occupational,
}

fn discipline(item: &Item<'_>) -> Option<Discipline> {
    if bills(item, &["GO"]) {
        Some(Discipline::Occupational)
    } else if bills(item, &["GP", "GN"]) {
        Some(Discipline::PhysicalOrSpeech)
    } else {
        None
    }
}

/// Visits used up, or therapy beyond the threshold without modifier KX (CARC 119).
fn exhausted(item: &Item<'_>, year: &BenefitYear, usage: &Usage) -> Option<Denial> {
    let line = item.line;
    for limit in year.limits.iter().filter(|limit| limit.codes.contains(&line.procedure)) {
        let days = usage.person.visits.get(&limit.service_type);
        let is_new_day = days.is_none_or(|days| !days.contains_key(&line.from));
        if is_new_day && usage.person.visit_days(&limit.service_type) >= limit.visits {
            return Some(Denial::new(limit.group, carc("119"), &["N362"]));
        }
    }
    let (threshold, used) = match discipline(item)? {
        Discipline::PhysicalOrSpeech => (year.therapy_threshold?, usage.person.therapy),
        Discipline::Occupational => (year.occupational_threshold?, usage.person.occupational),
    };
    if used + item.allowed <= threshold || bills(item, &["KX"]) {
        return None;
    }
    // With a notice to the patient (GA) the patient answers for it.
    let group = if bills(item, &["GA"]) { AdjustmentGroup::Pr } else { AdjustmentGroup::Co };
    Some(Denial::new(group, carc("119"), &[]))
}

/// What applies to the line now.
fn terms(item: &Item<'_>, year: &BenefitYear, usage: &Usage) -> (Terms, Option<String>) {
    let line = item.line;
    let is_first_dollar = year.first_dollar.contains(&line.procedure)
        || line.modifiers.iter().any(|m| year.first_dollar_modifiers.contains(m));
    let copay: Option<&Copay> = year.copays.iter().find(|copay| copay.codes.contains(&line.procedure));
    let family = year.deductible_family.map(|total| positive(total - usage.family.deductible));
    let person = positive(year.deductible_individual - usage.person.deductible);
    let deductible = match family {
        Some(family) if year.is_embedded => person.min(family),
        Some(family) => family,
        None => person,
    };
    let left = |total: Option<Money>, used: Money| total.map(|total| positive(total - used));
    let person_left = left(year.out_of_pocket_individual, usage.person.out_of_pocket);
    let family_left = left(year.out_of_pocket_family, usage.family.out_of_pocket);
    let terms = Terms {
        is_first_dollar,
        copay: copay.map(|copay| {
            let taken = usage.person.copay_taken(&copay.service_type, line.from);
            (positive(copay.amount - taken), copay.then_deductible)
        }),
        deductible,
        coinsurance_percent: year.coinsurance_percent,
        out_of_pocket: person_left.into_iter().chain(family_left).min(),
    };
    (terms, copay.map(|copay| copay.service_type.clone()))
}

fn pay(case: &Case<'_>, item: &Item<'_>, year: &BenefitYear, usage: &Usage) -> (LinePayment, Accrual) {
    let (terms, copay_type) = terms(item, year, usage);
    let mut line = line_payment(item);
    line.units = item.line.units;
    line.allowed = Some(item.allowed);
    let (share, deductible, gross) = match Earlier::of(case.claim, item.line) {
        None => {
            let (share, gross) = primary(case, item, &terms, &mut line);
            (share, share.deductible, gross)
        }
        Some(earlier) => {
            let outcome = coordinate(&case.plan.coordination, earlier, line.charge, item.allowed, &terms);
            let result = (outcome.share, outcome.deductible, outcome.paid);
            secondary(outcome, &mut line);
            result
        }
    };
    line.paid = gross;
    cut(case, item, &mut line);
    if case.member.is_qmb && case.plan.payer.kind == PayerKind::MedicareB {
        line.remarks.extend(share.parts().filter_map(|(reason, _)| protected(reason)));
    }
    let accrual = Accrual { deductible, ..accrual(case, item, year, share, copay_type) };
    (line, accrual)
}

/// The alert that a share may not be collected from a qualified Medicare beneficiary.
fn protected(reason: &str) -> Option<Rarc> {
    Some(rarc(match reason {
        "1" => "N781",
        "2" => "N782",
        "3" => "N783",
        _ => return None,
    }))
}

fn push(line: &mut LinePayment, group: AdjustmentGroup, reason: Carc, amount: Money) {
    if !amount.is_zero() {
        line.adjustments.push(Adjustment::new(group, reason, amount));
    }
}

/// Charge, less what is above the fee, less reductions, less the patient's share.
fn primary(case: &Case<'_>, item: &Item<'_>, terms: &Terms, line: &mut LinePayment) -> (Share, Money) {
    let reduction = line.charge - item.above_fee - item.allowed;
    push(line, AdjustmentGroup::Co, case.plan.rules.fee_schedule_reason.clone(), item.above_fee);
    // A contract may allow more than was charged: a negative CARC 94.
    let reason = if reduction.is_negative() { carc("94") } else { carc("59") };
    push(line, AdjustmentGroup::Co, reason, reduction);
    let share = terms.share(item.allowed);
    for (reason, amount) in share.parts() {
        push(line, AdjustmentGroup::Pr, carc(reason), amount);
    }
    (share, item.allowed - share.total())
}

fn secondary(outcome: Coordinated, line: &mut LinePayment) {
    push(line, AdjustmentGroup::Oa, carc("23"), outcome.impact);
    for (reason, amount) in outcome.share.parts() {
        push(line, AdjustmentGroup::Pr, carc(reason), amount);
    }
    if let Some((group, reason, amount)) = outcome.uncovered {
        push(line, group, carc(reason), amount);
    }
}

/// The therapy assistant's share, then what the law holds back, both of the payment alone.
fn cut(case: &Case<'_>, item: &Item<'_>, line: &mut LinePayment) {
    if !line.paid.is_positive() {
        return;
    }
    if let Some(kept) = case.plan.rules.therapy_assistant_percent.filter(|_| bills(item, &["CQ", "CO"])) {
        let less = line.paid.ratio(100 - i64::from(kept.min(100)), 100);
        push(line, AdjustmentGroup::Co, carc("172"), less);
        line.remarks.push(rarc("N851"));
        line.paid -= less;
    }
    let day = item.line.from;
    let law = case.plan.sequestration.iter().find(|s| s.from <= day && s.to.is_none_or(|to| day <= to));
    if let Some(law) = law {
        let less = line.paid.ratio(i64::from(law.percent.min(100)), 100);
        push(line, AdjustmentGroup::Co, carc("253"), less);
        line.paid -= less;
    }
}

fn accrual(case: &Case<'_>, item: &Item<'_>, year: &BenefitYear, share: Share, copay_type: Option<String>) -> Accrual {
    let discipline = discipline(item);
    let if_is = |is: bool| if is { item.allowed } else { Money::ZERO };
    let counts = year.limits.iter().filter(|limit| limit.codes.contains(&item.line.procedure));
    Accrual {
        year: year.from,
        person: case.member.person(),
        family: case.member.member_id.clone(),
        on: item.line.from,
        deductible: share.deductible,
        share: share.total(),
        copay: copay_type.map(|service_type| (service_type, share.copay)).filter(|copay| !copay.1.is_zero()),
        therapy: if_is(discipline == Some(Discipline::PhysicalOrSpeech)),
        occupational: if_is(discipline == Some(Discipline::Occupational)),
        limits: counts.map(|limit| limit.service_type.clone()).collect(),
    }
}
