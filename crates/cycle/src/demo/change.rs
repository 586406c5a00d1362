//! What somebody keys differently: changes to the services of a visit and to the lines of a claim.

use claim::{Claim, CodeSet, Modifier};
use price::ChargeMaster;
use world::{Change, Lines};

/// The services of a visit as keyed with the changes.
#[must_use]
pub fn keyed(codes: &CodeSet, changes: &[Change]) -> CodeSet {
    let mut keyed = codes.clone();
    for change in changes {
        for service in &mut keyed.services {
            match change {
                Change::RemoveModifier { lines, modifier } if lines.contains(&service.code) => {
                    service.modifiers.retain(|m| m != modifier);
                }
                Change::AddModifier { lines, modifier } if lines.contains(&service.code) => {
                    add(&mut service.modifiers, modifier);
                }
                Change::SetUnits { lines, units } if lines.contains(&service.code) => service.units = *units,
                _ => {}
            }
        }
    }
    keyed
}

/// The claim as corrected; the charge of other units follows the price of one.
#[must_use]
pub fn corrected(claim: &Claim, changes: &[Change], master: &ChargeMaster) -> Claim {
    let mut claim = claim.clone();
    for change in changes {
        if let Change::SetAuthorization(number) = change {
            claim.prior_authorization = Some(number.clone());
        }
        let means = |lines: &Lines, code| lines.contains(code);
        for line in &mut claim.lines {
            match change {
                Change::RemoveModifier { lines, modifier } if means(lines, &line.procedure) => {
                    line.modifiers.retain(|m| m != modifier);
                }
                Change::AddModifier { lines, modifier } if means(lines, &line.procedure) => {
                    add(&mut line.modifiers, modifier);
                }
                Change::SetUnits { lines, units } if means(lines, &line.procedure) => {
                    line.units = *units;
                    if let Some(charge) = master.charge(&line.procedure, &line.modifiers, *units, line.from) {
                        line.charge = charge;
                    }
                }
                _ => {}
            }
        }
    }
    claim
}

/// Pricing modifiers stand before the others (837P SV101): 25 and 59 go first.
fn add(modifiers: &mut Vec<Modifier>, modifier: &Modifier) {
    if !modifiers.contains(modifier) {
        modifiers.insert(0, modifier.clone());
    }
}
