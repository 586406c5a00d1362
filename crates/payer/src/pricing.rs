//! What the payer allows: pipeline step 13.

use claim::Money;
use price::{Contract, expected};

use crate::{
    case::{Case, Item},
    denial::Denial,
};

/// Prices the lines that are not denied; a service nothing prices is not covered (CO-96 with N130), one priced at
/// nothing is part of another (CO-97 with M15), a surgeon too many is not covered (CO-54).
pub(crate) fn price(case: &Case<'_>, items: &mut [Item<'_>]) {
    // Only payable services reduce each other.
    let mut payable = case.claim.clone();
    let is_payable = |number: u16| items.iter().any(|item| item.line.number == number && item.denial.is_none());
    payable.lines.retain(|line| is_payable(line.number));
    let Some(first) = payable.first_day() else { return };
    let Some(contract) = Contract::in_force(&case.plan.contracts, first) else {
        for item in items.iter_mut().filter(|item| item.denial.is_none()) {
            item.denial = Some(Denial::contractual("96", &["N130"]));
        }
        return;
    };
    let expectations = expected(&payable, contract, case.library);
    for item in items.iter_mut().filter(|item| item.denial.is_none()) {
        let found = expectations.iter().find(|expectation| expectation.line == item.line.number);
        match found.and_then(|e| e.allowed.map(|allowed| (e, allowed))) {
            None => item.denial = Some(Denial::contractual("96", &["N130"])),
            Some((expectation, allowed)) if expectation.fee == Some(Money::ZERO) && allowed.is_zero() => {
                item.denial = Some(Denial::contractual("97", &["M15"]));
            }
            // The schedule allows no second surgeon or assistant for the service (CPM 12 §20.4.3, §40.8).
            Some((_, allowed)) if allowed.is_zero() && has_second_surgeon(item) => {
                item.denial = Some(Denial::contractual("54", &[]));
            }
            Some((expectation, allowed)) => {
                let short = shortfall(case, item, allowed);
                item.above_fee = expectation.above_fee(item.line.charge) + short;
                item.allowed = allowed - short;
            }
        }
    }
}

/// What the payer keeps back of a fee it agreed to; it looks like a lower fee.
fn shortfall(case: &Case<'_>, item: &Item<'_>, allowed: Money) -> Money {
    let rule = case.plan.underpayments.iter().find(|rule| {
        rule.only.matches(case.claim) && (rule.codes.is_empty() || rule.codes.contains(&item.line.procedure))
    });
    rule.map_or(Money::ZERO, |rule| allowed.ratio(i64::from(rule.percent.min(100)), 100))
}

fn has_second_surgeon(item: &Item<'_>) -> bool {
    item.line.modifiers.iter().any(|m| matches!(m.as_str(), "62" | "66" | "80" | "81" | "82" | "AS"))
}
