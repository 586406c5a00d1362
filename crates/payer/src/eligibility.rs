//! Answers about a member's coverage (270 to 271), from the same plan and memory that decide claims.

use claim::{Benefit, EligibilityAnswer, EligibilityInquiry, Money};

use crate::{
    Member, Plan, State,
    benefit::positive,
    member::Mismatch,
    plan::BenefitYear,
    state::{Usage, Used},
};

/// Calendar year, what is left, and one visit (EB06).
const YEAR: &str = "23";
const REMAINING: &str = "29";
const VISIT: &str = "27";
/// The plan as a whole (EB03).
const PLAN: &str = "30";

/// Answers one question: benefits with what is left of them, or a refusal with what to correct (AAA03, AAA04).
#[must_use]
pub fn check_eligibility(plan: &Plan, state: &State, inquiry: &EligibilityInquiry) -> EligibilityAnswer {
    let mut answer = EligibilityAnswer {
        trace: inquiry.trace.clone(),
        payer_name: plan.payer.name.clone(),
        payer_number: plan.payer.payer_number.clone(),
        member_id: inquiry.member_id.clone(),
        name: inquiry.name.clone(),
        on: inquiry.on,
        refusal: None,
        benefits: Vec::new(),
    };
    match identify(plan, inquiry) {
        Err(reason) => answer.refusal = Some((reason.to_owned(), "C".to_owned())),
        Ok(member) => {
            answer.member_id.clone_from(&member.member_id);
            answer.name.clone_from(&member.name);
            answer.benefits = benefits(plan, state, member, inquiry);
        }
    }
    answer
}

fn identify<'p>(plan: &'p Plan, inquiry: &EligibilityInquiry) -> Result<&'p Member, &'static str> {
    if inquiry.payer_number != plan.payer.payer_number {
        return Err("79");
    }
    if inquiry.member_id.is_empty() || !inquiry.member_id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err("72");
    }
    plan.find_member(&inquiry.member_id, &inquiry.name, inquiry.born_on, inquiry.on).map_err(
        |mismatch| match mismatch {
            Mismatch::Identifier => "75",
            Mismatch::BirthDate => "71",
            Mismatch::Name => "73",
        },
    )
}

fn statement(kind: &str, service_type: &str) -> Benefit {
    Benefit {
        kind: kind.to_owned(),
        level: String::new(),
        service_types: vec![service_type.to_owned()],
        plan: String::new(),
        period: String::new(),
        amount: None,
        percent: None,
        quantity: None,
        needs_authorization: None,
        network: "Y".to_owned(),
    }
}

fn benefits(plan: &Plan, state: &State, member: &Member, inquiry: &EligibilityInquiry) -> Vec<Benefit> {
    let year = plan.year(inquiry.on).filter(|_| member.covers(inquiry.on));
    let kind = if year.is_some() { "1" } else { "6" };
    let mut found = vec![Benefit { plan: plan.payer.plan_name.clone(), ..statement(kind, PLAN) }];
    let Some(year) = year else { return found };
    let usage = state.usage(plan, &member.person(), &member.member_id, year.from);
    deductibles(year, &usage, &mut found);
    shares(year, &mut found);
    limits(year, &usage.person, &mut found);
    let shown = year.exclusions.iter().filter(|exclusion| !exclusion.service_type.is_empty());
    found.extend(shown.map(|exclusion| statement("I", &exclusion.service_type)));
    let others = member.primary_payer.iter().chain(&member.secondary_payer);
    found.extend(others.map(|payer| Benefit { plan: payer.clone(), network: String::new(), ..statement("R", PLAN) }));
    found
}

/// Total and what is left, of one person or the family; an amount that is no limit is not stated.
fn total_and_left(kind: &str, level: &str, total: Option<Money>, used: Money, found: &mut Vec<Benefit>) {
    let Some(total) = total else { return };
    for (period, amount) in [(YEAR, total), (REMAINING, positive(total - used))] {
        found.push(Benefit {
            level: level.to_owned(),
            period: period.to_owned(),
            amount: Some(amount),
            ..statement(kind, PLAN)
        });
    }
}

fn deductibles(year: &BenefitYear, usage: &Usage, found: &mut Vec<Benefit>) {
    total_and_left("C", "IND", Some(year.deductible_individual), usage.person.deductible, found);
    total_and_left("C", "FAM", year.deductible_family, usage.family.deductible, found);
    total_and_left("G", "IND", year.out_of_pocket_individual, usage.person.out_of_pocket, found);
    total_and_left("G", "FAM", year.out_of_pocket_family, usage.family.out_of_pocket, found);
}

fn shares(year: &BenefitYear, found: &mut Vec<Benefit>) {
    let level = "IND".to_owned();
    let percent = Some(year.coinsurance_percent);
    found.push(Benefit { level, percent, period: VISIT.to_owned(), ..statement("A", PLAN) });
    for copay in &year.copays {
        let amount = Some(copay.amount);
        found.push(Benefit { amount, period: VISIT.to_owned(), ..statement("B", &copay.service_type) });
    }
}

/// Visits a year and what is left of them; therapy allowed until KX is needed (physical and speech as AE).
fn limits(year: &BenefitYear, used: &Used, found: &mut Vec<Benefit>) {
    for limit in &year.limits {
        let left = limit.visits.saturating_sub(used.visit_days(&limit.service_type));
        for (period, count) in [(YEAR, limit.visits), (REMAINING, left)] {
            let quantity = Some(("VS".to_owned(), count));
            found.push(Benefit { quantity, period: period.to_owned(), ..statement("F", &limit.service_type) });
        }
    }
    let thresholds =
        [("AE", year.therapy_threshold, used.therapy), ("AD", year.occupational_threshold, used.occupational)];
    for (service_type, total, used) in thresholds {
        let Some(total) = total else { continue };
        for (period, amount) in [(YEAR, total), (REMAINING, positive(total - used))] {
            let amount = Some(amount);
            found.push(Benefit { amount, period: period.to_owned(), ..statement("F", service_type) });
        }
    }
}
